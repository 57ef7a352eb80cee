"""Painted people taken apart: the skin without clothes, the cloth without skin."""

from __future__ import annotations

import numpy as np
import pytest

from ml_core import AvatarTraits, TextureGenerator
from ml_core.color import hex_to_srgb, srgb_to_lab, srgb_to_linear
from ml_core.geometry.atlas.charts import CHARTS
from ml_core.geometry.atlas.filling import spread
from ml_core.inference.textures.dressing import cloth_of, plain_cloth, quick_skin, skin_of
from ml_core.inference.textures.generator import TextureMaps

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


def test_the_face_stays_as_it_is_painted(maps: TextureMaps) -> None:
    rows, columns = CHARTS["head"].pixels(SIZE)
    face = slice(rows.start, rows.start + int(0.65 * (rows.stop - rows.start)))
    assert np.allclose(skin_of(maps).base_color[face, columns], maps.base_color[face, columns], atol=1e-5)


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
