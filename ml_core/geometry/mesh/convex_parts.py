"""A mesh as a few convex parts: a chair as seat, back and legs.

Loose parts are merged when there are too many, then cut by planes along the axes for as long as that makes the hulls
together much smaller. On furniture this follows seats, legs and boards more closely, and in milliseconds, than the
general search of CoACD (Wei et al., SIGGRAPH 2022), which it was compared with. A shape of one piece without straight
edges, such as a sculpture or a rock with a cave, is left to CoACD: :func:`searched_parts`, where the package is
installed.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ml_core.errors import InputError

Points = NDArray[np.float64]
Volume = Callable[[Points], float]

CUTS = 7
"""Planes that are tried along each axis."""
GAIN = 0.1
"""A cut must save this share of the volume of the hull of all."""
SUPPORTS = 64
"""Points of a part that its volume is judged by: those farthest out in as many directions."""


@dataclass(frozen=True)
class Part:
    """A piece of the surface: triangles (T, 3, 3)."""

    triangles: Points

    @property
    def points(self) -> Points:
        return self.triangles.reshape(-1, 3)


def welded_parts(points: Points, triangles: NDArray[np.integer]) -> list[Part]:
    """The loose parts of a mesh, coincident vertices merged."""
    _, vertex = np.unique(np.round(points, 5), axis=0, return_inverse=True)
    corner = vertex.ravel()[triangles]
    label = np.arange(int(corner.max()) + 1)
    while True:
        lowest = label[corner].min(axis=1)
        new = label.copy()
        for side in range(3):
            np.minimum.at(new, corner[:, side], lowest)
        new = new[new]
        if (new == label).all():
            break
        label = new
    piece = label[corner[:, 0]]
    order = np.argsort(piece, kind="stable")
    edges = np.flatnonzero(np.r_[True, np.diff(piece[order]) != 0, True])
    return [Part(points[triangles[order[start:stop]]]) for start, stop in pairwise(edges)]


def convex_parts(parts: list[Part], limit: int, volume: Volume) -> Generator[float, None, list[Points]]:
    """The points of at most ``limit`` parts, whose hulls cover the mesh; yields the fraction done, part by part.

    Args:
        volume: cubic meters of the hull of some points.
    """
    parts = _merged(parts, limit)
    whole = volume(_supports(np.concatenate([part.points for part in parts]))) or 1.0
    waiting = {}
    for number, part in enumerate(parts):
        waiting[number] = _best_cut(part, volume)
        yield len(waiting) / (2 * limit)
    pieces = dict(enumerate(parts))
    while len(pieces) < limit:
        number = max(waiting, key=lambda item: waiting[item][0])
        saved, halves = waiting.pop(number)
        if saved < GAIN * whole / len(pieces) or halves is None:
            break
        del pieces[number]
        for half in halves:
            key = max([*pieces, *waiting, -1]) + 1
            pieces[key] = half
            waiting[key] = _best_cut(half, volume)
            yield min((limit + len(pieces)) / (2 * limit), 1.0)
    found = [piece.points for piece in pieces.values()]
    if sum(volume(_supports(points)) for points in found) > (1 - GAIN) * whole:  # hoops round a barrel gain nothing
        return [np.concatenate(found)]
    return found


def _merged(parts: list[Part], limit: int) -> list[Part]:
    """Neighbors put together, those first whose common box is the least larger than their own boxes."""
    low = np.array([part.points.min(axis=0) for part in parts])
    high = np.array([part.points.max(axis=0) for part in parts])
    members = [[number] for number in range(len(parts))]
    alive = np.ones(len(parts), bool)
    size = float(np.ptp(np.concatenate([low, high]), axis=0).max()) * 0.01
    while alive.sum() > limit:
        rows = np.flatnonzero(alive)
        # The smallest part joins the neighbor that it enlarges least.
        own = np.prod(high[rows] - low[rows] + size, axis=1)
        one = rows[own.argmin()]
        others = rows[rows != one]
        joint = np.prod(np.maximum(high[others], high[one]) - np.minimum(low[others], low[one]) + size, axis=1)
        into = others[(joint - np.prod(high[others] - low[others] + size, axis=1)).argmin()]
        low[into], high[into] = np.minimum(low[into], low[one]), np.maximum(high[into], high[one])
        members[into] += members[one]
        alive[one] = False
    return [Part(np.concatenate([parts[number].triangles for number in members[row]])) for row in np.flatnonzero(alive)]


def _best_cut(part: Part, volume: Volume) -> tuple[float, tuple[Part, Part] | None]:
    """The cubic meters that the best plane saves, and the two sides of it."""
    low, high = part.points.min(axis=0), part.points.max(axis=0)
    whole = volume(_supports(part.points))
    best: tuple[float, int, float] | None = None
    for axis in range(3):
        for share in np.linspace(0, 1, CUTS + 2)[1:-1]:
            place = float(low[axis] + share * (high[axis] - low[axis]))
            left, right = _side_points(part, axis, place)
            if len(left) < 4 or len(right) < 4:
                continue
            saved = whole - volume(_supports(left)) - volume(_supports(right))
            if best is None or saved > best[0]:
                best = saved, axis, place
    if best is None:
        return 0.0, None
    saved, axis, place = best
    left, right = _cut(part.triangles, axis, place, -1), _cut(part.triangles, axis, place, 1)
    return (saved, (Part(left), Part(right))) if len(left) and len(right) else (0.0, None)


def _side_points(part: Part, axis: int, place: float) -> tuple[Points, Points]:
    """The corners on each side of a plane, and on both the points where edges cross it."""
    crossing = _crossings(part.triangles, axis, place)
    beyond = part.points[:, axis] > place
    return np.concatenate([part.points[~beyond], crossing]), np.concatenate([part.points[beyond], crossing])


def _crossings(triangles: Points, axis: int, place: float) -> Points:
    a, b = triangles.reshape(-1, 3), np.roll(triangles, -1, axis=1).reshape(-1, 3)
    crosses = (a[:, axis] > place) != (b[:, axis] > place)
    a, b = a[crosses], b[crosses]
    share = (place - a[:, axis]) / (b[:, axis] - a[:, axis])
    return a + share[:, None] * (b - a)


def _cut(triangles: Points, axis: int, place: float, side: int) -> Points:
    """The triangles on one side, those in the plane on the lower; those across it are cut."""
    above = triangles[..., axis] > place
    beyond = above if side > 0 else ~above
    kept = triangles[beyond.any(axis=1)].copy()
    inside = beyond[beyond.any(axis=1)]
    pieces = [kept[inside.all(axis=1)]]
    for corner in range(3):
        a, b, c = corner, (corner + 1) % 3, (corner + 2) % 3
        alone = inside[:, a] & ~inside[:, b] & ~inside[:, c]
        tip = kept[alone]
        ends = [_at(tip[:, a], tip[:, other], axis, place) for other in (b, c)]
        pieces.append(np.stack([tip[:, a], *ends], 1))
        two = inside[:, b] & inside[:, c] & ~inside[:, a]
        base = kept[two]
        first, second = _at(base[:, b], base[:, a], axis, place), _at(base[:, c], base[:, a], axis, place)
        pieces += [np.stack([base[:, b], base[:, c], first], 1), np.stack([base[:, c], second, first], 1)]
    return np.concatenate(pieces)


def _at(a: Points, b: Points, axis: int, place: float) -> Points:
    share = (place - a[:, axis]) / np.where(b[:, axis] == a[:, axis], 1, b[:, axis] - a[:, axis])
    return a + share[:, None] * (b - a)


def _directions(count: int) -> Points:
    """Even directions on the sphere (Fibonacci lattice)."""
    number = np.arange(count) + 0.5
    z = 1 - 2 * number / count
    turn = np.pi * (1 + 5**0.5) * number
    ring = np.sqrt(1 - z * z)
    return np.stack([ring * np.cos(turn), ring * np.sin(turn), z], axis=1)


def _supports(points: Points) -> Points:
    """The points that lie farthest out in some direction: their hull is nearly that of all."""
    if len(points) <= SUPPORTS:
        return points
    size = np.maximum(np.ptp(points, axis=0), 1e-9)
    return points[np.unique((points / size @ _directions(SUPPORTS).T).argmax(axis=0))]


def searched_parts(points: Points, triangles: NDArray[np.integer], limit: int) -> list[Points]:
    """The points of at most ``limit`` convex parts that CoACD finds, within the box of ``points``.

    Raises:
        InputError: the package coacd is not installed.
    """
    try:
        import coacd  # optional
    except ImportError as error:
        raise InputError(
            "Colliders of the kind coacd need the Python package coacd: install it by "
            'pip install "avatar-atelier[convex]", or choose convex_parts.'
        ) from error
    coacd.set_log_level("error")
    found = coacd.run_coacd(coacd.Mesh(points, triangles), threshold=0.05, max_convex_hull=limit, seed=0)
    low, high = points.min(axis=0), points.max(axis=0)
    # It remeshes what is not closed, a little outside of the surface.
    return [np.clip(np.asarray(vertices, np.float64), low, high) for vertices, _ in found]
