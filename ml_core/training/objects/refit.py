"""The classifier of the shipped recognizer fitted again on further data, its convolutions as they are.

The classifier's input for each mesh is computed once, from the recognizer's views; then a convex problem is solved:
cross entropy with a penalty on every change, so that few meshes of a class move it little. A minute on one core does
what training again would take an hour for, as long as the views need no new features.

The known logit is fitted again as well: confidence in a class indicates a known object, and on authors outside of the
training data it does so better than the network's own logit, so that only a fraction of the latter counts
(:class:`ml_core.training.objects.export.Refitted`).
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
from ml_core.training.objects.export import known_of
from ml_core.training.objects.metrics import accuracy, auroc
from ml_core.training.objects.views import ViewSet, render_clean
from ml_core.training.recognition import merit_of

PULLS = (1.0, 0.3, 0.1, 0.05, 0.03)
"""Penalties that are tried, the strongest first."""
TRUSTS = (1.0, 0.5, 0.3, 0.2, 0.1, 0.0)
"""Weights that are tried for the network's own known logit."""
_SMOOTHING = 0.05
_CHUNK = 256


@dataclass(frozen=True)
class Described:
    """For N meshes the classifier's input (N, E), its present logits (N, classes), the labels (N,), and the network's
    own known logits (N,)."""

    features: torch.Tensor
    logits: torch.Tensor
    labels: NDArray[np.int64]
    known: torch.Tensor

    @property
    def labeled(self) -> Described:
        """The rows of a label."""
        rows = self.labels != UNKNOWN
        return Described(self.features[rows], self.logits[rows], self.labels[rows], self.known[rows])


def described(network: ViewCNN, meshes: Sequence[ObjectMesh]) -> Described:
    """``meshes`` with their sizes."""
    parts = [_described(network, render_clean(list(meshes[at : at + _CHUNK]))) for at in range(0, len(meshes), _CHUNK)]
    features, logits, known = (torch.cat(column) for column in zip(*parts, strict=True))
    return Described(features, logits, np.array([mesh.label for mesh in meshes], np.int64), known)


@torch.no_grad()
def _described(network: ViewCNN, data: ViewSet) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    network.eval()
    sizes = torch.from_numpy(np.concatenate([data.sizes, np.ones((len(data.sizes), 1), np.float32)], axis=1))
    found = [
        network.described(torch.from_numpy(data.views[at : at + 16]), sizes[at : at + 16])
        for at in range(0, len(sizes), 16)
    ]
    every = torch.cat(found)
    judged = network.judged(every)
    return F.relu(every), judged.logits, judged.known


def fitted(data: Described, pull: float) -> nn.Linear:
    """The linear map of the features to add to the logits, with the penalty ``pull``; unlabeled objects are ignored."""
    data = data.labeled
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


def scores(data: Described, again: nn.Linear | None, trust: float = 1.0) -> dict[str, float]:
    """Accuracy on ``data`` with ``again``, or as it is; where some of it has no label, how well the two are separated
    with ``trust`` in the network's own known logit."""
    logits = data.logits if again is None else data.logits + again(data.features)
    found = accuracy(logits.numpy(), data.labels)
    unknown = data.labels == UNKNOWN
    if not unknown.any():
        return found
    known = known_of(logits.log_softmax(1), data.known, trust).numpy()
    return found | {"auroc_known": auroc(known[~unknown], known[unknown])}


def best_trust(selection: Described, again: nn.Linear | None) -> float:
    """The one of :data:`TRUSTS` that separates the known and the unknown objects of ``selection`` best."""
    return max(TRUSTS, key=lambda trust: scores(selection, again, trust)["auroc_known"])


def best_fit(train: Described, selection: Described) -> tuple[nn.Linear | None, float, dict[str, float]]:
    """The fit that does best on ``selection``, its pull and its scores there; ``None`` if none helps."""
    best: tuple[nn.Linear | None, float, dict[str, float]] = (None, np.inf, scores(selection, None))
    for pull in PULLS:
        again = fitted(train, pull)
        found = scores(selection, again)
        if merit_of(found) > merit_of(best[2]):
            best = again, pull, found
    return best
