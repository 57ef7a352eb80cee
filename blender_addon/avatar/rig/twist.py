"""Twist bones of arms, on request: they spread the twist of wrist and shoulder over the length of the limb.

Each is a child of the bone whose twist it spreads and is moved by a driver without a script, so that files need not be
trusted; exports contain the visible motion. None of them is a humanoid joint.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import bpy
import numpy as np

from ml_core.errors import InputError
from ml_core.geometry.body.rig import TWIST, TWISTED, limited, twist_share

from ...bridge.jobs.steps import InThread, Progress
from ...bridge.mesh_arrays import mesh_data, positions
from ...bridge.state.edit_mode import edited_bones, settled
from ...bridge.vertex_weights import LEAST, set_weights, setting_weights, weights_of
from ...bridge.vrm import joint_bones
from .secondary import Secondary

ADDING = Progress(0.5, 1, "Adding bones")


def twist_bones(armature: bpy.types.Object) -> dict[str, str]:
    """Twist bone -> the bone whose twist it spreads, of those that :func:`adding_twist_bones` added."""
    bones = armature.data.bones
    names = ((f"{bone}{TWIST}", bone) for joint, bone in joint_bones(armature).items() if joint in TWISTED)
    return {twist: bone for twist, bone in names if twist in bones and bones[twist].parent == bones[bone]}


def adding_twist_bones(
    context: bpy.types.Context, armature: bpy.types.Object
) -> Generator[Progress | InThread, Any, list[str]]:
    """Adds a twist bone to each upper arm and forearm that has none; returns their names.

    Raises:
        InputError: the armature has no arms.
    """
    joints = joint_bones(armature)
    arms = {joint: joints[joint] for joint in TWISTED if joint in joints and _end(joint) in joints}
    if not arms:
        raise InputError(
            "{name}: has no arms for twist bones; name their bones as VRM or Mixamo do", name=armature.name
        )
    present = twist_bones(armature)
    added = {joint: bone for joint, bone in arms.items() if f"{bone}{TWIST}" not in present}
    yield from settled(context)
    with edited_bones(context.view_layer, armature) as edited:
        for bone in added.values():
            twist = edited.new(f"{bone}{TWIST}")
            twist.parent = edited[bone]
            _lay(edited, f"{bone}{TWIST}", bone)
    for joint, bone in added.items():
        _drive(armature, joint, bone, joints[_end(joint)])
    yield from sharing_weights(armature)
    for joint, bone in added.items():
        if "Lower" in joint:
            Secondary.of(armature).keep_roll(f"{bone}{TWIST}", joints[_end(joint)])
    return [f"{bone}{TWIST}" for bone in arms.values()]


def removing_twist_bones(
    context: bpy.types.Context, armature: bpy.types.Object
) -> Generator[Progress | InThread, Any, list[str]]:
    """Removes the twist bones; the arms take over their weights again. Returns their names."""
    present = twist_bones(armature)
    for twist in present:
        armature.pose.bones[twist].driver_remove("rotation_euler", 1)
    for obj in skins_of(armature):
        yield ADDING
        names = list(dict.fromkeys(name for pair in present.items() for name in pair))
        weights = weights_of(obj, names)
        for twist, bone in present.items():
            both = weights[:, [names.index(bone), names.index(twist)]]
            rows = np.flatnonzero(both[:, 1] > LEAST)
            set_weights(obj, (bone,), both[rows].sum(axis=1, keepdims=True), rows)
            if twist in obj.vertex_groups:
                obj.vertex_groups.remove(obj.vertex_groups[twist])
    Secondary.of(armature).forget(present)
    yield from settled(context)
    with edited_bones(context.view_layer, armature) as edited:
        for twist in present:
            edited.remove(edited[twist])
    return list(present)


def lay_twist_bones(edited: bpy.types.ArmatureEditBones, twists: dict[str, str]) -> None:
    """Realigns twist bones with the bones whose twist they spread, after these have moved."""
    for twist, bone in twists.items():
        _lay(edited, twist, bone)


def sharing_weights(armature: bpy.types.Object) -> Generator[Progress | InThread, Any, None]:
    """Gives twist bones their weights on every skinned mesh that has none for them yet, such as a new garment."""
    present = twist_bones(armature)
    if not present:
        return
    joints = {bone: joint for joint, bone in joint_bones(armature).items()}
    for obj in skins_of(armature):
        twists = {
            twist: bone
            for twist, bone in present.items()
            if bone in obj.vertex_groups and twist not in obj.vertex_groups
        }
        if not twists:
            continue
        yield ADDING
        to_armature = np.array(armature.matrix_world.inverted_safe() @ obj.matrix_world)
        points = positions(mesh_data(obj)) @ to_armature[:3, :3].T + to_armature[:3, 3]
        names = [group.name for group in obj.vertex_groups if group.name in armature.data.bones]
        weights = weights_of(obj, names)
        rows = np.flatnonzero((weights[:, [names.index(bone) for bone in twists.values()]] > LEAST).any(axis=1))
        shared = weights[rows]
        for bone in twists.values():
            rest = armature.data.bones[bone]
            ends = np.array(rest.head_local), np.array(rest.tail_local)
            share = (twist_share(joints[bone], points[rows], *ends) * shared[:, names.index(bone)]).astype(np.float32)
            shared[:, names.index(bone)] -= share
            shared = np.concatenate([shared, share[:, None]], axis=1)
        yield from setting_weights(obj, [*names, *twists], limited(shared), rows, ADDING)


def skins_of(armature: bpy.types.Object) -> list[bpy.types.Object]:
    """Meshes that an armature moves by vertex groups."""
    return [
        obj
        for obj in armature.children_recursive
        if obj.type == "MESH" and any(item.type == "ARMATURE" and item.object == armature for item in obj.modifiers)
    ]


def _end(joint: str) -> str:
    return joint.replace("Upper", "Lower") if "Upper" in joint else joint.replace("LowerArm", "Hand")


def _lay(edited: bpy.types.ArmatureEditBones, twist: str, bone: str) -> None:
    parent, child = edited[bone], edited[twist]
    child.head, child.tail = (parent.head + parent.tail) / 2, parent.tail
    child.roll = parent.roll


def _drive(armature: bpy.types.Object, joint: str, bone: str, end: str) -> None:
    """Drives a twist bone: a forearm's rotates about its axis with the hand, an upper arm's against the arm."""
    posed = armature.pose.bones[f"{bone}{TWIST}"]
    posed.rotation_mode = "YXZ"
    driver = posed.driver_add("rotation_euler", 1).driver
    driver.type = "SCRIPTED"
    driver.expression = "-turn" if "Upper" in joint else "turn"
    variable = driver.variables.new()
    variable.name, variable.type = "turn", "TRANSFORMS"
    target = variable.targets[0]
    target.id, target.bone_target = armature, bone if "Upper" in joint else end
    target.transform_type, target.transform_space, target.rotation_mode = "ROT_Y", "LOCAL_SPACE", "SWING_TWIST_Y"
