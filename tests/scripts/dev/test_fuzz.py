"""The fuzz run notices every broken promise; with --slow, 500 hostile inputs break none."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts.dev import fuzz
from scripts.dev.fuzz_inputs import Input

ROOT = Path(__file__).resolve().parents[3]
INPUTS = 500


def ran(folder: Path, code: int | None, text: str, change: Callable[[Path], object] | None = None) -> list[str]:
    """The promises that an input has broken which ended so and did ``change``."""
    for name in ("in", "out", "home", "tmp"):
        (folder / name).mkdir(exist_ok=True)
    (folder / "in" / "a.glb").write_text("a")
    before = fuzz.contents(folder)
    if change is not None:
        change(folder)
    made = Input("label_scene", ("a.glb",), "glb", "cut")
    return fuzz.broken_promises(
        made, None if code is None else code << 8, -1 if code is None else code, text, folder, before
    )


def test_what_keeps_the_promises_is_no_failure(tmp_path: Path) -> None:
    assert ran(tmp_path, 2, "label_scene.py: error: a.glb: is damaged\n") == []
    assert ran(tmp_path, 0, "", lambda folder: (folder / "out" / "labels.json").write_text("{}")) == []


@pytest.mark.parametrize(
    ("code", "text", "change", "said"),
    [
        (None, "", None, "did not end in time"),
        (1, "", None, "exit code 1"),
        (-11, "", None, "exit code -11"),
        (0, "Traceback (most recent call last):", None, "a traceback"),
        (2, "gone wrong", None, "no line that says why"),
        (2, "error: x", lambda folder: (folder / "out" / "b").write_text(""), "exit code 2, and left"),
        (0, "", lambda folder: (folder / "in" / "a.glb").write_text("longer"), "changed outside"),
        (0, "", lambda folder: (folder / "in" / "a.glb").unlink(), "changed outside"),
        (0, "", lambda folder: (folder / "b.json").write_text(""), "changed outside"),
    ],
)
def test_each_broken_promise_is_named(
    tmp_path: Path, code: int | None, text: str, change: Callable[[Path], object] | None, said: str
) -> None:
    found = ran(tmp_path, code, text, change)
    assert len(found) == 1
    assert said in found[0]


@pytest.mark.minutes
def test_five_hundred_hostile_inputs_break_no_promise(tmp_path: Path) -> None:
    seed = random.SystemRandom().randrange(10**6)  # printed by the run, to repeat it
    command = [sys.executable, str(ROOT / "scripts" / "dev" / "fuzz.py"), "--inputs", str(INPUTS), "--seed", str(seed)]
    done = subprocess.run(
        [*command, "--keep", str(tmp_path)], capture_output=True, text=True, check=False, timeout=3 * 3600
    )
    assert done.returncode == 0, f"{tmp_path}\n{done.stdout[-8000:]}{done.stderr[-2000:]}"
    assert f"seed {seed}: 0 of {INPUTS} inputs broke a promise" in done.stdout
