"""Nose and mouth of painted skin: lips where the mesh has them, warm on every skin, and nothing of the painted ones."""

from __future__ import annotations

import numpy as np
import pytest

from ml_core import AvatarTraits, TextureGenerator
from ml_core.color import ciede2000, linear_to_srgb, srgb_to_lab
from ml_core.geometry.atlas.charts import CHARTS
from ml_core.geometry.atlas.resize import resize_atlas
from ml_core.geometry.body.canvas import LANDMARKS, canvas
from ml_core.geometry.body.model import body_model
from ml_core.geometry.body.traits import BodyTraits
from ml_core.geometry.humanoid.frames import TubeFrame
from ml_core.inference.textures.dressing import skin_of
from ml_core.inference.textures.generator import TextureMaps
from ml_core.inference.textures.skin.complexion import living_skin, quickly_living_skin
from ml_core.inference.textures.skin.mouth import Lips, draw_mouth, lip_share, plain_face

SIZE = 512
SKINS = ("#f0d0bc", "#e0b597", "#c69478", "#a06b45", "#74472c", "#4a2c1c")
SEEDS = (3, 5, 21)
T, THETA = CHARTS["head"].texel_grid(SIZE)
UPPER, LOWER = (share > 0.95 for share in lip_share(T, THETA))
AROUND = (T > 0.68) & (T < 0.70) & (np.abs(THETA) < 0.3)


@pytest.fixture(scope="module")
def painted() -> dict[tuple[str, int], TextureMaps]:
    generator = TextureGenerator.load()
    return {(skin, seed): generator.generate(AvatarTraits(skin=skin), seed, SIZE) for skin in SKINS for seed in SEEDS}


def face(linear: np.ndarray) -> np.ndarray:
    """CIELAB of the head's chart."""
    return srgb_to_lab(linear_to_srgb(linear[CHARTS["head"].pixels(len(linear))]))


def hue(lab: np.ndarray) -> float:
    return float(np.degrees(np.arctan2(lab[2], lab[1])))


@pytest.mark.parametrize("skin", SKINS)
@pytest.mark.parametrize(("years", "presentation"), [(8.0, 1.0), (30.0, 1.0), (45.0, 0.0), (80.0, 0.5)])
def test_lips_are_warm_and_redder_than_the_skin_around_them(
    painted: dict[tuple[str, int], TextureMaps], skin: str, years: float, presentation: float
) -> None:
    for seed in SEEDS:
        lab = face(living_skin(painted[skin, seed], BodyTraits(age=years, presentation=presentation)).base_color)
        upper, lower, around = (np.median(lab[where], axis=0) for where in (UPPER, LOWER, AROUND))
        for lip in (upper, lower):
            assert 28 < hue(lip) < 50, "neither violet nor orange"
            assert hue(lip) < hue(around) - 6
            assert 0.75 * np.hypot(*around[1:]) < np.hypot(*lip[1:]) < 38, "no wax, no lipstick"
        assert hue(lower) < hue(upper)
        assert lower[0] > upper[0]
        if skin not in SKINS[-2:]:
            assert upper[0] < around[0] - 4


def test_painted_lipstick_and_lights_are_gone(painted: dict[tuple[str, int], TextureMaps]) -> None:
    """One paints her lips red, the next violet: without, people of one skin have nearly the same."""
    woman = BodyTraits(age=30.0, presentation=1.0)
    found = []
    for seed in SEEDS:
        maps = painted["#e0b597", seed]
        colors = (skin_of(maps).base_color, living_skin(maps, woman).base_color)
        found.append([np.median(face(color)[LOWER], axis=0) for color in colors])
    before, after = np.ptp(found, axis=0)
    assert before[1:].max() > 8
    assert after[1:].max() < 0.7 * before[1:].max(), after


def test_lips_lie_on_those_of_the_mesh() -> None:
    stance, data = canvas(), body_model().data
    raised = body_model().sum_of({"mouth/mouth-angles-up": 1.0})[: data.vertex_count, 2]
    corners = np.flatnonzero(raised > 0.97 * raised.max())
    frame = stance.fit.frames["head"]
    assert isinstance(frame, TubeFrame)
    t, theta, _ = frame.project(stance.stance.rows[corners].astype(float))
    inner = np.abs(theta).argmin()
    upper, lower = lip_share(T, THETA)
    assert abs(np.abs(THETA[upper + lower > 0.5]).max() - abs(theta[inner])) < 0.03
    assert abs(np.median(T[(upper + lower > 0.5) & (np.abs(THETA) > 0.26)]) - t[inner]) < 0.005
    t, _, _ = frame.project(stance.stance.rows[list(LANDMARKS["mouth"])].astype(float))
    middle = np.abs(THETA) < 0.02
    line = 0.5 * (T[middle & (upper > 0.5)].max() + T[middle & (lower > 0.5)].min())
    assert abs(line - t.mean()) < 0.003


def test_there_is_a_line_between_the_lips_and_children_have_paler_ones(
    painted: dict[tuple[str, int], TextureMaps],
) -> None:
    line = (np.abs(T - 0.6385) < 0.0015) & (np.abs(THETA) < 0.2)
    contrast = []
    for years in (8.0, 30.0):
        lab = face(living_skin(painted["#e0b597", 3], BodyTraits(age=years, presentation=1.0)).base_color)
        lower, around, between = (np.median(lab[where], axis=0) for where in (LOWER, AROUND, line))
        assert between[0] < lower[0] - 12
        contrast.append(float(ciede2000(lower, around)))
    assert 3 < contrast[0] < contrast[1] - 2


@pytest.mark.parametrize("skin", SKINS)
def test_the_painted_nose_leaves_no_edge(painted: dict[tuple[str, int], TextureMaps], skin: str) -> None:
    beside = (T > 0.515) & (T < 0.575) & (np.abs(np.abs(THETA) - 0.35) < 0.05)
    for seed in SEEDS:
        lab = face(plain_face(skin_of(painted[skin, seed]).base_color))
        steps = np.abs(np.diff(lab[..., 0], axis=1))
        assert np.percentile(steps[beside[:, 1:]], 99) < 1.8
        tip = (T > 0.53) & (T < 0.575) & (np.abs(THETA) < 0.15)
        assert np.ptp(np.percentile(lab[tip][:, 0], (2, 98))) < 6, "no nostrils beside those of the mesh"


def test_the_quick_look_has_the_same_lips(painted: dict[tuple[str, int], TextureMaps]) -> None:
    generator, woman = TextureGenerator.load(), BodyTraits(age=30.0, presentation=1.0)
    maps = painted["#a06b45", 5]
    look = quickly_living_skin(generator.quick_look(maps.traits, 5), woman)
    full = resize_atlas(living_skin(maps, woman).base_color, len(look))
    t, theta = CHARTS["head"].texel_grid(len(look))
    lips = np.sum(lip_share(t, theta), axis=0) > 0.95
    labs = srgb_to_lab(look[CHARTS["head"].pixels(len(look))]), face(full)
    assert ciede2000(*(np.median(lab[lips], axis=0) for lab in labs)) < 3


def test_the_seed_makes_lips_differ_a_little_and_draws_the_same_again() -> None:
    lips = [Lips.of(1.0, 30.0, seed) for seed in range(12)]
    assert lips[3] == Lips.of(1.0, 30.0, 3)
    assert len({one.vivid for one in lips}) == 12
    skin = srgb_to_lab(np.array([0.88, 0.71, 0.59]))
    lower = np.array([srgb_to_lab(one.colors(skin))[1] for one in lips])
    assert 0.5 < ciede2000(lower, lower.mean(axis=0)).mean() < 5
    with pytest.raises(ValueError, match="multiple of 256"):
        draw_mouth(np.zeros((100, 100, 3), np.float32), lips[0], True)
