"""Lights a scene by a look, relights it by another, and removes the look again."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from typing import Any

import bpy

from ml_core.errors import InputError, Message
from ml_core.files import stored_json
from ml_core.vocabulary.scene.looks import LOOKS

from ...bridge.data.identity import identity, make_unique
from ...bridge.data.stored_values import stored_text
from .lamps import add_area, add_practicals, add_sun, add_windows, place_sun
from .recipes import RECIPES
from .surroundings import Surroundings, survey
from .world import build_world

LOOK_KEY = "atelier_light"
"""On the lights and the world of a look: which one it is."""
_FORMER_WORLD_KEY, _FORMER_VIEW_KEY = "atelier_former_world", "atelier_former_view"
_VIEW = ("view_transform", "look", "exposure", "gamma")
_NAMES = 4


def light_scene(context: bpy.types.Context, look: str) -> dict[str, Any]:
    """Light the scene by ``look`` in place of the previous look; lights and worlds of the artist stay as they are.

    Returns:
        ``look`` and its ``title``, ``lights`` (names of those made), ``made`` (the objects), ``kept_lights`` (names of
        the artist's, which stay on), ``kept_world`` (the artist's, which is not active now), ``openness`` (fraction of
        the sky that reaches the scene).

    Raises:
        InputError: an unknown look, or the scene is linked from another file.
    """
    if look not in LOOKS:
        raise InputError("{look}: no such look; choose one of {looks}", look=look, looks=", ".join(LOOKS))
    recipe = RECIPES[look]

    def build(world: bpy.types.World, scene: Surroundings) -> list[bpy.types.Object]:
        made, sun_turn = [], scene.front + 90.0
        for number, lamp in enumerate(recipe.lamps, 1):
            if lamp.width:
                made.append(add_area(scene, f"{LOOKS[look].title} {number}", lamp, recipe))
                continue
            sun_turn, height = place_sun(scene, lamp)
            made.append(add_sun(scene, f"{LOOKS[look].title} Sun", lamp, sun_turn, height))
        made += add_practicals(scene, recipe)
        outside = recipe.sky.zenith if recipe.sky.sun_elevation is None else (0.72, 0.84, 1.0)
        made += add_windows(scene, recipe, outside)
        build_world(world, recipe.sky, sun_turn)
        return made

    return relight(context, look, LOOKS[look].title, recipe.exposure, recipe.contrast, build)


def relight(
    context: bpy.types.Context,
    mark: str,
    title: str,
    exposure: float,
    contrast: str,
    build: Callable[[bpy.types.World, Surroundings], list[bpy.types.Object]],
) -> dict[str, Any]:
    """Replace the look of the scene by what ``build`` creates; see :func:`light_scene`."""
    scene = context.scene
    if not scene.is_editable:
        raise InputError("the scene is linked from another file; make it local first")
    former_world, former_view = _former(scene)
    old = scene.world
    world = bpy.data.worlds.new(f"Atelier {title}")
    try:
        found = survey(context)
        made = build(world, found)
    except BaseException:
        bpy.data.worlds.remove(world)
        raise
    _remove_lights(scene)
    world[LOOK_KEY] = mark
    for obj in made:
        # The lights of the look before may have had these names until now.
        obj.name = obj.data.name = re.sub(r"\.\d{3}$", "", obj.name)
        obj[LOOK_KEY] = mark
        make_unique(obj)
        scene.collection.objects.link(obj)
    if former_world is not None:
        world[_FORMER_WORLD_KEY] = former_world
    world[_FORMER_VIEW_KEY] = json.dumps(former_view)
    scene.world = world
    _remove_world(old)
    world.name = f"Atelier {title}"
    context.view_layer.update()
    _set_view(scene, {"view_transform": "AgX", "look": contrast, "exposure": exposure, "gamma": 1.0})
    own = set(made)
    return {
        "look": mark,
        "title": title,
        "lights": [obj.name for obj in made],
        "made": made,
        "kept_lights": [obj.name for obj in scene.objects if obj.type == "LIGHT" and obj not in own and _shines(obj)],
        "kept_world": former_world.name if former_world is not None else "",
        "openness": round(found.openness, 3),
    }


def remove_look(context: bpy.types.Context) -> bool:
    """Remove the look: restores the previous world, exposure and view transform. False without a look."""
    scene = context.scene
    if not is_lit(scene):
        return False
    former_world, former_view = _former(scene)
    _remove_lights(scene)
    old, scene.world = scene.world, former_world
    _remove_world(old)
    _set_view(scene, former_view)
    return True


def is_lit(scene: bpy.types.Scene) -> bool:
    """Whether a look is active."""
    return bool(_own_lights(scene)) or bool(look_of(scene))


def look_of(scene: bpy.types.Scene) -> str:
    """The mark of the look that the scene is lit by; empty without one."""
    return stored_text(scene.world, LOOK_KEY) if scene.world is not None else ""


def _former(scene: bpy.types.Scene) -> tuple[bpy.types.World | None, dict[str, Any]]:
    """World and view settings from before the first look."""
    world = scene.world
    if world is None or not stored_text(world, LOOK_KEY):
        return world, {name: getattr(scene.view_settings, name) for name in _VIEW}
    former = world.get(_FORMER_WORLD_KEY)
    view = stored_json(world.get(_FORMER_VIEW_KEY), dict, {})
    return former if isinstance(former, bpy.types.World) else None, view


def _marked_lights(scene: bpy.types.Scene) -> list[bpy.types.Object]:
    return [obj for obj in scene.objects if obj.type == "LIGHT" and stored_text(obj, LOOK_KEY) and obj.is_editable]


def _own_lights(scene: bpy.types.Scene) -> list[bpy.types.Object]:
    """The lights of a look. Among a light and its copies, which carry its id, all but the first are the artist's."""
    marked = _marked_lights(scene)
    first: dict[str, bpy.types.Object] = {}
    for obj in sorted(marked, key=lambda item: (len(item.name), item.name)):
        first.setdefault(identity(obj) or obj.name, obj)
    return list(first.values())


def _remove_lights(scene: bpy.types.Scene) -> None:
    for obj in _own_lights(scene):
        data = obj.data
        bpy.data.objects.remove(obj)
        if isinstance(data, bpy.types.Light) and not data.users:
            bpy.data.lights.remove(data)
    for copy in _marked_lights(scene):
        del copy[LOOK_KEY]


def _remove_world(world: bpy.types.World | None) -> None:
    if world is not None and stored_text(world, LOOK_KEY) and not world.users and world.library is None:
        bpy.data.worlds.remove(world)


def _shines(obj: bpy.types.Object) -> bool:
    return not obj.hide_render and not obj.hide_get() and obj.data.energy > 0


def _set_view(scene: bpy.types.Scene, values: dict[str, Any]) -> None:
    """Set the view settings that this Blender's color configuration supports; others stay."""
    view = scene.view_settings
    for name in _VIEW:
        value = values.get(name)
        if isinstance(value, float | int) and math.isfinite(value):
            setattr(view, name, float(value))
        elif isinstance(value, str):
            try:
                setattr(view, name, value)
            except TypeError:  # the studio's own OpenColorIO has other names
                continue


def lit_sentence(report: dict[str, Any]) -> Message:
    """One sentence about what :func:`light_scene` reports: the look, and the lights of the artist that are still on."""
    kept = report["kept_lights"]
    look = Message(report["title"])
    if not kept:
        return Message("The scene is lit: {look}.", look=look)
    names = ", ".join(kept[:_NAMES]) + (", …" if len(kept) > _NAMES else "")
    return Message("The scene is lit: {look}. Your own lights shine too: {names}.", look=look, names=names)
