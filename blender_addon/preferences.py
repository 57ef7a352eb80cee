"""The extension's page in the preferences: whether everything works here."""

from __future__ import annotations

import bpy

from .ui.text import paragraph


class AtelierPreferences(bpy.types.AddonPreferences):
    bl_idname = __package__

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        layout.operator("atelier.self_check", icon="CHECKMARK")
        for result in context.scene.atelier.report().get("self_check", ()):
            row = layout.split(factor=0.3)
            row.label(text=result["part"], icon="CHECKMARK" if result["works"] else "CANCEL")
            paragraph(row.column(), context, result["detail"])


register, unregister = bpy.utils.register_classes_factory((AtelierPreferences,))
