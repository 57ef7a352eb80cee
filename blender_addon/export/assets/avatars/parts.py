"""The meshes of a skeleton, evaluated once for all targets: skinned meshes, and parts on single bones."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any

import bpy
import numpy as np
from mathutils import Matrix

from ....avatar.body.earlier_body import PREFIX, slider_property
from ....bridge.jobs.steps import InThread, Progress, scaled
from ....bridge.mesh_arrays import finite_positions
from ....translations.registry import formatted
from ...content.evaluated import evaluated_copy, key_positions, shown_graph, unposed_copy
from ...content.scene import Carried, Skeleton
from ...delivery.long_calls import READING, before_call
from ...meshes.cleaning import triangulating
from ...meshes.normals import store_normals, transform_mesh
from ...meshes.uv_layers import order_layers
from ...motion.sampling import KeyTrack
from ..static import ensure_uv, used_materials
from .envelopes import add_envelopes, uses_envelopes
from .own_motion import OwnMotion


@dataclass
class Part:
    """A mesh in the armature's space, in the rest pose; ``groups`` are the names of its vertex groups by index.

    ``bone`` is the parent of a rigid part; it is empty for a skin. ``home`` moves the mesh into the object's own space,
    ``world`` the object into the world. ``families`` are the materials for each family of targets, ``sources`` the
    artist's. ``own`` is the motion of a rigid part relative to its bone.
    """

    obj: bpy.types.Object
    mesh: bpy.types.Mesh
    materials: list[bpy.types.Material | None]
    groups: list[str]
    bone: str
    home: Matrix
    world: Matrix
    families: dict[str, list[bpy.types.Material | None]] = field(default_factory=dict)
    sources: list[bpy.types.Material | None] = field(default_factory=list)
    key_tracks: list[KeyTrack] = field(default_factory=list)
    own: OwnMotion | None = None

    @property
    def name(self) -> str:
        return self.obj.name


@dataclass
class Avatar:
    """A skeleton with its parts; ``lost_keys`` lists shape keys dropped because of modifiers, by object."""

    skeleton: Skeleton
    parts: list[Part] = field(default_factory=list)
    lost_keys: dict[str, list[str]] = field(default_factory=dict)

    @property
    def armature(self) -> bpy.types.Object:
        return self.skeleton.armature


def read_avatars(
    context: bpy.types.Context, skeletons: list[Skeleton]
) -> Generator[Progress | InThread, Any, list[Avatar]]:
    """Evaluates the meshes of all skeletons; objects without faces are skipped."""
    avatars = []
    for skeleton in skeletons:
        avatar = Avatar(skeleton)
        held = [*skeleton.attached, *((_placed_copy(item), item.bone) for item in skeleton.carried)]
        for number, (obj, bone) in enumerate([*((skin, "") for skin in skeleton.skins), *held]):
            count = max(len(skeleton.skins) + len(held), number + 1)
            reading = _read_part(context, avatar, obj, bone)
            part = yield from scaled(reading, number / count, (number + 1) / count)
            if part is not None:
                avatar.parts.append(part)
        if avatar.parts:
            avatars.append(avatar)
    return avatars


def _placed_copy(carried: Carried) -> bpy.types.Object:
    """A separate object for an instance on a bone."""
    made = carried.obj.copy()
    made.parent = None
    made.constraints.clear()
    made.animation_data_clear()
    if carried.mesh is not None:
        made.modifiers.clear()
        made.data = carried.mesh
    made.matrix_world = carried.matrix
    return made


def _read_part(
    context: bpy.types.Context, avatar: Avatar, obj: bpy.types.Object, bone: str
) -> Generator[Progress | InThread, Any, Part | None]:
    armature = avatar.armature
    triangles = len(obj.data.polygons) * 2 if obj.type == "MESH" else 0
    progress = before_call(0, 1, formatted("Reading {name}", name=obj.name), triangles, READING)
    yield progress
    depsgraph = shown_graph(context)
    slots = obj.evaluated_get(depsgraph).material_slots
    materials = [slot.material.original if slot.material else None for slot in slots]
    to_armature = armature.matrix_world.inverted_safe() @ obj.matrix_world
    if bone:
        posed, rest = armature.pose.bones[bone].matrix, armature.data.bones[bone].matrix_local
        to_armature = rest @ posed.inverted_safe() @ to_armature
    if obj.type == "MESH":
        made = yield from unposed_copy(context, obj, progress)
        mesh = made.mesh
        if made.lost_keys:
            avatar.lost_keys[obj.name] = made.lost_keys
        yield progress
        _settle_sliders(mesh, obj, armature)
    else:
        mesh = evaluated_copy(obj, depsgraph)
    if not mesh.polygons:
        bpy.data.meshes.remove(mesh)
        return None
    yield progress
    finite_positions(mesh, obj.name)
    store_normals(mesh)
    transform_mesh(mesh, np.array(to_armature))
    yield progress
    yield from triangulating(mesh, progress)
    yield progress
    materials = used_materials(mesh, materials)
    order_layers(mesh, materials)
    ensure_uv(mesh)
    groups = [group.name for group in obj.vertex_groups]
    if not bone and uses_envelopes(obj, armature):
        groups = add_envelopes(mesh, groups, armature)
    home, world = to_armature.inverted_safe(), obj.matrix_world.copy()
    return Part(obj, mesh, materials, groups, bone, home, world, sources=list(materials))


def _settle_sliders(mesh: bpy.types.Mesh, source: bpy.types.Object, armature: bpy.types.Object) -> None:
    """Body sliders, which properties of the artist's ``armature`` drive, become the basis: engines get the shape that
    shows. The other keys stay."""
    keys = mesh.shape_keys
    if keys is None:
        return
    blocks = keys.key_blocks
    sliders = [block for block in blocks[1:] if block.name.startswith(PREFIX)]
    if not sliders:
        return
    shift = np.zeros((len(mesh.vertices), 3), np.float32)
    basis = key_positions(blocks[0])
    for block in sliders:
        mute = source.data.shape_keys.key_blocks[block.name].mute
        value = armature.get(slider_property(block.name.removeprefix(PREFIX)), block.value)
        if value and not mute:
            shift += value * (key_positions(block) - basis)
    if shift.any():
        for block in [item for item in blocks if item not in sliders]:
            block.data.foreach_set("co", (key_positions(block) + shift).ravel())
        mesh.vertices.foreach_set("co", key_positions(blocks[0]).ravel())
    holder = bpy.data.objects.new("Sliders", mesh)
    for block in sliders:
        holder.shape_key_remove(block)
    if len(mesh.shape_keys.key_blocks) == 1:
        holder.shape_key_clear()
    bpy.data.objects.remove(holder)


def armature_place(armature: bpy.types.Object, unit: float) -> Matrix:
    """The transform of an armature, in meters, with its scale."""
    return Matrix.Scale(unit, 4) @ armature.matrix_world
