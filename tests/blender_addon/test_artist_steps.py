"""The list of steps that scripts/dev/try_in_blender.sh works through in a window, here in both Blenders as modules."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

FROM_HERE = f"""
sys.path.insert(0, {str(ROOT)!r})
from scripts.lib.cli import register_extension
register_extension()
"""
INSTALLED = """
bpy.ops.extensions.package_install_files(filepath=sys.argv[2], repo="user_default", enable_on_install=True)
"""
WORK = """
import os, sys
from pathlib import Path
import bpy
{install}
sys.path.insert(0, {scripts!r})
from try_in_blender_list import STEPS, main
main(Path(sys.argv[1]))
print("all", len(STEPS), "steps")
sys.stdout.flush()
os._exit(0)
"""


def worked_through(python: str, install: str, folder: Path, *arguments: Path) -> None:
    """Runs the list in a process of its own, since it opens files and an installed zip stays."""
    (folder / "user").mkdir()
    environment = os.environ | {"BLENDER_USER_RESOURCES": str(folder / "user"), "PYTHONPATH": ""}
    program = WORK.format(install=install, scripts=str(ROOT / "scripts" / "dev"))
    command = [python, "-c", program, str(folder), *map(str, arguments)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=folder, env=environment, timeout=600
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.splitlines()[-1] == "all 17 steps"


@pytest.mark.slow
def test_in_this_blender(tmp_path: Path) -> None:
    worked_through(sys.executable, FROM_HERE, tmp_path)


@pytest.mark.slow
def test_installed_in_blender_52(blender52: Path, extension_zip_52: Path, tmp_path: Path) -> None:
    worked_through(str(blender52), INSTALLED, tmp_path, extension_zip_52)
