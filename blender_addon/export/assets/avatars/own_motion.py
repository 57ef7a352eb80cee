"""Parts on a bone that also have an animation of their own: each gets a separate bone, which every engine can play."""

from __future__ import annotations

from collections.abc import Collection, Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import bpy
import numpy as np
from mathutils import Matrix
from numpy.typing import NDArray

from ml_core.vocabulary.export_choices import ActionChoice

from ....bridge.jobs.steps import InThread, Pauses, Progress, driven
from ....bridge.state.edit_mode import edited_bones
from ....bridge.state.preserved_scene import in_scene, spare_scene
from ...content.evaluated import shown_graph
from ...motion.clips import Clip
from ...motion.sampling import STILL, frames_of, moves_object, set_frame
from ...motion.sources import ClipSource, clip_sources, playing
from ..placement import rigid


@dataclass(frozen=True)
class OwnMotion:
    """The bone ``name`` of a part with its own motion, below its parent ``bone``.

    ``seat`` is the part's current transform relative to that bone, without scale, and ``places`` (frames + 1, 4, 4)
    that in each clip, by the clip's name.
    """

    name: str
    bone: str
    seat: Matrix
    places: dict[str, NDArray[np.float64]]


def own_clips(obj: bpy.types.Object, prefix: str = "", which: ActionChoice = "all") -> list[ClipSource]:
    """The clips that animate the object itself."""
    found = clip_sources(obj.animation_data, prefix, which=which)
    return [source for source in found if moves_object(obj, source)]


def reading_own_motion(
    context: bpy.types.Context,
    armature: bpy.types.Object,
    obj: bpy.types.Object,
    bone: str,
    sources: Sequence[ClipSource],
    taken: Collection[str],
    progress: Progress,
) -> Generator[Progress | InThread, Any, OwnMotion | None]:
    """Reads how the clips ``sources`` move an object relative to its parent bone; ``None`` if they do not.

    Args:
        taken: existing names of bones. progress: yielded at each step.
    """
    now = _beside_bone(shown_graph(context), armature, obj, bone)
    if abs(np.linalg.det(now)) < 1e-12:
        return None
    seat = rigid(Matrix(now.tolist()))
    back = np.linalg.inv(now) @ np.array(seat)
    places = {}
    for source in sources:
        with spare_scene(context) as scene:
            sampling = _sampled(context, armature, obj, bone, source, progress)
            found = yield from driven(sampling, lambda scene=scene: in_scene(context, scene))
        if np.ptp(found, axis=0).max() > STILL:
            places[source.name] = found @ back
    return OwnMotion(_free_name(obj.name, taken), bone, seat, places) if places else None


def _sampled(
    context: bpy.types.Context,
    armature: bpy.types.Object,
    obj: bpy.types.Object,
    bone: str,
    source: ClipSource,
    progress: Progress,
) -> Generator[Progress, Any, NDArray[np.float64]]:
    """(frames + 1, 4, 4) from the bone's space to the object's, while a copy of the object plays a clip."""
    puppet = obj.copy()
    context.scene.collection.objects.link(puppet)
    found, pauses = [], Pauses()
    try:
        with playing(puppet.animation_data, source):
            for time in np.linspace(source.start, source.end, frames_of(source) + 1):
                if pauses.due():
                    yield progress
                set_frame(context.scene, time)
                found.append(_beside_bone(context.evaluated_depsgraph_get(), armature, puppet, bone))
    finally:
        bpy.data.objects.remove(puppet)
    return np.array(found)


def _beside_bone(
    depsgraph: bpy.types.Depsgraph, armature: bpy.types.Object, obj: bpy.types.Object, bone: str
) -> NDArray[np.float64]:
    posed = armature.evaluated_get(depsgraph)
    held = posed.matrix_world @ posed.pose.bones[bone].matrix
    return np.array(held.inverted_safe() @ obj.evaluated_get(depsgraph).matrix_world)


def _free_name(wanted: str, taken: Collection[str]) -> str:
    name, number = wanted, 1
    while name in taken:
        name, number = f"{wanted}_{number}", number + 1
    return name


def with_own_motion(clips: Sequence[Clip], base: Mapping[str, Matrix], parts: Sequence[OwnMotion]) -> list[Clip]:
    """The clips of an armature with those of its parts: equal names are merged, others play while the armature rests.

    Args:
        base: armature-space matrices of the pose that it rests in, by bone.
    """
    if not parts:
        return list(clips)
    known = {clip.name for clip in clips}
    added = {}
    for name in dict.fromkeys(name for part in parts for name in part.places if name not in known):
        frames = max(len(part.places[name]) for part in parts if name in part.places)
        poses = np.tile(np.array([np.array(matrix) for matrix in base.values()]), (frames, 1, 1, 1))
        added[name] = Clip(name, list(base), poses, np.tile(np.eye(4), (frames, 1, 1)))
    return [_joined(clip, parts) for clip in (*clips, *added.values())]


def _joined(clip: Clip, parts: Sequence[OwnMotion]) -> Clip:
    columns = [clip.poses]
    for part in parts:
        places = part.places.get(clip.name, np.array(part.seat)[None])
        row = np.minimum(np.arange(len(clip.poses)), len(places) - 1)
        columns.append((clip.poses[:, clip.bones.index(part.bone)] @ places[row])[:, None])
    return replace(clip, bones=[*clip.bones, *(part.name for part in parts)], poses=np.concatenate(columns, axis=1))


def add_own_bones(copy: bpy.types.Object, posed: dict[str, Matrix], parts: Sequence[OwnMotion]) -> None:
    """Adds the bones of ``parts`` to a copy of their armature, and to the pose (armature space) that becomes its rest
    pose."""
    if not parts:
        return
    rest = {part.name: copy.data.bones[part.bone].matrix_local @ part.seat for part in parts}
    with edited_bones(bpy.context.view_layer, copy) as bones:
        for part in parts:
            bone = bones.new(part.name)
            bone.length = max(bones[part.bone].length / 4, 1e-4)
            bone.matrix = rest[part.name]
            bone.parent = bones[part.bone]
    posed |= {part.name: posed[part.bone] @ part.seat for part in parts}
