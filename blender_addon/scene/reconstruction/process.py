"""Runs the reconstruction in a Python that has pycolmap and OpenCV: finds, starts, monitors, ends and resumes it."""

from __future__ import annotations

import hashlib
import json
import os
import shlex
import subprocess
import time
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any

import ml_core
from ml_core.errors import InputError, reason_of
from ml_core.programs import IS_WINDOWS
from ml_core.reconstruction.place import JSON, Place, read_place
from ml_core.reconstruction.views.pictures import find
from ml_core.vocabulary.scene.reconstruction import (
    LOG,
    MODULES,
    PLACE,
    STATUS,
    ReconstructionJob,
    ReconstructionStatus,
    Stage,
    read_status,
    write_job,
)

from ...bridge.files.user_folder import user_folder
from ...bridge.jobs.quick_fixes import FixableError, QuickFix
from ...bridge.jobs.steps import InThread, Progress
from ...bridge.preferences import preferences
from ...training import pythons

LAUNCHER = Path(ml_core.__file__).parent / "training" / "runs" / "launch.py"
DOING: dict[Stage, str] = {
    "pictures": "Reading the pictures",
    "features": "Finding features",
    "matching": "Matching the pictures",
    "cameras": "Placing the cameras",
    "depth": "Measuring depth",
    "fusing": "Fusing the depths",
    "planes": "Fitting floor and walls",
}
_PAUSE = 0.3
_ENDING = 5.0


def python_for(chosen: str, strange: list[Path]) -> Generator[InThread, Any, str]:
    """The Python named by the caller or in the preferences, else the first that has all packages.

    Raises:
        InputError: there is none; the quick fix has the command that installs them.
    """
    settings = preferences()
    chosen = chosen or (settings.reconstruction_python if settings is not None else "")
    if chosen:
        path = os.path.expanduser(chosen)
        missing = yield InThread(lambda: pythons.lacking(path, MODULES))
        if missing is None:
            raise InputError("{path} is not a Python of 3.11 or newer; give its full path.", path=chosen)
        if missing:
            command = _command(path)
            raise FixableError(
                "{path} lacks {missing}. Install them: {command}",
                QuickFix.COPY_COMMAND,
                command,
                path=path,
                missing=", ".join(missing),
                command=command,
            )
        return path
    found = yield InThread(lambda: _found(strange))
    if not found:
        raise FixableError(
            "No Python with pycolmap and OpenCV was found on this machine. Install Python 3.11 or newer, then in it: "
            "{command}, and choose it in the preferences of Atelier.",
            QuickFix.OPEN_PREFERENCES,
            command=_command("python3"),
        )
    return found


def _found(strange: list[Path]) -> str:
    paths = pythons.trusted(strange)
    with ThreadPoolExecutor(max_workers=4) as pool:
        answers = list(pool.map(lambda path: pythons.lacking(path, MODULES), paths))
    return next((str(path) for path, missing in zip(paths, answers, strict=True) if missing == ()), "")


def _command(python: str) -> str:
    line = [python, "-m", "pip", "install", *MODULES.values()]
    return subprocess.list2cmdline(line) if IS_WINDOWS else shlex.join(line)


def run_folder(job: ReconstructionJob) -> Path:
    """The folder of a job's stages: the same pictures with the same options resume there.

    Raises:
        InputError: the pictures are missing, too few or too many.
    """
    facts = [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in find(Path(job.pictures))]
    options = {name: value for name, value in asdict(job).items() if name != "threads"}
    digest = hashlib.sha256(json.dumps([options, facts]).encode()).hexdigest()[:16]
    return user_folder() / "reconstructions" / digest


def reconstruct(job: ReconstructionJob, python: str, folder: Path) -> Generator[Progress | InThread, Any, Place]:
    """Run ``job`` in ``folder`` to its end, as a part of a job in Blender; finished stages are only read.

    When the job is canceled the process ends; finished stages stay, and the next run resumes.

    Raises:
        InputError: it cannot be started, or fails; the message says why.
    """
    if not (folder / PLACE / JSON).is_file():
        yield from _followed(_started(job, python, folder), folder)
    place: Place = yield InThread(lambda: read_place(folder / PLACE))
    return place


def _started(job: ReconstructionJob, python: str, folder: Path) -> subprocess.Popen[bytes]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / STATUS).unlink(missing_ok=True)
        write_job(folder, job)
        with (folder / LOG).open("ab") as log:
            return subprocess.Popen(
                [python, pythons.ISOLATED, str(LAUNCHER), str(folder), "reconstruction"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=folder,
                env=pythons.environment(Path(python)),
                start_new_session=not IS_WINDOWS,
                **pythons.hidden_window(),
            )
    except OSError as error:
        raise InputError(
            "{python}: the reconstruction cannot be started ({reason})", python=python, reason=reason_of(error)
        ) from error


def _followed(process: subprocess.Popen[bytes], folder: Path) -> Generator[Progress | InThread, Any, None]:
    status = ReconstructionStatus()
    try:
        while process.poll() is None:
            status = _status(folder, status)
            yield Progress(status.share, 1, DOING[status.stage])
            yield InThread(lambda: time.sleep(_PAUSE))
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(_ENDING)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
    status = _status(folder, status)
    if status.state == "failed":
        raise InputError(status.error)
    if status.state != "done":
        raise InputError(
            "The reconstruction ended without a word (exit code {code}). Its log is {path}.",
            code=process.returncode,
            path=folder / LOG,
        )


def _status(folder: Path, last: ReconstructionStatus) -> ReconstructionStatus:
    try:
        return read_status(folder)
    except InputError:  # not written yet
        return last
