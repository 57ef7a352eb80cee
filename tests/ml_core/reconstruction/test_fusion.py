"""Depth maps fused to a surface: where it is, which way it looks, what color it has."""

from __future__ import annotations

import numpy as np
import pytest

from ml_core.reconstruction.fusion import Volume, zero_surface
from ml_core.reconstruction.painting import filled
from ml_core.reconstruction.views.cameras import Camera

from .shapes import turn


def test_a_ball_s_surface_is_a_ball() -> None:
    count, step = 40, 0.05
    grid = np.stack(np.meshgrid(*[np.arange(count)] * 3, indexing="ij"), axis=-1) * step - 1
    field = np.linalg.norm(grid, axis=-1) - 0.7
    colors = np.full((*field.shape, 3), 0.25)
    ball = zero_surface(field, np.ones_like(field, bool), colors, np.array([-1.0, -1, -1]), step)
    assert np.linalg.norm(ball.vertices, axis=1) == pytest.approx(0.7, abs=0.003)
    assert ball.areas().sum() == pytest.approx(4 * np.pi * 0.49, rel=0.01)
    centers = ball.vertices[ball.triangles].mean(axis=1)
    assert ((ball.normals() * centers).sum(axis=1) >= 0).all()  # into free space
    assert ball.colors == pytest.approx(0.25)


def test_unknown_voxels_have_no_surface() -> None:
    field = np.ones((6, 6, 6))
    field[:3] = -1
    known = np.ones_like(field, bool)
    assert len(zero_surface(field, known, np.ones((6, 6, 6, 3)), np.zeros(3), 1.0).triangles)
    known[2] = False
    assert not len(zero_surface(field, known, np.ones((6, 6, 6, 3)), np.zeros(3), 1.0).triangles)


def wall_view(position: tuple[float, float, float], degrees: float, color: int) -> tuple:
    """A camera that looks along +X, turned around Z, at a wall at x = 2, with its depths and its picture."""
    ahead = np.array([[0.0, -1, 0], [0, 0, -1], [1, 0, 0]])  # rows: right, down, ahead
    camera = Camera("", 160, 120, 130.0, (80, 60), ahead @ turn((0, 0, 1), degrees).T, np.array(position))
    x, y = np.meshgrid(np.arange(160) + 0.5, np.arange(120) + 0.5)
    rays = camera.rays(np.stack([x.ravel(), y.ravel()], axis=1))
    depth = ((2 - position[0]) / rays[:, 0]).reshape(120, 160)
    return camera, depth.astype(np.float32), np.full((120, 160, 3), color, np.uint8)


def test_views_from_two_sides_agree_on_a_wall() -> None:
    volume = Volume(np.array([-0.5, -1, -1]), np.array([2.5, 1, 1]), 0.04)
    for view in (wall_view((0, 0.4, 0), -10, 40), wall_view((0, -0.4, 0.1), 12, 80)):
        volume.add(*view)
    wall = volume.surface(0.3)
    assert len(wall.triangles) > 500
    assert wall.vertices[:, 0] == pytest.approx(2.0, abs=0.01)
    assert (wall.normals()[:, 0] < -0.99).mean() > 0.99  # toward the cameras
    assert 40 / 255 <= np.median(wall.colors) <= 80 / 255


def test_a_depth_that_is_zero_says_nothing() -> None:
    volume = Volume(np.array([0.0, -1, -1]), np.array([2.5, 1, 1]), 0.05)
    camera, depth, picture = wall_view((0, 0, 0), 0, 100)
    volume.add(camera, np.zeros_like(depth), picture)
    assert volume.weight.max() == 0


def test_a_volume_is_made_coarser_rather_than_too_large() -> None:
    volume = Volume(np.zeros(3), np.array([100.0, 100, 10]), 0.001)
    assert volume.voxel > 0.001
    assert volume.distance.size < 30_000_000


def test_holes_of_a_texture_get_colors_from_around_them() -> None:
    colors = np.full((9, 12, 3), np.nan, np.float32)
    colors[:, :4], colors[:, 8:] = 0.2, 0.8
    whole = filled(colors)
    assert np.isfinite(whole).all()
    assert whole[:, :4] == pytest.approx(0.2)
    assert 0.2 <= whole[:, 4:8].min() <= whole[:, 4:8].max() <= 0.8
