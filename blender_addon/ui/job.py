"""The strip above all sections while a job runs, or after one has failed."""

from __future__ import annotations

import bpy
from bpy.app.translations import pgettext_iface

from ..translations import formatted, translated_error
from .panel import AtelierPanel, main_button
from .text import BUTTON_UNITS, paragraph


class ATELIER_PT_job(AtelierPanel, bpy.types.Panel):
    bl_label = "Atelier Job"
    bl_options = {"HIDE_HEADER"}
    bl_order = 0

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return context.window_manager.atelier_job.running or _has_failed(context)

    def draw(self, context: bpy.types.Context) -> None:
        state = context.window_manager.atelier_job
        if state.running:
            self._draw_progress(state)
        else:
            _draw_failure(self.layout.box(), context)

    def _draw_progress(self, state: bpy.types.PropertyGroup) -> None:
        column = self.layout.column(align=True)
        column.label(text=state.what or state.title)
        left = formatted("{seconds} s left", seconds=round(state.seconds_left)) if state.seconds_left >= 0 else ""
        column.progress(factor=state.factor, text=f"{state.factor:.0%}  {left}")
        column.operator("atelier.cancel_job", icon="X")


def _has_failed(context: bpy.types.Context) -> bool:
    """Whether the last job left something to press: a remedy, or details to copy."""
    facts = context.scene.atelier.report()
    return "error" in facts and ("details" in facts or "remedy" in facts)


def _draw_failure(box: bpy.types.UILayout, context: bpy.types.Context) -> None:
    facts = context.scene.atelier.report()
    row = box.row()
    paragraph(row.column(), context, translated_error(facts["error"]), icon="ERROR", beside=BUTTON_UNITS)
    row.operator("atelier.dismiss_error", text="", icon="X", emboss=False)
    remedy = facts.get("remedy")
    if remedy:
        box.operator_context = "INVOKE_DEFAULT"
        options = main_button(box, remedy["operator"], text=pgettext_iface(remedy["label"]), translate=False)
        for name, value in remedy["options"].items():
            setattr(options, name, value)
    if "details" in facts:
        box.operator("atelier.copy_details", icon="COPYDOWN")


CLASSES = (ATELIER_PT_job,)
