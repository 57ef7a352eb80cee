"""Comparison with the avatar that is there: "taller", "darker skin", 再高一点."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ml_core.inference.language.understanding.words import shaded
from ml_core.vocabulary.avatar.face_shapes import SHAPES
from ml_core.vocabulary.avatar.stature import SPOKEN_MEAN_HEIGHT
from ml_core.vocabulary.traits import RANGES, AvatarTraits

_STEPS = {"height": 0.05, "age": 8.0, "build": 0.15, "muscle": 0.15, "presentation": 0.25}
_DEFAULTS = {"height": SPOKEN_MEAN_HEIGHT[0.5], "age": 30.0, "build": 0.4, "muscle": 0.5, "presentation": 0.5}
_COLORS = {"skin": "#c08c66", "hair": "#4a3122", "eye": "#5d4632", "top": "#808080", "bottom": "#404040"}
_SHADE = 0.82
_LENGTHS = ("none", "buzz", "short_crop", "bob", "long_straight")
_FACE_STEP = 0.35


@dataclass(frozen=True)
class Change:
    """``trait`` by ``steps`` of its own, negative for less; ``part`` and ``size`` name a slider of the face, and
    ``absolute`` is in the trait's own unit (meters, years)."""

    trait: str
    steps: float = 0.0
    part: str = ""
    size: str = ""
    absolute: float | None = None

    def __str__(self) -> str:
        amount = f"{self.absolute:+g}" if self.absolute is not None else f"{self.steps:+.1f}"
        return f"{' '.join(filter(None, [self.trait, self.part, self.size]))} {amount}"


def changed(traits: AvatarTraits, changes: Iterable[Change]) -> AvatarTraits:
    """``traits`` with every change, within the ranges; what was not set starts from the middle."""
    for change in changes:
        traits = traits.replace(**_changed(traits, change))
    return traits


def _stepped(trait: str, value: float | None, step: float) -> float:
    low, high = RANGES[trait]
    return round(min(max((_DEFAULTS[trait] if value is None else value) + step, low), high), 3)


def _changed(traits: AvatarTraits, change: Change) -> dict[str, Any]:
    if change.trait in _STEPS:
        wanted = [change.trait]
        if change.trait == "build" and traits.weight is not None:  # which takes precedence over the build
            wanted = ["weight"] if traits.build is None else ["build", "weight"]
        step = change.absolute if change.absolute is not None else change.steps * _STEPS[change.trait]
        return {trait: _stepped(trait, getattr(traits, trait), step) for trait in wanted}
    if change.trait in _COLORS:
        start = getattr(traits, change.trait) or _COLORS[change.trait]
        return {change.trait: shaded(start, _SHADE**-change.steps if change.steps else 1.0)}
    if change.trait == "hair_length":
        style = (
            traits.hair_style
            if traits.hair_style in _LENGTHS
            else "short_crop"
            if change.steps > 0
            else "long_straight"
        )
        place = _LENGTHS.index(style) + (1 if change.steps > 0 else -1)
        return {"hair_style": _LENGTHS[min(max(place, 1), len(_LENGTHS) - 1)]}
    if change.trait == "hair_curl":
        return {"hair_style": "afro" if traits.hair_style in ("buzz", "short_crop", "afro") else "long_wavy"}
    face: Mapping[str, float] = traits.face or {}
    moved = dict(face)
    for slider, value in SHAPES.get((change.part, change.size), {}).items():
        sign = 1 if value > 0 else -1
        step = sign * _FACE_STEP * change.steps
        moved[slider] = round(min(max(moved.get(slider, 0.0) + step, -1.0), 1.0), 3)
    return {"face": moved}
