"""What bench.py is asked for is looked at before it measures; the ratio of a batch is of turns beside each other."""

from __future__ import annotations

import pytest

from scripts import bench
from scripts.lib.bench import workers
from scripts.lib.bench.network import peak_memory
from scripts.lib.bench.page import Page
from scripts.lib.bench.workers import Turn


def test_an_unknown_name_ends_it_before_minutes_have_passed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    measured: list[Page] = []
    monkeypatch.setitem(bench.BENCHES, "small", measured.append)
    with pytest.raises(SystemExit):
        bench.main(["small", "smal"])
    assert not measured
    assert "smal: choose from" in capsys.readouterr().err


def test_a_machine_that_slows_down_slows_both(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Later turns take ten times as long; two workers halve each."""
    turns = {
        1: [Turn(4, 8.0 * slow, 8.0, 0.02) for slow in (1, 1, 10)],
        2: [Turn(4, 4.0 * slow, 8.4, 0.02) for slow in (1, 10, 10)],
    }
    monkeypatch.setattr(workers, "measured_turns", lambda people, rounds: turns)
    page = Page()
    bench.bench_batch(page)
    values = {row.what.strip(): row.value for row in page.rows}
    assert values["two are faster than one by a factor of"] == "2.00"
    assert values["the least and the most of those turns"] == "0.20, 2.00"
    assert values["cores that one worker keeps busy"] == "1.00"
    assert "2.10 s" in capsys.readouterr().out


def test_the_memory_of_a_process_that_paints_is_its_own() -> None:
    """In megabytes: more than Python and ONNX Runtime, less than these tests with Blender."""
    assert 60 < peak_memory(256) < 1000
