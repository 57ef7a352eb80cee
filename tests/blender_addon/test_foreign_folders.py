"""Folders and programs that a file of unknown origin names are not followed before the artist has agreed."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import bpy
import pytest

from blender_addon.bridge import session
from blender_addon.bridge.files import chosen_folders
from blender_addon.bridge.jobs import session_report
from blender_addon.bridge.jobs.quick_fixes import QuickFix
from blender_addon.training import pythons, runs
from ml_core.errors import InputError
from ml_core.publishing import staged_folder


@pytest.fixture
def opened(clean_scene: bpy.types.Context, tmp_path: Path) -> Iterator[bpy.types.Context]:
    """A saved file that a stranger could have written; what it names was not chosen in this session."""
    bpy.ops.mesh.primitive_cube_add()
    (tmp_path / "scene").mkdir()
    yield clean_scene
    runs.forget()


def save_and_open(tmp_path: Path, folder: str = "", data: str = "") -> bpy.types.PropertyGroup:
    settings = bpy.context.scene.atelier
    settings.export_directory, settings.training.data = folder, data
    path = str(tmp_path / "scene" / "scene.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.open_mainfile(filepath=path, use_scripts=False)
    return bpy.context.scene.atelier


@pytest.mark.usefixtures("opened")
@pytest.mark.parametrize("folder", ["//export", "//", "//a/b c/", "//./export"])
def test_a_folder_beside_the_file_is_followed(tmp_path: Path, folder: str) -> None:
    settings = save_and_open(tmp_path, folder)
    assert chosen_folders.is_chosen(settings.export_directory)
    assert chosen_folders.export_folder(bpy.context.scene).is_relative_to(tmp_path / "scene")


@pytest.mark.usefixtures("opened")
@pytest.mark.parametrize("folder", ["{}/elsewhere", "//../elsewhere", "//a/../../b", "//linked", "//\\\\host\\share",
                                    "\\\\host\\share", "///etc", "//C:\\x", "~/export", "elsewhere"])  # fmt: skip
def test_a_folder_elsewhere_has_to_be_chosen(tmp_path: Path, folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "scene" / "linked").symlink_to(tmp_path)
    settings = save_and_open(tmp_path, folder.format(tmp_path))
    with monkeypatch.context() as patch:
        patch.setattr(Path, "is_dir", lambda path: pytest.fail(f"{path} was looked for"))
        assert not bpy.ops.atelier.open_export_folder.poll()  # a panel asks this many times a second
    with pytest.raises(InputError, match="that you have not chosen"):
        chosen_folders.export_folder(bpy.context.scene)
    is_of_windows = folder.startswith("\\\\") and os.name != "nt"
    bpy.ops.atelier.use_folder(which="export")
    with pytest.raises(InputError, match="not a folder on this machine") if is_of_windows else nullcontext():
        chosen_folders.export_folder(bpy.context.scene)
    session.leave_file()
    settings.export_directory = settings.export_directory  # as the panel and scripts set it
    with pytest.raises(InputError, match="not a folder on this machine") if is_of_windows else nullcontext():
        chosen_folders.export_folder(bpy.context.scene)


@pytest.mark.usefixtures("opened")
def test_a_command_does_not_export_where_the_file_says(tmp_path: Path) -> None:
    save_and_open(tmp_path, str(tmp_path / "elsewhere"))
    with pytest.raises(RuntimeError, match="not chosen"):
        bpy.ops.atelier.run_command(command="export to web")
    assert not (tmp_path / "elsewhere").exists()
    assert session_report.failure().quick_fix is QuickFix.USE_EXPORT_FOLDER


def test_marks_of_direction_show_in_a_path() -> None:
    assert chosen_folders.shown("/a/\u202eb\n") == "/a/\ufffdb\ufffd"


def planted(path: Path, mark: Path) -> Path:
    path.parent.mkdir(parents=True)
    path.write_text(f"#!/bin/sh\n: > {mark}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.mark.usefixtures("opened")
def test_no_python_is_run_that_came_with_the_scene_or_the_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mark, scene, current = tmp_path / "mark", tmp_path / "scene", tmp_path / "current"
    for folder in (scene / "data", scene, current):
        planted(folder / ".venv" / "bin" / "python3", mark)
    for kind in "ab":
        (scene / "data" / kind).mkdir()
        (scene / "data" / kind / "m.obj").write_text("v 0 0 0\n")
    save_and_open(tmp_path, data="//data")
    monkeypatch.chdir(current)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("VIRTUAL_ENV", str(scene / ".venv"))
    monkeypatch.setenv("CONDA_PREFIX", ".venv")
    entries = [".venv/bin", "", str(scene / "data/.venv/bin"), str(scene / ".venv/bin"), str(current / ".venv/bin")]
    monkeypatch.setenv("PATH", os.pathsep.join(entries))
    with pytest.raises(RuntimeError, match="No Python with PyTorch"):
        bpy.ops.atelier.train(data=bpy.context.scene.atelier.training.data)
    for relative in ("//.venv/bin/python3", ".venv/bin/python3", "python3.99"):
        with pytest.raises(RuntimeError, match="no such Python"):
            bpy.ops.atelier.train(data="//data", python=relative)
    assert not mark.exists()


@pytest.mark.usefixtures("opened")
def test_a_python_that_was_found_is_used_after_a_word(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = pythons.FoundPython("/opt/x/python", (3, 12, 0), "2.9")
    monkeypatch.setattr(pythons, "find", lambda strange: [found])
    for kind in "ab":
        (tmp_path / "data" / kind).mkdir(parents=True)
        (tmp_path / "data" / kind / "m.obj").write_text("v 0 0 0\n")
    with pytest.raises(RuntimeError, match=r"/opt/x/python with PyTorch 2\.9 was found"):
        bpy.ops.atelier.train(data=str(tmp_path / "data"))
    assert session_report.failure().quick_fix is QuickFix.USE_PYTHON
    assert bpy.ops.atelier.use_python() == {"FINISHED"}
    assert not bpy.ops.atelier.use_python.poll()
    with pytest.raises(RuntimeError, match="cannot be started"):  # it is not a program here
        bpy.ops.atelier.train(data=str(tmp_path / "data"), confirm=True)


def test_a_python_imports_nothing_of_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("json", "torch", "sitecustomize", "usercustomize"):
        (tmp_path / f"{name}.py").write_text(f"open({str(tmp_path / 'mark')!r}, 'w')\nraise SystemExit\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("PYTHONSTARTUP", str(tmp_path / "json.py"))
    plain = getattr(sys, "_base_executable", sys.executable)  # without PyTorch, which takes seconds to import
    started: list[tuple[list[str], Path]] = []
    run = subprocess.run

    def noted(command: list[str], cwd: str, **options: object) -> object:
        started.append((command, Path(cwd)))
        return run(command, cwd=cwd, **options)

    monkeypatch.setattr(subprocess, "run", noted)
    assert pythons.queried(plain).version == sys.version_info[:3]
    assert started[0][0][:2] == [plain, "-I"]
    assert not started[0][1].exists()  # a folder of its own, which was empty
    assert not (tmp_path / "mark").exists()


@pytest.mark.parametrize(
    ("folder", "why"),
    [
        ("http://x/y", "not a folder on this machine"),
        ("smb://server/share", "not a folder on this machine"),
        ("file:///tmp/x", "not a folder on this machine"),
        ("$HOME/x", "variables"),
        ("${HOME}", "variables"),
        ("%USERPROFILE%\\x", "variables"),
        ("~nobody_of_this_name/x", "cannot be opened"),
        pytest.param("C:\\x", "not a folder", marks=pytest.mark.skipif(os.name == "nt", reason="is one there")),
        pytest.param(
            "\\\\server\\share", "not a folder", marks=pytest.mark.skipif(os.name == "nt", reason="is one there")
        ),
    ],
)
def test_what_is_typed_makes_no_folder_of_that_name(
    clean_scene: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str, why: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=why):
        chosen_folders.absolute_folder(folder)
    assert list(tmp_path.iterdir()) == []


def test_the_home_folder_and_loops(clean_scene: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert chosen_folders.absolute_folder("~/export") == tmp_path / "export"
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(InputError, match="cannot be"), staged_folder(chosen_folders.absolute_folder("~/loop")):
        pass
    with pytest.raises(InputError, match="cannot be written"), staged_folder(tmp_path / "a\0b"):
        pass


@pytest.mark.usefixtures("opened")
def test_a_plain_relative_folder_lies_beside_the_file_in_a_window(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert chosen_folders.absolute_folder("engine files") == tmp_path / "engine files"  # a script's current folder
    monkeypatch.setattr(chosen_folders, "_has_window", lambda: True)
    with pytest.raises(InputError, match="Save the blend file first"):
        chosen_folders.absolute_folder("engine files")
    save_and_open(tmp_path, "engine files")
    assert chosen_folders.export_folder(bpy.context.scene) == tmp_path / "scene" / "engine files"
    save_and_open(tmp_path, "../elsewhere")
    with pytest.raises(InputError, match="not chosen"):
        chosen_folders.export_folder(bpy.context.scene)
