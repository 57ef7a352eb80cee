"""Renders sheets of a generated avatar: from all sides, its expressions, poses, walk, hair styles and what each slider
does; of six people beside each other and their heads; and of textures on humanoids of your own.

    python scripts/render_avatar.py --describe "a woman in a navy suit" --seed 7 --out sheets/
    python scripts/render_avatar.py --sheet sliders --tile 240 --out sheets/
    python scripts/render_avatar.py --sheet meshes --mesh knight.glb --mesh body.obj --out sheets/

Writes a PNG for each sheet, turntable.png and so on, into --out.
Cycles on the CPU, no window.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import scripts.lib.environment  # noqa: F401 - says first which Python to use
from ml_core.vocabulary.texture_sizes import SIZES_OF_SCRIPTS
from scripts.lib.cli import quiet, run
from scripts.lib.rendering.avatar_sheets import SHEETS, draw_sheet


def parser() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(
        prog="render_avatar.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--describe", default="", metavar="SENTENCE", help="English or Chinese")
    options.add_argument("--traits", default="", metavar="JSON", help="chosen traits; they win over the sentence")
    options.add_argument("--seed", type=int, default=0, help="draws everything that is not chosen (%(default)s)")
    options.add_argument("--size", type=int, default=1024, choices=SIZES_OF_SCRIPTS, help="texture size (%(default)s)")
    options.add_argument(
        "--sheet", action="append", choices=SHEETS, default=[], help="may be given again; default: all"
    )
    options.add_argument(
        "--mesh", type=Path, action="append", default=[], metavar="FILE", help="humanoids to texture, for sheet meshes"
    )
    options.add_argument(
        "--tile", type=int, default=320, help="width and height of one picture in pixels (%(default)s)"
    )
    options.add_argument("--out", type=Path, required=True, help="folder to write")
    return options


def main(arguments: list[str]) -> int:
    import bpy

    from blender_addon.avatar.generating import generate_job
    from blender_addon.bridge.jobs.steps import run_to_end
    from ml_core.errors import InputError
    from ml_core.outputs import check_folder, check_outputs, written_together
    from ml_core.vocabulary.traits import AvatarTraits

    given = parser().parse_args(arguments)
    if not 64 <= given.tile <= 2048:
        raise InputError("--tile {tile}: give a number from 64 to 2048", tile=given.tile)
    wanted = given.sheet or [sheet for sheet in SHEETS if sheet != "meshes" or given.mesh]
    if "meshes" in wanted and not given.mesh:
        raise InputError("--sheet meshes: name the files of some humanoids with --mesh")
    traits = AvatarTraits.from_json(given.traits) if given.traits else AvatarTraits()
    wanted = sorted(set(wanted), key=SHEETS.index)
    paths = [given.out / f"{sheet}.png" for sheet in wanted]
    check_folder(given.out)
    check_outputs(paths, given.mesh)
    with quiet():
        bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
        report = run_to_end(generate_job(bpy.context, given.describe, traits, given.seed, given.size, "Avatar"))
    with written_together(*paths) as partials:
        for sheet, path in zip(wanted, partials, strict=True):
            with quiet():
                avatar = bpy.data.objects.get(report["object"])
                picture = draw_sheet(avatar, sheet, given.size, given.tile, given.mesh)
            picture.save(path, format="PNG")
    print(*paths, sep="\n")
    return 0


if __name__ == "__main__":
    run(main)
