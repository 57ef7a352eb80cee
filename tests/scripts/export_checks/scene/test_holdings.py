"""The judge of what objects have: it sees each kind of loss, and hears what was told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import bpy
import pytest

from blender_addon.bridge.jobs.steps import run_to_end
from blender_addon.export.exporting import export_job
from blender_addon.export.options import ExportOptions
from scripts.export_checks.readers.folder import TargetFolder
from scripts.export_checks.scene.holdings import Holding, Told, holdings_check, scene_holdings
from scripts.export_checks.scene.likeness import open_models
from tests.blender_addon.export.kinds.scene import cube, grown, keyed

LOSSES = {
    "triangles": {"triangles": 13},
    "UV maps": {"uv_maps": 2},
    "color layers": {"colors": 1},
    "materials": {"materials": {"A", "B"}},
    "shape keys": {"keys": {"Up", "Down"}},
    "bones": {"bones": {"hips"}},
    "custom properties": {"properties": {"price", "weight"}},
    "motion of bones": {"motion": {"bones"}},
}


@pytest.fixture(scope="module")
def exported(registered_addon: None, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Holding]]:
    bpy.ops.wm.read_factory_settings(use_empty=True)
    thing = cube("Thing")
    grown(thing, Up=0.0)
    thing["price"] = 3
    keyed(thing, "location", {1: (0, 0, 0), 10: (1, 0, 0)})
    bpy.context.scene.frame_set(1)
    folder = tmp_path_factory.mktemp("things")
    options = ExportOptions(lods=0, colliders="none", lightmap_uv=False)
    run_to_end(export_job(bpy.context, folder, ["web"], options))
    return folder / "web", scene_holdings()


def _problems(exported: tuple[Path, dict[str, Holding]], thing: Holding, told: Told) -> list[str]:
    folder = TargetFolder(exported[0])
    found = holdings_check(folder, {"Thing": thing}, open_models(folder), told, "scene.blend")
    return [problem.what for problem in found.problems]


def test_what_is_whole_passes(exported: tuple[Path, dict[str, Holding]]) -> None:
    thing = exported[1]["Thing"]
    assert (thing.triangles, thing.keys, thing.properties) == (12, {"Up"}, {"price"})
    assert thing.motion == {"objects"}
    assert _problems(exported, thing, {}) == []


@pytest.mark.parametrize("what", LOSSES)
def test_each_loss_is_seen(exported: tuple[Path, dict[str, Holding]], what: str) -> None:
    assert _problems(exported, replace(exported[1]["Thing"], **LOSSES[what]), {}) == [f"loses {what} untold"]


def test_what_was_told_is_no_loss(exported: tuple[Path, dict[str, Holding]]) -> None:
    thing = replace(exported[1]["Thing"], properties={"price", "weight"})
    assert _problems(exported, thing, {"web": {"Thing": {"properties_stay"}}}) == []
    assert _problems(exported, thing, {"web": {"Other": {"properties_stay"}}}) == ["loses custom properties untold"]


def test_a_missing_object_is_seen(exported: tuple[Path, dict[str, Holding]]) -> None:
    folder = TargetFolder(exported[0])
    found = holdings_check(folder, {"Gone": exported[1]["Thing"]}, open_models(folder), {}, "scene.blend")
    assert [problem.what for problem in found.problems] == ["loses surface untold"]
