"""The skeleton of an exported avatar: which humanoid joint each bone is, T-pose, names, root, units."""

from __future__ import annotations

import re
from itertools import pairwise

import bpy
from mathutils import Matrix, Vector

from ml_core.geometry.bone_names import joints_of_bones

from .targets.profile import Profile

T_POSE_TOLERANCE = 0.0698
"""Radians (4°) from the X axis within which an arm counts as raised; engines ask for 5°."""


def humanoid_bones(armature: bpy.types.Object) -> dict[str, str]:
    """``{VRM 1.0 bone name: bone}``, which are Unity's humanoid names too.

    Rigs that count a thumb's bones 1 to 3 mean what VRM calls metacarpal, proximal and distal.
    """
    names = [bone.name for bone in armature.data.bones]
    joints = joints_of_bones(names)
    for side in ("left", "right"):
        metacarpal = next((n for n in names if re.fullmatch(rf"{side}ThumbMetacarpal", n)), None)
        if metacarpal:
            joints[f"{side}ThumbMetacarpal"] = metacarpal
        elif f"{side}ThumbIntermediate" in joints:
            first, second = joints.pop(f"{side}ThumbProximal", None), joints.pop(f"{side}ThumbIntermediate")
            joints[f"{side}ThumbProximal"] = second
            if first:
                joints[f"{side}ThumbMetacarpal"] = first
    return joints


def raise_arms(armature: bpy.types.Object, joints: dict[str, str], posed: dict[str, Matrix]) -> bool:
    """Turns the arms of a pose (armature-space matrices, changed in place) into the T-pose; whether they moved."""
    to_world = armature.matrix_world.to_3x3().normalized()
    moved = False
    for side, sign in (("left", 1.0), ("right", -1.0)):
        chain = [joints.get(side + limb) for limb in ("UpperArm", "LowerArm", "Hand")]
        if None in chain:
            continue
        wanted = to_world.inverted() @ Vector((sign, 0, 0))
        for upper, lower in pairwise(chain):
            direction = posed[lower].translation - posed[upper].translation
            if direction.length < 1e-6 or direction.angle(wanted) < T_POSE_TOLERANCE:
                continue
            pivot = Matrix.Translation(posed[upper].translation)
            turn = pivot @ direction.rotation_difference(wanted).to_matrix().to_4x4() @ pivot.inverted()
            for bone in (armature.data.bones[upper], *armature.data.bones[upper].children_recursive):
                posed[bone.name] = turn @ posed[bone.name]
            moved = True
    return moved


def edit_bones(
    armature: bpy.types.Object, posed: dict[str, Matrix] | None, weighted: set[str], joints: set[str], wishes: Profile
) -> None:
    """Makes a pose the rest pose, drops end bones that move nothing, adds a root where it is wished."""
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
        for bone in [one for one in bones if _is_end(one, weighted, joints)]:
            bones.remove(bone)
        if wishes.root_bone and "root" not in bones:
            root = bones.new("root")
            root.head, root.tail = (0, 0, 0), (0, 0.1, 0)
            for bone in bones:
                if bone.parent is None and bone != root:
                    bone.parent = root
        bpy.ops.object.mode_set(mode="OBJECT")


def _is_end(bone: bpy.types.EditBone, weighted: set[str], joints: set[str]) -> bool:
    """Importers add a bone beyond each chain to keep its length; it weighs nothing and engines do not want it."""
    ends = re.search(r"(_end|End|_leaf|_nub|Nub)$", bone.name) is not None
    return ends and not bone.children and bone.name not in weighted and bone.name not in joints


def rename_bones(
    armature: bpy.types.Object, meshes: list[bpy.types.Object], joints: dict[str, str], wishes: Profile
) -> dict[str, str]:
    """Gives bones the target's names; ``{source bone: name}`` of all bones that are there."""
    wanted = {bone: wishes.bone_names[joint] for joint, bone in joints.items() if joint in wishes.bone_names}
    sources = [bone.name for bone in armature.data.bones]
    # Through names that nobody has, since a rig may use a wanted name for another bone.
    for stage in (lambda name: f"{name}__moving", lambda name: wanted[name]):
        for source in wanted:
            bone = armature.data.bones.get(source) or armature.data.bones.get(f"{source}__moving")
            if bone is None:
                continue
            old, bone.name = bone.name, stage(source)
            for obj in meshes:
                group = obj.vertex_groups.get(old)
                if group is not None:
                    group.name = bone.name
    return {source: wanted.get(source, source) for source in sources if wanted.get(source, source) != "root"}
