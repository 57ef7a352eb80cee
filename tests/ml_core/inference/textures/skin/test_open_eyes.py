"""Eyes that are painted on bodies without any: of the color that was asked for, and nothing beside them changes."""

from __future__ import annotations

import numpy as np
import pytest

from ml_core import AvatarTraits, TextureGenerator
from ml_core.color import ciede2000, hex_to_srgb, linear_to_srgb, srgb_to_lab
from ml_core.geometry.atlas.charts import CHARTS
from ml_core.inference.textures.generator import TextureMaps
from ml_core.inference.textures.skin.open_eyes import PLAIN, EyeSpot, quickly_with_eyes, with_eyes

SIZE = 512
BLUE, BROWN = "#5d7992", "#5a3a22"
BALLS = (EyeSpot(0.42, 0.5, 0.05, 0.2, ball=True), EyeSpot(0.42, -0.5, 0.05, 0.2, ball=True))


@pytest.fixture(scope="module")
def maps() -> TextureMaps:
    return TextureGenerator.load().generate(AvatarTraits(skin="#c69478", eye=BLUE), seed=4, size=SIZE)


def at(image: np.ndarray, t: float, theta: float) -> np.ndarray:
    """The texel of the head's chart at this place."""
    rows, aside = CHARTS["head"].texel_grid(len(image))
    place = np.unravel_index(np.hypot((rows - t) * 4, aside - theta).argmin(), rows.shape)
    return image[CHARTS["head"].pixels(len(image))][place]


@pytest.mark.parametrize("spots", [PLAIN, BALLS])
def test_an_iris_has_its_color_around_a_dark_pupil_in_white(maps: TextureMaps, spots: tuple[EyeSpot, ...]) -> None:
    painted = with_eyes(maps, spots)
    radius = 0.62 if spots is BALLS else 0.42
    for spot in spots:
        inward = -np.sign(spot.theta)
        middle = linear_to_srgb(at(painted.base_color, spot.t, spot.theta))
        assert middle.max() < 0.25, "the pupil"
        iris = [
            linear_to_srgb(at(painted.base_color, spot.t, spot.theta + share * radius * spot.wide))
            for share in (-0.7, 0.7)
        ]
        away = ciede2000(srgb_to_lab(np.mean(iris, axis=0)), srgb_to_lab(hex_to_srgb(BLUE)))
        assert away < 22
        assert away < ciede2000(srgb_to_lab(np.mean(iris, axis=0)), srgb_to_lab(hex_to_srgb("#c69478")))
        white = linear_to_srgb(at(painted.base_color, spot.t, spot.theta + 0.85 * inward * spot.wide))
        assert white.min() > 0.4
        assert np.ptp(white) < 0.3
        assert at(painted.roughness, spot.t, spot.theta) < 0.3


def test_only_what_is_around_the_eyes_changes(maps: TextureMaps) -> None:
    painted = with_eyes(maps, PLAIN)
    t, theta = CHARTS["head"].texel_grid(SIZE)
    near = np.zeros((SIZE, SIZE), bool)
    near[CHARTS["head"].pixels(SIZE)] = (np.abs(t - 0.404) < 0.06) & (np.abs(np.abs(theta) - 0.4) < 0.3)
    changed = np.abs(painted.base_color - maps.base_color).max(axis=-1) > 0
    assert changed.any()
    assert not (changed & ~near).any()
    assert np.allclose(np.linalg.norm(painted.normal[near], axis=-1), 1, atol=1e-4)
    assert painted.base_color is not maps.base_color


def test_both_eyes_mirror_each_other_but_for_the_light_in_them(maps: TextureMaps) -> None:
    gray = np.full((SIZE, SIZE, 3), 0.5, np.float32)
    painted = quickly_with_eyes(gray, BLUE, PLAIN)[CHARTS["head"].pixels(SIZE)]
    alike = np.abs(painted - painted[:, ::-1]).max(axis=-1) < 0.02
    assert 0.6 < alike[(painted != 0.5).any(axis=-1)].mean() < 1


def test_a_preview_shows_the_same_eyes(maps: TextureMaps) -> None:
    quick = quickly_with_eyes(linear_to_srgb(maps.base_color), BLUE, PLAIN)
    assert np.abs(quick - linear_to_srgb(with_eyes(maps, PLAIN).base_color)).max() < 0.01
    brown = quickly_with_eyes(linear_to_srgb(maps.base_color), BROWN, PLAIN)
    assert np.abs(brown - quick).max() > 0.1
