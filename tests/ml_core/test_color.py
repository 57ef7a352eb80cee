import numpy as np
import pytest

from ml_core.color import (
    ciede2000,
    hex_to_srgb,
    lab_to_srgb,
    linear_to_srgb,
    srgb_to_hex,
    srgb_to_lab,
    srgb_to_linear,
)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        # Pairs of the supplementary test data of Sharma, Wu and Dalal 2005.
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
        ((50.0, -1.3802, -84.2814), (50.0, 0.0, -82.7485), 1.0),
        ((50.0, 2.49, -0.001), (50.0, -2.49, 0.0011), 7.2195),
        ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((22.7233, 20.0904, -46.694), (23.0331, 14.973, -42.5619), 2.0373),
        ((90.8027, -2.0831, 1.441), (91.1528, -1.6435, 0.0447), 1.4441),
    ],
)
def test_ciede2000_of_the_published_pairs(first, second, expected):
    assert ciede2000(first, second) == pytest.approx(expected, abs=1e-4)
    assert ciede2000(second, first) == pytest.approx(expected, abs=1e-4)


def test_hex_colors_survive_all_spaces():
    for text in ("#000000", "#ffffff", "#8d5524", "#203050", "#0a0b0c"):
        color = hex_to_srgb(text)
        assert srgb_to_hex(color) == text
        assert srgb_to_hex(linear_to_srgb(srgb_to_linear(color))) == text
        assert srgb_to_hex(lab_to_srgb(srgb_to_lab(color))) == text


def test_white_is_lab_100():
    assert srgb_to_lab(np.ones(3)) == pytest.approx([100, 0, 0], abs=0.05)
