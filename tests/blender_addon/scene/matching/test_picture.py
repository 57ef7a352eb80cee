"""A camera matched to a rendered picture of a room, in Blender: degrees, millimeters, ground and walls."""

from __future__ import annotations

import json
import math
from pathlib import Path

import bpy
import numpy as np
import pytest
from mathutils import Matrix, Vector
from PIL import Image, ImageDraw

from blender_addon.bridge.jobs.steps import run_to_end
from blender_addon.scene.matching.picture import MatchOptions, match_job, parsed_lines
from ml_core.errors import InputError
from scripts import match_camera
from tests.scripts.in_process import called

pytestmark = pytest.mark.both_blenders
SIZE = (720, 480)
LENS = 24.0


def real_camera(yaw: float = 28.0, pitch: float = 9.0) -> Matrix:
    turn = Matrix.Rotation(math.radians(yaw), 4, "Z") @ Matrix.Rotation(math.radians(90 - pitch), 4, "X")
    return Matrix.Translation((0, 0, 1.6)) @ turn


def drawn_room(path: Path, matrix: Matrix) -> list[list[object]]:
    """Draw boxes with edges as the camera sees them; the edges that are wholly in the picture, by axis."""
    picture = Image.new("RGB", SIZE, (150, 148, 140))
    pen = ImageDraw.Draw(picture)
    inverse, focal = matrix.inverted(), LENS / 36 * SIZE[0]
    lines: list[list[object]] = []
    boxes = [((-3.0, 2.5, 0), (-1.8, 3.2, 1.9)), ((-1.5, 3.4, 0), (0.3, 4.2, 0.8)), ((-4.2, 4.4, 0), (1.5, 4.5, 2.4))]
    for low, high in boxes:
        span = [np.array([low[k], high[k]]) for k in range(3)]
        for axis in range(3):
            others = [k for k in range(3) if k != axis]
            for u in span[others[0]]:
                for v in span[others[1]]:
                    ends = []
                    for along in span[axis]:
                        point = [0.0, 0.0, 0.0]
                        point[axis], point[others[0]], point[others[1]] = along, u, v
                        x, y, z = inverse @ Vector(point)
                        if z < -0.2:
                            ends.append((SIZE[0] / 2 - focal * x / z, SIZE[1] / 2 + focal * y / z))
                    if len(ends) == 2:
                        pen.line([*ends[0], *ends[1]], fill=(40, 36, 30), width=3)
                        if all(0 < x < SIZE[0] and 0 < y < SIZE[1] for x, y in ends):
                            lines.append(["xyz"[axis], *ends[0], *ends[1]])
    picture.save(path)
    return lines


def degrees_off(obj: bpy.types.Object, real: Matrix) -> float:
    difference = obj.matrix_world.to_3x3().inverted() @ real.to_3x3()
    return math.degrees(difference.to_quaternion().angle)


def test_the_camera_is_found_by_the_lines_of_the_picture(clean_scene: bpy.types.Context, tmp_path: Path) -> None:
    real = real_camera()
    drawn_room(tmp_path / "room.png", real)
    report = run_to_end(match_job(clean_scene, tmp_path / "room.png", MatchOptions()))
    obj = bpy.data.objects[report["camera"]]
    assert degrees_off(obj, real) < 1.0
    assert obj.data.lens == pytest.approx(LENS, rel=0.06)
    assert obj.location.z == pytest.approx(1.6)
    assert obj.data.background_images[0].image.name.startswith("room")
    assert clean_scene.scene.camera == obj
    assert (clean_scene.scene.render.resolution_x, clean_scene.scene.render.resolution_y) == SIZE
    walls = bpy.data.objects[report["room"]]
    middle = Vector((0, 2, 1.3))
    assert all(face.normal.dot(middle - face.center) > 0 for face in walls.data.polygons)
    assert bpy.data.objects[report["ground"]].dimensions.z == 0


def test_drawn_lines_and_floor_points(clean_scene: bpy.types.Context, tmp_path: Path) -> None:
    real = real_camera(12, 15)
    lines = drawn_room(tmp_path / "room.png", real)
    assert {line[0] for line in lines} == set("xyz")
    corner = real.inverted() @ Vector((0.3, 3.4, 0.0))
    focal = LENS / 36 * SIZE[0]
    pixel = (SIZE[0] / 2 - focal * corner.x / corner.z, SIZE[1] / 2 + focal * corner.y / corner.z)
    options = MatchOptions(lines=parsed_lines(json.dumps(lines)), floor=(pixel,))
    report = run_to_end(match_job(clean_scene, tmp_path / "room.png", options))
    assert degrees_off(bpy.data.objects[report["camera"]], real) < 0.2
    assert max(v.co.y for v in bpy.data.objects[report["room"]].data.vertices) == pytest.approx(3.4, abs=0.05)


@pytest.mark.parametrize(("inner", "apart"), [((), 0), (((-0.6, 2.4), (-0.6, 3.4)), 1)])
def test_a_room_like_an_l_is_told(
    clean_scene: bpy.types.Context, tmp_path: Path, inner: tuple[tuple[float, float], ...], apart: int
) -> None:
    """Where the floor's edge has an inner corner, the box goes around all of it, and says that it is too large."""
    real = real_camera(12, 15)
    lines = drawn_room(tmp_path / "room.png", real)
    focal = LENS / 36 * SIZE[0]
    floor = []
    for x, y in ((-1.3, 2.4), (0.4, 3.4), *inner):
        corner = real.inverted() @ Vector((x, y, 0.0))
        floor.append((SIZE[0] / 2 - focal * corner.x / corner.z, SIZE[1] / 2 + focal * corner.y / corner.z))
    options = MatchOptions(lines=parsed_lines(json.dumps(lines)), floor=tuple(floor))
    assert run_to_end(match_job(clean_scene, tmp_path / "room.png", options))["apart"] == apart


def test_bad_input_leaves_nothing(
    clean_scene: bpy.types.Context, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    Image.new("RGB", SIZE, (99, 99, 99)).save(tmp_path / "plain.png")
    with pytest.raises(InputError, match="too few"):
        run_to_end(match_job(clean_scene, tmp_path / "plain.png", MatchOptions()))
    assert not bpy.data.cameras
    for text in ('[["w", 1, 2, 3, 4]]', '[["x", 1, 2, 3]]', '[["x", 1, 2, 3, "4"]]', "[5]"):
        with pytest.raises(InputError, match="lines"):
            parsed_lines(text)
    with pytest.raises(InputError, match="height"):
        MatchOptions(height=0.0)
    out = tmp_path / "a.blend"
    for arguments in ((tmp_path / "none.png",), (tmp_path / "plain.png",),
                      (tmp_path / "plain.png", "--line", "q", 1, 2, 3, 4)):  # fmt: skip
        done = called(capfd, match_camera.main, *arguments, "--out", out)
        assert (done.returncode, out.exists()) == (2, False)
        assert done.stderr.startswith("error: ")
