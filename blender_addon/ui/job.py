"""The strip above all sections after a job has failed; a running one shows its progress in place of its button."""

from __future__ import annotations

import bpy
from bpy.app.translations import pgettext_iface

from ..bridge.jobs.session_report import Failure, failure
from ..translations.registry import formatted
from .panel import AtelierPanel, main_button
from .text import BUTTON_UNITS, paragraph


class ATELIER_PT_job(AtelierPanel, bpy.types.Panel):
    bl_label = "Atelier Job"
    bl_options = {"HIDE_HEADER"}
    bl_order = 0

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return _failure_with_buttons() is not None

    def draw(self, context: bpy.types.Context) -> None:
        draw_failure(self.layout.box(), context)


def _failure_with_buttons() -> Failure | None:
    """The last failure of this session, if it offers a button: a quick fix, or details to copy."""
    last = failure()
    return last if last is not None and last.has_buttons else None


def draw_failure(box: bpy.types.UILayout, context: bpy.types.Context) -> None:
    last = _failure_with_buttons()
    if last is None:
        return
    row = box.row()
    paragraph(row.column(), context, formatted(last.error), icon="ERROR", beside=BUTTON_UNITS)
    row.operator("atelier.dismiss_error", text="", icon="X", emboss=False)
    if last.quick_fix is not None:
        box.operator_context = "INVOKE_DEFAULT"
        options = main_button(box, last.quick_fix.operator, text=pgettext_iface(last.quick_fix.label), translate=False)
        for name, value in last.quick_fix.options.items():
            setattr(options, name, value)
    if last.details:
        box.operator("atelier.copy_details", icon="COPYDOWN")


CLASSES = (ATELIER_PT_job,)
