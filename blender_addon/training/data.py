"""A quick check of whether a folder can be trained on, before a process is started that would fail later."""

from __future__ import annotations

from pathlib import Path

from ml_core.datasets.meshes.folders import SUFFIXES
from ml_core.errors import InputError

_LEAST_KINDS = 2


def check_data(what: str, folder: Path) -> None:
    """Checks names only; whether the files can be read turns out in training.

    Raises:
        InputError: there is no such folder, or it contains nothing to train ``what`` on; the message says what it
            should contain.
    """
    if not folder.is_dir():
        raise InputError("{folder}: there is no such folder. Choose the folder to learn from.", folder=folder)
    if what == "textures":
        if not any((folder / name).is_file() for name in ("labels.json", "textures.csv", "avatars.csv")):
            raise InputError(
                "{folder}: there is no textures.csv, no avatars.csv and no dataset made of one. Choose such a folder.",
                folder=folder,
            )
        return
    if (folder / "labels.csv").is_file():
        return
    kinds = [path for path in folder.iterdir() if path.is_dir() and _has_mesh(path)]
    if len(kinds) < _LEAST_KINDS:
        raise InputError(
            "{folder}: give two or more subfolders, one for each kind of object and named after it, with "
            "mesh files ({suffixes}) in them.",
            folder=folder,
            suffixes=", ".join(SUFFIXES),
        )


def _has_mesh(folder: Path) -> bool:
    return any(path.suffix.lower() in SUFFIXES for path in folder.rglob("*"))
