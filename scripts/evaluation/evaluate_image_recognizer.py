"""Measure an exported image recognizer.

Two kinds of pictures of the split ``val`` (authors and a style that training never saw), from the front left and the
front right: our own traced ones (also from behind), and renders by Blender's Cycles (128 pixels, 16 samples, a sun and
a gray sky, gray material, a dark gray and a white background), which are kept in --renders; and the few textured models
of --scenes, which only show whether textures throw it off. Prints top-1, top-3, how well known objects are
distinguished from unknown ones (AUROC, on meshes of packs kept out of training), the calibration error and the
confusions. Temperature and threshold of the card are fitted on the gray Cycles pictures; the figures for them are
cross-fitted: fitted on one half of the meshes, measured on the other. The weights were chosen on our own pictures of
the same meshes.

Examples:
  python scripts/evaluation/evaluate_image_recognizer.py --data ../shared/data/objects
  python scripts/evaluation/evaluate_image_recognizer.py --data ../shared/data/objects --weights mine.onnx --keep
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    import scripts.lib.environment  # noqa: F401 - says first which Python to use

from ml_core.datasets.meshes.objects import read_objects
from ml_core.inference.recognition.images import SHIPPED
from ml_core.training.cards import add_metrics
from ml_core.training.images.results import measure
from scripts.lib.cli import errors_on_one_line, leave
from scripts.lib.rendering.object_studio import render_missing, textured_models


@errors_on_one_line
def main(arguments: list[str] | None = None) -> int:
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/objects"), help="default %(default)s")
    parser.add_argument("--scenes", type=Path, default=Path("../shared/data/scenes"), help="default %(default)s")
    parser.add_argument("--weights", type=Path, default=SHIPPED, help="ONNX file (default: the shipped weights)")
    parser.add_argument("--keep", action="store_true", help="write the figures into the card beside the weights")
    parser.add_argument("--renders", type=Path, default=Path("runs/image_renders"), help="default %(default)s")
    parser.add_argument("--cache", type=Path, default=Path("runs/object_meshes.npz"), help="default %(default)s")
    options = parser.parse_args(arguments)
    meshes = [mesh for mesh in read_objects(options.data, options.cache) if mesh.subset in ("val", "score")]
    render_missing(meshes, options.renders)
    textured = textured_models(options.scenes, options.renders)
    figures = measure(options.weights, meshes, textured, options.renders)
    if options.keep:
        add_metrics(options.weights, figures)
    confusions = figures.pop("confusions_cycles")
    print(json.dumps(figures, indent=1))
    print("confusions: " + ", ".join(f"{right} as {guess} ×{count}" for right, guess, count in confusions))
    return 0


if __name__ == "__main__":
    leave(main())
