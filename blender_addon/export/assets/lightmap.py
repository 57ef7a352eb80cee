"""The last UV layer of an exported static mesh, for lightmaps."""

from __future__ import annotations

from collections.abc import Generator

import bpy
import numpy as np

from ml_core.geometry.mesh.unwrap import Unwrapped, lightmap_uv

from ...bridge import session
from ...bridge.jobs.steps import InThread
from ...bridge.mesh_arrays import positions, triangle_vertices
from ..meshes.computed import Computed, digest
from ..meshes.uv_layers import MAX_LAYERS, rebuild_layers

LIGHTMAP_LAYER = "LightmapUV"
MOST = 200_000
"""Triangles above which a mesh gets no lightmap UVs: they would take a minute, and leave hardly a texel to each."""


def has_room(mesh: bpy.types.Mesh) -> bool:
    """Whether a mesh can take lightmap UVs without losing a UV map of the artist."""
    return LIGHTMAP_LAYER in mesh.uv_layers or len(mesh.uv_layers) < MAX_LAYERS


def add_lightmap(mesh: bpy.types.Mesh, size: int = 1024) -> Generator[InThread, Unwrapped, int]:
    """Makes ``LightmapUV`` the last UV layer, after the artist's own: no overlap, inside 0..1, padded.

    Args:
        mesh: triangles only, with a UV layer and room for one more.
        size: intended lightmap resolution in texels, for the padding.

    Returns:
        The resolution for which the padding suffices: ``size``, or more for a mesh of very many charts. 0 for a mesh of
        more than :data:`MOST` triangles, which is left as it is.
    """
    if len(mesh.polygons) > MOST:
        return 0
    triangles, points = triangle_vertices(mesh), positions(mesh)
    known, key = session.part(Computed).lightmaps, digest(f"light map of {size}", points, triangles)
    made = known.get(key)
    if made is None:
        # Large charts take long, be they two triangles.
        made = yield InThread(lambda: lightmap_uv(points, triangles, size))
        known.keep(key, made, made.uv.nbytes)
    mesh_layers = mesh.uv_layers
    rendered = next((layer.name for layer in mesh_layers if layer.active_render), mesh_layers[0].name)
    own = [layer.name for layer in mesh_layers if layer.name != LIGHTMAP_LAYER]
    if LIGHTMAP_LAYER not in mesh_layers:
        mesh_layers.new(name=LIGHTMAP_LAYER, do_init=False)
    elif mesh_layers[-1].name != LIGHTMAP_LAYER:
        rebuild_layers(mesh, [*own, LIGHTMAP_LAYER], rendered)
    mesh.uv_layers[LIGHTMAP_LAYER].data.foreach_set("uv", made.uv.astype(np.float32).ravel())
    mesh.uv_layers[0].active = True
    return made.size
