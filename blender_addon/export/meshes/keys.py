"""Keys that identify appearances of the same mesh without evaluating it."""

from __future__ import annotations

from typing import Any

import bpy

from ..content.evaluated import bends_by_parent
from ..content.scene import Placed

_OF_THE_WINDOW = ("persistent_uid", "execution_time", "name", "show_expanded", "is_active")


def mesh_key(placed: Placed) -> Any:
    """A key that is equal for appearances of one mesh, except for scale and the object values that materials read."""
    mirrored = placed.matrix.determinant() < 0
    obj = placed.obj
    if placed.mesh is not None:
        return "instanced", placed.geometry, mirrored
    materials = tuple(slot.material.session_uid if slot.material else 0 for slot in obj.material_slots)
    own = modifier_key(obj) if obj.type == "MESH" else obj.session_uid
    pinned = obj.active_shape_key_index if obj.show_only_shape_key else -1
    return obj.data.session_uid, mirrored, materials, own, pinned


def modifier_key(obj: bpy.types.Object) -> Any:
    """The settings of an object's modifiers; a unique number if they use other objects or vertex groups."""
    if bends_by_parent(obj):
        return obj.session_uid
    settings: list[Any] = []
    for modifier in obj.modifiers:
        if modifier.type in ("NODES", "CURVE_DEVICE"):
            return obj.session_uid
        for prop in modifier.bl_rna.properties:
            if prop.identifier in _OF_THE_WINDOW:
                continue
            value = getattr(modifier, prop.identifier, None)
            if isinstance(value, bpy.types.Object):
                return obj.session_uid
            settings.append((prop.identifier, _hashable(prop, value)))
    return tuple(settings)


def _hashable(prop: bpy.types.Property, value: Any) -> Any:
    if prop.type in ("POINTER", "COLLECTION"):
        return value.session_uid if isinstance(value, bpy.types.ID) else None
    if isinstance(value, set):
        return frozenset(value)
    return tuple(value) if getattr(prop, "is_array", False) else value
