"""Figures of merit of the texture generator: fidelity to the requested colors, realism, and novelty."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ml_core.color import ciede2000, srgb_to_lab
from ml_core.datasets.textures.avatar_textures import measure_colors
from ml_core.geometry.atlas.charts import CHARTS
from ml_core.vocabulary.traits import COLOR_REGIONS

Painter = Callable[[NDArray, NDArray, NDArray, NDArray], NDArray]
"""z (N, 64), sRGB colors (N, 4, 3), outfit (N, 5), presentation (N, 1) to maps (N, 7, S, S)."""


def trait_errors(maps: NDArray, colors: NDArray, boxes: NDArray) -> dict[str, dict[str, float]]:
    """CIEDE2000 between requested sRGB colors (N, 4, 3) and those measured in the boxes (4, S, S) of maps (N, 7, S, S).

    Returns median and 95th percentile for skin, hair, top and bottom.
    """
    errors = []
    for image, requested in zip(maps[:, :3].transpose(0, 2, 3, 1), colors, strict=True):
        measured = measure_colors(image, boxes)
        errors.append(
            [ciede2000(srgb_to_lab(requested[k]), srgb_to_lab(measured[n])) for k, n in enumerate(COLOR_REGIONS)]
        )
    table = np.array(errors)
    return {
        name: {
            "median": round(float(np.median(table[:, k])), 2),
            "p95": round(float(np.quantile(table[:, k], 0.95)), 2),
        }
        for k, name in enumerate(COLOR_REGIONS)
    }


def _laplacian_bands(images: NDArray, count: int) -> list[NDArray]:
    """``count`` bands of (N, C, S, S), the finest first; each band is the image less its 2x2 block means."""
    bands = []
    for _ in range(count - 1):
        n, c, s, _ = images.shape
        coarse = images.reshape(n, c, s // 2, 2, s // 2, 2).mean(axis=(3, 5))
        bands.append(images - coarse.repeat(2, axis=2).repeat(2, axis=3))
        images = coarse
    return [*bands, images]


def _patches(band: NDArray, rng: np.random.Generator, each: int, side: int = 7) -> NDArray:
    n, c, s, _ = band.shape
    result = np.empty((n * each, c, side, side), dtype=np.float32)
    for k, (image, row, column) in enumerate(
        zip(
            np.repeat(np.arange(n), each),
            rng.integers(0, s - side + 1, n * each),
            rng.integers(0, s - side + 1, n * each),
            strict=True,
        )
    ):
        result[k] = band[image, :, row : row + side, column : column + side]
    return result


def sliced_wasserstein(
    first: NDArray, second: NDArray, seed: int = 0, patches: int = 8192, slices: int = 256
) -> list[float]:
    """Sliced Wasserstein distance times 1000 between image sets (N, C, S, S), one for each of four Laplacian bands.

    Karras et al. 2018, section 5: 7x7 patches, normalized by the statistics of the second set, projected on random
    directions; the distance of sorted projections.
    """
    result = []
    for first_band, second_band in zip(_laplacian_bands(first, 4), _laplacian_bands(second, 4), strict=True):
        rng = np.random.default_rng(seed)
        a = _patches(first_band, rng, -(-patches // len(first_band)))[:patches]
        b = _patches(second_band, rng, -(-patches // len(second_band)))[:patches]
        mean, spread = b.mean(axis=(0, 2, 3), keepdims=True), b.std(axis=(0, 2, 3), keepdims=True) + 1e-6
        a, b = ((a - mean) / spread).reshape(patches, -1), ((b - mean) / spread).reshape(patches, -1)
        directions = rng.standard_normal((a.shape[1], slices)).astype(np.float32)
        directions /= np.linalg.norm(directions, axis=0)
        gap = np.abs(np.sort(a @ directions, axis=0) - np.sort(b @ directions, axis=0)).mean()
        result.append(round(1000 * float(gap), 1))
    return result


def face_window(size: int) -> tuple[slice, slice]:
    """Rows and columns of the face (brows to chin, cheek to cheek) in an atlas of ``size``."""
    rows, columns = CHARTS["head"].pixels(size)
    height, width = rows.stop - rows.start, columns.stop - columns.start
    return (
        slice(rows.start + height * 28 // 100, rows.start + height * 78 // 100),
        slice(columns.start + width * 25 // 100, columns.start + width * 75 // 100),
    )


def face_features(images: NDArray) -> NDArray:
    """(N, F) faces of sRGB images (N, 3, S, S) in one common color: lightness in the face window, less its mean."""
    window = face_window(images.shape[-1])
    lightness = srgb_to_lab(images[(slice(None), slice(None), *window)].transpose(0, 2, 3, 1))[..., 0]
    lightness = lightness - lightness.mean(axis=(1, 2), keepdims=True)
    return lightness.reshape(len(images), -1)


def novelty(samples: NDArray, training: NDArray, groups: list[str]) -> dict[str, float]:
    """Distances (mean absolute lightness) in the face window, all painted in the same colors.

    Args:
        samples: (N, 3, S, S) drawn people. training: (M, 3, S, S) one image a training face, of ``groups``.

    Returns:
        the median distance of a sample to its nearest training face, of a training face to the nearest one of another
        group, between two samples, and between two training faces of different groups.
    """
    drawn, known = face_features(samples), face_features(training)

    def distances(a: NDArray, b: NDArray) -> NDArray:
        return np.stack([np.abs(row - b).mean(axis=1) for row in a])

    between = distances(known, known)
    other = np.array(groups)[:, None] != np.array(groups)[None]
    among = distances(drawn, drawn)[np.triu_indices(len(drawn), 1)]
    return {
        "sample_to_nearest_training": round(float(np.median(distances(drawn, known).min(axis=1))), 2),
        "training_to_nearest_other": round(float(np.median(np.where(other, between, np.inf).min(axis=1))), 2),
        "between_samples": round(float(np.median(among)), 2),
        "between_training": round(float(np.median(between[other])), 2),
    }
