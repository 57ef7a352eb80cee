"""Clips in the exported files: names, lengths, root motion, and hands where they are in Blender."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest

from blender_addon.bridge.importers import open_scene
from blender_addon.bridge.jobs.steps import run_to_end
from blender_addon.export.exporting import export_job
from blender_addon.export.motion.clips import find_clips
from blender_addon.export.options import ExportOptions
from scripts.check_export import check_target
from scripts.export_checks.readers.folder import TargetFolder

from ..avatars import add_clip, plain

TARGETS = ["unity", "unreal", "godot"]
WAVE, WALK = "AS_Avatar_Wave", "AS_Avatar_Walk"


@contextmanager
def bending_at_frames() -> Iterator[list[bool]]:
    """Whether an armature bends the meshes of an export's copies, for each frame that Blender goes to meanwhile."""
    found: list[bool] = []

    def look(scene: bpy.types.Scene, _: Any) -> None:
        if scene.name.startswith("Atelier Export") and scene.frame_current > 1:  # where the copies are made
            found.extend(modifier.show_viewport for obj in scene.objects for modifier in obj.modifiers)

    bpy.app.handlers.frame_change_post.append(look)
    try:
        yield found
    finally:
        bpy.app.handlers.frame_change_post.remove(look)


def animation_state(armature: bpy.types.Object) -> Any:
    animation = armature.animation_data
    tracks = [
        (t.name, t.mute, t.is_solo, [(s.name, s.mute, s.frame_start) for s in t.strips]) for t in animation.nla_tracks
    ]
    pose = [[round(value, 5) for row in bone.matrix_basis for value in row] for bone in armature.pose.bones]
    return (
        tracks,
        animation.action,
        pose,
        sorted(action.name for action in bpy.data.actions),
        bpy.context.scene.frame_current,
    )


@pytest.fixture(scope="module")
def exported(registered_addon: None, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict, Any, Any]:
    """Folder, places of the left hand in Wave by frame, and the animation before and after."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    armature = plain()
    armature.location = (1, 2, 0)
    armature.rotation_euler.z = 0.7
    add_clip(armature, "Wave", "leftUpperArm", 10, 20)
    add_clip(armature, "Walk", "rightUpperLeg", 50, 24, way=1.0)
    bpy.context.scene.frame_set(3)
    folder, before = tmp_path_factory.mktemp("clips"), animation_state(armature)
    run_to_end(export_job(bpy.context, folder, TARGETS, ExportOptions(lods=0)))
    after = animation_state(armature)
    armature.location, armature.rotation_euler.z = (0, 0, 0), 0
    armature.animation_data.nla_tracks["Wave"].mute = False
    hands = {}
    for frame in (0, 10, 15):
        bpy.context.scene.frame_set(10 + frame)
        hands[frame] = np.array(armature.pose.bones["leftHand"].head)
    return folder, hands, before, after


def test_the_animation_is_as_it_was(exported: tuple) -> None:
    assert exported[3] == exported[2]


@pytest.mark.parametrize("target", TARGETS)
def test_names_lengths_and_the_checker(exported: tuple, target: str, validator: tuple[str, Path]) -> None:
    folder = TargetFolder(exported[0] / target)
    model = next(iter(folder.skeletal_models))
    lengths = {clip.name: (round(clip.start, 3), round(clip.end - clip.start, 3)) for clip in model.clips}
    assert lengths == {WAVE: (0, round(20 / 24, 3)), WALK: (0, 1.0)}
    entry = folder.entry(model)
    assert [(clip["name"], clip["frames"]) for clip in entry["clips"]] == [(WAVE, 20), (WALK, 24)]
    assert list(check_target(exported[0] / target, validator)) == []


def test_the_way_is_the_roots(exported: tuple) -> None:
    """The object's meter to -Y, turned with the object, is a meter of the bone root and of no other."""
    model = next(iter(TargetFolder(exported[0] / "unreal").skeletal_models))
    walk = next(clip for clip in model.clips if clip.name == WALK)
    ways = {c.node: np.linalg.norm(c.values[-1] - c.values[0]) for c in walk.curves if c.channel == "translation"}
    assert ways.pop("root") == pytest.approx(100, rel=1e-3)
    assert max(ways.values()) < 0.01


@pytest.mark.parametrize(("target", "name"), [("unity", "leftHand"), ("unreal", "hand_l"), ("godot", "leftHand")])
def test_the_hand_is_where_it_was(exported: tuple, target: str, name: str) -> None:
    """Blender's importers see the hand at the same places, which asks for rest pose, axes and units to be right."""
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    path = exported[0] / target / ("SK_Avatar.glb" if target == "godot" else "SK_Avatar.fbx")
    if path.suffix == ".glb":
        bpy.ops.import_scene.gltf(filepath=str(path))
    else:
        bpy.ops.wm.fbx_import(filepath=str(path))
    armature = next(obj for obj in bpy.data.objects if obj.type == "ARMATURE")
    action = next(one for one in bpy.data.actions if WAVE in one.name)
    for track in list(armature.animation_data.nla_tracks):
        armature.animation_data.nla_tracks.remove(track)
    armature.animation_data.action = action
    armature.animation_data.action_slot = next(one for one in action.slots if one.target_id_type == "OBJECT")
    first = action.frame_range[0]
    for frame, place in exported[1].items():
        bpy.context.scene.frame_set(round(first) + frame)
        found = armature.matrix_world @ armature.pose.bones[name].head
        assert np.abs(np.array(found) - place).max() < 1e-3, frame


def test_without_clips_the_files_have_none(clean_scene: bpy.types.Context, tmp_path: Path) -> None:
    add_clip(plain(), "Wave", "leftUpperArm", 1, 4)
    run_to_end(export_job(clean_scene, tmp_path, ["unity", "web"], ExportOptions(clips=False, lods=0)))
    for target in ("unity", "web"):
        folder = TargetFolder(tmp_path / target)
        model = next(iter(folder.skeletal_models))
        assert model.clips == []
        assert "clips" not in folder.entry(model)


def test_what_counts_as_a_clip(clean_scene: bpy.types.Context) -> None:
    """Strips but muted ones, and the active action where no strip plays it."""
    armature = plain()
    for name in ("Wave", "Nod", "Off"):
        add_clip(armature, name, "head", 1, 4)
    tracks = armature.animation_data.nla_tracks
    tracks["Nod"].strips[0].name = "Wave"
    tracks["Off"].strips[0].mute = True
    armature.animation_data.action = tracks["Wave"].strips[0].action
    assert [clip.name for clip in find_clips(armature, "Ann")] == ["AS_Ann_Wave", "AS_Ann_Wave_001"]
    armature.animation_data.action = bpy.data.actions.new("Bow.001")
    assert [clip.name for clip in find_clips(armature, "Ann")][2:] == ["AS_Ann_Bow_001"]


@pytest.mark.data
@pytest.mark.slow
def test_clips_of_a_real_character(
    clean_scene: bpy.types.Context, data_dir: Path, tmp_path: Path, validator: tuple[str, Path]
) -> None:
    """KayKit's adventurer: clips that end between frames, props in its hands, an attack as the pose that shows."""
    open_scene(data_dir / "scenes" / "kaykit_adventurers" / "Barbarian.glb")
    armature = next(obj for obj in bpy.data.objects if obj.type == "ARMATURE")
    for track in list(armature.animation_data.nla_tracks)[4:]:
        armature.animation_data.nla_tracks.remove(track)
    armature.data["notes"] = "/home/jane/rig.blend"
    run_to_end(export_job(bpy.context, tmp_path, [*TARGETS, "vrm", "usd"], ExportOptions(lods=0)))
    for target in (*TARGETS, "vrm", "usd"):
        assert list(check_target(tmp_path / target, validator)) == [], target
    clips = json.loads((tmp_path / "unity" / "manifest.json").read_text())["files"]
    assert next(one["clips"] for one in clips if one["kind"] == "skeletal")[0]["frames"] == 38


def test_meshes_rest_while_exporters_go_through_the_frames(clean_scene: bpy.types.Context, tmp_path: Path) -> None:
    armature = plain()
    add_clip(armature, "Wave", "leftUpperArm", 10, 20)
    with bending_at_frames() as bends:
        run_to_end(export_job(bpy.context, tmp_path, ["unity", "web"], ExportOptions(lods=0)))
    assert len(bends) > 2 * 20
    assert not any(bends)
    for target in ("unity", "web"):
        assert list(check_target(tmp_path / target)) == []
