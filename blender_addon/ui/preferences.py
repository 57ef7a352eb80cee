"""The extension's page in the preferences: whether everything works here."""

from __future__ import annotations

import bpy

from ..bridge.jobs import session_report
from ..bridge.models import remembered
from ..package import EXTENSION
from ..translations.registry import formatted
from .panel import ends, job_button
from .text import paragraph


# Blender evaluates the annotations in a scope that a lambda's body would not find this module's names in.
def _remembers(preferences: bpy.types.AddonPreferences) -> bool:
    return remembered.remembers()


def _remember(preferences: bpy.types.AddonPreferences, on: bool) -> None:
    remembered.switch(on)


class AtelierPreferences(bpy.types.AddonPreferences):
    bl_idname = EXTENSION

    threshold: bpy.props.FloatProperty(
        name="Confidence Threshold",
        description="How much an object must be like something learned to get a label; below, it stays unknown",
        min=0.0,
        max=1.0,
        default=0.5,
        subtype="FACTOR",
    )

    training_python: bpy.props.StringProperty(
        name="Python with PyTorch",
        description="The Python that trains networks of your own; nothing else needs it. Left empty, one is looked for",
        subtype="FILE_PATH",
    )

    remember_choices: bpy.props.BoolProperty(
        name="Remember Choices",
        description="Remember on this machine which looks you keep and reject, to suggest others; nothing is sent",
        get=_remembers,
        set=_remember,
    )

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        layout.prop(self, "threshold")
        ends(layout, "More labels", "More left unknown")
        row = layout.row(align=True)
        row.prop(self, "training_python")
        row.operator("atelier.find_python", text="", icon="VIEWZOOM")
        row = layout.row(align=True)
        row.prop(self, "remember_choices")
        row.label(text=formatted("{number} choices", number=len(remembered.choices())), translate=False)
        row.operator("atelier.export_choices", text="", icon="EXPORT")
        row.operator("atelier.forget_choices", text="", icon="TRASH")
        job_button(layout, "atelier.self_check", icon="CHECKMARK")
        for result in session_report.self_check():
            row = layout.split(factor=0.3)
            row.label(text=result["part"], icon="CHECKMARK" if result["works"] else "CANCEL")
            column = row.column()
            paragraph(column, context, formatted(result["text"], **result["values"]))
            if result["repair"]:
                column.operator("atelier.repair_part", icon="TOOL_SETTINGS").part = result["repair"]


register, unregister = bpy.utils.register_classes_factory((AtelierPreferences,))
