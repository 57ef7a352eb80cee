"""Colors of objects shifted by command: darker, lighter, more saturated, a bit more red."""

from __future__ import annotations

from collections.abc import Iterable

import bpy
import numpy as np
from numpy.typing import NDArray

from ml_core.color import hex_to_srgb, lab_to_srgb, linear_to_srgb, srgb_to_lab, srgb_to_linear

from .coloring import has_slots, recolor, with_own_materials

_LIGHTNESS = 40.0
"""Lab lightness by which a color gets darker or lighter at full strength."""
_NODE = "Atelier Shade"


def shift(objects: Iterable[bpy.types.Object], way: str, amount: float, color: str = "") -> list[bpy.types.Object]:
    """Shift what objects are painted in; those that could be changed.

    Colors change in CIELAB; pictures and patterns keep their detail, behind a node that does about the same.

    Args:
        way: darker, lighter, richer (more saturated), paler (less), or toward ``color`` (sRGB hex). amount: in (0, 1].
    """
    copies: dict[int, bpy.types.Material] = {}
    changed = []
    for obj in objects:
        if not has_slots(obj):
            continue
        if any(slot.material is None for slot in obj.material_slots):
            recolor([obj], "#cccccc")
        changed += with_own_materials(obj, copies)
    for material in copies.values():
        shaders = [node for node in material.node_tree.nodes if node.type == "BSDF_PRINCIPLED"]
        for shader in shaders:
            socket = shader.inputs["Base Color"]
            shown = _shifted(np.array(socket.default_value[:3], np.float32), way, amount, color)
            if socket.links:
                _behind_node(material.node_tree, socket, way, amount, color)
            socket.default_value = (*map(float, shown), 1.0)
            material.diffuse_color = socket.default_value
    for obj in changed:
        obj.color = obj.material_slots[0].material.diffuse_color
    return changed


def _shifted(linear: NDArray[np.float32], way: str, amount: float, color: str) -> NDArray[np.float32]:
    lab = srgb_to_lab(linear_to_srgb(np.clip(linear, 0, 1)))
    if way in ("darker", "lighter"):
        end, sign = (0.0, -1) if way == "darker" else (100.0, 1)
        step = min(_LIGHTNESS * amount, 0.75 * abs(end - lab[0]))  # never all the way to black or white
        lab = lab + np.array([sign * step, 0, 0])
    elif way in ("richer", "paler"):
        lab = lab * np.array([1, *(2 * [1 + amount if way == "richer" else 1 - amount])])
    else:
        lab = lab + amount * (srgb_to_lab(hex_to_srgb(color)) - lab)
    return srgb_to_linear(np.clip(lab_to_srgb(lab), 0, 1))


def _behind_node(tree: bpy.types.NodeTree, socket: bpy.types.NodeSocket, way: str, amount: float, color: str) -> None:
    """The same between a picture and the shader; a node of an earlier command goes on from where it was."""
    source = socket.links[0].from_socket
    if way == "toward":
        node = tree.nodes.new("ShaderNodeMix")
        node.data_type = "RGBA"
        inputs = [item for item in node.inputs if item.type == "RGBA"]
        node.inputs[0].default_value = amount
        tree.links.new(source, inputs[0])
        inputs[1].default_value = (*map(float, srgb_to_linear(hex_to_srgb(color))), 1.0)
        tree.links.new(next(item for item in node.outputs if item.type == "RGBA"), socket)
        return
    node = source.node
    if node.type != "HUE_SAT" or node.label != _NODE:
        node = tree.nodes.new("ShaderNodeHueSaturation")
        node.label = _NODE
        tree.links.new(source, node.inputs["Color"])
        tree.links.new(node.outputs["Color"], socket)
    name = "Value" if way in ("darker", "lighter") else "Saturation"
    factor = {"darker": 1 - 0.75 * amount, "lighter": 1 + amount, "richer": 1 + amount, "paler": 1 - amount}[way]
    node.inputs[name].default_value *= factor
