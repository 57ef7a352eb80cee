"""File > Export: the folder and the engines are chosen in Blender's file browser."""

from __future__ import annotations

import bpy

from ml_core.errors import InputError
from ml_core.vocabulary.targets import DEFAULT_TARGET

from ...properties.settings import TARGET_ITEMS
from ...translations.registry import formatted
from ..base import JOB_RUNS
from .scene import absolute_folder


class ATELIER_OT_export_as(bpy.types.Operator):
    """Export the scene to a folder, for the engines chosen in the file browser; further options are in the tab"""

    bl_idname = "atelier.export_as"
    bl_label = "Export with Atelier"
    bl_options = {"REGISTER"}

    directory: bpy.props.StringProperty(
        name="Folder", description="Where the export goes", subtype="DIR_PATH", options={"SKIP_SAVE"}
    )
    targets: bpy.props.EnumProperty(
        name="Targets",
        description="The engines to export for",
        items=TARGET_ITEMS,
        options={"ENUM_FLAG", "SKIP_SAVE"},
        default={DEFAULT_TARGET},
    )
    filter_folder: bpy.props.BoolProperty(default=True, options={"HIDDEN", "SKIP_SAVE"})

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if context.window_manager.atelier_job.running:
            cls.poll_message_set(formatted(JOB_RUNS))
            return False
        return True

    def draw(self, context: bpy.types.Context) -> None:
        self.layout.column().prop(self, "targets")

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        settings = context.scene.atelier
        if not self.properties.is_property_set("targets"):
            self.targets = settings.targets
        if not self.directory:
            try:
                folder = absolute_folder(settings.export_directory)
                self.directory = f"{folder if folder.is_dir() else folder.parent}/"
            except InputError:
                pass  # the file is not saved yet: Blender proposes a folder
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        settings = context.scene.atelier
        settings.targets, settings.export_directory = self.targets, self.directory
        call = "INVOKE_DEFAULT" if context.window is not None and not bpy.app.background else "EXEC_DEFAULT"
        return bpy.ops.atelier.export_scene(call, directory=self.directory, targets=self.targets)


CLASSES = (ATELIER_OT_export_as,)
