"""What an eyeball looks like between its lids."""

from __future__ import annotations

import numpy as np
import pytest

from ml_core.color import srgb_to_lab
from ml_core.geometry.body.face.eyeball import IRIS_ANGLE, iris_colors

AROUND = np.linspace(-np.pi, np.pi, 720, endpoint=False)


def ring(angle: float, least: float, most: float) -> np.ndarray:
    """sRGB (N, 3) of an eyeball ``angle`` from its axis, between two directions in degrees; 90 is up."""
    around = AROUND[(np.degrees(AROUND) >= least) & (np.degrees(AROUND) <= most)]
    return iris_colors(np.full(around.shape, angle), around, "#5a4632")


@pytest.mark.parametrize("angle", [0.30, 0.42, 0.50])
def test_lids_shade_the_eyeball_above_more_than_below(angle: float) -> None:
    up, down, aside = (ring(angle, *where).mean() for where in ((70, 110), (-110, -70), (-20, 20)))
    assert up < 0.72 * aside
    if angle > IRIS_ANGLE:
        assert up < down < 0.97 * aside


def test_the_white_is_warm_and_redder_and_darker_toward_the_corners() -> None:
    near, corner = (np.median(srgb_to_lab(ring(angle, -15, 15)), axis=0) for angle in (0.46, 1.0))
    assert 68 < near[0] < 80, "no paper"
    assert near[2] > 3
    assert corner[0] < near[0] - 5
    assert corner[1] > near[1] + 4
