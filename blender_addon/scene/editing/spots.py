"""Detects which boxes are rooms, walls or carpets, and proposes positions around or along them."""

from __future__ import annotations

import math
from collections.abc import Iterator

from mathutils import Vector

from .things import Box

GAP = 0.05
"""Meters between things that are put side by side."""
MOST_TRIES = 24
"""Places that are tried before there is said to be no room."""


def near_turns(turn: float, radius: float, around: Box, box: Box) -> Iterator[tuple[float, float]]:
    """Angles near ``turn`` in radians, the nearest first, each with distances from the center of ``around`` in meters:
    on the circle, then closer in along the side of a long thing, then farther out."""
    half = 0.5 * max(box.size.xy) * math.sqrt(2) + GAP
    for step in range(13):
        for sign in (1, -1)[: 1 + (step > 0)]:
            way = turn + sign * step * math.radians(10)
            sides = zip(around.size.xy / 2, (abs(math.cos(way)), abs(math.sin(way))), strict=True)
            edge = min(side / max(part, 1e-6) for side, part in sides)
            yield from ((way, reach) for reach in (radius, min(edge + half, radius), radius * 1.15))


def turned(box: Box, way: float) -> Box:
    """The box around ``box`` when it is turned to face the center of a circle, at angle ``way`` (radians) on it."""
    reach = 0.5 * max(box.size.xy) * (abs(math.sin(way)) + abs(math.cos(way)))
    middle = box.center
    return Box(
        Vector((middle.x - reach, middle.y - reach, box.low.z)),
        Vector((middle.x + reach, middle.y + reach, box.high.z)),
    )


def is_below(other: Box, box: Box) -> bool:
    """Whether a thing is a carpet or a plate that ``box`` may partly stand on."""
    return other.size.z < 0.05 and min(other.size.xy) > 0.5 and other.low.z < box.low.z + 0.05


def is_room(other: Box, box: Box) -> bool:
    """Whether a thing is a room, a floor or a landscape that others stand in or on."""
    is_wide = min(other.size.xy) > 3 and min(other.size.xy) > 2 * max(box.size.xy)
    return is_wide and (other.size.z < 0.3 or other.size.z > 1.8)


def rings(step: float) -> Iterator[tuple[float, float]]:
    """Positions around a center, ``step`` meters apart, the nearest first."""
    yield 0.0, 0.0
    for ring in range(1, MOST_TRIES):
        turns = (2 * math.pi * part / (6 * ring) for part in range(6 * ring))
        yield from ((ring * step * math.cos(turn), ring * step * math.sin(turn)) for turn in turns)
