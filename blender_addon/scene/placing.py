"""Putting things on, beside or around others: on the surface below, and not into anything that stands there."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import bpy
from mathutils import Matrix, Vector

from ml_core.errors import InputError

from .moving import face
from .things import Box, Thing, things_of

GAP = 0.05
"""Meters between things that are put side by side."""
_HANGING = 0.3
_TRIES = 24
_SIDES = {
    "left_of": Vector((-1, 0, 0)), "right_of": Vector((1, 0, 0)), "in_front_of": Vector((0, -1, 0)),
    "behind": Vector((0, 1, 0)),
}  # fmt: skip
_SINK = 0.02


@dataclass
class Placer:
    """Puts things down one after the other in one scene."""

    context: bpy.types.Context

    def place(
        self, things: Sequence[Thing], relation: str, anchors: Sequence[Thing], amount: float | None = None
    ) -> None:
        """Put ``things`` where ``relation`` says from ``anchors``.

        Raises:
            InputError: nothing free is there, or the anchors do not fit the relation.
        """
        own = {member.session_uid for thing in things for member in thing.members}
        anchors = [anchor for anchor in anchors if anchor.root.session_uid not in own]
        self._obstacles = [
            (thing, thing.box())
            for thing in things_of(obj for obj in self.context.view_layer.objects if obj.visible_get())
            if not own & {member.session_uid for member in thing.members} and thing.root.type not in ("LIGHT", "CAMERA")
        ]
        if relation == "floor":
            for thing in things:
                self._drop(thing, thing.box())
            return
        if relation == "center":
            self._spread(things, Vector((0, 0, 0)))
            return
        if relation == "circle":
            self._ring(things, None, amount)
            return
        if not anchors:
            raise InputError("nothing is left to put it at; name another object")
        if relation == "around":
            self._ring(things, anchors[0], amount)
        elif relation == "between":
            middle = sum((anchor.box().center for anchor in anchors), Vector()) / len(anchors)
            if len(anchors) < 2:
                raise InputError("say between which two, such as: put the table between the sofa and the bed")
            self._spread(things, Vector((*middle.xy, min(anchor.box().low.z for anchor in anchors))))
        else:
            pairs = len(things) == len(anchors) > 1
            for number, thing in enumerate(things):
                self._put(thing, relation, anchors[number if pairs else 0], amount)

    def _put(self, thing: Thing, relation: str, anchor: Thing, amount: float | None) -> None:
        box, base = thing.box(), anchor.box()
        if relation == "on":
            for place in self._places_on(box, base):
                height = self._height_on(anchor, place, base)
                moved = box.moved(Vector((*place, height)) - box.base)
                if not self._is_taken(moved, without=anchor):
                    self._settle(thing, box, moved)
                    return
            raise InputError(
                "there is no room for {name} on {anchor}; move something away first",
                name=thing.root.name,
                anchor=anchor.root.name,
            )
        if relation in ("under", "above", "in"):
            heights = {
                "under": base.low.z,
                "above": base.high.z + (_HANGING if amount is None else amount),
                "in": base.low.z + _SINK,
            }
            self._settle(thing, box, box.moved(Vector((*base.center.xy, heights[relation])) - box.base))
            return
        gap = 0.002 if relation == "against" else GAP if amount is None else amount
        for direction, aside in self._ways(relation):
            reach = [(base.size[axis] + box.size[axis]) / 2 + gap for axis in range(2)]
            spot = Vector((base.center.x + direction.x * reach[0], base.center.y + direction.y * reach[1]))
            across = Vector((direction.y, direction.x))
            spot += across * aside * max(box.size.xy) * 0.55
            level = self._surface(spot, base.high.z + 0.01, thing, base.low.z)
            moved = box.moved(Vector((*spot, level)) - box.base)
            if not self._is_taken(moved):
                self._settle(thing, box, moved)
                return
        raise InputError(
            "there is no room for {name} beside {anchor}; move something away first",
            name=thing.root.name,
            anchor=anchor.root.name,
        )

    def _ways(self, relation: str) -> Iterator[tuple[Vector, float]]:
        """Sides of an anchor to try, each with steps along it."""
        sides = (
            [_SIDES[relation]]
            if relation in _SIDES
            else [_SIDES[one] for one in ("right_of", "left_of", "in_front_of", "behind")]
        )
        for step in (0, 1, -1, 2, -2, 3, -3, 4, -4, 6, -6):
            yield from ((side, float(step)) for side in sides)

    def _places_on(self, box: Box, base: Box) -> Iterator[tuple[float, float]]:
        """Places on top of an anchor, the middle first."""
        room = [max(0.0, (base.size[axis] - box.size[axis]) / 2) for axis in range(2)]
        yield base.center.x, base.center.y
        cells = [max(1, min(_TRIES, int(2 * room[axis] / max(box.size[axis], 0.02)) + 1)) for axis in range(2)]
        places = [
            (base.center.x + room[0] * (2 * x / cells[0] - 1), base.center.y + room[1] * (2 * y / cells[1] - 1))
            for x in range(cells[0] + 1)
            for y in range(cells[1] + 1)
        ]
        middle = base.center.xy
        yield from sorted(places, key=lambda place: (Vector(place) - middle).length)

    def _height_on(self, anchor: Thing, place: tuple[float, float], base: Box) -> float:
        """The height of an anchor's surface: a ray from above onto its meshes; where it meets none, its box's top."""
        depsgraph = self.context.evaluated_depsgraph_get()
        best = None
        for obj in anchor.members:
            if obj.type != "MESH" or not len(obj.data.polygons):
                continue
            inverse = obj.matrix_world.inverted_safe()
            start = inverse @ Vector((*place, base.high.z + 1))
            way = (inverse @ Vector((*place, base.low.z - 1))) - start
            hit, point, _, _ = obj.ray_cast(start, way, distance=way.length, depsgraph=depsgraph)
            height = (obj.matrix_world @ point).z if hit else None
            best = height if best is None or (height is not None and height > best) else best
        return base.high.z if best is None else best

    def _surface(self, place: Vector, start: float, thing: Thing, otherwise: float) -> float:
        """The height of what lies below a place, from ``start`` down; of ``otherwise`` where nothing does."""
        own = {member.session_uid for member in thing.members}
        depsgraph = self.context.evaluated_depsgraph_get()
        origin = Vector((place.x, place.y, start))
        for _ in range(_TRIES):
            hit, point, _, _, obj, _ = self.context.scene.ray_cast(depsgraph, origin, Vector((0, 0, -1)))
            if not hit:
                return otherwise
            if obj.original.session_uid not in own:
                return float(point.z)
            origin = point - Vector((0, 0, 1e-4))
        return otherwise

    def _drop(self, thing: Thing, box: Box) -> None:
        """Straight down onto what is below, or up out of it; onto z = 0 where nothing is."""
        start = max(box.center.z, 0.0) + 0.01
        level = self._surface(box.center.xy.to_3d(), start, thing, 0.0)
        self._settle(thing, box, box.moved(Vector((0, 0, level - box.low.z))))

    def _spread(self, things: Sequence[Thing], middle: Vector) -> None:
        """Around a place on the ground, as near to it as they find room."""
        for thing in things:
            box = thing.box()
            step = max(0.1, 0.5 * max(box.size.xy))
            for ring in range(_TRIES):
                spots = [(0.0, 0.0)] if ring == 0 else [
                    (ring * step * math.cos(turn), ring * step * math.sin(turn))
                    for turn in (2 * math.pi * part / (6 * ring) for part in range(6 * ring))
                ]  # fmt: skip
                free = next((one for spot in spots if (one := self._at(thing, box, middle, spot)) is not None), None)
                if free is not None:
                    self._settle(thing, box, free)
                    break
            else:
                raise InputError("there is no room for {name} there; move something away first", name=thing.root.name)

    def _at(self, thing: Thing, box: Box, middle: Vector, spot: tuple[float, float]) -> Box | None:
        place = Vector((middle.x + spot[0], middle.y + spot[1]))
        level = self._surface(place, middle.z + max(box.size.z, 0.5), thing, middle.z)
        moved = box.moved(Vector((*place, level)) - box.base)
        return None if self._is_taken(moved) else moved

    def _ring(self, things: Sequence[Thing], anchor: Thing | None, amount: float | None) -> None:
        """In a circle around an anchor, or around the middle of all of them, each facing the middle."""
        boxes = [thing.box() for thing in things]
        around = anchor.box() if anchor is not None else None
        middle = around.center if around is not None else sum((box.center for box in boxes), Vector()) / len(boxes)
        widest = max(max(box.size.xy) for box in boxes)
        inner = math.hypot(*around.size.xy) / 2 if around is not None else 0.0
        radius = inner + widest * 0.85 + (GAP if amount is None else amount)
        radius = max(radius, (widest * math.sqrt(2) + GAP) * len(things) / (2 * math.pi))
        center = Box(middle, middle)
        ground = around.low.z if around is not None else None
        for number, (thing, box) in enumerate(zip(things, boxes, strict=True)):
            turn = 2 * math.pi * number / len(things) - math.pi / 2
            place = Vector((middle.x + radius * math.cos(turn), middle.y + radius * math.sin(turn)))
            level = box.low.z if ground is None else self._surface(place, ground + max(box.size.z, 0.5), thing, ground)
            thing.move(Vector((*place, level)) - box.base)
            self.context.view_layer.update()
            face([thing], center)
            self._obstacles.append((thing, thing.box()))

    def _is_taken(self, box: Box, without: Thing | None = None) -> bool:
        grown = Box(box.low + Vector((0, 0, 0.004)), box.high)
        kept = {member.session_uid for member in without.members} if without is not None else set()
        return any(
            grown.overlaps(other)
            for thing, other in self._obstacles
            if thing.root.session_uid not in kept and not _is_room(other, box)
        )

    def _settle(self, thing: Thing, before: Box, after: Box) -> None:
        thing.transform(Matrix.Translation(after.low - before.low))
        self.context.view_layer.update()
        self._obstacles.append((thing, after))


def _is_room(other: Box, box: Box) -> bool:
    """Whether a thing is a room, a floor or a landscape that others stand in or on."""
    is_wide = min(other.size.xy) > 3 and min(other.size.xy) > 2 * max(box.size.xy)
    return is_wide and (other.size.z < 0.3 or other.size.z > 1.8)
