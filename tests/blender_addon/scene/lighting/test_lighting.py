"""Looks fit the scene, replace only themselves, and come off again."""

from __future__ import annotations

import math
from pathlib import Path

import bpy
import numpy as np
import pytest
from mathutils import Vector

from blender_addon.scene.lighting.lighting import LOOK_KEY, light_scene, remove_look
from blender_addon.scene.lighting.picture import light_by_picture
from blender_addon.scene.lighting.recipes import RECIPES
from blender_addon.scene.lighting.surroundings import survey
from ml_core.errors import InputError
from ml_core.vocabulary.scene.looks import LOOKS
from ml_core.vocabulary.words import scene_en, scene_zh


def lights() -> list[bpy.types.Object]:
    return [obj for obj in bpy.context.scene.objects if obj.type == "LIGHT"]


def box(size: tuple[float, float, float], place: tuple[float, float, float]) -> bpy.types.Object:
    bpy.ops.mesh.primitive_cube_add(size=1, location=place)
    bpy.context.object.scale = size
    bpy.context.view_layer.update()
    return bpy.context.object


def test_every_look_has_its_light_and_its_words() -> None:
    assert set(RECIPES) == set(LOOKS) == set(scene_en.PRESETS) == set(scene_zh.PRESETS)


def test_looks_replace_themselves_and_nothing_else(clean_scene: bpy.types.Context) -> None:
    scene = clean_scene.scene
    box((1, 1, 1), (0, 0, 0.5))
    world = scene.world = bpy.data.worlds.new("Mine")
    scene.view_settings.exposure = 1.5
    own = bpy.data.objects.new("Desk Lamp", bpy.data.lights.new("Desk Lamp", "POINT"))
    scene.collection.objects.link(own)
    for look in LOOKS:
        first = light_scene(clean_scene, look)
        counts = len(lights()), len(bpy.data.worlds), len(bpy.data.lights)
        places = [obj.matrix_world.copy() for obj in first["made"]]
        again = light_scene(clean_scene, look)
        assert (len(lights()), len(bpy.data.worlds), len(bpy.data.lights)) == counts
        assert [obj.matrix_world for obj in again["made"]] == places
        assert again["kept_lights"] == ["Desk Lamp"]
        assert again["kept_world"] == "Mine"
    copy = again["made"][0].copy()
    scene.collection.objects.link(copy)
    light_scene(clean_scene, "noon")
    assert {own, copy} <= set(lights())  # a copy is the artist's
    assert remove_look(clean_scene)
    assert scene.world == world
    assert scene.view_settings.exposure == 1.5
    assert set(lights()) == {own, copy}
    assert not [item for item in bpy.data.worlds if LOOK_KEY in item]


def test_power_grows_with_the_area_of_the_scene(clean_scene: bpy.types.Context) -> None:
    thing = box((1, 1, 1), (0, 0, 0.5))
    small = [obj.data.energy for obj in light_scene(clean_scene, "studio")["made"]]
    thing.scale = (10, 10, 10)
    clean_scene.view_layer.update()
    large = [obj.data.energy for obj in light_scene(clean_scene, "studio")["made"]]
    assert large == pytest.approx([100 * power for power in small], rel=0.02)


def walls(ceiling: bool) -> None:
    """A room of 4 x 4 m that is open to -Y, or closed, with a table."""
    box((4, 4, 0.1), (0, 0, -0.05))
    box((4, 0.1, 2.5), (0, 2.05, 1.25))
    for side in (-2.05, 2.05):
        box((0.1, 4, 2.5), (side, 0, 1.25))
    if ceiling:
        box((4, 4, 0.1), (0, 0, 2.55))
        box((4, 0.1, 2.5), (0, -2.05, 1.25))
    box((1, 0.6, 0.7), (0, 0, 0.35))


@pytest.mark.parametrize("ceiling", [False, True])
def test_no_light_stands_behind_a_wall(clean_scene: bpy.types.Context, ceiling: bool) -> None:
    walls(ceiling)
    for look in ("studio", "cozy_interior", "soft"):
        made = light_scene(clean_scene, look)["made"]
        found = survey(clean_scene)
        for obj in made:
            way = found.middle - obj.location
            assert found.clear(obj.location, way.normalized(), way.length) > 0.99 * way.length, (look, obj.name)


def test_a_closed_room_gets_light_of_its_own(clean_scene: bpy.types.Context) -> None:
    walls(ceiling=True)
    report = light_scene(clean_scene, "noon")
    assert report["openness"] == 0
    panels = [obj for obj in report["made"] if obj.data.type == "AREA"]
    assert panels
    assert all(0 < obj.location.z < 2.5 for obj in panels)


@pytest.mark.parametrize("look", ["dramatic", "three_point"])
def test_a_look_of_shadows_keeps_them_between_walls(clean_scene: bpy.types.Context, look: str) -> None:
    walls(ceiling=False)
    opened = [obj.data.spread for obj in light_scene(clean_scene, look)["made"]]
    box((4, 4, 0.1), (0, 0, 2.55))
    box((4, 0.1, 2.5), (0, -2.05, 1.25))
    clean_scene.view_layer.update()
    closed = [obj.data.spread for obj in light_scene(clean_scene, look)["made"]]
    assert max(closed) < np.radians(75) < min(opened)  # on what stands in the middle, not on all walls alike


def test_the_sun_comes_through_the_open_side(clean_scene: bpy.types.Context) -> None:
    walls(ceiling=False)
    sun = next(obj for obj in light_scene(clean_scene, "dusk")["made"] if obj.data.type == "SUN")
    towards = sun.matrix_world.to_quaternion() @ Vector((0, 0, 1))
    assert towards.y < -abs(towards.x)  # wished from the side, where a wall is


def test_lights_of_a_look_stand_at_the_lamps(clean_scene: bpy.types.Context) -> None:
    from blender_addon.bridge.object_labels import set_label

    walls(ceiling=False)
    lamp = box((0.3, 0.3, 0.3), (1.2, 0.5, 1.2))
    set_label(lamp, "lamp")
    made = light_scene(clean_scene, "cozy_interior")["made"]
    points = [obj for obj in made if obj.data.type == "POINT"]
    assert len(points) == 1
    assert (points[0].location - lamp.location).length < 0.5


def test_a_panorama_lights_from_where_its_sun_is(clean_scene: bpy.types.Context, tmp_path: Path) -> None:
    box((1, 1, 1), (0, 0, 0.5))
    image = bpy.data.images.new("sky", 64, 32, float_buffer=True)
    pixels = np.ones((32, 64, 4), np.float32) * np.array([0.3, 0.5, 1.0, 1.0], np.float32)
    pixels[24, 16, :3] = 500.0  # a quarter to the left of the middle is +Y; rows begin at the bottom
    image.colorspace_settings.name = "Non-Color"
    image.pixels.foreach_set(pixels.ravel())
    image.filepath_raw, image.file_format = str(tmp_path / "sky.exr"), "OPEN_EXR"
    image.save()
    report = light_by_picture(clean_scene, tmp_path / "sky.exr")
    sun = next(obj for obj in report["made"] if obj.data.type == "SUN")
    towards = sun.matrix_world.to_quaternion() @ Vector((0, 0, 1))
    assert math.degrees(towards.angle(Vector((0, 1, 0.98)))) < 6
    assert not report["is_coarse"]
    (tmp_path / "broken.hdr").write_bytes(b"#?RADIANCE\n\n-Y 4 +X 8\nnothing")
    before = [obj.name for obj in clean_scene.scene.objects], clean_scene.scene.world
    with pytest.raises(InputError):
        light_by_picture(clean_scene, tmp_path / "broken.hdr")
    assert ([obj.name for obj in clean_scene.scene.objects], clean_scene.scene.world) == before


def test_the_operator_reports_and_refuses(clean_scene: bpy.types.Context) -> None:
    box((1, 1, 1), (0, 0, 0.5))
    assert bpy.ops.atelier.light_scene(look="dusk") == {"FINISHED"}
    assert clean_scene.scene.atelier.report()["look"] == "dusk"
    assert bpy.ops.atelier.remove_look() == {"FINISHED"}
    assert not bpy.ops.atelier.remove_look.poll()
