"""Jobs handed out: crashes, retries, sources that were not done, records that are damaged."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scripts.batches import working
from scripts.batches.jobs import BadJob, job_from, plan
from scripts.batches.ledger import RECORD, RESULTS, Done
from scripts.batches.report import facts, growth, memory_line, write_report
from scripts.batches.running import Outcome, Run, Tally

DIED = {"ok": False, "error": "Blender crashed (SIGKILL)", "again": True}
CHAIN = [
    {"job": "generate", "id": "ann"},
    {"job": "dress", "id": "formal", "of": "ann", "garments": ["blazer"]},
    {"job": "render", "id": "picture", "of": "formal"},
    {"job": "generate", "id": "bob"},
]


class FakeHand:
    """Writes a file for each job; ``fails`` says what it answers instead."""

    def __init__(self, fails: Callable[[str, int], dict[str, Any] | None] = lambda name, attempt: None) -> None:
        self.done: list[str] = []
        self.closed = 0
        self._fails, self._tries = fails, Counter[str]()

    def do(self, task: dict[str, Any]) -> dict[str, Any]:
        name = task["job"]["id"]
        self._tries[name] += 1
        self.done.append(name)
        failure = self._fails(name, self._tries[name])
        if failure is not None:
            return failure
        folder = Path(task["out"])
        folder.mkdir(parents=True, exist_ok=True)
        job = job_from(task["job"])
        file = job.result_file() or "picture.png"
        assert task["source"] is None or Path(task["source"]).is_file()
        (folder / file).write_text(name)
        values = {"digest": "0" * 64, "files": {file: len(name)}, "facts": {}, "seconds": 1.0, "cpu": 1.0}
        return {"ok": True, **values, "memory": 1_000_000, "process": 1}

    def close(self) -> None:
        self.closed += 1


def run(out: Path, hand: FakeHand, attempts: int = 2, lines: list[dict[str, Any]] = CHAIN) -> Tally:
    return Run(plan(map(job_from, lines), out, "1"), out, [hand], attempts)()


def states(tally: Tally) -> dict[str, str]:
    return {outcome.id: outcome.state for outcome in tally.outcomes}


def test_all_is_done_once_and_never_again(tmp_path: Path) -> None:
    hand = FakeHand()
    assert set(states(run(tmp_path, hand)).values()) == {"done"}
    assert hand.done == ["ann", "bob", "formal", "picture"]
    assert hand.closed
    second = FakeHand()
    assert set(states(run(tmp_path, second)).values()) == {"before"}
    assert second.done == []


def test_a_crash_is_tried_again_and_costs_only_its_own(tmp_path: Path) -> None:
    once = run(tmp_path / "once", FakeHand(lambda name, attempt: DIED if name == "ann" and attempt == 1 else None))
    assert set(states(once).values()) == {"done"}
    assert {outcome.id: outcome.attempts for outcome in once.outcomes}["ann"] == 2
    always = run(tmp_path / "always", FakeHand(lambda name, attempt: DIED if name == "formal" else None))
    assert states(always) == {"ann": "done", "bob": "done", "formal": "failed", "picture": "skipped"}


def test_wrong_input_is_not_tried_again(tmp_path: Path) -> None:
    wrong = {"ok": False, "error": "no such garment", "again": False}
    hand = FakeHand(lambda name, attempt: wrong if name == "formal" else None)
    assert states(run(tmp_path, hand))["formal"] == "failed"
    assert hand.done.count("formal") == 1


def test_a_hand_that_raises_fails_its_job_alone(tmp_path: Path) -> None:
    def fail(name: str, attempt: int) -> None:
        if name == "bob":
            raise OSError(28, "No space left on device")

    assert states(run(tmp_path, FakeHand(fail)))["bob"] == "failed"


@pytest.mark.parametrize("damage", ["torn", "foreign", "lost file", "short file", "deep", "other key"])
def test_a_damaged_record_has_its_job_done_again(tmp_path: Path, damage: str) -> None:
    run(tmp_path, FakeHand())
    folder = tmp_path / RESULTS / "ann"
    record = folder / RECORD
    values = json.loads(record.read_text())
    texts = {
        "torn": record.read_text()[:40],
        "foreign": json.dumps({**values, "files": {"../../../etc/passwd": 1}}),
        "deep": "[" * 500,
        "other key": json.dumps({**values, "key": "0" * 64}),
    }
    if damage in texts:
        record.write_text(texts[damage])
    elif damage == "lost file":
        (folder / "avatar.blend").unlink()
    else:
        (folder / "avatar.blend").write_text("")
    again = FakeHand()
    assert set(states(run(tmp_path, again)).values()) <= {"done", "before"}
    assert again.done == ["ann"]


def test_a_record_that_cannot_be_written_fails_its_job(tmp_path: Path) -> None:
    """Its folder is lost in the last moment."""

    def lose(name: str, attempt: int) -> dict[str, Any] | None:
        if name != "bob":
            return None
        (tmp_path / RESULTS / "bob").write_text("a file in the way")
        values = {"digest": "", "files": {}, "facts": {}, "seconds": 0.0, "cpu": 0.0, "memory": 0, "process": 1}
        return {"ok": True, **values}

    tally = run(tmp_path, FakeHand(lose))
    assert states(tally)["bob"] == "failed"
    (tmp_path / RESULTS / "bob").unlink()
    assert set(states(run(tmp_path, FakeHand())).values()) == {"done", "before"}


def test_the_report_has_failures_pictures_and_memory(tmp_path: Path) -> None:
    tally = run(tmp_path, FakeHand(lambda name, attempt: DIED if name == "bob" else None))
    tally.outcomes.append(Outcome("<b>line 3</b>", "", "failed", "<script>alert(1)</script>"))
    write_report(tmp_path, facts(tally, 1, {}))
    report = json.loads((tmp_path / "report.json").read_text())
    page = (tmp_path / "report.html").read_text()
    assert report["counts"] == {"done": 3, "failed": 2}
    assert "SIGKILL" in page
    assert "results/picture/picture.png" in page
    assert "<polyline" in page
    assert "<script>" not in page
    assert "http" not in page


def test_growth_is_what_goes_on_after_everything_is_loaded() -> None:
    loading = [100 + 50 * number for number in range(10)]
    assert growth([*loading, *[600] * 20]) == 0
    assert growth([*loading, *[600, 620] * 10]) == 0
    assert growth(range(0, 3000, 100)) == pytest.approx(100)


@pytest.mark.parametrize(
    ("jobs", "line"),
    [
        (199, "A worker took 1 MB at most"),
        (200, "A worker took 1 MB at most; at the end it grew by 0.00 MB a job"),
    ],
)
def test_growth_is_told_of_many_jobs_alone(jobs: int, line: str) -> None:
    """The first ones fill what is kept and the pools of memory."""
    tally = Tally(jobs)
    done = Done("", "", {}, {}, memory=1_000_000, process=1)
    tally.outcomes += [Outcome(f"p{number}", "generate", "done", done=done) for number in range(jobs)]
    assert memory_line(facts(tally, 1, {})) == line


def test_many_jobs_are_all_recorded(tmp_path: Path) -> None:
    lines = [{"job": "generate", "id": f"p{number}"} for number in range(100)]
    tally = run(tmp_path, FakeHand(), lines=lines)
    assert tally.count("done") == 100
    assert len(list((tmp_path / "results").iterdir())) == 100


@pytest.mark.parametrize(("digests", "same"), [("aab", 1), ("abc", 0), ("", 0)])
def test_people_with_the_same_files_are_counted(tmp_path: Path, digests: str, same: int) -> None:
    """Three people; those who are a .blend alone, which no two runs write alike, are not taken for one."""
    tally = Tally(3)
    for number in range(3):
        done = Done("", digests[number : number + 1], {}, {})
        tally.outcomes.append(Outcome(f"p{number}", "generate", "done", done=done))
    assert facts(tally, 1, {})["same_files"] == same


def test_files_that_no_two_runs_write_alike_have_no_digest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def write(names: list[str]) -> str:
        def doer(job: Any, source: Path | None, folder: Path) -> dict[str, Any]:
            for name in names:
                (folder / name).write_text("a person")
            return {}

        monkeypatch.setitem(working._DOERS, "generate", doer)
        return working.do(job_from(CHAIN[0]), None, tmp_path / "-".join(names))["digest"]

    assert write(["ann.blend"]) == ""
    assert len(write(["ann.blend", "ann.json"])) == 64


def test_bad_lines_are_counted(tmp_path: Path) -> None:
    tally = Run([BadJob("line 4", "no JSON")], tmp_path, [FakeHand()])()
    assert states(tally) == {"line 4": "failed"}
