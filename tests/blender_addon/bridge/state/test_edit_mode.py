"""Edit Mode while another thread runs Python, as a cancelled job's thread does for a moment."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]

PROGRAM = """
import threading
import bpy
import numpy
from blender_addon.bridge.state.edit_mode import edited_bones
from scripts.lib.cli import leave

bpy.ops.object.armature_add()
armature, stopped = bpy.context.object, threading.Event()
random = numpy.random.default_rng(0)

def busy():
    while not stopped.is_set():
        random.random((2000, 5)).sum()

thread = threading.Thread(target=busy, daemon=True)
thread.start()
for _ in range(2000):
    with edited_bones(bpy.context.view_layer, armature) as bones:
        bones[0].tail.z += 0.001
stopped.set()
thread.join()
print("height", round(armature.data.bones[0].tail_local.z, 2))
leave(0)
"""


def test_a_busy_thread_does_not_crash_edit_mode() -> None:
    """In a process of its own, since what it guards against is a crash."""
    done = subprocess.run([sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "height 3.0" in done.stdout
