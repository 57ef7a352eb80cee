"""Commands of a file, run on a scene by the script: what it writes, and that a refusal writes nothing."""

from __future__ import annotations

import json
from pathlib import Path

import bpy
import pytest

from ml_core import InputError
from scripts.run_commands import main


@pytest.fixture
def cube(clean_scene: bpy.types.Context, tmp_path: Path) -> Path:
    """A file with one object named Cube."""
    obj = bpy.data.objects.new("Cube", bpy.data.meshes.new("Cube"))
    clean_scene.scene.collection.objects.link(obj)
    path = tmp_path / "cube.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(path))
    return path


def test_commands_are_run_in_order_and_reported(cube: Path, tmp_path: Path) -> None:
    commands, out, report = tmp_path / "steps.txt", tmp_path / "done.blend", tmp_path / "report.json"
    commands.write_text("# first up, then aside\nmove Cube 1 m up\n\n把Cube往右移两米\n", encoding="utf-8")
    arguments = [str(cube), "--commands", str(commands), "--out", str(out), "--report", str(report)]
    assert main(arguments) == 0
    assert json.loads(report.read_text(encoding="utf-8"))["done"] == 2
    bpy.ops.wm.open_mainfile(filepath=str(out))
    assert tuple(bpy.data.objects["Cube"].location) == pytest.approx((2, 0, 1))


def test_a_command_that_is_refused_saves_nothing_and_says_why(cube: Path, tmp_path: Path) -> None:
    out, report = tmp_path / "done.blend", tmp_path / "report.json"
    arguments = [str(cube), "--command", "move Cube 1 m up", "--command", "delete Cube", "--out", str(out)]
    assert main([*arguments, "--report", str(report)]) == 2
    assert not out.exists()
    refused = json.loads(report.read_text(encoding="utf-8"))["commands"][1]
    assert "confirm=True" in refused["error"]


def test_a_dry_run_prints_the_plan_and_changes_nothing(cube: Path, capsys: pytest.CaptureFixture) -> None:
    assert main([str(cube), "--command", "move Cube 1 m up", "--dry-run"]) == 0
    assert "move Cube | up 1 m" in capsys.readouterr().out
    assert main([str(cube), "--command", "bevel the Cube", "--dry-run"]) == 2


def test_bad_arguments_are_one_clear_line(cube: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no command"):
        main([str(cube)])
    (tmp_path / "bad.txt").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(InputError, match="not text in UTF-8"):
        main([str(cube), "--commands", str(tmp_path / "bad.txt")])
    with pytest.raises(InputError, match=r"ends in \.blend"):
        main([str(cube), "--command", "save", "--out", str(tmp_path / "x.txt")])
