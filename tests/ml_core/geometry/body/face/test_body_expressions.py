"""Facial shapes of the built-in body."""

from __future__ import annotations

import numpy as np
import pytest

from ml_core.geometry.body.face.expressions import (
    EYE_TURNS,
    LIDS,
    SHAPE_NAMES,
    closing,
    composed,
    shape,
    turned_eyeball,
)
from ml_core.geometry.body.model import BodyModel
from ml_core.geometry.body.poses import stance
from ml_core.geometry.body.traits import BodyTraits
from ml_core.vocabulary.avatar.expressions import ARKIT_SHAPES, VISEMES


def test_there_are_52_shapes_and_15_visemes_by_their_names(model: BodyModel) -> None:
    assert len(ARKIT_SHAPES) == 52
    assert len(VISEMES) == 15
    assert len(set(SHAPE_NAMES)) == 67
    wanted = ["sil", "PP", "FF", "TH", "DD", "kk", "CH", "SS", "nn", "RR", "aa", "E", "I", "O", "U"]
    assert list(VISEMES) == [f"viseme_{name}" for name in wanted]
    for name in SHAPE_NAMES:
        moved = np.abs(shape(model, name)).max()
        assert (1e-4 if name == "viseme_sil" else 1e-3) < moved < 0.05, name


def test_a_shape_moves_its_own_side_and_only_the_head(model: BodyModel) -> None:
    x, z = model.data.base[: model.data.vertex_count, 0], model.data.base[: model.data.vertex_count, 2]
    for name in ARKIT_SHAPES:
        moved = np.abs(shape(model, name)).max(axis=1)
        assert moved[z < 0.5].max() == 0, name
        if name.startswith(("eye", "cheekSquint", "noseSneer")):
            side = 1 if name.endswith("Left") else -1
            assert moved[x * side > 0.01].max() > 3 * moved[x * side < -0.03].max(initial=0), name


@pytest.mark.parametrize(("age", "presentation"), [(8, 1), (25, 1), (60, 0)])
def test_a_whole_smile_goes_as_far_as_people_smile_and_folds_no_cheek(
    model: BodyModel, age: float, presentation: float
) -> None:
    person = model.person(BodyTraits(age=age, presentation=presentation))
    moves = composed(model, {"mouthSmileLeft": 1.0, "mouthSmileRight": 1.0})
    faces, corners = model.data.faces["skin"], [11942, 5339]
    assert 0.011 < np.linalg.norm(moves[corners], axis=1).mean() < 0.015
    points, middle = person.vertices.astype(np.float64), person.vertices[corners].mean(axis=0)
    away = points[faces].mean(axis=1) - middle
    beside = (np.abs(away[:, 0]) > 0.024) & (np.abs(away[:, 2]) < 0.035) & (away[:, 1] < 0.04)

    def normals(at: np.ndarray) -> np.ndarray:
        first, second = (at[faces[beside, n + 2]] - at[faces[beside, n]] for n in (0, 1))
        made = np.cross(first, second)
        return np.asarray(made / np.linalg.norm(made, axis=1, keepdims=True))

    turned = (normals(points) * normals(points + moves)).sum(axis=1)
    assert beside.sum() > 100
    assert (turned < 0.7).sum() <= 2


def test_eyes_of_any_opening_close_and_the_lids_hardly_lap(model: BodyModel) -> None:
    moves = composed(model, {"eyeBlinkLeft": 1.0})
    for age, opening, seed in ((8, 0.0, 1), (30, 0.8, 2), (30, -0.8, 3), (60, 0.0, 4), (80, -0.4, 5)):
        person = model.person(BodyTraits(age=age, sliders={"eye_opening": opening}), seed)
        closed = person.vertices + closing(model, person.vertices) * moves
        laps = [closed[lower, 2] - closed[upper, 2] for upper, lower in LIDS]
        assert min(laps) > -0.0005, (age, opening)
        assert max(laps) < 0.0025, (age, opening)


def test_teeth_tongue_and_lashes_follow(model: BodyModel) -> None:
    data = model.data
    jaw, blink, tongue = (shape(model, name) for name in ("jawOpen", "eyeBlinkLeft", "tongueOut"))
    assert jaw[data.used("teeth_lower"), 2].max() < -5e-3
    assert np.abs(jaw[data.used("teeth_upper")]).max() < 1e-3
    assert jaw[data.used("tongue"), 2].min() < -5e-3
    assert blink[data.used("lashes"), 2].min() < -5e-3
    assert tongue[data.used("tongue"), 1].min() < -0.015
    assert np.abs(tongue[data.used("skin")]).max() == 0


def test_shapes_turn_with_a_head_that_a_stance_turned(model: BodyModel) -> None:
    person = model.person(BodyTraits(age=30))
    there = stance(model.data, person.rows, "t")
    np.testing.assert_allclose(shape(model, "jawOpen", there.moved), shape(model, "jawOpen"), atol=1e-5)


def test_eyes_look_where_the_shapes_say() -> None:
    ahead = np.array([[0.0, -0.01, 0.0]])
    middle = np.zeros(3)
    for name, (axis, sign) in {"eyeLookUpLeft": (2, 1), "eyeLookDownLeft": (2, -1), "eyeLookOutLeft": (0, 1),
                               "eyeLookInLeft": (0, -1)}.items():  # fmt: skip
        assert turned_eyeball(ahead, middle, "left", {name: 1.0})[0, axis] * sign > 1e-3, name
        np.testing.assert_array_equal(turned_eyeball(ahead, middle, "right", {name: 1.0}), ahead)
    assert turned_eyeball(ahead, middle, "right", {"eyeLookOutRight": 1.0})[0, 0] < -1e-3
    assert set(EYE_TURNS) <= set(ARKIT_SHAPES)


def test_what_is_no_shape_is_said(model: BodyModel) -> None:
    with pytest.raises(KeyError, match="smile"):
        composed(model, {"smile": 1.0})
