"""Commands by their construction: what they do to the scene, and whose left and right they mean."""

from __future__ import annotations

import math

import bpy
import pytest
from mathutils import Euler, Vector

from blender_addon.commands.suggesting import question
from ml_core import InputError
from tests.blender_addon.scene.editing.test_scene_commands import box, hexed, room, run

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
