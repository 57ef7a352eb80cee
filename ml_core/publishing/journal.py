"""Moves files of a draft into place by a journal, so that an interrupted run can be rolled back.

The draft folder lies in the target folder, on the same disk: every step is a rename. Before the first one the draft's
files and the journal are on the disk; after the last one the journal is removed, which makes the result final.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ..files import read_json
from .paths import free_name, is_file, is_plain, mode_of, obstacle, sha256

JOURNAL = "journal.json"
NEW, OLD = "new", "old"
_FLUSHES = 8
_KINDS = ("aside", "keep", "folder", "place")


@dataclass(frozen=True)
class Step:
    """``aside``: move our earlier file into the draft. ``keep``: rename a file of the user's to ``other``.

    ``folder``: make one. ``place``: move a new file, whose checksum is ``other``, out of the draft.
    """

    kind: str
    path: str
    other: str = ""


def commit(target: Path, draft: Path, steps: list[Step]) -> None:
    """Do ``steps`` on ``target``; after a failure everything is as it was.

    Raises:
        OSError: a step failed.
    """
    with ThreadPoolExecutor(_FLUSHES) as threads:  # each waits for the disk, which serves many at a time faster
        list(threads.map(flush, [draft / NEW / step.path for step in steps if step.kind == "place"]))
    _write_journal(draft, steps)
    try:
        for step in steps:
            carry_out(target, draft, step)
        for folder in _touched(target, draft, steps):
            flush(folder)
    except BaseException:
        roll_back(target, draft)
        raise
    (draft / JOURNAL).unlink()
    flush(draft)


def _write_journal(draft: Path, steps: list[Step]) -> None:
    partial = draft / f"{JOURNAL}.part"
    partial.write_text(json.dumps({"steps": [asdict(step) for step in steps]}, ensure_ascii=False), encoding="utf-8")
    flush(partial)
    os.replace(partial, draft / JOURNAL)
    flush(draft)


def carry_out(target: Path, draft: Path, step: Step) -> None:
    path = target / step.path
    if step.kind == "aside":
        (draft / OLD / step.path).parent.mkdir(parents=True, exist_ok=True)
        move(path, draft / OLD / step.path)
    elif step.kind == "keep":
        move(path, target / step.other)
    elif step.kind == "folder":
        path.mkdir(exist_ok=True)
    else:
        move(draft / NEW / step.path, path)


def move(source: Path, destination: Path) -> None:
    """Rename; unlike :func:`os.rename`, never over something else."""
    if mode_of(destination) is not None:
        raise FileExistsError(17, "a file of this name has appeared meanwhile", str(destination))
    os.rename(source, destination)


def roll_back(target: Path, draft: Path) -> None:
    """Undo the steps in the journal of ``draft``, however many of them were done, and remove the journal.

    Files that somebody has put in the way meanwhile stay; then the earlier file comes back beside it as ``.bak``.

    Raises:
        OSError: the disk refuses it; the journal stays, for another try.
        InputError: the journal cannot be read.
    """
    for step in reversed(list(_read_journal(draft))):
        _undo(target, draft, step)
    (draft / JOURNAL).unlink()
    flush(draft)


def _undo(target: Path, draft: Path, step: Step) -> None:
    """Take one step back where it was done; every path is checked, since a journal may have come with the folder."""
    path, at = target / step.path, obstacle(target, step.path)
    old, new = f"{OLD}/{step.path}", f"{NEW}/{step.path}"
    if step.kind == "place":
        is_out = obstacle(draft, new) is None and (draft / new).parent.is_dir()
        if is_out and at == path and is_file(path) and sha256(path) == step.other:
            move(path, draft / new)
    elif step.kind == "folder":
        if at == path:
            with suppress(OSError):  # it holds something of the user's
                path.rmdir()
    elif step.kind == "keep":
        if at is None and obstacle(target, step.other) == target / step.other:
            move(target / step.other, path)
    elif obstacle(draft, old) == draft / old:
        if at is None:
            path.parent.mkdir(parents=True, exist_ok=True)
            move(draft / old, path)
        else:
            move(draft / old, target / free_name(target, step.path if at == path else step.path.replace("/", "_")))


def _read_journal(draft: Path) -> Iterator[Step]:
    """Its steps; a journal is a file like any other, so steps that lead out of the folder are ignored."""
    steps: Any = read_json(draft / JOURNAL, str(draft / JOURNAL)).get("steps")
    for step in steps if isinstance(steps, list) else []:
        if not isinstance(step, dict):
            continue
        kind, path, other = step.get("kind"), step.get("path"), step.get("other")
        if kind in _KINDS and is_plain(path) and isinstance(other, str) and (kind != "keep" or is_plain(other)):
            yield Step(str(kind), str(path), other)


def has_journal(draft: Path) -> bool:
    return mode_of(draft / JOURNAL) is not None


def _touched(target: Path, draft: Path, steps: list[Step]) -> set[Path]:
    """Every folder of which ``steps`` have changed the list of names."""
    folders = {(target / step.path).parent for step in steps}
    for step in steps:
        if step.kind in ("aside", "place"):
            folders.add((draft / (OLD if step.kind == "aside" else NEW) / step.path).parent)
    return folders


def flush(path: Path) -> None:
    """Flush to the disk what has been written to a file, or a folder's list of names.

    Raises:
        OSError: the disk is full or broken.
    """
    if sys.platform == "win32" and path.is_dir():  # no such thing there
        return
    descriptor = os.open(path, os.O_RDWR if sys.platform == "win32" else os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (22, 95):  # EINVAL, ENOTSUP: a file system that cannot be asked
            raise
    finally:
        os.close(descriptor)
