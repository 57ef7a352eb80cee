"""Programs come from the absolute folders of PATH, never from where a download lies."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ml_core import programs
from ml_core.programs import clean_environment, find_program, is_strange


def program(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def test_the_current_folder_is_not_looked_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path / "here" / "python3")
    wanted = program(tmp_path / "installed" / "python3")
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("PATH", os.pathsep.join(["", ".", "../here", str(wanted.parent)]))
    assert find_program("python3") == wanted
    assert find_program("./python3") == tmp_path / "here" / "python3"  # somebody has written that
    assert find_program("nothing") is None
    assert clean_environment()["PATH"] == str(wanted.parent)


@pytest.mark.parametrize("name", ["", ".", "..", "a\0b"])
def test_what_is_no_name_is_no_program(name: str) -> None:
    assert find_program(name) is None


def test_folders_of_a_download_are_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    theirs = program(tmp_path / "download" / "bin" / "python3")
    mine = tmp_path / "bin" / "python3"
    mine.parent.mkdir()
    mine.symlink_to(theirs)
    monkeypatch.setenv("PATH", os.pathsep.join([str(theirs.parent), str(mine.parent)]))
    assert find_program("python3") == theirs
    assert find_program("python3", [tmp_path / "download"]) is None  # nor by a link that leads there
    assert not is_strange(theirs, [tmp_path])  # a scene that is saved in the home folder itself


def test_no_variable_brings_modules_into_a_child(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PYTHONPATH", "PYTHONSTARTUP", "PYTHONHOME", "PythonInspect"):
        monkeypatch.setenv(name, "x")
    assert not [name for name in clean_environment() if name.upper().startswith("PYTHON")]
    assert clean_environment()["NoDefaultCurrentDirectoryInExePath"] == "1"


def test_a_deleted_current_folder_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> Path:
        raise FileNotFoundError

    monkeypatch.setattr(programs.Path, "cwd", gone)
    assert programs.current_folder() == []
