import numpy as np
import pytest

from ml_core.geometry.atlas.charts import CHARTS
from ml_core.geometry.atlas.resize import heal_borders, resize_atlas


def test_a_constant_stays_constant_and_the_mean_survives_reduction():
    image = np.full((64, 64, 2), 0.3, np.float32)
    assert np.allclose(resize_atlas(image, 256), 0.3, atol=1e-6)
    noise = np.random.default_rng(0).random((64, 64, 3), dtype=np.float32)
    assert resize_atlas(noise, 32).mean() == pytest.approx(noise.mean(), abs=1e-6)


def test_charts_do_not_bleed_into_each_other():
    image = np.zeros((64, 64, 1), np.float32)
    image[CHARTS["head"].pixels(64)] = 1
    big = resize_atlas(image, 128)
    head = np.zeros((128, 128), bool)
    head[CHARTS["head"].pixels(128)] = True
    assert np.allclose(big[head], 1, atol=1e-6)
    assert np.allclose(big[~head], 0, atol=1e-6)


def test_tubes_wrap():
    image = np.zeros((64, 64, 1), np.float32)
    rows, columns = CHARTS["head"].pixels(64)
    image[rows, columns.start] = 1
    big = resize_atlas(image, 256)[CHARTS["head"].pixels(256)][:, :, 0]
    assert np.allclose(big[:, -1], 0.5, atol=0.2), "the last column lies half way to the first one"


def test_sizes_that_do_not_divide_are_refused():
    with pytest.raises(ValueError, match="multiple of 64"):
        resize_atlas(np.zeros((64, 64, 1)), 96)


def test_healing_takes_away_what_bled_in_and_closes_tubes() -> None:
    clean = np.zeros((256, 256, 1), np.float32)
    for number, chart in enumerate(CHARTS.values()):
        clean[chart.pixels(256)] = number
    bled = clean.copy()
    for chart in CHARTS.values():
        block = bled[chart.pixels(256)]
        block[0], block[-1], block[:, 0], block[:, -1] = 99, 99, 99, 99
        if chart.kind == "tube":
            block[:, 1], block[:, -2] = 99, 99
    assert np.allclose(heal_borders(bled), clean, atol=1e-4)
    assert bled.max() == 99


def test_healing_interpolates_across_the_seam_of_a_tube() -> None:
    image = np.zeros((256, 256, 1), np.float32)
    rows, columns = CHARTS["torso"].pixels(256)
    image[rows, columns.start + 4] = 9
    healed = heal_borders(image)[rows.start + 5, :, 0]
    seam = [*range(columns.stop - 4, columns.stop), *range(columns.start, columns.start + 4)]
    assert healed[seam] == pytest.approx([1, 2, 3, 4, 5, 6, 7, 8])
