"""Colors of objects by command."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import bpy
import numpy as np
from numpy.typing import NDArray

from ml_core.color import hex_to_srgb, srgb_to_linear

_MOST_PIXELS = 64
_SHADES = 8
"""Steps a channel in which colors of one patch are told from others."""
_PREVAILS = 0.3
"""Share of a surface from which a color is that of the whole."""


def has_slots(obj: bpy.types.Object) -> bool:
    """Whether an object can wear materials of its own; one without a slot gets an empty one."""
    if not hasattr(obj.data, "materials") or not obj.is_editable:
        return False
    if not obj.material_slots and obj.data.is_editable:
        obj.data.materials.append(None)
    return bool(obj.material_slots)


def with_own_materials(obj: bpy.types.Object, copies: dict[int, bpy.types.Material]) -> list[bpy.types.Object]:
    """Replaces an object's materials by copies; ``copies`` maps originals to copies, shared across objects."""
    if not obj.is_editable:
        return []
    for slot in obj.material_slots:
        key = slot.material.session_uid
        if key not in copies:
            copies[key] = slot.material.copy()
            if not copies[key].use_nodes:
                copies[key].use_nodes = True
        material = copies[key]
        slot.link, slot.material = "OBJECT", material
    return [obj]


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
        if not has_slots(obj):
            continue
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


def color_of_object(obj: bpy.types.Object) -> tuple[float, ...] | None:
    """The dominant color of an object, linear RGB; ``None`` without a material."""
    materials = [slot.material for slot in obj.material_slots if slot.material is not None]
    return _color_of_material(materials[0], obj) if materials else None


def _color_of_material(material: bpy.types.Material, obj: bpy.types.Object) -> tuple[float, ...]:
    nodes = material.node_tree.nodes if material.use_nodes and material.node_tree is not None else ()
    shader = next((node for node in nodes if node.type == "BSDF_PRINCIPLED"), None)
    if shader is None:
        return tuple(material.diffuse_color[:3])
    socket = shader.inputs["Base Color"]
    image = next((link.from_node.image for link in socket.links if link.from_node.type == "TEX_IMAGE"), None)
    if image is None or not image.size[0]:
        return tuple(socket.default_value[:3])
    width, height = image.size
    pixels = np.empty(width * height * image.channels, np.float32)
    image.pixels.foreach_get(pixels)
    picture = pixels.reshape(height, width, image.channels)
    return tuple(map(float, srgb_to_linear(_most_of(picture[..., :3], obj))))


def _most_of(picture: NDArray[np.float32], obj: bpy.types.Object) -> NDArray[np.float32]:
    """The sRGB color of the largest part of a mesh in its texture: many objects share a palette texture, of which each
    uses a few patches. The mean if no color prevails, or without UVs."""
    layer = obj.data.uv_layers.active if obj.type == "MESH" else None
    if layer is None or not obj.data.polygons:
        step = max(1, int(np.ceil(picture.shape[0] * picture.shape[1] / _MOST_PIXELS**2)))
        return picture.reshape(-1, picture.shape[-1])[::step].mean(axis=0)
    mesh = obj.data
    uvs = np.empty(2 * len(mesh.loops), np.float32)
    layer.data.foreach_get("uv", uvs)
    areas, starts = np.empty(len(mesh.polygons), np.float32), np.empty(len(mesh.polygons), np.int32)
    mesh.polygons.foreach_get("area", areas)
    mesh.polygons.foreach_get("loop_start", starts)
    corners = np.diff(np.append(starts, len(mesh.loops)))
    middles = np.add.reduceat(uvs.reshape(-1, 2), starts) / corners[:, None]
    size = np.array(picture.shape[1::-1])
    columns, rows = (np.nan_to_num(middles % 1.0) * size).astype(int).clip(0, size - 1).T
    colors, weights = picture[rows, columns], areas + 1e-12
    _, patches = np.unique((colors * _SHADES).astype(int), axis=0, return_inverse=True)
    shares = np.bincount(patches.ravel(), weights) / weights.sum()
    chosen = patches.ravel() == shares.argmax() if shares.max() >= _PREVAILS else np.ones(len(weights), bool)
    return np.average(colors[chosen], axis=0, weights=weights[chosen])
