"""The extension's page in the preferences, with the check of the installation."""

from __future__ import annotations

import bpy

from ml_core.credits import ARTISTS_MAY, BUNDLED, LEARNED
from ml_core.version import __version__

from ..bridge.jobs import session_report
from ..bridge.models import remembered
from ..edition import IS_FULL
from ..package import EXTENSION
from ..translations.registry import formatted
from .panel import ends, job_button
from .text import paragraph

if IS_FULL:
    from ..agents import bridge


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

    if IS_FULL:
        training_python: bpy.props.StringProperty(
            name="Python with PyTorch",
            description="The Python that trains networks of your own; nothing else needs it. "
            "Left empty, one is looked for",
            subtype="FILE_PATH",
        )
        reconstruction_python: bpy.props.StringProperty(
            name="Python with pycolmap",
            description="The Python that reconstructs places from photos; nothing else needs it. "
            "Left empty, one is looked for",
            subtype="FILE_PATH",
        )

    if IS_FULL:
        bridge_folder: bpy.props.StringProperty(
            name="Folder for Programs",
            description="Programs on this machine that use the bridge read and write files in this folder alone",
            subtype="DIR_PATH",
        )

    remember_choices: bpy.props.BoolProperty(
        name="Remember Choices",
        description="Remember on this machine which looks you keep and reject, to suggest others; nothing is sent",
        get=_remembers,
        set=_remember,
    )

    photo_consent: bpy.props.BoolProperty(
        name="Photos with Consent",
        description="I use only photos that I may use, of people who agree to an avatar of their face",
    )

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        layout.prop(self, "threshold")
        ends(layout, "More labels", "More left unknown")
        if IS_FULL:
            row = layout.row(align=True)
            row.prop(self, "training_python")
            row.operator("atelier.find_python", text="", icon="VIEWZOOM")
            layout.prop(self, "reconstruction_python")
        layout.prop(self, "photo_consent")
        row = layout.row(align=True)
        row.prop(self, "remember_choices")
        row.label(text=formatted("{number} choices", number=len(remembered.choices())), translate=False)
        row.operator("atelier.export_choices", text="", icon="EXPORT")
        row.operator("atelier.forget_choices", text="", icon="TRASH")
        if IS_FULL:
            row = layout.row(align=True)
            row.prop(self, "bridge_folder")
            is_on = bridge.is_on()
            row.operator(
                "atelier.switch_bridge",
                text="Stop Bridge" if is_on else "Start Bridge",
                icon="LINKED" if is_on else "UNLINKED",
            )
            if is_on:
                path = bridge.file_of_bridge()
                paragraph(layout, context, formatted("The bridge is on; its file is {path}.", path=path))
        job_button(layout, "atelier.self_check", icon="CHECKMARK")
        for result in session_report.self_check():
            row = layout.split(factor=0.3)
            row.label(text=result["part"], icon="CHECKMARK" if result["works"] else "CANCEL")
            column = row.column()
            paragraph(column, context, formatted(result["text"], **result["values"]))
            if result["repair"]:
                column.operator("atelier.repair_part", icon="TOOL_SETTINGS").part = result["repair"]
        _about(layout, context)


def _about(layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
    """The version, the license of the artist's own results, and the credits of third-party parts."""
    header, body = layout.panel("atelier_about", default_closed=True)
    header.label(text="About")
    if body is None:
        return
    body.label(text=f"Atelier {__version__}, GPL-3.0-or-later", translate=False)
    paragraph(body, context, formatted(ARTISTS_MAY))
    for title, shown in (("What ships with it", BUNDLED), ("What its networks learned from", LEARNED)):
        body.label(text=title)
        for part in shown:
            row = body.split(factor=0.5)
            row.label(text=f"{part.name} ({part.license})", translate=False)
            row.label(text=part.holder, translate=False)


register, unregister = bpy.utils.register_classes_factory((AtelierPreferences,))
