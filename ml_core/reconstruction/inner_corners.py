"""Rooms that are not boxes: a corner of it that two further walls cut off, as in a room like an L."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
from numpy.typing import NDArray

from .fusion import Surface
from .planes import Room, Span

_FACING = 0.9
_STEP = 0.04
_NEAR = 0.06
_LEAST_SIDE = 0.4
"""Meters that a corner which is cut off measures at least along both of its walls."""
_LEAST_SEEN = 0.3
"""Share of each of its walls that was seen at least, also of its uppermost third: a wardrobe ends below the ceiling."""
_MOST_FLOOR = 0.08
_MOST_POINTS = 0.02
"""Share of its floor that was seen at most, and of all sparse points that lie in it."""
_USUAL_HEIGHT = 2.4
_SECOND = {
    "Floor": "Floor 2", "Ceiling": "Ceiling 2",
    "Wall -X": "Wall -X 2", "Wall +X": "Wall +X 2", "Wall -Y": "Wall -Y 2", "Wall +Y": "Wall +Y 2",
}  # fmt: skip
"""The name of a side -> that of its further piece."""


def with_inner_corner(
    room: Room, surface: Surface, cameras: NDArray[np.floating], points: NDArray[np.floating]
) -> Room:
    """The room without the largest corner that two walls as high as the room cut off; the same where there is none.

    Four walls are then where two were, and floor and ceiling are two rectangles each.

    Args:
        cameras: (C, 3), none of which stands in such a corner. points: sparse points (P, 3).
    """
    best: tuple[float, tuple[int, int], tuple[float, float]] | None = None
    areas = (0.0, 0.0)
    for inward in product((1, -1), (1, -1)):
        walls = _Corner(room, surface, inward)
        for offsets in product(walls.candidates(0), walls.candidates(1)):
            size = walls.size(offsets)
            area = size[0] * size[1]
            if best is not None and area <= best[0]:
                continue
            if walls.is_cut(offsets) and walls.is_empty(offsets, cameras, points):
                best, areas = (area, inward, offsets), walls.seen(offsets)
    return room if best is None else _cut(room, *best[1:], areas)


class _Corner:
    """The corner of a room's plan that lies against the directions ``inward`` of two of its walls."""

    def __init__(self, room: Room, surface: Surface, inward: tuple[int, int]) -> None:
        self.inward = inward
        self.ends = tuple(float((room.low if inward[axis] > 0 else room.high)[axis]) for axis in (0, 1))
        self.top = float(room.high[2]) if any(plane.name == "Ceiling" for plane in room.planes) else _USUAL_HEIGHT
        self._room = room
        self._centers = surface.vertices[surface.triangles].mean(axis=1).astype(np.float64)
        self._normals, self._areas = surface.normals(), surface.areas()

    def candidates(self, axis: int) -> list[float]:
        """Where walls across ``axis`` may stand: planes that look into the room, apart from both of its sides."""
        faces = self._faces(axis)
        depth = self.inward[axis] * (self._centers[faces, axis] - self.ends[axis])
        wide = float(self._room.high[axis] - self._room.low[axis])
        inside = (depth > _LEAST_SIDE) & (depth < wide - _LEAST_SIDE)
        if not inside.any():
            return []
        counts, edges = np.histogram(depth[inside], np.arange(0, wide, _STEP), weights=self._areas[faces][inside])
        strong = np.flatnonzero(counts > _LEAST_SEEN * _LEAST_SIDE * self.top)
        places = []
        for peak in strong:
            near = inside & (np.abs(depth - edges[peak] - _STEP / 2) < _NEAR)
            middle = np.average(depth[near], weights=self._areas[faces][near])
            places.append(self.ends[axis] + self.inward[axis] * float(middle))
        return places

    def size(self, offsets: tuple[float, float]) -> tuple[float, float]:
        return abs(offsets[0] - self.ends[0]), abs(offsets[1] - self.ends[1])

    def is_empty(
        self, offsets: tuple[float, float], cameras: NDArray[np.floating], points: NDArray[np.floating]
    ) -> bool:
        """Whether no camera stands in the corner, and hardly any floor and sparse points were seen there."""
        if self._inside(offsets, cameras).any() or self._inside(offsets, points).sum() > _MOST_POINTS * len(points):
            return False
        up = (self._normals[:, 2] > _FACING) & (np.abs(self._centers[:, 2]) < _NEAR)
        wide, deep = self.size(offsets)
        return float(self._areas[up & self._inside(offsets, self._centers)].sum()) < _MOST_FLOOR * wide * deep

    def is_cut(self, offsets: tuple[float, float]) -> bool:
        """Whether both walls were seen along the corner, and up to the ceiling."""
        wide, deep = self.size(offsets)
        whole = np.array([deep, wide]) * self.top
        seen, above = np.array(self.seen(offsets)), np.array(self.seen(offsets, self.top * 2 / 3))
        return bool((seen > _LEAST_SEEN * whole).all() and (above > _LEAST_SEEN * whole / 3).all())

    def seen(self, offsets: tuple[float, float], least: float = 0.0) -> tuple[float, float]:
        """Square meters that were seen of both walls, above ``least`` meters."""
        areas = []
        for axis in (0, 1):
            other = 1 - axis
            along = self.inward[other] * (self._centers[:, other] - self.ends[other])
            on = self._faces(axis) & (np.abs(self._centers[:, axis] - offsets[axis]) < _NEAR)
            on &= (along > 0) & (along < self.size(offsets)[other] + _NEAR) & (self._centers[:, 2] >= least)
            areas.append(float(self._areas[on].sum()))
        return areas[0], areas[1]

    def _faces(self, axis: int) -> NDArray[np.bool_]:
        return self._normals[:, axis] * self.inward[axis] > _FACING

    def _inside(self, offsets: tuple[float, float], points: NDArray[np.floating]) -> NDArray[np.bool_]:
        """(N,) whether points lie in the corner, farther than :data:`_NEAR` from its walls."""
        inside = np.ones(len(points), bool)
        for axis in (0, 1):
            inside &= self.inward[axis] * (points[:, axis] - offsets[axis]) < -_NEAR
            inside &= self.inward[axis] * (points[:, axis] - self.ends[axis]) > _NEAR
        return inside


def _cut(room: Room, inward: tuple[int, int], offsets: tuple[float, float], areas: tuple[float, float]) -> Room:
    """The room whose corner against ``inward`` ends at ``offsets``; ``areas`` were seen of the walls there."""
    ends = [(float(room.low[axis]), float(room.high[axis])) for axis in range(3)]
    corner, rest = [], []
    for axis in (0, 1):
        low, high = ends[axis]
        parts = (low, offsets[axis]), (offsets[axis], high)
        corner.append(parts[0] if inward[axis] > 0 else parts[1])
        rest.append(parts[1] if inward[axis] > 0 else parts[0])
    planes = []
    for plane in room.planes:
        if plane.axis == 2:
            pieces = [_span(ends[0], rest[1]), _span(rest[0], corner[1])]
            shares = np.array([np.prod(np.subtract(*piece)) for piece in pieces])
            for name, piece, share in zip(
                (plane.name, _SECOND[plane.name]), pieces, shares / shares.sum(), strict=True
            ):
                planes.append(replace(plane, name=name, span=piece, area=plane.area * float(share)))
        elif plane.inward == inward[plane.axis]:
            other = 1 - plane.axis
            planes.append(replace(plane, span=_span(rest[other], ends[2])))
            inner = _span(corner[other], ends[2])
            planes.append(
                replace(plane, name=_SECOND[plane.name], span=inner, offset=offsets[plane.axis],
                        area=areas[plane.axis], is_seen=True)
            )  # fmt: skip
        else:
            planes.append(plane)
    return replace(room, planes=tuple(planes))


def _span(u: tuple[float, float], v: tuple[float, float]) -> Span:
    return (u[0], v[0]), (u[1], v[1])
