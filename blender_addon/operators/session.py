"""Buttons outside the sections: cancel the running job, copy the details of a failure, check the installation."""

from __future__ import annotations

import textwrap
from typing import Any

import bpy

from ml_core.errors import AtelierError

from ..bridge.files import chosen_folders
from ..bridge.jobs import session_report
from ..bridge.jobs.quick_fixes import QuickFix
from ..bridge.jobs.session_report import Failure
from ..bridge.jobs.steps import Job, Report
from ..bridge.models.self_check import repair, self_check_job
from ..package import EXTENSION
from ..translations.registry import formatted
from .base import JobOperator


class ATELIER_OT_cancel_job(bpy.types.Operator):
    """Stop the running job and leave the scene as it was before"""

    bl_idname = "atelier.cancel_job"
    bl_label = "Cancel"
    bl_options = {"INTERNAL"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if not context.window_manager.atelier_job.running:
            cls.poll_message_set(formatted("No Atelier job is running."))
            return False
        return True

    def execute(self, context: bpy.types.Context) -> set[str]:
        context.window_manager.atelier_job.cancel = True
        return {"FINISHED"}


class _CopyOperator:
    """Mix-in: copies a text of the last failure to the clipboard."""

    @staticmethod
    def text(last: Failure) -> str:
        """The text to copy; empty if there is none."""
        raise NotImplementedError

    @staticmethod
    def nothing() -> str:
        """The reason why the button is disabled."""
        raise NotImplementedError

    @staticmethod
    def copied(last: Failure) -> str:
        """The message shown afterward."""
        raise NotImplementedError

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        last = session_report.failure()
        if last is None or not cls.text(last):
            cls.poll_message_set(cls.nothing())
            return False
        return True

    def execute(self, context: bpy.types.Context) -> set[str]:
        last = session_report.failure()
        assert last is not None  # see poll
        context.window_manager.clipboard = self.text(last)
        self.report({"INFO"}, self.copied(last))
        return {"FINISHED"}


class ATELIER_OT_copy_details(_CopyOperator, bpy.types.Operator):
    """Copy what went wrong to the clipboard, with everything that the developers need to find the fault"""

    bl_idname = "atelier.copy_details"
    bl_label = "Copy Details"
    bl_options = {"INTERNAL"}

    @staticmethod
    def text(last: Failure) -> str:
        return f"Blender {bpy.app.version_string}\n{last.error}\n{last.details}" if last.details else ""

    @staticmethod
    def nothing() -> str:
        return formatted("The last job met no fault.")

    @staticmethod
    def copied(last: Failure) -> str:
        return formatted("The details are on the clipboard.")


class ATELIER_OT_dismiss_error(bpy.types.Operator):
    """Dismiss this message"""

    bl_idname = "atelier.dismiss_error"
    bl_label = "Dismiss"
    bl_options = {"INTERNAL"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        session_report.dismiss()
        context.scene.atelier.last_report = ""
        return {"FINISHED"}


class ATELIER_OT_copy_command(_CopyOperator, bpy.types.Operator):
    """Copy the line that installs what is missing to the clipboard, to paste it into a terminal"""

    bl_idname = "atelier.copy_command"
    bl_label = "Copy Command"
    bl_options = {"INTERNAL"}

    @staticmethod
    def text(last: Failure) -> str:
        return last.command

    @staticmethod
    def nothing() -> str:
        return formatted("The last job left no command.")

    @staticmethod
    def copied(last: Failure) -> str:
        return formatted("{text} is on the clipboard.", text=last.command)


class ATELIER_OT_use_folder(bpy.types.Operator):
    """Use the folder that this file names, though it lies outside the folder of the file"""

    bl_idname = "atelier.use_folder"
    bl_label = "Use This Folder"
    bl_options = {"INTERNAL"}

    which: bpy.props.EnumProperty(
        name="Folder",
        description="Which of the folders that the file names",
        items=[
            ("export", "Export", "Where the export goes"),
            ("training", "Training Data", "What a training learns from"),
        ],
        options={"SKIP_SAVE"},
    )
    go_on: bpy.props.BoolProperty(
        description="Continue with what asked for the folder", options={"HIDDEN", "SKIP_SAVE"}
    )

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[Any]:
        title = formatted("This file names a folder that you have not chosen")
        return context.window_manager.invoke_props_dialog(self, width=500, title=title)

    def draw(self, context: bpy.types.Context) -> None:
        column = self.layout.column(align=True)
        for line in textwrap.wrap(chosen_folders.shown(self._folder(context)), 70):
            column.label(text=line, translate=False)
        column.label(text="Cancel, and choose another one in the panel, if this is not yours.")

    def execute(self, context: bpy.types.Context) -> set[str]:
        chosen_folders.choose(self._folder(context))
        last = session_report.failure()
        if last is not None and last.quick_fix in (QuickFix.USE_EXPORT_FOLDER, QuickFix.USE_DATA_FOLDER):
            session_report.dismiss()
        if self.go_on:
            proceed = bpy.ops.atelier.train if self.which == "training" else bpy.ops.atelier.export_scene
            proceed("INVOKE_DEFAULT")
        return {"FINISHED"}

    def _folder(self, context: bpy.types.Context) -> str:
        settings = context.scene.atelier
        return settings.training.data if self.which == "training" else settings.export_directory


class ATELIER_OT_open_preferences(bpy.types.Operator):
    """Open the preferences at Atelier's page"""

    bl_idname = "atelier.open_preferences"
    bl_label = "Open Preferences"
    bl_options = {"INTERNAL"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        return bpy.ops.preferences.addon_show(module=EXTENSION)


class ATELIER_OT_self_check(JobOperator, bpy.types.Operator):
    """Try every model once, and say what works, on which device and how fast"""

    bl_idname = "atelier.self_check"
    bl_label = "Check Installation"
    bl_options = {"REGISTER"}

    def job(self, context: bpy.types.Context) -> Job:
        return self_check_job()

    def summary(self, report: Report) -> str:
        return "" if report["failed"] else formatted("Everything works.")


class ATELIER_OT_repair_part(bpy.types.Operator):
    """Go back to the networks that came along, or move a damaged file of taught labels aside, and check again"""

    bl_idname = "atelier.repair_part"
    bl_label = "Repair"
    bl_options = {"INTERNAL"}

    part: bpy.props.StringProperty(options={"HIDDEN", "SKIP_SAVE"})

    def execute(self, context: bpy.types.Context) -> set[str]:
        try:
            repair(self.part)
        except (AtelierError, OSError) as error:
            self.report({"ERROR"}, formatted(error.message))
            return {"CANCELLED"}
        return bpy.ops.atelier.self_check("EXEC_DEFAULT" if context.window is None else "INVOKE_DEFAULT")


CLASSES = (
    ATELIER_OT_cancel_job,
    ATELIER_OT_copy_details,
    ATELIER_OT_dismiss_error,
    ATELIER_OT_copy_command,
    ATELIER_OT_use_folder,
    ATELIER_OT_open_preferences,
    ATELIER_OT_self_check,
    ATELIER_OT_repair_part,
)
