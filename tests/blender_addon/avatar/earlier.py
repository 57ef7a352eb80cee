"""An avatar that an earlier version has saved, with the body and the painted clothes of its time."""

from __future__ import annotations

from pathlib import Path

import bpy

FILE = Path(__file__).with_name("files") / "earlier_avatar.blend"
"""Made by the last version that lofted bodies: seed 3, casual, #203050 top, a bob, nose_width 0.5, textures of 256."""


def earlier_avatar() -> bpy.types.Object:
    """The avatar, appended to the scene and made active, as an artist brings it into another file."""
    with bpy.data.libraries.load(str(FILE)) as (there, here):
        here.objects = there.objects
    for obj in here.objects:
        bpy.context.collection.objects.link(obj)
    armature = bpy.data.objects["Avatar"]
    bpy.context.view_layer.objects.active = armature
    bpy.context.view_layer.update()
    return armature


def body_of(armature: bpy.types.Object) -> bpy.types.Object:
    """Its body mesh."""
    return next(one for one in armature.children if "atelier_shape" in one)
