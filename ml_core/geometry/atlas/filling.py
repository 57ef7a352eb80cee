"""Images of a chart: smoothed and filled in, around the tube that they wrap."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.float32]


def blurred(image: Image, sigma: float) -> Image:
    """A nearly Gaussian blur by repeated running means (Wells 1986)."""
    reach = max(round((np.sqrt(4 * sigma * sigma + 1) - 1) / 2), 1)
    for _ in range(3):
        image = running_mean(image, reach)
    return image


def running_mean(image: Image, reach: int) -> Image:
    """Means over squares of an image (H, W) or (H, W, C); a chart wraps from its right to its left border, and repeats
    its other edges."""
    rows, columns = image.shape[:2]
    span = 2 * reach + 1
    tall = image[np.clip(np.arange(-reach - 1, rows + reach), 0, rows - 1)].cumsum(axis=0, dtype=np.float64)
    means = (tall[span:] - tall[:-span]) / span
    wide = means[:, np.arange(-reach - 1, columns + reach) % columns].cumsum(axis=1)
    return ((wide[:, span:] - wide[:, :-span]) / span).astype(np.float32)


def noise(rng: np.random.Generator, shape: tuple[int, ...], sigma: float) -> Image:
    """(H, W) Gaussian noise of standard deviation 1 whose spots are about ``sigma`` texels wide."""
    noise = blurred(rng.normal(size=shape).astype(np.float32), max(sigma, 0.7) / 2)
    return np.asarray(noise / noise.std(), np.float32)


def spread(image: Image, known: Image) -> Image:
    """Values (H, W, C) everywhere: those that are ``known`` (H, W) 0..1, and smooth continuations of them.

    Push and pull (Gortler et al. 1996): means of what is known on ever coarser grids fill the gaps of the finer ones.
    """
    weighted, weight = image * known[..., None], known
    if min(weight.shape) <= 2 or weight.min() > 0.99:
        return np.asarray(weighted / np.maximum(weight, 1e-4)[..., None], np.float32)
    coarse_weight = halved(weight[..., None])[..., 0]
    coarse = halved(weighted) / np.maximum(coarse_weight, 1e-6)[..., None]
    below = spread(coarse, np.clip(coarse_weight * 4, 0, 1))
    smooth = doubled(below)
    return np.asarray(weighted + smooth * (1 - weight[..., None]), np.float32)


def halved(image: Image) -> Image:
    """Means (H / 2, W / 2, C) of two by two texels."""
    rows, columns = image.shape[:2]
    parts = image.reshape(rows // 2, 2, columns // 2, 2, -1)
    return np.asarray((parts[:, 0, :, 0] + parts[:, 0, :, 1] + parts[:, 1, :, 0] + parts[:, 1, :, 1]) / 4)


def doubled(image: Image) -> Image:
    """Twice as many texels each way, linear in between; the chart wraps as in :func:`running_mean`."""
    above, below = np.concatenate([image[:1], image[:-1]]), np.concatenate([image[1:], image[-1:]])
    rows = np.stack([0.75 * image + 0.25 * above, 0.75 * image + 0.25 * below], axis=1)
    rows = rows.reshape(-1, *image.shape[1:])
    before, after = np.roll(rows, 1, axis=1), np.roll(rows, -1, axis=1)
    columns = np.stack([0.75 * rows + 0.25 * before, 0.75 * rows + 0.25 * after], axis=2)
    return columns.reshape(len(rows), -1, image.shape[2])
