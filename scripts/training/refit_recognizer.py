"""Fit the classifier of the recognizer again on further meshes, without training its convolutions.

--more is a folder as --data is: labels.csv with path, source, pack, label, split, ambiguous, author. Meshes whose
source or author --select names choose how far the classifier may move, and how much the network's own estimate counts
of whether a thing is known; those of --leave-out are neither learned from nor chosen by, and are scored before and
after, as the split ``val`` of --data is. A minute on one core. With --out the weights are written, with a card;
scripts/evaluation/evaluate_recognizer.py --keep measures them.

Examples:
  python scripts/training/refit_recognizer.py --select gazebo blueprint3d --leave-out rmf "El Bolillo Duro"
  python scripts/training/refit_recognizer.py --select gazebo --out runs/refit/object_recognizer.onnx
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    import scripts.lib.environment  # noqa: F401 - says first which Python to use

import torch
from torch import nn

from ml_core.datasets.meshes.objects import read_objects, read_split
from ml_core.inference.recognition.objects import SHIPPED
from ml_core.outputs import check_outputs
from ml_core.training.cards import plain_card, rounded
from ml_core.training.objects.export import Refitted, labels_of, load_shipped
from ml_core.training.objects.refit import best_fit, best_trust, described, scores
from ml_core.training.objects.results import REFIT, write_weights
from ml_core.training.objects.views import render_clean
from scripts.lib.cli import errors_on_one_line
from scripts.lib.training import recognizer_parser


def parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = recognizer_parser(__doc__, SHIPPED)
    parser.add_argument("--out", type=Path, metavar="ONNX", help="write the weights there, with their card")
    return parser.parse_args(arguments)


@errors_on_one_line
def main(arguments: list[str] | None = None) -> int:
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    given = parse(arguments)
    if given.out is not None:
        check_outputs([given.out])
    labels = labels_of(given.weights)
    first = read_objects(given.data, given.runs / "object_meshes.npz", labels=labels)
    more = read_split(given.more, given.runs / "more_meshes.npz", given.select, given.leave_out, labels)
    selection, left_out = more.selection, more.left_out
    learned = more.learned + [mesh for mesh in first if mesh.subset == "train"]

    network = load_shipped(given.weights)
    train, chosen_by = described(network, learned).labeled, described(network, selection)
    again, pull, _ = best_fit(train, chosen_by)
    trust = best_trust(chosen_by, again)
    facts: dict[str, Any] = {
        "meshes": len(train.labels) if again is not None else 0,
        "pull": pull if again is not None else None,
        "trust": trust,
        "selected on": given.select,
        "selection": scores(chosen_by, again, trust),
    }
    for name, meshes in (*left_out.items(), ("val", [mesh for mesh in first if mesh.subset == "val"])):
        data = described(network, meshes)
        facts[name] = {
            "meshes": len(data.labeled.labels),
            "before": scores(data, None),
            "after": scores(data, again, trust),
        }
    facts = rounded(facts)
    print(json.dumps(facts, indent=1))
    if given.out is not None:
        card = plain_card(given.weights)
        command = "python scripts/training/refit_recognizer.py --select " + " ".join(map(json.dumps, given.select))
        command += " --leave-out " + " ".join(map(json.dumps, given.leave_out)) if given.leave_out else ""
        about = {name: card[name] for name in ("what", "licence", "labels")} | REFIT
        held_out = render_clean([mesh for mesh in first if mesh.subset in ("val", "score")])
        steps = [*card["training"], {"command": command, **facts}]
        write_weights(
            Refitted(network, again or _nothing(train.logits, train.features), trust), given.out, held_out, about, steps
        )
        print(f"{given.out}: {given.out.stat().st_size / 1e6:.1f} MB")
    return 0


def _nothing(logits: torch.Tensor, features: torch.Tensor) -> nn.Linear:
    """A fit that adds nothing: none was better than the classifier as it is."""
    again = nn.Linear(features.shape[1], logits.shape[1])
    nn.init.zeros_(again.weight)
    nn.init.zeros_(again.bias)
    return again.requires_grad_(False)


if __name__ == "__main__":
    sys.exit(main())
