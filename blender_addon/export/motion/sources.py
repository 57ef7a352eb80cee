"""Finds the clips of a data-block, and plays one of them alone on a copy of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import bpy

from ml_core.vocabulary.export_choices import ActionChoice

from ..names.assets import MAX_INNER_NAME, Namer, plain


@dataclass(frozen=True)
class ClipSource:
    """Where a clip is: a strip (the indices of its track and itself), an action that no strip plays, or, with neither,
    motion from outside. ``slot`` is the handle of the action's slot; 0 for one that fits."""

    name: str
    start: float
    end: float
    strip: tuple[int, int] | None
    action: bpy.types.Action | None = None
    slot: int = 0


def clip_sources(
    animation: bpy.types.AnimData | None,
    prefix: str,
    spare: Iterable[bpy.types.Action] = (),
    which: ActionChoice = "all",
) -> list[ClipSource]:
    """One source for each NLA strip that is not muted itself, one for the active action if no strip plays it, and the
    ``spare`` actions. Muted tracks count, since importers and artists mute the clips that do not play: they store whole
    actions, whose strips do not grow when keys are added.

    Args:
        prefix: of the names of the clips. which: of ``ExportOptions.actions``; ``active`` is only the assigned action,
            even if a strip plays it, ``nla`` the strips.
    """
    namer = Namer(MAX_INNER_NAME)
    found = []
    tracks = animation.nla_tracks if animation is not None and which != "active" else ()
    for number, track in enumerate(tracks):
        for place, strip in enumerate(track.strips):
            if strip.type == "CLIP" and strip.action is not None and not strip.mute:
                name = namer.unique(prefix + plain(strip.name))
                if track.mute and _is_stored(strip, tracks):
                    start, end = keyed_frames(strip)
                    slot = strip.action_slot.handle if strip.action_slot is not None else 0
                    found.append(ClipSource(name, start, end, None, strip.action, slot))
                    continue
                found.append(ClipSource(name, strip.frame_start, strip.frame_end, (number, place)))
    played = {strip.action for track in tracks for strip in track.strips if strip.type == "CLIP"}
    active = animation.action if animation is not None and not animation.use_tweak_mode else None
    loose = {"all": [active, *spare], "active": [active], "nla": []}[which]
    for action in dict.fromkeys(loose):
        if action is not None and action not in played:
            start, end = (float(item) for item in action.frame_range)
            found.append(ClipSource(namer.unique(prefix + plain(action.name)), start, end, None, action))
    return found


def _is_stored(strip: bpy.types.NlaStrip, tracks: Iterable[bpy.types.NlaTrack]) -> bool:
    """Whether a strip alone plays its action, unmodified from the beginning, and omits only the last keys."""
    alike = [item for track in tracks for item in track.strips if item.action == strip.action]
    first, last = keyed_frames(strip)
    is_plain = len(alike) == 1 and strip.scale == strip.repeat == 1 and not strip.use_reverse
    is_timed = strip.use_animated_time or strip.use_animated_influence
    return is_plain and not is_timed and strip.action_frame_start <= first + 0.5 and strip.action_frame_end < last - 0.5


def spare_actions(armature: bpy.types.Object) -> list[bpy.types.Action]:
    """Actions that only their fake user keeps and that move bones of this armature and of no other."""
    bones = {bone.name for bone in armature.data.bones}
    rigs = [obj for obj in bpy.data.objects if obj.type == "ARMATURE" and obj != armature]
    found = []
    for action in bpy.data.actions:
        if not action.use_fake_user or action.users > 1:
            continue
        moved = moved_bones(action)
        if moved and moved <= bones and not any(_is_nearer(rig, armature, moved) for rig in rigs):
            found.append(action)
    return found


def _is_nearer(other: bpy.types.Object, armature: bpy.types.Object, moved: set[str]) -> bool:
    """Whether an action could equally belong to ``other``, which takes precedence by its name."""
    is_known = moved <= {bone.name for bone in other.data.bones} and other.data != armature.data
    return is_known and other.name < armature.name


def moved_bones(action: bpy.types.Action) -> set[str]:
    """The bones that an action has curves for."""
    paths = [curve.data_path for curve in action_curves(action)]
    return {found[1] for path in paths if (found := re.match(r'pose\.bones\["((?:[^"\\]|\\.)*)"\]', path))}


def action_curves(action: bpy.types.Action, slot: bpy.types.ActionSlot | None = None) -> Iterator[bpy.types.FCurve]:
    """The curves of an action, of one slot or of all."""
    for layer in action.layers:
        for strip in layer.strips:
            for bag in strip.channelbags:
                if slot is None or bag.slot_handle == slot.handle:
                    yield from bag.fcurves


def keyed_frames(strip: bpy.types.NlaStrip) -> tuple[float, float]:
    """The first and the last frame that a strip's action has keys on, in the slot of the strip."""
    ranges = [curve.range() for curve in action_curves(strip.action, strip.action_slot)]
    if not ranges:
        return strip.action_frame_start, strip.action_frame_end
    return min(range_[0] for range_ in ranges), max(range_[1] for range_ in ranges)


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
            fitting = list(animation.action_suitable_slots)
            named = next((item for item in fitting if item.handle == source.slot), None)
            if named is not None:
                animation.action_slot = named
            elif animation.action_slot is None and fitting:
                animation.action_slot = fitting[0]
        for number, track in enumerate(animation.nla_tracks):
            if track.is_solo:  # the setter toggles, whatever it is given
                track.is_solo = False
            track.mute = source.strip is None or number != source.strip[0]
            for place, strip in enumerate(track.strips):
                strip.mute = (number, place) != source.strip
                # Nothing plays below from which it could come in: a loop would begin at rest.
                strip.use_auto_blend = False
                strip.blend_in = strip.blend_out = 0
    yield
