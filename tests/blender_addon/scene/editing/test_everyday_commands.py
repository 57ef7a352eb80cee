"""Commands as people say them every day: towards and away, stacks, copies put somewhere, sizes and colors taken "
"over."""

from __future__ import annotations

import bpy
import pytest
from mathutils import Vector

from ml_core import InputError
from tests.blender_addon.scene.editing.test_scene_commands import box, hexed, room, run

__all__ = ["room"]


def selected() -> set[str]:
    return {obj.name for obj in bpy.context.view_layer.objects if obj.select_get()}


def made(before: set[str]) -> list[str]:
    return sorted(set(bpy.data.objects.keys()) - before)


def test_things_go_towards_others_and_stop_where_they_touch(room: bpy.types.Context) -> None:
    run(room, "move Chair.B half a meter towards Lamp")
    gone = box("Chair.B").center - Vector((2, 1, 0.45))
    assert gone.length == pytest.approx(0.5, abs=1e-4)
    assert gone.normalized().dot(Vector((-4, -3, 0)).normalized()) == pytest.approx(1, abs=1e-4)
    run(room, "把 Chair.B 往桌子推九米")
    assert box("Chair.B").gap(box("Table")) == pytest.approx(0, abs=1e-4)
    run(room, "move Chair.B away from Table by 1 m")
    assert (box("Chair.B").center - box("Table").center).xy.length > 1.3


def test_a_thing_that_touches_its_goal_says_so(room: bpy.types.Context) -> None:
    run(room, "move Lamp 20 m towards Chair.A")
    with pytest.raises(InputError, match="touches it already"):
        run(room, "move Lamp 1 m towards Chair.A")


def test_a_stack_has_the_widest_below(room: bpy.types.Context) -> None:
    run(room, "stack the boxes")
    assert box("Big").low.z == pytest.approx(0, abs=1e-4)
    assert (box("Small").base - Vector((*box("Big").center.xy, box("Big").high.z))).length < 1e-4
    with pytest.raises(InputError, match="at least two"):
        run(room, "stack the lamps")


def test_the_middle_of_a_table_is_on_the_table(room: bpy.types.Context) -> None:
    bpy.data.objects["Table"].location.x = -1
    run(room, "move the vase 1 m up")
    run(room, "put Lamp in the middle of the table")
    assert (box("Lamp").base - Vector((-1, 0, 0.75))).length < 0.01
    run(room, "把最小的箱子放到桌子中间")
    assert box("Small").low.z == pytest.approx(0.75, abs=0.01)


def test_a_copy_is_put_where_the_sentence_says(room: bpy.types.Context) -> None:
    before = set(bpy.data.objects.keys())
    place = box("Lamp").center.copy()
    run(room, "copy the lamp and put the copy on the table")
    (copy,) = made(before)
    assert box(copy).low.z == pytest.approx(0.75, abs=0.01)
    assert box("Lamp").center == place
    before = set(bpy.data.objects.keys())
    run(room, "make three copies of the vase in a row")
    copies = made(before)
    assert len(copies) == 3
    assert len({round(box(name).center.y, 4) for name in copies}) == 1


def test_sizes_and_colors_are_taken_over(room: bpy.types.Context) -> None:
    run(room, "make the lamp as tall as the table")
    assert box("Lamp").size.z == pytest.approx(0.75, abs=1e-4)
    run(room, "make the vase half as tall as the table")
    assert box("Vase").size.z == pytest.approx(0.375, abs=1e-4)
    run(room, "make the table and Big the same height")
    assert box("Big").size.z == pytest.approx(0.75, abs=1e-4)
    run(room, "paint Chair.C the same color as Chair.A")
    assert hexed("Chair.C") == hexed("Chair.A")
    with pytest.raises(InputError, match="no color"):
        run(room, "把 Chair.C 涂成和花瓶一样的颜色")


@pytest.mark.parametrize(
    ("command", "names"),
    [
        ("select the chairs that are not red", {"Chair.B", "Chair.C"}),
        ("选中不是红色的椅子", {"Chair.B", "Chair.C"}),
        ("select all non-red chairs", {"Chair.B", "Chair.C"}),
        ("select the boxes that are not on the floor", set()),
    ],
)
def test_what_lacks_a_color_or_a_place(room: bpy.types.Context, command: str, names: set[str]) -> None:
    if names:
        run(room, command)
        assert selected() == names
    else:
        with pytest.raises(InputError):
            run(room, command)


def test_objects_are_known_by_what_their_names_share(room: bpy.types.Context) -> None:
    for number in range(3):
        bpy.ops.mesh.primitive_cube_add(size=0.2, location=(5 + number, 5, 0.1))
        room.object.name = "Crystal" if number == 0 else f"Crystal.{number:03}"
    run(room, "select all the crystals")
    assert selected() == {"Crystal", "Crystal.001", "Crystal.002"}
    run(room, "select every crystal")
    assert selected() == {"Crystal", "Crystal.001", "Crystal.002"}
    run(room, "hide Crystal")
    assert [bpy.data.objects[name].hide_get() for name in ("Crystal", "Crystal.001")] == [True, False]


def test_questions_are_answered(room: bpy.types.Context) -> None:
    on_table = run(room, "what is on the table?")["steps"][0]
    assert on_table["objects"] == ["Vase"]
    assert run(room, "which is the tallest chair")["steps"][0]["action"] == "measure"
    assert run(room, "is there a lamp")["steps"][0]["number"] == 1
    assert run(room, "桌上有什么")["steps"][0]["objects"] == ["Vase"]


def test_cameras_and_lights_are_added_and_aimed(room: bpy.types.Context) -> None:
    before = set(bpy.data.objects.keys())
    run(room, "add a camera")
    (camera,) = (bpy.data.objects[name] for name in made(before))
    assert room.scene.camera == camera
    run(room, "point the camera at Chair.C")
    way = camera.matrix_world.to_3x3() @ Vector((0, 0, -1))
    goal = (box("Chair.C").center - camera.matrix_world.translation).normalized()
    assert way.dot(goal) == pytest.approx(1, abs=1e-4)
    before = set(bpy.data.objects.keys())
    run(room, "add a light above the table")
    (light,) = (bpy.data.objects[name] for name in made(before))
    assert light.type == "LIGHT"
    assert light.matrix_world.translation.z > box("Table").high.z
    assert (light.matrix_world.translation - box("Table").center).xy.length < 0.01


def test_things_are_added_in_rows_and_on_both_sides(room: bpy.types.Context) -> None:
    before = set(bpy.data.objects.keys())
    run(room, "put a lamp on each side of the table")
    sides = sorted(box(name).center.x for name in made(before))
    assert sides[0] < box("Table").low.x
    assert sides[1] > box("Table").high.x
    before = set(bpy.data.objects.keys())
    run(room, "make a row of four lamps")
    assert len({round(box(name).center.y, 4) for name in made(before)}) == 1
    assert len(made(before)) == 4


def test_a_picture_gets_the_size_that_is_said(room: bpy.types.Context, tmp_path) -> None:
    run(room, "add a camera")
    render = room.scene.render
    render.filepath, render.engine = str(tmp_path / "picture.png"), "BLENDER_WORKBENCH"
    report = run(room, "render a picture at 32 by 24")
    assert (render.resolution_x, render.resolution_y, render.resolution_percentage) == (32, 24, 100)
    assert "Camera" in report["summary"]


def test_every_second_chair_is_two_of_three(room: bpy.types.Context) -> None:
    run(room, "select every second chair")
    chairs = {name for name in selected() if name.startswith("Chair.")}
    assert len(chairs) == 2
    run(room, "每隔一把椅子选中一把")
    assert {name for name in selected() if name.startswith("Chair.")} == chairs


def test_sizes_choose_objects(room: bpy.types.Context) -> None:
    tall = {obj.name for obj in room.scene.objects if obj.type == "MESH" and box(obj.name).size.z > 0.7}
    run(room, "select everything taller than 70 cm")
    assert tall
    assert selected() == tall
    report = run(room, "哪些物体高于0.7米")
    assert set(report["steps"][0]["objects"]) == tall
    with pytest.raises(InputError, match="no object of the scene is meant"):
        run(room, "select everything taller than 90 m")


def test_faces_are_counted_as_they_show(room: bpy.types.Context) -> None:
    bpy.data.objects["Lamp"].modifiers.new("Subdivision", "SUBSURF").levels = 1
    report = run(room, "how many faces does the lamp have")
    assert report["steps"][0]["number"] == 24
    assert report["summary"] == "24 faces."
    assert run(room, "how many vertices does the lamp have")["steps"][0]["number"] == 26


def test_lights_are_dimmed_once_each(room: bpy.types.Context) -> None:
    with pytest.raises(InputError, match="no object"):
        run(room, "dim the lights")
    with pytest.raises(InputError, match="there is no light"):
        run(room, "make the lamp brighter")
    data = bpy.data.lights.new("Shared", "POINT")
    data.energy = 100
    for name in ("One", "Two"):
        room.scene.collection.objects.link(bpy.data.objects.new(name, data))
    run(room, "dim the lights")
    assert data.energy == pytest.approx(80)
    run(room, "make the lamp brighter")  # a thing without a light of its own
    assert data.energy == pytest.approx(100)
    run(room, "把灯光调暗")
    assert data.energy == pytest.approx(80)


def test_undo_is_refused_in_scripts_however_often(room: bpy.types.Context) -> None:
    with pytest.raises(InputError, match="nothing to undo"):
        run(room, "undo the last three things")


def test_two_things_of_a_kind_swap_places(room: bpy.types.Context) -> None:
    big, small = box("Big").base.copy(), box("Small").base.copy()
    run(room, "swap the two boxes")
    assert (box("Big").base - small).xy.length < 1e-4
    assert (box("Small").base - big).xy.length < 1e-4


def test_a_new_camera_looks_where_the_sentence_says(room: bpy.types.Context) -> None:
    before = set(bpy.data.objects.keys())
    run(room, "add a camera looking at the table")
    (camera,) = (bpy.data.objects[name] for name in made(before))
    ahead = camera.matrix_world.to_3x3() @ Vector((0, 0, -1))
    towards = box("Table").center - camera.matrix_world.translation
    assert ahead.normalized().dot(towards.normalized()) > 0.99
