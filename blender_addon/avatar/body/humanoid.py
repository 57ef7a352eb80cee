"""A skinned humanoid mesh as arrays: rest shape, UVs, joints, and which body part moves each vertex."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import bpy
import numpy as np
from numpy.typing import NDArray

from ml_core.errors import InputError
from ml_core.geometry.atlas.charts import PARTS
from ml_core.geometry.humanoid.bone_names import parts_of_bones
from ml_core.geometry.humanoid.fit import BodyFit
from ml_core.geometry.humanoid.landmarks import Landmarks, find_landmarks, upright_turn, weights_by_shape

from ...bridge.data.stored_values import stored_text, stores_text
from ...bridge.jobs.steps import Progress, run_to_end
from ...bridge.mesh_arrays import mesh_data, weight_table
from ...bridge.vrm import bone_joints, joint_bones

LANDMARK_KEY = "atelier_landmark"
"""Custom property of an empty that marks a joint or a point of the face: which one."""

SHAPE_KEY = "atelier_shape"
"""Custom property of a body that we made: which kind it is, or the traits that the first versions lofted it for."""

BEARD_KEY = "atelier_beard"
"""Custom property of a beard that we made: its kind, seed and color as JSON."""

HAIR_KEY = "atelier_hair"
"""Custom property of a hair object that we made: its style, seed and color as JSON."""


@dataclass(frozen=True)
class Humanoid:
    """A mesh in its rest pose, upright and facing -Y: in the armature's space or, without one, in the world's, by
    quarter turns (any unit; the fit is relative).

    ``vertices`` (V, 3), ``normals`` (V, 3) unit, ``triangles`` (T, 3), ``corner_uv`` (T, 3, 2), ``slots`` (T,)
    material slot of each triangle, ``part_weights`` (V, len(PARTS)), ``joints`` by VRM name, ``to_world`` (4, 4) from
    this space to the scene's.
    """

    vertices: NDArray[np.float64]
    normals: NDArray[np.float64]
    triangles: NDArray[np.int32]
    corner_uv: NDArray[np.float32]
    slots: NDArray[np.int32]
    part_weights: NDArray[np.float64]
    joints: dict[str, NDArray[np.float64]]
    to_world: NDArray[np.float64]

    def fit(self) -> BodyFit:
        """Raises :class:`InputError` when a required joint has no bone."""
        return BodyFit.from_joints(self.joints, self.vertices, self.part_weights)


def armature_of(mesh_object: bpy.types.Object) -> bpy.types.Object | None:
    """The armature that deforms a mesh."""
    for modifier in mesh_object.modifiers:
        if modifier.type == "ARMATURE" and modifier.object is not None:
            return modifier.object
    parent = mesh_object.parent
    return parent if parent is not None and parent.type == "ARMATURE" else None


def read_humanoid(mesh_object: bpy.types.Object) -> Humanoid:
    """As :func:`reading_humanoid`, run to its end."""
    return run_to_end(reading_humanoid(mesh_object, Progress(0, 1, "")))


def reading_humanoid(mesh_object: bpy.types.Object, progress: Progress) -> Generator[Progress, Any, Humanoid]:
    """Reads a mesh with the bones that move it; without an armature the joints are found from the mesh's shape.

    Landmarks that were placed by hand (:mod:`blender_addon.avatar.body.landmarks`) take precedence over both.

    Args:
        progress: yielded at each step.

    Raises:
        InputError: the mesh lacks faces or UVs, or is not a standing body; the message names it.
    """
    mesh = mesh_data(mesh_object)
    if not mesh.polygons:
        raise InputError("{name}: has no faces", name=mesh_object.name)
    if mesh.uv_layers.active is None:
        raise InputError("{name}: has no UV map; unwrap it first", name=mesh_object.name)
    armature = armature_of(mesh_object)
    space = np.array(armature.matrix_world) if armature is not None else np.eye(4)
    to_space = np.linalg.inv(space) @ np.array(mesh_object.matrix_world)
    vertices = _floats(mesh.vertices, "co", 3) @ to_space[:3, :3].T + to_space[:3, 3]
    if not np.isfinite(vertices).all():
        raise InputError("{name}: has vertices that are not numbers; clean the mesh first", name=mesh_object.name)
    triangles, loops, slots = _triangles(mesh)
    if armature is not None:
        yield progress
        joints, weights = rest_joints(armature), (yield from _part_weights(mesh_object, armature, progress))
        turn = upright_turn(joints)
        vertices, space[:3, :3] = vertices @ turn.T, space[:3, :3] @ turn.T
        joints = {name: turn @ place for name, place in joints.items()} | placed_landmarks(armature, space)
    else:
        found = _by_shape(mesh_object, vertices, triangles)
        space[:3, :3] = found.turn.T
        vertices = vertices @ found.turn.T
        joints = found.joints | placed_landmarks(mesh_object, space)
        weights = weights_by_shape(vertices, triangles, joints)
    uv = _floats(mesh.uv_layers.active.data, "uv", 2).astype(np.float32)
    return Humanoid(
        vertices=vertices,
        normals=vertex_normals(vertices, triangles),
        triangles=triangles,
        corner_uv=uv[loops],
        slots=slots,
        part_weights=weights,
        joints=joints,
        to_world=space,
    )


def world_geometry(mesh_object: bpy.types.Object) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
    """Vertices (V, 3) of a mesh in the world's space, and its triangles (T, 3)."""
    matrix = np.array(mesh_object.matrix_world)
    vertices = _floats(mesh_object.data.vertices, "co", 3) @ matrix[:3, :3].T + matrix[:3, 3]
    return vertices, _triangles(mesh_data(mesh_object))[0]


def _by_shape(mesh_object: bpy.types.Object, vertices: NDArray, triangles: NDArray) -> Landmarks:
    try:
        return find_landmarks(vertices, triangles)
    except InputError as error:
        raise InputError("{name}: has no armature, and {reason}", name=mesh_object.name, reason=error) from error


def _triangles(mesh: bpy.types.Mesh) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """Vertices (T, 3), loops (T, 3) and material slot (T,) of the triangles."""
    mesh.calc_loop_triangles()
    count = len(mesh.loop_triangles)
    triangles, loops, slots = np.empty(count * 3, np.int32), np.empty(count * 3, np.int32), np.empty(count, np.int32)
    mesh.loop_triangles.foreach_get("vertices", triangles)
    mesh.loop_triangles.foreach_get("loops", loops)
    mesh.loop_triangles.foreach_get("material_index", slots)
    return triangles.reshape(-1, 3), loops.reshape(-1, 3), slots


def placed_landmarks(owner: bpy.types.Object, space: NDArray) -> dict[str, NDArray[np.float64]]:
    """The landmarks parented to ``owner``, by name, in the space whose matrix to the world is ``space``."""
    inverse = np.linalg.inv(space)
    places: dict[str, NDArray[np.float64]] = {}
    for child in owner.children:
        if is_landmark(child):
            places[stored_text(child, LANDMARK_KEY)] = (
                inverse @ np.array([*child.matrix_world.translation, 1.0], np.float64)
            )[:3]
    return places


def is_landmark(obj: bpy.types.Object) -> bool:
    """Whether ``obj`` is an empty that marks a landmark of its parent."""
    return obj.type == "EMPTY" and stores_text(obj, LANDMARK_KEY)


def rest_joints(armature: bpy.types.Object) -> dict[str, NDArray[np.float64]]:
    """Rest positions of the joints that the armature's bones map to, in the armature's space."""
    bones = armature.data.bones
    return {joint: np.array(bones[name].head_local) for joint, name in joint_bones(armature).items()}


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


def _part_weights(
    mesh_object: bpy.types.Object, armature: bpy.types.Object, progress: Progress
) -> Generator[Progress, Any, NDArray[np.float64]]:
    bones = armature.data.bones
    parents = {bone.name: bone.parent.name if bone.parent else None for bone in bones}
    parts = parts_of_bones([bone.name for bone in bones], parents, bone_joints(armature))
    if mesh_object.parent_type == "BONE" and mesh_object.parent == armature:
        weights = np.zeros((len(mesh_object.data.vertices), len(PARTS)))
        part = parts.get(mesh_object.parent_bone)
        if part is not None:
            weights[:, PARTS.index(part)] = 1.0
        return weights
    columns = [
        PARTS.index(part) if (part := parts.get(group.name)) is not None else -1 for group in mesh_object.vertex_groups
    ]
    table = yield from weight_table(mesh_data(mesh_object), progress)
    column = np.array([*columns, -1])[table[:, 1].astype(int)]
    held, column = table[column >= 0], column[column >= 0]
    place = held[:, 0].astype(int) * len(PARTS) + column
    weights = (
        np.bincount(place, held[:, 2], len(mesh_object.data.vertices) * len(PARTS))
        .astype(np.float64)
        .reshape(-1, len(PARTS))
    )
    total = weights.sum(axis=1, keepdims=True)
    return np.where(total > 1e-6, weights / np.maximum(total, 1e-12), 0)
