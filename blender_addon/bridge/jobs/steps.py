"""Long work as a generator, so that one code path serves a button (modal, cancelable) and a script (run to its end).

A job is a generator. It yields either a :class:`Progress`, after which the window may redraw and the job may be
canceled, or an :class:`InThread`, whose function runs off Blender's main thread (it must not touch ``bpy``) and whose
result is sent back into the generator. It returns its report: a dict of JSON values.

On cancel the generator is closed, so ``finally`` and ``with`` blocks in it restore whatever they changed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from typing import Any, TypeVar

T = TypeVar("T")
PATIENCE = 0.05
"""Seconds of work after which a job yields."""


@dataclass(frozen=True)
class Progress:
    """The progress of a job: ``done`` of ``total`` steps, and its current activity (shown to the artist).

    ``blocks`` announces a step during which the window freezes; it is drawn before the step begins. While a job
    ``holds``, stopping halfway would be worse than finishing: canceling is deferred.
    """

    done: float
    total: float
    what: str
    blocks: bool = False
    holds: bool = False


@dataclass(frozen=True)
class InThread:
    """Work without ``bpy`` for another thread; the job continues with its result. ``holds`` as in :class:`Progress`."""

    function: Callable[[], Any]
    holds: bool = False


class Pauses:
    """Tells a loop when it has worked for :data:`PATIENCE` since it resumed after its last yield."""

    def __init__(self) -> None:
        self._began: float | None = time.perf_counter()

    def due(self) -> bool:
        """Whether to yield now; the time that the window takes to redraw does not count as the loop's work."""
        now = time.perf_counter()
        if self._began is None:
            self._began = now
        if now - self._began < PATIENCE:
            return False
        self._began = None
        return True


def aside(function: Callable[[], T], is_long: bool) -> Generator[InThread, Any, T]:
    """The result of ``function``, computed in another thread if it would freeze the window."""
    if is_long:
        return (yield InThread(function))
    return function()


def scaled(
    job: Generator[Progress | InThread, Any, T], start: float, end: float
) -> Generator[Progress | InThread, Any, T]:
    """A part of a job, whose progress is mapped to the range ``start``..``end`` of the whole (0..1)."""

    def change(step: Progress | InThread) -> Progress | InThread:
        if isinstance(step, InThread):
            return step
        share = step.done / step.total if step.total else 0.0
        return replace(step, done=start + (end - start) * share, total=1)

    return driven(job, change=change)


def driven(
    job: Generator[Any, Any, T],
    around: Callable[[], AbstractContextManager[Any]] = nullcontext,
    change: Callable[[Any], Progress | InThread] = lambda step: step,
) -> Generator[Progress | InThread, Any, T]:
    """A part of a job: each step runs inside ``around()``, and what it yields is passed on through ``change``."""
    result: Any = None
    error: Exception | None = None
    try:
        while True:
            with around():
                try:
                    step = job.throw(error) if error is not None else job.send(result)
                except StopIteration as stop:
                    return stop.value
            result = error = None
            changed = change(step)
            try:
                result = yield changed
            except Exception as raised:  # noqa: BLE001 - of the thread, handed into the part
                error = raised
    finally:
        if job.gi_frame is not None:  # it has not come to its end
            with around():
                job.close()


def unbroken(job: Generator[Progress | InThread, Any, T]) -> Generator[Progress | InThread, Any, T]:
    """A part of a job that changes the file in steps and is not left halfway: canceling waits for its end, and if the
    job is closed nevertheless, as when another file is opened, the rest of the part is completed at once."""
    result: Any = None
    error: Exception | None = None
    while True:
        try:
            step = job.throw(error) if error is not None else job.send(result)
        except StopIteration as stop:
            return stop.value
        result = error = None
        try:
            result = yield replace(step, holds=True)
        except GeneratorExit:
            run_to_end(job, begun=step)
            raise
        except Exception as raised:  # noqa: BLE001 - of the thread, handed into the part
            error = raised


Report = dict[str, Any]
Job = Generator[Progress | InThread, Any, Report]


def run_to_end(
    job: Generator[Progress | InThread, Any, T],
    on_progress: Callable[[Progress], None] | None = None,
    begun: Progress | InThread | None = None,
) -> T:
    """Run a job, or a part of one, in the calling thread until it returns; its exceptions pass through.

    Args:
        begun: the last value yielded by an already started job, which waits for it.
    """
    result: Any = None
    error: Exception | None = None
    step = begun
    while True:
        if isinstance(step, InThread):
            try:
                result = step.function()
            except Exception as raised:  # noqa: BLE001 - handed into the job, as the modal runner does
                error = raised
        elif step is not None and on_progress is not None:
            on_progress(step)
        try:
            step = job.throw(error) if error is not None else job.send(result)
        except StopIteration as stop:
            return stop.value
        result = error = None
