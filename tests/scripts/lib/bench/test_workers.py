"""One worker beside two: the same people in each turn, none of them made before its turn."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from ml_core.errors import AtelierError
from scripts.lib.bench import workers
from tests.scripts.batches.test_running import FakeHand

LOST = {"ok": False, "error": "Blender crashed (SIGKILL)", "again": True}


class FakeWorker(FakeHand):
    made: list[FakeWorker] = []

    def __init__(self, log: Path, timeout: float) -> None:
        super().__init__()
        self.made.append(self)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[FakeWorker]:
    monkeypatch.setattr(FakeWorker, "made", [])
    monkeypatch.setattr(workers, "Worker", FakeWorker)
    return FakeWorker.made


def test_each_turn_makes_everybody(made: list[FakeWorker]) -> None:
    turns = workers.measured_turns(people=3, rounds=2, size=256)
    assert {count: [turn.jobs for turn in found] for count, found in turns.items()} == {1: [3, 3], 2: [3, 3]}
    assert [turn.worked for turn in turns[2]] == [3.0, 3.0]
    done = Counter(name for worker in made for name in worker.done)
    assert done == {"p00001": 4 + len(made), "p00002": 4, "p00003": 4}
    assert [worker.closed for worker in made] == [1, 1]


def test_who_is_not_made_ends_the_measurement(made: list[FakeWorker], monkeypatch: pytest.MonkeyPatch) -> None:
    """A turn with one fewer would look faster."""

    def do(worker: FakeWorker, task: dict[str, Any]) -> dict[str, Any]:
        return LOST if task["job"]["id"] == "p00002" else FakeHand.do(worker, task)

    monkeypatch.setattr(FakeWorker, "do", do)
    with pytest.raises(AtelierError, match="SIGKILL"):
        workers.measured_turns(people=2, rounds=1, size=256)
    assert [worker.closed for worker in made] == [1, 1]
