"""The operators that match a camera to one picture, and let lines be drawn over it that correct the camera."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import bpy
from mathutils import Matrix

from ml_core.errors import InputError

from ...bridge.jobs.steps import Job, Report
from ...scene.matching.drawing import MOVES, LineDrawing, apply_match, picture_camera, store_lines, stored_lines
from ...scene.matching.overlay import draw_lines, frame_in
from ...scene.matching.picture import HEIGHTS, MatchOptions, match_job, parsed_lines
from ...translations.registry import formatted
from ..base import JobOperator, refused


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
        return matched_sentence(report)

    def warning(self, report: Report) -> str:
        if report["is_doubtful"]:
            return formatted("It may be another camera: look whether the room lies on the picture, or draw lines.")
        if report["lens_error"] < 0.15:
            return ""
        return formatted("The lines hardly say what lens it was; give it where you know it, or draw lines.")


class ATELIER_OT_draw_camera_lines(bpy.types.Operator):
    """Draw lines along edges of the place over the picture of the scene's camera, or correct them; it follows them"""

    bl_idname = "atelier.draw_camera_lines"
    bl_label = "Draw Camera Lines"
    bl_options = {"REGISTER", "UNDO"}

    _drawing: LineDrawing
    _area: bpy.types.Area
    _region: bpy.types.Region
    _former: tuple[Matrix, float, float, float]
    _handler: Any = None

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if context.scene is None or picture_camera(context.scene.camera) is None:
            cls.poll_message_set(formatted("The scene's camera has no picture; press Camera from Picture first."))
            return False
        return True

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[Any]:
        obj = context.scene.camera
        camera = picture_camera(obj)
        assert obj is not None
        assert camera is not None
        assert isinstance(obj.data, bpy.types.Camera)
        area = _largest_view(context)
        if area is None:
            return refused(self, InputError("Open a 3D view to draw in."))
        if not obj.is_editable or not obj.data.is_editable:
            return refused(self, InputError("{name}: is linked from another file; make it local first", name=obj.name))
        self._area, self._region = area, next(region for region in area.regions if region.type == "WINDOW")
        self._drawing = LineDrawing(camera, list(stored_lines(obj.data)))
        self._former = obj.matrix_world.copy(), obj.data.lens, obj.data.shift_x, obj.data.shift_y
        region_3d = area.spaces.active.region_3d
        region_3d.view_perspective = "CAMERA"
        self._handler = bpy.types.SpaceView3D.draw_handler_add(
            draw_lines, (self._drawing, self._region, region_3d), "WINDOW", "POST_PIXEL"
        )
        context.window_manager.modal_handler_add(self)
        self._say()
        return {"RUNNING_MODAL"}

    def modal(self, context: bpy.types.Context, event: bpy.types.Event) -> set[Any]:
        obj = context.scene.camera if context.scene is not None else None
        if obj is None or picture_camera(obj) is None:
            return self._end({"CANCELLED"})
        if event.type in {"ESC", "RIGHTMOUSE"} and event.value == "PRESS":
            obj.matrix_world, obj.data.lens, obj.data.shift_x, obj.data.shift_y = self._former
            return self._end({"CANCELLED"})
        if event.type in {"RET", "NUMPAD_ENTER"} and event.value == "PRESS":
            return self._finish(obj)
        frame = frame_in(self._region, self._area.spaces.active.region_3d, context.scene)
        point = event.mouse_x - self._region.x, event.mouse_y - self._region.y
        inside = 0 <= point[0] < self._region.width and 0 <= point[1] < self._region.height
        if frame is None or (not inside and self._drawing.held is None):
            return {"PASS_THROUGH"}
        if not self._drawing.takes(event.type, event.value, point, frame, event.shift):
            return {"PASS_THROUGH"}
        if event.type not in MOVES and self._drawing.held is None and self._drawing.says_enough():
            with suppress(InputError):  # lines that agree on nothing yet leave the camera as it is
                apply_match(obj, self._drawing.matched())
        self._area.tag_redraw()
        self._say()
        return {"RUNNING_MODAL"}

    def _finish(self, obj: bpy.types.Object) -> set[str]:
        try:
            match = self._drawing.matched()
        except InputError as error:
            self.report({"WARNING"}, formatted(error.message))
            return {"RUNNING_MODAL"}
        assert isinstance(obj.data, bpy.types.Camera)
        apply_match(obj, match)
        store_lines(obj.data, self._drawing.lines)
        report = {
            "camera": obj.name,
            "lens": obj.data.lens,
            "lens_error": match.focal_error,
            "axes_error": match.error,
        }
        self.report({"INFO"}, matched_sentence(report))
        return self._end({"FINISHED"})

    def cancel(self, context: bpy.types.Context) -> None:
        """Blender calls this when the window or the file is closed."""
        self._end({"CANCELLED"})

    def _end(self, result: set[str]) -> set[str]:
        if self._handler is not None:
            bpy.types.SpaceView3D.draw_handler_remove(self._handler, "WINDOW")
            self._handler = None
        self._area.header_text_set(None)
        self._area.tag_redraw()
        return result

    def _say(self) -> None:
        axis = "XYZ"[self._drawing.axis] if self._drawing.axis is not None else formatted("by its direction")
        self._area.header_text_set(
            formatted(
                "Drag along edges; from the end of another line with Shift. X, Y, Z: axis of the line under the mouse "
                "and of the next one ({axis}). Del: remove. Enter: done. Esc: cancel",
                axis=axis,
            )
        )


def matched_sentence(report: Report) -> str:
    return formatted(
        "{name}: {lens} mm within {error}; the lines miss by {degrees}°.",
        name=report["camera"],
        lens=f"{report['lens']:.1f}",
        error=f"{report['lens_error']:.0%}",
        degrees=f"{report['axes_error']:.2f}",
    )


def _largest_view(context: bpy.types.Context) -> bpy.types.Area | None:
    """The largest 3D view of the window."""
    areas = [] if context.window is None else [area for area in context.window.screen.areas if area.type == "VIEW_3D"]
    return max(areas, key=lambda item: item.width * item.height, default=None)


CLASSES = (ATELIER_OT_match_camera, ATELIER_OT_draw_camera_lines)
