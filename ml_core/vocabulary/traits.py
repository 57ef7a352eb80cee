"""The traits of an avatar: the common vocabulary of sliders, sentences, photos and the generator's condition vector."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ml_core.color import is_hex
from ml_core.errors import InputError
from ml_core.files import read_json
from ml_core.records import is_number, is_whole, settle_numbers

from .avatar.body_sliders import FACE_SLIDERS, SHAPE_SLIDERS
from .avatar.fabrics import FABRIC_KINDS
from .avatar.hair.beards import BEARDS
from .avatar.hair.hair_styles import HAIR_STYLES
from .avatar.hair.hair_zones import HAIR_ZONES
from .avatar.outfits import OUTFIT_KINDS

OUTFITS = tuple(OUTFIT_KINDS)
COLOR_REGIONS = ("skin", "hair", "top", "bottom")
"""Regions of an avatar's base color whose color can be chosen; each is a trait of the same name."""
REGIONS = (*COLOR_REGIONS, "free")
"""All regions, in the order of the generator's masks. ``free`` keeps its own color: eyes, lips, buttons, soles."""
COLOR_TRAITS = ("skin", "hair", "eye", "top", "bottom")
RANGES = {
    "presentation": (0.0, 1.0),
    "age": (6.0, 100.0),
    "height": (0.9, 2.4),
    "build": (0.0, 1.0),
    "weight": (0.0, 1.0),
    "muscle": (0.0, 1.0),
    "truncation": (0.0, 2.0),
}
SHOWN_TRAITS = (*COLOR_TRAITS, "outfit", "outfit_seed", "hair_style", *RANGES)
"""Traits that the panel has a control for, and that an avatar follows while it is edited live."""
MAX_SEED = 2**31 - 1
ANCESTRIES = ("african", "asian", "caucasian")
MAX_GARMENTS = 32
_GARMENT = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True)
class AvatarTraits:
    """What is requested of an avatar. A trait that is ``None`` is drawn by the seed from the learned distribution.

    Colors are sRGB hex strings (``"#8d5524"``). ``outfit`` is one of :data:`OUTFITS`. ``presentation`` runs from 0
    (masculine) to 1 (feminine), ``height`` is in meters, ``build`` runs from 0 (slim) to 1 (heavy). ``face`` and
    ``shape`` hold sliders of face and body (:mod:`ml_core.vocabulary.avatar.body_sliders`), -1..1. ``hair_style``
    is one of :data:`HAIR_STYLES`. ``truncation`` says how unusual the painted face is: 0 the most ordinary one, 1
    (which ``None`` means) as drawn, 2 the most unusual. ``outfit_seed`` draws the clothes in place of the seed, so that
    a person stays while the clothes change.

    The anatomical body follows ``age`` in years, ``weight`` and ``muscle`` (0..1, in the middle the average; in place
    of ``build``) and ``ancestry``, shares of :data:`ANCESTRIES`. ``garments`` are those that it wears; where they leave
    the person undressed, those of the outfit are added. ``cloths`` gives the fabrics and colors of single garments,
    with ids of :data:`FABRIC_KINDS`: ``{"blazer": {"fabric": "tweed", "color": "#7a6a50"}}``.
    ``beard`` is one of :data:`BEARDS`; a seed draws none. ``hair_tones`` are colors of parts of the hair, by
    :data:`HAIR_ZONES`: ``{"tips": "#d8b878"}``.

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
    age: float | None = None
    weight: float | None = None
    muscle: float | None = None
    ancestry: tuple[float, float, float] | None = None
    shape: Mapping[str, float] | None = dataclasses.field(default=None, hash=False)
    garments: tuple[str, ...] | None = None
    cloths: Mapping[str, Mapping[str, str]] | None = dataclasses.field(default=None, hash=False)
    beard: str | None = None
    hair_tones: Mapping[str, str] | None = dataclasses.field(default=None, hash=False)

    def __post_init__(self) -> None:
        for name in COLOR_TRAITS:
            value = getattr(self, name)
            if value is None:
                continue
            if not is_hex(value):
                raise InputError("{name}: {value!r} is not a color; write it as '#rrggbb'", name=name, value=value)
            object.__setattr__(self, name, value.lower())
        if self.outfit is not None and not (isinstance(self.outfit, str) and self.outfit in OUTFITS):
            raise InputError(
                "outfit: {outfit!r} is not known; choose one of {outfits}",
                outfit=self.outfit,
                outfits=", ".join(OUTFITS),
            )
        if self.hair_style is not None and not (isinstance(self.hair_style, str) and self.hair_style in HAIR_STYLES):
            raise InputError(
                "hair_style: {hair_style!r} is not known; choose one of {hair_styles}",
                hair_style=self.hair_style,
                hair_styles=", ".join(HAIR_STYLES),
            )
        if self.beard is not None and not (isinstance(self.beard, str) and self.beard in BEARDS):
            raise InputError(
                "beard: {beard!r} is not known; choose one of {beards}", beard=self.beard, beards=", ".join(BEARDS)
            )
        settle_numbers(self, RANGES)
        if self.outfit_seed is not None and not is_whole(self.outfit_seed, 0, MAX_SEED):
            raise InputError(
                "outfit_seed: {outfit_seed!r} is not a whole number from 0 to {most}",
                outfit_seed=self.outfit_seed,
                most=MAX_SEED,
            )
        if self.face is not None:
            object.__setattr__(self, "face", _checked_sliders("face", self.face, FACE_SLIDERS))
        if self.shape is not None:
            object.__setattr__(self, "shape", _checked_sliders("shape", self.shape, SHAPE_SLIDERS))
        if self.ancestry is not None:
            object.__setattr__(self, "ancestry", ancestry_shares(self.ancestry))
        if self.garments is not None:
            object.__setattr__(self, "garments", _checked_garments(self.garments))
        if self.cloths is not None:
            object.__setattr__(self, "cloths", _checked_cloths(self.cloths))
        if self.hair_tones is not None:
            object.__setattr__(self, "hair_tones", checked_tones(self.hair_tones))

    def replace(self, **changes: Any) -> AvatarTraits:
        """A copy with some traits changed."""
        return dataclasses.replace(self, **changes)

    def to_dict(self) -> dict[str, Any]:
        """The set traits only, ready for JSON."""
        values = {name: value for name, value in dataclasses.asdict(self).items() if value is not None}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}

    def to_json(self) -> str:
        return json.dumps(self.to_dict(), indent=2)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> AvatarTraits:
        """Return the traits of a JSON object; raises :class:`InputError` for what is not a trait or not its value."""
        if not isinstance(values, Mapping):
            raise InputError('traits: expected a JSON object such as {"skin": "#8d5524"}')
        known = [field.name for field in dataclasses.fields(cls)]
        unknown = sorted(map(str, set(values) - set(known)))
        if unknown:
            raise InputError(
                "traits: {unknown} not known; known are {known}", unknown=", ".join(unknown), known=", ".join(known)
            )
        return cls(**values)

    @classmethod
    def from_json(cls, text: str) -> AvatarTraits:
        return cls.from_dict(read_json(text, "traits", object))


def ancestry_shares(values: object) -> tuple[float, float, float]:
    """Three numbers divided by their sum.

    Raises:
        InputError: they are not three shares from 0 up, or all 0.
    """
    is_listed = isinstance(values, tuple | list) and len(values) == len(ANCESTRIES)
    if not is_listed or not all(is_number(value, 0) for value in values):  # type: ignore[attr-defined]
        raise InputError(
            "ancestry: expected three shares from 0 ({ancestries}), got {values!r}",
            ancestries=", ".join(ANCESTRIES),
            values=values,
        )
    total = float(sum(values))  # type: ignore[call-overload]
    if not 0 < total < float("inf"):
        raise InputError("ancestry: the three shares are all 0; give at least one of them")
    total = 1.0 if abs(total - 1) < 1e-9 else total  # dividing again would change the last digit
    first, second, third = (float(value) / total for value in values)  # type: ignore[attr-defined]
    return first, second, third


def _checked_sliders(trait: str, values: object, known: Sequence[str]) -> dict[str, float] | None:
    """The sliders in their order; ``None`` when there are none."""
    if not isinstance(values, Mapping):
        raise InputError('{trait}: expected an object such as {{"{example}": 0.5}}', trait=trait, example=known[0])
    unknown = sorted(map(str, set(values) - set(known)))
    if unknown:
        raise InputError(
            "{what}: {unknown} not known; known are {known}",
            what=trait,
            unknown=", ".join(unknown)[:200],
            known=", ".join(known),
        )
    for name, value in values.items():
        if not is_number(value, -1, 1):
            raise InputError(
                "{trait}: {name}: {value!r} is not a number from -1 to 1", trait=trait, name=name, value=value
            )
    return {name: float(values[name]) for name in known if name in values} or None


def _checked_garments(values: object) -> tuple[str, ...]:
    """Names in their order; whether they exist is for the wardrobe to check."""
    is_listed = isinstance(values, tuple | list) and len(values) <= MAX_GARMENTS
    if not is_listed or not all(isinstance(name, str) and _GARMENT.fullmatch(name) for name in values):  # type: ignore[attr-defined]
        raise InputError(
            'garments: expected up to {most} names such as ["t_shirt", "jeans"], got {values!r}',
            most=MAX_GARMENTS,
            values=values,
        )
    return tuple(dict.fromkeys(values))  # type: ignore[call-overload]


def _checked_cloths(values: object) -> dict[str, dict[str, str]] | None:
    """Garment -> its fabric and color, either of which may be left out; ``None`` where none are given."""
    if not isinstance(values, Mapping) or len(values) > MAX_GARMENTS:
        raise InputError('cloths: expected an object such as {"blazer": {"fabric": "tweed"}}')
    checked = {}
    for garment, said in values.items():
        if not (isinstance(garment, str) and _GARMENT.fullmatch(garment)):
            raise InputError("cloths: {garment!r} is not a garment", garment=str(garment)[:60])
        if not isinstance(said, Mapping) or not set(said) <= {"fabric", "color"}:
            raise InputError('cloths: {garment}: expected an object with "fabric" and "color"', garment=garment)
        fabric, color = said.get("fabric"), said.get("color")
        if fabric is not None and not (isinstance(fabric, str) and fabric in FABRIC_KINDS):
            raise unknown_fabric(fabric)
        if color is not None and not is_hex(color):
            raise InputError(
                "{name}: {value!r} is not a color; write it as '#rrggbb'", name="cloths", value=str(color)[:60]
            )
        known = {"fabric": fabric, "color": color and color.lower()}
        if said := {name: value for name, value in known.items() if value}:
            checked[garment] = said
    return checked or None


def checked_tones(values: object) -> dict[str, str] | None:
    """Part of the hair -> its color; ``None`` where none are given.

    Raises:
        InputError: there is no such part, or the color is invalid.
    """
    if not isinstance(values, Mapping) or not set(values) <= set(HAIR_ZONES):
        raise InputError(
            'hair_tones: expected an object such as {{"tips": "#d8b878"}}; parts are {known}',
            known=", ".join(HAIR_ZONES),
        )
    for value in values.values():
        if not is_hex(value):
            raise InputError(
                "{name}: {value!r} is not a color; write it as '#rrggbb'", name="hair_tones", value=str(value)[:60]
            )
    return {zone: values[zone].lower() for zone in HAIR_ZONES if zone in values} or None


def unknown_fabric(name: object) -> InputError:
    """The error for what is not a fabric."""
    return InputError("fabric: {name} not known; known are {known}", name=str(name)[:60], known=", ".join(FABRIC_KINDS))
