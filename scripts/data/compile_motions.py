"""Compiles the motions of avatars: recorded CC0 clips, retargeted to our joints, and procedural clips, into
ml_core/weights/motions.npz, with a card beside it that gives their sources and the measured figures.

    python scripts/data/compile_motions.py --data ../shared/data/motion
    python scripts/data/compile_motions.py --data ../shared/data/motion --out motions.npz

The data folder holds the GLB files that ml_core/datasets/motions/recipes.py names. The same files give the same bytes.
"""

from __future__ import annotations

import argparse
import sys
from functools import cache
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    import scripts.lib.environment  # noqa: F401 - says first which Python to use

import numpy as np

from ml_core.datasets.motions.compiling import compiled, gap, sliding
from ml_core.datasets.motions.made import made_clips
from ml_core.datasets.motions.recipes import RECIPES, RIG_OF, SOURCES
from ml_core.datasets.motions.recorded import Recording, brought_over
from ml_core.datasets.motions.recording_files import Keys, Tree, sampled
from ml_core.errors import InputError
from ml_core.geometry.body.model import body_model
from ml_core.geometry.body.people.prior import neutral
from ml_core.geometry.body.poses import stance
from ml_core.geometry.body.traits import BodyTraits
from ml_core.geometry.motion.clip import FPS, MOTION_FILE, MotionClip, packed
from ml_core.geometry.motion.skeleton import JOINTS, Skeleton
from ml_core.vocabulary.motion.motions import MOTIONS
from scripts.export_checks.readers.glb import read_glb
from scripts.export_checks.readers.model import Model, UnreadableFileError
from scripts.lib.compiled import write_compiled

MAX_BYTES = 3_000_000


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/motion"), help="default %(default)s")
    parser.add_argument("--out", type=Path, default=MOTION_FILE, help=".npz to write (default: the shipped one)")
    given = parser.parse_args(arguments)
    try:
        write(given.data, given.out)
    except (InputError, OSError) as error:
        print(f"error: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    print(f"{given.out}: {given.out.stat().st_size / 1e6:.2f} MB")
    return 0


def write(data: Path, out: Path) -> None:
    """Write the motions and their card; both or neither."""
    clips = all_clips(data)
    card = {
        "name": "motions",
        "what": f"{len(clips)} motions of {len(JOINTS)} joints of the humanoid at {FPS:g} frames a second",
        "data": "animations of Mesh2Motion; the rest is made by code",
        "licence": "CC0-1.0",
        "sources": list(SOURCES),
        "command": "python scripts/data/compile_motions.py --data DATA/motion",
    }
    write_compiled(out, packed(clips), MAX_BYTES, card, lambda _: figures(clips))


def all_clips(data: Path) -> dict[str, MotionClip]:
    """Every motion of the registry, in its order."""
    recorded = {
        name: compiled(
            MOTIONS[name], recipe, [recording(data / recipe.file, clip, recipe.file) for clip in recipe.clips]
        )
        for name, recipe in RECIPES.items()
    }
    clips = recorded | made_clips(recorded, average())
    return {name: clips[name] for name in MOTIONS if name in clips}


def recording(path: Path, name: str, file: str) -> Recording:
    """A clip of a file on our joints, at :data:`FPS`.

    Raises:
        InputError: the file is missing or damaged, or lacks the clip or a bone.
    """
    model = _model(path)
    clip = next((item for item in model.clips if item.name == name), None)
    if clip is None:
        raise InputError("{file}: has no clip {name!r}", file=path, name=name)
    names = [node.name for node in model.nodes]
    parents = {node.name: names[node.parent] if node.parent >= 0 else None for node in model.nodes}
    worlds = {node.name: node.world for node in model.nodes}
    local = {
        name: worlds[name] if parent is None else np.linalg.inv(worlds[parent]) @ worlds[name]
        for name, parent in parents.items()
    }
    curves = {(curve.node, curve.channel): Keys(curve.times, curve.values) for curve in clip.curves}
    count = max(round((clip.end - clip.start) * FPS), 1)
    times = np.linspace(clip.start, clip.end, count + 1)
    try:
        frames = sampled(Tree(parents, local), curves, times)
        return brought_over(worlds, frames, RIG_OF.get(file, "kaykit"), count / (clip.end - clip.start))
    except KeyError as error:
        raise InputError("{file}: has no bone {bone}", file=path, bone=error.args[0]) from None


def clip_names(path: Path) -> list[str]:
    """The clips of a file."""
    return [clip.name for clip in _model(path).clips]


@cache
def _model(path: Path) -> Model:
    try:
        return read_glb(path)
    except UnreadableFileError as error:
        raise InputError("{file}: {reason}", file=path, reason=error) from error
    except OSError as error:
        raise InputError(
            "{file}: cannot be read ({reason}); give the folder of the clips with --data",
            file=path,
            reason=error.strerror,
        ) from None


def average() -> Skeleton:
    """The skeleton of the average adult."""
    person = body_model().person(neutral(BodyTraits()))
    return Skeleton({bone.name: bone.head for bone in stance(person.data, person.rows, "t").bones})


def figures(clips: dict[str, MotionClip]) -> dict[str, Any]:
    """The measured figures: on the average adult's skeleton, with legs of length ``leg``."""
    skeleton = average()
    leg = skeleton.leg * 100
    rows, before, after = {}, [], []
    for name, clip in clips.items():
        row: dict[str, Any] = {"frames": len(clip), "seconds": round(clip.seconds, 2)}
        row["source"] = "made by code" if name not in RECIPES else ", ".join(RECIPES[name].clips)
        if clip.loops:
            row["loop closes within, degrees"] = round(gap(clip), 3)
        if clip.speed > 0.05:
            row["speed m/s"] = round(clip.speed * leg / 100, 2)
        if clip.contact.any():
            slid = [sliding(clip, skeleton, leg, plant) for plant in (False, True)]
            before.append(slid[0])
            after.append(slid[1])
            row["sole slides cm/s, raw and on the ground"] = [round(value, 2) for value in slid]
        rows[name] = row
    return {
        "clips": len(clips),
        "frames": sum(map(len, clips.values())),
        "frames a second": FPS,
        "leg cm": round(leg, 1),
        "mean sliding of standing soles cm/s, raw and on the ground": [
            round(float(np.mean(x)), 3) for x in (before, after)
        ],
        "by clip": rows,
    }


if __name__ == "__main__":
    sys.exit(main())
