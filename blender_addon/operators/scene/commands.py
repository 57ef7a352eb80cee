"""The command field: one line of English or Chinese that drives the rest."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import bpy

from ml_core.errors import AtelierError

from ...bridge import session
from ...bridge.jobs.steps import Job, Report
from ...commands.running import deletion_of, run_command_job
from ...commands.suggesting import Chip, alternatives, answered, remember, suggestions
from ...properties.settings import CommandCompletion
from ...translations.registry import formatted
from ..base import JobOperator, refused

_NAMES_SHOWN = 12


class ATELIER_OT_run_command(JobOperator, bpy.types.Operator):
    """Do what the sentence says, such as: hide every chair and export the rest to Unreal"""

    bl_idname = "atelier.run_command"
    bl_label = "Run Command"
    bl_options = {"REGISTER", "UNDO"}

    command: bpy.props.StringProperty(
        name="Command", description="One sentence in English or Chinese", options={"SKIP_SAVE"}
    )
    text: bpy.props.StringProperty(
        name="Text", description="The same as Command, for scripts", options={"SKIP_SAVE", "HIDDEN"}
    )
    confirm: bpy.props.BoolProperty(
        name="Allow Deleting",
        description="Let the sentence delete objects; the button of the panel asks instead",
        options={"SKIP_SAVE"},
    )

    def from_panel(self, context: bpy.types.Context) -> None:
        if not self.properties.is_property_set("command"):
            self.command = context.scene.atelier.command

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[Any]:
        self.from_panel(context)
        if self.confirm or bpy.app.background or context.window is None:
            return super().invoke(context, event)
        try:
            deletion = deletion_of(context, self.command)
        except AtelierError as error:
            return self._failed(context.scene, error, context)
        if deletion is None:
            return super().invoke(context, event)
        bpy.ops.atelier.confirm_command("INVOKE_DEFAULT", command=self.command)
        return {"CANCELLED"}  # nothing is done yet; the dialog starts it again

    def job(self, context: bpy.types.Context) -> Job:
        return run_command_job(context, self.text or self.command, self.confirm)

    def summary(self, report: Report) -> str:
        remember(bpy.context.scene, self.text or self.command)
        return report.get("summary", "")


class ATELIER_OT_confirm_command(bpy.types.Operator):
    """Ask before a sentence deletes objects, then do what it says"""

    bl_idname = "atelier.confirm_command"
    bl_label = "Delete Objects"
    bl_options = {"INTERNAL"}

    command: bpy.props.StringProperty(
        name="Command", description="One sentence in English or Chinese", options={"SKIP_SAVE"}
    )

    # Set on the instance while the dialog is open.
    _names: tuple[str, ...] = ()
    _left: tuple[tuple[str, str], ...] = ()

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[Any]:
        deletion = deletion_of(context, self.command)
        if deletion is None:
            return self.execute(context)
        self._names = tuple(
            obj.name if obj.visible_get() else formatted("{name} (hidden)", name=obj.name) for obj in deletion.objects
        )
        self._left = tuple(deletion.left)
        title = formatted("Delete {number} objects?", number=len(self._names))
        return context.window_manager.invoke_props_dialog(
            self, title=title, confirm_text="Delete", cancel_default=True, translate=True
        )

    def draw(self, context: bpy.types.Context) -> None:
        column = self.layout.column(align=True)
        column.label(text=self.command, icon="CONSOLE", translate=False)
        column.separator()
        for name in self._names[:_NAMES_SHOWN]:
            column.label(text=name, icon="X", translate=False)
        if len(self._names) > _NAMES_SHOWN:
            more = formatted("and {number} more", number=len(self._names) - _NAMES_SHOWN)
            column.label(text=more, icon="BLANK1", translate=False)
        for name, reason in self._left[:_NAMES_SHOWN]:
            column.label(text=f"{name}: {formatted(reason)}", icon="INFO", translate=False)

    def execute(self, context: bpy.types.Context) -> set[str]:
        bpy.ops.atelier.run_command("INVOKE_DEFAULT", command=self.command, confirm=True)
        return {"FINISHED"}


class ATELIER_OT_set_command(bpy.types.Operator):
    """Write this command into the field; nothing is done yet"""

    bl_idname = "atelier.set_command"
    bl_label = "Use This Command"
    bl_options = {"INTERNAL"}

    command: bpy.props.StringProperty(name="Command", options={"SKIP_SAVE"})

    def execute(self, context: bpy.types.Context) -> set[str]:
        context.scene.atelier.command = self.command
        return {"FINISHED"}


def _choices(self: ATELIER_OT_change_chip, context: bpy.types.Context) -> list[tuple[str, str, str]]:
    chip = Chip(self.part, self.kind, self.start, self.end)
    offered = session.part(Offered)
    offered.items = [(word, word, "") for word in alternatives(context.scene, chip)] or [(self.part, self.part, "")]
    return offered.items


@dataclass
class Offered:
    """The items of the open list, kept alive here: Blender holds no reference to the strings of dynamic items."""

    items: list[tuple[str, str, str]] = field(default_factory=list)


class ATELIER_OT_change_chip(bpy.types.Operator):
    """Choose something else for this part of the command"""

    bl_idname = "atelier.change_chip"
    bl_label = "Change This Part"
    bl_options = {"INTERNAL"}
    bl_property = "choice"

    part: bpy.props.StringProperty(options={"SKIP_SAVE", "HIDDEN"})
    kind: bpy.props.StringProperty(options={"SKIP_SAVE", "HIDDEN"})
    start: bpy.props.IntProperty(options={"SKIP_SAVE", "HIDDEN"})
    end: bpy.props.IntProperty(options={"SKIP_SAVE", "HIDDEN"})
    choice: bpy.props.EnumProperty(name="Instead", description="What this part is to be", items=_choices)

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        context.window_manager.invoke_search_popup(self)
        return {"RUNNING_MODAL"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        settings = context.scene.atelier
        settings.command = settings.command[: self.start] + self.choice + settings.command[self.end :]
        return {"FINISHED"}


class ATELIER_OT_choose_object(bpy.types.Operator):
    """Mean this object: its name takes the place of the phrase that several objects fit"""

    bl_idname = "atelier.choose_object"
    bl_label = "Choose Object"
    bl_options = {"INTERNAL"}

    name: bpy.props.StringProperty(options={"SKIP_SAVE", "HIDDEN"})

    def execute(self, context: bpy.types.Context) -> set[str]:
        settings = context.scene.atelier
        try:
            settings.command = answered(context, settings.command, self.name)
        except AtelierError as error:
            return refused(self, error)
        return {"FINISHED"}


def complete_commands() -> None:
    """Enable completion in the command field."""
    session.part(CommandCompletion).suggest = suggestions


CLASSES = (
    ATELIER_OT_run_command, ATELIER_OT_confirm_command, ATELIER_OT_set_command, ATELIER_OT_change_chip,
    ATELIER_OT_choose_object,
)  # fmt: skip
