"""An avatar as an engine wants it: copies of armature and skin in rest pose, four influences, renamed bones, a root."""

from __future__ import annotations

from dataclasses import dataclass
from math import radians

import bpy
import numpy as np
from mathutils import Matrix

from ..bridge.preserved_scene import claim_name
from .engine_names import EngineNames
from .profiles import Profile
from .static_assets import ensure_uv, skinned_meshes, triangulate

MAX_INFLUENCES = 4


@dataclass
class StagedAvatar:
    """Copies in the temporary scene; ``is_y_up`` when their data were turned to Y up."""

    armature: bpy.types.Object
    meshes: list[bpy.types.Object]
    is_y_up: bool


def stage_avatar(
    scene: bpy.types.Scene,
    armature: bpy.types.Object,
    wishes: Profile,
    names: EngineNames,
) -> StagedAvatar:
    """Copies an armature and its skinned meshes into ``scene``, at the origin, scale applied, in the pose that shows.

    Args:
        names: engine names of the armature and its meshes.
    """
    _, _, scale = armature.matrix_world.decompose()
    size = Matrix.Diagonal(scale).to_4x4()
    copy = bpy.data.objects.new(names.engine[armature.session_uid], armature.data.copy())
    claim_name(copy.data, "armatures", names.engine[armature.session_uid])
    scene.collection.objects.link(copy)
    posed = {bone.name: bone.matrix.copy() for bone in armature.pose.bones}
    moves = {bone.name: np.array(posed[bone.name] @ bone.matrix_local.inverted()) for bone in armature.data.bones}
    rest = all(np.allclose(move, np.eye(4), atol=1e-5) for move in moves.values())
    meshes = []
    for source in skinned_meshes(armature):
        mesh = source.data.copy()
        claim_name(mesh, "meshes", names.engine[source.session_uid])
        mesh.transform(armature.matrix_world.inverted() @ source.matrix_world, shape_keys=True)
        obj = bpy.data.objects.new(names.engine[source.session_uid], mesh)
        claim_name(obj, "objects", names.engine[source.session_uid])
        scene.collection.objects.link(obj)
        for slot, original in zip(obj.material_slots, source.material_slots, strict=False):
            slot.link, slot.material = "DATA", original.material
        _copy_groups(source, obj)
        if not rest:
            _deform(obj, moves)
        mesh.transform(size, shape_keys=True)
        triangulate(mesh)
        ensure_uv(mesh)
        limit_influences(obj)
        obj.parent = copy
        obj.modifiers.new("Armature", "ARMATURE").object = copy
        meshes.append(obj)
    _edit_bones(copy, None if rest else posed, wishes)
    copy.data.transform(size)
    _rename_bones(copy, meshes, wishes)
    _to_axes(copy, meshes, wishes)
    return StagedAvatar(copy, meshes, wishes.axes == "zero")


def _copy_groups(source: bpy.types.Object, target: bpy.types.Object) -> None:
    """Vertex group names are the object's; the weights came with the mesh data."""
    for group in source.vertex_groups:
        if group.name not in target.vertex_groups:
            target.vertex_groups.new(name=group.name)


def _deform(obj: bpy.types.Object, moves: dict[str, np.ndarray]) -> None:
    """Linear blend skinning of the mesh and all of its shape keys, so that the pose becomes the rest pose."""
    mesh = obj.data
    names = [group.name for group in obj.vertex_groups]
    matrices = np.zeros((len(mesh.vertices), 4, 4))
    total = np.zeros(len(mesh.vertices))
    for vertex in mesh.vertices:
        for element in vertex.groups:
            move = moves.get(names[element.group])
            if move is not None:
                matrices[vertex.index] += element.weight * move
                total[vertex.index] += element.weight
    matrices[total < 1e-6] = np.eye(4)
    matrices /= np.where(total < 1e-6, 1, total)[:, None, None]
    blocks = mesh.shape_keys.key_blocks if mesh.shape_keys else []
    for data in [mesh.vertices, *(block.data for block in blocks)]:
        points = np.empty(len(data) * 3, np.float32)
        data.foreach_get("co", points)
        moved = np.einsum("nij,nj->ni", matrices[:, :3, :3], points.reshape(-1, 3)) + matrices[:, :3, 3]
        data.foreach_set("co", moved.astype(np.float32).ravel())
    mesh.update()


def limit_influences(obj: bpy.types.Object) -> None:
    """At most four bones a vertex, weights that sum to 1."""
    for vertex in obj.data.vertices:
        elements = sorted(((e.weight, e.group) for e in vertex.groups if e.weight > 1e-4), reverse=True)
        kept = elements[:MAX_INFLUENCES]
        total = sum(weight for weight, _ in kept)
        if not kept or (len(elements) == len(vertex.groups) <= MAX_INFLUENCES and abs(total - 1) < 1e-4):
            continue
        for group in [e.group for e in vertex.groups]:
            obj.vertex_groups[group].remove([vertex.index])
        for weight, group in kept:
            obj.vertex_groups[group].add([vertex.index], weight / total, "REPLACE")


def _edit_bones(armature: bpy.types.Object, posed: dict[str, Matrix] | None, wishes: Profile) -> None:
    """Makes the pose the rest pose, drops bones that move nothing at the ends, adds a root where it is wished."""
    layer = bpy.context.view_layer
    layer.update()
    layer.objects.active = armature
    with bpy.context.temp_override(active_object=armature, object=armature, selected_objects=[armature]):
        bpy.ops.object.mode_set(mode="EDIT")
        bones = armature.data.edit_bones
        for bone in bones:
            bone.use_connect = False
        if posed is not None:
            for bone in bones:
                matrix = posed[bone.name]
                length = bone.length * matrix.to_scale().y
                bone.head = matrix.translation
                bone.tail = matrix.translation + matrix.to_3x3().normalized().col[1] * max(length, 1e-4)
                bone.align_roll(matrix.to_3x3().normalized().col[2])
        for bone in [one for one in bones if one.name.endswith("_end")]:
            bones.remove(bone)
        if wishes.root_bone and "root" not in bones:
            root = bones.new("root")
            root.head, root.tail = (0, 0, 0), (0, 0.1, 0)
            for bone in bones:
                if bone.parent is None and bone != root:
                    bone.parent = root
        bpy.ops.object.mode_set(mode="OBJECT")


def _rename_bones(armature: bpy.types.Object, meshes: list[bpy.types.Object], wishes: Profile) -> None:
    for bone in armature.data.bones:
        new = wishes.bone_names.get(bone.name)
        if new is None:
            continue
        old = bone.name
        bone.name = new
        for obj in meshes:
            group = obj.vertex_groups.get(old)
            if group is not None:
                group.name = new


def _to_axes(armature: bpy.types.Object, meshes: list[bpy.types.Object], wishes: Profile) -> None:
    """Root transforms as the engine wants them: none for Unity, data in centimetres for Unreal."""
    if wishes.axes == "zero":
        # The exporter turns the node by -90° about X to Y up; data turned so beforehand leave the node at zero.
        turn = Matrix.Rotation(radians(-90), 4, "X")
        armature.rotation_euler = (radians(90), 0, 0)
    elif wishes.axes == "centimetres":
        turn = Matrix.Scale(100, 4)
    else:
        return
    armature.data.transform(turn)
    for obj in meshes:
        obj.data.transform(turn, shape_keys=True)
