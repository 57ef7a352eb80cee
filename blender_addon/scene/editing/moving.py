"""Moves, rotates, scales and aligns things.

Left, right, forward (toward the viewer) and back are those of a :class:`Sight`; in the front view left is -X.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from mathutils import Matrix, Vector

from ml_core.errors import InputError

from .sight import FRONT_VIEW, Sight
from .things import Box, Thing

STEP = 0.25
"""Meters by which something moves where no amount is said."""
TURN = 90.0
"""Degrees by which something turns where no amount is said."""
_DIRECTIONS = {
    "up": Vector((0, 0, 1)), "down": Vector((0, 0, -1)), "x": Vector((1, 0, 0)), "y": Vector((0, 1, 0)),
    "z": Vector((0, 0, 1)),
}  # fmt: skip
_GAP = 0.1
_BACK, _EYES = 2.2, 1.5
"""How far a camera stands from what it shows, in times the longest side of that, and how high, in meters."""
_SIDES = ("left", "right", "forward", "back")
_AXES = {"x": 0, "y": 1, "z": 2}


def move(things: Sequence[Thing], direction: str, amount: float | None, sight: Sight = FRONT_VIEW) -> None:
    way = sight.direction(direction) if direction in _SIDES else _DIRECTIONS[direction]
    for thing in things:
        thing.move(way * (STEP if amount is None else amount))


def approach(things: Sequence[Thing], amount: float | None, anchor: Box, is_away: bool) -> None:
    """Moves each thing along the ground toward the center of ``anchor``, at most until they touch, or away from it.

    Raises:
        InputError: a thing is right above or below the center of ``anchor``, or touches it already.
    """
    for thing in things:
        box = thing.box()
        way = Vector((*(anchor.center - box.center).xy, 0.0))
        if way.length < 1e-6:
            raise InputError("{name} has no way to go; move it by left or right instead", name=thing.root.name)
        length = STEP if amount is None else amount
        if not is_away:
            length = min(length, _free_way(box, anchor, way.normalized()))
            if length < 1e-4:
                raise InputError("{name} touches it already", name=thing.root.name)
        thing.move(way.normalized() * (-length if is_away else length))


def _free_way(box: Box, anchor: Box, way: Vector) -> float:
    """Meters that a box can move along the direction ``way`` until it touches ``anchor``, seen from above."""
    ways = []
    for axis in range(2):
        if abs(way[axis]) > 1e-9:
            gap = anchor.low[axis] - box.high[axis] if way[axis] > 0 else box.low[axis] - anchor.high[axis]
            ways.append(max(gap, 0.0) / abs(way[axis]))
    return max(ways, default=0.0)


def rotate(things: Sequence[Thing], direction: str, degrees: float | None) -> None:
    """Rotates each thing about the center of its own box: around Z, counterclockwise from above, unless ``direction``
    is an axis, a side to turn or (``tilt left``) to tip to."""
    angle = math.radians(TURN if degrees is None else degrees)
    axis, sign = {
        "x": ("X", 1), "y": ("Y", 1), "clockwise": ("Z", -1), "right": ("Z", -1), "tilt left": ("Y", -1),
        "tilt right": ("Y", 1), "tilt forward": ("X", 1), "tilt back": ("X", -1), "forward": ("X", 1), "back": ("X",
            -1),
        "up": ("X", -1), "down": ("X", 1),
    }.get(direction, ("Z", 1))  # fmt: skip
    for thing in things:
        _turn(thing, Matrix.Rotation(sign * angle, 4, axis))


def face(things: Sequence[Thing], anchor: Box) -> None:
    """Rotates each thing about Z so that its front, local -Y, faces the center of ``anchor``; cameras and lights are
    aimed at it with local -Z."""
    for thing in things:
        if thing.root.type in ("CAMERA", "LIGHT"):
            _aim(thing, anchor.center)
            continue
        towards = (anchor.center - thing.box().center).xy
        front = (thing.root.matrix_world.to_3x3() @ Vector((0, -1, 0))).xy
        if towards.length > 1e-6 and front.length > 1e-6:
            _turn(thing, Matrix.Rotation(-front.angle_signed(towards), 4, "Z"))


def _aim(thing: Thing, point: Vector) -> None:
    matrix = thing.root.matrix_world
    way = point - matrix.translation
    if way.length > 1e-6:
        goal = Matrix.LocRotScale(matrix.translation, way.to_track_quat("-Z", "Y"), matrix.to_scale())
        thing.transform(goal @ matrix.inverted_safe())


def _turn(thing: Thing, rotation: Matrix) -> None:
    middle = thing.box().center
    thing.transform(Matrix.Translation(middle) @ rotation @ Matrix.Translation(-middle))


def look_at(cameras: Sequence[Thing], seen: Box) -> None:
    """Moves cameras that were placed beside a thing back until they see it completely, and aims them at it; at eye
    level, or at the center of taller things."""
    for camera in cameras:
        way = camera.root.matrix_world.translation - seen.center
        way.z = 0.0
        if way.length < 1e-6:
            continue
        place = seen.center + way.normalized() * (_BACK * max(seen.size))
        place.z = max(_EYES, seen.center.z)
        camera.move(place - camera.root.matrix_world.translation)
        face([camera], seen)


def along_of(box: Box, direction: str) -> str:
    """The axis of a direction; for length that of the longer horizontal side."""
    return ("x" if box.size.x > box.size.y else "y") if direction == "length" else direction


def scale(things: Sequence[Thing], amount: float, unit: str, direction: str, is_added: bool = False) -> None:
    """Scales things by a factor, or until a side measures ``amount`` meters; the base stays in place. Proportions are
    kept unless the factor applies to one axis, or ``amount`` is added to a side.

    Raises:
        InputError: a thing has no size along that side.
    """
    for thing in things:
        box = thing.box()
        axis = along_of(box, direction)
        factor = amount
        if unit == "m":
            side = box.size[_AXES[axis]]
            if axis != "z" and box.size.z < max(box.size.xy) and axis == "y":
                side = max(box.size.xy)  # the long side, whichever way it lies
            if side < 1e-6:
                raise InputError("{name} has no size along that side", name=thing.root.name)
            factor = (side + amount if is_added else amount) / side
        if not 1e-4 < factor < 1e4:
            raise InputError("{name}: a factor of {factor:g} is too far from 1", name=thing.root.name, factor=factor)
        base = box.base
        along = [Vector((1, 0, 0)), Vector((0, 1, 0)), Vector((0, 0, 1))][_AXES[axis]] if axis in _AXES else None
        alone = along is not None and (is_added or unit == "factor")
        by = Matrix.Scale(factor, 4, along) if alone and along is not None else Matrix.Scale(factor, 4)
        thing.transform(Matrix.Translation(base) @ by @ Matrix.Translation(-base))


def scale_like(things: Sequence[Thing], axis: str, anchor: Box, share: float) -> None:
    """Scales things until a side, or without an ``axis`` the longest side, is ``share`` times that of ``anchor``."""
    for thing in things:
        if axis:
            scale([thing], share * anchor.size[_AXES[axis]], "m", axis)
        else:
            scale([thing], share * max(anchor.size) / max(max(thing.box().size), 1e-6), "factor", "")


def swap_places(one: Sequence[Thing], other: Sequence[Thing]) -> None:
    """Swaps two things: the centers of their lower sides trade positions.

    Raises:
        InputError: either side is not a single thing.
    """
    if len(one) != 1 or len(other) != 1:
        raise InputError("two things can swap places; name one and one other")
    bases = [thing.box().base for thing in (*one, *other)]
    one[0].move(bases[1] - bases[0])
    other[0].move(bases[0] - bases[1])


def align(things: Sequence[Thing], direction: str, anchor: Box | None, sight: Sight = FRONT_VIEW) -> None:
    """Aligns things in one line along an axis, or by their ends on one side (``left``, ``up``, …); to ``anchor`` if
    given, else to all of them."""
    boxes = [thing.box() for thing in things]
    if direction in (*_SIDES, "up", "down"):
        axis, sign = sight.axis(direction) if direction in _SIDES else (2, 1 if direction == "up" else -1)
        end = "high" if sign > 0 else "low"
        sides = [getattr(box, end)[axis] for box in boxes]
        goal = getattr(anchor, end)[axis] if anchor is not None else (min(sides) if end == "low" else max(sides))
        for thing, side in zip(things, sides, strict=True):
            thing.move(_along(axis, goal - side))
        return
    all_boxes = boxes + ([anchor] if anchor is not None else [])
    line = _AXES[direction] if direction in _AXES else _widest_axis(all_boxes)
    across = 2 if line == 2 else 1 - line
    axes = (0, 1) if line == 2 else (across,)
    for axis in axes:
        goal = anchor.center[axis] if anchor is not None else sum(box.center[axis] for box in boxes) / len(boxes)
        for thing, box in zip(things, boxes, strict=True):
            thing.move(_along(axis, goal - box.center[axis]))


def distribute(things: Sequence[Thing], direction: str, gap: float | None) -> None:
    """Distributes things with equal gaps along an axis: of ``gap`` meters, else between the outermost two.

    Raises:
        InputError: there are fewer than two, or without a ``gap`` fewer than three.
    """
    if len(things) < (2 if gap is not None else 3):
        raise InputError("there are too few objects to space out; name at least three of them")
    boxes = [thing.box() for thing in things]
    axis = _AXES.get(direction, _widest_axis(boxes))
    order = sorted(range(len(things)), key=lambda index: boxes[index].center[axis])
    start = boxes[order[0]].low[axis]
    if gap is None:
        room = boxes[order[-1]].high[axis] - start - sum(box.size[axis] for box in boxes)
        gap = room / (len(things) - 1)
    for index in order:
        things[index].move(_along(axis, start - boxes[index].low[axis]))
        start += boxes[index].size[axis] + gap


def in_row(things: Sequence[Thing], gap: float | None) -> None:
    """Puts things side by side along X around their previous center, their fronts in one line."""
    gap = _GAP if gap is None else gap
    boxes = [thing.box() for thing in things]
    order = sorted(range(len(things)), key=lambda index: boxes[index].center.x)
    middle = sum((box.center for box in boxes), Vector()) / len(boxes)
    start = middle.x - (sum(box.size.x for box in boxes) + gap * (len(boxes) - 1)) / 2
    for index in order:
        box = boxes[index]
        things[index].move(Vector((start - box.low.x, middle.y - box.center.y, 0)))
        start += box.size.x + gap


def in_grid(things: Sequence[Thing]) -> None:
    """Puts things in rows and columns around their previous center, with cells as large as the largest."""
    boxes = [thing.box() for thing in things]
    columns = math.ceil(math.sqrt(len(things)))
    rows = math.ceil(len(things) / columns)
    wide, deep = (max(box.size[axis] for box in boxes) + 2 * _GAP for axis in range(2))
    middle = sum((box.center for box in boxes), Vector()) / len(boxes)
    for number, (thing, box) in enumerate(zip(things, boxes, strict=True)):
        row, column = divmod(number, columns)
        x = middle.x + (column - (columns - 1) / 2) * wide
        y = middle.y + (row - (rows - 1) / 2) * deep
        thing.move(Vector((x - box.center.x, y - box.center.y, 0)))


def _widest_axis(boxes: Sequence[Box]) -> int:
    spreads = [max(box.center[axis] for box in boxes) - min(box.center[axis] for box in boxes) for axis in range(2)]
    return 0 if spreads[0] >= spreads[1] else 1


def _along(axis: int, amount: float) -> Vector:
    by = Vector((0, 0, 0))
    by[axis] = amount
    return by
