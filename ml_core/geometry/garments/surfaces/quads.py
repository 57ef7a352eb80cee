"""Quad surfaces: normals, borders, one step of Catmull and Clark, and cutting along a level set."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.garments.surfaces.sparse import Array, Index, LinearMap, linear_map

Faces = NDArray[np.int64]


def normals(points: Array, faces: Faces) -> Array:
    """(V, 3) unit normals of vertices."""
    corner = points[faces]
    cross = np.cross(corner[:, 2] - corner[:, 0], corner[:, 3] - corner[:, 1])
    total = np.stack(
        [np.bincount(faces.ravel(), np.repeat(cross[:, axis], 4), len(points)) for axis in range(3)], axis=1
    )
    return np.asarray(total / np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-12))


def edges(faces: Faces) -> tuple[Index, Index, Index]:
    """Edges (E, 2) once each, the edge of each corner (F, 4) (from it to the next one), and faces per edge (E,)."""
    following = np.roll(faces, -1, axis=1)
    low, high = np.minimum(faces, following).ravel(), np.maximum(faces, following).ravel()
    width = int(high.max()) + 1
    key, inverse, counts = np.unique(low * width + high, return_inverse=True, return_counts=True)
    return np.stack([key // width, key % width], axis=1), inverse.reshape(faces.shape), counts


@dataclass(frozen=True)
class Topology:
    """What follows from the faces of a surface alone, worked out once for all its shapes.

    Attributes:
        faces: (F, 4). count: vertices. border: (V,) whether a vertex lies on a border.
        mean: the mean of each vertex' neighbors, on a border of its two neighbors there. around: of all neighbors.
        loops: the borders, each a closed walk of vertices.
    """

    faces: Faces
    count: int
    border: NDArray[np.bool_]
    mean: LinearMap
    around: LinearMap
    loops: tuple[Index, ...]

    @classmethod
    def of(cls, faces: Faces, count: int) -> Topology:
        pairs, _, per_edge = edges(faces)
        border = np.zeros(count, bool)
        border[pairs[per_edge == 1].ravel()] = True
        both = np.concatenate([pairs, pairs[:, ::-1]])
        along = np.concatenate([per_edge == 1] * 2)
        return cls(
            faces, count, border, _means(both[~border[both[:, 0]] | along], count), _means(both, count),
            tuple(_loops(faces, pairs[per_edge == 1])),
        )  # fmt: skip


def _means(ways: Index, count: int) -> LinearMap:
    """The mean over the ends of directed edges (N, 2) from each vertex; a vertex without any stays."""
    degree = np.bincount(ways[:, 0], minlength=count)
    alone = np.flatnonzero(degree == 0)
    ways = np.concatenate([ways, np.stack([alone, alone], axis=1)])
    return linear_map(ways[:, 0], ways[:, 1], 1 / np.maximum(degree, 1)[ways[:, 0]], count)


def _loops(faces: Faces, border: Index) -> list[Index]:
    """Closed walks along border edges (E, 2), in the direction that the faces beside them have."""
    at_border = np.zeros(int(faces.max()) + 1, bool)
    at_border[border.ravel()] = True
    open_edges = set(map(tuple, border.tolist()))
    ways = np.stack([faces, np.roll(faces, -1, axis=1)], axis=-1).reshape(-1, 2)
    ways = ways[at_border[ways].all(axis=1)]
    following = {start: end for start, end in ways.tolist() if (min(start, end), max(start, end)) in open_edges}
    loops = []
    while following:
        start, here = following.popitem()
        loop = [start]
        while here in following:
            loop.append(here)
            here = following.pop(here)
        loops.append(np.array(loop))
    return loops


def subdivided(faces: Faces, count: int, smooth: bool = True) -> tuple[LinearMap, Faces]:
    """One step of Catmull and Clark (1978), borders as cubic curves; without ``smooth`` points stay where they lie.

    Returns:
        the map from the ``count`` vertices to the new ones (vertices, edges, faces), and the new faces (4 F, 4).
    """
    pairs, edge_of, per_edge = edges(faces)
    face_ids = count + len(pairs) + np.arange(len(faces))
    edge_ids = count + np.arange(len(pairs))
    entries: list[tuple[Any, ...]] = []

    def add(result: Any, index: Any, weight: Any) -> None:
        shape = np.broadcast_shapes(np.shape(result), np.shape(index))
        entries.append(tuple(np.broadcast_to(part, shape).ravel() for part in (result, index, weight)))

    every = np.arange(count)
    add(face_ids[:, None], faces, 0.25)
    open_edge = per_edge == 1
    if not smooth:
        add(edge_ids[:, None], pairs, 0.5)
        add(every, every, 1.0)
    else:
        add(edge_ids[open_edge][:, None], pairs[open_edge], 0.5)
        add(edge_ids[~open_edge][:, None], pairs[~open_edge], 0.25)
        flat, owner = edge_of.ravel(), np.repeat(np.arange(len(faces)), 4)
        inner = ~open_edge[flat]
        add((count + flat[inner])[:, None], faces[owner[inner]], 0.25 / 4)
        _vertex_points(add, faces, pairs, open_edge, count)
    result, index, weight = (np.concatenate(parts) for parts in zip(*entries, strict=True))
    quads = [
        np.stack([faces[:, k], count + edge_of[:, k], face_ids, count + edge_of[:, k - 1]], axis=1) for k in range(4)
    ]
    return linear_map(result, index, weight, count + len(pairs) + len(faces)), np.stack(quads, axis=1).reshape(-1, 4)


def _vertex_points(
    add: Callable[[Any, Any, Any], None], faces: Faces, pairs: Index, open_edge: NDArray[np.bool_], count: int
) -> None:
    border = np.zeros(count, bool)
    border[pairs[open_edge].ravel()] = True
    valence = np.bincount(pairs.ravel(), minlength=count).astype(np.float64)
    inner = np.flatnonzero(~border & (valence > 0))
    add(inner, inner, (valence[inner] - 3) / valence[inner])
    for start, end in ((pairs[:, 0], pairs[:, 1]), (pairs[:, 1], pairs[:, 0])):
        kept = ~border[start]
        add(start[kept], start[kept], 1 / valence[start[kept]] ** 2)
        add(start[kept], end[kept], 1 / valence[start[kept]] ** 2)
    corners, owner = faces.ravel(), np.repeat(np.arange(len(faces)), 4)
    kept = ~border[corners]
    add(corners[kept][:, None], faces[owner[kept]], 0.25 / valence[corners[kept]][:, None] ** 2)
    ends = np.flatnonzero(border)
    add(ends, ends, 0.75)
    for side in (0, 1):
        add(pairs[open_edge][:, side], pairs[open_edge][:, 1 - side], 0.125)
    unused = np.flatnonzero(valence == 0)
    add(unused, unused, 1.0)


def cut(level: Array, faces: Faces, corners: Faces, corner_count: int) -> tuple[LinearMap, LinearMap, Faces, Faces]:
    """What lies where ``level`` (V,) is negative; vertices just outside are drawn along edges onto its zero.

    Returns:
        maps from the old vertices and from the old UVs, and the faces and corners that are left.

    Raises:
        ValueError: nothing is left.
    """
    inside = level < 0
    kept = inside[faces].sum(axis=1) >= 2
    if not kept.any():
        raise ValueError("the cut leaves nothing of the mesh")
    faces, corners = faces[kept], corners[kept]
    corner_level = np.zeros(corner_count)
    corner_level[corners.ravel()] = level[faces.ravel()]
    return _drawn(faces, level), _drawn(corners, corner_level), faces, corners


def _drawn(faces: Faces, level: Array) -> LinearMap:
    """Outside vertices with inside neighbors move to where the edges between them cross zero, on average."""
    ways = np.concatenate(
        [np.stack([faces, np.roll(faces, shift, axis=1)], axis=-1).reshape(-1, 2) for shift in (1, -1)]
    )
    ways = ways[(level[ways[:, 0]] >= 0) & (level[ways[:, 1]] < 0)]
    outside, inside = np.divmod(np.unique(ways[:, 0] * len(level) + ways[:, 1]), len(level))
    share = np.clip(level[outside] / (level[outside] - level[inside]), 0, 0.999)
    number = np.bincount(outside, minlength=len(level))
    stay = np.flatnonzero(number == 0)
    return linear_map(
        np.concatenate([stay, outside, outside]),
        np.concatenate([stay, outside, inside]),
        np.concatenate([np.ones(len(stay)), (1 - share) / number[outside], share / number[outside]]),
        len(level),
    )
