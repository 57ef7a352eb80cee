"""Whether skin or inner garments show through the garments over them, in poses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.body.body_file import BodyData
from ml_core.geometry.body.poses import Pose, transforms
from ml_core.geometry.body.rig import BONE_NAMES, Bone, dense_weights, is_arm, moved_by
from ml_core.geometry.garments.sparse import Array
from ml_core.geometry.garments.surface import edges, normals
from ml_core.geometry.garments.wardrobe import Garment, nearest_of

NEAR = 0.03
"""Metres around a point of cloth in which what lies over it counts as coming through."""
ASIDE = 0.015
"""Metres beside a point of cloth up to which something still lies over that point."""
SAME_PLACE = 0.06
"""Metres between two points of the unbent body up to which one can be under the other: a hand beside a hip is not."""
_BORDER_ROWS = 3
"""Rows of faces at a border that do not count: skin beside a neckline lies over the cloth and not under it."""


@dataclass(frozen=True)
class Poke:
    """The deepest place where ``inner`` comes out of ``outer``: metres, and how many points are more than 3 mm out."""

    inner: str
    outer: str
    depth: float
    points: int


@dataclass(frozen=True)
class _Layer:
    """Points (N, 3) at rest and posed, and how much of each goes with an arm: arms lie against sides of shirts."""

    name: str
    rest: Array
    posed: Array
    arm: Array


def pokes(
    data: BodyData,
    rows: Array,
    bones: Sequence[Bone],
    garments: Sequence[Garment],
    hidden: NDArray[np.bool_],
    pose: Pose,
) -> list[Poke]:
    """Every pair of skin or inner garment and outer garment of a person whose rows (R, 3) are bent to ``pose``.

    Args:
        hidden: (F,) faces of the skin that are left out under these garments.
    """
    matrices = transforms(bones, pose)
    names = [bone.name for bone in bones]
    skin = np.unique(data.faces["skin"][~hidden])
    rest, weights = np.asarray(rows)[skin], dense_weights(data)[skin]
    layers = [_Layer("skin", rest, _moved(rest, weights, names, matrices), _arm(weights))]
    found = []
    for garment in garments:
        points = _moved(garment.points, garment.weights, names, matrices)
        found += [_compared(layer, garment, points) for layer in layers]
        cloth = np.unique(garment.faces[~garment.hidden])
        layers.append(_Layer(garment.piece.name, garment.points[cloth], points[cloth], _arm(garment.weights[cloth])))
    return found


def bent(garment: Garment, bones: Sequence[Bone], pose: Pose) -> Array:
    """(V, 3) the points of a garment in a pose of the bones that it was fitted to."""
    return _moved(garment.points, garment.weights, [bone.name for bone in bones], transforms(bones, pose))


def _moved(points: Array, weights: Array, names: Sequence[str], matrices: Mapping[str, Array]) -> Array:
    moved = moved_by(weights, names, matrices)
    return np.asarray(np.einsum("nij,nj->ni", moved[:, :3, :3], points) + moved[:, :3, 3])


def _compared(layer: _Layer, garment: Garment, points: Array) -> Poke:
    """How far a layer stands over the outside of a garment whose ``points`` are posed, away from its borders."""
    inner = layer.posed
    up = normals(points, garment.faces)
    interior = _interior(garment)
    at = interior[nearest_of(inner, points[interior])]
    distance = np.linalg.norm(inner - points[at], axis=1)
    height = ((inner - points[at]) * up[at]).sum(axis=1)
    aside = np.sqrt(np.maximum(distance**2 - height**2, 0))
    over = (distance < NEAR) & (aside < ASIDE) & (np.abs(layer.arm - _arm(garment.weights)[at]) < 0.6)
    over &= layer.rest[:, 0] * garment.points[at, 0] > -1e-4  # legs that touch are not under each other's cloth
    over &= np.linalg.norm(layer.rest - garment.points[at], axis=1) < SAME_PLACE
    height = np.where(over, height, 0)
    return Poke(layer.name, garment.piece.name, float(max(height.max(initial=0), 0)), int((height > 0.003).sum()))


def _arm(weights: Array) -> Array:
    """(N,) the share of the arms in weights (N, 55)."""
    return np.asarray(weights[:, [n for n, bone in enumerate(BONE_NAMES) if is_arm(bone)]].sum(axis=1))


def _interior(garment: Garment) -> NDArray[np.int64]:
    """Vertices of the cloth itself that lie some rows away from hems, whose folds look inwards."""
    count = garment.shell
    faces = garment.faces[(garment.faces < count).all(axis=1)]
    pairs, _, per_edge = edges(faces)
    near = np.zeros(len(garment.points), bool)
    near[pairs[per_edge == 1].ravel()] = True
    for _ in range(_BORDER_ROWS):
        near[pairs[near[pairs].any(axis=1)].ravel()] = True
    return np.flatnonzero(~near[:count])
