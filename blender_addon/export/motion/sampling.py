"""Motion of objects and values of shape keys as clips: sampled in the artist's scene, written on exported copies.

Copies have other origins, no parents and no constraints, so that curves cannot be copied. The transform of an object at
each frame can: it includes parents, constraints, drivers and physics.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import bpy
import numpy as np
from mathutils import Matrix, Quaternion
from numpy.typing import NDArray

from ml_core.vocabulary.export_choices import ActionChoice

from ...bridge.actions import new_action, write_curves
from ...bridge.jobs.steps import InThread, Pauses, Progress, driven
from ...bridge.state.preserved_scene import in_scene, spare_scene, temporary_scene
from ...translations.registry import formatted
from ..content.evaluated import block_values
from ..formats.glb_rest import remember_rest, remember_values
from ..names.assets import MAX_INNER_NAME, plain
from .sources import ClipSource, action_curves, clip_sources, playing

STILL = 1e-5
SCENE_CLIP = "AS_Scene"
"""What moves without an action of its own goes into a clip of the scene's frame range."""
MOST_FRAMES = 5000
"""Moments of a clip that are looked at: those of longer ones are spread over all of it."""


@dataclass
class Track:
    """The world matrices (N, 4, 4) of an object in one clip, spread evenly over its ``frames``; in Blender units."""

    clip: str
    matrices: NDArray[np.float64]
    frames: int


@dataclass
class KeyTrack:
    """The values (N,) of shape keys in one clip, by name, spread evenly over its ``frames``."""

    clip: str
    values: dict[str, NDArray[np.float64]]
    frames: int


def object_tracks(
    context: bpy.types.Context, objects: Iterable[bpy.types.Object], which: ActionChoice = "all"
) -> Generator[Progress, None, dict[int, list[Track]]]:
    """The clips of objects that move, by session_uid: their own, by ``ExportOptions.actions``, and motion from
    outside."""
    found: dict[int, list[Track]] = {}
    followers: list[tuple[bpy.types.Object, str, int, int]] = []
    objects = [item for item in objects if item.library is None or item.animation_data is not None or item.parent]
    for number, obj in enumerate(objects):
        sources = [item for item in clip_sources(obj.animation_data, "AS_", which=which) if moves_object(obj, item)]
        if sources:
            yield Progress(number, len(objects), formatted("Reading the motion of {name}", name=obj.name))
            tracks = [_own_track(context, obj, source) for source in sources]
            moving = [track for track in tracks if np.ptp(track.matrices, axis=0).max() > STILL]
            if moving:
                found[obj.session_uid] = moving
                continue
        if (outside := outside_motion(obj)) is not None:
            followers.append((obj, *outside, context.scene.frame_end))
    if followers:
        yield Progress(0, 1, "Reading the motion of the scene")
        found |= _follow(context, followers)
    return found


def moves_object(obj: bpy.types.Object, source: ClipSource) -> bool:
    """Whether a clip has curves of the object itself, and not of its bones alone."""
    animation, action, slot = obj.animation_data, source.action, None
    if source.strip is not None:
        strip = animation.nla_tracks[source.strip[0]].strips[source.strip[1]]
        action, slot = strip.action, strip.action_slot
    elif action is not None:
        slot = next((item for item in action.slots if item.handle == source.slot), animation.action_slot)
    return action is not None and any(
        curve.data_path.startswith(("location", "rotation", "scale", "delta_", "constraints", "matrix"))
        for curve in action_curves(action, slot)
    )


def outside_motion(obj: bpy.types.Object) -> tuple[str, int] | None:
    """The clip in which an object is moved by others, and its first frame; ``None`` if nothing can move it."""
    scene = bpy.context.scene
    above: bpy.types.Object | None = obj
    while above is not None:
        animation = above.animation_data
        if above != obj and animation is not None and animation.action is not None:
            return ("AS_" + plain(animation.action.name))[:MAX_INNER_NAME], int(animation.action.frame_range[0])
        moves = animation is not None and (
            len(animation.drivers) or any(track.strips for track in animation.nla_tracks)
        )
        is_held = any(not constraint.mute and constraint.influence for constraint in above.constraints)
        physics = above.rigid_body is not None and above.rigid_body.type == "ACTIVE"
        if moves or is_held or physics or above.parent_type in ("VERTEX", "VERTEX_3"):
            return SCENE_CLIP, scene.frame_start
        above = above.parent
    return None


def bones_follow(armature: bpy.types.Object) -> bool:
    """Whether something outside of an armature may move its bones: constraints with targets, or drivers."""
    animation = armature.animation_data
    if animation is not None and len(animation.drivers):
        return True
    return any(
        not constraint.mute and constraint.influence and target is not None and target != armature
        for bone in armature.pose.bones
        for constraint in bone.constraints
        for target in (
            getattr(constraint, "target", None),
            *(item.target for item in getattr(constraint, "targets", ())),
        )
    )


def bones_move(armature: bpy.types.Object) -> bool:
    """Whether an armature has clips, or its bones follow something."""
    return bool(clip_sources(armature.animation_data, "")) or bones_follow(armature)


def _own_track(context: bpy.types.Context, obj: bpy.types.Object, source: ClipSource) -> Track:
    """Plays one clip on a copy, below the same parent and with the same constraints."""
    with temporary_scene(context) as scene:
        puppet = obj.copy()
        scene.collection.objects.link(puppet)
        matrices = []
        with playing(puppet.animation_data, source):
            for time in moments_of(source):
                set_frame(scene, time)
                matrices.append(np.array(puppet.evaluated_get(bpy.context.evaluated_depsgraph_get()).matrix_world))
        bpy.data.objects.remove(puppet)
    return Track(source.name, np.array(matrices), frames_of(source))


def frames_of(source: ClipSource) -> int:
    """The length of a clip in whole frames."""
    return max(round(source.end - source.start), 1)


def moments_of(source: ClipSource) -> NDArray[np.float64]:
    """(N,) the frames at which a clip is sampled."""
    return np.linspace(source.start, source.end, min(frames_of(source), MOST_FRAMES) + 1)


def set_frame(scene: bpy.types.Scene, time: float) -> None:
    """Sets a scene to a time in frames, whole or fractional."""
    whole = int(np.floor(time + 1e-6))
    scene.frame_set(whole, subframe=float(np.clip(time - whole, 0, 0.999)))


def _follow(
    context: bpy.types.Context, followers: list[tuple[bpy.types.Object, str, int, int]]
) -> dict[int, list[Track]]:
    """Samples world matrices of objects that others move, by playing the artist's scene; its frame is restored."""
    scene = context.scene
    frame, subframe = scene.frame_current, scene.frame_subframe
    start = min(follower[2] for follower in followers)
    end = max(max(follower[3] for follower in followers), start + 1)
    times = np.unique(np.linspace(start, end, min(end - start, MOST_FRAMES) + 1).round().astype(int))
    sampled: dict[int, list[NDArray]] = {obj.session_uid: [] for obj, *_ in followers}
    try:
        for time in times.tolist():
            scene.frame_set(time)
            depsgraph = context.evaluated_depsgraph_get()
            for obj, *_ in followers:
                sampled[obj.session_uid].append(np.array(obj.evaluated_get(depsgraph).matrix_world))
    finally:
        scene.frame_set(frame, subframe=subframe)
    result = {}
    for obj, name, first, _ in followers:
        matrices = np.array(sampled[obj.session_uid])[times >= first]
        if len(matrices) and np.ptp(matrices, axis=0).max() > STILL:
            result[obj.session_uid] = [Track(name, matrices, max(end - first, 1))]
    return result


def reading_key_tracks(
    context: bpy.types.Context,
    obj: bpy.types.Object,
    progress: Progress,
    prefix: str = "AS_",
    armature: bpy.types.Object | None = None,
    clips: Sequence[ClipSource] = (),
    which: ActionChoice = "all",
) -> Generator[Progress | InThread, Any, list[KeyTrack]]:
    """The clips of an object's shape keys: actions and strips of their own, and those of the armature through drivers.

    Args:
        progress: yielded at each step. prefix: of the names of clips. armature, clips: whose clips may drive the keys.
            which: of ``ExportOptions.actions``.
    """
    keys = obj.data.shape_keys if obj.type == "MESH" else None
    animation = keys.animation_data if keys is not None else None
    if animation is None:
        return []
    scene = context.scene
    wanted: list[tuple[ClipSource, bpy.types.Object | None]] = [
        (source, None) for source in clip_sources(animation, prefix, which=which)
    ]
    if _are_moved(keys):
        wanted += [(source, armature) for source in clips]
        if not wanted:
            wanted = [(ClipSource(prefix + "Scene", scene.frame_start, scene.frame_end, None), None)]
    tracks = []
    for source, rig in wanted:
        with spare_scene(context) as spare:
            playing_it = _key_track(spare, obj, source, rig, progress)
            tracks.append((yield from driven(playing_it, lambda spare=spare: in_scene(context, spare))))
    return [track for track in tracks if any(np.ptp(values) > STILL for values in track.values.values())]


def _are_moved(keys: bpy.types.Key) -> bool:
    """Whether drivers may move shape keys in time: not if they only add up values of other, unanimated shape keys, as
    garments that follow their body do."""
    seen: set[int] = set()
    waiting = [keys]
    while waiting:
        block = waiting.pop()
        animation = block.animation_data
        if block.session_uid in seen or animation is None:
            continue
        seen.add(block.session_uid)
        if block != keys and (animation.action is not None or any(track.strips for track in animation.nla_tracks)):
            return True
        for curve in animation.drivers:
            if curve.driver.type == "SCRIPTED" or any(item.type != "SINGLE_PROP" for item in curve.driver.variables):
                return True
            for target in (target for item in curve.driver.variables for target in item.targets):
                if target.id is not None and not isinstance(target.id, bpy.types.Key):
                    return True
                if target.id is not None:
                    waiting.append(target.id)
    return False


def _key_track(
    scene: bpy.types.Scene,
    obj: bpy.types.Object,
    source: ClipSource,
    armature: bpy.types.Object | None,
    progress: Progress,
) -> Generator[Progress, Any, KeyTrack]:
    """Plays one clip on copies in a temporary scene: of the keys, or of the armature that drives them."""
    made: list[bpy.types.ID] = []
    try:
        puppet = obj.copy()
        puppet.data = obj.data.copy()
        made += [puppet, puppet.data]
        puppet.modifiers.clear()
        scene.collection.objects.link(puppet)
        keys = puppet.data.shape_keys
        played = keys.animation_data
        if armature is not None:
            rig = armature.copy()
            scene.collection.objects.link(rig)
            made.append(rig)
            played = rig.animation_data
            _retarget(keys, armature, rig)
        rows, pauses = [], Pauses()
        with playing(played, source):
            for time in moments_of(source):
                if pauses.due():
                    yield progress
                set_frame(scene, time)
                rows.append(block_values(keys.evaluated_get(bpy.context.evaluated_depsgraph_get())))
        names = [block.name for block in keys.key_blocks]
    finally:
        bpy.data.batch_remove(made)
    values = np.array(rows)
    shown = {name: values[:, number] for number, name in enumerate(names) if number}
    return KeyTrack(source.name, shown, frames_of(source))


def _retarget(keys: bpy.types.Key, old: bpy.types.Object, new: bpy.types.Object) -> None:
    """Makes drivers of copied keys read another armature."""
    for curve in keys.animation_data.drivers:
        for variable in curve.driver.variables:
            for target in variable.targets:
                if target.id == old:
                    target.id = new


def home_of(mover: bpy.types.Object, unit: float, place: Matrix) -> Matrix:
    """The transform from the space of a node at ``place`` (meters) to that of the object that it moves with, in
    meters.
    """
    return (Matrix.Scale(unit, 4) @ mover.matrix_world).inverted_safe() @ place


def write_tracks(node: bpy.types.Object, tracks: list[Track], unit: float, home: Matrix) -> None:
    """Puts clips on the NLA of an exported copy, from frame 0.

    Args:
        unit: meters in one Blender unit. home: from the copy's space to that of the artist's object, in meters.
    """
    remember_rest(node)
    node.rotation_mode = "QUATERNION"
    own = np.array(home)
    scale = np.diag([unit, unit, unit, 1.0])
    animation = node.animation_data_create()
    for track in tracks:
        rows = [Matrix(scale @ matrix @ own).decompose() for matrix in track.matrices]
        turns: list[Quaternion] = []
        for _, turn, _ in rows:
            if turns:
                turn.make_compatible(turns[-1])
            turns.append(turn)
        bag, action, slot = new_action(track.clip, "OBJECT", node.name)
        write_curves(bag, "location", np.array([place for place, _, _ in rows]), frames=track.frames)
        write_curves(bag, "rotation_quaternion", np.array(turns), frames=track.frames)
        write_curves(bag, "scale", np.array([size for _, _, size in rows]), frames=track.frames)
        add_strip(animation, track.clip, action, slot, track.frames)


def write_key_tracks(mesh: bpy.types.Mesh, tracks: list[KeyTrack]) -> None:
    """Puts clips of shape key values on the NLA of an exported mesh's keys, from frame 0."""
    keys = mesh.shape_keys
    if keys is None or not tracks:
        return
    remember_values(keys)
    animation = keys.animation_data_create()
    for track in tracks:
        bag, action, slot = new_action(track.clip, "KEY", keys.name)
        for name, values in track.values.items():
            if name in keys.key_blocks:
                block = keys.key_blocks[name]
                block.slider_min = min(block.slider_min, float(values.min()), 0.0)
                block.slider_max = max(block.slider_max, float(values.max()), 1.0)
                path = f'key_blocks["{bpy.utils.escape_identifier(name)}"].value'
                write_curves(bag, path, values[:, None], is_array=False, frames=track.frames)
        add_strip(animation, track.clip, action, slot, track.frames)


def node_clips(block: Any) -> dict[str, int]:
    """The lengths in frames of the clips on a block, by name."""
    animation = block.animation_data
    strips = [strip for track in animation.nla_tracks for strip in track.strips] if animation is not None else []
    return {strip.name: round(strip.frame_end) for strip in strips}


def key_clips(mesh: bpy.types.Mesh) -> dict[str, int]:
    """As :func:`node_clips`, of a mesh's shape keys."""
    return node_clips(mesh.shape_keys) if mesh.shape_keys is not None else {}


def add_strip(animation: bpy.types.AnimData, name: str, action: bpy.types.Action, slot: Any, frames: int) -> None:
    """Puts an action on a new track, from frame 0."""
    track = animation.nla_tracks.new()
    track.name = name
    strip = track.strips.new(name, 0, action)
    strip.name, strip.action_slot, strip.extrapolation = name, slot, "NOTHING"
    strip.action_frame_start, strip.action_frame_end = 0, frames
    strip.frame_start, strip.frame_end = 0, frames
