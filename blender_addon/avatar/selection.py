"""Hints on what has to be selected, and in which mode, before an operator can run, with a button that does it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import bpy

from ..translations.registry import formatted
from .generating import humanoid
from .stored import has_traits
from .surface.layer_settings import avatar_of
from .surface.wearing import wearing


@dataclass(frozen=True)
class Hint:
    """``text`` is a sentence and ``label`` the text of a button, both in the language of the interface; ``operator`` is
    empty if no button helps."""

    text: str
    operator: str = ""
    label: str = ""
    options: dict[str, Any] = field(default_factory=dict)


def mode_hint(context: bpy.types.Context) -> Hint | None:
    """What to do when Blender is not in Object Mode; ``None`` when it is."""
    obj = context.view_layer.objects.active if context.view_layer is not None else None
    if context.mode == "OBJECT" or obj is None:
        return None
    mode = type(obj).bl_rna.properties["mode"].enum_items[obj.mode].name
    text = formatted("{name} is in {mode}; this works in Object Mode.", name=obj.name, mode=formatted(mode))
    return Hint(text, "object.mode_set", formatted("Object Mode"), {"mode": "OBJECT"})


def avatar_hint(context: bpy.types.Context, any_humanoid: bool = False) -> Hint | None:
    """Why no avatar of ours (with ``any_humanoid``, no object of a body's shape) can be edited; ``None`` when the
    active object is one and Blender is in Object Mode."""
    hint = mode_hint(context)
    if hint is not None:
        return hint
    active = context.view_layer.objects.active
    if avatar_of(active) is not None or (any_humanoid and humanoid(active) is not None):
        return None
    others = {avatar_of(obj) for obj in context.selected_objects} - {None}
    if len(others) == 1:
        other = others.pop()
        return _activate(other, formatted("{name} is selected, but it is not the active object.", name=other.name))
    worn = wearing(active)
    if not any_humanoid and worn is not None and not worn.why_not:
        text = formatted("{name} has no texture of Atelier yet.", name=active.name)
        return Hint(text, "atelier.apply_texture", formatted("Apply Texture"))
    text = formatted("Select an avatar that Atelier has made.")
    if any_humanoid:
        text = formatted("Select an avatar or another humanoid.")
    scene = [obj for obj in context.view_layer.objects if has_traits(obj) and obj.visible_get()]
    return _activate(scene[0], text) if len(scene) == 1 else Hint(text)


def _activate(avatar: bpy.types.Object, text: str) -> Hint:
    label = formatted("Select {name}", name=avatar.name)
    return Hint(text, "atelier.make_active", label, {"object_name": avatar.name})


def text_of(hint: Hint | None) -> str:
    """The sentence of a hint, for an operator's poll; empty without one."""
    return hint.text if hint is not None else ""
