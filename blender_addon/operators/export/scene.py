"""Buttons of the Export section: check the scene, export it, open the folder."""

from __future__ import annotations

import bpy

from ml_core.errors import InputError
from ml_core.vocabulary.targets import DEFAULT_TARGET

from ...bridge.files.chosen_folders import absolute_folder, export_folder, is_chosen
from ...bridge.files.file_manager import show_folder
from ...bridge.jobs.steps import Job, Report
from ...export.content.left_out import left_out_lines
from ...export.exporting import export_job
from ...export.outcome import Outcome
from ...export.outcomes import unwritten
from ...export.preflight.groups import Group
from ...properties.export import ExportOptionsOperator, to_options
from ...properties.settings import TARGET_ITEMS
from ...translations.registry import formatted
from ..base import JobOperator
from .findings import check_job, repair_all_job, repair_one_job


class _TargetsOperator(ExportOptionsOperator, JobOperator):
    targets: bpy.props.EnumProperty(
        name="Targets",
        description="The engines to export for",
        items=TARGET_ITEMS,
        options={"ENUM_FLAG", "SKIP_SAVE"},
        default={DEFAULT_TARGET},
    )

    def from_panel(self, context: bpy.types.Context) -> None:
        if not self.properties.is_property_set("targets"):
            self.targets = context.scene.atelier.targets
        self.options_from_panel(context)

    def draw(self, context: bpy.types.Context) -> None:
        """The F9 panel offers only the targets; the sidebar panel has the options."""
        self.layout.column().prop(self, "targets")

    def chosen_targets(self) -> list[str]:
        """The chosen targets, in the order of the menu.

        Raises:
            InputError: none is chosen.
        """
        chosen = [identifier for identifier, *_ in TARGET_ITEMS if identifier in self.targets]
        if not chosen:
            raise InputError("Choose at least one target to export for.")
        return chosen


class ATELIER_OT_export_scene(_TargetsOperator, bpy.types.Operator):
    """Write a folder that the chosen engines take as it is: models, textures and a manifest"""

    bl_idname = "atelier.export_scene"
    bl_label = "Export"
    bl_options = {"REGISTER"}

    directory: bpy.props.StringProperty(
        name="Folder",
        description="Where the export goes",
        subtype="DIR_PATH",
        options={"SKIP_SAVE", "PATH_SUPPORTS_BLEND_RELATIVE"},
    )

    force: bpy.props.BoolProperty(
        name="Keep Files in the Way",
        description="Keep your files that would be overwritten, as .bak, instead of stopping",
        options={"SKIP_SAVE"},
    )

    _folder_of_scene = False
    """Whether the folder is the one that the scene names, which may have come with the file."""

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        given = self.properties.is_property_set("directory")
        if not given and not bpy.app.background and not is_chosen(context.scene.atelier.export_directory):
            return bpy.ops.atelier.use_folder("INVOKE_DEFAULT", which="export", go_on=True)
        return super().invoke(context, event)

    def from_panel(self, context: bpy.types.Context) -> None:
        super().from_panel(context)
        if not self.properties.is_property_set("directory"):
            self.directory = context.scene.atelier.export_directory
            self._folder_of_scene = True

    def job(self, context: bpy.types.Context) -> Job:
        folder = export_folder(context.scene) if self._folder_of_scene else absolute_folder(self.directory)
        return export_job(context, folder, self.chosen_targets(), to_options(self, self.force))

    def summary(self, report: Report) -> str:
        return formatted("Exported to {folder}.", folder=absolute_folder(self.directory))

    def warning(self, report: Report) -> str:
        failed = unwritten(report["targets"], "error", "skipped").values()
        if not failed:
            return " ".join(map(formatted, left_out_lines({"left_out": report.get("left_out")})[:3]))
        text = formatted(
            "{number} of {count} targets were not exported:", number=len(failed), count=len(report["targets"])
        )
        return " ".join([text, *map(formatted, failed)])


class ATELIER_OT_preflight(_TargetsOperator, bpy.types.Operator):
    """Look for what would go wrong in the chosen engines, and say how to put it right; changes nothing"""

    bl_idname = "atelier.preflight"
    bl_label = "Check Scene"
    # The list is part of the scene: an undone repair has to bring back the list that it was made from.
    bl_options = {"REGISTER", "UNDO"}

    def job(self, context: bpy.types.Context) -> Job:
        return check_job(context, self.chosen_targets(), to_options(self))

    def summary(self, report: Report) -> str:
        return Outcome(**report["outcome"]).sentence()


class _RepairOperator(JobOperator):
    def when_cancelled(self) -> str:
        return formatted("Stopped; what was repaired so far can be undone.")

    def summary(self, report: Report) -> str:
        text = formatted("{number} repaired.", number=len(report["repaired"]))
        if report["refused"]:
            text += " " + formatted("{number} to fix by hand:", number=len(report["refused"]))
            text += " " + report["refused"][0]["reason"]
        return text


class ATELIER_OT_show_finding(bpy.types.Operator):
    """Show this finding and select its object"""

    bl_idname = "atelier.show_finding"
    bl_label = "Show Finding"
    bl_options = {"REGISTER", "UNDO", "INTERNAL"}

    index: bpy.props.IntProperty(
        name="Finding",
        description="Which finding of the list, counted from 0",
        min=0,
        options={"SKIP_SAVE", "HIDDEN"},  # says nothing in the redo panel
    )
    alike: bpy.props.BoolProperty(
        name="All of Its Kind",
        description="Select the objects of all findings of its kind",
        options={"SKIP_SAVE", "HIDDEN"},
    )

    def execute(self, context: bpy.types.Context) -> set[str]:
        settings = context.scene.atelier
        if self.index >= len(settings.findings):
            self.report({"ERROR"}, formatted("There is no such finding; check the scene again."))
            return {"CANCELLED"}
        settings.finding_index = self.index
        if self.alike:
            for at in Group.around(settings.findings, self.index).indices:
                obj = context.view_layer.objects.get(settings.findings[at].object)
                if obj is not None and obj.visible_get():
                    obj.select_set(True)
        return {"FINISHED"}


class ATELIER_OT_repair_finding(_RepairOperator, bpy.types.Operator):
    """Put this finding right in the scene itself"""

    bl_idname = "atelier.repair_finding"
    bl_label = "Fix"
    bl_options = {"REGISTER", "UNDO"}

    index: bpy.props.IntProperty(
        name="Finding",
        description="Which finding of the list, counted from 0",
        min=0,
        options={"SKIP_SAVE", "HIDDEN"},  # says nothing in the redo panel
    )

    def job(self, context: bpy.types.Context) -> Job:
        return repair_one_job(context, self.index)


class ATELIER_OT_repair_all(_RepairOperator, bpy.types.Operator):
    """Check the scene and make every repair that the list offers, in the scene itself"""

    bl_idname = "atelier.repair_all"
    bl_label = "Repair All"
    bl_options = {"REGISTER", "UNDO"}

    def job(self, context: bpy.types.Context) -> Job:
        return repair_all_job(context)


class ATELIER_OT_open_export_folder(bpy.types.Operator):
    """Open the export folder in the file manager"""

    bl_idname = "atelier.open_export_folder"
    bl_label = "Open Folder"
    bl_options = {"INTERNAL"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        try:
            exists = export_folder(context.scene).is_dir()
        except (InputError, OSError):  # also a folder that nobody has chosen: no disk or server is asked for it
            exists = False
        if not exists:
            cls.poll_message_set(formatted("Nothing has been exported to this folder yet."))
        return exists

    def execute(self, context: bpy.types.Context) -> set[str]:
        show_folder(export_folder(context.scene))
        return {"FINISHED"}


CLASSES = (
    ATELIER_OT_export_scene,
    ATELIER_OT_preflight,
    ATELIER_OT_show_finding,
    ATELIER_OT_repair_finding,
    ATELIER_OT_repair_all,
    ATELIER_OT_open_export_folder,
)
