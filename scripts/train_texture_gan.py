"""Train the texture GAN on avatar textures in the body atlas.

Stage A learns a code for every face and garment (GLO), stage B adds the adversarial game on crops. The run folder gets
config.json, checkpoint.pt and a sample grid at every 2.5 % of the steps. scripts/evaluate_texture_gan.py turns a
checkpoint into weights with a card.

Examples:
  python scripts/train_texture_gan.py --data runs/texture_data --out runs/textures --dry-run
  python scripts/train_texture_gan.py --data runs/texture_data --out runs/textures --hold-out g08 g19 g23
  python scripts/train_texture_gan.py --data runs/texture_data --out runs/textures --resume
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import torch
from lightning.fabric import Fabric

from ml_core.datasets.avatar_textures import AtlasTextures
from ml_core.errors import AtelierError, InputError
from ml_core.networks.generator import GeneratorConfig
from ml_core.training.texture_config import TextureTrainingConfig
from ml_core.training.texture_trainer import TextureTrainer

SIZE = 256


def parse(arguments: list[str] | None) -> argparse.Namespace:
    default = TextureTrainingConfig()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    folders = parser.add_argument_group("folders")
    folders.add_argument("--data", type=Path, default=Path("runs/texture_data"), help="dataset (default %(default)s)")
    folders.add_argument("--out", type=Path, default=Path("runs/textures"), help="run folder (default %(default)s)")
    folders.add_argument("--resume", action="store_true", help="continue the run in --out with its own configuration")
    plan = parser.add_argument_group("plan")
    plan.add_argument("--steps-64", type=int, default=default.steps_64, help="default %(default)s")
    plan.add_argument("--steps-128", type=int, default=default.steps_128, help="default %(default)s")
    plan.add_argument("--steps-256", type=int, default=default.steps_256, help="default %(default)s")
    plan.add_argument("--adversarial-steps", type=int, default=default.adversarial_steps, help="default %(default)s")
    plan.add_argument("--batch", type=int, default=default.batch, help="default %(default)s")
    plan.add_argument("--seed", type=int, default=default.seed, help="default %(default)s")
    plan.add_argument("--hold-out", nargs="*", default=[], metavar="GROUP", help="face groups kept for evaluation")
    plan.add_argument("--stop", type=int, help="stop after this step (the run can be resumed)")
    plan.add_argument("--dry-run", action="store_true", help="print the plan and the sizes, train nothing")
    machine = parser.add_argument_group("machine")
    machine.add_argument("--device", default="auto", help="Lightning Fabric accelerator: auto, cpu, cuda (%(default)s)")
    machine.add_argument("--threads", type=int, help="CPU threads (default: torch's own choice)")
    return parser.parse_args(arguments)


def configuration(options: argparse.Namespace) -> TextureTrainingConfig:
    """The configuration of the options, or of the run to resume.

    Raises:
        InputError: there is no run to resume.
    """
    if not options.resume:
        names = ("steps_64", "steps_128", "steps_256", "adversarial_steps", "batch", "seed")
        return TextureTrainingConfig(
            **{name: getattr(options, name) for name in names}, hold_out=tuple(options.hold_out)
        )
    path = options.out / "config.json"
    if not path.is_file() or not (options.out / "checkpoint.pt").is_file():
        raise InputError(f"{options.out}: no run to resume (config.json or checkpoint.pt is missing)")
    return read_config(path)


def read_config(path: Path) -> TextureTrainingConfig:
    """The configuration that a run saved."""
    values = json.loads(path.read_text())
    generator = {
        name: tuple(value) if isinstance(value, list) else value for name, value in values.pop("generator").items()
    }
    plain = {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
    return TextureTrainingConfig(generator=GeneratorConfig(**generator), **plain)


def main(arguments: list[str] | None = None) -> int:
    options = parse(arguments)
    try:
        config = configuration(options)
        textures = AtlasTextures.load(options.data, SIZE)
        if options.threads:
            torch.set_num_threads(options.threads)
        fabric = Fabric(accelerator=options.device, devices=1)
        trainer = TextureTrainer(config, textures, options.out, fabric)
        print(json.dumps(dataclasses.asdict(config)))
        parameters = sum(p.numel() for p in trainer.painter.parameters())
        print(
            f"{len(trainer.batches.faces)} textures, {len(trainer.batches.identities)} identities, "
            f"{len(trainer.sampler.outfit_codes)} garments; generator {parameters / 1e6:.2f} M parameters; "
            f"{config.total_steps} steps on {fabric.device}"
        )
        if options.dry_run:
            return 0
        if options.resume:
            trainer.resume(options.out / "checkpoint.pt")
        try:
            trainer.fit(options.stop, lambda line: print(line, flush=True))
        except KeyboardInterrupt:
            trainer.save()
            print(f"stopped at step {trainer.step}; continue with --resume")
            return 130
    except AtelierError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
