"""Animation clips of an armature: read as poses, written again on the copy that an engine gets.

The copy has another rest pose, other bone names, other units and perhaps a root bone, so curves cannot be copied. Poses
can: a clip is sampled at every frame in the armature's space, where they are the same for any rest pose.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import bpy
import numpy as np
from mathutils import Matrix, Quaternion

from ..bridge.jobs import Progress
from .naming import plain

_LINEAR = 1
"""Number of the interpolation LINEAR in Blender's key frames."""


@dataclass
class Clip:
    """Armature-space pose matrices of each bone at each frame; ``root`` is the object's own motion from its place."""

    name: str
    poses: list[dict[str, Matrix]]
    root: list[Matrix]

    @property
    def frames(self) -> int:
        """Frames from the first pose to the last."""
        return len(self.poses) - 1


def read_clips(
    context: bpy.types.Context, armature: bpy.types.Object, stem: str
) -> Generator[Progress, None, list[Clip]]:
    """The clips of an armature: one for each NLA strip, muted or not, else its active action.

    Args:
        context: of a temporary scene, whose frame is moved.
        stem: the avatar's engine name without its prefix; clips are called ``AS_<stem>_<strip>``.
    """
    animation = armature.animation_data
    if animation is None:
        return []
    tracks = [(number, strip) for number, track in enumerate(animation.nla_tracks) for strip in track.strips]
    spans: list[tuple[str, float, float, int | None]] = [
        (strip.name, strip.frame_start, strip.frame_end, number)
        for number, strip in tracks
        if strip.type == "CLIP" and strip.action is not None
    ]
    if not spans and animation.action is not None:
        span = animation.action.frame_range
        spans = [(animation.action.name, float(span[0]), float(span[1]), None)]
    rest = armature.matrix_world.inverted()
    clips: list[Clip] = []
    names: set[str] = set()
    for number, (label, start, end, track) in enumerate(spans):
        yield Progress(number, len(spans), f"Reading {label}")
        name = _unique(f"AS_{stem}_{plain(label)}", names)
        with _playing(context, armature, label, track) as puppet:
            clip = Clip(name, [], [])
            for frame in range(round(start), max(round(end), round(start) + 1) + 1):
                context.scene.frame_set(frame)
                posed = puppet.evaluated_get(context.evaluated_depsgraph_get())
                clip.poses.append({bone.name: bone.matrix.copy() for bone in posed.pose.bones})
                clip.root.append(_rigid(rest @ posed.matrix_world))
        clips.append(clip)
    return clips


def _unique(name: str, taken: set[str]) -> str:
    number, result = 2, name
    while result in taken:
        result, number = f"{name}_{number}", number + 1
    taken.add(result)
    return result


@contextmanager
def _playing(
    context: bpy.types.Context, armature: bpy.types.Object, strip: str, track: int | None
) -> Iterator[bpy.types.Object]:
    """A copy of the armature object in the current scene that plays one clip and nothing else."""
    puppet = armature.copy()
    context.scene.collection.objects.link(puppet)
    animation = puppet.animation_data
    if track is not None:
        animation.action = None
        animation.use_nla = True
        for number, one in enumerate(animation.nla_tracks):
            if one.is_solo:  # the setter toggles, whatever it is given
                one.is_solo = False
            one.mute = number != track
            for other in one.strips:
                other.mute = other.name != strip
    try:
        yield puppet
    finally:
        bpy.data.objects.remove(puppet)
        context.view_layer.update()


def write_clips(
    copy: bpy.types.Object, clips: list[Clip], bone_names: dict[str, str], convert: Callable[[Matrix], Matrix]
) -> None:
    """Puts each clip on an NLA strip of its own on the exported copy, starting at frame 0.

    Args:
        bone_names: the copy's bone of each source bone. convert: source armature space to the copy's.
    """
    if not clips:
        return
    rest = {bone.name: bone.matrix_local.copy() for bone in copy.data.bones}
    animation = copy.animation_data_create()
    moves_root = "root" in rest and "root" not in bone_names
    for clip in clips:
        action = bpy.data.actions.new(clip.name)
        slot = action.slots.new("OBJECT", copy.name)
        bag = action.layers.new("Clip").strips.new(type="KEYFRAME").channelbag(slot, ensure=True)
        poses = []
        for pose, root in zip(clip.poses, clip.root, strict=True):
            moved = {}
            for source, matrix in pose.items():
                if source in bone_names:
                    moved[bone_names[source]] = _rigid(convert(root @ matrix))
            if moves_root:
                moved["root"] = _rigid(convert(root)) @ rest["root"]
            poses.append(moved)
        for bone in copy.data.bones:
            if all(bone.name in pose for pose in poses):
                _key(bag, bone, poses, rest)
        track = animation.nla_tracks.new()
        track.name = clip.name
        strip = track.strips.new(clip.name, 0, action)
        strip.name = clip.name
        strip.action_slot = slot
        strip.action_frame_start, strip.action_frame_end = 0, clip.frames
        strip.frame_start, strip.frame_end = 0, clip.frames
    for bone in copy.pose.bones:
        bone.rotation_mode = "QUATERNION"
    animation.action = None


def _key(bag: Any, bone: bpy.types.Bone, poses: list[dict[str, Matrix]], rest: dict[str, Matrix]) -> None:
    """Location and rotation curves of one bone, relative to its rest pose and its parent."""
    parent = bone.parent.name if bone.parent else None
    local = rest[parent].inverted() @ rest[bone.name] if parent else rest[bone.name]
    places, turns = [], []
    previous = Quaternion()
    for pose in poses:
        above = pose.get(parent, rest[parent]) if parent else Matrix.Identity(4)
        basis = local.inverted() @ above.inverted() @ pose[bone.name]
        location, rotation, _ = basis.decompose()
        rotation.make_compatible(previous)
        previous = rotation
        places.append(location)
        turns.append(rotation)
    still = np.allclose(np.array(places), 0, atol=1e-6)
    for path, rows in (("location", places), ("rotation_quaternion", turns)):
        if path == "location" and still:
            continue
        values = np.array(rows)
        for index in range(values.shape[1]):
            curve = bag.fcurves.new(f'pose.bones["{bone.name}"].{path}', index=index)
            curve.keyframe_points.add(len(values))
            flat = np.stack([np.arange(len(values)), values[:, index]], axis=1).astype(np.float32)
            curve.keyframe_points.foreach_set("co", flat.ravel())
            curve.keyframe_points.foreach_set("interpolation", np.full(len(values), _LINEAR, np.int32))
            curve.update()


def _rigid(matrix: Matrix) -> Matrix:
    """The matrix without its scale."""
    location, rotation, _ = matrix.decompose()
    return Matrix.Translation(location) @ rotation.to_matrix().to_4x4()


def clip_facts(clips: list[Clip], fps: float) -> list[dict[str, Any]]:
    """What the manifest says of clips."""
    return [
        {"name": clip.name, "frames": clip.frames, "fps": fps, "seconds": round(clip.frames / fps, 4)} for clip in clips
    ]
