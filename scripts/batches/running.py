"""Distributes jobs to workers: those whose sources exist, again after a crash, never a finished one."""

from __future__ import annotations

import queue
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from ml_core.errors import AtelierError
from scripts.batches.jobs import BadJob, Planned, values_of
from scripts.batches.ledger import Done, done_before, folder_of, record, source_of


class Hand(Protocol):
    """A worker that runs jobs one after another: a child process here, or one on another machine."""

    def do(self, task: dict[str, Any]) -> dict[str, Any]:
        """The answer of :mod:`scripts.batches.process` to a task; even if the worker dies."""

    def close(self) -> None:
        """End it."""


@dataclass
class Outcome:
    """The outcome of a job: ``state`` is ``done``, ``before`` (in an earlier run), ``failed`` or ``skipped``."""

    id: str
    kind: str
    state: str
    error: str = ""
    attempts: int = 0
    done: Done | None = None

    @property
    def problems(self) -> list[str]:
        """What a check found."""
        return list(self.done.facts.get("problems", ())) if self.done is not None else []


@dataclass
class Tally:
    """All outcomes so far, in the order in which they came."""

    total: int
    began: float = field(default_factory=time.monotonic)
    outcomes: list[Outcome] = field(default_factory=list)

    def count(self, *states: str) -> int:
        return sum(outcome.state in states for outcome in self.outcomes)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began

    @property
    def rate(self) -> float:
        """Jobs per second in this run."""
        return self.count("done") / max(self.seconds, 1e-9)

    def line(self) -> str:
        """The progress: done, failed, rate, time left."""
        ended = len(self.outcomes)
        text = f"{ended} of {self.total}, {self.count('failed', 'skipped')} failed"
        worked = self.count("done", "failed")
        if worked and ended < self.total:
            left = (self.total - ended) * self.seconds / worked
            text += f", {self.rate:.2f} a second, {_duration(left)} left"
        return text


def _duration(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"{seconds:.0f} s" if seconds < 90 else f"{minutes} min" if minutes < 90 else f"{minutes / 60:.1f} h"


class Run:
    """One run of a batch: the planned jobs, in ``out``, by ``hands``.

    Args:
        attempts: how often a job is tried if its worker dies or the disk is full; other errors are final.
        tell: called with the tally after each job, in the calling thread.
    """

    def __init__(
        self,
        planned: Iterable[Planned | BadJob],
        out: Path,
        hands: list[Hand],
        attempts: int = 2,
        tell: Callable[[Tally], None] = lambda tally: None,
    ) -> None:
        self._planned = list(planned)
        self._out, self._hands, self._attempts, self._tell = out, hands, attempts, tell
        self._tasks: queue.Queue[tuple[Planned, int] | None] = queue.Queue()
        self._answers: queue.Queue[tuple[Planned, int, dict[str, Any]]] = queue.Queue()
        self._ready: deque[tuple[Planned, int]] = deque()
        self._waiting: dict[str, list[Planned]] = defaultdict(list)
        self._ended: dict[str, bool] = {}
        self.tally = Tally(len(self._planned))

    def __call__(self) -> Tally:
        """Run all jobs that can be run; finished ones are not repeated."""
        self._sort_out()
        threads = [threading.Thread(target=self._serve, args=(hand,), daemon=True) for hand in self._hands]
        for thread in threads:
            thread.start()
        busy = 0
        try:
            while self._ready or busy:
                while self._ready and busy < len(threads):
                    self._tasks.put(self._ready.popleft())
                    busy += 1
                planned, attempt, answer = self._answers.get()
                busy -= 1
                self._take(planned, attempt, answer)
        finally:
            for _ in threads:
                self._tasks.put(None)
            for hand in self._hands:
                hand.close()
        return self.tally

    def _sort_out(self) -> None:
        """Sorts the jobs: finished, ready to start, or waiting for another job."""
        for item in self._planned:
            if isinstance(item, BadJob):
                self._tell_of(Outcome(item.id, "", "failed", item.reason))
                continue
            done = done_before(self._out, item)
            if done is not None:
                self._end(item, Outcome(item.job.id, item.job.kind, "before", attempts=done.attempts, done=done))
            elif item.parent is not None and item.parent.key not in self._ended:
                self._waiting[item.parent.key].append(item)
            else:
                self._begin(item)

    def _begin(self, one: Planned) -> None:
        if one.parent is not None and not self._ended[one.parent.key]:
            self._end(one, Outcome(one.job.id, one.job.kind, "skipped", f"{one.parent.job.id} was not done"))
        else:
            self._ready.append((one, 1))

    def _serve(self, hand: Hand) -> None:
        while (task := self._tasks.get()) is not None:
            planned, attempt = task
            source = source_of(self._out, planned)
            message = {
                "job": values_of(planned.job),
                "source": None if source is None else str(source.resolve()),
                "out": str(folder_of(self._out, planned).resolve()),
            }
            try:
                answer = hand.do(message)
            except Exception as error:  # noqa: BLE001 - a thread that ends would leave its job without an answer
                answer = {"ok": False, "error": f"{type(error).__name__}: {error}", "again": True}
            self._answers.put((planned, attempt, answer))

    def _take(self, planned: Planned, attempt: int, answer: dict[str, Any]) -> None:
        """Applies an answer to the job and those that wait for it."""
        kind = planned.job.kind
        if answer["ok"]:
            kept = {name: answer[name] for name in ("digest", "files", "facts", "seconds", "cpu", "memory", "process")}
            done = Done(key=planned.key, attempts=attempt, **kept)
            try:
                record(self._out, planned, done)
            except AtelierError as error:
                answer = {"ok": False, "error": str(error), "again": True}
            else:
                self._end(planned, Outcome(planned.job.id, kind, "done", attempts=attempt, done=done))
                return
        if answer["again"] and attempt < self._attempts:
            self._ready.append((planned, attempt + 1))
        else:
            self._end(planned, Outcome(planned.job.id, kind, "failed", answer["error"], attempt))

    def _end(self, planned: Planned, outcome: Outcome) -> None:
        self._ended[planned.key] = outcome.state in ("done", "before")
        self._tell_of(outcome)
        for item in self._waiting.pop(planned.key, ()):
            self._begin(item)

    def _tell_of(self, outcome: Outcome) -> None:
        self.tally.outcomes.append(outcome)
        self._tell(self.tally)
