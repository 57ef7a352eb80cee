r"""Train the texture GAN on avatar textures in the body atlas.

Stage A trains an autoencoder, stage B adversarially on a bank of codes; both on crops. The run folder gets
config.json, checkpoint.pt, TensorBoard curves and a sample grid at every 2.5 % of the steps.
scripts/training/export_weights.py turns a checkpoint into weights with a card.

Examples:
  python scripts/training/train_texture_gan.py --data runs/texture_data --out runs/textures --dry-run
  python scripts/training/train_texture_gan.py --data runs/texture_data --out runs/textures --hold-out g08 g19 g23
  python scripts/training/train_texture_gan.py --data runs/texture_data --out runs/textures --resume
  python scripts/training/train_texture_gan.py --data mine --out runs/mine --from ml_core/weights/texture_generator.onnx
  python scripts/training/train_texture_gan.py --data runs/texture_data --out runs/sharper --encoder-steps 0 \
      --from runs/narrow/texture_generator.onnx --hold-out g08 g19 g23     # adversarial steps alone, on these codes
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
    import scripts.lib.environment  # noqa: F401 - says first which Python to use

import torch

from ml_core.datasets.textures.avatar_textures import AtlasTextures
from ml_core.errors import InputError
from ml_core.outputs import check_folder
from ml_core.training.loop import CHECKPOINT, CONFIG, open_fabric
from ml_core.training.textures.config import TextureTrainingConfig, read_config
from ml_core.training.textures.export import read_network, read_weights
from ml_core.training.textures.starting import FINE_SIZE, SIZE, continued, kept_codes
from ml_core.training.textures.trainer import TextureTrainer
from scripts.lib.cli import errors_on_one_line
from scripts.lib.training import add_fields, fields_of, run_training, training_parser


def parse(arguments: list[str] | None) -> argparse.Namespace:
    default = TextureTrainingConfig()
    parser, folders, plan = training_parser(
        __doc__, "runs/textures", dry_run="print the plan and the sizes, train nothing"
    )
    folders.add_argument("--data", type=Path, default=Path("runs/texture_data"), help="dataset (default %(default)s)")
    folders.add_argument("--from", dest="source", type=Path, metavar="ONNX", help="start from these exported weights")
    add_fields(
        plan,
        default,
        encoder_steps="of the autoencoder",
        fitting_steps="painter and codes alone, before the adversarial steps",
        adversarial_steps="painter and codes against the discriminator",
        batch="crops a step",
        seed="",
    )
    plan.add_argument(
        "--latent", type=int, help=f"channels of a code (default {default.generator.latent}, or those of the weights)"
    )
    plan.add_argument(
        "--size",
        type=int,
        choices=[SIZE, FINE_SIZE],
        default=SIZE,
        help=f"resolution in texels (square); {FINE_SIZE} trains a finer level alone, on top of the weights to start "
        "from (default %(default)s)",
    )
    plan.add_argument("--hold-out", nargs="*", default=[], metavar="GROUP", help="face groups kept for evaluation")
    parser.add_argument(
        "--precision",
        choices=["auto", "32-true", "bf16-mixed"],
        default="auto",
        help="auto: bf16-mixed on a GPU; twice as fast on CPUs with bf16 instructions, too",
    )
    parser.add_argument("--threads", type=int, help="CPU threads (default: torch's own choice)")
    return parser.parse_args(arguments)


def configuration(options: argparse.Namespace) -> TextureTrainingConfig:
    """The configuration of the options, or of the run to resume.

    Raises:
        InputError: there is no run to resume.
    """
    if options.resume:
        path = options.out / CONFIG
        if not path.is_file() or not (options.out / CHECKPOINT).is_file():
            raise InputError(
                "{out}: no run to resume ({config} or {checkpoint} is missing)",
                out=options.out,
                config=CONFIG,
                checkpoint=CHECKPOINT,
            )
        return read_config(path)
    names = ("encoder_steps", "fitting_steps", "adversarial_steps", "batch", "seed")
    config = TextureTrainingConfig(**fields_of(options, *names), hold_out=tuple(options.hold_out))
    if not options.encoder_steps:
        return continued(config, options.source, options.latent, options.size)
    if options.size != SIZE:
        raise InputError(
            "--size {size} is painted on top of trained weights: give --encoder-steps 0", size=options.size
        )
    latent = options.latent or config.generator.latent
    return dataclasses.replace(config, generator=dataclasses.replace(config.generator, latent=latent))


@errors_on_one_line
def main(arguments: list[str] | None = None) -> int:
    options = parse(arguments)
    check_folder(options.out)
    config = configuration(options)
    textures = AtlasTextures.load(options.data, config.generator.size)
    if options.threads:
        torch.set_num_threads(options.threads)
    # The stages train different parts of the model, so that some gradients are missing at every step.
    strategy = "ddp_find_unused_parameters_true" if options.devices > 1 else "auto"
    fabric = open_fabric(options.device, options.devices, options.precision, strategy)
    network = read_network(options.source)[0] if options.source and not config.encoder_steps else None
    bank = kept_codes(config, network, options.out if options.resume else None)
    trainer = TextureTrainer(config, textures, options.out, fabric, bank)
    print(json.dumps({name: value for name, value in dataclasses.asdict(config).items() if name != "parent_run"}))
    painter = sum(p.numel() for p in trainer.average.painter.parameters())
    codes = sum(p.numel() for p in trainer.average.bank.parameters())
    print(
        f"{len(trainer.batches.faces)} textures, {len(trainer.batches.identities)} identities, "
        f"{len(trainer.average.bank.faces)} heads, {len(trainer.average.bank.outfits)} garments; painter "
        f"{painter / 1e6:.2f} M parameters, codes {codes / 1e6:.2f} M; {config.total_steps} steps on {fabric.device}"
    )
    if options.dry_run:
        return 0
    if options.resume:
        trainer.resume()
    elif network is not None:
        trainer.go_on_from(network)
    elif options.source:
        trainer.start_from(read_weights(options.source))
    return run_training(trainer, options.stop)


if __name__ == "__main__":
    sys.exit(main())
