"""What a seed draws of a person: traits that were left open come from distributions of real people.

Each trait and each slider has a stream of its own, so choosing one leaves the others as they were.
"""

from __future__ import annotations

import zlib

import numpy as np

from ml_core.geometry.body.people.growth import childlike, usual_height
from ml_core.geometry.body.traits import ADULT, MAX_SEED, RANGES, BodyTraits
from ml_core.vocabulary.avatar.body_sliders import BODY_GROUPS, SLIDERS

MOST_DEVIATIONS = 2.2
"""Most deviations of a drawn value from its mean; people further out are made by hand."""
_ANCESTRY_CONCENTRATION = 0.3
"""Of the Dirichlet distribution of the three shares: most people are mainly one, some are mixed."""
_DRAWS = 1 << 14
_SPREAD = 0.6
"""Factor on the spreads of the sliders, since all of them at once add up."""
_FACE_SPREAD, _CHILD_ALIKE, _FEMININE_ALIKE = 0.66, 0.5, 0.25
"""The same for a man's face, and the fractions by which faces of children and of women vary less: the sliders' ends are
those of men, whose noses, brows and jaws are largest."""


def neutral(traits: BodyTraits) -> BodyTraits:
    """``traits`` with the average in place of what is left open: a mean face, the usual height of the age."""
    return _completed(traits, None)


def drawn(traits: BodyTraits, seed: int) -> BodyTraits:
    """``traits`` with everything that is left open drawn by ``seed``; the same seed gives the same person."""
    return _completed(traits, seed)


def _completed(traits: BodyTraits, seed: int | None) -> BodyTraits:
    streams = _Streams(seed)
    presentation = traits.presentation
    if presentation is None:
        presentation = 0.5 if seed is None else streams.either("presentation", 0.04, 0.96)
    age = streams.normal("age", 36.0, 13.0, low=ADULT) if traits.age is None else traits.age
    years_over = max(0.0, age - 25) / 65
    values = {
        "presentation": presentation,
        "age": age,
        "height": usual_height(age, presentation, streams.normal("height", 0.0, 1.0, low=-9, high=9)),
        "weight": 0.5 if seed is None else streams.normal("weight", 0.53 + 0.06 * min(years_over * 2, 1), 0.14),
        "muscle": streams.normal("muscle", 0.52 - 0.16 * years_over, 0.12),
        "proportions": streams.normal("proportions", 0.62, 0.1),
        "bust": streams.normal("bust", 0.45, 0.14),
        "firmness": streams.normal("firmness", 0.62 - 0.35 * years_over, 0.1),
        "asymmetry": 0.0 if seed is None else streams.normal("asymmetry", 0.3, 0.1),
        "ancestry": (1 / 3, 1 / 3, 1 / 3) if seed is None else streams.shares("ancestry"),
        "asymmetry_seed": 0 if seed is None else streams.whole("asymmetry_seed"),
    }
    kept = {name: getattr(traits, name) for name in values if getattr(traits, name) is not None}
    face = _FACE_SPREAD * (1 - _CHILD_ALIKE * childlike(age)) * (1 - _FEMININE_ALIKE * presentation)
    sliders = {
        slider.name: traits.sliders[slider.name] if slider.name in traits.sliders
        else (0.0 if seed is None else streams.slider(f"slider {slider.name}", slider.mean,
              slider.spread * (_SPREAD if slider.group in BODY_GROUPS else face)))
        for slider in SLIDERS
    }  # fmt: skip
    return BodyTraits(**values | kept, sliders=sliders)  # type: ignore[arg-type]


class _Streams:
    """A draw for each name; without a seed every draw is the mean.

    A name's position in one long row of normal draws is its checksum: one generator for all of them takes a tenth of
    the time of one each.
    """

    def __init__(self, seed: int | None) -> None:
        self._seed = seed
        self._draws = None if seed is None else np.random.default_rng(seed).standard_normal(_DRAWS)

    def _deviation(self, name: str) -> float:
        if self._draws is None:
            return 0.0
        return _within(float(self._draws[draw_of(name)]), -MOST_DEVIATIONS, MOST_DEVIATIONS)

    def normal(
        self, name: str, mean: float, spread: float, low: float | None = None, high: float | None = None
    ) -> float:
        """A value within the trait's range, or within ``low`` and ``high``."""
        lowest, highest = RANGES[name]
        lowest, highest = lowest if low is None else low, highest if high is None else high
        return _within(mean + spread * self._deviation(name), lowest, highest)

    def slider(self, name: str, mean: float, spread: float) -> float:
        return _within(mean + spread * self._deviation(name), -1.0, 1.0) if spread else 0.0

    def either(self, name: str, first: float, second: float) -> float:
        return first if self._deviation(name) < 0 else second

    def _generator(self, name: str) -> np.random.Generator:
        return np.random.default_rng([self._seed or 0, draw_of(name)])

    def shares(self, name: str) -> tuple[float, float, float]:
        first, second, third = self._generator(name).dirichlet([_ANCESTRY_CONCENTRATION] * 3) + 1e-6
        return float(first), float(second), float(third)

    def whole(self, name: str) -> int:
        return int(self._generator(name).integers(MAX_SEED))


def _within(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)


def draw_of(name: str) -> int:
    """The position of a name's draw among the normal draws of a seed."""
    return zlib.crc32(name.encode()) % _DRAWS
