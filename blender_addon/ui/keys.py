"""The one key of our own: Esc over the 3D view ends a live edit."""

from __future__ import annotations

import bpy


def register() -> None:
    keymaps = _keymaps()
    if keymaps is not None:  # not without a window
        keymap = keymaps.new("3D View Generic", space_type="VIEW_3D")
        keymap.keymap_items.new("atelier.stop_live", "ESC", "PRESS")


def unregister() -> None:
    keymaps = _keymaps()
    keymap = keymaps.get("3D View Generic") if keymaps is not None else None
    if keymap is None:
        return
    for item in list(keymap.keymap_items):
        if item.idname == "atelier.stop_live":
            keymap.keymap_items.remove(item)


def _keymaps() -> bpy.types.KeyMaps | None:
    configurations = bpy.context.window_manager.keyconfigs
    return configurations.addon.keymaps if configurations.addon is not None else None
