"""Commands that had done something else than was said without a word."""

from __future__ import annotations

import bpy
import numpy as np
import pytest

from blender_addon.bridge.object_labels import set_label
from blender_addon.scene.editing.coloring import color_of_object
from ml_core import InputError
from ml_core.color import linear_to_srgb
from tests.blender_addon.scene.editing.test_constructed_commands import wall
from tests.blender_addon.scene.editing.test_scene_commands import box, meet, paint, room, run

__all__ = ["room"]


def meant(context: bpy.types.Context, command: str) -> list[str]:
    return run(context, command)["steps"][0]["objects"]


def test_what_is_put_under_a_table_fits_there_beside_the_others(room: bpy.types.Context) -> None:
    run(room, "put Lamp and Small under the table")
    assert not meet("Lamp", "Small")
    assert all(box(name).low.z == pytest.approx(0, abs=1e-3) for name in ("Lamp", "Small"))
    before = box("Chair.A").center.copy()
    with pytest.raises(InputError, match="too tall to go under Table"):
        run(room, "push all the chairs under the table")
    assert box("Chair.A").center == before


def test_what_is_pushed_a_little_does_not_sink_into_the_floor(room: bpy.types.Context) -> None:
    """Its lower side lay in the floor's upper one and hid it from the ray."""
    wall(room, "Wall", (0.1, 8, 2.5), (-4, 0, 1.25))
    bpy.data.objects["Floor"].location.z -= 2e-5
    run(room, "push Big against the left wall")
    assert box("Big").low.x == pytest.approx(-3.95, abs=0.01)
    assert box("Big").low.z == pytest.approx(0, abs=1e-3)


def test_walls_and_doors_are_not_what_is_on_the_floor(room: bpy.types.Context) -> None:
    wall(room, "Back", (8, 0.1, 2.5), (0, 4, 1.25))
    wall(room, "Door", (0.9, 0.1, 2), (2, 3.9, 1))
    names = meant(room, "select everything on the floor")
    assert {"Chair.A", "Table"} <= set(names)
    assert not {"Back", "Door"} & set(names)


def test_where_no_chair_is_red_all_are_those_that_are_not(room: bpy.types.Context) -> None:
    assert meant(room, "select the chairs that are not red") == ["Chair.B", "Chair.C"]
    assert meant(room, "select the chairs that are not yellow") == ["Chair.A", "Chair.B", "Chair.C"]
    assert meant(room, "选中不是黄色的椅子") == ["Chair.A", "Chair.B", "Chair.C"]
    with pytest.raises(InputError, match="no object of the scene is meant by"):
        run(room, "delete all chairs except the yellow chairs")


def test_each_is_one_of_those_that_were_spoken_of(room: bpy.types.Context) -> None:
    places = {name: box(name).center.copy() for name in ("Table", "Lamp", "Big")}
    before = set(bpy.data.objects.keys())
    run(room, "再加三把椅子，每把相隔两米")
    made = sorted(set(bpy.data.objects.keys()) - before)
    assert len(made) == 3
    assert all(box(name).center == place for name, place in places.items())


def test_a_middle_that_is_taken_is_told(room: bpy.types.Context) -> None:
    assert "The middle is not free: Lamp stands" in run(room, "put the lamp in the middle of the room")["summary"]


def test_a_color_is_that_of_the_patch_a_thing_shows(room: bpy.types.Context) -> None:
    """Kits of models share one picture, and each model shows a patch of it."""
    picture = bpy.data.images.new("palette", 8, 8)
    pixels = np.ones((8, 8, 4), np.float32)
    pixels[:, :4, :3], pixels[:, 4:, :3] = (0.1, 0.6, 0.2), (0.9, 0.1, 0.1)
    picture.pixels.foreach_set(pixels.ravel())
    for name, across in (("Big", 0.2), ("Small", 0.8)):
        mesh = bpy.data.objects[name].data
        paint(name, (1, 1, 1))
        tree = mesh.materials[0].node_tree
        node = tree.nodes.new("ShaderNodeTexImage")
        node.image = picture
        tree.links.new(node.outputs["Color"], tree.nodes["Principled BSDF"].inputs["Base Color"])
        layer = mesh.uv_layers.new()
        layer.data.foreach_set("uv", [across, 0.5] * len(mesh.loops))
    assert linear_to_srgb(np.array(color_of_object(bpy.data.objects["Big"]))) == pytest.approx(
        (0.1, 0.6, 0.2), abs=0.01
    )
    assert meant(room, "select the red box") == ["Small"]


def test_streetlights_are_numbered(room: bpy.types.Context) -> None:
    assert meant(room, "rename the chairs to seat_01, seat_02 and so on") == ["seat_01", "seat_02", "seat_03"]
    with pytest.raises(InputError, match="alpha"):
        run(room, "rename the boxes to alpha, beta")


def test_a_time_of_day_is_a_light_and_no_color(room: bpy.types.Context) -> None:
    bpy.data.objects["Table"].select_set(True)
    assert run(room, "make it dusk")["steps"][0]["action"] == "light"
    assert run(room, "把灯光弄成黄昏的感觉")["steps"][0]["action"] == "light"
    with pytest.raises(InputError, match="rainy"):
        run(room, "make it look like a rainy night")


@pytest.mark.parametrize(
    "command",
    [
        "the lamp is in my way, move it 20 cm up", "the lamp hangs too low, raise it by 20 cm",
        "I don't like the lamp there. Raise it by 20 cm", "台灯太低了，抬高二十厘米",
    ],
)  # fmt: skip
def test_what_is_wrong_is_no_command(room: bpy.types.Context, command: str) -> None:
    before = box("Lamp").low.z
    run(room, command)
    assert box("Lamp").low.z == pytest.approx(before + 0.2, abs=1e-3)
    assert not bpy.data.objects["Lamp"].hide_get()


def test_label_by_hand_stays(room: bpy.types.Context) -> None:
    set_label(bpy.data.objects["Big"], "chest")
    assert meant(room, "select the box") == ["Small"]


@pytest.mark.parametrize("command", ["把台灯放到箱子上", "put the lamp next to the chairs", "把花瓶放到椅子旁边"])
def test_one_of_several_goals_is_asked_for(room: bpy.types.Context, command: str) -> None:
    """The first of them had been taken in silence."""
    with pytest.raises(InputError, match=r"\d objects could be meant"):
        run(room, command)
