"""Animation clips of an armature: read as poses, and rewritten on the copy for an engine.

The copy has another rest pose, other bone names, other units and perhaps a root bone, so curves cannot be copied. Poses
can: a clip is sampled at every frame in the armature's space, where they are the same for any rest pose.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import bpy
import numpy as np
from mathutils import Matrix
from numpy.typing import NDArray

from ml_core.geometry.motion.rotations import continuous, inverses, to_quaternions
from ml_core.vocabulary.export_choices import ActionChoice

from ...bridge.actions import new_action, write_curves
from ...bridge.jobs.steps import InThread, Pauses, Progress, driven
from ...bridge.state.preserved_scene import in_scene, spare_scene
from .sampling import add_strip, bones_follow, outside_motion, set_frame
from .sources import ClipSource, clip_sources, playing, spare_actions

SHORTEST_WAY = 0.01
"""Meters over the ground from the first frame to the last from which on a clip travels."""


@dataclass
class Clip:
    """Armature-space matrices of each bone at each frame, ``poses`` (frames + 1, bones, 4, 4) in the order of
    ``bones``; ``root`` (frames + 1, 4, 4) is the object's own motion relative to the clip's start, in its own space."""

    name: str
    bones: list[str]
    poses: NDArray[np.float64]
    root: NDArray[np.float64]

    @property
    def frames(self) -> int:
        """Frames from the first pose to the last."""
        return len(self.poses) - 1

    @property
    def is_still(self) -> bool:
        """Whether it holds one pose."""
        return max(float(np.ptp(self.poses, axis=0).max()), float(np.ptp(self.root, axis=0).max())) < 1e-4


def is_animated(armature: bpy.types.Object) -> bool:
    """Whether the visible pose is a moment of an animation."""
    animation = armature.animation_data
    if animation is None:
        return False
    return animation.action is not None or any(track.strips for track in animation.nla_tracks)


def find_clips(armature: bpy.types.Object, stem: str, which: ActionChoice = "all") -> list[ClipSource]:
    """The clips of an armature: its strips, its active action, the actions that a fake user keeps for it; without any
    of them, the motion of it or its bones by parents, constraints and drivers.

    Args:
        stem: the avatar's engine name without its prefix; clips are named ``AS_<stem>_<strip>``. which: of
            ``ExportOptions.actions``.
    """
    found = clip_sources(armature.animation_data, f"AS_{stem}_", spare_actions(armature), which)
    if not found and (outside_motion(armature) is not None or bones_follow(armature)):
        scene = bpy.context.scene
        found = [ClipSource(f"AS_{stem}_Scene", scene.frame_start, scene.frame_end, None)]
    return found


def reading_clip(
    context: bpy.types.Context, armature: bpy.types.Object, source: ClipSource, progress: Progress
) -> Generator[Progress | InThread, Any, Clip]:
    """Samples a clip in a temporary scene; the armature itself stays as it is.

    A clip with a fractional number of frames is stretched to whole frames, so that its end, where it may loop, is kept.

    Args:
        progress: yielded at each step.
    """
    with spare_scene(context) as scene:
        return (yield from driven(_sampled(context, armature, source, progress), lambda: in_scene(context, scene)))


def _sampled(
    context: bpy.types.Context, armature: bpy.types.Object, source: ClipSource, progress: Progress
) -> Generator[Progress, Any, Clip]:
    """As :func:`reading_clip`, in the context's scene, which is used for nothing else."""
    frames = max(round(source.end - source.start), 1)
    poses, places = [], []
    with _playing(context, armature, source) as puppet:
        pauses = Pauses()
        for time in np.linspace(source.start, source.end, frames + 1):
            if pauses.due():
                yield progress
            set_frame(context.scene, time)
            posed = puppet.evaluated_get(context.evaluated_depsgraph_get())
            poses.append([np.array(bone.matrix) for bone in posed.pose.bones])
            places.append(np.array(posed.matrix_world))
        names = [bone.name for bone in puppet.pose.bones]
    start = places[0] if abs(np.linalg.det(places[0])) > 1e-12 else np.eye(4)
    return Clip(source.name, names, np.array(poses), np.linalg.inv(start) @ np.array(places))


@contextmanager
def _playing(context: bpy.types.Context, armature: bpy.types.Object, source: ClipSource) -> Iterator[bpy.types.Object]:
    """A copy of the armature object in the current scene that plays one clip, below the same parent."""
    puppet = armature.copy()
    context.scene.collection.objects.link(puppet)
    for bone in puppet.pose.bones:  # what a clip does not key is at rest, as in every engine
        bone.matrix_basis = Matrix.Identity(4)
    if puppet.data.pose_position == "REST":
        puppet.data = puppet.data.copy()
        puppet.data.pose_position = "POSE"
    try:
        with playing(puppet.animation_data, source):
            yield puppet
    finally:
        bpy.data.objects.remove(puppet)
        context.view_layer.update()


def writing_clips(
    copy: bpy.types.Object,
    clips: list[Clip],
    base: Mapping[str, Matrix],
    bone_names: Mapping[str, str],
    hips: str | None,
    place: Matrix,
    axes: Matrix,
    progress: Progress,
) -> Generator[Progress, Any, None]:
    """Puts each clip on an NLA strip of its own on the exported copy, starting at frame 0.

    Travel over the ground is moved to the bone ``root`` if there is one. Before frame 0 the copy is in its rest pose,
    which exporters use as the transforms of its nodes.

    Args:
        base: source armature-space matrices of the copy's rest pose. bone_names: the copy's bone of each source bone.
            place: source armature space to meters, Z up. axes: from meters, Z up, to the copy's space.
        progress: yielded at each step.
    """
    if not clips:
        return
    bpy.context.scene.frame_set(-1)
    rest = {bone.name: np.array(bone.matrix_local) for bone in copy.data.bones}
    space = np.array(axes @ place)
    back = np.linalg.inv(space)
    animation = copy.animation_data_create()
    for bone in copy.pose.bones:
        bone.rotation_mode = "QUATERNION"
    pauses = Pauses()
    for clip in clips:
        object_motion = space @ clip.root @ back
        poses = {}
        for column, source in enumerate(clip.bones):
            if source in bone_names:
                name = bone_names[source]
                deform = clip.poses[:, column] @ np.linalg.inv(np.array(base[source]))
                poses[name] = object_motion @ space @ deform @ back @ rest[name]
        if "root" in rest:
            own = poses.get("root", object_motion @ rest["root"])
            body = _body(copy, hips)
            poses["root"] = _travel(poses[body], own, np.array(axes)) @ own if body in poses else own
        bag, action, slot = new_action(clip.name, "OBJECT", copy.name)
        inverse = dict(zip(poses, inverses(np.array(list(poses.values()))), strict=True))
        for rested in copy.data.bones:
            if pauses.due():
                yield progress
            _key(bag, rested.name, rested.parent.name if rested.parent else None, poses, inverse, rest)
        add_strip(animation, clip.name, action, slot, clip.frames)
    animation.action = None
    bpy.context.view_layer.update()


def _body(copy: bpy.types.Object, hips: str | None) -> str | None:
    """The bone right below the root that carries the hips."""
    bone = copy.data.bones.get(hips or "")
    while bone is not None and bone.parent is not None and bone.parent.name != "root":
        bone = bone.parent
    return bone.name if bone is not None and bone.parent is not None else None


def _travel(body: NDArray, root: NDArray, axes: NDArray) -> NDArray:
    """The straight path (frames + 1, 4, 4) over the ground that the body travels and the root does not.

    Args:
        axes: meters, Z up, to the space of ``body`` and ``root`` (frames + 1, 4, 4 each).
    """
    result = np.tile(np.eye(4), (len(root), 1, 1))
    way = (body[-1] - body[0] - root[-1] + root[0])[:3, 3]
    up = axes[:3, 2] / np.linalg.norm(axes[:3, 2])
    way -= up * (way @ up)
    if np.linalg.norm(way) > SHORTEST_WAY * np.linalg.norm(axes[:3, 2]):
        result[:, :3, 3] = np.linspace(0, 1, len(root))[:, None] * way
    return result


def _key(
    bag: Any,
    name: str,
    parent: str | None,
    poses: Mapping[str, NDArray],
    inverse: Mapping[str, NDArray],
    rest: Mapping[str, NDArray],
) -> None:
    """Writes location, rotation and, if it changes, scale curves of one bone, relative to its rest pose and its parent.

    Args:
        inverse: of ``poses``.
    """
    frames = len(next(iter(poses.values())))
    own = poses.get(name, np.tile(rest[name], (frames, 1, 1)))
    local, rest_local = own, rest[name]
    if parent is not None:
        back = inverse[parent] if parent in inverse else inverses(rest[parent])
        local, rest_local = back @ own, inverses(rest[parent]) @ rest[name]
    basis = inverses(rest_local) @ local
    scale = np.linalg.norm(basis[:, :3, :3], axis=1)
    write_curves(bag, f'pose.bones["{name}"].rotation_quaternion', continuous(_rotations(basis[:, :3, :3], scale)))
    write_curves(bag, f'pose.bones["{name}"].location', basis[:, :3, 3])
    if np.abs(scale - 1).max() > 1e-3:
        write_curves(bag, f'pose.bones["{name}"].scale', scale)


def _rotations(linear: NDArray, scale: NDArray) -> NDArray[np.float64]:
    """Unit quaternions (F, 4) of matrices (F, 3, 3) with the lengths (F, 3) of their columns; a mirroring matrix is
    negated first."""
    handed = np.where(np.linalg.det(linear) < 0, -1.0, 1.0)[:, None, None]
    return to_quaternions(handed * linear / np.maximum(scale, 1e-12)[:, None])


def frame_facts(clips: Mapping[str, int], fps: float) -> list[dict[str, Any]]:
    """The manifest's facts about clips of which only the lengths in frames are known."""
    return [
        {"name": name, "frames": frames, "fps": fps, "seconds": round(frames / fps, 4)}
        for name, frames in clips.items()
    ]


def clip_facts(clips: list[Clip], fps: float) -> list[dict[str, Any]]:
    """The manifest's facts about clips."""
    return [
        {
            "name": clip.name,
            "frames": clip.frames,
            "fps": fps,
            "seconds": round(clip.frames / fps, 4),
            **({"still": True} if clip.is_still else {}),
        }
        for clip in clips
    ]
