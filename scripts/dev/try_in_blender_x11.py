"""Run in a second Blender window by try_in_blender.sh: performs what simulated events cannot, by xdotool.

It drags the sidebar narrow and wide again, finds the operators by Blender's own search, and opens the menus where
artists look. Usage: blender tried.blend --python try_in_blender_x11.py -- OUT
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import bpy

sys.path.insert(0, str(Path(__file__).resolve().parent))
from try_in_blender_hand import work_through

OUT = Path(sys.argv[-1])
MODULE = "bl_ext.user_default.avatar_atelier"
NARROW = 80
"""Pixels by which the sidebar is narrowed; Blender's least width hides its tabs' contents."""

bpy.context.preferences.view.show_splash = False


class XHand:
    """The pointer and the keyboard of the X server: every method is a generator of the seconds to wait."""

    def __init__(self) -> None:
        self.window = bpy.context.window_manager.windows[0]
        self.area = max((a for a in self.window.screen.areas if a.type == "VIEW_3D"), key=lambda a: a.width)

    @property
    def sidebar(self) -> bpy.types.Region:
        return next(region for region in self.area.regions if region.type == "UI")

    def xdotool(self, *words: object) -> None:
        subprocess.run(["xdotool", *map(str, words)], check=True)

    def move(self, x: int, y: int) -> Iterator[float]:
        """Moves to a point in Blender's pixels, whose origin is at the bottom left."""
        self.xdotool("mousemove", x, self.window.height - y)
        yield 0.2

    def center(self) -> Iterator[float]:
        yield from self.move(self.area.x + self.area.width // 3, self.area.y + self.area.height // 2)

    def key(self, name: str) -> Iterator[float]:
        self.xdotool("key", name)
        yield 0.6

    def picture(self, name: str) -> Iterator[float]:
        yield 0.6
        subprocess.run(["import", "-window", "root", str(OUT / f"{name}.png")], check=True)

    def drag_edge(self, by: int) -> Iterator[float]:
        """Drags the sidebar's left edge; the exact position of its handle depends on the theme and the scale."""
        before = self.sidebar.width
        for aside in (-1, 0, 1, -2, 2, 3):
            region = self.sidebar
            x, y = region.x + aside, region.y + region.height // 3
            yield from self.move(x - 30, y)
            yield from self.move(x, y)
            self.xdotool("mousedown", 1)
            yield 0.3
            for step in range(1, 9):
                yield from self.move(x + by * step // 8, y)
            self.xdotool("mouseup", 1)
            yield 0.6
            if abs(self.sidebar.width - before) > abs(by) // 2:
                return
        raise AssertionError(f"the sidebar's edge was not caught; it stays {before} pixels wide")

    def scroll_to_end(self) -> Iterator[float]:
        region = self.sidebar
        yield from self.move(region.x + 7, region.y + region.height // 2)
        self.xdotool("click", "--repeat", 60, "--delay", 15, 5)
        yield 0.6

    def search(self, words: str, picture: str) -> Iterator[float]:
        """Types into the F3 search and takes the top result."""
        yield from self.center()
        with bpy.context.temp_override(window=self.window, area=self.area, region=self.area.regions[-1]):
            bpy.ops.wm.search_menu("INVOKE_DEFAULT")
        yield 1.0
        self.xdotool("type", "--delay", 60, words)
        yield from self.picture(picture)
        yield from self.key("Return")
        yield 1.0


def script() -> Iterator[float]:
    yield 1.0
    bpy.ops.preferences.addon_enable(module=MODULE)
    hand = XHand()
    atelier = bpy.context.scene.atelier
    hand.area.spaces.active.show_region_ui = True
    yield 1.0
    hand.sidebar.active_panel_category = "Atelier"
    yield 1.0
    avatar = next(obj for obj in bpy.context.scene.objects if "atelier_traits" in obj)
    for obj in bpy.context.selected_objects:
        obj.select_set(False)
    avatar.select_set(True)
    bpy.context.view_layer.objects.active = avatar

    yield from hand.drag_edge(NARROW)
    yield from hand.picture("24_narrow")
    yield from hand.scroll_to_end()
    yield from hand.picture("25_narrow_end")
    yield from hand.drag_edge(-NARROW)

    yield from hand.search("Edit Live", "30_search_edit_live")
    assert atelier.live_target == avatar, "the search for Edit Live did not begin it"
    yield from hand.search("Edit Live", "31_search_edit_live")
    assert atelier.live_target is None, "the search for Edit Live did not end it"
    for name in ("Label Objects", "Check Scene"):
        yield from hand.search(name, f"32_search_{name.lower().replace(' ', '_')}")
        for _ in range(240):
            if not bpy.context.window_manager.atelier_job.running:
                break
            yield 0.5
        done = [operator.name for operator in bpy.context.window_manager.operators]
        assert name in done, f"the search for {name} did not run it: {done}"

    yield from hand.center()
    hand.xdotool("click", 3)
    yield from hand.picture("33_right_click")
    yield from hand.key("Escape")
    yield from hand.move(35, hand.window.height - 12)
    hand.xdotool("click", 1)
    yield 0.8
    yield from hand.key("e")
    yield from hand.picture("34_file_export")
    yield from hand.key("Escape")
    yield from hand.key("Escape")
    yield from hand.center()
    yield from hand.key("shift+a")
    yield from hand.picture("35_add")


work_through(script(), OUT, 1.0)
