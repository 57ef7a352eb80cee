"""The page of a benchmark: medians, spreads, and what has become slower beside the same work."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ml_core.errors import InputError
from scripts.lib.bench.page import SLOWER, Page, fixed_work, processor_times, read_last


def page_with(ratio: float) -> Page:
    """A page with one line that has this ratio to fixed work."""
    page = Page()
    page.line("<b>rooms</b>", "3 ms")
    page.compared("labels", lambda: None, 1.0, 3)
    page.rows[-1] = type(page.rows[-1])("labels", "3 ms", [0.003, 0.004, 0.005], ratio)
    return page


def test_a_line_that_has_become_slower_is_named(tmp_path: Path) -> None:
    last = read_last(page_with(1.0).write(tmp_path / "first.html", {}))
    assert last == {"labels": 1.0}
    assert page_with(SLOWER - 0.1).slower_than(last) == {}
    slow = page_with(SLOWER + 0.1)
    assert list(slow.slower_than(last)) == ["labels"]
    slow.write(tmp_path / "second.html", last)
    text = (tmp_path / "second.html").read_text()
    assert 'class="slow"' in text
    assert f"{SLOWER + 0.1:.2f}" in text
    assert "<b>rooms" not in text
    assert "http" not in text
    assert json.loads((tmp_path / "second.json").read_text())["machine"]["cores"]


def test_medians_come_with_their_spread(capsys: pytest.CaptureFixture[str]) -> None:
    page = Page()
    seconds = page.median(lambda: sum(range(1000)), 4)
    page.line("a sum", f"{seconds:.1f} s")
    page.line("no runs of its own", "7")
    assert [len(row.times) for row in page.rows] == [4, 0]
    assert page.rows[0].spread.endswith("%")
    assert page.rows[1].spread == ""
    assert "a sum" in capsys.readouterr().out


def test_the_first_run_compares_with_nothing(tmp_path: Path) -> None:
    assert read_last(None) == {}
    assert read_last(tmp_path / "gone.json") == {}
    (tmp_path / "other.json").write_text('{"rows": [1]}')
    with pytest.raises(InputError, match="leave out --last"):
        read_last(tmp_path / "other.json")


def test_fixed_work_is_measured_in_processor_time() -> None:
    assert 0.01 < fixed_work() < 5
    assert len(processor_times(lambda: None, 3)) == 3
