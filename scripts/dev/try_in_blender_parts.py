"""Run in a third Blender window by try_in_blender.sh: the parts of the tab that the list of steps leaves closed.

Each is open in a separate tab, so that nothing has to be scrolled to, and its buttons are pressed by simulated mouse.
Usage: blender tried.blend --enable-event-simulate --python try_in_blender_parts.py -- OUT
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bpy

sys.path.insert(0, str(Path(__file__).resolve().parent))
import try_in_blender_list as steps
from try_in_blender_hand import MouseHand, work_through

OUT = Path(sys.argv[-1])
MODULE = "bl_ext.user_default.avatar_atelier"
PARTS = {
    "Commands": ("ui.commands", "ATELIER_PT_commands"),
    "Motion": ("ui.avatar.motion", "ATELIER_PT_acting"),
    "Rig": ("ui.avatar.posing", "ATELIER_PT_motion"),
    "Worn": ("ui.avatar.body", "ATELIER_PT_wardrobe"),
    "Looks": ("ui.avatar.variations", "ATELIER_PT_variations"),
    "Furnish": ("ui.places.furnishing", "ATELIER_PT_suggestions"),
}
"""Tab -> the module and the class of the panel that stands open in it."""

bpy.context.preferences.view.show_splash = False
bpy.context.preferences.system.viewport_aa = "FXAA"


def show_open() -> None:
    for tab, (module, name) in PARTS.items():
        panel: Any = getattr(steps.part(module), name)
        facts = {"bl_idname": f"{name}_open", "bl_category": tab, "bl_parent_id": "", "bl_options": set()}
        bpy.utils.register_class(type(f"{name}_open", (panel,), facts))


def in_tab(hand: MouseHand, tab: str) -> Iterator[float]:
    hand.sidebar.active_panel_category = tab
    hand.area.tag_redraw()
    yield 1.0


def choose(hand: MouseHand, obj: bpy.types.Object) -> Iterator[float]:
    for other in bpy.context.selected_objects:
        other.select_set(False)
    obj.select_set(True)
    bpy.context.view_layer.objects.active = obj
    hand.area.tag_redraw()
    yield 0.5


def commands(hand: MouseHand) -> Iterator[float]:
    """A sentence, its chips, the list of one of them, and the question which of several objects is meant."""
    yield from hand.picture("40_examples")
    yield from hand.write("command", "hide every chair")
    yield from hand.picture("41_chips")
    yield from hand.press("atelier.run_command")
    hidden = [obj.hide_get() for obj in bpy.context.scene.objects if obj.get("atelier_label") == "chair"]
    assert hidden, "there are no chairs"
    assert all(hidden), hidden
    yield from hand.undo()
    yield from hand.write("command", "paint every chair red")
    yield from hand.seek("atelier.change_chip")
    yield from hand.click(*hand.at)
    yield from hand.picture("42_chip")
    yield from hand.key("ESC")
    yield from hand.away()
    yield from hand.write("command", "put the cup on the table")
    yield from hand.picture("43_which")
    yield from hand.seek("atelier.choose_object")
    yield from hand.click(*hand.at)
    yield 0.5
    assert steps.atelier().command != "put the cup on the table", steps.atelier().command
    yield from hand.picture("43_chosen")


def motion(hand: MouseHand) -> Iterator[float]:
    yield from hand.press("atelier.play_motion")
    tracks = steps.avatar().animation_data.nla_tracks
    assert len(tracks), "no motion was added"
    yield from hand.picture("44_motion")


def rig(hand: MouseHand) -> Iterator[float]:
    avatar = steps.avatar()
    bones = len(avatar.data.bones)
    yield from hand.press("atelier.add_twist_bones")
    assert len(avatar.data.bones) > bones
    yield from hand.picture("45_twist")
    yield from hand.press("atelier.set_beard")
    yield from hand.picture("46_beard")
    yield from hand.press("atelier.set_hair")
    yield from hand.press("atelier.add_springs")
    yield from hand.picture("47_rig")


def worn(hand: MouseHand) -> Iterator[float]:
    before = worn_names()
    yield from hand.picture("48_wardrobe")
    yield from hand.press("atelier.take_off", 120)
    assert len(worn_names()) == len(before) - 1, (before, worn_names())
    yield from hand.picture("49_taken_off")
    yield from hand.undo()


def worn_names() -> list[str]:
    return list(steps.part("avatar.wardrobe.objects").worn_garments(steps.avatar()))


def looks(hand: MouseHand) -> Iterator[float]:
    yield from hand.press("atelier.make_variations", 120)
    yield from hand.picture("50_looks")


def furnish(hand: MouseHand) -> Iterator[float]:
    yield from hand.press("atelier.suggest_objects")
    yield from hand.picture("51_suggestions")


def in_preferences(hand: MouseHand) -> Iterator[float]:
    """The bridge for programs, and the extension's page."""
    preferences = bpy.context.preferences
    hand.area.type = "PREFERENCES"
    preferences.active_section = "ADDONS"
    bpy.context.window_manager.addon_search = "Atelier"
    with bpy.context.temp_override(window=hand.window, area=hand.area):
        bpy.ops.preferences.addon_expand(module=steps.package())
    preferences.addons[steps.package()].preferences.bridge_folder = str(OUT)
    yield 1.0
    hand.where = "WINDOW"
    yield from hand.seek("atelier.switch_bridge")
    yield from hand.click(*hand.at)
    yield 1.0
    yield from hand.picture("52_bridge")
    assert steps.part("agents.bridge").is_on()
    yield from hand.seek("atelier.switch_bridge")
    yield from hand.click(*hand.at)
    yield 1.0
    assert not steps.part("agents.bridge").is_on()
    yield from hand.seek("atelier.self_check")
    yield from hand.click(hand.at[0] - 60, hand.at[1] - 24 * preferences.system.ui_scale)
    yield 1.0
    yield from hand.picture("53_about")


def script() -> Iterator[float]:
    yield 1.0
    bpy.ops.preferences.addon_enable(module=MODULE)
    show_open()
    hand = MouseHand(OUT)
    hand.area.spaces.active.show_region_ui = True
    yield 1.0
    for tab, step in zip(PARTS, (commands, motion, rig, worn, looks, furnish), strict=True):
        yield from choose(hand, steps.avatar())  # a command that was undone brings back what was chosen before it
        yield from in_tab(hand, tab)
        yield from step(hand)
        print(f"part {tab}: done", flush=True)
    yield from in_preferences(hand)


work_through(script(), OUT, 1.0)
