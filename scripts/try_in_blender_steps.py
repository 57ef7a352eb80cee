"""Run inside a Blender window by try_in_blender.sh: works through the list of steps by simulated mouse and keyboard.

Buttons are found as a person finds them, by moving the mouse over the sidebar: Blender's "copy Python command" and
"copy data path" tell what is under it. After each step the data is checked and a picture is taken.
"""

from __future__ import annotations

import math
import os
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import bpy
from mathutils import Euler

sys.path.insert(0, str(Path(__file__).resolve().parent))
import try_in_blender_list as steps
from try_in_blender_hand import MouseHand

ZIP, OUT = (Path(word) for word in sys.argv[sys.argv.index("--") + 1 :])


def script() -> Iterator[float]:
    yield 2.0
    bpy.ops.wm.save_as_mainfile(filepath=str(OUT / "room.blend"))
    hand = MouseHand(OUT)
    began = time.monotonic()
    # What Blender does with a zip that is dropped on its window.
    bpy.ops.extensions.package_install_files(filepath=str(ZIP), repo="user_default", enable_on_install=True)
    installed = time.monotonic() - began
    yield from hand.open_tab()
    yield from hand.picture("00_tab")
    for number, step in enumerate(steps.STEPS, 1):
        _view(hand, step.__name__)
        yield from step(hand)
        yield from hand.picture(f"{number:02d}_{step.__name__}")
        if step is steps.generate:
            print(f"first avatar: {installed:.1f} s for the dropped zip, {hand.took:.1f} s for the avatar")
        if step is steps.export:
            hand.print_stalls("export")
    yield from _looks(hand)


def _view(hand: MouseHand, step: str) -> None:
    """Where a person would have turned the view to by now."""
    space = hand.area.spaces.active
    view = space.region_3d
    if step == "edit_live":
        if "Cube" in bpy.data.objects:
            bpy.data.objects["Cube"].hide_set(True)
        space.shading.color_type = "TEXTURE"
        view.view_location, view.view_distance = (0, 0, 1.3), 2.6
        view.view_rotation = Euler((math.radians(85), 0, math.radians(10))).to_quaternion()
    elif step == "label":
        space.shading.color_type = "MATERIAL"
        space.overlay.show_floor = False
        view.view_location, view.view_distance = (0.2, 0.1, 0.9), 9.5
        view.view_rotation = Euler((math.radians(66), 0, math.radians(36))).to_quaternion()


def _looks(hand: MouseHand) -> Iterator[float]:
    """The sections at 150 %, in a narrow sidebar, in the light theme and in Chinese."""
    preferences = bpy.context.preferences
    yield from hand.scroll("UP")
    preferences.view.ui_scale = 1.5
    yield 1.0
    yield from hand.picture("20_large")
    yield from hand.scroll("DOWN")
    yield from hand.picture("21_large_end")
    preferences.view.ui_scale = 1.0
    preferences.view.language = "zh_HANS"
    yield 1.0
    yield from hand.picture("22_chinese_end")
    yield from hand.scroll("UP")
    yield from hand.picture("23_chinese")
    preferences.view.language = "en_US"
    yield from hand.narrow()
    yield from hand.picture("24_narrow")
    yield from hand.scroll("DOWN")
    yield from hand.picture("25_narrow_end")
    light = Path(bpy.utils.system_resource("SCRIPTS")) / "presets" / "interface_theme" / "Blender_Light.xml"
    if light.is_file():
        bpy.ops.script.execute_preset(filepath=str(light), menu_idname="USERPREF_MT_interface_theme_presets")
        yield 1.0
        yield from hand.picture("26_light")


def drive() -> Callable[[], float | None]:
    running = script()

    def tick() -> float | None:
        try:
            return next(running)
        except StopIteration:
            code = 0
        except BaseException:  # noqa: BLE001 - whatever it was, the window must close
            traceback.print_exc()
            subprocess.run(["import", "-window", "root", str(OUT / "failed.png")], check=False)
            code = 1
        sys.stdout.flush()
        sys.stderr.flush()
        # Blender's own way out asks about unsaved changes.
        os._exit(code)

    return tick


bpy.context.preferences.view.show_splash = False
OUT.mkdir(parents=True, exist_ok=True)
bpy.app.timers.register(drive(), first_interval=2.0)
