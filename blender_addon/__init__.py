"""Atelier in Blender: registers its classes and takes them back, and nothing else."""

from __future__ import annotations

from . import operators, preferences, properties, translations, ui

# In the order of need: operators and panels read the properties.
_PARTS = (translations, properties, preferences, operators, ui)


def register() -> None:
    for part in _PARTS:
        part.register()


def unregister() -> None:
    for part in reversed(_PARTS):
        part.unregister()
