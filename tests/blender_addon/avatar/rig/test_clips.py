"""Poses and clips on armatures: muted until asked for, looping, without sliding feet, and exported."""

from __future__ import annotations

from pathlib import Path

import bpy
import numpy as np
import pytest
from mathutils import Matrix, Vector

from blender_addon.avatar.rig.clips import add_clips
from blender_addon.avatar.rig.poses import set_pose
from blender_addon.bridge.jobs.steps import run_to_end
from blender_addon.export.exporting import export_job
from ml_core import InputError
from tests.blender_addon.avatar.anatomical import person


@pytest.fixture
def avatar(clean_scene: bpy.types.Context) -> bpy.types.Object:
    return person(presentation=1.0)


def play(armature: bpy.types.Object, name: str) -> int:
    """Unmutes one clip; its last frame."""
    for track in armature.animation_data.nla_tracks:
        track.mute = track.name != name
    armature.animation_data.action = None  # Blender does not see by itself that an unmuted track moves the object
    bpy.context.view_layer.update()
    return int(armature.animation_data.nla_tracks[name].strips[0].frame_end)


def tail(armature: bpy.types.Object, bone: str, frame: int) -> Vector:
    bpy.context.scene.frame_set(frame)
    shown = armature.evaluated_get(bpy.context.evaluated_depsgraph_get())
    return shown.matrix_world @ shown.pose.bones[bone].tail


@pytest.mark.parametrize(("pose", "drop"), [("t", 0.0), ("a", 0.7071), ("relaxed", 0.96)])
def test_a_pose_holds_the_arms(avatar: bpy.types.Object, pose: str, drop: float) -> None:
    bpy.context.view_layer.objects.active = avatar
    assert bpy.ops.atelier.set_pose(pose=pose) == {"FINISHED"}
    for side in ("left", "right"):
        bone = avatar.pose.bones[f"{side}UpperArm"]
        assert -(bone.tail - bone.head).normalized().z == pytest.approx(drop, abs=0.02)
    set_pose(bpy.context, avatar, "t")
    assert avatar.pose.bones["leftIndexDistal"].matrix_basis == Matrix.Identity(4)


def test_clips_wait_on_muted_tracks(avatar: bpy.types.Object) -> None:
    bpy.context.view_layer.objects.active = avatar
    for _ in range(2):  # again replaces
        assert bpy.ops.atelier.add_clips() == {"FINISHED"}
        tracks = avatar.animation_data.nla_tracks
        assert [(track.name, track.mute) for track in tracks] == [("Idle", True), ("Walk", True), ("Walk_Root", True)]
    assert len(bpy.data.actions) == 3
    assert bpy.context.scene.render.fps == 30
    rest = avatar.data.bones["leftHand"].head_local
    assert (avatar.pose.bones["leftHand"].head - rest).length < 1e-5


def test_clips_loop(avatar: bpy.types.Object) -> None:
    add_clips(bpy.context, avatar)
    for name in ("Idle", "Walk"):
        last = play(avatar, name)
        for bone in ("leftHand", "rightFoot", "head"):
            assert (tail(avatar, bone, 0) - tail(avatar, bone, last)).length < 1e-4
    last = play(avatar, "Walk_Root")
    step = tail(avatar, "head", last) - tail(avatar, "head", 0)
    assert step.y < -1.0
    assert abs(step.x) + abs(step.z) < 1e-3


def test_the_flat_foot_does_not_slide(avatar: bpy.types.Object) -> None:
    add_clips(bpy.context, avatar)
    play(avatar, "Walk_Root")
    places = [tail(avatar, "leftFoot", frame) for frame in range(4, 12)]
    assert max((place - places[0]).length for place in places) < 2e-3
    play(avatar, "Walk")
    moved = [tail(avatar, "leftFoot", frame).y for frame in range(4, 12)]
    assert np.allclose(np.diff(moved), np.diff(moved)[0], atol=1e-3)
    assert np.diff(moved)[0] > 0.02


def test_a_turned_avatar_walks_where_it_faces(avatar: bpy.types.Object) -> None:
    avatar.rotation_euler.z, avatar.location.x = np.pi / 2, 3.0
    bpy.context.view_layer.update()
    add_clips(bpy.context, avatar)
    last = play(avatar, "Walk_Root")
    bpy.context.scene.frame_set(last)
    assert avatar.matrix_world.translation.x > 4.0
    assert abs(avatar.matrix_world.translation.y) < 1e-3


def test_a_file_with_animation_keeps_its_frame_rate(avatar: bpy.types.Object) -> None:
    bpy.data.actions.new("Mine")
    bpy.context.scene.render.fps = 24
    add_clips(bpy.context, avatar)
    assert bpy.context.scene.render.fps == 24
    assert avatar.animation_data.nla_tracks["Idle"].strips[0].frame_end == 96


def test_an_armature_without_legs_gets_no_clips(clean_scene: bpy.types.Context) -> None:
    armature = bpy.data.objects.new("Rig", bpy.data.armatures.new("Rig"))
    clean_scene.collection.objects.link(armature)
    with pytest.raises(InputError, match="hips"):
        add_clips(clean_scene, armature)
    assert armature.animation_data is None


def test_an_export_carries_the_clips(avatar: bpy.types.Object, tmp_path: Path) -> None:
    add_clips(bpy.context, avatar)
    facts = run_to_end(export_job(bpy.context, tmp_path, ["web"]))
    assert facts
    bpy.ops.wm.read_factory_settings(use_empty=True)
    bpy.ops.import_scene.gltf(filepath=str(next((tmp_path / "web").glob("*.glb"))))
    assert {name.split("_", 2)[-1] for name in (action.name for action in bpy.data.actions)} >= {"Idle", "Walk"}
