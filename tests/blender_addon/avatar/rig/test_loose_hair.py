"""Hair that is a mesh without bones gets chains that swing, and loses them without a trace."""

from __future__ import annotations

from pathlib import Path

import bpy
import numpy as np
import pytest

from blender_addon.avatar.rig.found_springs import found_bones
from blender_addon.avatar.rig.loose_hair import LOOSE_KEY
from blender_addon.avatar.rig.springs import adding_springs, removing_springs
from blender_addon.bridge.jobs.steps import run_to_end
from blender_addon.bridge.vertex_weights import weights_of
from blender_addon.export.exporting import export_job
from blender_addon.export.formats.glb import read_json
from blender_addon.export.options import ExportOptions
from ml_core.errors import InputError

from .test_found_springs import rig_of

pytestmark = pytest.mark.both_blenders
LOOSE, TIED = "avatars/meshes/id22_casual_body.glb", "avatars/meshes/id13_casual_full.glb"


def all_weights(rig: bpy.types.Object, obj: bpy.types.Object) -> np.ndarray:
    return weights_of(obj, [bone.name for bone in rig.data.bones])


def shown(obj: bpy.types.Object) -> np.ndarray:
    mesh = obj.evaluated_get(bpy.context.evaluated_depsgraph_get()).data
    points = np.empty(3 * len(mesh.vertices), np.float32)
    mesh.vertices.foreach_get("co", points)
    return points.reshape(-1, 3)


def test_loose_hair_swings_on_bones_of_its_own(clean_scene: bpy.types.Context, data_dir: Path, tmp_path: Path) -> None:
    rig = rig_of(data_dir / LOOSE)
    wig, body = bpy.data.objects["h_wig"], bpy.data.objects["H_DDS_HighRes"]
    names = {bone.name for bone in rig.data.bones}
    before = all_weights(rig, wig), all_weights(rig, body)
    rest = shown(wig)
    report = run_to_end(adding_springs(bpy.context, rig))
    bones = found_bones(rig)
    assert report["kinds"] == {"Hair": report["chains"]}
    assert 4 <= report["chains"] <= 8
    assert {bone.name for bone in rig.data.bones} - names == set(bones)
    assert all(rig.data.bones[name].get(LOOSE_KEY) for name in bones)
    assert np.abs(shown(wig) - rest).max() < 1e-3 * np.ptp(rest), "at rest nothing moves"
    weights = all_weights(rig, wig)
    assert np.allclose(weights.sum(axis=1), 1, atol=1e-3)
    assert (weights > 1e-4).sum(axis=1).max() <= 4
    for name in bones:
        rig.pose.bones[name].rotation_mode = "XYZ"
        rig.pose.bones[name].rotation_euler.x = 0.4
    still = shown(body)
    bpy.context.view_layer.update()
    moved = np.linalg.norm(shown(wig) - rest, axis=1) / np.ptp(rest[:, 2])
    print(f"{report['chains']} chains; tips move by {moved.max():.2f} of the hair's height")
    assert moved.max() > 0.1
    assert (moved < 1e-3).mean() > 0.25, "the crown stays"
    assert np.array_equal(shown(body), still)
    again = run_to_end(adding_springs(bpy.context, rig))
    assert (again["chains"], len(found_bones(rig))) == (report["chains"], len(bones)), (
        "a second time replaces the first"
    )
    run_to_end(removing_springs(bpy.context, rig))
    assert {bone.name for bone in rig.data.bones} == names
    assert np.allclose(all_weights(rig, wig), before[0], atol=1e-3)
    assert np.array_equal(all_weights(rig, body), before[1])


def test_the_chains_of_loose_hair_are_in_the_vrm(
    clean_scene: bpy.types.Context, data_dir: Path, tmp_path: Path
) -> None:
    rig = rig_of(data_dir / LOOSE)
    report = run_to_end(adding_springs(bpy.context, rig))
    run_to_end(export_job(bpy.context, tmp_path, ["vrm"], ExportOptions(lods=0)))
    (path,) = tmp_path.rglob("*.vrm")
    springs = read_json(path)["extensions"]["VRMC_springBone"]
    assert len(springs["springs"]) == report["chains"]
    assert len(springs["colliders"]) == report["colliders"] > 0


def test_tied_hair_is_no_loose_hair(clean_scene: bpy.types.Context, data_dir: Path) -> None:
    rig = rig_of(data_dir / TIED)
    count = len(rig.data.bones)
    with pytest.raises(InputError, match="neither loose hair nor a chain of bones hangs free"):
        run_to_end(adding_springs(bpy.context, rig))
    assert len(rig.data.bones) == count
