"""The anatomical body follows its sliders while the mouse is still down.

A slider calls :func:`change`: body, eyes, garments and hair move at once, so that the undo step that Blender makes of
the drag holds them. A timer moves the bones with them, and when the slider has rested for a moment another thread
drapes the garments anew.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import bpy

from ml_core.geometry.body.people.prior import neutral
from ml_core.geometry.body.traits import BodyTraits
from ml_core.vocabulary.avatar.body_sliders import BY_NAME

from ...bridge import session
from ...bridge.data.identity import put
from ...bridge.data.stored_values import stored_text
from ...bridge.jobs import busy
from ...bridge.jobs.following import Follower
from ...bridge.jobs.modal import JobRunner
from ...bridge.jobs.session_report import failures_kept
from ...bridge.jobs.steps import Job, run_to_end
from ...bridge.state.views import redraw_views, where_shown
from ..anatomy.building import body_of
from ..anatomy.person import BODY_KEY, Figure, is_anatomical, stored_body
from ..anatomy.reshaping import Beginning, Reading, Reshaping, place_bones
from ..body.hair import hairs_of
from ..rig.control_rig import add_control_rig, control_rig_of
from ..rig.extra_bones import refreshing_extra_bones
from ..surface.fabrics import first_wearing
from ..wardrobe.fitting import Dressed, decent, dressed
from ..wardrobe.objects import worn_garments

TICK = 0.02
REST = 0.35
"""Seconds after a slider's last move."""
SHAPED_KEY = "atelier_shaped"
"""Custom property of the body, its bones and its mesh: the digest of the traits to which vertices, bones and the rest
were last brought."""


@dataclass(frozen=True)
class _Expected:
    """The starting point of a slider: the data read from an avatar, and what another thread computes from it."""

    read: Reading
    body: str
    begun: Future[Beginning]


@dataclass
class LiveShape:
    """The body whose sliders were moved last, and what has yet to follow it."""

    expects: bpy.types.Object | None = None
    expected: _Expected | None = None
    reshaping: Reshaping | None = None
    figure: Figure | None = None
    changed: float = 0.0
    needs_bones: bool = False
    needs_rest: bool = False
    draped: Future[Dressed] | None = None
    settling: JobRunner | None = None
    draped_for: Figure | None = None


def _state() -> LiveShape:
    return session.part(LiveShape)


def slider_property(slider: str) -> str:
    """The name of a body slider among the properties of an avatar, beside the traits of the body."""
    return f"slider_{slider}"


def change(armature: bpy.types.Object, values: Mapping[str, Any]) -> None:
    """Changes traits of an anatomical body: fields of :class:`BodyTraits`, or sliders by :func:`slider_property`."""
    body = stored_body(armature)
    if body is None or not armature.is_editable:
        return
    fields = {name: value for name, value in values.items() if name in BodyTraits.__dataclass_fields__}
    sliders = {name: values[slider_property(name)] for name in BY_NAME if slider_property(name) in values}
    take(armature, neutral(body.replace(**fields, sliders={**body.sliders, **sliders})))


def take(armature: bpy.types.Object, body: BodyTraits) -> None:
    """Changes an anatomical avatar to ``body``; slow parts follow later, in background mode immediately."""
    state = _state()
    with busy.measured(), failures_kept(forget):
        _settle_to_end()
        reshaping = _reshaping_of(armature)
        if reshaping is None:
            return
        state.figure = reshaping.move(body)
        put(reshaping.body, SHAPED_KEY, _digest(armature))
        state.changed, state.needs_bones, state.needs_rest = time.monotonic(), True, True
        if bpy.app.background:  # no timers there: a script sees the result at once
            finish()
        else:
            _FOLLOWER.wake()


def finish() -> None:
    """Completes immediately everything that is pending."""
    state = _state()
    reshaping, figure = state.reshaping, state.figure
    if reshaping is None or figure is None:
        return
    if state.needs_bones:
        _place_bones(bpy.context)
    if state.needs_rest:
        run_to_end(_settling(bpy.context, _draped(figure, list(worn_garments(reshaping.armature)))))


@bpy.app.handlers.persistent
def forget(*_: Any) -> None:
    """Make the next change reread the avatar, after other code has changed it or another file was loaded."""
    state = _state()
    if state.settling is not None:
        state.settling.close()
    state.reshaping = state.figure = state.draped = state.draped_for = state.settling = None
    state.needs_bones = state.needs_rest = False
    state.expects = state.expected = None


def settled() -> bool:
    """Whether nothing is pending."""
    state = _state()
    return not state.needs_bones and not state.needs_rest


def expect(armature: bpy.types.Object) -> None:
    """Prereads an avatar for a slider's first move: to be called each time its sliders are drawn."""
    state = _state()
    expected = state.expected
    is_known = expected is not None and expected.read.armature == armature
    if is_known and expected.body == stored_text(armature, BODY_KEY):
        return
    state.expects = armature
    _FOLLOWER.wake()


def look_again() -> None:
    """Rereads the expected avatar, since what it wears has changed."""
    _state().expected = None


def _reshaping_of(armature: bpy.types.Object) -> Reshaping | None:
    state = _state()
    reshaping = state.reshaping
    if reshaping is None or reshaping.armature != armature:
        expected = state.expected
        forget()
        read = Reading.of(armature, hairs_of(armature))
        if read is None:
            return None
        is_ready = expected is not None and expected.read.is_like(read)
        begun = expected.begun.result() if expected is not None and is_ready else read.beginning()
        state.reshaping = reshaping = Reshaping.at(read, begun)
    return reshaping


def _read_expected() -> None:
    """Reads the avatar that is expected to be changed next."""
    state = _state()
    armature, state.expects = state.expects, None
    with suppress(ReferenceError):  # it may be gone by now
        if armature is not None and state.reshaping is None and armature.is_editable:
            read = Reading.of(armature, hairs_of(armature))
            if read is not None:
                begun = _FOLLOWER.submit(read.beginning)
                state.expected = _Expected(read, stored_text(armature, BODY_KEY), begun)


def tick() -> float | None:
    """The timer's function: performs one step, and returns the seconds to the next."""
    state = _state()
    again = False
    armature = state.reshaping.armature if state.reshaping is not None else None
    with busy.measured(), failures_kept(forget), where_shown(armature) as context:
        again = _advance(context)
    return TICK if again else None


def _advance(context: bpy.types.Context) -> bool:
    state = _state()
    if state.expects is not None:
        _read_expected()
    reshaping, figure = state.reshaping, state.figure
    if reshaping is None or figure is None or reshaping.armature.name not in bpy.data.objects:
        return False
    if state.needs_bones and _place_bones(context):
        redraw_views()
        return True
    if state.settling is not None:
        if not state.settling.waits:
            state.settling.step()
            redraw_views()
        return True
    if not state.needs_rest:
        return state.needs_bones
    if time.monotonic() - state.changed < REST:
        return True
    if state.draped is None or state.draped_for is not figure:
        names = list(worn_garments(reshaping.armature))
        state.draped, state.draped_for = _FOLLOWER.submit(_draped, figure, names), figure
    elif state.draped.done():
        clothes, state.draped = state.draped.result(), None
        state.settling = JobRunner(_settling(context, clothes))
    return state.needs_rest or state.needs_bones or state.expects is not None


def _draped(figure: Figure, names: list[str]) -> Dressed:
    return dressed(figure, decent(names, figure.person.traits))


def _place_bones(context: bpy.types.Context) -> bool:
    state = _state()
    reshaping, figure = state.reshaping, state.figure
    assert reshaping is not None
    assert figure is not None
    placed = place_bones(context, reshaping.armature, figure)
    if placed and control_rig_of(reshaping.armature) is not None:
        add_control_rig(context, reshaping.armature)
    if placed:
        put(reshaping.armature.data, SHAPED_KEY, _digest(reshaping.armature))
    state.needs_bones = not placed
    return placed


def _settling(context: bpy.types.Context, clothes: Dressed) -> Job:
    """Updates everything that waits until a slider rests, one mesh per step."""
    state = _state()
    reshaping = state.reshaping
    assert reshaping is not None
    made = yield from reshaping.settling(context, clothes)
    yield from first_wearing(made)
    yield from refreshing_extra_bones(context, reshaping.armature)
    put(reshaping.body.data, SHAPED_KEY, _digest(reshaping.armature))
    state.needs_rest, state.settling = False, None
    state.reshaping = None  # garments lie otherwise now: the next drag begins from here
    look_again()
    if not bpy.app.background:
        expect(reshaping.armature)
    return {}


def _settle_to_end() -> None:
    """Completes the settling, during which nothing may be moved."""
    runner = _state().settling
    while runner is not None and runner.report is None:
        if not runner.waits:
            runner.step()
        else:
            time.sleep(0.001)


@bpy.app.handlers.persistent
def _after_undo(*_: Any) -> None:
    """Fixes bones and folds after an undo, which restores traits and vertices, but maybe not these later updates."""
    forget()
    layer = bpy.context.view_layer
    for obj in layer.objects if layer is not None else ():
        if not is_anatomical(obj) or not obj.is_editable or (body := body_of(obj)) is None:
            continue
        wanted = _digest(obj)
        if any(stored_text(moved, SHAPED_KEY, wanted) != wanted for moved in (body, obj.data, body.data)):
            take(obj, stored_body(obj))
            return


def _digest(armature: bpy.types.Object) -> str:
    """A digest of the body traits stored on an armature."""
    return hashlib.sha1(stored_text(armature, BODY_KEY).encode()).hexdigest()


_FOLLOWER = Follower("atelier-drape", tick, {"undo_post": _after_undo, "redo_post": _after_undo, "load_pre": forget})


def register() -> None:
    _FOLLOWER.register()


def unregister() -> None:
    _FOLLOWER.unregister()
    forget()
