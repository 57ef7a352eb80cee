"""Which actions become clips, and what skeletons rest in: chosen in the options, told in findings and in the report."""

from __future__ import annotations

from math import radians
from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest
from mathutils import Euler

from blender_addon.bridge.jobs.steps import run_to_end
from blender_addon.export.exporting import export_job
from blender_addon.export.formats.glb import read_json
from blender_addon.export.options import ExportOptions
from blender_addon.export.preflight import preflight

from .preflight.preflight_scenes import cube, rig


@pytest.fixture
def robot(clean_scene: bpy.types.Context) -> bpy.types.Object:
    """A box on an armature, with a strip, an assigned action, and one that a fake user keeps."""
    armature = rig(cube("Box"))
    bone = armature.pose.bones[0]
    bone.rotation_mode = "XYZ"
    for name in ("Strip", "Kept", "Assigned"):
        armature.animation_data_create().action = bpy.data.actions.new(name)
        for frame in (1, 5):
            bone.rotation_euler.x = 0.1 * frame
            bone.keyframe_insert("rotation_euler", frame=frame)
    track = armature.animation_data.nla_tracks.new()
    strip = track.strips.new("Strip", 1, bpy.data.actions["Strip"])
    strip.name = "Strip"
    track.mute = True
    bpy.data.actions["Kept"].use_fake_user = True
    return armature


def written(folder: Path, **chosen: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    report = run_to_end(export_job(bpy.context, folder, ["godot"], ExportOptions(lods=0, **chosen)))
    (path,) = [one for one in (folder / "godot").glob("*.glb") if one.name.startswith("SK_")]
    return read_json(path), report


@pytest.mark.both_blenders
@pytest.mark.parametrize(
    ("which", "clips"),
    [("all", {"Strip", "Assigned", "Kept"}), ("active", {"Assigned"}), ("nla", {"Strip"})],
)
def test_the_chosen_actions_become_clips(robot: bpy.types.Object, tmp_path: Path, which: str, clips: set[str]) -> None:
    document, report = written(tmp_path, actions=which)
    assert {one["name"].rpartition("_")[2] for one in document["animations"]} == clips
    assert report["choices"]["actions"] == which
    left = [
        one.values
        for one in preflight(bpy.context, ["godot", "vrm"], ExportOptions(actions=which))
        if one.kind == "actions_left"
    ]
    names = {name for ((_, text),) in left for name in text.split(", ")}
    assert names == {"Strip", "Assigned", "Kept"} - clips


def test_an_assigned_action_is_active_though_a_strip_plays_it(robot: bpy.types.Object, tmp_path: Path) -> None:
    robot.animation_data.action = bpy.data.actions["Strip"]
    document, _ = written(tmp_path, actions="active")
    assert [one["name"].rpartition("_")[2] for one in document["animations"]] == ["Strip"]


@pytest.mark.both_blenders
@pytest.mark.parametrize(("pose", "is_animated", "angle"), [
    ("shown", False, 90), ("rest", False, 0), ("auto", False, 90), ("shown", True, 90), ("auto", True, 0),
])  # fmt: skip
def test_the_chosen_pose_is_the_rest_pose(
    robot: bpy.types.Object, tmp_path: Path, pose: str, is_animated: bool, angle: float
) -> None:
    if not is_animated:
        robot.animation_data_clear()
        bpy.data.actions["Kept"].use_fake_user = False
        bpy.data.batch_remove(list(bpy.data.actions))
    else:
        robot.animation_data.action = None
        bpy.context.view_layer.update()
    bone = robot.pose.bones[0]
    bone.rotation_euler = Euler((0, 0, 0))
    bpy.context.view_layer.update()
    before = direction(written(tmp_path / "straight", pose="rest")[0])
    bone.rotation_euler.x = radians(90)
    bpy.context.view_layer.update()
    document, report = written(tmp_path, pose=pose)
    turned = np.degrees(np.arccos(np.clip(direction(document) @ before, -1, 1)))
    assert turned == pytest.approx(angle, abs=1)
    assert report["choices"]["pose"] == pose
    kinds = {one.kind for one in preflight(bpy.context, ["godot"], ExportOptions(pose=pose))}
    assert ("rest_pose" in kinds, "shown_pose" in kinds) == (pose == "rest", pose != "rest")


def direction(document: dict[str, Any]) -> np.ndarray:
    """Where the Y axis of the posed bone points."""
    node = next(one for one in document["nodes"] if one.get("name") == "Bone0")
    x, y, z, w = node.get("rotation", (0, 0, 0, 1))
    return np.array([2 * (x * y - z * w), 1 - 2 * (x * x + z * z), 2 * (y * z + x * w)])


@pytest.mark.parametrize("shape", ["box", "convex", "none"])
def test_godot_finds_colliders_below_their_object(clean_scene: bpy.types.Context, tmp_path: Path, shape: str) -> None:
    """By the ending of the name; each encloses what it stands in for."""
    obj = cube("Crate")
    obj.scale, obj.rotation_euler.z = (2, 1, 1), 0.5
    run_to_end(export_job(clean_scene, tmp_path, ["godot"], ExportOptions(lods=0, colliders=shape)))
    document = read_json(tmp_path / "godot" / "scene.glb")
    nodes = document["nodes"]
    below = {nodes[child]["name"]: node for node in nodes for child in node.get("children", [])}
    if shape == "none":
        assert below == {}
        assert len(nodes) == 1
        return
    assert list(below) == ["SM_Crate_01-convcolonly"]
    sizes = [bounds(document, next(n for n in nodes if n["name"] == name)) for name in (*below, "SM_Crate")]
    assert np.allclose(sizes[0], sizes[1], atol=0.03)


def bounds(document: dict[str, Any], node: dict[str, Any]) -> list[Any]:
    """Lowest and highest corner of a node's mesh, in its own space."""
    attributes = document["meshes"][node["mesh"]]["primitives"][0]["attributes"]
    accessor = document["accessors"][attributes["POSITION"]]
    return [accessor["min"], accessor["max"]]
