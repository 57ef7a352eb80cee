"""Generates the same people by one worker and by two, alternately, so that a slowdown of the machine affects both."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ml_core.errors import AtelierError
from scripts.batches.jobs import GenerateJob, plan, values_of
from scripts.batches.people import draw_crowd
from scripts.batches.process import Worker
from scripts.batches.running import Run

_TIMEOUT = 900.0


@dataclass(frozen=True)
class Turn:
    """One batch: its jobs, seconds on the clock, and seconds of processor time in all workers and in the driver."""

    jobs: int
    seconds: float
    worked: float
    driven: float


class _Kept:
    """A worker that outlives a run: starting Blender would hide the time of a job."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker

    def do(self, task: dict[str, Any]) -> dict[str, Any]:
        return self._worker.do(task)

    def close(self) -> None:
        """Does nothing: the worker is reused in the next turn."""


def measured_turns(people: int, rounds: int, counts: Sequence[int] = (1, 2), size: int = 512) -> dict[int, list[Turn]]:
    """Turns by each number of workers, with the same ``people`` in each and textures of ``size`` pixels.

    Raises:
        AtelierError: a person could not be generated.
    """
    jobs = draw_crowd(people, 0, size, "blend", {}).jobs
    turns: dict[int, list[Turn]] = {count: [] for count in counts}
    with tempfile.TemporaryDirectory() as place:
        workers = [Worker(Path(place) / f"log_{number}.txt", _TIMEOUT) for number in range(max(counts))]
        try:
            for number, worker in enumerate(workers):
                _start(worker, Path(place) / f"first_{number}", jobs[0])
            for turn in range(rounds):
                for count in counts:
                    turns[count].append(_turn(Path(place) / f"{turn}_{count}", jobs, workers[:count]))
        finally:
            for worker in workers:
                worker.close()
    return turns


def _start(worker: Worker, folder: Path, job: GenerateJob) -> None:
    """Make a worker load what it needs. It ends with the thread that started it, so that is not the thread of a run."""
    answer = worker.do({"job": values_of(job), "source": None, "out": str(folder.resolve())})
    if not answer["ok"]:
        raise AtelierError("{reason}", reason=answer["error"])


def _turn(out: Path, jobs: Sequence[GenerateJob], workers: Sequence[Worker]) -> Turn:
    began, driven = time.perf_counter(), time.process_time()
    tally = Run(plan(jobs, out, ""), out, [_Kept(worker) for worker in workers], attempts=1)()
    seconds, driven = time.perf_counter() - began, time.process_time() - driven
    for outcome in tally.outcomes:
        if outcome.done is None:
            raise AtelierError("{reason}", reason=outcome.error)
    worked = sum(outcome.done.cpu for outcome in tally.outcomes if outcome.done is not None)
    return Turn(len(jobs), seconds, worked, driven)
