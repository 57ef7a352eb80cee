"""Looping clips on a humanoid armature, each on a muted NLA track of its own."""

from __future__ import annotations

import bpy

from ml_core.geometry.motion.gait import idle, walk
from ml_core.geometry.motion.motion import Motion

from ...bridge.data.stored_values import stores_text
from .keying import CLIP_KEY, add_action, add_strip, add_track, remove_tracks
from .poses import ARM_JOINTS, joint_bones, rest_joints

FPS = 30
NEEDED = (
    "hips",
    *ARM_JOINTS,
    *(f"{side}{name}" for side in ("left", "right") for name in ("UpperLeg", "LowerLeg", "Foot")),
)


def add_clips(context: bpy.types.Context, armature: bpy.types.Object) -> list[str]:
    """Adds the clips Idle, Walk and Walk_Root, or rebuilds them; the visible pose stays as it is.

    Walk_Root is the same walk with the armature object moving forward; the others stay in place. A file without any
    animation gets a frame rate of 30; any other keeps its own, and the clips are keyed for that rate.

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
    remove_tracks(armature, motions)
    for bone in armature.pose.bones:
        bone.rotation_mode = "QUATERNION"
    for name, motion in motions.items():
        _add(armature, name, motion, bones)
    return list(motions)


def _add(armature: bpy.types.Object, name: str, motion: Motion, bones: dict[str, str]) -> None:
    action, slot = add_action(armature, name, motion, bones)
    track = add_track(armature, name)
    add_strip(armature, track, action, slot, name, 0, len(motion.root) - 1)
    track.mute = True
