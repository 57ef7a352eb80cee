"""A hand that moves the mouse of a Blender window and types, and an eye that finds buttons and takes pictures."""

from __future__ import annotations

import math
import os
import subprocess
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import bpy
from try_in_blender_list import atelier, avatar, part

ROW = 12
"""Pixels between two looks while searching; a button is 20 high."""
COLUMNS = (0.55, 0.89, 0.25)
"""Where buttons are, as shares of the sidebar's width: wide ones, those of an icon alone, the left of two."""
HEADER = 26
"""Pixels from the middle of a button to that of the header below it, at scale 1."""


class MouseHand:
    """The mouse, the keyboard and the eye: every method is a generator of the seconds to wait before going on."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.where = "UI"
        """The type of the region that :meth:`seek` looks through."""
        self.window = bpy.context.window_manager.windows[0]
        self.area = max((a for a in self.window.screen.areas if a.type == "VIEW_3D"), key=lambda a: a.width)
        self.at = (self.window.width // 3, self.window.height // 2)
        self.took = 0.0
        self._beats: list[float] = []
        self._opened: dict[str, float] = {}
        self._found = False
        self._seen: Counter[str] = Counter()
        bpy.app.timers.register(self._beat)

    def _beat(self) -> float:
        self._beats.append(time.perf_counter())
        return 0.005

    def print_stalls(self, what: str) -> None:
        """Prints how long the window froze, and how long Atelier held the main thread, since the last call."""
        gaps = [b - a for a, b in zip(self._beats, self._beats[1:], strict=False) if not math.isnan(b - a)]
        ours = part("bridge.jobs.busy").taken()
        for who, times in (("the window between two turns", gaps), ("Atelier at a time", ours)):
            if times:
                ordered = sorted(times)
                nearly = ordered[min(int(0.99 * len(ordered)), len(ordered) - 1)]
                print(f"{what}: {who}: at most {1000 * ordered[-1]:.0f} ms, 99th percentile {1000 * nearly:.0f} ms")
        self._beats.clear()

    def _forget_stalls(self) -> None:
        self._beats.clear()
        part("bridge.jobs.busy").taken()

    @property
    def sidebar(self) -> bpy.types.Region:
        return next(region for region in self.area.regions if region.type == self.where)

    def open_tab(self) -> Iterator[float]:
        self.area.spaces.active.show_region_ui = True
        yield 1.0
        self.sidebar.active_panel_category = "Atelier"
        yield 1.0

    def move(self, x: float, y: float) -> Iterator[float]:
        self.window.event_simulate(type="MOUSEMOVE", value="NOTHING", x=int(x), y=int(y))
        yield 0.03

    def click(self, x: float, y: float) -> Iterator[float]:
        yield from self.move(x - 3, y)
        yield from self.move(x, y)
        yield 0.1
        for value in ("PRESS", "RELEASE"):
            self.window.event_simulate(type="LEFTMOUSE", value=value, x=int(x), y=int(y))
            yield 0.05

    def away(self) -> Iterator[float]:
        """Moves to the middle of the view, where keys have their usual meaning and no field is highlighted."""
        self.at = (self.window.width // 3, self.window.height // 2)
        yield from self.move(*self.at)

    def key(self, key: str, **more: object) -> Iterator[float]:
        x, y = self.at
        for value in ("PRESS", "RELEASE"):
            self.window.event_simulate(type=key, value=value, x=int(x), y=int(y), **more)
            yield 0.03

    def scroll(self, to: str) -> Iterator[float]:
        """Turns the wheel as far as it goes; over the margin, since over a list it scrolls the list."""
        region = self.sidebar
        x, y = region.x + 7, region.y + region.height // 2
        yield from self.move(x, y)
        for _ in range(60):
            self.window.event_simulate(type=f"WHEEL{to}MOUSE", value="PRESS", x=x, y=y)
            yield 0.01
        yield 0.5

    def seek(self, name: str) -> Iterator[float]:
        """Moves over the sidebar until ``name``, an operator or a data path, is under the mouse, at :attr:`at`."""
        for turn in (None, "DOWN", "UP"):
            if turn is not None:
                yield from self.scroll(turn)
            region = self.sidebar
            yield from self._scan(name, region.y + region.height - 6, region.y + 4)
            if self._found:
                return
        raise AssertionError(f"{name} is not in the sidebar")

    def _scan(self, name: str, top: float, bottom: float) -> Iterator[float]:
        region, self._found = self.sidebar, False
        for column in COLUMNS:
            x, y = region.x + (region.width - 20) * column, top
            while y > bottom and not self._found:
                yield from self.move(x, y)
                if self._is_under_mouse(name):
                    # Again, since a window that was busy may still light the button that the mouse has left.
                    yield from self.move(x + 1, y)
                    yield 0.1
                    self._found = self._is_under_mouse(name)
                if self._found:
                    self.at = (x, y)
                    # A little lower is nearer to the middle of the button, unless it ends there.
                    yield from self.move(x, y - ROW / 3)
                    if self._is_under_mouse(name):
                        self.at = (x, y - ROW / 3)
                y -= ROW

    def _is_under_mouse(self, name: str) -> bool:
        with bpy.context.temp_override(window=self.window, area=self.area, region=self.sidebar):
            return name in (self._command(), self._path())

    def _command(self) -> str:
        return self._copied(bpy.ops.ui.copy_python_command_button).removeprefix("bpy.ops.").split("(")[0]

    def _path(self) -> str:
        return self._copied(bpy.ops.ui.copy_data_path_button)

    def _copied(self, operator: Callable[[], set[str]]) -> str:
        manager = bpy.context.window_manager
        manager.clipboard = ""
        try:
            operator()
        except RuntimeError:
            return ""
        return manager.clipboard

    def wait(self, done: Callable[[], bool], seconds: float, what: str) -> Iterator[float]:
        end = time.monotonic() + 4 * seconds  # of a machine that is busy with other things
        while not done():
            assert time.monotonic() < end, f"waited too long for {what}"
            yield 0.05

    def job(self, seconds: float) -> Iterator[float]:
        """Wait for the job that a click has started."""
        began = time.monotonic()
        yield 0.3
        yield from self.wait(lambda: not self._runs(), seconds, "the job")
        self.took = time.monotonic() - began
        yield 0.3

    def _runs(self) -> bool:
        """Whether a job runs; takes a picture of its progress, and of its message before Blender's exporter."""
        state = bpy.context.window_manager.atelier_job
        if state.running:
            moment = "writing" if "Blender writes S" in state.what else "running" if state.factor > 0.1 else ""
            name = f"{state.operator.partition('.')[2]}_{moment}"
            # Twice, since what is said may be drawn only after this turn.
            if moment and self._seen[name] < 2:
                self._seen[name] += 1
                self._shoot(name)
        return state.running

    def _shoot(self, name: str) -> Path:
        path = self.folder / f"{name}.png"
        subprocess.run(["import", "-window", "root", str(path)], check=True)
        self._beats.append(math.nan)  # what the picture takes is no stall
        return path

    def picture(self, name: str) -> Iterator[float]:
        yield 1.2  # sections that move to a new place are drawn on their way
        path = self._shoot(name)
        colors = subprocess.run(["identify", "-format", "%k", str(path)], check=True, capture_output=True, text=True)
        assert int(colors.stdout) > 50, f"{path} is one flat picture"

    def write(self, name: str, text: str) -> Iterator[float]:
        yield from self.seek(f"atelier.{name}")
        yield from self.click(*self.at)
        yield from self.click(*self.at)
        yield 0.3
        yield from self.key("A", ctrl=True)
        for letter in text:
            key = "SPACE" if letter == " " else letter.upper() if letter.isalpha() else "COMMA"
            self.window.event_simulate(type=key, value="PRESS", unicode=letter, x=int(self.at[0]), y=int(self.at[1]))
            self.window.event_simulate(type=key, value="RELEASE", x=int(self.at[0]), y=int(self.at[1]))
            yield 0.02
        yield from self.key("RET")
        yield 0.3

    def press(self, operator: str, seconds: float = 60.0, guess: bool = False) -> Iterator[float]:
        # A guess is what the search for its operator meets first.
        yield from self.seek(operator)
        self._forget_stalls()
        yield from self.click(*self.at)
        yield from self.job(seconds)

    def open(self, panel: str) -> Iterator[float]:
        """Clicks the header below a button; the second time, which closes the panel, at the same position."""
        above, inside, places = {
            "Traits": ("atelier.avatar_from_photo", "atelier.edit_live", (32, 40, 26, 52)),
            "Findings": ("atelier.preflight", "atelier.repair_all", (44, 56, 68, 32)),
            "Layers": ("atelier.avatar_from_photo", "atelier.remove_layer", (162, 156, 170, 150)),
        }[panel]
        if panel in self._opened:
            yield from self.seek(above)
            yield from self.click(self.at[0], self.at[1] - self._opened.pop(panel))
            return
        for below in places:
            yield from self.seek(above)
            yield from self.click(self.at[0], self.at[1] - below)
            yield 0.6
            # What has opened may lie below the end of the sidebar.
            for turn in (None, "DOWN"):
                if turn is not None:
                    yield from self.scroll(turn)
                yield from self._scan(inside, self.sidebar.y + self.sidebar.height - 6, self.sidebar.y + 4)
                if self._found:
                    self._opened[panel] = below
                    return
        raise AssertionError(f"the panel {panel} does not open")

    def drag(self, name: str, by: float) -> Iterator[float]:
        live = part("avatar.live.editing")
        yield from self.click(self.window.width // 3, self.window.height // 2)  # so that no field is active
        bpy.context.view_layer.objects.active = avatar()
        yield from self.seek(f"atelier.traits.{name}")
        x, y = self.at
        before, sign = getattr(atelier().traits, name), (1 if by > 0 else -1)
        self._forget_stalls()
        painted = set()
        self.window.event_simulate(type="LEFTMOUSE", value="PRESS", x=int(x), y=int(y))
        yield 0.05
        for step in range(60):
            self.window.event_simulate(type="MOUSEMOVE", value="NOTHING", x=int(x + sign * 2 * step), y=int(y))
            yield 0.05
            painted.add(live.shown())
            if step == 40:
                yield from self.picture("05_dragging")
        self.print_stalls("drag")
        self.window.event_simulate(type="LEFTMOUSE", value="RELEASE", x=int(x + sign * 120), y=int(y))
        yield 0.2
        yield from self.wait(live.settled, 30, "the avatar to follow")
        self.print_stalls("rest after the drag")
        after = getattr(atelier().traits, name)
        print(f"drag: {name} {before:.2f} to {after:.2f}, {len(painted)} pictures while the button was down")
        assert len(painted) >= 3, painted

    def fix_active(self) -> Iterator[float]:
        """Clicks Fix of the open row: the button above *Repair All*."""
        yield from self.scroll("DOWN")
        yield from self.seek("atelier.repair_all")
        x, y = self.at
        yield from self.click(x, y + 30 * bpy.context.preferences.system.ui_scale)
        yield from self.job(60)

    def cancel(self, operator: str) -> Iterator[float]:
        yield from self.seek(operator)
        yield from self.click(*self.at)
        state = bpy.context.window_manager.atelier_job
        yield from self.wait(lambda: state.running and state.factor > 0.05, 60, "the job to get going")
        assert any((self.folder / "export").iterdir()), "nothing is written while it exports"
        began = time.monotonic()
        yield from self.key("ESC")
        yield from self.wait(lambda: not state.running, 30, "the job to stop")
        print(f"cancel: stopped {time.monotonic() - began:.2f} s after Esc")

    def undo(self) -> Iterator[float]:
        yield from self.away()
        yield from self.key("Z", ctrl=True)
        yield 0.5
        yield from self.wait(part("avatar.live.editing").settled, 30, "the undo to be painted")

    def open_redo(self) -> Iterator[float]:
        """Clicks the header of the panel in the view's corner that repeats the last operator."""
        region = next(region for region in self.area.regions if region.type == "HUD")
        yield from self.click(region.x + 40, region.y + region.height - 14)
        yield 0.6


def work_through(script: Iterator[float], folder: Path, first_interval: float) -> None:
    """Runs a script by a timer, with the seconds that it yields between its steps, and ends Blender: with exit code 1
    after an exception, of which a picture is in ``folder``."""

    def tick() -> float | None:
        try:
            return next(script)
        except StopIteration:
            code = 0
        except BaseException:  # noqa: BLE001 - whatever it was, the window must close
            traceback.print_exc()
            subprocess.run(["import", "-window", "root", str(folder / "failed.png")], check=False)
            code = 1
        sys.stdout.flush()
        sys.stderr.flush()
        # Blender's own way out asks about unsaved changes.
        os._exit(code)

    bpy.app.timers.register(tick, first_interval=first_interval)
