"""Commands by their construction: what they do to the scene, and whose left and right they mean."""

from __future__ import annotations

import math

import bpy
import pytest
from mathutils import Euler, Vector

from blender_addon.bridge.object_labels import label_of, set_label
from blender_addon.commands.suggesting import question
from ml_core import InputError
from tests.blender_addon.scene.editing.test_scene_commands import SIZES, box, hexed, room, run

__all__ = ["room"]


def selected() -> set[str]:
    return {obj.name for obj in bpy.context.view_layer.objects if obj.select_get()}


def wall(
    context: bpy.types.Context, name: str, size: tuple[float, float, float], at: tuple[float, float, float]
) -> None:
    bpy.ops.mesh.primitive_cube_add(size=1, location=at, scale=size)
    context.object.name = name
    context.view_layer.update()


@pytest.mark.parametrize(
    ("command", "names"),
    [
        ("select the chair nearest to the table", {"Chair.B"}),
        ("select the two chairs farthest from the lamp", {"Chair.B", "Chair.C"}),
        ("选中离桌子最近的椅子", {"Chair.B"}),
        ("select everything within 0.5 m of the vase", {"Table"}),
        ("选中花瓶周围半米以内的东西", {"Table"}),
        ("select the second chair from the right", {"Chair.B"}),
        ("keep the first chair and delete the others", set()),
    ],
)
def test_phrases_with_places_mean_the_right_things(room: bpy.types.Context, command: str, names: set[str]) -> None:
    before = set(bpy.data.objects.keys())
    run(room, command)
    if names:
        assert selected() == names
    else:
        assert before - set(bpy.data.objects.keys()) == {"Chair.B", "Chair.C"}, "others of the same kind"


@pytest.mark.parametrize(
    "command",
    ["remove everything from the table except the big box", "delete everything off the table but the big box",
     "桌子上除了大盒子以外的东西都删掉", "除了大盒子，把桌子上的东西都删掉"],
)  # fmt: skip
def test_what_is_on_a_thing_is_deleted_and_not_all_but_that_thing(room: bpy.types.Context, command: str) -> None:
    bpy.data.objects["Big"].location = (0.3, 0, 1.25)
    bpy.data.objects["Small"].location = (-0.4, 0, 0.9)
    room.view_layer.update()
    before = set(bpy.data.objects.keys())
    run(room, command)
    assert before - set(bpy.data.objects.keys()) == {"Vase", "Small"}


@pytest.mark.parametrize(
    ("command", "gone"),
    [("remove the vase from the table", {"Vase"}), ("把花瓶从桌子上拿走", {"Vase"}),
     ("get rid of the chairs from the table", set())],
)  # fmt: skip
def test_only_what_is_there_is_taken_away(room: bpy.types.Context, command: str, gone: set[str]) -> None:
    before = set(bpy.data.objects.keys())
    if gone:
        run(room, command)
    else:
        with pytest.raises(InputError, match="no object of the scene"):
            run(room, command)
    assert before - set(bpy.data.objects.keys()) == gone


def test_a_place_is_never_read_as_an_exception(room: bpy.types.Context) -> None:
    run(room, "hide everything from the table")
    hidden = {obj.name for obj in room.view_layer.objects if obj.hide_get()}
    assert hidden == {"Vase"}, "what is on it, and not everything else"


@pytest.mark.parametrize("command", ["remove the color from the lamp", "去掉花瓶的颜色"])
def test_a_quality_is_not_the_thing_that_has_it(room: bpy.types.Context, command: str) -> None:
    with pytest.raises(InputError, match="not understood"):
        run(room, command)


def test_the_selection_is_inverted(room: bpy.types.Context) -> None:
    run(room, "select the chairs")
    run(room, "invert the selection")
    assert selected() == set(SIZES) - {"Chair.A", "Chair.B", "Chair.C"}
    run(room, "反选")
    assert selected() == {"Chair.A", "Chair.B", "Chair.C"}


def test_one_for_each(room: bpy.types.Context) -> None:
    steps = run(room, "put a lamp next to every chair")["steps"]
    assert len(steps[0]["objects"]) == 3
    for chair in ("Chair.A", "Chair.B", "Chair.C"):
        assert any(-0.01 < box(lamp).gap(box(chair)) < 0.5 for lamp in steps[0]["objects"]), chair
    assert len(run(room, "在每把椅子上放一个花瓶")["steps"][0]["objects"]) == 3


def test_two_of_which_there_is_one_are_not_one(room: bpy.types.Context) -> None:
    with pytest.raises(InputError, match=r"1 of the 2 are there: Lamp"):
        run(room, "put two lamps next to the vase")
    assert box("Lamp").center.x == pytest.approx(-2), "nothing has moved"


@pytest.mark.parametrize(
    ("command", "text"),
    [
        ("what color is Chair.A?", "Chair.A"), ("Chair.A是什么颜色的", "Chair.A"), ("what is on the table?", "Vase"),
        ("show me what's on the table", "Vase"), ("which boxes are next to the lamp", "0 objects"),
        ("how many beds are there?", "0 objects: bed"), ("what is on the lamp?", "Nothing is there."),
        ("桌子上有几样东西", "Vase"),
    ],
)  # fmt: skip
def test_questions_have_answers(room: bpy.types.Context, command: str, text: str) -> None:
    assert text in run(room, command)["steps"][0]["text"]


def test_a_color_has_its_name(room: bpy.types.Context) -> None:
    facts = run(room, "what color is Chair.B?")["steps"][0]
    assert facts["colors"] == {"Chair.B": "#2727cb"}
    assert "blue" in facts["text"]


def test_walls_have_sides_and_hold_pictures(room: bpy.types.Context) -> None:
    wall(room, "Wall.001", (8, 0.1, 2.5), (0, 4, 1.25))
    wall(room, "Wall.002", (0.1, 8, 2.5), (-4, 0, 1.25))
    bpy.data.objects["Small"].location.z = 1.5
    run(room, "hang Small on the left wall")
    assert box("Small").low.x == pytest.approx(-3.95, abs=0.01)
    assert box("Small").center.z == pytest.approx(1.5, abs=1e-3), "what hangs keeps its height"
    run(room, "put Small on the back wall")
    assert box("Small").high.y == pytest.approx(3.95, abs=0.01)
    run(room, "line up the chairs along the left wall")
    for name in ("Chair.A", "Chair.B", "Chair.C"):
        assert box(name).low.x == pytest.approx(-3.95, abs=0.01), "inside of the room"
        assert box(name).low.z == pytest.approx(0, abs=1e-3)
    run(room, "put the lamp in the back left corner")
    assert (box("Lamp").low.x, box("Lamp").high.y) == pytest.approx((-3.95, 3.95), abs=0.02)
    run(room, "select the left wall")
    assert selected() == {"Wall.002"}
    bpy.data.objects["Small"].location = (-3.8, 0, 1.5)
    room.view_layer.update()
    run(room, "select everything on the left wall")
    assert selected() == {"Small"}
    wall(room, "Bookcase", (2.4, 0.3, 2.0), (0, 3.7, 1.0))
    set_label(bpy.data.objects["Bookcase"], "shelf")
    run(room, "put the vase on the shelf")
    assert box("Vase").low.z == pytest.approx(2.0, abs=0.01), "as high and thin as a wall, and none"


def test_lights_are_switched_and_lamps_stay(room: bpy.types.Context) -> None:
    with pytest.raises(InputError, match="Lamp has no light"):
        run(room, "turn off the lamp")
    bulb = bpy.data.objects.new("Bulb", bpy.data.lights.new("Bulb", "POINT"))
    bulb.location = bpy.data.objects["Lamp"].location
    sun = bpy.data.objects.new("Sun", bpy.data.lights.new("Sun", "SUN"))
    for light in (bulb, sun):
        room.scene.collection.objects.link(light)
    room.view_layer.update()
    run(room, "turn off the lamp")
    assert (bulb.hide_render, bulb.hide_get(), sun.hide_render) == (True, True, False)
    assert not bpy.data.objects["Lamp"].hide_get()
    run(room, "switch the lamp on")
    assert not bulb.hide_render
    assert not bulb.hide_get()
    run(room, "turn off all the lights")
    assert bulb.hide_render
    assert sun.hide_render
    run(room, "把灯打开")
    power = sun.data.energy
    run(room, "dim the lights by 30%")
    assert sun.data.energy == pytest.approx(0.7 * power)


def test_everything_comes_down_onto_what_is_below(room: bpy.types.Context) -> None:
    bpy.data.objects["Lamp"].location.z = 1.5
    bpy.data.objects["Vase"].location.z = 2.0
    room.view_layer.update()
    run(room, "drop everything to the floor")
    assert box("Lamp").low.z == pytest.approx(0, abs=1e-3)
    assert box("Vase").low.z == pytest.approx(0.75, abs=1e-3), "onto the table that it was over"
    assert box("Floor").high.z == pytest.approx(0, abs=1e-3)
    assert box("Chair.A").center.x == pytest.approx(-3)


def test_small_things_are_small_beside_all_the_others(room: bpy.types.Context) -> None:
    run(room, "select all the small stuff")
    assert selected() == {"Lamp", "Vase", "Small"}


def test_a_camera_in_front_of_a_thing_sees_it(room: bpy.types.Context) -> None:
    camera = bpy.data.objects.new("Camera", bpy.data.cameras.new("Camera"))
    room.scene.collection.objects.link(camera)
    run(room, "put the camera in front of the table")
    way = camera.matrix_world.to_3x3() @ Vector((0, 0, -1))
    towards = (box("Table").center - camera.matrix_world.translation).normalized()
    assert way.dot(towards) > 0.999
    assert camera.matrix_world.translation.y < -2
    assert camera.matrix_world.translation.z == pytest.approx(1.5)


def test_a_copy_stays_on_the_floor(room: bpy.types.Context) -> None:
    for name in ("Big", "Small", "Lamp"):  # walled in on all sides
        bpy.data.objects[name].location.z = -5
    room.view_layer.update()
    (copy,) = run(room, "duplicate the table")["steps"][0]["objects"]
    assert abs(box(copy).center.x) < 4
    assert abs(box(copy).center.y) < 4
    run(room, "copy the vase onto Chair.C")
    assert box("Vase.001").low.z == pytest.approx(0.9, abs=0.01)


@pytest.mark.parametrize(
    ("command", "size"),
    [("make the table 20% bigger", (1.92, 0.96, 0.9)), ("make the table 10 percent shorter", (1.6, 0.8, 0.675)),
     ("make the table bigger by half", (2.4, 1.2, 1.125))],
)  # fmt: skip
def test_shares_of_a_size(room: bpy.types.Context, command: str, size: tuple[float, ...]) -> None:
    run(room, command)
    assert tuple(box("Table").size) == pytest.approx(size, abs=1e-3)


def test_a_collection_has_the_name_that_is_said(room: bpy.types.Context) -> None:
    run(room, "put the chairs into a collection called Dining")
    assert bpy.data.objects["Chair.A"].users_collection[0].name == "Dining"
    run(room, "lift the table off the floor by 5 cm")
    assert box("Table").low.z == pytest.approx(0.05, abs=1e-3)


def test_what_is_not_selected_is_hidden(room: bpy.types.Context) -> None:
    run(room, "select the chairs")
    run(room, "hide what isn't selected")
    shown = {obj.name for obj in room.view_layer.objects if obj.visible_get()}
    assert shown == {"Chair.A", "Chair.B", "Chair.C"}


def test_a_thing_goes_against_the_nearest_wall_with_its_back(room: bpy.types.Context) -> None:
    wall(room, "Back", (8, 0.1, 2.5), (0, 4, 1.25))
    wall(room, "Left", (0.1, 8, 2.5), (-4, 0, 1.25))
    run(room, "push Chair.C against the wall")
    assert box("Chair.C").high.y == pytest.approx(3.945, abs=0.01), "the only wall that is as near as that"
    front = bpy.data.objects["Chair.C"].matrix_world.to_3x3() @ Vector((0, -1, 0))
    assert front.y == pytest.approx(-1, abs=1e-4)


def four_walls(context: bpy.types.Context) -> None:
    for name, size, at in (
        ("Back", (8, 0.1, 2.5), (0, 4, 1.25)),
        ("Front", (8, 0.1, 2.5), (0, -4, 1.25)),
        ("Left", (0.1, 8, 2.5), (-4, 0, 1.25)),
        ("Right", (0.1, 8, 2.5), (4, 0, 1.25)),
    ):
        wall(context, name, size, at)


@pytest.mark.parametrize(
    ("command", "side", "place"),
    [
        ("move Chair.C against the left wall", "left", -3.945),
        ("push Chair.C against the right-hand wall", "right", 3.945),
        ("把椅子Chair.C靠右边的墙放", "right", 3.945),
        ("put Chair.C against the back wall", "back", 3.945),
        ("place Chair.C along the front wall", "front", -3.945),
    ],
)
def test_a_wall_is_named_by_its_side(room: bpy.types.Context, command: str, side: str, place: float) -> None:
    four_walls(room)
    run(room, command)
    its = box("Chair.C")
    ends = {"left": its.low.x, "right": its.high.x, "back": its.high.y, "front": its.low.y}
    assert ends[side] == pytest.approx(place, abs=0.01)
    assert its.low.z == pytest.approx(0, abs=1e-3)


def test_things_go_into_corners_each_into_one_of_its_own(room: bpy.types.Context) -> None:
    four_walls(room)
    run(room, "put Chair.A, Chair.B and Chair.C in the corner")
    corners = set()
    for name in ("Chair.A", "Chair.B", "Chair.C"):
        its = box(name)
        near = tuple(min(abs(its.low[axis] + 3.945), abs(its.high[axis] - 3.945)) for axis in range(2))
        assert max(near) < 0.01, name
        corners.add((its.center.x > 0, its.center.y > 0))
    assert len(corners) == 3
    run(room, "put the lamp in the left corner")
    assert box("Lamp").low.x == pytest.approx(-3.945, abs=0.01)


def test_what_stands_on_a_table_comes_down_to_the_floor_at_the_wall(room: bpy.types.Context) -> None:
    four_walls(room)
    assert box("Vase").low.z > 0.5
    run(room, "put the vase against the left wall")
    assert box("Vase").low.z == pytest.approx(0, abs=0.02)


def test_a_room_that_is_one_mesh_has_walls_and_corners(room: bpy.types.Context) -> None:
    bpy.ops.mesh.primitive_cube_add(size=1, location=(0, 0, 1.3), scale=(8, 7, 2.7))
    room.object.name = "Shell"
    mesh = room.object.data
    mesh.flip_normals()
    room.view_layer.update()
    run(room, "put Chair.C against the left wall")
    assert box("Chair.C").low.x == pytest.approx(-3.995, abs=0.01)
    run(room, "put Chair.B into the nearest corner")
    its = box("Chair.B")
    assert min(abs(its.low.x + 3.995), abs(its.high.x - 3.995)) < 0.01
    assert min(abs(its.low.y + 3.495), abs(its.high.y - 3.495)) < 0.01


def test_one_wall_has_no_corner(room: bpy.types.Context) -> None:
    wall(room, "Back", (8, 0.1, 2.5), (0, 4, 1.25))
    with pytest.raises(InputError, match="no two walls"):
        run(room, "put Chair.C in the corner")
    with pytest.raises(InputError, match="no wall"):
        run(room, "put Chair.C against the left wall")


@pytest.mark.parametrize(
    ("material", "command", "is_meant"),
    [
        ("M_WoodOak_02", "select the wooden chairs", True),
        ("木头", "选中木头椅子", True),
        ("Woodland", "select the wooden chairs", False),
        ("Brushed Steel", "select the chairs made of metal", True),
        ("Plain", "select the metal chairs", False),
        ("PLASTIC_white", "select all plastic chairs", True),
    ],
)
def test_chairs_are_chosen_by_what_they_are_made_of(
    room: bpy.types.Context, material: str, command: str, is_meant: bool
) -> None:
    bpy.data.objects["Chair.C"].data.materials.append(bpy.data.materials.new(material))
    if is_meant:
        run(room, command)
        assert selected() == {"Chair.C"}
    else:
        with pytest.raises(InputError):
            run(room, command)


@pytest.mark.parametrize("command", ["label the selection as a stool", "this is a stool, not a chair", "这是凳子"])
def test_the_artist_says_what_something_is(room: bpy.types.Context, command: str) -> None:
    run(room, "select Chair.B")
    run(room, command)
    labels = {name: label_of(bpy.data.objects[name]) for name in ("Chair.A", "Chair.B", "Chair.C")}
    assert labels == {"Chair.A": "chair", "Chair.B": "stool", "Chair.C": "chair"}


def test_a_shader_says_metal_and_glass(room: bpy.types.Context) -> None:
    for name, socket in (("Chair.A", "Metallic"), ("Chair.B", "Transmission Weight")):
        nodes = bpy.data.objects[name].data.materials[0].node_tree.nodes
        nodes["Principled BSDF"].inputs[socket].default_value = 1.0
    run(room, "select the metal chairs")
    assert selected() == {"Chair.A"}
    run(room, "select everything made of glass")
    assert selected() == {"Chair.B"}


def test_only_a_camera_takes_a_picture(room: bpy.types.Context) -> None:
    bpy.ops.object.camera_add(location=(0, -6, 2))
    room.scene.camera = room.object
    with pytest.raises(InputError, match="not a camera"):
        run(room, "take a picture from the lamp")


def test_without_a_wall_it_says_so(room: bpy.types.Context) -> None:
    with pytest.raises(InputError, match="no wall"):
        run(room, "put Chair.C against the wall")


def test_things_grow_along_one_side_and_swap_places(room: bpy.types.Context) -> None:
    run(room, "make the table 20 cm taller")
    assert tuple(box("Table").size) == pytest.approx((1.6, 0.8, 0.95), abs=1e-4)
    assert box("Table").low.z == pytest.approx(0, abs=1e-4)
    lamp, chair = box("Lamp").base, box("Chair.B").base
    run(room, "swap the positions of Lamp and Chair.B")
    assert (box("Lamp").base - chair).length < 1e-4
    assert (box("Chair.B").base - lamp).length < 1e-4


def test_one_verb_paints_two_things(room: bpy.types.Context) -> None:
    run(room, "paint the table white and the lamp black")
    assert (hexed("Table"), hexed("Lamp")) == ("#e8e8e8", "#1a1a1a")


def test_left_is_left_in_the_camera(room: bpy.types.Context) -> None:
    """A camera that looks from behind turns left and right round, one from the right makes them front and back."""
    camera = bpy.data.objects.new("Behind", bpy.data.cameras.new("Behind"))
    camera.location, camera.rotation_euler = (0, 9, 1), Euler((math.radians(90), 0, math.radians(180)))
    room.scene.collection.objects.link(camera)
    room.scene.camera = camera
    report = run(room, "move Lamp 1 m to the left")
    assert box("Lamp").center.x == pytest.approx(-1, abs=1e-4)
    assert "Behind" in report["summary"]
    run(room, "select the leftmost chair")
    assert selected() == {"Chair.C"}
    camera.rotation_euler = Euler((math.radians(80), 0, math.radians(90)))
    room.view_layer.update()
    run(room, "move Lamp 1 m to the left")
    assert box("Lamp").center.y == pytest.approx(-3, abs=1e-4)
    run(room, "put Chair.A to the right of Lamp")
    assert box("Chair.A").low.y > box("Lamp").high.y


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("move the chair 1 m to the left", 'move "Chair.B" 1 m to the left'),
        ("put the vase next to the chair", 'put the vase next to "Chair.B"'),
        ("把花瓶放到那把椅子旁边", "把花瓶放到“Chair.B”旁边"),
    ],
)
def test_a_question_is_answered_by_a_name_in_the_sentence(room: bpy.types.Context, command: str, answer: str) -> None:
    assert question(room, command) == ("Chair.A", "Chair.B", "Chair.C")
    room.scene.atelier.command = command
    assert bpy.ops.atelier.choose_object(name="Chair.B") == {"FINISHED"}
    assert room.scene.atelier.command == answer
    assert question(room, answer) == ()
    run(room, answer)


def test_a_clear_command_asks_nothing(room: bpy.types.Context) -> None:
    assert question(room, "move all chairs 1 m to the left") == ()
    assert question(room, "hide the table") == ()


@pytest.mark.parametrize("command", ["paint the wall green", "把墙刷成绿色"])
def test_a_wall_that_has_no_label_is_known_by_its_name(room: bpy.types.Context, command: str) -> None:
    wall(room, "Wall.001", (8, 0.1, 2.5), (0, 4, 1.25))
    wall(room, "Wallpaper", (0.1, 8, 2.5), (-4, 0, 1.25))
    assert run(room, command)["steps"][0]["objects"] == ["Wall.001"]


def test_a_label_goes_before_a_name(room: bpy.types.Context) -> None:
    wall(room, "Wall", (8, 0.1, 2.5), (0, 4, 1.25))
    wall(room, "Partition", (0.1, 8, 2.5), (-4, 0, 1.25))
    set_label(bpy.data.objects["Partition"], "wall")
    assert run(room, "hide the wall")["steps"][0]["objects"] == ["Partition"]
