"""Resampling between a source UV layout and the body atlas: area-filtered gathers, holes filled, normals rotated."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from ml_core.geometry.atlas.charts import CHARTS, Chart

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
    _matrices: dict[int, sparse.csr_matrix] = field(default_factory=dict, repr=False, compare=False)

    @property
    def size(self) -> int:
        return len(self.uv) // SUPERSAMPLES

    def coverage(self) -> NDArray[np.float32]:
        """(S, S) share of each texel's samples that are valid."""
        return _average(self.valid.astype(np.float32))

    def _gathering(self, side: int) -> sparse.csr_matrix:
        """Matrix (S S, side side): the mean of a texel's valid samples, each interpolated bilinearly; made once."""
        if side not in self._matrices:
            self._matrices[side] = self._gathering_matrix(side)
        return self._matrices[side]

    def _gathering_matrix(self, side: int) -> sparse.csr_matrix:
        size, per_texel = self.size, SUPERSAMPLES**2
        x, y = self.uv[..., 0] * side - 0.5, (1 - self.uv[..., 1]) * side - 0.5
        left, top = np.floor(x), np.floor(y)
        texel = np.arange(size * size).reshape(size, size).repeat(SUPERSAMPLES, 0).repeat(SUPERSAMPLES, 1)
        rows, columns, shares = [], [], []
        for down in (0, 1):
            for along in (0, 1):
                share = (1 - np.abs(x - left - along)) * (1 - np.abs(y - top - down)) / per_texel
                column = np.clip(left + along, 0, side - 1).astype(np.int32)
                row = np.clip(top + down, 0, side - 1).astype(np.int32)
                rows.append(texel[self.valid])
                columns.append((row * side + column)[self.valid])
                shares.append(share[self.valid].astype(np.float32))
        entries = (np.concatenate(shares), (np.concatenate(rows), np.concatenate(columns)))
        return sparse.coo_matrix(entries, shape=(size * size, side**2)).tocsr()

    @functools.cached_property
    def _turning(self) -> NDArray[np.float32]:
        """(S, S, 2, 2) mean rotation of a texel's valid samples."""
        turned = _average(self.rotation * self.valid[..., None, None])
        return turned / np.maximum(self.coverage(), 1e-6)[..., None, None]

    def _gathered(self, image: NDArray) -> NDArray[np.float32]:
        """(S, S, C) of a source image (H, H, C), times the coverage."""
        channels = image.shape[-1]
        flat = np.ascontiguousarray(image, dtype=np.float32).reshape(-1, channels)
        return np.asarray(self._gathering(len(image)) @ flat).reshape(self.size, self.size, channels)

    def gather(self, image: NDArray) -> NDArray[np.float32]:
        """(S, S, C) atlas image of a source image (H, H, C); texels without a sample are filled from their chart."""
        return fill_charts(self._gathered(image), self.coverage())

    def gather_normal(self, normal: NDArray, flip_green: NDArray[np.bool_]) -> NDArray[np.float32]:
        """(S, S, 2) normal xy in the atlas's frame of source normals xy (H, H, 2); ``flip_green`` (S, S) says where
        green points down."""
        coverage = self.coverage()[..., None]
        gathered = self._gathered(normal) / np.maximum(coverage, 1e-6)
        gathered[..., 1] *= np.where(flip_green, -1, 1)
        turned = (self._turning * gathered[:, :, None]).sum(axis=-1)
        return np.where(coverage > 0, turned, 0).astype(np.float32)


def _average(samples: NDArray) -> NDArray[np.float32]:
    size = len(samples) // SUPERSAMPLES
    shape = (size, SUPERSAMPLES, size, SUPERSAMPLES, *samples.shape[2:])
    return samples.reshape(shape).mean(axis=(1, 3)).astype(np.float32)


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
