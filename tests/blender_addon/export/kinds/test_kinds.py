"""Small scenes of all the kinds that people found lost by exporters: what each shows is in the files, or is told."""

from __future__ import annotations

import json
from pathlib import Path

import bpy
import pytest

from blender_addon.bridge.jobs.steps import run_to_end
from blender_addon.export.exporting import export_job
from blender_addon.export.options import ExportOptions
from scripts.check_export import check_target
from scripts.export_checks.readers.folder import TargetFolder
from scripts.export_checks.scene.source import read_source, source_checks

from . import (  # noqa: F401 - list their scenes
    characters,
    crossings,
    following,
    gaps,
    geometry,
    instances,
    materials,
    mixtures,
    motion,
    oddities,
    pictures,
    rarities,
)
from .scene import KINDS, Files, Kind

FEW = (
    *("shape_keys_of_statics", "instances_of_collections", "ways_to_bind", "values_of_other_things", "placed_by_nodes"),
    "values_of_all_types",
)
"""What the fast tier tries: one scene of each module."""


def disagreements(one: Kind, folder: Path) -> list[str]:
    """What the files of a scene lack, and what was not told."""
    look = one.build(folder)
    scene = bpy.context.scene
    scene.frame_set(scene.frame_current, subframe=scene.frame_subframe)
    bpy.ops.atelier.preflight(targets=set(one.targets))
    findings = json.loads(bpy.context.scene.atelier.last_report)["findings"]
    options = ExportOptions(**{"lods": 0, "colliders": "none", "lightmap_uv": False} | one.options)
    run_to_end(export_job(bpy.context, folder / "out", one.targets, options))
    for image in bpy.data.images:  # that a saved scene would forget
        if image.is_dirty:
            image.pack()
    bpy.ops.wm.save_as_mainfile(filepath=str(folder / "scene.blend"))
    problems = [f"{kind} is not told" for kind in set(one.told) - {finding["kind"] for finding in findings}]
    source = read_source(folder / "scene.blend")
    for target in one.targets:
        problems += [f"{target}: {problem}" for problem in check_target(folder / "out" / target)]
        for outcome in source_checks(TargetFolder(folder / "out" / target), source):
            others = [problem for problem in outcome.problems if not one.may_differ(target, problem.node)]
            problems += [f"{target}: {problem}" for problem in others]
    if look is not None:
        look(Files(folder / "out" / one.targets[0], findings))
    return problems


@pytest.mark.parametrize("name", FEW)
@pytest.mark.usefixtures("clean_scene")
def test_a_few_scenes_agree_with_their_files(name: str, tmp_path: Path) -> None:
    assert disagreements(KINDS[name], tmp_path) == []


@pytest.mark.minutes
@pytest.mark.parametrize("name", sorted(set(KINDS) - set(FEW)))
@pytest.mark.usefixtures("clean_scene")
def test_every_scene_agrees_with_its_files(name: str, tmp_path: Path) -> None:
    assert disagreements(KINDS[name], tmp_path) == []
