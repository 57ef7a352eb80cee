"""Checks that garments of the built-in body do not cut through each other: people of all kinds, poses, outfits.

    python scripts/evaluation/check_garments.py
    python scripts/evaluation/check_garments.py --people 3 --outfit casual --report pokes.json

Prints for each person and outfit the deepest place where skin or an inner garment comes out of an outer one, in which
pose, and how many points are more than 3 mm out. Exit code 1 if a place is deeper than --limit. Needs no Blender.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    import scripts.lib.environment  # noqa: F401 - says first which Python to use

from ml_core.errors import AtelierError, InputError
from ml_core.geometry.body.model import body_model
from ml_core.geometry.body.poses import STANCES, pose_over, stance_pose
from ml_core.geometry.body.rig import bones_of
from ml_core.geometry.body.traits import BodyTraits
from ml_core.geometry.garments.draping.poke_through import Layers
from ml_core.geometry.garments.pieces import OUTFITS
from ml_core.geometry.garments.wardrobe import Wardrobe
from ml_core.outputs import check_outputs, written_together
from scripts.lib.rendering.body_poses import BENDS, turns_of

BODIES = tuple(
    BodyTraits(presentation=presentation, age=age, weight=weight, muscle=muscle, height=height)
    for presentation, age, weight, muscle, height in (
        (1, 7, 0.5, 0.5, None), (0, 11, 0.8, 0.4, None), (1, 15, 0.4, 0.5, None), (1, 25, 0.2, 0.4, None),
        (0, 25, 0.2, 0.5, None), (1, 30, 0.5, 0.5, 1.46), (0, 30, 0.5, 0.5, 2.05), (1, 40, 1.0, 0.4, None),
        (0, 40, 1.0, 0.4, None), (1, 30, 0.5, 1.0, None), (0, 30, 0.5, 1.0, None), (1, 80, 0.6, 0.3, None),
    )
)  # fmt: skip
"""From child to old age, slim to heavy, short to tall."""


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=len(BODIES), help="how many of the bodies (%(default)s)")
    parser.add_argument("--outfit", action="append", choices=OUTFITS, default=[], help="may be given again")
    parser.add_argument("--limit", type=float, default=0.003, help="meters (%(default)s)")
    parser.add_argument("--report", type=Path, metavar="FILE", help="JSON with all that was found")
    given = parser.parse_args(arguments)
    try:
        if not 1 <= given.people <= len(BODIES):
            raise InputError(
                "--people {people}: give a number from 1 to {count}", people=given.people, count=len(BODIES)
            )
        if not 0 <= given.limit < 1:
            raise InputError("--limit {limit}: give meters from 0 to 1", limit=given.limit)
        if given.report:
            check_outputs([given.report])
        rows = found(given.people, given.outfit or list(OUTFITS))
        if given.report:
            with written_together(given.report) as (partial,):
                partial.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    except (AtelierError, OSError) as error:
        print(f"error: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    deep = [row for row in rows if row["mm"] > 1000 * given.limit]
    print(f"{len(rows)} dressed poses, {len(deep)} with a place deeper than {1000 * given.limit:g} mm")
    return int(bool(deep))


def found(people: int, outfits: list[str]) -> list[dict]:
    """A row for each person, outfit and pose; prints the worst pose of each outfit."""
    model = body_model()
    wardrobe = Wardrobe(model.data)
    rows = []
    for number, traits in enumerate(BODIES[:people]):
        person = model.person(traits, number)
        bones = bones_of(model.data, person.rows)
        stance = stance_pose(bones, "t")
        poses = {name: stance_pose(bones, name) for name in STANCES}
        poses |= {name: pose_over(bones, stance, turns_of(turns)) for name, turns in BENDS.items()}
        for outfit in outfits:
            garments = wardrobe.dressed(person.rows, OUTFITS[outfit])
            layers = Layers(model.data, person.rows, bones, garments, wardrobe.covered(OUTFITS[outfit]))
            of_outfit = []
            for pose, turns in poses.items():
                places = layers.pokes(turns)
                worst = max(places, key=lambda place: place.depth)
                of_outfit.append({
                    "person": number, "outfit": outfit, "pose": pose, "mm": round(1000 * worst.depth, 1),
                    "points": sum(place.points for place in places), "inner": worst.inner, "outer": worst.outer,
                })  # fmt: skip
            worst_row = max(of_outfit, key=lambda row: row["mm"])
            print(
                "{person:>2} {outfit:<8} {mm:>5} mm {points:>4} points, {inner} out of {outer} in {pose}".format(
                    **worst_row
                )
            )
            rows += of_outfit
    return rows


if __name__ == "__main__":
    sys.exit(main())
