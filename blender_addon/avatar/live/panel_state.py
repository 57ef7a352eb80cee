"""What the panel showed before Edit Live: stored on the scene, so that undo, saving and loading preserve it.

While an avatar is edited live, the panel's switches, values and seed are that avatar's. When the edit ends, however it
ends, the panel shows again what the artist had set up for the next avatar.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

import bpy

from ml_core.errors import AtelierError
from ml_core.files import stored_json
from ml_core.vocabulary.traits import SHOWN_TRAITS, AvatarTraits

from ...bridge.models import loaded as models

_WORDS = ("description", "seed")


def keep_panel(settings: bpy.types.PropertyGroup) -> None:
    """Store what the panel shows; a state already stored by an ongoing edit stays."""
    if settings.before_live:
        return
    traits = settings.traits
    state: dict[str, Any] = {name: getattr(settings, name) for name in _WORDS}
    state["values"] = {name: _plain(getattr(traits, name)) for name in SHOWN_TRAITS}
    state["on"] = [name for name in SHOWN_TRAITS if getattr(traits, f"use_{name}")]
    settings.before_live = json.dumps(state)


def restore_panel(settings: bpy.types.PropertyGroup) -> None:
    """Restore what :func:`keep_panel` stored. A sentence that was typed meanwhile stays.

    ``settings.live_target`` must be ``None`` by then, or the avatar would follow.
    """
    state = stored_json(settings.before_live, dict, {})
    settings.before_live = ""
    if not state:
        return
    if not settings.description.strip():
        _set(settings, "description", state.get("description"))
    _set(settings, "seed", state.get("seed"))
    traits, values, on = settings.traits, state.get("values"), state.get("on")
    for name in SHOWN_TRAITS:
        _set(traits, name, values.get(name) if isinstance(values, dict) else None)
        setattr(traits, f"use_{name}", isinstance(on, list) and name in on)  # last: a value switches its trait on


def is_lost(scene: bpy.types.Scene) -> bool:
    """Whether the avatar that was edited live is gone from the scene."""
    target = scene.atelier.live_target
    return bool(scene.atelier.before_live) and (target is None or scene not in target.users_scene)


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | float) else list(value)


def _set(owner: bpy.types.PropertyGroup, name: str, value: Any) -> None:
    """Set a property to a stored value; it stays as it is if it does not accept the value."""
    if value is None:
        return
    try:
        setattr(owner, name, value)
    except (TypeError, ValueError, OverflowError):
        return


@lru_cache(maxsize=16)
def named_traits(sentence: str) -> tuple[str, ...]:
    """The traits that ``sentence`` names, in the order of :class:`AvatarTraits`; takes well under a millisecond."""
    if not sentence.strip():
        return ()
    try:
        return tuple(models.language_model().describe(sentence).to_dict())
    except AtelierError:  # said when the avatar is made
        return ()


def without_named(sliders: AvatarTraits, sentence: str) -> AvatarTraits:
    """``sliders`` without the traits that ``sentence`` names."""
    return sliders.replace(**dict.fromkeys(named_traits(sentence)))
