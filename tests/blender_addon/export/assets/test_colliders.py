"""Collision shapes of real things: closed, convex, within the box, few faces, and named for each engine."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import bpy
import numpy as np
import pytest
import trimesh
from scipy.spatial import ConvexHull

from blender_addon.bridge.jobs.steps import run_to_end
from blender_addon.bridge.mesh_arrays import positions
from blender_addon.export.assets.colliders import (
    MAX_FACES,
    MAX_PARTS,
    Collider,
    collider_mesh,
    make_colliders,
    shape_of,
)
from blender_addon.export.exporting import export_job
from blender_addon.export.meshes.cleaning import triangulate
from ml_core.errors import InputError
from ml_core.vocabulary.scene.labels import LABELS

from ..real_things import REAL, largest


def made(mesh: bpy.types.Mesh, shape: str) -> list[Collider]:
    return run_to_end(make_colliders(mesh, shape))


def body(collider: Collider) -> trimesh.Trimesh:
    mesh = collider_mesh(collider, "Collider")
    return trimesh.Trimesh(positions(mesh), [p.vertices[:] for p in mesh.polygons], process=False)


@pytest.mark.data
@pytest.mark.parametrize("name", REAL)
@pytest.mark.parametrize("shape", ["box", "sphere", "capsule", "convex", "convex_parts"])
def test_shapes_of_real_furniture(clean_scene: object, data_dir: Path, name: str, shape: str) -> None:
    mesh = largest(data_dir / "scenes" / name).mesh
    points = positions(mesh)
    colliders = made(mesh, shape)
    assert 1 <= len(colliders) <= (MAX_PARTS if shape == "convex_parts" else 1)
    for collider in colliders:
        solid = body(collider)
        assert solid.is_watertight
        assert solid.volume > 0
        assert ConvexHull(collider.vertices).volume / solid.volume <= 1.001
        assert len(solid.faces) <= (MAX_FACES if collider.shape == "convex" else 255)
        assert (collider.vertices >= points.min(axis=0) - 0.02).all()
        assert (collider.vertices <= points.max(axis=0) + 0.02).all()
    if shape == "convex":
        hull = ConvexHull(points).volume
        assert body(colliders[0]).volume > 0.9 * hull
    if shape == "convex_parts":
        assert sum(body(one).volume for one in colliders) < 1.001 * ConvexHull(points).volume


def test_coacd_opens_a_ring_that_is_one_piece(clean_scene: object) -> None:
    bpy.ops.mesh.primitive_torus_add(major_segments=24, minor_segments=8, major_radius=1, minor_radius=0.2)
    mesh = bpy.context.object.data
    triangulate(mesh)
    parts = made(mesh, "coacd")
    assert 4 <= len(parts) <= MAX_PARTS
    points = positions(mesh)
    for part in parts:
        solid = body(part)
        assert solid.is_watertight
        assert len(solid.faces) <= MAX_FACES
        assert (np.abs(part.vertices) <= np.abs(points).max(axis=0) + 0.02).all()
        assert not solid.contains([[0, 0, 0]])[0]


def test_coacd_that_is_not_there_says_what_to_install(
    clean_scene: bpy.types.Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "coacd", None)
    bpy.ops.mesh.primitive_cube_add()
    bpy.context.object["atelier_collider"] = "coacd"
    with pytest.raises(InputError, match="pip install"):
        run_to_end(export_job(clean_scene, tmp_path / "out", ["unity"]))
    assert not (tmp_path / "out").exists()


@pytest.mark.data
def test_a_chair_has_room_under_its_seat(clean_scene: object, data_dir: Path) -> None:
    mesh = largest(data_dir / "scenes" / "kaykit_furniture_bits" / "chair_A.gltf").mesh
    parts = made(mesh, "convex_parts")
    low = np.array([0, 0, 0.1])
    assert len(parts) > 4
    assert not any(body(part).contains([low])[0] for part in parts)
    assert body(made(mesh, "convex")[0]).contains([low])[0]


def test_one_piece_is_cut(clean_scene: object) -> None:
    """An L without loose parts."""
    outline = [(0, 0), (2, 0), (2, 0.2), (0.2, 0.2), (0.2, 2), (0, 2)]
    solid = trimesh.creation.extrude_triangulation(
        np.array(outline), np.array([(0, 1, 2), (0, 2, 3), (0, 3, 4), (0, 4, 5)]), 1.0
    )
    mesh = bpy.data.meshes.new("L")
    mesh.from_pydata(solid.vertices.tolist(), [], solid.faces.tolist())
    parts = made(mesh, "convex_parts")
    assert 2 <= len(parts) <= 6
    assert sum(body(part).volume for part in parts) < 1.3 * solid.volume


def test_flat_and_tiny_things_get_a_solid(clean_scene: object) -> None:
    bpy.ops.mesh.primitive_plane_add()
    triangulate(bpy.context.object.data)
    for shape in ("box", "sphere", "capsule", "convex", "convex_parts"):
        for collider in made(bpy.context.object.data, shape):
            assert body(collider).is_watertight
            assert body(collider).volume > 0


def test_the_choice_by_hand_wins_over_option_and_label() -> None:
    assert shape_of("chair", None, "label") == "convex_parts"
    assert shape_of("door", None, "label") == "box"
    assert shape_of("person", None, "label") == "capsule"
    assert shape_of("potted_plant", None, "label") == "none"
    assert shape_of(None, None, "label") == "convex"
    assert shape_of("chair", "box", "convex") == "box"
    assert shape_of("chair", "nonsense", "box") == "box"
    assert shape_of("chair", "box", "none") == "none"
    assert {shape_of(label, None, "label") for label in LABELS} >= {"box", "capsule", "convex", "convex_parts", "none"}


def test_names_in_the_files(clean_scene: bpy.types.Context, tmp_path: Path) -> None:
    bpy.ops.mesh.primitive_monkey_add(location=(1, 2, 3), rotation=(0, 0, 1))
    bpy.context.object["atelier_collider"] = "capsule"
    bpy.ops.mesh.primitive_cube_add()
    bpy.context.object["atelier_collider"] = "none"
    run_to_end(export_job(clean_scene, tmp_path, ["unity", "unreal", "web"]))
    facts = {}
    for target in ("unity", "unreal", "web"):
        files = json.loads((tmp_path / target / "manifest.json").read_text())["files"]
        facts[target] = {entry["path"]: entry for entry in files}
    unreal, unity = facts["unreal"]["SM_Suzanne.fbx"], facts["unity"]["SM_Suzanne.fbx"]
    assert unreal["colliders"] == [{"name": "UCP_SM_Suzanne_LOD0_01", "shape": "capsule"}]
    assert unity["colliders"] == [{"name": "COL_CAPSULE_SM_Suzanne_01", "shape": "capsule"}]
    assert [one["name"] for one in unity["lods"]] == [f"SM_Suzanne_LOD{number}" for number in range(3)]
    assert "colliders" not in facts["unity"]["SM_Cube.fbx"]
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    bpy.ops.wm.fbx_import(filepath=str(tmp_path / "unreal" / "SM_Suzanne.fbx"))
    nodes = {one.name: one for one in bpy.data.objects}
    expected = {"SM_Suzanne", "UCP_SM_Suzanne_LOD0_01", *(one["name"] for one in unreal["lods"])}
    assert set(nodes) == expected
    assert nodes["SM_Suzanne_LOD1"].parent.name == "SM_Suzanne"
    assert b"LodGroup" in (tmp_path / "unreal" / "SM_Suzanne.fbx").read_bytes()
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    bpy.ops.import_scene.gltf(filepath=str(tmp_path / "web" / "scene.glb"))
    assert {one.name for one in bpy.data.objects if one.type == "MESH"} == {"SM_Suzanne", "SM_Cube"}
    assert {one.name for one in bpy.data.meshes if one.users} == {"SM_Suzanne", "SM_Cube"}
