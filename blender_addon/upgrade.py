"""Migrates files of older versions when they are opened, appended from or linked.

User files of older versions are moved once into the folder of the extension.
"""

from __future__ import annotations

from typing import Any

import bpy

from .avatar.stored import bring_up_to_date
from .bridge.data.part_of import bring_parts_up_to_date
from .bridge.files.user_folder import adopt_earlier_files


@bpy.app.handlers.persistent
def _after_load(*_: Any) -> None:
    bring_up_to_date(bpy.data.objects)
    bring_parts_up_to_date()


_HANDLERS = ("load_post", "blend_import_post")


def register() -> None:
    adopt_earlier_files()
    for name in _HANDLERS:
        getattr(bpy.app.handlers, name).append(_after_load)


def unregister() -> None:
    for name in _HANDLERS:
        getattr(bpy.app.handlers, name).remove(_after_load)
