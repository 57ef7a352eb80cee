"""Cameras that a part of the lines would make others are told apart from those that all parts agree on."""

from __future__ import annotations

import numpy as np
import pytest

from ml_core.reconstruction.views.doubting import AGREED, agreement, degrees_apart
from ml_core.reconstruction.views.vanishing import match_camera

from ..shapes import turn
from .test_vanishing import SIZE, camera, room_lines


def test_many_lines_agree() -> None:
    lines, _ = room_lines(camera(-38, -8, 500))
    assert agreement(match_camera(lines, SIZE)) == 1.0


def test_a_camera_by_chance_is_doubted() -> None:
    """A dozen lines of no order: three of them always meet somewhere, and miss no axis by much."""
    lines = np.random.default_rng(1).uniform((0, 0, 0, 0), (720, 480, 720, 480), (12, 4))
    match = match_camera(lines, SIZE)
    assert match.error < 2
    assert agreement(match) < AGREED


def test_lines_of_one_direction_and_a_few_others_are_doubted() -> None:
    real = camera(30, 12, 446)
    lines, axes = room_lines(real, noise=1.0)
    kept = [k for k, axis in enumerate(axes) if axis == 2][:8] + [k for k, axis in enumerate(axes) if axis == 0][:1]
    wild = np.random.default_rng(3).uniform((0, 0, 0, 0), (720, 480, 720, 480), (3, 4))
    match = match_camera(np.concatenate([lines[kept], wild]), SIZE)
    assert degrees_apart(match.camera.rotation, real.rotation) > 5
    assert agreement(match) < AGREED


def test_the_names_of_the_axes_make_no_other_camera() -> None:
    real = camera(30, 12, 446).rotation
    assert degrees_apart(real @ turn((0, 0, 1), 90) @ turn((1, 0, 0), 90), real) == pytest.approx(0, abs=1e-4)
    assert degrees_apart(real @ turn((0.3, 0.5, 1), 9), real) == pytest.approx(9, abs=1e-4)
