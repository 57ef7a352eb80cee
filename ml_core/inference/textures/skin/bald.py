"""Bald heads: the hair that a generator has painted on the scalp is painted over with the skin around it."""

from __future__ import annotations

import numpy as np

from ml_core.geometry.atlas.charts import CHARTS
from ml_core.geometry.atlas.filling import Image, blurred, noise, running_mean, spread

_FRINGE = 1 / 24
"""Of the chart's width: how far past the hair region skin still has its shadow, and strands, on it."""
_ODD = 0.25
"""Skin that differs from the usual in a channel by more than this share is a feature (brows, lips) or a fringe."""
_GRAIN = ((160, 0.012), (24, 0.006))
"""Spots across the chart, and standard deviation as a share of the color, of the grain of the new skin."""
_POLE = 0.10
"""t over which the columns of the chart run together to the one point of the crown."""


def bared(image: Image, hair: Image) -> Image:
    """The painted channels of a head without its hair.

    Args:
        image: (S, S, 8) as the network paints: sRGB base color 0..1, normal xy, roughness, occlusion, and 0..1 where
            skin shows. hair: (S, S) 0..1 where hair is painted.

    Returns:
        a copy with skin in the place of the hair of the head chart; outside of it nothing is changed.
    """
    size = image.shape[0]
    pixels = CHARTS["head"].pixels(size)
    t, _ = CHARTS["head"].texel_grid(size)
    head, covered = image[pixels], hair[pixels]
    width = head.shape[1]
    reach = max(round(width * _FRINGE), 1)
    grown = running_mean((covered > 0.1).astype(np.float32), reach) > 1e-4
    cover = blurred(grown.astype(np.float32), reach / 2)
    bare = (cover < 0.02) & (head[..., 7] > 0.8)
    usual = np.median(head[bare][:, :3], axis=0) if bare.any() else np.full(3, 0.5, np.float32)
    known = (bare & (np.abs(head[..., :3] - usual) < _ODD * usual).all(axis=-1)).astype(np.float32)
    skin = spread(np.concatenate([head[..., :3], head[..., 5:7]], axis=-1), known)
    # The crown is one point: its row is one color.
    pole = np.clip(1 - t / _POLE, 0, 1)[..., None] ** 2
    skin = skin * (1 - pole) + skin[t < _POLE].mean(axis=0) * pole
    rng = np.random.default_rng(5)
    for spots, depth in _GRAIN:
        skin[..., :3] *= 1 + depth * noise(rng, head.shape[:2], width / spots)[..., None]
    filled = np.concatenate(
        [skin[..., :3], np.zeros_like(skin[..., :2]), skin[..., 3:], np.ones_like(skin[..., :1])], -1
    )
    result = image.copy()
    share = cover[..., None]
    result[pixels] = (head * (1 - share) + filled * share).astype(np.float32)
    return result
