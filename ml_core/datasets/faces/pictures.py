"""Pictures of people with known sliders, expression and camera; faces, lenses, lights and poses are drawn by a seed."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from ml_core.color import linear_to_srgb
from ml_core.geometry.body.model import Person, body_model
from ml_core.geometry.body.people.described import described_body
from ml_core.geometry.motion.posing import turn
from ml_core.inference.textures.generator import TextureGenerator
from ml_core.inference.textures.portrait import Sitter, View, portrait
from ml_core.vocabulary.traits import AvatarTraits

_MOODS: tuple[dict[str, float], ...] = (
    {},
    {"mouthSmileLeft": 0.7, "mouthSmileRight": 0.7, "cheekSquintLeft": 0.4, "cheekSquintRight": 0.4},
    {"mouthSmileLeft": 0.5, "mouthSmileRight": 0.5, "mouthUpperUpLeft": 0.4, "mouthUpperUpRight": 0.4, "jawOpen": 0.15},
    {"jawOpen": 0.4, "browInnerUp": 0.5, "eyeWideLeft": 0.4, "eyeWideRight": 0.4},
    {"mouthFrownLeft": 0.5, "mouthFrownRight": 0.5, "browDownLeft": 0.5, "browDownRight": 0.5},
    {"mouthPucker": 0.6, "browOuterUpLeft": 0.5, "browOuterUpRight": 0.5},
)


@dataclass(frozen=True)
class KnownFace:
    """``person`` with a relaxed face, its expression, and the view that ``picture`` (H, W, 3) sRGB uint8 shows."""

    person: Person
    painted: AvatarTraits
    expression: dict[str, float]
    view: View
    picture: NDArray[np.uint8]

    @property
    def expressed(self) -> Person:
        """The person with the expression of the picture."""
        return expressed(self.person, self.expression)


def expressed(person: Person, values: dict[str, float]) -> Person:
    """A person with some of ARKit's blend shapes at ``values``."""
    rows = person.rows + body_model().sum_of({f"face/{name}": value for name, value in values.items()})
    return dataclasses.replace(person, rows=rows)


def known_face(
    seed: int,
    size: int = 384,
    yaw: float = 0.0,
    pitch: float = 0.0,
    mood: int = 0,
    varied: bool = True,
    hair_style: str | None = None,
    texture: int = 512,
    color: NDArray[np.float32] | None = None,
    expression: dict[str, float] | None = None,
    painting: int | None = None,
) -> KnownFace:
    """The person of a seed, photographed.

    Args:
        yaw, pitch: degrees by which the head is turned to its left, and up. mood: number of the expression shown.
        varied: lens, light and its color differ by the seed; otherwise a long lens in even light.
        hair_style: in place of the seed's. texture: resolution of the painted skin in texels (square).
        color: sRGB base color (A, A, 3) in the body atlas in place of a painted one.
        expression: values of ARKit's shapes in place of a mood.
        painting: the seed of the skin, in place of the person's own: people who share a painting are drawn faster.
    """
    random = np.random.default_rng([seed, 77])
    painted, own = _painted(seed if painting is None else painting, hair_style, texture)
    person = body_model().person(described_body(AvatarTraits(), painted, seed))
    expression = _MOODS[mood % len(_MOODS)] if expression is None else expression
    view = _view(person, random if varied else None, yaw, pitch)
    sitter = Sitter(
        expressed(person, expression), painted.eye or "#5a4030", painted.hair or "#201810",
        painted.hair_style or "none", seed, (), painted.top or "#808080",
    )  # fmt: skip
    image = portrait(own if color is None else color, sitter, size, view)
    return KnownFace(person, painted, expression, view, np.round(image * 255).astype(np.uint8))


def _view(person: Person, random: np.random.Generator | None, yaw: float, pitch: float) -> View:
    eyes = (person.joint("l-eye") + person.joint("r-eye")) / 2
    rotation = turn(np.array([1.0, 0.0, 0.0]), -pitch) @ turn(np.array([0.0, 0.0, 1.0]), yaw)
    target = np.asarray(eyes, np.float64) + np.array([0.0, 0.06, -0.02])
    if random is None:
        return View(target, 0.36, rotation, 2.5)
    light = random.normal(size=3) * [0.7, 0.2, 0.4] + [0.0, -0.75, 0.35]
    tint = 1 + random.normal(size=3) * [0.07, 0.02, 0.09]
    key = float(random.uniform(0.25, 0.7))
    return View(
        target,
        float(random.uniform(0.34, 0.5)),
        rotation @ turn(np.array([0.0, 1.0, 0.0]), float(random.normal() * 4)),
        float(random.uniform(0.45, 2.5)),
        light / np.linalg.norm(light),
        key * tint,
        (0.98 - 0.55 * key) * tint,
    )


@lru_cache(maxsize=1)
def _painted(seed: int, hair_style: str | None, texture: int) -> tuple[AvatarTraits, NDArray[np.float32]]:
    """Traits, and sRGB base color (texture, texture, 3), of the person of a seed."""
    painted = _generator().resolve(AvatarTraits(hair_style=hair_style), seed)
    return painted, linear_to_srgb(_generator().generate(painted, seed, texture).base_color)


@cache
def _generator() -> TextureGenerator:
    return TextureGenerator.load()
