"""Poses of a humanoid armature, whatever the names and rolls of its bones."""

from __future__ import annotations

import bpy
import numpy as np
from mathutils import Matrix, Quaternion
from numpy.typing import NDArray

from ml_core.errors import InputError, Message
from ml_core.geometry.motion.posing import named_pose

from ...bridge.vrm import rig_joints

ARM_JOINTS = tuple(f"{side}{name}" for side in ("left", "right") for name in ("UpperArm", "LowerArm", "Hand"))


def joint_bones(armature: bpy.types.Object, needed: tuple[str, ...]) -> dict[str, str]:
    """``{joint: bone}`` of an armature.

    Raises:
        InputError: a required joint has no bone.
    """
    found = rig_joints(armature)
    missing = [joint for joint in needed if joint not in found.joints]
    if missing and found.reason:
        raise InputError(
            "{name}: has no bone for {missing} by name, and {reason}; rename its bones, or select one and press Set "
            "Joint",
            name=armature.name,
            missing=", ".join(missing),
            reason=Message(found.reason),
        )
    if missing:
        raise InputError(
            "{name}: has no bone for {missing}; rename its bones first", name=armature.name, missing=", ".join(missing)
        )
    return dict(found.joints)


def rest_joints(armature: bpy.types.Object, bones: dict[str, str]) -> dict[str, NDArray[np.float64]]:
    """Rest positions (3,) by joint, in the armature's space."""
    return {joint: np.array(armature.data.bones[bone].head_local) for joint, bone in bones.items()}


def basis_rotation(bone: bpy.types.Bone, rotation: NDArray) -> Quaternion:
    """The pose rotation of a bone for a joint's rotation (3, 3) in the armature's axes, relative to the parent."""
    rest = bone.matrix_local.to_3x3()
    return (rest.inverted() @ Matrix(rotation.tolist()) @ rest).to_quaternion()


def set_pose(context: bpy.types.Context, armature: bpy.types.Object, name: str) -> None:
    """Puts arms and fingers into a pose of :data:`ml_core.geometry.motion.posing.POSES`, and all else at rest.

    Raises:
        InputError: the armature has no arms.
    """
    bones = joint_bones(armature, ARM_JOINTS)
    pose = named_pose(rest_joints(armature, bones), name)
    for bone in armature.pose.bones:
        bone.matrix_basis = Matrix.Identity(4)
    for joint, rotation in pose.items():
        if joint in bones:
            bone = armature.pose.bones[bones[joint]]
            turn = basis_rotation(bone.bone, rotation)
            bone.matrix_basis = turn.to_matrix().to_4x4()
    context.view_layer.update()
