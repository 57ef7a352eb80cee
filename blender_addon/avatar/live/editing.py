"""The avatar follows a slider while the mouse is still down.

A slider calls :func:`follow`. A timer hands the newest traits to one worker thread, which paints and carries the base
color over to the mesh's own layout; the main thread only copies finished pixels into the image. When the slider has
rested for a moment, all maps follow at full resolution, one image per tick, and are packed into the file.

The traits are stored on the avatar at once, so that the undo step that Blender makes of a drag holds both; after an
undo the pixels are painted again from what is stored then.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

import bpy

from ml_core.vocabulary.avatar.earlier_sliders import BODY_SLIDERS, slider_values
from ml_core.vocabulary.traits import SHOWN_TRAITS, AvatarTraits

from ...bridge import session
from ...bridge.data.single_user import ensure_editable
from ...bridge.jobs import busy
from ...bridge.jobs.following import Follower
from ...bridge.jobs.session_report import failures_kept
from ...bridge.jobs.steps import Progress, run_to_end
from ...bridge.state.views import redraw_views, where_shown
from ..anatomy.person import is_anatomical, stored_body
from ..body.earlier_body import has_sliders, refit_armature, set_sliders
from ..body.hair import hair_change
from ..body.traits import is_followed
from ..own_data import own_avatar, sharing
from ..rig.extra_bones import refresh_extra_bones
from ..stored import store_traits, stored_traits
from ..surface.layers import LayerStack
from . import shaping
from .painting import LiveTarget, Step, painted, previewed
from .panel_state import is_lost, keep_panel, restore_panel

TICK = 0.015
REST = 0.35
"""Every trait of the panel. Presentation, height and build move the body by its shape keys at once; its skeleton
follows when the slider rests, and so does the iris. Hair of another style grows in the worker, and is put on then.
"""


BODY_TRAITS = ("presentation", "age", "height", "weight", "muscle")
"""Traits of the panel that shape an anatomical body."""
_PAINTED_BY = {"presentation", "age"}
"""Those of them that the skin shows: by its features, and by the plain clothes that are painted on it."""


@dataclass
class LiveEdit:
    """The one live edit of the session, and what remains to be painted."""

    armature: bpy.types.Object | None = None
    """The avatar that is to be painted."""
    target: LiveTarget | None = None
    reading: Generator[Progress, Any, LiveTarget] | None = None
    """Reads the target, a mesh a step."""
    wanted: tuple[AvatarTraits, int] | None = None
    changed: float = 0.0
    shown: tuple[AvatarTraits, int] | None = None
    finished: tuple[AvatarTraits, int] | None = None
    work: Future[list[Step]] | None = None
    work_for: tuple[AvatarTraits, int] | None = None
    work_is_full: bool = False
    left: list[Step] = field(default_factory=list)
    layered: set[int] = field(default_factory=set)
    owned: tuple[Any, ...] = ()
    """What :func:`sharing` said when the avatar was last made to own all that it wears."""
    unfitted: bool = False
    """Whether the body has moved on from its skeleton."""


def _state() -> LiveEdit:
    return session.part(LiveEdit)


def is_live(armature: bpy.types.Object | None) -> bool:
    """Whether the sliders of the panel edit ``armature``."""
    return armature is not None and bpy.context.scene.atelier.live_target == armature


def begin(context: bpy.types.Context, armature: bpy.types.Object) -> None:
    """Make the panel's sliders show and change ``armature``.

    Raises:
        InputError: it has no body that can be textured, or is linked from another file.
    """
    state = _state()
    ensure_editable(armature)
    traits, seed = stored_traits(armature)
    settings = context.scene.atelier
    reading = LiveTarget.reading(armature, traits.eye)
    # Every anatomical avatar has a body that a texture goes on; others show only when they are read.
    target = run_to_end(reading) if bpy.app.background or not is_anatomical(armature) else None
    settings.live_target = None  # or the sliders would follow themselves
    keep_panel(settings)
    settings.description = ""
    settings.traits.from_traits(traits)
    settings.seed = seed
    settings.live_target = armature
    state.armature, state.target, state.reading = armature, target, reading if target is None else None
    state.wanted = state.shown = state.finished = (traits, seed)
    if target is None:
        _FOLLOWER.wake()


def end(context: bpy.types.Context) -> None:
    """Release the panel for the next avatar. Pending painting is finished first."""
    _end(context.scene)


def _end(scene: bpy.types.Scene) -> None:
    state = _state()
    scene.atelier.live_target = None
    restore_panel(scene.atelier)
    if settled():
        state.target = state.reading = None


def follow(trait: str) -> None:
    """Store the value of a slider that has moved, and have the avatar painted."""
    with busy.measured(), failures_kept(forget):
        _follow(trait)


def _follow(trait: str) -> None:
    scene = bpy.context.scene
    armature = scene.atelier.live_target if scene is not None else None
    if armature is None or (stored := stored_traits(armature)) is None:
        return
    value = getattr(scene.atelier.traits.to_traits(), trait)
    if value is None or getattr(stored[0], trait) == value or not is_followed(armature, trait):
        return
    if is_anatomical(armature) and trait in BODY_TRAITS:
        body_changed(armature, {trait: value})
        return
    traits = stored[0].replace(**{trait: value})
    _own(armature)
    store_traits(armature, traits)
    if trait in BODY_SLIDERS and has_sliders(armature):
        set_sliders(armature, {trait: slider_values(traits)[trait]})
        repaint(armature)
    elif trait in SHOWN_TRAITS:
        repaint(armature)


def body_changed(armature: bpy.types.Object, values: Mapping[str, Any]) -> None:
    """Change traits of an anatomical body; its skin is painted again where that shows.

    Args:
        values: as :func:`.shaping.change` takes them.
    """
    state = _state()
    if not armature.is_editable:
        return
    _own(armature)
    shaping.change(armature, values)
    stored = stored_traits(armature)
    if stored is not None:
        store_traits(armature, stored[0])
    if not _PAINTED_BY.isdisjoint(values):
        body = stored_body(armature)
        if state.target is not None and state.target.armature == armature and body is not None:
            state.target.show_skin_of(body)
        repaint(armature)


def garments_changed(armature: bpy.types.Object) -> None:
    """Reread the avatar, since garments were put on or taken off."""
    state = _state()
    shaping.forget()
    if state.armature == armature:
        state.target = state.reading = state.work = None
        state.left = []


def hair_changed(context: bpy.types.Context, armature: bpy.types.Object) -> None:
    """Show the avatar's new hair in the sliders, and let it follow the next change of the body."""
    shaping.look_again()
    if is_live(armature):
        begin(context, armature)


def layers_changed(armature: bpy.types.Object) -> None:
    """Repaint an avatar whose layers have changed."""
    state = _state()
    if state.target is not None and state.target.armature == armature:
        state.target.layers = LayerStack.of(armature)
    state.shown = state.finished = None
    state.layered.add(armature.session_uid)
    repaint(armature)


def _own(armature: bpy.types.Object) -> None:
    """Make the avatar's data single-user, before its first change and after each copy."""
    state = _state()
    if sharing(armature) != state.owned:
        own_avatar(armature)
        state.owned = sharing(armature)


def target() -> LiveTarget | None:
    """The data read from the avatar that is being edited."""
    return _state().target


def settled() -> bool:
    """Whether everything requested is painted at full resolution."""
    state = _state()
    return state.finished == state.wanted


def shown() -> tuple[AvatarTraits, int] | None:
    """The traits and the seed of the last picture of the avatar, whether finished or a preview."""
    return _state().shown


def layered() -> set[int]:
    """The ``session_uid`` of each avatar whose layers were moved by sliders in this session."""
    return _state().layered


def repaint(armature: bpy.types.Object) -> None:
    """Repaint an avatar from its stored traits: by a timer, or immediately in background mode."""
    state = _state()
    _own(armature)
    if state.armature != armature:
        state.armature, state.target, state.reading = armature, None, None
    state.wanted = stored_traits(armature)
    state.changed = time.monotonic()
    state.unfitted = has_sliders(armature)
    if bpy.app.background:  # no timers there: a script sees the result at once
        finish()
    else:
        _FOLLOWER.wake()


def tick() -> float | None:
    """The timer's function: performs one step, and returns the seconds to the next."""
    again = False
    # The avatar may be deleted, or its body changed, under the slider.
    with busy.measured(), failures_kept(forget), where_shown(_state().armature) as context:
        again = _advance(context)
    return TICK if again else None


def _advance(context: bpy.types.Context) -> bool:
    """One step of the update; False when everything is painted."""
    state, target = _state(), _state().target
    if state.wanted is None or state.armature is None or state.armature.name not in bpy.data.objects:
        return False
    if target is None:
        if state.reading is None and state.finished == state.wanted:
            return False
        return _read_on()
    if state.work_is_full and state.work_for != state.wanted:
        state.left = []  # the slider moves again: what was painted in full is out of date
    if state.left:
        state.left.pop(0)()
        redraw_views()
        if not state.left and state.work_is_full and state.work_for == state.wanted:
            state.finished = state.wanted
        return True
    if state.work is not None:
        if not state.work.done():
            return True
        state.left, state.work = state.work.result(), None
        state.shown = state.work_for
        return True
    resting = time.monotonic() - state.changed >= REST
    if resting and state.unfitted:
        state.unfitted = not refit_armature(context, target.armature)
    if state.finished == state.wanted:
        return state.unfitted and not resting
    if state.shown != state.wanted or resting:
        _start(context, full=state.shown == state.wanted)
    return True


def _read_on() -> bool:
    """Reads another mesh of the avatar."""
    state = _state()
    assert state.armature is not None
    if state.reading is None:
        state.reading = LiveTarget.reading(state.armature, None)
    try:
        next(state.reading)
    except StopIteration as stop:
        _take(stop.value)
    except Exception:
        state.reading = None
        raise
    return True


def _take(target: LiveTarget) -> None:
    """Continues with an avatar that has been read; its body may have changed meanwhile."""
    state = _state()
    state.target, state.reading = target, None
    body = stored_body(target.armature)
    if body is not None:
        target.show_skin_of(body)


def _start(context: bpy.types.Context, full: bool) -> None:
    state = _state()
    assert state.target is not None
    assert state.wanted is not None
    target, wanted = state.target, state.wanted
    hair = _hair_steps(context, target)
    state.work_for, state.work_is_full = wanted, full
    state.work = _FOLLOWER.submit(painted if full else previewed, target, *wanted, hair)


def _hair_steps(context: bpy.types.Context, target: LiveTarget) -> Callable[[], list[Step]] | None:
    """Steps that update the hair to the stored traits, and then the springs to the hair."""
    change = hair_change(context, target.armature, target.bodies)
    if change is None:
        return None
    return lambda: [*change(), shaping.look_again, lambda: refresh_extra_bones(context, target.armature)]


def finish() -> None:
    """Paint immediately everything that is pending."""
    state = _state()
    wanted = state.wanted
    assert wanted is not None
    if state.target is None:
        assert state.armature is not None
        _take(run_to_end(state.reading or LiveTarget.reading(state.armature, None)))
    target = state.target
    assert target is not None
    for step in painted(target, *wanted, _hair_steps(bpy.context, target)):
        step()
    state.unfitted = not refit_armature(bpy.context, target.armature)
    state.shown = state.finished = wanted


@bpy.app.handlers.persistent
def after_undo(*_: Any) -> None:
    """Repaint after an undo, which restores the stored traits, but not the pixels."""
    state = _state()
    state.target = state.reading = None
    armature = bpy.context.scene.atelier.live_target
    stored = stored_traits(armature) if armature is not None else None
    if stored is not None and stored != state.finished:
        with failures_kept(forget):
            repaint(armature)


@bpy.app.handlers.persistent
def forget(*_: Any) -> None:
    """Make the next change reread the avatar."""
    state = _state()
    state.armature = state.target = state.reading = None
    state.wanted, state.left, state.work = None, [], None


@bpy.app.handlers.persistent
def _end_lost(scene: bpy.types.Scene, *_: Any) -> None:
    """End the edit of an avatar that was deleted, or unlinked from its scene."""
    if is_lost(scene):
        _end(scene)


@bpy.app.handlers.persistent
def _end_all(*_: Any) -> None:
    """End all edits: they last as long as the session, and a file saved during one opens without it."""
    for scene in getattr(bpy.data, "scenes", ()):
        if scene.is_editable and (scene.atelier.live_target is not None or scene.atelier.before_live):
            _end(scene)


_FOLLOWER = Follower(
    "atelier-live",
    tick,
    {
        "undo_post": after_undo,
        "redo_post": after_undo,
        "load_pre": forget,
        "load_post": _end_all,
        "depsgraph_update_post": _end_lost,
    },
)


def register() -> None:
    _FOLLOWER.register()


def unregister() -> None:
    _end_all()
    _FOLLOWER.unregister()
    forget()
