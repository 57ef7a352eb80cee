"""What stands in a room: the surface apart from its sides, cut into connected things."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.mesh.unwrap import components as connected

from .fusion import Surface
from .planes import TOP_AREA, Room, Top, beside_planes, fan, tops_of

GAP = 0.03
"""Meters between two things that count as two."""
_LEAST_AREA = 0.03
_LEAST_SIZE = 0.08
_BAND, _BOARD = 0.03, 0.08
_ON_TOP_AREA = 0.008
_FRAGMENT_GAP = 0.12
_FILLED = 0.9


@dataclass(frozen=True)
class Thing:
    """A connected surface; ``on`` is the number of the thing that carries it, -1 on the floor or a wall."""

    surface: Surface
    tops: tuple[Top, ...] = ()
    on: int = -1


def find_things(surface: Surface, room: Room) -> list[Thing]:
    """The things of a room, the largest first; what lies on a table follows it.

    A flat top is cut out for a moment: each connected piece above it that touches nothing below then stands on it.
    Holes in the tops are filled.
    """
    rest = surface.part(beside_planes(surface, room))
    if not len(rest.triangles):
        return []
    parts = _joined_fragments([rest.part(mask) for mask in _masks(components(rest, GAP))])
    parts = [part for part in parts if _counts(part, _LEAST_AREA)]
    things: list[Thing] = []
    for part in sorted(parts, key=lambda item: -float(item.areas().sum())):
        base, tops, carried = _split(part)
        number = len(things)
        things.append(Thing(_with_filled_tops(base, tops), tuple(tops)))
        things += [Thing(item, (), number) for item in carried]
    return things


def components(surface: Surface, gap: float) -> NDArray[np.int32]:
    """(T,) the number of the connected piece that each triangle belongs to; within ``gap`` (to 2 gaps) they are one."""
    centers = surface.vertices[surface.triangles].mean(axis=1)
    cells = np.floor((centers - centers.min(axis=0)) / gap).astype(np.int64) + 1
    shape = cells.max(axis=0) + 2
    keys = np.ravel_multi_index(tuple(cells.T), tuple(shape))
    unique, inverse = np.unique(keys, return_inverse=True)
    offsets = [
        np.ravel_multi_index((1 + x, 1 + y, 1 + z), tuple(shape)) - np.ravel_multi_index((1, 1, 1), tuple(shape))
        for x in (-1, 0, 1) for y in (-1, 0, 1) for z in (-1, 0, 1)
        if (x, y, z) > (0, 0, 0)
    ]  # fmt: skip
    edges = []
    for offset in offsets:
        place = np.searchsorted(unique, unique + offset)
        hit = (place < len(unique)) & (unique[np.minimum(place, len(unique) - 1)] == unique + offset)
        edges.append(np.stack([np.flatnonzero(hit), place[hit]], axis=1))
    return connected(len(unique), np.concatenate(edges))[inverse.ravel()].astype(np.int32)


def _masks(numbers: NDArray[np.int32]) -> list[NDArray[np.bool_]]:
    return [numbers == number for number in range(int(numbers.max()) + 1)] if len(numbers) else []


def _counts(part: Surface, least: float) -> bool:
    return float(part.areas().sum()) >= least and float(np.ptp(part.vertices, axis=0).max()) >= _LEAST_SIZE


def _joined_fragments(parts: list[Surface]) -> list[Surface]:
    """Small pieces go to the large thing whose box they are nearest to, such as a leg whose upper end is a hole."""
    large = [part for part in parts if _counts(part, 4 * _LEAST_AREA)]
    if not large:
        return parts
    low = np.array([part.vertices.min(axis=0) for part in large])
    high = np.array([part.vertices.max(axis=0) for part in large])
    result, mine = [], [[part] for part in large]
    for part in parts:
        if any(part is item for item in large):
            continue
        a, b = part.vertices.min(axis=0), part.vertices.max(axis=0)
        gaps = np.maximum(np.maximum(low - b, a - high), 0).max(axis=1)
        nearest = int(gaps.argmin())
        if gaps[nearest] <= _FRAGMENT_GAP and float(part.areas().sum()) < _LEAST_AREA:
            mine[nearest].append(part)
        else:
            result.append(part)
    return [merged(group) for group in mine] + result


def merged(parts: list[Surface]) -> Surface:
    """All of them as one surface."""
    starts = np.cumsum([0] + [len(part.vertices) for part in parts[:-1]])
    return Surface(
        np.concatenate([part.vertices for part in parts]),
        np.concatenate([part.triangles + start for part, start in zip(parts, starts, strict=True)]).astype(np.int32),
        np.concatenate([part.colors for part in parts]),
    )


def _split(part: Surface) -> tuple[Surface, list[Top], list[Surface]]:
    """What stands on the floor, its tops, and the things on them."""
    tops = tops_of(part)
    if not tops:
        return part, [], []
    centers = part.vertices[part.triangles].mean(axis=1)
    level = np.abs(part.normals()[:, 2]) > 0.7
    flat = np.zeros(len(centers), bool)
    for top in tops:  # with its underside, where that was seen
        flat |= level & (centers[:, 2] < top.height + _BAND) & (centers[:, 2] > top.height - _BOARD)
    others = np.flatnonzero(~flat)
    numbers = components(part.part(~flat), GAP) if len(others) else np.zeros(0, np.int32)
    is_carried = np.zeros(len(centers), bool)
    carried = []
    for mask in _masks(numbers):
        mine = others[mask]
        foot = float(centers[mine, 2].min())
        stands = any(top.height - _BAND <= foot <= top.height + 3 * _BAND for top in tops)
        piece = np.zeros(len(centers), bool)
        piece[mine] = True
        surface = part.part(piece)
        if stands and _counts(surface, _ON_TOP_AREA):
            carried.append(surface)
            is_carried |= piece
    return part.part(~is_carried), tops, carried


def _with_filled_tops(base: Surface, tops: list[Top]) -> Surface:
    """``base`` with a plane for each top that shows less than :data:`_FILLED` of its outline."""
    centers, areas = base.vertices[base.triangles].mean(axis=1), base.areas()
    extra = []
    for top in tops:
        near = (np.abs(centers[:, 2] - top.height) < _BAND) & (base.normals()[:, 2] > 0.7)
        x, y = top.outline.T
        area = 0.5 * abs(float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))))
        seen = float(areas[near].sum())
        if area > TOP_AREA and 0.45 * area < seen < _FILLED * area:
            color = base.colors[np.unique(base.triangles[near])].mean(axis=0)
            extra.append(fan(top.outline, top.height - 0.004, color))
    return merged([base, *extra]) if extra else base
