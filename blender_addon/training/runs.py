"""Manages the training that runs in another process: starts, monitors by a timer, stops, finds and removes it.

The state of a run is in its folder, so that it outlives the open file, and is found again after Blender has been
closed. When Blender is closed it requests the run to stop; the run saves its progress, and can be continued.
"""

from __future__ import annotations

import dataclasses
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import bpy

import ml_core
from ml_core.errors import InputError, Message, reason_of
from ml_core.vocabulary.training_runs import (
    JOB,
    LOG,
    RESULT,
    STATUS,
    STOP,
    RunStatus,
    TrainingJob,
    read_job,
    read_status,
    write_job,
    write_status,
)

from ..bridge import session
from ..bridge.jobs.modal import redraw_panels
from ..bridge.models import own as own_models
from .pythons import IS_WINDOWS, ISOLATED, environment, hidden_window

LAUNCHER = Path(ml_core.__file__).parent / "training" / "runs" / "launch.py"
TICK = 1.0


@dataclass(frozen=True)
class Run:
    """One training: its folder, its job, and its status."""

    folder: Path
    job: TrainingJob
    status: RunStatus

    @property
    def log(self) -> Path:
        return self.folder / LOG

    @property
    def result(self) -> Path | None:
        """The weights that it has produced; ``None`` while there are none."""
        path = self.folder / RESULT[self.job.what]
        return path if path.is_file() and path.with_suffix(".json").is_file() else None

    @property
    def can_go_on(self) -> bool:
        return self.status.state in ("stopped", "failed") and (self.folder / "checkpoint.pt").is_file()


@dataclass
class CurrentRun:
    """The newest run, and its process if this session started it."""

    process: subprocess.Popen[bytes] | None = None
    run: Run | None = None
    is_looked_for: bool = False


def _state() -> CurrentRun:
    return session.part(CurrentRun)


def home() -> Path:
    """The folder of all runs."""
    return own_models.home() / "training"


def current() -> Run | None:
    """The newest run with its last known state; ``None`` when nothing was trained yet. Cheap enough for a panel."""
    if not _state().is_looked_for:
        _state().is_looked_for = True
        _state().run = _newest()
        if is_running():
            _watch()
    return _state().run


def is_running() -> bool:
    return _state().run is not None and _state().run.status.is_running


def start(job: TrainingJob, python: str, folder: Path | None = None) -> Run:
    """Starts ``job`` with the Python at ``python``, in a new run folder, or in ``folder`` to continue there.

    Raises:
        InputError: a training runs already, or it cannot be started.
    """
    if is_running():
        raise InputError("A training is already running. Stop it, or wait until it ends.")
    folder = folder or _new_folder(job.what)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / STOP).unlink(missing_ok=True)
        write_job(folder, job)
        status = RunStatus(time=time.time())
        write_status(folder, status)
        with (folder / LOG).open("ab") as log:
            _state().process = subprocess.Popen(
                [python, ISOLATED, str(LAUNCHER), str(folder)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=folder,
                env=environment(Path(python)),
                # Ctrl-C in Blender's terminal is not meant for it.
                start_new_session=not IS_WINDOWS,
                **hidden_window(),
            )
    except OSError as error:
        raise InputError(
            "{python}: the training cannot be started ({reason})", python=python, reason=reason_of(error)
        ) from error
    _state().run, _state().is_looked_for = Run(folder, job, status), True
    if not bpy.app.background:
        _watch()
    return _state().run


def stop() -> None:
    """Requests the training to stop; it saves its progress, which takes a few seconds."""
    if _state().run is not None and is_running():
        (_state().run.folder / STOP).touch()


def is_stopping() -> bool:
    return is_running() and _state().run is not None and (_state().run.folder / STOP).exists()


def poll() -> Run | None:
    """Reads the status of the current run."""
    run = current()
    if run is None or not run.status.is_running:
        return run
    has_ended = _state().process is not None and _state().process.poll() is not None
    try:
        status = read_status(run.folder)  # after the look at the process: its last word is there by now
    except InputError:
        status = run.status
    if status.is_running and (has_ended or not status.is_alive()):
        status = dataclasses.replace(status, state="failed", error=_last_words(run.log))
        write_status(run.folder, status)
    if not status.is_running:
        _state().process = None
    _state().run = dataclasses.replace(run, status=status)
    return _state().run


def remove(run: Run) -> None:
    """Deletes a run that has ended, with its folder. Weights in use are a copy and stay.

    Raises:
        InputError: it is still running, or cannot be deleted.
    """
    if run.status.is_running:
        raise InputError("The training is still running. Stop it first.")
    try:
        shutil.rmtree(run.folder)
    except OSError as error:
        raise InputError("{name}: cannot be deleted ({reason})", name=run.folder, reason=reason_of(error)) from error
    _state().run = _newest()


def process() -> subprocess.Popen[bytes] | None:
    """The process of the current run, if this session started it and it has not ended."""
    return _state().process


def forget() -> None:
    """Searches for runs again at the next query."""
    session.drop(CurrentRun)


def _newest() -> Run | None:
    folders = sorted(home().glob(f"*/{JOB}"), key=lambda path: path.stat().st_mtime) if home().is_dir() else []
    for path in reversed(folders):
        try:
            job = read_job(path.parent)
        except InputError:
            continue
        try:
            status = read_status(path.parent)
        except InputError:
            status = RunStatus(state="failed", error=Message("{path} cannot be read.", path=path.parent / STATUS))
        run = Run(path.parent, job, status)
        if status.is_running and not status.is_alive():
            return dataclasses.replace(
                run, status=dataclasses.replace(status, state="failed", error=_last_words(run.log))
            )
        return run
    return None


def _new_folder(what: str) -> Path:
    stem = time.strftime("%Y-%m-%d %H-%M-%S ") + what
    folder, number = home() / stem, 1
    while folder.exists():
        number += 1
        folder = home() / f"{stem} {number}"
    return folder


def _last_words(log: Path) -> Message:
    """The last line of the log, for a training that ended without reporting why."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - 4000))
            lines = [line for line in file.read().decode("utf-8", "replace").splitlines() if line.strip()]
    except OSError:
        lines = []
    last = lines[-1].strip()[:300] if lines else "no output"
    return Message("The training ended without a word. Its log ends with: {last}", last=last)


def _watch() -> None:
    if not bpy.app.timers.is_registered(_tick):
        bpy.app.timers.register(_tick, first_interval=TICK, persistent=True)


def _tick() -> float | None:
    before = _state().run
    run = poll()
    if run is not None and (before is None or run.status != before.status):
        for manager in bpy.data.window_managers:  # a timer has no context to rely on
            redraw_panels(manager)
    return TICK if is_running() else None


def register() -> None:
    forget()


def unregister() -> None:
    """Stops the training when Blender is closed or the extension is disabled, since its result could not be used."""
    stop()
    if bpy.app.timers.is_registered(_tick):
        bpy.app.timers.unregister(_tick)
    forget()
