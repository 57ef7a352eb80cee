"""Ages painted skin: children have no make-up, the old have folds, spots and mottled skin.

Where folds lie follows the descriptions of Lemperle and others, "A classification of facial wrinkles" (Plastic and
Reconstructive Surgery 108, 2001); from which age on each shows is a choice of ours.
"""

from __future__ import annotations

import dataclasses
import functools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml_core.color import linear_to_srgb, srgb_to_linear
from ml_core.geometry.atlas.charts import CHARTS
from ml_core.geometry.atlas.space import height_to_slope, noise, spots
from ml_core.inference.textures.generator import TextureMaps

Map = NDArray[np.float32]
HIGH, AROUND = 0.32, 0.078
"""Meters of a head from the chart's first row to its last, and of a radian around it."""
_EYE = (0.402, 0.45)
"""t and theta of an eye in the head's chart."""
GROWN, CHILD = 16.0, 10.0
"""Years from which on a face is painted as it is, and up to which it is a child's."""


@dataclass(frozen=True)
class Fold:
    """A fold of the face: points (t, theta) of the left half, which the right half mirrors unless it crosses.

    Attributes:
        depth: millimeters. width: millimeters. years: the ages at which it begins to show, and at which it has its full
            depth.
    """

    points: tuple[tuple[float, float], ...]
    depth: float
    width: float
    years: tuple[float, float]
    crosses: bool = False


FOLDS = (
    *(Fold(((t, -0.62), (t - 0.012, -0.3), (t - 0.004, 0.0), (t - 0.013, 0.3), (t + 0.002, 0.6)), 0.42, 1.9, (38, 80),
           True) for t in (0.262, 0.288, 0.312, 0.333)),
    Fold(((0.352, 0.075), (0.372, 0.07), (0.392, 0.085)), 0.5, 1.8, (36, 75)),
    *(Fold(((0.402 + 0.35 * turn, 0.70), (0.400 + turn, 0.86), (0.404 + 1.5 * turn, 0.98)), 0.34, 1.3, (34, 72))
      for turn in (-0.026, -0.010, 0.006, 0.022)),
    Fold(((0.424, 0.22), (0.440, 0.36), (0.440, 0.52), (0.428, 0.64)), 0.55, 2.2, (40, 80)),
    Fold(((0.440, 0.20), (0.462, 0.36), (0.462, 0.54), (0.446, 0.70)), 0.36, 2.2, (52, 85)),
    Fold(((0.530, 0.235), (0.562, 0.29), (0.600, 0.36), (0.645, 0.405), (0.672, 0.405)), 0.85, 2.8, (34, 78)),
    Fold(((0.652, 0.335), (0.682, 0.355), (0.725, 0.345)), 0.6, 2.2, (48, 82)),
    *(Fold(((0.598, x), (0.622, 0.97 * x)), 0.28, 1.1, (58, 85)) for x in (0.035, 0.095, 0.155, 0.215)),
    *(Fold(((0.475 + 0.4 * (x - 0.6), x), (0.56, x + 0.05), (0.66, x - 0.03)), 0.26, 1.6, (60, 88))
      for x in (0.62, 0.74, 0.87)),
    *(Fold(((t, -1.1), (t + 0.012, -0.4), (t + 0.014, 0.4), (t, 1.1)), 0.5, 2.4, (40, 78), True)
      for t in (0.845, 0.892, 0.935)),
)  # fmt: skip
SPOTS = 90
"""Age spots at 90 years, over head, hands and forearms."""


def aged(maps: TextureMaps, years: float) -> TextureMaps:
    """The maps of bare skin as somebody of ``years`` has it."""
    color = _aged_color(linear_to_srgb(maps.base_color), years, maps.seed)
    if color is None:
        return maps
    result = dataclasses.replace(maps, base_color=srgb_to_linear(color).astype(np.float32))
    if years <= GROWN:
        return result
    relief = _relief(maps.size, _tenth(years))
    normal = maps.normal.copy()
    normal[..., :2] += height_to_slope(maps.size, relief)
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
    deep = np.clip(-relief / 0.0006, 0, 1)
    occlusion = maps.occlusion * (1 - 0.35 * deep)
    return dataclasses.replace(result, normal=normal.astype(np.float32), occlusion=occlusion.astype(np.float32))


def quickly_aged(color: Map, years: float, seed: int = 0) -> Map:
    """sRGB (S, S, 3): the base color of :func:`aged` alone."""
    made = _aged_color(color, years, seed)
    return color if made is None else made


def _tenth(years: float) -> int:
    return int(min(max(years, 0), 100) // 2 * 2)


def _aged_color(color: NDArray[np.floating], years: float, seed: int) -> Map | None:
    """sRGB, or ``None`` where nothing changes."""
    size = len(color)
    if years < GROWN:
        return _child(np.asarray(color, np.float32), (GROWN - years) / (GROWN - CHILD))
    amount = float(np.clip((years - 36) / 44, 0, 1))
    if not amount:
        return None
    deep = np.clip(-_relief(size, _tenth(years)) / 0.0006, 0, 1)[..., None]
    skin = np.asarray(color, np.float32) * (1 - deep * np.array([0.08, 0.15, 0.15], np.float32) * (0.4 + 0.6 * amount))
    blotch = (noise(size, 0.05, 3, 17) - 0.5)[..., None] * _skin_only(size)[..., None]
    skin = skin * (1 + amount * blotch * np.array([0.05, 0.16, 0.15], np.float32))
    brown = _age_spots(size, seed % 64, round(SPOTS * float(np.clip((years - 50) / 40, 0, 1))))
    skin = skin * (1 - brown[..., None] * np.array([0.22, 0.34, 0.42], np.float32))
    return np.clip(skin, 0, 1).astype(np.float32)


@functools.lru_cache(maxsize=8)
def _relief(size: int, years: int) -> Map:
    """(S, S) meters: folds below the skin, and the skin beside them raised."""
    result = np.zeros((size, size), np.float32)
    chart = CHARTS["head"]
    pixels = chart.pixels(size)
    t, theta = chart.texel_grid(size)
    texel = HIGH / len(t) * 1000
    y, x = t * HIGH * 1000, theta * AROUND * 1000
    block = np.zeros_like(t)
    for number, fold in enumerate(FOLDS):
        start, full = fold.years
        share = float(np.clip((years - start) / (full - start), 0, 1)) ** 1.2
        if not share:
            continue
        for mirror in (1,) if fold.crosses else (1, -1):
            away, along = _from_line(y, mirror * x, fold, number)
            width = max(fold.width, 1.15 * texel)
            ends = np.clip(np.minimum(along, 1 - along) / 0.18, 0, 1)
            groove = np.exp(-((away / (0.5 * width)) ** 2)) - 0.35 * np.exp(-(((away - 1.1 * width) / width) ** 2))
            block -= 0.001 * fold.depth * share * ends * groove
    result[pixels] = np.clip(block, -0.0012, 0.0008)
    return result


def _from_line(y: NDArray, x: NDArray, fold: Fold, number: int) -> tuple[NDArray, NDArray]:
    """Millimeters of places from a fold that wavers a little, and the fraction of its length at which each lies."""
    points = np.array(fold.points) * [HIGH * 1000, AROUND * 1000]
    s = np.linspace(0, len(points) - 1, 6 * len(points))
    line = np.stack([np.interp(s, np.arange(len(points)), points[:, axis]) for axis in (0, 1)], axis=1)
    for _ in range(3):
        line[1:-1] = 0.5 * line[1:-1] + 0.25 * (line[:-2] + line[2:])
    rng = np.random.default_rng([number, 71])
    line[:, 0] += 0.9 * np.convolve(rng.normal(size=len(line) + 4), np.ones(5) / 5, "valid")
    best, along = np.full(y.shape, np.inf), np.zeros(y.shape)
    near = (y > line[:, 0].min() - 12) & (y < line[:, 0].max() + 12)
    near &= (x > line[:, 1].min() - 12) & (x < line[:, 1].max() + 12)
    rows = np.flatnonzero(near)
    yy, xx = y.ravel()[rows], x.ravel()[rows]
    found, share = np.full(len(rows), np.inf), np.zeros(len(rows))
    for k in range(len(line) - 1):
        a, b = line[k], line[k + 1]
        step = b - a
        part = np.clip(((yy - a[0]) * step[0] + (xx - a[1]) * step[1]) / max(float(step @ step), 1e-9), 0, 1)
        distance = np.hypot(yy - a[0] - part * step[0], xx - a[1] - part * step[1])
        nearer = distance < found
        found = np.where(nearer, distance, found)
        share = np.where(nearer, (k + part) / (len(line) - 1), share)
    best.ravel()[rows], along.ravel()[rows] = found, share
    return best, along


@functools.lru_cache(maxsize=4)
def _skin_only(size: int) -> Map:
    """(S, S) 1 on skin, 0 on the scalp and in the eyes and lips."""
    result = np.ones((size, size), np.float32)
    chart = CHARTS["head"]
    t, theta = chart.texel_grid(size)
    result[chart.pixels(size)] = np.clip((t - 0.22) / 0.03, 0, 1) * (1 - _eyes(t, theta, 0.020)) * (1 - _lips(t, theta))
    return result


@functools.lru_cache(maxsize=8)
def _age_spots(size: int, seed: int, count: int) -> Map:
    if not count:
        return np.zeros((size, size), np.float32)
    rng = np.random.default_rng([seed, 73])
    density = np.zeros((256, 256), np.float32)
    for name, weight in (("head", 1.0), ("left_hand_back", 1.6), ("right_hand_back", 1.6), ("left_lower_arm", 0.5),
                         ("right_lower_arm", 0.5), ("torso", 0.08)):  # fmt: skip
        density[CHARTS[name].pixels(256)] = weight
    density *= _skin_only(256)
    radii, strengths = rng.gamma(2.0, 0.0011, count) + 0.0008, rng.uniform(0.15, 0.75, count)
    return spots(size, density, radii, strengths, seed, softness=0.9)


def _child(color: Map, share: float) -> Map:
    """A painted face without make-up: eyes without lines and shadow."""
    share = float(np.clip(share, 0, 1))
    size = len(color)
    chart = CHARTS["head"]
    pixels = chart.pixels(size)
    t, theta = chart.texel_grid(size)
    face = color[pixels]
    cheeks = (np.abs(np.abs(theta) - 0.45) < 0.14) & (np.abs(t - 0.51) < 0.035)
    skin = np.median(face[cheeks].reshape(-1, 3), axis=0)
    around = _eyes(t, theta, 0.034) * (1 - 0.35 * _eyes(t, theta, 0.011))
    darker = np.clip((skin.mean() - face.mean(axis=-1)) / max(float(skin.mean()), 0.05), 0, 1)
    cover = (0.75 * around * np.clip(2.5 * darker, 0, 1))[..., None]
    made = face * (1 - share * cover) + skin * share * cover
    # Even, clear skin: what is left of an adult's shading fades a little.
    even = (
        np.clip((t - 0.30) / 0.04, 0, 1) * np.clip((0.80 - t) / 0.04, 0, 1) * np.clip((1.1 - np.abs(theta)) / 0.2, 0, 1)
    )
    even = even * (1 - _eyes(t, theta, 0.012)) * (1 - _lips(t, theta))
    weight = (0.35 * share * even)[..., None]
    result = color.copy()
    result[pixels] = made * (1 - weight) + skin * weight
    return result


def _eyes(t: NDArray, theta: NDArray, reach: float) -> NDArray:
    """1 at the eyes, 0 ``reach`` meters from their middles."""
    away = np.hypot((t - _EYE[0]) * HIGH, 0.75 * (np.abs(theta) - _EYE[1]) * AROUND)
    return np.clip((reach - away) / (0.35 * reach), 0, 1)


def _lips(t: NDArray, theta: NDArray) -> NDArray:
    away = np.hypot((t - 0.648) / 0.034, theta / 0.36)
    return np.clip((1.15 - away) / 0.3, 0, 1)
