"""Simplifies node trees: computable inputs become values, and nodes without effect are bypassed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import bpy

from .constants import constant_value, passed_through
from .sockets import Socket, output_of, principled_of, value_of
from .toon import is_laid_by_addon

Value = Any
"""A float, a tuple, or the output socket of a node of the tree that is written."""
_WHITE = (1.0, 1.0, 1.0, 1.0)
_PLAIN = ("RGB", "VALUE", "TEX_IMAGE")


def is_flat(material: bpy.types.Material) -> bool:
    """Whether a material is one Principled BSDF already, with nothing to compute before it, or has no nodes."""
    if material.node_tree is None or not material.use_nodes:
        return True
    tree = material.node_tree
    has_one_output = sum(node.type == "OUTPUT_MATERIAL" for node in tree.nodes) == 1
    return has_one_output and is_one_shader(material) and not is_laid_by_addon(tree) and not any(_roundabout(tree))


def is_one_shader(material: bpy.types.Material) -> bool:
    """Whether the surface is one Principled BSDF of the material's own tree, however its inputs are computed."""
    found = principled_of(material)
    if found is None or found.groups:
        return False
    strength = found.at(found.socket.node.inputs["Emission Strength"])
    return not strength.socket.is_linked or constant_value(strength) is not None


def shaders_of(material: bpy.types.Material) -> list[str]:
    """The shaders of a surface that is not one Principled BSDF, as node names for artists; empty if it is one."""
    output = output_of(material.node_tree) if material.node_tree is not None else None
    if output is None or not material.use_nodes or is_one_shader(material):
        return []
    found: dict[str, None] = {}
    waiting = [output.inputs["Surface"]]
    for _ in range(64):
        if not waiting:
            break
        for link in waiting.pop().links:
            node = link.from_node
            shaders = [socket for socket in node.inputs if socket.type == "SHADER" and socket.is_linked]
            if node.type in ("GROUP", "REROUTE") or not shaders:
                found[node.node_tree.name if node.type == "GROUP" and node.node_tree else node.bl_label] = None
            waiting += shaders
    return list(found)


def _roundabout(tree: bpy.types.NodeTree) -> Iterator[tuple[bpy.types.NodeSocket, Value]]:
    """Links whose value can be computed, or that pass through a node without effect, with their replacement."""
    for node in tree.nodes:
        for socket in node.inputs:
            if not socket.is_linked or socket.type not in ("VALUE", "RGBA", "VECTOR") or node.type == "REROUTE":
                continue
            at = Socket(socket)
            outlet = at.source()
            if outlet is None or _cuts_alpha(node, socket, outlet):
                continue
            own = socket.hide_value  # without a link it takes the surface's own normal or place, and no constant
            if outlet.socket.node.type in _PLAIN:
                if outlet.socket.node.type == "TEX_IMAGE" and outlet.socket.node.image is None and not own:
                    yield socket, without_picture(socket)
                continue
            value = None if own else constant_value(at)
            if value is not None:
                yield socket, value
            elif not outlet.groups and (through := passed_through(at)) is not None:
                value = None if own else constant_value(through)
                if value is not None or through.socket.is_linked:
                    yield socket, through.socket.links[0].from_socket if value is None else value


def _cuts_alpha(node: bpy.types.Node, socket: bpy.types.NodeSocket, outlet: Socket) -> bool:
    """Whether a link rounds alpha, which Blender's glTF exporter interprets as a cutoff."""
    is_alpha = node.type == "BSDF_PRINCIPLED" and socket.name == "Alpha"
    return is_alpha and outlet.socket.node.type == "MATH"


def simplify(tree: bpy.types.NodeTree) -> None:
    """Writes constants, and bypasses nodes without effect, so that exporters find the inputs."""
    for _ in range(32):
        found = list(_roundabout(tree))
        if not found:
            return
        for socket, value in found:
            for link in list(socket.links):
                tree.links.remove(link)
            put(tree, value, socket)


def without_picture(socket: bpy.types.NodeSocket) -> Value:
    """What stands in for a picture that is not there: white for a color, so that the engine shows the picture untinted
    once it is put back; the socket's own value behind the link for a number."""
    is_color = socket.type == "RGBA" and socket.node.type != "NORMAL_MAP"
    return _WHITE if is_color else value_of(socket)


def put(tree: bpy.types.NodeTree, value: Value, socket: bpy.types.NodeSocket) -> None:
    """Links or writes a value into an input socket."""
    if isinstance(value, bpy.types.NodeSocket):
        tree.links.new(value, socket)
    elif socket.type == "RGBA":
        socket.default_value = (*color_of(value)[:3], 1.0)
    elif socket.type == "VECTOR":
        socket.default_value = tuple(value)[:3]
    else:
        socket.default_value = number_of(value)


def is_linked(value: Value) -> bool:
    """Whether a value comes from a node."""
    return isinstance(value, bpy.types.NodeSocket)


def color_of(value: Value) -> tuple[float, ...]:
    """A constant as linear RGBA."""
    if isinstance(value, (int, float)):
        return (float(value),) * 4
    return (*value, 1.0)[:4] if len(value) == 3 else tuple(value)


def number_of(value: Value) -> float:
    """A constant as one number."""
    return float(value) if isinstance(value, (int, float)) else float(sum(value[:3]) / 3)
