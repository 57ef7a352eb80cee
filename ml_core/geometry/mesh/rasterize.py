"""Triangles to texels, vectorized in numpy."""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]

_TOLERANCE = 1e-6
"""How far below zero a weight may be in a texel that counts as inside: those on an edge belong to both triangles."""
BATCH_TEXELS = 4_000_000
"""Candidate texels that are tested at once; keeps the peak memory of a large mesh near 300 MB."""


def rasterize_triangles(corner_uv: Array, size: int) -> tuple[NDArray[np.int64], NDArray[np.int64], Array]:
    """The texels whose center lies in a UV triangle; where triangles overlap the first one wins.

    Args:
        corner_uv: (T, 3, 2), v up; parts outside 0..1 are left out.
        size: resolution in texels (square).

    Returns:
        flat texel indices (N,) with row 0 at the top, triangle indices (N,), barycentric weights (N, 3).
    """
    texel, triangle, barycentric = covered_texels(corner_uv, size)
    place = np.full(size * size, -1, np.int64)
    place[texel[::-1]] = np.arange(len(texel) - 1, -1, -1)
    first = place[place >= 0]
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
        found = _rasterize_batch(kept[part], low, extent, xy, size)
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
    chosen: NDArray, low: NDArray, extent: NDArray, xy: Array, size: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], Array]:
    """A weight is linear in column and row: each row of a triangle has one span of columns where none is negative."""
    low, extent = low[chosen], extent[chosen]
    a, to_b, to_c = xy[chosen, 0], xy[chosen, 1] - xy[chosen, 0], xy[chosen, 2] - xy[chosen, 0]
    area = to_b[:, 0] * to_c[:, 1] - to_b[:, 1] * to_c[:, 0]
    flat = np.abs(area) <= 1e-12
    area = np.where(flat, 1.0, area)
    # (3, T): what a column and a row add to the weights of the corners, and the weights at the box's first texel.
    column_step = np.stack([to_b[:, 1] - to_c[:, 1], to_c[:, 1], -to_b[:, 1]]) / area
    row_step = np.stack([to_c[:, 0] - to_b[:, 0], -to_c[:, 0], to_b[:, 0]]) / area
    origin = column_step * (low[:, 0] - a[:, 0]) + row_step * (low[:, 1] - a[:, 1]) + np.array([[1.0], [0.0], [0.0]])

    rows = np.where(flat, 0, extent[:, 1])
    triangle = np.repeat(np.arange(len(chosen)), rows)
    row = _counted(rows)
    first, last = np.zeros(len(row)), extent[triangle, 0] - 1.0
    for start, right, down in zip(origin, column_step, row_step, strict=True):
        step = right[triangle]
        slope = np.abs(step) > 1e-12
        border = (-_TOLERANCE - start[triangle] - down[triangle] * row) / np.where(slope, step, 1.0)
        # A texel wider than it must be: which texels count is decided below, by their weights.
        first = np.where(slope & (step > 0), np.maximum(first, np.ceil(border) - 1), first)
        last = np.where(slope & (step < 0), np.minimum(last, np.floor(border) + 1), last)
    number = np.maximum(last - first + 1, 0).astype(np.int64)
    triangle, row, column = (
        np.repeat(triangle, number),
        np.repeat(row, number),
        _counted(number) + np.repeat(first.astype(np.int64), number),
    )
    weights = np.stack(
        [
            start[triangle] + right[triangle] * column + down[triangle] * row
            for start, right, down in zip(origin, column_step, row_step, strict=True)
        ],
        axis=1,
    )
    inside = np.flatnonzero(weights.min(axis=1) >= -_TOLERANCE)
    triangle = triangle[inside]
    texel = (low[triangle, 1] + row[inside]) * size + low[triangle, 0] + column[inside]
    return texel, chosen[triangle], np.clip(weights[inside], 0, 1)


def _counted(number: NDArray[np.int64]) -> NDArray[np.int64]:
    """0, 1, … below each of the numbers, one run after the other."""
    return np.arange(number.sum()) - np.repeat(np.cumsum(number) - number, number)


APART = 0.005
"""Texels by which triangles are shrunk when they are checked for overlap, since neighbors touch."""


def covering_twice(corner_uv: Array, size: int) -> NDArray[np.int64]:
    """The triangles that cover the center of a texel which another covers, too; of two, the one that begins later.

    Works on spans of texels, a row of a triangle each, and so takes a small part of the time of
    :func:`covered_texels` and no memory for the image.

    Args:
        corner_uv: (T, 3, 2) inside 0..1.
        size: resolution in texels (square).
    """
    at = np.asarray(corner_uv, np.float64) * size - 0.5
    low = np.ceil(at[..., 1].min(axis=1) + APART).astype(np.int64)
    number = np.maximum(np.floor(at[..., 1].max(axis=1) - APART).astype(np.int64) - low + 1, 0)
    owner = np.repeat(np.arange(len(at)), number)
    row = low[owner] + np.arange(len(owner)) - np.repeat(np.cumsum(number) - number, number)
    left, right = np.full(len(owner), np.inf), np.full(len(owner), -np.inf)
    for first, second in ((0, 1), (1, 2), (2, 0)):
        start, stop = at[owner, first], at[owner, second]
        crossed = (start[:, 1] <= row) != (stop[:, 1] <= row)
        rise = np.where(crossed, stop[:, 1] - start[:, 1], 1.0)
        x = start[:, 0] + (row - start[:, 1]) / rise * (stop[:, 0] - start[:, 0])
        left = np.where(crossed, np.minimum(left, x), left)
        right = np.where(crossed, np.maximum(right, x), right)
    whole = np.flatnonzero(left < right)
    row, owner = row[whole], owner[whole]
    begin = np.ceil(left[whole] + APART).astype(np.int64)
    end = np.floor(right[whole] - APART).astype(np.int64) + 1
    whole = np.flatnonzero(begin < end)
    row, owner = row[whole] * (size + 1), owner[whole]
    # Ends before beginnings at the same place; the triangle's number in the lowest digits.
    ends, begins = (row + end[whole]) * 2, (row + begin[whole]) * 2 + 1
    events = np.sort(np.concatenate([ends * len(at) + owner, begins * len(at) + owner]))
    is_begin = events // len(at) % 2
    return np.unique(events[(np.cumsum(2 * is_begin - 1) > 1) & (is_begin == 1)] % len(at))


def dilation_source(texel: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    """For every texel of the image the index (into ``texel``) of a near covered one.

    The whole image is filled, so island borders are safe at every mip level. From coarse to fine: a block of texels
    takes what its parent or one of its neighbors found, whichever is nearest. What is found is the nearest texel or
    one hardly farther away.
    """
    if not len(texel):
        return np.zeros(size * size, np.int64)
    rows, columns = np.divmod(texel, size)
    factors = [1]
    while size // factors[-1] > 16 and size % (2 * factors[-1]) == 0:
        factors.append(2 * factors[-1])
    found: NDArray[np.int64] = np.zeros((1, 1), np.int64)
    for factor in reversed(factors):
        cells = size // factor
        parent = found if factor == factors[-1] else np.repeat(np.repeat(found, 2, axis=0), 2, axis=1)
        found = np.broadcast_to(parent, (cells, cells)).astype(np.int64).reshape(-1)
        covered = rows // factor * cells + columns // factor
        found[covered] = np.arange(len(texel))
        empty = np.ones(cells * cells, bool)
        empty[covered] = False
        # The coarsest grid starts from one guess and passes it on until it has reached every block.
        rounds = cells if factor == factors[-1] else 2
        found = _passed_on(found, np.flatnonzero(empty), cells, factor, rows, columns, rounds).reshape(cells, cells)
    return found.reshape(-1)


def _passed_on(
    found: NDArray[np.int64],
    empty: NDArray[np.int64],
    cells: int,
    factor: int,
    rows: NDArray[np.int64],
    columns: NDArray[np.int64],
    rounds: int,
) -> NDArray[np.int64]:
    """``found`` with each empty block's texel replaced by those of its neighbors while that is nearer."""
    row, column = np.divmod(empty, cells)
    center_row, center_column = (row + 0.5) * factor - 0.5, (column + 0.5) * factor - 0.5

    def distance(candidate: NDArray[np.int64]) -> NDArray[np.float32]:
        away = (rows[candidate] - center_row) ** 2 + (columns[candidate] - center_column) ** 2
        return np.asarray(away, np.float32)

    best = found[empty]
    nearest = distance(best)
    for _ in range(rounds):
        changed = False
        for down, right in itertools.product((-1, 0, 1), repeat=2):
            if down == right == 0:
                continue
            neighbor = np.clip(row + down, 0, cells - 1) * cells + np.clip(column + right, 0, cells - 1)
            candidate = found[neighbor]
            away = distance(candidate)
            better = away < nearest
            if better.any():
                changed = True
                best, nearest = np.where(better, candidate, best), np.where(better, away, nearest)
        found[empty] = best
        if not changed:
            break
    return found
