"""Exported people keep to a budget of triangles; their garments may be one mesh, and their bones those of Mixamo."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import bpy
import pytest

from blender_addon.bridge.jobs.steps import run_to_end
from blender_addon.export.exporting import export_job
from blender_addon.export.options import DETAILS, ExportOptions
from tests.blender_addon.avatar.anatomical import person


@pytest.fixture
def woman(clean_scene: bpy.types.Context) -> bpy.types.Object:
    return person(presentation=1.0, age=30.0, garments=["t_shirt", "jeans", "coat", "boots"])


def written(folder: Path, target: str, **options: Any) -> dict[str, Any]:
    """The JSON of the only model of an export."""
    run_to_end(export_job(bpy.context, folder, [target], ExportOptions(lods=0, **options)))
    (path,) = (folder / target).glob("SK_*.glb")
    data = path.read_bytes()
    return json.loads(data[20 : 20 + struct.unpack("<I", data[12:16])[0]])


def triangles(model: dict[str, Any]) -> int:
    accessors = model["accessors"]
    return sum(accessors[part["indices"]]["count"] // 3 for mesh in model["meshes"] for part in mesh["primitives"])


@pytest.mark.parametrize("detail", ["standard", "game"])
def test_a_person_keeps_to_the_budget_with_face_and_skeleton(
    woman: bpy.types.Object, tmp_path: Path, detail: str
) -> None:
    full = triangles(written(tmp_path / "full", "web", detail="full"))
    model = written(tmp_path, "web", detail=detail)
    assert DETAILS["game"] < full
    assert 0.85 * min(full, DETAILS[detail]) < triangles(model) <= DETAILS[detail]
    face = next(mesh for mesh in model["meshes"] if "Body" in mesh["name"])
    assert {"jawOpen", "viseme_aa"} <= set(face["extras"]["targetNames"])
    assert len(model["skins"][0]["joints"]) >= 55


def test_merged_garments_are_one_mesh_of_all_materials(woman: bpy.types.Object, tmp_path: Path) -> None:
    apart = written(tmp_path / "apart", "web", detail="full")
    merged = written(tmp_path / "merged", "web", detail="full", merge_garments=True)
    (garments,) = (mesh for mesh in merged["meshes"] if mesh["name"].endswith("_Garments"))
    assert len(merged["meshes"]) == len(apart["meshes"]) - 3
    assert triangles(merged) == triangles(apart)
    assert len(merged["materials"]) == len(apart["materials"])
    assert {"JOINTS_0", "WEIGHTS_0", "TEXCOORD_1", "TANGENT"} <= set(garments["primitives"][0]["attributes"])


def test_ready_player_me_gets_the_bones_of_mixamo(woman: bpy.types.Object, tmp_path: Path) -> None:
    model = written(tmp_path, "rpm", detail="game")
    names = {node["name"] for node in model["nodes"]}
    wanted = "Hips Spine Spine1 Spine2 Neck Head LeftEye LeftArm LeftForeArm LeftHand LeftHandThumb1 LeftHandPinky3"
    assert {*wanted.split(), "RightUpLeg", "RightLeg", "RightFoot", "RightToeBase"} <= names
    face = next(mesh for mesh in model["meshes"] if "Body" in mesh["name"])
    keys = face["extras"]["targetNames"]
    assert len([name for name in keys if name.startswith("viseme_")]) == 15
    assert len(keys) == 67
