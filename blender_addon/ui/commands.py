"""The Commands section: one line of English or Chinese, its interpretation, and alternatives."""

from __future__ import annotations

from typing import Any

import bpy

from ..commands.suggesting import Chip, chips, examples, plan, question
from ..translations.registry import formatted
from .panel import AtelierPanel, main_button
from .text import paragraph

_ICONS: dict[str, Any] = {
    "COL": "COLOR",
    "OBJ": "OBJECT_DATA",
    "DST": "SNAP_FACE",
    "REL": "PIVOT_BOUNDBOX",
    "TARGET": "EXPORT",
}
_MOST_STEPS = 6
_MOST_CHOICES = 12


class ATELIER_PT_commands(AtelierPanel, bpy.types.Panel):
    bl_label = "Commands"
    bl_order = 3
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        settings = context.scene.atelier
        self.layout.prop(settings, "command", text="", placeholder="hide every chair")
        if settings.command.strip():
            self._draw_reading(context, settings.command)
        else:
            self._draw_examples(context)
        main_button(self.layout, "atelier.run_command", prominent=bool(settings.command), icon="PLAY")

    def _draw_reading(self, context: bpy.types.Context, command: str) -> None:
        """The parts of the command as buttons that change them, then the plan; or why it is refused."""
        flow = self.layout.grid_flow(columns=3, align=True, row_major=True)
        for chip in chips(context, command):
            self._draw_chip(flow, chip)
        steps, refusal = plan(context, command)
        if refusal is not None:
            paragraph(self.layout, context, formatted(refusal), icon="INFO")
        column = self.layout.column(align=True)
        for step in steps[:_MOST_STEPS]:
            column.label(text=step, icon="RIGHTARROW_THIN", translate=False)

        if names := question(context, command):
            self._draw_question(names)

    def _draw_question(self, names: tuple[str, ...]) -> None:
        """One button for each object that may be meant, which writes its name into the command."""
        box = self.layout.box()
        box.label(text=formatted("Which of these {number}?", number=len(names)), icon="QUESTION", translate=False)
        grid = box.grid_flow(columns=2, align=True, row_major=True)
        for name in names[:_MOST_CHOICES]:
            grid.operator("atelier.choose_object", text=name, translate=False).name = name

    def _draw_chip(self, flow: bpy.types.UILayout, chip: Chip) -> None:
        button = flow.operator(
            "atelier.change_chip", text=chip.text, icon=_ICONS.get(chip.kind, "NONE"), translate=False
        )
        button.part, button.kind, button.start, button.end = chip.text, chip.kind, chip.start, chip.end

    def _draw_examples(self, context: bpy.types.Context) -> None:
        column = self.layout.column(align=True)
        for example in examples(context.scene):
            column.operator("atelier.set_command", text=example, icon="SHADERFX", translate=False).command = example


CLASSES = (ATELIER_PT_commands,)
