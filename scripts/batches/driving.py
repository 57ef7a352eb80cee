"""Shared code of the scripts that run many jobs: options, the folder's lock, workers, progress, the exit code."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ml_core.errors import AtelierError, InputError
from ml_core.outputs import check_folder
from ml_core.publishing.locks import lock_file
from scripts.batches.jobs import BadJob, Planned
from scripts.batches.process import Worker
from scripts.batches.report import facts, write_report
from scripts.batches.running import Hand, Run, Tally
from scripts.lib.cli import one_line

_TELL_EVERY, _REPORT_EVERY = 5.0, 60.0
"""Seconds between lines on stderr, and between reports."""
_REPORT_PAUSE = 50
"""Times what a report took that pass before the next one: of a million jobs it takes a quarter of a minute."""
_LOCK = ".batch.lock"


def add_options(options: argparse.ArgumentParser) -> None:
    """The options that :func:`check_options`, :func:`hands_for` and :func:`done` read."""
    options.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="gets the results and the report")
    options.add_argument("--workers", type=int, metavar="N", help="processes; default: one for each core")
    options.add_argument("--attempts", type=int, default=2, help="tries of a job that crashes (%(default)s)")
    options.add_argument("--timeout", type=float, default=900.0, metavar="S", help="seconds a job (%(default)s)")
    options.add_argument("--address", metavar="HOST:PORT", help="of a Ray cluster; auto: the one begun on this machine")


def check_options(given: argparse.Namespace) -> None:
    """Raise :class:`InputError` for numbers out of range, or a folder that cannot be written."""
    if not 1 <= given.attempts <= 100 or given.timeout <= 0 or not 1 <= (given.workers or 1) <= 10_000:
        raise InputError("give --attempts from 1 to 100, --workers from 1 to 10000 and a --timeout above 0")
    check_folder(given.out)


@contextmanager
def locked(out: Path) -> Iterator[None]:
    """Make the folder, and hold it against other processes.

    Raises:
        InputError: another one holds it.
    """
    out.mkdir(parents=True, exist_ok=True)
    lock = lock_file(out / _LOCK)
    if lock is None:
        raise InputError("{out}: another batch is writing there; wait for it, or choose another folder", out=out)
    try:
        yield
    finally:
        lock.release()


def done(given: argparse.Namespace, planned: Iterable[Planned | BadJob], about: dict[str, Any]) -> tuple[Tally, int]:
    """Run all that is planned; returns its tally, and how many workers there were."""
    listed = list(planned)
    hands = hands_for(given, len(listed))
    return Run(listed, given.out, hands, given.attempts, _Teller(given.out, len(hands), about))(), len(hands)


def hands_for(given: argparse.Namespace, jobs: int) -> list[Hand]:
    if given.address is not None:
        from scripts.batches.cluster import ray_hands  # optional, and slow to load

        return list(ray_hands(given.address, given.workers, given.out, given.timeout))
    count = min(given.workers or os.cpu_count() or 1, max(jobs, 1))
    return [Worker(given.out / "log" / f"worker_{number}.txt", given.timeout) for number in range(count)]


def tell_errors(tally: Tally) -> None:
    """Report on stderr which jobs failed, and why."""
    for outcome in tally.outcomes:
        if outcome.error:
            print(f"{outcome.state}: {outcome.id}: {one_line(outcome.error)}", file=sys.stderr)


class _Teller:
    """Prints the progress of a run on stderr, and keeps its report up to date."""

    def __init__(self, out: Path, workers: int, about: dict[str, Any]) -> None:
        self._out, self._workers, self._about = out, workers, about
        self._told = self._reported = time.monotonic()
        self._pause = _REPORT_EVERY

    def __call__(self, tally: Tally) -> None:
        now = time.monotonic()
        if now - self._told >= _TELL_EVERY:
            self._told = now
            print(tally.line(), file=sys.stderr, flush=True)
        if now - self._reported >= self._pause:
            try:
                write_report(self._out, facts(tally, self._workers, self._about))
            except AtelierError as error:  # a full disk: the run goes on, and says so at its end
                print(f"note: {error}", file=sys.stderr)
            self._reported = time.monotonic()
            self._pause = max(_REPORT_EVERY, _REPORT_PAUSE * (self._reported - now))
