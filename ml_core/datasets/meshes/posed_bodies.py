"""The built-in body in everyday poses: people who do not stand in a T, for the object recogniser."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.humanoid.shape import BodyShape
from ml_core.geometry.lofted_body.mesh import build_body, triangulate
from ml_core.geometry.lofted_body.skin import Bone, body_bones, skin_weights

Array = NDArray[np.floating]


def posed_body(rng: np.random.Generator) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    """Vertices (V, 3) in metres, Z up, feet on the ground, and triangles (T, 3) of a random body in a random pose."""
    shape = BodyShape.load(float(rng.random()), float(rng.random()))
    mesh = build_body(shape)
    bones = body_bones(shape)
    turns = _standing(rng) if rng.random() < 0.6 else _walking(rng) if rng.random() < 0.5 else _sitting(rng)
    vertices = skinned(mesh.vertices, bones, skin_weights(mesh, bones), turns)
    vertices -= [0, 0, vertices[:, 2].min()]
    return vertices.astype(np.float32), triangulate(mesh.faces).astype(np.int32)


def skinned(vertices: Array, bones: list[Bone], weights: Array, turns: dict[str, Array]) -> Array:
    """Linear blend skinning. ``turns``: bone name -> rotation (3, 3) about its head in the body's own axes."""
    world: dict[str, Array] = {}
    moved = np.zeros_like(vertices)
    for column, bone in enumerate(bones):
        local = np.eye(4)
        local[:3, :3] = turns.get(bone.name, np.eye(3))
        local[:3, 3] = bone.head - local[:3, :3] @ bone.head
        world[bone.name] = (world[bone.parent] if bone.parent else np.eye(4)) @ local
        matrix = world[bone.name]
        moved += weights[:, column, None] * (vertices @ matrix[:3, :3].T + matrix[:3, 3])
    return moved


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
