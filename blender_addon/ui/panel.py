"""The base of every Atelier panel: a section of the 3D view's sidebar."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import bpy

from ..translations.registry import CONTEXT, formatted
from .text import BUTTON_UNITS, fits, is_narrow, shortened


class AtelierPanel:
    """Mix-in before ``bpy.types.Panel``."""

    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Atelier"
    bl_translation_context = CONTEXT


def fields(layout: bpy.types.UILayout) -> bpy.types.UILayout:
    """A column of labeled properties, laid out as in Blender's own property editors."""
    column = layout.column()
    column.use_property_split = True
    column.use_property_decorate = False
    return column


def main_button(
    layout: bpy.types.UILayout, operator: str, prominent: bool = True, **texts: Any
) -> bpy.types.OperatorProperties | SimpleNamespace:
    """An operator's button, taller when it is the next step."""
    row = layout.row()
    row.scale_y = 1.5 if prominent else 1.0
    return job_button(row, operator, **texts)


def job_button(
    layout: bpy.types.UILayout, operator: str, **texts: Any
) -> bpy.types.OperatorProperties | SimpleNamespace:
    """The button of an operator that runs a job. Meanwhile it shows the progress at the same height, so that nothing
    moves under the mouse."""
    if draw_progress(layout, operator):
        return SimpleNamespace()
    return layout.operator(operator, **texts)


def draw_progress(layout: bpy.types.UILayout, *operators: str) -> bool:
    """Draw the progress of the running job, with a cross that cancels it, if it is one of ``operators``."""
    state = bpy.context.window_manager.atelier_job
    if not state.running or state.operator not in operators:
        return False
    parts = [f"{state.factor:.0%}", formatted(state.what or state.title)]
    if state.seconds_left >= 0:
        # The status bar has all of it; here the time goes first where there is room for it beside what is done.
        timed = [parts[0], formatted("{seconds} s left", seconds=round(state.seconds_left)), parts[1]]
        if fits("  ".join(timed), bpy.context, BUTTON_UNITS):
            parts = timed
    row = layout.row(align=True)
    text = shortened("  ".join(parts), bpy.context, BUTTON_UNITS)
    row.progress(factor=state.factor, text=text, translate=False)
    row.operator("atelier.cancel_job", text="", icon="X")
    return True


def ends(layout: bpy.types.UILayout, low: str, high: str) -> None:
    """Draws the meaning of its two ends under a slider."""
    row = layout.row()
    row.active = False
    row.scale_y = 0.6
    row.label(text=low)
    right = row.row()
    right.alignment = "RIGHT"
    right.label(text=high)


def draw_ends(column: bpy.types.UILayout, context: bpy.types.Context, low: str, high: str) -> None:
    """:func:`ends` under a slider of a column of :func:`fields`."""
    split = column.split(factor=0.58 if is_narrow(context) else 0.46)
    split.label(text="")
    ends(split, low, high)
