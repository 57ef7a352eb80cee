"""Questions that compare, halves, gaps in rows, finishes, and who faces whom."""

from __future__ import annotations

import itertools

import bpy
import pytest

from ml_core import InputError
from ml_core.inference.language.understanding.words import color_of
from tests.blender_addon.scene.editing.test_constructed_commands import wall
from tests.blender_addon.scene.editing.test_scene_commands import box, hexed, room, run

__all__ = ["room"]


def shader(name: str) -> bpy.types.Node:
    nodes = bpy.data.objects[name].material_slots[0].material.node_tree.nodes
    return next(node for node in nodes if node.type == "BSDF_PRINCIPLED")


@pytest.mark.parametrize(
    ("question", "is_so"),
    [
        ("is the table wider than the lamp?", True), ("is the lamp taller than the table", False),
        ("is Small smaller than Big?", True), ("桌子比台灯高吗？", True), ("台灯比桌子大吗", False),
    ],
)  # fmt: skip
def test_a_comparison_is_answered(room: bpy.types.Context, question: str, is_so: bool) -> None:
    report = run(room, question)
    assert report["steps"][0]["is_so"] is is_so
    assert report["summary"].startswith("Yes." if is_so else "No.")


def test_numbers_and_the_tallest_are_answered(room: bpy.types.Context) -> None:
    numbers = [step["number"] for step in run(room, "are there more chairs than boxes?")["steps"]]
    assert numbers == [3, 2]
    assert run(room, "what's the tallest object?")["steps"][0]["objects"] == ["Big"]
    assert run(room, "how many chairs are in this room")["steps"][0]["number"] == 3


def test_half_of_them_is_every_second_one(room: bpy.types.Context) -> None:
    assert run(room, "select half of the boxes")["steps"][0]["objects"] == ["Big"]
    assert run(room, "select half of the red chairs")["steps"][0]["objects"] == ["Chair.A"]
    run(room, "half the chairs should be green")
    assert hexed("Chair.A") == hexed("Chair.C") != hexed("Chair.B")
    assert run(room, "选中一半的箱子")["steps"][0]["objects"] == ["Big"]


@pytest.mark.parametrize(
    "command",
    ["line up the chairs along the x axis with half a meter between them", "arrange the chairs in a row, 50 cm apart"],
)
def test_a_row_has_the_gaps_that_are_said(room: bpy.types.Context, command: str) -> None:
    run(room, command)
    lows = sorted((box(f"Chair.{name}").low.x, box(f"Chair.{name}").high.x) for name in "ABC")
    assert [after[0] - before[1] for before, after in itertools.pairwise(lows)] == pytest.approx([0.5, 0.5])
    assert len({round(box(f"Chair.{name}").center.y, 3) for name in "ABC"}) == 1


def test_a_finish_is_given_to_one_thing_alone(room: bpy.types.Context) -> None:
    run(room, "make Chair.A chrome")
    assert shader("Chair.A").inputs["Metallic"].default_value == pytest.approx(1)
    color = hexed("Chair.B")
    run(room, "把 Chair.B 变成哑光的")
    assert shader("Chair.B").inputs["Roughness"].default_value == pytest.approx(0.9)
    assert hexed("Chair.B") == color
    run(room, "make Chair.C dark green and matte")
    assert shader("Chair.C").inputs["Roughness"].default_value == pytest.approx(0.9)
    assert hexed("Chair.C") == color_of("dark green")
    run(room, "turn the vase into glass")
    assert shader("Vase").inputs["Transmission Weight"].default_value == pytest.approx(1)


def test_things_of_one_material_share_its_finished_copy(room: bpy.types.Context) -> None:
    wood = bpy.data.materials.new("Wood")
    chairs = [bpy.data.objects[f"Chair.{name}"] for name in "ABC"]
    for obj in (*chairs, bpy.data.objects["Vase"]):
        obj.data.materials.clear()
        obj.data.materials.append(wood)
    run(room, "make the chairs matte")
    (finished,) = {obj.material_slots[0].material for obj in chairs}
    assert finished != wood
    assert bpy.data.objects["Vase"].material_slots[0].material == wood


def test_two_face_each_other(room: bpy.types.Context) -> None:
    run(room, "make Chair.A and Chair.B face each other")
    for one, other in (("Chair.A", "Chair.B"), ("Chair.B", "Chair.A")):
        front = bpy.data.objects[one].matrix_world.to_3x3().col[1] * -1
        way = (box(other).center - box(one).center).normalized()
        assert front.dot(way) == pytest.approx(1, abs=0.02)


def test_every_corner_gets_one(room: bpy.types.Context) -> None:
    with pytest.raises(InputError, match=r"no (wall|two walls)"):
        run(room, "put a lamp in every corner")
    for name, size, place in (
        ("W1", (8, 0.1, 2.5), (0, 4, 1.25)), ("W2", (8, 0.1, 2.5), (0, -4, 1.25)),
        ("W3", (0.1, 8, 2.5), (4, 0, 1.25)), ("W4", (0.1, 8, 2.5), (-4, 0, 1.25)),
    ):  # fmt: skip
        wall(room, name, size, place)
    before = set(bpy.data.objects.keys())
    run(room, "put a lamp in every corner")
    made = set(bpy.data.objects.keys()) - before
    corners = {(box(name).center.x > 0, box(name).center.y > 0) for name in made}
    assert (len(made), len(corners)) == (4, 4)
    assert all(abs(box(name).center.x) > 3 and abs(box(name).center.y) > 3 for name in made)


def test_several_steps_are_joined_by_and(room: bpy.types.Context) -> None:
    run(room, "raise the lamp by 20 cm and turn it around")
    assert box("Lamp").low.z == pytest.approx(0.2, abs=1e-3)
    before = set(bpy.data.objects.keys())
    run(room, "copy the lamp and put the copy in the middle of the table")
    (copy,) = set(bpy.data.objects.keys()) - before
    assert box(copy).low.z == pytest.approx(0.75, abs=0.01)


def test_longer_is_the_long_side(room: bpy.types.Context) -> None:
    run(room, "make the table 20 cm longer")
    assert tuple(box("Table").size) == pytest.approx((1.8, 0.8, 0.75), abs=1e-3)
    bpy.data.objects["Table"].rotation_euler.z = 1.5707963
    room.view_layer.update()
    run(room, "桌子加长20厘米")
    assert tuple(box("Table").size) == pytest.approx((0.8, 2.0, 0.75), abs=1e-3)
