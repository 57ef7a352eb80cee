"""The lines of a camera's picture as a 3D view draws them over it."""

from __future__ import annotations

import blf
import bpy
import gpu
from bpy_extras.view3d_utils import location_3d_to_region_2d
from gpu_extras.batch import batch_for_shader

from .drawing import Frame, LineDrawing, Point

_COLORS = ((0.95, 0.25, 0.30, 1.0), (0.45, 0.80, 0.15, 1.0), (0.25, 0.55, 1.0, 1.0))
"""Of lines along X, Y and Z, as Blender draws its axes."""
_WIDTH, _END, _TEXT = 2.5, 5.0, 14.0
"""Pixels: of lines, of half of the handle of an end, and of letters."""


def frame_in(region: bpy.types.Region, region_3d: bpy.types.RegionView3D, scene: bpy.types.Scene) -> Frame | None:
    """Where a view shows the frame of the scene's camera, which the picture fills; ``None`` if it looks elsewhere."""
    camera = scene.camera
    if camera is None or not isinstance(camera.data, bpy.types.Camera) or region_3d.view_perspective != "CAMERA":
        return None
    matrix = camera.matrix_world.normalized()
    corners = [
        location_3d_to_region_2d(region, region_3d, matrix @ corner) for corner in camera.data.view_frame(scene=scene)
    ]
    places = [(corner.x, corner.y) for corner in corners if corner is not None]
    if len(places) < len(corners):
        return None
    (xs, ys) = zip(*places, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def draw_lines(drawing: LineDrawing, region: bpy.types.Region, region_3d: bpy.types.RegionView3D) -> None:
    """Blender calls this for each 3D view that it draws; draws in ``region`` alone."""
    context = bpy.context
    frame = frame_in(region, region_3d, context.scene) if context.region == region else None
    if frame is None:
        return
    shader = gpu.shader.from_builtin("POLYLINE_UNIFORM_COLOR")
    gpu.state.blend_set("ALPHA")
    for axis, color in enumerate(_COLORS):
        ends = [
            drawing.to_window(point, frame)
            for line in drawing.lines if line[0] == axis
            for point in (line[1:3], line[3:5])
        ]  # fmt: skip
        if not ends:
            continue
        strokes = [*ends, *(corner for end in ends for corner in _square(end))]
        shader.bind()
        shader.uniform_float("viewportSize", (region.width, region.height))
        shader.uniform_float("lineWidth", _WIDTH)
        shader.uniform_float("color", color)
        batch_for_shader(shader, "LINES", {"pos": [(x, y, 0.0) for x, y in strokes]}).draw(shader)
        blf.size(0, _TEXT)
        blf.color(0, *color)
        for x, y in ends[1::2]:
            blf.position(0, x + 2 * _END, y + _END, 0)
            blf.draw(0, "XYZ"[axis])
    gpu.state.blend_set("NONE")


def _square(middle: Point) -> list[Point]:
    """The four sides of the handle of an end, as pairs of points."""
    x, y = middle
    corners = [(x - _END, y - _END), (x + _END, y - _END), (x + _END, y + _END), (x - _END, y + _END)]
    return [corners[number % 4] for side in range(4) for number in (side, side + 1)]
