"""UV maps as engines know them: the one that textures lie on first, and none that only an attribute holds."""

from __future__ import annotations

from collections.abc import Iterable

import bpy
import numpy as np
from numpy.typing import NDArray

from ...bridge.mesh_arrays import corner_vertices, uv_array
from ..materials.nodes.sockets import image_nodes, mapping_of, texture_layer

MAX_LAYERS = 8
_WIDTHS = {
    "FLOAT2": ("vector", 2),
    "FLOAT_VECTOR": ("vector", 3),
    "FLOAT_COLOR": ("color", 4),
    "BYTE_COLOR": ("color", 4),
}


def layers_of_attributes(mesh: bpy.types.Mesh, materials: Iterable[bpy.types.Material | None]) -> None:
    """Makes UV maps of the attributes that textures lie on: geometry nodes store them with any domain and type."""
    trees = [material.node_tree for material in materials if material is not None]
    placed = [mapping_of(node) for tree in trees for node in image_nodes(tree)]
    named = dict.fromkeys(item.layer for item in placed if item is not None and item.layer)
    for name in named.keys() - {layer.name for layer in mesh.uv_layers}:
        attribute = mesh.attributes.get(name)
        if attribute is None or attribute.data_type not in _WIDTHS or len(mesh.uv_layers) == MAX_LAYERS:
            continue
        values = _on_corners(mesh, attribute)
        if values is None:
            continue
        mesh.attributes.remove(attribute)
        mesh.uv_layers.new(name=name, do_init=False).data.foreach_set("uv", values.ravel())


def _on_corners(mesh: bpy.types.Mesh, attribute: bpy.types.Attribute) -> NDArray[np.float32] | None:
    """The first two numbers (L, 2) of an attribute at each corner."""
    field, width = _WIDTHS[attribute.data_type]
    values = np.empty(len(attribute.data) * width, np.float32)
    attribute.data.foreach_get(field, values)
    pairs = values.reshape(-1, width)[:, :2]
    if attribute.domain == "POINT":
        return pairs[corner_vertices(mesh)]
    if attribute.domain == "FACE":
        sizes = np.empty(len(mesh.polygons), np.int32)
        mesh.polygons.foreach_get("loop_total", sizes)
        return np.repeat(pairs, sizes, axis=0)
    return pairs if attribute.domain == "CORNER" else None


def order_layers(mesh: bpy.types.Mesh, materials: list[bpy.types.Material | None]) -> None:
    """Puts the UV map of the textures first: the one that the materials' nodes name, else the one that is rendered.

    The others keep their order and all keep their names.
    """
    layers_of_attributes(mesh, materials)
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
    """Gives the UV maps the order of ``names``; of more than eight the last are dropped."""
    values = {layer.name: uv_array(layer).ravel() for layer in mesh.uv_layers}
    while mesh.uv_layers:
        mesh.uv_layers.remove(mesh.uv_layers[0])
    for name in names[:MAX_LAYERS]:
        layer = mesh.uv_layers.new(name=name, do_init=False)
        layer.data.foreach_set("uv", values[name])
        layer.active_render = name == rendered
    mesh.uv_layers[0].active = True
