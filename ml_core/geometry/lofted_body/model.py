"""The built-in body as a linear model: one neutral body, and for each slider how every point moves per unit.

Vertices, bones and eyeballs follow the same sliders, each from -1 to 1 and 0 at rest: ``presentation`` and ``build`` by
lofting the body at the ends of their ranges, ``height`` by scaling, the others by smooth fields over the head.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.humanoid.fit import BodyFit
from ml_core.geometry.humanoid.shape import MIRROR, BodyShape
from ml_core.geometry.lofted_body.face_shapes import face_shapes
from ml_core.geometry.lofted_body.head_sliders import FIELDS
from ml_core.geometry.lofted_body.mesh import BodyMesh, build_body
from ml_core.geometry.lofted_body.quad_mesh import Array, edges_of
from ml_core.geometry.lofted_body.skin import Bone, body_bones, skin_weights
from ml_core.vocabulary.stature import REFERENCE_HEIGHT
from ml_core.vocabulary.traits import RANGES, AvatarTraits

HEIGHT_STEP = 0.25
"""Share of the reference height that the body grows by at height = 1."""

SOFTENING_ROUNDS = 8
"""Of the sliders' displacements."""

HEIGHTS = (1.4, 2.1)
"""Metres."""

BODY_SLIDERS = ("presentation", "build", "height")
FACE_SLIDERS = (
    "age", "head_size", "eye_size", "eye_distance", "eye_height", "nose_length", "nose_width", "nose_bridge",
    "mouth_width", "lip_fullness", "jaw_width", "chin_length", "cheekbones", "ear_size", "forehead", "neck",
)  # fmt: skip
"""Each from -1 to 1; 0 is the mean face."""
SLIDERS = (*BODY_SLIDERS, *FACE_SLIDERS)


@dataclass(frozen=True)
class Points:
    """Some points of the body (N, 3) at rest and their displacement (N, 3) per unit of each slider, metres."""

    rest: Array
    moves: Mapping[str, Array]

    def at(self, values: Mapping[str, float]) -> Array:
        """The points with the sliders at ``values``."""
        return np.asarray(self.rest + sum(self.moves[name] * value for name, value in values.items() if value))


@dataclass(frozen=True)
class BodyModel:
    """The neutral body: mesh (metres), its skin weights, frames of its parts, and what moves with the sliders.

    ``bones`` are the neutral ones; ``bone_ends`` their heads, then their tails; ``eyes`` centre and a point of the
    equator of the left, then of the right eyeball (4, 3).
    """

    mesh: BodyMesh
    fit: BodyFit
    bones: tuple[Bone, ...]
    weights: Array
    skin: Points
    bone_ends: Points
    eyes: Points
    expressions: Mapping[str, NDArray[np.float32]]

    def bones_at(self, values: Mapping[str, float]) -> list[Bone]:
        """The skeleton of the body with the sliders at ``values``."""
        ends = self.bone_ends.at(values)
        count = len(self.bones)
        pairs = zip(self.bones, ends[:count], ends[count:], strict=True)
        return [replace(bone, head=head, tail=tail) for bone, head, tail in pairs]

    def field(self, points: Array) -> dict[str, Array]:
        """(N, 3) displacement per unit of each slider at any points near the body (hair, clothes).

        Sliders of the head are fields in space; for the body's each point goes with its nearest vertex.
        """
        moves = {name: FIELDS[name](points, self.mesh.head) for name in FACE_SLIDERS}
        nearest = _nearest(points, self.skin.rest)
        for name in ("presentation", "build"):
            moves[name] = self.skin.moves[name][nearest] if len(points) else np.zeros((0, 3))
        moves["height"] = points * HEIGHT_STEP
        return {name: moves[name] for name in SLIDERS}


def _nearest(points: Array, among: Array, rows: int = 1024) -> NDArray[np.int64]:
    """(N,) the index of the nearest of ``among`` (V, 3) to each of the points (N, 3); up to 0.1 mm, by products of
    matrices in single precision around the points' middle."""
    middle = among.mean(axis=0)
    places, asked = (among - middle).astype(np.float32), (points - middle).astype(np.float32)
    lengths = (places**2).sum(axis=1)
    found = [
        np.argmin(lengths - 2 * asked[at : at + rows] @ places.T, axis=1) for at in range(0, max(len(asked), 1), rows)
    ]
    return np.concatenate(found)


def slider_values(traits: AvatarTraits) -> dict[str, float]:
    """The sliders' values (-1..1) for traits; what is not chosen is 0."""
    values = {
        "presentation": 0.0 if traits.presentation is None else 2 * traits.presentation - 1,
        "build": 0.0 if traits.build is None else 2 * traits.build - 1,
        "height": 0.0 if traits.height is None else (traits.height / REFERENCE_HEIGHT - 1) / HEIGHT_STEP,
    }
    return values | {name: (traits.face or {}).get(name, 0.0) for name in FACE_SLIDERS}


def body_trait(name: str, slider: float) -> float:
    """The trait of a body slider that stands at ``slider``, within the trait's range; :func:`slider_values` turned."""
    low, high = HEIGHTS if name == "height" else RANGES[name]
    value = REFERENCE_HEIGHT * (1 + HEIGHT_STEP * slider) if name == "height" else (slider + 1) / 2
    return min(max(round(value, 6), low), high)


@cache
def body_model() -> BodyModel:
    """The model of the shipped measurements; made once, in about a second."""
    neutral = _Lofted(0.5, 0.5)
    mesh = neutral.mesh
    moves = {}
    for name, low, high in (
        ("presentation", _Lofted(0.0, 0.5), _Lofted(1.0, 0.5)),
        ("build", _Lofted(0.5, 0.0), _Lofted(0.5, 1.0)),
    ):
        moves[name] = [(b - a) / 2 for a, b in zip(low.points(), high.points(), strict=True)]
        moves[name][0] = _evened(moves[name][0], mesh)
    groups = []
    for number, rest in enumerate(neutral.points()):
        own = {name: moves[name][number] for name in ("presentation", "build")}
        own["height"] = rest * HEIGHT_STEP
        own |= {name: FIELDS[name](rest, mesh.head) for name in FACE_SLIDERS}
        groups.append(Points(rest, own))
    bones = tuple(neutral.bones)
    return BodyModel(
        mesh, neutral.fit, bones, skin_weights(mesh, list(bones)), groups[0], groups[1], groups[2], face_shapes(mesh)
    )


def _evened(moves: Array, mesh: BodyMesh) -> Array:
    """Displacements (V, 3) softened over the edges of trunk and limbs, where each loft settles a little differently."""
    source, target = edges_of(mesh.faces)
    degree = np.maximum(np.bincount(target, minlength=len(moves)), 1)[:, None]
    fine = np.zeros(len(moves), bool)
    fine[mesh.faces[[name == "head" or "hand" in name for name in mesh.chart]]] = True
    for _ in range(SOFTENING_ROUNDS):
        mean = np.stack([np.bincount(target, moves[source, k], len(moves)) for k in range(3)], axis=1) / degree
        moves = np.where(fine[:, None], moves, 0.5 * moves + 0.5 * mean)
    return moves


class _Lofted:
    """A body lofted at one presentation and build, brought to the reference height."""

    def __init__(self, presentation: float, build: float) -> None:
        shape = BodyShape.load(presentation, build)
        mesh = build_body(shape)
        factor = REFERENCE_HEIGHT / float(mesh.vertices[:, 2].max())
        self.mesh = replace(mesh, vertices=mesh.vertices * factor, head=mesh.head.scaled(factor))
        self.fit = BodyFit(frames=shape.frames, height=float(mesh.vertices[:, 2].max())).scaled(factor)
        marks = mesh.head.marks
        self.bones = [
            replace(bone, head=bone.head * factor, tail=bone.tail * factor) for bone in body_bones(shape, marks)
        ]

    def points(self) -> list[Array]:
        """Vertices, bone ends, and the eyeballs' points."""
        marks = self.mesh.head.marks
        ends = [np.array([bone.head for bone in self.bones]), np.array([bone.tail for bone in self.bones])]
        eye = np.stack([marks.eye_centre, marks.eye_centre + np.array([0, -marks.eye_radius, 0])])
        return [self.mesh.vertices, np.concatenate(ends), np.concatenate([eye, eye * MIRROR])]
