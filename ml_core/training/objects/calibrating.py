"""Calibration of a recognizer on meshes that it is neither trained nor scored on, and its shipped figures."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional as F

from ml_core.datasets.meshes.objects import UNKNOWN
from ml_core.inference.recognition.calibration import Calibration, evidence
from ml_core.inference.recognition.objects import ObjectRecognizer, Recognition, softmax
from ml_core.training.cards import plain_card, write_card
from ml_core.training.objects.metrics import Chances, best_temperature, calibration_error
from ml_core.training.objects.views import ViewSet
from ml_core.vocabulary.scene.labels import kinds_of, some_kind

_PULL = 1.0
"""Penalty on the standardized slopes, in meshes: so few tell little."""


def fitted_calibration(logits: NDArray[np.floating], labels: NDArray[np.integer]) -> tuple[float, Calibration]:
    """The temperature and the calibration that fit ``logits`` (N, C) of ``labels`` (N,), some perhaps UNKNOWN."""
    rows = labels != UNKNOWN
    temperature = best_temperature(logits, labels)
    shares = softmax(logits[rows] / temperature)
    found = torch.from_numpy(evidence(shares))
    right = torch.from_numpy((shares.argmax(axis=1) == labels[rows]).astype(np.float64))
    spread = found.std(dim=0)
    fit = nn.Linear(found.shape[1], 1).double()
    optimizer = torch.optim.LBFGS(fit.parameters(), max_iter=300, line_search_fn="strong_wolfe")
    nn.init.zeros_(fit.weight)
    nn.init.zeros_(fit.bias)

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        value = F.binary_cross_entropy_with_logits(fit(found)[:, 0], right)
        value = value + _PULL * ((fit.weight[0] * spread) ** 2).sum() / len(right)
        value.backward()
        return value

    optimizer.step(loss)
    odds, lead = fit.weight[0].tolist()
    return temperature, Calibration(odds, lead, fit.bias.item())


def by_calibration(logits: NDArray[np.floating], labels: NDArray[np.integer]) -> Chances:
    """Chances by the calibration that :func:`fitted_calibration` finds for ``logits`` of ``labels``."""
    temperature, calibration = fitted_calibration(logits, labels)
    return lambda others: calibration.chances(softmax(others / temperature))


def store_calibration(path: Path, temperature: float, calibration: Calibration, about: dict[str, object]) -> None:
    """Write it into the card of the weights at ``path``; ``about`` says how it was made."""
    card = plain_card(path)
    training = [step for step in card["training"] if step.get("command") != about["command"]]
    figures = {"temperature": temperature, "calibration": asdict(calibration)}
    write_card(path, card | figures | {"training": [*training, about]})


def as_shipped(recognizer: ObjectRecognizer, data: ViewSet, draws: int = 200) -> dict[str, Any]:
    """Results of ``recognizer`` on ``data`` at its default threshold, as fractions.

    ``kinds``: how many are assigned only a kind, of how many of these it is right, and the label; ``named_of_right``:
    of the known things whose best guess is right; ``named_wrong``: of all known ones; ``unknown_named``: of the unknown
    ones; ``calibration_noise``: the calibration error that perfect chances would show on so few things.
    """
    sizes = np.concatenate([data.sizes, np.ones((len(data.sizes), 1), np.float32)], axis=1)
    results = recognizer.recognize_views(data.views, sizes)
    known = [(found, recognizer.labels[label]) for found, label in zip(results, data.labels, strict=True)
             if label != UNKNOWN]  # fmt: skip
    unknown = [found for found, label in zip(results, data.labels, strict=True) if label == UNKNOWN]
    right = np.array([found.ranking[0][0] == label for found, label in known])
    named = np.array([found.label is not None for found, _ in known])
    sure = np.array([found.confidence for found, _ in known])
    rng = np.random.default_rng(0)
    figures: dict[str, Any] = {
        "meshes": len(known),
        "top1": float(right.mean()),
        "top3": float(np.mean([_among(found, label, 3) for found, label in known])),
        "calibration_error": calibration_error(sure, right),
        "calibration_noise": float(np.mean([calibration_error(sure, rng.random(len(sure)) < sure)
                                            for _ in range(draws)])),
        "kinds": _kinds(known),
        "named_of_right": float(named[right].mean()),
        "named_wrong": float((named & ~right).mean()),
    }  # fmt: skip
    if unknown:
        named = np.array([found.label is not None for found in unknown])
        figures |= {"unknown": len(unknown), "unknown_named": float(named.mean())}
    return figures


def _kinds(known: list[tuple[Recognition, str]]) -> dict[str, int]:
    kinds = [(found, label, some) for found, label in known if (some := some_kind(found.ranking)) is not None]
    return {
        "said": len(kinds),
        "right": sum(kind in kinds_of(label) for _, label, (kind, _) in kinds),
        "label_right": sum(found.ranking[0][0] == label for found, label, _ in kinds),
    }


def _among(found: Recognition, label: str, first: int) -> bool:
    return label in [name for name, _ in found.ranking[:first]]
