"""Cameras and lights in an FBX file of their own, on request, by their own names on every target."""

from __future__ import annotations

from math import radians
from pathlib import Path

import bpy
import numpy as np
import pytest

from blender_addon.bridge.jobs.steps import run_to_end
from blender_addon.export.exporting import export_job
from blender_addon.export.formats.glb import read_json
from blender_addon.export.options import ExportOptions
from blender_addon.export.preflight import preflight
from scripts.check_export import check_target
from scripts.export_checks.readers.folder import TargetFolder
from scripts.export_checks.scene.source import read_source, source_check


@pytest.fixture
def studio(clean_scene: bpy.types.Context) -> bpy.types.Context:
    """A cube, a camera that moves, and an area light."""
    bpy.ops.mesh.primitive_cube_add(location=(3, 0, 1))
    for kind, data in (
        ("Shot", bpy.data.cameras.new("Shot")),
        ("Window", bpy.data.lights.new("Window", "AREA")),
    ):
        obj = bpy.data.objects.new(kind, data)
        clean_scene.scene.collection.objects.link(obj)
        obj.location, obj.rotation_euler = (1, -4, 2), (radians(80), 0, radians(20))
    bpy.data.objects["Shot"].keyframe_insert("location", frame=1)
    return clean_scene


def test_two_engines_get_them_where_they_stand(studio: bpy.types.Context, tmp_path: Path) -> None:
    blend = tmp_path / "studio.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(blend))
    options = ExportOptions(lods=0, colliders="none", scene_file=True)
    run_to_end(export_job(studio, tmp_path, ["unity", "unreal"], options))
    for target in ("unity", "unreal"):
        assert list(check_target(tmp_path / target)) == []
        bpy.ops.wm.read_factory_settings(use_empty=True)
        bpy.ops.wm.fbx_import(filepath=str(tmp_path / target / "scene.fbx"))
        assert {obj.name: obj.type for obj in bpy.data.objects} == {"Shot": "CAMERA", "Window": "LIGHT"}
        for obj in bpy.data.objects:
            assert np.allclose(obj.matrix_world.translation, (1, -4, 2), atol=1e-4)
            backward = obj.matrix_world.to_quaternion().to_matrix().col[2]
            assert np.allclose(backward, (0.3368, -0.9254, 0.1736), atol=1e-3)
    source = read_source(blend)
    assert source_check(TargetFolder(tmp_path / "unity"), source).problems == []
    (tmp_path / "unity" / "scene.fbx").unlink()
    lost = [one.what for one in source_check(TargetFolder(tmp_path / "unity"), source).problems]
    assert lost == ["has cameras that the files lack", "has lights that the files lack"]


def test_findings_say_what_stays(studio: bpy.types.Context) -> None:
    kinds = {
        on: {one.kind for one in preflight(studio, ["unity"], ExportOptions(scene_file=on))} for on in (False, True)
    }
    assert {"camera_stays", "light_stays"} <= kinds[False]
    assert not {"camera_stays", "light_stays"} & kinds[True]
    assert "motion_stays" in kinds[True]  # an FBX file holds the camera as it stands


def test_a_second_target_has_the_same_names(studio: bpy.types.Context, tmp_path: Path) -> None:
    run_to_end(export_job(studio, tmp_path, ["godot", "web"], ExportOptions(lods=0, colliders="none")))
    for target in ("godot", "web"):
        names = {one["name"] for one in read_json(tmp_path / target / "scene.glb")["nodes"] if "camera" in one}
        assert names == {"Shot"}
