"""One target that fails or has nothing to say never loses the others, and all is said."""

from __future__ import annotations

import json
from collections.abc import Generator
from pathlib import Path
from typing import Any

import bpy
import pytest

from blender_addon.bridge.jobs.steps import run_to_end
from blender_addon.export import exporting
from blender_addon.export.delivery.target_writer import TargetWriter
from blender_addon.export.exporting import export_job
from blender_addon.export.outcomes import TargetsFailedError, unwritten, written
from ml_core import InputError

from .test_exporting import fingerprint

pytestmark = pytest.mark.both_blenders


@pytest.fixture
def cube(clean_scene: bpy.types.Context) -> bpy.types.Context:
    bpy.ops.mesh.primitive_cube_add()
    return clean_scene


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """OpenUSD fails as a program with a fault does, godot as a known limit; after having made things."""
    write = TargetWriter.write_statics

    def fail(self: TargetWriter, assets: list) -> Generator[Any, Any, int]:
        written = yield from write(self, assets)
        if self._profile.title == "OpenUSD":
            bpy.data.objects.new("Litter", bpy.data.meshes.new("Litter"))
            raise RuntimeError("Error: Python: Traceback\nTypeError: keyword unrecognized\n")
        if self._profile.title == "Godot":
            raise InputError("This Blender was built without Godot.")
        return written

    monkeypatch.setattr(TargetWriter, "write_statics", fail)


@pytest.mark.usefixtures("broken")
def test_the_others_are_written(cube: bpy.types.Context, tmp_path: Path) -> None:
    before = fingerprint()
    targets = run_to_end(export_job(cube, tmp_path, ["usd", "unity", "godot", "vrm", "web"]))["targets"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["unity", "web"]
    assert {name for name, facts in targets.items() if "folder" in facts} == {"unity", "web"}
    assert "TypeError: keyword unrecognized" in targets["usd"]["error"]
    assert "Traceback" in targets["usd"]["details"]
    assert targets["godot"] == {"error": "This Blender was built without Godot."}
    assert targets["vrm"] == {"skipped": "VRM: nothing to export (the scene has no avatar)"}
    assert fingerprint() == before
    count = sum(path.is_file() and path.name != "manifest.json" for path in (tmp_path / "unity").rglob("*"))
    assert written(targets)[0].startswith(f"Unity: {count} files, ")
    assert [line.values["name"] for line in written(targets)] == ["Unity", "Web"]
    assert unwritten(targets, "error") == {
        "usd": f"OpenUSD: {targets['usd']['error']}",
        "godot": "Godot: This Blender was built without Godot.",
    }
    assert unwritten(targets, "skipped") == {"vrm": targets["vrm"]["skipped"]}


@pytest.mark.usefixtures("broken")
def test_the_operator_finishes_when_one_is_written_and_fails_when_none_is(
    cube: bpy.types.Context, tmp_path: Path
) -> None:
    export = bpy.ops.atelier.export_scene
    assert export(directory=str(tmp_path), targets={"godot", "web"}) == {"FINISHED"}
    assert "error" in cube.scene.atelier.report()["targets"]["godot"]
    with pytest.raises(RuntimeError, match=r"built without Godot\.; VRM: nothing"):
        export(directory=str(tmp_path / "none"), targets={"godot", "vrm"})
    assert "error" in cube.scene.atelier.report()
    with pytest.raises(RuntimeError, match="VRM: nothing to export"):
        export(directory=str(tmp_path / "none"), targets={"vrm"})
    assert not (tmp_path / "none").exists()


def test_a_changed_file_stops_one_target_and_force_keeps_it(cube: bpy.types.Context, tmp_path: Path) -> None:
    export = bpy.ops.atelier.export_scene
    export(directory=str(tmp_path), targets={"unity", "web"})
    (tmp_path / "web" / "README.txt").write_text("my notes")
    (tmp_path / "unity" / "SM_Cube.fbx.meta").write_text("guid")
    assert export(directory=str(tmp_path), targets={"unity", "web"}) == {"FINISHED"}
    assert "README.txt" in cube.scene.atelier.report()["targets"]["web"]["error"]
    assert (tmp_path / "web" / "README.txt").read_text() == "my notes"
    assert export(directory=str(tmp_path), targets={"web"}, force=True) == {"FINISHED"}
    assert cube.scene.atelier.report()["targets"]["web"]["kept"] == {"README.txt": "README.txt.bak"}
    assert (tmp_path / "web" / "README.txt.bak").read_text() == "my notes"
    assert (tmp_path / "unity" / "SM_Cube.fbx.meta").read_text() == "guid"


@pytest.mark.usefixtures("broken")
def test_all_that_fail_are_said_one_by_one(cube: bpy.types.Context, tmp_path: Path) -> None:
    with pytest.raises(TargetsFailedError) as caught:
        run_to_end(export_job(cube, tmp_path, ["vrm", "godot"]))
    assert [sentence.split(":")[0] for sentence in caught.value.sentences] == ["VRM", "Godot"]
    with pytest.raises(RuntimeError, match="keyword unrecognized"):  # a fault keeps its traceback
        run_to_end(export_job(cube, tmp_path, ["vrm", "usd"]))


def test_an_unknown_target_writes_nothing(cube: bpy.types.Context, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cryengine"):
        run_to_end(export_job(cube, tmp_path / "out", ["web", "cryengine"]))
    assert not (tmp_path / "out").exists()


def test_a_disk_is_named_where_it_is_the_reason(
    cube: bpy.types.Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(exporting, "write_manifest", full)
    with pytest.raises(InputError, match=r"unity: cannot be written \(No space left on device\)"):
        run_to_end(export_job(cube, tmp_path / "out", ["unity"]))
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("broken")
def test_the_script_writes_the_others_and_ends_with_2(
    cube: bpy.types.Context, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from scripts import export_scene

    engines = [part for name in ("godot", "web", "vrm") for part in ("--engine", name)]
    assert export_scene.main([*engines, "--out", str(tmp_path)]) == 2
    said = capsys.readouterr()
    assert said.err.splitlines() == [
        "error: Godot: This Blender was built without Godot.",
        "skipped: VRM: nothing to export (the scene has no avatar)",
    ]
    assert "files" in json.loads(said.out)["targets"]["web"]
    assert export_scene.main([*engines[2:], "--out", str(tmp_path)]) == 0


def test_a_report_of_a_stranger_is_read_as_text(clean_scene: bpy.types.Context) -> None:
    assert not written({"web": 3, "bash": {"files": 1, "bytes": 1}, "vrm": {"files": [1], "bytes": "x"}})
    assert not written("web")
    assert unwritten({"web": 3, "bash": {"error": "x"}, "vrm": {"error": [1]}}, "error") == {"vrm": "VRM: [1]"}
