"""Avatars that many tests need alike: made once a run, then appended from a file."""

from __future__ import annotations

import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import bpy

_places: list[Path] = []


def keep_in(folder: Path) -> None:
    """Says where the files lie, which the processes of a run share.

    Not in ``bpy.app.tempdir``: each reading of the factory settings, with which most tests begin, makes a new one.
    """
    folder.mkdir(exist_ok=True)
    _places[:] = [folder]


def made_once(what: str, make: Callable[[], bpy.types.Object]) -> bpy.types.Object:
    """The armature that ``make`` adds to an empty scene, active and selected, with all that hangs on it.

    The first test of a run that asks for it runs ``make``, which takes seconds; all others get the same objects out of
    a file in a twentieth of the time. Where something stands in the scene already, ``make`` is run.

    Args:
        what: tells apart what is made: its function and arguments.
    """
    scene = bpy.context.scene
    if scene.objects:
        return make()
    path = _places[0] / f"{sha256(what.encode()).hexdigest()[:16]}.blend"
    if not path.exists():
        armature = make()
        unfinished = path.with_suffix(f".{os.getpid()}.blend")
        bpy.ops.wm.save_as_mainfile(filepath=str(unfinished), copy=True, compress=False)
        unfinished.replace(path)
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
