"""A simple physics setup for spring bones: a cloth simulation of a few ribbons that the bones follow.

Ribbons hang on a single bone each and bodies are capsules on bones, since Blender cannot have a mesh follow a skeleton
whose bones follow the mesh. Nothing of it renders, so nothing of it is exported; the motion of the bones is.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any

import bmesh
import bpy
import numpy as np
from mathutils import Matrix, Vector

from ml_core.errors import InputError
from ml_core.geometry.springs.colliders import Collider

from ...bridge.data.stored_values import stores_text
from ...bridge.jobs.steps import InThread, Progress
from ...bridge.mesh_arrays import mesh_data
from ..anatomy.building import body_of
from .springs import adding_springs, colliders_of, spring_bones
from .twist import ADDING

PHYSICS_KEY = "atelier_physics"
"""Custom property of the objects of a set-up: ``ribbons`` or ``collider``."""
CONSTRAINT = "Spring"
_PIN = "Pin"
_RIBBON = 0.012
"""Half the width of a ribbon in meters."""
_ANCHORS = {"Hair": "head", "Cloth": "hips"}
_BENDING = {"Hair": 0.4, "Cloth": 2.5}
_SEGMENTS = 10


def physics_of(armature: bpy.types.Object) -> list[bpy.types.Object]:
    """The objects of the physics setup of an avatar."""
    return [child for child in armature.children if stores_text(child, PHYSICS_KEY)]


def adding_physics(
    context: bpy.types.Context, armature: bpy.types.Object
) -> Generator[Progress | InThread, Any, dict[str, int]]:
    """Lets the spring bones of an avatar swing when its animation plays, from the first frame on; adds missing ones.

    Returns:
        ``ribbons`` and ``colliders``, their numbers.

    Raises:
        InputError: as :func:`.springs.adding_springs`, or it is not an avatar of ours.
    """
    body = check_physics(armature)
    remove_physics(armature)
    if not spring_bones(armature):
        yield from adding_springs(context, armature)
    yield ADDING
    colliders = colliders_of(armature, body)
    for collider in colliders:
        yield ADDING
        _add_collider(context, armature, collider)
    chains = spring_bones(armature)
    for kind, anchor in _ANCHORS.items():
        bones = [bones for name, bones in chains.items() if name.startswith(kind)]
        if bones:
            yield ADDING
            ribbons = _add_ribbons(context, armature, kind, anchor, bones)
            for bone in (bone for some in bones for bone in some):
                _follow(armature, bone, ribbons)
    yield ADDING
    context.view_layer.update()
    return {"ribbons": len(chains), "colliders": len(colliders)}


def check_physics(armature: bpy.types.Object) -> bpy.types.Object:
    """The body of an avatar that can have physics; raises :class:`InputError` for a foreign character."""
    body = body_of(armature)
    if body is None:
        raise InputError(
            "{name}: physics goes on Atelier's own body; press Add Springs alone, which swing in VRM viewers",
            name=armature.name,
        )
    return body


def remove_physics(armature: bpy.types.Object) -> int:
    """Removes the physics setup; the bones stay. Returns how many objects it had."""
    found = physics_of(armature)
    for bones in spring_bones(armature).values():
        for bone in bones:
            constraints = armature.pose.bones[bone].constraints
            for constraint in [item for item in constraints if item.type == "DAMPED_TRACK" and item.target in found]:
                constraints.remove(constraint)
    for obj in found:
        mesh = mesh_data(obj)
        bpy.data.objects.remove(obj)
        if not mesh.users:
            bpy.data.meshes.remove(mesh)
    return len(found)


def _follow(armature: bpy.types.Object, bone: str, ribbons: bpy.types.Object) -> None:
    track = armature.pose.bones[bone].constraints.new("DAMPED_TRACK")
    track.name, track.target, track.subtarget, track.track_axis = CONSTRAINT, ribbons, bone, "TRACK_Y"


def _add_ribbons(
    context: bpy.types.Context, armature: bpy.types.Object, kind: str, anchor: str, chains: Sequence[Sequence[str]]
) -> bpy.types.Object:
    """One mesh with a ribbon along each chain, pinned at its root; ribbons of cloth are joined."""
    bones = armature.data.bones
    paths = np.array([[bones[bone].head_local for bone in chain] + [bones[chain[-1]].tail_local] for chain in chains])
    middle = paths[:, 0].mean(axis=0)
    across = np.cross(paths[:, 0] - middle + [0, 1e-4, 0], [0, 0, 1.0])
    across /= np.maximum(np.linalg.norm(across, axis=1, keepdims=True), 1e-9)
    sides = np.stack([paths - _RIBBON * across[:, None], paths + _RIBBON * across[:, None]], axis=2)
    number = np.arange(sides[..., 0].size).reshape(sides.shape[:3])
    faces = [_between(chain[:, 0], chain[:, 1]) for chain in number]
    if kind == "Cloth":
        angle = np.arctan2(*(paths[:, 0] - middle)[:, :2].T)
        order = np.argsort(angle)
        faces += [
            _between(number[one][:, 0], number[other][:, 1])
            for one, other in zip(order, np.roll(order, -1), strict=True)
        ]
    mesh = bpy.data.meshes.new(f"{armature.name}_{kind}_Ribbons")
    mesh.from_pydata(sides.reshape(-1, 3).tolist(), [], np.concatenate(faces).tolist())
    obj = _hung(context, armature, mesh, anchor, "ribbons")
    obj.vertex_groups.new(name=_PIN).add(number[:, 0].ravel().tolist(), 1.0, "REPLACE")
    for chain, points in zip(chains, number, strict=True):
        for place, bone in enumerate(chain, start=1):
            obj.vertex_groups.new(name=bone).add(points[place].tolist(), 1.0, "REPLACE")
    cloth = obj.modifiers.new("Cloth", "CLOTH")
    settings = cloth.settings
    settings.vertex_group_mass, settings.quality, settings.mass = _PIN, 6, 0.2
    settings.tension_stiffness = settings.compression_stiffness = 20.0
    settings.bending_stiffness, settings.air_damping = _BENDING[kind], 1.5
    cloth.collision_settings.distance_min = 0.006
    cloth.point_cache.frame_start, cloth.point_cache.frame_end = context.scene.frame_start, context.scene.frame_end
    return obj


def _between(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Quads (K - 1, 4) between two lines of vertices (K,)."""
    return np.stack([one[:-1], one[1:], other[1:], other[:-1]], axis=1)


def _add_collider(context: bpy.types.Context, armature: bpy.types.Object, collider: Collider) -> None:
    mesh = bpy.data.meshes.new(f"{armature.name}_{collider.bone}_Collider")
    edited = bmesh.new()
    bmesh.ops.create_uvsphere(edited, u_segments=_SEGMENTS, v_segments=_SEGMENTS, radius=collider.radius)
    way = Vector((collider.end - collider.start).tolist())
    turn = way.to_track_quat("Z", "Y").to_matrix().to_4x4() if way.length > 1e-6 else Matrix()
    for vertex in edited.verts:
        end = collider.end if vertex.co.z > 1e-6 else collider.start
        vertex.co = turn @ vertex.co + Vector(end.tolist())
    edited.to_mesh(mesh)
    edited.free()
    obj = _hung(context, armature, mesh, collider.bone, "collider")
    obj.modifiers.new("Collision", "COLLISION")
    obj.collision.thickness_outer = 0.004


def _hung(
    context: bpy.types.Context, armature: bpy.types.Object, mesh: bpy.types.Mesh, bone: str, what: str
) -> bpy.types.Object:
    """A non-rendering object with a mesh in the armature's space, parented to a bone."""
    obj = bpy.data.objects.new(mesh.name, mesh)
    for collection in armature.users_collection or (context.collection,):
        collection.objects.link(obj)
    rest = armature.data.bones[bone]
    # A child of a bone stands at its tail.
    mesh_data(obj).transform((rest.matrix_local @ Matrix.Translation((0, rest.length, 0))).inverted())
    obj.parent, obj.parent_type, obj.parent_bone = armature, "BONE", bone
    obj.display_type, obj.hide_render = "WIRE", True
    obj.hide_set(True)
    obj[PHYSICS_KEY] = what
    return obj
