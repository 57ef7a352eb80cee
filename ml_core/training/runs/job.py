"""Runs the training that a run folder's ``job.json`` describes, to exported weights with a card.

Started by ``launch.py``. The folder gets ``status.json`` and ``sample.png`` while it runs, ``checkpoint.pt`` to resume
from, and at the end, even an early one, ``result/`` with the weights. What is printed is the run's log.
"""

from __future__ import annotations

import logging
import os
import sys
import traceback
from pathlib import Path

from ml_core.errors import AtelierError, Message
from ml_core.training.runs.report import RunReport
from ml_core.vocabulary.training_runs import RESULT, TrainingJob, read_job


def run(folder: Path) -> int:
    """The exit code: 0 also when the run was stopped, 2 for an error that the user can fix, 1 for a fault."""
    if hasattr(os, "nice"):
        os.nice(5)  # Blender's own work takes precedence
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
    with RunReport(folder) as report:
        try:
            job = read_job(folder)
            was_stopped = _train(job, folder, report)
        except AtelierError as error:
            print(f"error: {error}", flush=True)
            report.update(state="failed", error=error.message)
            return 2
        except MemoryError:
            report.update(state="failed", error=Message("There is not enough memory; close other programs or use less data."))
            return 1
        except Exception as error:  # noqa: BLE001 - Blender shows it; the log has the whole of it
            traceback.print_exc(file=sys.stdout)
            report.update(state="failed", error=f"{type(error).__name__}: {error}")
            return 1
        report.update(state="stopped" if was_stopped else "done", seconds_left=-1.0)
    return 0


def _train(job: TrainingJob, folder: Path, report: RunReport) -> bool:
    """True when it was stopped before its end. torch is imported here, after the first sign of life."""
    report.update(state="reading")
    result = folder / RESULT[job.what]
    result.parent.mkdir(exist_ok=True)
    # Both import torch, which takes seconds: the status is written before.
    if job.what == "textures":
        from ml_core.training.runs.textures import train_textures

        return train_textures(job, folder, result, report)
    from ml_core.training.runs.objects import train_objects

    return train_objects(job, folder, result, report)
