"""Measure the object recogniser; with --run, export a training run to the shipped weights first.

Prints, on the split ``val`` (authors and a style that training never saw), top-1, top-3 and mean class accuracy with
and without sizes, how well known objects are told from unknown ones (AUROC, on meshes of packs kept out of training),
the calibration error, and the confusions. Temperature and threshold of the card are fitted on the same meshes; the
figures for them are cross-fitted: fitted on one half, measured on the other.

Examples:
  python scripts/evaluate_recognizer.py --data ../shared/data/objects
  python scripts/evaluate_recognizer.py --data ../shared/data/objects --run runs/recognizer
  python scripts/evaluate_recognizer.py --data my_meshes --run runs/mine --weights mine.onnx
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
import torch
from numpy.typing import NDArray

from ml_core.datasets.mesh_folders import read_own
from ml_core.datasets.object_meshes import UNKNOWN, read_objects
from ml_core.errors import AtelierError, InputError
from ml_core.inference.object_recognizer import SHIPPED
from ml_core.inference.session import open_session
from ml_core.training.recognizer_metrics import (
    accuracy,
    auroc,
    best_temperature,
    calibration_noise,
    confusions,
    cross_fitted,
    keeping_threshold,
    per_class,
)
from ml_core.training.recognizer_trainer import predict
from ml_core.training.recognizer_views import ViewSet, render_clean
from ml_core.vocabulary.labels import LABELS

OWN = {
    "what": "Object recogniser: six 64-pixel views of a mesh, classes of one's own, known/unknown, embedding",
    "limits": "scored on one mesh in five of the same folders; near twins among them flatter the figures",
}
DESCRIPTION = {
    "what": "Object recogniser: six 64-pixel views of a mesh, 52 classes, known/unknown, embedding",
    "data": "1289 labelled meshes of Quaternius, TheBaseMesh (M3), Kay Lousberg (KayKit) and Kenney, and unlabelled "
    "ones of the same packs as unknown objects; scored on Blend Swap models cleaned by Emmanuel Puybaret / eTeks "
    "(SweetHome3D furniture library BlendSwap-CC-0); generated everyday objects (ml_core/datasets/varied) "
    "and the built-in body in 60 poses beside them",
    "data_licence": "CC0-1.0",
    "licence": "GPL-3.0-or-later",
    "limits": "the checkpoint was selected on val, and the generators of cabinets, tables, food and plants were "
    "widened after a look at what an earlier network got wrong there, so the figures lean high; styles far from all "
    "training authors are harder (see the leave-one-author-out figures of scripts/study_recognizer.py); flat things "
    "(rugs, floors, walls) are told apart by their size at best",
}


def outputs(path: Path, data: ViewSet, flag: float) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Logits (N, classes) and known scores (N,) in 0..1 of the ONNX file at ``path``."""
    session = open_session(path, "cpu")
    logits, known = [], []
    for first in range(0, len(data.labels), 32):
        rows = slice(first, first + 32)
        sizes = np.concatenate([data.sizes[rows], np.full((len(data.sizes[rows]), 1), flag, np.float32)], axis=1)
        result = session.run(["logits", "known"], {"views": data.views[rows], "sizes": sizes})
        logits.append(result[0])
        known.append(result[1])
    return np.concatenate(logits), 1 / (1 + np.exp(-np.concatenate(known).astype(np.float64)))


def measure(path: Path, data: ViewSet, names: Sequence[str]) -> dict[str, Any]:
    """All figures of the weights at ``path``; those about unknown objects only where there are some."""
    labels, figures = data.labels, {}
    learned = labels != UNKNOWN
    for name, flag in (("with_size", 1.0), ("without_size", 0.0)):
        logits, known = outputs(path, data, flag)
        figures[name] = {
            **accuracy(logits, labels),
            **({} if learned.all() else {"auroc_known": auroc(known[learned], known[~learned])}),
            **cross_fitted(logits, known, labels),
            "calibration_noise": calibration_noise(logits, labels),
        }
        figures[name] = {key: round(value, 4) for key, value in figures[name].items()}
    logits, known = outputs(path, data, 1.0)
    return {
        "val": {"meshes": int(learned.sum()), "unknown": int((~learned).sum()), **figures},
        "per_class": per_class(logits, labels, names),
        "confusions": confusions(logits, labels, names),
        "temperature": best_temperature(logits, labels),
    }


def keeping_logit(network: torch.nn.Module, data: ViewSet) -> float:
    """The ``known`` logit that nine of ten of the learned objects reach."""
    found = predict(network.eval(), data, 1.0)
    return keeping_threshold(found.known[data.labels != UNKNOWN])


def export(runs: list[Path], path: Path, data: ViewSet, own: bool) -> None:
    """Writes the weights of ``runs`` (an ensemble when there are several) and their card to ``path``."""
    from ml_core.training.recognizer_export import Ensemble, export_recognizer, load_best
    from ml_core.training.texture_export import write_card

    trained = [load_best(run / "best.pt") for run in runs]
    network = Ensemble([network for network, _ in trained])
    # The limit that keeps nine of ten known objects becomes one half, whatever the training made of the numbers.
    network.shift -= keeping_logit(network, data)
    export_recognizer(network, path)
    names = trained[0][1]["configuration"].get("labels", LABELS)
    card: dict[str, Any] = {
        **(OWN if own else DESCRIPTION),
        "labels": names,
        "temperature": 1.0,
        "threshold": 0.5,
        "parameters": sum(parameter.numel() for parameter in network.parameters()),
        "training": [
            {"command": "python scripts/train_recognizer.py --data DATA"}
            | {name: value for name, value in facts.items() if name != "history"}
            for _, facts in trained
        ],
    }
    write_card(path, card)
    figures = measure(path, data, names)
    card["temperature"] = figures.pop("temperature")
    write_card(path, card | {"metrics": figures})


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
    try:
        own = not (options.data / "labels.csv").is_file()
        if own and options.run and options.weights == SHIPPED:
            raise InputError("--weights: give a file of your own, such as mine.onnx; the shipped weights stay")
        meshes, labels = read_own(options.data) if own else (read_objects(options.data, options.cache), LABELS)
        data = render_clean([mesh for mesh in meshes if mesh.subset in ("val", "score")])
        if options.run:
            export(options.run, options.weights, data, own)
        figures = measure(options.weights, data, labels)
    except AtelierError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    wrong = figures.pop("confusions")
    print(json.dumps(figures, indent=1))
    print("confusions: " + ", ".join(f"{right} as {guess} ×{count}" for right, guess, count in wrong))
    return 0


if __name__ == "__main__":
    sys.exit(main())
