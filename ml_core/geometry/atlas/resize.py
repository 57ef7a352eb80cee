"""Resizing of atlas images chart by chart, so that no chart bleeds into its neighbor and tubes stay closed."""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.atlas.charts import CHARTS

SEAM_SHARE = 64
"""Texels a side for each one that is healed on either side of a tube's seam: 8 of 512, but no more than a
:data:`SEAM_PART` of the chart's width."""
SEAM_PART = 16


def resize_atlas(image: NDArray, size: int) -> NDArray[np.float32]:
    """(size, size, C) of an atlas image (S, S, C): area average to smaller, Lanczos to larger sizes.

    Charts are resized on their own: around a tube the filter wraps, at other borders it repeats the edge.

    Raises:
        ValueError: ``size`` is neither a power-of-two multiple nor a divisor of S.
    """
    source = image.shape[0]
    image = np.asarray(image, dtype=np.float32)
    if size == source:
        return image
    if size < source:
        if source % size:
            raise ValueError(f"expected a size that divides {source}, got {size}")
        factor = source // size
        return image.reshape(size, factor, size, factor, -1).mean(axis=(1, 3))
    if size % source:
        raise ValueError(f"expected a size that is a multiple of {source}, got {size}")
    result = np.empty((size, size, image.shape[2]), dtype=np.float32)
    factor = size // source
    for chart in CHARTS.values():
        block = image[chart.pixels(source)]
        rows = _lanczos(block.shape[0], factor, wrap=False)
        columns = _lanczos(block.shape[1], factor, wrap=chart.kind == "tube")
        tall = np.tensordot(rows, block, axes=1)
        result[chart.pixels(size)] = np.tensordot(tall, columns, axes=(1, 1)).transpose(0, 2, 1)
    return result


def heal_borders(image: NDArray) -> NDArray[np.float32]:
    """A copy of an atlas image (S, S, C) whose outermost texels of each chart follow from those further in.

    A network that paints the atlas as one image lets neighboring charts bleed into each other, which on a body is a
    line down the back of a leg. Around a tube the texels at the seam are interpolated across it, as many as
    :data:`SEAM_SHARE` says.
    """
    healed = np.array(image, dtype=np.float32)
    size = image.shape[0]
    for chart in CHARTS.values():
        block = healed[chart.pixels(size)]
        if chart.kind == "tube":
            reach = max(1, min(size // SEAM_SHARE, block.shape[1] // SEAM_PART))
            share = ((np.arange(2 * reach, dtype=np.float32) + 1) / (2 * reach + 1))[:, None]
            before, after = (_smoothed(block[:, column], reach)[:, None] for column in (-reach - 1, reach))
            across = before * (1 - share) + after * share
            block[:, -reach:], block[:, :reach] = across[:, :reach], across[:, reach:]
        else:
            block[:, 0], block[:, -1] = block[:, 1], block[:, -2]
        block[0], block[-1] = block[1], block[-2]
    return healed


def _smoothed(column: NDArray, reach: int) -> NDArray:
    """The running mean of texels (R, C) over ``reach`` on either side, but for the outermost two, into which other
    charts bleed: across the seam an odd texel would become a streak."""
    padded = np.pad(column[1:-1], ((reach + 2, reach + 1), (0, 0)), mode="edge").cumsum(axis=0, dtype=np.float64)
    return ((padded[2 * reach + 1 :] - padded[: -2 * reach - 1]) / (2 * reach + 1)).astype(np.float32)


@functools.cache
def _lanczos(length: int, factor: int, wrap: bool, lobes: int = 3) -> NDArray[np.float32]:
    """(length * factor, length) interpolation matrix of the Lanczos kernel; rows sum to 1."""
    centers = (np.arange(length * factor) + 0.5) / factor - 0.5
    taps = np.floor(centers)[:, None] + np.arange(1 - lobes, lobes + 1)
    distance = centers[:, None] - taps
    kernel = np.sinc(distance) * np.sinc(distance / lobes)
    kernel /= kernel.sum(axis=1, keepdims=True)
    index = (taps % length if wrap else np.clip(taps, 0, length - 1)).astype(np.intp)
    matrix = np.zeros((length * factor, length))
    np.add.at(matrix, (np.arange(length * factor)[:, None], index), kernel)
    return matrix.astype(np.float32)
