"""Exports of one file compute levels of detail and UVs for light maps once for each mesh, and anew where it changed."""

from __future__ import annotations

from pathlib import Path

import bpy
import numpy as np
import pytest

from blender_addon.bridge import session
from blender_addon.bridge.jobs.steps import run_to_end
from blender_addon.export.assets import lightmap
from blender_addon.export.exporting import export_job
from blender_addon.export.meshes import computed, lods
from blender_addon.export.meshes.computed import Computed, digest
from scripts.export_checks.readers.folder import TargetFolder


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of what is computed, each time."""
    made: list[str] = []

    def counted(module: object, name: str) -> None:
        function = getattr(module, name)

        def call(*given: object) -> object:
            made.append(name)
            return function(*given)

        monkeypatch.setattr(module, name, call)

    counted(lightmap, "lightmap_uv")
    counted(lods, "simplifying")
    session.drop(Computed)
    return made


def _levels(folder: Path) -> list[tuple[str, int]]:
    files = TargetFolder(folder / "unity").manifest["files"]
    return [(level["name"], level["triangles"]) for file in files for level in file.get("lods", [])]


def test_a_second_export_computes_nothing_and_writes_the_same(
    clean_scene: bpy.types.Context, tmp_path: Path, calls: list[str]
) -> None:
    bpy.ops.mesh.primitive_uv_sphere_add(segments=24, ring_count=16)
    run_to_end(export_job(clean_scene, tmp_path / "first", ["unity"]))
    assert calls.count("simplifying") == 1
    assert calls.count("lightmap_uv") == 3
    run_to_end(export_job(clean_scene, tmp_path / "second", ["unity"]))
    assert len(calls) == 4
    assert _levels(tmp_path / "first") == _levels(tmp_path / "second") != []


def test_a_mesh_that_has_changed_is_computed_anew(
    clean_scene: bpy.types.Context, tmp_path: Path, calls: list[str]
) -> None:
    bpy.ops.mesh.primitive_uv_sphere_add(segments=24, ring_count=16)
    run_to_end(export_job(clean_scene, tmp_path / "first", ["unity"]))
    mesh = bpy.context.object.data
    mesh.vertices[40].co *= 1.01
    run_to_end(export_job(clean_scene, tmp_path / "second", ["unity"]))
    assert calls.count("simplifying") == 2
    mesh.uv_layers[0].data[100].uv.x += 0.001
    before = calls.count("lightmap_uv")
    run_to_end(export_job(clean_scene, tmp_path / "third", ["unity"]))
    assert calls.count("simplifying") == 3
    assert calls.count("lightmap_uv") == before + 2  # that of the mesh itself knows nothing of its other UV maps


def test_other_files_begin_anew() -> None:
    kept = session.part(Computed).levels
    kept.keep("a", [], 1)
    session.leave_file()
    assert session.part(Computed).levels.get("a") is None


def test_what_was_used_longest_ago_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(computed, "MOST", 100)
    kept = Computed().levels
    kept.keep("a", [], 40)
    kept.keep("b", [], 40)
    assert kept.get("a") == []
    kept.keep("c", [], 40)
    kept.keep("huge", [], 101)
    assert [name for name in ("a", "b", "c", "huge") if kept.get(name) is not None] == ["a", "c"]


def test_digests_tell_shapes_types_and_settings_apart() -> None:
    values = np.arange(6, dtype=np.int32)
    other = [
        digest("a", values),
        digest("b", values),
        digest("a", values.reshape(2, 3)),
        digest("a", values.view(np.uint32)),
        digest("a", values[:3], values[3:]),
        digest("a", values[::-1]),
    ]
    assert len(set(other)) == len(other)
    assert digest("a", values) == digest("a", values.copy())
