"""Maps of space that take points to where they belong: a smooth one, of radial basis functions with a linear part, and
the best similarity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]

_AT_ONCE = 4_000_000
"""Distances that are held at a time."""


@dataclass(frozen=True)
class Warp:
    """What :func:`fitted` found: ``centers`` (N, 3), their ``strengths`` (N, 3), and ``linear`` (4, 3)."""

    centers: Array
    strengths: Array
    linear: Array

    def __call__(self, points: Array) -> NDArray[np.float64]:
        """(M, 3) where points (M, 3) go."""
        points = np.asarray(points, np.float64)
        moved = points @ self.linear[:3] + self.linear[3]
        step = max(1, _AT_ONCE // max(len(self.centers), 1))
        for start in range(0, len(points), step):
            part = slice(start, start + step)
            moved[part] += _distances(points[part], self.centers) @ self.strengths
        return moved


def fitted(source: Array, target: Array, softness: float = 0.0) -> Warp:
    """The map with the least bending that takes ``source`` (N, 3) to ``target`` (N, 3): Bookstein 1989, in space.

    Args:
        softness: distances of ``source`` by which points may be missed so that it bends less; 0 interpolates them all.
    """
    source, target = np.asarray(source, np.float64), np.asarray(target, np.float64)
    count = len(source)
    # With more points the same bend is shared among more of them.
    kernel = _distances(source, source) - softness * np.eye(count)
    flat = np.column_stack([source, np.ones(count)])
    system = np.zeros((count + 4, count + 4))
    system[:count, :count] = kernel
    system[:count, count:], system[count:, :count] = flat, flat.T
    right = np.concatenate([target, np.zeros((4, 3))])
    solved = np.linalg.lstsq(system, right, rcond=None)[0]
    return Warp(source, solved[:count], solved[count:])


def laid_over(points: Array, target: Array) -> NDArray[np.float64]:
    """Points (N, 3) translated, rotated and scaled to be nearest to ``target`` (N, 3): Umeyama 1991."""
    middle, aim = points.mean(axis=0), target.mean(axis=0)
    left, values, right = np.linalg.svd((target - aim).T @ (points - middle))
    mirror = np.array([1.0, 1.0, np.sign(np.linalg.det(left @ right))])
    turn = left @ np.diag(mirror) @ right
    scale = (values * mirror).sum() / ((points - middle) ** 2).sum()
    return np.asarray(scale * (points - middle) @ turn.T + aim)


def _distances(points: Array, centers: Array) -> NDArray[np.float64]:
    """(N, M), the kernel in three dimensions, which is the biharmonic's own."""
    squared = (points**2).sum(axis=1)[:, None] + (centers**2).sum(axis=1)[None] - 2 * points @ centers.T
    return np.asarray(np.sqrt(np.maximum(squared, 0)), np.float64)
