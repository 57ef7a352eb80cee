"""A painted person taken apart: the bare skin alone, and the cloth alone, for bodies that wear garments as geometry.

The generator paints clothes on the skin. Where a map is to show one of the two, the other is painted over with smooth
continuations of it, chart by chart.
"""

from __future__ import annotations

import dataclasses
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ml_core.color import hex_to_srgb, srgb_to_linear
from ml_core.geometry.atlas.charts import CHARTS, Chart
from ml_core.geometry.atlas.filling import Image, blurred, noise, spread
from ml_core.geometry.humanoid.fit import HEAD_T
from ml_core.inference.textures.generator import QuickLook, TextureMaps

Cloth = Literal["top", "bottom"]
_SURE = (0.75, 0.95)
"""Share of a region from which on, and from which fully, a texel counts as being of it."""
_MARGIN = 1 / 90
"""Of the atlas' side: how far from the border of a region colors are still mixed with those beyond."""
_PRIOR = 1e-4
"""Weight of the mean of a region where a chart shows none of it."""
_FACE = (HEAD_T["chin"] - 0.05, HEAD_T["chin"] + 0.03)
"""t in the head's chart down to which everything stays as it is painted, and from which on it may be painted over."""
_GRAIN = ((120, 0.010), (20, 0.008))
"""Spots across a chart, and standard deviation as a share of the color, of the grain of new skin."""


def skin_of(maps: TextureMaps) -> TextureMaps:
    """The maps of the same person without clothes, face and scalp as they are; for bodies whose rest is dressed."""
    return _rebuilt(maps, maps.skin, keeps_face=True, grain=True)


def cloth_of(maps: TextureMaps, cloth: Cloth, color: str | None = None) -> TextureMaps:
    """The maps of one cloth alone, all over the atlas.

    Args:
        color: sRGB hex that the cloth is dyed in; as it is painted when ``None``.
    """
    known = maps.top if cloth == "top" else maps.bottom
    made = _rebuilt(maps, known, keeps_face=False, grain=False)
    painted = getattr(maps.traits, cloth)
    if _known(known, False).max(initial=0) < 0.5:
        return plain_cloth(maps, color or painted)
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
    return _filled(look.color, _known(look.skin, True))


def quick_cloth(look: QuickLook, cloth: Cloth) -> Image:
    """sRGB (S, S, 3): the quick look of :func:`cloth_of`."""
    return _filled(look.color, _known(look.top if cloth == "top" else look.bottom, False))


def _rebuilt(maps: TextureMaps, region: Image, keeps_face: bool, grain: bool) -> TextureMaps:
    known = _known(region, keeps_face)
    stack = np.concatenate([maps.base_color, maps.roughness[..., None], maps.occlusion[..., None]], axis=-1)
    filled = _filled(stack, known)
    color = filled[..., :3]
    if grain:
        color = color * (1 + _grain(maps.size) * (1 - known))[..., None]
    normal = maps.normal * known[..., None]
    normal[..., 2] += 1 - known
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
    return dataclasses.replace(
        maps,
        base_color=np.clip(color, 0, 1).astype(np.float32),
        normal=normal.astype(np.float32),
        roughness=filled[..., 3],
        occlusion=filled[..., 4],
        skin=np.ones_like(region) if keeps_face else np.zeros_like(region),
    )


def _known(region: Image, keeps_face: bool) -> Image:
    """(S, S) 0..1: what of the atlas shows the region alone, away from its borders."""
    low, high = _SURE
    size = len(region)
    sure = np.clip((region - low) / (high - low), 0, 1)
    known = np.zeros_like(sure)
    for chart in CHARTS.values():
        pixels = chart.pixels(size)
        near = blurred(sure[pixels], max(size * _MARGIN, 1))
        known[pixels] = np.minimum(sure[pixels], np.clip((near - 0.9) / 0.1, 0, 1))
    if keeps_face:
        pixels = CHARTS["head"].pixels(size)
        t, _ = CHARTS["head"].texel_grid(size)
        start, end = _FACE
        face = np.clip((end - t) / (end - start), 0, 1)
        known[pixels] = np.maximum(known[pixels], face)
    return known.astype(np.float32)


def _filled(image: Image, known: Image) -> Image:
    """(S, S, C) with what is not ``known`` continued from what is, each chart by itself."""
    size = len(image)
    weight = known.copy()
    weight[CHARTS["head"].pixels(size)] *= 0.02  # hair and lips are there, too
    total = float(weight.sum())
    mean = (image * weight[..., None]).sum(axis=(0, 1)) / total if total > 0 else image.mean(axis=(0, 1))
    result = np.empty_like(image)
    for chart in CHARTS.values():
        pixels = chart.pixels(size)
        result[pixels] = _filled_chart(image[pixels], known[pixels], mean, chart)
    return result


def _filled_chart(image: Image, known: Image, mean: NDArray[np.floating], chart: Chart) -> Image:
    sure = known if chart.name != "head" else known * (known > 0.999)
    share = np.maximum(sure, _PRIOR)
    source = np.where(sure[..., None] > _PRIOR, image, mean).astype(np.float32)
    # Rows are padded so that they can be halved as often as columns.
    rows = -len(image) % image.shape[1]
    padded = np.pad(source, ((0, rows), (0, 0), (0, 0)), "edge")
    smooth = spread(padded, np.pad(share, ((0, rows), (0, 0)), constant_values=_PRIOR).astype(np.float32))
    smooth = smooth[: len(image)]
    return np.asarray(image * known[..., None] + smooth * (1 - known[..., None]), np.float32)


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
