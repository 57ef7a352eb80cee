"""Atelier in Blender: registers and unregisters its classes, nothing more."""

from __future__ import annotations

import atexit

import bpy

from . import operators, ui, upgrade
from .avatar.live import editing as live
from .avatar.live import shaping
from .avatar.surface import layer_settings
from .bridge import session
from .bridge.vrm.importing import glTF2ImportUserExtension
from .edition import IS_FULL
from .properties import body as body_properties
from .properties import settings as properties
from .scene.labels import label_list
from .translations import registry as translations
from .ui import preferences

if IS_FULL:
    from .training import runs

__all__ = ["glTF2ImportUserExtension", "register", "unregister"]  # Blender's glTF importer looks for the class here

# In the order of need: operators and panels read the properties.
_PARTS = (
    translations,
    session,
    properties,
    body_properties,
    layer_settings,
    upgrade,
    preferences,
    operators,
    ui,
    live,
    shaping,
    label_list,
    *((runs,) if IS_FULL else ()),
)


def register() -> None:
    for part in _PARTS:
        part.register()
    if bpy.app.module and __package__ not in bpy.context.preferences.addons:
        # Blender 4.5 as a Python module never returns from exit while classes with properties are registered. It takes
        # back the enabled extensions itself, but knows nothing of a package that a script has registered.
        atexit.register(unregister)


def unregister() -> None:
    atexit.unregister(unregister)
    for part in reversed(_PARTS):
        part.unregister()
