"""What a driver tells while it runs, without slowing what it drives."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.batches import driving
from scripts.batches.running import Tally


@pytest.mark.parametrize(("takes", "most"), [(0.1, 60), (15.0, 6)])
def test_reports_of_many_jobs_come_less_often(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, takes: float, most: int
) -> None:
    """An hour by a clock of our own; a report that takes long is not written every minute."""
    now, written = [0.0], []

    def write(*_: object) -> None:
        now[0] += takes
        written.append(now[0])

    monkeypatch.setattr(driving.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(driving, "write_report", write)
    teller = driving._Teller(tmp_path, 2, {})
    while now[0] < 3600:
        now[0] += 1.0
        teller(Tally(10))
    assert most - 2 <= len(written) <= most
