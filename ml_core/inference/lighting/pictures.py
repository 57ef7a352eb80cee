"""Sun and ambient light of a panorama (all directions, linear) and, coarsely, of a photo."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml_core.color import srgb_to_linear

Array = NDArray[np.floating]

LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
_WIDTH = 256
"""Columns that a panorama is averaged to: 1.4 degrees each."""
_SUN_RADIUS = math.radians(7.0)
"""Around the brightest direction, within which light counts as the sun's (its glow with it)."""
_SUN_SHARE = 0.08
"""Share of all light that a sun has at least; less is a bright cloud or a lamp among others."""
_SUN_CONTRAST = 6.0
"""How much brighter than the surrounding ring the sun is at least."""
_HAZE_TURN, _HAZE_HEIGHT = 65.0, 35.0


@dataclass(frozen=True)
class PictureLight:
    """The light of a picture.

    Args:
        direction: unit vector towards the sun, Z up; ``None`` without one. In a panorama +X is its middle column and
            +Y a quarter of its width to the left, as Blender maps it; in a photo the camera looks along +Y.
        sun: (3,) linear irradiance of the sun on a surface that faces it, in units of the picture.
        ambient: (3,) linear irradiance of the rest on flat ground. angle: angular size of the sun in degrees.
        is_coarse: whether the direction is a guess from a part of the surroundings.
    """

    direction: tuple[float, float, float] | None
    sun: Array
    ambient: Array
    angle: float
    is_coarse: bool


def light_of_panorama(pixels: Array) -> PictureLight:
    """The light of an equirectangular picture (H, W, 3), linear and first row on top.

    Raises:
        ValueError: it holds no light at all.
    """
    small = _averaged(np.nan_to_num(np.maximum(pixels[..., :3], 0), posinf=0.0), _WIDTH)
    height, width = small.shape[:2]
    polar = (np.arange(height) + 0.5) / height * math.pi  # from the zenith
    turn = (0.5 - (np.arange(width) + 0.5) / width) * 2 * math.pi
    ways = np.stack([
        np.sin(polar)[:, None] * np.cos(turn), np.sin(polar)[:, None] * np.sin(turn),
        np.repeat(np.cos(polar)[:, None], width, axis=1),
    ], axis=-1)  # fmt: skip
    solid = np.repeat((np.sin(polar) * (math.pi / height) * (2 * math.pi / width))[:, None], width, axis=1)
    bright = small @ LUMINANCE
    if not bright.max() > 0:
        raise ValueError("the picture holds no light")
    peak = ways.reshape(-1, 3)[int(np.argmax(bright))]
    near = ways @ peak >= math.cos(_SUN_RADIUS)
    ring = (ways @ peak >= math.cos(3 * _SUN_RADIUS)) & ~near
    around = np.array([np.median(channel[ring]) if ring.any() else 0.0 for channel in np.moveaxis(small, -1, 0)])
    excess = np.where(near[..., None], np.maximum(small - around, 0), 0)
    sun = (excess * solid[..., None]).sum(axis=(0, 1))
    total = (small * solid[..., None]).sum(axis=(0, 1))
    upper = np.maximum(ways[..., 2], 0) * solid
    ambient = ((small - excess) * upper[..., None]).sum(axis=(0, 1))
    is_sun = sun @ LUMINANCE >= _SUN_SHARE * (total @ LUMINANCE) and bright.max() >= _SUN_CONTRAST * (
        around @ LUMINANCE
    )
    if not is_sun:
        return PictureLight(None, np.zeros(3), ((small * upper[..., None]).sum(axis=(0, 1))), 0.0, False)
    weights = (excess @ LUMINANCE) * solid
    center = (ways * weights[..., None]).sum(axis=(0, 1))
    center /= np.linalg.norm(center)
    spread = float((weights * np.arccos(np.clip(ways @ center, -1, 1))).sum() / weights.sum())
    return PictureLight(
        (float(center[0]), float(center[1]), float(center[2])), sun, ambient, max(2 * math.degrees(spread), 0.5), False
    )


def light_of_photo(pixels: NDArray[np.uint8]) -> PictureLight:
    """A coarse guess of the light of a photo (H, W, 3), sRGB, first row on top.

    The side on which things are brighter is where the light comes from, as far to the side as they differ; its
    elevation follows from the brightness of the upper part relative to the lower one. A flat photo has no sun.
    """
    linear = _averaged(srgb_to_linear(pixels[..., :3].astype(np.float64) / 255), 64)
    bright = linear @ LUMINANCE
    level = float(np.median(bright)) + 1e-6
    across = np.linspace(-1, 1, bright.shape[1])
    capped = np.minimum(bright, 4 * level)  # a bright window counts as bright, not as all there is
    lean = float((capped.mean(axis=0) * across).sum() / max(capped.mean(axis=0).sum(), 1e-9))
    third = max(bright.shape[0] // 3, 1)
    top, bottom = float(capped[:third].mean()), float(capped[-third:].mean())
    contrast = float(np.quantile(bright, 0.95) / max(np.quantile(bright, 0.2), 1e-4))
    ambient = np.median(linear.reshape(-1, 3), axis=0)
    ambient = ambient / max(float(ambient @ LUMINANCE), 1e-6)
    lit = linear[bright >= np.quantile(bright, 0.9)].mean(axis=0)
    sun = lit / max(float(lit @ LUMINANCE), 1e-6)
    share = min(max((contrast - 3) / 17, 0.0), 1.0)
    if share <= 0:
        return PictureLight(None, np.zeros(3), ambient, 0.0, True)
    turn = math.radians(min(max(lean * 4, -1.0), 1.0) * _HAZE_TURN)
    height = math.radians(_HAZE_HEIGHT + 25 * min(max((top - bottom) / (top + bottom + 1e-9), -1.0), 1.0))
    # Behind the camera and to the brighter side: what is seen is lit.
    way = (math.sin(turn) * math.cos(height), -math.cos(turn) * math.cos(height), math.sin(height))
    return PictureLight(way, sun * share * 2.0, ambient, 3.0, True)


def _averaged(pixels: Array, width: int) -> Array:
    """(H, W, 3) in about ``width`` columns, each the mean of a block; a smaller picture stays as it is."""
    step = max(pixels.shape[1] // width, 1)
    height, across = pixels.shape[0] // step * step, pixels.shape[1] // step * step
    blocks = pixels[:height, :across].reshape(height // step, step, across // step, step, 3)
    return np.asarray(blocks.mean(axis=(1, 3), dtype=np.float64))
