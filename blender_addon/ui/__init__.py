"""The user interface: the sidebar tab, one file per panel, and the entries in Blender's own menus."""

from __future__ import annotations

import bpy

from ..edition import IS_FULL
from . import commands, export, job, keys, menus, provenance
from .avatar import body, layers, motion, posing, trait_presets, variations
from .avatar import panel as avatar
from .places import furnishing, labels, libraries, lighting, photos

if IS_FULL:
    from . import training

_register_classes, _unregister_classes = bpy.utils.register_classes_factory(
    (
        *job.CLASSES,
        *trait_presets.CLASSES,
        *menus.CLASSES,
        *avatar.CLASSES,
        *body.CLASSES,
        *layers.CLASSES,
        *posing.CLASSES,
        *motion.CLASSES,
        *variations.CLASSES,
        *labels.CLASSES,
        *furnishing.CLASSES,
        *libraries.CLASSES,
        *lighting.CLASSES,
        *photos.CLASSES,
        *commands.CLASSES,
        *export.CLASSES,
        *provenance.CLASSES,
        *(training.CLASSES if IS_FULL else ()),
    )
)


def register() -> None:
    _register_classes()
    menus.register()
    keys.register()
    trait_presets.register()


def unregister() -> None:
    trait_presets.unregister()
    keys.unregister()
    menus.unregister()
    _unregister_classes()
