"""All or nothing: restores a scene's objects when a job of several steps fails."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import bpy
from mathutils import Matrix

from ..data.created import removed_on_failure
from ..data.identity import put

_OWN_PROPERTIES = "atelier_"


@dataclass(frozen=True)
class _State:
    """The saved state of one object. ``properties`` are our custom properties; on linked objects they cannot change."""

    obj: bpy.types.Object
    uid: int
    name: str
    color: tuple[float, ...]
    properties: dict[str, Any]
    collections: list[bpy.types.Collection]
    is_hidden: bool
    is_selected: bool
    basis: Matrix
    materials: list[tuple[Any, bpy.types.Material | None]]

    @classmethod
    def of(cls, obj: bpy.types.Object, layer: bpy.types.ViewLayer) -> _State:
        keys = [key for key in obj.keys() if key.startswith(_OWN_PROPERTIES)]  # noqa: SIM118
        properties = {key: _value(obj, key) for key in keys}
        return cls(
            obj,
            obj.session_uid,
            obj.name,
            tuple(obj.color),
            properties if obj.is_editable else {},
            list(obj.users_collection),
            obj.hide_get(view_layer=layer),
            obj.select_get(view_layer=layer),
            obj.matrix_basis.copy(),
            [(slot.link, slot.material) for slot in obj.material_slots],
        )

    def restore(self) -> None:
        """Everything but the name, the visibility and the selection."""
        obj = self.obj
        for home in self.collections:
            if home.objects.get(obj.name) != obj:
                home.objects.link(obj)
        for home in obj.users_collection:
            if home not in self.collections:
                home.objects.unlink(obj)
        if not obj.is_editable:
            return
        if obj.matrix_basis != self.basis:
            obj.matrix_basis = self.basis
        for slot, (link, material) in zip(obj.material_slots, self.materials, strict=False):
            if (slot.link, slot.material) != (link, material):
                slot.link, slot.material = link, material
        if tuple(obj.color) != self.color:
            obj.color = self.color
        for key in [key for key in obj.keys() if key.startswith(_OWN_PROPERTIES)]:  # noqa: SIM118
            if key not in self.properties:
                del obj[key]
        for key, value in self.properties.items():
            if key not in obj or _value(obj, key) != value:
                put(obj, key, value)


def _value(obj: bpy.types.Object, key: str) -> Any:
    """A custom property as Python data: arrays and groups live only as long as the property does."""
    value = obj[key]
    if hasattr(value, "to_dict"):
        return value.to_dict()
    return value.to_list() if hasattr(value, "to_list") else value


@contextmanager
def scene_restored_on_failure(context: bpy.types.Context) -> Iterator[None]:
    """Put the scene's objects back when the block is left by an exception or by closing the job.

    Restores names, transforms, collections, colors, materials, our custom properties, visibility and selection in the
    view layer, and the recognized kind of the scene; removes what the block has created. What the block deletes is not
    restored: delete last.
    """
    scene, layer = context.scene, context.view_layer
    states = [_State.of(obj, layer) for obj in scene.objects]
    active = layer.objects.active.session_uid if layer.objects.active is not None else 0
    kind = (scene.atelier.scene_kind, scene.atelier.scene_kind_share)
    try:
        with removed_on_failure(context):
            yield
    except BaseException:  # also GeneratorExit, which is how a job is cancelled
        there = {obj.session_uid for obj in bpy.data.objects}
        states = [state for state in states if state.uid in there]  # such as clothes that were taken off
        for state in states:
            state.restore()
        _restore_names(states)
        layer.update()  # it lists the objects of its collections anew
        for state in states:
            if layer.objects.get(state.name) == state.obj:
                state.obj.hide_set(state.is_hidden, view_layer=layer)
                state.obj.select_set(state.is_selected, view_layer=layer)
        layer.objects.active = next((obj for obj in layer.objects if obj.session_uid == active), None)
        scene.atelier.scene_kind, scene.atelier.scene_kind_share = kind
        raise


def _restore_names(states: list[_State]) -> None:
    changed = [state for state in states if state.obj.is_editable and state.obj.name != state.name]
    for number, state in enumerate(changed):  # out of each other's way first
        state.obj.name = f"atelier renaming {number}"
    for state in changed:
        state.obj.name = state.name
