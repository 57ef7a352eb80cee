"""Reconstructs a place from a folder of photos, or a video, into a scene: cameras, floor and walls, things, in meters.

    python scripts/reconstruct_scene.py photos/ --out place.blend --report place.json
    python scripts/reconstruct_scene.py walk.mp4 --out place.blend --matching sequential
    python scripts/reconstruct_scene.py photos/ --out place.blend --length 2.01 --from 7.jpg 400 90 --to 7.jpg 410 620
    blender -b --python-exit-code 1 --python scripts/reconstruct_scene.py -- photos/ --out place.blend

Needs a Python with pycolmap and OpenCV (pip install "avatar-atelier[reconstruct]"), which is searched for, or named by
--python. If interrupted, run it again to resume. Size comes from a known length, else from recognized doors, chairs and
tables, else from the height at which cameras are held; the report says which, and how far it may be off.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import scripts.lib.environment  # noqa: F401 - says first which Python to use
from ml_core.files import atomic_path
from ml_core.outputs import check_outputs
from ml_core.vocabulary.scene.reconstruction import MATCHINGS, MODULES, ReconstructionJob
from scripts.lib.cli import quiet, run


def parser() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(
        prog="reconstruct_scene.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("pictures", type=Path, help="folder of photos, or a video")
    options.add_argument("--out", type=Path, required=True, help=".blend to write")
    options.add_argument("--report", type=Path, help=".json to write: what was found, and how certain it is")
    options.add_argument("--matching", choices=MATCHINGS, default="auto", help="pairs to compare (%(default)s)")
    options.add_argument("--voxel", type=float, default=0.025, help="meters of the finest detail (%(default)s)")
    options.add_argument("--pairs", type=int, default=3, help="stereo partners of a picture (%(default)s)")
    options.add_argument("--threads", type=int, default=os.cpu_count() or 1, help="default: all cores")
    options.add_argument("--length", type=float, default=0.0, help="known meters between --from and --to")
    for name in ("from", "to"):
        options.add_argument(f"--{name}", nargs=3, metavar=("PICTURE", "X", "Y"), dest=f"{name}_", help="a pixel")
    options.add_argument("--replace", action="store_true", help="put assets of the libraries where things stand")
    options.add_argument("--python", default="", help="the Python with pycolmap and OpenCV")
    return options


def main(arguments: list[str]) -> int:
    import bpy

    from blender_addon.bridge.jobs.steps import Progress, run_to_end
    from blender_addon.scene.reconstruction.job import PlaceOptions, reconstruct_job
    from ml_core.errors import InputError

    given = parser().parse_args(arguments)
    job = ReconstructionJob(str(given.pictures.absolute()), given.matching, given.voxel, given.pairs, given.threads)
    if bool(given.length) != bool(given.from_) or bool(given.from_) != bool(given.to_):
        raise InputError("--length, --from and --to belong together: a length, and the two points that it lies between")
    clicks = []
    for click in (given.from_, given.to_) if given.length else ():
        try:
            clicks.append((click[0], float(click[1]), float(click[2])))
        except ValueError as error:
            raise InputError("{values}: give a picture and two numbers", values=" ".join(click)) from error
    outputs = [path for path in (given.out, given.report) if path is not None]
    check_outputs(outputs, [given.pictures])
    python = given.python or (sys.executable if _has_all() else "")
    options = PlaceOptions(job, python, given.length, *(clicks or (None, None)), given.replace)
    last = [""]

    def show(progress: Progress) -> None:
        if progress.what and progress.what != last[0]:
            last[0] = progress.what
            print(f"{progress.done / progress.total:4.0%}  {progress.what}", file=terminal, flush=True)

    with os.fdopen(os.dup(sys.stderr.fileno()), "w") as terminal, quiet():
        bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
        report = run_to_end(reconstruct_job(bpy.context, options), show)
        with atomic_path(given.out) as path:
            bpy.ops.wm.save_as_mainfile(filepath=str(path.absolute()), copy=True)
    if given.report is not None:
        with atomic_path(given.report) as path:
            path.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    figures, scale = report["figures"], report["scale"]
    print(
        f"{given.out}: {len(report['cameras'])} of {figures['pictures']:.0f} pictures, {len(report['things'])} things"
    )
    print(f"size by {scale['by']}, within {scale['error']:.1%} (one standard deviation)")
    assumed = [side["name"] for side in report["sides"] if not side["is_seen"]]
    if assumed:
        print(f"too plain to be measured, placed by what stands before it: {', '.join(assumed)}", file=sys.stderr)
    for name, why in report["left_out"].items():
        print(f"left out: {name}: {why}", file=sys.stderr)
    return 0


def _has_all() -> bool:
    from importlib.util import find_spec

    return all(find_spec(name) is not None for name in MODULES)


if __name__ == "__main__":
    run(main)
