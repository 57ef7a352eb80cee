"""Where the sun of a picture stands, and what color the rest of its light has."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ml_core.inference.lighting.pictures import light_of_panorama, light_of_photo

SKY = np.array([0.3, 0.5, 1.0])


def panorama(turn: float, height: float, radius: float = 1.5, strength: float = 3000.0) -> np.ndarray:
    """A sky of one color over black ground, with a sun at ``turn`` degrees from +X to +Y and ``height`` above."""
    rows, columns = 180, 360
    polar = np.radians(np.arange(rows) + 0.5)
    around = math.pi - np.radians(np.arange(columns) + 0.5)
    ways = np.stack(
        [
            np.sin(polar)[:, None] * np.cos(around),
            np.sin(polar)[:, None] * np.sin(around),
            np.repeat(np.cos(polar)[:, None], columns, axis=1),
        ],
        axis=-1,
    )
    t, h = math.radians(turn), math.radians(height)
    sun = np.array([math.cos(t) * math.cos(h), math.sin(t) * math.cos(h), math.sin(h)])
    pixels = np.where(ways[..., 2:] > 0, SKY, 0.0)
    pixels[ways @ sun > math.cos(math.radians(radius))] = strength * np.array([1.0, 0.9, 0.7])
    return pixels


@pytest.mark.parametrize(("turn", "height"), [(0, 40), (90, 20), (-135, 65), (179, 10)])
def test_the_sun_of_a_panorama_is_found(turn: float, height: float) -> None:
    light = light_of_panorama(panorama(turn, height))
    assert light.direction is not None
    x, y, z = light.direction
    assert math.degrees(math.asin(z)) == pytest.approx(height, abs=1.0)
    assert (math.degrees(math.atan2(y, x)) - turn + 180) % 360 - 180 == pytest.approx(0, abs=1.0)
    pixels = panorama(turn, height)[..., 0]
    solid = np.sin(np.radians(np.arange(180) + 0.5)) * math.radians(1) ** 2
    assert light.sun[0] == pytest.approx((np.where(pixels > 1, pixels, 0) * solid[:, None]).sum(), rel=0.02)
    assert light.ambient == pytest.approx(math.pi * SKY, rel=0.05)
    assert 0.5 <= light.angle <= 6
    assert not light.is_coarse


def test_an_even_sky_has_no_sun() -> None:
    light = light_of_panorama(np.ones((90, 180, 3)) * SKY)
    assert light.direction is None
    assert light.ambient == pytest.approx(math.pi * SKY, rel=0.01)
    with pytest.raises(ValueError, match="no light"):
        light_of_panorama(np.zeros((90, 180, 3)))


def test_a_photo_is_lit_from_its_brighter_side() -> None:
    ramp = np.linspace(10, 250, 96)
    photo = np.repeat(np.repeat(ramp[None, :, None], 64, axis=0), 3, axis=2).astype(np.uint8)
    right, left = light_of_photo(photo), light_of_photo(photo[:, ::-1])
    assert right.direction is not None
    assert left.direction is not None
    assert right.direction[0] > 0.3 > -0.3 > left.direction[0]
    assert right.is_coarse
    assert light_of_photo(np.full((64, 96, 3), 120, np.uint8)).direction is None
