"""The traits of one person's body and face; each may be left open."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ml_core.errors import InputError
from ml_core.records import is_number, is_whole, settle_numbers
from ml_core.vocabulary.avatar.body_sliders import BY_NAME
from ml_core.vocabulary.traits import MAX_SEED, ancestry_shares

ADULT = 18
"""Years from which on the sliders of the adult build, bust and firmness have an effect."""
RANGES: dict[str, tuple[float, float]] = {
    "presentation": (0.0, 1.0),
    "age": (6.0, 100.0),
    "height": (0.9, 2.4),
    "weight": (0.0, 1.0),
    "muscle": (0.0, 1.0),
    "proportions": (0.0, 1.0),
    "bust": (0.0, 1.0),
    "firmness": (0.0, 1.0),
    "asymmetry": (0.0, 1.0),
}


@dataclass(frozen=True)
class BodyTraits:
    """One person. What is ``None`` is left open: a seed draws it (:func:`ml_core.geometry.body.people.prior.drawn`).

    Attributes:
        presentation: 0 masculine, 1 feminine. age: years, from 6. height: meters from sole to crown.
        weight, muscle: 0.5 is the average; from 0.6 on weight adds real heaviness, to 1.
        proportions: 0 uncommon, 1 idealized. bust, firmness: of adults; 0.5 is the average.
        ancestry: shares of African, Asian and European features; they are divided by their sum.
        asymmetry: how much left and right differ; ``asymmetry_seed`` says where.
        sliders: name -> -1..1, see :mod:`ml_core.vocabulary.avatar.body_sliders`; those that are missing are left open.

    Raises:
        InputError: a value is outside its range or a slider is not known.
    """

    presentation: float | None = None
    age: float | None = None
    height: float | None = None
    weight: float | None = None
    muscle: float | None = None
    proportions: float | None = None
    bust: float | None = None
    firmness: float | None = None
    ancestry: tuple[float, float, float] | None = None
    asymmetry: float | None = None
    asymmetry_seed: int | None = None
    sliders: Mapping[str, float] = dataclasses.field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        settle_numbers(self, RANGES)
        if self.asymmetry_seed is not None and not is_whole(self.asymmetry_seed, 0, MAX_SEED):
            raise InputError(
                "asymmetry_seed: {asymmetry_seed!r} is not a whole number from 0 to {most}",
                asymmetry_seed=self.asymmetry_seed,
                most=MAX_SEED,
            )
        if self.ancestry is not None:
            object.__setattr__(self, "ancestry", ancestry_shares(self.ancestry))
        object.__setattr__(self, "sliders", _sliders(self.sliders))

    @property
    def is_adult(self) -> bool:
        """Whether the age is known to be :data:`ADULT` or more."""
        return self.age is not None and self.age >= ADULT

    def known(self, name: str) -> float:
        """A trait that is a number; raises ValueError while it is left open."""
        value = getattr(self, name)
        if value is None:
            raise ValueError(f"{name} is left open")
        return float(value)

    def replace(self, **changes: Any) -> BodyTraits:
        """A copy with some traits changed."""
        return dataclasses.replace(self, **changes)

    def to_dict(self) -> dict[str, Any]:
        """The traits that are set, ready for JSON."""
        return {name: value for name, value in dataclasses.asdict(self).items() if value not in (None, {})}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> BodyTraits:
        """The traits of a JSON object; raises :class:`InputError` for what is not a trait or not its value."""
        if not isinstance(values, Mapping):
            raise InputError('body traits: expected a JSON object such as {"age": 35}')
        known = [field.name for field in dataclasses.fields(cls)]
        unknown = sorted(map(str, set(values) - set(known)))
        if unknown:
            raise InputError(
                "body traits: {unknown} not known; known are {known}",
                unknown=", ".join(unknown),
                known=", ".join(known),
            )
        given: dict[str, Any] = {name: tuple(item) if isinstance(item, list) else item for name, item in values.items()}
        return cls(**given)


def _sliders(values: object) -> dict[str, float]:
    if not isinstance(values, Mapping):
        raise InputError('sliders: expected an object such as {"nose_width": 0.5}')
    unknown = sorted(map(str, set(values) - set(BY_NAME)))
    if unknown:
        raise InputError(
            "sliders: {unknown} not known; known are {known}",
            unknown=", ".join(unknown)[:200],
            known=", ".join(BY_NAME),
        )
    for name, value in values.items():
        if not is_number(value, -1, 1):
            raise InputError("sliders: {name}: {value!r} is not a number from -1 to 1", name=name, value=value)
    return {name: float(values[name]) for name in BY_NAME if name in values}
