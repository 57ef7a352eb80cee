"""Sizes of exported meshes, as the manifest states them: meters, Blender's axes."""

from __future__ import annotations

import bpy
import numpy as np
from numpy.typing import NDArray

from ...bridge.mesh_arrays import positions, triangle_vertices


def dimensions(meshes: list[bpy.types.Mesh], unit: float = 1.0, is_y_up: bool = False) -> list[float]:
    """Width, depth and height of the box around ``meshes``, whose own unit is ``unit`` meters."""
    size = np.ptp(np.concatenate([_meters(mesh, unit, is_y_up) for mesh in meshes]), axis=0)
    return [round(float(value), 5) for value in size]


def centroid(meshes: list[bpy.types.Mesh], unit: float = 1.0, is_y_up: bool = False) -> list[float]:
    """The surface's centroid relative to the pivot; it differs for a mirrored or rotated copy."""
    total, weight = np.zeros(3), 0.0
    for mesh in meshes:
        triangles = _meters(mesh, unit, is_y_up)[triangle_vertices(mesh)]
        area = np.linalg.norm(np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0]), axis=1)
        total += (triangles.mean(axis=1) * area[:, None]).sum(axis=0)
        weight += float(area.sum())
    return [round(float(value), 5) for value in total / max(weight, 1e-12)]


def _meters(mesh: bpy.types.Mesh, unit: float, is_y_up: bool) -> NDArray:
    points = positions(mesh).astype(float) * unit
    return points[:, [0, 2, 1]] * [1, -1, 1] if is_y_up else points
