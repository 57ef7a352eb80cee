"""Eyes on bodies that have none: open ones on a plain face, irises on balls that stand in it.

The generator paints faces for bodies with eyeballs of their own, and therefore with closed lids.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ml_core.color import linear_to_srgb, srgb_to_linear
from ml_core.geometry.atlas.charts import CHARTS
from ml_core.geometry.atlas.filling import Image
from ml_core.geometry.body.face.eyeball import IRIS_ANGLE, iris_colors
from ml_core.inference.textures.generator import TextureMaps
from ml_core.inference.textures.skin.brows import head_grid
from ml_core.inference.textures.skin.complexion import AROUND, HIGH
from ml_core.vocabulary.avatar.irises import DEFAULT_EYE


@dataclass(frozen=True)
class EyeSpot:
    """Where on a head an eye is painted: ``t`` and ``theta`` of its middle in the head's chart, and half of its height
    and width there. A ``ball`` stands out of the face and is painted all over; else lids are painted around it."""

    t: float
    theta: float
    high: float
    wide: float
    ball: bool = False


PLAIN = (EyeSpot(0.404, 0.40, 0.024, 0.185), EyeSpot(0.404, -0.40, 0.024, 0.185))
"""Both eyes of a face without any: on the painted lids."""
_OPEN = (0.80, 0.62)
"""How far the upper and the lower lid are from the line between the corners, as shares of half the height."""
_BALL_IRIS, _LIDDED_IRIS = 0.62, 0.42
"""Radius of the iris as a share of the half width: of a ball, of an eye between lids."""
_LASHES, _CREASE, _BELOW = (0.16, 0.85), (0.10, 0.30), (0.10, 0.28)
"""Of the line of the lashes, the crease over it and the rim below: half its thickness in half heights, its strength."""
_CREASE_UP = 0.40
_ROUGHNESS = 0.12


def with_eyes(maps: TextureMaps, spots: Sequence[EyeSpot]) -> TextureMaps:
    """A copy of the maps with eyes of the traits' color."""
    color, rough, normal = maps.base_color.copy(), maps.roughness.copy(), maps.normal.copy()
    for spot in spots:
        rows, columns, paint = _eye(maps.size, spot, maps.traits.eye or DEFAULT_EYE)
        window = color[rows, columns]
        window *= paint.shade[..., None]
        window += paint.share[..., None] * (srgb_to_linear(paint.color) - window)
        rough[rows, columns] += paint.share * (_ROUGHNESS - rough[rows, columns])
        flat = normal[rows, columns] + paint.share[..., None] * (
            np.array([0, 0, 1], np.float32) - normal[rows, columns]
        )
        normal[rows, columns] = flat / np.maximum(np.linalg.norm(flat, axis=-1, keepdims=True), 1e-6)
    return replace(maps, base_color=color, roughness=rough, normal=normal)


def quickly_with_eyes(color: Image, eye: str | None, spots: Sequence[EyeSpot]) -> Image:
    """The same for a preview: sRGB (S, S, 3)."""
    result = color.copy()
    for spot in spots:
        rows, columns, paint = _eye(len(color), spot, eye or DEFAULT_EYE)
        window = srgb_to_linear(result[rows, columns]) * paint.shade[..., None]
        window += paint.share[..., None] * (srgb_to_linear(paint.color) - window)
        result[rows, columns] = linear_to_srgb(window)
    return result


@dataclass(frozen=True)
class _Paint:
    """``color`` (H, W, 3) sRGB of the eyeball where ``share`` (H, W) shows it, and how the skin is ``shade`` (H, W)."""

    color: Image
    share: Image
    shade: Image


@functools.lru_cache(maxsize=8)
def _eye(size: int, spot: EyeSpot, eye: str) -> tuple[slice, slice, _Paint]:
    """Rows and columns of the atlas around an eye, and what is painted there."""
    chart = CHARTS["head"].pixels(size)
    t, theta = head_grid(size)
    near_t = np.flatnonzero((np.abs(t - spot.t) < 2.2 * spot.high).any(axis=1))
    near_theta = np.flatnonzero((np.abs(theta - spot.theta) < 1.5 * spot.wide).any(axis=0))
    rows, columns = slice(near_t[0], near_t[-1] + 1), slice(near_theta[0], near_theta[-1] + 1)
    # x outward from the nose, y up, both 1 at the eye's rim; soft is a texel there.
    outward = 1.0 if spot.theta > 0 else -1.0
    x = outward * (theta[rows, columns] - spot.theta) / spot.wide
    y = (spot.t - t[rows, columns]) / spot.high
    soft = 1.2 * float(np.abs(np.diff(t[:, 0])).max()) / spot.high
    flat = spot.high * HIGH / (spot.wide * AROUND)
    paint = _ball(x, y, outward, eye, soft) if spot.ball else _between_lids(x, y, outward, eye, soft, flat)
    return (
        slice(chart[0].start + rows.start, chart[0].start + rows.stop),
        slice(chart[1].start + columns.start, chart[1].start + columns.stop),
        paint,
    )


def _ball(x: Image, y: Image, outward: float, eye: str, soft: float) -> _Paint:
    away = np.hypot(x, y)
    share = np.clip((1.25 - away) / max(soft, 0.1), 0, 1)
    ring = np.clip(1 - np.abs(away - 1.25) / 0.22, 0, 1)
    return _Paint(_iris(x, y, outward, eye, _BALL_IRIS), _single(share), _single(1 - 0.45 * ring))


def _between_lids(x: Image, y: Image, outward: float, eye: str, soft: float, flat: float) -> _Paint:
    """An almond, its outer corner a little above the inner one, under a line of lashes and a crease; ``flat`` is its
    height relative to its width."""
    arch = np.clip(1 - np.abs(x) ** 2.2, 0, None)
    line = 0.10 * x
    upper, lower = line + _OPEN[0] * arch**0.75, line - _OPEN[1] * arch
    share = np.clip((upper - y) / soft + 0.5, 0, 1) * np.clip((y - lower) / soft + 0.5, 0, 1) * (np.abs(x) < 1)
    color = _iris(x, (y - 0.12) * flat, outward, eye, _LIDDED_IRIS)
    inside = np.clip((1.12 - np.abs(x)) / 0.2, 0, 1)

    def stroke(middle: Image, width: tuple[float, float]) -> Image:
        half, strength = width
        half = max(half, 0.6 * soft)
        return np.asarray(strength * np.clip(1.4 - np.abs(y - middle) / half, 0, 1) * inside)

    lashes = stroke(upper + 0.04, _LASHES) * np.clip(0.75 + 0.35 * x, 0.4, 1)
    crease = stroke(upper + _CREASE_UP, _CREASE)
    below = stroke(lower, _BELOW)
    shade = (1 - lashes) * (1 - crease) * (1 - below)
    covered = share * (1 - np.clip(1.2 * lashes, 0, 1))
    return _Paint(color, _single(covered), _single(shade))


def _iris(x: Image, y: Image, outward: float, eye: str, radius: float) -> Image:
    """sRGB (H, W, 3) of an eyeball whose iris has this radius in x, with the light of a window in it."""
    away, around = np.hypot(x, y) / radius, np.arctan2(y, x * outward)
    color = iris_colors(away * IRIS_ANGLE, around, eye)
    spark = np.clip(1.6 - np.hypot(x * outward + 0.36 * radius, y - 0.42 * radius) / (0.20 * radius), 0, 1)[..., None]
    return np.asarray(color + 0.9 * spark * (0.97 - color), np.float32)


def _single(values: NDArray[np.floating]) -> Image:
    return np.asarray(values, np.float32)
