"""A skinned humanoid mesh as arrays: rest shape, UVs, joints, and which body part moves each vertex."""

from __future__ import annotations

from dataclasses import dataclass

import bpy
import numpy as np
from numpy.typing import NDArray

from ml_core.errors import InputError
from ml_core.geometry.atlas import PARTS
from ml_core.geometry.body_fit import BodyFit
from ml_core.geometry.bone_names import joints_of_bones, parts_of_bones


@dataclass(frozen=True)
class Humanoid:
    """A mesh in its rest pose, in the armature's space (any unit; the fit is relative).

    ``vertices`` (V, 3), ``normals`` (V, 3) unit, ``triangles`` (T, 3), ``corner_uv`` (T, 3, 2), ``slots`` (T,)
    material slot of each triangle, ``part_weights`` (V, len(PARTS)), ``joints`` by VRM name.
    """

    vertices: NDArray[np.float64]
    normals: NDArray[np.float64]
    triangles: NDArray[np.int32]
    corner_uv: NDArray[np.float32]
    slots: NDArray[np.int32]
    part_weights: NDArray[np.float64]
    joints: dict[str, NDArray[np.float64]]

    def fit(self) -> BodyFit:
        """Raises :class:`InputError` when a needed joint has no bone."""
        return BodyFit.from_joints(self.joints, self.vertices, self.part_weights)


def armature_of(mesh_object: bpy.types.Object) -> bpy.types.Object | None:
    """The armature that deforms a mesh."""
    for modifier in mesh_object.modifiers:
        if modifier.type == "ARMATURE" and modifier.object is not None:
            return modifier.object
    parent = mesh_object.parent
    return parent if parent is not None and parent.type == "ARMATURE" else None


def read_humanoid(mesh_object: bpy.types.Object) -> Humanoid:
    """Reads a mesh and its armature; raises :class:`InputError` with the object's name and what it lacks."""
    armature = armature_of(mesh_object)
    if armature is None:
        raise InputError(f"{mesh_object.name}: has no armature; parent it to one with humanoid bones first")
    mesh = mesh_object.data
    if not mesh.polygons:
        raise InputError(f"{mesh_object.name}: has no faces")
    if mesh.uv_layers.active is None:
        raise InputError(f"{mesh_object.name}: has no UV map; unwrap it first")
    to_armature = np.array(armature.matrix_world.inverted() @ mesh_object.matrix_world)
    vertices = _floats(mesh.vertices, "co", 3) @ to_armature[:3, :3].T + to_armature[:3, 3]
    if not np.isfinite(vertices).all():
        raise InputError(f"{mesh_object.name}: has vertices that are not numbers; clean the mesh first")
    mesh.calc_loop_triangles()
    count = len(mesh.loop_triangles)
    triangles = np.empty(count * 3, np.int32)
    mesh.loop_triangles.foreach_get("vertices", triangles)
    loops = np.empty(count * 3, np.int32)
    mesh.loop_triangles.foreach_get("loops", loops)
    slots = np.empty(count, np.int32)
    mesh.loop_triangles.foreach_get("material_index", slots)
    uv = _floats(mesh.uv_layers.active.data, "uv", 2).astype(np.float32)
    triangles = triangles.reshape(-1, 3)
    return Humanoid(
        vertices=vertices,
        normals=vertex_normals(vertices, triangles),
        triangles=triangles,
        corner_uv=uv[loops.reshape(-1, 3)],
        slots=slots,
        part_weights=_part_weights(mesh_object, armature),
        joints=rest_joints(armature),
    )


def rest_joints(armature: bpy.types.Object) -> dict[str, NDArray[np.float64]]:
    """Rest positions of the joints that the armature's bones stand for, in the armature's space."""
    bones = armature.data.bones
    return {joint: np.array(bones[name].head_local) for joint, name in joints_of_bones([b.name for b in bones]).items()}


def vertex_normals(vertices: NDArray, triangles: NDArray) -> NDArray[np.float64]:
    """(V, 3) unit normals, weighted by area."""
    edges1 = vertices[triangles[:, 1]] - vertices[triangles[:, 0]]
    edges2 = vertices[triangles[:, 2]] - vertices[triangles[:, 0]]
    face = np.cross(edges1, edges2)
    normals = np.zeros_like(vertices)
    for axis in range(3):
        for corner in range(3):
            normals[:, axis] += np.bincount(triangles[:, corner], face[:, axis], len(vertices))
    return normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)


def _floats(collection: bpy.types.bpy_prop_collection, attribute: str, width: int) -> NDArray[np.float64]:
    values = np.empty(len(collection) * width, np.float32)
    collection.foreach_get(attribute, values)
    return values.reshape(-1, width).astype(np.float64)


def _part_weights(mesh_object: bpy.types.Object, armature: bpy.types.Object) -> NDArray[np.float64]:
    bones = armature.data.bones
    parents = {bone.name: bone.parent.name if bone.parent else None for bone in bones}
    parts = parts_of_bones([bone.name for bone in bones], parents)
    columns = [
        PARTS.index(part) if (part := parts.get(group.name)) is not None else -1 for group in mesh_object.vertex_groups
    ]
    weights = np.zeros((len(mesh_object.data.vertices), len(PARTS)))
    for vertex in mesh_object.data.vertices:
        for element in vertex.groups:
            column = columns[element.group]
            if column >= 0:
                weights[vertex.index, column] += element.weight
    total = weights.sum(axis=1, keepdims=True)
    return np.where(total > 1e-6, weights / np.maximum(total, 1e-12), 0)
