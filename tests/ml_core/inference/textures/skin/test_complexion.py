"""What brings painted skin to life: brows in the color of the hair, blood, oil and pores."""

from __future__ import annotations

import numpy as np
import pytest

from ml_core import AvatarTraits, TextureGenerator
from ml_core.color import ciede2000, hex_to_srgb, linear_to_srgb, srgb_to_lab
from ml_core.geometry.atlas.charts import CHARTS
from ml_core.geometry.atlas.resize import resize_atlas
from ml_core.geometry.body.traits import BodyTraits
from ml_core.inference.textures.dressing import skin_of
from ml_core.inference.textures.generator import TextureMaps
from ml_core.inference.textures.skin.complexion import living_skin, quickly_living_skin

SIZE = 256
SKINS = ("#f0d0bc", "#e0b597", "#c69478", "#a06b45", "#74472c", "#4a2c1c")
WOMAN = BodyTraits(age=30.0, presentation=1.0)


@pytest.fixture(scope="module")
def generator() -> TextureGenerator:
    return TextureGenerator.load()


@pytest.fixture(scope="module")
def blond(generator: TextureGenerator) -> TextureMaps:
    return generator.generate(AvatarTraits(skin="#e0b597", hair="#c8a468", presentation=1.0), seed=25, size=512)


def head(image: np.ndarray, t: tuple[float, float], aside: tuple[float, float]) -> np.ndarray:
    """Texels (N, ...) of both sides of the head's chart."""
    rows, theta = CHARTS["head"].texel_grid(len(image))
    chosen = (rows > t[0]) & (rows < t[1]) & (np.abs(theta) >= aside[0]) & (np.abs(theta) < aside[1])
    return image[CHARTS["head"].pixels(len(image))][chosen]


def lab(linear: np.ndarray) -> np.ndarray:
    return srgb_to_lab(linear_to_srgb(linear))


CHEEKS, TEMPLES, BROWS, FOREHEAD = (
    ((0.50, 0.54), (0.42, 0.58)), ((0.30, 0.34), (0.8, 0.95)),
    ((0.325, 0.355), (0.25, 0.60)), ((0.27, 0.30), (0.0, 0.5)),
)  # fmt: skip


@pytest.mark.parametrize("skin", SKINS)
def test_skin_keeps_the_color_that_was_asked_for_and_cheeks_are_redder(generator: TextureGenerator, skin: str) -> None:
    maps = generator.generate(AvatarTraits(skin=skin, presentation=1.0), seed=3, size=SIZE)
    living, wanted = living_skin(maps, WOMAN).base_color, srgb_to_lab(hex_to_srgb(skin))
    torso = np.median(lab(living[CHARTS["torso"].pixels(SIZE)]).reshape(-1, 3), axis=0)
    assert ciede2000(torso, wanted) < 1
    face = np.median(lab(head(living, (0.25, 0.7), (0.0, 1.0))), axis=0)
    assert ciede2000(face, wanted) < 4
    cheeks, temples = (np.median(lab(head(living, *where)), axis=0) for where in (CHEEKS, TEMPLES))
    assert 1 < cheeks[1] - temples[1] < 12, "a* of the cheeks"
    before = skin_of(maps).base_color
    assert cheeks[1] > np.median(lab(head(before, *CHEEKS)), axis=0)[1] + 0.8


def test_brows_take_the_color_of_the_hair_and_are_darker_than_any_skin(generator: TextureGenerator) -> None:
    luminance = np.array([0.2126, 0.7152, 0.0722])
    for skin, hair in (("#e0b597", "#c8a468"), ("#e0b597", "#17120f"), ("#4a2c1c", "#dcdcd8"), ("#f0d0bc", "#e8e6e0")):
        traits = AvatarTraits(skin=skin, hair=hair, presentation=0.0)
        living = living_skin(generator.generate(traits, 8, size=512), BodyTraits(age=40.0, presentation=0.0)).base_color
        brow, forehead = (head(living, *where) @ luminance for where in (BROWS, FOREHEAD))
        share = np.percentile(brow, 15) / np.median(forehead)
        assert share < 0.75, (skin, hair)
        if hair == "#c8a468":
            assert share > 0.35, "fair hair has no black brows"
        if hair == "#17120f":
            assert share < 0.35


def test_children_and_women_have_thinner_brows_than_men(blond: TextureMaps) -> None:
    def dark(body: BodyTraits) -> float:
        light = head(living_skin(blond, body).base_color, (0.30, 0.385), (0.12, 0.8)).mean(axis=-1)
        return float(np.clip(1 - light / np.median(light), 0, 1).sum())

    man, woman, girl = (
        dark(BodyTraits(age=age, presentation=at)) for age, at in ((35.0, 0.0), (35.0, 1.0), (8.0, 1.0))
    )
    assert man > 1.15 * woman
    assert woman > 1.15 * girl


def test_lips_are_moist_and_pores_are_those_of_grown_people(blond: TextureMaps) -> None:
    bare, girl, man = skin_of(blond), living_skin(blond, WOMAN.replace(age=8.0)), living_skin(blond, WOMAN)
    lips, cheeks = (np.median(head(man.roughness, *where)) for where in (((0.63, 0.65), (0.0, 0.2)), CHEEKS))
    assert lips < cheeks - 0.1
    nose = (0.53, 0.56), (0.0, 0.15)
    rough = [np.abs(head(one.normal, *nose)[:, :2] - head(bare.normal, *nose)[:, :2]).mean() for one in (girl, man)]
    assert 0.002 < rough[0] < 0.6 * rough[1]
    assert np.abs(np.linalg.norm(man.normal, axis=-1) - 1).max() < 1e-3


@pytest.mark.parametrize("skin", SKINS)
def test_lids_have_a_crease_and_dark_roots_of_lashes(generator: TextureGenerator, skin: str) -> None:
    living = living_skin(generator.generate(AvatarTraits(skin=skin, presentation=1.0), seed=3, size=512), WOMAN)
    light = living.base_color @ np.array([0.2126, 0.7152, 0.0722])
    over = [float(np.median(head(light, (0.402 - up - 0.002, 0.402 - up + 0.002), (0.36, 0.44)))) for up in
            (0.0205, 0.029, 0.038, 0.050)]  # fmt: skip
    roots, lid, crease, above = over
    assert roots < 0.75 * above
    assert crease < 0.88 * above
    assert lid > crease + 0.02 * above, "the lid itself is no shadow"


@pytest.mark.parametrize("skin", SKINS[:4])
def test_the_roots_of_a_beard_show_on_dark_haired_men_alone(generator: TextureGenerator, skin: str) -> None:
    chin, temples = ((0.73, 0.76), (0.0, 0.3)), TEMPLES

    def shade(hair: str, presentation: float, years: float) -> float:
        """Luminance of the chin beside that of the temples."""
        maps = generator.generate(AvatarTraits(skin=skin, hair=hair, presentation=0.0), seed=3, size=SIZE)
        made = living_skin(maps, BodyTraits(age=years, presentation=presentation)).base_color
        light = [np.median(head(made, *where) @ [0.2126, 0.7152, 0.0722]) for where in (chin, temples)]
        return float(light[0] / light[1])

    black = "#17120f"
    man, fair = shade(black, 0.0, 35.0), shade("#d8c090", 0.0, 35.0)
    woman, boy = shade(black, 1.0, 35.0), shade(black, 0.0, 12.0)
    assert 0.85 < man / woman < 0.95
    assert fair > 1.05 * man
    assert boy > 1.03 * man


def test_the_quick_look_shows_the_same_person(generator: TextureGenerator, blond: TextureMaps) -> None:
    look = quickly_living_skin(generator.quick_look(blond.traits, 25), WOMAN)
    full = resize_atlas(linear_to_srgb(living_skin(blond, WOMAN).base_color), len(look))
    for where in (CHEEKS, BROWS, FOREHEAD):
        first, second = (srgb_to_lab(head(image, *where)).mean(axis=0) for image in (look, full))
        assert ciede2000(first, second) < 5, where
