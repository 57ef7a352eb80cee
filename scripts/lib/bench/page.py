"""Reports a benchmark: lines on the terminal, and a page with medians, spreads and ratios beside the machine.

Seconds of different machines cannot be compared, and on shared ones not even those of two runs. Only ratios within one
run are compared with an earlier run: of each measure to a fixed piece of work of NumPy, both in processor time.
"""

from __future__ import annotations

import html
import json
import os
import platform
import statistics
import time
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ml_core.errors import InputError
from ml_core.files import read_json
from ml_core.outputs import written_together
from ml_core.records import is_number
from ml_core.version import __version__

SLOWER = 1.5
"""Ratio to the earlier run from which on a line is warned of; two runs on one quiet machine differ by a tenth."""
_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;color:#26292e;"
    "background:#f6f4f0}table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.3rem .6rem;"
    "border-bottom:1px solid #ddd}td+td,th+th{text-align:right}.slow{color:#a02020}"
)


@dataclass(frozen=True)
class Row:
    """One line. ``times`` are the seconds of its runs; ``ratio`` is to the fixed work of the same run, 0 for none."""

    what: str
    value: str
    times: list[float] = field(default_factory=list)
    ratio: float = 0.0

    @property
    def spread(self) -> str:
        """Interquartile range, in percent of the median."""
        if len(self.times) < 3:
            return ""
        low, middle, high = statistics.quantiles(self.times, n=4)
        return f"{100 * (high - low) / middle:.0f} %"


class Page:
    """Collects the lines of a run, which are printed as they are added."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self._measured: deque[list[float]] = deque()

    def median(self, function: Callable[[], object], runs: int = 5) -> float:
        """Median seconds of ``function``, after a warm-up; the next line gets the spread."""
        times = []
        for _ in range(runs + 1):
            began = time.perf_counter()
            function()
            times.append(time.perf_counter() - began)
        self._measured.append(times[1:])
        return statistics.median(times[1:])

    def line(self, what: str, value: str) -> None:
        """Print a line, and keep it with the times that were measured for it."""
        self._add(Row(what, value, self._measured.popleft() if self._measured else []))

    def compared(self, what: str, function: Callable[[], object], unit: float, runs: int = 5) -> None:
        """Measure ``function`` in processor time, as a multiple of ``unit`` seconds; for :meth:`slower_than`."""
        times = processor_times(function, runs)
        seconds = statistics.median(times)
        self._add(Row(what, f"{1000 * seconds:.0f} ms", times, round(seconds / unit, 4)))

    def _add(self, row: Row) -> None:
        self.rows.append(row)
        print(f"{row.what:<58}{row.value:>16}", flush=True)

    def slower_than(self, last: dict[str, float]) -> dict[str, float]:
        """Lines whose ratio has grown by :data:`SLOWER` or more since an earlier run -> by how much."""
        now = {row.what: row.ratio for row in self.rows if row.ratio}
        grown = {what: now[what] / before for what, before in last.items() if what in now and before > 0}
        return {what: factor for what, factor in grown.items() if factor >= SLOWER}

    def write(self, path: Path, last: dict[str, float]) -> Path:
        """Write the page, and its figures as JSON beside it for a later run; returns the JSON's path.

        Raises:
            InputError: they cannot be written.
        """
        data = path.with_suffix(".json")
        values = {"machine": machine(), "rows": [asdict(row) for row in self.rows]}
        with written_together(path, data) as (page, figures):
            page.write_text(self._html(last), encoding="utf-8")
            figures.write_text(json.dumps(values, indent=1) + "\n", encoding="utf-8")
        return data

    def _html(self, last: dict[str, float]) -> str:
        slower = self.slower_than(last)
        about = "".join(
            f"<tr><td>{name}</td><td>{html.escape(str(value))}</td></tr>" for name, value in machine().items()
        )
        rows = []
        for row in self.rows:
            change = f"{row.ratio / last[row.what]:.2f}" if row.ratio and last.get(row.what) else ""
            mark = ' class="slow"' if row.what in slower else ""
            ratio = f"{row.ratio:.2f}" if row.ratio else ""
            cells = (row.value, str(len(row.times) or ""), row.spread, ratio, change)
            rows.append(
                f"<tr{mark}><td>{html.escape(row.what)}</td>"
                + "".join(f"<td>{html.escape(cell)}</td>" for cell in cells)
                + "</tr>"
            )
        columns = ("What", "Median", "Runs", "Spread", "Ratio to fixed work", "To the last run")
        head = "".join(f"<th>{name}</th>" for name in columns)
        title = f"Benchmark of Atelier {__version__}"
        return (
            f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
            f"<style>{_STYLE}</style></head><body><h1>{title}</h1><table>{about}</table>"
            "<p>Spread: from the first to the last quartile. The ratio is to a fixed piece of work of NumPy in the "
            f"same run, in processor time; {SLOWER:g} times that of the last run or more is red.</p>"
            f"<table><tr>{head}</tr>{''.join(rows)}</table></body></html>\n"
        )


def processor_times(function: Callable[[], object], runs: int) -> list[float]:
    """Seconds of processor time of runs of ``function``, after a warm-up."""
    times = []
    for _ in range(runs + 1):
        began = time.process_time()
        function()
        times.append(time.process_time() - began)
    return times[1:]


def fixed_work() -> float:
    """Median seconds of processor time of the same arithmetic and sorting, whatever version of Atelier runs it."""
    values = np.random.default_rng(0).random((300, 300))

    def work() -> None:
        for _ in range(6):
            np.sort(values @ values, axis=None)
            sum(number * number for number in range(40_000))

    return statistics.median(processor_times(work, 7))


def read_last(path: Path | None) -> dict[str, float]:
    """The ratios of an earlier run; empty if there is no such file, as on the first run.

    Raises:
        InputError: the file is damaged.
    """
    if path is None or not path.is_file():
        return {}
    rows: Any = read_json(path, str(path)).get("rows")
    if not isinstance(rows, list) or not all(isinstance(row, dict) and is_number(row.get("ratio")) for row in rows):
        raise InputError("{path}: is not the file beside a page of bench.py; leave out --last", path=path)
    return {str(row.get("what")): float(row["ratio"]) for row in rows if row["ratio"]}


def machine() -> dict[str, Any]:
    """The machine that the figures were measured on, without anything that identifies its owner."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "Python": platform.python_version(),
        "NumPy": np.__version__,
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown"
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else "unknown"
