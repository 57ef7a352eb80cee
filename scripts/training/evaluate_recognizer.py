"""Measure the object recogniser; with --run, export a training run to the shipped weights first.

Prints, on the split ``val`` (authors and a style that training never saw), top-1, top-3 and mean class accuracy with
and without sizes, how well known objects are told from unknown ones (AUROC, on meshes of packs kept out of training),
the calibration error, and the confusions. Temperature and threshold of the card are fitted on the same meshes; the
figures for them are cross-fitted: fitted on one half, measured on the other.

Examples:
  python scripts/training/evaluate_recognizer.py --data ../shared/data/objects
  python scripts/training/evaluate_recognizer.py --data ../shared/data/objects --run runs/recognizer
  python scripts/training/evaluate_recognizer.py --data my_meshes --run runs/mine --weights mine.onnx
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from ml_core.datasets.meshes.folders import read_own
from ml_core.datasets.meshes.objects import read_objects
from ml_core.errors import InputError
from ml_core.inference.recognition.objects import SHIPPED
from ml_core.training.objects.results import export, measure
from ml_core.training.objects.views import render_clean
from ml_core.vocabulary.labels import LABELS
from scripts.lib.training import errors_on_one_line


@errors_on_one_line
def main(arguments: list[str] | None = None) -> int:
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/objects"), help="default %(default)s")
    parser.add_argument(
        "--run",
        type=Path,
        nargs="+",
        help="run folders of train_recognizer.py to export first, as an ensemble if several",
    )
    parser.add_argument("--weights", type=Path, default=SHIPPED, help="ONNX file (default: the shipped weights)")
    parser.add_argument("--cache", type=Path, default=Path("runs/object_meshes.npz"), help="default %(default)s")
    options = parser.parse_args(arguments)
    own = not (options.data / "labels.csv").is_file()
    if own and options.run and options.weights == SHIPPED:
        raise InputError("--weights: give a file of your own, such as mine.onnx; the shipped weights stay")
    meshes, labels = read_own(options.data) if own else (read_objects(options.data, options.cache), LABELS)
    data = render_clean([mesh for mesh in meshes if mesh.subset in ("val", "score")])
    if options.run:
        export(options.run, options.weights, data, own)
    figures = measure(options.weights, data, labels)
    wrong = figures.pop("confusions")
    print(json.dumps(figures, indent=1))
    print("confusions: " + ", ".join(f"{right} as {guess} ×{count}" for right, guess, count in wrong))
    return 0


if __name__ == "__main__":
    sys.exit(main())
