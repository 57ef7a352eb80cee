"""Straight lines of a picture: connected edge pixels of one direction, each group fitted by its main axis."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.mesh.unwrap import components

_SIDE = 1280
"""Pixels of the longer side that lines are looked for at; above, the picture is reduced by whole numbers."""
_STRONGEST = 0.12
"""Share of pixels that may be edges."""
_LEAST_STEP = 6.0
_BINS = 16
_LEAST_LENGTH = 0.03
"""Least length of a segment, relative to the picture's diagonal."""
_THICKEST = 1.2
_MOST = 500


def find_segments(picture: NDArray[np.uint8]) -> NDArray[np.float64]:
    """The straight segments (N, 4) of a picture (H, W, 3): x1, y1, x2, y2 in pixels, the longest first."""
    factor = max(1, int(np.ceil(max(picture.shape[:2]) / _SIDE)))
    gray = picture[..., :3].astype(np.float32) @ np.array([0.299, 0.587, 0.114], np.float32)
    height, width = (side // factor for side in gray.shape)
    gray = gray[: height * factor, : width * factor].reshape(height, factor, width, factor).mean(axis=(1, 3))
    gray = _smoothed(gray)
    dx, dy = np.zeros_like(gray), np.zeros_like(gray)
    dx[1:-1, 1:-1] = (gray[1:-1, 2:] - gray[1:-1, :-2]) / 2
    dy[1:-1, 1:-1] = (gray[2:, 1:-1] - gray[:-2, 1:-1]) / 2
    strength = np.hypot(dx, dy)
    thin = _ridge(strength, dx, dy) & (strength > max(_LEAST_STEP / 2, float(np.quantile(strength, 1 - _STRONGEST))))
    row, column = np.nonzero(thin)
    if len(row) < 2:
        return np.zeros((0, 4))
    angle = np.arctan2(dy[row, column], dx[row, column]) % (2 * np.pi)
    found = []
    # Bins twice, shifted by half of one: a line whose direction lies between two bins is whole in the other.
    for shift in (0.0, 0.5):
        kind = np.floor(angle / (2 * np.pi) * _BINS + shift).astype(np.int64) % _BINS
        found.append(_fitted(row, column, strength[row, column], kind, thin.shape))
    segments = np.concatenate(found)
    lengths = np.hypot(segments[:, 2] - segments[:, 0], segments[:, 3] - segments[:, 1])
    kept = np.flatnonzero(lengths >= _LEAST_LENGTH * float(np.hypot(thin.shape[0], thin.shape[1])))
    segments = segments[kept[np.argsort(-lengths[kept])]]
    return _different(segments)[:_MOST] * factor + (factor - 1) / 2 + 0.5


def _smoothed(gray: NDArray[np.float32]) -> NDArray[np.float32]:
    """An image smoothed by a Gaussian of about one pixel."""
    for axis in (0, 1):
        padded = np.pad(gray, [(2, 2) if k == axis else (0, 0) for k in range(2)], mode="edge")
        size = gray.shape[axis]
        parts = [np.take(padded, range(at, at + size), axis) for at in range(5)]
        gray = np.sum([w * part for w, part in zip((0.06, 0.24, 0.4, 0.24, 0.06), parts, strict=True)], axis=0)
    return gray


def _ridge(strength: NDArray[np.float32], dx: NDArray[np.float32], dy: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Where the gradient is no weaker than at both neighbors along it."""
    flat = np.abs(dx) >= np.abs(dy)
    diagonal = np.minimum(np.abs(dx), np.abs(dy)) > 0.4142 * np.maximum(np.abs(dx), np.abs(dy))
    x = np.where(diagonal | flat, np.sign(dx), 0).astype(int)
    y = np.where(diagonal | ~flat, np.sign(dy), 0).astype(int)
    row, column = np.indices(strength.shape)
    height, width = strength.shape
    ahead = strength[np.clip(row + y, 0, height - 1), np.clip(column + x, 0, width - 1)]
    behind = strength[np.clip(row - y, 0, height - 1), np.clip(column - x, 0, width - 1)]
    return (strength >= ahead) & (strength > behind)


def _fitted(
    row: NDArray[np.int64], column: NDArray[np.int64], strength: NDArray[np.float32], kind: NDArray[np.int64],
    shape: tuple[int, ...],
) -> NDArray[np.float64]:  # fmt: skip
    """A segment for each group of neighboring edge pixels of one kind that lies on a straight line."""
    number = np.full(shape, -1)
    number[row, column] = np.arange(len(row))
    pairs = []
    for down, right in ((0, 1), (1, -1), (1, 0), (1, 1), (0, 2), (2, 0)):
        other_row, other_column = row + down, column + right
        inside = (other_row < shape[0]) & (other_column >= 0) & (other_column < shape[1])
        there = np.where(
            inside, number[np.minimum(other_row, shape[0] - 1), np.clip(other_column, 0, shape[1] - 1)], -1
        )
        same = (there >= 0) & (kind[there] == kind)
        pairs.append(np.stack([np.flatnonzero(same), there[same]], axis=1))
    group = components(len(row), np.concatenate(pairs))
    order = np.argsort(group, kind="stable")
    first = np.flatnonzero(np.diff(group[order], prepend=-1))
    count = np.diff(first, append=len(order))
    big = count >= 8
    x, y, w = column[order].astype(np.float64), row[order].astype(np.float64), strength[order].astype(np.float64)

    def total(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.add.reduceat(values, first)

    weight = total(w)
    mx, my = total(w * x) / weight, total(w * y) / weight
    which = np.repeat(np.arange(len(first)), count)
    px, py = x - mx[which], y - my[which]
    xx, yy, xy = total(w * px * px) / weight, total(w * py * py) / weight, total(w * px * py) / weight
    angle = 0.5 * np.arctan2(2 * xy, xx - yy)
    c, s = np.cos(angle), np.sin(angle)
    along, across = px * c[which] + py * s[which], -px * s[which] + py * c[which]
    thickness = np.sqrt(total(w * across**2) / weight)
    low, high = np.minimum.reduceat(along, first), np.maximum.reduceat(along, first)
    good = big & (thickness < _THICKEST)
    ends = np.stack([mx + low * c, my + low * s, mx + high * c, my + high * s], axis=1)
    return ends[good]


def _different(segments: NDArray[np.float64]) -> NDArray[np.float64]:
    """The segments without those that lie on a longer one."""
    kept: list[NDArray[np.float64]] = []
    for segment in segments[: 4 * _MOST]:
        middle = (segment[:2] + segment[2:]) / 2
        if kept:
            others = np.array(kept)
            way = others[:, 2:] - others[:, :2]
            length = np.linalg.norm(way, axis=1)
            offset = middle - others[:, :2]
            along = (offset * way).sum(axis=1) / length
            across = np.abs(offset[:, 0] * way[:, 1] - offset[:, 1] * way[:, 0]) / length
            own = segment[2:] - segment[:2]
            parallel = np.abs(own @ way.T) > 0.995 * length * np.linalg.norm(own)
            if ((across < 1.5) & (along > 0) & (along < length) & parallel).any():
                continue
        kept.append(segment)
    return np.array(kept).reshape(-1, 4)
