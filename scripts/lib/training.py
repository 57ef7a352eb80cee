"""Shared code of the training scripts: their options, the run until its end or Ctrl-C."""

from __future__ import annotations

import argparse
import signal
import threading
from pathlib import Path
from typing import Any

from ml_core.training.loop import Trainer


def training_parser(description: str | None, out: str, dry_run: str) -> tuple[argparse.ArgumentParser, Any, Any]:
    """A parser with the options that every training script has, and its groups of folders and of the plan."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    folders = parser.add_argument_group("folders")
    folders.add_argument("--out", type=Path, default=Path(out), help="run folder (default %(default)s)")
    folders.add_argument("--resume", action="store_true", help="go on from the checkpoint in --out")
    plan = parser.add_argument_group("plan")
    plan.add_argument("--stop", type=int, help="stop after this step (the run can be resumed)")
    plan.add_argument("--dry-run", action="store_true", help=dry_run)
    machine = parser.add_argument_group("machine")
    machine.add_argument("--device", default="auto", help="Lightning Fabric accelerator: auto, cpu, cuda (%(default)s)")
    machine.add_argument("--devices", type=int, default=1, help="processes or GPUs (default %(default)s)")
    return parser, folders, plan


def shipped_parser(
    description: str | None, data: Path, out: Path, config: Any, **helps: str
) -> tuple[argparse.ArgumentParser, Any]:
    """A parser for a small network that is trained from its data to the shipped file in one command, and its group of
    plan options, one for each field of ``config`` in ``helps``."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    folders = parser.add_argument_group("folders")
    folders.add_argument("--data", type=Path, default=data, help="default %(default)s")
    folders.add_argument("--runs", type=Path, default=Path("runs"), help="kept between runs (default %(default)s)")
    folders.add_argument("--out", type=Path, default=out, help=".onnx to write (default: the shipped weights)")
    plan = parser.add_argument_group("plan")
    add_fields(plan, config, **helps)
    plan.add_argument("--resume", action="store_true", help="go on from the checkpoint in --runs")
    plan.add_argument("--device", default="cpu", help="Lightning Fabric accelerator: auto, cpu, cuda (%(default)s)")
    plan.add_argument("--dry-run", action="store_true", help="print what would be trained on, train nothing")
    return parser, plan


def recognizer_parser(
    description: str | None, weights: Path, select: str = "sources or authors to choose by"
) -> argparse.ArgumentParser:
    """A parser for the weights of an object recognizer, with the meshes for fitting and scoring.

    Args:
        weights: the shipped ones. select: the help of ``--select``.
    """
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/objects"), help="default %(default)s")
    parser.add_argument("--more", type=Path, default=Path("../shared/data/objects_more"), help="default %(default)s")
    parser.add_argument("--weights", type=Path, default=weights, help="ONNX file (default: the shipped weights)")
    parser.add_argument("--select", nargs="+", required=True, metavar="NAME", help=select)
    parser.add_argument("--leave-out", nargs="*", default=[], metavar="NAME", help="sources or authors to score")
    parser.add_argument("--runs", type=Path, default=Path("runs"), help="where meshes are kept (%(default)s)")
    return parser


def add_fields(group: Any, config: Any, **helps: str) -> None:
    """An option for each field of ``config`` that ``helps`` names, with the field's value as its default."""
    for field, text in helps.items():
        value = getattr(config, field)
        text = f"{text}, default %(default)s".removeprefix(", ")
        group.add_argument(f"--{field.replace('_', '-')}", type=type(value), default=value, help=text)


def fields_of(options: argparse.Namespace, *names: str) -> dict[str, Any]:
    """The options of :func:`add_fields` as fields."""
    return {name: getattr(options, name) for name in names}


def run_training(trainer: Trainer, stop: int | None = None) -> int:
    """Train to the end and return the exit code: 130 after Ctrl-C, which ends the run after its step with a checkpoint
    (a second one at once, without)."""
    interrupted = threading.Event()

    def interrupt(_signal: int, _frame: Any) -> None:
        if interrupted.is_set():
            raise KeyboardInterrupt
        interrupted.set()

    previous = signal.signal(signal.SIGINT, interrupt)
    try:
        trainer.fit(stop, stop_now=interrupted.is_set)
    finally:
        signal.signal(signal.SIGINT, previous)
    if interrupted.is_set():
        print(f"stopped at step {trainer.step}; go on with --resume")
        return 130
    return 0
