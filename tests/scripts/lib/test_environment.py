"""A script that is run by a Python without the packages says in one line which Python to use."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
OWN_RUNNERS = {"run.py", "build_extension.py"}
"""They use the standard library alone."""
SCRIPTS = sorted(
    path
    for folder in ("scripts", "scripts/training")
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
