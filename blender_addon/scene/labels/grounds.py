"""Detects what other things stand on, lean on or hang from: floors, rugs, terrain, walls, rooms in one mesh, ceilings.

They touch everything and belong to no prop: objects that touch only through them are not one prop.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

TOUCHING = 0.02
"""Parts of one thing may stand this far apart, in shares of the smaller one's diagonal."""

# Lengths in meters, areas in square meters: a doormat is the smallest rug, a closet the smallest room.
_FLAT = 0.12
_RUG, _WALL, _ROOM = 0.5, 4.0, 6.0
# A ceiling is wider than a table, which is as flat and has its legs under it too.
_ACROSS = 2.4
# How much larger than the largest thing on it; far larger ones are grounds at any scale, so in miniatures too.
_RUG_LEAD, _ROOM_LEAD, _CEILING_LEAD, _FAR_LEAD = 1.4, 2.0, 4.0, 6.0
_SUNK = 0.1
"""Share of its height by which a thing may reach below the ground that it stands on."""
_THIN = 0.05
"""The thickest rug or mat, in meters."""
_HIGH = 1.8
"""What is lower is not a wall of a room, and hangs over nobody as a ceiling does."""

Surface = Literal["floor", "wall", "ceiling"]


@dataclass(frozen=True)
class Boxes:
    """Lowest and highest corners (N, 3) of things, in meters."""

    low: NDArray[np.float64]
    high: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.low)

    @property
    def size(self) -> NDArray[np.float64]:
        return self.high - self.low


def touching_pairs(boxes: Boxes) -> NDArray[np.int64]:
    """(P, 2) indices of boxes that touch."""
    diagonal = np.linalg.norm(boxes.size, axis=1)
    order = np.argsort(boxes.low[:, 0], kind="stable")
    starts = boxes.low[order, 0]
    pairs = [np.zeros((0, 2), np.int64)]
    for place, index in enumerate(order):
        reach = boxes.high[index, 0] + TOUCHING * diagonal[index]
        later = order[place + 1 : np.searchsorted(starts, reach, side="right")]
        gap = np.maximum(boxes.low[later] - boxes.high[index], boxes.low[index] - boxes.high[later]).max(axis=1)
        near = later[gap <= TOUCHING * np.minimum(diagonal[later], diagonal[index])]
        pairs.append(np.column_stack([np.full(len(near), index), near]))
    return np.concatenate(pairs)


def clusters(count: int, pairs: Iterable[tuple[int, int]]) -> list[list[int]]:
    """Connected components of ``count`` nodes, single ones too, each in ascending order."""
    root = list(range(count))

    def find(index: int) -> int:
        while root[index] != index:
            root[index] = root[root[index]]
            index = root[index]
        return index

    for a, b in pairs:
        root[find(a)] = find(b)
    found: dict[int, list[int]] = {}
    for index in range(count):
        found.setdefault(find(index), []).append(index)
    return list(found.values())


def grounds(boxes: Boxes, pairs: NDArray[np.int64]) -> set[int]:
    """Indices of the boxes that are grounds to those that they touch.

    A ground is the lowest of what touches it (a ceiling the highest), unlike a table top or a car body, and larger than
    anything that stays connected without it, unlike the base of a lamp or the bottom of a shelf.
    """
    shapes = _Shapes(boxes)
    maybe = {int(index) for index in np.flatnonzero(shapes.is_flat | shapes.is_wall | (shapes.footprint >= _ROOM))}
    touched: dict[int, list[int]] = {index: [] for index in range(len(boxes))}
    for a, b in pairs.tolist():
        touched[a].append(b)
        touched[b].append(a)
    while True:
        part_of = _parts_without(maybe, pairs, len(boxes))
        wrong = set()
        for ground in maybe:
            borne = [index for index in touched[ground] if index not in maybe]
            parts = [part_of[index] for index in borne]
            if not borne and (shapes.is_wall[ground] or shapes.closes(ground, touched[ground], maybe)):
                continue
            if not borne:  # rugs alone on a floor; a stack of equal planks is nothing's ground
                larger = set(np.flatnonzero(shapes.face >= shapes.face[ground]).tolist())
                borne = [index for index in touched[ground] if index not in larger]
                within = _parts_without(larger, pairs, len(boxes)) if borne else {}
                parts = [within[index] for index in borne]
            if not borne or not shapes.is_ground(ground, borne, parts):
                wrong.add(ground)
        if not wrong:
            return maybe
        maybe -= wrong


def room_surfaces(boxes: Boxes) -> dict[int, Surface]:
    """The boxes that are grounds, by the part of a room that they are; rugs and terrain are not parts of it."""
    pairs = touching_pairs(boxes)
    shapes = _Shapes(boxes)
    found: dict[int, Surface] = {}
    left_out = grounds(boxes, pairs)
    touched: dict[int, list[int]] = {index: [] for index in left_out}
    for a, b in pairs.tolist():
        for ground, other in ((a, b), (b, a)):
            if ground in left_out and other not in left_out:
                touched[ground].append(other)
    lowest = float(boxes.low[:, 2].min()) if len(boxes) else 0.0
    for index in left_out:
        if shapes.is_wall[index]:
            if shapes.height[index] >= _HIGH:
                found[index] = "wall"
        elif shapes.is_flat[index] and shapes.footprint[index] >= _ROOM:
            middle = (boxes.low[index, 2] + boxes.high[index, 2]) / 2
            hung = [other for other in touched[index] if boxes.high[other, 2] <= boxes.high[index, 2]]
            is_over = middle - lowest >= _HIGH and len(hung) == len(touched[index])
            found[index] = "ceiling" if is_over else "floor"
    return found


def lying_flat(boxes: Boxes, floors: list[int]) -> list[int]:
    """Indices of the boxes that lie flat on one of the ``floors``, within it, as rugs and mats do."""
    flat = (boxes.size[:, 2] <= _THIN) & (np.prod(boxes.size[:, :2], axis=1) >= _RUG)
    found = np.zeros(len(boxes), bool)
    for floor in floors:
        low, high = boxes.low[floor], boxes.high[floor]
        rests = np.abs(boxes.low[:, 2] - high[2]) <= _THIN
        inside = (boxes.low[:, :2] >= low[:2] - _THIN).all(axis=1) & (boxes.high[:, :2] <= high[:2] + _THIN).all(axis=1)
        found |= flat & rests & inside
    found[floors] = False
    return np.flatnonzero(found).tolist()


def _parts_without(left_out: set[int], pairs: NDArray[np.int64], count: int) -> dict[int, list[int]]:
    """The boxes that each box stays connected with when some are left out."""
    rest = [(a, b) for a, b in pairs.tolist() if a not in left_out and b not in left_out]
    return {index: part for part in clusters(count, rest) for index in part if index not in left_out}


class _Shapes:
    """Size and flatness of the boxes."""

    def __init__(self, boxes: Boxes) -> None:
        self.boxes = boxes
        x, y, z = boxes.size.T
        self.height, self.footprint, self.across = z, x * y, np.minimum(x, y)
        self.face = np.max([x * y, x * z, y * z], axis=0)
        self.is_flat = z <= _FLAT * np.sqrt(self.footprint)
        self.is_wall = (
            (np.minimum(x, y) <= _FLAT * np.sqrt(self.face)) & (self.face >= _WALL) & (self.face > self.footprint)
        )

    def closes(self, index: int, touched: list[int], others: set[int]) -> bool:
        """Whether a box is the floor or ceiling of an empty room: as large, flat, and at one of its walls."""
        is_large = self.is_flat[index] and self.footprint[index] >= _ROOM and self.across[index] >= _ACROSS
        return bool(is_large and any(self.is_wall[other] for other in touched if other in others))

    def is_ground(self, index: int, borne: list[int], parts: list[list[int]]) -> bool:
        """Whether a box is a ground to the boxes ``borne``, which are connected with the ``parts``."""
        footprint, face = self.footprint[index], self.face[index]
        around = [self.boxes.high[part].max(axis=0) - self.boxes.low[part].min(axis=0) for part in parts]
        root = footprint / max(max(x * y for x, y, _ in around), 1e-12)
        # On a wall, what counts is how much of it a part covers, seen from the front.
        along = 0 if self.boxes.size[index, 0] >= self.boxes.size[index, 1] else 1
        face_root = face / max(max(size[along] * size[2] for size in around), 1e-12)
        below = self.boxes.low[index, 2] - self.boxes.low[borne, 2] - _SUNK * self.height[borne]
        if (below <= 0.01 * np.sqrt(face)).all():
            if self.is_flat[index]:
                return bool(root >= _FAR_LEAD or (root >= _RUG_LEAD and footprint >= _RUG))
            return bool(
                (footprint >= _ROOM and root >= _ROOM_LEAD) or (self.is_wall[index] and face_root >= _ROOM_LEAD)
            )
        hangs = (self.boxes.high[borne, 2] <= self.boxes.high[index, 2]).all()
        return bool(hangs and self.is_flat[index] and self.across[index] >= _ACROSS and root >= _CEILING_LEAD)
