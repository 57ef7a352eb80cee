"""Garments are as wide as tailors cut them: their girths over those of the body, region by region."""

from __future__ import annotations

import numpy as np
import pytest

from ml_core.geometry.body.model import Person, body_model
from ml_core.geometry.body.rig import BONE_NAMES, is_arm, joints_of
from ml_core.geometry.body.traits import BodyTraits
from ml_core.geometry.garments.helpers import ARM
from ml_core.geometry.garments.surfaces.quads import edges
from ml_core.geometry.garments.wardrobe import Wardrobe

FIGURES = {
    "slim woman": BodyTraits(presentation=1, age=25, weight=0.2),
    "average woman": BodyTraits(presentation=1, age=35, weight=0.5),
    "heavy woman": BodyTraits(presentation=1, age=40, weight=1.0),
    "slim man": BodyTraits(presentation=0, age=25, weight=0.2),
    "average man": BodyTraits(presentation=0, age=40, weight=0.5),
    "heavy man": BodyTraits(presentation=0, age=45, weight=1.0),
}
OUTFITS = {
    "shirt": ("shirt", "trousers"),
    "hoodie": ("hoodie", "shorts"),
    "blazer": ("blazer", "shirt", "tie", "trousers"),
    "field_jacket": ("field_jacket", "t_shirt", "cargo_trousers"),
    "lab_coat": ("lab_coat", "shirt", "trousers"),
    "coat": ("coat", "turtleneck", "jeans"),
    "trousers": ("trousers",),
    "jeans": ("jeans",),
    "cargo_trousers": ("cargo_trousers",),
}
"""Each garment over what is worn under it."""
ALLOWANCES: dict[str, dict[str, tuple[float, float]]] = {
    "shirt": {"chest": (8, 12), "upper arm": (4, 8), "forearm": (5, 9)},
    "hoodie": {"chest": (12, 20), "waist": (10, 16), "hips": (8, 15), "upper arm": (6, 10), "forearm": (7, 11)},
    "blazer": {"chest": (10, 16), "waist": (8, 14), "hips": (8, 16), "upper arm": (6, 10), "forearm": (6, 10)},
    "field_jacket": {"chest": (12, 18), "waist": (12, 17), "hips": (10, 17), "upper arm": (6, 11), "forearm": (7, 11)},
    "lab_coat": {"chest": (14, 20), "waist": (14, 22), "hips": (14, 22), "upper arm": (8, 12), "forearm": (9, 14)},
    "coat": {"chest": (15, 24), "waist": (14, 22), "hips": (14, 22), "upper arm": (8, 13), "forearm": (9, 14)},
    "trousers": {"hips": (4, 8), "thigh": (5, 10), "knee": (6, 13), "calf": (6, 13.5)},
    "jeans": {"hips": (3, 7.5), "thigh": (4, 10), "knee": (5, 12), "calf": (6, 12)},
    "cargo_trousers": {"hips": (5, 9), "thigh": (6, 12), "knee": (7, 15), "calf": (8, 15.5)},
}
"""Centimeters of ease, least and most, as books of pattern making give them (Aldrich, "Metric Pattern Cutting"; Mueller
& Sohn): of trunks for a girth of 100 cm and in proportion over that, of limbs for their usual girths likewise."""
USUAL = {"chest": 100, "waist": 100, "hips": 100, "upper arm": 33, "forearm": 27, "thigh": 60, "knee": 40, "calf": 39}
LIMBS = {
    "upper arm": ("UpperArm", "LowerArm", 0.5),
    "forearm": ("LowerArm", "Hand", 0.4),
    "thigh": ("UpperLeg", "LowerLeg", 0.35),
    "knee": ("UpperLeg", "LowerLeg", 1.0),
    "calf": ("LowerLeg", "Foot", 0.33),
}


@pytest.fixture(scope="module")
def closet() -> Wardrobe:
    return Wardrobe(body_model().data)


@pytest.fixture(scope="module")
def people() -> dict[str, Person]:
    return {name: body_model().person(traits, 3) for name, traits in FIGURES.items()}


def _around(points: np.ndarray) -> float:
    """The length of a tape around points (N, 2): the perimeter of their convex hull (Andrew 1979)."""
    points = points[np.lexsort((points[:, 1], points[:, 0]))]

    def half(ordered: np.ndarray) -> list[np.ndarray]:
        chain: list[np.ndarray] = []
        for point in ordered:
            while len(chain) > 1:
                (a, b), (c, d) = chain[-1] - chain[-2], point - chain[-2]
                if a * d - b * c > 0:
                    break
                chain.pop()
            chain.append(point)
        return chain[:-1]

    hull = np.array(half(points) + half(points[::-1]))
    return float(np.linalg.norm(hull - np.roll(hull, 1, axis=0), axis=1).sum())


def _girth(points: np.ndarray, pairs: np.ndarray, origin: np.ndarray, axis: np.ndarray) -> float:
    """Centimeters around what edges (E, 2) cut out of the plane through ``origin`` across ``axis``."""
    height = (points - origin) @ axis
    first, second = pairs[(height[pairs[:, 0]] > 0) != (height[pairs[:, 1]] > 0)].T
    share = height[first] / (height[first] - height[second])
    cut = points[first] + share[:, None] * (points[second] - points[first]) - origin
    beside = np.cross(axis, [0.0, 1.0, 0.0])
    beside /= np.linalg.norm(beside)
    return 100 * _around(np.stack([cut @ beside, cut @ np.cross(axis, beside)], axis=1))


def _planes(closet: Wardrobe, person: Person) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Where each region is measured on a person: a point, and the direction of the tape's axis."""
    helpers, joints = closet.helpers, joints_of(person.data, person.rows)
    tights, heights = helpers["tights"], helpers.heights
    body = tights.points_of(person.rows[: person.data.vertex_count])
    found = {}
    for name, z in (("chest", heights["chest"] + 0.06), ("waist", heights["waist"] - 0.03),
                    ("hips", heights["crotch"] + 0.06)):  # fmt: skip
        level = (np.abs(tights.rest[:, 2] - z) < 0.012) & (tights.arm < ARM)
        found[name] = np.array([0.0, 0.0, body[level, 2].mean()]), np.array([0.0, 0.0, 1.0])
    for name, (start, end, share) in LIMBS.items():
        head, tail = joints[f"left{start}"], joints[f"left{end}"]
        found[name] = head + share * (tail - head), (head - tail) / np.linalg.norm(head - tail)
    return found


def _measured(closet: Wardrobe, person: Person, name: str) -> dict[str, tuple[float, float]]:
    """Girth of the body and ease of a garment of :data:`OUTFITS`, centimeters, by region."""
    worn = next(item for item in closet.dressed(person.rows, OUTFITS[name]) if item.piece.name == name)
    cloth, weights = closet.pattern(name), closet.helpers.weights
    of_arm = weights[:, [n for n, bone in enumerate(BONE_NAMES) if is_arm(bone)]].sum(axis=1)
    of_leg = weights[:, [n for n, bone in enumerate(BONE_NAMES) if bone.endswith(("Leg", "Foot", "Toes"))]].sum(axis=1)
    left = closet.helpers.base[:, 0] > 0, cloth.rest[:, 0] > 0
    parts = {
        "trunk": (of_arm < ARM, cloth.arm < ARM),
        "arm": (left[0] & (of_arm > 0.25), left[1] & (cloth.arm > 0.25)),
        "leg": (left[0] & (of_leg > 0.3), left[1] & (cloth.leg > 0.3)),
    }
    skin, shell = edges(person.data.faces["skin"])[0], edges(cloth.topology.faces)[0]
    measured = {}
    for region, (origin, axis) in _planes(closet, person).items():
        part = parts["trunk" if region not in LIMBS else "arm" if region.endswith("arm") else "leg"]
        if region not in ALLOWANCES[name]:
            continue
        body = _girth(person.rows, skin[part[0][skin].all(axis=1)], origin, axis)
        whole = _girth(worn.points[: worn.shell], shell[part[1][shell].all(axis=1)], origin, axis)
        measured[region] = body, whole - body
    return measured


@pytest.mark.parametrize("name", ALLOWANCES)
def test_garments_are_as_wide_as_tailors_cut_them(name: str, closet: Wardrobe, people: dict[str, Person]) -> None:
    outside = []
    for figure, person in people.items():
        for region, (girth, ease) in _measured(closet, person, name).items():
            low, high = ALLOWANCES[name][region]
            print(f"{name:<14} {figure:<14} {region:<10} {girth:6.1f} cm {ease:+5.1f} cm")
            if not low <= ease <= high * max(1.0, girth / USUAL[region]):
                outside.append((figure, region, round(girth), round(ease, 1)))
    assert not outside, outside


def test_a_blazer_follows_the_waist(closet: Wardrobe, people: dict[str, Person]) -> None:
    """It is taken in there as much as the body is, beside its own hips."""
    for figure in ("slim woman", "average woman", "slim man", "average man"):
        measured = _measured(closet, people[figure], "blazer")
        waist, hips = (sum(measured[region]) for region in ("waist", "hips"))
        body_waist, body_hips = (measured[region][0] for region in ("waist", "hips"))
        assert waist / hips < body_waist / body_hips + 0.035, figure
