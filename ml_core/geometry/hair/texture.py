"""What hair is painted with: strands in one color, lighter and darker, with their roughness, normals and occlusion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from ml_core.color import hex_to_srgb
from ml_core.geometry.easing import smoothstep
from ml_core.geometry.hair.hairs import LONG, Comb, combed, painted
from ml_core.geometry.hair.shell import TUFT
from ml_core.geometry.hair.strands import CAP, DENSE, STRIPS

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
            tones: color of parts of the hair, of :data:`ml_core.vocabulary.avatar.hair.hair_zones.HAIR_ZONES`. With one
                of the temples the maps are twice as wide, and those in it lie to the right.
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
            base = base + smoothstep(share) * (_dye(tips) - base)
        chroma = np.clip(1.6 * np.ptp(base, axis=-1, keepdims=True) / base.max(axis=-1, keepdims=True), 0, 1)
        tint = 1 + chroma * self.warmth[..., None] * np.array([0.06, 0.02, -0.08], np.float32)
        # Dark hair shows its strands by what they reflect, which does not fade with the color.
        painted = ((base + _GLEAM) * self.shade[..., None] - _GLEAM) * tint
        rgba = np.concatenate([np.clip(painted, 0, 1), self.alpha[..., None]], axis=-1).astype(np.float32)
        return HairMaps(rgba, self.normal, self.roughness, self.occlusion)


_GLEAM = 0.05
"""Of sRGB: light that strands reflect whatever their color."""


def _dye(color: str) -> NDArray[np.float32]:
    """(3,) sRGB. Black hair is never quite black under light: strands need something to differ in."""
    return (np.maximum(np.asarray(hex_to_srgb(color), np.float32), 0.035) * 0.97 + 0.012).astype(np.float32)


def strands(seed: int, size: int = SIZE, comb: Comb = LONG) -> Strands:
    """Straight strands in :data:`ml_core.geometry.hair.strands.STRIPS` locks side by side, roots at the top row."""
    rng = np.random.default_rng([seed, 41])
    down = (np.arange(size) + 0.5)[:, None] / size
    across = (np.arange(size) + 0.5)[None] / size
    hairs = painted(combed(size, comb, rng), size)
    broad = _noise_along(np.broadcast_to(across, (size, size)), down, 3 * STRIPS, 2, rng) - 0.5
    tone, pile, roundness = (_softened(values) for values in (hairs.tone, hairs.pile, hairs.roundness))
    is_cap = across * STRIPS >= CAP
    grown = comb.root + (1 - comb.root) * np.where(is_cap, _SCALP, smoothstep(down / 0.25))
    tip = np.where(is_cap, 0.0, (comb.tip - 1) * smoothstep((down - 0.4) / 0.6))
    own = _CONTRAST * tone + 0.20 * (pile - 0.5) + 0.10 * (roundness - 0.7) + 0.025 * broad
    shade = (1 + np.where(is_cap, 0.5, 1.0) * own) * grown * (1 + tip)
    rough = np.where(is_cap, 0.9, 0.49) - 0.06 * tone + 0.16 * (1 - pile) + 0.12 * broad
    occlusion = (0.78 + 0.22 * pile) * (0.8 + 0.2 * np.clip(down / 0.10, 0, 1))
    height = 0.35 * roundness + 0.25 * pile
    warmth = np.clip(0.5 * tone + 0.6 * broad, -1, 1)
    return _finished(shade, warmth, height, rough, np.where(is_cap, 0.85, occlusion), hairs.alpha, _SHIFT * tone)


_SHIFT = 0.22
"""Slope along a hair, standard deviation between hairs: each catches the light a little before or after those beside
it, so that a highlight is of streaks (Scheuermann 2004, who shifts the tangent)."""
_SCALP = -0.25
"""How far hair on the scalp is from the tone of roots, at 0, to that of lengths, at 1: it lies in their shade."""
_CONTRAST = 0.075
"""Standard deviation of how light hairs beside each other are: as a share of the color, in sRGB."""


def _softened(values: Array) -> Array:
    """An image blurred by a texel to both sides, so that the edges of hairs are not jagged."""
    return 0.5 * values + 0.25 * (np.roll(values, 1, axis=1) + np.roll(values, -1, axis=1))


_TURNS_OF_FELT = 40
"""Rolls of a matted rope from root to tip."""


def matted(seed: int, size: int = SIZE) -> Strands:
    """Felted ropes in the strips of full locks of :func:`strands`: hair wound around itself in uneven rolls."""
    plain = strands(seed, size)
    rng = np.random.default_rng([seed, 49])
    down = (np.arange(size) + 0.5)[:, None] / size
    across = (np.arange(size) + 0.5)[None] / size * STRIPS
    strip = np.minimum(across.astype(int), STRIPS - 1)
    uneven = _smooth_noise(size, 24, rng) - 0.5
    rolls = _TURNS_OF_FELT * down + rng.random(STRIPS)[strip] + 0.9 * (across % 1.0) + 2.2 * uneven
    place = rolls % 1.0
    roll = np.sqrt(np.clip(1 - (2 * place - 1) ** 2, 0, 1))
    # Single hairs run along each roll, that is nearly across the rope, and cross those of the next one.
    fine = _smooth_noise(size, size // 3, rng) - 0.5
    lines = 0.5 + 0.5 * np.sin(2 * np.pi * (5 * rolls + 1.5 * fine + 0.6 * np.floor(rolls)))
    shade = (0.66 + 0.28 * roll) * (1 + 0.16 * (lines - 0.5) + 0.35 * fine) * (0.8 + 0.2 * np.clip(down / 0.06, 0, 1))
    height = 0.6 * roll + 0.14 * lines + 0.25 * fine
    felt = _finished(
        1.12 * shade, np.clip(2 * uneven + fine, -1, 1), height, 0.78 + 0.12 * (1 - roll), 0.5 + 0.5 * roll
    )
    is_rope = np.broadcast_to(np.isin(strip, DENSE), shade.shape)
    return Strands(*(
        np.where(is_rope if getattr(felt, item.name).ndim == 2 else is_rope[..., None], getattr(felt, item.name),
                 getattr(plain, item.name))
        for item in fields(Strands)
    ))  # fmt: skip


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
        # Hairs point away from the crown, a little aside of it, and are five times as long as they are wide.
        turn = angle - np.arctan2(y, x) - 0.35
        along, aside = distance * np.cos(turn), distance * np.sin(turn)
        hairs = np.maximum(hairs, np.clip(1.1 - np.hypot(0.42 * along, 2.0 * aside), 0, 1))
    clump = _smooth_noise(size, 37, rng)
    edge = 0.02 * np.sin(31 * theta) + 0.012 * np.sin(73 * theta + 1)
    density = np.clip(0.62 + 0.3 * (clump - 0.5), 0, 1) * np.clip((0.97 + edge - radius) / 0.13, 0, 1)
    alpha = np.clip((hairs + 0.25 * (rng.random(hairs.shape) - 0.5) - 0.92 + 0.62 * density) / 0.15, 0, 1)
    alpha = alpha * (density > 0.02)
    side = round(TUFT * size)
    for top, count in ((0, _FEW), (size - side, _MANY)):
        for left in (0, size - side):
            square = np.s_[top : top + side, left : left + side]
            alpha[square], hairs[square] = _single_hairs(side, count, rng)
    shade = 0.78 + 0.26 * hairs + 0.10 * (clump - 0.5)
    rough = 0.82 + 0.12 * (1 - hairs)
    return _finished(shade, np.clip(2 * (clump - 0.5), -1, 1), 0.22 * hairs, rough, 0.8 + 0.2 * hairs, alpha)


_FEW, _MANY = 7, 26
"""Hairs in the upper and the lower corners of the image of a buzz cut."""


def _single_hairs(side: int, count: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Alpha and tone 0..1 (``side``, ``side``) of single hairs that grow upward, one texel across."""
    alpha, tone = np.zeros((side, side)), np.full((side, side), 0.5)
    for _ in range(count):
        root = side * rng.uniform(0.45, 0.98)
        rows = np.arange(int(root - side * rng.uniform(0.25, 0.42)), int(root))
        lean = rng.normal(scale=0.12) * (root - rows) + rng.normal(scale=0.06) * (root - rows) ** 2 / side
        columns = np.clip((side * rng.uniform(0.08, 0.92) + lean).astype(int), 1, side - 2)
        alpha[rows, columns], tone[rows, columns] = 1.0, rng.uniform(0.2, 1.0)
    return alpha, tone


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
    shade: Array,
    warmth: Array,
    height: Array,
    rough: Array,
    occlusion: Array,
    alpha: Array | None = None,
    along: Array | float = 0.0,
) -> Strands:
    """``along``: slope of the surface along strands, beside that of ``height``."""
    slope_x = (np.roll(height, -1, 1) - np.roll(height, 1, 1)) * STRAND_HEIGHT
    slope_y = (np.roll(height, 1, 0) - np.roll(height, -1, 0)) * STRAND_HEIGHT
    vector = np.stack([-slope_x, -(slope_y + along), np.ones_like(height)], axis=-1)
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
    fc = smoothstep(fc)
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
    part = smoothstep(part)
    high = (low + 1) % cells
    rows = table[low] * (1 - part)[:, None] + table[high] * part[:, None]
    return rows[:, low] * (1 - part) + rows[:, high] * part
