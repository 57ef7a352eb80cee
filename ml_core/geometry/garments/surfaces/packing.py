"""Islands of UVs, measured in meters, laid into the unit square without overlap."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ml_core.geometry.garments.surfaces.sparse import Array

_MARGIN = 0.006
"""Meters between islands, and around them."""


def packed(islands: Sequence[Array]) -> tuple[list[Array], float]:
    """Islands (T, 2) in meters at places in the unit square, and how many meters a unit is.

    They stand on shelves, the tallest first; the square is the smallest of a few widths that holds them all.
    """
    sizes = np.array([np.ptp(island, axis=0) for island in islands]) + _MARGIN
    order = np.lexsort((np.arange(len(sizes)), -sizes[:, 1]))
    best: tuple[float, Array] | None = None
    for factor in np.linspace(1.0, 1.6, 13):
        width = max(float(sizes[:, 0].max()), factor * float(np.sqrt(sizes.prod(axis=1).sum())))
        places, height = _shelves(sizes[order], width)
        side = max(width, height) + _MARGIN
        if best is None or side < best[0]:
            best = side, places
    side, places = best if best is not None else (1.0, np.zeros((0, 2)))
    result: list[Array] = [np.zeros(0)] * len(islands)
    for place, number in zip(places, order, strict=True):
        island = islands[number]
        result[number] = (island - island.min(axis=0) + place + _MARGIN) / side
    return result, side


def _shelves(sizes: Array, width: float) -> tuple[Array, float]:
    """Where boxes (N, 2) go that are already sorted by height, and the height of them all.

    A shelf that has room below its first box stacks lower ones there.
    """
    places = np.zeros_like(sizes)
    x = y = column = below = shelf = 0.0
    for number, (wide, high) in enumerate(sizes):
        if column and below + high <= shelf and wide <= column:  # on top of the box before, in its column
            places[number] = x - column, y + below
            below += high
            continue
        if x + wide > width + 1e-9:
            x, y = 0.0, y + shelf
        if x == 0.0:
            shelf = high
        places[number] = x, y
        column, below = wide, high
        x += wide
    return places, y + shelf
