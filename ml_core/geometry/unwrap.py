"""A second UV layout for lightmaps: every triangle in a place of its own, equal texels a metre, padding between charts.

Charts are connected triangles that face one of the six directions, laid flat along their mean normal. A chart that
lies over itself is cut by depth until it does not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.part_frame import Array
from ml_core.geometry.rasterize import covered_texels

Indices = NDArray[np.int64]

PADDING = 4
"""Texels between charts: two for each, so that bilinear lookups of neighbours never meet."""
STEEPEST = 0.35
"""Smallest cosine between a triangle and the plane that it is laid on."""
CUTS = 6
LARGEST = 16384
_AXES = np.array([(1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0), (0, 0, 1), (0, 0, -1)], np.float64)


@dataclass(frozen=True)
class Unwrapped:
    """``uv`` (T, 3, 2) inside 0..1; the padding holds at ``size`` texels a side."""

    uv: Array
    size: int


def lightmap_uv(positions: Array, triangles: NDArray[np.integer], size: int = 1024) -> Unwrapped:
    """Unwraps a mesh.

    Args:
        positions: (V, 3), finite.
        triangles: (T, 3).
        size: texels a side for which the padding is meant; doubled while a mesh has more charts than fit.
    """
    points = np.asarray(positions, np.float64)[triangles]
    normals = np.cross(points[:, 1] - points[:, 0], points[:, 2] - points[:, 0])
    area = np.linalg.norm(normals, axis=1)
    normals = normals / np.maximum(area, 1e-18)[:, None]
    pairs = _neighbours(np.asarray(positions), np.asarray(triangles))
    facing = _facing(normals, area, pairs)
    layer = np.zeros(len(points), np.int64)
    chart, flat, depth = _charts(points, normals, area, pairs, facing, layer)
    for number in range(CUTS):
        placed = _packed(flat, chart, size)
        over = _lying_over(placed, chart, depth)
        if not len(over):
            return placed
        lying = np.isin(chart, over)
        middle = _per_chart(np.add, depth, chart) / np.bincount(chart)
        layer[lying] += (depth[lying] > middle[chart[lying]]) * 2**number
        chart, flat, depth = _charts(points, normals, area, pairs, facing, layer)
    rows = np.flatnonzero(np.isin(chart, _lying_over(_packed(flat, chart, size), chart, depth)))
    layer[rows] = layer.max() + 1 + np.arange(len(rows))
    chart, flat, depth = _charts(points, normals, area, pairs, facing, layer)
    return _packed(flat, chart, size)


def _neighbours(positions: Array, triangles: NDArray[np.integer]) -> Indices:
    """(N, 2) triangles that share an edge with no third; vertices in one place count as one."""
    scale = float(np.ptp(positions, axis=0).max()) or 1.0
    keys = (
        np.ascontiguousarray(np.round(positions / scale * 1e6).astype(np.int64)).view(np.dtype((np.void, 24))).ravel()
    )
    vertex = np.unique(keys, return_inverse=True)[1].ravel()
    corner = vertex[triangles]
    ends = np.sort(np.stack([corner, np.roll(corner, -1, axis=1)], axis=-1).reshape(-1, 2), axis=1)
    key = ends[:, 0] * len(positions) + ends[:, 1]
    order = np.argsort(key, kind="stable")
    key, owner = key[order], order // 3
    first = np.flatnonzero(np.r_[True, np.diff(key) != 0])
    pairs = first[np.diff(np.r_[first, len(key)]) == 2]
    return np.stack([owner[pairs], owner[pairs + 1]], axis=1)


def _facing(normals: Array, area: Array, pairs: Indices) -> Indices:
    """(T,) which of the six axes each triangle faces; single triangles give way to those around them."""
    likeness = normals @ _AXES.T
    facing = likeness.argmax(axis=1)
    for _ in range(4):
        votes = np.zeros((len(normals), 6))
        for one, other in ((0, 1), (1, 0)):
            np.add.at(votes, (pairs[:, one], facing[pairs[:, other]]), 1.0)
        votes[np.arange(len(normals)), facing] += 0.9
        votes[likeness < STEEPEST] = -1
        facing = np.where(votes.max(axis=1) > 0, votes.argmax(axis=1), facing)
    return facing


def _components(count: int, pairs: Indices) -> Indices:
    """(count,) consecutive numbers of connected parts."""
    label = np.arange(count)
    while len(pairs):
        low = np.minimum(label[pairs[:, 0]], label[pairs[:, 1]])
        new = label.copy()
        for end in range(2):
            np.minimum.at(new, label[pairs[:, end]], low)
        new = new[new]
        if (new == label).all():
            break
        label = new
    return np.unique(label, return_inverse=True)[1].ravel()


def _per_chart(function: np.ufunc, values: NDArray, chart: Indices) -> Array:
    """``function`` (add, minimum, maximum) of the values (T, ...) of each chart; numbers are consecutive."""
    order = np.argsort(chart, kind="stable")
    return function.reduceat(values[order], np.searchsorted(chart[order], np.arange(int(chart.max()) + 1)), axis=0)


def _charts(
    points: Array, normals: Array, area: Array, pairs: Indices, facing: Indices, layer: Indices
) -> tuple[Indices, Array, Array]:
    """Chart of each triangle, its corners laid flat (T, 3, 2), and how far along the normal it lies (T,)."""
    together = (facing[pairs[:, 0]] == facing[pairs[:, 1]]) & (layer[pairs[:, 0]] == layer[pairs[:, 1]])
    chart = _components(len(points), pairs[together])
    mean = _per_chart(np.add, normals * area[:, None], chart)
    mean /= np.maximum(np.linalg.norm(mean, axis=1), 1e-18)[:, None]
    axis = _AXES[_per_chart(np.maximum, facing, chart).astype(np.int64)]
    steepest = _per_chart(np.minimum, np.einsum("ij,ij->i", normals, mean[chart]), chart)
    plane = np.where((steepest > STEEPEST)[:, None], mean, axis)
    helper = np.where(np.abs(plane[:, 2:]) < 0.9, np.array([[0.0, 0, 1]]), np.array([[0.0, 1, 0]]))
    along = np.cross(helper, plane)
    along /= np.linalg.norm(along, axis=1)[:, None]
    across = np.cross(plane, along)
    flat = np.stack([np.einsum("tci,ti->tc", points, basis[chart]) for basis in (along, across)], axis=-1)
    depth = np.einsum("tci,ti->t", points, plane[chart]) / 3
    return chart, _turned(flat, chart), depth


def _turned(flat: Array, chart: Indices) -> Array:
    """Each chart turned to the smallest box, its longer side along u, its corner at the origin."""
    best_area, best = None, np.zeros(int(chart.max()) + 1)
    for turn in np.radians(np.arange(0, 90, 7.5)):
        size = _extent(_rotated(flat, turn), chart)[1]
        box = size[:, 0] * size[:, 1] + 1e-9 * size.sum(axis=1)
        if best_area is None:
            best_area = box * (1 - 1e-6)
            continue
        better = box < best_area
        best = np.where(better, turn, best)
        best_area = np.minimum(best_area, box)
    flat = _rotated(flat, best[chart][:, None])
    size = _extent(flat, chart)[1]
    upright = (size[:, 1] > size[:, 0])[chart]
    flat[upright] = np.stack([flat[upright][..., 1], -flat[upright][..., 0]], axis=-1)
    return flat - _extent(flat, chart)[0][chart][:, None]


def _rotated(flat: Array, turn: Array | float) -> Array:
    c, s = np.cos(turn), np.sin(turn)
    return np.stack([c * flat[..., 0] - s * flat[..., 1], s * flat[..., 0] + c * flat[..., 1]], axis=-1)


def _extent(flat: Array, chart: Indices) -> tuple[Array, Array]:
    """Lowest corner and size (C, 2) of every chart."""
    low = _per_chart(np.minimum, flat.min(axis=1), chart)
    return low, _per_chart(np.maximum, flat.max(axis=1), chart) - low


def _packed(flat: Array, chart: Indices, size: int) -> Unwrapped:
    """Charts side by side on shelves, tallest first, as large as fits."""
    low, extent = _extent(flat, chart)
    while True:
        room = size - PADDING
        least, most = 0.0, room / max(float(extent.max()), 1e-12)
        fitting = _shelves(np.zeros_like(extent), room)
        if fitting is not None or size >= LARGEST:
            break
        size *= 2
    for _ in range(16):
        middle = (least + most) / 2 if fitting is not None else most / 2
        found = _shelves(extent * middle, room)
        if found is None:
            most = middle
        else:
            least, fitting = middle, found
    corners = fitting if fitting is not None else np.zeros_like(extent)
    placed = (flat - low[chart][:, None]) * least + corners[chart][:, None] + PADDING
    return Unwrapped(placed / size, size)


def _shelves(extent: Array, room: int) -> Array | None:
    """Lower left corners (C, 2) in whole texels of boxes ``extent`` (C, 2) in texels, or None when they do not fit."""
    boxes = np.ceil(extent).astype(np.int64) + 1 + PADDING
    order = np.lexsort((-boxes[:, 0], -boxes[:, 1]))
    if boxes.max() > room or boxes.prod(axis=1).sum() > room * room:
        return None
    corners = np.zeros(boxes.shape)
    x = y = height = 0
    for row, (wide, tall) in zip(order.tolist(), boxes[order].tolist(), strict=True):
        if x + wide > room:
            x, y, height = 0, y + height, 0
        if y + tall > room:
            return None
        corners[row] = x, y
        x, height = x + wide, max(height, tall)
    return corners


def _lying_over(placed: Unwrapped, chart: Indices, depth: Array) -> Indices:
    """Numbers of the charts that lie over themselves; looked for in a coarse picture first."""
    span = _per_chart(np.maximum, depth, chart) - _per_chart(np.minimum, depth, chart)
    curved = np.flatnonzero(span[chart] > 1e-4 * max(float(np.ptp(depth)), 1e-12))
    for size in (placed.size // 4, placed.size):
        texel, triangle, weights = covered_texels(placed.uv[curved], size)
        inside = weights.min(axis=1) > 1e-3
        texel, triangle = texel[inside], triangle[inside]
        times = np.bincount(texel, minlength=size * size)
        over = np.unique(chart[curved[triangle[times[texel] > 1]]])
        if len(over):
            break
    return over
