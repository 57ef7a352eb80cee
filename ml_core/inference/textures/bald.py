"""Bald heads: the hair that a generator has painted on the scalp is painted over with the skin around it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.atlas.charts import CHARTS

Image = NDArray[np.float32]

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
        image: (S, S, 8) as the network paints: sRGB base colour 0..1, normal xy, roughness, occlusion, and 0..1 where
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
    grown = _running_mean((covered > 0.1).astype(np.float32), reach) > 1e-4
    cover = _blurred(grown.astype(np.float32), reach / 2)
    bare = (cover < 0.02) & (head[..., 7] > 0.8)
    usual = np.median(head[bare][:, :3], axis=0) if bare.any() else np.full(3, 0.5, np.float32)
    known = (bare & (np.abs(head[..., :3] - usual) < _ODD * usual).all(axis=-1)).astype(np.float32)
    skin = _spread(np.concatenate([head[..., :3], head[..., 5:7]], axis=-1), known)
    # The crown is one point: its row is one colour.
    pole = np.clip(1 - t / _POLE, 0, 1)[..., None] ** 2
    skin = skin * (1 - pole) + skin[t < _POLE].mean(axis=0) * pole
    rng = np.random.default_rng(5)
    for spots, depth in _GRAIN:
        skin[..., :3] *= 1 + depth * _noise(rng, head.shape[:2], width / spots)[..., None]
    filled = np.concatenate(
        [skin[..., :3], np.zeros_like(skin[..., :2]), skin[..., 3:], np.ones_like(skin[..., :1])], -1
    )
    result = image.copy()
    share = cover[..., None]
    result[pixels] = (head * (1 - share) + filled * share).astype(np.float32)
    return result


def _blurred(image: Image, sigma: float) -> Image:
    """A nearly Gaussian blur: running means one over the other (Wells 1986)."""
    reach = max(round((np.sqrt(4 * sigma * sigma + 1) - 1) / 2), 1)
    for _ in range(3):
        image = _running_mean(image, reach)
    return image


def _running_mean(image: Image, reach: int) -> Image:
    """(H, W) means of squares; a chart wraps from its right to its left border, and repeats its other edges."""
    span = 2 * reach + 1
    tall = np.pad(image, ((reach + 1, reach), (0, 0)), "edge").cumsum(axis=0, dtype=np.float64)
    means = (tall[span:] - tall[:-span]) / span
    wide = np.pad(means, ((0, 0), (reach + 1, reach)), "wrap").cumsum(axis=1)
    return ((wide[:, span:] - wide[:, :-span]) / span).astype(np.float32)


def _noise(rng: np.random.Generator, shape: tuple[int, ...], sigma: float) -> Image:
    noise = _blurred(rng.normal(size=shape).astype(np.float32), max(sigma, 0.7) / 2)
    return np.asarray(noise / noise.std(), np.float32)


def _spread(image: Image, known: Image) -> Image:
    """Values everywhere: the known ones, and smooth continuations of them.

    Push and pull (Gortler et al. 1996): means of what is known on ever coarser grids fill the gaps of the finer ones.
    """
    weighted, weight = image * known[..., None], known
    if min(weight.shape) <= 2 or weight.min() > 0.99:
        return np.asarray(weighted / np.maximum(weight, 1e-4)[..., None], np.float32)
    coarse_weight = _halved(weight[..., None])[..., 0]
    coarse = _halved(weighted) / np.maximum(coarse_weight, 1e-6)[..., None]
    below = _spread(coarse, np.clip(coarse_weight * 4, 0, 1))
    smooth = _doubled(below)
    return np.asarray(weighted + smooth * (1 - weight[..., None]), np.float32)


def _halved(image: Image) -> Image:
    rows, columns = image.shape[:2]
    return image.reshape(rows // 2, 2, columns // 2, 2, -1).mean(axis=(1, 3))


def _doubled(image: Image) -> Image:
    """Twice as many texels each way, linear in between; the chart wraps as in :func:`_running_mean`."""
    tall = np.pad(image, ((1, 1), (0, 0), (0, 0)), "edge")
    rows = np.stack([0.75 * tall[1:-1] + 0.25 * tall[:-2], 0.75 * tall[1:-1] + 0.25 * tall[2:]], axis=1)
    rows = rows.reshape(-1, *image.shape[1:])
    wide = np.pad(rows, ((0, 0), (1, 1), (0, 0)), "wrap")
    columns = np.stack([0.75 * wide[:, 1:-1] + 0.25 * wide[:, :-2], 0.75 * wide[:, 1:-1] + 0.25 * wide[:, 2:]], axis=2)
    return columns.reshape(len(rows), -1, image.shape[2])
