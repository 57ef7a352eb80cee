"""UV maps and colors in the form of engines: the textures' map first, and no map stored only as an attribute."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import bpy
import numpy as np
from numpy.typing import NDArray

from ...bridge.mesh_arrays import corner_vertices, uv_array
from ..materials.nodes.sockets import image_nodes, mapping_of, texture_layer

MAX_LAYERS = 8
_MOST_GROUPS = 8
_WIDTHS = {
    "FLOAT": ("value", 1),
    "INT": ("value", 1),
    "INT8": ("value", 1),
    "BOOLEAN": ("value", 1),
    "FLOAT2": ("vector", 2),
    "FLOAT_VECTOR": ("vector", 3),
    "FLOAT_COLOR": ("color", 4),
    "BYTE_COLOR": ("color", 4),
}


def layers_of_attributes(mesh: bpy.types.Mesh, materials: Iterable[bpy.types.Material | None]) -> None:
    """Converts attributes that textures use to UV maps: geometry nodes store them with any domain and type."""
    trees = [material.node_tree for material in materials if material is not None]
    placed = [mapping_of(node) for tree in trees for node in image_nodes(tree)]
    named = dict.fromkeys(item.layer for item in placed if item is not None and item.layer)
    for name in named.keys() - {layer.name for layer in mesh.uv_layers}:
        attribute = mesh.attributes.get(name)
        if attribute is None or _WIDTHS.get(attribute.data_type, ("", 0))[1] < 2 or len(mesh.uv_layers) == MAX_LAYERS:
            continue
        values = _on_corners(mesh, attribute)
        if values is None:
            continue
        mesh.attributes.remove(attribute)
        mesh.uv_layers.new(name=name, do_init=False).data.foreach_set("uv", values[:, :2].ravel())


def colors_of_attributes(mesh: bpy.types.Mesh, materials: Iterable[bpy.types.Material | None]) -> None:
    """Converts attributes that materials read as colors to color layers: files support only corner colors, but geometry
    nodes also store them on faces, as numbers or as vectors."""
    known = {layer.name for layer in (*mesh.color_attributes, *mesh.uv_layers)}
    loose = {
        attribute.name: attribute
        for attribute in mesh.attributes
        if attribute.data_type in _WIDTHS and attribute.name not in known and not attribute.is_internal
    }
    trees = [material.node_tree for material in materials if material is not None and loose]
    for name in dict.fromkeys(name for tree in trees for name in _read_colors(tree)):
        values = _on_corners(mesh, loose[name]) if name in loose and loose[name].name != "position" else None
        if values is None:
            continue
        if values.shape[1] == 1:
            values = np.repeat(values, 3, axis=1)
        colors = np.ones((len(values), 4), np.float32)
        colors[:, : values.shape[1]] = values
        mesh.attributes.remove(mesh.attributes[name])
        mesh.color_attributes.new(name, "FLOAT_COLOR", "CORNER").data.foreach_set("color", colors.ravel())


def _read_colors(tree: bpy.types.NodeTree | None, depth: int = 0) -> Iterator[str]:
    """The names of attributes whose colors a node tree reads."""
    for node in tree.nodes if tree is not None and depth <= _MOST_GROUPS else ():
        if node.type == "ATTRIBUTE" and node.attribute_type == "GEOMETRY" and node.outputs["Color"].is_linked:
            yield node.attribute_name
        elif node.type == "VERTEX_COLOR":
            yield node.layer_name
        elif node.type == "GROUP":
            yield from _read_colors(node.node_tree, depth + 1)


def _on_corners(mesh: bpy.types.Mesh, attribute: bpy.types.Attribute) -> NDArray[np.float32] | None:
    """The values (L, 1 to 4) of an attribute at each corner; ``None`` if it is on edges."""
    field, width = _WIDTHS[attribute.data_type]
    values = np.empty(len(attribute.data) * width, np.float32)
    attribute.data.foreach_get(field, values)
    values = values.reshape(-1, width)
    if attribute.domain == "POINT":
        return values[corner_vertices(mesh)]
    if attribute.domain == "FACE":
        sizes = np.empty(len(mesh.polygons), np.int32)
        mesh.polygons.foreach_get("loop_total", sizes)
        return np.repeat(values, sizes, axis=0)
    return values if attribute.domain == "CORNER" else None


def order_layers(mesh: bpy.types.Mesh, materials: list[bpy.types.Material | None]) -> None:
    """Puts the UV map of the textures first: the one that the materials' nodes name, else the one that is rendered.

    The others keep their order and all keep their names.
    """
    layers_of_attributes(mesh, materials)
    colors_of_attributes(mesh, materials)
    if len(mesh.uv_layers) < 2:
        return
    rendered = next((layer.name for layer in mesh.uv_layers if layer.active_render), mesh.uv_layers[0].name)
    named = {texture_layer(material) or rendered for material in materials if material is not None} & {
        layer.name for layer in mesh.uv_layers
    }
    first = named.pop() if len(named) == 1 else rendered
    names = [layer.name for layer in mesh.uv_layers]
    if names[0] != first:
        rebuild_layers(mesh, [first, *(name for name in names if name != first)], rendered)


def rebuild_layers(mesh: bpy.types.Mesh, names: list[str], rendered: str) -> None:
    """Gives the UV maps the order of ``names``; beyond eight, the last are dropped."""
    values = {layer.name: uv_array(layer).ravel() for layer in mesh.uv_layers}
    while mesh.uv_layers:
        mesh.uv_layers.remove(mesh.uv_layers[0])
    for name in names[:MAX_LAYERS]:
        layer = mesh.uv_layers.new(name=name, do_init=False)
        layer.data.foreach_set("uv", values[name])
        layer.active_render = name == rendered
    mesh.uv_layers[0].active = True
