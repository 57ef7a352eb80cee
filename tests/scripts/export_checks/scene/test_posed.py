"""The judge of motion: skins are where the scene has them at each time, and it sees when they are not."""

from __future__ import annotations

import json
from pathlib import Path

import bpy
import pytest

from blender_addon.bridge.jobs.steps import run_to_end
from blender_addon.export.exporting import export_job
from blender_addon.export.options import ExportOptions
from scripts.export_checks.readers.folder import TargetFolder
from scripts.export_checks.scene.posed import poses_check
from scripts.export_checks.scene.source import Source, read_source
from tests.blender_addon.export.kinds.motion import bones_that_move

TARGETS = ["web", "unity", "unreal"]


@pytest.fixture(scope="module")
def exported(registered_addon: None, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Source]:
    bpy.ops.wm.read_factory_settings(use_empty=True)
    folder = tmp_path_factory.mktemp("moving")
    bones_that_move(folder)
    bpy.context.scene.frame_set(1)
    run_to_end(export_job(bpy.context, folder / "out", TARGETS, ExportOptions(lods=0, colliders="none")))
    bpy.ops.wm.save_as_mainfile(filepath=str(folder / "scene.blend"))
    return folder / "out", read_source(folder / "scene.blend")


@pytest.mark.parametrize("target", TARGETS)
def test_skins_move_as_in_the_scene(exported: tuple[Path, Source], target: str) -> None:
    found = poses_check(TargetFolder(exported[0] / target), exported[1].poses, "scene.blend")
    assert found.looked_at == 8
    assert found.problems == []


def test_another_motion_is_seen(exported: tuple[Path, Source]) -> None:
    poses = [one for one in exported[1].poses if one.armature == "Rig"]
    late, early = poses[-1].points, poses[0].points
    poses[0].points, poses[-1].points = late, early
    try:
        found = poses_check(TargetFolder(exported[0] / "web"), poses, "scene.blend")
    finally:
        poses[0].points, poses[-1].points = early, late
    assert [one.node for one in found.problems] == ["Rig", "Rig"]


def test_a_lost_clip_is_seen(exported: tuple[Path, Source], tmp_path: Path) -> None:
    import shutil

    shutil.copytree(exported[0] / "web", tmp_path / "web")
    manifest = json.loads((tmp_path / "web" / "manifest.json").read_text())
    for entry in manifest["files"]:
        entry["clips"] = []
    (tmp_path / "web" / "manifest.json").write_text(json.dumps(manifest))
    found = poses_check(TargetFolder(tmp_path / "web"), exported[1].poses, "scene.blend")
    assert [one.node for one in found.problems] == ["Walker"]
