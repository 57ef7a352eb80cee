"""Show a folder or a text file of ours to the artist."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import bpy


def show_folder(folder: Path) -> None:
    """Open ``folder`` in the file manager, and never run it: macOS starts a folder whose name ends in ``.app``."""
    if sys.platform == "darwin":
        subprocess.run(["/usr/bin/open", "-R", str(folder)], check=False, timeout=30)
    elif sys.platform == "win32":
        os.startfile(str(folder), "explore")
    elif not bpy.app.background:
        bpy.ops.wm.path_open(filepath=str(folder))
