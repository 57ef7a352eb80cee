"""Export a training run to an ONNX file with its card, which describes the training and contains no figures yet.

Which network it is follows from the run's config.json. The scoring data of the network are read again, to fit
temperature and threshold; several runs of the object recognizer become one file, an ensemble. The evaluate_*.py scripts
measure the file and write the figures into its card.

Examples:
  python scripts/training/export_weights.py --run runs/textures --data runs/texture_data
  python scripts/training/export_weights.py --run runs/recognizer --data ../shared/data/objects
  python scripts/training/export_weights.py --run runs/mine --data my_meshes --out mine.onnx
  python scripts/training/export_weights.py --run runs/images --data ../shared/data/objects
  python scripts/training/export_weights.py --run runs/language --data ../shared/data/language
"""

from __future__ import annotations

import argparse
import logging
import sys
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    import scripts.lib.environment  # noqa: F401 - says first which Python to use

from ml_core.datasets.meshes.folders import read_labelled
from ml_core.datasets.meshes.objects import ObjectMesh
from ml_core.errors import InputError
from ml_core.files import read_json
from ml_core.inference.language.understanding.tagging import tagger
from ml_core.inference.recognition import images, objects
from ml_core.inference.textures.generator import WEIGHTS
from ml_core.outputs import check_outputs
from ml_core.training.images.results import export_run as export_images
from ml_core.training.language.results import export_run as export_language
from ml_core.training.loop import CONFIG
from ml_core.training.objects.results import export as export_objects
from ml_core.training.objects.views import render_clean
from ml_core.training.textures.results import VALID
from ml_core.training.textures.results import export_run as export_textures
from scripts.lib.cli import errors_on_one_line

SHIPPED = {
    "textures": WEIGHTS, "objects": objects.SHIPPED, "images": images.SHIPPED, "language": tagger.SHIPPED,
}  # fmt: skip


def parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, nargs="+", required=True, help="run folder of a training script")
    parser.add_argument("--data", type=Path, required=True, help="what the run was trained on")
    parser.add_argument("--out", type=Path, help="ONNX file to write (default: the shipped weights)")
    parser.add_argument(
        "--renders", type=Path, default=Path("runs/image_renders"), help="of the image recognizer (%(default)s)"
    )
    parser.add_argument("--cache", type=Path, default=Path("runs/object_meshes.npz"), help="default %(default)s")
    return parser.parse_args(arguments)


def kind_of(run: Path) -> str:
    """Which of :data:`SHIPPED` the run trained.

    Raises:
        InputError: there is no run, or it is from another script.
    """
    path = run / CONFIG
    if not path.is_file():
        raise InputError("{run}: no training run here ({config} is missing); train one first", run=run, config=CONFIG)
    config: dict[str, Any] = read_json(path, str(path))
    fields = (
        ("textures", "generator"),
        ("images", "objective"),
        ("objects", "architecture"),
        ("language", "word_dropout"),
    )
    for kind, field in fields:
        if field in config:
            return kind
    raise InputError(
        "{run}: cannot be exported; only runs of the texture GAN, of the recognizers and of the language model can",
        run=run,
    )


def held_out(meshes: list[ObjectMesh]) -> list[ObjectMesh]:
    return [mesh for mesh in meshes if mesh.subset in ("val", "score")]


@errors_on_one_line
def main(arguments: list[str] | None = None) -> int:
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    options = parse(arguments)
    kind = kind_of(options.run[0])
    out = options.out or SHIPPED[kind]
    check_outputs([out])
    if kind != "objects" and len(options.run) > 1:
        raise InputError("--run: only runs of the object recognizer become one file")
    if kind == "textures":
        export_textures(options.run[0], out, options.data, VALID)
    elif kind == "language":
        export_language(options.run[0], out)
    else:
        is_own = not (options.data / "labels.csv").is_file()
        if is_own and options.out is None:
            raise InputError("--out: give a file of your own, such as mine.onnx; the shipped weights stay")
        meshes = held_out(read_labelled(options.data, options.cache)[0])
        if kind == "objects":
            export_objects(options.run, out, render_clean(meshes), is_own)
        else:
            from scripts.lib.rendering.object_studio import render_missing  # needs Blender, which no other export does

            render_missing(meshes, options.renders)
            export_images(options.run[0], out, meshes, options.renders)
    print(f"{out}: {out.stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
