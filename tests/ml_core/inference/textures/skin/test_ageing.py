"""What age does to painted skin."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from ml_core import AvatarTraits, TextureGenerator
from ml_core.color import hex_to_srgb
from ml_core.geometry.atlas.charts import CHARTS
from ml_core.inference.textures.dressing import skin_of
from ml_core.inference.textures.generator import TextureMaps
from ml_core.inference.textures.skin.ageing import aged, quickly_aged


@pytest.fixture(scope="module")
def maps() -> TextureMaps:
    return skin_of(TextureGenerator.load().generate(AvatarTraits(presentation=1.0, skin="#c09070"), 3, size=256))


def of_face(image: np.ndarray, t: tuple[float, float], theta: tuple[float, float]) -> np.ndarray:
    """Texels (N, C) of a part of the head's chart."""
    rows, across = CHARTS["head"].texel_grid(len(image))
    chosen = (rows > t[0]) & (rows < t[1]) & (np.abs(across) > theta[0]) & (np.abs(across) < theta[1])
    return image[CHARTS["head"].pixels(len(image))][chosen]


def test_adults_stay_as_they_are_painted(maps: TextureMaps) -> None:
    assert aged(maps, 25) is maps
    assert quickly_aged(maps.base_color, 30) is maps.base_color


def test_the_old_have_folds_in_relief_and_in_color(maps: TextureMaps) -> None:
    middle, old = aged(maps, 55), aged(maps, 84)
    fold = (0.55, 0.66), (0.25, 0.45)
    slopes = [
        np.abs(of_face(one.normal, *fold)[:, :2] - of_face(maps.normal, *fold)[:, :2]).mean() for one in (middle, old)
    ]
    assert 0.005 < slopes[0] < slopes[1]
    assert of_face(old.base_color, *fold).mean() < of_face(maps.base_color, *fold).mean()
    assert np.abs(np.linalg.norm(old.normal, axis=-1) - 1).max() < 1e-4
    assert np.abs(old.normal - dataclasses.replace(maps).normal)[200:, :].max() < 0.02, "legs have no folds of a face"


def test_children_wear_no_make_up(maps: TextureMaps) -> None:
    child, teen = aged(maps, 7), aged(maps, 15)
    around, lips = ((0.38, 0.43), (0.25, 0.65)), ((0.635, 0.665), (0.0, 0.15))
    before, after = of_face(maps.base_color, *around), of_face(child.base_color, *around)
    cheeks = of_face(child.base_color, (0.48, 0.54), (0.31, 0.59)).mean(axis=1)
    assert np.quantile(after.mean(axis=1), 0.1) > 0.75 * np.median(cheeks), "lids are not dark"
    assert np.quantile(after.mean(axis=1), 0.1) > np.quantile(before.mean(axis=1), 0.1)
    red = [float((of_face(one.base_color, *lips) @ [1.0, -0.5, -0.5]).mean()) for one in (maps, child)]
    assert red[1] < red[0] + 0.05
    assert np.abs(teen.base_color - maps.base_color).max() < np.abs(child.base_color - maps.base_color).max()


def test_hair_grays_with_age_unless_its_color_is_chosen() -> None:
    generator = TextureGenerator.load()

    def chroma(age: float, seed: int) -> float:
        red, green, blue = hex_to_srgb(generator.resolve(AvatarTraits(age=age, presentation=0.0), seed).hair or "")
        return float(min(red, green, blue))

    young, old = (np.mean([chroma(age, seed) for seed in range(12)]) for age in (30, 78))
    assert old > young + 0.2
    assert generator.resolve(AvatarTraits(age=78, hair="#301810"), 3).hair == "#301810"
    styles = {generator.resolve(AvatarTraits(age=9, presentation=0.0), seed).hair_style for seed in range(60)}
    assert "receding" not in styles
    light = {generator.resolve(AvatarTraits(skin="#f0d0b8"), seed).hair_style for seed in range(60)}
    assert len(light & {"afro", "coily_short", "dreadlocks"}) <= 1
