"""The sheets that render_body.py draws: tiles of people of the built-in body, from Cycles."""

from __future__ import annotations

from dataclasses import replace

import bpy
import numpy as np

from ml_core.geometry.body.model import Person, body_model
from ml_core.geometry.body.poses import STANCES, Pose, pose_over, posed, stance, stance_pose
from ml_core.geometry.body.rig import bones_of
from ml_core.geometry.body.traits import BodyTraits
from ml_core.geometry.fabrics.registry import FABRICS
from ml_core.geometry.garments.draping.poke_through import bent
from ml_core.geometry.garments.entry import Cloth
from ml_core.geometry.garments.pieces import OUTFITS
from ml_core.geometry.garments.wardrobe import Wardrobe
from ml_core.vocabulary.avatar.fabrics import FABRIC_KINDS
from scripts.lib.rendering import pictures as _pictures
from scripts.lib.rendering.avatar_sheets import together
from scripts.lib.rendering.body_poses import BENDS, turns_of
from scripts.lib.rendering.body_scene import add_garment, add_person

SHEETS = (
    "people",
    "people_back",
    "dressed",
    "dressed_back",
    "outfits",
    "seated",
    "details",
    "fabrics",
    "faces",
    "profiles",
    "hands",
    "feet",
    "stances",
    "bends",
)
PEOPLE: tuple[tuple[str, BodyTraits], ...] = (
    ("girl of 8", BodyTraits(presentation=1, age=8, ancestry=(0.1, 0.7, 0.2))),
    ("elderly man", BodyTraits(presentation=0, age=78, weight=0.45, ancestry=(0, 0, 1))),
    ("very heavy man", BodyTraits(presentation=0, age=42, weight=1.0, muscle=0.45, ancestry=(0.1, 0, 0.9))),
    ("muscular woman", BodyTraits(presentation=1, age=29, muscle=0.95, weight=0.5, ancestry=(0.8, 0, 0.2))),
    ("short woman", BodyTraits(presentation=1, age=35, height=1.48, weight=0.55, ancestry=(0, 1, 0))),
    ("tall man", BodyTraits(presentation=0, age=26, height=2.02, weight=0.45, ancestry=(0.9, 0, 0.1))),
)

OUTFITS_SHOWN = ("dressed_up", "business", "street", "medical", "layered", "military")
"""Of the people above, in their order."""


def draw_sheet(sheet: str, seed: int, tile: int, samples: int):
    """The Pillow image of one of :data:`SHEETS`."""
    if sheet.startswith("people"):
        return _lineup(seed, tile, samples, 180 if sheet.endswith("back") else 12)
    if sheet.startswith("dressed"):
        return _dressed(seed, tile, samples, 192 if sheet.endswith("back") else 12)
    if sheet in ("outfits", "seated"):
        return together(_outfits(seed, tile, samples, sheet == "seated"), 5)
    if sheet == "details":
        return together(_details(seed, tile, samples), 4)
    if sheet == "fabrics":
        return together(_fabrics(seed, tile, samples), 6)
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
        return _pictures.render(scene, round(tile * 2.4 * 2), tile * 2, samples)


def _dressed(seed: int, tile: int, samples: int, yaw: float):
    """The people of the lineup in garments, relaxed."""
    wardrobe = Wardrobe(body_model().data)
    objects, seen = [], []
    for place, ((name, person), outfit) in enumerate(zip(_people(seed), OUTFITS_SHOWN, strict=True)):
        bones = bones_of(person.data, person.rows)
        pose = stance_pose(bones, "relaxed")
        shift = np.array([0.85 * (place - 2.5), 0, 0])
        rows = posed(person.data, person.rows, bones, pose).rows
        shift[2] = -rows[person.data.used("skin"), 2].min()
        objects += add_person(name, person, rows + shift, skin_color(person), wardrobe.covered(OUTFITS[outfit]))
        for garment in wardrobe.dressed(person.rows, OUTFITS[outfit]):
            points = bent(garment, bones, pose) + shift
            objects.append(add_garment(name, garment, points))
            seen.append(points)
        seen.append((rows + shift)[person.data.used("skin")])
    with _pictures.studio(bpy.context, objects) as scene:
        _pictures.frame(scene, np.concatenate(seen), yaw, 3, 2.4, 85)
        return _pictures.render(scene, round(tile * 2.4 * 2), tile * 2, samples)


def _clothed(person: Person, wardrobe: Wardrobe, outfit: str, pose: Pose) -> tuple[list, np.ndarray]:
    """Objects of a person in an outfit and a pose, and the posed rows (R, 3) of the body."""
    bones = bones_of(person.data, person.rows)
    rows = posed(person.data, person.rows, bones, pose).rows
    objects = add_person(outfit, person, rows, skin_color(person), wardrobe.covered(OUTFITS[outfit]))
    for garment in wardrobe.dressed(person.rows, OUTFITS[outfit]):
        objects.append(add_garment(outfit, garment, bent(garment, bones, pose)))
    return objects, rows


def _outfits(seed: int, tile: int, samples: int, seated: bool) -> list:
    """Every outfit on one of the lineup; also from behind, unless seated."""
    wardrobe, people = Wardrobe(body_model().data), _people(seed)
    pictures = []
    for place, outfit in enumerate(OUTFITS):
        name, person = people[_WEARERS.get(outfit, place % len(people))]
        bones = bones_of(person.data, person.rows)
        pose = stance_pose(bones, "t" if seated else "relaxed")
        if seated:
            pose = pose_over(bones, pose, turns_of(BENDS["sitting"]))
        objects, rows = _clothed(person, wardrobe, outfit, pose)
        with _pictures.studio(bpy.context, objects) as scene:
            for yaw in (35,) if seated else (15, 195):
                seen = rows[person.data.used("skin")]
                room = np.array([[0, 0, -0.04], [0, 0, 0.14]]) * person.height  # soles, and hats under the label
                seen = np.concatenate([seen, seen[[seen[:, 2].argmin(), seen[:, 2].argmax()]] + room])
                _pictures.frame(scene, seen, yaw, 6, 1.0, 70)
                pictures.append((f"{outfit}, {name}", _pictures.render(scene, tile, tile, samples)))
        bpy.data.batch_remove(objects)
    return pictures


_WEARERS = {"casual": 5, "sporty": 3, "layered": 4, "summer": 0, "smart": 3, "street": 2, "dressed_up": 0, "winter": 4}
"""Outfit -> index in the lineup of the person who wears it; the other outfits take turns."""
_DETAILS: tuple[tuple[str, str, str, tuple[float, float, float], float, float], ...] = (
    ("collar", "business", "neck", (0, -0.05, -0.02), 0.17, 20),
    ("nape", "business", "neck", (0, -0.02, -0.02), 0.17, 165),
    ("hood", "street", "neck", (0, 0, -0.05), 0.22, 150),
    ("cuff", "business", "l-hand", (0, 0, 0), 0.12, 30),
    ("ribs", "warm", "l-hand", (0, 0, 0), 0.12, 30),
    ("waist", "golf", "spine-4", (0, -0.1, 0), 0.22, 20),
    ("pockets", "military", "spine-3", (0, -0.1, 0), 0.28, 25),
    ("buttons", "winter", "spine-3", (0, -0.1, 0.05), 0.2, 15),
    ("sneaker", "casual", "l-foot-1", (0, 0.05, 0.03), 0.14, 50),
    ("leather shoe", "business", "l-foot-1", (0, 0.05, 0.03), 0.14, 50),
    ("sandal", "summer", "l-foot-1", (0, 0.05, 0.03), 0.14, 50),
    ("hat", "winter", "head-2", (0, 0, -0.05), 0.2, 35),
)
"""Of a close-up: its name, the outfit, the joint that it is of, meters from there, its size and the yaw."""


def _details(seed: int, tile: int, samples: int) -> list:
    wardrobe, people = Wardrobe(body_model().data), _people(seed)
    pictures = []
    for place, (label, outfit, joint, aside, size, yaw) in enumerate(_DETAILS):
        _, person = people[1 + place % 5]
        pose = stance_pose(bones_of(person.data, person.rows), "relaxed")
        objects, rows = _clothed(person, wardrobe, outfit, pose)
        middle = rows[person.data.vertex_count + person.data.joints.index(joint)] + np.array(aside)
        box = np.array([middle + size * np.array([x, y, z]) for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)])
        with _pictures.studio(bpy.context, objects) as scene:
            _pictures.frame(scene, box, yaw, 8, 1.0, 85)
            pictures.append((label, _pictures.render(scene, tile, tile, samples)))
        bpy.data.batch_remove(objects)
    return pictures


_FABRIC_COLOR = "#5a6f8a"


def _fabrics(seed: int, tile: int, samples: int) -> list:
    """A jacket in each fabric, in its own color or all in one color, seen from a meter away."""
    wardrobe, person = Wardrobe(body_model().data), _people(seed)[5][1]
    bones = bones_of(person.data, person.rows)
    pose = stance_pose(bones, "relaxed")
    rows = posed(person.data, person.rows, bones, pose).rows
    worn = wardrobe.dressed(person.rows, ("shirt", "blazer"))
    middle = rows[person.data.vertex_count + person.data.joints.index("spine-2")] + np.array([0.02, -0.1, 0.0])
    box = np.array([middle + 0.2 * np.array([x, y, z]) for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)])
    pictures = []
    for kind in FABRIC_KINDS.values():
        objects = []
        for garment in worn:
            if garment.piece.name == "blazer":
                own = garment.piece.cloth
                cloth = Cloth(kind.id, kind.color or _FABRIC_COLOR, FABRICS[kind.id].roughness)
                cloths = tuple(cloth if item == own else item for item in garment.cloths)
                garment = replace(garment, cloths=cloths)
            objects.append(add_garment(kind.id, garment, bent(garment, bones, pose)))
        with _pictures.studio(bpy.context, objects) as scene:
            _pictures.frame(scene, box, 20, 5, 1.0, 85)
            pictures.append((kind.title, _pictures.render(scene, tile, tile, samples)))
        bpy.data.batch_remove(objects)
    return pictures


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
    """Twelve people: those of the lineup, and as many drawn entirely by the seed."""
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
            rows = posed(person.data, rest.rows, rest.bones, turns_of(turns)).rows
            tiles.append((label, person, rows, rows[person.data.used("skin")], 25.0, 8.0))
    return _one_by_one(tiles, tile, samples)
