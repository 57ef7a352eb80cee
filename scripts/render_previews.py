"""Renders previews of every asset and avatar of a scene: a turntable each, and a contact sheet of all.

    python scripts/render_previews.py room.blend --out previews/
    python scripts/render_previews.py vera.vrm --look dusk --turns 24 --size 512 --out previews/
    blender -b room.blend --python-exit-code 1 --python scripts/render_previews.py -- --out previews/

Previews are rendered of avatars, of objects marked as assets or, without any, of labeled ones; a file of another format
is one asset. Writes NAME.png, NAME.webp (the turntable) and contact_sheet.png into --out. Cycles on the CPU, no window.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import scripts.lib.environment  # noqa: F401 - says first which Python to use
from ml_core.publishing import published_folder
from ml_core.vocabulary.scene.looks import DEFAULT_LOOK, LOOKS
from scripts.lib.cli import check_ranges, quiet, run, tell_kept


def parser() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(
        prog="render_previews.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("scene", nargs="?", type=Path, help="the scene file; the open scene when left out")
    options.add_argument("--out", type=Path, required=True, help="folder to write")
    options.add_argument("--look", choices=list(LOOKS), default=DEFAULT_LOOK, help="of the light (%(default)s)")
    options.add_argument("--size", type=int, default=320, help="pixels of a picture, square (%(default)s)")
    options.add_argument("--turns", type=int, default=12, help="pictures of a turntable; 1 for stills (%(default)s)")
    options.add_argument("--samples", type=int, default=16, help="of a pixel (%(default)s)")
    options.add_argument(
        "--force", action="store_true", help="write among files of yours; those in the way become .bak"
    )
    return options


def main(arguments: list[str]) -> int:
    import bpy

    from blender_addon.bridge.importers import open_scene
    from blender_addon.bridge.jobs.steps import run_to_end
    from blender_addon.scene.previews.pictures import PreviewOptions, preview_job

    given = parser().parse_args(arguments)
    check_ranges(given, {"size": (64, 2048), "turns": (1, 120), "samples": (1, 1024)})
    options = PreviewOptions(given.look, given.size, given.turns, given.samples)
    with published_folder(given.out, "previews", given.force) as staging, quiet():
        if given.scene is not None:
            open_scene(given.scene)
        report = run_to_end(preview_job(bpy.context, staging.folder, options))
    for files in report["previews"].values():
        print(*(given.out / file for file in files), sep="\n")
    print(given.out / report["contact_sheet"])
    tell_kept(staging)
    return 0


if __name__ == "__main__":
    run(main)
