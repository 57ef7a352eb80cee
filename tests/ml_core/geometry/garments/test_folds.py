"""Folds of garments lie where cloth folds, and garments end where they should."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from ml_core.geometry.body.model import Person, body_model
from ml_core.geometry.body.rig import joints_of
from ml_core.geometry.body.traits import BodyTraits
from ml_core.geometry.fabrics.registry import FABRICS
from ml_core.geometry.garments import patterns, wardrobe
from ml_core.geometry.garments.draping.folds import Places, relief
from ml_core.geometry.garments.entry import Buttons
from ml_core.geometry.garments.helpers import ARM, LEG, nearest_of
from ml_core.geometry.garments.pieces import BY_NAME, PIECES
from ml_core.geometry.garments.surfaces.quads import normals
from ml_core.geometry.garments.wardrobe import Wardrobe

FOLDED = [piece.name for piece in PIECES if piece.fall.folds]
LONG = ("shirt", "sweater", "hoodie", "blazer", "coat", "field_jacket", "long_sleeve")


@pytest.fixture(scope="module")
def closet() -> Wardrobe:
    return Wardrobe(body_model().data)


@pytest.fixture(scope="module")
def man() -> Person:
    return body_model().person(BodyTraits(presentation=0, age=40), 3)


def _depth(name: str, person: Person, monkeypatch: pytest.MonkeyPatch) -> np.ndarray:
    """(V,) meters by which folds move a garment's cloth."""
    worn = Wardrobe(person.data).dressed(person.rows, [name])[0]
    fall = dataclasses.replace(BY_NAME[name].fall, folds=0.0)
    monkeypatch.setitem(wardrobe.BY_NAME, name, dataclasses.replace(BY_NAME[name], fall=fall))
    plain = Wardrobe(person.data).dressed(person.rows, [name])[0]
    return np.linalg.norm(worn.points - plain.points, axis=1)[: worn.shell]


@pytest.mark.parametrize(("name", "limb"), [("field_jacket", "arm"), ("jeans", "leg"), ("trousers", "leg")])
def test_cloth_folds_at_joints_and_ends_deep_enough_to_be_seen(
    name: str, limb: str, man: Person, closet: Wardrobe, monkeypatch: pytest.MonkeyPatch
) -> None:
    least = 0.35 * BY_NAME[name].fall.folds
    cut_out, depth = closet.pattern(name), _depth(name, man, monkeypatch)
    own = cut_out.arm > ARM if limb == "arm" else cut_out.leg > LEG
    along = cut_out.along_arm if limb == "arm" else cut_out.along_leg
    for middle in (1.0, 1.7):
        assert np.percentile(depth[own & (np.abs(along - middle) < 0.12)], 90) > least > 0.004, middle
    assert depth.max() < 0.035


@pytest.mark.parametrize("name", FOLDED)
def test_folds_are_the_garments_own_and_differ_from_side_to_side(name: str, closet: Wardrobe) -> None:
    cut_out = closet.pattern(name)
    again = patterns.pattern(closet.helpers, BY_NAME[name])
    np.testing.assert_allclose(again.relief, cut_out.relief, atol=1e-12)
    other = patterns.pattern(closet.helpers, dataclasses.replace(BY_NAME[name], name="another"))
    assert np.abs(other.relief - cut_out.relief).max() > 0.2
    assert -0.9 < cut_out.relief.min() < -0.15, "valleys beside the ridges"
    assert 0.3 < cut_out.relief.max() < 1.6
    mirrored = nearest_of(cut_out.rest * [-1, 1, 1], cut_out.rest)
    assert np.abs(cut_out.relief[mirrored] - cut_out.relief).max() > 0.2


def test_stiff_cloth_makes_broader_folds() -> None:
    z = np.linspace(-0.3, 0.3, 2000)
    points = np.stack([np.full_like(z, 0.06), np.full_like(z, -0.1), z], axis=1)
    front = np.tile([0.0, -1.0, 0.0], (len(z), 1))
    nowhere = np.zeros(len(z), bool)
    heights = {"crotch": -2.0, "waist": 0.0, "armpit": 2.0}
    places = Places(points, front, nowhere, nowhere, z * 0, z * 0, (0.25, 0.25, 0.4, 0.4), heights, 0.2)
    share = [
        (relief(places, "shirt", FABRICS[name].stiffness, False, False) > 0.3).mean() for name in ("poplin", "felt")
    ]
    assert 0 < 1.2 * share[0] < share[1]


def test_pockets_and_lapels_stiffen_what_they_are_sewn_onto(closet: Wardrobe) -> None:
    cut_out = closet.pattern("field_jacket")
    under = np.unique(np.concatenate([part.of_surface.index for part in cut_out.sewn]))
    assert np.abs(cut_out.relief[under]).mean() < 0.4 * np.abs(np.delete(cut_out.relief, under)).mean()
    assert cut_out.relief[under].max() < 0.35


def test_cloth_under_other_cloth_lies_flat(closet: Wardrobe, man: Person) -> None:
    cut_out = closet.pattern("t_shirt")
    waist = np.abs(cut_out.rest[:, 2] - closet.helpers.heights["waist"]) < 0.04
    rough = []
    for names in (["t_shirt"], ["t_shirt", "field_jacket"]):
        shirt = next(item for item in closet.dressed(man.rows, names) if item.piece.name == "t_shirt")
        points = shirt.points[: shirt.shell]
        rough.append(np.linalg.norm(points - cut_out.topology.mean(points), axis=1)[waist].mean())
    assert rough[1] < 0.9 * rough[0]


@pytest.mark.parametrize("name", ["blazer", "field_jacket", "hoodie"])
def test_jackets_lie_on_the_shoulders(name: str, closet: Wardrobe, man: Person) -> None:
    cut_out = closet.pattern(name)
    (garment,) = closet.dressed(man.rows, [name])
    body = cut_out.body(man.rows[: man.data.vertex_count])
    height = ((garment.points[: garment.shell] - body) * normals(body, cut_out.topology.faces)).sum(axis=1)
    beside, z = np.abs(cut_out.rest[:, 0]), cut_out.rest[:, 2]
    joint = closet.helpers.joints["leftUpperArm"]
    on_top = (cut_out.up[:, 2] > 0.35) & (np.abs(beside - joint[0]) < 0.05) & (z > joint[2] - 0.1)
    assert on_top.sum() > 20
    assert height[on_top].mean() < 0.010


@pytest.mark.parametrize("age", [8, 40])
@pytest.mark.parametrize("name", LONG)
def test_sleeves_end_at_the_wrist(name: str, age: float, closet: Wardrobe) -> None:
    person = body_model().person(BodyTraits(presentation=1, age=age), 5)
    joints, cut_out = joints_of(person.data, person.rows), closet.pattern(name)
    elbow, wrist = joints["leftLowerArm"], joints["leftHand"]
    forearm = (wrist - elbow) / np.linalg.norm(wrist - elbow)
    (garment,) = closet.dressed(person.rows, [name])
    sleeve = garment.points[: garment.shell][(cut_out.arm > ARM) & (cut_out.rest[:, 0] > 0)]
    assert -0.012 < ((sleeve - wrist) @ forearm).max() < 0.035


def test_fronts_of_a_blazer_part_under_its_last_button_and_round_into_its_hem(closet: Wardrobe, man: Person) -> None:
    """Each edge stays at the middle at first, and a quarter of a circle of 6 to 10 cm takes it into the hem."""
    cut_out, waist = closet.pattern("blazer"), closet.helpers.heights["waist"]
    buttons = next(trim for trim in BY_NAME["blazer"].trims if isinstance(trim, Buttons))
    last_button = waist + buttons.bottom.above - buttons.radius
    (garment,) = closet.dressed(man.rows, ["blazer"])
    hem = closet.helpers.z(BY_NAME["blazer"].cut.hem or buttons.bottom)
    for side in (1, -1):
        own = cut_out.held & (cut_out.rest[:, 0] * side >= 0)
        x, z = np.abs(cut_out.rest[own, 0]), cut_out.rest[own, 2]
        assert last_button - 0.04 < z.max() < last_button
        above = z - hem
        assert x[above > 0.075].max() < 0.012, "the fronts meet down to the corner"
        assert 0.06 < x[above < 0.004].min() < 0.10
        halfway = np.interp(0.02, above[np.argsort(above)], x[np.argsort(above)])
        assert halfway < 0.75 * x[above < 0.004].min(), "round, not cut off"
        worn = garment.points[: garment.shell][own]
        rise = worn[:, 2] - worn[:, 2].min()
        assert np.abs(worn[rise > 0.08, 0]).max() < 0.022, "smoothing does not pull the slit open"


def test_outlines_from_the_front_hardly_fold(closet: Wardrobe) -> None:
    for name in ("trousers", "jeans", "field_jacket", "blazer", "hoodie"):
        cut_out = closet.pattern(name)
        facing = np.abs(cut_out.up[:, 1])
        limb = (cut_out.arm > ARM) | (cut_out.leg > LEG)
        beside, ahead = (np.abs(cut_out.relief[limb & part]) for part in (facing < 0.2, facing > 0.8))
        assert np.percentile(beside, 95) < 0.45 * np.percentile(ahead, 95), name


@pytest.mark.parametrize(("name", "shoes"), [("trousers", "shoes"), ("jeans", "sneakers"), ("cargo_trousers", "boots")])
def test_trousers_hang_straight_onto_shoes(name: str, shoes: str, closet: Wardrobe, man: Person) -> None:
    """The shoe moves the front of the leg up to the knee; moved at their hems alone, legs ended in beaks."""
    cut_out = closet.pattern(name)
    over, alone = (
        next(item for item in closet.dressed(man.rows, names) if item.piece.name == name)
        for names in ([name, shoes], [name])
    )
    forward = (alone.points - over.points)[: over.shell, 1]
    front = (cut_out.leg > LEG) & (cut_out.up[:, 1] < -0.7)
    ends, shin, knee = (
        np.percentile(forward[front & (np.abs(cut_out.along_leg - at) < 0.06)], 90) for at in (1.9, 1.6, 1.05)
    )
    assert ends > 0.004
    assert 0.4 * ends < shin < ends
    assert abs(knee) < 0.003
