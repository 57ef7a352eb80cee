"""The Export section by simulated mouse and keyboard: check, fix, cancel, export, undo; called by the other steps."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bpy

BAD = "Bad Thing"


def export_section(hand: Any, out: Path) -> Iterator[float]:
    """Works through the section in the room that is open; pictures begin with 07 and 08.

    Args:
        hand: a ``Hand`` of try_in_blender_steps.
        out: the folder of the blend file and of the pictures.
    """
    _add_bad_object()
    settings = bpy.context.scene.atelier
    settings.targets = {"unity", "web"}
    yield from _to_the_end(hand)
    yield from hand.look()
    yield from hand.click(*hand.find("atelier.preflight"))
    yield from hand.job(60)
    found = {one["kind"] for one in settings.report()["findings"] if one["object"] == BAD}
    assert {"illegal_name", "negative_scale", "turned_faces"} <= found, found
    yield from hand.picture("07_checked")
    yield from _open_findings(hand)
    yield from _fix(hand)
    yield from _cancel(hand, out)
    yield from _export(hand)
    yield from _undo(hand)
    yield from _looks(hand)


def _add_bad_object() -> None:
    bpy.ops.mesh.primitive_cube_add(size=0.4, location=(-0.2, -1.6, 0.2))
    cube = bpy.context.object
    cube.name = BAD
    cube.scale.x = -1
    cube.data.polygons[0].flip()
    bpy.ops.ed.undo_push(message="Bad Thing")


def _to_the_end(hand: Any) -> Iterator[float]:
    """Scrolls the sidebar down as far as it goes; from its margin, since the wheel over a list scrolls the list."""
    region = hand.sidebar
    x, y = region.x + 7, region.y + region.height // 2
    yield from hand.move(x, y)
    for _ in range(60):
        hand.window.event_simulate(type="WHEELDOWNMOUSE", value="PRESS", x=x, y=y)
        yield 0.02
    yield 0.5


def _open_findings(hand: Any) -> Iterator[float]:
    """A click on the header of the list, which lies below the button and the line of counts."""
    yield from _to_the_end(hand)
    yield from hand.look()
    x, y = hand.find("atelier.preflight")
    unit = bpy.context.preferences.system.ui_scale
    for below in (44, 56, 68, 32):
        yield from hand.click(x, y - below * unit)
        yield 0.4
        yield from _to_the_end(hand)
        yield from hand.look()
        if "atelier.repair_all" in hand.seen:
            return
    raise AssertionError(f"the list of findings does not open; there are {sorted(hand.seen)}")


def _fix(hand: Any) -> Iterator[float]:
    """The row of the turned faces: a click selects the object, Fix below the list turns them back."""
    settings = bpy.context.scene.atelier
    rows = [(one.kind, one.object) for one in settings.findings]
    bpy.ops.object.select_all(action="DESELECT")
    settings.finding_index = rows.index(("turned_faces", BAD))
    yield 0.5
    assert bpy.context.view_layer.objects.active.name == BAD
    assert bpy.context.selected_objects == [bpy.data.objects[BAD]]
    yield from _to_the_end(hand)
    yield from hand.picture("07_findings")
    yield from hand.look()
    x, y = hand.find("atelier.repair_all")
    yield from hand.click(x, y + 30 * bpy.context.preferences.system.ui_scale)  # Fix of the row that is open
    yield from hand.job(30)
    assert ("turned_faces", BAD) not in [(one.kind, one.object) for one in settings.findings]
    assert settings.report()["repaired"][0]["kind"] == "turned_faces"
    yield from hand.picture("07_fixed")


def _cancel(hand: Any, out: Path) -> Iterator[float]:
    """Esc stops an export within a second and leaves no folder."""
    yield from _to_the_end(hand)
    yield from hand.look()
    yield from hand.click(*hand.find("atelier.export_scene"))
    state = bpy.context.window_manager.atelier_job
    yield from hand.wait(lambda: state.running and state.factor > 0.05, 60, "the export to begin")
    assert any((out / "export").iterdir()), "nothing is written while it exports"
    began = time.monotonic()
    yield from hand.press("ESC")
    yield from hand.wait(lambda: not state.running, 30, "the export to stop")
    print(f"cancel: stopped {time.monotonic() - began:.2f} s after Esc")
    assert not (out / "export").exists(), list((out / "export").rglob("*"))
    assert [scene.name for scene in bpy.data.scenes] == ["Scene"]
    assert not [one.name for one in bpy.data.objects if one.name.endswith("__held")]


def _export(hand: Any) -> Iterator[float]:
    settings = bpy.context.scene.atelier
    before = settings.last_report
    yield from hand.look()
    yield from hand.click(*hand.find("atelier.export_scene"))
    yield 1.0
    yield from hand.picture("08_exporting")
    yield from hand.job(240)
    assert settings.last_report != before
    facts = json.loads(settings.last_report)
    assert "error" not in facts, facts
    assert (Path(facts["targets"]["web"]["folder"]) / "scene.glb").is_file()
    assert (Path(facts["targets"]["unity"]["folder"]) / "SM_Bad_Thing.fbx").is_file()
    yield from hand.picture("08_exported")


def _undo(hand: Any) -> Iterator[float]:
    """One step takes the repair back, and the list with it."""
    yield from hand.move(hand.window.width // 3, hand.window.height // 2)
    hand.at = (hand.window.width // 3, hand.window.height // 2)
    yield from hand.press("Z", ctrl=True)
    yield 0.5
    cube = bpy.data.objects[BAD]
    assert cube.data.polygons[0].normal.dot(cube.data.polygons[0].center) < 0, "undo did not take the repair back"
    kinds = [(one.kind, one.object) for one in bpy.context.scene.atelier.findings]
    assert ("turned_faces", BAD) in kinds, kinds


def _looks(hand: Any) -> Iterator[float]:
    """Pictures of the section at 150 %, in Chinese, and with the options open."""
    preferences = bpy.context.preferences
    settings = bpy.context.scene.atelier
    kinds = [one.kind for one in settings.findings]
    settings.finding_index = kinds.index("negative_scale")
    yield from _to_the_end(hand)
    preferences.view.ui_scale = 1.5
    yield 1.0
    yield from _to_the_end(hand)
    yield from hand.picture("08_large")
    preferences.view.language = "zh_HANS"
    yield 1.0
    yield from _to_the_end(hand)
    yield from hand.picture("08_chinese_large")
    preferences.view.ui_scale = 1.0
    yield 1.0
    yield from _to_the_end(hand)
    yield from hand.picture("08_chinese")
    preferences.view.language = "en_US"
    yield from _to_the_end(hand)
    yield from hand.look()
    x, y = hand.find("atelier.repair_all")
    yield from hand.click(x, y - 32)
    yield 0.4
    yield from _to_the_end(hand)
    yield from hand.picture("08_options")
