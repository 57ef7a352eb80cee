"""Removes depths that other views contradict: a point that others see through does not exist."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from .painting import View

_PARTNERS = 10
_WIDEST = np.cos(np.radians(75))
_STRIDE = 2
_SAME, _THROUGH = 0.025, 0.05
"""Relative differences of depth: up to which another view confirms a point, and from which on it looks through."""


def agreeing(views: Sequence[View]) -> Iterator[View]:
    """The views without the depths that more other views see through than confirm; one picture counts once."""
    ahead = np.array([view.camera.rotation[2] for view in views])
    for number, view in enumerate(views):
        angles = ahead @ ahead[number]
        mine = {view.camera.name}
        partners: list[View] = []
        candidates = np.flatnonzero(angles > _WIDEST)
        for place in candidates[np.argsort(-angles[candidates], kind="stable")]:
            other = views[place]
            if other.camera.name not in mine:
                mine.add(other.camera.name)
                partners.append(other)
        step = max(1, len(partners) // _PARTNERS)
        yield replace(view, depth=_checked(view, partners[::step][:_PARTNERS]))


def _checked(view: View, partners: Sequence[View]) -> NDArray[np.float32]:
    depth = view.depth[::_STRIDE, ::_STRIDE]
    row, column = np.nonzero(depth)
    far = depth[row, column].astype(np.float64)
    pixels = np.stack([column * _STRIDE + 0.5, row * _STRIDE + 0.5], axis=1)
    points = view.camera.position + view.camera.rays(pixels) * far[:, None]
    vote = np.zeros(len(points), np.int16)
    for other in partners:
        place, distance = other.camera.seen(points)
        height, width = other.depth.shape
        x, y = np.floor(place).astype(np.int64).T
        inside = np.flatnonzero((distance > 0.05) & (x >= 0) & (y >= 0) & (x < width) & (y < height))
        seen = other.depth[y[inside], x[inside]]
        relative = seen / distance[inside] - 1
        vote[inside] += np.where(seen > 0, (np.abs(relative) < _SAME).astype(np.int16) - (relative > _THROUGH), 0)
    kept = np.ones(depth.shape, bool)
    kept[row, column] = vote >= 0
    whole = kept.repeat(_STRIDE, axis=0).repeat(_STRIDE, axis=1)[: view.depth.shape[0], : view.depth.shape[1]]
    return np.where(whole, view.depth, np.float32(0))
