"""The skeleton of an exported avatar: which humanoid joint each bone is, T-pose, names, root."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise

import bpy
from mathutils import Matrix, Vector

from ml_core.geometry.body.rig import TWIST, TWISTED
from ml_core.geometry.humanoid.bone_names import REQUIRED_BONES

from ....bridge.state.edit_mode import edited_bones
from ....bridge.vrm import vrm_joints
from ...names.assets import MAX_INNER_NAME, Namer, plain
from ...targets.profile import Profile

_ENDS = r"(_end|End|_leaf|_nub|Nub)$"
_CONTROLS = r"(?<![A-Z])IK(?![A-Z])|[Cc]trl|CTRL|[Cc]ontrol|(?i:(heel|toe|foot)[-_. ]?roll)"
"""Names of controls in rigs whose files do not say what deforms. Unreal's own ``ik_foot_l`` are none of them."""

REQUIRED = REQUIRED_BONES
"""Joints without which VRM and Unity take no humanoid."""

T_POSE_TOLERANCE = 0.0698
"""Radians (4°) from the X axis within which an arm counts as raised; engines ask for 5°."""


def humanoid_bones(armature: bpy.types.Object) -> dict[str, str]:
    """``{VRM 1.0 bone name: bone}``, which are Unity's humanoid names too, by
    :func:`blender_addon.bridge.vrm.vrm_joints`."""
    joints = vrm_joints(armature)
    return {joint: bone for joint, bone in joints.items() if _parents_of(joint) <= joints.keys()}


def missing_bones(joints: Mapping[str, str]) -> list[str]:
    """The required humanoid bones that ``joints`` (joint to bone) lacks."""
    return [joint for joint in REQUIRED if joint not in joints]


def _parents_of(joint: str) -> set[str]:
    """The parent joints that VRM and Unity require for a joint (VRMC_vrm 1.0, humanoid)."""
    if joint == "upperChest":
        return {"chest"}
    finger = re.fullmatch(r"(left|right)(Thumb|Index|Middle|Ring|Little)(\w+)", joint)
    if finger is None:
        return set()
    chain = ["Metacarpal", "Proximal", "Distal"] if finger[2] == "Thumb" else ["Proximal", "Intermediate", "Distal"]
    return {finger[1] + finger[2] + item for item in chain[: chain.index(finger[3]) if finger[3] in chain else 0]}


def raise_arms(armature: bpy.types.Object, joints: dict[str, str], posed: dict[str, Matrix], upright: Matrix) -> None:
    """Turns the arms of a pose (armature-space matrices, changed in place) into the T-pose.

    Args:
        upright: rotates the armature's space so that the avatar stands along Z and has its left at +X.
    """
    for side, sign in (("left", 1.0), ("right", -1.0)):
        chain = [joints.get(side + limb) for limb in ("UpperArm", "LowerArm", "Hand")]
        if None in chain:
            continue
        wanted = upright.to_3x3().inverted() @ Vector((sign, 0, 0))
        for upper, lower in pairwise(chain):
            direction = posed[lower].translation - posed[upper].translation
            if direction.length < 1e-6 or direction.angle(wanted) < T_POSE_TOLERANCE:
                continue
            pivot = Matrix.Translation(posed[upper].translation)
            turn = pivot @ direction.rotation_difference(wanted).to_matrix().to_4x4() @ pivot.inverted()
            for bone in (armature.data.bones[upper], *armature.data.bones[upper].children_recursive):
                posed[bone.name] = turn @ posed[bone.name]


def edit_bones(
    armature: bpy.types.Object, posed: dict[str, Matrix] | None, weighted: set[str], joints: set[str]
) -> None:
    """Makes a pose the rest pose and drops bones that are useless to an engine."""
    with edited_bones(bpy.context.view_layer, armature) as bones:
        for bone in bones:
            bone.use_connect = False
            bone.inherit_scale, bone.use_inherit_rotation, bone.use_local_location = "FULL", True, True
        if posed is not None:
            for bone in bones:
                matrix = posed[bone.name]
                length = bone.length * matrix.to_scale().y
                bone.head = matrix.translation
                bone.tail = matrix.translation + matrix.to_3x3().normalized().col[1] * max(length, 1e-4)
                bone.align_roll(matrix.to_3x3().normalized().col[2])
        while useless := [item for item in bones if _is_useless(item, weighted, joints)]:
            for bone in useless:
                bones.remove(bone)


def _is_useless(bone: bpy.types.EditBone, weighted: set[str], joints: set[str]) -> bool:
    """Whether a bone is an end bone, which importers add to keep a chain's length, or an unused control of a rig."""
    is_named_so = re.search(_ENDS, bone.name) or re.search(_CONTROLS, bone.name)
    return bool(is_named_so or not bone.use_deform) and not bone.children and bone.name not in weighted | joints


def needs_root(armature: bpy.types.Object, profile: Profile) -> bool:
    """Whether a bone ``root`` has to be added: the target requires one at the origin, or a single one.

    glTF's skinned meshes are at the top level of a file only when one bone is above all others.
    """
    tops = [bone for bone in armature.data.bones if bone.parent is None]
    if profile.root_bone:
        return not (len(tops) == 1 and tops[0].name.lower() == "root" and tops[0].head_local.length < 1e-4)
    return profile.format.single_root and len(tops) > 1


def add_root(armature: bpy.types.Object) -> None:
    """Adds one bone ``root`` at the origin above all others."""
    size = max((bone.head_local.length for bone in armature.data.bones), default=1.0)
    with edited_bones(bpy.context.view_layer, armature) as bones:
        root = bones.new("root")
        root.head, root.tail = (0, 0, 0), (0, 0.06 * size, 0)
        for bone in bones:
            if bone.parent is None and bone != root:
                bone.parent = root


def engine_bone_names(armature: bpy.types.Object, joints: dict[str, str], profile: Profile) -> dict[str, str]:
    """``{bone: name}`` for every bone: the target's name for its joint, else its own in plain letters, all unique."""
    namer = Namer(MAX_INNER_NAME)
    twists = {f"{joint}{TWIST}": f"{joints[joint]}{TWIST}" for joint in TWISTED if joint in joints}
    named = joints | {joint: bone for joint, bone in twists.items() if bone in armature.data.bones}
    wanted = {bone: profile.bone_names[joint] for joint, bone in named.items() if joint in profile.bone_names}
    if len({bone.name for bone in armature.data.bones} & set(wanted.values())) > len(joints) / 2:
        wanted = {}  # a rig that has the target's names already, and perhaps more bones than the table
    names = {bone: namer.exactly(name) for bone, name in wanted.items()}
    if profile.root_bone or needs_root(armature, profile):
        root = namer.exactly("root")
        if not needs_root(armature, profile):
            names[next(bone.name for bone in armature.data.bones if bone.parent is None)] = root
    for bone in armature.data.bones:
        if bone.name not in names:
            names[bone.name] = namer.unique(plain(bone.name))
    return names


def rename_bones(armature: bpy.types.Object, meshes: list[bpy.types.Object], names: dict[str, str]) -> dict[str, str]:
    """Renames bones and their vertex groups; returns the entries of ``names`` whose bones still exist."""
    names = {old: new for old, new in names.items() if old in armature.data.bones}
    changed = {old: new for old, new in names.items() if old != new}
    # Through names that nobody has, since a rig may use a wanted name for another bone.
    passing = {old: f"__{number}" for number, old in enumerate(changed)}
    for step in (passing, {passing[old]: new for old, new in changed.items()}):
        for old, new in step.items():
            armature.data.bones[old].name = new
            for obj in meshes:
                group = obj.vertex_groups.get(old)
                if group is not None:
                    group.name = new
    return names
