"""Armatures in Edit Mode, in a way that stands other threads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import bpy


@contextmanager
def edited_bones(layer: bpy.types.ViewLayer, armature: bpy.types.Object) -> Iterator[bpy.types.ArmatureEditBones]:
    """The edit bones of ``armature``, which is then the active object of ``layer``; Blender has to be in Object Mode.

    Not by ``context.temp_override(object=...)``: an operator runs without Python's lock, and Blender 4.5 and 5.2 read
    overridden members there without taking it, so that they crash when a thread of ours (a job's, a live edit's) is
    running Python just then.
    """
    layer.update()
    layer.objects.active = armature
    bpy.ops.object.mode_set(mode="EDIT")
    try:
        yield armature.data.edit_bones
    finally:
        bpy.ops.object.mode_set(mode="OBJECT")
