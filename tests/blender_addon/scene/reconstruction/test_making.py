"""A reconstructed place in Blender: what stands where, what its cameras see, how large it is made."""

from __future__ import annotations

from pathlib import Path

import bpy
import numpy as np
import pytest
from bpy_extras.object_utils import world_to_camera_view
from mathutils import Vector
from PIL import Image

from blender_addon.scene.reconstruction import making, replacing, sizing
from ml_core.errors import InputError
from ml_core.reconstruction.place import JSON, read_place, write_place
from ml_core.reconstruction.scale import by_length

from .small_place import SIZE, small_place

pytestmark = pytest.mark.both_blenders


@pytest.fixture
def made(clean_scene: bpy.types.Context, tmp_path: Path) -> making.MadePlace:
    for number in range(2):
        Image.new("RGB", (90, 60), (10 * number, 90, 120)).save(tmp_path / f"{number}.png")
    write_place(tmp_path / "place", small_place())
    result = making.make(clean_scene, read_place(tmp_path / "place"), "Room", tmp_path)
    result.root[sizing.PLACE_KEY] = 1
    return result


def world_box(obj: bpy.types.Object) -> tuple[np.ndarray, np.ndarray]:
    corners = np.array([obj.matrix_world @ Vector(corner) for corner in obj.bound_box])
    return corners.min(axis=0), corners.max(axis=0)


def test_all_stands_in_meters_on_the_floor(made: making.MadePlace) -> None:
    assert [obj.name for obj in made.sides[:2]] == ["Floor", "Ceiling"]
    low, high = world_box(made.sides[0])
    assert (*low, *high) == pytest.approx((-2, -1.5, 0, 2, 1.5, 0), abs=0.01)
    low, high = world_box(made.things[0])
    assert (*low[:2], *high) == pytest.approx((-0.2, 0.1, 1.0, 0.9, 0.74), abs=0.01)
    assert made.things[0].location.z == pytest.approx(0.03, abs=0.02)  # its origin is at its foot


def test_sides_look_inward_and_carry_their_pictures(made: making.MadePlace) -> None:
    middle = Vector((0, 0, SIZE[2] / 2))
    for side in made.sides:
        normal, center = side.data.polygons[0].normal, side.data.polygons[0].center
        assert normal.dot(middle - center) > 0, side.name
        image = next(node.image for node in side.data.materials[0].node_tree.nodes if node.type == "TEX_IMAGE")
        assert image.packed_file is not None
        assert np.array(image.pixels[:3]) * 255 == pytest.approx((200, 100, 50), abs=1)


def test_things_keep_their_colors(made: making.MadePlace) -> None:
    colors = made.things[0].data.color_attributes[making.COLORS]
    assert tuple(colors.data[0].color_srgb)[:3] == pytest.approx((0.5, 0.5, 0.5), abs=0.01)


def test_blender_s_cameras_see_what_the_pictures_show(made: making.MadePlace, clean_scene: bpy.types.Context) -> None:
    scene = clean_scene.scene
    scene.render.resolution_x, scene.render.resolution_y = 90, 60
    point = np.array([[0.3, 1.2, 1.1]])
    for camera, obj in zip(small_place().cameras, made.cameras, strict=True):
        x, y, depth = world_to_camera_view(scene, obj, Vector(point[0]))
        pixel, far = camera.seen(point)
        assert (x * 90, (1 - y) * 60, depth) == pytest.approx((*pixel[0], far[0]), abs=0.02)
        assert obj.data.show_background_images
        assert obj.data.background_images[0].image.size[:] == (90, 60)


def test_a_known_length_sizes_the_place(made: making.MadePlace, clean_scene: bpy.types.Context) -> None:
    ends = []
    for place in ((-2, 0, 0), (2, 0, 0)):
        end = bpy.data.objects.new("End", None)
        end.location = place
        clean_scene.scene.collection.objects.link(end)
        ends.append(end)
    clean_scene.view_layer.update()
    for obj in clean_scene.selected_objects:
        obj.select_set(False)
    with pytest.raises(InputError, match="now it is 0"):
        sizing.size_by_selection(clean_scene, 5.0)
    for end in ends:
        end.select_set(True)
    root, scale = sizing.size_by_selection(clean_scene, 5.0)
    assert root == made.root
    assert scale.factor == pytest.approx(1.25)
    assert world_box(made.sides[0])[1][0] == pytest.approx(2.5, abs=0.01)
    assert made.cameras[0].matrix_world.translation.z == pytest.approx(1.5 * 1.25)


def test_two_clicks_measure_a_length() -> None:
    place = small_place()
    low, high = np.array([[-0.6, 1.5, 0.5], [-0.6, 1.5, 2.0]])
    camera = place.cameras[0]
    pixels = [tuple(camera.seen(one[None])[0][0]) for one in (low, high)]
    length = sizing.measured_length(place, ("0.png", *pixels[0]), ("0.png", *pixels[1]))
    assert length == pytest.approx(1.5, abs=0.02)
    assert by_length(length, 3.0).factor == pytest.approx(2.0, abs=0.03)
    with pytest.raises(InputError, match=r"2\.png"):
        sizing.measured_length(place, ("2.png", 1, 1), ("0.png", 1, 1))


def test_an_asset_stands_where_the_thing_stood(made: making.MadePlace, clean_scene: bpy.types.Context) -> None:
    bpy.ops.mesh.primitive_cube_add(size=1, location=(9, 9, 0.5))
    asset = bpy.context.object
    asset.scale = (0.5, 1.0, 0.5)  # its long side along Y, the table's along X
    asset.asset_mark()
    asset["atelier_label"], asset["atelier_confidence"] = "table", 1.0
    bpy.context.view_layer.update()
    thing, other = made.things
    thing["atelier_label"], other["atelier_label"] = "table", "chair"
    replaced, without = replacing.replace(clean_scene, made.things)
    assert without == [other.name]
    copy = bpy.data.objects[replaced[thing.name]]
    low, high = world_box(copy)
    wanted_low, wanted_high = world_box(thing)
    assert low == pytest.approx(wanted_low, abs=0.02)
    assert high == pytest.approx(wanted_high, abs=0.02)
    assert not thing.visible_get()
    assert asset.location.x == pytest.approx(9)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace('"version": 1', '"version": 9'),
        lambda text: text.replace('"on": -1', '"on": "x"', 1),
        lambda text: text.replace("side_0.png", "../side_0.png"),
        lambda text: text.replace('"rotation"', '"turn"', 1),
        lambda text: text[: len(text) // 2],
    ],
)
def test_a_damaged_place_is_refused(tmp_path: Path, change: object) -> None:
    write_place(tmp_path, small_place())
    text = (tmp_path / JSON).read_text(encoding="utf-8")
    (tmp_path / JSON).write_text(change(text), encoding="utf-8")
    with pytest.raises(InputError):
        read_place(tmp_path)


def test_a_place_is_read_as_it_was_written(tmp_path: Path) -> None:
    place = small_place("photos")
    write_place(tmp_path, place)
    back = read_place(tmp_path)
    assert [camera.as_json() for camera in back.cameras] == [camera.as_json() for camera in place.cameras]
    assert back.things[1].surface.vertices == pytest.approx(place.things[1].surface.vertices)
    assert back.left_out == {"2.png": "blurred"}
    assert all(Path(side.texture_file).is_file() for side in back.sides)
