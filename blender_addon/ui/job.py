"""The strip above all sections while a job runs, or after one has failed."""

from __future__ import annotations

import bpy

from ..translations import formatted, in_words
from .panel import AtelierPanel
from .text import paragraph


class ATELIER_PT_job(AtelierPanel, bpy.types.Panel):
    bl_label = "Atelier Job"
    bl_options = {"HIDE_HEADER"}
    bl_order = 0

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return context.window_manager.atelier_job.running or bool(context.scene.atelier.report().get("details"))

    def draw(self, context: bpy.types.Context) -> None:
        state = context.window_manager.atelier_job
        if state.running:
            self._draw_progress(state)
        else:
            box = self.layout.box()
            paragraph(box, context, in_words(context.scene.atelier.report()["error"]), icon="ERROR")
            box.operator("atelier.copy_details", icon="COPYDOWN")

    def _draw_progress(self, state: bpy.types.PropertyGroup) -> None:
        column = self.layout.column(align=True)
        column.label(text=state.what or state.title)
        left = formatted("{seconds} s left", seconds=round(state.seconds_left)) if state.seconds_left >= 0 else ""
        column.progress(factor=state.factor, text=f"{state.factor:.0%}  {left}")
        column.operator("atelier.cancel_job", icon="X")


CLASSES = (ATELIER_PT_job,)
