"""The planes of a room: floor, ceiling and walls fitted to a surface, table tops, and the missing ones assumed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from .fusion import Surface
from .views.edges import Lines, along, strongest

_STEP = 0.02
_FACING = 0.9
_LEAST_AREA = 0.4
"""Square meters that a wall shows at least to be taken as seen."""
_LEAST_SHARE = 0.18
"""Of the largest plane of its direction."""
_NEAR = 0.05
_TOUCHING = 0.025
_BEHIND = 0.12
"""Meters that the floor may go on behind a wall."""
_FLOOR_AREA = 1.0
_DOOR_SHARE, _USUAL_HEIGHT = 0.35, 2.4
_LOWEST_CEILING, _HIGHEST_CEILING = 1.9, 6.0
TOP_HEIGHTS = (0.25, 1.3)
"""Meters above the floor between which something flat is a table top."""
TOP_AREA = 0.12
NAMES = ("Floor", "Ceiling", "Wall -X", "Wall +X", "Wall -Y", "Wall +Y")


Span = tuple[tuple[float, float], tuple[float, float]]
"""The lower and the upper end of a rectangle along the two axes that it runs along, in their order."""


@dataclass(frozen=True)
class Plane:
    """A side of the room. ``axis`` 0..2 and ``offset`` in meters say where it lies, ``inward`` (+1 or -1) where the
    room is; ``area`` is what was seen of it in square meters; ``is_seen`` is false for one that was assumed;
    ``span`` is the part of the room that it runs along, ``None`` for the whole."""

    name: str
    axis: int
    offset: float
    inward: int
    area: float
    is_seen: bool
    span: Span | None = None


@dataclass(frozen=True)
class Room:
    """A box from ``low`` to ``high`` whose sides are ``planes``, perhaps less corners and recesses
    (:mod:`.inner_corners`); the ceiling is missing where there is no evidence of one."""

    planes: tuple[Plane, ...]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


@dataclass(frozen=True)
class Top:
    """A flat top: its ``height``, and its outline (N, 2), counterclockwise."""

    height: float
    outline: NDArray[np.float64] = field(repr=False)


def fit_room(
    surface: Surface,
    points: NDArray[np.floating],
    cameras: NDArray[np.floating],
    pictures: Sequence[Lines] = (),
) -> Room:
    """The box around the cameras that best fits a surface, sparse points and straight lines.

    The surface stands upright with its walls along the axes and its floor at 0. Each side is the outermost plane that
    faces the cameras with enough area, unless the floor goes on behind it. A plain wall is where lines of the pictures
    lie on the floor's end, a plain ceiling where they lie along the walls; else it is assumed where the points end.

    Args:
        points: sparse points (P, 3).
        cameras: (C, 3), all within the room.
        pictures: their straight lines.
    """
    centers = surface.vertices[surface.triangles].mean(axis=1) if len(surface.triangles) else np.zeros((0, 3))
    normals, areas = surface.normals(), surface.areas()
    every = np.concatenate([centers, points]) if len(points) else centers
    on_floor = (normals[:, 2] > _FACING) & (np.abs(centers[:, 2]) < _NEAR)
    planes = [Plane("Floor", 2, 0.0, 1, float(areas[on_floor].sum()), True)]
    for name, axis, inward in zip(NAMES[2:], (0, 0, 1, 1), (1, -1, 1, -1), strict=True):
        # Outward distances: the wall is where they end.
        out = -inward * centers[:, axis]
        nearest = float((-inward * cameras[:, axis]).max())
        faces = (normals[:, axis] * inward > _FACING) & (out > nearest)
        found = _outermost(out[faces], areas[faces])
        end = _end(out[on_floor], areas[on_floor], -inward * every[:, axis], nearest)
        places, lengths = along(pictures, (2, 0.0), axis)
        if found is not None and found[0] > end - _BEHIND:
            wide = float(np.ptp(centers[on_floor, 1 - axis])) if on_floor.any() else 0.0
            behind = None
            if found[1] < _DOOR_SHARE * wide * _USUAL_HEIGHT:  # a door or a cupboard in a plain wall
                behind = strongest(-inward * places, lengths, found[0] + 2 * _TOUCHING, found[0] + 2 * _BEHIND, end)
            offset = found[0] if behind is None else behind
            planes.append(Plane(name, axis, -inward * offset, inward, found[1] if behind is None else 0.0, True))
            continue
        edge = strongest(-inward * places, lengths, max(end - 3 * _BEHIND, nearest), end + 2 * _BEHIND, end)
        planes.append(Plane(name, axis, -inward * (end if edge is None else edge), inward, 0.0, edge is not None))
    walls = {plane.name: plane.offset for plane in planes}
    top, ceiling = _top(centers, normals, areas, every, cameras, pictures, planes)
    if ceiling is not None:
        planes.insert(1, ceiling)
    low = np.array([walls["Wall -X"], walls["Wall -Y"], 0.0])
    high = np.array([walls["Wall +X"], walls["Wall +Y"], top])
    return Room(tuple(planes), low, high)


def _end(
    floor: NDArray[np.floating], areas: NDArray[np.floating], every: NDArray[np.floating], nearest: float
) -> float:
    """Where the floor and what else is seen end in one direction; furniture hides the floor's end."""
    beyond = every[every > nearest]
    end = float(np.quantile(beyond, 0.97)) if len(beyond) >= 10 else nearest + 0.5
    if areas.sum() > _FLOOR_AREA and (floor > nearest).any():
        order = np.argsort(floor)
        total = np.cumsum(areas[order])
        end = max(end, float(floor[order][np.searchsorted(total, 0.995 * total[-1])]), nearest + _NEAR)
    return end


def _top(
    centers: NDArray[np.floating],
    normals: NDArray[np.floating],
    areas: NDArray[np.floating],
    every: NDArray[np.floating],
    cameras: NDArray[np.floating],
    pictures: Sequence[Lines],
    walls: Sequence[Plane],
) -> tuple[float, Plane | None]:
    """The height of the room, and its ceiling where there is evidence of one."""
    eyes = float(cameras[:, 2].max())
    faces = (normals[:, 2] < -_FACING) & (centers[:, 2] > eyes)
    found = _outermost(centers[faces, 2], areas[faces])
    if found is not None:
        return found[0], Plane("Ceiling", 2, found[0], -1, found[1], True)
    heights = [along(pictures, (wall.axis, wall.offset), 2) for wall in walls if wall.axis != 2]
    edge = strongest(
        np.concatenate([places for places, _ in heights]),
        np.concatenate([lengths for _, lengths in heights]),
        max(eyes + _BEHIND, _LOWEST_CEILING),
        _HIGHEST_CEILING,
    )
    if edge is not None:
        return edge, Plane("Ceiling", 2, edge, -1, 0.0, True)
    return (float(np.quantile(every[:, 2], 0.98)) if len(every) else 2.4), None


def _outermost(out: NDArray[np.floating], areas: NDArray[np.floating]) -> tuple[float, float] | None:
    """The farthest distance at which much area lies, and that area; ``None`` where there is none."""
    if not len(out):
        return None
    start = float(out.min()) - 3 * _STEP
    counts, edges = np.histogram(out, np.arange(start, float(out.max()) + 4 * _STEP, _STEP), weights=areas)
    smooth = np.convolve(counts, [1, 1, 1], mode="same")
    strong = np.flatnonzero(smooth >= max(_LEAST_AREA, _LEAST_SHARE * smooth.max()))
    if not len(strong):
        return None
    peak = strong[-1]
    while peak > 0 and smooth[peak - 1] > smooth[peak]:
        peak -= 1
    level = edges[peak] + _STEP / 2
    near = np.abs(out - level) < 2.5 * _STEP
    return _median(out[near], areas[near]), float(areas[near].sum())


def _median(values: NDArray[np.floating], weights: NDArray[np.floating]) -> float:
    order = np.argsort(values)
    total = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(total, total[-1] / 2)])


def beside_planes(surface: Surface, room: Room) -> NDArray[np.bool_]:
    """(T,) whether a triangle stands inside the room and apart from its sides."""
    centers = surface.vertices[surface.triangles].mean(axis=1)
    normals = surface.normals()
    apart = np.ones(len(centers), bool)
    for plane in room.planes:
        inside = plane.inward * (centers[:, plane.axis] - plane.offset)
        parallel = np.abs(normals[:, plane.axis]) > 0.8
        apart &= (inside > np.where(parallel, _NEAR, _TOUCHING)) | ~_beside(centers, plane)
    if not any(plane.name == "Ceiling" for plane in room.planes):
        apart &= centers[:, 2] < room.high[2]
    return apart


def _beside(centers: NDArray[np.floating], plane: Plane) -> NDArray[np.bool_]:
    """(T,) whether points project onto the rectangle of a plane; all do onto one that spans the room."""
    if plane.span is None:
        return np.ones(len(centers), bool)
    along = centers[:, [axis for axis in range(3) if axis != plane.axis]]
    low, high = np.array(plane.span)
    return ((along > low - _TOUCHING) & (along < high + _TOUCHING)).all(axis=1)


def tops_of(surface: Surface) -> list[Top]:
    """The flat tops of a thing, the largest first."""
    centers = surface.vertices[surface.triangles].mean(axis=1)
    areas = surface.areas()
    up = (surface.normals()[:, 2] > _FACING) & (centers[:, 2] > TOP_HEIGHTS[0]) & (centers[:, 2] < TOP_HEIGHTS[1])
    tops: list[tuple[float, Top]] = []
    left = up.copy()
    while left.sum() > 20:
        counts, edges = np.histogram(centers[left, 2], np.arange(0, 1.5, _STEP), weights=areas[left])
        smooth = np.convolve(counts, [1, 1, 1], mode="same")
        peak = int(smooth.argmax())
        if smooth[peak] < TOP_AREA:
            break
        level = edges[peak] + _STEP / 2
        near = left & (np.abs(centers[:, 2] - level) < 1.5 * _STEP)
        if not near.any():
            break
        height = _median(centers[near, 2], areas[near])
        tops.append((float(areas[near].sum()), Top(height, hull(centers[near, :2]))))
        left &= np.abs(centers[:, 2] - level) > 3 * _STEP
    return [top for _, top in sorted(tops, key=lambda item: -item[0])]


def hull(points: NDArray[np.floating]) -> NDArray[np.float64]:
    """The convex hull (N, 2) of points (P, 2), counterclockwise (Andrew 1979)."""
    ordered = np.unique(np.asarray(points, np.float64), axis=0)
    if len(ordered) < 3:
        return ordered

    def half(rows: Sequence[NDArray[np.float64]]) -> list[NDArray[np.float64]]:
        chain: list[NDArray[np.float64]] = []
        for point in rows:
            while len(chain) > 1:
                (ax, ay), (bx, by) = chain[-1] - chain[-2], point - chain[-2]
                if ax * by - ay * bx > 0:
                    break
                chain.pop()
            chain.append(point)
        return chain[:-1]

    return np.array(half(list(ordered)) + half(list(ordered[::-1])))


def fan(outline: NDArray[np.floating], height: float, color: NDArray[np.floating]) -> Surface:
    """A convex outline (N, 2) at ``height`` as triangles that face up."""
    count = len(outline)
    vertices = np.concatenate([outline, np.full((count, 1), height)], axis=1).astype(np.float32)
    triangles = np.array([(0, k, k + 1) for k in range(1, count - 1)], np.int32).reshape(-1, 3)
    return Surface(vertices, triangles, np.tile(np.asarray(color, np.float32), (count, 1)))
