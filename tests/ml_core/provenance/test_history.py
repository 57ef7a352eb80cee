"""Edit histories stay short, and take nothing over that is none."""

from __future__ import annotations

import json

from ml_core.provenance.history import MOST_STEPS, HistoryStep, recorded, steps_of


def step(action: str, minute: int = 0) -> HistoryStep:
    return HistoryStep(action, "0.9.0", f"2030-01-01T00:{minute:02}:00Z")


def test_repeated_steps_are_one() -> None:
    steps = recorded(recorded([step("generated")], step("textured", 1)), step("textured", 2))
    assert steps == [step("generated"), step("textured", 2)]


def test_long_histories_keep_their_beginning_and_end() -> None:
    steps: list[HistoryStep] = []
    for number in range(59):
        steps = recorded(steps, step(("textured", "dressed")[number % 2], number))
    assert len(steps) == MOST_STEPS
    assert (steps[0], steps[-1]) == (step("textured", 0), step("textured", 58))


def test_what_is_no_step_is_left_out() -> None:
    good = step("labeled")
    stored = [good.to_list(), ["sold", "1", "2030-01-01"], ["labeled", "<b>", "2030-01-01"], ["labeled", "1", "now"], 3]
    assert steps_of(json.dumps(stored)) == [good]
    assert steps_of("[[[") == steps_of(None) == []
