"""Matches a camera to one picture of a place, and adds a ground and a box room to build in.

    python scripts/match_camera.py room.jpg --out room.blend
    python scripts/match_camera.py room.jpg --height 1.5 --floor 120 560 --floor 930 540 --out room.blend
    python scripts/match_camera.py crop.png --cropped --line z 80 20 84 400 --line z 700 30 690 380 \\
        --line x 80 20 700 30 --line x 84 400 690 380 --out room.blend

Straight lines are found, or given by --line: an axis (x to the right, y ahead, z up) and both ends in pixels from the
upper left corner. --floor are pixels where the floor meets the walls. Prints the lens, and how far the lines miss.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import scripts.lib.environment  # noqa: F401 - says first which Python to use
from ml_core.files import atomic_path
from ml_core.outputs import check_outputs
from ml_core.reconstruction.views.vanishing import AXES
from scripts.lib.cli import quiet, run


def parser() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(
        prog="match_camera.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("picture", type=Path, help="PNG, JPEG, WebP")
    options.add_argument("--out", type=Path, required=True, help=".blend to write")
    options.add_argument("--report", type=Path, help=".json to write")
    options.add_argument("--lens", type=float, default=0.0, help="millimeters on a sensor of 36 mm, where known")
    options.add_argument("--height", type=float, default=1.6, help="meters of the camera above ground (%(default)s)")
    options.add_argument("--ceiling", type=float, default=2.6, help="meters; 0 for no room (%(default)s)")
    options.add_argument("--line", nargs=5, action="append", default=[], metavar=("AXIS", "X1", "Y1", "X2", "Y2"))
    options.add_argument("--floor", nargs=2, type=float, action="append", default=[], metavar=("X", "Y"))
    options.add_argument("--cropped", action="store_true", help="the picture is a part of a larger one")
    return options


def main(arguments: list[str]) -> int:
    import bpy

    from blender_addon.bridge.jobs.steps import run_to_end
    from blender_addon.scene.matching.picture import MatchOptions, match_job
    from ml_core.errors import InputError

    given = parser().parse_args(arguments)
    lines = []
    for axis, *ends in given.line:
        try:
            lines.append((AXES.index(axis), *map(float, ends)))
        except ValueError as error:
            raise InputError(
                "--line {values}: give an axis ({axes}) and four numbers",
                values=" ".join([axis, *ends]),
                axes=", ".join(AXES),
            ) from error
    floor = tuple((x, y) for x, y in given.floor)
    options = MatchOptions(given.lens, given.height, given.ceiling, tuple(lines), floor, given.cropped)
    check_outputs([path for path in (given.out, given.report) if path is not None], [given.picture])
    with quiet():
        bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
        report = run_to_end(match_job(bpy.context, given.picture.absolute(), options))
        with atomic_path(given.out) as path:
            bpy.ops.wm.save_as_mainfile(filepath=str(path.absolute()), copy=True)
    if given.report is not None:
        with atomic_path(given.report) as path:
            path.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{given.out}: lens {report['lens']:.1f} mm within {report['lens_error']:.0%}")
    print(f"{report['lines'][1]} of {report['lines'][0]} lines run along the axes, and miss them by "
          f"{report['axes_error']:.2f} degrees")  # fmt: skip
    if report["is_doubtful"]:
        print(
            f"note: {report['agreement']:.0%} of the parts of its lines give this camera; look whether the room lies "
            "on the picture, and give lines by --line where it does not"
        )
    if report["apart"]:
        print(
            f"note: {report['apart']} of the points on the floor's edge lie inside of the box room: it has another "
            "shape, such as an L; add its other walls by hand"
        )
    return 0


if __name__ == "__main__":
    run(main)
