"""The switch of the bridge for programs on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy

from ml_core.errors import AtelierError

from ..agents import bridge
from ..bridge.preferences import preferences
from ..translations.registry import formatted
from .base import refused


class ATELIER_OT_switch_bridge(bpy.types.Operator):
    """Let programs on this machine use Atelier's tools in this Blender until it is closed, or stop that"""

    bl_idname = "atelier.switch_bridge"
    bl_label = "Start Bridge"
    bl_options = {"INTERNAL"}

    folder: bpy.props.StringProperty(
        name="Folder",
        description="Programs read and write files in this folder alone; that of the preferences when empty",
        subtype="DIR_PATH",
        options={"SKIP_SAVE"},
    )

    def execute(self, context: bpy.types.Context) -> set[Any]:
        if bridge.is_on():
            bridge.stop()
            return {"FINISHED"}
        kept = preferences()
        folder = self.folder or (kept.bridge_folder if kept is not None else "")
        try:
            bridge.start(Path(bpy.path.abspath(folder)))
        except AtelierError as error:
            return refused(self, error)
        self.report({"INFO"}, formatted("The bridge is on; its file is {path}.", path=bridge.file_of_bridge()))
        return {"FINISHED"}


CLASSES = (ATELIER_OT_switch_bridge,)
