"""Objects as arrays: the evaluated mesh (modifiers, geometry nodes; curves, text and metaballs converted)."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, TypeVar, cast

import bpy
import numpy as np
from numpy.typing import NDArray

from ml_core.errors import InputError

T = TypeVar("T")
CONVERTIBLE = ("MESH", "CURVE", "SURFACE", "FONT", "META")
MANY_FACES = 40_000
WEIGHED_AT_ONCE = 1500
"""Vertices whose weights are read in a row: 10 ms, since Blender gives them out one by one."""


def mesh_data(obj: bpy.types.Object) -> bpy.types.Mesh:
    """The data of a mesh object, typed: Blender's stubs let an object's data be of any kind."""
    assert isinstance(obj.data, bpy.types.Mesh), f"{obj.name} is not a mesh object"
    return obj.data


def positions(mesh: bpy.types.Mesh) -> NDArray[np.float32]:
    """The vertices (V, 3) of a mesh, in its own space."""
    return _attribute(mesh, "position", mesh.vertices, "co", 3, np.float32)


def corner_vertices(mesh: bpy.types.Mesh) -> NDArray[np.int32]:
    """The vertex of each corner (L,); of a mesh of triangles, reshape it to (T, 3)."""
    return _attribute(mesh, ".corner_vert", mesh.loops, "vertex_index", 1, np.int32).ravel()


def corner_edges(mesh: bpy.types.Mesh) -> NDArray[np.int32]:
    """The edge of each corner (L,)."""
    return _attribute(mesh, ".corner_edge", mesh.loops, "edge_index", 1, np.int32).ravel()


def edge_vertices(mesh: bpy.types.Mesh) -> NDArray[np.int32]:
    """The two vertices of each edge (E, 2)."""
    return _attribute(mesh, ".edge_verts", mesh.edges, "vertices", 2, np.int32)


def face_materials(mesh: bpy.types.Mesh) -> NDArray[np.int32]:
    """The material slot of each face (F,)."""
    return _attribute(mesh, "material_index", mesh.polygons, "material_index", 1, np.int32).ravel()


def face_normals(mesh: bpy.types.Mesh) -> NDArray[np.float32]:
    """The unit normal of each face (F, 3)."""
    normals = np.empty(len(mesh.polygons) * 3, np.float32)
    mesh.polygon_normals.foreach_get("vector", normals)
    return normals.reshape(-1, 3)


def weight_table(mesh: bpy.types.Mesh, progress: T) -> Generator[T, Any, NDArray[np.float64]]:
    """(N, 3) vertex, vertex group and weight of every entry, in the order of the vertices, in steps.

    Args:
        progress: yielded at each step.
    """
    tables = [np.zeros((0, 3))]
    for first in range(0, len(mesh.vertices), WEIGHED_AT_ONCE):
        some = mesh.vertices[first : first + WEIGHED_AT_ONCE]
        # Numbers alone: of so many tuples Python would look for garbage.
        rows = [number for v in some for e in v.groups for number in (v.index, e.group, e.weight)]
        tables.append(np.array(rows, np.float64).reshape(-1, 3))
        yield progress
    return np.concatenate(tables)


def uv_array(layer: bpy.types.MeshUVLoopLayer) -> NDArray[np.float32]:
    """The coordinates of each corner (L, 2) in a UV layer."""
    values = np.empty(len(layer.uv) * 2, np.float32)
    layer.uv.foreach_get("vector", values)
    return values.reshape(-1, 2)


def _attribute(
    mesh: bpy.types.Mesh,
    name: str,
    items: bpy.types.bpy_prop_collection,
    field: str,
    width: int,
    kind: type[np.generic],
) -> NDArray[Any]:
    """(n, width) of the built-in attribute that ``items`` expose as ``field``; zeros if the mesh lacks it.

    Reading the items one by one takes a hundred times as long; only in Edit Mode there is no other way.
    """
    values = np.zeros(len(items) * width, kind)
    attribute = mesh.attributes.get(name)
    if mesh.is_editmode:
        items.foreach_get(field, values)
    elif attribute is not None:
        attribute.data.foreach_get("vector" if kind is np.float32 else "value", values)
    return values.reshape(-1, width)


def finite_positions(mesh: bpy.types.Mesh, name: str) -> NDArray[np.float32]:
    """As :func:`positions`; raises :class:`InputError` naming ``name`` when one of them is not a number."""
    points = positions(mesh)
    if not np.isfinite(points).all():
        raise InputError("{name}: its mesh has vertices that are not finite numbers; delete or move them", name=name)
    return points


def mesh_arrays(obj: bpy.types.Object, depsgraph: bpy.types.Depsgraph) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    """Vertices (V, 3) in the object's own space and triangles (T, 3) of the evaluated object; T may be 0.

    In a mesh of more than MANY_FACES faces, every n-th face represents its neighbors: its callers need no finer detail.

    Raises:
        InputError: coordinates that are not finite.
    """
    evaluated = obj if obj.is_evaluated else obj.evaluated_get(depsgraph)
    # In Edit Mode the evaluated mesh wraps what is edited and has no arrays of its own; its copy has.
    if evaluated.type == "MESH" and not evaluated.data.is_editmode:
        return _arrays(cast(bpy.types.Mesh, evaluated.data), obj.name)
    mesh = evaluated.to_mesh()
    try:
        if mesh is None:
            return np.zeros((0, 3), np.float32), np.zeros((0, 3), np.int32)
        return _arrays(mesh, obj.name)
    finally:
        evaluated.to_mesh_clear()


def _arrays(mesh: bpy.types.Mesh, name: str) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    vertices = finite_positions(mesh, name)
    if len(mesh.polygons) > MANY_FACES:
        return _used(vertices, _every_nth(mesh))
    return vertices, triangle_vertices(mesh)


def triangle_vertices(mesh: bpy.types.Mesh) -> NDArray[np.int32]:
    """The vertices (T, 3) of a mesh's triangles; larger faces are triangulated as Blender displays them."""
    if len(mesh.loops) == 3 * len(mesh.polygons):
        return corner_vertices(mesh).reshape(-1, 3)
    mesh.calc_loop_triangles()
    corners = np.empty(len(mesh.loop_triangles) * 3, np.int32)
    mesh.loop_triangles.foreach_get("loops", corners)
    return corner_vertices(mesh)[corners].reshape(-1, 3)


def _every_nth(mesh: bpy.types.Mesh) -> NDArray[np.int32]:
    """Every n-th face as a fan, without triangulating the whole mesh."""
    corners = corner_vertices(mesh)
    starts = np.empty(len(mesh.polygons), np.int32)
    mesh.polygons.foreach_get("loop_start", starts)
    counts = np.diff(starts, append=len(corners))
    chosen = np.arange(0, len(starts), -(-len(starts) // MANY_FACES))
    starts, counts = starts[chosen], counts[chosen]
    fans = []
    for corner in range(1, int(counts.max()) - 1):
        has = counts > corner + 1
        first = starts[has]
        fans.append(np.stack([corners[first], corners[first + corner], corners[first + corner + 1]], axis=1))
        if corner >= 6:  # faces of more corners than eight are cut short: their share of a huge mesh is small
            break
    return np.concatenate(fans)


def _used(vertices: NDArray[np.float32], triangles: NDArray[np.int32]) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    """Only the vertices that the triangles use, renumbered."""
    used = np.zeros(len(vertices), dtype=bool)
    used[triangles.ravel()] = True
    number = np.cumsum(used, dtype=np.int32) - 1
    return vertices[used], number[triangles]


def without_yaw(matrix: NDArray[np.floating]) -> NDArray[np.float32]:
    """A matrix (3, 3) without its rotation about the vertical: for a rotated chair, only the scale remains.

    Orthographic views from all sides are nearly the same for every such rotation, so rotated copies can share them.
    """
    x, y = matrix[:, 0], matrix[:, 1]
    # The turn of the axis that is least upright.
    along = x[:2] if np.hypot(*x[:2]) >= np.hypot(*y[:2]) else np.array([y[1], -y[0]])
    length = float(np.hypot(*along))
    if length < 1e-12:
        return np.asarray(matrix, np.float32)
    c, s = along / length
    return np.asarray(np.array([[c, s, 0], [-s, c, 0], [0, 0, 1]]) @ matrix, np.float32)


def scene_unit(scene: bpy.types.Scene) -> float:
    """Meters in one unit of the scene."""
    return float(scene.unit_settings.scale_length) if scene.unit_settings.system != "NONE" else 1.0
