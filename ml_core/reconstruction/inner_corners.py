"""Rooms that are not boxes: corners and recesses that further walls cut off, as in a room like an L, T, Z or U."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from numpy.typing import NDArray

from .fusion import Surface
from .planes import NAMES, Plane, Room, Span

_FACING = 0.9
_STEP = 0.04
_NEAR = 0.06
_LEAST_SIDE = 0.4
"""Meters that what is cut off measures at least along each of its walls, and that remain beside it."""
_LEAST_SEEN = 0.3
"""Share of each of its walls that was seen at least, also of its uppermost third: a wardrobe ends below the ceiling."""
_MOST_FLOOR = 0.08
_MOST_POINTS = 0.02
"""Share of its floor that was seen at most, and of all sparse points that lie in it."""
_USUAL_HEIGHT = 2.4
MOST_CUTS = 4
"""As a room like a cross has."""

_WALLS = dict(zip(((0, 1), (0, -1), (1, 1), (1, -1)), NAMES[2:], strict=True))
"""The axis of a wall and its inward direction -> its name."""


@dataclass(frozen=True)
class _Wall:
    """A wall of what is cut off: it stands at ``offset`` across ``axis`` and faces ``inward`` (+1 or -1)."""

    axis: int
    inward: int
    offset: float


@dataclass(frozen=True)
class _Cut:
    """A rectangle of the plan from ``low`` to ``high`` (2,) that is not part of the room."""

    low: NDArray[np.float64]
    high: NDArray[np.float64]
    walls: tuple[_Wall, ...]

    @property
    def area(self) -> float:
        return float(np.prod(self.high - self.low))

    def length(self, wall: _Wall) -> float:
        return float((self.high - self.low)[1 - wall.axis])

    def holds(self, points: NDArray[np.floating]) -> NDArray[np.bool_]:
        """(N,) whether points lie in it, farther than :data:`_NEAR` from its sides."""
        return ((points[:, :2] > self.low + _NEAR) & (points[:, :2] < self.high - _NEAR)).all(axis=1)

    def is_apart(self, other: _Cut) -> bool:
        """Whether one can walk between both."""
        gaps = np.maximum(self.low - other.high, other.low - self.high)
        return bool(gaps.max() > _LEAST_SIDE)


def with_inner_corners(
    room: Room, surface: Surface, cameras: NDArray[np.floating], points: NDArray[np.floating]
) -> Room:
    """The room without the corners and recesses that walls as high as the room cut off; the same where there are none.

    The largest go first, :data:`MOST_CUTS` at most. Floor and ceiling are then several rectangles each, and walls of
    one direction are numbered, those at the outside first.

    Args:
        cameras: (C, 3), none of which stands in what is cut off. points: sparse points (P, 3).
    """
    seen = _Seen(room, surface)
    cuts = [cut for cut in seen.proposals() if seen.has_walls(cut) and seen.is_empty(cut, cameras, points)]
    kept: list[_Cut] = []
    for cut in sorted(cuts, key=lambda item: -item.area):
        if len(kept) < MOST_CUTS and all(cut.is_apart(other) for other in kept):
            kept.append(cut)
    return _less(room, kept, seen) if kept else room


class _Seen:
    """What was seen of a room, for checking walls within its box."""

    def __init__(self, room: Room, surface: Surface) -> None:
        self.low, self.high = room.low[:2], room.high[:2]
        self.top = float(room.high[2]) if any(plane.name == "Ceiling" for plane in room.planes) else _USUAL_HEIGHT
        self._centers = surface.vertices[surface.triangles].mean(axis=1).astype(np.float64)
        self._normals, self._areas = surface.normals(), surface.areas()

    def proposals(self) -> Iterator[_Cut]:
        """Corners that two walls may cut off, and recesses of three walls against a side of the box."""
        offsets = {(axis, inward): self._offsets(axis, inward) for axis, inward in _WALLS}
        for x_inward, y_inward in product((1, -1), (1, -1)):
            for x, y in product(offsets[0, x_inward], offsets[1, y_inward]):
                yield self._cut(_Wall(0, x_inward, x), _Wall(1, y_inward, y))
        for (axis, inward), fronts in offsets.items():
            sides = product(offsets[1 - axis, -1], offsets[1 - axis, 1])
            for front, (start, end) in product(fronts, [pair for pair in sides if pair[1] - pair[0] > _LEAST_SIDE]):
                yield self._cut(_Wall(axis, inward, front), _Wall(1 - axis, -1, start), _Wall(1 - axis, 1, end))

    def _cut(self, *walls: _Wall) -> _Cut:
        """The part of the plan behind all of ``walls``."""
        low, high = self.low.astype(np.float64), self.high.astype(np.float64)
        for wall in walls:
            (high if wall.inward > 0 else low)[wall.axis] = wall.offset
        return _Cut(low, high, walls)

    def _offsets(self, axis: int, inward: int) -> list[float]:
        """Offsets of possible walls across ``axis`` that face ``inward``, apart from both sides of the box."""
        faces = self._facing(axis, inward)
        inside = (self._centers[faces, axis] > self.low[axis] + _LEAST_SIDE) & (
            self._centers[faces, axis] < self.high[axis] - _LEAST_SIDE
        )
        if not inside.any():
            return []
        places, areas = self._centers[faces, axis][inside], self._areas[faces][inside]
        counts, edges = np.histogram(places, np.arange(self.low[axis], self.high[axis] + _STEP, _STEP), weights=areas)
        offsets = []
        for peak in np.flatnonzero(counts > _LEAST_SEEN * _LEAST_SIDE * self.top):
            near = np.abs(places - edges[peak] - _STEP / 2) < _NEAR
            offsets.append(float(np.average(places[near], weights=areas[near])))
        return offsets

    def is_empty(self, cut: _Cut, cameras: NDArray[np.floating], points: NDArray[np.floating]) -> bool:
        """Whether no camera stands in it, and hardly any floor and sparse points were seen there."""
        if cut.holds(cameras).any() or cut.holds(points).sum() > _MOST_POINTS * len(points):
            return False
        up = (self._normals[:, 2] > _FACING) & (np.abs(self._centers[:, 2]) < _NEAR)
        return float(self._areas[up & cut.holds(self._centers)].sum()) < _MOST_FLOOR * cut.area

    def has_walls(self, cut: _Cut) -> bool:
        """Whether all of its walls were seen along it, and up to the ceiling."""
        for wall in cut.walls:
            ends = float(cut.low[1 - wall.axis]), float(cut.high[1 - wall.axis])
            whole = _LEAST_SEEN * cut.length(wall) * self.top
            if self.area(wall, ends) <= whole or self.area(wall, ends, self.top * 2 / 3) <= whole / 3:
                return False
        return True

    def area(self, wall: _Wall, ends: tuple[float, float], least: float = 0.0) -> float:
        """Square meters that were seen of a wall between ``ends``, above ``least`` meters."""
        along = self._centers[:, 1 - wall.axis]
        on = self._facing(wall.axis, wall.inward) & (np.abs(self._centers[:, wall.axis] - wall.offset) < _NEAR)
        on &= (along > ends[0] - _NEAR) & (along < ends[1] + _NEAR) & (self._centers[:, 2] >= least)
        return float(self._areas[on].sum())

    def _facing(self, axis: int, inward: int) -> NDArray[np.bool_]:
        return self._normals[:, axis] * inward > _FACING


def _less(room: Room, cuts: list[_Cut], seen: _Seen) -> Room:
    """The room whose plan is its box less ``cuts``."""
    lines = [
        np.unique([room.low[axis], room.high[axis], *(end[axis] for cut in cuts for end in (cut.low, cut.high))])
        for axis in (0, 1)
    ]
    middles = [(places[1:] + places[:-1]) / 2 for places in lines]
    grid = np.stack(np.meshgrid(*middles, indexing="ij"), axis=-1)
    taken = [((grid > cut.low) & (grid < cut.high)).all(axis=-1) for cut in cuts]
    free = ~np.any(taken, axis=0)
    planes: list[Plane] = []
    for plane in room.planes:
        planes += _levels(plane, free, lines) if plane.axis == 2 else _walls(plane, room, free, lines, seen)
    return replace(room, planes=tuple(planes))


def _levels(plane: Plane, free: NDArray[np.bool_], lines: list[NDArray[np.float64]]) -> list[Plane]:
    """Floor or ceiling as rectangles of the free cells, the largest first."""
    rectangles: dict[tuple[int, int], list[list[int]]] = {}
    for row in range(free.shape[1]):
        for run in _runs(free[:, row]):
            pieces = rectangles.setdefault(run, [])
            if pieces and pieces[-1][1] == row:
                pieces[-1][1] = row + 1
            else:
                pieces.append([row, row + 1])
    spans: list[Span] = [
        ((float(lines[0][run[0]]), float(lines[1][start])), (float(lines[0][run[1]]), float(lines[1][end])))
        for run, pieces in rectangles.items()
        for start, end in pieces
    ]
    sizes = np.array([np.prod(np.subtract(*span)) for span in spans])
    order = np.argsort(-sizes, kind="stable")
    shares = sizes / sizes.sum()
    return [
        replace(plane, name=_numbered(plane.name, place), span=spans[number], area=plane.area * float(shares[number]))
        for place, number in enumerate(order)
    ]


def _walls(
    plane: Plane, room: Room, free: NDArray[np.bool_], lines: list[NDArray[np.float64]], seen: _Seen
) -> list[Plane]:
    """All walls that face as ``plane`` does, those at the outside of the box first."""
    axis, other = plane.axis, 1 - plane.axis
    cells = free if axis == 0 else free.T
    closed = np.zeros((1, cells.shape[1]), bool)
    before, behind = np.concatenate([closed, cells]), np.concatenate([cells, closed])
    is_wall = behind & ~before if plane.inward > 0 else before & ~behind
    runs = [(number, run) for number in range(len(is_wall)) for run in _runs(is_wall[number])]
    outer = 0 if plane.inward > 0 else len(is_wall) - 1
    ends = [(float(lines[other][start]), float(lines[other][end])) for _, (start, end) in runs]
    lengths = np.array([end - start for start, end in ends])
    at_outside = np.array([number == outer for number, _ in runs])
    walls = []
    for place, index in enumerate(sorted(range(len(runs)), key=lambda item: (not at_outside[item], -lengths[item]))):
        start, end = ends[index]
        span = (start, float(room.low[2])), (end, float(room.high[2]))
        name = _numbered(plane.name, place)
        if at_outside[index]:
            area = plane.area * float(lengths[index] / lengths[at_outside].sum())
            walls.append(replace(plane, name=name, span=span, area=area))
            continue
        offset = float(lines[axis][runs[index][0]])
        area = seen.area(_Wall(axis, plane.inward, offset), ends[index])
        walls.append(replace(plane, name=name, offset=offset, span=span, area=area, is_seen=True))
    return walls


def _runs(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """The first and the end of each run of true values."""
    steps = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    return [(int(start), int(end)) for start, end in steps.reshape(-1, 2)]


def _numbered(name: str, place: int) -> str:
    return name if place == 0 else f"{name} {place + 1}"
