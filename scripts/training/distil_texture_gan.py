"""Make the texture generator faster: a narrower painter learns to paint what the exported one paints.

Needs the exported weights alone, no textures. The codes of faces and garments stay as they are, so that seeds and
traits give the same people. The run folder gets config.json, checkpoint.pt and TensorBoard curves; at the end
texture_generator.onnx with a card, which scripts/training/evaluate_texture_gan.py --again measures.

Examples:
  python scripts/training/distil_texture_gan.py --from ml_core/weights/texture_generator.onnx --out runs/narrow
  python scripts/training/distil_texture_gan.py --out runs/narrow --resume
  python scripts/training/evaluate_texture_gan.py --again --out runs/narrow/texture_generator.onnx --data runs/data
"""

from __future__ import annotations

import argparse
import platform
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import torch

from ml_core.errors import InputError
from ml_core.files import read_json
from ml_core.inference.textures.generator import WEIGHTS
from ml_core.outputs import check_folder
from ml_core.records import read_record
from ml_core.training.textures.distillation import DistillationConfig, PainterDistillation
from ml_core.training.textures.export import TextureNetwork, export_network, read_network, write_card
from scripts.lib.training import errors_on_one_line, run_training

NAME = "texture_generator.onnx"


def parse(arguments: list[str] | None) -> argparse.Namespace:
    default = DistillationConfig()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--from", dest="source", type=Path, default=WEIGHTS, metavar="ONNX", help="weights to learn from"
    )
    parser.add_argument("--out", type=Path, default=Path("runs/narrow"), help="run folder (default %(default)s)")
    parser.add_argument("--resume", action="store_true", help="continue the run in --out with its own configuration")
    parser.add_argument(
        "--channels", type=int, nargs=3, default=default.channels, metavar=("LOW", "MIDDLE", "HIGH"), help="widths"
    )
    parser.add_argument("--steps", type=int, default=default.steps, help="default %(default)s")
    parser.add_argument("--batch", type=int, default=default.batch, help="crops a step (default %(default)s)")
    parser.add_argument("--seed", type=int, default=default.seed, help="default %(default)s")
    parser.add_argument("--stop", type=int, help="stop after this step (the run can be resumed)")
    parser.add_argument("--threads", type=int, help="CPU threads (default: torch's own choice)")
    return parser.parse_args(arguments)


def configuration(options: argparse.Namespace, widest: tuple[int, ...]) -> DistillationConfig:
    """The configuration of the options, or of the run to resume.

    Raises:
        InputError: there is no run to resume, or the asked widths are not below the ``widest``.
    """
    path = options.out / "config.json"
    if options.resume:
        if not path.is_file() or not (options.out / "checkpoint.pt").is_file():
            raise InputError(f"{options.out}: no run to resume (config.json or checkpoint.pt is missing)")
        return read_record(read_json(path, str(path)), DistillationConfig, str(path))
    channels = tuple(options.channels)
    if any(not 0 < narrow <= wide for narrow, wide in zip(channels, widest, strict=True)):
        raise InputError(f"--channels: {channels} is not within the widths of the network to learn from, {widest}")
    return DistillationConfig(channels, options.steps, options.batch, seed=options.seed)


def export(run: PainterDistillation, teacher: TextureNetwork, card: dict[str, Any], path: Path) -> None:
    """Writes the narrow painter with the teacher's codes; the card says where it is from and holds no figures yet."""
    network = TextureNetwork(run.average, teacher.bank)
    export_network(network, path)
    known = {name: value for name, value in card.items() if name not in ("file", "sha256", "metrics")}
    training = dict(known["training"])
    training["configuration"] = training["configuration"] | {"generator": asdict(run.average.config)}
    training["distilled"] = {
        "command": "python scripts/training/distil_texture_gan.py --channels "
        + " ".join(map(str, run.config.channels)),
        "from_channels": list(teacher.painter.config.channels),
        "from_sha256": card["sha256"],
        "hours": round(run.seconds / 3600, 2),
        "device": f"a {platform.machine()} CPU",
        "configuration": asdict(run.config),
        "steps": run.step,
    }
    parameters = sum(parameter.numel() for parameter in network.parameters())
    write_card(path, known | {"parameters": parameters, "training": training})


@errors_on_one_line
def main(arguments: list[str] | None = None) -> int:
    options = parse(arguments)
    check_folder(options.out)
    teacher, card = read_network(options.source)
    config = configuration(options, teacher.painter.config.channels)
    if options.threads:
        torch.set_num_threads(options.threads)
    run = PainterDistillation(teacher, card["statistics"], config, options.out)
    if options.resume:
        run.resume(options.out / "checkpoint.pt")
    sizes = [sum(p.numel() for p in painter.parameters()) for painter in (teacher.painter, run.student)]
    print(f"{sizes[0]} parameters to {sizes[1]}, {config.steps} steps", flush=True)
    code = run_training(run, lambda: run.fit(options.stop, lambda line: print(line, flush=True)))
    if code:
        return code
    export(run, teacher, card, options.out / NAME)
    print(f"{options.out / NAME}: {(options.out / NAME).stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
