"""Two editions from one source: the platform's lacks what would start another program, and works without it."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from blender_addon.edition import FULL_ONLY
from scripts.build_extension import EDITIONS, ROOT, Target, blender_extension_tool, stage_extension

TARGET = Target("linux-x64", "3.13", "5.1.0", None)
STARTS = r"^\s*(import|from) (subprocess|socket|http|urllib|multiprocessing|ctypes)\b"
"""Modules that start programs, talk to others, or load libraries."""

USE = """
import sys, pathlib
sys.path[:0] = [{root!r}, {folder!r}]
import bpy
import platform_edition
import zipfile
platform_edition.register()
assert not hasattr(bpy.context.scene.atelier, "training")
assert "train" not in dir(bpy.ops.atelier) and "generate_avatar" in dir(bpy.ops.atelier)
assert not [name for name in sys.modules if name.startswith(("torch", "ml_core.training", "ml_core.networks"))]
bpy.ops.mesh.primitive_cube_add()
bpy.ops.atelier.label_objects(scope="all")
platform_edition.unregister()
print("works")
import os; sys.stdout.flush(); os._exit(0)
"""


@pytest.fixture(scope="module")
def staged(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The folder of each edition, with a stand-in for the wheels."""
    place = tmp_path_factory.mktemp("editions")
    wheel = place / "example-1.0-py3-none-any.whl"
    zipfile.ZipFile(wheel, "w").close()
    for edition in EDITIONS:
        stage_extension(place / f"{edition}_edition", TARGET, [wheel], edition)
    return {edition: place / f"{edition}_edition" for edition in EDITIONS}


@pytest.mark.parametrize("edition", EDITIONS)
def test_blender_finds_nothing_wrong_with_it(staged: dict[str, Path], edition: str) -> None:
    """By the command ``extension validate`` of Blender itself, which the bpy wheel brings."""
    command = [*blender_extension_tool(), "validate", str(staged[edition])]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    broken = staged[edition] / "blender_manifest.toml"
    text = broken.read_text(encoding="utf-8")
    broken.write_text(text.replace("[permissions]", "[permissions]\ncoffee = 'Make some.'"), encoding="utf-8")
    assert subprocess.run(command, capture_output=True, check=False).returncode != 0
    broken.write_text(text, encoding="utf-8")


def test_the_platform_s_edition_starts_nothing(staged: dict[str, Path]) -> None:
    folder = staged["platform"]
    assert [name for name in FULL_ONLY if (folder / name).exists()] == []
    assert all((staged["full"] / name).exists() for name in FULL_ONLY)
    found = [
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*.py")
        if "import_scripts" not in path.parts and re.search(STARTS, path.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert found == ["bridge/files/file_manager.py"]  # shows a folder in the file manager, on a press


def test_the_platform_s_manifest(staged: dict[str, Path]) -> None:
    manifest = tomllib.loads((staged["platform"] / "blender_manifest.toml").read_text(encoding="utf-8"))
    assert set(manifest["permissions"]) == {"files", "clipboard"}
    assert manifest["blender_version_max"] == "5.4.0"
    assert len(manifest["copyright"]) > 10
    assert len(manifest["tagline"]) <= 64
    assert (staged["platform"] / "NOTICE").read_text(encoding="utf-8") == (ROOT / "NOTICE").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_platform_s_edition_works(staged: dict[str, Path]) -> None:
    code = USE.format(root=str(ROOT), folder=str(staged["platform"].parent))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd="/")
    assert "works" in done.stdout, done.stderr
