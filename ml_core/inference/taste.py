"""A user's taste, learned from a few looks that were kept or rejected: a Bayesian logistic regression over looks.

A look is the traits of an avatar and the codes that its seed draws. The posterior is Laplace's approximation (Bishop,
"Pattern Recognition and Machine Learning", 4.5); proposals are drawn by Thompson sampling, so that uncertain looks are
tried, too (Chapelle and Li, 2011).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml_core.color import hex_to_srgb, srgb_to_lab
from ml_core.vocabulary.avatar.hair.hair_styles import HAIR_STYLES
from ml_core.vocabulary.avatar.seed_vector import seed_vector
from ml_core.vocabulary.traits import COLOR_TRAITS, OUTFITS, RANGES, AvatarTraits

Array = NDArray[np.floating]

_SPREADS = {"color": 1.0, "number": 1.0, "choice": 0.7, "code": 0.25}
"""How much a feature of each kind may matter, before anything is known."""
_NUMBERS = tuple(name for name in RANGES if name not in ("truncation", "build"))
_CODES = 8
_LAB = np.array([25.0, 18.0, 22.0])
"""Usual spreads of lightness, red-green and yellow-blue."""
_STEPS = 12
_LEAST_APART = 1.2


@dataclass(frozen=True)
class Choice:
    """A look that was kept or rejected; ``weight`` 0..1: one that was passed over carries less weight than a reject."""

    traits: AvatarTraits
    seed: int
    liked: bool
    weight: float = 1.0


def look(traits: AvatarTraits, seed: int) -> NDArray[np.float64]:
    """(D,) features of a look; a trait that is open counts as the middle of its range."""
    parts: list[float] = []
    for name in COLOR_TRAITS:
        value = getattr(traits, name)
        lab = srgb_to_lab(hex_to_srgb(value)) if value is not None else np.array([50.0, 0.0, 0.0])
        parts += (((np.asarray(lab, float) - [50, 0, 0]) / _LAB) * _SPREADS["color"]).tolist()
    for name in _NUMBERS:
        low, high = RANGES[name]
        value = getattr(traits, name)
        middle = (low + high) / 2
        parts.append(((value if value is not None else middle) - middle) / (high - low) * 3.5 * _SPREADS["number"])
    parts += [_SPREADS["choice"] * (traits.outfit == outfit) for outfit in OUTFITS]
    parts += [_SPREADS["choice"] * (traits.hair_style == style) for style in HAIR_STYLES]
    parts += (_SPREADS["code"] * seed_vector(seed)[:_CODES]).tolist()
    return np.array(parts, np.float64)


@dataclass(frozen=True)
class Taste:
    """Weights of the features: mean (D + 1,) and covariance (D + 1, D + 1), the last for liking anything at all."""

    mean: Array
    covariance: Array

    @classmethod
    def of(cls, choices: Sequence[Choice]) -> Taste:
        """The posterior given the choices; the prior without any."""
        width = len(look(AvatarTraits(), 0)) + 1
        prior = np.full(width, 1.0)
        prior[-1] = 0.5
        if not choices:
            return cls(np.zeros(width), np.diag(1 / prior))
        rows = _with_constant(np.stack([look(choice.traits, choice.seed) for choice in choices]))
        liked = np.array([choice.liked for choice in choices], float)
        weights = np.array([choice.weight for choice in choices], float)
        mean = np.zeros(width)
        for _ in range(_STEPS):  # Newton's method; the posterior is concave
            share = 1 / (1 + np.exp(-rows @ mean))
            gradient = rows.T @ (weights * (liked - share)) - prior * mean
            hessian = (rows * (weights * share * (1 - share))[:, None]).T @ rows + np.diag(prior)
            mean = mean + np.linalg.solve(hessian, gradient)
        return cls(mean, np.linalg.inv(hessian))

    def likes(self, looks: Array) -> Array:
        """(N,) chance of each look (N, D) to be liked, by the mean of the weights."""
        return 1 / (1 + np.exp(-_with_constant(looks) @ self.mean))

    def proposals(self, looks: Array, count: int, rng: np.random.Generator, curiosity: float = 0.5) -> list[int]:
        """Which of the looks (N, D) to show: liked by a taste drawn from the posterior, and unlike one another.

        Args:
            curiosity: 0 proposes looks that are surely liked, 1 explores the uncertain ones fully.
        """
        rows = _with_constant(looks)
        spread = np.linalg.cholesky(self.covariance + 1e-9 * np.eye(len(self.mean)))
        chosen: list[int] = []
        for _ in range(min(count, len(looks))):
            drawn = self.mean + curiosity * spread @ rng.normal(size=len(self.mean))
            score = rows @ drawn
            if chosen:
                apart = np.linalg.norm(looks[:, None] - looks[chosen], axis=2).min(axis=1)
                score = score - 4.0 * np.maximum(_LEAST_APART - apart, 0)
                score[chosen] = -np.inf
            chosen.append(int(np.argmax(score)))
        return chosen

    def reason(self, traits: AvatarTraits, seed: int) -> str | None:
        """The trait that contributes most to a look's score; ``None`` where none does."""
        gains: dict[str, float] = {}
        for name, gain in zip(_feature_names(), look(traits, seed) * self.mean[:-1], strict=True):
            gains[name] = gains.get(name, 0.0) + float(gain)
        gains.pop("", None)
        best = max(gains, key=lambda name: gains[name])
        return best if gains[best] > 0.02 else None


def _feature_names() -> list[str]:
    """The trait of each feature; none for the seed's codes."""
    names = [name for name in COLOR_TRAITS for _ in range(3)] + list(_NUMBERS)
    return names + ["outfit"] * len(OUTFITS) + ["hair_style"] * len(HAIR_STYLES) + [""] * _CODES


def _with_constant(looks: Array) -> Array:
    return np.concatenate([looks, np.ones((len(looks), 1))], axis=1)
