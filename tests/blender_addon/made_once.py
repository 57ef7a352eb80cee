"""Avatars that many tests need alike: made once, then appended from a file."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import bpy


def made_once(what: str, make: Callable[[], bpy.types.Object]) -> bpy.types.Object:
    """The armature that ``make`` adds to an empty scene, active and selected, with all that hangs on it.

    The first test of a process that asks for it runs ``make``, which takes seconds; all others get the same objects out
    of a file in a twentieth of the time. Where something stands in the scene already, ``make`` is run.

    Args:
        what: tells apart what is made: its function and arguments.
    """
    scene = bpy.context.scene
    if scene.objects:
        return make()
    path = Path(bpy.app.tempdir) / f"{sha256(what.encode()).hexdigest()[:16]}.blend"
    if not path.exists():
        armature = make()
        bpy.ops.wm.save_as_mainfile(filepath=str(path), copy=True, compress=False)
        return armature
    with bpy.data.libraries.load(str(path)) as (there, here):
        here.objects = there.objects
    for obj in here.objects:
        bpy.context.collection.objects.link(obj)
    armature = next(obj for obj in here.objects if obj.type == "ARMATURE" and obj.parent is None)
    for library in list(bpy.data.libraries):
        bpy.data.libraries.remove(library)
    bpy.context.view_layer.objects.active = armature
    armature.select_set(True)
    bpy.context.view_layer.update()
    return armature
