"""Messages between Blender and a reconstruction in another process: small JSON files in the run's folder.

Blender writes ``job.json`` (:class:`ReconstructionJob`); the other process answers with ``status.json``
(:class:`ReconstructionStatus`) and, at its end, with the place itself.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Literal, get_args

from ml_core.errors import InputError, Message, message_from_json
from ml_core.files import read_json
from ml_core.records import read_record

from ..training_runs import write_whole

JOB, STATUS, LOG, PLACE = "job.json", "status.json", "log.txt", "place"
Matching = Literal["auto", "exhaustive", "sequential"]
MATCHINGS: tuple[Matching, ...] = get_args(Matching)
Stage = Literal["pictures", "features", "matching", "cameras", "depth", "fusing", "planes"]
STAGES: dict[Stage, float] = {
    "pictures": 0.03, "features": 0.12, "matching": 0.25, "cameras": 0.2, "depth": 0.15, "fusing": 0.15, "planes": 0.1,
}  # fmt: skip
"""The stages in their order, and what share of the time each takes."""
State = Literal["running", "done", "failed"]
VOXELS = (0.01, 0.2)
"""Least and greatest side of a voxel in meters."""
MODULES = {"pycolmap": "pycolmap", "cv2": "opencv-python-headless", "PIL": "pillow", "numpy": "numpy"}
"""What a reconstruction imports, and what pip calls it."""


@dataclass(frozen=True)
class ReconstructionJob:
    """``pictures``: a folder of photos, or a video; ``matching``: which pictures are compared; ``voxel``: meters of the
    finest detail; ``pairs``: stereo partners of a picture; ``threads``: of the processor."""

    pictures: str
    matching: Matching = "auto"
    voxel: float = 0.025
    pairs: int = 3
    threads: int = 1

    def __post_init__(self) -> None:
        if self.matching not in MATCHINGS:
            raise InputError(
                "matching: {value!r} is not one of {known}", value=self.matching, known=", ".join(MATCHINGS)
            )
        if not VOXELS[0] <= self.voxel <= VOXELS[1]:
            raise InputError(
                "voxel: {value:g} is not within {low:g} and {high:g} m", value=self.voxel, low=VOXELS[0], high=VOXELS[1]
            )
        if not 1 <= self.pairs <= 8:
            raise InputError("pairs: {value} is not within 1 and 8", value=self.pairs)


@dataclass(frozen=True)
class ReconstructionStatus:
    """The state of a reconstruction: ``share`` (0..1) of all is done, ``error`` is what went wrong and what to do."""

    state: State = "running"
    stage: Stage = "pictures"
    share: float = 0.0
    error: str = ""
    figures: Mapping[str, float] = field(default_factory=dict)


def share_of(stage: Stage, share: float) -> float:
    """The overall progress (0..1) when ``stage`` is at ``share``."""
    names = list(STAGES)
    before = sum(STAGES[name] for name in names[: names.index(stage)])
    return before + STAGES[stage] * min(max(share, 0.0), 1.0)


def write_job(folder: Path, job: ReconstructionJob) -> None:
    write_whole(folder / JOB, json.dumps(asdict(job), indent=1))


def read_job(folder: Path) -> ReconstructionJob:
    """Raises :class:`InputError` when the folder holds no reconstruction."""
    path = folder / JOB
    return read_record(read_json(path, str(path)), ReconstructionJob, str(path), ignore_unknown=True)


def write_status(folder: Path, status: ReconstructionStatus) -> None:
    message = {"message": status.error.as_json()} if isinstance(status.error, Message) else {}
    write_whole(folder / STATUS, json.dumps(asdict(status) | message))


def read_status(folder: Path) -> ReconstructionStatus:
    """Raises :class:`InputError` when there is none yet, or none that can be read."""
    path = folder / STATUS
    values = read_json(path, str(path))
    status = read_record(values, ReconstructionStatus, str(path), ignore_unknown=True)
    return replace(status, error=message_from_json(values.get("message"), status.error)) if status.error else status
