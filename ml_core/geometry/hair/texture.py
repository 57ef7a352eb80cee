"""What hair is painted with: strands in one color, lighter and darker, with their roughness, normals and occlusion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from ml_core.color import hex_to_srgb
from ml_core.geometry.hair.shell import TUFT
from ml_core.geometry.hair.strands import CAP, SPARSE, STRIPS

Array = NDArray[np.floating]

SIZE = 1024
TIPS = (0.32, 0.72)
"""Shares of a strand from its root between which the color of the tips comes in."""
STRAND_HEIGHT = 1.6
"""Slope of the normal map where strands are steepest."""


@dataclass(frozen=True)
class HairMaps:
    """``base_color`` (S, S, 4) sRGB 0..1 with the strands' alpha, ``normal`` (S, S, 3) OpenGL stored as 0..1,
    ``roughness``, ``occlusion``."""

    base_color: NDArray[np.float32]
    normal: NDArray[np.float32]
    roughness: NDArray[np.float32]
    occlusion: NDArray[np.float32]


@dataclass(frozen=True)
class Strands:
    """The part of the maps that no color changes: ``height`` and ``shade`` (S, S), and the finished data maps."""

    shade: NDArray[np.float32]
    warmth: NDArray[np.float32]
    normal: NDArray[np.float32]
    roughness: NDArray[np.float32]
    occlusion: NDArray[np.float32]
    alpha: NDArray[np.float32]

    def colored(self, color: str, tones: Mapping[str, str] = MappingProxyType({})) -> HairMaps:
        """The maps in the hair color ``color`` (sRGB hex).

        Args:
            tones: color of parts of the hair, of :data:`ml_core.vocabulary.avatar.hair_zones.HAIR_ZONES`. With one of
                the temples the maps are twice as wide, and those in it lie to the right.
        """
        maps = self._dyed(color, tones.get("tips"))
        if "temples" not in tones:
            return maps
        beside = self._dyed(tones["temples"], tones.get("tips"))
        return HairMaps(*(np.concatenate([getattr(half, item.name) for half in (maps, beside)], axis=1)
                          for item in fields(HairMaps)))  # fmt: skip

    def _dyed(self, color: str, tips: str | None) -> HairMaps:
        base = _dye(color)
        if tips is not None:
            down = (np.arange(len(self.shade), dtype=np.float32) + 0.5)[:, None, None] / len(self.shade)
            # Strand by strand, as dyes and the sun do it.
            share = np.clip((down + 0.12 * self.warmth[..., None] - TIPS[0]) / (TIPS[1] - TIPS[0]), 0, 1)
            share[:, CAP * len(share) // STRIPS :] = 0  # the scalp, from part to hairline
            base = base + share * share * (3 - 2 * share) * (_dye(tips) - base)
        tint = 1 + self.warmth[..., None] * np.array([0.07, 0.0, -0.08], np.float32)
        painted = base * self.shade[..., None] * tint
        rgba = np.concatenate([np.clip(painted, 0, 1), self.alpha[..., None]], axis=-1).astype(np.float32)
        return HairMaps(rgba, self.normal, self.roughness, self.occlusion)


def _dye(color: str) -> NDArray[np.float32]:
    """(3,) sRGB. Black hair is never quite black under light: strands need something to differ in."""
    return (np.maximum(np.asarray(hex_to_srgb(color), np.float32), 0.035) * 0.97 + 0.012).astype(np.float32)


def strands(seed: int, size: int = SIZE, ragged: float = 0.30) -> Strands:
    """Straight strands in :data:`ml_core.geometry.hair.strands.STRIPS` locks side by side, roots at the top row.

    ``ragged``: share of their length by which strands of a lock may end before its tip.
    """
    rng = np.random.default_rng([seed, 41])
    down = (np.arange(size) + 0.5)[:, None] / size
    across = (np.arange(size) + 0.5)[None] / size
    wander = sum(
        rng.normal() * 0.0018 * np.sin(2 * np.pi * (k * down + rng.random()) + 2 * np.pi * across) for k in (1, 2, 3)
    )
    place = across + wander
    fine = _noise_along(place, down, size // 3, 3, rng)
    middle = _noise_along(place, down, size // 9, 2, rng)
    broad = _noise_along(place, down, size // 24, 2, rng)
    height = 0.45 * fine + 0.35 * middle + 0.20 * broad
    within = (across * STRIPS) % 1.0
    edge = np.clip(np.minimum(within, 1 - within) / 0.16, 0, 1) ** 0.7
    lock = 1 + 0.05 * rng.normal(size=STRIPS)[np.minimum((across * STRIPS).astype(int), STRIPS - 1)]
    root = 0.70 + 0.30 * np.clip(down / 0.12, 0, 1)
    tip = 1 + 0.14 * np.clip((down - 0.55) / 0.45, 0, 1)
    is_cap = across * STRIPS >= CAP
    shade = (0.68 + 0.64 * height) * (0.92 + 0.08 * edge) * np.where(is_cap, 0.78, lock * root * tip)
    warmth = np.clip(2.2 * (middle - 0.5), -1, 1)
    rough = 0.44 + 0.16 * (1 - height)
    occlusion = (0.75 + 0.25 * edge) * (0.7 + 0.3 * np.clip(down / 0.10, 0, 1)) * (0.82 + 0.18 * height)
    alpha = _strand_alpha(place, down, within, size // 4, ragged, rng)
    return _finished(shade, warmth, height + 0.04 * edge, rough, np.where(is_cap, 0.8, occlusion), alpha)


def _strand_alpha(
    place: Array, down: Array, within: Array, count: int, ragged: float, rng: np.random.Generator
) -> Array:
    """(S, S) 0..1: ``count`` strands across, each with a root, a width and a tip of its own; fewer in sparse strips."""
    number = np.floor(place * count).astype(int) % count
    strip = np.minimum((np.arange(count) + 0.5) / count * STRIPS, STRIPS - 1e-6).astype(int)
    is_sparse, is_cap = np.isin(strip, SPARSE), strip == CAP
    start = rng.uniform(0.0, 0.035, count) * ~is_cap
    end = np.where(is_sparse, rng.uniform(0.55, 1.0, count), 1 - ragged * rng.beta(1.2, 2.2, count))
    # The scalp's hair thins out over its last centimeters, hair by hair, so that no line is seen.
    end = np.where(is_cap, 1 - 0.12 * rng.beta(1.1, 1.6, count), end)
    full_cap = rng.uniform(0.45, 1.1, count)
    dense = np.where(rng.random(count) < 0.2, rng.uniform(0.6, 0.95, count), rng.uniform(1.0, 1.9, count))
    full = np.where(is_sparse, np.where(rng.random(count) < 0.55, rng.uniform(0.35, 0.9, count), 0.0), dense)
    taper = np.where(is_cap, 0.12, rng.uniform(0.12, 0.35, count))
    off_center = 2 * np.abs((place * count) % 1.0 - 0.5)
    rising = np.clip((down - start[number]) / 0.02, 0, 1) * np.clip((end[number] - down) / taper[number], 0, 1) ** 0.7
    side = np.clip(np.minimum(within, 1 - within) / 0.12, 0.25, 1)
    side = np.where(is_cap[number], 1.0, side)
    closed = np.clip((0.93 - down) / 0.05, 0, 1)
    half = np.where(is_cap[number], closed + (1 - closed) * full_cap[number], full[number])
    half = half * np.where(is_cap[number] & (down < 0.6), 1.0, rising) * side
    return np.clip((half - off_center) / 0.35 + 0.5, 0, 1) * np.clip(half / 0.2, 0, 1)


_RINGLETS = 2
"""Ringlets that wind about each other in one strip."""


def ringlets(seed: int, turns: float, size: int = SIZE) -> Strands:
    """Locks that wind like springs, ``turns`` times from root to tip, in the strips of :func:`strands`."""
    plain = strands(seed, size)
    rng = np.random.default_rng([seed, 47])
    down = (np.arange(size) + 0.5)[:, None] / size
    across = (np.arange(size) + 0.5)[None] / size
    strip = np.minimum((across * STRIPS).astype(int), STRIPS - 1)
    within = (across * STRIPS) % 1.0
    nearest, shape = np.full((size, size), -np.inf), (size, size)
    alpha, along, roundness, turned = np.zeros(shape), np.zeros(shape), np.zeros(shape), np.zeros(shape)
    is_sparse = np.isin(strip, SPARSE)
    for number in range(_RINGLETS):
        middle = (number + 0.5) / _RINGLETS + rng.uniform(-0.06, 0.06, STRIPS)
        pace = turns * rng.uniform(0.85, 1.2, STRIPS)
        angle = 2 * np.pi * (pace[strip] * down + rng.random(STRIPS)[strip]) + 0.5 * np.sin(
            2 * np.pi * (2 * down + rng.random(STRIPS)[strip])
        )
        swing = 0.155 * np.clip(down / 0.12, 0, 1)
        end = rng.uniform(0.82, 1.0, STRIPS)[strip]
        half = np.where(is_sparse, 0.08, 0.20) * np.clip(0.55 + down / 0.1, 0, 1)
        half = half * np.clip((end - down) / 0.16, 0, 1) ** 0.5
        off = (within - 0.28 - 0.44 * middle[strip] - swing * np.sin(angle)) / np.maximum(half, 1e-3)
        front = np.cos(angle) + 0.3 * rng.normal(size=STRIPS)[strip]
        inside = (np.abs(off) < 1) & (half > 0.01)
        wins = inside & (front > nearest)
        nearest = np.where(wins, front, nearest)
        along = np.where(wins, off + 3.1 * number + 7 * strip, along)
        roundness = np.where(wins, np.sqrt(np.clip(1 - off**2, 0, 1)), roundness)
        turned = np.where(wins, 0.5 + 0.5 * np.cos(angle), turned)
        alpha = np.maximum(alpha, np.where(inside, np.clip((1 - np.abs(off)) * half * size / STRIPS / 1.2, 0, 1), 0))
    hairs = _noise_along((along * 0.0937) % 1.0, np.broadcast_to(down, shape), 160, 2, rng)
    alpha = np.where((np.abs(hairs - 0.5) > 0.42) & (roundness < 0.75), 0.0, alpha)
    root = 0.72 + 0.28 * np.clip(down / 0.15, 0, 1)
    shade = (0.62 + 0.42 * hairs) * (0.62 + 0.42 * turned) * (0.75 + 0.25 * roundness) * root * 1.35
    height = 0.3 * hairs + 0.5 * roundness + 0.2 * turned
    is_cap = np.broadcast_to(strip == CAP, shape)
    coils = np.broadcast_to(0.5 + 0.5 * np.cos(2 * np.pi * (26 * down + 0.8 * within + 0.3 * hairs)), shape)
    coiled = is_cap & (down < 0.85)
    finished = _finished(
        shade, np.clip(2.2 * (hairs - 0.5), -1, 1), height, 0.46 + 0.16 * (1 - hairs), 0.55 + 0.45 * roundness * turned,
        alpha,
    )  # fmt: skip
    spread = {item.name: getattr(finished, item.name) for item in fields(Strands)}
    plain = replace(plain, shade=np.where(coiled, (0.45 + 0.5 * coils) * (0.8 + 0.3 * hairs), plain.shade))
    for name, values in spread.items():
        kept = is_cap if values.ndim == 2 else is_cap[..., None]
        spread[name] = np.where(kept, getattr(plain, name), values)
    return Strands(**spread)


def curls(seed: int, size: int = SIZE) -> Strands:
    """Tight coils without a direction, for an afro, and in each corner a tuft of loose ones, roots below."""
    rng = np.random.default_rng([seed, 43])
    cells = 60
    distance, angle, hand = _nearest_spots(size, cells, rng)
    coil = 0.5 + 0.5 * np.cos(2 * np.pi * distance * 2.1 + hand * angle)
    body = np.clip(1 - distance / 0.95, 0, 1)
    clump = _smooth_noise(size, 17, rng)
    height = 0.45 * coil * np.sqrt(body) + 0.35 * body + 0.20 * clump
    height = (height - height.min()) / np.ptp(height)
    shade = 0.56 + 0.62 * height
    rough = 0.60 + 0.25 * (1 - height)
    alpha = np.ones((size, size))
    side = round(TUFT * size)
    y, x = np.meshgrid(*(2 * [(np.arange(side) + 0.5) / side]), indexing="ij")
    reach = np.hypot(2 * (x - 0.5), (1 - y)) + 0.25 * (_smooth_noise(side, 7, rng) - 0.5)
    for rows in (slice(0, side), slice(size - side, size)):
        for columns in (slice(0, side), slice(size - side, size)):
            loose = (coil * np.sqrt(body))[rows, columns] - np.clip(1.35 * reach - 0.30, 0, 1)
            alpha[rows, columns] = np.clip(loose / 0.15 + 0.5, 0, 1)
    warmth = np.clip(2 * (clump - 0.5), -1, 1)
    return _finished(shade, warmth, 0.7 * height, rough, np.clip(0.4 + 0.8 * height, 0, 1), alpha)


def fuzz(seed: int, size: int = SIZE) -> Strands:
    """Hair of a few millimeters around the crown, which is in the middle; it thins out, hair by hair, to the rim."""
    rng = np.random.default_rng([seed, 45])
    y, x = np.meshgrid(*(2 * [(np.arange(size) + 0.5) / size - 0.5]), indexing="ij")
    radius, theta = 2 * np.hypot(x, y), np.arctan2(x, -y)
    hairs = np.zeros((size, size))
    for cells in (size // 4, size // 3):
        distance, angle, _ = _nearest_spots(size, cells, rng)
        # Hairs point away from the crown, a little aside of it, and are three times as long as they are wide.
        turn = angle - np.arctan2(y, x) - 0.35
        along, aside = distance * np.cos(turn), distance * np.sin(turn)
        hairs = np.maximum(hairs, np.clip(1.1 - np.hypot(0.6 * along, 1.8 * aside), 0, 1))
    clump = _smooth_noise(size, 37, rng)
    edge = 0.02 * np.sin(31 * theta) + 0.012 * np.sin(73 * theta + 1)
    density = np.clip(0.62 + 0.3 * (clump - 0.5), 0, 1) * np.clip((0.97 + edge - radius) / 0.34, 0, 1)
    alpha = np.clip((hairs + 0.25 * (rng.random(hairs.shape) - 0.5) - 0.92 + 0.62 * density) / 0.15, 0, 1)
    alpha = alpha * (density > 0.02)
    shade = 0.78 + 0.26 * hairs + 0.10 * (clump - 0.5)
    rough = 0.82 + 0.12 * (1 - hairs)
    return _finished(shade, np.clip(2 * (clump - 0.5), -1, 1), 0.22 * hairs, rough, 0.8 + 0.2 * hairs, alpha)


def _nearest_spots(size: int, cells: int, rng: np.random.Generator) -> tuple[Array, Array, Array]:
    """For each texel the nearest of one random spot a cell: distance in cells, angle, and a sign for each spot."""
    jitter = rng.random((cells, cells, 2))
    sign = rng.choice([-1.0, 1.0], (cells, cells))
    y, x = np.meshgrid(*(2 * [(np.arange(size) + 0.5) / size * cells]), indexing="ij")
    best = np.full((size, size), np.inf)
    angle, hand = np.zeros_like(best), np.zeros_like(best)
    for down in (-1, 0, 1):
        for right in (-1, 0, 1):
            row, column = np.floor(y).astype(int) + down, np.floor(x).astype(int) + right
            spot = jitter[row % cells, column % cells]
            dy, dx = row + spot[..., 0] - y, column + spot[..., 1] - x
            distance = np.hypot(dy, dx)
            nearer = distance < best
            best = np.where(nearer, distance, best)
            angle = np.where(nearer, np.arctan2(dy, dx), angle)
            hand = np.where(nearer, sign[row % cells, column % cells], hand)
    return best, angle, hand


def _finished(
    shade: Array, warmth: Array, height: Array, rough: Array, occlusion: Array, alpha: Array | None = None
) -> Strands:
    slope_x = (np.roll(height, -1, 1) - np.roll(height, 1, 1)) * STRAND_HEIGHT
    slope_y = (np.roll(height, 1, 0) - np.roll(height, -1, 0)) * STRAND_HEIGHT
    vector = np.stack([-slope_x, -slope_y, np.ones_like(height)], axis=-1)
    vector /= np.linalg.norm(vector, axis=-1, keepdims=True)
    return Strands(
        shade.astype(np.float32),
        warmth.astype(np.float32),
        (vector * 0.5 + 0.5).astype(np.float32),
        np.clip(rough, 0.05, 1).astype(np.float32),
        np.clip(occlusion, 0, 1).astype(np.float32),
        (np.ones_like(shade) if alpha is None else alpha).astype(np.float32),
    )


def _noise_along(place: Array, down: Array, count: int, stretches: int, rng: np.random.Generator) -> Array:
    """Noise 0..1 of ``count`` strands across that changes ``stretches`` times on its way down."""
    table = rng.random((stretches + 1, count))
    column = (place * count) % count
    row = np.broadcast_to(down * stretches, column.shape)
    c0, r0 = np.floor(column).astype(int) % count, np.minimum(np.floor(row).astype(int), stretches - 1)
    fc, fr = column - np.floor(column), row - r0
    fc = fc * fc * (3 - 2 * fc)
    c1 = (c0 + 1) % count
    upper = table[r0, c0] * (1 - fc) + table[r0, c1] * fc
    lower = table[r0 + 1, c0] * (1 - fc) + table[r0 + 1, c1] * fc
    return upper * (1 - fr) + lower * fr


def _smooth_noise(size: int, cells: int, rng: np.random.Generator) -> Array:
    """(size, size) noise 0..1 that repeats at the borders."""
    table = rng.random((cells, cells))
    at = np.arange(size) / size * cells
    low = np.floor(at).astype(int)
    part = at - low
    part = part * part * (3 - 2 * part)
    high = (low + 1) % cells
    rows = table[low] * (1 - part)[:, None] + table[high] * part[:, None]
    return rows[:, low] * (1 - part) + rows[:, high] * part
