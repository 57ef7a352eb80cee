"""Stages an avatar for an engine: copies of armature and skin in rest pose, four influences, renamed bones, a root."""

from __future__ import annotations

from collections.abc import Collection, Generator
from dataclasses import dataclass, field
from math import radians
from typing import Any

import bpy
import numpy as np
from mathutils import Matrix

from ml_core.vocabulary.export_choices import PoseChoice

from ....avatar.wardrobe.sitting import stand_up
from ....bridge.jobs.steps import InThread, Progress
from ....bridge.mesh_arrays import mesh_data, positions, weight_table
from ....bridge.state.preserved_scene import claim_name
from ....bridge.vrm import vrm_data
from ...content.evaluated import settle_keys
from ...formats.privacy import copy_properties, forget_properties
from ...meshes.cleaning import triangulating
from ...meshes.normals import restoring_normals, transform_mesh, turn_normals
from ...motion.clips import Clip, is_animated, writing_clips
from ...motion.sampling import write_key_tracks
from ...names.assets import identifiers
from ...names.engine import EngineNames
from ...options import ExportOptions
from ...targets.profile import Profile
from ..placement import rigid, under_feet, upright
from .own_motion import add_own_bones
from .parts import Avatar, Part, armature_place
from .skeleton import (
    add_root,
    edit_bones,
    engine_bone_names,
    humanoid_bones,
    missing_bones,
    needs_root,
    raise_arms,
    rename_bones,
)

MAX_INFLUENCES = 4
LIMITED_AT_ONCE = 1000
"""Vertices whose weights are written in a row, some tens of microseconds each."""


@dataclass
class StagedAvatar:
    """Copies in the temporary scene; ``is_y_up`` if their data were rotated to Y up.

    ``bones`` gives the copy's bone of each humanoid joint, ``clips`` those on its NLA tracks, ``home`` the transform
    from the armature's own space (in meters) to the one of the file: upright, above its feet. ``bone_names`` gives the
    copy's bone of each bone, ``bone_sizes`` the scale factor of lengths in its space. ``materials`` are the names of
    the engine's materials of each mesh, ``levels`` all levels of detail, the meshes themselves among them; ``added``
    are the objects created for these.
    """

    armature: bpy.types.Object
    meshes: list[bpy.types.Object]
    is_y_up: bool
    bones: dict[str, str]
    clips: list[Clip]
    home: Matrix
    bone_names: dict[str, str]
    bone_sizes: dict[str, float]
    materials: list[list[str]] = field(default_factory=list)
    levels: list[bpy.types.Object] = field(default_factory=list)
    added: list[bpy.types.Object] = field(default_factory=list)

    @property
    def objects(self) -> list[bpy.types.Object]:
        return [self.armature, *self.meshes, *self.added]

    @property
    def shape_keys(self) -> list[str]:
        """Names of the shape keys, each once, in order."""
        blocks = [o.data.shape_keys.key_blocks[1:] for o in self.meshes if o.data.shape_keys]
        return list(dict.fromkeys(block.name for some in blocks for block in some))


def stage_avatar(
    scene: bpy.types.Scene,
    avatar: Avatar,
    profile: Profile,
    names: EngineNames,
    clips: list[Clip],
    unit: float,
    options: ExportOptions,
    kept_bones: Collection[str] = (),
) -> Generator[Progress | InThread, Any, StagedAvatar]:
    """Copies an armature and its meshes into ``scene``: at the origin, upright, scale applied.

    The pose of ``options.pose`` becomes the rest pose. The arms are raised if the target requires it.

    Args:
        names: engine names of the armature and its meshes. clips: as :func:`~.clips.reading_clip` found them. unit:
            meters in one unit of the scene. kept_bones: bones to keep although they move nothing.
    """
    armature = avatar.armature
    place = armature_place(armature, unit)
    size = rigid(place).inverted() @ place
    copy = bpy.data.objects.new(names.engine[armature.session_uid], armature.data.copy())
    copy.data.pose_position = "POSE"
    claim_name(copy.data, "armatures", names.engine[armature.session_uid])
    for block, source in zip((copy.data, *copy.data.bones), (armature.data, *armature.data.bones), strict=True):
        forget_properties(block)
        if options.custom_properties:
            copy_properties(source, block, profile.format)
    if options.custom_properties:
        for posed_bone in armature.pose.bones:
            copy_properties(posed_bone, copy.data.bones[posed_bone.name], profile.format)
        node: Any = copy
        if not profile.format.armature_node:
            node = next((bone for bone in copy.data.bones if bone.parent is None), copy)
        copy_properties(armature.data, node, profile.format)
        copy_properties(armature, node, profile.format)
    scene.collection.objects.link(copy)
    joints = humanoid_bones(armature)
    is_vrm = profile.format.avatar_data and vrm_data(armature) is not None
    posed = base_pose(armature, options.pose, is_vrm)
    turn = upright(joints, posed)
    if profile.target.t_pose and not missing_bones(joints):
        raise_arms(armature, joints, posed, turn)
    add_own_bones(copy, posed, [part.own for part in avatar.parts if part.own is not None] if clips else [])
    moves = {bone.name: np.array(posed[bone.name] @ bone.matrix_local.inverted()) for bone in copy.data.bones}
    rest = all(np.allclose(move, np.eye(4), atol=1e-5) for move in moves.values())
    meshes = []
    deforming = {bone.name for bone in armature.data.bones if bone.use_deform}
    for part in avatar.parts:
        progress = Progress(0, 1, part.name)
        yield progress
        holder = part.own.name if part.own is not None and clips else part.bone
        obj = _copied_part(scene, part, names, holder)
        yield progress
        if options.custom_properties:
            copy_properties(part.obj.data, obj.data, profile.format)
            copy_properties(part.obj, obj, profile.format)
        _keep_groups(obj, {holder} if holder else deforming)
        yield progress
        if rest:
            stand_up(mesh_data(obj))
        else:
            yield from _deform(obj, moves, progress)
        yield progress
        transform_mesh(mesh_data(obj), np.array(turn @ size))
        meshes.append(obj)
    feet = [turn @ size @ posed[joints[item]].translation for item in ("leftFoot", "rightFoot") if item in joints]
    move = under_feet(np.concatenate([positions(mesh_data(obj)) for obj in meshes]), feet if len(feet) == 2 else [])
    home = move @ turn
    weighted: set[str] = set()
    for obj in meshes:
        progress = Progress(0, 1, obj.name)
        yield progress
        mesh_data(obj).transform(move, shape_keys=True)
        yield progress
        # In meters: what has an area in centimeters may have none here.
        yield from triangulating(mesh_data(obj), progress)
        yield progress
        yield from restoring_normals(mesh_data(obj), progress, follows_surface=True)
        yield progress
        yield from limit_influences(obj, progress)
        table = yield from weight_table(mesh_data(obj), progress)
        weighted |= {obj.vertex_groups[int(group)].name for group in np.unique(table[table[:, 2] > 1e-4, 1])}
        obj.parent = copy
        obj.modifiers.new("Armature", "ARMATURE").object = copy
    yield Progress(0, 1, armature.name)
    for bone in copy.data.bones:
        bone.use_deform = bone.use_deform or bone.name in weighted
    edit_bones(copy, None if rest else posed, weighted, {*joints.values(), *kept_bones})
    copy.data.transform(home @ size)
    yield Progress(1, 1, armature.name)
    renamed = rename_bones(copy, meshes, engine_bone_names(copy, joints, profile))
    if needs_root(copy, profile):
        add_root(copy)
    if any(part.key_tracks for part in avatar.parts):
        bpy.context.scene.frame_set(-1)  # every clip begins at 0: before, keys have the values that show
    for obj, part in zip(meshes, avatar.parts, strict=True):
        if not profile.format.key_values:
            settle_keys(mesh_data(obj))
        if profile.target.takes_clips and profile.format.object_motion:  # an FBX file would play them in every clip
            write_key_tracks(mesh_data(obj), part.key_tracks)
        if profile.format.identifiers and (keys := mesh_data(obj).shape_keys) is not None:
            for block, name in zip(keys.key_blocks, identifiers([key.name for key in keys.key_blocks]), strict=True):
                block.name = name
    axes = _to_axes(copy, meshes, profile)
    bones = {joint: renamed[bone] for joint, bone in joints.items() if bone in renamed}
    progress = Progress(1, 1, armature.name)
    yield from writing_clips(copy, clips, posed, renamed, bones.get("hips"), home @ size, axes, progress)
    sizes = {name: float(np.mean((size @ matrix).to_scale()[:])) for name, matrix in posed.items()}
    return StagedAvatar(copy, meshes, profile.target.fbx_axes == "zero", bones, clips, home, renamed, sizes)


def base_pose(armature: bpy.types.Object, pose: PoseChoice, is_vrm: bool = False) -> dict[str, Matrix]:
    """Armature-space matrices of the pose to be the file's rest pose.

    For ``auto`` that is the visible pose; but an animated avatar shows a moment of its animation, so its rest pose is
    used, at the visible size: importers leave skeletons in centimeters below bones with a small pose scale. The same
    holds if it ``is_vrm`` already: it rests in the T-pose for which its springs and constraints were made, and
    constraints may have moved it.
    """
    posed = {bone.name: bone.matrix.copy() for bone in armature.pose.bones}
    if pose == "shown" or (pose == "auto" and not is_vrm and not is_animated(armature)):
        return posed
    rest = {bone.name: bone.matrix_local.copy() for bone in armature.data.bones}
    shown = float(np.median([np.mean(posed[name].to_scale()) for name in rest]))
    size = Matrix.Scale(shown if abs(shown - 1) > 0.01 else 1.0, 4)
    return {name: size @ matrix for name, matrix in rest.items()}


def _copied_part(scene: bpy.types.Scene, part: Part, names: EngineNames, holder: str) -> bpy.types.Object:
    """A part in the armature's space, as an object with its vertex groups and materials.

    Args:
        holder: the bone that moves all of it, if one does.
    """
    mesh = part.mesh.copy()
    name = names.engine[part.obj.session_uid]
    forget_properties(mesh)
    claim_name(mesh, "meshes", name)
    obj = bpy.data.objects.new(name, mesh)
    claim_name(obj, "objects", name)
    scene.collection.objects.link(obj)
    for slot, material in zip(obj.material_slots, part.materials, strict=True):
        slot.link, slot.material = "DATA", material
    if holder:
        obj.vertex_groups.clear()
        obj.vertex_groups.new(name=holder).add(range(len(mesh.vertices)), 1.0, "REPLACE")
        return obj
    for group in part.groups:
        if group not in obj.vertex_groups:
            obj.vertex_groups.new(name=group)
    return obj


def _keep_groups(obj: bpy.types.Object, bones: set[str]) -> None:
    """Removes the vertex groups that move nothing: masks, and bones that do not deform."""
    for group in [item for item in obj.vertex_groups if item.name not in bones]:
        obj.vertex_groups.remove(group)


def _deform(
    obj: bpy.types.Object, moves: dict[str, np.ndarray], progress: Progress
) -> Generator[Progress | InThread, Any, None]:
    """Linear blend skinning of the mesh and all of its shape keys, so that the pose becomes the rest pose."""
    mesh = mesh_data(obj)
    held = np.array([group.name in moves for group in obj.vertex_groups], bool)
    by_group = np.array([moves.get(group.name, np.eye(4)) for group in obj.vertex_groups]).reshape(-1, 4, 4)
    table = yield from weight_table(mesh, progress)
    count = len(mesh.vertices)
    matrices = yield InThread(lambda: _blended(table[held[table[:, 1].astype(int)]], by_group, count))
    blocks = mesh.shape_keys.key_blocks if mesh.shape_keys else []
    for data in [mesh.vertices, *(block.data for block in blocks)]:
        points = np.empty(len(data) * 3, np.float32)
        data.foreach_get("co", points)
        moved = np.einsum("nij,nj->ni", matrices[:, :3, :3], points.reshape(-1, 3)) + matrices[:, :3, 3]
        data.foreach_set("co", moved.astype(np.float32).ravel())
        yield progress
    turn_normals(mesh, matrices[:, :3, :3])
    mesh.update()


def _blended(table: np.ndarray, by_group: np.ndarray, count: int) -> np.ndarray:
    """(count, 4, 4) the blended transform of each vertex: the matrices (G, 4, 4) of its groups, by its weights.

    Args:
        table: from :func:`weight_table`.
    """
    vertices, groups, weights = table[:, 0].astype(int), table[:, 1].astype(int), table[:, 2]
    matrices = np.zeros((count, 4, 4))
    if len(vertices):  # in order, so that equal ones are neighbors
        first = np.flatnonzero(np.diff(vertices, prepend=-1))
        matrices[vertices[first]] = np.add.reduceat(weights[:, None, None] * by_group[groups], first, axis=0)
    total = np.bincount(vertices, weights, count)
    matrices[total < 1e-6] = np.eye(4)
    return matrices / np.where(total < 1e-6, 1, total)[:, None, None]


def limit_influences(obj: bpy.types.Object, progress: Progress) -> Generator[Progress, Any, None]:
    """Limits influences to four bones per vertex, with weights that sum to 1; in steps."""
    table = yield from weight_table(mesh_data(obj), progress)
    count = len(mesh_data(obj).vertices)
    vertices = table[:, 0].astype(int)
    number, total = np.bincount(vertices, minlength=count), np.bincount(vertices, table[:, 2], count)
    tiny = np.bincount(vertices[table[:, 2] <= 1e-4], minlength=count)
    wrong = (number > 0) & ((number > MAX_INFLUENCES) | (tiny > 0) | (np.abs(total - 1) >= 1e-4))
    for place, index in enumerate(np.flatnonzero(wrong).tolist()):
        _limit(obj, obj.data.vertices[index])
        if place % LIMITED_AT_ONCE == LIMITED_AT_ONCE - 1:
            yield progress


def _limit(obj: bpy.types.Object, vertex: bpy.types.MeshVertex) -> None:
    elements = sorted(((e.weight, e.group) for e in vertex.groups if e.weight > 1e-4), reverse=True)
    kept = elements[:MAX_INFLUENCES]
    total = sum(weight for weight, _ in kept)
    if not kept:
        return
    for group in [e.group for e in vertex.groups]:
        obj.vertex_groups[group].remove([vertex.index])
    for weight, group in kept:
        obj.vertex_groups[group].add([vertex.index], weight / total, "REPLACE")


def _to_axes(armature: bpy.types.Object, meshes: list[bpy.types.Object], profile: Profile) -> Matrix:
    """Applies the engine's root transforms: none for Unity, data in centimeters for Unreal; returns the transform
    applied to the data."""
    if profile.target.fbx_axes == "zero":
        # The exporter turns the node by -90° about X to Y up; data turned so beforehand leave the node at zero.
        turn = Matrix.Rotation(radians(-90), 4, "X")
        armature.rotation_euler = (radians(90), 0, 0)
    elif profile.target.fbx_axes == "centimeters":
        turn = Matrix.Scale(100, 4)
    else:
        return Matrix.Identity(4)
    armature.data.transform(turn)
    for obj in meshes:
        mesh_data(obj).transform(turn, shape_keys=True)
    return turn
