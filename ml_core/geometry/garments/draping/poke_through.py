"""Whether skin or inner garments show through the garments over them, in poses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.body.body_file import BodyData
from ml_core.geometry.body.poses import Pose, transforms
from ml_core.geometry.body.rig import BONE_NAMES, Bone, dense_weights, is_arm, moved_by
from ml_core.geometry.garments.draping.seated import share_of
from ml_core.geometry.garments.garment import Garment
from ml_core.geometry.garments.helpers import nearest_of
from ml_core.geometry.garments.surfaces.quads import Faces, edges, normals
from ml_core.geometry.garments.surfaces.sparse import Array

NEAR = 0.03
"""Meters around a point of cloth in which what lies over it counts as coming through."""
ASIDE = 0.015
"""Meters beside a point of cloth up to which something still lies over that point."""
SAME_PLACE, SAME_SPOT = 0.1, 0.035
"""Meters between two points of the unbent body up to which one can be under the other, and meters along the cloth: a
hand beside a hip is not, nor is a thigh that rises in front of a hem."""
_HEAD = [BONE_NAMES.index("head"), BONE_NAMES.index("jaw")]
_BORDER_ROWS = 3
"""Rows of faces at a border that do not count: skin beside a neckline lies over the cloth and not under it."""


@dataclass(frozen=True)
class Poke:
    """The deepest place where ``inner`` comes out of ``outer``: meters, and how many points are more than 3 mm out."""

    inner: str
    outer: str
    depth: float
    points: int


@dataclass(frozen=True)
class _Layer:
    """Points (N, 3) at rest, their weights (N, 55), how much of each goes with an arm (arms lie against shirts), and
    by how much each moves (N, 3) when somebody sits, before its bones do."""

    name: str
    rest: Array
    weights: Array
    arm: Array
    seated: Array | None = None

    def chosen(self, index: NDArray[np.int64]) -> _Layer:
        seated = None if self.seated is None else self.seated[index]
        return _Layer(self.name, self.rest[index], self.weights[index], self.arm[index], seated)


@dataclass(frozen=True)
class _Pair:
    """A layer's points that are near a garment at rest, and the garment's vertices away from its borders, and
    its normals at rest."""

    inner: _Layer
    garment: int
    interior: NDArray[np.int64]
    up: Array


class Layers:
    """Skin and garments of a person, prepared once to be checked in many poses."""

    def __init__(
        self,
        data: BodyData,
        rows: Array,
        bones: Sequence[Bone],
        garments: Sequence[Garment],
        hidden: NDArray[np.bool_],
    ) -> None:
        """``rows`` are (R, 3), ``hidden`` (F,) the faces of the skin that are left out under these garments."""
        self._bones, self._garments = bones, garments
        weights = dense_weights(data)
        skin = np.unique(data.faces["skin"][~hidden])
        skin = skin[weights[skin][:, _HEAD].sum(axis=1) < 0.3]  # chins lie over collars
        layers = [_layer("skin", np.asarray(rows, np.float64)[skin], weights[skin])]
        self._pairs: list[_Pair] = []
        for number, garment in enumerate(garments):
            interior = _interior(garment)
            if len(interior):  # ties, hats and straps have no cloth away from borders that something could come through
                up = normals(garment.points, garment.faces)
                for layer in layers:
                    near = nearest_of(layer.rest, garment.points[interior], SAME_PLACE)
                    away = np.linalg.norm(layer.rest - garment.points[interior][near], axis=1)
                    self._pairs.append(_Pair(layer.chosen(np.flatnonzero(away < SAME_PLACE)), number, interior, up))
            cloth = np.unique(garment.faces[~garment.hidden])
            cloth = cloth[~garment.loose[cloth]]  # collars rise out of what is over them
            seated = None if garment.seated is None else garment.seated[cloth]
            layers.append(_layer(garment.piece.name, garment.points[cloth], garment.weights[cloth], seated))

    def pokes(self, pose: Pose) -> list[Poke]:
        """Every pair of skin or inner garment and outer garment, bent to ``pose``."""
        matrices = transforms(self._bones, pose)
        names = [bone.name for bone in self._bones]
        share = share_of(self._bones, pose)
        posed = [
            _moved(_shaped(garment.points, garment.seated, share), garment.weights, names, matrices)
            for garment in self._garments
        ]
        turns = [moved_by(garment.weights, names, matrices)[:, :3, :3] for garment in self._garments]
        found = []
        for pair in self._pairs:
            rest = _shaped(pair.inner.rest, pair.inner.seated, share)
            inner = _moved(rest, pair.inner.weights, names, matrices)
            number = pair.garment
            up = _outwards(posed[number], self._garments[number].faces, pair.up, turns[number])
            found.append(_compared(pair, inner, self._garments[number], posed[number], up))
        return found


def pokes(
    data: BodyData,
    rows: Array,
    bones: Sequence[Bone],
    garments: Sequence[Garment],
    hidden: NDArray[np.bool_],
    pose: Pose,
) -> list[Poke]:
    """What :class:`Layers` finds in one pose."""
    return Layers(data, rows, bones, garments, hidden).pokes(pose)


def bent(garment: Garment, bones: Sequence[Bone], pose: Pose) -> Array:
    """(V, 3) the points of a garment in a pose of the bones that it was fitted to."""
    points = _shaped(garment.points, garment.seated, share_of(bones, pose))
    return _moved(points, garment.weights, [bone.name for bone in bones], transforms(bones, pose))


def _shaped(points: Array, seated: Array | None, share: float) -> Array:
    """(V, 3) points at rest, brought by a share of their moves to where they are when somebody sits."""
    return points if seated is None or not share else points + share * seated


def _moved(points: Array, weights: Array, names: Sequence[str], matrices: Mapping[str, Array]) -> Array:
    moved = moved_by(weights, names, matrices)
    return np.asarray(np.einsum("nij,nj->ni", moved[:, :3, :3], points) + moved[:, :3, 3])


def _layer(name: str, rest: Array, weights: Array, seated: Array | None = None) -> _Layer:
    return _Layer(name, rest, weights, _arm(weights), seated)


def _outwards(points: Array, faces: Faces, before: Array, turns: Array) -> Array:
    """(V, 3) unit normals of posed cloth; in creases that are turned over, the rest normals, posed."""
    up, along = normals(points, faces), np.einsum("nij,nj->ni", turns, before)
    along = along / np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-9)
    return np.asarray(np.where((up * along).sum(axis=1, keepdims=True) > 0, up, along))


def _compared(pair: _Pair, inner: Array, garment: Garment, points: Array, up: Array) -> Poke:
    """How far points (N, 3) stand over the outside of a garment whose ``points`` are posed, away from its borders.

    ``up`` (V, 3) are its normals there.
    """
    layer, interior = pair.inner, pair.interior
    if not len(inner):
        return Poke(layer.name, garment.piece.name, 0.0, 0)
    at = interior[nearest_of(inner, points[interior], NEAR)]
    distance = np.linalg.norm(inner - points[at], axis=1)
    height = ((inner - points[at]) * up[at]).sum(axis=1)
    aside = np.sqrt(np.maximum(distance**2 - height**2, 0))
    over = (distance < NEAR) & (aside < ASIDE) & (np.abs(layer.arm - _arm(garment.weights)[at]) < 0.5)
    over &= layer.rest[:, 0] * garment.points[at, 0] > -1e-4  # legs that touch are not under each other's cloth
    before = layer.rest - garment.points[at]
    distance = np.linalg.norm(before, axis=1)
    height_before = (before * pair.up[at]).sum(axis=1)
    over &= (distance < SAME_PLACE) & (distance**2 - height_before**2 < SAME_SPOT**2)
    height = np.where(over, height, 0)
    return Poke(layer.name, garment.piece.name, float(max(height.max(initial=0), 0)), int((height > 0.003).sum()))


def _arm(weights: Array) -> Array:
    """(N,) the share of the arms in weights (N, 55)."""
    return np.asarray(weights[:, [n for n, bone in enumerate(BONE_NAMES) if is_arm(bone)]].sum(axis=1))


def _interior(garment: Garment) -> NDArray[np.int64]:
    """Vertices of the cloth itself that lie some rows away from hems, whose folds look inwards."""
    count = garment.shell
    if not count:
        return np.zeros(0, np.int64)
    faces = garment.faces[(garment.faces < count).all(axis=1)]
    pairs, _, per_edge = edges(faces)
    near = np.zeros(len(garment.points), bool)
    near[pairs[per_edge == 1].ravel()] = True
    for _ in range(_BORDER_ROWS):
        near[pairs[near[pairs].any(axis=1)].ravel()] = True
    return np.flatnonzero(~near[:count])
