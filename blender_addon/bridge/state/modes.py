"""Leaves every mode temporarily, applying edits, and returns to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import bpy


@dataclass(frozen=True)
class _Objects:
    """Modes, selection and active object of a view layer, by session_uid."""

    modes: dict[int, str]
    selected: frozenset[int]
    active: int | None

    @classmethod
    def of(cls, layer: bpy.types.ViewLayer) -> _Objects:
        active = layer.objects.active
        return cls(
            modes={obj.session_uid: obj.mode for obj in layer.objects if obj.mode != "OBJECT"},
            selected=frozenset(obj.session_uid for obj in layer.objects if obj.select_get(view_layer=layer)),
            active=active.session_uid if active is not None else None,
        )


@contextmanager
def object_mode(context: bpy.types.Context) -> Iterator[None]:
    """Object Mode for all objects inside; their modes, the selection and the active object as before afterwards.

    Pending edits are written to the data, as when the artist presses Tab. Objects that are gone by the end are skipped.
    """
    layer = context.view_layer
    before = _Objects.of(layer)
    _leave(layer, before.modes)
    try:
        yield
    finally:
        _restore(layer, before)


def _leave(layer: bpy.types.ViewLayer, modes: dict[int, str]) -> None:
    active = layer.objects.active
    for obj in [item for item in layer.objects if item.session_uid in modes]:
        if obj.mode != "OBJECT":  # objects that are edited together leave together
            _set_mode(layer, obj, "OBJECT")
    layer.objects.active = active


def _restore(layer: bpy.types.ViewLayer, before: _Objects) -> None:
    if any(item is None for item in layer.objects):  # removed ones are listed until then
        layer.update()
    objects = {item.session_uid: item for item in layer.objects}
    active = objects.get(before.active) if before.active is not None else None
    current = {uid: item.mode for uid, item in objects.items() if uid in before.modes}
    waiting = {uid: mode for uid, mode in before.modes.items() if current.get(uid, mode) != mode}
    # The active object last: what is edited together with it then is what was.
    for uid in sorted(waiting, key=lambda uid: uid == before.active):
        obj = objects[uid]
        together = {item for item, mode in waiting.items() if mode == waiting[uid] and objects[item].type == obj.type}
        if obj.mode != waiting[uid]:
            _select(layer, together)
            _set_mode(layer, obj, waiting[uid])
    _select(layer, before.selected)
    if before.active is None or active is not None:
        layer.objects.active = active


def _set_mode(layer: bpy.types.ViewLayer, obj: bpy.types.Object, mode: str) -> None:
    """Sets the mode, even of an object that is disabled in viewports, for which Blender refuses it."""
    layer.objects.active = obj
    is_disabled = obj.hide_viewport
    if is_disabled:
        obj.hide_viewport = False
        layer.update()
    try:
        with suppress(RuntimeError):  # such as a linked object, or a mode that its data no longer allow
            bpy.ops.object.mode_set(mode=mode)  # type: ignore[arg-type] # a mode that Blender itself named
    finally:
        if is_disabled:
            obj.hide_viewport = True


def _select(layer: bpy.types.ViewLayer, wanted: frozenset[int] | set[int]) -> None:
    for obj in layer.objects:
        if obj.select_get(view_layer=layer) != (obj.session_uid in wanted):
            obj.select_set(obj.session_uid in wanted, view_layer=layer)
