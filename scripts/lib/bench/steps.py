"""Measures how long a job keeps Blender's window from drawing: its longest steps, ours and the exporters'."""

from __future__ import annotations

import time
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, TypeVar

from blender_addon.bridge.jobs.steps import InThread, Progress

T = TypeVar("T")


@dataclass(frozen=True)
class Step:
    """Seconds of processor and wall-clock time between two yields of a job, in Blender's own thread.

    ``what`` is the progress shown meanwhile; ``is_announced`` if that announces that Blender cannot be interrupted.
    """

    worked: float
    seconds: float
    what: str
    is_announced: bool


def steps_of(job: Generator[Progress | InThread, Any, T]) -> tuple[list[Step], T]:
    """Runs a job to its end; returns its steps and its result. Work for other threads does not count."""
    steps: list[Step] = []
    progress = Progress(0, 1, "Beginning")
    result: Any = None
    while True:
        began, worked = time.perf_counter(), time.thread_time()
        step: Progress | InThread | None = None
        returned: list[T] = []
        try:
            step = job.send(result)
        except StopIteration as stop:
            returned.append(stop.value)
        steps.append(Step(time.thread_time() - worked, time.perf_counter() - began, progress.what, progress.blocks))
        if step is None:
            return steps, returned[0]
        result = step.function() if isinstance(step, InThread) else None
        progress = Progress(progress.done, progress.total, progress.what) if isinstance(step, InThread) else step


def longest(steps: list[Step], is_announced: bool) -> Step | None:
    """The step with the most processor time, which is hardly affected by other load."""
    found = [step for step in steps if step.is_announced == is_announced]
    return max(found, key=lambda item: item.worked, default=None)
