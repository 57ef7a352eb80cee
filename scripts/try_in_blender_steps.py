"""Run inside a Blender window by try_in_blender.sh: works through the Atelier tab by simulated mouse and keyboard.

Buttons are found as a person finds them, by moving the mouse over the sidebar: Blender's "copy Python command" and
"copy data path" tell what is under it. After each step the data is checked and a picture is taken.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import bpy
from bl_ext.user_default.avatar_atelier.avatar import live
from bl_ext.user_default.avatar_atelier.scene import room
from mathutils import Euler

sys.path.insert(0, str(Path(__file__).resolve().parent))
from try_in_blender_export import export_section

OUT = Path(sys.argv[sys.argv.index("--") + 1])
ROW = 8  # pixels between two looks while scanning; a button is 20 high


class Hand:
    """The mouse, the keyboard and the eye: every method is a generator of the seconds to wait before going on."""

    def __init__(self) -> None:
        self.window = bpy.context.window_manager.windows[0]
        self.area = max((a for a in self.window.screen.areas if a.type == "VIEW_3D"), key=lambda a: a.width)
        self.facts: dict = {}

    @property
    def sidebar(self) -> bpy.types.Region:
        return next(region for region in self.area.regions if region.type == "UI")

    def move(self, x: float, y: float) -> Iterator[float]:
        self.window.event_simulate(type="MOUSEMOVE", value="NOTHING", x=int(x), y=int(y))
        yield 0.04

    def click(self, x: float, y: float) -> Iterator[float]:
        yield from self.move(x - 3, y)
        yield from self.move(x, y)
        yield 0.1
        for value in ("PRESS", "RELEASE"):
            self.window.event_simulate(type="LEFTMOUSE", value=value, x=int(x), y=int(y))
            yield 0.05

    def press(self, key: str, **more: object) -> Iterator[float]:
        x, y = self.at
        for value in ("PRESS", "RELEASE"):
            self.window.event_simulate(type=key, value=value, x=int(x), y=int(y), **more)
            yield 0.03

    def type(self, text: str) -> Iterator[float]:
        x, y = self.at
        for letter in text:
            key = "SPACE" if letter == " " else letter.upper() if letter.isalpha() else "COMMA"
            self.window.event_simulate(type=key, value="PRESS", unicode=letter, x=int(x), y=int(y))
            self.window.event_simulate(type=key, value="RELEASE", x=int(x), y=int(y))
            yield 0.02
        yield from self.press("RET")

    def look(self) -> Iterator[float]:
        """Scan the sidebar from top to bottom and remember what is where, in :attr:`seen`: name → (x, y)."""
        self.seen: dict[str, tuple[float, float]] = {}
        region = self.sidebar
        manager = bpy.context.window_manager
        for column in (0.25, 0.55, 0.88):
            x = region.x + (region.width - 20) * column
            y = region.y + region.height - 6
            while y > region.y + 4:
                yield from self.move(x, y)
                with bpy.context.temp_override(window=self.window, area=self.area, region=region):
                    for name in (self._command(manager), self._path(manager)):
                        if name and name not in self.seen:
                            self.seen[name] = (x, y - ROW / 2)
                y -= ROW

    def _command(self, manager: bpy.types.WindowManager) -> str:
        manager.clipboard = ""
        try:
            bpy.ops.ui.copy_python_command_button()
        except RuntimeError:
            return ""
        return manager.clipboard.removeprefix("bpy.ops.").split("(")[0]

    def _path(self, manager: bpy.types.WindowManager) -> str:
        manager.clipboard = ""
        try:
            bpy.ops.ui.copy_data_path_button()
        except RuntimeError:
            return ""
        return manager.clipboard

    def find(self, name: str) -> tuple[float, float]:
        if name not in self.seen:
            raise AssertionError(f"{name} is not in the sidebar; there are {sorted(self.seen)}")
        self.at = self.seen[name]
        return self.at

    def wait(self, done: Callable[[], bool], seconds: float, what: str) -> Iterator[float]:
        for _ in range(int(seconds / 0.1)):
            if done():
                return
            yield 0.1
        raise AssertionError(f"waited {seconds} s for {what}")

    def job(self, seconds: float) -> Iterator[float]:
        """Wait for the job that a click has started."""
        yield 0.3
        yield from self.wait(lambda: not bpy.context.window_manager.atelier_job.running, seconds, "the job")
        yield 0.3

    def picture(self, name: str) -> Iterator[float]:
        yield 0.6
        path = OUT / f"{name}.png"
        subprocess.run(["import", "-window", "root", str(path)], check=True)
        colors = subprocess.run(["identify", "-format", "%k", str(path)], check=True, capture_output=True, text=True)
        assert int(colors.stdout) > 50, f"{path} is one flat picture"


def report() -> dict:
    return bpy.context.scene.atelier.report()


def new_report(before: str) -> dict:
    text = bpy.context.scene.atelier.last_report
    assert text, "the operator left no report"
    assert text != before, "the operator left no new report"
    facts = json.loads(text)
    assert "error" not in facts, facts
    return facts


def steps() -> Iterator[float]:
    yield 2.0
    hand = Hand()
    bpy.ops.wm.save_as_mainfile(filepath=str(OUT / "room.blend"))
    hand.area.spaces.active.show_region_ui = True
    yield 1.0
    hand.sidebar.active_panel_category = "Atelier"
    yield 1.0
    yield from hand.picture("01_tab")

    yield from hand.look()
    (OUT / "seen.json").write_text(json.dumps(hand.seen, indent=1))

    x, y = hand.find("atelier.description")
    yield from hand.click(x, y)
    yield from hand.click(x, y)
    yield 0.3
    yield from hand.press("A", ctrl=True)
    yield from hand.type("a tall woman in a navy suit")
    yield 0.3
    assert bpy.context.scene.atelier.description == "a tall woman in a navy suit", bpy.context.scene.atelier.description
    yield from hand.picture("02_described")

    seed = bpy.context.scene.atelier.seed
    yield from hand.click(*hand.find("atelier.draw_seed"))
    yield 0.3
    assert bpy.context.scene.atelier.seed != seed
    yield from hand.click(*hand.find("atelier.generate_avatar"))
    yield 0.2
    yield from hand.picture("03_generating")
    yield from hand.job(60)
    facts = new_report("")
    assert bpy.data.objects[facts["object"]].type == "ARMATURE"
    yield from drag_a_slider(hand, bpy.data.objects[facts["object"]])
    for name in ("Cube", "Light", "Camera"):
        bpy.data.objects.remove(bpy.data.objects[name])
    room.build_room(bpy.context)
    avatar = bpy.data.objects[facts["object"]]
    avatar.location = (-0.35, -0.75, 0)
    shading = hand.area.spaces.active.shading
    shading.color_type = "MATERIAL"
    hand.area.spaces.active.overlay.show_floor = False
    view = hand.area.spaces.active.region_3d
    view.view_location, view.view_distance = (0.2, 0.1, 0.9), 9.5
    view.view_rotation = Euler((math.radians(66), 0, math.radians(36))).to_quaternion()
    yield from hand.picture("04_avatar")

    before = bpy.context.scene.atelier.last_report
    yield from hand.look()
    yield from hand.click(*hand.find("atelier.label_objects"))
    yield from hand.job(60)
    facts = new_report(before)
    assert facts["counts"]["chair"] >= 4, facts["counts"]
    yield from hand.picture("05_labels")

    lamp = next(obj for obj in bpy.data.objects if obj.get("atelier_label") == "lamp")
    bpy.context.scene.atelier.label_index = list(bpy.context.scene.objects).index(lamp)
    before = bpy.context.scene.atelier.last_report
    yield from hand.look()
    yield from hand.click(*hand.find("atelier.pick_label"))  # the second guess
    yield from hand.job(60)
    facts = new_report(before)
    assert lamp["atelier_label"] == facts["label"] != "lamp"
    yield from hand.picture("05_corrected")
    yield from hand.press("Z", ctrl=True)
    yield 0.5
    assert bpy.data.objects[facts["object"]]["atelier_label"] == "lamp", "undo did not bring the label back"
    bpy.ops.atelier.forget_taught(label=facts["label"])

    before = bpy.context.scene.atelier.last_report
    yield from hand.look()
    yield from hand.click(*hand.find("atelier.apply_labels"))
    yield from hand.job(60)
    new_report(before)
    assert "Chair_01" in bpy.data.objects
    yield from hand.picture("06_applied")

    yield from export_section(hand, OUT)

    hand.area.spaces.active.shading.type = "MATERIAL"
    view.view_location, view.view_distance = (-0.35, -0.75, 1.35), 1.9
    view.view_rotation = Euler((math.radians(84), 0, math.radians(8))).to_quaternion()
    yield 12.0
    yield from hand.picture("09_material_preview")

    hand.area.spaces.active.shading.type = "SOLID"
    bpy.context.preferences.view.language = "zh_HANS"
    yield from hand.picture("10_chinese")


def drag_a_slider(hand: Hand, avatar: bpy.types.Object) -> Iterator[float]:
    """Edit Live, then drag Presentation: the avatar must change while the button is down, and undo in one step."""
    name = avatar.name
    bpy.data.objects["Cube"].hide_set(True)
    space = hand.area.spaces.active
    space.shading.color_type = "TEXTURE"
    space.region_3d.view_location, space.region_3d.view_distance = (0, 0, 1.3), 2.6
    space.region_3d.view_rotation = Euler((math.radians(85), 0, math.radians(10))).to_quaternion()
    yield from hand.look()
    x, y = hand.find("atelier.apply_texture")
    yield from hand.click(x, y - 32)  # the header of Traits, right below
    yield 0.5
    yield from hand.look()
    yield from hand.click(*hand.find("atelier.edit_live"))
    yield 0.5
    assert bpy.context.scene.atelier.live_target == avatar
    before = json.loads(avatar["atelier_traits"])["presentation"]
    yield from hand.look()
    x, y = hand.find("atelier.traits.presentation")
    yield from hand.click(hand.window.width // 3, hand.window.height // 2)  # away, so that no field is active
    bpy.context.view_layer.objects.active = avatar
    live._state.longest = 0.0
    painted = set()
    sign = -1 if before > 0.5 else 1
    yield from hand.move(x, y)
    hand.window.event_simulate(type="LEFTMOUSE", value="PRESS", x=int(x), y=int(y))
    yield 0.05
    for step in range(60):
        hand.window.event_simulate(type="MOUSEMOVE", value="NOTHING", x=int(x + sign * 2 * step), y=int(y))
        yield 0.05
        painted.add(live._state.shown)
        if step == 40:
            yield from hand.picture("03_dragging")
    stall = live._state.longest
    hand.window.event_simulate(type="LEFTMOUSE", value="RELEASE", x=int(x + sign * 120), y=int(y))
    yield from hand.wait(lambda: live._state.finished == live.stored_traits(avatar), 30, "the avatar to follow")
    after = json.loads(avatar["atelier_traits"])["presentation"]
    print(f"drag: presentation {before:.2f} to {after:.2f}, {len(painted)} pictures of it while the button was down")
    print(
        f"main thread: at most {1000 * stall:.0f} ms during the drag, {1000 * live._state.longest:.0f} ms with its end"
    )
    assert len(painted) >= 3, painted
    assert after != before
    yield from hand.press("Z", ctrl=True)
    yield 0.5
    avatar = bpy.data.objects[name]
    assert json.loads(avatar["atelier_traits"])["presentation"] == before, "undo did not bring the slider back"
    yield from hand.wait(lambda: live._state.finished == live.stored_traits(avatar), 30, "the undo to be painted")
    yield from hand.look()
    yield from hand.click(*hand.find("atelier.edit_live"))
    yield 0.3
    x, y = hand.find("atelier.apply_texture")
    yield from hand.click(x, y - 32)
    space.shading.color_type = "MATERIAL"


def drive() -> Callable[[], float | None]:
    script = steps()

    def tick() -> float | None:
        try:
            return next(script)
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
