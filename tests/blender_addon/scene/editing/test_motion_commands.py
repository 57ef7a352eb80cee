"""Sentences that let avatars move: a plan acted in the scene, a crowd that is not in step, and refusals."""

from __future__ import annotations

import bpy
import numpy as np
import pytest

from blender_addon.avatar.stored import stored_traits
from blender_addon.bridge.jobs.steps import run_to_end
from blender_addon.bridge.object_labels import set_label
from blender_addon.commands.running import run_command_job
from ml_core import InputError
from tests.blender_addon.avatar.acting.test_acting import CHAIR, built
from tests.blender_addon.avatar.anatomical import person

pytestmark = pytest.mark.usefixtures("clean_scene")


def run(command: str) -> dict:
    return run_to_end(run_command_job(bpy.context, command, False))["steps"][0]


@pytest.mark.parametrize("command", ["make her wave, then walk to the chair and sit", "让她挥手，然后走到椅子那里坐下"])
def test_she_waves_walks_to_the_chair_and_sits(command: str) -> None:
    avatar = person()
    chair = built("Seat", CHAIR, (2.0, -1.0), 90.0)
    set_label(chair, "chair")
    bpy.context.view_layer.objects.active = avatar
    facts = run(command)
    assert facts["plan"] == "wave; walk:Seat; sit"
    (strips,) = facts["strips"].values()
    names = [strip["name"] for strip in strips]
    assert names[0] == "Wave"
    assert names[-1] == "Sit"
    bpy.context.scene.frame_set(strips[-1]["end"])
    place = bpy.data.objects[next(iter(facts["strips"]))].matrix_world.translation
    assert (place.xy - chair.location.xy).length < 0.8


def test_two_chairs_are_a_question_and_nothing_moves() -> None:
    avatar = person()
    for number in range(2):
        set_label(built(f"Seat {number}", CHAIR, (2.0, number * 2.0)), "chair")
    bpy.context.view_layer.objects.active = avatar
    with pytest.raises(InputError, match="Seat 0, Seat 1"):
        run("make her walk to the chair and sit")
    assert not any(rig.animation_data and rig.animation_data.nla_tracks for rig in bpy.data.objects)


def test_a_crowd_does_not_move_in_step() -> None:
    """The same dance, each in its own way: the arms of two are apart most of the time."""
    rigs = [person(), person()]
    rigs[1].location.x = 2
    facts = run("let everybody dance")
    assert len(facts["strips"]) == 2
    turns = []
    for frame in range(10, 60, 5):
        bpy.context.scene.frame_set(frame)
        pair = [bpy.data.objects[name].pose.bones for name in facts["strips"]]
        turns.append(max(
            (one.matrix_basis.to_quaternion().rotation_difference(pair[1][one.name].matrix_basis.to_quaternion())).angle
            for one in pair[0]
        ))  # fmt: skip
    assert np.median(turns) > 0.05


@pytest.mark.parametrize(("command", "number"), [("let them wave", 2), ("让他们挥手", 2), ("let her wave", 1)])
def test_they_are_more_than_the_one_who_is_active(command: str, number: int) -> None:
    people = [person(3), person(4)]
    for obj in bpy.context.view_layer.objects:
        obj.select_set(obj == people[0])
    bpy.context.view_layer.objects.active = people[0]
    assert len(run(command)["strips"]) == number


def test_an_age_may_be_said_after_a_comparison() -> None:
    avatar = person()
    avatar.name = "Tom"
    run("make Tom older, like 60")
    assert stored_traits(avatar)[0].age == pytest.approx(60)
