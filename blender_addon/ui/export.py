"""The Export section: the engines, the folder, the button; below it options, permissions and findings."""

from __future__ import annotations

from typing import Any, Literal

import bpy

from ..bridge.jobs import session_report
from ..export.content.left_out import left_out_lines
from ..export.finding_texts import FindingTexts
from ..export.outcome import Outcome
from ..export.outcomes import unwritten, written
from ..export.preflight.groups import Group
from ..export.targets.profiles import profile
from ..properties.export import VRM
from ..properties.settings import TARGET_ITEMS
from ..translations.registry import formatted
from .panel import AtelierPanel, fields, job_button, main_button
from .text import available_width, fits, paragraph, shortened

_SEVERITY_ICONS = {"error": "CANCEL", "warning": "ERROR", "info": "INFO"}
# Pixels at scale 1 that a target's button needs, to stand beside another.
_BUTTON_WIDTH = 85
_MOST_LINES = 4
# Widget units that a row of the list takes for its icon and margins, and for a count.
_ROW_UNITS, _COUNT_UNITS = 2.1, 1.4


class ATELIER_PT_export(AtelierPanel, bpy.types.Panel):
    bl_label = "Export"
    bl_order = 4

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        settings = context.scene.atelier
        unit = context.preferences.system.ui_scale
        columns = 2 if available_width(context) > 2 * _BUTTON_WIDTH * unit else 1
        grid = layout.grid_flow(row_major=True, columns=columns, even_columns=True, align=True)
        for identifier, *_ in TARGET_ITEMS:
            grid.prop_enum(settings, "targets", identifier)
        layout.prop(settings, "export_directory", text="")
        reason = _why_not(settings)
        if reason:
            paragraph(layout, context, reason, icon="INFO")
        column = layout.column()
        column.enabled = not reason
        main_button(column, "atelier.export_scene", icon="EXPORT")
        row = layout.row(align=True)
        check = row.row(align=True)
        check.enabled = bool(settings.targets)
        job_button(check, "atelier.preflight", icon="CHECKMARK")
        row.operator("atelier.open_export_folder", text="", icon="FILE_FOLDER")
        _draw_written(layout, context)
        _draw_unwritten(layout, context)
        draw_left_out(layout, context)
        if settings.is_checked:
            _draw_outcome(layout, context, settings.findings)


def _why_not(settings: bpy.types.PropertyGroup) -> str:
    """The reason why the Export button is disabled; empty if it is enabled."""
    if not settings.targets:
        return formatted("Choose at least one target.")
    if not settings.export_directory.strip():
        return formatted("Choose a folder.")
    if settings.export_directory.startswith("//") and not bpy.data.filepath:
        return formatted("Save the file first, or choose a folder.")
    return ""


def _draw_written(layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
    """Draws what the last export wrote, one line per target."""
    for line in written(session_report.report().get("targets")):
        paragraph(layout, context, formatted(line), icon="CHECKMARK")


def _draw_unwritten(layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
    """Draws why the last export left targets out."""
    targets = session_report.report().get("targets")
    if not isinstance(targets, dict):
        return
    for kind, icon in (("error", "CANCEL"), ("skipped", "INFO")):
        for sentence in map(formatted, unwritten(targets, kind).values()):
            paragraph(layout, context, sentence, icon=icon)


def draw_left_out(layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
    """Draws what the last export left out, or lost, of single objects."""
    lines = [formatted(line) for line in left_out_lines(session_report.report())]
    for line in lines[:_MOST_LINES]:
        paragraph(layout, context, line, icon="INFO")
    if len(lines) > _MOST_LINES:
        more = formatted("{number} more in the report", number=len(lines) - _MOST_LINES)
        paragraph(layout, context, more, icon="BLANK1")


def _draw_outcome(
    layout: bpy.types.UILayout, context: bpy.types.Context, findings: bpy.types.bpy_prop_collection
) -> None:
    """Draws the result of the check in one sentence, so that a closed list still shows whether to open it."""
    outcome = Outcome.of(findings)
    icon = "CANCEL" if outcome.errors else "ERROR" if outcome.warnings else "CHECKMARK"
    column = layout.column()
    column.alert = outcome.errors > 0
    paragraph(column, context, outcome.sentence(), icon=icon)


class ATELIER_UL_findings(bpy.types.UIList):
    """A row for each kind of finding, errors first."""

    def draw_item(
        self,
        context: bpy.types.Context,
        layout: bpy.types.UILayout,
        data: object,
        item: bpy.types.PropertyGroup,
        icon: int,
        active_data: object,
        active_property: str,
        index: int,
    ) -> None:
        alike = Group.around(data.findings, index)
        row = layout.row(align=True)
        number = len(alike.indices)
        beside = _ROW_UNITS + (_COUNT_UNITS if number > 1 else 0.0)
        # The box below names the object and says it in full.
        titles = alike.titles()
        title = next(
            (entry for entry in titles if fits(entry, context, beside)), shortened(titles[-1], context, beside)
        )
        row.label(text=title, icon=_icon(item), translate=False)
        if number > 1:
            count = row.row()
            count.alignment = "RIGHT"
            count.label(text=str(number), translate=False)

    def filter_items(
        self, context: bpy.types.Context, data: bpy.types.PropertyGroup, property_name: str
    ) -> tuple[list[int], list[int]]:
        name = self.filter_name.lower()
        findings = getattr(data, property_name)
        shown = set()
        for group in Group.all(findings):
            first = findings[group.indices[0]]
            if first.is_repaired and not data.show_repaired:
                continue
            if not name or any(name in f"{findings[at].object} {group.title()}".lower() for at in group.indices):
                shown.add(group.row(data.finding_index))
        return [self.bitflag_filter_item if at in shown else 0 for at in range(len(findings))], []


def _icon(finding: bpy.types.PropertyGroup) -> Any:
    return "CHECKMARK" if finding.is_repaired else _SEVERITY_ICONS.get(finding.severity, "INFO")


class ATELIER_PT_findings(AtelierPanel, bpy.types.Panel):
    bl_label = "Findings"
    bl_parent_id = "ATELIER_PT_export"
    bl_options = {"DEFAULT_CLOSED"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return context.scene.atelier.is_checked and len(context.scene.atelier.findings) > 0

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        settings = context.scene.atelier
        rows = min(max(len(Group.all(settings.findings)), 3), 8)
        layout.template_list("ATELIER_UL_findings", "", settings, "findings", settings, "finding_index", rows=rows)
        number = sum(finding.is_repaired for finding in settings.findings)
        if number:
            text = formatted("Show what the export repairs ({number})", number=number)
            layout.prop(settings, "show_repaired", text=text, translate=False)
        if 0 <= settings.finding_index < len(settings.findings):
            self._draw_active(context, settings.findings, settings.finding_index)
        if any(finding.repair for finding in settings.findings):
            job_button(layout, "atelier.repair_all", icon="TOOL_SETTINGS")

    def _draw_active(self, context: bpy.types.Context, findings: Any, index: int) -> None:
        box = self.layout.box()
        finding, group = findings[index], Group.around(findings, index)
        texts = FindingTexts.of(finding)
        title = f"{finding.object}: {texts.what}" if finding.object else texts.what
        paragraph(box, context, title, icon=_icon(finding))
        if len(group.indices) > 1:
            _draw_stepper(box, group, index)
        paragraph(box, context, texts.why, icon="BLANK1")
        if finding.is_repaired:
            paragraph(box, context, formatted("Repaired on the exported copy."), icon="CHECKMARK")
        paragraph(box, context, texts.fix, icon="RIGHTARROW_THIN")
        titles = [formatted(title) for identifier, title, *_ in TARGET_ITEMS if identifier in finding.targets.split()]
        paragraph(box, context, formatted("Concerns {targets}.", targets=", ".join(titles)), icon="EXPORT")
        if finding.repair:
            job_button(box, "atelier.repair_finding", icon="TOOL_SETTINGS").index = index


def _draw_stepper(layout: bpy.types.UILayout, group: Group, index: int) -> None:
    """Buttons to step from one object of the kind to the next, and to select all of them."""
    row = layout.row(align=True)
    at = group.indices.index(index)
    steps: tuple[tuple[Literal["TRIA_LEFT", "TRIA_RIGHT"], int], ...] = (("TRIA_LEFT", -1), ("TRIA_RIGHT", 1))
    for icon, step in steps:
        button = row.operator("atelier.show_finding", text="", icon=icon)
        button.index = group.indices[(at + step) % len(group.indices)]
    row.label(text=f"{at + 1} / {len(group.indices)}", translate=False)
    button = row.operator("atelier.show_finding", text="Select All")
    button.index, button.alike = index, True


class ATELIER_PT_export_options(AtelierPanel, bpy.types.Panel):
    bl_label = "Options"
    bl_parent_id = "ATELIER_PT_export"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        settings = context.scene.atelier
        column = fields(self.layout)
        for name in (
            *(
                "detail",
                "merge_garments",
                "lods",
                "colliders",
                "lightmap_uv",
                "clips",
                "actions",
                "pose",
                "cameras",
                "lights",
                "empties",
            ),
            *("scene_file", "custom_properties", "repair_copies"),
        ):
            column.prop(settings.export, name)
        column.separator()
        column.prop(settings.export, "texture_budget")
        profiles = [profile(target) for target in settings.targets]
        if any(item.image_formats for item in profiles):
            column.prop(settings.export, "image_format")
        if any(item.compact_meshes for item in profiles):
            column.prop(settings.export, "compress_meshes")
            if settings.export.compress_meshes:
                column.prop(settings.export, "mesh_compression")
            column.prop(settings.export, "gpu_instances")
        column.separator()
        column.prop(settings.export, "author")
        column.prop(settings.export, "license")


class ATELIER_PT_export_vrm(AtelierPanel, bpy.types.Panel):
    bl_label = "VRM Permissions"
    bl_parent_id = "ATELIER_PT_export"
    bl_options = {"DEFAULT_CLOSED"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return any(profile(target).format.avatar_data for target in context.scene.atelier.targets)

    def draw(self, context: bpy.types.Context) -> None:
        column = fields(self.layout)
        for name in VRM:
            column.prop(context.scene.atelier.export, f"vrm_{name}")
        if not context.scene.atelier.export.author.strip():
            text = formatted("VRM wants an author; write one in the options.")
            paragraph(self.layout, context, text, icon="INFO")


CLASSES = (
    ATELIER_PT_export,
    ATELIER_UL_findings,
    ATELIER_PT_findings,
    ATELIER_PT_export_options,
    ATELIER_PT_export_vrm,
)
