"""Buttons of the Export section: check the scene, export it, open the folder."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import bpy

from ml_core.errors import InputError

from ..bridge.jobs import Job, Progress, Report
from ..properties import TARGET_ITEMS
from ..translations import formatted
from .base import JobOperator


class _TargetsOperator(JobOperator):
    targets: bpy.props.EnumProperty(
        name="Targets",
        description="The engines to export for",
        items=TARGET_ITEMS,
        options={"ENUM_FLAG", "SKIP_SAVE"},
        default={"unity"},
    )

    def from_panel(self, context: bpy.types.Context) -> None:
        if not self.properties.is_property_set("targets"):  # type: ignore[attr-defined]
            self.targets = context.scene.atelier.targets

    def chosen_targets(self) -> list[str]:
        """In the order of the menu.

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

    def from_panel(self, context: bpy.types.Context) -> None:
        super().from_panel(context)
        if not self.properties.is_property_set("directory"):  # type: ignore[attr-defined]
            self.directory = context.scene.atelier.export_directory

    def job(self, context: bpy.types.Context) -> Job:
        from ..export.exporting import export_job

        return export_job(context, absolute_folder(self.directory), self.chosen_targets())

    def summary(self, report: Report) -> str:
        return formatted("Exported to {folder}.", folder=absolute_folder(self.directory))


class ATELIER_OT_preflight(_TargetsOperator, bpy.types.Operator):
    """Look for what would go wrong in the chosen engines, and say how to put it right; changes nothing"""

    bl_idname = "atelier.preflight"
    bl_label = "Check Scene"
    bl_options = {"REGISTER"}

    def job(self, context: bpy.types.Context) -> Job:
        return _preflight_job(context, self.chosen_targets())

    def summary(self, report: Report) -> str:
        number = len(report["findings"])
        if not number:
            return "The scene is ready to export."
        return formatted("{number} findings; see the list.", number=number)


def _preflight_job(context: bpy.types.Context, targets: list[str]) -> Job:
    from ..export.preflight import preflight

    yield Progress(0, 1, "Checking the scene")
    findings = [dataclasses.asdict(finding) for finding in preflight(context, targets)]
    settings = context.scene.atelier
    settings.findings.clear()
    for finding in findings:
        row = settings.findings.add()
        for key in ("severity", "object", "what", "why", "fix"):
            setattr(row, key, str(finding[key] or ""))
    settings.is_checked = True
    return {"targets": targets, "findings": findings}


class ATELIER_OT_open_export_folder(bpy.types.Operator):
    """Open the export folder in the file manager"""

    bl_idname = "atelier.open_export_folder"
    bl_label = "Open Folder"
    bl_options = {"INTERNAL"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        try:
            exists = absolute_folder(context.scene.atelier.export_directory).is_dir()
        except InputError:
            exists = False
        if not exists:
            cls.poll_message_set("Nothing has been exported to this folder yet.")
        return exists

    def execute(self, context: bpy.types.Context) -> set[str]:
        folder = absolute_folder(context.scene.atelier.export_directory)
        return bpy.ops.wm.path_open(filepath=str(folder))


def absolute_folder(directory: str) -> Path:
    """The folder that an artist's path means.

    Raises:
        InputError: it is empty, or relative to a blend file that has not been saved.
    """
    if not directory.strip():
        raise InputError("Choose a folder to export to.")
    if directory.startswith("//") and not bpy.data.filepath:
        raise InputError("Save the blend file first, or choose a folder that is not relative to it.")
    return Path(bpy.path.abspath(directory)).resolve()


CLASSES = (
    ATELIER_OT_export_scene,
    ATELIER_OT_preflight,
    ATELIER_OT_open_export_folder,
)
