"""The Export section: for which engines, what would go wrong there, where to, and the button."""

from __future__ import annotations

import bpy

from ..translations import formatted
from .panel import AtelierPanel, main_button
from .text import paragraph

_SEVERITY_ICONS = {"error": "CANCEL", "warning": "ERROR", "info": "INFO"}
# More would push the Export button out of sight; the rest is in the report.
_SHOWN = 12


class ATELIER_PT_export(AtelierPanel, bpy.types.Panel):
    bl_label = "Export"
    bl_order = 4

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        settings = context.scene.atelier
        layout.column(align=True).prop(settings, "targets")
        layout.prop(settings, "export_directory", text="")
        if settings.export_directory.startswith("//") and not bpy.data.filepath:
            text = formatted("Save the file first, or choose a folder.")
            paragraph(layout, context, text, icon="INFO")
        layout.operator("atelier.preflight", icon="CHECKMARK")
        main_button(layout, "atelier.export_scene", icon="EXPORT")
        layout.operator("atelier.open_export_folder", icon="FILE_FOLDER")


class ATELIER_PT_findings(AtelierPanel, bpy.types.Panel):
    bl_label = "Findings"
    bl_parent_id = "ATELIER_PT_export"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return context.scene.atelier.is_checked

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        findings = context.scene.atelier.findings
        if not findings:
            layout.label(text="Nothing to put right", icon="CHECKMARK")
        for finding in findings[:_SHOWN]:
            box = layout.box()
            title = f"{finding.object}: {finding.what}" if finding.object else finding.what
            paragraph(box, context, title, icon=_SEVERITY_ICONS.get(finding.severity, "INFO"))
            paragraph(box, context, finding.fix, icon="BLANK1")
        if len(findings) > _SHOWN:
            layout.label(text=formatted("and {number} more", number=len(findings) - _SHOWN), translate=False)


CLASSES = (ATELIER_PT_export, ATELIER_PT_findings)
