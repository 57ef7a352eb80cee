"""Presses an artist's buttons in order, and measures the longest time that each keeps the window from drawing."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import bpy

from scripts.lib.bench.steps import Step, steps_of

Press = tuple[str, Callable[[], object]]


@contextmanager
def _recorded(steps: list[Step], spent: list[float]) -> Iterator[None]:
    """Adds the steps of the jobs that operators run inside to ``steps``, and the processor time of all to ``spent``."""
    from blender_addon.avatar.live import editing
    from blender_addon.operators import base

    former = base.run_to_end

    def run(job: Any, *_: object) -> Any:
        worked = time.thread_time()
        found, result = steps_of(job)
        steps.extend(found)
        spent.append(time.thread_time() - worked)
        return result

    base.run_to_end = editing.run_to_end = run  # type: ignore[assignment]
    try:
        yield
    finally:
        base.run_to_end = editing.run_to_end = former


def steps_of_press(press: Callable[[], object]) -> list[Step]:
    """The steps of a button's operator: those of its jobs, and what it does immediately."""
    found: list[Step] = []
    spent: list[float] = []
    began, worked = time.perf_counter(), time.thread_time()
    with _recorded(found, spent):
        press()
    at_once = time.thread_time() - worked - sum(spent)
    return [*found, Step(at_once, time.perf_counter() - began, "at once", False)]


def presses(folder: Path) -> list[Press]:
    """The buttons in the order of a session, each with the state left by the previous ones."""
    ops = bpy.ops.atelier

    def active(name: str) -> None:
        for obj in bpy.context.selected_objects:
            obj.select_set(False)
        bpy.context.view_layer.objects.active = bpy.data.objects[name]
        bpy.data.objects[name].select_set(True)

    def labeled() -> str:
        return next(obj.name for obj in bpy.data.objects if obj.type == "MESH" and obj.get("atelier_label"))

    long_hair = {"hair_style": "long_straight", "garments": ["skirt", "blouse"], "presentation": 1.0}
    return [
        ("generating the first avatar", lambda: ops.generate_avatar(traits_json='{"outfit": "business"}', seed=7)),
        ("generating a second one", lambda: ops.generate_avatar(traits_json='{"outfit": "casual"}', seed=8)),
        ("… from a sentence", lambda: ops.generate_avatar(description="an old man with a beard in tweed", seed=9)),
        ("… with long hair and a skirt", lambda: ops.generate_avatar(traits_json=json.dumps(long_hair), seed=10)),
        ("a new texture", lambda: ops.apply_texture(target="Avatar", seed=11)),
        ("a new texture, same person", lambda: ops.apply_texture(target="Avatar", seed=11)),
        ("Edit Live begins", lambda: (active("Avatar"), ops.edit_live())),
        ("Edit Live ends", ops.edit_live),
        ("wearing a hat", lambda: ops.wear(garment="hat")),
        ("wearing a sweater", lambda: ops.wear(garment="sweater")),
        ("dyeing it", lambda: ops.wear(garment="sweater", color="#803020")),
        ("taking it off", lambda: ops.take_off(garment="sweater")),
        ("hair", lambda: ops.set_hair(style="bob")),
        ("long hair", lambda: ops.set_hair(style="long_straight")),
        ("hair of another color", lambda: ops.set_hair(style="long_straight", color=(0.6, 0.2, 0.1))),
        ("a beard", lambda: ops.set_beard(style="full_beard")),
        ("a tattoo", lambda: ops.add_layer(kind="tattoo")),
        ("… removed", ops.remove_layer),
        ("springs", ops.add_springs),
        ("springs with physics", lambda: ops.add_springs(physics=True)),
        ("… removed", ops.remove_springs),
        ("twist bones", ops.add_twist_bones),
        ("… removed", ops.remove_twist_bones),
        ("a pose", lambda: ops.set_pose(pose="relaxed")),
        ("clips", ops.add_clips),
        ("a motion", lambda: ops.play_motion(motion="WAVE")),
        ("another motion", lambda: ops.play_motion(motion="WALK", repeats=4)),
        ("slider keys", ops.add_slider_keys),
        ("a control rig", ops.add_control_rig),
        ("… removed", ops.remove_control_rig),
        ("variations", ops.make_variations),
        ("suggested looks", lambda: ops.make_variations(suggested=True)),
        ("a portrait for the Asset Browser", ops.mark_avatar),
        ("labeling a room", ops.label_objects),
        ("correcting a label", lambda: ops.pick_label(object_name=labeled(), label="bench")),
        ("applying labels", lambda: ops.apply_labels(assets=False)),
        ("a command", lambda: ops.run_command(command="hide every lamp")),
        ("suggestions for the room", ops.suggest_objects),
        ("a plan", lambda: (active("Avatar"), ops.act_plan(plan="wave; walk; wave"))),
        ("a walk", lambda: ops.walk_to(target="Table_01")),
        ("checking the scene", lambda: ops.preflight(targets={"unity", "web"})),
        ("exporting the room", lambda: ops.export_scene(directory=str(folder), targets={"unity", "unreal", "web"})),
    ]


def measured() -> Iterator[tuple[str, list[Step]]]:
    """Works through :func:`presses` in a room of furniture."""
    import blender_addon
    from blender_addon.scene.room import build_room

    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    if not hasattr(bpy.types.Scene, "atelier"):
        blender_addon.register()
    build_room(bpy.context)
    with tempfile.TemporaryDirectory() as place:
        for name, press in presses(Path(place)):
            yield name, steps_of_press(press)
