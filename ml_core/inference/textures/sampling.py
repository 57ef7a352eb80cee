"""Draws unset traits by the seed, from the distributions of the training set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml_core.color import ciede2000, hex_to_srgb, lab_to_srgb, srgb_to_hex, srgb_to_lab
from ml_core.vocabulary.avatar.hair.hair_styles import HAIR_STYLES
from ml_core.vocabulary.avatar.irises import IRISES, iris_shares
from ml_core.vocabulary.avatar.outfits import fitting_outfit
from ml_core.vocabulary.avatar.stature import DRAWN_HEIGHT
from ml_core.vocabulary.traits import RANGES, AvatarTraits

_SHARES = {style.id: style.shares for style in HAIR_STYLES.values() if any(style.shares)}
"""How often a style is drawn, masculine and feminine."""

_BALDING = 28.0
"""Years before which no hairline recedes."""
_GRAY = ((35.0, 0.0), (45.0, 0.08), (55.0, 0.22), (65.0, 0.42), (75.0, 0.65), (85.0, 0.82))
"""Mean share of gray hair by age: at 45 to 65 years, three of four people had some, 27 % of their hair (Panhard and
others, "Greying of the human hair", British Journal of Dermatology 167, 2012); beyond that our own guess."""
_LIGHT, _DARK = 58.0, 40.0
"""CIELAB lightness of skin from which on hair hardly ever coils by itself, and at which it does most often: a choice of
ours."""
_NEAR = 12.0
"""CIEDE2000 within which a measured person counts as alike when only one of skin and hair is requested."""


_IRIS_SPREAD = np.array([2.5, 1.0, 1.5])
"""Standard deviation in CIELAB of irises that have one name."""


@dataclass(frozen=True)
class _Draw:
    """The random numbers of a seed."""

    picks: NDArray[np.float64]
    shade: float
    tints: NDArray[np.float64]
    tall: float
    heavy: float

    @classmethod
    def of(cls, seed: int) -> _Draw:
        rng = np.random.default_rng([seed, 1])
        return cls(rng.random(4), rng.normal(), rng.normal(size=(4, 3)), rng.normal(), rng.beta(3.0, 3.0))


def resolve_traits(
    traits: AvatarTraits, seed: int, statistics: Mapping[str, Sequence[Mapping[str, Any]]]
) -> AvatarTraits:
    """The traits that a texture depends on, and height and build: the requested ones as they are, the others drawn
    by ``seed``.

    Every trait has its own random numbers, so that requesting one changes the others no more than it must: skin and
    hair are drawn together as measured people have them, top and bottom as measured garments of the outfit.

    Args:
        statistics: ``people`` (skin, hair, presentation, and eye where it was measured) and ``garments`` (outfit, top,
            bottom, presentation).
    """
    own = _Draw.of(seed)
    worn = own if traits.outfit_seed is None else _Draw.of(traits.outfit_seed)
    pick_presentation, pick_person = own.picks[:2]
    pick_outfit, pick_garment = worn.picks[2:]

    presentation = traits.presentation
    if presentation is None:
        presentation = float(pick_presentation < 0.5)
    people = statistics["people"]
    person = people[_pick(_person_weights(people, traits, presentation), pick_person)]
    garments = statistics["garments"]
    outfits = sorted({garment["outfit"] for garment in garments})
    drawn = outfits[min(int(pick_outfit * len(outfits)), len(outfits) - 1)]
    outfit = traits.outfit or fitting_outfit(traits.garments or ()) or drawn
    fitting = [_agreement(g["presentation"], presentation) * (g["outfit"] == outfit) for g in garments]
    garment = garments[_pick(np.array(fitting), pick_garment)]
    mean, spread = (1 - presentation) * np.array(DRAWN_HEIGHT[0.0]) + presentation * np.array(DRAWN_HEIGHT[1.0])
    free = 1.0 if outfit == "casual" else 0.4
    skin = traits.skin or _shift(person["skin"], np.array([4 * own.shade, 0, 0]) + 1.5 * own.tints[0])
    hair = traits.hair or _grayed(traits.age, seed, _hair_color(person["hair"], 3 * own.tints[1] * [1, 0.5, 0.5]))
    return traits.replace(
        skin=skin,
        hair=hair,
        eye=traits.eye or person.get("eye") or _eye_color(seed, skin, hair),
        top=traits.top or _shift(garment["top"], free * 7 * worn.tints[2]),
        bottom=traits.bottom or _shift(garment["bottom"], free * 5 * worn.tints[3]),
        outfit=outfit,
        presentation=presentation,
        height=_clip("height", traits.height, mean + spread * own.tall),
        build=_clip("build", traits.build, own.heavy),
        hair_style=traits.hair_style or _hair_style(seed, presentation, skin, traits.age),
    )


def _hair_style(seed: int, presentation: float, skin: str, age: float | None = None) -> str:
    """Drawn by random numbers of its own, so that a seed keeps the person that it had before there were styles."""
    shares = np.array(list(_SHARES.values())) @ [1 - presentation, presentation]
    lightness = float(srgb_to_lab(hex_to_srgb(skin))[0])
    dark = float(np.clip((_LIGHT - lightness) / (_LIGHT - _DARK), 0, 1))
    coiled = np.array([HAIR_STYLES[name].is_coiled for name in _SHARES])
    shares = shares * np.where(coiled, 0.03 + 4.0 * dark, 1.0)
    if age is not None and age < _BALDING:
        shares = shares * np.array([not HAIR_STYLES[name].bares_scalp for name in _SHARES])
    return list(_SHARES)[_pick(shares, np.random.default_rng([seed, 2]).random())]


def _grayed(age: float | None, seed: int, color: str) -> str:
    """A hair color with the gray that somebody of ``age`` has on average, more or less by ``seed``."""
    if age is None or age <= _GRAY[0][0]:
        return color
    years, shares = np.array(_GRAY).T
    share = float(np.interp(age, years, shares)) * float(np.exp(0.45 * np.random.default_rng([seed, 4]).normal()))
    lab = srgb_to_lab(hex_to_srgb(color))
    return _shift(color, min(share, 0.97) * (np.array([76.0, 0.0, 3.0]) - lab))


def _eye_color(seed: int, skin: str, hair: str) -> str:
    """A natural iris, by random numbers of its own as :func:`_hair_style`."""
    rng = np.random.default_rng([seed, 3])
    shares = iris_shares(skin, hair)
    name = list(shares)[_pick(np.array(list(shares.values())), rng.random())]
    return _shift(IRISES[name], rng.normal(size=3) * _IRIS_SPREAD)


def _hair_color(measured: str, lab: NDArray) -> str:
    """A measured hair color moved by ``lab``: melanin takes more blue than red light, so no hair is bluer or greener
    than gray, as reflections of the sky made some of those that were measured."""
    return _shift(measured, lab, low=(3, 0, 0))


def _clip(name: str, requested: float | None, drawn: float) -> float:
    return float(np.round(np.clip(drawn, *RANGES[name]), 3)) if requested is None else requested


def _agreement(measured: float, requested: float) -> float:
    return measured * requested + (1 - measured) * (1 - requested) + 1e-3


def _person_weights(people: Sequence[Mapping[str, Any]], traits: AvatarTraits, presentation: float) -> NDArray:
    weights = np.array([_agreement(person["presentation"], presentation) for person in people])
    for name in ("skin", "hair"):
        requested = getattr(traits, name)
        if requested is not None:
            measured = srgb_to_lab(np.array([hex_to_srgb(person[name]) for person in people]))
            weights *= np.exp(-((ciede2000(measured, srgb_to_lab(hex_to_srgb(requested))) / _NEAR) ** 2)) + 1e-4
    return weights


def _pick(weights: NDArray, at: float) -> int:
    """The index at the share ``at`` (0..1) of the cumulated weights."""
    total = np.cumsum(weights)
    return int(min(np.searchsorted(total, at * total[-1], side="right"), len(weights) - 1))


def _shift(color: str, lab: NDArray, low: tuple[float, float, float] = (3, -128, -128)) -> str:
    moved = srgb_to_lab(hex_to_srgb(color)) + lab
    return srgb_to_hex(lab_to_srgb(np.clip(moved, low, (97, 127, 127))))
