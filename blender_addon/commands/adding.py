"""Steps of a command that bring new things into the scene: copies, assets, lights and cameras."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import bpy
from mathutils import Matrix, Vector

from ml_core.errors import InputError
from ml_core.vocabulary.commands import ADDED_TYPES, SceneCommand

from ..avatar.stored import has_traits
from ..scene.editing import moving
from ..scene.editing.coloring import recolor
from ..scene.editing.library import copied, source_of
from ..scene.editing.placing import Placer
from ..scene.editing.things import Box, Thing, things_of
from ..translations.registry import formatted
from .acting import Scenery

_MOST_COPIES = 500


def duplicate(
    scenery: Scenery, step: SceneCommand, objects: list[bpy.types.Object], anchors: list[bpy.types.Object]
) -> dict[str, Any]:
    """Adds copies beside the originals, in a row, or where the step specifies; ``made`` lists their objects."""
    things = things_of(objects)
    if any(has_traits(obj) for obj in objects):
        raise InputError("an avatar is not copied by a command; press Shift D, or create another one")
    if len(things) * step.count > _MOST_COPIES:
        raise InputError(
            "{number} copies are too many at once; say fewer than {most}",
            number=len(things) * step.count,
            most=_MOST_COPIES,
        )
    in_line = step.relation in ("row", "grid")
    made: list[Thing] = []
    for thing in things:
        wide = thing.box().size.x + 0.1
        for number in range(1, step.count + 1):
            copy = copied(scenery.context, thing)
            if in_line:
                copy.move(Vector((wide * number, 0, 0)))
            else:
                scenery.context.view_layer.update()
                goals = things_of(anchors) if step.relation else [thing]
                placer = Placer(scenery.context)
                try:
                    placer.place([copy], step.relation or "next_to", goals)
                except InputError:
                    if step.relation:
                        raise
                    placer.spread([copy], thing.box().base)  # beside it is no room; as near as there is
            made.append(copy)
    if step.relation == "grid":
        moving.in_grid([*things, *made])
    scenery.context.view_layer.update()
    names = [thing.root.name for thing in made]
    text = formatted("Made {number} copies.", number=len(made))
    return {"objects": names, "made": [obj for thing in made for obj in thing.members], "text": text}


def add(scenery: Scenery, step: SceneCommand, anchors: list[bpy.types.Object]) -> dict[str, Any]:
    """Adds things of a label from the asset libraries, or copies of those in the scene."""
    made: list[Thing] = []
    context = scenery.context
    targets = things_of(anchors)
    each = max(step.count, 1)
    is_shared_out = any(term.every == 1 for term in step.anchors)
    number = each * len(targets) if is_shared_out else each
    if number > _MOST_COPIES:
        raise InputError(
            "{number} copies are too many at once; say fewer than {most}", number=number, most=_MOST_COPIES
        )
    for _ in range(number):
        if step.text in ADDED_TYPES:
            made.append(_new_object(context, step.text))
            where = ""
            continue
        source, where = source_of(context, step.text)
        made.append(copied(context, source))
        if step.relation in ("", "row"):
            box = made[-1].box()
            made[-1].move(context.scene.cursor.location.copy() - box.base)
            context.view_layer.update()
            Placer(context).place([made[-1]], "center" if not _is_free(context, made[-1]) else "floor", [])
    if step.relation == "row":
        moving.in_row(made, None)
    elif step.relation:
        parts = [made[first : first + each] for first in range(0, number, each)] if is_shared_out else [made]
        for place, part in enumerate(parts):
            goals = targets[place : place + 1] if is_shared_out else targets
            Placer(context).place(part, step.relation, goals, side=step.direction)
    objects = [obj for thing in made for obj in thing.members]
    if step.color:
        recolor(objects, step.color)
    context.view_layer.update()
    text = formatted("Added {number} objects.", number=len(made))
    return {"objects": [thing.root.name for thing in made], "from": where, "made": objects, "text": text}


_LIGHT_HEIGHT, _LIGHT_POWER = 2.0, 100.0
_CAMERA_PLACE, _CAMERA_GOAL = Vector((0.0, -5.0, 1.6)), Vector((0.0, 0.0, 0.6))


def _new_object(context: bpy.types.Context, kind: str) -> Thing:
    """A point light above the 3D cursor (meters, watts), or a camera that views it from the front and becomes the
    scene's if that has none."""
    cursor = context.scene.cursor.location
    if kind == "light":
        lamp = bpy.data.lights.new("Light", "POINT")
        lamp.energy = _LIGHT_POWER
        obj = bpy.data.objects.new("Light", lamp)
        obj.location = cursor + Vector((0, 0, _LIGHT_HEIGHT))
    else:
        obj = bpy.data.objects.new("Camera", bpy.data.cameras.new("Camera"))
        obj.location = cursor + _CAMERA_PLACE
        context.scene.camera = context.scene.camera or obj
    context.collection.objects.link(obj)
    context.view_layer.update()
    thing = Thing(obj, (obj,))
    if kind == "camera":
        goal = cursor + _CAMERA_GOAL
        moving.face([thing], Box(goal, goal))
        context.view_layer.update()
    return thing


def _is_free(context: bpy.types.Context, thing: Thing) -> bool:
    own, box = {obj.session_uid for obj in thing.members}, thing.box()
    others = things_of(obj for obj in context.view_layer.objects if obj.session_uid not in own and obj.visible_get())
    return not any(box.overlaps(other.box()) for other in others)


def swap(
    scenery: Scenery,
    step: SceneCommand,
    objects: list[bpy.types.Object],
    label_of: Callable[[bpy.types.Object], str | None],
) -> dict[str, Any]:
    """Replace each thing by another asset; the report's ``replaced`` are to be deleted."""
    made: list[Thing] = []
    things = things_of(objects)
    for thing in things:
        label = step.text or label_of(thing.root)
        if not label:
            raise InputError("{name} has no label; say what to put in its place", name=thing.root.name)
        source, _ = source_of(scenery.context, label, objects)
        copy = copied(scenery.context, source)
        turn = thing.root.matrix_world.to_euler().z - copy.root.matrix_world.to_euler().z
        middle = copy.box().center
        copy.transform(Matrix.Translation(middle) @ Matrix.Rotation(turn, 4, "Z") @ Matrix.Translation(-middle))
        scenery.context.view_layer.update()
        copy.move(thing.box().base - copy.box().base)
        made.append(copy)
    new = [obj for thing in made for obj in thing.members]
    if step.color:
        recolor(new, step.color)
    scenery.context.view_layer.update()
    text = formatted("Replaced {number} objects.", number=len(made))
    replaced = [obj for thing in things for obj in thing.members]
    return {"objects": [thing.root.name for thing in made], "made": new, "replaced": replaced, "text": text}
