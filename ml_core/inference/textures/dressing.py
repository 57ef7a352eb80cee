"""Separates a painted person into the bare skin alone and the cloth alone, for bodies that wear garments as geometry.

The generator paints clothes on the skin. Where a map is to show one of the two, the other is painted over with smooth
continuations of it, chart by chart.
"""

from __future__ import annotations

import dataclasses
import functools
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ml_core.color import hex_to_srgb, srgb_to_linear
from ml_core.geometry.atlas.charts import CHARTS
from ml_core.geometry.atlas.filling import Image, blurred, doubled, halved, noise, spread
from ml_core.geometry.easing import smoothstep
from ml_core.geometry.hair.surface import hairline
from ml_core.geometry.humanoid.fit import HEAD_T
from ml_core.inference.textures.generator import QuickLook, TextureMaps

Cloth = Literal["top", "bottom"]
_SURE = (0.75, 0.95)
"""Share of a region from which on, and from which fully, a texel counts as being of it."""
_MARGIN = 1 / 90
"""Of the atlas' side: how far from the border of a region colors are still mixed with those beyond."""
_PRIOR = 1e-4
"""Weight of the mean of a region where a chart shows none of it."""
_FACE = (1.15, HEAD_T["chin"] + 0.03)
"""theta and t in the head's chart within which skin has features of other colors: brows, eyes, nostrils, lips."""
_FACE_EDGE = (0.30, 0.07)
"""theta and t over which a face ends there."""
_EYE = (0.402, 0.40)
"""t and size of theta of the middle of a painted eye."""
_LIDS = (0.034, 0.050, 0.33)
"""t up, t down and theta from there to the rim of what is painted as an eye and its make-up; brows begin above."""
_LIDS_LEFT = 0.06
"""Share of the painted lids that stays. The eyes that the generator paints are closed, often dark all over: around an
eyeball of its own that is a dark ring."""
_BROWS = (0.270, 0.392, 1.0)
"""Least and greatest t, and greatest size of theta, of painted brows."""
_CORNERS = (0.636, 0.44, 0.022, 0.095)
"""t and size of theta of what is shaded beside the corners of a painted mouth, and from there to its rim: a smile
stretches it over the cheek."""
_JAW = (0.695, 0.83, 1.35)
"""Least and greatest t, and greatest size of theta, of the shadow under a painted chin."""
_NOSE = (0.50, 0.62, 0.35)
"""Least and greatest t, and greatest size of theta, of the nose, whose nostrils are not skin and yet of the face."""
_NECK = (HEAD_T["chin"] - 0.02, HEAD_T["neck"])
"""t from which on, and from which fully, the neck takes the even tone of the body."""
_ODD = 0.3
"""Skin that differs from the usual in a channel by more than this share shows something else: a feature, a collar."""
_TINT = 0.06
"""The same for its channels as shares of their sum: elsewhere skin may be lighter or darker than that of the face."""
_HAIR_EDGE, _HAIR_UNEVEN = 0.018, 0.008
"""t over which painted hair ends at the hairline, to each side, and standard deviation of the line's unevenness."""
_PALM = 1.35
"""The most by which palms are lighter than the backs of hands, in the color space of the image."""
_TONED = {"head": (0.8, 1.25), "body": (0.5, 2.0)}
"""Factors by which painted skin may be brought to the requested tone."""
_TONE_SPOTS, _FACE_SPOTS = 6, 16
"""Across a chart, and across that of the head: differences of tone that are wider than one of so many spots are evened
out, on a face by the share ``_FACE_EVEN``: the painter has learned the light and shade of the pictures too."""
_FACE_EVEN = 0.8
_ANY_SKIN = "#c69478"
"""sRGB of skin without a requested tone."""
_GRAIN = ((120, 0.010), (20, 0.008))
"""Spots across a chart, and standard deviation as a share of the color, of the grain of new skin."""


def skin_of(maps: TextureMaps) -> TextureMaps:
    """The maps of the same person without clothes, for bodies whose rest is dressed: features of the face and hair
    inside the hairline as they are painted, all skin in the requested tone."""
    tone = srgb_to_linear(hex_to_srgb(maps.traits.skin or _ANY_SKIN)).astype(np.float32)
    known = _bare_skin(maps.base_color, maps.skin)
    filled = _filled(_stack(maps), *known)
    grain = (1 + _grain(maps.size) * (1 - known[0]))[..., None]
    filled[..., :3] = _toned(filled[..., :3], known[1], maps.skin, tone) * grain
    return _with_maps(maps, filled, known[0], np.ones_like(maps.skin))


def cloth_of(maps: TextureMaps, cloth: Cloth, color: str | None = None) -> TextureMaps:
    """The maps of one cloth alone, all over the atlas.

    Args:
        color: sRGB hex that the cloth is dyed in; the painted color when ``None``.
    """
    known = _sure(maps.top if cloth == "top" else maps.bottom)
    painted = getattr(maps.traits, cloth)
    if known.max(initial=0) < 0.5:
        return plain_cloth(maps, color or painted)
    made = _with_maps(maps, _filled(_stack(maps), known, known), known, np.zeros_like(maps.skin))
    return made if color is None or color == painted else dataclasses.replace(made, base_color=_dyed(made, color))


def plain_cloth(maps: TextureMaps, color: str, roughness: float = 0.8) -> TextureMaps:
    """Maps of one color (sRGB hex), in the size of ``maps``."""
    size = maps.size
    flat = np.zeros((size, size, 3), np.float32)
    return dataclasses.replace(
        maps,
        base_color=flat + srgb_to_linear(hex_to_srgb(color)).astype(np.float32),
        normal=flat + np.array([0, 0, 1], np.float32),
        roughness=np.full((size, size), roughness, np.float32),
        occlusion=np.ones((size, size), np.float32),
        skin=np.zeros((size, size), np.float32),
    )


def quick_skin(look: QuickLook) -> Image:
    """sRGB (S, S, 3): the quick look of :func:`skin_of`."""
    known = _bare_skin(look.color, look.skin)
    tone = hex_to_srgb(look.traits.skin or _ANY_SKIN).astype(np.float32)
    return _toned(_filled(look.color, *known), known[1], look.skin, tone)


def quick_cloth(look: QuickLook, cloth: Cloth) -> Image:
    """sRGB (S, S, 3): the quick look of :func:`cloth_of`."""
    known = _sure(look.top if cloth == "top" else look.bottom)
    return _filled(look.color, known, known)


def _stack(maps: TextureMaps) -> Image:
    """(S, S, 5): base color, roughness and occlusion in one image."""
    return np.concatenate([maps.base_color, maps.roughness[..., None], maps.occlusion[..., None]], axis=-1)


def _with_maps(maps: TextureMaps, stack: Image, known: Image, skin: Image) -> TextureMaps:
    """New maps of a stack (S, S, 5), with the painted relief where they are ``known`` (S, S), flat elsewhere."""
    normal = maps.normal * known[..., None]
    normal[..., 2] += 1 - known
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
    return dataclasses.replace(
        maps,
        base_color=np.clip(stack[..., :3], 0, 1).astype(np.float32),
        normal=normal.astype(np.float32),
        roughness=stack[..., 3],
        occlusion=stack[..., 4],
        skin=skin,
    )


def _sure(region: Image) -> Image:
    """(S, S) 0..1: the parts of the atlas that show only the region, away from its borders."""
    known = np.zeros(region.shape, np.float32)
    for chart in CHARTS.values():
        pixels = chart.pixels(len(region))
        known[pixels] = _inside(region[pixels], len(region))
    return known


def _inside(region: Image, size: int) -> Image:
    """:func:`_sure` of one chart (H, W) of an atlas of ``size`` texels."""
    low, high = _SURE
    sure = np.clip((region - low) / (high - low), 0, 1)
    if sure.min() == sure.max():  # no border: a leg in trousers, a hand
        return np.asarray(sure, np.float32)
    near = blurred(sure, max(size * _MARGIN, 1))
    return np.asarray(np.minimum(sure, np.clip((near - 0.9) / 0.1, 0, 1)), np.float32)


def _bare_skin(color: Image, skin: Image) -> tuple[Image, Image]:
    """Where (S, S) a painted person stays as painted, the hair inside the hairline included, and where there is nothing
    but skin, from which the rest is continued."""
    size = len(skin)
    pixels = CHARTS["head"].pixels(size)
    t, theta = CHARTS["head"].texel_grid(size)
    scalp, painted = _scalp(size), color[pixels]
    face = (np.abs(theta) < _FACE[0]) & (t < _FACE[1])
    certain = face & (skin[pixels] > 0.99) & (scalp < 0.01)
    usual = np.median(painted[certain], axis=0) if certain.any() else painted.mean(axis=(0, 1))
    odd = (np.abs(_tint(color) - _tint(usual)) > _TINT).any(axis=-1)
    odd[pixels] = (np.abs(painted - usual) > _ODD * usual).any(axis=-1)
    plain = _sure(np.where(odd, 0, skin))
    lids, shaded = _lids(size), _shaded(size)
    plain[pixels] *= (1 - scalp) * (1 - lids) * (1 - shaded)
    kept = plain.copy()
    nose = (t > _NOSE[0]) & (t < _NOSE[1]) & (np.abs(theta) < _NOSE[2])
    drawn = np.where(nose, 1, _inside(np.where(nose, 1, skin[pixels]), size))
    drawn = drawn * (1 - (1 - _LIDS_LEFT) * lids) * (1 - shaded) * (1 - scalp)
    inside = _faces(size)
    kept[pixels] = np.maximum(scalp, drawn * inside + plain[pixels] * (1 - inside))
    return kept, plain


@functools.cache
def _faces(size: int) -> Image:
    """(H, W) 1 on the face in the head's chart of an atlas of ``size`` texels, 0 beside and below it."""
    t, theta = CHARTS["head"].texel_grid(size)
    return (smoothstep((_FACE[0] - np.abs(theta)) / _FACE_EDGE[0]) * smoothstep((_FACE[1] - t) / _FACE_EDGE[1])).astype(
        np.float32
    )


@functools.cache
def _shaded(size: int) -> Image:
    """(H, W) 1 on painted brows, beside the corners of a painted mouth and under a painted chin in the head's chart."""
    t, theta = CHARTS["head"].texel_grid(size)
    top, bottom, aside = _BROWS
    brows = smoothstep((t - top) / 0.03) * smoothstep((bottom - t) / 0.012) * smoothstep((aside - np.abs(theta)) / 0.2)
    middle, out, high, wide = _CORNERS
    corners = smoothstep((1.9 - np.hypot((t - middle) / high, (np.abs(theta) - out) / wide)) / 1.4)
    first, last, wide = _JAW
    jaw = 0.8 * smoothstep((t - first) / 0.04) * smoothstep((last - t) / 0.04)
    jaw *= smoothstep((wide - np.abs(theta)) / 0.3)
    return np.maximum.reduce([brows, corners, jaw]).astype(np.float32)


@functools.cache
def _lids(size: int) -> Image:
    """(H, W) 1 on the eyes and their lids in the head's chart of an atlas of ``size`` texels, 0 elsewhere."""
    t, theta = CHARTS["head"].texel_grid(size)
    up, down, aside = _LIDS
    away = np.hypot((t - _EYE[0]) / np.where(t < _EYE[0], up, down), (np.abs(theta) - _EYE[1]) / aside)
    return smoothstep((1.35 - away) / 0.45).astype(np.float32)


def _tint(color: Image) -> Image:
    """Channels as fractions of their sum."""
    return np.asarray(color / np.maximum(color.sum(axis=-1, keepdims=True), 1e-4), np.float32)


@functools.cache
def _scalp(size: int) -> Image:
    """(H, W) 1 inside of the hairline in the head's chart of an atlas of ``size`` texels, 0 outside, uneven as hair."""
    t, theta = CHARTS["head"].texel_grid(size)
    uneven = noise(np.random.default_rng(3), t.shape, t.shape[1] / 160)
    line = hairline(theta) + _HAIR_UNEVEN * np.clip(uneven, -1.5, 1.5)
    return np.clip((line + _HAIR_EDGE - t) / (2 * _HAIR_EDGE), 0, 1).astype(np.float32)


def _toned(color: Image, plain: Image, skin: Image, tone: NDArray[np.float32]) -> Image:
    """Skin (S, S, 3) brought to one ``tone`` (3,): the head as a whole, the body wherever wide areas differ from it.

    The scalp stays as it is painted where no ``skin`` (S, S) shows, and palms as much lighter than the backs of hands.
    """
    size = len(color)
    result = color.copy()
    for chart in CHARTS.values():
        pixels = chart.pixels(size)
        part = color[pixels]
        if chart.name == "head":
            certain = plain[pixels] > 0.9
            usual = np.median(part[certain], axis=0) if certain.any() else tone
            whole = np.clip(tone / np.maximum(usual, 1e-3), *_TONED["head"])
            t, _ = chart.texel_grid(size)
            neck = np.clip((t - _NECK[0]) / (_NECK[1] - _NECK[0]), 0, 1)
            even = (neck + _FACE_EVEN * (1 - neck))[..., None]
            hair = (_scalp(size) * (1 - np.clip(skin[pixels], 0, 1)))[..., None]
            level = _even(part, tone, _FACE_SPOTS, plain[pixels] + _shaded(size) + _lids(size) + neck)
            factor = (whole * (1 - even) + level * even) * (1 - hair) + hair
        elif "hand" in chart.name:
            back = np.median(color[CHARTS[chart.name.replace("palm", "back")].pixels(size)], axis=(0, 1))
            own = np.maximum(np.median(part, axis=(0, 1)), 1e-3)
            lighter = np.clip(own / np.maximum(back, 1e-3), 1, _PALM)
            factor = np.clip(tone * lighter / own, *_TONED["body"])
        else:
            factor = _even(part, tone)
        result[pixels] = part * factor
    return result


def _even(
    part: Image, tone: NDArray[np.float32], spots: int = _TONE_SPOTS, weight: NDArray[np.floating] | None = None
) -> Image:
    """(H, W, 3) factors that bring the wide areas of a chart to a tone (3,), by means of texels of some ``weight``
    (H, W); worked out on a small copy."""
    share = np.ones(part.shape[:2]) if weight is None else np.clip(weight, 1e-3, 1)
    small, halvings = np.concatenate([part * share[..., None], share[..., None]], axis=-1, dtype=np.float32), 0
    while min(small.shape[:2]) > 3 * spots:
        small, halvings = halved(small), halvings + 1
    small = blurred(small, small.shape[1] / spots / 2)
    wide = small[..., :3] / np.maximum(small[..., 3:], 1e-4)
    factor = np.clip(tone / np.maximum(wide, 1e-3), *_TONED["body"]).astype(np.float32)
    for _ in range(halvings):
        factor = doubled(factor)
    return factor


def _filled(image: Image, kept: Image, source: Image) -> Image:
    """(S, S, C) with what is not ``kept`` continued from ``source`` (S, S) 0..1, each chart by itself."""
    size = len(image)
    weight = source.copy()
    weight[CHARTS["head"].pixels(size)] *= 0.02  # its shading is painted
    total = float(weight.sum())
    mean = (image * weight[..., None]).sum(axis=(0, 1)) / total if total > 0 else image.mean(axis=(0, 1))
    result = np.empty_like(image)
    for chart in CHARTS.values():
        pixels = chart.pixels(size)
        result[pixels] = _filled_chart(image[pixels], kept[pixels], source[pixels], mean)
    return result


def _filled_chart(image: Image, kept: Image, source: Image, mean: NDArray[np.floating]) -> Image:
    share = np.maximum(source, _PRIOR)
    values = np.where(source[..., None] > _PRIOR, image, mean).astype(np.float32)
    # Rows are padded so that they can be halved as often as columns.
    rows = -len(image) % image.shape[1]
    padded = np.pad(values, ((0, rows), (0, 0), (0, 0)), "edge")
    smooth = spread(padded, np.pad(share, ((0, rows), (0, 0)), constant_values=_PRIOR).astype(np.float32))
    smooth = smooth[: len(image)]
    return np.asarray(image * kept[..., None] + smooth * (1 - kept[..., None]), np.float32)


@functools.lru_cache(maxsize=2)
def _grain(size: int) -> Image:
    """(S, S) small changes of color that skin has, the same for everybody."""
    random = np.random.default_rng(1)
    result = np.zeros((size, size), np.float32)
    for chart in CHARTS.values():
        pixels = chart.pixels(size)
        shape = result[pixels].shape
        result[pixels] = sum(
            amount * noise(random, shape, shape[1] * 32 / chart.width / spots / 2) for spots, amount in _GRAIN
        )
    return result


def _dyed(maps: TextureMaps, color: str) -> Image:
    """Linear base color in another color, with the light and shade that is painted."""
    light = maps.base_color @ np.array([0.2126, 0.7152, 0.0722], np.float32)
    shade = np.clip(light / max(float(np.median(light)), 0.01), 0.3, 2.0)[..., None] ** 0.8
    return np.clip(srgb_to_linear(hex_to_srgb(color)).astype(np.float32) * shade, 0, 1)
