"""The main job from end to end: a sentence and a scene become an avatar, a labeled scene, and engine files.

    python scripts/demo.py --describe "a tall woman in a navy suit, dark skin, black hair" --seed 7
    python scripts/demo.py --scene room.blend --out out/demo

Generates textures for the sentence, puts them on the built-in body, labels the objects of the scene (without --scene:
a room of procedural furniture), applies the labels, and exports all of it for Unity, Unreal and the web. Writes into
--out: demo.blend, labels.json, preview.png, unity/, unreal/, web/.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import scripts.lib.environment  # noqa: F401 - says first which Python to use
from ml_core.publishing import published_folder
from scripts.lib.cli import quiet, run, tell_kept, tell_unwritten

SENTENCE = "a woman in a navy blazer and grey trousers, brown skin, black hair"
SIZE = 512
# In the procedural room the avatar stands on the free floor in front of the coffee table.
ROOM_PLACE, ROOM_TURN = (-0.35, -0.75, 0.0), -12.0


def parser() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(
        prog="demo.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--describe", default=SENTENCE, metavar="SENTENCE", help="default: %(default)s")
    options.add_argument("--seed", type=int, default=7, help="draws what the sentence leaves open (%(default)s)")
    options.add_argument("--scene", type=Path, help="a scene of your own; default: a procedural room")
    options.add_argument("--out", type=Path, default=Path("out/demo"), help="folder to write (%(default)s)")
    options.add_argument(
        "--force", action="store_true", help="write among files of yours; those in the way become .bak"
    )
    return options


class Clock:
    """Prints each step with its duration."""

    def __init__(self) -> None:
        self.began = time.perf_counter()

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        began = time.perf_counter()
        print(f"{what:<44}", end="", flush=True)
        try:
            with quiet():
                yield
        except BaseException:
            print()
            raise
        print(f"{time.perf_counter() - began:6.1f} s", flush=True)

    def total(self) -> float:
        return time.perf_counter() - self.began


def main(arguments: list[str]) -> int:
    import bpy

    from blender_addon.avatar.generating import generate_job
    from blender_addon.bridge.importers import open_scene
    from blender_addon.bridge.jobs.steps import run_to_end
    from blender_addon.bridge.models import loaded as models
    from blender_addon.export.exporting import export_job
    from blender_addon.scene.labels.applying import apply_labels_job
    from blender_addon.scene.labels.labelling import label_objects_job
    from blender_addon.scene.room import build_room
    from ml_core.vocabulary.traits import AvatarTraits

    given = parser().parse_args(arguments)
    clock = Clock()
    context = bpy.context
    with published_folder(given.out, "demo", given.force) as staging:
        folder = staging.folder
        with clock.step("Opening the scene"):
            if given.scene is not None:
                open_scene(given.scene)
            else:
                bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
                build_room(context)
        with clock.step("Loading the models"):
            models.texture_generator(), models.object_recognizer()
        with clock.step(f"Generating the avatar, {SIZE} px"):
            about = run_to_end(generate_job(context, given.describe, AvatarTraits(), given.seed, SIZE, "Avatar"))
            avatar = bpy.data.objects[about["object"]]
            place(context, avatar, given.scene is None)
        with clock.step("Labeling the objects"):
            labels = run_to_end(label_objects_job(context))
        with clock.step("Applying the labels"):
            run_to_end(apply_labels_job(context))
        with clock.step("Exporting for Unity, Unreal and the web"):
            exported = run_to_end(export_job(context, folder, ["unity", "unreal", "web"]))
        with clock.step("Drawing preview.png"):
            from scripts.lib.rendering.preview import draw_preview

            draw_preview(context, avatar, given.describe, given.seed, folder / "preview.png")
        with clock.step("Saving"):
            report = {"avatar": about, **labels, "exports": exported["targets"]}
            text = json.dumps(report, indent=2, ensure_ascii=False)
            (folder / "labels.json").write_text(text.replace(str(folder), str(given.out)) + "\n", encoding="utf-8")
            bpy.ops.wm.save_as_mainfile(filepath=str(folder / "demo.blend"), copy=True)
    named = len(labels["objects"]) - labels["unknown"]
    print(f"{'Everything':<44}{clock.total():6.1f} s\n")
    print(f"{named} of {len(labels['objects'])} objects named. In {given.out.absolute()}:")
    for name, what in (
        ("preview.png", "the picture"),
        ("demo.blend", "the scene with the avatar, names and collections"),
        ("labels.json", "what each object is, and the avatar's traits"),
        *(
            (target, f"{facts['files']} files, ready to import")
            for target, facts in exported["targets"].items()
            if "files" in facts
        ),
    ):
        print(f"  {name:<13}{what}")
    tell_kept(staging)
    return tell_unwritten(exported["targets"])


def place(context, avatar, in_room: bool) -> None:
    """Puts the avatar on the room's free floor, or beside the scene, on its ground."""
    import math

    from scripts.lib.rendering.pictures import corners

    if in_room:
        avatar.location, avatar.rotation_euler.z = ROOM_PLACE, math.radians(ROOM_TURN)
    else:
        own = {avatar, *avatar.children_recursive}
        others = [obj for obj in context.scene.objects if obj.type == "MESH" and obj not in own]
        if others:
            box = corners(others)
            avatar.location = (box[:, 0].max() + 1.0, (box[:, 1].min() + box[:, 1].max()) / 2, box[:, 2].min())
    context.view_layer.update()


if __name__ == "__main__":
    run(main)
