"""Builds meshes and objects of levels of detail from the corners that a simplifier has kept."""

from __future__ import annotations

import time
from collections.abc import Generator
from typing import Any

import bpy
import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.mesh.simplify import Simplified

from ...bridge.jobs.steps import InThread, Progress, aside
from ...bridge.mesh_arrays import corner_vertices, face_materials, face_normals, mesh_data, positions, uv_array
from ..assets.lightmap import LIGHTMAP_LAYER
from ..content.evaluated import key_positions
from .normals import corner_normals, setting_normals
from .wedges import LONG, STEP, Wedges, read_values

CHECKED = 64
"""Vertices between two looks at the clock."""
STEEPEST = 0.5
"""Cosine below which a normal is too far from its face: the side that it belonged to is gone."""

_OWN = {"position", "custom_normal", "sharp_edge", "material_index", LIGHTMAP_LAYER}


def built(
    source: bpy.types.Mesh, wedges: Wedges, level: Simplified, name: str, follows_surface: bool
) -> Generator[Progress | InThread, Any, tuple[bpy.types.Mesh, NDArray[np.int64]]]:
    """The mesh of a level, and for each of its vertices the vertex of ``source`` that it was."""
    progress = Progress(1, 1, name)
    mesh = bpy.data.meshes.new(name)
    kept, corner_vertex = np.unique(level.corner_vertex.ravel(), return_inverse=True)
    vertex, corner = wedges.vertex[kept], wedges.corner[level.corner_wedge.ravel()]
    count = len(level.triangle)
    mesh.vertices.add(len(vertex))
    mesh.vertices.foreach_set("co", positions(source)[vertex].ravel())
    mesh.loops.add(3 * count)
    mesh.loops.foreach_set("vertex_index", corner_vertex.ravel().astype(np.int32))
    mesh.polygons.add(count)
    mesh.polygons.foreach_set("loop_start", np.arange(0, 3 * count, 3, dtype=np.int32))
    mesh.update(calc_edges=True)
    yield progress
    for material in source.materials:
        mesh.materials.append(material)
    mesh.polygons.foreach_set("material_index", face_materials(source)[level.triangle])
    for layer in source.uv_layers:
        if layer.name != LIGHTMAP_LAYER:
            mesh.uv_layers.new(name=layer.name, do_init=False).uv.foreach_set("vector", uv_array(layer)[corner].ravel())
    yield progress
    _copy_attributes(source, mesh, {"POINT": vertex, "CORNER": corner, "FACE": level.triangle})
    corners = kept[corner_vertex.ravel()]
    yield from _set_normals(source, mesh, wedges.of_vertex, corners, level.triangle, follows_surface)
    mesh.update()
    yield progress
    return mesh, vertex


_FIELDS = {
    "FLOAT": ("value", 1, np.float32),
    "INT": ("value", 1, np.int32),
    "INT8": ("value", 1, np.int32),
    "BOOLEAN": ("value", 1, bool),
    "FLOAT_VECTOR": ("vector", 3, np.float32),
    "FLOAT2": ("vector", 2, np.float32),
    "FLOAT_COLOR": ("color", 4, np.float32),
    "BYTE_COLOR": ("color", 4, np.float32),
}


def _copy_attributes(source: bpy.types.Mesh, target: bpy.types.Mesh, rows: dict[str, NDArray]) -> None:
    """Copies colors, flat faces and the artist's own attributes; Blender's internal ones and edges are rebuilt."""
    for attribute in list(source.attributes):
        known = attribute.data_type in _FIELDS and attribute.domain in rows
        if attribute.name.startswith(".") or attribute.name in _OWN or attribute.name in source.uv_layers or not known:
            continue
        name, width, kind = _FIELDS[attribute.data_type]
        values = read_values(attribute.data, name, width, kind)[rows[attribute.domain]]
        if attribute.name not in target.attributes:
            target.attributes.new(attribute.name, attribute.data_type, attribute.domain)
        target.attributes[attribute.name].data.foreach_set(name, np.ascontiguousarray(values).ravel())


def _set_normals(
    source: bpy.types.Mesh,
    target: bpy.types.Mesh,
    of_vertex: NDArray[np.int64],
    corner_vertex: NDArray[np.int64],
    triangle: NDArray[np.int64],
    follows_surface: bool,
) -> Generator[Progress | InThread, Any, None]:
    """Gives each corner the normal of its source vertex that is nearest to its new face: hard edges stay hard.

    Flat faces stay flat.
    """
    normals, faces = corner_normals(source), face_normals(target)
    flat = _is_flat(normals, face_normals(source))[triangle]
    home = of_vertex[corner_vertices(source)]
    chosen = yield from aside(lambda: _nearest_normals(normals, home, corner_vertex, faces, flat), len(triangle) > LONG)
    # Smooth all over, so that these normals alone say what is hard.
    target.polygons.foreach_set("use_smooth", np.ones(len(target.polygons), bool))
    yield from setting_normals(target, chosen, Progress(1, 1, target.name), follows_surface)


def _nearest_normals(
    normals: NDArray[np.float32],
    home: NDArray[np.int64],
    corner_vertex: NDArray[np.int64],
    faces: NDArray[np.float32],
    is_flat: NDArray[np.bool_],
) -> NDArray[np.float32]:
    """(3 T, 3) for each corner of T new ``faces`` (their normals) the nearest of the normals of its vertex.

    Args:
        normals: (L, 3) those of the source's corners; home: (L,) their vertices. is_flat: (T,) where the face normal is
            used.
    """
    order = np.argsort(home, kind="stable")
    number = np.bincount(home, minlength=int(home.max()) + 1)
    begin = np.cumsum(number) - number
    times = number[corner_vertex]
    row = np.repeat(np.arange(len(corner_vertex)), times)
    choice = order[begin[corner_vertex][row] + np.arange(len(row)) - np.repeat(np.cumsum(times) - times, times)]
    faces = np.repeat(faces, 3, axis=0)
    likeness = np.einsum("ij,ij->i", normals[choice], faces[row])
    nearest = np.flatnonzero(likeness >= np.maximum.reduceat(likeness, np.cumsum(times) - times)[row])
    best = np.empty(len(corner_vertex), np.int64)
    best[row[nearest[::-1]]] = choice[nearest[::-1]]
    chosen = normals[best]
    flat = np.repeat(is_flat, 3)
    flat |= np.einsum("ij,ij->i", chosen, faces) < STEEPEST
    chosen[flat] = faces[flat]
    return chosen


def _is_flat(normals: NDArray, faces: NDArray) -> NDArray[np.bool_]:
    """(T,) faces whose three corner normals (3 T, 3) are the face's own (T, 3)."""
    return (np.einsum("tci,ti->tc", normals.reshape(-1, 3, 3), faces) > 0.9999).all(axis=1)


def copy_weights(
    source: bpy.types.Object, target: bpy.types.Object, vertex: NDArray[np.int64]
) -> Generator[Progress, Any, None]:
    """Gives each vertex of ``target`` the weights of the vertex (V,) of ``source`` that it was, and all groups."""
    progress = Progress(1, 1, target.name)
    groups = [target.vertex_groups.new(name=group.name) for group in source.vertex_groups]
    old = mesh_data(source).vertices
    began = time.perf_counter()
    for number, index in enumerate(vertex.tolist()):
        for element in old[index].groups:
            groups[element.group].add([number], element.weight, "REPLACE")
        if number % CHECKED == 0 and time.perf_counter() - began > STEP:
            yield progress
            began = time.perf_counter()


def copy_shape_keys(
    source: bpy.types.Mesh, target: bpy.types.Object, vertex: NDArray[np.int64]
) -> Generator[Progress, Any, None]:
    """Gives ``target`` the shape keys of ``source``, on the kept vertices (V,)."""
    if not source.shape_keys:
        return
    progress = Progress(1, 1, target.name)
    began = time.perf_counter()
    for key in source.shape_keys.key_blocks:
        copy = target.shape_key_add(name=key.name, from_mix=False)
        copy.data.foreach_set("co", key_positions(key)[vertex].ravel())
        copy.slider_min, copy.slider_max, copy.value = key.slider_min, key.slider_max, key.value
        if time.perf_counter() - began > STEP:
            yield progress
            began = time.perf_counter()
    blocks = target.data.shape_keys.key_blocks
    for key in source.shape_keys.key_blocks:
        blocks[key.name].relative_key = blocks[key.relative_key.name]
