"""Measures the reconstruction of places on furnished rooms of known geometry, photographed along a walk.

    python scripts/evaluation/evaluate_reconstruction.py --python /path/to/python-with-pycolmap
    python scripts/evaluation/evaluate_reconstruction.py plain --photos 36 --out runs/rooms
    python scripts/evaluation/evaluate_reconstruction.py --single        # cameras of single pictures, a minute a room

Rooms: papered (patterned walls), plain (walls without any pattern), strange (models of other authors, from
ATELIER_DATA). Photos, stages and figures stay in --out, so that a run goes on where it stopped. Prints for each room
how many cameras found their place and how far they are off, accuracy, completeness and F-score at 5 cm, the things
found and their labels, how far the size is off, and how far a camera that is matched to one picture alone.
Needs the extras blender, train and, but for --single, reconstruct.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import scripts.lib.environment  # noqa: F401 - says first which Python to use
from scripts.lib.cli import check_ranges, quiet, run

ROOT = Path(__file__).resolve().parents[2]
SIZE = (720, 480)
EVERY = 3
"""Of so many photos, the camera of one is matched by itself."""


def parser() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(
        prog="evaluate_reconstruction.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("rooms", nargs="*", help="papered, plain, strange (all)")
    options.add_argument("--photos", type=int, default=36, help="of a room (%(default)s)")
    options.add_argument("--voxel", type=float, default=0.025, help="meters of the finest detail (%(default)s)")
    options.add_argument("--pairs", type=int, default=3, help="stereo partners of a picture (%(default)s)")
    options.add_argument("--threads", type=int, default=os.cpu_count() or 1, help="default: all cores")
    options.add_argument("--python", default="", help="the Python with pycolmap and OpenCV; default: looked for")
    options.add_argument("--single", action="store_true", help="nothing but the cameras of single pictures")
    options.add_argument("--first", type=int, default=0, metavar="N", help=f"of every {EVERY} photos the n-th, from 0")
    options.add_argument("--out", type=Path, default=Path("runs/rooms"), help="kept between runs (%(default)s)")
    return options


def main(arguments: list[str]) -> int:
    import bpy
    import numpy as np

    from blender_addon.bridge.jobs.steps import run_to_end
    from blender_addon.scene.labels.labelling import label_things
    from blender_addon.scene.reconstruction import making, sizing
    from blender_addon.scene.reconstruction.process import python_for, reconstruct, run_folder
    from ml_core.errors import InputError
    from ml_core.vocabulary.scene.reconstruction import ReconstructionJob
    from scripts.lib.rooms.building import ROOMS, build
    from scripts.lib.rooms.measuring import measure, measure_single
    from scripts.lib.rooms.photographing import known_room, photograph, walk

    given = parser().parse_args(arguments)
    check_ranges(given, {"photos": (12, 200), "pairs": (1, 8), "threads": (1, 256), "first": (0, EVERY - 1)})
    rooms = given.rooms or list(ROOMS)
    if unknown := [name for name in rooms if name not in ROOMS]:
        raise InputError("{names}: no such room; known are {known}", names=", ".join(unknown), known=", ".join(ROOMS))
    data = Path(os.environ.get("ATELIER_DATA", ROOT.parent / "shared" / "data"))
    python = "" if given.single else run_to_end(python_for(given.python, []))
    for name in rooms:
        folder = given.out.absolute() / name
        with quiet():
            bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
            pieces = build(name, data)
            room = known_room(ROOMS[name].size, pieces)
            photograph(room, folder / "photos", given.photos, *SIZE, *([EVERY, given.first] if given.single else []))
            bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
        poses = np.array(list(walk(room.size, given.photos)))
        if given.single:
            _tell(name, measure_single(folder / "photos", poses, EVERY, given.first))
            continue
        began = time.perf_counter()
        job = ReconstructionJob(str(folder / "photos"), "auto", given.voxel, given.pairs, given.threads)
        place = run_to_end(reconstruct(job, python, folder / run_folder(job).name))
        seconds = time.perf_counter() - began
        facts = measure(place, room, poses)
        facts |= measure_single(folder / "photos", poses, EVERY)
        made = making.make(bpy.context, place, name, folder / "photos")
        run_to_end(label_things(bpy.context, made.things))
        labels = [obj.get("atelier_label", "") for obj in made.things]
        matched = facts.pop("matched")
        right = sum(labels[best] == room.pieces[int(number)]["label"] for number, best in matched.items())
        scale = sizing.scale_by_labels(made.things, 1.0)
        facts |= {
            "labeled_right": f"{right} of {len(matched)}",
            "size_by": scale.by,
            "size_off": round((1 + facts["scale_off"]) * scale.factor - 1, 4),
            "size_error_said": round(scale.error, 4),
            "sides_assumed": [side.name for side in place.sides if not side.is_seen],
            "seconds": round(seconds, 1),
        }
        (folder / "figures.json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
        _tell(name, facts)
    return 0


def _tell(name: str, facts: dict[str, Any]) -> None:
    print(f"{name}:")
    for key, value in facts.items():
        print(f"  {key}: {', '.join(map(str, value)) if isinstance(value, list) else value}")


if __name__ == "__main__":
    run(main)
