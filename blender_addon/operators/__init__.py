"""What the buttons do: one file a panel; each operator gathers options, runs a job and reports."""

from __future__ import annotations

import bpy

from . import (
    assets,
    avatar,
    commands,
    drops,
    export,
    landmarks,
    layers,
    live,
    posing,
    scene,
    session,
    training,
    variations,
)

register, unregister = bpy.utils.register_classes_factory(
    (
        *avatar.CLASSES,
        *live.CLASSES,
        *landmarks.CLASSES,
        *layers.CLASSES,
        *drops.CLASSES,
        *assets.CLASSES,
        *posing.CLASSES,
        *scene.CLASSES,
        *commands.CLASSES,
        *export.CLASSES,
        *session.CLASSES,
        *training.CLASSES,
        *variations.CLASSES,
    )
)
