"""Armatures in Edit Mode, safely in the presence of other threads."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any

import bpy

from ..jobs.steps import Progress


def settled(context: bpy.types.Context) -> Generator[Progress, Any, None]:
    """Lets Blender evaluate changes in a separate step, which otherwise happens as :func:`edited_bones` begins."""
    yield Progress(0.5, 1, "Adding bones")
    context.view_layer.update()
    yield Progress(0.5, 1, "Adding bones")


@contextmanager
def edited_bones(layer: bpy.types.ViewLayer, armature: bpy.types.Object) -> Iterator[bpy.types.ArmatureEditBones]:
    """The edit bones of ``armature``, which becomes the active object of ``layer``; Blender has to be in Object Mode.

    Does not use ``context.temp_override(object=...)``: an operator runs without Python's lock, and Blender 4.5 and 5.2
    read overridden members there without taking it, so that they crash when a thread of ours (a job's, a live edit's)
    is running Python just then.
    """
    with _editable(layer, armature) as edited:
        layer.update()
        layer.objects.active = edited
        bpy.ops.object.mode_set(mode="EDIT")
        try:
            yield armature.data.edit_bones
        finally:
            bpy.ops.object.mode_set(mode="OBJECT")


@contextmanager
def _editable(layer: bpy.types.ViewLayer, armature: bpy.types.Object) -> Iterator[bpy.types.Object]:
    """``armature``, or a temporary object with its bones if it is a library override, which Blender does not edit."""
    if armature.override_library is None:
        yield armature
        return
    stand_in = bpy.data.objects.new("Atelier Bones", armature.data)
    layer.id_data.collection.objects.link(stand_in)
    try:
        yield stand_in
    finally:
        bpy.data.objects.remove(stand_in)
        layer.objects.active = armature
