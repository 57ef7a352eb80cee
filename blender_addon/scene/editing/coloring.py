"""Colors of objects by command, and presets of lights."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import bpy
from mathutils import Vector

from ml_core.color import hex_to_srgb, srgb_to_linear

from ...bridge.data.stored_values import stored_text
from .things import box_of

LIGHT_KEY = "atelier_light"
"""On the lights of a preset: which one it was."""


def recolor(objects: Iterable[bpy.types.Object], color: str) -> list[bpy.types.Object]:
    """Paint objects in one color (sRGB hex): their materials are copied first, so that nothing else changes its color.

    Returns those that could be painted.
    """
    linear = (*map(float, srgb_to_linear(hex_to_srgb(color))), 1.0)
    copies: dict[int, bpy.types.Material] = {}
    painted = []
    for obj in objects:
        if obj.type == "LIGHT":
            if obj.data.is_editable:
                obj.data.color = linear[:3]
                painted.append(obj)
            continue
        if not hasattr(obj.data, "materials") or not obj.is_editable:
            continue
        if not obj.material_slots:
            if not obj.data.is_editable:
                continue
            obj.data.materials.append(None)
        for slot in obj.material_slots:
            former = slot.material
            key = former.session_uid if former is not None else 0
            if key not in copies:
                copies[key] = _in_color(former, color, linear)
            slot.link = "OBJECT"
            slot.material = copies[key]
        obj.color = linear
        painted.append(obj)
    return painted


def _in_color(former: bpy.types.Material | None, color: str, linear: Sequence[float]) -> bpy.types.Material:
    material = former.copy() if former is not None else bpy.data.materials.new(f"Color {color}")
    if not material.use_nodes:
        material.use_nodes = True
    shaders = [node for node in material.node_tree.nodes if node.type == "BSDF_PRINCIPLED"]
    for shader in shaders:
        socket = shader.inputs["Base Color"]
        for link in list(socket.links):
            material.node_tree.links.remove(link)
        socket.default_value = linear
    material.diffuse_color = linear
    return material


@dataclass(frozen=True)
class _Lamp:
    """A light at a direction from the middle of the scene: ``turn`` around it from the front, ``height`` above the
    horizon in degrees; an area light as wide as ``width`` times the scene's radius, or the sun where it is 0."""

    turn: float
    height: float
    power: float
    color: tuple[float, float, float] = (1.0, 1.0, 1.0)
    width: float = 1.0


_WARM, _COOL = (1.0, 0.72, 0.45), (0.62, 0.75, 1.0)
PRESETS: dict[str, tuple[tuple[float, float, float], float, tuple[_Lamp, ...]]] = {
    "studio": ((0.9, 0.9, 0.9), 0.35, (_Lamp(-40, 45, 1.0), _Lamp(45, 35, 0.6), _Lamp(180, 60, 0.5))),
    "three_point": ((0.05, 0.05, 0.05), 0.3, (_Lamp(-45, 40, 1.2, width=0.6), _Lamp(50, 25, 0.35), _Lamp(150, 50, 0.9,
        width=0.5))),
    "day": ((0.55, 0.72, 1.0), 0.9, (_Lamp(-35, 55, 4.0, (1.0, 0.96, 0.9), 0.0),)),
    "sunset": ((0.9, 0.5, 0.35), 0.35, (_Lamp(-70, 8, 3.5, (1.0, 0.5, 0.22), 0.0), _Lamp(120, 30, 0.15, _COOL))),
    "night": ((0.02, 0.03, 0.08), 0.4, (_Lamp(-50, 50, 0.25, _COOL, 0.0), _Lamp(60, 30, 0.05, _WARM, 0.3))),
    "overcast": ((0.75, 0.8, 0.85), 1.1, (_Lamp(0, 80, 0.5, width=3.0),)),
    "soft": ((0.8, 0.8, 0.8), 0.6, (_Lamp(-40, 55, 0.9, width=2.5), _Lamp(60, 40, 0.6, width=2.5))),
    "dramatic": ((0.01, 0.01, 0.015), 0.2, (_Lamp(-100, 40, 1.6, width=0.3), _Lamp(150, 20, 0.3, _COOL, 0.3))),
    "bright": ((1.0, 1.0, 1.0), 1.0, (_Lamp(-30, 60, 1.5, width=2.0), _Lamp(60, 45, 1.0, width=2.0))),
}  # fmt: skip
"""Color and strength of the world, and the lights, whose powers are watts a square meter of the scene's size (area
lights, times 100) or watts a square meter (suns)."""


def light_scene(context: bpy.types.Context, preset: str) -> list[bpy.types.Object]:
    """Light the scene by a preset in place of the one before; lights that the artist made stay."""
    scene = context.scene
    for obj in [obj for obj in scene.objects if stored_text(obj, LIGHT_KEY)]:
        bpy.data.objects.remove(obj)
    box = box_of(obj for obj in scene.objects if obj.type == "MESH" and obj.visible_get())
    middle = box.center if box is not None else Vector((0, 0, 1))
    radius = max(box.size.length / 2 if box is not None else 2.0, 0.5)
    sky, strength, lamps = PRESETS[preset]
    world = bpy.data.worlds.new(f"Atelier {preset}")
    world.use_nodes = True
    background = next(node for node in world.node_tree.nodes if node.type == "BACKGROUND")
    background.inputs["Color"].default_value = (*sky, 1.0)
    background.inputs["Strength"].default_value = strength
    scene.world = world
    return [_lamp(scene, preset, number, lamp, middle, radius) for number, lamp in enumerate(lamps, 1)]


def _lamp(
    scene: bpy.types.Scene, preset: str, number: int, lamp: _Lamp, middle: Vector, radius: float
) -> bpy.types.Object:
    name = f"{preset.replace('_', ' ').title()} {number}"
    data = bpy.data.lights.new(name, "AREA" if lamp.width else "SUN")
    data.color = lamp.color
    turn, height = math.radians(lamp.turn - 90), math.radians(lamp.height)
    away = Vector((math.cos(turn) * math.cos(height), math.sin(turn) * math.cos(height), math.sin(height)))
    if lamp.width:
        data.size = lamp.width * radius
        data.energy = 100 * lamp.power * radius**2
    else:
        data.energy = lamp.power
    obj = bpy.data.objects.new(name, data)
    obj[LIGHT_KEY] = preset
    obj.location = middle + away * radius * 2.2
    obj.rotation_euler = (-away).to_track_quat("-Z", "Y").to_euler()
    scene.collection.objects.link(obj)
    return obj
