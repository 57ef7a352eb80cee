"""Modifiers applied to a mesh and to each of its shape keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import bpy
import numpy as np

from ml_core.errors import InputError

from ...bridge.mesh_arrays import mesh_data, positions

_FIELDS = ("slider_min", "slider_max", "value", "mute", "vertex_group", "interpolation")


def apply_modifiers_with_keys(context: bpy.types.Context, obj: bpy.types.Object, values: Mapping[str, Any]) -> None:
    """Applies all visible modifiers except armatures, key by key; the armature deforms the result as before.

    Raises:
        InputError: the modifiers produce a different number of vertices for some key, or the keys are animated.
    """
    mesh = mesh_data(obj)
    keys = mesh.shape_keys
    if keys.animation_data is not None or not keys.use_relative:
        raise InputError("{name}: its shape keys are animated; apply its modifiers by hand", name=obj.name)
    shapes = []
    with _single_keys(obj):
        for index in range(len(keys.key_blocks)):
            obj.active_shape_key_index = index
            context.view_layer.update()
            depsgraph = context.evaluated_depsgraph_get()
            shapes.append(
                bpy.data.meshes.new_from_object(
                    obj.evaluated_get(depsgraph), preserve_all_data_layers=True, depsgraph=depsgraph
                )
            )
    if len({len(item.vertices) for item in shapes}) > 1:
        bpy.data.batch_remove(shapes)
        raise InputError(
            "{name}: its modifiers make another mesh of each shape key; remove modifiers or keys", name=obj.name
        )
    notes = [
        (item.name, item.relative_key.name, {name: getattr(item, name) for name in _FIELDS}) for item in keys.key_blocks
    ]
    applied = [item for item in obj.modifiers if item.type != "ARMATURE" and item.show_viewport]
    active = obj.active_shape_key_index
    name, mesh.name = mesh.name, f"{mesh.name}_before"
    obj.data = shapes[0]
    shapes[0].name = name
    for modifier in applied:
        obj.modifiers.remove(modifier)
    blocks = {}
    for (key, _, fields), shape in zip(notes, shapes, strict=True):
        block = blocks[key] = obj.shape_key_add(name=key, from_mix=False)
        block.data.foreach_set("co", positions(shape).astype(np.float32).ravel())
        for field, value in fields.items():
            setattr(block, field, value)
    for key, base, _ in notes:
        blocks[key].relative_key = blocks[base]
    obj.active_shape_key_index = active
    bpy.data.batch_remove(shapes[1:])
    if mesh.users == 0:
        bpy.data.meshes.remove(mesh)
    else:
        shapes[0].name, mesh.name = f"{name}_applied", name


@contextmanager
def _single_keys(obj: bpy.types.Object) -> Iterator[None]:
    """Shows the active key alone, undeformed by armatures."""
    before = obj.show_only_shape_key, obj.active_shape_key_index
    muted = [key for key in obj.data.shape_keys.key_blocks if key.mute]
    armatures = [modifier for modifier in obj.modifiers if modifier.type == "ARMATURE" and modifier.show_viewport]
    for armature in armatures:
        armature.show_viewport = False
    for key in muted:
        key.mute = False
    obj.show_only_shape_key = True
    try:
        yield
    finally:
        obj.show_only_shape_key, obj.active_shape_key_index = before
        for armature in armatures:
            armature.show_viewport = True
        for key in muted:
            key.mute = True
