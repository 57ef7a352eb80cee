"""The built-in body in everyday poses: people who do not stand in a T, for the object recognizer."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.body.model import body_model
from ml_core.geometry.body.poses import posed, stance
from ml_core.geometry.body.traits import MAX_SEED, BodyTraits

Array = NDArray[np.floating]


def posed_body(rng: np.random.Generator) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    """Vertices (V, 3) in meters, Z up, feet on the ground, and triangles (T, 3) of a random body in a random pose."""
    person = body_model().person(BodyTraits(), int(rng.integers(MAX_SEED)))
    rest = stance(person.data, person.rows, "t")
    turns = _standing(rng) if rng.random() < 0.6 else _walking(rng) if rng.random() < 0.5 else _sitting(rng)
    rows = posed(person.data, rest.rows, rest.bones, turns).rows
    faces, used = person.data.faces["skin"], person.data.used("skin")
    faces = np.searchsorted(used, faces)
    vertices = rows[used] - [0, 0, rows[used, 2].min()]
    triangles = np.concatenate([faces[:, [0, 1, 2]], faces[:, [0, 2, 3]]])
    return vertices.astype(np.float32), triangles.astype(np.int32)


def _standing(rng: np.random.Generator) -> dict[str, Array]:
    turns = {}
    for side, sign in (("left", 1), ("right", -1)):
        turns[f"{side}UpperArm"] = _y(sign * rng.uniform(0, 82)) @ _z(sign * rng.uniform(-25, 25))
        turns[f"{side}LowerArm"] = _z(-sign * rng.uniform(0, 70))
        turns[f"{side}UpperLeg"] = _y(-sign * rng.uniform(0, 10)) @ _x(rng.uniform(-10, 10))
    turns["head"] = _z(rng.uniform(-35, 35)) @ _x(rng.uniform(-12, 12))
    return turns


def _walking(rng: np.random.Generator) -> dict[str, Array]:
    turns, step = _standing(rng), rng.uniform(12, 45)
    for side, sign in (("left", 1), ("right", -1)):
        turns[f"{side}UpperLeg"] = _x(sign * step)
        turns[f"{side}LowerLeg"] = _x(-rng.uniform(0, 60) * (sign < 0))
        turns[f"{side}UpperArm"] = _x(-sign * step) @ _y(sign * rng.uniform(60, 80))
    return turns


def _sitting(rng: np.random.Generator) -> dict[str, Array]:
    turns, bend = _standing(rng), rng.uniform(70, 95)
    for side in ("left", "right"):
        turns[f"{side}UpperLeg"] = _x(bend)
        turns[f"{side}LowerLeg"] = _x(-rng.uniform(70, 95))
    return turns


def _axis(degrees: float, first: int, second: int) -> Array:
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    matrix = np.eye(3)
    matrix[first, first], matrix[first, second], matrix[second, first], matrix[second, second] = c, -s, s, c
    return matrix


def _x(degrees: float) -> Array:
    return _axis(-degrees, 1, 2)


def _y(degrees: float) -> Array:
    return _axis(degrees, 2, 0)


def _z(degrees: float) -> Array:
    return _axis(degrees, 0, 1)
