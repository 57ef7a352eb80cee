"""Scores of a recognizer from its logits: accuracy, rejection of unknown objects, calibration."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torchmetrics.functional.classification import binary_auroc, multiclass_accuracy

from ml_core.datasets.meshes.objects import UNKNOWN
from ml_core.inference.recognition.objects import softmax
from ml_core.vocabulary.scene.labels import FIRST_LABELS


def accuracy(logits: NDArray[np.floating], labels: NDArray[np.integer]) -> dict[str, float]:
    """top1, top3, mean_class (in 0..1) and nll over the rows whose label is known."""
    logits, labels = logits[labels != UNKNOWN], labels[labels != UNKNOWN]
    right = logits.argmax(axis=1) == labels
    by_class = [right[labels == label].mean() for label in np.unique(labels)]
    top3 = multiclass_accuracy(
        torch.from_numpy(logits),
        torch.from_numpy(labels),
        num_classes=logits.shape[1],
        top_k=min(3, logits.shape[1]),
        average="micro",
    )
    nll = -np.log(softmax(logits)[np.arange(len(labels)), labels] + 1e-9).mean()
    return {
        "top1": float(right.mean()),
        "top3": float(top3),
        "mean_class": float(np.mean(by_class)),
        "nll": float(nll),
    }


def auroc(known: NDArray[np.floating], unknown: NDArray[np.floating]) -> float:
    """Chance that a known object scores higher than an unknown one (ties count half)."""
    scores = torch.from_numpy(np.concatenate([known, unknown]).astype(np.float64))  # singles would tie as probabilities
    return float(binary_auroc(scores, torch.arange(len(scores)) < len(known)))


def calibration_error(confidence: NDArray[np.floating], right: NDArray[np.bool_], bins: int = 10) -> float:
    """Expected calibration error (Guo et al. 2017) over bins of equal width."""
    slot = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = [abs(confidence[slot == b].mean() - right[slot == b].mean()) * (slot == b).mean() for b in np.unique(slot)]
    return float(np.sum(gaps))


def best_temperature(logits: NDArray[np.floating], labels: NDArray[np.integer]) -> float:
    """The temperature of the smallest negative log likelihood, by a search over 0.2 … 3."""
    rows = labels != UNKNOWN
    picked = np.arange(int(rows.sum())), labels[rows]
    grid = np.geomspace(0.2, 3, 60)
    losses = [-np.log(softmax(logits[rows] / t)[picked] + 1e-12).mean() for t in grid]
    return float(grid[int(np.argmin(losses))])


def keeping_threshold(known: NDArray[np.floating], kept: float = 0.9) -> float:
    """The score that a fixed share of the known objects reach: naming fewer would cost artists more than errors do."""
    return float(np.quantile(known, 1 - kept))


def calibration_noise(logits: NDArray[np.floating], labels: NDArray[np.integer], draws: int = 200) -> float:
    """The :func:`calibration_error` of a perfectly calibrated network on so few objects: bins are never even."""
    rows = labels != UNKNOWN
    confidence = softmax(logits[rows] / best_temperature(logits, labels)).max(axis=1)
    rng = np.random.default_rng(0)
    return float(
        np.mean([calibration_error(confidence, rng.random(len(confidence)) < confidence) for _ in range(draws)])
    )


Chances = Callable[[NDArray[np.floating]], NDArray[np.float64]]
"""Logits (N, C) to chances of the same shape."""


def by_temperature(logits: NDArray[np.floating], labels: NDArray[np.integer]) -> Chances:
    """The softmax with the temperature that fits ``logits`` of ``labels``."""
    temperature = best_temperature(logits, labels)
    return lambda others: softmax(others / temperature)


def cross_fitted(
    logits: NDArray[np.floating],
    known: NDArray[np.floating],
    labels: NDArray[np.integer],
    fitted: Callable[[NDArray[np.floating], NDArray[np.integer]], Chances] = by_temperature,
) -> dict[str, float]:
    """Calibration error, and how many known and unknown objects are treated as such, each half by the other's fit."""
    half = np.zeros(len(labels), dtype=bool)
    half[np.random.default_rng(0).permutation(len(labels))[::2]] = True
    confidence, right = np.zeros(len(labels)), np.zeros(len(labels), dtype=bool)
    named = np.zeros(len(labels), dtype=bool)
    for fit, use in ((half, ~half), (~half, half)):
        shares = fitted(logits[fit], labels[fit])(logits[use])
        confidence[use], right[use] = shares.max(axis=1), shares.argmax(axis=1) == labels[use]
        learned = labels[fit] != UNKNOWN
        named[use] = known[use] >= keeping_threshold(known[fit][learned])
    learned = labels != UNKNOWN
    found = {"calibration_error": calibration_error(confidence[learned], right[learned])}
    if not learned.all():
        found |= {"known_named": float(named[learned].mean()), "unknown_rejected": float((~named[~learned]).mean())}
    return found


def confusions(
    logits: NDArray[np.floating], labels: NDArray[np.integer], names: Sequence[str] = FIRST_LABELS
) -> list[tuple[str, str, int]]:
    """(right label, guess, how often), most frequent first."""
    rows = labels != UNKNOWN
    guesses = logits[rows].argmax(axis=1)
    pairs = Counter((names[a], names[b]) for a, b in zip(labels[rows], guesses, strict=True) if a != b)
    return [(right, guess, number) for (right, guess), number in pairs.most_common()]


def per_class(
    logits: NDArray[np.floating], labels: NDArray[np.integer], names: Sequence[str] = FIRST_LABELS
) -> dict[str, Any]:
    """label -> {"right", "of"} for every class that occurs."""
    guesses = logits.argmax(axis=1)
    return {
        names[label]: {"right": int((guesses[labels == label] == label).sum()), "of": int((labels == label).sum())}
        for label in np.unique(labels[labels != UNKNOWN])
    }
