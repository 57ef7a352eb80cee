"""Removes steps of color at UV borders: both sides meet in the middle, and the change fades into each island.

Two islands show the same edge of the mesh with texels that lie differently, and often from different charts of the
atlas. The idea is that of Lempitsky and Ivanov, "Seamless mosaicing of image-based texture maps" (CVPR 2007), with a
fixed falloff in place of their optimization, so that it is one gather for each new texture.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.humanoid.frames import Array
from ml_core.geometry.mesh.rasterize import dilation_source
from ml_core.geometry.mesh.seams import seam_edges

REACH = 1 / 64
"""How far into an island the change fades out, as a share of the image."""
ROUNDS = 3
HEM = (0.05, 0.2)
"""Steps (0..1) from which the change begins to fade out faster, and where it does so wholly."""
HEM_POWER = 8


@dataclass(frozen=True)
class SeamLeveling:
    """For M texels near a border, which of K places on it is nearest (``place``) and how much of its change they take
    (``share``); for each place the four covered texels and weights (K, 4) on this side and on the other."""

    texel: NDArray[np.int32]
    place: NDArray[np.int32]
    share: NDArray[np.float32]
    this: NDArray[np.int32]
    this_weight: NDArray[np.float32]
    other: NDArray[np.int32]
    other_weight: NDArray[np.float32]

    @property
    def nbytes(self) -> int:
        return sum(array.nbytes for array in vars(self).values())

    def __call__(self, values: NDArray[np.floating]) -> NDArray[np.floating]:
        """Changes values (N, C) of covered texels in place, and returns them."""
        if not len(self.texel):
            return values
        share = None
        for _ in range(ROUNDS):
            step = _mixed(values, self.other, self.other_weight) - _mixed(values, self.this, self.this_weight)
            if share is None:
                share = self._shares(np.abs(step).max(axis=1))
            values[self.texel] += share[:, None] * step[self.place]
        return values

    def _shares(self, step: NDArray[np.floating]) -> NDArray[np.floating]:
        """Half of the step (P,) at each place that each texel (M,) near it takes.

        A large step is not a difference of shade but the hem of a garment, which a wide fade would blur.
        """
        low, high = HEM
        is_hem = np.clip((step - low) / (high - low), 0, 1)[self.place]
        return 0.5 * (self.share + is_hem * (self.share**HEM_POWER - self.share))


def _mixed(values: NDArray, index: NDArray, weight: NDArray) -> NDArray:
    result = values[index[:, 0]] * weight[:, :1]
    for corner in range(1, 4):
        result += values[index[:, corner]] * weight[:, corner, None]
    return result


def seam_leveling(
    vertices: Array,
    triangles: NDArray,
    corner_uv: Array,
    texel: NDArray[np.int64],
    position: Array,
    fill: NDArray[np.int64],
    size: int,
) -> SeamLeveling:
    """Prepares the leveling of one layout.

    Args:
        vertices: (V, 3), triangles: (T, 3), corner_uv: (T, 3, 2) of the mesh.
        texel: (N,) flat indices of covered texels, position: (N, 3) where they lie on the mesh.
        fill: (size * size,) for each texel of the image the covered one that colors it.
    """
    uv, places = _places(vertices, triangles, corner_uv, size)
    if not len(uv):
        none, no_taps = np.zeros(0, np.int32), np.zeros((0, 4), np.int32)
        return SeamLeveling(none, none, np.zeros(0, np.float32), *(2 * (no_taps, no_taps.astype(np.float32))))
    index, weight = _taps(uv.reshape(-1, 2), size)
    covered = fill[index].astype(np.int32).reshape(len(uv), 2, 4)
    weight = weight.astype(np.float32).reshape(len(uv), 2, 4)
    # Each place once from either side.
    this, other = np.concatenate([covered[:, 0], covered[:, 1]]), np.concatenate([covered[:, 1], covered[:, 0]])
    this_weight = np.concatenate([weight[:, 0], weight[:, 1]])
    other_weight = np.concatenate([weight[:, 1], weight[:, 0]])
    seed = this[np.arange(len(this)), this_weight.argmax(axis=1)]
    place_of_seed = np.full(len(texel), -1, np.int32)
    place_of_seed[seed] = np.arange(len(seed), dtype=np.int32)
    seeds = np.flatnonzero(place_of_seed >= 0)
    nearest = seeds[dilation_source(texel[seeds], size)[texel]]
    away = np.hypot(texel // size - texel[nearest] // size, texel % size - texel[nearest] % size)
    reach = max(REACH * size, 3.0)
    near = np.flatnonzero(away < reach)
    place = place_of_seed[nearest[near]]
    # A texel of another island may lie beside this one in the image, but does not on the mesh.
    where = np.concatenate([places, places])[place]
    span = np.linalg.norm(position[near] - where, axis=1)
    usual = np.median(span[away[near] < 1.5]) if (away[near] < 1.5).any() else np.inf
    same = span < 4 * usual * np.maximum(away[near], 1.5)
    near, place = near[same], place[same]
    share = (1 - away[near] / reach) ** 2
    return SeamLeveling(near.astype(np.int32), place, share.astype(np.float32), this, this_weight, other, other_weight)


def _places(vertices: Array, triangles: NDArray, corner_uv: Array, size: int) -> tuple[Array, Array]:
    """Places a texel apart on all borders: uv on both sides (P, 2, 2), and position on the mesh (P, 3)."""
    sides, ends = seam_edges(vertices, triangles, corner_uv)
    if not len(sides):
        return np.zeros((0, 2, 2)), np.zeros((0, 3))
    length = np.linalg.norm(sides[:, :, 0] - sides[:, :, 1], axis=-1).max(axis=1) * size
    count = np.clip(np.ceil(length), 1, 64).astype(int)
    owner = np.repeat(np.arange(len(sides)), count)
    step = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)
    share = ((step + 0.5) / count[owner])[:, None]
    uv = sides[owner, :, 0] * (1 - share[:, None]) + sides[owner, :, 1] * share[:, None]
    start, end = vertices[ends[owner, 0]], vertices[ends[owner, 1]]
    return uv, start * (1 - share) + end * share


def _taps(uv: Array, size: int) -> tuple[NDArray[np.int64], Array]:
    """The four texels (P, 4) around uv (P, 2) as a renderer blends them, and their weights."""
    x = np.clip(uv[:, 0] * size - 0.5, 0, size - 1.001)
    y = np.clip((1 - uv[:, 1]) * size - 0.5, 0, size - 1.001)
    x0, y0 = np.floor(x).astype(np.int64), np.floor(y).astype(np.int64)
    fx, fy = x - x0, y - y0
    x1, y1 = np.minimum(x0 + 1, size - 1), np.minimum(y0 + 1, size - 1)
    index = np.stack([y0 * size + x0, y0 * size + x1, y1 * size + x0, y1 * size + x1], axis=1)
    return index, np.stack([(1 - fx) * (1 - fy), fx * (1 - fy), (1 - fx) * fy, fx * fy], axis=1)
