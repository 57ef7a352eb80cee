"""Converts an avatar's description, from a sentence, a panel or a file, to traits of the built-in body, and back."""

from __future__ import annotations

import numpy as np

from ml_core.color import hex_to_srgb, srgb_to_lab
from ml_core.geometry.body.people.prior import drawn, neutral
from ml_core.geometry.body.traits import BodyTraits
from ml_core.vocabulary.avatar.body_sliders import FACE_SLIDERS, SHAPE_SLIDERS
from ml_core.vocabulary.traits import AvatarTraits

_BUILD = ((0.0, 0.22), (0.4, 0.5), (0.7, 0.66), (0.9, 0.88), (1.0, 1.0))
"""Build of an avatar -> weight of the body; 0.4 is the panel's default build."""
_FACE_AGE = ((-1.0, 8.0), (-0.4, 15.0), (-0.2, 21.0), (0.0, 27.0), (0.4, 48.0), (0.8, 68.0), (0.9, 76.0), (1.0, 84.0))
"""Age of a face, as descriptions and older files have it -> years."""
_LIGHTNESS = {"african": (38.0, 10.0), "asian": (66.0, 8.0), "caucasian": (70.0, 9.0)}
"""CIELAB lightness of painted skin by ancestry: mean and standard deviation."""
_FAIR_HAIR = 45.0
"""CIELAB lightness from which on hair that is not gray suggests European ancestors."""
_CONCENTRATION = 0.35


def described_body(requested: AvatarTraits, painted: AvatarTraits, seed: int) -> BodyTraits:
    """The body of an avatar with every trait set: the requested ones, and the others drawn by ``seed``.

    Args:
        requested: the traits that were chosen.
        painted: as the texture generator resolved it; its colors decide which ancestry is likely.
    """
    age, weight, face = _in_new_words(requested)
    known = BodyTraits(
        presentation=painted.presentation,
        age=age,
        height=requested.height,
        weight=weight,
        muscle=requested.muscle,
        ancestry=requested.ancestry or _likely_ancestry(painted, seed),
        sliders=face | dict(requested.shape or {}),
    )
    return drawn(known, seed)


def changed_body(body: BodyTraits, requested: AvatarTraits) -> BodyTraits:
    """A person with the requested traits changed, and everything else kept."""
    age, weight, face = _in_new_words(requested)
    values = {name: getattr(requested, name) for name in ("presentation", "height", "muscle", "ancestry")}
    values |= {"age": age, "weight": weight}
    given = {name: value for name, value in values.items() if value is not None}
    return neutral(body.replace(**given, sliders={**body.sliders, **face, **(requested.shape or {})}))


def with_body(traits: AvatarTraits, body: BodyTraits) -> AvatarTraits:
    """The traits of an avatar as its body stands now."""
    sliders = {name: round(value, 4) for name, value in body.sliders.items()}
    return traits.replace(
        presentation=_rounded(body.known("presentation")),
        age=_rounded(body.known("age")),
        height=_rounded(body.known("height")),
        weight=_rounded(body.known("weight")),
        muscle=_rounded(body.known("muscle")),
        build=_build(body.known("weight")),
        ancestry=tuple(_rounded(share) for share in body.ancestry) if body.ancestry is not None else None,
        face={name: sliders[name] for name in FACE_SLIDERS if name in sliders} or None,
        shape={name: sliders[name] for name in SHAPE_SLIDERS if name in sliders} or None,
    )


def _in_new_words(requested: AvatarTraits) -> tuple[float | None, float | None, dict[str, float]]:
    """Age in years, weight, and sliders of the face; descriptions and older files have build and an old face."""
    age, weight, face = requested.age, requested.weight, dict(requested.face or {})
    if age is None and "age" in face:
        knots, years = np.array(_FACE_AGE).T
        age = float(np.interp(face.pop("age"), knots, years))
    if weight is None and requested.build is not None:
        builds, weights = np.array(_BUILD).T
        weight = float(np.interp(requested.build, builds, weights))
    return age, weight, face


def _rounded(value: float) -> float:
    return round(float(value), 4)


def _build(weight: float) -> float:
    builds, weights = np.array(_BUILD).T
    return _rounded(float(np.interp(weight, weights, builds)))


def _likely_ancestry(painted: AvatarTraits, seed: int) -> tuple[float, float, float]:
    """Shares drawn from a Dirichlet distribution that favors those whose skin and hair are painted."""
    skin = srgb_to_lab(hex_to_srgb(painted.skin)) if painted.skin is not None else np.array([60.0, 0, 0])
    likely = np.array([np.exp(-0.5 * ((skin[0] - mean) / spread) ** 2) for mean, spread in _LIGHTNESS.values()])
    if painted.hair is not None:
        hair = srgb_to_lab(hex_to_srgb(painted.hair))
        if hair[0] > _FAIR_HAIR and np.hypot(hair[1], hair[2]) > 12:
            likely[:2] *= 0.2
    likely = likely / max(float(likely.sum()), 1e-9)
    shares = np.random.default_rng([seed, 5]).dirichlet(3 * _CONCENTRATION * likely + 0.02) + 1e-6
    first, second, third = shares / shares.sum()
    return float(first), float(second), float(third)
