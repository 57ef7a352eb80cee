"""The sheets that render_body.py draws: tiles of people of the built-in body, from Cycles."""

from __future__ import annotations

import bpy
import numpy as np

from ml_core.geometry.body.model import Person, body_model
from ml_core.geometry.body.poses import STANCES, posed, stance
from ml_core.geometry.body.traits import BodyTraits
from ml_core.geometry.motion.posing import turn
from scripts import _pictures
from scripts._avatar_sheets import together
from scripts._body_scene import add_person

SHEETS = ("people", "people_back", "faces", "profiles", "hands", "feet", "stances", "bends")
PEOPLE: tuple[tuple[str, BodyTraits], ...] = (
    ("girl of 8", BodyTraits(presentation=1, age=8, ancestry=(0.1, 0.7, 0.2))),
    ("elderly man", BodyTraits(presentation=0, age=78, weight=0.45, ancestry=(0, 0, 1))),
    ("very heavy man", BodyTraits(presentation=0, age=42, weight=1.0, muscle=0.45, ancestry=(0.1, 0, 0.9))),
    ("muscular woman", BodyTraits(presentation=1, age=29, muscle=0.95, weight=0.5, ancestry=(0.8, 0, 0.2))),
    ("short woman", BodyTraits(presentation=1, age=35, height=1.48, weight=0.55, ancestry=(0, 1, 0))),
    ("tall man", BodyTraits(presentation=0, age=26, height=2.02, weight=0.45, ancestry=(0.9, 0, 0.1))),
)
Turns = dict[str, tuple[str, float]]


def _both(bone: str, axis: str, degrees: float) -> Turns:
    """A turn of the left bone and its mirror image."""
    return {f"left{bone}": (axis, degrees), f"right{bone}": (axis, degrees if axis == "x" else -degrees)}


_ARMS_DOWN = _both("UpperArm", "y", 62)
_FISTS = {
    bone: turns
    for finger in ("Index", "Middle", "Ring", "Little")
    for joint in ("Proximal", "Intermediate", "Distal")
    for bone, turns in _both(finger + joint, "y", 62).items()
}
BENDS: dict[str, Turns] = {
    "elbows": _both("UpperArm", "y", 40) | _both("LowerArm", "z", -115),
    "arms up": _both("Shoulder", "y", -18) | _both("UpperArm", "y", -62),
    "arms forward": _both("UpperArm", "z", -85),
    "knee": {"leftUpperLeg": ("x", -75), "leftLowerLeg": ("x", 95)} | _ARMS_DOWN,
    "sitting": _both("UpperLeg", "x", -88) | _both("LowerLeg", "x", 88) | _ARMS_DOWN,
    "bow": {"spine": ("x", 22), "chest": ("x", 20), "upperChest": ("x", 15)} | _ARMS_DOWN,
    "lean": {"spine": ("y", 14), "chest": ("y", 14), "upperChest": ("y", 8)} | _ARMS_DOWN,
    "twist": {name: ("z", 18.0) for name in ("spine", "chest", "upperChest", "neck", "head")} | _ARMS_DOWN,
    "side step": {"leftUpperLeg": ("y", -35), "rightUpperLeg": ("y", 20)} | _ARMS_DOWN,
    "fists": _ARMS_DOWN | _both("LowerArm", "z", -80) | _FISTS,
}
"""Turns of bones from the T-pose about the axes of the body, in degrees; each takes its children along."""


def draw_sheet(sheet: str, seed: int, tile: int, samples: int):
    """The Pillow image of one of :data:`SHEETS`."""
    if sheet.startswith("people"):
        return _lineup(seed, tile, samples, 180 if sheet.endswith("back") else 12)
    if sheet in ("faces", "profiles"):
        return together(_faces(seed, tile, samples, 75 if sheet == "profiles" else 18), 4)
    if sheet in ("hands", "feet"):
        return together(_parts(sheet, seed, tile, samples), 4)
    if sheet == "stances":
        return together(_stances(seed, tile, samples), 4)
    return together(_bends(seed, tile, samples), 5)


def _people(seed: int) -> list[tuple[str, Person]]:
    return [(name, body_model().person(traits, seed + place)) for place, (name, traits) in enumerate(PEOPLE)]


def skin_color(person: Person) -> tuple[float, float, float]:
    """A linear color between light and dark by ancestry."""
    african, asian, european = person.traits.ancestry or (0, 0, 1)
    color = (
        african * np.array([0.09, 0.042, 0.024])
        + asian * np.array([0.5, 0.31, 0.2])
        + european * np.array([0.58, 0.35, 0.26])
    )
    return tuple(color.tolist())


def _shown(name: str, person: Person, rows: np.ndarray) -> list:
    return add_person(name, person, rows, skin_color(person))


def _lineup(seed: int, tile: int, samples: int, yaw: float):
    objects, points = [], []
    for place, (name, person) in enumerate(_people(seed)):
        rows = stance(person.data, person.rows, "relaxed").rows + np.array([0.85 * (place - 2.5), 0, 0])
        objects += _shown(name, person, rows)
        points.append(rows[person.data.used("skin")])
    with _pictures.studio(bpy.context, objects) as scene:
        _pictures.frame(scene, np.concatenate(points), yaw, 3, 2.4, 85)
        return _pictures.on_backdrop(_pictures.render(scene, round(tile * 2.4 * 2), tile * 2, samples)).convert("RGB")


def _one_by_one(tiles: list[tuple[str, Person, np.ndarray, np.ndarray, float, float]], tile: int, samples: int) -> list:
    """Pictures of people at rows, framed on points (N, 3) from a yaw and a pitch."""
    pictures = []
    for name, person, rows, points, yaw, pitch in tiles:
        objects = _shown(name, person, rows)
        with _pictures.studio(bpy.context, objects) as scene:
            _pictures.frame(scene, points, yaw, pitch, 1.0, 70)
            pictures.append((name, _pictures.render(scene, tile, tile, samples)))
        bpy.data.batch_remove(objects)
    return pictures


def _faces(seed: int, tile: int, samples: int, yaw: float) -> list:
    """Twelve people: those of the lineup, and as many that the seed draws whole."""
    people = _people(seed)
    people += [(f"seed {seed + n}", body_model().person(BodyTraits(), seed + n)) for n in range(100, 106)]
    tiles = []
    for name, person in people:
        rows = stance(person.data, person.rows, "relaxed").rows
        tiles.append((name, person, rows, _box(rows, person, "head"), yaw, 2.0))
    return _one_by_one(tiles, tile, samples)


def _box(rows: np.ndarray, person: Person, what: str) -> np.ndarray:
    """Corners of a box around the head, a hand or a foot."""
    at = dict(zip(person.data.joints, rows[person.data.vertex_count :], strict=True))
    if what == "head":
        low, high = at["head"] + [-0.1, -0.12, -0.09], at["head-2"] + [0.1, 0.12, 0.03]
    else:
        names = [name for name in at if name.startswith("l-finger" if what == "hands" else "l-toe")]
        around = np.array([at[name] for name in (*names, "l-hand" if what == "hands" else "l-ankle")])
        low, high = around.min(axis=0) - 0.02, around.max(axis=0) + 0.02
    return np.array([[x, y, z] for x in (low[0], high[0]) for y in (low[1], high[1]) for z in (low[2], high[2])])


def _parts(sheet: str, seed: int, tile: int, samples: int) -> list:
    tiles = []
    people = _people(seed)
    for name, person in (people[1], people[2], people[3], people[0]):
        rows = stance(person.data, person.rows, "t" if sheet == "hands" else "relaxed").rows
        views = ((0.0, 60.0), (180.0, -50.0)) if sheet == "hands" else ((35.0, 25.0), (110.0, 8.0))
        tiles += [(f"{name} {n}", person, rows, _box(rows, person, sheet), *view) for n, view in enumerate(views)]
    return _one_by_one(tiles, tile, samples)


def _stances(seed: int, tile: int, samples: int) -> list:
    tiles = []
    for name, person in (_people(seed)[3], _people(seed)[1]):
        for label in (*STANCES, "as sculpted"):
            rows = person.rows if label == "as sculpted" else stance(person.data, person.rows, label).rows
            tiles.append((f"{name} {label}", person, rows, rows[person.data.used("skin")], 20.0, 4.0))
    return _one_by_one(tiles, tile, samples)


def _bends(seed: int, tile: int, samples: int) -> list:
    tiles = []
    for _, person in (_people(seed)[4], _people(seed)[1]):
        rest = stance(person.data, person.rows, "t")
        for label, turns in BENDS.items():
            pose = {bone: turn(np.eye(3)["xyz".index(axis)], degrees) for bone, (axis, degrees) in turns.items()}
            rows = posed(person.data, rest.rows, rest.bones, pose).rows
            tiles.append((label, person, rows, rows[person.data.used("skin")], 25.0, 8.0))
    return _one_by_one(tiles, tile, samples)
