"""Keeps the visible normals through operations that change faces: transforms, flips, triangulation, repairs."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import bpy
import numpy as np
from mathutils import Matrix
from numpy.typing import NDArray

from ...bridge.jobs.steps import Progress
from ...bridge.mesh_arrays import corner_vertices

LAYER = "atelier_normal"
_CUSTOM = "custom_normal"
"""Blender's own name of the layer of custom normals."""
LISTED_AT_ONCE = 20_000
"""Normals that are made a list in a row: some milliseconds, or ten times that where Python looks for garbage."""
SMALLEST_TURN = 0.9995
"""Cosine (1.8°) above which a normal counts as unchanged: Blender stores custom normals in 2 x 16 bits."""


def store_normals(mesh: bpy.types.Mesh) -> None:
    """Writes the corners' normals into a layer that Blender's mesh tools preserve."""
    _write(mesh, corner_normals(mesh))


def transform_mesh(mesh: bpy.types.Mesh, matrix: NDArray[np.float64]) -> None:
    """Transforms positions, shape keys and stored normals; a mirrored mesh keeps its faces outward.

    Args:
        matrix: (4, 4) in Blender's column convention.
    """
    mesh.transform(Matrix(matrix.tolist()), shape_keys=True)
    layer = mesh.attributes.get(LAYER)
    if layer is not None and len(mesh.loops):
        linear = matrix[:3, :3]
        size = np.linalg.det(linear)
        turn = np.linalg.inv(linear) if abs(size) > 1e-12 else np.sign(size or 1.0) * _cofactors(linear).T
        normals = _read(layer) @ turn
        layer.data.foreach_set("vector", _unit(normals).astype(np.float32).ravel())
    if np.linalg.det(matrix[:3, :3]) < 0:
        mesh.flip_normals()


def turn_normals(mesh: bpy.types.Mesh, linear: NDArray[np.float64]) -> None:
    """Transforms the stored normals along with vertices that have matrices of their own.

    Args:
        linear: (V, 3, 3), one for each vertex.
    """
    layer = mesh.attributes.get(LAYER)
    if layer is None:
        return
    turned = np.einsum("nij,nj->ni", _cofactors(linear[corner_vertices(mesh)]), _read(layer))
    layer.data.foreach_set("vector", _unit(turned).astype(np.float32).ravel())


def _cofactors(linear: NDArray[np.float64]) -> NDArray[np.float64]:
    """Cofactors of matrices (..., 3, 3), which transform normals as the matrices do a surface, even a flattened one."""
    a, b, c = linear[..., 0, :], linear[..., 1, :], linear[..., 2, :]
    return np.stack([np.cross(b, c), np.cross(c, a), np.cross(a, b)], axis=-2)


def restoring_normals(
    mesh: bpy.types.Mesh, progress: Progress, follows_surface: bool = False
) -> Generator[Progress, Any, None]:
    """Sets the stored normals as custom ones, where Blender would compute others; removes the layer.

    Args:
        progress: yielded between the steps.
    """
    layer = mesh.attributes.get(LAYER)
    if layer is None:
        return
    wanted = _unit(_read(layer))
    mesh.attributes.remove(layer)
    if not len(mesh.loops):
        return
    now = corner_normals(mesh)
    known = np.einsum("ij,ij->i", wanted, wanted) > 0.5
    if (np.einsum("ij,ij->i", wanted, now)[known] < SMALLEST_TURN).any():
        yield progress
        yield from setting_normals(mesh, np.where(known[:, None], wanted, now), progress, follows_surface)


def setting_normals(
    mesh: bpy.types.Mesh, normals: NDArray, progress: Progress, follows_surface: bool = False
) -> Generator[Progress, Any, None]:
    """Gives each corner its normal (L, 3).

    They are either free vectors, exact and quickly set, or relative to the surface, so that they follow bones and shape
    keys, in steps of a quarter of a degree.
    """
    if follows_surface:
        rows: list[list[float]] = []
        for first in range(0, len(normals), LISTED_AT_ONCE):
            rows += normals[first : first + LISTED_AT_ONCE].tolist()
            yield progress
        mesh.normals_split_custom_set(rows)
        return
    known = mesh.attributes.get(_CUSTOM)
    if known is not None and known.data_type != "FLOAT_VECTOR":
        mesh.attributes.remove(known)
        known = None
    layer = known or mesh.attributes.new(_CUSTOM, "FLOAT_VECTOR", "CORNER")
    layer.data.foreach_set("vector", np.ascontiguousarray(normals, np.float32).ravel())
    mesh.update()


def corner_normals(mesh: bpy.types.Mesh) -> NDArray[np.float32]:
    """The normal of each corner (L, 3), as Blender draws it."""
    values = np.empty(len(mesh.loops) * 3, np.float32)
    mesh.corner_normals.foreach_get("vector", values)
    return values.reshape(-1, 3)


def _write(mesh: bpy.types.Mesh, normals: NDArray) -> None:
    layer = mesh.attributes.get(LAYER) or mesh.attributes.new(LAYER, "FLOAT_VECTOR", "CORNER")
    layer.data.foreach_set("vector", normals.astype(np.float32).ravel())


def _read(layer: bpy.types.Attribute) -> NDArray[np.float64]:
    values = np.empty(len(layer.data) * 3, np.float32)
    layer.data.foreach_get("vector", values)
    return values.reshape(-1, 3).astype(np.float64)


def _unit(vectors: NDArray) -> NDArray:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
