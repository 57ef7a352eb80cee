"""Commands that arrange, color, copy and count: what stands where afterwards, and that a refusal changes nothing."""

from __future__ import annotations

import math
from collections.abc import Callable

import bpy
import pytest
from mathutils import Vector

from blender_addon.bridge.jobs.steps import run_to_end
from blender_addon.bridge.object_labels import set_label
from blender_addon.commands.running import run_command_job
from blender_addon.scene.editing.narrowing import color_of_object
from blender_addon.scene.editing.things import box_of
from ml_core import InputError
from ml_core.color import linear_to_srgb, srgb_to_hex

SIZES = {
    "Floor": (8, 8, 0.1), "Table": (1.6, 0.8, 0.75), "Chair.A": (0.5, 0.5, 0.9), "Chair.B": (0.5, 0.5, 0.9),
    "Chair.C": (0.5, 0.5, 0.9), "Lamp": (0.2, 0.2, 0.4), "Vase": (0.15, 0.15, 0.3), "Big": (1, 1, 1), "Small": (0.3,
        0.3, 0.3),
}  # fmt: skip
PLACES = {
    "Floor": (0, 0, -0.05), "Table": (0, 0, 0.375), "Chair.A": (-3, 0, 0.45), "Chair.B": (2, 1, 0.45),
    "Chair.C": (3, -2, 0.45), "Lamp": (-2, -2, 0.2), "Vase": (0, 0, 0.9), "Big": (-3, 3, 0.5), "Small": (3, 3, 0.15),
}  # fmt: skip
LABELS = {"Table": "table", "Lamp": "lamp", "Vase": "vase", "Big": "box", "Small": "box"} | dict.fromkeys(
    ("Chair.A", "Chair.B", "Chair.C"), "chair"
)


@pytest.fixture
def room(clean_scene: bpy.types.Context) -> bpy.types.Context:
    """A floor, a table with a vase on it, three chairs of which A is red, a lamp and two boxes."""
    for name, size in SIZES.items():
        mesh = bpy.data.meshes.new(name)
        x, y, z = (side / 2 for side in size)
        corners = [(a * x, b * y, c * z) for a in (-1, 1) for b in (-1, 1) for c in (-1, 1)]
        faces = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
        mesh.from_pydata(corners, [], faces)
        obj = bpy.data.objects.new(name, mesh)
        obj.location = PLACES[name]
        clean_scene.scene.collection.objects.link(obj)
        if name in LABELS:
            set_label(obj, LABELS[name])
    paint("Chair.A", (0.7, 0.02, 0.02))
    paint("Chair.B", (0.02, 0.02, 0.6))
    clean_scene.view_layer.update()
    return clean_scene


def paint(name: str, color: tuple[float, float, float]) -> None:
    material = bpy.data.materials.new(name)
    material.use_nodes = True
    material.node_tree.nodes["Principled BSDF"].inputs["Base Color"].default_value = (*color, 1)
    bpy.data.objects[name].data.materials.append(material)


def run(context: bpy.types.Context, command: str, confirm: bool = True) -> dict:
    report = run_to_end(run_command_job(context, command, confirm))
    context.view_layer.update()
    return report


def box(name: str):
    return box_of([bpy.data.objects[name]])


def meet(one: str, other: str) -> bool:
    return box(one).overlaps(box(other))


def hexed(name: str) -> str:
    return srgb_to_hex(linear_to_srgb(color_of_object(bpy.data.objects[name])))


MOVED: dict[str, tuple[str, Callable[[], bool]]] = {
    "move Lamp half a meter to the left": ("Lamp", lambda: math.isclose(box("Lamp").center.x, -2.5, abs_tol=1e-4)),
    "raise the lamp by 20 cm": ("Lamp", lambda: math.isclose(box("Lamp").low.z, 0.2, abs_tol=1e-4)),
    "把台灯往右移一米": ("Lamp", lambda: math.isclose(box("Lamp").center.x, -1, abs_tol=1e-4)),
    "make the table twice as big": ("Table", lambda: math.isclose(box("Table").size.x, 3.2,
        abs_tol=1e-3) and box("Table").low.z > -1e-4),
    "put the lamp on the table": ("Lamp", lambda: math.isclose(box("Lamp").low.z, 0.75,
        abs_tol=0.01) and not box("Lamp").overlaps(box("Vase"))),
    "把台灯放到桌子上": ("Lamp", lambda: math.isclose(box("Lamp").low.z, 0.75, abs_tol=0.01)),
    "put the red chair to the right of the table": ("Chair.A",
        lambda: box("Chair.A").low.x >= 0.8 and box("Chair.A").low.z > -0.01 and not meet("Chair.A", "Chair.B")),
    "place the smallest box next to the lamp": ("Small",
        lambda: (box("Small").center - box("Lamp").center).xy.length < 1 and not box("Small").overlaps(box("Lamp"))),
    "put the boxes in a row": ("Big", lambda: math.isclose(box("Big").center.y, box("Small").center.y, abs_tol=1e-4)),
    "rotate the table 90 degrees": ("Table", lambda: math.isclose(box("Table").size.y, 1.6, abs_tol=1e-3)),
}  # fmt: skip


@pytest.mark.parametrize("command", MOVED)
def test_things_stand_where_the_sentence_says(room: bpy.types.Context, command: str) -> None:
    name, holds = MOVED[command]
    report = run(room, command)
    assert name in report["steps"][0]["objects"]
    assert holds(), (command, box(name))


def test_chairs_around_the_table_face_it_and_meet_nothing(room: bpy.types.Context) -> None:
    run(room, "arrange the chairs around the table")
    boxes = {name: box(name) for name in ("Chair.A", "Chair.B", "Chair.C", "Table")}
    for name in ("Chair.A", "Chair.B", "Chair.C"):
        others = [other for key, other in boxes.items() if key != name]
        assert not any(boxes[name].overlaps(other) for other in others), name
        front = (bpy.data.objects[name].matrix_world.to_3x3() @ Vector((0, -1, 0))).xy
        assert front.angle((boxes["Table"].center - boxes[name].center).xy) < 0.05


SELECTED = {
    "select the red chair": {"Chair.A"},
    "select the largest box": {"Big"},
    "选中最小的盒子": {"Small"},
    "select the second chair": {"Chair.B"},
    "select the chair to the left of the table": {"Chair.A"},
    "select the vase on the table": {"Vase"},
    "select the leftmost chair": {"Chair.A"},
    "select the last two chairs": {"Chair.B", "Chair.C"},
    "select all chairs except the red one": {"Chair.B", "Chair.C"},
    "选中红色的椅子": {"Chair.A"},
}


@pytest.mark.parametrize("command", SELECTED)
def test_color_size_order_and_place_choose_objects(room: bpy.types.Context, command: str) -> None:
    run(room, command)
    assert {obj.name for obj in room.selected_objects} == SELECTED[command]


def test_painting_leaves_what_shares_the_material(room: bpy.types.Context) -> None:
    shared = bpy.data.objects["Chair.A"].data.materials[0]
    bpy.data.objects["Lamp"].data.materials.append(shared)
    before = hexed("Lamp")
    run(room, "paint the red chair green")
    assert hexed("Chair.A") != before
    assert hexed("Lamp") == before


def test_duplicates_stand_beside_and_keep_their_label(room: bpy.types.Context) -> None:
    report = run(room, "make three copies of the vase")
    made = report["steps"][0]["objects"]
    assert len(made) == 3
    assert run(room, "how many vases are there")["steps"][0]["number"] == 4
    boxes = [box(name) for name in ["Vase", *made]]
    assert not any(one.overlaps(other) for place, one in enumerate(boxes) for other in boxes[place + 1 :])


def test_swapping_asks_and_puts_another_in_the_place(room: bpy.types.Context) -> None:
    with pytest.raises(InputError, match="confirm=True"):
        run(room, "swap the largest box for a vase", confirm=False)
    place = box("Big").base
    (name,) = run(room, "swap the largest box for a vase")["steps"][0]["objects"]
    assert "Big" not in bpy.data.objects
    assert (box(name).base - place).length < 1e-3


def test_what_has_no_room_is_refused_and_nothing_moves(room: bpy.types.Context) -> None:
    before = {obj.name: obj.matrix_world.copy() for obj in bpy.data.objects}
    bpy.data.objects["Big"].scale = (2, 2, 1)
    bpy.data.objects["Big"].location = (0, 0, 1.25)
    room.view_layer.update()
    before["Big"] = bpy.data.objects["Big"].matrix_world.copy()
    with pytest.raises(InputError, match="no room"):
        run(room, "raise the lamp by 1 m and put the smallest box on the table")
    assert {obj.name: obj.matrix_world for obj in bpy.data.objects} == before


def test_names_collections_lights_and_measures(room: bpy.types.Context) -> None:
    run(room, "rename the largest box to crate_a")
    assert "crate_a" in bpy.data.objects
    run(room, "put the chairs into a collection called Seats")
    assert {obj.name for obj in bpy.data.collections["Seats"].objects} == {"Chair.A", "Chair.B", "Chair.C"}
    run(room, "set up sunset lighting")
    assert room.scene.world.name.startswith("Atelier Dusk")
    assert [obj for obj in room.scene.objects if obj.type == "LIGHT"]
    sizes = run(room, "measure the table")["steps"][0]["sizes"]
    assert sizes["Table"] == pytest.approx([1.6, 0.8, 0.75], abs=1e-3)


def test_an_ambiguous_reference_is_a_question_with_the_choices(room: bpy.types.Context) -> None:
    with pytest.raises(InputError, match=r"2 objects could be meant \(Big, Small\)"):
        run(room, "rotate the box 90 degrees")


def test_isolating_hides_the_others(room: bpy.types.Context) -> None:
    run(room, "isolate the table")
    assert {obj.name for obj in room.scene.objects if not obj.hide_get()} == {"Table"}


LEFT_OUT: dict[str, set[str]] = {
    "delete all chairs except the second": {"Chair.A", "Chair.C"},
    "删除除了第二把以外的所有椅子": {"Chair.A", "Chair.C"},
    "delete all boxes except the largest": {"Small"},
    "delete every box but the small one": {"Big"},
}


@pytest.mark.parametrize("command", LEFT_OUT)
def test_the_second_that_is_left_out_is_the_second_of_those_named(room: bpy.types.Context, command: str) -> None:
    before = set(bpy.data.objects.keys())
    run(room, command)
    assert before - set(bpy.data.objects.keys()) == LEFT_OUT[command]


def test_leaving_out_one_that_is_not_there_is_refused(room: bpy.types.Context) -> None:
    with pytest.raises(InputError, match="no object of the scene is meant"):
        run(room, "delete all chairs except the tenth")
    assert {"Chair.A", "Chair.B", "Chair.C"} <= set(bpy.data.objects.keys())


def test_what_stands_beside_a_thing_is_neither_that_nor_the_floor(room: bpy.types.Context) -> None:
    bpy.data.objects["Floor"].location.x = -0.5
    run(room, "select everything to the left of the table")
    assert {obj.name for obj in room.selected_objects} == {"Chair.A", "Lamp", "Big"}


def test_a_place_at_one_of_two_is_a_question(room: bpy.types.Context) -> None:
    with pytest.raises(InputError, match="2 objects could be meant"):
        run(room, "put the lamp on the box")


def test_next_to_is_level_with_what_it_stands_beside(room: bpy.types.Context) -> None:
    """Right of the lamp stands a box: the vase goes to another side of it, not on top of the box."""
    bpy.data.objects["Small"].location = (-1.6, -2, 0.15)
    room.view_layer.update()
    run(room, "put the vase next to the lamp")
    assert box("Vase").low.z == pytest.approx(0, abs=0.01)
    assert box("Vase").gap(box("Lamp")) < 1.2
    assert not meet("Vase", "Small")


def test_nothing_is_put_off_the_floor(room: bpy.types.Context) -> None:
    bpy.data.objects["Lamp"].location = (3.85, 3.85, 0.2)
    room.view_layer.update()
    run(room, "put the largest box next to the lamp")
    assert max(box("Big").center.xy) < 4


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("put the vase on the floor", "Floor"),
        ("drop the vase to the floor", "Floor"),
        ("把花瓶放在地板上", "Floor"),
        ("把花瓶放在地板上", "Slab"),
    ],
)
def test_what_goes_onto_the_floor_leaves_the_table(room: bpy.types.Context, command: str, name: str) -> None:
    bpy.data.objects["Floor"].name = name
    run(room, command)
    assert box("Vase").low.z == pytest.approx(0, abs=0.01)
    assert not meet("Vase", "Table")


def test_chairs_around_a_table_stand_on_the_floor_beside_what_is_in_the_way(room: bpy.types.Context) -> None:
    bpy.data.objects["Big"].location = (0, -1.4, 0.5)
    room.view_layer.update()
    run(room, "put the chairs around the table")
    for name in ("Chair.A", "Chair.B", "Chair.C"):
        assert box(name).low.z == pytest.approx(0, abs=0.01)
        assert not meet(name, "Big")
        assert not meet(name, "Table")


def test_what_stands_on_the_floor_under_a_table_stays_there(room: bpy.types.Context) -> None:
    bpy.data.objects["Floor"].name = "Slab"
    bpy.data.objects["Small"].location = (0.1, 0, 0.15)
    room.view_layer.update()
    run(room, "把最小的盒子放在地板上")
    assert box("Small").center.x == pytest.approx(0.1, abs=1e-3)


def test_what_is_wider_than_a_cup_rests_on_its_rim(room: bpy.types.Context) -> None:
    lamp = bpy.data.objects["Lamp"].data
    lamp.clear_geometry()
    x, z = 0.1, 0.2  # a tube: walls and a bottom, no top
    corners = [(a * x, b * x, c * z) for c in (-1, 1) for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
    lamp.from_pydata(corners, [], [(3, 2, 1, 0), *((i, (i + 1) % 4, (i + 1) % 4 + 4, i + 4) for i in range(4))])
    room.view_layer.update()
    run(room, "put the smallest box on the lamp")
    assert box("Small").low.z == pytest.approx(box("Lamp").high.z, abs=0.01)
