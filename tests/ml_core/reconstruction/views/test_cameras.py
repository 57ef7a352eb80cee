"""Cameras: what they see, as Blender has them, and moved with their world."""

from __future__ import annotations

import numpy as np
import pytest

from ml_core.reconstruction.views.cameras import Camera, camera_from_blender, camera_from_json, similarity

from ..shapes import turn

CAMERA = Camera("a.jpg", 720, 480, 450.0, (371.0, 236.0), turn((1, 2, 0.5), 130), np.array([0.4, -1.0, 1.6]))


def test_a_pixel_s_ray_meets_what_the_pixel_shows() -> None:
    pixels = np.array([[10.0, 20.0], [371.0, 236.0], [700.0, 400.0]])
    points = CAMERA.position + CAMERA.rays(pixels) * np.array([[2.0], [3.0], [0.5]])
    seen, depth = CAMERA.seen(points)
    assert seen == pytest.approx(pixels)
    assert depth == pytest.approx([2.0, 3.0, 0.5])


@pytest.mark.parametrize("size", [(720, 480), (480, 720)])
def test_blender_s_camera_is_the_same_camera(size: tuple[int, int]) -> None:
    camera = Camera("a.jpg", *size, 450.0, (251.0, 236.0), CAMERA.rotation, CAMERA.position)
    lens, shift_x, shift_y = camera.blender_lens()
    back = camera_from_blender("a.jpg", *size, lens, (shift_x, shift_y), camera.blender_matrix())
    assert back.rotation == pytest.approx(camera.rotation)
    assert back.position == pytest.approx(camera.position)
    assert (back.focal, *back.center) == pytest.approx((camera.focal, *camera.center))


def test_blender_looks_along_minus_z_with_y_up() -> None:
    ahead = Camera("", 100, 100, 100.0, (50, 50), np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]]), np.zeros(3))
    matrix = ahead.blender_matrix()
    assert -matrix[:3, 2] == pytest.approx([0, 1, 0])
    assert matrix[:3, 1] == pytest.approx([0, 0, 1])


def test_a_moved_world_looks_the_same() -> None:
    rotation, origin = turn((0, 1, 1), 40), np.array([1.0, 2.0, 3.0])
    points = CAMERA.position + CAMERA.rays(np.array([[100.0, 100.0], [600.0, 300.0]])) * 2.5
    moved = CAMERA.moved(rotation, 2.0, origin)
    assert moved.seen(2.0 * (points - origin) @ rotation.T)[0] == pytest.approx(CAMERA.seen(points)[0])


def test_json_keeps_a_camera() -> None:
    back = camera_from_json(CAMERA.as_json())
    assert back.as_json() == CAMERA.as_json()
    with pytest.raises((KeyError, TypeError, ValueError)):
        camera_from_json(CAMERA.as_json() | {"rotation": [1, 2, 3]})


def test_a_similarity_is_found_again() -> None:
    random = np.random.default_rng(0)
    points, rotation = random.normal(size=(12, 3)), turn((1, 1, 0), 70)
    scale, found, shift = similarity(points, 0.37 * points @ rotation.T + [1, -2, 0.5])
    assert scale == pytest.approx(0.37)
    assert found == pytest.approx(rotation)
    assert shift == pytest.approx([1, -2, 0.5])
