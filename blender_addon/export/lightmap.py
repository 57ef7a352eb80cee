"""The second UV layer of an exported static mesh, for lightmaps."""

from __future__ import annotations

from collections.abc import Generator

import bpy
import numpy as np

from ml_core.geometry.unwrap import Unwrapped, lightmap_uv

from ..bridge.jobs import InThread, aside
from ..bridge.mesh_arrays import positions, triangle_vertices, uv_array

LIGHTMAP_LAYER = "LightmapUV"
MAX_LAYERS = 8
LONG = 30_000
"""Triangles from which on a thread of its own does the work."""
MOST = 200_000
"""Triangles above which a mesh gets no lightmap UVs: they would take a minute, and leave hardly a texel to each."""


def add_lightmap(mesh: bpy.types.Mesh, size: int = 1024) -> Generator[InThread, Unwrapped, int]:
    """Makes ``LightmapUV`` the second UV layer: no overlap, inside 0..1, padded.

    Args:
        mesh: triangles only, with a UV layer.
        size: texels a side for which the padding is meant.

    Returns:
        The size for which it holds: ``size``, or more for a mesh of very many charts. 0 for a mesh of more than
        :data:`MOST` triangles, which is left as it is.
    """
    if len(mesh.polygons) > MOST:
        return 0
    triangles, points = triangle_vertices(mesh), positions(mesh)
    made = yield from aside(lambda: lightmap_uv(points, triangles, size), len(mesh.polygons) > LONG)
    first = next((layer.name for layer in mesh.uv_layers if layer.active_render), mesh.uv_layers[0].name)
    layers = {layer.name: uv_array(layer).ravel() for layer in mesh.uv_layers if layer.name != LIGHTMAP_LAYER}
    ordered = {first: layers.pop(first), LIGHTMAP_LAYER: made.uv.astype(np.float32).ravel(), **layers}
    while mesh.uv_layers:
        mesh.uv_layers.remove(mesh.uv_layers[0])
    for name in list(ordered)[:MAX_LAYERS]:
        mesh.uv_layers.new(name=name, do_init=False).data.foreach_set("uv", ordered[name])
    mesh.uv_layers[0].active = mesh.uv_layers[0].active_render = True
    return made.size
