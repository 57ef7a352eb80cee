"""How well a texture hides the borders of its UV islands: the difference of color across them, and what is covered."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.humanoid.frames import Array

SAMPLES_AN_EDGE = 5


@dataclass(frozen=True)
class SeamReport:
    """``mean`` and ``p95`` absolute difference across UV borders in 1/255; ``edges`` how many borders there are."""

    mean: float
    p95: float
    edges: int


def seam_edges(vertices: Array, triangles: NDArray, corner_uv: Array) -> tuple[Array, NDArray[np.int64]]:
    """The edges at which two triangles meet in space and their UVs do not. Coincident vertices count as one.

    Returns:
        uv (E, 2, 2, 2) of both ends (third axis) on the one side and the other (second axis); their vertices (E, 2).
    """
    scale = max(float(np.ptp(vertices, axis=0).max()), 1e-12)
    _, merged = np.unique(np.round(vertices / scale * 1e5).astype(np.int64), axis=0, return_inverse=True)
    first = np.zeros(int(merged.max(initial=0)) + 1, np.int64)
    first[merged.reshape(-1)] = np.arange(len(vertices))
    corner = first[merged.reshape(-1)][triangles]
    ends = np.concatenate([corner[:, [i, (i + 1) % 3]] for i in range(3)])
    uv = np.concatenate([corner_uv[:, [i, (i + 1) % 3]] for i in range(3)])
    swap = ends[:, 0] > ends[:, 1]
    ends[swap], uv[swap] = ends[swap, ::-1], uv[swap, ::-1]
    order = np.lexsort((ends[:, 1], ends[:, 0]))
    ends, uv = ends[order], uv[order]
    pair = np.flatnonzero((ends[1:] == ends[:-1]).all(axis=1) & (ends[1:, 0] != ends[1:, 1]))
    sides = np.stack([uv[pair], uv[pair + 1]], axis=1)
    apart = np.abs(sides[:, 0] - sides[:, 1]).max(axis=(1, 2)) > 1e-4
    return np.asarray(sides[apart]), ends[pair][apart].astype(np.int64)


def seam_difference(vertices: Array, triangles: NDArray, corner_uv: Array, image: Array) -> SeamReport:
    """Compares both sides of every UV border.

    Args:
        vertices: (V, 3); triangles: (T, 3); corner_uv: (T, 3, 2), v up, 0..1.
        image: (S, S, C) as stored, 0..1, row 0 at the top.
    """
    sides, _ = seam_edges(vertices, triangles, corner_uv)
    if not len(sides):
        return SeamReport(0.0, 0.0, 0)
    share = ((np.arange(SAMPLES_AN_EDGE) + 0.5) / SAMPLES_AN_EDGE)[:, None]
    points = sides[:, :, None, 0] * (1 - share) + sides[:, :, None, 1] * share
    colors = bilinear(image, np.asarray(points, np.float64))
    away = 255 * np.abs(colors[:, 0] - colors[:, 1]).mean(axis=-1)
    return SeamReport(float(away.mean()), float(np.percentile(away, 95)), len(sides))


def bilinear(image: Array, uv: Array) -> Array:
    """Samples (..., C) of an image (S, S, C) at uv (..., 2), as a renderer takes them; the image repeats."""
    size = image.shape[0]
    x, y = uv[..., 0] * size - 0.5, (1 - uv[..., 1]) * size - 0.5
    x0, y0 = np.floor(x).astype(int), np.floor(y).astype(int)
    fx, fy = (x - x0)[..., None], (y - y0)[..., None]
    left, right, top, bottom = x0 % size, (x0 + 1) % size, y0 % size, (y0 + 1) % size
    upper = image[top, left] * (1 - fx) + image[top, right] * fx
    lower = image[bottom, left] * (1 - fx) + image[bottom, right] * fx
    return np.asarray(upper * (1 - fy) + lower * fy)
