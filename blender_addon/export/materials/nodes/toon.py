"""Converts the VRM add-on's MToon materials to nodes that exporters can read: its node groups map images and hold the
factor of the base color, beside the Principled BSDF that it keeps for other exporters."""

from __future__ import annotations

from collections.abc import Iterator

import bpy

from ....bridge.vrm.addon_toon import OUTPUT_TREE, UV_TREE, group_node
from .sockets import principled_of

_EXTENSIONS = {33071: "EXTEND", 33648: "MIRROR"}


def is_laid_by_addon(tree: bpy.types.NodeTree) -> bool:
    """Whether images of a tree are mapped by a node group of the add-on."""
    return any(_laid(tree))


def write_plain(material: bpy.types.Material) -> None:
    """Replaces the add-on's nodes by ones that exporters support: mapping, wrapping and the factor of the color."""
    tree = material.node_tree
    for image, group in list(_laid(tree)):
        tree.links.remove(image.inputs["Vector"].links[0])
        offset, scale = ([group.inputs[f"UV {what} {axis}"].default_value for axis in "XY"] for what in _PLACES)
        if (offset, scale) != ([0, 0], [1, 1]):
            mapping = tree.nodes.new("ShaderNodeMapping")
            mapping.inputs["Location"].default_value = (offset[0], 1 - scale[1] - offset[1], 0)  # glTF counts V down
            mapping.inputs["Scale"].default_value = (*scale, 1)
            tree.links.new(tree.nodes.new("ShaderNodeTexCoord").outputs["UV"], mapping.inputs["Vector"])
            tree.links.new(mapping.outputs["Vector"], image.inputs["Vector"])
        wraps = {group.inputs[f"Wrap {axis}"].default_value for axis in "ST"}
        if len(wraps) == 1:
            image.extension = _EXTENSIONS.get(wraps.pop(), "REPEAT")
    output, shader = group_node(tree, OUTPUT_TREE), principled_of(material)
    if output is not None and shader is not None:
        _multiply_color(tree, shader.socket.node.inputs["Base Color"], tuple(output.inputs["Lit Color"].default_value))
        _multiply_alpha(tree, shader.socket.node.inputs["Alpha"], output.inputs["Lit Color Alpha"].default_value)


_PLACES = ("Offset", "Scale")
_LABELS = (*(f"UV {what} {axis}" for what in _PLACES for axis in "XY"), "Wrap S", "Wrap T")


def _laid(tree: bpy.types.NodeTree) -> Iterator[tuple[bpy.types.Node, bpy.types.Node]]:
    """Image textures, each with the add-on's group that maps it."""
    for node in tree.nodes:
        if node.type != "TEX_IMAGE" or not node.inputs["Vector"].is_linked:
            continue
        group = node.inputs["Vector"].links[0].from_node
        tree_name = group.node_tree.name if group.type == "GROUP" and group.node_tree is not None else ""
        if tree_name.startswith(UV_TREE) and all(label in group.inputs for label in _LABELS):
            yield node, group


def _multiply_color(tree: bpy.types.NodeTree, socket: bpy.types.NodeSocket, factor: tuple[float, ...]) -> None:
    if not socket.is_linked or all(abs(item - 1) < 1e-6 for item in factor[:3]):
        return
    mix = tree.nodes.new("ShaderNodeMix")
    mix.data_type, mix.blend_type = "RGBA", "MULTIPLY"
    mix.inputs[0].default_value = 1.0
    mix.inputs[7].default_value = factor
    tree.links.new(socket.links[0].from_socket, mix.inputs[6])
    tree.links.new(mix.outputs[2], socket)


def _multiply_alpha(tree: bpy.types.NodeTree, socket: bpy.types.NodeSocket, factor: float) -> None:
    is_image = socket.is_linked and socket.links[0].from_node.type == "TEX_IMAGE"
    if not is_image or abs(factor - 1) < 1e-6:
        return
    product = tree.nodes.new("ShaderNodeMath")
    product.operation = "MULTIPLY"
    product.inputs[1].default_value = factor
    tree.links.new(socket.links[0].from_socket, product.inputs[0])
    tree.links.new(product.outputs[0], socket)
