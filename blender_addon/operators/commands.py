"""The one line of English or Chinese that drives the rest."""

from __future__ import annotations

import bpy

from ..bridge.jobs import Job, Report
from .base import JobOperator


class ATELIER_OT_run_command(JobOperator, bpy.types.Operator):
    """Do what the sentence says, such as: hide every chair and export the rest to Unreal"""

    bl_idname = "atelier.run_command"
    bl_label = "Run Command"
    bl_options = {"REGISTER", "UNDO"}

    command: bpy.props.StringProperty(
        name="Command", description="One sentence in English or Chinese", options={"SKIP_SAVE"}
    )

    def from_panel(self, context: bpy.types.Context) -> None:
        if not self.properties.is_property_set("command"):  # type: ignore[attr-defined]
            self.command = context.scene.atelier.command

    def job(self, context: bpy.types.Context) -> Job:
        from ..scene.commanding import run_command_job

        return run_command_job(context, self.command)

    def summary(self, report: Report) -> str:
        return report.get("summary", "")


CLASSES = (ATELIER_OT_run_command,)
