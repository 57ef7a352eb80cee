"""Which clips a data-block has, and playing one of them alone on a copy of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import bpy

from .naming import MAX_INNER_NAME, Namer, plain


@dataclass(frozen=True)
class ClipSource:
    """Where a clip is: a strip (its track's and its own place), an action that no strip plays, or, with neither, what
    moves the data-block from outside."""

    name: str
    start: float
    end: float
    strip: tuple[int, int] | None
    action: bpy.types.Action | None = None


def clip_sources(
    animation: bpy.types.AnimData | None, prefix: str, spare: Iterable[bpy.types.Action] = ()
) -> list[ClipSource]:
    """One for each NLA strip that is not muted itself, one for the active action if no strip plays it, and the
    ``spare`` actions. Muted tracks count, since importers and artists mute the clips that do not play.

    Args:
        prefix: what the names of the clips begin with.
    """
    namer = Namer(MAX_INNER_NAME)
    found = []
    tracks = animation.nla_tracks if animation is not None else ()
    for number, track in enumerate(tracks):
        for place, strip in enumerate(track.strips):
            if strip.type == "CLIP" and strip.action is not None and not strip.mute:
                name = namer.unique(prefix + plain(strip.name))
                found.append(ClipSource(name, strip.frame_start, strip.frame_end, (number, place)))
    played = {strip.action for track in tracks for strip in track.strips if strip.type == "CLIP"}
    active = animation.action if animation is not None and not animation.use_tweak_mode else None
    for action in dict.fromkeys([active, *spare]):
        if action is not None and action not in played:
            start, end = (float(one) for one in action.frame_range)
            found.append(ClipSource(namer.unique(prefix + plain(action.name)), start, end, None, action))
    return found


def spare_actions(armature: bpy.types.Object) -> list[bpy.types.Action]:
    """Actions that only their fake user keeps and that move bones of this armature, none of another."""
    bones = {bone.name for bone in armature.data.bones}
    rigs = [one for one in bpy.data.objects if one.type == "ARMATURE" and one != armature]
    found = []
    for action in bpy.data.actions:
        if not action.use_fake_user or action.users > 1:
            continue
        moved = moved_bones(action)
        if moved and moved <= bones and not any(_is_nearer(one, armature, moved) for one in rigs):
            found.append(action)
    return found


def _is_nearer(other: bpy.types.Object, armature: bpy.types.Object, moved: set[str]) -> bool:
    """Whether an action may as well belong to ``other``, which comes first by its name."""
    is_known = moved <= {bone.name for bone in other.data.bones} and other.data != armature.data
    return is_known and other.name < armature.name


def moved_bones(action: bpy.types.Action) -> set[str]:
    """The bones that an action has curves for."""
    paths = [curve.data_path for curve in action_curves(action)]
    return {found[1] for path in paths if (found := re.match(r'pose\.bones\["((?:[^"\\]|\\.)*)"\]', path))}


def action_curves(action: bpy.types.Action) -> Iterator[bpy.types.FCurve]:
    """All curves of an action, of every slot."""
    for layer in action.layers:
        for strip in layer.strips:
            for bag in strip.channelbags:
                yield from bag.fcurves


@contextmanager
def playing(animation: bpy.types.AnimData | None, source: ClipSource) -> Iterator[None]:
    """Makes the animation of a copy play one clip and nothing else."""
    if animation is not None and (source.strip is not None or source.action is not None):
        animation.use_tweak_mode = False
        if source.strip is not None:
            animation.action = None
            animation.use_nla = True
        elif animation.action != source.action:
            animation.action = source.action
            if animation.action_slot is None and animation.action_suitable_slots:
                animation.action_slot = animation.action_suitable_slots[0]
        for number, track in enumerate(animation.nla_tracks):
            if track.is_solo:  # the setter toggles, whatever it is given
                track.is_solo = False
            track.mute = source.strip is None or number != source.strip[0]
            for place, strip in enumerate(track.strips):
                strip.mute = (number, place) != source.strip
    yield
