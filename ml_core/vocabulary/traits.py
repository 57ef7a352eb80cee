"""The one language for sliders, sentences, photos and the generator's condition vector."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ml_core.color import is_hex
from ml_core.errors import InputError
from ml_core.files import read_json
from ml_core.records import is_number, is_whole, settle_numbers

from .hair_styles import HAIR_STYLES
from .outfits import OUTFIT_KINDS

OUTFITS = tuple(OUTFIT_KINDS)
COLOR_TRAITS = ("skin", "hair", "eye", "top", "bottom")
RANGES = {"presentation": (0.0, 1.0), "height": (1.4, 2.1), "build": (0.0, 1.0), "truncation": (0.0, 2.0)}
SHOWN_TRAITS = (*COLOR_TRAITS, "outfit", "outfit_seed", "hair_style", *RANGES)
"""Traits that the panel has a control for, and that an avatar follows while it is edited live."""
MAX_SEED = 2**31 - 1
FACE_SLIDERS = (
    "age",
    "head_size",
    "eye_size",
    "eye_distance",
    "eye_height",
    "nose_length",
    "nose_width",
    "nose_bridge",
    "mouth_width",
    "lip_fullness",
    "jaw_width",
    "chin_length",
    "cheekbones",
    "ear_size",
    "forehead",
    "neck",
)
"""Each from -1 to 1; 0 is the mean face."""


@dataclass(frozen=True)
class AvatarTraits:
    """What is asked of an avatar. A trait that is ``None`` is drawn by the seed from the learned distribution.

    Colours are sRGB hex strings (``"#8d5524"``). ``outfit`` is one of :data:`OUTFITS`. ``presentation`` runs from 0
    (masculine) to 1 (feminine), ``height`` is in metres, ``build`` runs from 0 (slim) to 1 (heavy). ``face`` holds the
    sliders of :data:`FACE_SLIDERS` that are not 0. ``hair_style`` is one of :data:`HAIR_STYLES`. ``truncation`` says
    how unusual the painted face is: 0 the most ordinary one, 1 (which ``None`` means) as drawn, 2 the most unusual.
    ``outfit_seed`` draws the clothes in place of the seed, so that a person stays while the clothes change.

    Raises:
        InputError: a value is outside what its trait allows; the message names the trait and the allowed values.
    """

    skin: str | None = None
    hair: str | None = None
    eye: str | None = None
    top: str | None = None
    bottom: str | None = None
    outfit: str | None = None
    presentation: float | None = None
    height: float | None = None
    build: float | None = None
    face: Mapping[str, float] | None = dataclasses.field(default=None, hash=False)
    hair_style: str | None = None
    truncation: float | None = None
    outfit_seed: int | None = None

    def __post_init__(self) -> None:
        for name in COLOR_TRAITS:
            value = getattr(self, name)
            if value is None:
                continue
            if not is_hex(value):
                raise InputError(f"{name}: {value!r} is not a colour; write it as '#rrggbb'")
            object.__setattr__(self, name, value.lower())
        if self.outfit is not None and not (isinstance(self.outfit, str) and self.outfit in OUTFITS):
            raise InputError(f"outfit: {self.outfit!r} is not known; choose one of {', '.join(OUTFITS)}")
        if self.hair_style is not None and not (isinstance(self.hair_style, str) and self.hair_style in HAIR_STYLES):
            raise InputError(f"hair_style: {self.hair_style!r} is not known; choose one of {', '.join(HAIR_STYLES)}")
        settle_numbers(self, RANGES)
        if self.outfit_seed is not None and not is_whole(self.outfit_seed, 0, MAX_SEED):
            raise InputError(f"outfit_seed: {self.outfit_seed!r} is not a whole number from 0 to {MAX_SEED}")
        if self.face is not None:
            object.__setattr__(self, "face", _checked_face(self.face))

    def replace(self, **changes: Any) -> AvatarTraits:
        """A copy with some traits changed."""
        return dataclasses.replace(self, **changes)

    def to_dict(self) -> dict[str, Any]:
        """The set traits only, ready for JSON."""
        return {name: value for name, value in dataclasses.asdict(self).items() if value is not None}

    def to_json(self) -> str:
        return json.dumps(self.to_dict(), indent=2)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> AvatarTraits:
        """Return the traits of a JSON object; raises :class:`InputError` for what is no trait or not its value."""
        if not isinstance(values, Mapping):
            raise InputError('traits: expected a JSON object such as {"skin": "#8d5524"}')
        known = [field.name for field in dataclasses.fields(cls)]
        unknown = sorted(map(str, set(values) - set(known)))
        if unknown:
            raise InputError(f"traits: {', '.join(unknown)} not known; known are {', '.join(known)}")
        return cls(**values)

    @classmethod
    def from_json(cls, text: str) -> AvatarTraits:
        return cls.from_dict(read_json(text, "traits", object))


def _checked_face(values: Mapping[str, float]) -> dict[str, float] | None:
    """The sliders that are not 0, in their order; ``None`` when all are."""
    if not isinstance(values, Mapping):
        raise InputError('face: expected an object such as {"nose_width": 0.5}')
    unknown = sorted(map(str, set(values) - set(FACE_SLIDERS)))
    if unknown:
        raise InputError(f"face: {', '.join(unknown)} not known; known are {', '.join(FACE_SLIDERS)}")
    for name, value in values.items():
        if not is_number(value, -1, 1):
            raise InputError(f"face: {name}: {value!r} is not a number from -1 to 1")
    return {name: float(values[name]) for name in FACE_SLIDERS if values.get(name)} or None
