"""A second UV layout for lightmaps: no overlaps, uniform texel density, padding between charts.

Charts are connected triangles that face one of the six directions, laid flat along their mean normal. A chart that
lies over itself is cut by depth until it does not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.humanoid.frames import Array
from ml_core.geometry.mesh.rasterize import covering_twice

Indices = NDArray[np.int64]

PADDING = 4
"""Texels between charts: two for each, so that bilinear lookups of neighbors never meet."""
STEEPEST = 0.35
"""Smallest cosine between a triangle and the plane that it is laid on."""
CUTS = 6
LARGEST = 16384
TRIES = 16
CLOSE = 0.995
"""The fraction of the largest scale that fits at which the search for it stops."""
BATCH = 2_000_000
"""Pairs of outline edges that are compared at once."""
_AXES = np.array([(1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0), (0, 0, 1), (0, 0, -1)], np.float64)


@dataclass(frozen=True)
class Unwrapped:
    """``uv`` (T, 3, 2) inside 0..1; the padding holds at the resolution ``size`` (square)."""

    uv: Array
    size: int


@dataclass(frozen=True)
class _Groups:
    """Triangles in the order of their charts, and the first place of each chart in that order."""

    order: Indices
    first: Indices

    @classmethod
    def of(cls, chart: Indices) -> _Groups:
        """Of the chart of each triangle; numbers are consecutive."""
        return cls(np.argsort(chart, kind="stable"), np.r_[0, np.cumsum(np.bincount(chart))[:-1]])


@dataclass(frozen=True)
class _Charts:
    """Chart of each triangle (T,), its corners laid flat (T, 3, 2), its place along the chart's normal (T,).

    ``outline`` (3 T,): edges with another chart or nothing behind them. ``groups``: the triangles chart by chart.
    """

    chart: Indices
    flat: Array
    depth: Array
    outline: NDArray[np.bool_]
    groups: _Groups


def lightmap_uv(positions: Array, triangles: NDArray[np.integer], size: int = 1024) -> Unwrapped:
    """Unwraps a mesh.

    Args:
        positions: (V, 3), finite.
        triangles: (T, 3).
        size: resolution in texels (square) for which the padding is meant; doubled while a mesh has more charts than
            fit.
    """
    if not len(triangles):
        return Unwrapped(np.zeros((0, 3, 2)), size)
    points = np.asarray(positions, np.float64)[triangles]
    normals = np.cross(points[:, 1] - points[:, 0], points[:, 2] - points[:, 0])
    area = np.linalg.norm(normals, axis=1)
    normals = normals / np.maximum(area, 1e-18)[:, None]
    pairs = _neighbors(np.asarray(positions), np.asarray(triangles))
    facing = _facing(normals, area, pairs)
    layer = np.zeros(len(points), np.int64)
    charts = _charts(points, normals, area, pairs, facing, layer)
    for number in range(CUTS + 1):
        placed, over = _packed_and_checked(charts, size)
        if not len(over):
            return placed
        if number == CUTS:
            break
        chart, depth = charts.chart, charts.depth
        lying = np.isin(chart, over)
        middle = _per_chart(np.add, depth, charts.groups) / np.bincount(chart)
        layer[lying] += (depth[lying] > middle[chart[lying]]) * 2**number
        charts = _charts(points, normals, area, pairs, facing, layer)
    rows = np.flatnonzero(np.isin(charts.chart, over))
    layer[rows] = layer.max() + 1 + np.arange(len(rows))
    return _packed(_charts(points, normals, area, pairs, facing, layer), size)


def _neighbors(positions: Array, triangles: NDArray[np.integer]) -> Indices:
    """(N, 2) edges, numbered 3 t + corner, that two triangles share with no third; coincident vertices count as one."""
    scale = float(np.ptp(positions, axis=0).max()) or 1.0
    keys = (
        np.ascontiguousarray(np.round(positions / scale * 1e6).astype(np.int64)).view(np.dtype((np.void, 24))).ravel()
    )
    vertex = np.unique(keys, return_inverse=True)[1].ravel()
    corner = vertex[triangles]
    ends = np.sort(np.stack([corner, np.roll(corner, -1, axis=1)], axis=-1).reshape(-1, 2), axis=1)
    key = ends[:, 0] * len(positions) + ends[:, 1]
    order = np.argsort(key, kind="stable")
    key = key[order]
    first = np.flatnonzero(np.r_[True, np.diff(key) != 0])
    pairs = first[np.diff(np.r_[first, len(key)]) == 2]
    one, other = order[pairs], order[pairs + 1]
    # Of two that run the same way along their edge one is folded over the other.
    run = corner.ravel()[one] != corner.ravel()[other]
    return np.stack([one[run], other[run]], axis=1)


def _facing(normals: Array, area: Array, pairs: Indices) -> Indices:
    """(T,) which of the six axes each triangle faces; single triangles give way to those around them."""
    likeness = normals @ _AXES.T
    pairs = pairs // 3
    facing = likeness.argmax(axis=1)
    for _ in range(4):
        votes = np.zeros((len(normals), 6))
        for one, other in ((0, 1), (1, 0)):
            np.add.at(votes, (pairs[:, one], facing[pairs[:, other]]), 1.0)
        votes[np.arange(len(normals)), facing] += 0.9
        votes[likeness < STEEPEST] = -1
        facing = np.where(votes.max(axis=1) > 0, votes.argmax(axis=1), facing)
    return facing


def components(count: int, pairs: Indices) -> Indices:
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


def _per_chart(function: np.ufunc, values: NDArray, groups: _Groups) -> Array:
    """``function`` (add, minimum, maximum) of the values (T, ...) of each chart."""
    return function.reduceat(values[groups.order], groups.first, axis=0)


def _charts(points: Array, normals: Array, area: Array, pairs: Indices, facing: Indices, layer: Indices) -> _Charts:
    one, other = pairs[:, 0] // 3, pairs[:, 1] // 3
    together = (facing[one] == facing[other]) & (layer[one] == layer[other])
    outline = np.ones(3 * len(points), bool)
    outline[pairs[together].ravel()] = False
    chart = components(len(points), pairs[together] // 3)
    groups = _Groups.of(chart)
    mean = _per_chart(np.add, normals * area[:, None], groups)
    mean /= np.maximum(np.linalg.norm(mean, axis=1), 1e-18)[:, None]
    axis = _AXES[facing[groups.order[groups.first]]]
    steepest = _per_chart(np.minimum, np.einsum("ij,ij->i", normals, mean[chart]), groups)
    plane = np.where((steepest > STEEPEST)[:, None], mean, axis)
    helper = np.where(np.abs(plane[:, 2:]) < 0.9, np.array([[0.0, 0, 1]]), np.array([[0.0, 1, 0]]))
    along = np.cross(helper, plane)
    along /= np.linalg.norm(along, axis=1)[:, None]
    across = np.cross(plane, along)
    flat = np.stack([np.einsum("tci,ti->tc", points, basis[chart]) for basis in (along, across)], axis=-1)
    depth = np.einsum("tci,ti->t", points, plane[chart]) / 3
    return _Charts(chart, _turned(flat, chart, groups), depth, outline, groups)


def _turned(flat: Array, chart: Indices, groups: _Groups) -> Array:
    """Each chart turned to the smallest box, its longer side along u, its corner at the origin."""
    turns = np.radians(np.arange(0, 90, 7.5))
    ordered = flat[groups.order].reshape(-1, 2)
    first = 3 * groups.first
    # The extent along both axes of every turn: (T, turns), columns of one product.
    sizes = [
        np.maximum.reduceat(along, first) - np.minimum.reduceat(along, first)
        for along in (
            ordered @ np.stack([np.cos(turns), -np.sin(turns)]),
            ordered @ np.stack([np.sin(turns), np.cos(turns)]),
        )
    ]
    box = sizes[0] * sizes[1] + 1e-9 * (sizes[0] + sizes[1])
    box[:, 0] *= 1 - 1e-6
    flat = _rotated(flat, turns[box.argmin(axis=1)][chart][:, None])
    low, size = _extent(flat, groups)
    flat = flat - low[chart][:, None]
    upright = size[:, 1] > size[:, 0]
    turned = upright[chart]
    flat[turned] = np.stack([flat[turned][..., 1], size[chart[turned], None, 0] - flat[turned][..., 0]], axis=-1)
    return flat


def _rotated(flat: Array, turn: Array | float) -> Array:
    c, s = np.cos(turn), np.sin(turn)
    return np.stack([c * flat[..., 0] - s * flat[..., 1], s * flat[..., 0] + c * flat[..., 1]], axis=-1)


def _extent(flat: Array, groups: _Groups) -> tuple[Array, Array]:
    """Lowest corner and size (C, 2) of every chart."""
    low = _per_chart(np.minimum, flat.min(axis=1), groups)
    return low, _per_chart(np.maximum, flat.max(axis=1), groups) - low


def _packed(charts: _Charts, size: int) -> Unwrapped:
    """Charts side by side on shelves, tallest first, as large as fits."""
    flat, chart = charts.flat, charts.chart
    low, extent = _extent(flat, charts.groups)
    while True:
        room = size - PADDING
        least, most = 0.0, room / max(float(extent.max()), 1e-12)
        fitting = _shelves(np.zeros_like(extent), room)
        if fitting is not None or size >= LARGEST:
            break
        size *= 2
    # Boxes of the room's area fit on no shelves: what is larger need not be tried.
    most = min(most, room / float(np.sqrt(max(extent.prod(axis=1).sum(), 1e-24))))
    for _ in range(TRIES):
        if least > CLOSE * most:
            break
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
    boxes = boxes[order]
    ends = np.cumsum(boxes[:, 0])
    corners = np.zeros(boxes.shape)
    first = y = 0
    while first < len(boxes):
        if y + boxes[first, 1] > room:  # the first of a shelf is its tallest
            return None
        before = ends[first] - boxes[first, 0]
        last = int(np.searchsorted(ends, before + room, side="right"))
        corners[order[first:last], 0] = ends[first:last] - boxes[first:last, 0] - before
        corners[order[first:last], 1] = y
        first, y = last, y + boxes[first, 1]
    return corners


def _curved(charts: _Charts) -> NDArray[np.bool_]:
    """Which charts (N,) are not flat: only those can lie over themselves."""
    depth = charts.depth
    span = _per_chart(np.maximum, depth, charts.groups) - _per_chart(np.minimum, depth, charts.groups)
    return span > 1e-4 * max(float(np.ptp(depth)), 1e-12)


def _packed_and_checked(charts: _Charts, size: int) -> tuple[Unwrapped, Indices]:
    """The charts in their places, and the numbers of those that lie over themselves."""
    placed, curved = _packed(charts, size), _curved(charts)
    rows = np.flatnonzero(curved[charts.chart])
    doubled = charts.chart[rows[covering_twice(placed.uv[rows], placed.size)]]
    return placed, np.union1d(_crossing(placed.uv, charts, curved), doubled)


def _crossing(uv: Array, charts: _Charts, is_curved: NDArray[np.bool_]) -> Indices:
    """Numbers of the charts whose outline crosses itself.

    A connected piece that is nowhere flipped lies over itself only if its outline crosses itself.
    """
    edges = np.flatnonzero(charts.outline & np.repeat(is_curved[charts.chart], 3))
    edges = edges[np.argsort(charts.chart[edges // 3], kind="stable")]
    chart = charts.chart[edges // 3]
    start = uv.reshape(-1, 2)[edges]
    stop = np.roll(uv, -1, axis=1).reshape(-1, 2)[edges]
    low, high = np.minimum(start, stop), np.maximum(start, stop)
    first = np.searchsorted(chart, chart)
    number = np.searchsorted(chart, chart, side="right") - first
    found = []
    group = np.cumsum(number) // BATCH
    for rows in np.split(np.arange(len(edges)), np.flatnonzero(np.diff(group)) + 1):
        times = number[rows]
        one = np.repeat(rows, times)
        other = first[one] + np.arange(len(one)) - np.repeat(np.cumsum(times) - times, times)
        near = (one < other) & ((low[one] < high[other]) & (low[other] < high[one])).all(axis=1)
        one, other = one[near], other[near]
        meet = _sides(start[one], stop[one], start[other], stop[other])
        meet &= _sides(start[other], stop[other], start[one], stop[one])
        found.append(chart[one[meet]])
    return np.unique(np.concatenate(found)) if found else np.zeros(0, np.int64)


def _sides(start: Array, stop: Array, one: Array, other: Array) -> NDArray[np.bool_]:
    """Whether two points lie clearly on different sides of a line."""
    along = stop - start

    def side(point: Array) -> Array:
        return along[:, 0] * (point[:, 1] - start[:, 1]) - along[:, 1] * (point[:, 0] - start[:, 0])

    limit = 1e-7 * np.abs(along).max(axis=1)
    first, second = side(one), side(other)
    return (np.abs(first) > limit) & (np.abs(second) > limit) & (first * second < 0)
