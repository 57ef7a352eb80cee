"""Atelier's entry in Add ▸ Mesh."""

from __future__ import annotations

import bpy


def _add_avatar(self: bpy.types.Menu, context: bpy.types.Context) -> None:
    self.layout.operator("atelier.generate_avatar", text="Atelier Avatar", icon="OUTLINER_OB_ARMATURE")


def register() -> None:
    bpy.types.VIEW3D_MT_mesh_add.append(_add_avatar)


def unregister() -> None:
    bpy.types.VIEW3D_MT_mesh_add.remove(_add_avatar)
