"""Adds life to painted skin: blood in cheeks, nose, ears and knuckles, oil on forehead and nose, pores, moist lips.

Where a face is red follows the maps of hemoglobin of Jimenez and others, "A Practical Appearance Model for Dynamic
Facial Color" (ACM Transactions on Graphics 29, 2010); how much is a choice of ours.
"""

from __future__ import annotations

import dataclasses
import functools

import numpy as np
from numpy.typing import NDArray

from ml_core.color import hex_to_srgb, linear_to_srgb, srgb_to_linear
from ml_core.geometry.atlas.charts import CHARTS
from ml_core.geometry.atlas.filling import Image, doubled, halved, noise
from ml_core.geometry.body.traits import BodyTraits
from ml_core.inference.textures.dressing import quick_skin, skin_of
from ml_core.inference.textures.generator import QuickLook, TextureMaps
from ml_core.inference.textures.skin.ageing import aged, quickly_aged
from ml_core.inference.textures.skin.brows import Brows, browed, head_grid
from ml_core.inference.textures.skin.mouth import Lips, draw_mouth, lip_share, plain_face
from ml_core.inference.textures.skin.nails import draw_nails, polish_nails
from ml_core.vocabulary.traits import AvatarTraits

HIGH, AROUND = 0.32, 0.078
"""Meters of a head from the chart's first row to its last, and of a radian around it."""
_FLUSHED = (
    (0.515, 0.52, 0.027, 0.42), (0.500, 0.70, 0.024, 0.14), (0.546, 0.0, 0.012, 0.34), (0.545, 0.20, 0.009, 0.42),
    (0.730, 0.0, 0.012, 0.40), (0.400, 0.42, 0.013, 0.30), (0.425, 0.22, 0.006, 0.35), (0.590, 0.0, 0.007, 0.25),
    (0.46, 1.45, 0.030, 1.05), (0.265, 0.0, 0.030, -0.30), (0.80, 0.9, 0.030, -0.15),
)  # fmt: skip
"""Of a head: t and size of theta of a place, meters around it, and how red it is beside the usual skin."""
_LIMBS = (
    ("hand_back", 0.50, 0.05, 0.65), ("hand_back", 0.72, 0.04, 0.50), ("hand_back", 0.97, 0.09, 0.90),
    ("hand_palm", 0.40, 0.25, 0.35), ("hand_palm", 0.97, 0.08, 0.55), ("foot", 0.95, 0.08, 0.50),
    ("foot", 0.05, 0.08, 0.30), ("lower_leg", 0.02, 0.06, 0.35), ("upper_leg", 0.98, 0.05, 0.30),
    ("lower_arm", 0.02, 0.06, 0.35), ("upper_arm", 0.98, 0.05, 0.25),
)  # fmt: skip
"""Kind of a chart, t of a place along it, t around it, and how red it is."""
_FAIR, _DEEP = (1.03, 0.76, 0.77), (1.07, 0.90, 0.88)
"""Factors of linear color where skin is reddest, of fair and of deep skin: melanin hides the blood."""
_TONES = (0.06, 0.45)
"""Luminance of deep and of fair skin."""
_BLOTCH = np.array([0.004, 0.012, 0.012], np.float32)
_COARSE = 128
"""Texels around a head at which what is smooth is worked out, and then enlarged."""
_OILY = ((0.27, 0.0, 0.028, 0.03), (0.48, 0.0, 0.012, 0.02), (0.72, 0.0, 0.011, 0.02))
"""As :data:`_FLUSHED`: how much smoother skin is there."""
_LIPS = (0.60, 0.68)
"""Least and greatest t around lips."""
_MOIST = 0.13
_PORES = ((0.545, 0.0, 0.016, 0.7), (0.50, 0.28, 0.018, 0.5), (0.27, 0.0, 0.03, 0.35), (0.70, 0.0, 0.018, 0.3))
_USUAL_YEARS = 30.0
"""Assumed age where none is known."""
_ANY_HAIR = "#3a261a"
"""sRGB of brows of unknown color."""
_SHAVEN = np.array([0.13, 0.105, 0.075])
"""By how much the linear color of a shaven man's jaw is darker where hair is black: blue comes back from the roots
under the skin."""
_JAW = (
    (0.00, 0.690, 0.800), (0.25, 0.672, 0.797), (0.45, 0.625, 0.790), (0.70, 0.585, 0.765), (1.00, 0.520, 0.700),
    (1.20, 0.450, 0.600),
)  # fmt: skip
"""Size of theta, and t of the upper and of the lower edge of a beard there."""
_EYE, _CONTOUR = (0.404, 0.40), (0.021, 0.175)
"""t and size of theta of an eye, and from there to the edges of its lids."""


def living_skin(maps: TextureMaps, body: BodyTraits) -> TextureMaps:
    """The bare skin of a painted person as somebody with this ``body`` has it: aged, with blood, pores and brows."""
    years = _USUAL_YEARS if body.age is None else body.age
    bare = skin_of(maps)
    bare = dataclasses.replace(bare, base_color=plain_face(bare.base_color))
    made = enlivened(aged(bare, years), years)
    return dataclasses.replace(made, base_color=_lined(made.base_color, maps.traits, body, years, maps.seed, True))


def quickly_living_skin(look: QuickLook, body: BodyTraits) -> Image:
    """sRGB (S, S, 3): the base color of :func:`living_skin`."""
    years = _USUAL_YEARS if body.age is None else body.age
    color = quickly_enlivened(quickly_aged(plain_face(quick_skin(look)), years, look.seed), years, look.seed)
    return _lined(color, look.traits, body, years, look.seed, False)


def _lined(color: Image, traits: AvatarTraits, body: BodyTraits, years: float, seed: int, linear: bool) -> Image:
    """Skin with brows, lips, nostrils, nails, the creases of its lids and the roots of its lashes; a copy."""
    presentation = traits.presentation if body.presentation is None else body.presentation
    presentation = 0.5 if presentation is None else presentation
    result = browed(color, traits.hair or _ANY_HAIR, Brows.of(presentation, years, seed), linear)
    draw_mouth(result, Lips.of(presentation, years, seed), linear)
    draw_nails(result, linear)
    shaven = _shaven_share(traits.hair or _ANY_HAIR, presentation, years)
    if shaven:
        shade = 1 - shaven * _beard(len(color))[..., None] * _SHAVEN.astype(np.float32)
        result[CHARTS["head"].pixels(len(color))] *= shade if linear else shade ** np.float32(1 / 2.2)
    result[CHARTS["head"].pixels(len(color))] *= _lid_lines(len(color))[..., None]
    return result


def enlivened(maps: TextureMaps, years: float) -> TextureMaps:
    """The maps of bare skin with blood, oil and pores, as somebody of ``years`` has them."""
    size, head = maps.size, CHARTS["head"].pixels(maps.size)
    normal, roughness = maps.normal.copy(), maps.roughness.copy()
    face = normal[head]
    face[..., :2] += _pore_slopes(size) * np.float32(np.interp(years, (8, 18, 40, 80), (0.25, 0.8, 1.0, 1.5)))
    face /= np.sqrt(np.einsum("yxc,yxc->yx", face, face))[..., None]
    roughness[head] = np.clip(roughness[head] - _oil(size), 0.2, 1)
    polish_nails(roughness)
    color = _bloody(maps.base_color, years, maps.seed)
    return dataclasses.replace(maps, base_color=color, normal=normal, roughness=roughness)


def quickly_enlivened(color: Image, years: float, seed: int = 0) -> Image:
    """sRGB (S, S, 3): the base color of :func:`enlivened` alone."""
    linear = srgb_to_linear(np.clip(color, 0, 1)).astype(np.float32)
    return np.asarray(linear_to_srgb(np.clip(_bloody(linear, years, seed), 0, 1)), np.float32)


def _bloody(color: Image, years: float, seed: int) -> Image:
    """Linear skin (S, S, 3) with the blood that shows through it, and mottled."""
    size = len(color)
    head = color[CHARTS["head"].pixels(size)]
    t, theta = head_grid(size)
    rows, columns = slice(*np.searchsorted(t[:, 0], (0.49, 0.53))), slice(*np.searchsorted(theta[0], (0.35, 0.6)))
    tone = np.median(head[rows, columns], axis=(0, 1))
    light = float(np.clip(np.log(max(float(tone @ [0.2126, 0.7152, 0.0722]), 1e-3)), *np.log(_TONES)))
    fair = (light - np.log(_TONES[0])) / np.log(_TONES[1] / _TONES[0])
    reddest = fair * np.array(_FAIR) + (1 - fair) * np.array(_DEEP) - 1
    amount = np.interp(years, (6, 14, 30, 80), (1.15, 1.05, 1.0, 1.15))
    amount *= 1 + 0.18 * float(np.clip(np.random.default_rng([seed, 53]).normal(), -1.5, 1.5))
    result = color.copy()
    for name, red in _red(size).items():
        result[CHARTS[name].pixels(size)] *= 1 + red[..., None] * (amount * reddest).astype(np.float32)
    face = result[CHARTS["head"].pixels(size)]
    face *= _mottled(size)
    np.minimum(face, 1, out=face)
    return result


@functools.lru_cache(maxsize=3)
def _mottled(size: int) -> Image:
    """(H, W, 3) factors of the linear color of a head: skin is of one color nowhere."""
    wide, fine = (_enlarged(size, _spots(spots, seed)) for spots, seed in ((28, 19), (_COARSE / 2, 23)))
    return np.asarray(1 + (wide + 0.8 * fine)[..., None] * _BLOTCH, np.float32)


@functools.lru_cache(maxsize=3)
def _red(size: int) -> dict[str, Image]:
    """(H, W) or (H, 1) by chart: how much blood shows, about 0 on most skin."""
    grid = head_grid(2 * _COARSE)
    head = np.sum([_at(grid, place) for place in _FLUSHED], axis=0) * (1 - 0.8 * np.add(*lip_share(*grid)))
    result = {"head": _enlarged(size, head)}
    for chart in CHARTS.values():
        rows = chart.pixels(size)[0]
        t = (np.arange(rows.stop - rows.start) + 0.5) / (rows.stop - rows.start)
        spots = [(middle, reach, red) for kind, middle, reach, red in _LIMBS if chart.name.endswith(kind)]
        if spots:
            total = sum(red * np.exp(-0.5 * ((t - middle) / reach) ** 2) for middle, reach, red in spots)
            result[chart.name] = np.asarray(total, np.float32)[:, None]
    return result


@functools.lru_cache(maxsize=3)
def _oil(size: int) -> Image:
    """(H, W) by how much a head's roughness is less than usual."""
    grid = head_grid(2 * _COARSE)
    block = np.sum([_at(grid, place) for place in _OILY], axis=0) + _MOIST * np.add(*lip_share(*grid))
    return _enlarged(size, block + 0.03 * _spots(_COARSE / 2, 29) + 0.025 * _spots(14, 31))


@functools.lru_cache(maxsize=3)
def _pore_slopes(size: int) -> Image:
    """(H, W, 2) what pores of the face and lines of the lips add to x and y of the head's normals."""
    coarse = head_grid(2 * _COARSE)
    where = _enlarged(
        size, (np.sum([_at(coarse, place) for place in _PORES], axis=0) + 0.12) * (1 - np.add(*lip_share(*coarse)))
    )
    grain = np.random.default_rng(41).standard_normal((*where.shape, 2), np.float32)
    grain += np.roll(grain, 1, axis=0)
    grain *= 0.04 * where[..., None]
    t, theta = head_grid(size)
    rows = slice(*np.searchsorted(t[:, 0], _LIPS))
    t, theta = t[rows], theta[rows]
    grain[rows, :, 0] += 0.10 * np.add(*lip_share(t, theta)) * np.sin(120 * theta + 2 * np.sin(17 * theta) + 20 * t)
    return grain


def _spots(count: float, seed: int) -> Image:
    """(_COARSE, _COARSE) noise of standard deviation 1 with so many spots around a head."""
    return noise(np.random.default_rng(seed), (_COARSE, _COARSE), _COARSE / count)


def _enlarged(size: int, image: NDArray[np.floating]) -> Image:
    """An image (_COARSE, _COARSE) of the head's chart at an atlas of ``size`` texels."""
    result = np.asarray(image, np.float32)[..., None]
    while len(result) < size // 2:
        result = doubled(result)
    while len(result) > size // 2:
        result = halved(result)
    return np.asarray(result[..., 0], np.float32)


def _shaven_share(hair: str, presentation: float, years: float) -> np.float32:
    """How much the roots of a shaven beard show, 0..1: those of men, the darker the hair (sRGB hex)."""
    dark = 1 - float(srgb_to_linear(hex_to_srgb(hair)).mean()) / 0.25
    return np.float32(np.prod(np.clip([dark, (0.4 - presentation) / 0.3, (years - 15) / 6], 0, 1)))


@functools.lru_cache(maxsize=3)
def _beard(size: int) -> Image:
    """(H, W) 1 where the beard of a man grows on jaw, chin and upper lip, 0 elsewhere."""
    t, theta = head_grid(2 * _COARSE)
    aside, (places, tops, bottoms) = np.abs(theta), np.array(_JAW).T
    upper, lower = np.interp(aside, places, tops), np.interp(aside, places, bottoms)
    jaw = np.clip((t - upper) / 0.035, 0, 1) * np.clip((lower - t) / 0.035, 0, 1) * np.clip((1.25 - aside) / 0.2, 0, 1)
    lip = np.clip((t - 0.568) / 0.018, 0, 1) * np.clip((0.612 - t) / 0.010, 0, 1) * np.clip((0.36 - aside) / 0.1, 0, 1)
    corner = 0.7 * np.exp(-(((aside - 0.38) / 0.07) ** 2)) * np.clip((t - 0.60) / 0.03, 0, 1) * (t < 0.69)
    return _enlarged(size, np.maximum.reduce([jaw, lip, corner]) * (1 - np.add(*lip_share(t, theta))))


@functools.lru_cache(maxsize=3)
def _lid_lines(size: int) -> Image:
    """(H, W) factors of the head's color: creases over the upper lids, roots of the lashes, hollows of the eyes."""
    t, theta = head_grid(size)
    x, y = (np.abs(theta) - _EYE[1]) / _CONTOUR[1], (t - _EYE[0]) / _CONTOUR[0]
    away = (np.hypot(x, y) - 1) * _CONTOUR[0] * HIGH
    upper = np.clip(-y / 0.4, 0, 1)
    roots = 0.45 * np.exp(-0.5 * (away / 0.0012) ** 2) * upper
    over = upper * np.clip((1.25 - np.abs(x)) / 0.4, 0, 1)
    crease = 0.24 * np.exp(-0.5 * ((away - 0.0052) / np.where(away > 0.0052, 0.0020, 0.0010)) ** 2) * over
    lid = 0.09 * np.exp(-0.5 * ((away - 0.0025) / 0.0022) ** 2) * over
    lower = 0.10 * np.exp(-0.5 * (away / 0.0012) ** 2) * np.clip(y / 0.4, 0, 1)
    hollow = 0.055 * np.exp(-0.5 * ((away - 0.004) / 0.007) ** 2) * np.clip((1.3 - np.abs(x)) / 0.5, 0, 1)
    return (1 - np.maximum.reduce([roots, crease, lid, lower, hollow])).astype(np.float32)


def _at(grid: tuple[NDArray, NDArray], place: tuple[float, float, float, float]) -> NDArray[np.float64]:
    t, theta = grid
    middle, aside, reach, amount = place
    away = np.hypot((t - middle) * HIGH, (np.abs(theta) - aside) * AROUND)
    return np.asarray(amount * np.exp(-0.5 * (away / reach) ** 2))
