"""Renders sheets of the built-in body: people, outfits, faces, hands, feet, stances and bent joints.

    python scripts/dev/render_body.py --out sheets/
    python scripts/dev/render_body.py --sheet faces --seed 3 --tile 400 --out sheets/

All people wear at least painted underwear, children a shirt and shorts. Writes a PNG for each sheet, people.png and so
on, into --out. Cycles on the CPU, no window.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import scripts.lib.environment  # noqa: F401 - says first which Python to use
from scripts.lib.cli import check_ranges, quiet, run
from scripts.lib.rendering.body_sheets import SHEETS, draw_sheet


def parser() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(
        prog="render_body.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument(
        "--sheet", action="append", choices=SHEETS, default=[], help="may be given again; default: all"
    )
    options.add_argument("--seed", type=int, default=1, help="of the people (%(default)s)")
    options.add_argument(
        "--tile", type=int, default=320, help="width and height of one picture in pixels (%(default)s)"
    )
    options.add_argument("--samples", type=int, default=8, help="of a pixel (%(default)s)")
    options.add_argument("--out", type=Path, required=True, help="folder to write")
    return options


def main(arguments: list[str]) -> int:
    import bpy

    from ml_core.outputs import check_folder, check_outputs, written_together

    given = parser().parse_args(arguments)
    check_ranges(given, {"tile": (64, 2048), "samples": (1, 1024), "seed": (0, 2**31 - 1)})
    wanted = sorted(set(given.sheet or SHEETS), key=SHEETS.index)
    paths = [given.out / f"{sheet}.png" for sheet in wanted]
    check_folder(given.out)
    check_outputs(paths)
    with written_together(*paths) as partials:
        for sheet, path in zip(wanted, partials, strict=True):
            with quiet():
                bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
                picture = draw_sheet(sheet, given.seed, given.tile, given.samples)
            picture.save(path, format="PNG")
    print(*paths, sep="\n")
    return 0


if __name__ == "__main__":
    run(main)
