r"""Train the texture GAN on avatar textures in the body atlas.

Stage A trains an autoencoder, stage B the adversarial game on a bank of codes; both on crops. The run folder gets
config.json, checkpoint.pt, TensorBoard curves and a sample grid at every 2.5 % of the steps.
scripts/training/evaluate_texture_gan.py turns a checkpoint into weights with a card.

Examples:
  python scripts/training/train_texture_gan.py --data runs/texture_data --out runs/textures --dry-run
  python scripts/training/train_texture_gan.py --data runs/texture_data --out runs/textures --hold-out g08 g19 g23
  python scripts/training/train_texture_gan.py --data runs/texture_data --out runs/textures --resume
  python scripts/training/train_texture_gan.py --data mine --out runs/mine --from ml_core/weights/texture_generator.onnx
  python scripts/training/train_texture_gan.py --data runs/texture_data --out runs/sharper --encoder-steps 0 \
      --from runs/narrow/texture_generator.onnx --hold-out g08 g19 g23     # the game alone, with the codes of these
  python scripts/training/train_texture_gan.py --data runs/texture_data --out runs/fine --size 1024 --encoder-steps 0 \
      --fitting-steps 1300 --adversarial-steps 1000 --from ml_core/weights/texture_generator.onnx \
      --hold-out g08 g19 g23                                                  # a finer level, and nothing else
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import torch
from lightning.fabric import Fabric

from ml_core.datasets.textures.avatar_textures import AtlasTextures
from ml_core.errors import InputError
from ml_core.networks.code_bank import CodeBank
from ml_core.outputs import check_folder
from ml_core.training.textures.config import TextureTrainingConfig, read_config
from ml_core.training.textures.export import TextureNetwork, read_network, read_weights
from ml_core.training.textures.model import detailed, stored_bank
from ml_core.training.textures.trainer import TextureTrainer, read_checkpoint
from scripts.lib.training import errors_on_one_line, run_training

SIZE = 512
FINE_SIZE = 1024
FINE_WIDTH, FINE_DETAILS = 16, 24
"""Channels of the finest level of a painter that has none, and of the faces' details for it."""
_FINE = {"looks": 128, "side": 16, "saves": 10, "adversarial_weight": 0.04}
"""A crop of as many texels as at half the size; a stronger game, or one of more than a thousand steps, weaves a
pattern into skin."""


def parse(arguments: list[str] | None) -> argparse.Namespace:
    default = TextureTrainingConfig()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    folders = parser.add_argument_group("folders")
    folders.add_argument("--data", type=Path, default=Path("runs/texture_data"), help="dataset (default %(default)s)")
    folders.add_argument("--out", type=Path, default=Path("runs/textures"), help="run folder (default %(default)s)")
    folders.add_argument("--resume", action="store_true", help="continue the run in --out with its own configuration")
    folders.add_argument("--from", dest="source", type=Path, metavar="ONNX", help="start from these exported weights")
    plan = parser.add_argument_group("plan")
    plan.add_argument("--encoder-steps", type=int, default=default.encoder_steps, help="default %(default)s")
    plan.add_argument(
        "--fitting-steps",
        type=int,
        default=default.fitting_steps,
        help="painter and codes alone, before the game (default %(default)s)",
    )
    plan.add_argument("--adversarial-steps", type=int, default=default.adversarial_steps, help="default %(default)s")
    plan.add_argument(
        "--latent", type=int, help=f"channels of a code (default {default.generator.latent}, or those of the weights)"
    )
    plan.add_argument(
        "--size",
        type=int,
        choices=[SIZE, FINE_SIZE],
        default=SIZE,
        help=f"texels a side; {FINE_SIZE} trains a finer level alone, on top of the weights to start from "
        "(default %(default)s)",
    )
    plan.add_argument("--batch", type=int, default=default.batch, help="default %(default)s")
    plan.add_argument("--seed", type=int, default=default.seed, help="default %(default)s")
    plan.add_argument("--hold-out", nargs="*", default=[], metavar="GROUP", help="face groups kept for evaluation")
    plan.add_argument("--stop", type=int, help="stop after this step (the run can be resumed)")
    plan.add_argument("--dry-run", action="store_true", help="print the plan and the sizes, train nothing")
    machine = parser.add_argument_group("machine")
    machine.add_argument("--device", default="auto", help="Lightning Fabric accelerator: auto, cpu, cuda (%(default)s)")
    machine.add_argument("--devices", type=int, default=1, help="processes or GPUs (default %(default)s)")
    machine.add_argument(
        "--precision",
        choices=["auto", "32-true", "bf16-mixed"],
        default="auto",
        help="auto: bf16-mixed on a GPU; twice as fast on CPUs with bf16 instructions, too",
    )
    machine.add_argument("--threads", type=int, help="CPU threads (default: torch's own choice)")
    return parser.parse_args(arguments)


def configuration(options: argparse.Namespace) -> TextureTrainingConfig:
    """The configuration of the options, or of the run to resume.

    Raises:
        InputError: there is no run to resume.
    """
    if not options.resume:
        names = ("encoder_steps", "fitting_steps", "adversarial_steps", "batch", "seed")
        config = TextureTrainingConfig(
            **{name: getattr(options, name) for name in names}, hold_out=tuple(options.hold_out)
        )
        if not options.encoder_steps:
            return continued(config, options.source, options.latent, options.size)
        if options.size != SIZE:
            raise InputError(f"--size {options.size} is painted on top of trained weights: give --encoder-steps 0")
        latent = options.latent or config.generator.latent
        return dataclasses.replace(config, generator=dataclasses.replace(config.generator, latent=latent))
    path = options.out / "config.json"
    if not path.is_file() or not (options.out / "checkpoint.pt").is_file():
        raise InputError(f"{options.out}: no run to resume (config.json or checkpoint.pt is missing)")
    return read_config(path)


def continued(
    config: TextureTrainingConfig, source: Path | None, latent: int | None, size: int
) -> TextureTrainingConfig:
    """The configuration of a run that goes on from exported weights and their codes, widened to ``latent`` channels;
    at 1024 texels, of their finest level alone, which is left out at 512.

    Raises:
        InputError: there are no such weights, or codes would be widened under a finest level.
    """
    if source is None:
        raise InputError("--encoder-steps 0 needs weights to go on from; name them with --from")
    network, card = read_network(source)
    sharpness = tuple(card["codes"]["sharpness"])
    generator = network.painter.config
    if size != SIZE and latent not in (None, generator.latent):
        raise InputError(f"--latent {latent}: codes are widened at {SIZE} texels; leave it out at {size}")
    fine, details = (generator.fine or FINE_WIDTH, generator.details or FINE_DETAILS) if size != SIZE else (0, 0)
    generator = dataclasses.replace(generator, latent=latent or generator.latent, fine=fine, details=details)
    config = dataclasses.replace(config, generator=generator, sharpness=sharpness, before=card["training"])
    return dataclasses.replace(config, **_FINE) if fine else config


def kept_codes(
    options: argparse.Namespace, config: TextureTrainingConfig, network: TextureNetwork | None
) -> CodeBank | None:
    """Of a run that trains the finest level alone, the codes of the weights or of the checkpoint that it starts from;
    other runs learn theirs."""
    if not config.finest_only:
        return None
    if options.resume:
        return stored_bank(read_checkpoint(options.out / "checkpoint.pt", "cpu")["model"])
    assert network is not None
    return detailed(network.bank, config.generator.details)


def launched(options: argparse.Namespace) -> Fabric:
    """Fabric on the asked devices; with several, every process has started when this returns."""
    is_gpu = options.device != "cpu" and torch.cuda.is_available()
    precision = ("bf16-mixed" if is_gpu else "32-true") if options.precision == "auto" else options.precision
    # The two stages train different parts of the model, so that some gradients are missing at every step.
    strategy = "ddp_find_unused_parameters_true" if options.devices > 1 else "auto"
    fabric = Fabric(accelerator=options.device, devices=options.devices, strategy=strategy, precision=precision)
    fabric.launch()
    return fabric


@errors_on_one_line
def main(arguments: list[str] | None = None) -> int:
    options = parse(arguments)
    check_folder(options.out)
    config = configuration(options)
    textures = AtlasTextures.load(options.data, config.generator.size)
    if options.threads:
        torch.set_num_threads(options.threads)
    fabric = launched(options)
    network = read_network(options.source)[0] if options.source and not config.encoder_steps else None
    trainer = TextureTrainer(config, textures, options.out, fabric, kept_codes(options, config, network))
    print(json.dumps({name: one for name, one in dataclasses.asdict(config).items() if name != "before"}))
    painter = sum(p.numel() for p in trainer.average.painter.parameters())
    bank = sum(p.numel() for p in trainer.average.bank.parameters())
    print(
        f"{len(trainer.batches.faces)} textures, {len(trainer.batches.identities)} identities, "
        f"{len(trainer.average.bank.faces)} heads, {len(trainer.average.bank.outfits)} garments; painter "
        f"{painter / 1e6:.2f} M parameters, codes {bank / 1e6:.2f} M; {config.total_steps} steps on {fabric.device}"
    )
    if options.dry_run:
        return 0
    if options.resume:
        trainer.resume(options.out / "checkpoint.pt")
    elif network is not None:
        trainer.go_on_from(network)
    elif options.source:
        trainer.start_from(read_weights(options.source))
    return run_training(trainer, lambda: trainer.fit(options.stop, lambda line: print(line, flush=True)))


if __name__ == "__main__":
    sys.exit(main())
