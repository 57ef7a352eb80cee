"""Measure an exported object recognizer.

Prints, on the split ``val`` (authors and a style that training never saw), top-1, top-3 and mean class accuracy with
and without sizes, how well known objects are distinguished from unknown ones (AUROC, on meshes of packs kept out of
training), the calibration error, and the confusions. Temperature and threshold of the card are fitted on the same
meshes; the figures for them are cross-fitted: fitted on one half, measured on the other. With --held-out, also the
output of the shipped recognizer for the meshes of these authors: whether its probabilities are calibrated, and what it
names at its threshold.

Examples:
  python scripts/evaluation/evaluate_recognizer.py --data ../shared/data/objects
  python scripts/evaluation/evaluate_recognizer.py --more ../shared/data/objects_more --held-out rmf "El Bolillo Duro"
  python scripts/evaluation/evaluate_recognizer.py --data my_meshes --weights mine.onnx --keep
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

from ml_core.datasets.meshes.folders import read_labelled
from ml_core.datasets.meshes.objects import read_split
from ml_core.inference.recognition.objects import SHIPPED, ObjectRecognizer
from ml_core.training.cards import add_metrics, plain_card, rounded
from ml_core.training.objects.calibrating import as_shipped
from ml_core.training.objects.export import labels_of
from ml_core.training.objects.results import measure
from ml_core.training.objects.views import render_clean
from scripts.lib.cli import errors_on_one_line


@errors_on_one_line
def main(arguments: list[str] | None = None) -> int:
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/objects"), help="default %(default)s")
    parser.add_argument("--more", type=Path, default=Path("../shared/data/objects_more"), help="default %(default)s")
    parser.add_argument("--held-out", nargs="*", default=[], metavar="NAME", help="sources or authors of --more")
    parser.add_argument("--weights", type=Path, default=SHIPPED, help="ONNX file (default: the shipped weights)")
    parser.add_argument("--keep", action="store_true", help="write the figures into the card beside the weights")
    parser.add_argument("--cache", type=Path, default=Path("runs/object_meshes.npz"), help="default %(default)s")
    options = parser.parse_args(arguments)
    meshes, labels = read_labelled(options.data, options.cache, labels_of(options.weights))
    data = render_clean([mesh for mesh in meshes if mesh.subset in ("val", "score")])
    figures = measure(options.weights, data, labels)
    if options.held_out:
        cache = options.cache.with_name("more_meshes.npz")
        left_out = read_split(options.more, cache, [], options.held_out, labels).left_out
        every = [mesh for meshes in left_out.values() for mesh in meshes]
        recognizer = ObjectRecognizer.load(options.weights, "cpu")
        sets = {**left_out, **({"all of them": every} if len(left_out) > 1 else {})}
        figures["held_out"] = {
            name: rounded(as_shipped(recognizer, render_clean(meshes))) for name, meshes in sets.items()
        }
    if options.keep:
        former = plain_card(options.weights).get("metrics", {})
        of_scenes = {name: value for name, value in former.items() if name.startswith("in_scenes")}
        add_metrics(options.weights, {**figures, **of_scenes})
    confusions = figures.pop("confusions")
    print(json.dumps(figures, indent=1))
    print("confusions: " + ", ".join(f"{right} as {guess} ×{count}" for right, guess, count in confusions))
    return 0


if __name__ == "__main__":
    sys.exit(main())
