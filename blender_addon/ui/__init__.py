"""What the artist sees: the sidebar tab, one file a panel, and the entry in the Add menu."""

from __future__ import annotations

import bpy

from . import avatar, commands, export, job, layers, menus, posing, scene, training, variations

_register_classes, _unregister_classes = bpy.utils.register_classes_factory(
    (
        *job.CLASSES,
        *avatar.CLASSES,
        *layers.CLASSES,
        *posing.CLASSES,
        *variations.CLASSES,
        *scene.CLASSES,
        *commands.CLASSES,
        *export.CLASSES,
        *training.CLASSES,
    )
)


def register() -> None:
    _register_classes()
    menus.register()


def unregister() -> None:
    menus.unregister()
    _unregister_classes()
