"""Pictures of whole scenes: taken from where labels lie apart, without roofs and walls in the way."""

from __future__ import annotations

import bpy
import numpy as np
import pytest
from mathutils import Vector

from blender_addon.scene.previews.camera import corners, frame
from scripts.lib.rendering import overview, tags

SIZE = (900, 600)


def box(name: str, at: tuple[float, float, float], size: tuple[float, float, float]) -> bpy.types.Object:
    bpy.ops.mesh.primitive_cube_add(size=1, location=at)
    obj = bpy.context.active_object
    obj.name, obj.dimensions = name, size
    bpy.context.view_layer.update()
    return obj


def tag(obj: bpy.types.Object, label: str | None) -> tags.Tag:
    return tags.Tag(label, 0.9, tags.top_of(obj), obj.name, corners([obj]))


@pytest.fixture
def scene(clean_scene: bpy.types.Context) -> bpy.types.Scene:
    camera = bpy.data.objects.new("Camera", bpy.data.cameras.new("Camera"))
    clean_scene.scene.collection.objects.link(camera)
    clean_scene.scene.camera = camera
    clean_scene.scene.render.resolution_x, clean_scene.scene.render.resolution_y = SIZE
    return clean_scene.scene


def test_a_picture_is_of_the_labeled_things_and_not_of_the_ground(scene: bpy.types.Scene) -> None:
    chairs = [tag(box(f"Chair.{x}", (x, 0, 0.5), (0.5, 0.5, 1)), "chair") for x in range(5)]
    around = [tag(box("Ground", (0, 0, -0.1), (80, 80, 0.1)), "floor"),
              tag(box("Hills", (0, 0, 2), (60, 60, 4)), "rock"),
              tag(box("Thing", (30, 0, 0.5), (1, 1, 1)), None)]  # fmt: skip
    assert overview.in_focus([*chairs, *around]) == chairs
    assert overview.in_focus(around) == around, "where nothing has a label, everything is shown"


def test_roofs_and_walls_before_the_things_are_taken_away(scene: bpy.types.Scene) -> None:
    chairs = [tag(box(f"Chair.{x}{y}", (x, y, 0.5), (0.5, 0.5, 1)), "chair") for x in range(4) for y in range(3)]
    for name, at, size in (
        ("Floor", (1.5, 1, -0.05), (6, 5, 0.1)), ("Roof", (1.5, 1, 2), (6, 5, 0.1)),
        ("Front", (1.5, -0.6, 1), (6, 0.1, 2)), ("Back", (1.5, 3.5, 1), (6, 0.1, 2)),
        ("Post", (0.02, -0.9, 1), (0.1, 0.1, 2)),
    ):  # fmt: skip
        box(name, at, size)
    frame(scene, np.concatenate([item.box for item in chairs]), 0, 45, 1.5)
    assert overview.uncover(scene, chairs) == ["Front", "Roof"]
    assert {"Floor", "Back", "Post", "Chair.00"} <= {obj.name for obj in scene.collection.objects}


def test_the_camera_stands_where_labels_lie_apart(scene: bpy.types.Scene) -> None:
    row = [tag(box(f"Chair.{n}", (np.sin(0.7) * n, -np.cos(0.7) * n, 0.5), (0.4, 0.4, 1)), "chair") for n in range(12)]
    points = np.concatenate([item.box for item in row])

    def least_gap() -> float:
        pixels = overview.in_picture(scene, np.array([item.top[:] for item in row]), SIZE)
        return float(np.linalg.norm(np.diff(pixels, axis=0), axis=1).min())

    frame(scene, points, 40, 28, 1.5)  # along the row
    before = least_gap()
    overview.look_at(scene, row, SIZE)
    assert least_gap() > 1.5 * before
    pixels = overview.in_picture(scene, points, SIZE)
    assert (pixels >= -1).all()
    assert (pixels <= np.array(SIZE) + 1).all()
    assert scene.camera.location != Vector()
