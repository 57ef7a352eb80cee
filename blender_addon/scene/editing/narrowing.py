"""Narrows several objects down to those meant: by color, size, order and position."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import bpy
import numpy as np
from mathutils import Vector

from ml_core.color import hex_to_srgb, linear_to_srgb, srgb_to_lab
from ml_core.inference.language.named_nouns import words_of
from ml_core.inference.language.understanding.words import color_of
from ml_core.inference.recognition.names import label_called
from ml_core.vocabulary.commands import Term
from ml_core.vocabulary.scene.substances import SUBSTANCES, Substance

from ...bridge.object_labels import label_of
from .coloring import color_of_object
from .sight import FRONT_VIEW, Sight
from .things import Box, Thing, things_of
from .walls import is_wall, is_wall_thing

NEAR = 1.2
"""Meters between two things that stand next to each other, more where they are larger."""
_TOUCH = 0.06
"""Meters by which a thing may hover over what it stands on, or sink into it."""
_BESIDE = 0.8
"""Meters that may part what is next to a thing from it."""
_ON_WALL = 0.15
"""Meters between a wall and what hangs on it."""
_MUCH_LONGER = 2.0
_HALF = 0.5
"""Metallic or transmission above which a shader is one of metal or of glass."""
_LIKE = 32.0
"""CIE76 distance up to which a color is called by a name; families of a hue reach further."""

_IN_WALLS = ("wall", "door", "window")
_SIDES = {"leftmost": "left", "rightmost": "right", "frontmost": "forward", "rearmost": "back"}
_KEYS: dict[str, Callable[[Box], float]] = {
    "largest": lambda box: -box.size.x * box.size.y * max(box.size.z, 1e-3),
    "smallest": lambda box: box.size.x * box.size.y * max(box.size.z, 1e-3),
    "tallest": lambda box: -box.size.z, "shortest": lambda box: box.size.z,
    "widest": lambda box: -max(box.size.xy), "narrowest": lambda box: max(box.size.xy),
    "highest": lambda box: -box.high.z, "lowest": lambda box: box.low.z,
}  # fmt: skip


def narrowed(
    objects: Sequence[bpy.types.Object],
    term: Term,
    anchors: Sequence[bpy.types.Object],
    scene: bpy.types.Scene,
    sight: Sight = FRONT_VIEW,
) -> list[bpy.types.Object]:
    """Those of ``objects`` that match a term's color, position, order and number; sides are those of ``sight``."""
    things = things_of(objects)
    if term.color:
        things = _of_color(things, term.color)
    if term.substance:
        things = [thing for thing in things if _is_made_of(thing, SUBSTANCES[term.substance])]
    around = [(thing, thing.box()) for thing in things_of(anchors)]
    walls = [box for thing, box in around if is_wall_thing(thing, box)]
    boxes = [box for thing, box in around if term.relation != "on" or not is_wall_thing(thing, box)]
    orders_by_anchor = term.superlative in ("nearest", "farthest") and bool(boxes)
    if orders_by_anchor:
        own = {anchor.session_uid for anchor in anchors}
        things = [thing for thing in things if thing.root.session_uid not in own]
    elif term.relation:
        named = {anchor.session_uid for anchor in anchors} if term.kind == "everything" else set()
        if term.kind == "everything" and term.relation in ("next_to", "floor"):  # walls are beside all of a room
            things = [thing for thing in things if not _is_of_room(thing, term.relation)]
        things = [
            thing
            for thing in things
            if thing.root.session_uid not in named
            and (_stands(thing.box(), term, boxes, thing, scene, sight) or _hangs(thing.box(), term, walls))
        ]
    if term.over or term.under:
        things = [thing for thing in things if _extent(thing, term.side) > term.over]
        things = [thing for thing in things if not term.under or _extent(thing, term.side) < term.under]
    if term.superlative in ("big", "small") and things:
        is_kind = term.kind in ("label", "name", "collection")
        things = _sized(things, term.superlative == "big", is_kind)
    elif orders_by_anchor:
        sign = 1 if term.superlative == "nearest" else -1
        things = sorted(things, key=lambda thing: sign * min(_distance(thing.box(), box) for box in boxes))
    elif term.superlative in ("nearest", "farthest"):
        eye = scene.camera.matrix_world.translation if scene.camera is not None else Vector((0, -1e3, 0))
        sign = 1 if term.superlative == "nearest" else -1
        things = sorted(things, key=lambda thing: sign * (thing.box().center - eye).length)
    elif term.superlative in _SIDES:
        way = sight.direction(_SIDES[term.superlative])
        things = sorted(things, key=lambda thing: -way.dot(thing.box().center))
    elif term.superlative:
        things = sorted(things, key=lambda thing: _KEYS[term.superlative](thing.box()))
    count = term.count or (1 if term.ordinal or term.superlative not in ("", "big", "small") else len(things))
    if term.ordinal < 0:
        end = len(things) + term.ordinal + 1
        things = things[max(end - count, 0) : end]
    elif term.ordinal:
        things = things[term.ordinal - 1 : term.ordinal - 1 + count]
    else:
        things = things[:count]
    if term.every:
        things = things[:: term.every]
    kept = {member.session_uid for thing in things for member in thing.members}
    return [obj for obj in objects if obj.session_uid in kept]


def _sized(things: Sequence[Thing], is_big: bool, is_kind: bool) -> list[Thing]:
    """The big or the small ones: within one kind those beyond the median, among mixed things those of at least twice or
    at most half the median length."""
    if is_kind:
        middle = float(np.median([_volume(thing) for thing in things]))
        return [thing for thing in things if (_volume(thing) > middle * 1.001) == is_big] or list(things)
    lengths = [_extent(thing, "") for thing in things]
    middle = float(np.median(lengths))
    limit = _MUCH_LONGER * middle if is_big else middle / _MUCH_LONGER
    return [
        one for one, length in zip(things, lengths, strict=True) if (length >= limit if is_big else length <= limit)
    ]


def _extent(thing: Thing, side: str) -> float:
    size = thing.box().size
    return float(size["xyz".index(side)] if side else max(size))


def _volume(thing: Thing) -> float:
    size = thing.box().size
    return float(max(size.x, 1e-3) * max(size.y, 1e-3) * max(size.z, 1e-3))


def _distance(box: Box, other: Box) -> float:
    """Distance between two boxes in meters."""
    gaps = [max(0.0, other.low[axis] - box.high[axis], box.low[axis] - other.high[axis]) for axis in range(3)]
    return Vector(gaps).length


def _stands(box: Box, term: Term, anchors: Sequence[Box], thing: Thing, scene: bpy.types.Scene, sight: Sight) -> bool:
    relation = term.relation
    if relation == "within":
        return any(
            (anchor.center - box.center).length > 1e-6 and _distance(box, anchor) <= term.distance for anchor in anchors
        )
    if relation == "floor":
        return _is_on_floor(box, thing, scene)
    if anchors and all(_spans(box, anchor) for anchor in anchors):
        return False
    if relation == "between" and len(anchors) >= 2:
        low = Vector([min(anchor.center[axis] for anchor in anchors) for axis in range(3)])
        high = Vector([max(anchor.center[axis] for anchor in anchors) for axis in range(3)])
        return all(low[axis] - 0.3 <= box.center[axis] <= high[axis] + 0.3 for axis in range(2))
    others = [anchor for anchor in anchors if (anchor.center - box.center).length > 1e-6]
    return any(_relates(box, relation, anchor, sight) for anchor in others)


def _hangs(box: Box, term: Term, walls: Sequence[Box]) -> bool:
    """Whether something is on a wall: beside it, and off the floor."""
    return term.relation == "on" and any(
        not is_wall(box) and box.gap(wall) <= _ON_WALL and box.low.z > wall.low.z + _ON_WALL for wall in walls
    )


def _spans(box: Box, anchor: Box) -> bool:
    """Whether a floor or a room extends all around a thing in it, and so is not beside it."""
    return all(box.low[axis] < anchor.low[axis] and anchor.high[axis] < box.high[axis] for axis in range(2)) and (
        min(box.size.xy) > 3 * min(anchor.size.xy) and min(box.size.xy) > 3
    )


def _relates(box: Box, relation: str, anchor: Box, sight: Sight) -> bool:
    over = all(anchor.low[axis] - 0.05 <= box.center[axis] <= anchor.high[axis] + 0.05 for axis in range(2))
    gap = box.gap(anchor)
    reach = max(NEAR, 0.75 * max(anchor.size.xy))
    difference = box.center - anchor.center
    if relation == "on":
        return (over and abs(box.low.z - anchor.high.z) <= max(_TOUCH, 0.1 * anchor.size.z)) or (
            over and anchor.low.z < box.low.z <= anchor.high.z + _TOUCH and box.high.z > anchor.low.z
        )
    if relation == "under":
        return over and box.high.z <= anchor.high.z + _TOUCH and box.low.z < anchor.center.z
    if relation == "above":
        return over and box.low.z >= anchor.high.z - _TOUCH
    if relation == "in":
        return all(anchor.low[axis] - 0.02 <= box.center[axis] <= anchor.high[axis] + 0.02 for axis in range(3))
    if relation in ("next_to", "near", "around", "against"):
        return gap <= {"against": _ON_WALL, "next_to": _BESIDE}.get(relation, reach)
    way = {"left_of": "left", "right_of": "right", "in_front_of": "forward", "behind": "back"}.get(relation)
    if way is None:
        return False
    axis, sign = sight.axis(way)
    return difference[axis] * sign > 0 and abs(difference[axis]) >= 0.5 * abs(difference[1 - axis])


def _is_on_floor(box: Box, thing: Thing, scene: bpy.types.Scene) -> bool:
    """Whether there is only a floor under it: its support reaches as low as anything in the scene."""
    lows = [item.box().low.z for item in things_of(obj for obj in scene.objects if obj.type == "MESH")]
    floor = float(np.percentile(lows, 10)) if lows else 0.0
    return not _is_floor(box) and box.low.z <= floor + max(_TOUCH, 0.15) and thing.root.type != "LIGHT"


def _is_of_room(thing: Thing, relation: str) -> bool:
    """Whether a thing is a wall or a floor; things in a wall, such as a door, do not stand on the floor either."""
    box = thing.box()
    in_wall = relation == "floor" and (label_called(thing.root.name) or label_of(thing.root)) in _IN_WALLS
    return is_wall(box) or _is_floor(box) or in_wall


def _is_floor(box: Box) -> bool:
    return box.size.z < 0.05 * max(box.size.xy) and max(box.size.xy) > 3


def _of_color(things: Sequence[Thing], wanted: str) -> list[Thing]:
    """The objects of a color by their surface; if names contain colors (OfficeChairBlue_01), by name unless repainted
    since."""
    said = {thing.root.session_uid: _color_said(thing.root) for thing in things}
    if wanted not in said.values():
        return [thing for thing in things if _has_color(thing, wanted)]
    return [
        thing
        for thing in things
        if said[thing.root.session_uid] == wanted or (not said[thing.root.session_uid] and _has_color(thing, wanted))
    ]


def _color_said(obj: bpy.types.Object) -> str:
    """The color in an object's name, sRGB hex, unless a command has repainted it; empty for none."""
    seen = color_of_object(obj)
    if seen is not None and obj.color[:3] != (1.0, 1.0, 1.0) and Vector(obj.color[:3]) == Vector(seen[:3]):
        return ""
    return next((color for word in words_of(obj.name) if (color := color_of(word))), "")


def _has_color(thing: Thing, wanted: str) -> bool:
    colors = [color for obj in thing.members if (color := color_of_object(obj)) is not None]
    return any(alike(color, wanted) for color in colors)


def _is_made_of(thing: Thing, substance: Substance) -> bool:
    """Whether any part is made of a substance, by the names of materials and pictures and by its shader."""
    materials = {slot.material for obj in thing.members for slot in obj.material_slots if slot.material is not None}
    return any(_is_material_of(material, substance) for material in materials)


def _is_material_of(material: bpy.types.Material, substance: Substance) -> bool:
    nodes = material.node_tree.nodes if material.use_nodes and material.node_tree is not None else ()
    pictures = [node.image.name for node in nodes if node.type == "TEX_IMAGE" and node.image is not None]
    if any(map(substance.is_named, (material.name, *pictures))):
        return True
    measure = {"metal": "Metallic", "glass": "Transmission Weight"}.get(substance.id)
    shaders = [node for node in nodes if node.type == "BSDF_PRINCIPLED"] if measure else []
    return any(not node.inputs[measure].is_linked and node.inputs[measure].default_value > _HALF for node in shaders)


def alike(color: Sequence[float], wanted: str) -> bool:
    """Whether a linear RGB color could be called by the name of the color ``wanted`` (sRGB hex)."""
    one, other = srgb_to_lab(linear_to_srgb(np.clip(color[:3], 0, 1))), srgb_to_lab(hex_to_srgb(wanted))
    if float(np.linalg.norm(one - other)) <= _LIKE:
        return True
    chroma = [float(np.hypot(*lab[1:])) for lab in (one, other)]
    if min(chroma) < 18:
        return max(chroma) < 22 and abs(one[0] - other[0]) < 22
    hues = [float(np.degrees(np.arctan2(lab[2], lab[1]))) for lab in (one, other)]
    return abs((hues[0] - hues[1] + 180) % 360 - 180) < 22 and abs(one[0] - other[0]) < 35
