"""Lines drawn by mouse over a camera's picture: what each event does, and the camera that follows."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import bpy
import numpy as np
import pytest

from blender_addon.bridge.jobs.steps import run_to_end
from blender_addon.scene.matching.drawing import (
    LINES_KEY,
    Frame,
    LineDrawing,
    apply_match,
    picture_camera,
    store_lines,
    stored_lines,
)
from blender_addon.scene.matching.picture import MatchOptions, match_job
from ml_core.errors import InputError
from ml_core.reconstruction.views.cameras import Camera

from .test_picture import LENS, SIZE, degrees_off, drawn_room, real_camera

pytestmark = pytest.mark.both_blenders
FRAME: Frame = (200.0, 90.0, 200.0 + SIZE[0] / 2, 90.0 + SIZE[1] / 2)
"""The picture in the window: half as large."""


def level_camera() -> Camera:
    """Looks along +Y: lines along X are horizontal, those along Z upright."""
    turn = np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]])
    return Camera("", *SIZE, 500.0, (SIZE[0] / 2, SIZE[1] / 2), turn, np.zeros(3))


def drag(drawing: LineDrawing, start: tuple[float, float], end: tuple[float, float], starts: bool = False) -> None:
    for kind, value, point in (("LEFTMOUSE", "PRESS", start), ("MOUSEMOVE", "NOTHING", end),
                               ("LEFTMOUSE", "RELEASE", end)):  # fmt: skip
        assert drawing.takes(kind, value, point, FRAME, starts)


def test_a_drag_is_a_line_in_pixels_of_the_picture_along_the_likely_axis() -> None:
    drawing = LineDrawing(level_camera())
    drag(drawing, (210, 300), (290, 302))
    drag(drawing, (240, 120), (241, 300))
    drag(drawing, (210, 100), (260, 140))  # toward the middle, where lines ahead meet
    assert [line[0] for line in drawing.lines] == [0, 2, 1]
    assert drawing.lines[0][1:] == pytest.approx((20, 2 * (330 - 300), 180, 2 * (330 - 302)))
    window = drawing.to_window(drawing.lines[1][1:3], FRAME)
    assert window == pytest.approx((240, 120))


def test_a_click_draws_nothing_and_an_end_is_dragged() -> None:
    drawing = LineDrawing(level_camera())
    drag(drawing, (250, 200), (252, 201))
    assert drawing.lines == []
    drag(drawing, (250, 200), (350, 200))
    drag(drawing, (346, 204), (360, 260))
    drag(drawing, (358, 258), (300, 320), starts=True)
    assert len(drawing.lines) == 2, "edges that share a corner"
    drawing.delete((330, 290), FRAME)
    assert len(drawing.lines) == 1
    assert drawing.to_window(drawing.lines[0][3:5], FRAME) == pytest.approx((360, 260))
    assert drawing.lines[0][0] == 0, "its axis stays when an end is corrected"


def test_keys_choose_an_axis_and_remove_lines() -> None:
    drawing = LineDrawing(level_camera())
    drag(drawing, (210, 300), (290, 302))
    drag(drawing, (210, 200), (290, 200))
    drawing.takes("Y", "PRESS", (250, 201), FRAME)
    assert [line[0] for line in drawing.lines] == [0, 1]
    drag(drawing, (300, 120), (300, 200))
    assert drawing.lines[-1][0] == 1, "the next line has the axis that was chosen"
    drawing.takes("DEL", "PRESS", (250, 301), FRAME)
    assert [line[0] for line in drawing.lines] == [1, 1]
    drawing.takes("BACK_SPACE", "PRESS", (500, 301), FRAME)
    assert len(drawing.lines) == 1
    assert not drawing.takes("WHEELUPMOUSE", "PRESS", (250, 301), FRAME), "the view still zooms"
    with pytest.raises(InputError, match="two lines or more along each of two axes"):
        drawing.matched()


def test_the_camera_follows_what_is_drawn_and_keeps_the_lines(clean_scene: bpy.types.Context, tmp_path: Path) -> None:
    real = real_camera()
    lines = drawn_room(tmp_path / "room.png", real)
    report = run_to_end(match_job(clean_scene, tmp_path / "room.png", MatchOptions()))
    obj = bpy.data.objects[report["camera"]]
    obj.rotation_euler.z += 0.3  # what was found is wrong
    obj.data.lens = 50.0
    clean_scene.view_layer.update()
    camera = picture_camera(obj)
    assert camera is not None
    assert (camera.width, camera.height) == SIZE
    drawing = LineDrawing(camera)
    for axis, x1, y1, x2, y2 in [line for axis in "xyz" for line in [item for item in lines if item[0] == axis][:4]]:
        drawing.axis = "xyz".index(axis)
        drag(drawing, drawing.to_window((x1, y1), FRAME), drawing.to_window((x2, y2), FRAME), starts=True)
    assert drawing.says_enough()
    apply_match(obj, drawing.matched())
    clean_scene.view_layer.update()
    print(f"{degrees_off(obj, real):.2f} degrees, {obj.data.lens:.1f} mm, by {len(drawing.lines)} lines")
    assert degrees_off(obj, real) < 1.0
    assert obj.data.lens == pytest.approx(LENS, rel=0.05)
    assert obj.location.z == pytest.approx(1.6)
    store_lines(obj.data, drawing.lines)
    assert np.allclose(stored_lines(obj.data), drawing.lines, atol=0.01)
    obj.data[LINES_KEY] = "[[1, 2"
    assert stored_lines(obj.data) == ()


def test_a_camera_without_a_picture_is_not_drawn_over(clean_scene: bpy.types.Context) -> None:
    camera = bpy.data.objects.new("Camera", bpy.data.cameras.new("Camera"))
    assert picture_camera(camera) is None
    assert picture_camera(None) is None
    clean_scene.scene.camera = camera
    assert not bpy.ops.atelier.draw_camera_lines.poll()


def test_the_operator_draws_follows_and_restores(
    registered_addon: None, clean_scene: bpy.types.Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its events in order, with a region in which the picture lies at :data:`FRAME`."""
    from blender_addon.operators.scene import matching

    lines = drawn_room(tmp_path / "room.png", real_camera())
    obj = bpy.data.objects[run_to_end(match_job(clean_scene, tmp_path / "room.png", MatchOptions()))["camera"]]
    former = obj.matrix_world.copy()
    monkeypatch.setattr(matching, "frame_in", lambda region, region_3d, scene: FRAME)
    said: list[str | None] = []
    operator = SimpleNamespace(
        _drawing=LineDrawing(picture_camera(obj)), _handler=None, _former=(former, obj.data.lens, 0.0, 0.0),
        _region=SimpleNamespace(x=0, y=0, width=900, height=600),
        _area=SimpleNamespace(header_text_set=said.append, tag_redraw=lambda: None,
                              spaces=SimpleNamespace(active=SimpleNamespace(region_3d=None))),
        report=lambda kinds, text: said.append(text),
    )  # fmt: skip
    kind = matching.ATELIER_OT_draw_camera_lines
    for name in ("_say", "_end", "_finish"):
        setattr(operator, name, getattr(kind, name).__get__(operator))

    def event(name: str, value: str, point: tuple[float, float] = (0, 0)) -> set[str]:
        turn = SimpleNamespace(type=name, value=value, mouse_x=point[0], mouse_y=point[1], shift=True)
        return kind.modal(operator, clean_scene, turn)

    assert event("RET", "PRESS") == {"RUNNING_MODAL"}
    assert "two lines or more" in str(said[-1])
    assert event("MIDDLEMOUSE", "PRESS", (300, 200)) == {"PASS_THROUGH"}
    for axis in "xz":
        event(axis.upper(), "PRESS", (899, 1))
        for _, x1, y1, x2, y2 in [item for item in lines if item[0] == axis][:2]:
            start, end = (operator._drawing.to_window(ends, FRAME) for ends in ((x1, y1), (x2, y2)))
            for name, value, point in (("LEFTMOUSE", "PRESS", start), ("MOUSEMOVE", "NOTHING", end),
                                       ("LEFTMOUSE", "RELEASE", end)):  # fmt: skip
                assert event(name, value, point) == {"RUNNING_MODAL"}
    assert "(Z)" in str(said[-1])
    clean_scene.view_layer.update()
    assert obj.matrix_world != former, "it follows while lines are drawn"
    assert event("ESC", "PRESS") == {"CANCELLED"}
    clean_scene.view_layer.update()
    assert np.allclose(obj.matrix_world, former, atol=1e-6)
    assert event("RET", "PRESS") == {"FINISHED"}
    assert said[-2:] != [None, None]
    assert len(stored_lines(obj.data)) == 4
