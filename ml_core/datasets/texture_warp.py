"""Resampling between a source UV layout and the body atlas: area-filtered gathers, holes filled, normals turned."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.atlas import CHARTS, Chart

SUPERSAMPLES = 2


@dataclass(frozen=True)
class SourceMap:
    """Where each atlas sample lies in the source textures.

    ``uv`` (R, R, 2) source UV (v up), ``valid`` (R, R) bool, ``rotation`` (R, R, 2, 2) from the source's tangent frame
    to the atlas's; R is the atlas size times :data:`SUPERSAMPLES`.
    """

    uv: NDArray
    valid: NDArray[np.bool_]
    rotation: NDArray

    @property
    def size(self) -> int:
        return len(self.uv) // SUPERSAMPLES

    def coverage(self) -> NDArray[np.float32]:
        """(S, S) share of each texel's samples that are valid."""
        return _average(self.valid.astype(np.float32))

    def gather(self, image: NDArray) -> NDArray[np.float32]:
        """(S, S, C) atlas image of a source image (H, W, C); texels without a sample are filled from their chart."""
        samples = bilinear(image, self.uv) * self.valid[..., None]
        return fill_charts(_average(samples), self.coverage())

    def gather_normal(self, normal: NDArray, flip_green: NDArray[np.bool_]) -> NDArray[np.float32]:
        """(S, S, 2) normal xy in the atlas's frame of source normals xy (H, W, 2); ``flip_green`` (R, R) per sample."""
        samples = bilinear(normal, self.uv)
        samples[..., 1] = np.where(flip_green, -samples[..., 1], samples[..., 1])
        turned = np.einsum("ijab,ijb->ija", self.rotation, samples) * self.valid[..., None]
        coverage = self.coverage()[..., None]
        return np.where(coverage > 0, _average(turned) / np.maximum(coverage, 1e-6), 0).astype(np.float32)


def _average(samples: NDArray) -> NDArray[np.float32]:
    size = len(samples) // SUPERSAMPLES
    shape = (size, SUPERSAMPLES, size, SUPERSAMPLES, *samples.shape[2:])
    return samples.reshape(shape).mean(axis=(1, 3)).astype(np.float32)


def bilinear(image: NDArray, uv: NDArray) -> NDArray:
    """(..., C) samples of an image (H, W, C) at uv (..., 2), v up, edges repeated."""
    height, width = image.shape[:2]
    x, y = uv[..., 0] * width - 0.5, (1 - uv[..., 1]) * height - 0.5
    left, top = np.floor(x).astype(np.intp), np.floor(y).astype(np.intp)
    along, down = (x - left)[..., None].astype(np.float32), (y - top)[..., None].astype(np.float32)
    columns = [np.clip(left + step, 0, width - 1) for step in (0, 1)]
    rows = [np.clip(top + step, 0, height - 1) for step in (0, 1)]
    upper = image[rows[0], columns[0]] * (1 - along) + image[rows[0], columns[1]] * along
    lower = image[rows[1], columns[0]] * (1 - along) + image[rows[1], columns[1]] * along
    return upper * (1 - down) + lower * down


def close_seam(image: NDArray, chart: Chart, width: int) -> NDArray:
    """A copy of an atlas image (S, S, ...) whose ``width`` texels on both sides of a tube's seam are interpolated.

    The back of the head is where the source layout is cut too; there, its textures show what lies beside the hair.
    """
    result = image.copy()
    block = result[chart.pixels(len(image))]
    left, right = block[:, width].copy(), block[:, -width - 1].copy()
    for step in range(width):
        share = (step + 0.5) / (2 * width)
        block[:, step] = left * (0.5 + share) + right * (0.5 - share)
        block[:, -1 - step] = right * (0.5 + share) + left * (0.5 - share)
    return result


def fill_charts(premultiplied: NDArray, coverage: NDArray) -> NDArray[np.float32]:
    """Divide by the coverage and fill what nothing covers, chart by chart, so that no chart bleeds into another."""
    result = np.zeros_like(premultiplied, dtype=np.float32)
    for chart in CHARTS.values():
        pixels = chart.pixels(len(coverage))
        result[pixels] = _pull_push(premultiplied[pixels], coverage[pixels])
    return result


def _pull_push(premultiplied: NDArray, coverage: NDArray) -> NDArray:
    """Fill holes from ever coarser averages (the pull-push algorithm of Gortler et al. 1996)."""
    height, width = coverage.shape
    known = premultiplied / np.maximum(coverage, 1e-6)[..., None]
    weight = np.clip(4 * coverage, 0, 1)[..., None]
    if min(height, width) < 2:
        return known * (coverage > 0)[..., None]
    rows, columns = height // 2 * 2, width // 2 * 2
    cells = (rows // 2, 2, columns // 2, 2)
    coarse = _pull_push(
        premultiplied[:rows, :columns].reshape(*cells, -1).mean(axis=(1, 3)),
        coverage[:rows, :columns].reshape(cells).mean(axis=(1, 3)),
    )
    fine = coarse.repeat(2, axis=0).repeat(2, axis=1)
    fine = np.pad(fine, ((0, height - rows), (0, width - columns), (0, 0)), mode="edge")
    padded = np.pad(fine, ((1, 1), (1, 1), (0, 0)), mode="edge")
    smooth = sum(padded[i : i + height, j : j + width] for i in range(3) for j in range(3)) / 9
    return known * weight + smooth * (1 - weight)
