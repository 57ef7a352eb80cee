"""Calibration of the object recognizer: a chance for its best guess that also holds on meshes of other authors.

One temperature (Guo et al. 2017) leaves confident guesses overconfident and doubtful ones underconfident, since the
lead over the second guess carries as much information as the best guess alone. So the chance that the best guess is
right is a logistic function of both (Platt 1999), and each thing gets the temperature that gives its best guess that
chance.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml_core.records import read_record

_NEAREST = 1e-5
"""A chance is at least so far from 0 and 1."""
_KEPT = 0.2
"""Share of the softmax in the chances: at a low temperature of its own a thing would rule out all but its best guesses.
On Gazebo's, blueprint3d's and the ``val`` models the true label gets likelier by it (1.55 nats, 1.78 without); of more,
what is doubtful would stay so flat that any hint of a scene turns it."""
_WIDEST, _STEPS = 3.0, 24
"""Temperatures between exp(-3) and exp(3) are tried, by halving."""


@dataclass(frozen=True)
class Calibration:
    """Log odds that the best guess is right: ``odds`` times those of the softmax, ``lead`` times its lead over the
    second guess in nats, and ``bias``."""

    odds: float = 1.0
    lead: float = 0.0
    bias: float = 0.0

    def chances(self, shares: NDArray[np.float64]) -> NDArray[np.float64]:
        """(N, C), each row of sum 1 and in the order of ``shares`` (N, C), the softmax over at least two classes."""
        odds, lead = evidence(shares).T
        said = 1 / (1 + np.exp(-(self.odds * odds + self.lead * lead + self.bias)))
        wanted = (said - _KEPT * shares.max(axis=1)) / (1 - _KEPT)
        return (1 - _KEPT) * _with_best(shares, wanted) + _KEPT * shares


def evidence(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """(N, 2): log odds of the best of ``shares`` (N, C), and its lead over the second in nats."""
    best, second = _two_best(shares)
    bounded = np.clip(best, _NEAREST, 1 - _NEAREST)
    lead = np.log(best / np.maximum(second, _NEAREST * best))
    return np.column_stack([np.log(bounded / (1 - bounded)), lead])


def calibration_of(card: Mapping[str, Any], what: str) -> Calibration:
    """The calibration in the card of some weights; one that changes nothing where the card has none.

    Raises:
        InputError: it is damaged; ``what`` names the card.
    """
    return read_record(card.get("calibration", {}), Calibration, what)


def _with_best(shares: NDArray[np.float64], wanted: NDArray[np.float64]) -> NDArray[np.float64]:
    """(N, C): each row of ``shares`` at the temperature that makes its largest ``wanted`` (N,), or as near to it as the
    temperatures that are tried allow."""
    leads = np.log(np.maximum(shares, 1e-30) / shares.max(axis=1, keepdims=True))
    low, high = np.full(len(leads), -_WIDEST), np.full(len(leads), _WIDEST)
    for _ in range(_STEPS):
        middle = (low + high) / 2
        is_sharp = 1 / np.exp(leads / np.exp(middle)[:, None]).sum(axis=1) > wanted
        low, high = np.where(is_sharp, middle, low), np.where(is_sharp, high, middle)
    raised = np.exp(leads / np.exp((low + high) / 2)[:, None])
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def _two_best(shares: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    ordered = np.partition(shares, (-2, -1), axis=1)
    return ordered[:, -1], ordered[:, -2]
