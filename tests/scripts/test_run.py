"""The README's two commands: what run.py does before anything is installed, and the demo."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import run

ROOT = Path(__file__).resolve().parents[2]


def test_it_needs_nothing_but_the_standard_library() -> None:
    tree = ast.parse((ROOT / "scripts" / "run.py").read_text(encoding="utf-8"))
    names = {
        alias.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
    }
    names |= {node.module.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
    assert names <= sys.stdlib_module_names


def test_another_python_gets_one_clear_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run.sys, "version_info", (3, 8, 1))
    with pytest.raises(run.SetupError, match=r"Python 3\.11.*this is Python 3\.8.*run `python3\.11"):
        run.check_python()


def test_the_demo_installs_no_torch() -> None:
    assert not [one for one in run.requirements("demo") if one.startswith(("torch", "lightning"))]
    assert [one for one in run.requirements("test") if one.startswith("torch==")]


def test_fast_tests_need_neither_blender_nor_torch(tmp_path: Path) -> None:
    heavy = ("bpy", "torch", "lightning")
    assert not [one for one in run.requirements("test --fast") if one.startswith(tuple(f"{name}=" for name in heavy))]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--basetemp={tmp_path / 'temporary'}"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_XDIST")}
    done = subprocess.run(
        [*command, "--fast", "-k", "any_mesh or triangle"], cwd=ROOT, capture_output=True, text=True, env=environment
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout


@pytest.mark.slow
def test_the_demo_goes_from_a_sentence_to_engine_files(tmp_path: Path) -> None:
    from PIL import Image

    out = tmp_path / "demo"
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "demo.py"), "--seed", "3", "--out", str(out)],
        capture_output=True,
        text=True,
        check=False,
        timeout=500,
    )
    assert done.returncode == 0, done.stderr
    assert {path.name for path in out.iterdir()} == {
        "demo.blend",
        "labels.json",
        "manifest.json",
        "preview.png",
        "unity",
        "unreal",
        "web",
    }
    report = json.loads((out / "labels.json").read_text())
    assert report["counts"]["chair"] >= 4
    assert str(out) in json.dumps(report["exports"])
    for step in ("Generating the avatar", "Labeling the objects", "Exporting", "Everything"):
        line = next(line for line in done.stdout.splitlines() if line.startswith(step))
        assert line.rstrip().endswith(" s")
    with Image.open(out / "preview.png") as picture:
        assert picture.size == (1920, 1200)
        assert len(picture.convert("RGB").getcolors(2**24)) > 10000
