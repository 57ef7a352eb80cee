"""Colors of objects by command."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import bpy

from ml_core.color import hex_to_srgb, srgb_to_linear


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
