"""Where a new avatar stands. Boxes take the place of avatars here: only their outline counts."""

from __future__ import annotations

import bpy
import pytest

from blender_addon.avatar.placing import free_place

SIZE = (1.7, 0.4, 1.7)


def box(
    name: str, size: tuple[float, float, float], location: tuple[float, float, float] = (0, 0, 0)
) -> bpy.types.Object:
    """A box that stands on its ``location``."""
    x, y, z = size[0] / 2, size[1] / 2, size[2]
    mesh = bpy.data.meshes.new(name)
    corners = [(a, b, c) for a in (-x, x) for b in (-y, y) for c in (0, z)]
    faces = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    mesh.from_pydata(corners, [], faces)
    obj = bpy.data.objects.new(name, mesh)
    obj.location = location
    bpy.context.collection.objects.link(obj)
    return obj


def place(context: bpy.types.Context) -> tuple[float, ...]:
    return tuple(round(axis, 3) for axis in free_place(context, box("Person", SIZE)))


def test_alone_it_stands_at_the_cursor(clean_scene: bpy.types.Context) -> None:
    clean_scene.scene.cursor.location = (3, -2, 0.5)
    assert place(clean_scene) == (3, -2, 0.5)


def test_people_stand_side_by_side(clean_scene: bpy.types.Context) -> None:
    places = []
    for _ in range(4):
        person = box("Person", SIZE)
        person.location = free_place(clean_scene, person)
        places.append(tuple(person.location))
    assert len(set(places)) == 4
    assert places[0] == (0, 0, 0)
    assert all(y == 0 for _, y, _ in places)


@pytest.mark.parametrize(
    ("size", "location", "is_in_the_way"),
    [
        ((2, 2, 2), (0, 0, -1), True),  # the default cube
        ((2, 2, 0.02), (0, 0, 0), False),  # a rug
        ((30, 30, 0.2), (0, 0, -0.2), False),  # a floor
        ((0.3, 0.3, 0.3), (0, 0, 2.3), False),  # a lamp at the ceiling
        ((0.3, 0.3, 1.5), (0.8, 0, 0.5), True),  # where a hand is
        ((8, 8, 3), (0, 0, 0), False),  # a room around it
        ((8, 8, 3), (0, 3.95, 0), True),  # a room whose wall it would stand in
    ],
)
def test_what_is_in_the_way(clean_scene: bpy.types.Context, size: tuple, location: tuple, is_in_the_way: bool) -> None:
    box("Other", size, location)
    assert (place(clean_scene) != (0, 0, 0)) == is_in_the_way


def test_it_stays_on_its_side_of_a_wall(clean_scene: bpy.types.Context) -> None:
    box("Room", (8, 8, 3))
    clean_scene.scene.cursor.location = (0, 3.95, 0)
    x, y, _ = place(clean_scene)
    assert abs(x) < 3.2
    assert y < 3.9


def test_hidden_things_and_instances(clean_scene: bpy.types.Context) -> None:
    hidden = box("Hidden", (2, 2, 2))
    hidden.hide_set(True)
    assert place(clean_scene) == (0, 0, 0)
    for one in list(bpy.data.objects):
        bpy.data.objects.remove(one)
    kit = bpy.data.collections.new("Kit")
    kit.objects.link(bpy.data.objects.new("Part", box("Source", (2, 2, 2), (50, 0, 0)).data))
    instance = bpy.data.objects.new("Instance", None)
    instance.instance_type, instance.instance_collection = "COLLECTION", kit
    clean_scene.collection.objects.link(instance)
    assert place(clean_scene) != (0, 0, 0)


def test_where_all_is_taken_it_stands_beyond(clean_scene: bpy.types.Context) -> None:
    for number in range(3):
        box(f"Wall {number}", (60, 3, 3), (0, 3 * number - 3, 0))
    box("Block", (60, 60, 3), (0, 34.4, 0))
    box("Block", (60, 60, 3), (0, -34.4, 0))
    assert place(clean_scene)[0] > 30
