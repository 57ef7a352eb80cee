"""Facial shapes of the built-in face on another head, by landmarks that both have and by the surface between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.body.canvas import canvas
from ml_core.geometry.body.face.expressions import SHAPE_NAMES, shape
from ml_core.geometry.body.model import body_model
from ml_core.geometry.easing import smoothstep
from ml_core.geometry.faces.sides import lips_and_lids
from ml_core.geometry.faces.warp import fitted
from ml_core.geometry.humanoid.frames import unit

Array = NDArray[np.floating]

_SOFTNESS = 0.02
"""Meters on the built-in face by which landmarks may be missed, so that their errors do not fold it."""
_NEIGHBORS = 4
_FACING = 0.35
"""Widths of the eyes' distance that a normal turned by 90 degrees counts as: the inside of a lip is not its outside."""
_NEAR, _FAR = 0.12, 0.4
"""Distances between the eyes within which the built-in face is followed wholly, and from which on not at all."""
_LEAST = 1e-4
"""Distances between the eyes; smaller moves count as none."""
_RINGS, _ROUNDS = 2, 6
"""Edges from where lids or lips meet within which moves are evened out, and how often."""
_AT_ONCE = 400


@dataclass(frozen=True)
class SourceFace:
    """The built-in average face at rest, meters.

    Attributes:
        points: (N, 3) of the head's skin. normals: (N, 3) unit. sides: (N,) of lips and lids.
        landmarks: (468, 3). shapes: name -> (N, 3) at 1. lower_teeth: name -> (4, 3) the affine map that their
            vertices make: ``[x y z 1] @ map`` is the move.
    """

    points: Array
    normals: Array
    sides: NDArray[np.int8]
    landmarks: Array
    shapes: Mapping[str, Array]
    lower_teeth: Mapping[str, Array]


@dataclass(frozen=True)
class Head:
    """Any other head: ``points`` (V, 3), ``normals`` (V, 3) unit, ``edges`` (E, 2), and those landmarks that are known
    on it: ``numbers`` (L,) of 468, and ``places`` (L, 3). Any unit; upright, facing -Y."""

    points: Array
    normals: Array
    edges: NDArray[np.integer]
    numbers: NDArray[np.integer]
    places: Array


def source_face(vertices: NDArray[np.integer], shares: Array) -> SourceFace:
    """The built-in face, whose landmarks lie on triangles of ``vertices`` (468, 3) with ``shares`` (468, 3)."""
    model, person = body_model(), canvas().person
    rows = np.asarray(person.rows, np.float64)
    faces = person.data.faces["skin"]
    start = float(person.joint("neck")[2])
    faces = faces[rows[faces][..., 2].min(axis=1) > start]
    used, corners = np.unique(faces, return_inverse=True)
    corners = corners.reshape(faces.shape)
    points = rows[used]
    triangles = np.concatenate([corners[:, [0, 1, 2]], corners[:, [0, 2, 3]]])
    landmarks = np.einsum("nk,nkc->nc", shares, rows[vertices])
    edges = np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [2, 3]], corners[:, [3, 0]]])
    teeth = person.data.used("teeth_lower")
    flat = np.column_stack([rows[teeth], np.ones(len(teeth))])
    shapes, lower = {}, {}
    for name in SHAPE_NAMES:
        moved = np.asarray(shape(model, name), np.float64)
        shapes[name] = moved[used]
        lower[name] = np.linalg.lstsq(flat, moved[teeth], rcond=None)[0]
    return SourceFace(
        points, normals_of(points, triangles), lips_and_lids(points, edges, landmarks), landmarks, shapes, lower
    )


@dataclass(frozen=True)
class Carried:
    """``shapes``: name -> (V, 3) moves of the head's vertices. ``landmarks`` (468, 3) on it. ``to_source`` (4, 3) takes
    ``[x y z 1]`` into the space of ``lower_teeth``, see :class:`SourceFace`."""

    shapes: dict[str, NDArray[np.float64]]
    landmarks: NDArray[np.float64]
    to_source: Array
    lower_teeth: Mapping[str, Array]

    def jaw(self, points: Array, name: str) -> NDArray[np.float64]:
        """(N, 3) how points (N, 3) that sit on the lower jaw move."""
        flat = np.column_stack([points, np.ones(len(points))])
        inside = flat @ self.to_source
        move = np.column_stack([inside, np.ones(len(points))]) @ self.lower_teeth[name]
        return np.asarray(move @ np.linalg.inv(self.to_source[:3]))


def carried(source: SourceFace, head: Head) -> Carried:
    """The shapes on another head."""
    known = source.landmarks[head.numbers]
    warp = fitted(known, head.places, _SOFTNESS)
    landmarks = warp(source.landmarks)
    eyes = float(np.linalg.norm(landmarks[[263, 362]].mean(axis=0) - landmarks[[33, 133]].mean(axis=0)))
    surface = warp(source.points)
    frame = warp.linear[:3]
    turned = unit(source.normals @ np.linalg.inv(frame).T)
    sides = lips_and_lids(head.points, head.edges, landmarks)
    rows, near, weights = _near(surface, turned, source.sides, head, sides, eyes)
    seam, seam_edges = _corners(head.edges, sides)
    shapes = {}
    for name, moves in source.shapes.items():
        moving = np.flatnonzero(np.abs(moves).max(axis=1) > 0)
        there = np.zeros_like(surface)
        there[moving] = warp(source.points[moving] + moves[moving]) - surface[moving]
        found = np.zeros_like(head.points)
        found[rows] = np.einsum("nk,nkc->nc", weights, there[near])
        found[seam] = _smoothed(found, seam, seam_edges)[seam]
        found[np.abs(found).max(axis=1) < _LEAST * eyes] = 0
        shapes[name] = found
    flat = np.column_stack([landmarks, np.ones(len(landmarks))])
    back = np.linalg.lstsq(flat, source.landmarks, rcond=None)[0]
    return Carried(shapes, landmarks, back, source.lower_teeth)


def _corners(edges: NDArray[np.integer], sides: NDArray[np.int8]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The vertices around the corners of mouth and eyes, where two lips or two lids are one surface, and the edges that
    end in them."""
    one, other = sides[edges[:, 0]], sides[edges[:, 1]]
    chosen = np.zeros(len(sides), bool)
    chosen[edges[(one != other) & (one > 0) & (other > 0)].ravel()] = True
    for _ in range(_RINGS):
        chosen[edges[chosen[edges].any(axis=1)].ravel()] = True
    return np.flatnonzero(chosen), np.asarray(edges[chosen[edges].any(axis=1)], np.int64)


def _smoothed(moves: Array, rows: NDArray[np.int64], edges: NDArray[np.int64]) -> NDArray[np.float64]:
    """Moves (V, 3) whose ``rows`` are evened out along ``edges`` (E, 2); the others stay."""
    moves = np.array(moves, np.float64)
    one, other = np.concatenate([edges, edges[:, ::-1]]).T
    count = np.maximum(np.bincount(one, minlength=len(moves)), 1)[rows]
    for _ in range(_ROUNDS if len(rows) else 0):
        mean = [np.bincount(one, moves[other, axis], len(moves))[rows] / count for axis in range(3)]
        moves[rows] = (moves[rows] + np.stack(mean, axis=1)) / 2
    return moves


def _near(
    surface: Array, normals: Array, surface_sides: NDArray, head: Head, sides: NDArray, eyes: float
) -> tuple[NDArray[np.int64], NDArray[np.int64], Array]:
    """Vertices (N,) of a head near a face's surface, the surface's vertices that each follows (N, K), and their shares,
    which sum to less than 1 away from it."""
    low, high = surface.min(axis=0) - _FAR * eyes, surface.max(axis=0) + _FAR * eyes
    rows = np.flatnonzero(((head.points > low) & (head.points < high)).all(axis=1))
    middle = surface.mean(axis=0)  # near zero, squares keep their digits
    places, there = head.points - middle, surface - middle
    square = (there**2).sum(axis=1)
    near = np.zeros((len(rows), _NEIGHBORS), np.int64)
    shares = np.zeros((len(rows), _NEIGHBORS))
    for start in range(0, len(rows), _AT_ONCE):
        part = rows[start : start + _AT_ONCE]
        squared = (places[part] ** 2).sum(axis=1)[:, None] + square - 2 * places[part] @ there.T
        away = np.sqrt(np.maximum(squared, 0))
        turned = 1 - np.clip(head.normals[part] @ normals.T, -1, 1)
        cost = away + _FACING * eyes * np.clip(turned - 0.3, 0, None)
        apart = (sides[part][:, None] != surface_sides[None]) & (sides[part][:, None] > 0) & (surface_sides[None] > 0)
        cost[apart] += 2 * eyes
        chosen = np.argpartition(cost, _NEIGHBORS, axis=1)[:, :_NEIGHBORS]
        costs = np.take_along_axis(cost, chosen, 1)
        share = 1 / (costs + 1e-3 * eyes) ** 2
        share /= share.sum(axis=1, keepdims=True)
        gap = (np.take_along_axis(away, chosen, 1) * share).sum(axis=1)
        kept = smoothstep(gap / eyes, _FAR, _NEAR)
        near[start : start + len(part)] = chosen
        shares[start : start + len(part)] = share * kept[:, None]
    return rows, near, shares


def normals_of(points: Array, triangles: NDArray[np.integer]) -> NDArray[np.float64]:
    """(V, 3) unit normals, weighted by area."""
    corners = points[triangles]
    face = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    summed = [np.bincount(triangles.ravel(), np.repeat(face[:, axis], 3), len(points)) for axis in range(3)]
    return np.asarray(unit(np.stack(summed, axis=1) + 1e-15))
