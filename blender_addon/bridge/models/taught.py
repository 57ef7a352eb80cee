"""Where taught labels are kept: beside the blend file when it has some of its own, else in the user's library."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import bpy

from ml_core.errors import InputError
from ml_core.files import read_json
from ml_core.inference.recognition.objects import ObjectRecognizer
from ml_core.inference.recognition.taught_labels import TaughtLabels

from ..files.user_folder import user_folder

FILE_NAME = "taught_labels.json"


def user_library() -> Path:
    """The file of labels for all scenes of this user."""
    return user_folder() / FILE_NAME


def beside_the_file() -> Path | None:
    """The file beside the open blend file, to be shared with it; ``None`` while that is not saved."""
    path = bpy.data.filepath
    return Path(path).with_suffix(f".{FILE_NAME}") if path else None


def place(where: str) -> Path:
    """The file for ``where``: ``file`` (beside the blend file, if it is saved) or ``user``."""
    beside = beside_the_file()
    return beside if where == "file" and beside is not None else user_library()


def files() -> list[Path]:
    """The files in effect for the open file: the user's library and, taking precedence, that beside the blend file."""
    beside = beside_the_file()
    return [user_library(), *([beside] if beside is not None else [])]


def read(paths: list[Path], recognizer: ObjectRecognizer) -> TaughtLabels:
    """What was taught in the files together, the last taking precedence. Needs no Blender data.

    Raises:
        InputError: one of the files is damaged.
    """
    memory = TaughtLabels(recognizer)
    for path in paths:
        memory.merge(TaughtLabels.load(path, recognizer))
    return memory


def taught_here(where: str) -> dict[str, int]:
    """Label -> number of examples in the file for ``where``, for the panel to show; empty when it cannot be read."""
    path = place(where)
    return counts(str(path), path.stat().st_mtime_ns) if path.is_file() else {}


@lru_cache(maxsize=4)
def counts(path: str, _changed: int) -> dict[str, int]:
    """Read once for each state of the file: panels are drawn many times a second."""
    try:
        labels = read_json(Path(path), path).get("labels")
    except InputError:
        return {}
    examples = labels.items() if isinstance(labels, dict) else ()
    return {label: len(every) for label, every in examples if isinstance(every, list) and len(label) <= 40}
