"""Atlas textures onto any UV layout: a texel → atlas map, made once for a mesh, then one gather for each texture.

The map is made by rasterizing the mesh's UV triangles. Each texel stores up to two places in the atlas (near a border
between two body parts both charts paint it, so that no seam shows), their shares, and the rotation that
re-expresses a normal of the atlas's tangent frame in the mesh's own.
"""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.atlas.charts import CHARTS
from ml_core.geometry.atlas.seam_leveling import SeamLeveling, seam_leveling
from ml_core.geometry.atlas.surface import chart_corner_uv, tangent_axes
from ml_core.geometry.humanoid.fit import CHART_NAMES, BodyFit
from ml_core.geometry.humanoid.frames import Array
from ml_core.geometry.mesh.rasterize import dilation_source, rasterize_triangles

SHARED_CHARTS = 2


@dataclass(frozen=True)
class AtlasMap:
    """Where each covered texel of a mesh's UV layout finds its color in the body atlas.

    ``texel`` (N,) flat indices into the S x S image (row 0 at the top); ``chart`` (N, 2) indices into ``CHART_NAMES``;
    ``uv`` (N, 2, 2) atlas coordinates; ``share`` (N, 2), sums to 1; ``turn`` (N, 2, 2, 2) for normals; ``fill``
    (S * S,) for every texel the covered texel (index into N) that colors it after dilation; ``seams`` brings both
    sides of UV borders to one color.
    """

    size: int
    texel: NDArray[np.int64]
    chart: NDArray[np.integer]
    uv: Array
    share: Array
    turn: Array
    fill: NDArray[np.int64]
    seams: SeamLeveling | None = None
    gathers: dict[int, Gather] = field(default_factory=dict, compare=False, repr=False)

    @property
    def nbytes(self) -> int:
        """Size in memory, in bytes."""
        parts = (self.texel, self.chart, self.uv, self.share, self.turn, self.fill, self.seams, *self.gathers.values())
        return sum(part.nbytes for part in parts if part is not None)

    def gather(self, atlas_size: int) -> Gather:
        """The gather for atlas images of resolution ``atlas_size``; made once."""
        if atlas_size not in self.gathers:
            self.gathers[atlas_size] = self._made_ready(atlas_size)
        return self.gathers[atlas_size]

    def _made_ready(self, atlas_size: int) -> Gather:
        index, weight = _corner_taps(self, atlas_size)
        weight = (weight * self.share[..., None]).astype(np.float32)
        both = np.flatnonzero(self.share[:, 1] > 1e-4)
        return Gather(
            self.size,
            self.fill,
            np.ascontiguousarray(index[:, 0].T),
            np.ascontiguousarray(weight[:, 0].T)[..., None],
            np.ascontiguousarray(self.turn[:, 0], np.float32),
            both,
            np.ascontiguousarray(index[both, 1].T),
            np.ascontiguousarray(weight[both, 1].T)[..., None],
            np.ascontiguousarray(self.turn[both, 1], np.float32),
            self.seams,
        )

    @property
    def covered(self) -> NDArray[np.bool_]:
        """(S, S) texels that lie in a UV triangle."""
        mask = np.zeros(self.size * self.size, bool)
        mask[self.texel] = True
        return mask.reshape(self.size, self.size)


def map_key(
    vertices: Array, triangles: NDArray, corner_uv: Array, size: int, fit: BodyFit | None = None, *more: Array
) -> str:
    """A digest that changes whenever the rest shape, the topology, the UVs, the size, the fit or what is in ``more``
    (the parts' weights) does."""
    digest = hashlib.blake2b(f"{size} {fit.frames if fit is not None else ''}".encode())
    for array in (vertices, triangles.astype(np.int32), corner_uv, *more):
        digest.update(np.ascontiguousarray(array, dtype=np.int32 if array.dtype.kind == "i" else np.float32).tobytes())
    return digest.hexdigest()


def build_atlas_map(
    fit: BodyFit,
    vertices: Array,
    normals: Array,
    triangles: NDArray,
    corner_uv: Array,
    part_weights: Array,
    size: int,
) -> AtlasMap:
    """Makes the map of a mesh.

    Args:
        vertices: (V, 3) rest positions; normals: (V, 3) unit vertex normals; triangles: (T, 3).
        corner_uv: (T, 3, 2) the mesh's own UVs, v up; only the 0..1 tile is painted.
        part_weights: (V, len(PARTS)), rows sum to 1 (rows of 0 are not painted).
        size: resolution in texels (square) of the target images.
    """
    texel, triangle, barycentric = rasterize_triangles(corner_uv, size)
    painted = part_weights.sum(axis=1)[triangles[triangle]].min(axis=1) > 0.5 if len(triangle) else triangle > 0
    texel, triangle, barycentric = texel[painted], triangle[painted], barycentric[painted]
    corners = triangles[triangle]

    def blend(values: Array) -> Array:
        weights = barycentric.astype(values.dtype)
        result = values.take(corners[:, 0], axis=0)
        result *= weights[:, :1]
        for corner in (1, 2):
            more = values.take(corners[:, corner], axis=0)
            more *= weights[:, corner, None]
            result += more
        return result

    position = blend(vertices)

    def borders() -> tuple[NDArray[np.int64], SeamLeveling]:
        fill = dilation_source(texel, size)
        return fill, seam_leveling(vertices, triangles, corner_uv, texel, position, fill, size)

    # NumPy leaves Python free while it works, so two threads halve what does not depend on each other.
    with ThreadPoolExecutor(1) as beside:
        dilated = beside.submit(borders)
        normal = blend(normals)
        normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-9)
        chart, uv, share = fit.atlas_coordinates(
            position, blend(part_weights.astype(np.float32)), normal, SHARED_CHARTS
        )
        turn = _normal_turns(fit, vertices[triangles], corner_uv, triangle, chart)
        fill, seams = dilated.result()
    return AtlasMap(
        size,
        texel,
        chart.astype(np.int8),
        uv.astype(np.float32),
        share.astype(np.float32),
        turn.astype(np.float32),
        fill,
        seams,
    )


def _normal_turns(fit: BodyFit, corners: Array, corner_uv: Array, triangle: NDArray, chart: NDArray[np.intp]) -> Array:
    """(N, K, 2, 2) from the tangent axes of each chart to those of the mesh's UVs, per triangle."""
    target_x, target_y = tangent_axes(corners, corner_uv)
    turn = np.zeros((*chart.shape, 2, 2))
    for index, name in enumerate(CHART_NAMES):
        rows, places = np.nonzero(chart == index)
        if not len(rows):
            continue
        owner = triangle[rows]
        is_used = np.zeros(len(corners), bool)
        is_used[owner] = True
        used, inverse = np.flatnonzero(is_used), (np.cumsum(is_used) - 1)[owner]
        atlas_x, atlas_y = tangent_axes(corners[used], chart_corner_uv(fit, CHARTS[name], corners[used]))
        block = np.stack(
            [
                np.stack([(target_x[used] * atlas_x).sum(1), (target_x[used] * atlas_y).sum(1)], axis=-1),
                np.stack([(target_y[used] * atlas_x).sum(1), (target_y[used] * atlas_y).sum(1)], axis=-1),
            ],
            axis=-2,
        )
        turn[rows, places] = block[inverse]
    return turn


def _corner_taps(atlas_map: AtlasMap, size: int) -> tuple[NDArray[np.int64], Array]:
    """For each texel and chart the four atlas texels around its place, (N, K, 4) flat indices, and their weights."""
    index = np.zeros((*atlas_map.chart.shape, 4), np.int64)
    weight = np.zeros((*atlas_map.chart.shape, 4))
    for number, name in enumerate(CHART_NAMES):
        rows, places = np.nonzero(atlas_map.chart == number)
        if not len(rows):
            continue
        chart = CHARTS[name]
        row_span, column_span = chart.pixels(size)
        uv = atlas_map.uv[rows, places]
        x = uv[:, 0] * size - 0.5 - column_span.start
        y = np.clip((1 - uv[:, 1]) * size - 0.5 - row_span.start, 0, row_span.stop - row_span.start - 1)
        width = column_span.stop - column_span.start
        if chart.kind == "sheet":
            x = np.clip(x, 0, width - 1)
        x0, y0 = np.floor(x).astype(np.int64), np.floor(y).astype(np.int64)
        fx, fy = x - x0, y - y0
        y1 = np.minimum(y0 + 1, row_span.stop - row_span.start - 1)
        if chart.kind == "tube":
            x0, x1 = x0 % width, (x0 + 1) % width
        else:
            x1 = np.minimum(x0 + 1, width - 1)
        top, bottom = (y0 + row_span.start) * size, (y1 + row_span.start) * size
        left, right = x0 + column_span.start, x1 + column_span.start
        index[rows, places] = np.stack([top + left, top + right, bottom + left, bottom + right], axis=1)
        weight[rows, places] = np.stack([(1 - fx) * (1 - fy), fx * (1 - fy), (1 - fx) * fy, fx * fy], axis=1)
    return index, weight


@dataclass(frozen=True)
class Gather:
    """An :class:`AtlasMap` prepared for atlas images of one size, for sliders that apply it many times a second.

    ``near`` (4, N) flat indices and ``near_share`` (4, N, 1) of the four atlas texels around each covered texel, and
    ``near_turn`` (N, 2, 2) for normals; ``far``, ``far_share`` and ``far_turn`` the same for the few texels (``both``)
    that a second chart paints too.
    """

    size: int
    fill: NDArray[np.int64]
    near: NDArray[np.int64]
    near_share: NDArray[np.float32]
    near_turn: NDArray[np.float32]
    both: NDArray[np.int64]
    far: NDArray[np.int64]
    far_share: NDArray[np.float32]
    far_turn: NDArray[np.float32]
    seams: SeamLeveling | None = None

    @property
    def nbytes(self) -> int:
        arrays = (self.near, self.near_share, self.near_turn, self.both, self.far, self.far_share, self.far_turn)
        return sum(array.nbytes for array in arrays)

    def __call__(self, image: NDArray[np.floating]) -> NDArray[np.float32]:
        """An atlas image (A, A, C) in the mesh's own layout (S, S, C): bilinear samples, clamped to their chart and
        wrapped around tubes, dilated past the island borders."""
        flat = _flat(image)
        mixed = _sampled(flat, self.near, self.near_share)
        mixed[self.both] += _sampled(flat, self.far, self.far_share)
        return self._laid_out(self._leveled(mixed))

    def with_normal(
        self, image: NDArray[np.floating], normal: NDArray[np.floating]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """As a call, of an image and a tangent-space normal map (A, A, 3) of the atlas, which comes out as unit
        vectors (S, S, 3) in the mesh's own tangent frame."""
        channels = image.shape[-1]
        flat = np.concatenate([_flat(image), _flat(normal)], axis=1)
        mixed, far = _sampled(flat, self.near, self.near_share), _sampled(flat, self.far, self.far_share)
        _turn(mixed[:, channels:], self.near_turn)
        _turn(far[:, channels:], self.far_turn)
        mixed[self.both] += far
        turned = mixed[:, channels:]
        turned /= np.maximum(np.sqrt(np.einsum("nc,nc->n", turned, turned)), 1e-6)[:, None]
        result = self._laid_out(np.concatenate([self._leveled(mixed[:, :channels]), turned], axis=1))
        return result[..., :channels], result[..., channels:]

    def _leveled(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """Values (N, C) of the covered texels without steps at UV borders."""
        return values if self.seams is None else np.asarray(self.seams(values), np.float32)

    def _laid_out(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        return values.take(self.fill, axis=0).reshape(self.size, self.size, -1)


def _flat(image: NDArray[np.floating]) -> NDArray[np.float32]:
    return np.ascontiguousarray(image.reshape(-1, image.shape[-1]), dtype=np.float32)


def _sampled(flat: NDArray[np.float32], index: NDArray[np.int64], share: NDArray[np.float32]) -> NDArray[np.float32]:
    """(N, C) the weighted sums of four texels each."""
    result = flat.take(index[0], axis=0)
    result *= share[0]
    for corner in range(1, 4):
        more = flat.take(index[corner], axis=0)
        more *= share[corner]
        result += more
    return result


def _turn(normal: NDArray[np.float32], turn: NDArray[np.float32]) -> None:
    """Turns the first two components of normals (N, 3) in place."""
    x, y = normal[:, 0].copy(), normal[:, 1].copy()
    normal[:, 0] = turn[:, 0, 0] * x + turn[:, 0, 1] * y
    normal[:, 1] = turn[:, 1, 0] * x + turn[:, 1, 1] * y
