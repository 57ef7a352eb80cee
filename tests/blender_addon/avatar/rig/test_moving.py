"""Motions on armatures: tracks, repeats, other rigs, what was there before, and the export."""

from __future__ import annotations

import json
from pathlib import Path

import bpy
import numpy as np
import pytest
from mathutils import Euler, Matrix

from blender_addon.avatar.rig.moving import moving_body
from blender_addon.bridge.jobs.steps import run_to_end
from blender_addon.export.exporting import export_job
from tests.blender_addon.avatar.anatomical import person

pytestmark = pytest.mark.usefixtures("clean_scene")


def lowest(armature: bpy.types.Object, frame: int) -> float:
    """Meters of the lowest vertex of all that the armature moves."""
    bpy.context.scene.frame_set(frame)
    depsgraph = bpy.context.evaluated_depsgraph_get()
    found = []
    for child in armature.children_recursive:
        if child.type == "MESH" and len(child.data.vertices):
            shown = child.evaluated_get(depsgraph)
            points = np.empty(len(shown.data.vertices) * 3, np.float32)
            shown.data.vertices.foreach_get("co", points)
            matrix = np.array(shown.matrix_world)
            found.append((points.reshape(-1, 3) @ matrix[:3, :3].T + matrix[:3, 3])[:, 2].min())
    return float(min(found))


def test_a_motion_is_an_action_on_a_track_with_soles_on_the_ground() -> None:
    armature = person(age=6)
    assert bpy.ops.atelier.play_motion(motion="WAVE", start=10) == {"FINISHED"}
    facts = json.loads(bpy.context.scene.atelier.last_report)
    track = armature.animation_data.nla_tracks["Wave"]
    assert not track.mute
    assert facts["track"] == "Wave"
    assert track.strips[0].action.name == f"{armature.name}_Wave"
    assert (track.strips[0].frame_start, track.strips[0].frame_end) == (10, facts["end"])
    assert bpy.context.scene.frame_end >= facts["end"]
    for frame in range(10, int(facts["end"]), 25):
        assert -0.02 < lowest(armature, frame) < 0.02


def test_a_motion_shows_at_once() -> None:
    armature = person()

    def hand() -> float:
        posed = armature.evaluated_get(bpy.context.evaluated_depsgraph_get()).pose.bones["leftHand"]
        return float(posed.head.z)

    before = hand()
    bpy.ops.atelier.play_motion(motion="WALK")
    assert hand() < before - 0.3  # the arms hang down
    bpy.ops.atelier.act_plan(plan="wave", start=1)
    shown = hand()
    bpy.context.scene.frame_set(1)
    assert hand() == shown


def test_the_next_motion_mutes_the_last_and_the_same_replaces_it() -> None:
    armature = person()
    for motion in ("WALK", "BOW", "WALK"):
        bpy.ops.atelier.play_motion(motion=motion)
    tracks = armature.animation_data.nla_tracks
    assert [(track.name, track.mute) for track in tracks] == [("Bow", True), ("Walk", False)]
    assert len(bpy.data.actions) == 2


def test_a_loop_repeats_and_root_motion_moves_the_object() -> None:
    armature = person()
    bpy.ops.atelier.play_motion(motion="WALK", repeats=3)
    strip = armature.animation_data.nla_tracks["Walk"].strips[0]
    assert strip.repeat == 3
    bpy.context.scene.frame_set(int(strip.frame_end))
    assert armature.matrix_world.translation.length < 1e-4
    bpy.ops.atelier.play_motion(motion="WALK", root_motion=True, repeats=2, blend=0, start=1)
    strip = armature.animation_data.nla_tracks["Walk_Root"].strips[0]
    bpy.context.scene.frame_set(int(strip.frame_end))
    assert armature.matrix_world.translation.y < -2.0


@pytest.mark.parametrize("mode", ["XYZ", "QUATERNION", "AXIS_ANGLE", "ZYX"])
def test_a_turn_turns_the_object_from_how_it_stands(mode: str) -> None:
    armature = person()
    armature.rotation_euler.z, armature.location.x = 0.5, 2.0
    armature.rotation_mode = mode
    if mode in ("QUATERNION", "AXIS_ANGLE"):
        armature.matrix_basis = Matrix.LocRotScale((2, 0, 0), Euler((0, 0, 0.5)), None)
    bpy.context.view_layer.update()
    bpy.ops.atelier.play_motion(motion="TURN_LEFT", root_motion=True, blend=0, start=1)
    strip = armature.animation_data.nla_tracks["Turn_Left_Root"].strips[0]
    bpy.context.scene.frame_set(int(strip.frame_end))
    facing = armature.matrix_world.to_euler().z
    assert facing == pytest.approx(0.5 + np.pi / 2, abs=0.02)
    assert armature.matrix_world.translation.x == pytest.approx(2.0, abs=1e-4)


def test_an_action_that_was_there_becomes_a_track() -> None:
    armature = person()
    mine = bpy.data.actions.new("Mine")
    armature.animation_data_create().action = mine
    bpy.ops.atelier.play_motion(motion="NOD")
    tracks = armature.animation_data.nla_tracks
    assert [track.name for track in tracks] == ["Mine", "Nod"]
    assert tracks["Mine"].strips[0].action == mine


def test_a_heavy_body_has_a_wider_trunk_than_a_slim_one() -> None:
    slim, _, _ = moving_body(person(weight=0.2))
    heavy, _, ground = moving_body(person(weight=1.0))
    assert slim.trunk is not None
    assert heavy.trunk is not None
    assert heavy.trunk.front.max() > 1.3 * slim.trunk.front.max()
    assert heavy.seat_depth > slim.seat_depth
    assert abs(ground) < 0.02


def test_what_has_no_legs_is_refused() -> None:
    bpy.ops.object.armature_add()
    with pytest.raises(RuntimeError, match="has no bone for"):
        bpy.ops.atelier.play_motion(motion="WAVE")
    assert not bpy.data.actions


@pytest.mark.parametrize("target", ["web", "unreal"])
def test_an_export_carries_motions_as_clips(target: str, tmp_path: Path) -> None:
    person()
    for motion in ("WAVE", "WALK"):
        bpy.ops.atelier.play_motion(motion=motion, start=1)
    run_to_end(export_job(bpy.context, tmp_path, [target]))
    files = [path for path in (tmp_path / target).rglob("*") if path.suffix in (".glb", ".fbx")]
    bpy.ops.wm.read_factory_settings(use_empty=True)
    for path in files:
        if path.suffix == ".glb":
            bpy.ops.import_scene.gltf(filepath=str(path))
        else:
            bpy.ops.import_scene.fbx(filepath=str(path))
    names = " ".join(action.name for action in bpy.data.actions)
    assert "Wave" in names
    assert "Walk" in names


def test_a_loop_in_a_file_begins_and_ends_as_it_goes_on(tmp_path: Path) -> None:
    """A strip that comes in over others begins at rest, with the arms outstretched, which no loop of an engine may."""
    armature = person()
    bpy.ops.atelier.play_motion(motion="WALK", start=1)
    strip = armature.animation_data.nla_tracks["Walk"].strips[0]
    strip.blend_in = strip.blend_out = 6
    run_to_end(export_job(bpy.context, tmp_path, ["web"]))
    assert (strip.blend_in, strip.blend_out) == (6, 6)
    bpy.ops.wm.read_factory_settings(use_empty=True)
    bpy.ops.import_scene.gltf(filepath=str(next((tmp_path / "web").glob("SK_*.glb"))))
    read = next(obj for obj in bpy.data.objects if obj.type == "ARMATURE")
    action = next(action for action in bpy.data.actions if "Walk" in action.name)
    read.animation_data.action = action
    read.animation_data.action_slot = action.slots[0]
    reaches = []
    for frame in action.frame_range:
        bpy.context.scene.frame_set(round(frame))
        posed = read.evaluated_get(bpy.context.evaluated_depsgraph_get()).pose.bones
        reaches.append(posed["leftUpperArm"].head.z - posed["leftHand"].head.z)
    assert reaches[0] > 0.35
    assert reaches == pytest.approx([reaches[0]] * 2, abs=0.02)
