"""Records which jobs are done: a hidden file in the folder of each result, written last and atomically.

A record that is damaged, of another job, or with missing files is ignored; the job is then run again.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ml_core.errors import InputError
from ml_core.files import atomic_path, path_inside, read_json
from ml_core.records import read_record
from scripts.batches.jobs import Planned

RECORD = ".job.json"
RESULTS = "results"
"""The folder in that of the batch with a folder for each job."""


@dataclass(frozen=True)
class Done:
    """The record of a job: its key, its files (name -> bytes), and its cost.

    ``seconds`` are wall-clock time, ``cpu`` processor time; ``memory`` is the memory of the process with the id
    ``process`` afterward, in bytes.
    """

    key: str
    digest: str
    files: dict[str, int]
    facts: dict[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    cpu: float = 0.0
    memory: int = 0
    process: int = 0
    attempts: int = 1


def folder_of(out: Path, planned: Planned) -> Path:
    """The folder of a job's result."""
    return out / RESULTS / planned.job.id


def record(out: Path, planned: Planned, done: Done) -> None:
    """Record that a job is done.

    Raises:
        InputError: it cannot be written.
    """
    with atomic_path(folder_of(out, planned) / RECORD) as partial:
        partial.write_text(json.dumps(asdict(done)), encoding="utf-8")


def done_before(out: Path, planned: Planned) -> Done | None:
    """The record of a job that is done, with all its files; else ``None``."""
    folder = folder_of(out, planned)
    path = folder / RECORD
    try:
        if path.is_symlink() or not path.is_file():
            return None
        found = read_record(read_json(path, RECORD, max_bytes=2**22), Done, RECORD)
        if found.key != planned.key:
            return None
        for name, size in found.files.items():
            file = path_inside(folder, name)
            if not file.is_file() or file.stat().st_size != size:
                return None
    except (InputError, OSError):
        return None
    return found


def source_of(out: Path, planned: Planned) -> Path | None:
    """The input file or folder of a job: the user's, or in the result of another job."""
    if planned.parent is None:
        return planned.scene
    name = planned.parent.job.result_file()
    folder = folder_of(out, planned.parent)
    return folder / name if name else folder
