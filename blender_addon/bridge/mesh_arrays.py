"""Blender objects as arrays: the evaluated mesh (modifiers, geometry nodes; curves, text and metaballs converted)."""

from __future__ import annotations

import bpy
import numpy as np
from numpy.typing import NDArray

from ml_core.errors import InputError

CONVERTIBLE = ("MESH", "CURVE", "SURFACE", "FONT", "META")


def positions(mesh: bpy.types.Mesh) -> NDArray[np.float32]:
    """The vertices (V, 3) of a mesh, in its own space."""
    points = np.empty(len(mesh.vertices) * 3, np.float32)
    mesh.vertices.foreach_get("co", points)
    return points.reshape(-1, 3)


def finite_positions(mesh: bpy.types.Mesh, name: str) -> NDArray[np.float32]:
    """As :func:`positions`; raises :class:`InputError` naming ``name`` when one of them is not a number."""
    points = positions(mesh)
    if not np.isfinite(points).all():
        raise InputError(f"{name}: its mesh has vertices that are not finite numbers; delete or move them")
    return points


def mesh_arrays(obj: bpy.types.Object, depsgraph: bpy.types.Depsgraph) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    """Vertices (V, 3) in the object's own space and triangles (T, 3) of the evaluated object; T may be 0.

    Raises:
        InputError: coordinates that are not finite.
    """
    evaluated = obj.evaluated_get(depsgraph)
    mesh = evaluated.to_mesh()
    try:
        if mesh is None:
            return np.zeros((0, 3), np.float32), np.zeros((0, 3), np.int32)
        vertices = finite_positions(mesh, obj.name)
        mesh.calc_loop_triangles()
        triangles = np.empty(len(mesh.loop_triangles) * 3, np.int32)
        mesh.loop_triangles.foreach_get("vertices", triangles)
    finally:
        evaluated.to_mesh_clear()
    return vertices, triangles.reshape(-1, 3)


def without_yaw(matrix: NDArray[np.floating]) -> NDArray[np.float32]:
    """A matrix (3, 3) without its turn around the vertical: of a chair that was only turned, scale alone is left.

    Orthographic views from all sides are much the same for every turn, so turned copies can share them.
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
    """Metres in one unit of the scene."""
    return float(scene.unit_settings.scale_length) if scene.unit_settings.system != "NONE" else 1.0
