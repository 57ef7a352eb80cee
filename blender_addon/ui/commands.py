"""The Commands section: one line of English or Chinese."""

from __future__ import annotations

import bpy

from .panel import AtelierPanel, main_button


class ATELIER_PT_commands(AtelierPanel, bpy.types.Panel):
    bl_label = "Commands"
    bl_order = 3
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        settings = context.scene.atelier
        self.layout.prop(settings, "command", text="", placeholder="hide every chair")
        main_button(self.layout, "atelier.run_command", prominent=bool(settings.command), icon="PLAY")


CLASSES = (ATELIER_PT_commands,)
