"""Painted people taken apart: the skin without clothes, the cloth without skin."""

from __future__ import annotations

import numpy as np
import pytest

from ml_core import AvatarTraits, TextureGenerator
from ml_core.color import hex_to_srgb, srgb_to_lab, srgb_to_linear
from ml_core.geometry.atlas.charts import CHARTS
from ml_core.geometry.atlas.filling import spread
from ml_core.geometry.atlas.resize import resize_atlas
from ml_core.geometry.hair.surface import hairline
from ml_core.inference.textures.dressing import cloth_of, plain_cloth, quick_skin, skin_of
from ml_core.inference.textures.generator import TextureMaps
from ml_core.inference.textures.skin.ageing import aged

SIZE = 256


@pytest.fixture(scope="module")
def generator() -> TextureGenerator:
    return TextureGenerator.load()


@pytest.fixture(scope="module")
def maps(generator: TextureGenerator) -> TextureMaps:
    traits = AvatarTraits(skin="#d8a888", top="#1f3f9f", bottom="#203020", outfit="business", presentation=0.0)
    return generator.generate(traits, seed=3, size=SIZE)


def lab(linear: np.ndarray) -> np.ndarray:
    from ml_core.color import linear_to_srgb

    return srgb_to_lab(linear_to_srgb(linear))


def around_an_eye(t: np.ndarray, theta: np.ndarray) -> np.ndarray:
    """0 in the middle of an eye, 1 where the lids and what is painted on them end."""
    return np.hypot((t - 0.402) / 0.036, (np.abs(theta) - 0.40) / 0.27)


@pytest.mark.parametrize("skin", ["#f0d0bc", "#c69478", "#8d5524", "#4a2c1c"])
@pytest.mark.parametrize("presentation", [0.0, 1.0])
def test_no_dark_ring_is_left_around_the_eyes(generator: TextureGenerator, skin: str, presentation: float) -> None:
    pixels = CHARTS["head"].pixels(SIZE)
    t, theta = CHARTS["head"].texel_grid(SIZE)
    ring = (around_an_eye(t, theta) < 0.75) & (around_an_eye(t, theta) > 0.3)
    cheek = (np.abs(np.abs(theta) - 0.45) < 0.15) & (np.abs(t - 0.51) < 0.03)

    def share(base_color: np.ndarray) -> float:
        """Luminance of the darker parts of the ring, over that of the cheeks."""
        light = base_color[pixels] @ np.array([0.2126, 0.7152, 0.0722])
        return float(np.percentile(light[ring], 10) / np.median(light[cheek]))

    before = []
    for seed in (1, 2, 3, 5):
        painted = generator.generate(AvatarTraits(skin=skin, presentation=presentation), seed=seed, size=SIZE)
        bare = skin_of(painted)
        before.append(share(painted.base_color))
        for years in (8, 30, 75):
            assert share(aged(bare, years).base_color) > 0.45, (seed, years)
        quick = generator.quick_look(painted.traits, seed)
        look = resize_atlas(quick_skin(quick), SIZE)
        assert share(srgb_to_linear(np.clip(look, 0, 1))) > 0.42, seed
    assert min(before) < 0.4, "the painter's eyes are dark all over"


def test_no_cloth_is_left_on_the_skin(maps: TextureMaps) -> None:
    bare = skin_of(maps)
    hand = lab(bare.base_color[CHARTS["left_hand_back"].pixels(SIZE)].reshape(-1, 3)).mean(axis=0)
    for chart in ("torso", "left_upper_arm", "right_lower_arm", "left_upper_leg", "right_lower_leg"):
        pixels = CHARTS[chart].pixels(SIZE)
        assert np.linalg.norm(lab(maps.base_color[pixels]).mean(axis=(0, 1)) - hand) > 25, "clothes are painted there"
        away = np.linalg.norm(lab(bare.base_color[pixels]) - hand, axis=-1)
        assert np.percentile(away, 99) < 22, chart
    assert bare.skin.min() == 1
    assert np.allclose(np.linalg.norm(bare.normal, axis=-1), 1, atol=1e-4)


def test_nose_and_lips_stay_as_they_are_painted_but_for_their_tone(maps: TextureMaps) -> None:
    pixels = CHARTS["head"].pixels(SIZE)
    t, theta = CHARTS["head"].texel_grid(SIZE)
    bare = skin_of(maps).base_color
    for low, high, aside in ((0.51, 0.57, 0.22), (0.625, 0.655, 0.25)):
        part = (np.abs(theta) < aside) & (t > low) & (t < high)
        factor = bare[pixels][part] / maps.base_color[pixels][part]
        assert np.all(np.std(factor, axis=0) < 0.05)
        assert np.all((np.median(factor, axis=0) >= 0.8) & (np.median(factor, axis=0) <= 1.25))


def test_wide_shades_of_a_painted_face_are_evened_out(generator: TextureGenerator) -> None:
    """The painter learned from lit pictures: jaws are darker there, foreheads lighter."""
    pixels = CHARTS["head"].pixels(SIZE)
    t, theta = CHARTS["head"].texel_grid(SIZE)
    aside = np.abs(theta)
    places = [(t > low) & (t < high) & (aside > least) & (aside < most) for low, high, least, most in (
        (0.29, 0.31, 0.0, 0.3), (0.49, 0.53, 0.4, 0.6), (0.60, 0.66, 0.75, 0.95), (0.70, 0.74, 0.2, 0.6),
    )]  # fmt: skip
    spreads = []
    for seed in (3, 8, 28):
        painted = generator.generate(AvatarTraits(skin="#d8a888", presentation=0.0), seed=seed, size=SIZE)
        colors = (painted.base_color, skin_of(painted).base_color)
        spreads.append([np.std([lab(color[pixels][place]).mean(axis=0)[0] for place in places]) for color in colors])
    assert np.max(spreads, axis=0)[1] < 0.6 * np.max(spreads, axis=0)[0]


@pytest.mark.parametrize(
    ("seed", "skin", "hair", "outfit"),
    [(14, "#b98560", "#181413", "business"), (3, "#c78a67", "#d8b060", "casual"), (10, "#e0b79a", "#8a6b4a", "casual"),
     (7, "#5b3a28", "#181413", "medical")],
)  # fmt: skip
def test_below_the_hairline_there_is_nothing_but_skin_of_one_tone(
    generator: TextureGenerator, seed: int, skin: str, hair: str, outfit: str
) -> None:
    traits = AvatarTraits(skin=skin, hair=hair, outfit=outfit, presentation=0.0 if seed in (3, 14) else 1.0)
    painted = generator.generate(traits, seed=seed, size=SIZE)
    bare, wanted = skin_of(painted), srgb_to_lab(hex_to_srgb(skin))
    pixels = CHARTS["head"].pixels(SIZE)
    t, theta = CHARTS["head"].texel_grid(SIZE)
    away = np.linalg.norm(lab(bare.base_color[pixels]) - wanted, axis=-1)
    forehead = (t > hairline(theta) + 0.04) & (t < 0.27) & (np.abs(theta) < 0.5)
    neck = (t > 0.86) | ((np.abs(theta) > 1.9) & (t > hairline(theta) + 0.05))
    assert np.percentile(away[forehead], 98) < 20, "no hair"
    assert np.percentile(away[neck], 98) < 12, "no collar"
    for name in ("torso", "left_upper_arm", "right_lower_arm", "left_hand_back", "right_foot"):
        part = lab(bare.base_color[CHARTS[name].pixels(SIZE)])
        assert np.linalg.norm(np.median(part, axis=(0, 1)) - wanted) < 3, name
    assert np.linalg.norm(np.median(lab(bare.base_color[pixels])[t > 0.86], axis=0) - wanted) < 4


def test_cloth_reaches_everywhere_and_can_be_dyed(maps: TextureMaps) -> None:
    cloth = cloth_of(maps, "top")
    wanted = srgb_to_lab(hex_to_srgb("#1f3f9f"))
    for chart in ("torso", "left_hand_back", "head", "right_foot"):
        color = lab(cloth.base_color[CHARTS[chart].pixels(SIZE)]).mean(axis=(0, 1))
        assert np.linalg.norm((color - wanted)[1:]) < 40, chart
    red = cloth_of(maps, "top", "#c02020").base_color.mean(axis=(0, 1))
    assert red[0] > 4 * max(red[1:])
    plain = plain_cloth(maps, "#c02020", 0.5)
    assert np.allclose(plain.base_color[0, 0], srgb_to_linear(hex_to_srgb("#c02020")), atol=1e-6)


def test_the_quick_look_shows_the_same_skin(generator: TextureGenerator, maps: TextureMaps) -> None:
    quick = quick_skin(generator.quick_look(maps.traits, 3))
    pixels = CHARTS["torso"].pixels(len(quick))
    full = lab(skin_of(maps).base_color[CHARTS["torso"].pixels(SIZE)]).mean(axis=(0, 1))
    assert np.linalg.norm(srgb_to_lab(quick[pixels].mean(axis=(0, 1))) - full) < 8


def test_known_values_stay_and_gaps_are_filled_smoothly() -> None:
    image = np.linspace(0, 1, 16, dtype=np.float32)[:, None, None].repeat(16, axis=1)
    known = np.ones((16, 16), np.float32)
    known[4:12] = 0
    filled = spread(image * known[..., None], known)
    assert np.allclose(filled[:4], image[:4], atol=1e-3)
    assert np.abs(filled - image).max() < 0.35


def test_no_painted_brow_and_no_shade_of_a_mouth_is_left(generator: TextureGenerator) -> None:
    """Brows are drawn anew; what is shaded beside a mouth would be stretched over the cheek by a smile."""
    pixels = CHARTS["head"].pixels(SIZE)
    t, theta = CHARTS["head"].texel_grid(SIZE)
    aside = np.abs(theta)
    brows = (t > 0.31) & (t < 0.375) & (aside > 0.12) & (aside < 0.75)
    corners = np.hypot((t - 0.636) / 0.02, (aside - 0.46) / 0.08) < 1
    cheek = (np.abs(aside - 0.45) < 0.15) & (np.abs(t - 0.51) < 0.03)
    before = []
    for seed in (1, 5, 8, 25, 28):
        painted = generator.generate(AvatarTraits(skin="#d8a888"), seed=seed, size=SIZE)
        looks = srgb_to_linear(resize_atlas(quick_skin(generator.quick_look(painted.traits, seed)), SIZE))
        for color in (painted.base_color, skin_of(painted).base_color, looks):
            light = color[pixels] @ np.array([0.2126, 0.7152, 0.0722])
            dark = [float(np.percentile(light[where], 5) / np.median(light[cheek])) for where in (brows, corners)]
            if color is painted.base_color:
                before.append(dark)
            else:
                assert dark[0] > 0.7, seed
                assert dark[1] > 0.7, seed
    assert np.min(before, axis=0)[0] < 0.4
