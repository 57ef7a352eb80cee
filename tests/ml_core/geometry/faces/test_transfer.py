"""The map between faces, and which side of a slit a vertex is on."""

from __future__ import annotations

import numpy as np
import pytest

from ml_core.geometry.faces.sides import MOUTH, is_open, lips_and_lids
from ml_core.geometry.faces.warp import fitted


def test_a_warp_meets_its_points_and_keeps_straight_maps_straight() -> None:
    random = np.random.default_rng(3)
    source = random.normal(size=(40, 3))
    bent = source + 0.1 * np.sin(2 * source)
    assert fitted(source, bent)(source) == pytest.approx(bent, abs=1e-6)
    matrix = random.normal(size=(3, 3))
    others = random.normal(size=(9, 3)) * 3
    assert fitted(source, source @ matrix + 2, 0.1)(others) == pytest.approx(others @ matrix + 2, abs=1e-6)


def _sheet(is_slit: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A flat mouth of 21 x 20 vertices whose two middle rows touch, as one surface or with a slit between them."""
    columns, rows = np.meshgrid(np.linspace(-1, 1, 21), np.r_[np.linspace(-0.6, 0, 10), np.linspace(1e-4, 0.6, 10)])
    points = np.stack([columns.ravel(), 0 * columns.ravel(), rows.ravel()], axis=1)
    number = np.arange(len(points)).reshape(20, 21)
    across = np.stack([number[:, :-1].ravel(), number[:, 1:].ravel()], axis=1)
    up = np.stack([number[:-1].ravel(), number[1:].ravel()], axis=1)
    if is_slit:
        middle = np.abs(points[up[:, 0], 0]) < 0.55
        up = up[~((up[:, 0] // 21 == 9) & middle)]
    landmarks = np.full((468, 3), 9.0)
    for name, place in {78: (-0.5, 0), 308: (0.5, 0), 13: (0, 0), 14: (0, 0)}.items():
        landmarks[name] = place[0], 0, place[1]
    for at, (above, below) in enumerate(zip((37, 0, 267, 40, 270), (84, 17, 314, 91, 321), strict=True)):
        x = (-0.2, 0, 0.2, -0.35, 0.35)[at]
        landmarks[above], landmarks[below] = (x, 0, 0.25), (x, 0, -0.25)
    return points, np.concatenate([across, up]), landmarks


def test_lips_that_touch_are_told_apart_by_the_way_along_the_mesh() -> None:
    points, edges, landmarks = _sheet(is_slit=True)
    sides = lips_and_lids(points, edges, landmarks)
    near = np.abs(points[:, 0]) < 0.4
    assert (sides[near & (points[:, 2] > 0) & (points[:, 2] < 0.3)] == 1).all()
    assert (sides[near & (points[:, 2] <= 0) & (points[:, 2] > -0.3)] == 2).all()


def test_a_mouth_of_one_surface_does_not_open() -> None:
    assert is_open(*_sheet(is_slit=True), MOUTH)
    assert not is_open(*_sheet(is_slit=False), MOUTH)
