"""What an earlier version has kept for the user moves once, and nothing is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from blender_addon.bridge.files import user_folder as folders


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path, Path]:
    """The new folder, and two of an earlier version with a file each."""
    new, data, config = tmp_path / "new", tmp_path / "data" / "atelier", tmp_path / "config" / "atelier"
    (data / "models").mkdir(parents=True)
    (data / "models" / "mine.onnx").write_text("weights")
    config.mkdir(parents=True)
    (config / "taught_labels.json").write_text("{}")
    monkeypatch.setattr(folders, "user_folder", lambda: new)
    monkeypatch.setattr(folders, "earlier_folders", lambda: [data, config])
    return new, data, config


def test_everything_moves_once(places: tuple[Path, Path, Path]) -> None:
    new, data, config = places
    assert folders.adopt_earlier_files() == ["models", "taught_labels.json"]
    assert (new / "models" / "mine.onnx").read_text() == "weights"
    assert (new / "taught_labels.json").is_file()
    assert not data.exists()
    assert not config.exists()
    assert folders.adopt_earlier_files() == []


def test_what_is_there_already_stays(places: tuple[Path, Path, Path]) -> None:
    new, _, config = places
    new.mkdir()
    (new / "taught_labels.json").write_text('{"new": 1}')
    assert folders.adopt_earlier_files() == ["models"]
    assert (new / "taught_labels.json").read_text() == '{"new": 1}'
    assert (config / "taught_labels.json").read_text() == "{}"


def test_what_cannot_be_moved_stays(places: tuple[Path, Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(folders.shutil, "move", fail)
    assert folders.adopt_earlier_files() == []
    assert (places[1] / "models" / "mine.onnx").is_file()
    assert (places[2] / "taught_labels.json").is_file()
