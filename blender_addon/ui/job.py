"""The strip above all sections while a job runs, or after one has failed."""

from __future__ import annotations

import bpy
from bpy.app.translations import pgettext_iface

from ..bridge.session_report import Failure, failure
from ..translations import formatted, translated_error
from .panel import AtelierPanel, main_button
from .text import BUTTON_UNITS, paragraph


class ATELIER_PT_job(AtelierPanel, bpy.types.Panel):
    bl_label = "Atelier Job"
    bl_options = {"HIDE_HEADER"}
    bl_order = 0

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return context.window_manager.atelier_job.running or _failure_with_buttons() is not None

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


def _failure_with_buttons() -> Failure | None:
    """The last failure of this session, when it left something to press: a remedy, or details to copy."""
    last = failure()
    return last if last is not None and last.has_buttons else None


def _draw_failure(box: bpy.types.UILayout, context: bpy.types.Context) -> None:
    last = _failure_with_buttons()
    if last is None:
        return
    row = box.row()
    paragraph(row.column(), context, translated_error(last.error), icon="ERROR", beside=BUTTON_UNITS)
    row.operator("atelier.dismiss_error", text="", icon="X", emboss=False)
    if last.remedy is not None:
        box.operator_context = "INVOKE_DEFAULT"
        options = main_button(box, last.remedy.operator, text=pgettext_iface(last.remedy.label), translate=False)
        for name, value in last.remedy.options.items():
            setattr(options, name, value)
    if last.details:
        box.operator("atelier.copy_details", icon="COPYDOWN")


CLASSES = (ATELIER_PT_job,)
