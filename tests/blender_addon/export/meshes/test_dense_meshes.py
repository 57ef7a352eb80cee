"""Meshes too dense for levels, hulls and lightmap UVs of our own: quick ways, and what is left out is told by name."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import bpy
import numpy as np
import pytest

from blender_addon.bridge.jobs import session_report
from blender_addon.bridge.jobs.steps import Progress, run_to_end
from blender_addon.bridge.mesh_arrays import positions
from blender_addon.export.assets import colliders, lightmap
from blender_addon.export.content.left_out import left_out_lines
from blender_addon.export.delivery.long_calls import before_call
from blender_addon.export.exporting import export_job
from blender_addon.export.meshes import lods
from blender_addon.export.meshes.lods import decimated
from blender_addon.ui import export as export_panel

from ...ui.drawn import Drawn
from ..preflight.preflight_scenes import cube, rig


def test_a_dense_mesh_is_exported_with_levels_and_a_collider(
    clean_scene: bpy.types.Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lods, "DENSE", 300)
    monkeypatch.setattr(colliders, "DENSE", 100)
    monkeypatch.setattr(lightmap, "MOST", 300)
    bpy.ops.mesh.primitive_ico_sphere_add(subdivisions=4)
    bpy.context.object.name = "Scan"
    report = run_to_end(export_job(clean_scene, tmp_path, ["unity"]))
    assert report["left_out"] == [{"name": "Scan", "why": "no lightmap UVs: 1280 triangles are more than 300"}]
    entry = next(one for one in json.loads((tmp_path / "unity/manifest.json").read_text())["files"] if "lods" in one)
    assert [one["triangles"] for one in entry["lods"]] == [1280, 640, 320]
    assert "lightmap_uv" not in entry
    assert [one.name for one in bpy.data.objects] == ["Scan"]
    assert left_out_lines(report) == ["Scan: no lightmap UVs: 1280 triangles are more than 300"]


def test_a_dense_skin_is_said_to_have_no_levels(
    clean_scene: bpy.types.Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lods, "DENSE", 11)
    rig(cube("Body"))
    bpy.ops.atelier.export_scene(directory=str(tmp_path), targets={"unity", "unreal"})
    why = "no levels of detail: 12 triangles that deform are more than 11"
    assert clean_scene.scene.atelier.report()["left_out"] == [{"name": "Body", "why": why}]
    drawn = Drawn()
    monkeypatch.setattr(export_panel, "paragraph", lambda layout, context, text, **_: layout.label(text=text))
    export_panel.draw_left_out(drawn, clean_scene)
    assert drawn.texts == [f"Body: {why}"]
    assert run_to_end(export_job(clean_scene, tmp_path / "web", ["web"]))["left_out"] == []  # takes none at all


def test_a_long_report_is_cut_in_the_panel_and_never_raises(
    clean_scene: bpy.types.Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = Drawn()
    monkeypatch.setattr(export_panel, "paragraph", lambda layout, context, text, **_: layout.label(text=text))
    session_report.set_report({"left_out": [], "without_faces": list("abcdefg")})
    export_panel.draw_left_out(drawn, clean_scene)
    assert drawn.texts == ["a: no faces", "b: no faces", "c: no faces", "d: no faces", "3 more in the report"]
    assert left_out_lines(
        {"left_out": [3, {"why": {}}], "lost_shape_keys": {"Hand": ["A", 2]}, "without_faces": 5}
    ) == [
        ": {}",
        "Hand: no shape keys, since its modifiers make other vertices with them: A, 2",
    ]


def test_blender_s_long_calls_are_announced(clean_scene: object) -> None:
    assert before_call(1, 2, "Reducing Scan", 100_000, 11.0) == Progress(1, 2, "Reducing Scan")
    long = before_call(0, 2, "Reducing Scan", 5_120_000, 11.0)
    assert long.what == "Reducing Scan (5,120,000 triangles): Blender works in one piece, about a minute"
    assert long.blocks
    assert before_call(0, 1, "x", 2_000_000, 11.0).what.endswith("about 20 seconds")
    assert before_call(0, 1, "x", 20_000_000, 11.0).what.endswith("about 4 minutes")


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
    few = colliders.farthest(points + 5)
    assert len(few) < 600
    assert np.allclose(np.ptp(few, axis=0), np.ptp(points, axis=0))
    assert colliders.hull_volume(few) > 0.97 * colliders.hull_volume(points[::7])
