"""Plays the shipped motions on any humanoid armature: fitted to its body, keyed, and laid on a track of its own."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import bpy
import numpy as np
from numpy.typing import NDArray

from ml_core.errors import InputError
from ml_core.geometry.motion.clip import shipped_clips
from ml_core.geometry.motion.fitting import Body, fitted
from ml_core.geometry.motion.motion import Motion
from ml_core.geometry.motion.sequence import repeated
from ml_core.geometry.motion.skeleton import INDEX, PARENTS, Skeleton
from ml_core.geometry.motion.trunk import Trunk
from ml_core.inference.motion.model import shipped_model
from ml_core.vocabulary.motion.motions import MOTIONS

from ...bridge.data.stored_values import stores_text
from ...bridge.jobs.steps import InThread, Progress, run_to_end
from ...bridge.mesh_arrays import mesh_data, positions, weight_table
from ..body.humanoid import armature_of
from .clips import FPS, NEEDED
from .keying import CLIP_KEY, add_action, add_strip, add_track, remove_tracks
from .poses import joint_bones, rest_joints

MOVING = Progress(0.5, 1, "Adding the motion")


def clip_name(motion: str) -> str:
    """The name of a motion's track and clip: ``Sit_Talk`` of ``SIT_TALK``."""
    return motion.title()


def moving_body(armature: bpy.types.Object) -> tuple[Body, dict[str, str], float]:
    """As :func:`reading_body`, run to its end."""
    return run_to_end(reading_body(armature))


def reading_body(
    armature: bpy.types.Object,
) -> Generator[Progress, Any, tuple[Body, dict[str, str], float]]:
    """The moving body, ``{joint: bone}``, and the height of the ground in the armature's space.

    Raises:
        InputError: the armature lacks a joint that motions require.
    """
    bones = {joint: bone for joint, bone in joint_bones(armature, NEEDED).items() if joint in PARENTS}
    joints = rest_joints(armature, bones)
    points, owners = yield from _skin(armature, bones)
    feet = [INDEX[f"{side}{part}"] for side in ("left", "right") for part in ("Foot", "Toes")]
    soles = points[np.isin(owners, feet), 2]
    ankle = min(joints["leftFoot"][2], joints["rightFoot"][2])
    # Without skin the sole is where it is below an ankle of ordinary height.
    knee = joints["leftLowerLeg"][2] - joints["leftFoot"][2]
    ground = float(soles.min()) if len(soles) else float(ankle - 0.19 * knee)
    up = np.array([0.0, 0.0, ground])
    skeleton = Skeleton({joint: place - up for joint, place in joints.items()})
    return Body(skeleton, Trunk.of(skeleton, points - up, owners)), bones, ground


def _skin(
    armature: bpy.types.Object, bones: dict[str, str]
) -> Generator[Progress, Any, tuple[NDArray[np.float64], NDArray[np.int64]]]:
    """(V, 3) rest vertices of all meshes that the armature deforms, in its space, and each vertex's dominant joint."""
    joint_of = _joints_above(armature, bones)
    places, owners = [np.zeros((0, 3))], [np.zeros(0, np.int64)]
    to_armature = armature.matrix_world.inverted_safe()
    for child in armature.children_recursive:
        if child.type != "MESH" or armature_of(child) != armature or child.parent_type == "BONE":
            continue
        matrix = np.array(to_armature @ child.matrix_world)
        places.append(positions(mesh_data(child)) @ matrix[:3, :3].T + matrix[:3, 3])
        numbers = np.array([INDEX.get(joint_of.get(group.name, ""), -1) for group in child.vertex_groups], np.int64)
        table = yield from weight_table(mesh_data(child), MOVING)
        owners.append(_strongest(table, numbers, len(places[-1])))
    return np.concatenate(places), np.concatenate(owners)


def _strongest(table: NDArray[np.float64], numbers: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """(V,) index of the group with the most weight, the first on a tie; -1 without any.

    Args:
        table: (N, 3) vertex, group and weight of each entry. numbers: (G,) group indices.
    """
    known = table[(table[:, 2] > 0) & (table[:, 1] < len(numbers))][::-1]
    known = known[np.argsort(known[:, 2], kind="stable")]
    found = np.full(count, -1, np.int64)
    found[known[:, 0].astype(np.int64)] = numbers[known[:, 1].astype(np.int64)]
    return found


def _joints_above(armature: bpy.types.Object, bones: dict[str, str]) -> dict[str, str]:
    """Bone -> the joint that it maps to, or that of its nearest ancestor that maps to one."""
    own = {bone: joint for joint, bone in bones.items()}
    found: dict[str, str] = {}
    for bone in armature.data.bones:  # parents come before their children
        joint = own.get(bone.name) or (found.get(bone.parent.name) if bone.parent is not None else None)
        if joint is not None:
            found[bone.name] = joint
    return found


def play_motion(context: bpy.types.Context, armature: bpy.types.Object, motion: str, **how: Any) -> dict[str, object]:
    """As :func:`playing_motion`, run to its end."""
    return run_to_end(playing_motion(context, armature, motion, **how))


def playing_motion(
    context: bpy.types.Context,
    armature: bpy.types.Object,
    motion: str,
    *,
    start: int = 1,
    repeats: int = 1,
    root_motion: bool = False,
    blend: int = 6,
    variation: int = 0,
) -> Generator[Progress | InThread, Any, dict[str, object]]:
    """Puts a motion on a track of its own and shows it; other tracks that we made are muted.

    Args:
        motion: id of :data:`~ml_core.vocabulary.motion.motions.MOTIONS`. start: frame. repeats: of a loop.
        root_motion: the object travels or turns with the motion. blend: frames over which the strip blends in and out
            over what plays below, if anything. variation: 0 is the motion as it is, any other number a variation of it
            by the trained network.

    Raises:
        InputError: there is no such motion, or the armature lacks a joint.
    """
    if motion not in MOTIONS:
        raise InputError(
            "{motion!r} is not a motion; choose one of {motions}", motion=motion, motions=", ".join(MOTIONS)
        )
    entry = MOTIONS[motion]
    body, bones, _ = yield from reading_body(armature)
    fps = frame_rate(context)
    moves = root_motion and entry.moves
    rounds = repeats if entry.loops else 1

    def fit() -> Motion:
        clip = shipped_clips()[motion]
        if variation:
            clip = shipped_model().varied(clip, variation)
        clip = repeated(clip, rounds) if moves else clip
        made = fitted(clip.resampled(fps), body)
        return made.in_place() if entry.moves and not moves else made

    made = yield InThread(fit)
    name = clip_name(motion) + ("_Root" if moves else "")
    ready(armature, bones)
    remove_tracks(armature, [name])
    mute_ours(armature)
    yield MOVING
    action, slot = add_action(armature, name, made, bones)
    yield MOVING
    track = add_track(armature, name)
    frames = len(made.root) - 1
    strip = add_strip(armature, track, action, slot, name, start, frames)
    if rounds > 1 and not moves:
        strip.repeat = rounds
    if _has_pose_below(armature, track):
        strip.blend_in = strip.blend_out = float(min(blend, frames // 2))
    strip.extrapolation = "NOTHING" if not entry.loops else "HOLD"
    yield MOVING
    show(context, armature, strip)
    return {
        "motion": motion, "track": name, "action": action.name, "frames": frames, "fps": fps,
        "start": start, "end": round(strip.frame_end), "loops": entry.loops,
    }  # fmt: skip


def _has_pose_below(armature: bpy.types.Object, track: bpy.types.NlaTrack) -> bool:
    """Whether another track plays: over the bare rest pose, nothing should blend in from outstretched arms."""
    return any(other != track and not other.mute and other.strips for other in armature.animation_data.nla_tracks)


def frame_rate(context: bpy.types.Context) -> float:
    """Frames a second of the scene; a file without any other animation gets 30."""
    render = context.scene.render
    if not any(not stores_text(action, CLIP_KEY) for action in bpy.data.actions):
        render.fps, render.fps_base = FPS, 1.0
    return render.fps / render.fps_base


def ready(armature: bpy.types.Object, bones: dict[str, str]) -> None:
    """Makes an armature play its tracks: its active action is kept as a muted track on top."""
    for bone in bones.values():
        armature.pose.bones[bone].rotation_mode = "QUATERNION"
    data = armature.animation_data_create()
    data.use_nla = True
    if data.action is not None:
        action, slot = data.action, data.action_slot
        first = round(action.frame_range[0])
        data.action = None
        track = data.nla_tracks.new()
        track.name = action.name
        strip = track.strips.new(action.name, first, action)
        if slot is not None:
            strip.action_slot = slot
        track.mute = True


def mute_ours(armature: bpy.types.Object) -> None:
    """Mutes every track whose actions are ours."""
    for track in armature.animation_data.nla_tracks:
        if track.strips and all(
            strip.action is not None and stores_text(strip.action, CLIP_KEY) for strip in track.strips
        ):
            track.mute = True


def show(context: bpy.types.Context, armature: bpy.types.Object, strip: bpy.types.NlaStrip) -> None:
    """Set the scene's frame range to a strip that was just added, and show its pose in this frame."""
    scene = context.scene
    scene.frame_end = max(scene.frame_end, round(strip.frame_end))
    armature.update_tag()
    scene.frame_set(scene.frame_current, subframe=scene.frame_subframe)  # a tag alone evaluates no new animation
