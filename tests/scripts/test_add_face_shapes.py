"""Faces for characters that nobody has rigged, and the words where it is not clear whose."""

from __future__ import annotations

import json
from pathlib import Path

import bpy
import pytest

from blender_addon.bridge.importers import open_scene
from scripts.add_face_shapes import main
from tests.scripts.in_process import called


def test_a_body_without_a_rig_alone_in_its_file_gets_its_shapes(
    data_dir: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    open_scene(data_dir / "avatars" / "meshes" / "id03_business_body.glb")
    body = bpy.data.objects["H_DDS_HighRes"]
    place = body.matrix_world.copy()
    body.modifiers.clear()
    body.vertex_groups.clear()
    body.parent, body.matrix_world = None, place
    for other in [obj for obj in bpy.data.objects if obj != body]:
        bpy.data.objects.remove(other)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "bare.blend"))
    done = called(capfd, main, tmp_path / "bare.blend", "--out", tmp_path / "out.blend")
    assert done.returncode == 0, done.stderr
    facts = json.loads(done.stdout[done.stdout.index("{") :])
    assert (facts["character"], facts["shapes"]) == ("H_DDS_HighRes", {"H_DDS_HighRes": 66})
    assert facts["mouth_opens"]
    assert facts["lids_close"]


def test_a_scene_of_several_bodies_asks_for_one_by_its_own_option(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], clean_scene: bpy.types.Context
) -> None:
    bpy.ops.mesh.primitive_cube_add()
    bpy.ops.mesh.primitive_cube_add()
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "two.blend"))
    done = called(capfd, main, tmp_path / "two.blend", "--out", tmp_path / "out.blend")
    assert done.returncode == 2
    assert "0 humanoids (-); give --character NAME" in done.stderr
