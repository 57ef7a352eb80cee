"""Meshes too dense for levels, hulls and lightmap UVs of our own: quick ways, and what is left out is told by name."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import bpy
import numpy as np
import pytest

from blender_addon.bridge.jobs import run_to_end
from blender_addon.bridge.mesh_arrays import positions
from blender_addon.export import colliders, lightmap, lods, static_geometry
from blender_addon.export.exporting import export_job
from blender_addon.export.lods import decimated


def test_a_dense_mesh_is_exported_with_levels_and_a_collider(
    clean_scene: bpy.types.Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lods, "DENSE", 300)
    monkeypatch.setattr(colliders, "DENSE", 100)
    monkeypatch.setattr(lightmap, "MOST", 300)
    monkeypatch.setattr(static_geometry, "MOST", 300)
    bpy.ops.mesh.primitive_ico_sphere_add(subdivisions=4)
    bpy.context.object.name = "Scan"
    report = run_to_end(export_job(clean_scene, tmp_path, ["unity"]))
    assert report["left_out"] == [{"name": "Scan", "why": "no lightmap UVs: 1280 triangles are more than 300"}]
    entry = next(one for one in json.loads((tmp_path / "unity/manifest.json").read_text())["files"] if "lods" in one)
    assert [one["triangles"] for one in entry["lods"]] == [1280, 640, 320]
    assert "lightmap_uv" not in entry
    assert [one.name for one in bpy.data.objects] == ["Scan"]


def test_dense_levels_halve_and_keep_uv_and_outline(clean_scene: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lods, "DENSE", 300)
    bpy.ops.mesh.primitive_ico_sphere_add(subdivisions=4)
    mesh = bpy.context.object.data
    levels = run_to_end(decimated(mesh, 2))
    for finer, coarser in pairwise([mesh, *levels]):
        assert len(coarser.polygons) == pytest.approx(len(finer.polygons) / 2, rel=0.05)
        assert coarser.uv_layers[0].name == mesh.uv_layers[0].name
        assert np.ptp(positions(coarser), axis=0) == pytest.approx(np.ptp(positions(mesh), axis=0), rel=0.03)
    assert [one.name for one in levels] == [f"{mesh.name}_LOD1", f"{mesh.name}_LOD2"]


def test_the_farthest_points_have_the_hull_of_all() -> None:
    points = np.random.default_rng(0).standard_normal((20_000, 3))
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    points[0] = (3, 0, 0)
    few = colliders._farthest(points + 5)
    assert len(few) < 600
    assert np.allclose(np.ptp(few, axis=0), np.ptp(points, axis=0))
    assert colliders.hull_volume(few) > 0.97 * colliders.hull_volume(points[::7])
