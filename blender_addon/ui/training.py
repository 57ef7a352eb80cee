"""The Training section: training a custom network in another Python."""

from __future__ import annotations

import bpy

from ml_core.vocabulary.training_runs import RunState

from ..bridge.models import own as own_models
from ..properties.training import WHAT_ITEMS
from ..training import runs, sample
from ..translations.registry import formatted
from .panel import AtelierPanel, fields, main_button
from .text import BUTTON_UNITS, available_width, paragraph


class ATELIER_PT_training(AtelierPanel, bpy.types.Panel):
    bl_label = "Training"
    bl_order = 9
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        run = runs.current()
        if run is not None and run.status.is_running:
            _draw_running(layout, context, run)
            return
        settings = context.scene.atelier.training
        column = fields(layout)
        column.prop(settings, "what")
        column.prop(settings, "data")
        column.prop(settings, "length")
        layout.prop(settings, "from_shipped")
        is_next = run is None or run.result is None
        main_button(layout, "atelier.train", prominent=is_next, icon="PLAY")
        if run is not None:
            _draw_ended(layout, context, run)
        for what, name, _ in WHAT_ITEMS:
            if own_models.weights(what) is not None:
                box = layout.box().column(align=True)
                paragraph(box, context, formatted("{network}: yours is used.", network=formatted(name)), icon="USER")
                box.operator("atelier.use_shipped", icon="LOOP_BACK").what = what


def _draw_running(layout: bpy.types.UILayout, context: bpy.types.Context, run: runs.Run) -> None:
    status = run.status
    column = layout.column(align=True)
    column.label(text=formatted(_doing(run)), translate=False)
    left = formatted("{time} left", time=duration(status.seconds_left)) if status.seconds_left >= 0 else ""
    column.progress(factor=status.share, text=f"{status.share:.0%}  {left}")
    column.operator("atelier.stop_training", icon="SNAP_FACE")
    _draw_sample(layout, context, run)
    _draw_figures(layout, context, run)
    layout.operator("atelier.open_training_log", icon="TEXT")
    paragraph(layout, context, formatted("It continues while Blender is open; when you quit, it saves and stops."))


def _draw_ended(layout: bpy.types.UILayout, context: bpy.types.Context, run: runs.Run) -> None:
    status = run.status
    box = layout.box()
    head = box.row()
    if status.state == "failed":
        paragraph(head.column(), context, formatted(status.error), icon="ERROR", beside=BUTTON_UNITS)
    else:
        text = formatted("Training has ended") if status.state == "done" else formatted("Training was stopped")
        head.label(text=text, icon="CHECKMARK" if status.state == "done" else "PAUSE", translate=False)
    head.operator("atelier.remove_training", text="", icon="TRASH", emboss=False)
    _draw_sample(box, context, run)
    _draw_figures(box, context, run)
    if run.result is not None:
        main_button(box, "atelier.use_trained", icon="CHECKMARK")
    row = box.row(align=True)
    if run.can_go_on:
        row.operator("atelier.train", text="Continue", icon="PLAY").resume = True
    row.operator("atelier.open_training_log", icon="TEXT")


def _draw_sample(layout: bpy.types.UILayout, context: bpy.types.Context, run: runs.Run) -> None:
    icon = sample.icon_of(run)
    if icon:
        units = available_width(context) / (20 * context.preferences.system.ui_scale)
        layout.template_icon(icon_value=icon, scale=max(4.0, min(units, 20.0)))


def _draw_figures(layout: bpy.types.UILayout, context: bpy.types.Context, run: runs.Run) -> None:
    figures = run.status.figures
    if "top1" in figures:
        text = formatted(
            "{share} of {count} objects kept for the test are named right.",
            share=f"{figures['top1']:.0%}",
            count=round(figures.get("scored", 0)),
        )
        paragraph(layout, context, text)
    elif "ciede2000_skin" in figures:
        worst = max(value for name, value in figures.items() if name.startswith("ciede2000_"))
        paragraph(
            layout,
            context,
            formatted("Requested and painted colors differ by {value} at most (CIEDE2000).", value=f"{worst:.1f}"),
        )


def _doing(run: runs.Run) -> str:
    """The current activity of a running training."""
    if runs.is_stopping():
        return "Saving what it has learned"
    doing: dict[RunState, str] = {
        "starting": "Starting Python",
        "reading": "Reading the data",
        "preparing": "Preparing the data",
        "training": "Training",
        "exporting": "Exporting the result",
        "measuring": "Measuring the result",
    }
    return doing[run.status.state]


def duration(seconds: float) -> str:
    """``45 s``, ``12 min`` or ``3 h 20 min``."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"


CLASSES = (ATELIER_PT_training,)
