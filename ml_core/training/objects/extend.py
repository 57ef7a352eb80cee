"""Further labels beside those of a trained recognizer, which keeps its own: how far a branch of it is listened to.

The branch (:class:`~ml_core.networks.view_cnn.ViewCNN` with ``shared`` stages) knows all labels. What it says is
joined to what the network says (:func:`~ml_core.training.objects.export.together`) so that the labels that were there
lose next to nothing, on authors that neither learned from.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from ml_core.datasets.meshes.objects import UNKNOWN, ObjectMesh
from ml_core.networks.view_cnn import ViewCNN
from ml_core.training.objects.export import Extended, known_of, together
from ml_core.training.objects.metrics import accuracy, auroc
from ml_core.training.objects.refit import TRUSTS, described

SHARES = (0.0, 0.2, 0.4)
"""How much the branch has to say among the labels of the network."""
GATES = tuple(np.arange(-3, 1.25, 0.25).tolist())
"""What is added to the odds, in nats, that a thing is of a further label."""
_MOST_LOST = 0.02
"""Share of the meshes of a first label whose answer may be lost."""


@dataclass(frozen=True)
class Answers:
    """Of N meshes what the network says, log probabilities (N, some), what the branch says, logits (N, all), and of
    whether they are known, logits (N,); and the labels (N,)."""

    first: torch.Tensor
    every: torch.Tensor
    known: torch.Tensor
    labels: NDArray[np.int64]

    @classmethod
    def of(cls, network: ViewCNN, branch: ViewCNN, meshes: Sequence[ObjectMesh]) -> Answers:
        """``meshes`` with their sizes."""
        first, every = described(network, meshes), described(branch, meshes)
        return cls(first.logits.log_softmax(1), every.logits, every.known, every.labels)

    def scores(self, share: float, gate: float, trust: float = 0.0) -> dict[str, float]:
        """Accuracy of the first and of the further labels, where there are some, and how well known and unknown things
        are told apart."""
        logits = together(self.first, self.every, share, gate)
        parts = {"first": self.labels < self.first.shape[1], "further": self.labels >= self.first.shape[1]}
        found: dict[str, float] = {}
        for part, rows in parts.items():
            chosen = rows & (self.labels != UNKNOWN)
            if chosen.any():
                values = accuracy(logits[torch.from_numpy(chosen)].numpy(), self.labels[chosen])
                found |= {f"{part}_{name}": value for name, value in values.items()}
        unknown = self.labels == UNKNOWN
        if unknown.any() and not unknown.all():
            known = known_of(logits, self.known, trust).numpy()
            found["auroc_known"] = auroc(known[~unknown], known[unknown])
        return found


@dataclass(frozen=True)
class Joint:
    """How a branch is joined to a network; see :class:`~ml_core.training.objects.export.Extended`."""

    share: float
    gate: float
    trust: float


def best_joint(selection: Answers) -> Joint:
    """The joint that tells most further labels of ``selection`` and loses at most a fiftieth of the first ones."""
    alone = selection.scores(0.0, min(GATES) - 20)["first_top1"]
    best, merit = (0.0, min(GATES)), -np.inf
    for share, gate in itertools.product(SHARES, GATES):
        found = selection.scores(share, gate)
        reached = found["further_top1"] + 0.2 * found["first_top1"] - 0.05 * found["further_nll"]
        if found["first_top1"] >= alone - _MOST_LOST and reached > merit:
            best, merit = (share, gate), reached
    share, gate = best
    return Joint(share, gate, max(TRUSTS, key=lambda trust: selection.scores(share, gate, trust)["auroc_known"]))


def extended(network: ViewCNN, branch: ViewCNN, joint: Joint) -> Extended:
    """Both as one network, to be exported."""
    again = nn.Linear(network.config.embedding, network.config.classes)
    nn.init.zeros_(again.weight)
    nn.init.zeros_(again.bias)
    return Extended(network, again.requires_grad_(False), branch, joint.share, joint.gate, joint.trust).eval()


def facts_of(joint: Joint, answers: dict[str, Answers]) -> dict[str, Any]:
    """For the card: the joint, and what it does to each set of answers, beside the network alone."""
    facts: dict[str, Any] = {"share": joint.share, "gate": joint.gate, "trust": joint.trust}
    for name, one in answers.items():
        before = {key: value for key, value in one.scores(0.0, -50.0).items() if key.startswith("first")}
        facts[name] = {"before": before, "after": one.scores(joint.share, joint.gate, joint.trust)}
    return facts
