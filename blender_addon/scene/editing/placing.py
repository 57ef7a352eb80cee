"""Places things on, beside or around others: on the surface below, without intersecting anything."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import bpy
from mathutils import Matrix, Vector

from ml_core.errors import InputError

from .moving import face
from .narrowing import NEAR
from .sight import sight_of
from .spots import GAP, MOST_TRIES, is_below, is_room, near_turns, rings, turned
from .things import Box, Thing, first_hit, things_of
from .walls import Wall, corners, is_wall, is_wall_thing, on_side, wall_of, walls_for

_HANGING = 0.3
_SIDES = {"right_of": "right", "left_of": "left", "in_front_of": "forward", "behind": "back"}
_SINK = 0.02
_AWAY = Vector((0, 0, 1e3))
_STEP = 0.15
"""Meters by which the ground beside a thing may be higher or lower and still be the same ground."""


@dataclass
class Placer:
    """Places things one after another in one scene."""

    context: bpy.types.Context

    def place(
        self,
        things: Sequence[Thing],
        relation: str,
        anchors: Sequence[Thing],
        amount: float | None = None,
        side: str = "",
    ) -> None:
        """Put ``things`` in ``relation`` to ``anchors``.

        Args:
            amount: distance in meters. side: of the room for ``wall`` and ``corner``, a direction of
                :class:`~.sight.Sight`, or two of them for a corner; empty for the nearest one.

        Raises:
            InputError: there is no free position, or the anchors do not fit the relation.
        """
        own = {member.session_uid for thing in things for member in thing.members}
        anchors = [anchor for anchor in anchors if anchor.root.session_uid not in own]
        self._obstacles = [
            (thing, thing.standing_box())
            for thing in things_of(obj for obj in self.context.view_layer.objects if obj.visible_get())
            if not own & {member.session_uid for member in thing.members} and thing.root.type not in ("LIGHT", "CAMERA")
        ]
        if relation == "floor":
            for thing in things:
                self._drop(thing, thing.standing_box())
            return
        if relation == "center":
            self._to_center(things, anchors)
            return
        if relation in ("wall", "corner"):
            for thing in things:
                walls = self._walls(thing, side if relation == "wall" else "")
                choices = [(wall,) for wall in walls] if relation == "wall" else self._corners(thing, walls, side)
                self._against(thing, choices)
            return
        if relation == "stacked":
            self._stack(things)
            return
        if relation == "circle":
            self._ring(things, None, amount)
            return
        if not anchors:
            raise InputError("nothing is left to put it at; name another object")
        if relation == "around":
            self._ring(things, anchors[0], amount)
        elif relation == "between":
            middle = sum((anchor.standing_box().center for anchor in anchors), Vector()) / len(anchors)
            if len(anchors) < 2:
                raise InputError("say between which two, such as: put the table between the sofa and the bed")
            self.spread(things, Vector((*middle.xy, min(anchor.standing_box().low.z for anchor in anchors))))
        else:
            pairs = len(things) == len(anchors) > 1
            if len(anchors) > 1 and not pairs:  # 把灯放到桌子上, where there are two tables
                names = ", ".join(anchor.root.name for anchor in anchors[:5])
                raise InputError(
                    "{number} objects could be meant ({names}); say all of them, or name one",
                    number=len(anchors), names=names,
                )  # fmt: skip
            for number, thing in enumerate(things):
                self._put(thing, relation, anchors[number if pairs else 0], amount)

    def settle(self, things: Sequence[Thing]) -> None:
        """Moves a thing straight down, or up out of the ground, onto the surface below; onto z = 0 if there is none."""
        for thing in sorted(things, key=lambda item: item.standing_box().low.z):
            box = thing.standing_box()
            with self._away(thing):
                level = self._surface(box.center.xy.to_3d(), max(box.low.z, 0.0) + _SINK, thing)
            thing.move(Vector((0, 0, (level or 0.0) - box.low.z)))
            self.context.view_layer.update()

    @contextmanager
    def _away(self, thing: Thing) -> Iterator[None]:
        """Moves a thing out of the way meanwhile: its own lower side hides what is right under it."""
        before = [obj.matrix_world.copy() for obj in thing.tops]
        thing.move(_AWAY)
        self.context.view_layer.update()
        try:
            yield
        finally:
            for obj, matrix in zip(thing.tops, before, strict=True):
                obj.matrix_world = matrix
            self.context.view_layer.update()

    def _to_center(self, things: Sequence[Thing], anchors: Sequence[Thing]) -> None:
        """Moves things to the center of the scene, of a room, or of their support: "in the middle of the table"."""
        if not anchors:
            self.spread(things, Vector((0, 0, 0)))
            return
        base = anchors[0].box()
        if all(is_room(base, thing.standing_box()) for thing in things):
            self.spread(things, Vector((*base.center.xy, base.low.z)))
            return
        for thing in things:
            self._put(thing, "on", anchors[0], None)

    def _stack(self, things: Sequence[Thing]) -> None:
        """Stacks things at the position of the widest, which is lowest.

        Raises:
            InputError: there is only one thing.
        """
        if len(things) < 2:
            raise InputError("one object alone cannot be stacked; name at least two")
        boxes = [thing.standing_box() for thing in things]
        order = sorted(range(len(things)), key=lambda index: -boxes[index].size.x * boxes[index].size.y)
        below = boxes[order[0]]
        for index in order[1:]:
            goal = Vector((*below.center.xy, below.high.z))
            below = boxes[index].moved(goal - boxes[index].base)
            things[index].move(goal - boxes[index].base)

    def _against(self, thing: Thing, choices: Sequence[tuple[Wall, ...]]) -> None:
        """Puts a thing with its back against a wall, touching all walls of the first option that has room for it.

        Raises:
            InputError: none has.
        """
        for faces in choices:
            before = [obj.matrix_world.copy() for obj in thing.tops]
            box = self._back_to(thing, min(faces, key=lambda wall: wall.gap(thing.standing_box())))
            goal = box.center.copy()
            for wall in faces:
                goal[wall.axis] = wall.flush(box)
            along = faces[0].along
            for step in faces[0].steps(box) if len(faces) == 1 else (goal[along],):
                goal[along] = step
                if self._stand_at(thing, box, goal):
                    return
            for obj, matrix in zip(thing.tops, before, strict=True):
                obj.matrix_world = matrix
        raise InputError("there is no room for {name} there; move something away first", name=thing.root.name)

    def _corners(self, thing: Thing, walls: Sequence[Wall], side: str) -> list[tuple[Wall, Wall]]:
        """The corners of the room; raises :class:`InputError` if no two walls meet."""
        sight = sight_of(self.context)
        found = corners(walls, thing.standing_box())
        pairs = [pair for pair in found if all(on_side(pair, sight, way) for way in side.split())]
        if not pairs:
            raise InputError("no two walls meet there; name what it is to stand beside")
        return pairs

    def _walls(self, thing: Thing, side: str) -> list[Wall]:
        """The walls of the room; raises :class:`InputError` if there is none."""
        walls = walls_for(self.context, thing, self._obstacles)
        if side:
            walls = on_side(walls, sight_of(self.context), side)[:1]
        if not walls:
            raise InputError("there is no wall in the scene; name what it is to stand against")
        return walls

    def _back_to(self, thing: Thing, wall: Wall) -> Box:
        """Rotates a thing so that its front faces the room; returns its new box."""
        ahead = thing.standing_box().center + 10 * wall.inside
        face([thing], Box(ahead, ahead))
        self.context.view_layer.update()
        return thing.standing_box()

    def _stand_at(self, thing: Thing, box: Box, goal: Vector) -> bool:
        """Moves a thing so that its center is above ``goal``, unless something is there.

        A standing thing is put on the surface below; a hanging one keeps its height.
        """
        moved = box.moved(goal - box.center)
        with self._away(thing):
            under, ground = (self._surface(place.xy, box.low.z + _SINK, thing) for place in (box.center, goal))
        if under is not None and ground is not None and box.low.z - under <= _STEP:
            moved = moved.moved(Vector((0, 0, ground - box.low.z)))
        if self._is_taken(moved):
            return False
        self._settle(thing, box, moved)
        return True

    def _put(self, thing: Thing, relation: str, anchor: Thing, amount: float | None) -> None:
        box, base = thing.standing_box(), anchor.standing_box()
        if relation == "next_to" and base.size.z < 0.3 and is_room(base, box):
            self._drop(thing, box)  # "drop it to the floor"
            return
        if relation in ("on", "next_to", "near", "against") and is_wall_thing(anchor, base) and not is_wall(box):
            self._against(
                thing, [(wall_of(base, box.center),)]
            )  # beside a wall is in the room, and on it is not a rail
            return
        if relation == "on":
            for place in self._places_on(box, base):
                # What is wider all around rests on the rim of a cup, not on its bottom.
                is_wider = all(box.size[axis] > base.size[axis] for axis in range(2))
                height = base.high.z if is_wider else self._height_on(anchor, place, base)
                moved = box.moved(Vector((*place, height)) - box.base)
                if not self._is_taken(moved, without=anchor):
                    self._settle(thing, box, moved)
                    return
            raise InputError(
                "there is no room for {name} on {anchor}; move something away first",
                name=thing.root.name,
                anchor=anchor.root.name,
            )
        if relation == "under":
            self._put_under(thing, box, anchor, base)
            return
        if relation in ("above", "in"):
            heights = {
                "above": base.high.z + (_HANGING if amount is None else amount),
                "in": base.low.z + _SINK,
            }
            self._settle(thing, box, box.moved(Vector((*base.center.xy, heights[relation])) - box.base))
            return
        gap = 0.002 if relation == "against" else GAP if amount is None else amount
        spots = [self._spot(box, base, gap, *way) for way in self._ways(relation)]
        grounds = [self._surface(spot, base.high.z + 0.01, thing) for spot in spots]
        near = max(NEAR, 0.75 * max(base.size.xy))
        has_ground = self._has_ground(anchor, base)
        # What the anchor stands on first; else lower ground, such as off the edge of a table, never on top of others.
        for is_level in (True, False):
            for spot, ground in zip(spots, grounds, strict=True):
                if ground is None and has_ground:
                    continue  # off the floor
                level = base.low.z if ground is None else ground
                if level > base.low.z + _STEP or (is_level and (ground is None or level < base.low.z - _STEP)):
                    continue
                moved = box.moved(Vector((*spot, level)) - box.base)
                if moved.gap(base) <= near and not self._is_taken(moved):
                    self._settle(thing, box, moved)
                    return
        raise InputError(
            "there is no room for {name} beside {anchor}; move something away first",
            name=thing.root.name,
            anchor=anchor.root.name,
        )

    def _put_under(self, thing: Thing, box: Box, anchor: Thing, base: Box) -> None:
        """Puts a thing on the ground below an anchor, beside what is there already.

        Raises:
            InputError: it is taller than the space below the anchor, or there is no room.
        """
        below = self._surface(base.center.xy, base.low.z - _SINK, thing)
        is_hanging = below is not None and base.low.z - below > _STEP
        ground = below if below is not None and is_hanging else base.low.z
        if box.size.z > (base.low.z if is_hanging else base.high.z) - ground + _SINK:
            raise InputError("{name} is too tall to go under {anchor}", name=thing.root.name, anchor=anchor.root.name)
        for place in self._places_on(box, base):
            moved = box.moved(Vector((*place, ground)) - box.base)
            if not self._is_taken(moved, without=anchor):
                self._settle(thing, box, moved)
                return
        raise InputError("there is no room for {name} there; move something away first", name=thing.root.name)

    @staticmethod
    def _spot(box: Box, base: Box, gap: float, direction: Vector, aside: float) -> Vector:
        """The position (2,) of the center of ``box`` beside ``base``."""
        reach = [(base.size[axis] + box.size[axis]) / 2 + gap for axis in range(2)]
        spot = Vector((base.center.x + direction.x * reach[0], base.center.y + direction.y * reach[1]))
        return spot + Vector((direction.y, direction.x)) * aside * max(box.size.xy) * 0.55

    def _ways(self, relation: str) -> Iterator[tuple[Vector, float]]:
        """Sides of an anchor to try, each with steps along it."""
        sight = sight_of(self.context)
        ways = [_SIDES[relation]] if relation in _SIDES else list(_SIDES.values())
        sides = [sight.direction(way) for way in ways]
        for step in (0, 1, -1, 2, -2, 3, -3, 4, -4, 6, -6):
            yield from ((side, float(step)) for side in sides)

    def _places_on(self, box: Box, base: Box) -> Iterator[tuple[float, float]]:
        """Positions on top of an anchor, the center first."""
        room = [max(0.0, (base.size[axis] - box.size[axis]) / 2) for axis in range(2)]
        yield base.center.x, base.center.y
        cells = [max(1, min(MOST_TRIES, int(2 * room[axis] / max(box.size[axis], 0.02)) + 1)) for axis in range(2)]
        places = [
            (base.center.x + room[0] * (2 * x / cells[0] - 1), base.center.y + room[1] * (2 * y / cells[1] - 1))
            for x in range(cells[0] + 1)
            for y in range(cells[1] + 1)
        ]
        middle = base.center.xy
        yield from sorted(places, key=lambda place: (Vector(place) - middle).length)

    def _height_on(self, anchor: Thing, place: tuple[float, float], base: Box) -> float:
        """The height of an anchor's surface: by a ray from above onto its meshes, else the top of its box."""
        start, end = Vector((*place, base.high.z + 1)), Vector((*place, base.low.z - 1))
        hits = [hit.z for obj in anchor.members if (hit := first_hit(self.context, obj, start, end)) is not None]
        return max(hits, default=base.high.z)

    def _surface(self, place: Vector, start: float, thing: Thing) -> float | None:
        """The height of the surface below a position, from ``start`` down; ``None`` if there is none."""
        return next((height for height, _ in self._below(place, start, thing)), None)

    def _below(self, place: Vector, start: float, thing: Thing) -> Iterator[tuple[float, bpy.types.Object]]:
        """The surfaces below a position, from ``start`` down, except those of ``thing``: heights and owners."""
        own = {member.session_uid for member in thing.members}
        depsgraph = self.context.evaluated_depsgraph_get()
        origin = Vector((place.x, place.y, start))
        for _ in range(MOST_TRIES):
            hit, point, _, _, obj, _ = self.context.scene.ray_cast(depsgraph, origin, Vector((0, 0, -1)))
            if not hit:
                return
            if obj.original.session_uid not in own:
                yield float(point.z), obj.original
            origin = point - Vector((0, 0, 1e-4))

    def _drop(self, thing: Thing, box: Box) -> None:
        """Moves a thing straight down onto the floor, or up out of it, beside other things; onto z = 0 without one."""
        rooms = {
            member.session_uid
            for other, its in self._obstacles
            if is_below(its, box) or is_room(its, box)
            for member in other.members
        }
        start = max(box.center.z, 0.0) + 0.01
        surfaces = list(self._below(box.center.xy.to_3d(), start, thing))
        floors = [height for height, obj in surfaces if obj.session_uid in rooms]
        level = floors[0] if floors else min((height for height, _ in surfaces), default=0.0)
        moved = box.moved(Vector((0, 0, level - box.low.z)))
        if abs(level - box.low.z) > _SINK and self._is_taken(moved):
            self.spread([thing], Vector((*box.center.xy, level)))
        else:
            self._settle(thing, box, moved)

    def spread(self, things: Sequence[Thing], middle: Vector) -> None:
        """Spreads things around a position on the ground, as near to it as possible; off the ground only if it is
        full.
        """
        has_ground = self._surface(middle.xy.to_3d(), middle.z + 0.1, things[0]) is not None
        for thing in things:
            box = thing.standing_box()
            grounds = (True, False) if has_ground else (False,)
            spots = ((spot, on_ground) for on_ground in grounds for spot in rings(max(0.1, 0.5 * max(box.size.xy))))
            places = (self._at(thing, box, middle, *way) for way in spots)
            free = next((place for place in places if place is not None), None)
            if free is None:
                raise InputError("there is no room for {name} there; move something away first", name=thing.root.name)
            self._settle(thing, box, free)

    def _at(self, thing: Thing, box: Box, middle: Vector, spot: tuple[float, float], on_ground: bool) -> Box | None:
        place = Vector((middle.x + spot[0], middle.y + spot[1]))
        level = self._surface(place, middle.z + max(box.size.z, 0.5), thing)
        if level is None:
            if on_ground:
                return None
            level = middle.z
        elif abs(level - middle.z) > _STEP:  # on top of something that stands there
            return None
        moved = box.moved(Vector((*place, level)) - box.base)
        return None if self._is_taken(moved) else moved

    def _ring(self, things: Sequence[Thing], anchor: Thing | None, amount: float | None) -> None:
        """Puts things in a circle around an anchor, or around their common center, each facing inward."""
        boxes = [thing.standing_box() for thing in things]
        around = anchor.standing_box() if anchor is not None else None
        middle = around.center if around is not None else sum((box.center for box in boxes), Vector()) / len(boxes)
        widest = max(max(box.size.xy) for box in boxes)
        inner = math.hypot(*around.size.xy) / 2 if around is not None else 0.0
        radius = inner + widest * 0.85 + (GAP if amount is None else amount)
        radius = max(radius, (widest * math.sqrt(2) + GAP) * len(things) / (2 * math.pi))
        center = Box(middle, middle)
        if anchor is not None:
            wheres = self._free_ring(things, boxes, anchor, middle, radius)
        else:  # each as high as it stands
            turns = [2 * math.pi * number / len(things) - math.pi / 2 for number in range(len(things))]
            spots = [middle.xy + radius * Vector((math.cos(turn), math.sin(turn))) for turn in turns]
            wheres = [Vector((*spot, box.low.z)) for spot, box in zip(spots, boxes, strict=True)]
        for thing, box, where in zip(things, boxes, wheres, strict=True):
            thing.move(where - box.base)
            self.context.view_layer.update()
            face([thing], center)
            self._obstacles.append((thing, thing.standing_box()))

    def _free_ring(
        self, things: Sequence[Thing], boxes: Sequence[Box], anchor: Thing, middle: Vector, radius: float
    ) -> list[Vector]:
        """Positions at equal angles around an anchor; if one is obstructed, at the nearest angle that is level and
        free.

        Raises:
            InputError: there is no room for one of them.
        """
        around = anchor.standing_box()
        has_ground = self._has_ground(anchor, around)
        wheres: list[Vector] = []
        taken: list[Box] = []
        for number, (thing, box) in enumerate(zip(things, boxes, strict=True)):
            turn = 2 * math.pi * number / len(things) - math.pi / 2
            for way, reach in near_turns(turn, radius, around, box):
                place = middle.xy + reach * Vector((math.cos(way), math.sin(way)))
                level = self._surface(place, around.low.z + max(box.size.z, 0.5), thing)
                if level is None and has_ground:
                    continue  # off the floor
                where = Vector((*place, around.low.z if level is None else level))
                moved = turned(box, way).moved(where - box.base)
                is_level = abs(where.z - around.low.z) <= _STEP
                if is_level and not self._is_taken(moved) and not any(map(moved.overlaps, taken)):
                    break
            else:
                raise InputError("there is no room for {name} there; move something away first", name=thing.root.name)
            wheres.append(where)
            taken.append(moved)
        return wheres

    def _has_ground(self, thing: Thing, box: Box) -> bool:
        """Whether there is a surface below a thing."""
        return self._surface(box.center.xy, box.low.z + 0.1, thing) is not None

    def _is_taken(self, box: Box, without: Thing | None = None) -> bool:
        grown = Box(box.low + Vector((0, 0, 0.004)), box.high)
        kept = {member.session_uid for member in without.members} if without is not None else set()
        return any(
            grown.overlaps(other)
            for thing, other in self._obstacles
            if thing.root.session_uid not in kept and not is_below(other, box) and not is_room(other, box)
        )

    def _settle(self, thing: Thing, before: Box, after: Box) -> None:
        thing.transform(Matrix.Translation(after.low - before.low))
        self.context.view_layer.update()
        self._obstacles.append((thing, after))
