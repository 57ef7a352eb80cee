"""Reads the extension's preferences."""

from __future__ import annotations

from typing import Any

import bpy

from ..package import EXTENSION


def preferences() -> Any | None:
    """The extension's preferences; ``None`` when a script has registered the package without enabling it."""
    addon = bpy.context.preferences.addons.get(EXTENSION)
    return addon.preferences if addon is not None else None


def has_photo_consent() -> bool:
    """Whether the artist has agreed to use only photos with permission; a script is responsible itself."""
    settings = preferences()
    return settings is None or bool(settings.photo_consent)
