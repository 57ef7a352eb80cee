"""Figures of an exported recognizer, and its export from training runs with a card."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml_core.datasets.meshes.objects import UNKNOWN
from ml_core.inference.session import open_session
from ml_core.training.cards import plain_card, rounded, write_card
from ml_core.training.objects.calibrating import by_calibration
from ml_core.training.objects.export import Ensemble, Extended, Refitted, export_recognizer, load_best
from ml_core.training.objects.metrics import (
    accuracy,
    auroc,
    best_temperature,
    by_temperature,
    calibration_noise,
    confusions,
    cross_fitted,
    keeping_threshold,
    per_class,
)
from ml_core.training.objects.trainer import predict
from ml_core.training.objects.views import ViewSet
from ml_core.training.recognition import BEST
from ml_core.vocabulary.scene.labels import FIRST_LABELS

OWN = {
    "what": "Object recogniser: six 64-pixel views of a mesh, classes of one's own, known/unknown, embedding",
    "limits": "scored on one mesh in five of the same folders; near twins among them flatter the figures",
}
DESCRIPTION = {
    "what": "Object recogniser: six 64-pixel views of a mesh, classes, known/unknown, embedding",
    "data": "1289 labelled meshes of Quaternius, TheBaseMesh (M3), Kay Lousberg (KayKit) and Kenney, and unlabelled "
    "ones of the same packs as unknown objects; scored on Blend Swap models cleaned by Emmanuel Puybaret / eTeks "
    "(SweetHome3D furniture library BlendSwap-CC-0); generated everyday objects (ml_core/datasets/varied) "
    "and the built-in body in 60 poses beside them",
    "data_licence": "CC0-1.0",
    "licence": "GPL-3.0-or-later",
    "limits": "the checkpoint was selected on val, and the generators of cabinets, tables, food and plants were "
    "widened after a look at what an earlier network got wrong there, so the figures lean high; styles far from all "
    "training authors are harder (see the leave-one-author-out figures of scripts/training/study_recognizer.py); flat "
    "things (rugs, floors, walls) are told apart by their size at best",
}

REFIT = {
    "data": DESCRIPTION["data"] + "; the classifier was fitted again with further labelled meshes of Quaternius, "
    "Kenney, Metadyne Labs (Knights of Antrom), Elegant Crow (retro3d-assets) and of the generator ez-tree, chosen on "
    "Gazebo's and blueprint3d's models and scored on those of Open Robotics (rmf_demos) and El Bolillo Duro, too",
    "data_licence": "CC0-1.0; MIT (ez-tree); Apache-2.0 (Antrom); free without conditions (retro3d-assets)",
    "limits": DESCRIPTION["limits"]
    + "; whether an object is known is told by how sure the classifier is and a little by what the network learned of "
    "it, in shares chosen on Gazebo's and blueprint3d's models",
}
"""Card entries for weights of scripts/training/refit_recognizer.py."""

EXTENDED = {
    "what": "Object recogniser: six 64-pixel views of a mesh, 109 classes, known/unknown, embedding",
    "data": REFIT["data"] + "; the 57 further classes were learned from 718 more meshes of the same authors and of "
    "Metadyne Labs, pmndrs' Kenney kits and retro3d-assets (ml_core/datasets/meshes/further_labels.toml), and from "
    "generated ones",
    "data_licence": REFIT["data_licence"],
    "limits": REFIT["limits"]
    + "; further classes were hardly measured: 17 meshes of val, 29 of Gazebo, 26 of El Bolillo Duro and 9 of rmf; how "
    "far they are listened to was chosen on Gazebo's and blueprint3d's models, so that the first 52 lose little; some "
    "rest on one to five real meshes and a generator (laptop, keyboard, curtain, bathtub, bicycle, bus, tent, shower, "
    "washing machine, kitchen hood)",
}
"""Card entries for weights of scripts/training/extend_recognizer.py."""


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
    """All figures of the weights at ``path``; those about unknown objects only where there are some, and of a network
    that learned further labels than FIRST_LABELS also those of both apart, with sizes."""
    labels, figures = data.labels, {}
    learned = labels != UNKNOWN
    fitted = by_calibration if "calibration" in plain_card(path) else by_temperature
    for name, flag in (("with_size", 1.0), ("without_size", 0.0)):
        logits, known = outputs(path, data, flag)
        figures[name] = {
            **accuracy(logits, labels),
            **({} if learned.all() else {"auroc_known": auroc(known[learned], known[~learned])}),
            **cross_fitted(logits, known, labels, fitted),
            "calibration_noise": calibration_noise(logits, labels),
        }
        figures[name] = {key: round(value, 4) for key, value in figures[name].items()}
    logits, known = outputs(path, data, 1.0)
    parts = {}
    if len(names) > len(FIRST_LABELS):
        first = learned & (labels < len(FIRST_LABELS))
        for name, rows in (("first_labels", first), ("further_labels", learned & ~first)):
            if rows.any():
                parts[name] = {"meshes": int(rows.sum()), **rounded(accuracy(logits[rows], labels[rows]))}
                with_unknown = rows | ~learned
                parts[name] |= (
                    rounded(
                        {
                            "auroc_known": auroc(known[rows], known[~learned]),
                            **cross_fitted(logits[with_unknown], known[with_unknown], labels[with_unknown], fitted),
                        }
                    )
                    if not learned.all()
                    else {}
                )
    return parts | {
        "val": {"meshes": int(learned.sum()), "unknown": int((~learned).sum()), **figures},
        "per_class": per_class(logits, labels, names),
        "confusions": confusions(logits, labels, names),
    }


def keeping_logit(network: Any, data: ViewSet) -> float:
    """The ``known`` logit that nine of ten of the learned objects reach."""
    found = predict(network.eval(), data, 1.0)
    return keeping_threshold(found.known[data.labels != UNKNOWN])


def export(runs: list[Path], path: Path, data: ViewSet, own: bool) -> dict[str, Any]:
    """Write the weights of ``runs`` (an ensemble when there are several) and their card to ``path``; the card.

    Its threshold and its temperature are fitted on ``data``, which training was scored on; it holds no figures yet.
    """
    trained = [load_best(run / BEST) for run in runs]
    names = trained[0][1]["configuration"].get("labels", FIRST_LABELS)
    training = [
        {"command": "python scripts/training/train_recognizer.py --data DATA"}
        | {name: value for name, value in facts.items() if name != "history"}
        for _, facts in trained
    ]
    network = Ensemble([network for network, _ in trained])
    return write_weights(network, path, data, {**(OWN if own else DESCRIPTION), "labels": names}, training)


def write_weights(
    network: Ensemble | Refitted | Extended,
    path: Path,
    data: ViewSet,
    about: dict[str, Any],
    training: list[dict[str, Any]],
) -> dict[str, Any]:
    """Write ``network`` and a card (``about``, ``training``) to ``path``, fitted on ``data`` as by :func:`export`."""
    # The limit that keeps nine of ten known objects becomes one half, whatever the training made of the numbers.
    network.shift -= keeping_logit(network, data)
    export_recognizer(network, path)
    card: dict[str, Any] = {
        **about,
        "temperature": 1.0,
        "threshold": 0.5,
        "parameters": sum(parameter.numel() for parameter in network.parameters()),
        "training": training,
    }
    write_card(path, card)  # weights are read with their card
    card["temperature"] = best_temperature(outputs(path, data, 1.0)[0], data.labels)
    write_card(path, card)
    return card
