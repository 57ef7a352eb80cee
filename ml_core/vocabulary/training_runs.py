"""Messages between Blender and a training run in another process: small JSON files in the run's folder.

Blender writes ``job.json`` (:class:`TrainingJob`) and, to end the run early, an empty ``stop``. The training answers
with ``status.json`` (:class:`RunStatus`), written again every few seconds for as long as it lives, and with a picture,
``sample.png``. Files work alike on every system, need no open port, and are still there when Blender starts again.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Literal, get_args

from ml_core.errors import InputError, Message, message_from_json
from ml_core.files import read_json
from ml_core.records import Record, read_record

JOB, STATUS, STOP, SAMPLE, LOG = "job.json", "status.json", "stop", "sample.png", "log.txt"
Subject = Literal["textures", "objects"]
"""What a run trains: the network that paints avatars, or the one that names objects."""
RESULT: dict[Subject, str] = {"textures": "result/texture_generator.onnx", "objects": "result/object_recognizer.onnx"}
"""Where a run leaves its weights, by what it trains; the card lies beside them."""

Length = Literal["trial", "short", "full"]
LENGTHS: tuple[Length, ...] = get_args(Length)
HEARTBEAT = 2.0
SILENT = 45.0
"""Seconds without a status update after which a run is taken for dead. Heavy work holds Python's lock now and then."""

RunningState = Literal["starting", "reading", "preparing", "training", "exporting", "measuring"]
EndState = Literal["done", "stopped", "failed"]
RunState = Literal[RunningState, EndState]
RUNNING_STATES: tuple[RunningState, ...] = get_args(RunningState)

_MAX_BYTES = 2**20


@dataclass(frozen=True)
class TrainingJob:
    """``what`` is ``textures`` or ``objects``; ``data`` a folder. ``from_shipped`` starts from the shipped weights,
    ``length`` is one of :data:`LENGTHS`, ``steps`` above 0 replaces it; ``resume`` continues from the run's own
    checkpoint; ``threads`` are those of a CPU."""

    what: Subject
    data: str
    length: Length = "short"
    steps: int = 0
    from_shipped: bool = True
    resume: bool = False
    device: str = "auto"
    threads: int = 1

    def __post_init__(self) -> None:
        if self.what not in RESULT:
            raise InputError("what: {what!r} is not one of {result}", what=self.what, result=", ".join(RESULT))
        if self.length not in LENGTHS:
            raise InputError(
                "length: {length!r} is not one of {lengths}", length=self.length, lengths=", ".join(LENGTHS)
            )


@dataclass(frozen=True)
class RunStatus:
    """The state of a training run.

    ``state`` is one of :data:`RunState`; ``share`` (0..1) is how far training itself is and
    ``seconds_left`` how long it will take, -1 while unknown; ``figures`` are named numbers to show; ``error`` says what
    went wrong and what to do; ``sample`` counts the pictures written; ``time`` is when this was written.
    """

    state: RunState = "starting"
    share: float = 0.0
    seconds_left: float = -1.0
    step: int = 0
    figures: Mapping[str, float] = field(default_factory=dict)
    error: str = ""
    sample: int = 0
    pid: int = 0
    time: float = 0.0

    @property
    def is_running(self) -> bool:
        return self.state in RUNNING_STATES

    def is_alive(self, now: float | None = None) -> bool:
        """Whether the training is running: it has updated its status recently."""
        return self.is_running and (time.time() if now is None else now) - self.time < SILENT


def write_job(folder: Path, job: TrainingJob) -> None:
    write_whole(folder / JOB, json.dumps(asdict(job), indent=1))


def read_job(folder: Path) -> TrainingJob:
    """Raises :class:`InputError` when the folder holds no training run."""
    return _read(folder / JOB, TrainingJob)


def write_status(folder: Path, status: RunStatus) -> None:
    message = {"message": status.error.as_json()} if isinstance(status.error, Message) else {}
    write_whole(folder / STATUS, json.dumps(asdict(status) | message))


def read_status(folder: Path) -> RunStatus:
    """Raises :class:`InputError` when there is none yet, or none that can be read."""
    path = folder / STATUS
    values = read_json(path, str(path), max_bytes=_MAX_BYTES)
    status = read_record(values, RunStatus, str(path), ignore_unknown=True)
    return replace(status, error=message_from_json(values.get("message"), status.error)) if status.error else status


def write_whole(path: Path, text: str) -> None:
    """Writes ``text`` atomically, so that a reader finds either the old or the new file."""
    partial = path.with_name(path.name + ".part")
    partial.write_text(text, encoding="utf-8")
    for attempt in range(20):
        try:
            os.replace(partial, path)
            return
        except PermissionError:  # Windows, while the other side has the file open
            if attempt == 19:
                raise
            time.sleep(0.02)


def _read(path: Path, kind: type[Record]) -> Record:
    return read_record(read_json(path, str(path), max_bytes=_MAX_BYTES), kind, str(path), ignore_unknown=True)
