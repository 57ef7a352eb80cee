"""Motions as actions: key frames of bones and of the armature object, and the tracks that hold them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import bpy
import numpy as np
from mathutils import Matrix, Quaternion
from numpy.typing import NDArray

from ml_core.geometry.motion.motion import Motion
from ml_core.geometry.motion.rotations import continuous, to_quaternions

from ...bridge.actions import new_action, write_curves
from ...bridge.data.stored_values import stores_text

CLIP_KEY = "atelier_clip"
"""Custom property of an action that we made: the name of its clip."""


def add_action(
    armature: bpy.types.Object, name: str, motion: Motion, bones: dict[str, str], start: Matrix | None = None
) -> tuple[bpy.types.Action, Any]:
    """An action of a motion whose first frame is 0, and its slot for the armature.

    Args:
        name: of the clip; the action is named after the armature and the clip.
        bones: ``{joint: bone}``. start: the armature's own transform (``matrix_basis``) where the motion begins; by
            default as it is now. The object is keyed where the motion travels or turns.
    """
    bag, action, slot = new_action(f"{armature.name}_{name}", "OBJECT", armature.name)
    action[CLIP_KEY] = name
    action.use_fake_user = False
    for joint, rotations in motion.poses.items():
        if joint in bones:
            bone = armature.data.bones[bones[joint]]
            write_curves(bag, f'pose.bones["{bone.name}"].rotation_quaternion', _quaternions(bone, rotations))
    hips = armature.data.bones[bones["hips"]]
    local = np.array(hips.matrix_local.to_3x3().inverted())
    write_curves(bag, f'pose.bones["{hips.name}"].location', motion.hips @ local.T)
    _key_root(bag, armature, motion, start if start is not None else armature.matrix_basis)
    return action, slot


def _key_root(bag: Any, armature: bpy.types.Object, motion: Motion, start: Matrix) -> None:
    place = np.array(start.to_3x3().normalized())
    scale = np.array(start.to_scale())
    if motion.root.any() or start != armature.matrix_basis:
        write_curves(bag, "location", np.array(start.translation) + (motion.root * scale) @ place.T)
    turns = motion.heading.any()
    if not turns and start == armature.matrix_basis:
        return
    heading = motion.heading if len(motion.heading) else np.zeros(len(motion.root))
    rotation = start.to_quaternion()
    turned = [rotation @ Quaternion((0, 0, 1), angle) for angle in heading.tolist()]
    mode = armature.rotation_mode
    if mode == "QUATERNION":
        previous = armature.rotation_quaternion.copy()
        for item in turned:
            item.make_compatible(previous)
            previous = item
        write_curves(bag, "rotation_quaternion", np.array([tuple(item[:]) for item in turned]))
    elif mode == "AXIS_ANGLE":
        rows = [(angle, *axis) for axis, angle in (item.to_axis_angle() for item in turned)]
        write_curves(bag, "rotation_axis_angle", np.array(rows))
    else:
        before, angles = armature.rotation_euler.copy(), []
        for item in turned:
            before = item.to_euler(mode, before)
            angles.append(tuple(before[:]))
        write_curves(bag, "rotation_euler", np.array(angles))


def add_strip(
    armature: bpy.types.Object, track: Any, action: bpy.types.Action, slot: Any, name: str, start: int, frames: int
) -> Any:
    """Adds a strip of an action with a number of frames to a track, starting at frame ``start``."""
    strip = track.strips.new(name, start, action)
    strip.name, strip.action_slot = name, slot
    strip.action_frame_start, strip.action_frame_end = 0, frames
    strip.frame_start, strip.frame_end = start, start + frames
    return strip


def add_track(armature: bpy.types.Object, name: str) -> Any:
    """A new track on top of an armature's nonlinear animation."""
    track = armature.animation_data_create().nla_tracks.new()
    track.name = name
    return track


def remove_tracks(armature: bpy.types.Object, names: Collection[str]) -> None:
    """Removes the tracks of these names whose actions we made, with the actions that nothing else uses."""
    tracks: Any = armature.animation_data.nla_tracks if armature.animation_data is not None else []
    for track in list(tracks):
        actions = [strip.action for strip in track.strips if strip.action is not None]
        if track.name in names and actions and all(stores_text(action, CLIP_KEY) for action in actions):
            tracks.remove(track)
            for action in actions:
                if not action.users:
                    bpy.data.actions.remove(action)


def _quaternions(bone: bpy.types.Bone, rotations: NDArray) -> NDArray[np.float64]:
    """Pose rotations (F, 4) of a bone for a joint's rotations (F, 3, 3) in the armature's axes."""
    rest = np.array(bone.matrix_local.to_3x3())
    return continuous(to_quaternions(rest.T @ rotations @ rest))
