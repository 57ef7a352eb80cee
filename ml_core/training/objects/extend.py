"""Adds labels to a trained recognizer, which keeps its own: fits how much weight a branch of it has.

The branch (:class:`~ml_core.networks.view_cnn.ViewCNN` with ``shared`` stages) predicts all labels. Its output is
joined with that of the network (:func:`~ml_core.training.objects.export.together`) so that the first labels lose next
to nothing, on authors on whom neither was trained.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from ml_core.datasets.meshes.objects import UNKNOWN, ObjectMesh
from ml_core.networks.view_cnn import ViewCNN
from ml_core.training.objects.export import Extended, known_jointly, together
from ml_core.training.objects.metrics import accuracy, auroc
from ml_core.training.objects.refit import described

GATES = tuple(np.arange(-3, 1.25, 0.25).tolist())
"""Values that are tried, in nats, for adding to the odds of a further label."""
DOUBTS = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0)
"""Values that are tried for subtracting from the known logit where a further label is the best guess."""
_MOST_LOST, _MOST_SURPRISE = 0.02, 0.035
"""Share of the meshes of a first label whose answer may be lost, and by how much their labels may get less likely, in
nats: on sixty meshes the first alone is coarse. Set so that ``val`` and El Bolillo Duro lose under a point."""


@dataclass(frozen=True)
class Answers:
    """For N meshes the network's log probabilities (N, some), the branch's logits (N, all), the network's known logits
    (N,), and the labels (N,)."""

    first: torch.Tensor
    every: torch.Tensor
    known: torch.Tensor
    labels: NDArray[np.int64]

    @classmethod
    def of(cls, network: ViewCNN, branch: ViewCNN, meshes: Sequence[ObjectMesh]) -> Answers:
        """The answers for ``meshes``, given their sizes."""
        first, every = described(network, meshes), described(branch, meshes)
        return cls(first.logits.log_softmax(1), every.logits, first.known, every.labels)

    def scores(self, gate: float, trust: float = 0.0, doubt: float = 0.0) -> dict[str, float]:
        """Accuracy of the first and of the further labels, where there are some, and how well known and unknown objects
        are separated."""
        logits = together(self.first, self.every, gate)
        parts = {"first": self.labels < self.first.shape[1], "further": self.labels >= self.first.shape[1]}
        found: dict[str, float] = {}
        for part, rows in parts.items():
            chosen = rows & (self.labels != UNKNOWN)
            if chosen.any():
                values = accuracy(logits[torch.from_numpy(chosen)].numpy(), self.labels[chosen])
                found |= {f"{part}_{name}": value for name, value in values.items()}
        unknown = self.labels == UNKNOWN
        if unknown.any() and (parts["first"] & ~unknown).any():
            known = known_jointly(self.first, logits, self.known, trust, doubt).numpy()
            found["first_auroc_known"] = auroc(known[parts["first"] & ~unknown], known[unknown])
            found["auroc_known"] = auroc(known[~unknown], known[unknown])
        return found

    def named(self, joint: Joint) -> int:
        """Number of objects of further labels named correctly at the threshold that names nine of ten of the first."""
        logits = together(self.first, self.every, joint.gate)
        first = (self.labels != UNKNOWN) & (self.labels < self.first.shape[1])
        known = known_jointly(self.first, logits, self.known, joint.trust, joint.doubt).numpy()
        right = (logits.argmax(1).numpy() == self.labels) & (self.labels >= self.first.shape[1])
        return int((right & (known >= np.quantile(known[first], 0.1))).sum())


@dataclass(frozen=True)
class Joint:
    """How a branch is joined to a network; see :class:`~ml_core.training.objects.export.Extended`."""

    gate: float
    trust: float
    doubt: float


def best_joint(selection: Answers, trust: float) -> Joint:
    """The joint that recognizes most further labels of ``selection`` and loses next to nothing on the first; ``trust``
    is the network's own (:class:`~ml_core.training.objects.export.Refitted`)."""
    alone = selection.scores(min(GATES) - 20)
    best, merit = min(GATES), -np.inf
    for gate in GATES:
        found = selection.scores(gate)
        reached = found["further_top1"] + 0.2 * found["first_top1"] - 0.05 * found["further_nll"]
        kept = found["first_top1"] >= alone["first_top1"] - _MOST_LOST
        if kept and found["first_nll"] <= alone["first_nll"] + _MOST_SURPRISE and reached > merit:
            best, merit = gate, reached
    named = [selection.named(Joint(best, trust, doubt)) for doubt in DOUBTS]
    return Joint(best, trust, DOUBTS[max(at for at, count in enumerate(named) if count == max(named))])


def extended(network: ViewCNN, branch: ViewCNN, joint: Joint) -> Extended:
    """Both as one network, to be exported."""
    again = nn.Linear(network.config.embedding, network.config.classes)
    nn.init.zeros_(again.weight)
    nn.init.zeros_(again.bias)
    return Extended(network, again.requires_grad_(False), branch, joint.gate, joint.trust, joint.doubt).eval()


def facts_of(joint: Joint, answers: dict[str, Answers]) -> dict[str, Any]:
    """For the card: the joint, and its scores on each set of answers beside those of the network alone."""
    facts: dict[str, Any] = {"gate": joint.gate, "trust": joint.trust, "doubt": joint.doubt}
    for name, one in answers.items():
        before = {key: value for key, value in one.scores(-50.0).items() if key.startswith("first")}
        facts[name] = {"before": before, "after": one.scores(joint.gate, joint.trust, joint.doubt)}
    return facts
