"""Make the texture generator faster: a narrower network learns to paint what the exported one paints.

Needs the exported weights alone, no textures. The codes of faces and garments stay as they are, so that seeds and
traits give the same people. The run folder gets config.json, checkpoint.pt and TensorBoard curves; at the end
texture_generator.onnx with a card, which scripts/evaluation/evaluate_texture_gan.py measures.

Examples:
  python scripts/training/distil_texture_gan.py --from ml_core/weights/texture_generator.onnx --out runs/narrow
  python scripts/training/distil_texture_gan.py --out runs/narrow --resume
  python scripts/evaluation/evaluate_texture_gan.py --weights runs/narrow/texture_generator.onnx --data runs/data
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    import scripts.lib.environment  # noqa: F401 - says first which Python to use

import torch

from ml_core.errors import InputError
from ml_core.files import read_json
from ml_core.inference.textures.generator import WEIGHTS
from ml_core.outputs import check_folder
from ml_core.records import read_record
from ml_core.training.loop import CHECKPOINT, CONFIG, open_fabric
from ml_core.training.textures.distillation import DistillationConfig, PainterDistillation
from ml_core.training.textures.export import read_network
from ml_core.training.textures.results import export_distilled
from scripts.lib.cli import errors_on_one_line
from scripts.lib.training import add_fields, fields_of, run_training, training_parser

NAME = "texture_generator.onnx"


def parse(arguments: list[str] | None) -> argparse.Namespace:
    default = DistillationConfig()
    parser, folders, plan = training_parser(__doc__, "runs/narrow", dry_run="print the sizes, train nothing")
    folders.add_argument(
        "--from", dest="source", type=Path, default=WEIGHTS, metavar="ONNX", help="weights to learn from"
    )
    plan.add_argument(
        "--channels", type=int, nargs=3, default=default.channels, metavar=("LOW", "MIDDLE", "HIGH"), help="widths"
    )
    add_fields(plan, default, steps="", batch="crops a step", seed="")
    parser.add_argument("--threads", type=int, help="CPU threads (default: torch's own choice)")
    return parser.parse_args(arguments)


def configuration(options: argparse.Namespace, widest: tuple[int, ...]) -> DistillationConfig:
    """The configuration of the options, or of the run to resume.

    Raises:
        InputError: there is no run to resume, or the widths are not below the ``widest``.
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
        return read_record(read_json(path, str(path)), DistillationConfig, str(path))
    channels = tuple(options.channels)
    if any(not 0 < narrow <= wide for narrow, wide in zip(channels, widest, strict=True)):
        raise InputError(
            "--channels: {channels} is not within the widths of the network to learn from, {widest}",
            channels=channels,
            widest=widest,
        )
    return DistillationConfig(channels, **fields_of(options, "steps", "batch", "seed"))


@errors_on_one_line
def main(arguments: list[str] | None = None) -> int:
    options = parse(arguments)
    check_folder(options.out)
    teacher, card = read_network(options.source)
    config = configuration(options, teacher.painter.config.channels)
    if options.threads:
        torch.set_num_threads(options.threads)
    fabric = open_fabric(options.device, options.devices, "auto")
    trainer = PainterDistillation(teacher, card["statistics"], config, options.out, fabric)
    if options.resume:
        trainer.resume()
    sizes = [sum(p.numel() for p in painter.parameters()) for painter in (teacher.painter, trainer.average)]
    print(f"{sizes[0]} parameters to {sizes[1]}, {config.steps} steps", flush=True)
    if options.dry_run:
        return 0
    code = run_training(trainer, options.stop)
    if code:
        return code
    export_distilled(trainer, card, options.out / NAME)
    print(f"{options.out / NAME}: {(options.out / NAME).stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
