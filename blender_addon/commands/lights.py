"""Steps of a command that switch, brighten and set up lights."""

from __future__ import annotations

from typing import Any

import bpy

from ml_core.errors import InputError
from ml_core.vocabulary.commands import SceneCommand, Term

from ..scene.editing.things import Thing, things_of
from ..scene.lighting.lighting import light_scene, lit_sentence
from ..translations.registry import formatted
from .acting import Scenery

_GLOW = 0.1
"""Meters around a lamp within which a light is taken for its own."""


def brighten(scenery: Scenery, step: SceneCommand, objects: list[bpy.types.Object]) -> dict[str, Any]:
    """Multiply the power of lights, and of the lights that belong to lamps; if lamps have none, of the scene's.

    Raises:
        InputError: there is no light, or all of them are linked.
    """
    there = [obj for obj in scenery.context.scene.objects if obj.type == "LIGHT"]
    lights = [obj for obj in there if obj in objects or any(_holds(thing, obj) for thing in things_of(objects))]
    if there and not lights and any(term.said or term.is_narrowed for term in step.terms):
        raise InputError("{name} has no light to switch; add one there first", name=things_of(objects)[0].root.name)
    own = [obj for obj in lights or there if obj.data.is_editable]
    if not own:
        raise InputError("there is no light to make brighter or darker; say: add a light")
    for data in {obj.data.session_uid: obj.data for obj in own}.values():
        data.energy *= step.amount or 1.0
    text = formatted("Changed the power of {number} lights.", number=len(own))
    return {"objects": [obj.name for obj in own], "text": text}


def switch(scenery: Scenery, step: SceneCommand, objects: list[bpy.types.Object]) -> dict[str, Any]:
    """Turn lights off or on, also for renders: those named, or parented to or inside the lamps named; if lamps have
    none and no single lamp is named, those of the scene.

    Raises:
        InputError: there is no such light, or all of them are linked.
    """
    objects_here = scenery.context.view_layer.objects
    scene_lights = [obj for obj in objects_here if obj.type == "LIGHT" and obj.is_editable]
    own = [
        light for light in scene_lights if light in objects or any(_holds(thing, light) for thing in things_of(objects))
    ]
    if not own and all(term.value in ("lamp", "light") and not _is_some(term) for term in step.terms):
        own = scene_lights
    if not own:
        raise InputError("{name} has no light to switch; add one there first", name=things_of(objects)[0].root.name)
    is_off = step.action == "hide"
    for obj in own:
        obj.hide_set(is_off, view_layer=scenery.context.view_layer)
        obj.hide_render = is_off
    text = "Turned off {number} lights." if is_off else "Turned on {number} lights."
    return {"objects": [obj.name for obj in own], "text": formatted(text, number=len(own))}


def _is_some(term: Term) -> bool:
    """Whether a term means some of the lamps and not all of them: "the floor lamp"."""
    return term.is_single or term.is_narrowed or bool(term.said)


def _holds(thing: Thing, light: bpy.types.Object) -> bool:
    """Whether a light belongs to a thing, or is within its box."""
    if light.parent in thing.members:
        return True
    box, place = thing.box(), light.matrix_world.translation
    return all(box.low[axis] - _GLOW <= place[axis] <= box.high[axis] + _GLOW for axis in range(3))


def light(scenery: Scenery, step: SceneCommand) -> dict[str, Any]:
    lit = light_scene(scenery.context, step.text)
    return {"objects": lit["lights"], "made": lit["made"], "text": formatted(lit_sentence(lit))}
