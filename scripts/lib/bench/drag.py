"""Measures an avatar's slider in Blender's own thread: each turn of a drag, and what follows at rest."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

import bpy

from scripts.lib.bench.steps import steps_of

T = TypeVar("T")
_MOVES = 12


def drag_seconds() -> dict[str, list[float]]:
    """Seconds of processor time in this thread for each kind of turn, for a dressed avatar with hair.

    A background process does at once what a window spreads over turns, so the turns are called one by one.
    """
    import blender_addon
    from blender_addon.avatar.anatomy.person import stored_body
    from blender_addon.avatar.anatomy.reshaping import Reading, Reshaping, place_bones
    from blender_addon.avatar.body.hair import hairs_of
    from blender_addon.avatar.generating import generate_job
    from blender_addon.avatar.live.painting import LiveTarget, previewed
    from blender_addon.avatar.stored import stored_traits
    from blender_addon.avatar.wardrobe.fitting import dressed
    from blender_addon.avatar.wardrobe.objects import worn_garments
    from blender_addon.bridge.jobs.steps import run_to_end
    from ml_core import AvatarTraits

    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    if not hasattr(bpy.types.Scene, "atelier"):
        blender_addon.register()
    run_to_end(generate_job(bpy.context, "", AvatarTraits(outfit="business"), 7, 512, "Avatar"))
    armature = bpy.data.objects["Avatar"]
    taken: dict[str, list[float]] = {}

    def turn(what: str, function: Callable[[], T]) -> T:
        began = time.thread_time()
        result = function()
        taken.setdefault(what, []).append(time.thread_time() - began)
        return result

    body = stored_body(armature)
    traits, seed = stored_traits(armature)
    expected = Reading.of(armature, hairs_of(armature))
    assert expected is not None
    begun = turn("what another thread does as the sliders are shown", expected.beginning)

    def begin() -> Reshaping:
        read = Reading.of(armature, hairs_of(armature))
        assert read is not None
        assert read.is_like(expected)
        made = Reshaping.at(read, begun)
        made.move(body.replace(height=body.height + 0.001))
        return made

    session = turn("the first turn of a drag, which reads the avatar", begin)
    target = LiveTarget.of(armature, traits.eye)
    for number in range(_MOVES):
        height = body.replace(height=body.height + 0.002 * number)
        face = body.replace(sliders={**body.sliders, "nose_length": 0.05 * number})
        figure = turn("body slider: body, garments and hair move", lambda to=height: session.move(to))
        turn("face slider: the same", lambda to=face: session.move(to))
        turn("the bones, a turn later", lambda at=figure: place_bones(bpy.context, armature, at))
        turn("Blender evaluates what has moved", bpy.context.view_layer.update)
        skin = traits.replace(skin=f"#{200 + number:02x}a890")
        for step in previewed(target, skin, seed, None):
            turn("color slider: one picture, its pixels computed before", step)
    steps, _ = steps_of(session.settling(bpy.context, dressed(figure, list(worn_garments(armature)))))
    taken["the slider rests, a step"] = [step.worked for step in steps]
    return taken
