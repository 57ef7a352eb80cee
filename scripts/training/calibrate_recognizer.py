"""Calibrates the recognizer's confidence on meshes that it did not learn from; its weights stay as they are.

It is fitted on the meshes of --more whose source or author --select names, and on the split ``val`` of --data. Those of
--leave-out are what it is measured on, with the card as it is and as it would be; --keep writes it into the card.

Examples:
  python scripts/training/calibrate_recognizer.py --select gazebo blueprint3d --leave-out rmf "El Bolillo Duro"
  python scripts/training/calibrate_recognizer.py --select gazebo blueprint3d --leave-out rmf "El Bolillo Duro" --keep
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
from dataclasses import asdict
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    import scripts.lib.environment  # noqa: F401 - says first which Python to use

from ml_core.datasets.meshes.objects import UNKNOWN, read_objects, read_split
from ml_core.inference.recognition.objects import SHIPPED, ObjectRecognizer
from ml_core.training.cards import rounded
from ml_core.training.objects.calibrating import as_shipped, fitted_calibration, store_calibration
from ml_core.training.objects.export import labels_of
from ml_core.training.objects.results import outputs
from ml_core.training.objects.views import render_clean
from scripts.lib.cli import errors_on_one_line
from scripts.lib.training import recognizer_parser


def parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = recognizer_parser(__doc__, SHIPPED, "sources or authors to fit on")
    parser.add_argument("--keep", action="store_true", help="write it into the card beside the weights")
    return parser.parse_args(arguments)


@errors_on_one_line
def main(arguments: list[str] | None = None) -> int:
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    given = parse(arguments)
    labels = labels_of(given.weights)
    first = read_objects(given.data, given.runs / "object_meshes.npz", labels=labels)
    more = read_split(given.more, given.runs / "more_meshes.npz", given.select, given.leave_out, labels)
    val = [mesh for mesh in first if mesh.subset == "val"]
    fitted_on = render_clean([mesh for mesh in (*more.selection, *val) if mesh.label != UNKNOWN])
    temperature, calibration = fitted_calibration(outputs(given.weights, fitted_on, 1.0)[0], fitted_on.labels)

    recognizer = ObjectRecognizer.load(given.weights, "cpu")
    left_out = {name: render_clean(meshes) for name, meshes in more.left_out.items()}
    if len(left_out) > 1:
        left_out["all of them"] = render_clean([mesh for meshes in more.left_out.values() for mesh in meshes])
    before = {name: as_shipped(recognizer, data) for name, data in left_out.items()}
    recognizer.temperature, recognizer.calibration = temperature, calibration
    facts = rounded({
        "command": "python scripts/training/calibrate_recognizer.py",
        "fitted on": [*given.select, "val"],
        "meshes": len(fitted_on.labels),
        "scored on": {name: {"before": before[name], "after": as_shipped(recognizer, data)}
                      for name, data in left_out.items()},
    })  # fmt: skip
    print(json.dumps({"temperature": temperature, **asdict(calibration), **facts}, indent=1))
    if given.keep:
        store_calibration(given.weights, temperature, calibration, facts)
    return 0


if __name__ == "__main__":
    sys.exit(main())
