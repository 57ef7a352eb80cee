"""Paths across a furnished floor: a grid of cells, A* (Hart, Nilsson and Raphael, 1968), and rounded corners."""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]

MAX_CELLS = 1024
"""Most cells along a side of the grid."""
_NEAR_COST = 6.0
"""How much longer a step within the comfortable distance of an obstacle counts."""
_STEPS = tuple((x, y, math.hypot(x, y)) for x in (-1, 0, 1) for y in (-1, 0, 1) if x or y)


@dataclass(frozen=True)
class Floor:
    """Cells (W, H) of ``size`` meters from ``origin`` (2,): those that are occupied, and those near an occupied one."""

    origin: Array
    size: float
    taken: NDArray[np.bool_]
    near: NDArray[np.bool_]

    @classmethod
    def of(cls, points: Array, low: Array, high: Array, size: float, radius: float, comfort: float) -> Floor:
        """The floor between ``low`` and ``high`` (2,), with obstacles at ``points`` (N, 2).

        Args:
            radius: meters around an obstacle that a body cannot pass; comfort: those that it avoids if it can.
        """
        size = max(size, float((high - low).max()) / MAX_CELLS)
        shape = np.maximum(np.ceil((high - low) / size).astype(int), 1)
        cells = np.floor((points - low) / size).astype(int) if len(points) else np.zeros((0, 2), int)
        inside = ((cells >= 0) & (cells < shape)).all(axis=1)
        hit = np.zeros(tuple(shape), bool)
        hit[tuple(cells[inside].T)] = True
        return cls(np.asarray(low, float), size, _grown(hit, radius / size), _grown(hit, comfort / size))

    def cell(self, point: Array) -> tuple[int, int]:
        """The cell of a point (2,), or the one at the edge that is nearest."""
        place = np.floor((np.asarray(point) - self.origin) / self.size).astype(int)
        x, y = np.clip(place, 0, np.array(self.taken.shape) - 1)
        return int(x), int(y)

    def center(self, cell: tuple[int, int]) -> Array:
        return self.origin + (np.array(cell) + 0.5) * self.size

    def is_free(self, start: Array, end: Array, near: bool = False) -> bool:
        """Whether the straight line between two points (2,) passes no taken cell (with ``near``, no near one)."""
        count = max(int(np.ceil(np.linalg.norm(end - start) / (0.4 * self.size))), 1)
        grid = self.near | self.taken if near else self.taken
        return not any(grid[self.cell(start + (end - start) * step / count)] for step in range(count + 1))


def _grown(hit: NDArray[np.bool_], cells: float) -> NDArray[np.bool_]:
    """Cells within a distance of one that is hit."""
    reach = math.ceil(cells)
    grown = hit.copy()
    width, height = hit.shape
    for x in range(-reach, reach + 1):
        for y in range(-reach, reach + 1):
            if math.hypot(x, y) > cells or abs(x) >= width or abs(y) >= height:
                continue
            grown[max(x, 0) : width + min(x, 0), max(y, 0) : height + min(y, 0)] |= hit[
                max(-x, 0) : width - max(x, 0), max(-y, 0) : height - max(y, 0)
            ]
    return grown


def find_way(floor: Floor, start: Array, goal: Array) -> Array | None:
    """Corners (N, 2) of a path from ``start`` to ``goal``, both included; ``None`` where there is none.

    Occupied cells around the start and the goal may be left and entered, since somebody may stand close beside a table.
    """
    begin, end = floor.cell(start), floor.cell(goal)
    cells = _search(floor, begin, end, _pocket(floor, begin) | _pocket(floor, end))
    if cells is None:
        return None
    points = [np.asarray(start, float), *(floor.center(cell) for cell in cells[1:-1]), np.asarray(goal, float)]
    return _rounded(floor, np.array(_pulled(floor, points)))


def _pocket(floor: Floor, cell: tuple[int, int], reach: int = 5) -> frozenset[tuple[int, int]]:
    """Cells next to a taken one that may be crossed to leave it."""
    if not floor.taken[cell]:
        return frozenset()
    x, y = cell
    return frozenset(
        (a, b)
        for a in range(max(x - reach, 0), min(x + reach + 1, floor.taken.shape[0]))
        for b in range(max(y - reach, 0), min(y + reach + 1, floor.taken.shape[1]))
    )


def _search(
    floor: Floor, begin: tuple[int, int], end: tuple[int, int], open_cells: frozenset[tuple[int, int]]
) -> list[tuple[int, int]] | None:
    best = {begin: 0.0}
    came: dict[tuple[int, int], tuple[int, int]] = {}
    queue = [(math.dist(begin, end), begin)]
    done: set[tuple[int, int]] = set()
    while queue:
        _, cell = heapq.heappop(queue)
        if cell == end:
            way = [cell]
            while way[-1] != begin:
                way.append(came[way[-1]])
            return way[::-1]
        if cell in done:
            continue
        done.add(cell)
        for x, y, length in _STEPS:
            near = cell[0] + x, cell[1] + y
            if not (0 <= near[0] < floor.taken.shape[0] and 0 <= near[1] < floor.taken.shape[1]):
                continue
            blocked = bool(floor.taken[near])
            if blocked and near not in open_cells:
                continue
            cost = best[cell] + length * (4 * _NEAR_COST if blocked else _NEAR_COST if floor.near[near] else 1.0)
            if cost < best.get(near, math.inf):
                best[near], came[near] = cost, cell
                heapq.heappush(queue, (cost + math.dist(near, end), near))
    return None


def _pulled(floor: Floor, points: list[Array]) -> list[Array]:
    """The corners that are left when a cord along the points is pulled tight, as far from obstacles as it was."""
    kept, at = [points[0]], 0
    while at < len(points) - 1:
        ahead = len(points) - 1
        while ahead > at + 1 and not floor.is_free(points[at], points[ahead], near=True):
            ahead -= 1
        kept.append(points[ahead])
        at = ahead
    return kept


def _rounded(floor: Floor, corners: Array) -> Array:
    """The path with its corners cut (Chaikin 1974) wherever the cut is free."""
    for _ in range(3):
        points = [corners[0]]
        for before, corner, after in zip(corners[:-2], corners[1:-1], corners[2:], strict=True):
            first, second = corner + 0.25 * (before - corner), corner + 0.25 * (after - corner)
            points += [first, second] if floor.is_free(first, second) else [corner]
        corners = np.array([*points, corners[-1]])
    return corners
