"""Nose and mouth of painted skin: painted ones are removed, nostrils and lips drawn where the mesh has them.

The mouths that the generator paints are those of a few people, with lipstick, lights of the studio and dark corners,
and lie beside the lips of the mesh. Lips are darker than the skin around them but for those of African women, much
redder in hue and about as saturated (Baras and others, 914 women of four groups, of whom L'Oreal spoke at a symposium
of its Institute for Ethnic Hair and Skin Research); lower ones are lighter, redder and more saturated than upper ones
(19 women measured by three instruments, PMC10410235); from the thirties on they become duller (765 volunteers, Journal
of the Japanese Cosmetic Science Society 46, 2022). By how much is a choice of ours.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml_core.color import lab_to_srgb, linear_to_srgb, srgb_to_lab, srgb_to_linear
from ml_core.geometry.atlas.charts import CHARTS
from ml_core.geometry.atlas.filling import Image, doubled, halved, spread
from ml_core.geometry.easing import smoothstep

_ASIDE = np.array([0.0, 0.03, 0.06, 0.10, 0.15, 0.20, 0.25, 0.285])
"""Size of theta of the places along the lips of the mesh, from the middle to a corner."""
_TOP = np.array([0.6110, 0.6085, 0.6070, 0.6095, 0.6155, 0.6225, 0.6310, 0.6375])
"""t of the edge of the upper lip there."""
_LINE = np.array([0.6395, 0.6390, 0.6385, 0.6375, 0.6367, 0.6362, 0.6363, 0.6380])
"""t of the line between the lips."""
_BOTTOM = np.array([0.6705, 0.6705, 0.6700, 0.6685, 0.6640, 0.6570, 0.6475, 0.6395])
"""t of the edge of the lower lip."""
_EDGE = 0.0032
"""t over which a lip ends, to each side."""
_NOSTRIL = (0.5605, 0.112, 0.0052, 0.050)
"""t and size of theta of the middle of a nostril, and from there to its rim."""
_COARSE = 128
"""Texels around a head at which skin is continued under nose and mouth."""
_WINDOW = (slice(56, 88), slice(48, 80))
"""Rows and columns of the chart around both at that size, powers of two each."""
_DARKER = ((15, 3.0), (30, -1.5), (55, -10.5), (85, -17.5))
"""CIELAB lightness of the skin around a mouth, and how much lighter the lips are."""
_REDDER = 19.0
"""Degrees of hue from the skin to the lips."""
_HUES = (35.0, 44.0)
"""Degrees of hue of lips: neither violet nor orange."""
_SATURATED = ((10, 22.0), (17, 24.5), (26, 29.0), (36, 30.4))
"""Chroma of the skin around a mouth, and of the lips, before what age and sex do to it."""
_DEEP = ((20, 0.85), (45, 1.0))
"""Of that, by lightness of the skin: melanin hides the blood of deep lips, too."""
_VIVID = ((6.0, 0.90), (16.0, 1.0), (35.0, 1.0), (85.0, 0.92))
"""How saturated lips are, by age."""
_PALE = ((6.0, 0.55), (16.0, 1.0))
"""Of the difference in lightness, by age: a child's lips hardly differ from the skin."""
_FEMININE, _MASCULINE = 1.08, 1.0
"""How saturated lips are, by presentation."""
_LUMINANCE = np.array([0.2126, 0.7152, 0.0722])


@dataclass(frozen=True)
class Lips:
    """How a person's lips differ from others on the same skin: factors of their chroma and of how much darker they are,
    and degrees of hue."""

    vivid: float
    dark: float
    hue: float

    @classmethod
    def of(cls, presentation: float, years: float, seed: int) -> Lips:
        """Drawn by ``seed``, around the usual of age and presentation."""
        chroma, light, hue = np.random.default_rng([seed, 59]).normal(size=3).clip(-1.8, 1.8)
        vivid = np.interp(years, *np.array(_VIVID).T) * (_MASCULINE + (_FEMININE - _MASCULINE) * presentation)
        dark = np.interp(years, *np.array(_PALE).T)
        return cls(float(vivid * (1 + 0.045 * chroma)), float(dark * (1 + 0.14 * light)), float(2.0 * hue))

    def colors(self, skin: NDArray[np.floating]) -> NDArray[np.float32]:
        """sRGB (2, 3) of the upper and the lower lip on skin of CIELAB (3,)."""
        light, a, b = (float(channel) for channel in skin)
        hue = np.clip(np.degrees(np.arctan2(b, a)) - _REDDER + self.hue, *_HUES)
        chroma = np.interp(np.hypot(a, b), *np.array(_SATURATED).T) * np.interp(light, *np.array(_DEEP).T) * self.vivid
        lips = []
        for lighter, vivid, turn in ((-2.0, 0.95, 1.5), (1.5, 1.06, -1.5)):
            angle, strength = np.radians(hue + turn), chroma * vivid
            darker = np.interp(light, *np.array(_DARKER).T) * self.dark + lighter
            lips.append([max(light + darker, 6.0), strength * np.cos(angle), strength * np.sin(angle)])
        return lab_to_srgb(np.array(lips))


def plain_face(color: Image) -> Image:
    """Bare skin (S, S, 3) with skin in place of the painted nose and mouth; a copy."""
    size = len(color)
    rows, columns, cover = _covered(size)
    result = color.copy()
    window = result[rows, columns]
    small = window
    while len(small) > _WINDOW[0].stop - _WINDOW[0].start:
        small = halved(small)
    smooth = spread(np.ascontiguousarray(small), _known())
    while len(smooth) < len(window):
        smooth = doubled(smooth)
    window += cover * (smooth - window)
    return result


def draw_mouth(color: Image, lips: Lips, linear: bool) -> None:
    """Draws lips and nostrils on bare skin (S, S, 3), in place.

    Args:
        linear: whether ``color`` is linear; else it is sRGB.
    """
    rows, columns, _ = _covered(len(color))
    drawn = _drawn(len(color))
    window = color[rows, columns]
    around = np.median(window[drawn.around], axis=0)
    dyes = lips.colors(srgb_to_lab(linear_to_srgb(around) if linear else around))
    if linear:
        dyes = srgb_to_linear(dyes)
    for cover, dye in zip((drawn.upper, drawn.lower), dyes, strict=True):
        window += cover[..., None] * (dye * drawn.lines[..., None] - window)
    shade = drawn.shade if linear else drawn.shade ** np.float32(1 / 2.2)
    window *= shade


@dataclass(frozen=True)
class _Drawn:
    """What is drawn in the window: shares (H, W) of each lip and factors of its color, factors (H, W, 3) of linear
    color where it is dark between the lips and in the nostrils, and where (H, W) the skin around a mouth is."""

    upper: Image
    lower: Image
    lines: Image
    shade: Image
    around: NDArray[np.bool_]


def lip_share(t: NDArray[np.floating], theta: NDArray[np.floating]) -> tuple[Image, Image]:
    """Shares (...) of the upper and of the lower lip at places of the head's chart."""
    aside = np.abs(theta)
    top, line, bottom = (_along(aside, edge) for edge in (_TOP, _LINE, _BOTTOM))
    corner = np.clip((0.300 - aside) / 0.025, 0, 1)
    inside = smoothstep((t - top + _EDGE) / (2 * _EDGE)) * smoothstep((bottom - t + _EDGE) / (2 * _EDGE)) * corner
    lower = smoothstep((t - line + 0.002) / 0.004)
    return (inside * (1 - lower)).astype(np.float32), (inside * lower).astype(np.float32)


@functools.lru_cache(maxsize=4)
def _drawn(size: int) -> _Drawn:
    t, theta = _places(size)
    aside = np.abs(theta)
    upper, lower = lip_share(t, theta)
    line = _along(aside, _LINE)
    texel = float(t[1, 0] - t[0, 0])
    # Fine furrows from the line to the edges, and the fuller middle of the lower lip in more light.
    furrows = np.sin(95 * theta + 2 * np.sin(23 * theta)) * np.sin(41 * theta + 1.3)
    lines = 1 + 0.035 * furrows + 0.06 * lower * np.exp(-((theta / 0.12) ** 2) - ((t - 0.655) / 0.008) ** 2)
    lines *= 1 - 0.10 * np.clip(1 - np.abs(t - line) / 0.010, 0, 1)
    between = np.exp(-(((t - line) / max(0.0022, 0.55 * texel)) ** 2)) * np.clip((0.295 - aside) / 0.03, 0, 1)
    corners = np.exp(-(((t - 0.6375) / 0.0050) ** 2) - ((aside - 0.285) / 0.022) ** 2)
    middle, out, high, wide = _NOSTRIL
    nostrils = smoothstep((1.25 - np.hypot((t - middle) / high, (aside - out) / wide)) / 0.6)
    under = np.exp(-(((t - 0.679) / 0.007) ** 2) - (theta / 0.17) ** 2)
    wings = np.exp(-(((t - 0.548) / 0.016) ** 2) - ((aside - 0.222) / 0.022) ** 2)
    deep = np.clip(
        0.62 * between + 0.35 * corners * (1 - between) + 0.62 * nostrils + 0.07 * under + 0.06 * wings, 0, 0.8
    )
    shade = 1 - deep[..., None] * np.array([0.80, 1.0, 1.0])
    ring = (t > 0.68) & (t < 0.70) & (aside < 0.35)
    ring |= (aside > 0.34) & (aside < 0.45) & (t > 0.60) & (t < 0.68)
    return _Drawn(upper, lower, lines.astype(np.float32), shade.astype(np.float32), ring)


@functools.lru_cache(maxsize=4)
def _covered(size: int) -> tuple[slice, slice, Image]:
    """Rows and columns of the atlas around nose and mouth, and the share (H, W, 1) of painted features there."""
    if size < 2 * _COARSE or size % (2 * _COARSE):
        raise ValueError(f"expected an atlas of a multiple of {2 * _COARSE} texels, got {size}")
    chart = CHARTS["head"].pixels(size)
    factor = size // (2 * _COARSE)
    rows, columns = (
        slice(start.start + factor * part.start, start.start + factor * part.stop)
        for start, part in zip(chart, _WINDOW, strict=True)
    )
    return rows, columns, _features(*_places(size))[..., None]


def _places(size: int) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """t and theta (H, W) of the window."""
    factor = size // (2 * _COARSE)
    t, theta = CHARTS["head"].texel_grid(size)
    window = tuple(slice(factor * part.start, factor * part.stop) for part in _WINDOW)
    return t[window], theta[window]


@functools.cache
def _known() -> Image:
    """(H, W) fraction of each texel of the coarse window that is nothing but skin."""
    t, theta = _places(2 * _COARSE)
    return np.clip(1 - 1.3 * _features(t, theta, 1.12), 0, 1).astype(np.float32)


def _features(t: NDArray[np.floating], theta: NDArray[np.floating], wider: float = 1.0) -> Image:
    """1 on the painted nose and mouth, 0 beside them."""
    aside = np.abs(theta) / wider
    mouth = np.hypot((t - 0.643) / 0.040, aside / 0.43)
    tip = np.hypot((t - 0.550) / 0.045, aside / 0.47)
    groove = np.hypot((t - 0.595) / 0.030, aside / 0.15)
    bridge = np.hypot((t - 0.495) / 0.055, aside / 0.24)
    away = np.minimum(np.minimum(mouth, tip), np.minimum(groove, bridge))
    return smoothstep((1.12 - away / wider) / 0.24).astype(np.float32)


def _along(aside: NDArray[np.floating], edge: NDArray[np.floating]) -> NDArray[np.floating]:
    return np.interp(aside, _ASIDE, edge)
