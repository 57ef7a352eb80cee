"""batch.py as a process of its own: killed, starved of disk, and gone on with."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from scripts.batches.process import Worker
from tests.conftest import ROOT

TOP, LEGS = (0.0, 0.72, 0.0, 1.4, 0.03, 0.8), [(x, 0.0, z, 0.06, 0.72, 0.06) for x in (0.0, 1.34) for z in (0.0, 0.74)]


def boxes(*placed: tuple[float, ...]) -> str:
    """OBJ of boxes, each its low corner and its size, Y up."""
    lines = []
    for number, (x, y, z, width, height, depth) in enumerate(placed):
        corners = [(x + a * width, y + b * height, z + c * depth) for a in (0, 1) for b in (0, 1) for c in (0, 1)]
        lines += [f"v {i} {j} {k}" for i, j, k in corners]
        for face in ((1, 2, 4, 3), (5, 7, 8, 6), (1, 5, 6, 2), (3, 4, 8, 7), (1, 3, 7, 5), (2, 6, 8, 4)):
            lines.append("f " + " ".join(str(8 * number + corner) for corner in face))
    return "\n".join(lines) + "\n"


def write_jobs(folder: Path, count: int, *more: str) -> Path:
    """A file of jobs that label a table; small, but with Blender and the recognizer."""
    (folder / "table.obj").write_text(boxes(TOP, *LEGS))
    lines = [json.dumps({"job": "label", "id": f"table{number}", "scene": "table.obj"}) for number in range(count)]
    (folder / "jobs.jsonl").write_text("\n".join([*lines, *more]) + "\n")
    return folder / "jobs.jsonl"


def start(jobs: Path, out: Path, **options: Any) -> subprocess.Popen[str]:
    command = [sys.executable, str(ROOT / "scripts" / "batch.py"), str(jobs), "--out", str(out), "--workers", "1"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)


def report(out: Path) -> dict[str, dict[str, Any]]:
    return {job["id"]: job for job in json.loads((out / "report.json").read_text())["jobs"]}


def children_of(parent: int) -> list[int]:
    """The processes that ``parent`` has started and that live."""
    listed = Path(f"/proc/{parent}/task").glob("*/children")
    return [int(pid) for path in listed for pid in path.read_text().split()]


def gone(pid: int, seconds: float = 10.0) -> bool:
    """Whether a process ends within that time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        state = Path(f"/proc/{pid}/stat")
        if not state.exists() or state.read_text().rpartition(")")[2].split()[0] == "Z":
            return True
        time.sleep(0.05)
    return False


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.slow
def test_killed_at_any_moment_it_goes_on(tmp_path: Path) -> None:
    """The worker is killed as it begins, the driver while it tries again; the second run does what is left, alike."""
    (tmp_path / "slab.obj").write_text(boxes((0.0, 0.0, 0.0, 1.0, 1.0, 1.0)))
    unknown = json.dumps({"job": "label", "id": "box", "scene": "slab.obj"})
    jobs = write_jobs(tmp_path, 2, unknown, "{oops")
    out = tmp_path / "out"
    first = start(jobs, out)
    while not (workers := children_of(first.pid)):
        time.sleep(0.02)
    os.kill(workers[0], signal.SIGKILL)
    while not (out / "results" / "table0").is_dir():
        assert first.poll() is None, first.communicate()
        time.sleep(0.02)
    (worker,) = children_of(first.pid)
    first.kill()
    first.communicate()
    assert gone(worker), "the worker outlives its driver"
    for folder in (out / "results").iterdir():
        shown = {path.name for path in folder.iterdir() if not path.name.startswith(".")}
        assert shown in (set(), {"labels.json", "labeled.blend", "manifest.json"})
    second = start(jobs, out)
    _, errors = second.communicate()
    assert second.returncode == 2, errors  # for the line that is not a job
    found = report(out)
    assert {found[name]["state"] for name in ("table0", "table1", "box")} <= {"before", "done"}
    assert found["box"]["facts"]["unknown"] == 1
    assert len({found[f"table{number}"]["digest"] for number in range(2)}) == 1
    assert "line 4" in errors


@pytest.mark.slow
def test_a_full_disk_fails_jobs_and_leaves_nothing(tmp_path: Path) -> None:
    """No file may be larger than 64 kB, as on a disk that fills up; the next run has room."""
    jobs = write_jobs(tmp_path, 1)
    out = tmp_path / "out"
    small = start(jobs, out, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536)))
    _, errors = small.communicate()
    assert small.returncode == 2, errors
    assert "table0" in errors
    assert not (out / "results" / "table0" / "labels.json").exists()


def test_a_worker_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    worker = Worker(tmp_path / "log.txt", timeout=0.01)
    answer = worker.do({"job": {"job": "generate", "id": "a"}, "source": None, "out": str(tmp_path / "a")})
    assert "longer" in answer["error"]
    assert answer["again"]
    assert worker.pid is None


def test_wrong_input_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").write_text("# nothing\n")
    done = start(tmp_path / "empty.jsonl", tmp_path / "out")
    _, errors = done.communicate()
    assert done.returncode == 2
    assert errors.startswith("error: ")
    assert len(errors.splitlines()) == 1
