"""The order of UV maps: engines show textures on the first one."""

from __future__ import annotations

import bpy

from ..bridge.mesh_arrays import uv_array
from .material_nodes import texture_layer

MAX_LAYERS = 8


def order_layers(mesh: bpy.types.Mesh, materials: list[bpy.types.Material | None]) -> None:
    """Puts the UV map of the textures first: the one that the materials' nodes name, else the one that is rendered.

    The others keep their order and all keep their names.
    """
    if len(mesh.uv_layers) < 2:
        return
    rendered = next((layer.name for layer in mesh.uv_layers if layer.active_render), mesh.uv_layers[0].name)
    named = {texture_layer(one) or rendered for one in materials if one is not None} & {
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
