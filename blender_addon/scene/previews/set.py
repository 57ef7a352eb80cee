"""A temporary scene for preview pictures: one thing, a seamless backdrop, the lights of a look, and a camera."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import bpy
import numpy as np
from mathutils import Vector

from ..editing.things import Box
from ..lighting.lighting import light_scene
from ..lighting.recipes import RECIPES
from .camera import frame

_NAME = "Atelier Preview"
_PITCH = 8.0
_AIR = 1.1
_CURVE_STEPS = 10
_FLOOR_COLOR = (0.36, 0.355, 0.35)


def best_engine() -> str:
    """EEVEE if there is a window, and with it a graphics context; else Cycles, which needs neither."""
    if bpy.app.background or not bpy.context.window_manager.windows:
        return "CYCLES"
    known = {item.identifier for item in bpy.types.RenderSettings.bl_rna.properties["engine"].enum_items}
    return next((name for name in ("BLENDER_EEVEE_NEXT", "BLENDER_EEVEE") if name in known), "CYCLES")


class PreviewSet:
    """Created by :func:`preview_set`. The camera orbits; the backdrop follows it."""

    def __init__(self, scene: bpy.types.Scene, box: Box, points: np.ndarray, follows: list[bpy.types.Object]) -> None:
        self.scene = scene
        self._box, self._points, self._follows = box, points, follows
        self._places = [obj.matrix_world.copy() for obj in follows]

    def turn(self, degrees: float) -> None:
        """Look from ``degrees`` around the thing, to the right of its front."""
        render = self.scene.render
        frame(self.scene, self._points, degrees, _PITCH, render.resolution_x / render.resolution_y, 70)
        base = self._box.base
        for obj, place in zip(self._follows, self._places, strict=True):
            obj.matrix_world = _around(base, degrees) @ place
        self.scene.view_layers[0].update()


def _around(middle: Vector, degrees: float):
    from mathutils import Matrix

    to = Matrix.Translation(middle)
    return to @ Matrix.Rotation(math.radians(degrees), 4, "Z") @ to.inverted()


@contextmanager
def preview_set(
    context: bpy.types.Context, objects: Sequence[bpy.types.Object], box: Box, look: str, size: int, samples: int
) -> Iterator[PreviewSet]:
    """The set for ``objects``, whose box is ``box``; everything created is removed afterward.

    Args:
        size: width and height of a picture in pixels. samples: per pixel.
    """
    window = context.window or context.window_manager.windows[0]
    former, layer = window.scene, window.view_layer
    before = {block.session_uid for kind in _kinds() for block in kind}
    scene = bpy.data.scenes.new(_NAME)
    try:
        for obj in objects:
            scene.collection.objects.link(obj)
        scene.unit_settings.scale_length = former.unit_settings.scale_length
        window.scene = scene
        camera = bpy.data.objects.new(_NAME, bpy.data.cameras.new(_NAME))
        scene.collection.objects.link(camera)
        scene.camera = camera
        _render_settings(scene, size, samples)
        half = max(box.size.length / 2, 1e-3)
        points = _padded(box)
        frame(scene, points, 0, _PITCH, 1.0, 70)
        lit = light_scene(context, look)["made"]
        backdrop = RECIPES[look].sky.backdrop
        floor = _cyclorama(scene, box, half, backdrop is not None)
        follows = [floor, *lit] if backdrop is not None else []
        scene.view_layers[0].update()
        yield PreviewSet(scene, box, points, follows)
    finally:
        window.scene, window.view_layer = former, layer
        bpy.data.scenes.remove(scene)
        made = [block for kind in _kinds() for block in kind if block.session_uid not in before]
        bpy.data.batch_remove(made)


def _kinds() -> tuple[bpy.types.bpy_prop_collection, ...]:
    data = bpy.data
    return data.objects, data.meshes, data.materials, data.lights, data.cameras, data.worlds


def _render_settings(scene: bpy.types.Scene, size: int, samples: int) -> None:
    render: Any = scene.render  # its engine is any of those that are installed
    render.engine = best_engine()
    render.resolution_x = render.resolution_y = size
    render.resolution_percentage = 100
    render.image_settings.file_format = "PNG"
    render.use_file_extension = False
    scene.cycles.device = "CPU"
    scene.cycles.samples = samples
    scene.cycles.use_denoising = True
    scene.cycles.max_bounces = 4
    if hasattr(scene, "eevee"):
        scene.eevee.taa_render_samples = max(16, samples)


def _padded(box: Box) -> np.ndarray:
    """The corners (8, 3) of a box for the camera's framing: the thing fits at every rotation, with some margin."""
    radius = box.size.xy.length / 2 * _AIR
    height = box.size.z * (_AIR - 1) / 2
    middle = box.center
    return np.array([
        (middle.x + x * radius / math.sqrt(2), middle.y + y * radius / math.sqrt(2), z)
        for x in (-1, 1) for y in (-1, 1) for z in (box.low.z - height, box.high.z + height)
    ])  # fmt: skip


def _cyclorama(scene: bpy.types.Scene, box: Box, half: float, is_curved: bool) -> bpy.types.Object:
    """A floor; in a studio it curves up behind without an edge."""
    low = box.low.z - 0.002 * half
    width, front, back, bend = 30 * half, -30 * half, 4.5 * half, 2.5 * half
    profile = [(front, 0.0), (back, 0.0)]
    if is_curved:
        for step in range(1, _CURVE_STEPS + 1):
            angle = math.pi / 2 * step / _CURVE_STEPS
            profile.append((back + bend * math.sin(angle), bend * (1 - math.cos(angle))))
        profile.append((back + bend, 20 * half))
    else:
        profile[1] = (-front, 0.0)
    middle = box.center
    vertices = [(middle.x + side * width, middle.y + y, low + z) for y, z in profile for side in (-1, 1)]
    faces = [(2 * n, 2 * n + 1, 2 * n + 3, 2 * n + 2) for n in range(len(profile) - 1)]
    mesh = bpy.data.meshes.new(_NAME)
    mesh.from_pydata(vertices, [], faces)
    mesh.shade_smooth()
    material = bpy.data.materials.new(_NAME)
    if not material.use_nodes:
        material.use_nodes = True
    shader = next(node for node in material.node_tree.nodes if node.type == "BSDF_PRINCIPLED")
    shader.inputs["Base Color"].default_value = (*_FLOOR_COLOR, 1)
    shader.inputs["Roughness"].default_value = 0.9
    mesh.materials.append(material)
    obj = bpy.data.objects.new(_NAME, mesh)
    scene.collection.objects.link(obj)
    return obj
