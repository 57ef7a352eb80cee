"""The size of a place: from a length, from things, and from clicks in pictures."""

from __future__ import annotations

import numpy as np
import pytest

from ml_core.errors import InputError
from ml_core.reconstruction.scale import by_length, by_things, point_under
from ml_core.reconstruction.views.cameras import Camera

from .shapes import sheet


def test_a_known_length() -> None:
    scale = by_length(1.25, 2.5)
    assert scale.factor == 2.0
    assert 0 < scale.error < 0.01
    assert by_length(0.1, 0.2).error > scale.error  # a short length says less


@pytest.mark.parametrize(("measured", "real"), [(0.0, 1.0), (1.0, 0.0), (1.0, float("nan")), (float("nan"), 1.0)])
def test_what_is_no_length_is_refused(measured: float, real: float) -> None:
    with pytest.raises(InputError):
        by_length(measured, real)


def test_things_of_usual_heights() -> None:
    scale = by_things([("chair", 0.87 / 1.5), ("chair", 0.87 / 1.5), ("vase", 3.0)])
    assert scale is not None
    assert scale.factor == pytest.approx(1.5)
    assert scale.by == "chair"
    assert scale.error == pytest.approx(0.08 / np.sqrt(2))
    assert by_things([("vase", 0.3)]) is None


def test_one_wrong_label_does_not_count() -> None:
    scale = by_things([("door", 2.03), ("chair", 0.87), ("chair", 0.1)])
    assert scale is not None
    assert scale.factor == pytest.approx(1.0, abs=0.01)
    assert scale.by == "chair, door"


def test_a_guess_counts_against_one_label_that_contradicts_it() -> None:
    assert by_things([("chair", 0.3)], guess_error=0.15) is None
    both = by_things([("chair", 0.8)], guess_error=0.15)
    assert both is not None
    assert 1.0 < both.factor < 0.87 / 0.8
    assert both.error < 0.08


def test_a_click_finds_what_the_pixel_shows() -> None:
    camera = Camera("a.jpg", 100, 100, 100.0, (50, 50), np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]]), np.zeros(3))
    walls = [sheet((-2, 3, -2), (2, 3, 2), 1, -1), sheet((-2, 2, -2), (0, 2, 2), 1, -1)]
    assert point_under(camera, (75, 50), walls) == pytest.approx([0.75, 3, 0])
    assert point_under(camera, (25, 50), walls) == pytest.approx([-0.5, 2, 0])
    with pytest.raises(InputError, match="outside"):
        point_under(camera, (175, 50), walls)
    with pytest.raises(InputError, match="nothing"):
        point_under(camera, (75, 50), [])
