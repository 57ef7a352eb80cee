"""Lets an avatar of a scene act a plan: motions, walks around obstacles, seats.

    python scripts/animate_avatar.py room.blend --steps wave walk:Chair sit --out acted.blend
    python scripts/animate_avatar.py room.blend --avatar Anna --steps "jog:2,-1" "clap*2" --out acted.blend
    python scripts/animate_avatar.py avatar.blend --motions WALK WAVE SIT --out clips.blend
    python scripts/animate_avatar.py --list

A step is MOTION, MOTION:OBJECT, MOTION:X,Y (meters of the world) or MOTION*TIMES. --steps bakes one action per step on
the track Sequence; --motions adds clips, each on a muted track of its own, which every export includes. Exit code 2 and
one line for a plan that cannot be carried out; then nothing is written. Prints the facts as JSON.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import scripts.lib.environment  # noqa: F401 - says first which Python to use
from ml_core.outputs import check_outputs, written_together
from ml_core.vocabulary.motion.motions import MOTIONS
from scripts.lib.cli import quiet, run


def parser() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(
        prog="animate_avatar.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("scene", nargs="?", type=Path, help="the scene file; the open scene when left out")
    options.add_argument("--avatar", metavar="NAME", help="its object; the only humanoid of the scene when left out")
    what = options.add_mutually_exclusive_group(required=True)
    what.add_argument("--steps", nargs="+", metavar="STEP", help="the plan")
    what.add_argument("--motions", nargs="+", metavar="MOTION", help="clips to add; ALL for every one")
    what.add_argument("--list", action="store_true", help="print the motions and end")
    options.add_argument("--root-motion", action="store_true", help="clips that walk move the avatar over the floor")
    options.add_argument("--variation", type=int, default=0, help="another way of doing the clips (%(default)s: none)")
    options.add_argument("--start", type=int, default=1, help="first frame (%(default)s)")
    options.add_argument("--out", type=Path, metavar="BLEND", help="the .blend file to write")
    return options


def main(arguments: list[str]) -> int:
    given = parser().parse_args(arguments)
    if given.list:
        for entry in MOTIONS.values():
            print(f"{entry.id:18} {entry.title} / {entry.title_zh}" + ("  (loops)" if entry.loops else ""))
        return 0
    import bpy

    from blender_addon.avatar.acting.acting import act
    from blender_addon.avatar.rig.moving import mute_ours, play_motion
    from blender_addon.bridge.data.single_user import ensure_editable
    from blender_addon.bridge.files.saving import save_copy
    from blender_addon.bridge.importers import open_scene
    from ml_core.errors import InputError
    from ml_core.vocabulary.motion.steps import parse_steps

    if given.out is None:
        raise InputError("give --out a file that ends in .blend")
    if given.out.suffix.lower() != ".blend":
        raise InputError("--out {file}: give a file that ends in .blend", file=given.out)
    if given.variation < 0:
        raise InputError("--variation {number}: give 0 or more", number=given.variation)
    steps = parse_steps(given.steps) if given.steps else []
    motions = list(MOTIONS) if given.motions == ["ALL"] else [name.upper() for name in given.motions or ()]
    check_outputs([given.out], [given.scene] if given.scene else [])
    with quiet():
        if given.scene is not None:
            open_scene(given.scene)
    avatar = chosen(bpy.context, given.avatar)
    ensure_editable(avatar)
    with written_together(given.out) as (partial,):
        if steps:
            facts = act(bpy.context, avatar, steps, start=given.start)
        else:
            made = [
                play_motion(
                    bpy.context,
                    avatar,
                    name,
                    start=given.start,
                    root_motion=given.root_motion,
                    blend=0,
                    variation=given.variation,
                )
                for name in motions
            ]
            mute_ours(avatar)
            facts = {"clips": made}
        with quiet():
            save_copy(partial, given.out)
    print(json.dumps({"avatar": avatar.name, **facts}, ensure_ascii=False, indent=1))
    return 0


def chosen(context, name: str | None, option: str = "--avatar"):
    """The armature of the avatar of this name, which ``option`` gave, or the only humanoid of the scene.

    Raises:
        InputError: there is none, or there are several to choose from.
    """
    from blender_addon.avatar.rig.clips import NEEDED
    from blender_addon.bridge.vrm import joint_bones
    from ml_core.errors import InputError

    def humanoid(obj) -> bool:
        return obj.type == "ARMATURE" and set(NEEDED) <= set(joint_bones(obj))

    if name is not None:
        found = context.scene.objects.get(name)
        if found is not None and found.type == "MESH":
            found = found.find_armature()
        if found is None or not humanoid(found):
            raise InputError("{option} {name}: the scene has no humanoid of this name", option=option, name=name)
        return found
    every = [obj for obj in context.scene.objects if humanoid(obj)]
    if len(every) != 1:
        names = ", ".join(obj.name for obj in every[:10])
        raise InputError(
            "the scene has {count} humanoids ({names}); give {option} NAME", count=len(every), names=names or "-",
            option=option,
        )  # fmt: skip
    return every[0]


if __name__ == "__main__":
    run(main)
