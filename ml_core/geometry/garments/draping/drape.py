"""Cloth over a body: smoothed under tension, kept between two distances, with folded hems."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.garments.surfaces.quads import Faces, Topology, normals
from ml_core.geometry.garments.surfaces.sparse import Array, Index

_BORDER_ROUNDS = 20
_TAUBIN = (0.5, -0.53)
"""A step of smoothing and one back, so that loops become even without shrinking (Taubin 1995)."""
_ROWS_ALONG = 0.6
"""How far the two rows beside a border follow it when it is made even."""


def draped(
    under: Array, topology: Topology, low: Array, high: Array, rounds: int, held: NDArray[np.bool_] | None = None
) -> Array:
    """(V, 3) cloth over the points ``under``: smoothed, between ``low`` (V,) and ``high`` (V,) meters above.

    Borders pull straight, like a skin of soap, except where they are ``held`` (V,) as they were cut.
    """
    up = normals(under, topology.faces)
    points = under + low[:, None] * up
    for _ in range(rounds):
        move = 0.5 * (topology.mean(points) - points)
        if held is not None:
            move[held] = (move[held] * up[held]).sum(axis=1, keepdims=True) * up[held]
        points = points + move
        height = ((points - under) * up).sum(axis=1)
        points += (np.clip(height, low, high) - height)[:, None] * up
    return points


def even_borders(points: Array, topology: Topology, fixed: NDArray[np.bool_]) -> Array:
    """Borders become even curves but for their ``fixed`` vertices (V,), and the two rows beside them follow."""
    around = topology.around
    moved, share = np.zeros_like(points), np.zeros(len(points))
    for loop in topology.loops:
        line = points[loop]
        for _ in range(_BORDER_ROUNDS):
            for way in _TAUBIN:
                line = line + way * (0.5 * (np.roll(line, 1, axis=0) + np.roll(line, -1, axis=0)) - line)
                line[fixed[loop]] = points[loop][fixed[loop]]
        moved[loop], share[loop] = line - points[loop], 1
    for _ in range(2):
        reached = around(share)
        beside = (reached > 0) & (share == 0)
        pull = around(moved * share[:, None]) / np.maximum(reached, 1e-9)[:, None]
        moved[beside], share[beside] = _ROWS_ALONG * pull[beside], 1
    return points + moved


@dataclass(frozen=True)
class Hemmed:
    """A surface whose borders are folded in. ``source`` (V,) is the vertex of the open surface that each came from."""

    points: Array
    faces: Faces
    corners: Faces
    uv: Array
    source: Index


def hemmed(points: Array, topology: Topology, corners: Faces, uv: Array, thickness: float, depth: float) -> Hemmed:
    """Fold every border inwards by two more rings of faces: ``thickness`` meters in, then ``depth`` back under."""
    faces = topology.faces
    up, mean = normals(points, faces), topology.around(points)
    corner_of = np.zeros(len(points), np.int64)
    corner_of[faces.ravel()] = corners.ravel()
    all_points, all_faces, all_corners, all_uv, source = [points], [faces], [corners], [uv], [np.arange(len(points))]
    count, corner_count = len(points), len(uv)
    for loop in topology.loops:
        size = len(loop)
        out = _smoothed_unit(up[loop])
        back = mean[loop] - points[loop]
        back = _smoothed_unit(back - (back * out).sum(axis=1, keepdims=True) * out)
        back -= (back * out).sum(axis=1, keepdims=True) * out
        first = points[loop] - thickness * out
        all_points += [first, first + depth * back - 0.3 * thickness * out]
        source += [loop, loop]
        all_uv += [uv[corner_of[loop]]] * 2
        rings = [loop, count + np.arange(size), count + size + np.arange(size)]
        corner_rings = [corner_of[loop], corner_count + np.arange(size), corner_count + size + np.arange(size)]
        count, corner_count = count + 2 * size, corner_count + 2 * size
        for ring_list, into in ((rings, all_faces), (corner_rings, all_corners)):
            for outer, inner in itertools.pairwise(ring_list):
                into.append(np.stack([np.roll(outer, -1), outer, inner, np.roll(inner, -1)], axis=1))
    return Hemmed(
        np.concatenate(all_points),
        np.concatenate(all_faces),
        np.concatenate(all_corners),
        np.concatenate(all_uv),
        np.concatenate(source),
    )


def _smoothed_unit(vectors: Array, rounds: int = 8) -> Array:
    """Unit vectors along a closed loop, evened out."""
    for _ in range(rounds):
        vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
        vectors = 0.5 * vectors + 0.25 * (np.roll(vectors, 1, axis=0) + np.roll(vectors, -1, axis=0))
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
