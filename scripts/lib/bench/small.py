"""A benchmark of half a minute for every change: a few measures, each as a multiple of fixed work."""

from __future__ import annotations

import bpy

from scripts.lib.bench.page import Page, fixed_work
from scripts.lib.cli import quiet


def bench_small(page: Page) -> None:
    """Label a room, read sentences, paint a person, create an avatar, check the room for three engines."""
    from blender_addon.avatar.generating import generate_job
    from blender_addon.bridge.jobs.steps import run_to_end
    from blender_addon.bridge.models import loaded as models
    from blender_addon.export.preflight import preflight
    from blender_addon.scene.labels.labelling import label_objects_job
    from blender_addon.scene.room import build_room
    from ml_core import AvatarTraits

    unit = fixed_work()
    page.line("the fixed work, in processor time", f"{1000 * unit:.0f} ms")
    with quiet():
        bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
        build_room(bpy.context)
        language, generator = models.language_model(), models.texture_generator()
    traits = AvatarTraits(outfit="casual")

    def create() -> None:
        bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
        run_to_end(generate_job(bpy.context, "", traits, 7, 256, "Avatar"))

    measures = {
        "labeling the demo's room": lambda: run_to_end(label_objects_job(bpy.context)),
        "checking it for three engines": lambda: preflight(bpy.context, ["unity", "unreal", "web"]),
        "reading 50 descriptions": lambda: [
            language.read_description(f"a tall woman of {age} in a navy suit, dark skin") for age in range(20, 70)
        ],
        "painting a person at 256 texels": lambda: generator.generate(traits, seed=1, size=256),
        "an avatar from nothing at 256 texels": create,
    }
    for what, function in measures.items():
        with quiet():
            function()
        page.compared(what, function, unit, 3 if function is create else 5)
