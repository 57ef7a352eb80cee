"""What the buttons do: one file a panel; each operator gathers options, runs a job and reports."""

from __future__ import annotations

import bpy

from . import (
    assets,
    avatar,
    commands,
    drops,
    export,
    export_as,
    landmarks,
    layers,
    live,
    posing,
    scene,
    selecting,
    session,
    training,
    variations,
)

register, unregister = bpy.utils.register_classes_factory(
    (
        *avatar.CLASSES,
        *live.CLASSES,
        *selecting.CLASSES,
        *landmarks.CLASSES,
        *layers.CLASSES,
        *drops.CLASSES,
        *assets.CLASSES,
        *posing.CLASSES,
        *scene.CLASSES,
        *commands.CLASSES,
        *export.CLASSES,
        *export_as.CLASSES,
        *session.CLASSES,
        *training.CLASSES,
        *variations.CLASSES,
    )
)
