"""Looping clips on a humanoid armature, each on a muted NLA track of its own."""

from __future__ import annotations

from typing import Any

import bpy
import numpy as np
from mathutils import Quaternion
from numpy.typing import NDArray

from ml_core.geometry.motion.gait import Motion, idle, walk

from ...bridge.data.stored_values import stores_text
from .poses import ARM_JOINTS, basis_rotation, joint_bones, rest_joints

CLIP_KEY = "atelier_clip"
"""Custom property of an action that we made: the name of its clip."""

FPS = 30
NEEDED = (
    "hips",
    *ARM_JOINTS,
    *(f"{side}{name}" for side in ("left", "right") for name in ("UpperLeg", "LowerLeg", "Foot")),
)
_LINEAR = 1
"""Number of the interpolation LINEAR in Blender's key frames."""


def add_clips(context: bpy.types.Context, armature: bpy.types.Object) -> list[str]:
    """Adds the clips Idle, Walk and Walk_Root, or makes them anew; the pose that shows stays as it is.

    Walk_Root is the same walk with the armature object moving on; the others stay in place. A file without any
    animation gets a frame rate of 30; another keeps its own, and the clips are keyed for that.

    Returns:
        The names of the NLA tracks.

    Raises:
        InputError: the armature lacks a joint.
    """
    bones = joint_bones(armature, NEEDED)
    if not any(not stores_text(action, CLIP_KEY) for action in bpy.data.actions):
        context.scene.render.fps, context.scene.render.fps_base = FPS, 1.0
    fps = context.scene.render.fps / context.scene.render.fps_base
    joints = rest_joints(armature, bones)
    walking = walk(joints, fps)
    motions = {"Idle": idle(joints, fps), "Walk": walking.in_place(), "Walk_Root": walking}
    _remove(armature)
    for bone in armature.pose.bones:
        bone.rotation_mode = "QUATERNION"
    for name, motion in motions.items():
        _add(armature, name, motion, bones)
    return list(motions)


def _remove(armature: bpy.types.Object) -> None:
    """Takes off the tracks that :func:`add_clips` made."""
    tracks: Any = armature.animation_data.nla_tracks if armature.animation_data is not None else []
    for track in list(tracks):
        actions = [strip.action for strip in track.strips if strip.action is not None]
        if actions and all(stores_text(action, CLIP_KEY) for action in actions):
            tracks.remove(track)
            for action in actions:
                if not action.users:
                    bpy.data.actions.remove(action)


def _add(armature: bpy.types.Object, name: str, motion: Motion, bones: dict[str, str]) -> None:
    action = bpy.data.actions.new(f"{armature.name}_{name}")
    action[CLIP_KEY] = name
    action.use_fake_user = False
    slot = action.slots.new("OBJECT", armature.name)
    bag = action.layers.new("Clip").strips.new(type="KEYFRAME").channelbag(slot, ensure=True)
    for joint, rotations in motion.poses.items():
        if joint in bones:
            bone = armature.data.bones[bones[joint]]
            _curves(bag, f'pose.bones["{bone.name}"].rotation_quaternion', _quaternions(bone, rotations))
    hips = armature.data.bones[bones["hips"]]
    local = np.array(hips.matrix_local.to_3x3().inverted())
    _curves(bag, f'pose.bones["{hips.name}"].location', motion.hips @ local.T)
    if motion.root.any():
        place = np.array(armature.matrix_basis.to_3x3().normalized())
        scale = np.array(armature.scale)
        _curves(bag, "location", np.array(armature.location) + (motion.root * scale) @ place.T)
    frames = len(motion.root) - 1
    track = armature.animation_data_create().nla_tracks.new()
    track.name = name
    strip = track.strips.new(name, 0, action)
    strip.name, strip.action_slot = name, slot
    strip.action_frame_start, strip.action_frame_end = 0, frames
    strip.frame_start, strip.frame_end = 0, frames
    track.mute = True


def _quaternions(bone: bpy.types.Bone, rotations: NDArray) -> NDArray[np.float64]:
    previous = Quaternion()
    rows: list[tuple[float, ...]] = []
    for rotation in rotations:
        turn = basis_rotation(bone, rotation)
        turn.make_compatible(previous)
        previous = turn
        rows.append(tuple(turn))
    return np.array(rows)


def _curves(bag: Any, path: str, values: NDArray) -> None:
    for index in range(values.shape[1]):
        curve = bag.fcurves.new(path, index=index)
        curve.keyframe_points.add(len(values))
        keys = np.stack([np.arange(len(values)), values[:, index]], axis=1).astype(np.float32)
        curve.keyframe_points.foreach_set("co", keys.ravel())
        curve.keyframe_points.foreach_set("interpolation", np.full(len(values), _LINEAR, np.int32))
        curve.update()
