"""Plans acted in a scene: round a table, onto chairs of several makes, and refusals that change nothing."""

from __future__ import annotations

import itertools
import json
import math

import bpy
import numpy as np
import pytest
from mathutils import Matrix, Vector

from blender_addon.avatar.acting.acting import SEQUENCE
from blender_addon.avatar.acting.surroundings import find_seat
from tests.blender_addon.avatar.anatomical import person

pytestmark = pytest.mark.usefixtures("clean_scene")

CHAIR = [((0, 0, 0.44), (0.45, 0.45, 0.05)), ((0, 0.21, 0.75), (0.45, 0.04, 0.6))]
STOOL = [((0, 0, 0.62), (0.35, 0.35, 0.04)), ((0, 0, 0.3), (0.08, 0.08, 0.6))]
ARMCHAIR = [
    ((0, 0, 0.21), (0.7, 0.7, 0.42)), ((0, 0.4, 0.5), (0.9, 0.14, 1.0)),
    ((-0.42, 0, 0.31), (0.14, 0.7, 0.62)), ((0.42, 0, 0.31), (0.14, 0.7, 0.62)),
]  # fmt: skip


def built(name: str, boxes: list, place: tuple[float, float] = (0, 0), degrees: float = 0.0) -> bpy.types.Object:
    """An object of boxes, each with its middle and its size, turned about the vertical."""
    corners = np.array([(x, y, z) for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (-0.5, 0.5)])
    sides = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    points = np.concatenate([corners * size + middle for middle, size in boxes])
    data = bpy.data.meshes.new(name)
    faces = [[8 * box + corner for corner in side] for box in range(len(boxes)) for side in sides]
    data.from_pydata(points.tolist(), [], faces)
    obj = bpy.data.objects.new(name, data)
    bpy.context.collection.objects.link(obj)
    obj.location = (*place, 0)
    obj.rotation_euler.z = math.radians(degrees)
    bpy.context.view_layer.update()
    return obj


def path_of(armature: bpy.types.Object, start: int, end: int) -> np.ndarray:
    """(F, 2) where the armature is in each frame."""
    places = []
    for frame in range(start, end + 1):
        bpy.context.scene.frame_set(frame)
        places.append(armature.matrix_world.translation.xy[:])
    return np.array(places)


@pytest.mark.parametrize(
    ("boxes", "height", "depth"), [(CHAIR, 0.465, 0.45), (STOOL, 0.64, 0.35), (ARMCHAIR, 0.42, 0.7)]
)
@pytest.mark.parametrize("degrees", [0.0, 65.0, -160.0])
def test_seats_are_found_with_their_front(boxes: list, height: float, depth: float, degrees: float) -> None:
    chair = built("Chair", boxes, (1.0, -2.0), degrees)
    front = np.array((Matrix.Rotation(math.radians(degrees), 3, "Z") @ Vector((0, -1, 0))).xy)
    seat = find_seat(bpy.context, chair, Matrix.Identity(4), 0.9, np.array([1.0, -2.0]) + 2 * front)
    assert seat.height == pytest.approx(height, abs=0.03)
    assert seat.front @ front > 0.99
    assert np.allclose(seat.edge, np.array([1.0, -2.0]) + front * depth / 2, atol=0.12)


@pytest.mark.parametrize("age", [6, 35])
def test_she_waves_walks_round_the_table_and_sits_on_the_chair(age: int) -> None:
    armature = person(age=age, presentation=1)
    built("Table", [((0, 0, 0.4), (1.6, 0.8, 0.8))], (0.3, -1.8))
    chair = built("Chair", CHAIR, (1.5, -3.5), -60)
    bpy.context.view_layer.objects.active = armature
    assert bpy.ops.atelier.act_plan(plan="wave; walk:Chair; sit", start=1) == {"FINISHED"}
    facts = json.loads(bpy.context.scene.atelier.last_report)
    names = [strip["name"] for strip in facts["strips"]]
    assert names[0] == "Wave"
    assert "Walk to Chair" in names
    assert names[-2:] == ["Sit Down", "Sit"]
    strips = armature.animation_data.nla_tracks[SEQUENCE].strips
    assert all(a.frame_end == b.frame_start for a, b in itertools.pairwise(strips))
    way = path_of(armature, facts["start"], facts["end"])
    inside = (np.abs(way[:, 0] - 0.3) < 0.8) & (np.abs(way[:, 1] + 1.8) < 0.4)
    assert not inside.any()
    assert np.linalg.norm(np.diff(way, axis=0), axis=1).max() < 0.09
    hips = armature.matrix_world @ armature.pose.bones["hips"].head
    assert (hips.xy - chair.location.xy).length < 0.3
    assert 0.465 < hips.z < 0.465 + 0.24
    facing = armature.matrix_world.to_3x3() @ Vector((0, -1, 0))
    front = chair.matrix_world.to_3x3() @ Vector((0, -1, 0))
    assert facing.dot(front) > 0.98


def test_feet_do_not_slide_in_a_plan() -> None:
    armature = person()
    bpy.ops.atelier.act_plan(plan="walk:0.5,-3; turn left; idle", start=1)
    facts = json.loads(bpy.context.scene.atelier.last_report)
    low = []
    for frame in range(facts["start"], facts["end"]):
        bpy.context.scene.frame_set(frame)
        low.append([armature.matrix_world @ armature.pose.bones[f"{s}Toes"].head for s in ("left", "right")])
    places = np.array(low)
    speed = np.linalg.norm(np.diff(places[..., :2], axis=0), axis=2) * facts["fps"]
    # One foot at least stands still, but where it comes down on its heel, about which the ball turns.
    assert np.median(speed.min(axis=1)) < 0.005
    assert np.percentile(speed.min(axis=1), 90) < 0.2


def test_walk_to_takes_the_active_object_of_the_panel_and_stands_up_again() -> None:
    armature = person()
    built("Stool", STOOL, (0.0, -2.5))
    built("Crate", [((0, 0, 0.5), (1, 1, 1))], (3.0, -1.0))
    bpy.context.view_layer.objects.active = armature
    assert bpy.ops.atelier.walk_to(target="Stool", sit=True, start=1) == {"FINISHED"}
    assert bpy.ops.atelier.act_plan(plan="sit:Stool; nod; jog:Crate", start=1) == {"FINISHED"}
    names = [strip["name"] for strip in json.loads(bpy.context.scene.atelier.last_report)["strips"]]
    assert names.index("Sit Down") < names.index("Stand Up") < names.index("Nod") < names.index("Jog to Crate")
    bpy.context.scene.frame_set(bpy.context.scene.frame_end)
    away = (armature.matrix_world.translation.xy - Vector((3.0, -1.0))).length
    assert 0.5 < away < 1.3
    assert [track.name for track in armature.animation_data.nla_tracks] == [SEQUENCE]


@pytest.mark.parametrize(
    ("plan", "why"),
    [
        ("fly", "is not a motion"),
        ("walk:Nothing", "has no object 'Nothing'"),
        ("sit", "nothing to sit on"),
        ("sit:Post", "no level surface"),
        ("walk:Cage", "there is no way"),
        ("", "0 steps"),
        ("dance*100; dance*100; dance*100; dance*100", "longer than"),
    ],
)
def test_a_plan_that_cannot_be_done_is_refused_and_changes_nothing(plan: str, why: str) -> None:
    armature = person()
    built("Post", [((0, 0, 1.5), (0.1, 0.1, 3))], (1, 1))
    wall = [
        ((x, y, 1), sx)
        for x, y, sx in ((0, 1, (2, 0.1, 2)), (0, -1, (2, 0.1, 2)), (1, 0, (0.1, 2, 2)), (-1, 0, (0.1, 2, 2)))
    ]
    built("Walls", wall, (4, 0))
    built("Cage", [((0, 0, 0.2), (0.3, 0.3, 0.4))], (4, 0))
    bpy.context.view_layer.objects.active = armature
    bpy.context.scene.frame_set(7)
    with pytest.raises(RuntimeError, match=why):
        bpy.ops.atelier.act_plan(plan=plan, start=3)
    assert len(bpy.data.actions) == 0
    assert bpy.context.scene.frame_current == 7


@pytest.mark.parametrize(("gap", "goes"), [(0.45, True), (0.2, False)])
def test_a_narrow_way_is_gone_sideways(gap: float, goes: bool) -> None:
    """Between a sofa and its table, as far as a body is thick."""
    armature = person()
    built("Walls", [((side * (6 + gap / 2), -1.5, 1), (12, 0.6, 2)) for side in (-1, 1)])
    built("Crate", [((0, 0, 0.3), (0.4, 0.4, 0.6))], (0.0, -3.5))
    bpy.context.view_layer.objects.active = armature
    if goes:
        assert bpy.ops.atelier.act_plan(plan="walk:Crate", start=1) == {"FINISHED"}
        bpy.context.scene.frame_set(bpy.context.scene.frame_end)
        assert armature.matrix_world.translation.y < -2.3
    else:
        with pytest.raises(RuntimeError, match="there is no way"):
            bpy.ops.atelier.act_plan(plan="walk:Crate", start=1)


def test_a_tilted_avatar_is_told_to_stand_up() -> None:
    armature = person()
    armature.rotation_euler.x = 0.8
    bpy.context.view_layer.update()
    with pytest.raises(RuntimeError, match="upright"):
        bpy.ops.atelier.act_plan(plan="wave", start=1)
