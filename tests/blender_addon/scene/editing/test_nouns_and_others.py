"""Things by Chinese nouns for English names, sorts of a label, the other one of two, lamps with lights of their own."""

from __future__ import annotations

import bpy
import pytest

from blender_addon.commands.running import read_command
from blender_addon.scene.editing.naming import is_of_other_sort
from ml_core import InputError
from ml_core.inference.language.lexicon import Lexicon
from ml_core.inference.recognition.names import heads_with
from ml_core.vocabulary.words.object_nouns import NOUNS, chinese_nouns
from tests.blender_addon.scene.editing.test_scene_commands import room, run

__all__ = ["room"]


def cube(name: str, place: tuple[float, float, float], size: float = 0.4) -> bpy.types.Object:
    bpy.ops.mesh.primitive_cube_add(size=size, location=place)
    bpy.context.object.name = name
    return bpy.context.object


def done(room: bpy.types.Context, command: str) -> list[str]:
    return run(room, command)["steps"][0]["objects"]


@pytest.mark.parametrize(
    ("name", "noun"),
    [
        ("car_taxi", "出租车"), ("Vending_machine.001", "自动售货机"), ("FilingCabinet_02", "文件柜"),
        ("lemons_07", "柠檬"), ("SM_FireHydrant", "消防栓"), ("EscalatorStart_01", "自动扶梯"),
        ("NurseDesk_01", "护士台"),
    ],
)  # fmt: skip
def test_a_chinese_noun_finds_an_english_name(room: bpy.types.Context, name: str, noun: str) -> None:
    cube(name, (5, 5, 0.2))
    cube("Gizmo", (6, 5, 0.2))
    assert done(room, f"把{noun}往上移20厘米") == [name]
    assert bpy.data.objects[name].location.z == pytest.approx(0.4)
    assert done(room, f"隐藏{noun}") == [name]


def test_a_noun_of_nothing_in_the_scene_is_refused(room: bpy.types.Context) -> None:
    with pytest.raises(InputError):
        run(room, "把出租车隐藏")


def test_nouns_are_said_in_two_languages_and_longer_ones_first(room: bpy.types.Context) -> None:
    known = set(Lexicon().chinese)
    assert len(chinese_nouns()) > 700
    assert all(english == english.lower() for english in NOUNS)
    assert {"冰箱", "椅子"} <= known - set(chinese_nouns()), "labels have words of their own"
    cube("ice_block", (5, 5, 0.2))
    assert done(room, "统计一下有多少个椅子") == ["Chair.A", "Chair.B", "Chair.C"]


def test_a_microwave_is_no_coffee_machine(room: bpy.types.Context) -> None:
    assert is_of_other_sort("Coffee_machine", "微波炉", "kitchen_appliance")
    assert is_of_other_sort("Coffee_machine", "microwave", "kitchen_appliance")
    assert not is_of_other_sort("CoffeeMaker_01", "coffee machine", "kitchen_appliance")
    assert not is_of_other_sort("Appliance", "microwave", "kitchen_appliance")
    cube("Coffee_machine", (5, 5, 0.2))
    with pytest.raises(InputError):
        run(room, "put the microwave on the table")
    assert bpy.data.objects["Coffee_machine"].location.x == pytest.approx(5)


def test_a_name_in_one_word_may_begin_with_its_noun() -> None:
    assert heads_with("chairDesk.001", "chair")
    assert not heads_with("Chair_Desk", "chair")
    assert not heads_with("deskChair", "chair")
    assert not heads_with("chair", "chair")


@pytest.mark.parametrize(("command", "name"), [("move the other hydrant up 30 cm", "hydrant_2"),
                                               ("把另一个消防栓往上移30厘米", "hydrant_2")])  # fmt: skip
def test_the_other_one_is_not_the_selected_one(room: bpy.types.Context, command: str, name: str) -> None:
    hydrants = [cube("hydrant_1", (5, 5, 0.2)), cube("hydrant_2", (6, 5, 0.2))]
    bpy.ops.object.select_all(action="DESELECT")
    with pytest.raises(InputError, match="could be meant"):
        run(room, command)
    hydrants[0].select_set(True)
    assert done(room, command) == [name]


def test_a_lamp_has_lights_of_its_own(room: bpy.types.Context) -> None:
    lights = {}
    for name, x in (("Reading", 5.0), ("Corner", 8.0)):
        cube(f"floor_lamp_{name}", (x, 5, 0.5), 0.3)
        light = bpy.data.objects.new(f"{name}_light", bpy.data.lights.new(name, "POINT"))
        light.location, light.data.energy = (x, 5, 0.5), 100
        bpy.context.scene.collection.objects.link(light)
        lights[name] = light.data
    bpy.context.view_layer.update()
    run(room, "make floor_lamp_Corner twice as bright")
    assert [lights["Reading"].energy, lights["Corner"].energy] == pytest.approx([100, 200])
    run(room, "dim floor_lamp_Reading")
    assert [lights["Reading"].energy, lights["Corner"].energy] == pytest.approx([80, 200])


@pytest.mark.parametrize(
    "command",
    ["how far apart are Chair.A and Chair.B", "measure the distance between Chair.A and Chair.B",
     "how far is Chair.A from Chair.B", "Chair.A和Chair.B之间的距离是多少", "Chair.A 离 Chair.B 有多远"],
)  # fmt: skip
def test_a_distance_is_no_size(room: bpy.types.Context, command: str) -> None:
    assert "gap" in run(room, command)["steps"][0]


def test_nothing_swaps_with_itself_and_nothing_is_added_nowhere(room: bpy.types.Context) -> None:
    with pytest.raises(InputError, match="both of them"):
        run(room, "左边的桌子和右边的桌子换个位置")
    before = len(bpy.data.objects)
    with pytest.raises(InputError, match="say where"):
        read_command(room, "给每张桌子放一个椅子")
    assert len(bpy.data.objects) == before
