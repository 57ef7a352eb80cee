"""Triangles to texels, vectorised in numpy."""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]

BATCH_TEXELS = 4_000_000
"""Candidate texels that are tested at once; keeps the peak memory of a large mesh near 300 MB."""


def rasterize_triangles(corner_uv: Array, size: int) -> tuple[NDArray[np.int64], NDArray[np.int64], Array]:
    """The texels whose centre lies in a UV triangle; where triangles overlap the first one wins.

    Args:
        corner_uv: (T, 3, 2), v up; parts outside 0..1 are left out.
        size: texels a side.

    Returns:
        flat texel indices (N,) with row 0 at the top, triangle indices (N,), barycentric weights (N, 3).
    """
    texel, triangle, barycentric = covered_texels(corner_uv, size)
    _, first = np.unique(texel, return_index=True)
    return texel[first], triangle[first], barycentric[first]


def covered_texels(corner_uv: Array, size: int) -> tuple[NDArray[np.int64], NDArray[np.int64], Array]:
    """As :func:`rasterize_triangles`, with every triangle that covers a texel."""
    xy = np.asarray(corner_uv, np.float64) * [1, -1] + [0, 1]
    xy = xy * size - 0.5
    finite = np.isfinite(xy).all(axis=(1, 2))
    xy = np.where(finite[:, None, None], xy, -10.0)
    low = np.clip(np.ceil(xy.min(axis=1) - 1e-9), 0, size).astype(np.int64)
    high = np.clip(np.floor(xy.max(axis=1) + 1e-9) + 1, 0, size).astype(np.int64)
    extent = np.maximum(high - low, 0)
    counts = extent[:, 0] * extent[:, 1]
    kept = np.flatnonzero(counts)
    texels: list[NDArray] = []
    owners: list[NDArray] = []
    weights: list[NDArray] = []
    for part in _batches(counts[kept]):
        found = _rasterize_batch(kept[part], counts, low, extent, xy, size)
        for values, into in zip(found, (texels, owners, weights), strict=True):
            into.append(values)
    if not texels:
        return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros((0, 3))
    return np.concatenate(texels), np.concatenate(owners), np.concatenate(weights)


def _batches(counts: NDArray) -> list[slice]:
    """Runs of triangles whose bounding boxes hold about BATCH_TEXELS texels together."""
    if not len(counts):
        return []
    group = np.cumsum(counts) // BATCH_TEXELS
    edges = [0, *(np.flatnonzero(np.diff(group)) + 1).tolist(), len(counts)]
    return [slice(start, stop) for start, stop in itertools.pairwise(edges)]


def _rasterize_batch(
    chosen: NDArray, counts: NDArray, low: NDArray, extent: NDArray, xy: Array, size: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], Array]:
    number = counts[chosen]
    owner = np.repeat(chosen, number)
    offset = np.arange(len(owner)) - np.repeat(np.cumsum(number) - number, number)
    column = low[owner, 0] + offset % extent[owner, 0]
    row = low[owner, 1] + offset // extent[owner, 0]
    a, b, c = xy[owner, 0], xy[owner, 1], xy[owner, 2]
    point = np.stack([column, row], axis=1)

    def cross(p: Array, q: Array) -> Array:
        return p[:, 0] * q[:, 1] - p[:, 1] * q[:, 0]

    area = cross(b - a, c - a)
    ok = np.abs(area) > 1e-12
    safe = np.where(ok, area, 1.0)
    weight_b, weight_c = cross(point - a, c - a) / safe, cross(b - a, point - a) / safe
    weights = np.stack([1 - weight_b - weight_c, weight_b, weight_c], axis=1)
    inside = ok & (weights >= -1e-6).all(axis=1)
    return row[inside] * size + column[inside], owner[inside], np.clip(weights[inside], 0, 1)


def dilation_source(texel: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    """For every texel of the image the index (into ``texel``) of a near covered one, by jump flooding.

    The whole image is filled, so island borders are safe at every mip level. Rong and Tan, "Jump flooding in GPU with
    applications to Voronoi diagram and distance transform" (I3D 2006).
    """
    nearest = np.full((size, size), -1, np.int64)
    if not len(texel):
        return np.zeros(size * size, np.int64)
    nearest.reshape(-1)[texel] = np.arange(len(texel))
    seed_row, seed_column = texel // size, texel % size
    rows, columns = np.mgrid[0:size, 0:size]
    far = 4 * size * size
    distance = np.where(nearest >= 0, 0, far)
    steps = [1]
    while steps[-1] * 2 < size:
        steps.append(steps[-1] * 2)
    for step in [*reversed(steps), 1]:
        for down in (-step, 0, step):
            for right in (-step, 0, step):
                if down == right == 0:
                    continue
                into = _shifted(size, down), _shifted(size, right)
                source = _shifted(size, -down), _shifted(size, -right)
                candidate = nearest[source]
                known = candidate >= 0
                away = np.where(
                    known,
                    (seed_row[candidate] - rows[into]) ** 2 + (seed_column[candidate] - columns[into]) ** 2,
                    far,
                )
                better = away < distance[into]
                nearest[into] = np.where(better, candidate, nearest[into])
                distance[into] = np.where(better, away, distance[into])
    return nearest.reshape(-1)


def _shifted(size: int, by: int) -> slice:
    return slice(max(by, 0), size + min(by, 0))
