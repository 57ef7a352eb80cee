"""The operator that renders previews of every asset and avatar."""

from __future__ import annotations

import bpy

from ml_core.publishing import published_folder

from ...bridge.files.chosen_folders import absolute_folder
from ...bridge.jobs.steps import Job, Report
from ...scene.previews.pictures import PreviewOptions, preview_job
from ...translations.registry import formatted
from ..base import JobOperator
from .lighting import look_property


class ATELIER_OT_preview_pictures(JobOperator, bpy.types.Operator):
    """Render a turntable of each avatar and asset, and a contact sheet of all, into a folder of their own"""

    bl_idname = "atelier.preview_pictures"
    bl_label = "Preview Pictures"
    bl_options = {"REGISTER"}

    directory: bpy.props.StringProperty(
        name="Folder",
        description="Where the pictures go; empty for previews/ beside the blend file",
        subtype="DIR_PATH",
        options={"SKIP_SAVE"},
    )
    look: look_property()
    size: bpy.props.IntProperty(name="Size", description="Pixels of a picture (square)", default=320, min=64, max=2048)
    turns: bpy.props.IntProperty(
        name="Turntable Pictures",
        description="Pictures of a turntable; 1 renders stills only",
        default=12,
        min=1,
        max=120,
    )
    samples: bpy.props.IntProperty(name="Samples", description="Of a pixel", default=16, min=1, max=1024)

    def job(self, context: bpy.types.Context) -> Job:
        folder = absolute_folder(self.directory or "//previews")
        options = PreviewOptions(self.look, self.size, self.turns, self.samples)
        with published_folder(folder, "previews") as staging:
            report = yield from preview_job(context, staging.folder, options)
        return report | {"folder": str(folder)}

    def summary(self, report: Report) -> str:
        return formatted(
            "{number} previews are in {folder}.", number=len(report["previews"]), folder=str(report["folder"])
        )


CLASSES = (ATELIER_OT_preview_pictures,)
