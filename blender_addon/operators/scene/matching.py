"""The operator that matches a camera to one picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy

from ml_core.errors import InputError

from ...bridge.jobs.steps import Job, Report
from ...scene.matching.picture import HEIGHTS, MatchOptions, match_job, parsed_lines
from ...translations.registry import formatted
from ..base import JobOperator


class ATELIER_OT_match_camera(JobOperator, bpy.types.Operator):
    """Match a camera to a picture of a room or a street by its straight lines; add a ground and a room to build in"""

    bl_idname = "atelier.match_camera"
    bl_label = "Camera from Picture"
    bl_options = {"REGISTER", "UNDO"}

    filepath: bpy.props.StringProperty(
        name="Picture", description="A picture of a place with right angles", subtype="FILE_PATH", options={"SKIP_SAVE"}
    )
    filter_image: bpy.props.BoolProperty(default=True, options={"HIDDEN", "SKIP_SAVE"})
    filter_folder: bpy.props.BoolProperty(default=True, options={"HIDDEN", "SKIP_SAVE"})
    lens: bpy.props.FloatProperty(
        name="Known Lens",
        description="Millimeters on a full-frame sensor; 0 to find it",
        default=0.0,
        min=0.0,
        max=1000.0,
    )
    height: bpy.props.FloatProperty(
        name="Camera Height", description="Meters above the ground, which give the picture its size",
        default=1.6, min=HEIGHTS[0], max=HEIGHTS[1],
    )  # fmt: skip
    ceiling: bpy.props.FloatProperty(
        name="Room Height", description="Meters; 0 for no room", default=2.6, min=0.0, max=1000.0
    )
    is_cropped: bpy.props.BoolProperty(
        name="Cropped", description="The picture is a part of a larger one, so that its middle says nothing"
    )
    lines: bpy.props.StringProperty(
        name="Drawn Lines",
        description='Lines along the axes in pixels, in place of those that are found: [["x", 10, 20, 300, 40], …]',
        options={"SKIP_SAVE"},
    )

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[Any]:
        if not self.filepath and not bpy.app.background:
            context.window_manager.fileselect_add(self)
            return {"RUNNING_MODAL"}
        return super().invoke(context, event)

    def draw(self, context: bpy.types.Context) -> None:
        column = self.layout.column()
        for name in ("lens", "height", "ceiling", "is_cropped"):
            column.prop(self, name)

    def job(self, context: bpy.types.Context) -> Job:
        if not self.filepath:
            raise InputError("Choose a picture first.")
        lines = parsed_lines(self.lines) if self.lines.strip() else ()
        options = MatchOptions(self.lens, self.height, self.ceiling, lines, (), self.is_cropped)
        return match_job(context, Path(bpy.path.abspath(self.filepath)), options)

    def summary(self, report: Report) -> str:
        return formatted(
            "{name}: {lens} mm within {error}; the lines miss by {degrees}°.",
            name=report["camera"],
            lens=f"{report['lens']:.1f}",
            error=f"{report['lens_error']:.0%}",
            degrees=f"{report['axes_error']:.2f}",
        )

    def warning(self, report: Report) -> str:
        if report["is_doubtful"]:
            return formatted("It may be another camera: look whether the room lies on the picture, or draw lines.")
        if report["lens_error"] < 0.15:
            return ""
        return formatted("The lines hardly say what lens it was; give it where you know it, or draw lines.")


CLASSES = (ATELIER_OT_match_camera,)
