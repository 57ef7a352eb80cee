"""Atlas textures onto any UV layout: a texel → atlas map, made once for a mesh, then one gather for each texture.

The map is made by rasterising the mesh's UV triangles. Each texel stores up to two places in the atlas (near a border
between two body parts both charts paint it, so that no seam shows), their shares, and the rotation that
re-expresses a normal of the atlas's tangent frame in the mesh's own.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.atlas import CHARTS
from ml_core.geometry.atlas_surface import chart_corner_uv, tangent_axes
from ml_core.geometry.body_fit import CHART_NAMES, BodyFit
from ml_core.geometry.part_frame import Array
from ml_core.geometry.rasterize import dilation_source, rasterize_triangles
from ml_core.geometry.seam_leveling import SeamLeveling, seam_leveling

SHARED_CHARTS = 2


@dataclass(frozen=True)
class AtlasMap:
    """Where each covered texel of a mesh's UV layout finds its colour in the body atlas.

    ``texel`` (N,) flat indices into the S x S image (row 0 at the top); ``chart`` (N, 2) indices into ``CHART_NAMES``;
    ``uv`` (N, 2, 2) atlas coordinates; ``share`` (N, 2), sums to 1; ``turn`` (N, 2, 2, 2) for normals; ``fill``
    (S * S,) for every texel the covered texel (index into N) that colours it after dilation; ``seams`` brings both
    sides of UV borders to one colour.
    """

    size: int
    texel: NDArray[np.int64]
    chart: NDArray[np.integer]
    uv: Array
    share: Array
    turn: Array
    fill: NDArray[np.int64]
    seams: SeamLeveling | None = None

    @property
    def nbytes(self) -> int:
        """Bytes of memory that it takes."""
        parts = (self.texel, self.chart, self.uv, self.share, self.turn, self.fill, self.seams)
        return sum(part.nbytes for part in parts if part is not None)

    def leveled(self, values: NDArray[np.floating]) -> NDArray[np.floating]:
        """Values (N, C) of the covered texels without steps at UV borders."""
        return values if self.seams is None else self.seams(values)

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
        size: texels a side of the target images.
    """
    texel, triangle, barycentric = rasterize_triangles(corner_uv, size)
    painted = part_weights.sum(axis=1)[triangles[triangle]].min(axis=1) > 0.5 if len(triangle) else triangle > 0
    texel, triangle, barycentric = texel[painted], triangle[painted], barycentric[painted]
    corners = triangles[triangle]

    def blend(values: Array) -> Array:
        return np.einsum("nk,nkc->nc", barycentric, values[corners])

    normal = blend(normals)
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-9)
    position = blend(vertices)
    chart, uv, share = fit.atlas_coordinates(position, blend(part_weights), normal, SHARED_CHARTS)
    turn = _normal_turns(fit, vertices[triangles], corner_uv, triangle, chart)
    fill = dilation_source(texel, size)
    return AtlasMap(
        size,
        texel,
        chart.astype(np.int8),
        uv.astype(np.float32),
        share.astype(np.float32),
        turn.astype(np.float32),
        fill,
        seam_leveling(vertices, triangles, corner_uv, texel, position, fill, size),
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


def sample_atlas(atlas_map: AtlasMap, image: Array) -> Array:
    """(N, K, C) bilinear samples of an atlas image (A, A, C): clamped to the chart, wrapped around tubes."""
    flat = image.reshape(image.shape[0] ** 2, -1)
    index, weight = _corner_taps(atlas_map, image.shape[0])
    weight = weight.astype(flat.dtype)
    result = flat[index[..., 0]] * weight[..., 0, None]
    for corner in range(1, 4):
        result += flat[index[..., corner]] * weight[..., corner, None]
    return np.asarray(result)


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


def transfer(atlas_map: AtlasMap, image: Array) -> Array:
    """An atlas image (A, A) or (A, A, C) in the mesh's own layout (S, S[, C]), dilated past the island borders."""
    samples = sample_atlas(atlas_map, image.reshape(*image.shape[:2], -1))
    mixed = np.einsum("nk,nkc->nc", atlas_map.share.astype(samples.dtype), samples)
    return atlas_map.leveled(mixed)[atlas_map.fill].reshape(atlas_map.size, atlas_map.size, *image.shape[2:])


def transfer_normal(atlas_map: AtlasMap, normal: Array) -> Array:
    """A tangent-space normal map (A, A, 3) of the atlas as one (S, S, 3) of the mesh's own tangent frame."""
    samples = sample_atlas(atlas_map, normal)
    turned = np.einsum("nkij,nkj->nki", atlas_map.turn.astype(samples.dtype), samples[..., :2])
    samples = np.concatenate([turned, samples[..., 2:]], axis=-1)
    mixed = np.einsum("nk,nkc->nc", atlas_map.share.astype(samples.dtype), samples)
    mixed /= np.maximum(np.linalg.norm(mixed, axis=1, keepdims=True), 1e-6)
    return mixed[atlas_map.fill].reshape(atlas_map.size, atlas_map.size, 3)


@dataclass(frozen=True)
class Gather:
    """An :class:`AtlasMap` made ready for atlas images of one size: what a slider needs many times a second.

    ``near`` (N, 4) flat indices and ``near_share`` (N, 4) of the four atlas texels around each covered texel; ``far``
    and ``far_share`` the same for the few texels (``both``) that a second chart paints too.
    """

    size: int
    fill: NDArray[np.int64]
    near: NDArray[np.int32]
    near_share: NDArray[np.float32]
    both: NDArray[np.int64]
    far: NDArray[np.int32]
    far_share: NDArray[np.float32]
    seams: SeamLeveling | None = None

    def __call__(self, image: NDArray[np.floating]) -> NDArray[np.float32]:
        """As :func:`transfer` of an atlas image (A, A, C), up to rounding."""
        flat = np.ascontiguousarray(image.reshape(-1, image.shape[-1]), dtype=np.float32)
        mixed = sum(flat[self.near[:, k]] * self.near_share[:, k, None] for k in range(4))
        mixed[self.both] += sum(flat[self.far[:, k]] * self.far_share[:, k, None] for k in range(4))
        if self.seams is not None:
            self.seams(mixed)
        return np.asarray(mixed[self.fill].reshape(self.size, self.size, -1), np.float32)


def gather_of(atlas_map: AtlasMap, atlas_size: int) -> Gather:
    """The :class:`Gather` of a map for atlas images of ``atlas_size`` texels a side."""
    index, weight = _corner_taps(atlas_map, atlas_size)
    weight = weight * atlas_map.share[..., None]
    both = np.flatnonzero(atlas_map.share[:, 1] > 1e-4)
    return Gather(
        atlas_map.size,
        atlas_map.fill,
        index[:, 0].astype(np.int32),
        weight[:, 0].astype(np.float32),
        both,
        index[both, 1].astype(np.int32),
        weight[both, 1].astype(np.float32),
        atlas_map.seams,
    )
