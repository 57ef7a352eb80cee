"""Further labels beside those of a trained recognizer, which keeps its own: how far a branch of it is listened to.

The branch (:class:`~ml_core.networks.view_cnn.ViewCNN` with ``shared`` stages) knows all labels. What it says is
joined to what the network says (:func:`~ml_core.training.objects.export.together`) so that the labels that were there
lose next to nothing, on authors that neither learned from.
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
"""What is added to the odds, in nats, that a thing is of a further label."""
DOUBTS = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0)
"""What is taken away of the log odds that a thing is known where a further label is the best guess."""
_MOST_LOST, _MOST_SURPRISE = 0.02, 0.035
"""Share of the meshes of a first label whose answer may be lost, and by how much their labels may get less likely, in
nats: on sixty meshes the first alone is coarse. Set so that ``val`` and El Bolillo Duro lose under a point."""


@dataclass(frozen=True)
class Answers:
    """Of N meshes what the network says, log probabilities (N, some), what the branch says, logits (N, all), what the
    network says of whether they are known, logits (N,), and the labels (N,)."""

    first: torch.Tensor
    every: torch.Tensor
    known: torch.Tensor
    labels: NDArray[np.int64]

    @classmethod
    def of(cls, network: ViewCNN, branch: ViewCNN, meshes: Sequence[ObjectMesh]) -> Answers:
        """``meshes`` with their sizes."""
        first, every = described(network, meshes), described(branch, meshes)
        return cls(first.logits.log_softmax(1), every.logits, first.known, every.labels)

    def scores(self, gate: float, trust: float = 0.0, doubt: float = 0.0) -> dict[str, float]:
        """Accuracy of the first and of the further labels, where there are some, and how well known and unknown things
        are told apart."""
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
        """How many things of further labels are named rightly where nine of ten of first labels are named at all."""
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
    """The joint that tells most further labels of ``selection`` and loses next to nothing of the first; ``trust`` is
    the network's own (:class:`~ml_core.training.objects.export.Refitted`)."""
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
    """For the card: the joint, and what it does to each set of answers, beside the network alone."""
    facts: dict[str, Any] = {"gate": joint.gate, "trust": joint.trust, "doubt": joint.doubt}
    for name, one in answers.items():
        before = {key: value for key, value in one.scores(-50.0).items() if key.startswith("first")}
        facts[name] = {"before": before, "after": one.scores(joint.gate, joint.trust, joint.doubt)}
    return facts
