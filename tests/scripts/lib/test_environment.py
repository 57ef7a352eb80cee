"""A script that is run by a Python without the packages says in one line which Python to use."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
OWN_RUNNERS = {"run.py", "build_extension.py", "fetch_three.py"}
"""They use the standard library alone."""
SCRIPTS = sorted(
    path
    for folder in ("scripts", "scripts/data", "scripts/evaluation", "scripts/training")
    for path in (ROOT / folder).glob("*.py")
    if path.name not in OWN_RUNNERS | {"__init__.py"}
)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_it_names_the_python_to_use(script: Path) -> None:
    # -S leaves out site-packages, as a bare Python has none.
    done = subprocess.run(
        [sys.executable, "-S", "-E", str(script), "--help"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2, done.stderr
    assert done.stderr.startswith(f"error: {script.name}: ")
    assert done.stderr.count("\n") == 1
    assert ".venv" in done.stderr


_WITHOUT_TRAINING = """
import runpy, sys
for name in ("torch", "lightning", "onnx"):
    sys.modules[name] = None
sys.argv = [sys.argv[1], "--help"]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


@pytest.mark.parametrize(
    "script", [path for path in SCRIPTS if path.parent.name in ("data", "evaluation")], ids=lambda path: path.name
)
def test_without_training_packages_it_runs_or_names_them(script: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _WITHOUT_TRAINING, str(script)], capture_output=True, text=True, check=False
    )
    if done.returncode == 0:
        assert done.stdout.startswith("usage: ")
    else:
        assert done.returncode == 2, done.stderr
        assert "has no torch, lightning, onnx" in done.stderr
        assert "scripts/run.py test" in done.stderr
