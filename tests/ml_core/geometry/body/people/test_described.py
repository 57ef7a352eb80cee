"""From an avatar's traits to a body and back, and the person whose skin meets the body atlas."""

from __future__ import annotations

import numpy as np
import pytest

from ml_core.geometry.body.canvas import LANDMARKS, canvas
from ml_core.geometry.body.people.described import changed_body, described_body, with_body
from ml_core.geometry.humanoid.fit import HEAD_T
from ml_core.vocabulary.traits import AvatarTraits

DARK = AvatarTraits(presentation=1.0, skin="#4a2c1d", hair="#151210")
LIGHT = AvatarTraits(presentation=0.0, skin="#efcdb8", hair="#d8b878")


@pytest.mark.parametrize("painted", [DARK, LIGHT], ids=["dark", "light"])
def test_what_is_open_is_drawn_by_the_seed_and_what_is_asked_stays(painted: AvatarTraits) -> None:
    requested = AvatarTraits(age=40.0, height=1.71, weight=0.6, face={"nose_width": 0.5}, shape={"hips": -0.25})
    body = described_body(requested, painted, 7)
    assert (body.age, body.height, body.weight) == (40.0, 1.71, 0.6)
    assert (body.sliders["nose_width"], body.sliders["hips"]) == (0.5, -0.25)
    assert body == described_body(requested, painted, 7)
    assert body != described_body(requested, painted, 8)
    assert described_body(with_body(painted, body), painted, 7).sliders == pytest.approx(body.sliders, abs=1e-4)


def test_ancestors_go_with_the_painted_skin() -> None:
    def mean(painted: AvatarTraits) -> np.ndarray:
        return np.mean([described_body(AvatarTraits(), painted, seed).ancestry for seed in range(60)], axis=0)

    assert mean(DARK)[0] > 0.8
    assert mean(LIGHT)[0] < 0.1
    assert mean(LIGHT)[2] > 0.6
    requested = AvatarTraits(ancestry=(0.0, 1.0, 0.0))
    assert described_body(requested, DARK, 1).ancestry == (0.0, 1.0, 0.0)


def test_words_of_before_keep_their_meaning() -> None:
    old = described_body(AvatarTraits(build=1.0, face={"age": 0.9, "jaw_width": 0.5}), LIGHT, 3)
    assert (old.weight, old.age) == (1.0, 76.0)
    assert old.sliders["jaw_width"] == 0.5
    slim = described_body(AvatarTraits(build=0.1), LIGHT, 3)
    assert slim.weight < 0.35
    assert described_body(AvatarTraits(age=30.0, face={"age": 0.9}), LIGHT, 3).sliders["age"] == 0.9


def test_a_change_leaves_everything_else() -> None:
    body = described_body(AvatarTraits(), LIGHT, 3)
    older = changed_body(body, AvatarTraits(age=70.0, face={"ear_size": 1.0}))
    assert older.age == 70.0
    assert older.sliders == {**body.sliders, "ear_size": 1.0}
    assert (older.height, older.weight, older.asymmetry_seed) == (body.height, body.weight, body.asymmetry_seed)


def test_landmarks_lie_where_the_painter_has_them() -> None:
    made = canvas()
    data, vertices = made.person.data, made.stance.rows
    frame = made.fit.frames["head"]
    for name, points in LANDMARKS.items():
        t, across, _ = frame.project(vertices[list(points)].astype(np.float64).mean(axis=0)[None])
        assert t[0] == pytest.approx(HEAD_T[name], abs=1e-3)
        assert abs(across[0]) < 0.02
    skin = vertices[data.used("skin")]
    tip = skin[(np.abs(skin[:, 0]) < 0.01) & (skin[:, 2] > made.stance.bone["head"].head[2])][:, 1].min()
    assert vertices[LANDMARKS["nose"][0], 1] == pytest.approx(tip, abs=1e-3), "the nose's tip is in front of all"
