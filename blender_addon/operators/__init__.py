"""The operators behind the buttons: one file per panel; each operator gathers options, runs a job and reports."""

from __future__ import annotations

import bpy

from ..edition import IS_FULL
from . import session
from .avatar import (
    drops,
    extra_bones,
    face,
    joints,
    landmarks,
    layers,
    live,
    motion,
    photo,
    posing,
    variations,
    wardrobe,
)
from .avatar import generating as avatar
from .export import export_as, signing
from .export import scene as export
from .scene import assets, commands, furnishing, libraries, lighting, matching, previews, selecting, vr
from .scene import labelling as scene

if IS_FULL:
    from . import programs, training
    from .scene import reconstructing

_register_classes, unregister = bpy.utils.register_classes_factory(
    (
        *avatar.CLASSES,
        *live.CLASSES,
        *wardrobe.CLASSES,
        *selecting.CLASSES,
        *landmarks.CLASSES,
        *layers.CLASSES,
        *drops.CLASSES,
        *photo.CLASSES,
        *face.CLASSES,
        *joints.CLASSES,
        *assets.CLASSES,
        *posing.CLASSES,
        *extra_bones.CLASSES,
        *motion.CLASSES,
        *scene.CLASSES,
        *commands.CLASSES,
        *furnishing.CLASSES,
        *libraries.CLASSES,
        *lighting.CLASSES,
        *previews.CLASSES,
        *vr.CLASSES,
        *matching.CLASSES,
        *export.CLASSES,
        *export_as.CLASSES,
        *signing.CLASSES,
        *session.CLASSES,
        *((*training.CLASSES, *programs.CLASSES, *reconstructing.CLASSES) if IS_FULL else ()),
        *variations.CLASSES,
    )
)


def register() -> None:
    _register_classes()
    commands.complete_commands()
