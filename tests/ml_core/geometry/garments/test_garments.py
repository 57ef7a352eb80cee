"""Garments cut from the helpers of the built-in body and fitted to people."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from ml_core.errors import InputError
from ml_core.geometry.body.model import Person, body_model
from ml_core.geometry.body.poses import stance_pose
from ml_core.geometry.body.rig import bones_of
from ml_core.geometry.body.traits import BodyTraits
from ml_core.geometry.garments.pieces import BY_NAME, HEIGHTS, OUTFITS, PIECES
from ml_core.geometry.garments.poke_through import pokes
from ml_core.geometry.garments.sparse import identity, linear_map
from ml_core.geometry.garments.surface import Topology, cut, subdivided
from ml_core.geometry.garments.wardrobe import Wardrobe

OPENINGS = {
    name: count
    for count, names in {
        4: "t_shirt long_sleeve tank_top sweater turtleneck",
        3: "cardigan leggings trousers jeans shorts",
        2: "skirt long_skirt socks shoes boots",
    }.items()
    for name in names.split()
}
"""Of each garment: neck, hem and sleeves; waist and legs; one for each shoe."""
CUBE = np.array([[0, 1, 2, 3], [7, 6, 5, 4], [0, 4, 5, 1], [1, 5, 6, 2], [2, 6, 7, 3], [3, 7, 4, 0]])


@pytest.fixture(scope="module")
def wardrobe() -> Wardrobe:
    return Wardrobe(body_model().data)


@pytest.fixture(scope="module")
def girl() -> Person:
    return body_model().person(BodyTraits(presentation=1, age=8), 1)


@pytest.fixture(scope="module")
def heavy() -> Person:
    return body_model().person(BodyTraits(presentation=0, age=45, weight=1.0), 2)


@pytest.mark.parametrize("piece", PIECES, ids=[piece.name for piece in PIECES])
def test_every_piece_is_cut_cleanly_and_lies_over_the_body(piece, wardrobe: Wardrobe, heavy: Person) -> None:
    (garment,) = wardrobe.dressed(heavy.rows, [piece.name])
    shell = garment.faces[(garment.faces < garment.shell).all(axis=1)]
    assert len(Topology.of(shell, garment.shell).loops) == OPENINGS[piece.name]
    assert np.isfinite(garment.points).all()
    np.testing.assert_allclose(garment.weights.sum(axis=1), 1, atol=1e-5)
    assert ((garment.weights > 0).sum(axis=1) <= 4).all()
    assert garment.uv.min() >= 0
    assert garment.uv.max() <= 1
    assert garment.faces.max() < len(garment.points)
    assert garment.corners.max() < len(garment.uv)
    folds = len(garment.points) - garment.shell
    assert folds % 2 == 0, "two more rings at every border"
    assert not piece.label_zh.isascii() or piece.label_zh == "T恤"
    cuts = (piece.cut.hem, piece.cut.top, piece.cut.neck_front, piece.cut.neck_back)
    assert all(height is None or height.at in HEIGHTS for height in cuts)


def test_hems_have_thickness(wardrobe: Wardrobe, girl: Person) -> None:
    (garment,) = wardrobe.dressed(girl.rows, ["t_shirt"])
    fold = garment.faces[(garment.faces >= garment.shell).any(axis=1) & (garment.faces < garment.shell).any(axis=1)]
    across = np.linalg.norm(garment.points[fold[:, 1]] - garment.points[fold[:, 2]], axis=1)
    np.testing.assert_allclose(across, BY_NAME["t_shirt"].thickness, rtol=1e-6)


def test_garments_follow_the_shape(wardrobe: Wardrobe, girl: Person, heavy: Person) -> None:
    small, large = (wardrobe.dressed(person.rows, ["jeans"])[0] for person in (girl, heavy))
    np.testing.assert_array_equal(small.faces, large.faces)
    assert np.ptp(large.points[:, 2]) > 1.2 * np.ptp(small.points[:, 2])
    again = wardrobe.dressed(girl.rows, ["jeans"])[0]
    np.testing.assert_array_equal(again.points, small.points)


def test_inner_layers_stay_inside_and_their_covered_faces_are_left_out(wardrobe: Wardrobe, girl: Person) -> None:
    bones = bones_of(girl.data, girl.rows)
    for outfit, stances in (("casual", ("relaxed",)), ("warm", ("t",))):
        garments = wardrobe.dressed(girl.rows, OUTFITS[outfit])
        layers = [garment.piece.layer for garment in garments]
        assert layers == sorted(layers)
        hidden = wardrobe.covered(OUTFITS[outfit])
        for stance in stances:
            for place in pokes(girl.data, girl.rows, bones, garments, hidden, stance_pose(bones, stance)):
                assert place.depth < 0.004, (outfit, stance, place)
        bottoms = next(garment for garment in garments if garment.piece.kind == "bottom")
        assert 0.02 < bottoms.hidden.mean() < 0.6
        assert not garments[-1].hidden.any()


def test_each_layer_lies_over_the_one_before_wherever_both_are(wardrobe: Wardrobe, heavy: Person) -> None:
    bones = bones_of(heavy.data, heavy.rows)
    worn = wardrobe.dressed(heavy.rows, ["cardigan", "t_shirt", "sweater"])
    whole = [dataclasses.replace(garment, hidden=np.zeros_like(garment.hidden)) for garment in worn]
    everything = np.ones(len(heavy.data.faces["skin"]), bool)
    everything[0] = False
    for place in pokes(heavy.data, heavy.rows, bones, whole, everything, {}):
        assert place.depth < 0.008, place  # in the crease of an armpit, where cloth folds upon itself
        assert place.points < 15, place


def test_without_layers_they_would_cut_through(wardrobe: Wardrobe, girl: Person) -> None:
    """The check sees a shirt that is worn inside out, so to speak: fitted as if nothing were under it."""
    bones = bones_of(girl.data, girl.rows)
    sweater = wardrobe.dressed(girl.rows, ["sweater"])
    shirt = wardrobe.dressed(girl.rows, ["t_shirt"])
    nothing = np.zeros(len(girl.data.faces["skin"]), bool)
    found = pokes(girl.data, girl.rows, bones, [*sweater, *shirt], nothing, {})
    assert max(place.depth for place in found if place.inner == "sweater") > 0.004


def test_skin_under_garments_is_left_out_and_comes_back(wardrobe: Wardrobe, girl: Person) -> None:
    hidden = wardrobe.covered(["t_shirt", "jeans"])
    assert 0.2 < hidden.mean() < 0.6
    assert not wardrobe.covered([]).any()
    faces = girl.data.faces["skin"]
    for joint in ("head", "l-hand", "r-foot-1"):
        near = np.linalg.norm(girl.vertices[faces].mean(axis=1) - girl.joint(joint), axis=1) < 0.06
        assert not hidden[near].any(), joint
    assert wardrobe.covered(["skirt"]).sum() > 100


def test_unknown_garments_are_refused(wardrobe: Wardrobe, girl: Person) -> None:
    with pytest.raises(InputError, match="toga not known; known are t_shirt"):
        wardrobe.dressed(girl.rows, ["toga"])
    with pytest.raises(InputError, match="named twice"):
        wardrobe.dressed(girl.rows, ["jeans", "jeans"])


def test_names_are_unique_and_outfits_have_known_pieces() -> None:
    assert len(BY_NAME) == len(PIECES) >= 10
    assert all(set(outfit) <= set(BY_NAME) for outfit in OUTFITS.values())
    words = [word for piece in PIECES for word in piece.words]
    assert len(words) == len(set(words))


def test_linear_maps_compose_and_subdivision_keeps_sums() -> None:
    smooth, faces = subdivided(CUBE, 8)
    assert len(smooth) == 8 + 12 + 6
    assert len(faces) == 24
    np.testing.assert_allclose(smooth(np.ones(8)), 1)
    points = np.random.default_rng(0).normal(size=(8, 3))
    twice, _ = subdivided(faces, 26)
    np.testing.assert_allclose(twice.after(smooth)(points), twice(smooth(points)), atol=1e-12)
    np.testing.assert_array_equal(identity(8)(points), points)
    np.testing.assert_allclose(smooth.chosen(np.array([3, 9]))(points), smooth(points)[[3, 9]])
    with pytest.raises(ValueError, match="no input"):
        linear_map(np.array([0]), np.array([0]), np.ones(1), 2)


def test_a_cut_ends_on_the_level(wardrobe: Wardrobe) -> None:
    helper = wardrobe.helper("tights")
    level = helper.rest[:, 2] - 0.1
    moved, _, faces, _ = cut(level, helper.faces, helper.corners, len(helper.uv))
    ends = Topology.of(faces, len(helper.rest))
    z = moved(helper.rest)[:, 2]
    top = [z[loop] for loop in ends.loops if z[loop].mean() > 0]
    assert top
    for heights in top:
        assert (np.abs(heights - 0.1) < 1e-4).mean() > 0.9
        assert np.abs(heights - 0.1).max() < 0.02
    with pytest.raises(ValueError, match="leaves nothing"):
        cut(np.ones(len(level)), helper.faces, helper.corners, len(helper.uv))
