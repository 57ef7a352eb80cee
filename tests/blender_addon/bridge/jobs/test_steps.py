from __future__ import annotations

import pytest

from blender_addon.bridge.jobs import steps as jobs
from blender_addon.bridge.jobs.modal import JobRunner
from blender_addon.bridge.jobs.steps import PATIENCE, InThread, Job, Pauses, Progress, run_to_end, scaled


def counting(steps: int, closed: list[bool]) -> Job:
    total = 0
    try:
        for step in range(steps):
            yield Progress(step, steps, "Counting")
            total += yield InThread(lambda step=step: step)
        return {"total": total}
    finally:
        closed.append(True)


def test_results_of_threads_come_back() -> None:
    seen: list[Progress] = []
    assert run_to_end(counting(4, []), seen.append) == {"total": 6}
    assert [progress.done for progress in seen] == [0, 1, 2, 3]


def test_an_error_in_a_thread_is_raised_inside_the_job() -> None:
    def failing() -> Job:
        try:
            yield InThread(lambda: 1 / 0)
        except ZeroDivisionError:
            yield Progress(1, 1, "Going on")
            value = yield InThread(lambda: 5)
            return {"value": value}
        return {}

    assert run_to_end(failing()) == {"value": 5}


def test_an_error_that_the_job_does_not_handle_passes_through() -> None:
    def failing() -> Job:
        yield InThread(lambda: 1 / 0)
        return {}

    with pytest.raises(ZeroDivisionError):
        run_to_end(failing())


def test_closing_a_job_runs_its_clean_up() -> None:
    closed: list[bool] = []
    job = counting(3, closed)
    next(job)
    job.close()
    assert closed == [True]


def test_a_step_that_blocks_the_window_waits_until_it_is_announced() -> None:
    begun: list[str] = []

    def job() -> Job:
        yield Progress(0, 2, "Short")
        yield Progress(1, 2, "Long", blocks=True)
        begun.append("long")
        yield Progress(2, 2, "Short")
        return {}

    runner = JobRunner(job())
    assert not runner.advance(slice_s=60)
    assert (runner.progress.what, begun) == ("Long", [])
    assert runner.advance(slice_s=60)
    assert begun == ["long"]


def test_short_work_of_a_thread_does_not_wait_for_the_next_turn() -> None:
    runner = JobRunner(counting(4, []))
    assert runner.advance(10.0)
    assert runner.report == {"total": 6}


def test_a_part_announces_too_what_blocks_the_window() -> None:
    def part() -> Job:
        yield Progress(1, 2, "Blender bakes Wall", blocks=True)
        return {}

    assert next(scaled(part(), 0.5, 1.0)) == Progress(0.75, 1, "Blender bakes Wall", blocks=True)


def test_what_the_window_takes_between_two_steps_is_no_work_of_the_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(jobs.time, "perf_counter", lambda: now[0])
    pauses = Pauses()
    assert not pauses.due()
    now[0] = 1.5 * PATIENCE
    assert pauses.due()
    now[0] += 10.0  # the window draws
    assert not pauses.due()
    now[0] += 0.5 * PATIENCE
    assert not pauses.due()
    now[0] += PATIENCE
    assert pauses.due()
