"""Joins a branch with further labels to the shipped recognizer, whose results for its own labels stay.

--branch is a run of scripts/training/train_recognizer.py with --shared. The weight of the branch is chosen on the
meshes of --more whose source or author --select names; those of --leave-out are scored, as the split ``val`` of --data
is. With --out the weights are written, with a card; scripts/evaluation/evaluate_recognizer.py --keep measures them.

Examples:
  python scripts/training/train_recognizer.py --more ../shared/data/objects_more --select gazebo blueprint3d \\
      --leave-out rmf "El Bolillo Duro" --from shipped --shared 2 --learning-rate 0.001 --out runs/branch
  python scripts/training/extend_recognizer.py --branch runs/branch --select gazebo blueprint3d \\
      --leave-out rmf "El Bolillo Duro" --out runs/extended/object_recognizer.onnx
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

from ml_core.datasets.meshes.objects import read_objects, read_split
from ml_core.inference.recognition.objects import SHIPPED
from ml_core.outputs import check_outputs
from ml_core.training.cards import plain_card, rounded
from ml_core.training.objects.export import load_end, load_shipped
from ml_core.training.objects.extend import Answers, best_joint, extended, facts_of
from ml_core.training.objects.results import EXTENDED, write_weights
from ml_core.training.objects.views import render_clean
from scripts.lib.cli import errors_on_one_line
from scripts.lib.training import recognizer_parser


def parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = recognizer_parser(__doc__, SHIPPED)
    parser.add_argument("--branch", type=Path, required=True, metavar="RUN", help="run on stages that --weights shares")
    parser.add_argument("--out", type=Path, metavar="ONNX", help="write the weights there, with their card")
    return parser.parse_args(arguments)


@errors_on_one_line
def main(arguments: list[str] | None = None) -> int:
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    given = parse(arguments)
    if given.out is not None:
        check_outputs([given.out])
    branch, run = load_end(given.branch)
    network, labels = load_shipped(given.weights).eval(), run["configuration"]["labels"]
    first = read_objects(given.data, given.runs / "object_meshes.npz", labels=labels)
    more = read_split(given.more, given.runs / "more_meshes.npz", given.select, given.leave_out, labels)
    held_out = [mesh for mesh in first if mesh.subset in ("val", "score")]
    sets = {"selection": more.selection, **more.left_out, "val": held_out}
    answers = {name: Answers.of(network, branch, meshes) for name, meshes in sets.items()}
    card = plain_card(given.weights)
    trust = next((step["trust"] for step in reversed(card["training"]) if "trust" in step), 1.0)
    joint = best_joint(answers["selection"], trust)
    facts = rounded({"selected on": given.select, **facts_of(joint, answers)})
    print(json.dumps(facts, indent=1))
    if given.out is not None:
        command = "python scripts/training/train_recognizer.py --more MORE --from shipped --shared 2"
        steps = [*card["training"], {"command": command, **run}]
        steps.append({"command": "python scripts/training/extend_recognizer.py --branch RUN", **facts})
        about = {name: card[name] for name in ("licence",)} | EXTENDED | {"labels": labels}
        # The limit below which nothing is named stays that of the first labels, which are measured well.
        fitted_on = render_clean([mesh for mesh in held_out if mesh.label < network.config.classes])
        write_weights(extended(network, branch, joint), given.out, fitted_on, about, steps)
        print(f"{given.out}: {given.out.stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
