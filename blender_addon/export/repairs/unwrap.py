"""Creates UV maps for meshes without any, or without one that engines can use."""

from __future__ import annotations

from collections.abc import Mapping
from math import radians
from typing import Any

import bpy
import numpy as np

from ...bridge.mesh_arrays import mesh_data, uv_array
from ..preflight.meshes.uvs import LIGHTMAP_LAYER


def make_uv(context: bpy.types.Context, obj: bpy.types.Object, values: Mapping[str, Any]) -> None:
    """Smart UV Project into the active UV map, which is created if there is none."""
    if not obj.data.uv_layers:
        obj.data.uv_layers.new(name="UVMap")
    _project(context, obj)


def make_lightmap_uv(context: bpy.types.Context, obj: bpy.types.Object, values: Mapping[str, Any]) -> None:
    """Adds a UV map without overlaps; the one that textures use stays the active one."""
    layers = obj.data.uv_layers
    active, render = layers.active_index, next((layer.name for layer in layers if layer.active_render), None)
    layers.active = layers.new(name=LIGHTMAP_LAYER)
    _project(context, obj)
    layers = obj.data.uv_layers
    layers.active_index = active
    if render is not None:
        layers[render].active_render = True


def finite_uv(mesh: bpy.types.Mesh) -> None:
    """Sets UV coordinates that are not finite to 0."""
    for layer in mesh.uv_layers:
        uv = uv_array(layer)
        if not np.isfinite(uv).all():
            layer.uv.foreach_set("vector", np.nan_to_num(uv, nan=0.0, posinf=0.0, neginf=0.0).ravel())


def _project(context: bpy.types.Context, obj: bpy.types.Object) -> None:
    finite_uv(mesh_data(obj))
    layer = context.view_layer
    hidden = obj.hide_get(view_layer=layer)
    for item in layer.objects:
        item.select_set(False, view_layer=layer)
    obj.hide_set(False, view_layer=layer)
    obj.select_set(True, view_layer=layer)
    layer.objects.active = obj
    selected = np.zeros(len(obj.data.polygons), dtype=np.bool_)
    obj.data.polygons.foreach_get("select", selected)
    unseen = np.zeros(len(obj.data.polygons), dtype=np.bool_)
    obj.data.polygons.foreach_get("hide", unseen)
    bpy.ops.object.mode_set(mode="EDIT")
    try:
        bpy.ops.mesh.reveal(select=False)
        bpy.ops.mesh.select_all(action="SELECT")
        bpy.ops.uv.smart_project(angle_limit=radians(66), island_margin=0.01, margin_method="FRACTION")
    finally:
        bpy.ops.object.mode_set(mode="OBJECT")
        obj.data.polygons.foreach_set("select", selected)
        obj.data.polygons.foreach_set("hide", unseen)
        obj.hide_set(hidden, view_layer=layer)
