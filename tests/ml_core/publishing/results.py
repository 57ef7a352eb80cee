"""Results of a command, and files of the user's beside them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from ml_core.publishing import published_folder
from ml_core.publishing.paths import sha256

FIRST = {"SM_Cube.fbx": "cube 1", "SM_Old.fbx": "old", "Editor/Import.cs": "same", "maps/a.png": "a"}
SECOND = {"SM_Cube.fbx": "cube 2", "SM_New.fbx": "new", "Editor/Import.cs": "same", "deep/er/b.png": "b"}
USERS = {"SM_Cube.fbx.meta": "guid", "thesis.txt": "years", "maps/mine.png": "mine"}


def write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def publish(target: Path, files: Mapping[str, str], force: bool = False) -> dict[str, str]:
    with published_folder(target, "test", force) as draft:
        write(draft.folder, files)
    return draft.kept


def content(target: Path) -> dict[str, str]:
    """Every file but the manifest, also hidden ones."""
    files = (path for path in target.rglob("*") if path.is_file() and path.name != "manifest.json")
    return {path.relative_to(target).as_posix(): path.read_text() for path in files}


def is_whole(target: Path) -> bool:
    entries = json.loads((target / "manifest.json").read_text())["files"]
    return all(sha256(target / entry["path"]) == entry["sha256"] for entry in entries)
