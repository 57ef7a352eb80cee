"""The tests that are marked ``both_blenders``, against the zip installed into Blender 5.2."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RUNNER = Path(__file__).with_name("installed_tests.py")


@pytest.mark.slow
def test_they_pass_in_the_installed_zip(blender52: Path, extension_zip_52: Path, tmp_path: Path) -> None:
    marked = [
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        if "pytest.mark.both_blenders" in path.read_text(encoding="utf-8") and path != Path(__file__)
    ]
    (tmp_path / "user").mkdir()
    environment = os.environ | {"BLENDER_USER_RESOURCES": str(tmp_path / "user"), "PYTHONPATH": ""}
    command = [str(blender52), str(RUNNER), str(extension_zip_52), str(ROOT), "-q", "--tb=short", "-W", "ignore"]
    done = subprocess.run(
        [*command, "-m", "both_blenders", f"--basetemp={tmp_path / 'tests'}", *marked],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        timeout=1200,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed is not None
    assert int(passed.group(1)) >= 70
