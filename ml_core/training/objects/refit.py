"""The classifier of the shipped recognizer fitted again on further data, its convolutions as they are.

What the classifier reads of each mesh is computed once, as the recognizer sees the mesh; then a convex problem is
solved: cross entropy with a penalty on every change, so that few meshes of a class move it little. A minute on one
core does what training again would take an hour for, as long as the views need no new features.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional as F

from ml_core.datasets.meshes.objects import UNKNOWN, ObjectMesh
from ml_core.networks.view_cnn import ViewCNN
from ml_core.training.objects.metrics import accuracy
from ml_core.training.objects.views import ViewSet, render_clean
from ml_core.training.recognition import merit_of

PULLS = (1.0, 0.3, 0.1, 0.05, 0.03)
"""Penalties that are tried, the strongest first."""
_SMOOTHING = 0.05
_CHUNK = 256


@dataclass(frozen=True)
class Described:
    """Of N labeled meshes what the classifier reads (N, E), its logits (N, classes) now, and the labels (N,)."""

    features: torch.Tensor
    logits: torch.Tensor
    labels: NDArray[np.int64]


def described(network: ViewCNN, meshes: Sequence[ObjectMesh]) -> Described:
    """The labeled ones of ``meshes`` with their sizes."""
    labeled = [mesh for mesh in meshes if mesh.label != UNKNOWN]
    parts = [_described(network, render_clean(labeled[at : at + _CHUNK])) for at in range(0, len(labeled), _CHUNK)]
    features, logits = (torch.cat(column) for column in zip(*parts, strict=True))
    return Described(features, logits, np.array([mesh.label for mesh in labeled], np.int64))


@torch.no_grad()
def _described(network: ViewCNN, data: ViewSet) -> tuple[torch.Tensor, torch.Tensor]:
    network.eval()
    sizes = torch.from_numpy(np.concatenate([data.sizes, np.ones((len(data.sizes), 1), np.float32)], axis=1))
    found = [
        network.described(torch.from_numpy(data.views[at : at + 16]), sizes[at : at + 16])
        for at in range(0, len(sizes), 16)
    ]
    every = torch.cat(found)
    return F.relu(every), network.judged(every).logits


def fitted(data: Described, pull: float) -> nn.Linear:
    """What to add to the logits, of the features; ``pull`` holds it at nothing."""
    again = nn.Linear(data.features.shape[1], data.logits.shape[1])
    nn.init.zeros_(again.weight)
    nn.init.zeros_(again.bias)
    labels = torch.from_numpy(data.labels)
    optimizer = torch.optim.LBFGS(again.parameters(), max_iter=300, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        change = sum((parameter**2).sum() for parameter in again.parameters())
        logits = data.logits + again(data.features)
        value = F.cross_entropy(logits, labels, label_smoothing=_SMOOTHING) + pull * change
        value.backward()
        return value

    optimizer.step(loss)
    return again.requires_grad_(False)


def scores(data: Described, again: nn.Linear | None) -> dict[str, float]:
    """Accuracy on ``data`` with ``again``, or as it is."""
    logits = data.logits if again is None else data.logits + again(data.features)
    return accuracy(logits.numpy(), data.labels)


def best_fit(train: Described, selection: Described) -> tuple[nn.Linear | None, float, dict[str, float]]:
    """The fit that does best on ``selection``, its pull and its scores there; ``None`` where none beats what is."""
    best: tuple[nn.Linear | None, float, dict[str, float]] = (None, np.inf, scores(selection, None))
    for pull in PULLS:
        again = fitted(train, pull)
        found = scores(selection, again)
        if merit_of(found) > merit_of(best[2]):
            best = again, pull, found
    return best
