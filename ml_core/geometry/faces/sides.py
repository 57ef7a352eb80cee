"""Which lip, and which lid, a vertex belongs to: by paths along the mesh, since in space the two touch."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from math import dist

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]

UPPER_LIP, LOWER_LIP = (37, 0, 267, 40, 270), (84, 17, 314, 91, 321)
"""Landmarks on the outer borders of the lips."""
UPPER_LIDS = {"right": (28, 27, 29, 56), "left": (258, 257, 259, 286)}
LOWER_LIDS = {"right": (23, 24, 22, 26), "left": (253, 254, 252, 256)}
"""Landmarks beside the eyes' openings."""
MOUTH = (78, 13, 308, 14)
EYES = {"right": (33, 159, 133, 145), "left": (263, 386, 362, 374)}
"""Landmarks of the openings: two corners, and the middles of both borders between them."""


def lips_and_lids(points: Array, edges: NDArray[np.integer], landmarks: Array) -> NDArray[np.int8]:
    """(V,) 1 and 2 for the upper and the lower lip, 3 to 6 for the lids, 0 elsewhere.

    Args:
        points: (V, 3). edges: (E, 2). landmarks: (468, 3).
    """
    sides = np.zeros(len(points), np.int8)
    openings = [(MOUTH, UPPER_LIP, LOWER_LIP, 0.75)]
    openings += [(EYES[side], UPPER_LIDS[side], LOWER_LIDS[side], 0.75) for side in ("right", "left")]
    for number, (opening, upper, lower, reach) in enumerate(openings):
        corners = landmarks[[opening[0], opening[2]]]
        middle, width = corners.mean(axis=0), float(np.linalg.norm(corners[1] - corners[0]))
        near = np.linalg.norm(points - middle, axis=1) < reach * width
        if not near.any():
            continue
        neighbors = _neighbors(edges, near)
        above = _walked_from(points, neighbors, _nearest(points, near, landmarks[list(upper)]))
        below = _walked_from(points, neighbors, _nearest(points, near, landmarks[list(lower)]))
        reached = near & (np.isfinite(above) | np.isfinite(below))
        sides[reached] = np.where(above[reached] <= below[reached], 2 * number + 1, 2 * number + 2)
        # What hangs on neither, such as teeth and lashes, goes by its height.
        loose = near & ~reached
        sides[loose] = np.where(points[loose, 2] > middle[2], 2 * number + 1, 2 * number + 2)
    return sides


def is_open(points: Array, edges: NDArray[np.integer], landmarks: Array, opening: Sequence[int]) -> bool:
    """Whether the mesh has a slit or a hole where lips or lids meet: no short path leads across it."""
    corners = landmarks[[opening[0], opening[2]]]
    middle, width = corners.mean(axis=0), float(np.linalg.norm(corners[1] - corners[0]))
    near = np.linalg.norm(points - middle, axis=1) < width
    if near.sum() < 8:
        return False
    upper, lower = landmarks[opening[1]], landmarks[opening[3]]
    if tuple(opening) == MOUTH:  # closed lips are seen as one line, so begin on their outer borders
        above, below = landmarks[UPPER_LIP[1]], landmarks[LOWER_LIP[1]]
    else:
        # Begin a little way off the border, where both surely lie on the lid.
        away = max(float(np.linalg.norm(upper - lower)), 0.12 * width)
        way = (upper - lower) / max(float(np.linalg.norm(upper - lower)), 1e-9)
        if np.linalg.norm(upper - lower) < 0.02 * width:
            way = np.array([0.0, 0.0, 1.0])
        above, below = upper + 0.5 * away * way, lower - 0.5 * away * way
    start, end = _nearest(points, near, np.stack([above, below]))
    reached = _walked_from(points, _neighbors(edges, near), [start])[end]
    straight = float(np.linalg.norm(points[start] - points[end]))
    return bool(reached > 2.0 * max(straight, 0.1 * width))


def _neighbors(edges: NDArray[np.integer], near: NDArray[np.bool_]) -> dict[int, list[int]]:
    """The vertices beside each, of those that are ``near`` (V,)."""
    found: dict[int, list[int]] = {}
    for first, second in edges[near[edges].all(axis=1)].tolist():
        found.setdefault(first, []).append(second)
        found.setdefault(second, []).append(first)
    return found


def _nearest(points: Array, near: NDArray[np.bool_], places: Array) -> list[int]:
    candidates = np.flatnonzero(near)
    distances = np.linalg.norm(points[candidates][:, None] - places[None], axis=-1)
    return [int(number) for number in candidates[distances.argmin(axis=0)]]


def _walked_from(points: Array, neighbors: dict[int, list[int]], starts: list[int]) -> Array:
    """(V,) length of the shortest path along edges from any of ``starts``; infinite where there is none."""
    length = np.full(len(points), np.inf)
    length[starts] = 0.0
    heap = [(0.0, start) for start in starts]
    while heap:
        done, vertex = heapq.heappop(heap)
        if done > length[vertex]:
            continue
        for other in neighbors.get(vertex, ()):
            way = done + dist(points[other], points[vertex])
            if way < length[other]:
                length[other] = way
                heapq.heappush(heap, (way, other))
    return length
