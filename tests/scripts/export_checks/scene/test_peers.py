"""Scenes that others made to try their exporters with: nothing of them is elsewhere or looks different in our files."""

from __future__ import annotations

import os
from pathlib import Path

import bpy
import pytest

from blender_addon.bridge.jobs.steps import run_to_end
from blender_addon.export.exporting import export_job
from blender_addon.export.options import ExportOptions
from ml_core.errors import InputError
from scripts.export_checks.readers.folder import TargetFolder
from scripts.export_checks.scene.source import read_source, source_checks

ROOT = Path(__file__).resolve().parents[4]
SCENES = Path(os.environ.get("ATELIER_DATA", ROOT.parent / "shared" / "data")) / "peers"
FEW = ("01_principled_material", "08_clearcoat", "25_mesh_instances")
"""Textures and their packing, coats, and meshes that modifiers change for one object alone."""
TARGETS = ["web", "unity", "unreal", "usd"]


def _agrees(scene: Path, folder: Path, targets: list[str]) -> None:
    source = read_source(scene)
    try:
        run_to_end(export_job(bpy.context, folder, targets, ExportOptions(lods=0, colliders="none")))
    except InputError as error:
        pytest.skip(str(error))
    for target in targets:
        outcomes = source_checks(TargetFolder(folder / target), source)
        assert [str(problem) for one in outcomes for problem in one.problems] == [], target


@pytest.mark.both_blenders
@pytest.mark.data
@pytest.mark.parametrize("name", FEW)
@pytest.mark.usefixtures("clean_scene")
def test_a_few_scenes_agree_with_their_files(name: str, tmp_path: Path) -> None:
    found = sorted(SCENES.rglob(f"{name}.blend"))
    if not found:
        pytest.skip("no scenes of others; set ATELIER_DATA to their folder")
    _agrees(found[0], tmp_path, TARGETS[:1])


@pytest.mark.both_blenders
@pytest.mark.minutes
@pytest.mark.data
@pytest.mark.parametrize("scene", sorted(SCENES.rglob("*.blend")), ids=lambda path: path.stem)
@pytest.mark.usefixtures("clean_scene")
def test_every_scene_agrees_with_its_files(scene: Path, tmp_path: Path) -> None:
    _agrees(scene, tmp_path, TARGETS)
