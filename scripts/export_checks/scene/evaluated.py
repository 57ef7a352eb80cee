"""Evaluated meshes of the open scene as arrays, read with no code of the exporter."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..readers.model import Array


def evaluated_triangles(obj: Any, world: Array) -> Array:
    """Corners (n, 3, 3) of an evaluated object's triangles, which the matrix ``world`` (4, 4) places."""
    mesh = obj.to_mesh()
    if mesh is None or not mesh.polygons:
        obj.to_mesh_clear()  # else Blender falls over the next instance that shares it
        return np.zeros((0, 3, 3))
    mesh.calc_loop_triangles()
    points = np.empty(len(mesh.vertices) * 3, np.float32)
    mesh.vertices.foreach_get("co", points)
    rows = np.empty(len(mesh.loop_triangles) * 3, np.int32)
    mesh.loop_triangles.foreach_get("vertices", rows)
    obj.to_mesh_clear()
    placed = points.reshape(-1, 3) @ world[:3, :3].T + world[:3, 3]
    return placed[rows.reshape(-1, 3)]
