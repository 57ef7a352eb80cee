"""The walls of a room, one by one or as the sides of one mesh, and its corners."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import bpy
from mathutils import Vector

from ml_core.vocabulary.scene.places import CARRIED_BY

from .naming import kind_of
from .sight import Sight
from .spots import MOST_TRIES, is_room
from .things import Box, Thing, first_hit

_OF_ROOMS = ("floor", "wall", "ceiling", "window", "door")
_EYE = 1.0
"""Meters above the floor at which the sides of a room are looked for: above most seats, below most lamps."""
_JOINT = 0.35
"""Meters that may be left between the ends of two walls that make a corner."""
_STRIDE = 0.25
"""Meters between the places that are tried along a wall, at most."""
_CLEAR = 0.005
"""Meters between a wall and what stands against it."""


@dataclass(frozen=True)
class Wall:
    """The inner face of a wall along an axis of the scene.

    Attributes:
        axis: 0 or 1, that the face is perpendicular to. sign: 1 if the room is toward higher values of it, else -1.
        face: its coordinate on that axis. low, high: its ends along the other one. All in meters.
    """

    axis: int
    sign: int
    face: float
    low: float
    high: float

    @property
    def along(self) -> int:
        return 1 - self.axis

    @property
    def inside(self) -> Vector:
        """Unit vector from the face into the room."""
        return Vector((self.sign, 0, 0)) if self.axis == 0 else Vector((0, self.sign, 0))

    def flush(self, box: Box) -> float:
        """The coordinate on ``axis`` of the center of ``box`` when it is against the face."""
        return self.face + self.sign * (box.size[self.axis] / 2 + _CLEAR)

    def gap(self, box: Box) -> float:
        """Distance from a box in meters, seen from above."""
        across = self.sign * (box.center[self.axis] - self.face) - box.size[self.axis] / 2
        beside = max(0.0, self.low - box.high[self.along], box.low[self.along] - self.high)
        return math.hypot(max(0.0, across), beside)

    def steps(self, box: Box) -> Iterator[float]:
        """Positions of the center of ``box`` along the wall, the nearest first, then to both sides."""
        size = box.size[self.along]
        low, high = self.low + size / 2, self.high - size / 2
        first = min(max(box.center[self.along], low), high)
        yield first
        step = min(max(0.1, 0.5 * size), _STRIDE)
        for number in range(1, MOST_TRIES):
            yield from (item for item in (first + number * step, first - number * step) if low <= item <= high)


def is_wall(box: Box) -> bool:
    """Whether a box is tall, long and thin like a wall."""
    return box.size.z > 1.5 and max(box.size.xy) > 1.2 and min(box.size.xy) < 0.2 * max(box.size.xy)


def is_wall_thing(thing: Thing, box: Box) -> bool:
    """Whether a thing of this box is a wall: a bookshelf of that shape has such a label or name."""
    return is_wall(box) and kind_of(thing.root) in ("", "wall")


def is_of_a_room(thing: Thing) -> bool:
    """Whether a thing is a floor, a wall or a ceiling, or is fixed to one, which "everything" excludes."""
    kind = kind_of(thing.root)
    if kind:
        return kind in _OF_ROOMS or "nothing" in CARRIED_BY.get(kind, ())
    box = thing.standing_box()
    return is_wall(box) or (box.size.z < 0.3 and min(box.size.xy) > 3)


def walls_for(context: bpy.types.Context, thing: Thing, others: Sequence[tuple[Thing, Box]]) -> list[Wall]:
    """The walls among ``others`` that ``thing`` can stand against, each with the face toward it, the nearest first."""
    box = thing.box()
    found = [wall_of(its, box.center) for other, its in others if is_wall_thing(other, its)]
    rooms = [(other, its) for other, its in others if is_room(its, box) and its.size.z > 1.5 and not is_wall(its)]
    found += [wall for other, its in rooms for wall in _sides_of(context, other, its)]
    return sorted(found, key=lambda wall: wall.gap(box))


def on_side(walls: Sequence[Wall], sight: Sight, way: str) -> list[Wall]:
    """The walls on the side ``way`` of :class:`Sight`, the outermost first."""
    axis, sign = sight.axis(way)
    return sorted(
        (wall for wall in walls if (wall.axis, wall.sign) == (axis, -sign)), key=lambda wall: -sign * wall.face
    )


def corners(walls: Sequence[Wall], box: Box) -> list[tuple[Wall, Wall]]:
    """The pairs of walls that meet inside a room, the nearest to ``box`` first."""
    across = [wall for wall in walls if wall.axis == 0]
    beside = [wall for wall in walls if wall.axis == 1]
    found = [(item, other) for item in across for other in beside if _meet(item, other)]

    def distance(pair: tuple[Wall, Wall]) -> float:
        return (Vector((pair[0].face, pair[1].face)) - box.center.xy).length

    return sorted(found, key=distance)


def _meet(one: Wall, other: Wall) -> bool:
    """Whether each begins at the other, and extends on the side on which the other has its room."""
    return all(
        abs((wall.low if against.sign > 0 else wall.high) - against.face) <= _JOINT
        for wall, against in ((one, other), (other, one))
    )


def wall_of(box: Box, point: Vector) -> Wall:
    """The face toward ``point`` of a wall that is a separate thing."""
    axis = 0 if box.size.x < box.size.y else 1
    sign = 1 if point[axis] > box.center[axis] else -1
    face = box.high[axis] if sign > 0 else box.low[axis]
    return Wall(axis, sign, face, box.low[1 - axis], box.high[1 - axis])


def _sides_of(context: bpy.types.Context, room: Thing, box: Box) -> Iterator[Wall]:
    """The sides of a room that is one mesh, found by rays from its center; open sides are skipped."""
    start = Vector((*box.center.xy, box.low.z + min(_EYE, box.size.z / 2)))
    for axis in (0, 1):
        for sign in (1, -1):
            end = start.copy()
            end[axis] -= sign * box.size[axis]
            hits = [hit[axis] for obj in room.members if (hit := first_hit(context, obj, start, end)) is not None]
            if hits:
                face = min(hits, key=lambda place: abs(place - start[axis]))
                yield Wall(axis, sign, face, box.low[1 - axis], box.high[1 - axis])
