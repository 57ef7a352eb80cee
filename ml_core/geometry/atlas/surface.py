"""Which point of a body's surface each atlas texel shows: one ray a texel from outside toward the part's axis.

Needs ``trimesh`` with ``embreex`` (the ``train`` extra): used to make training data and to measure bodies, not to apply
textures.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.atlas.charts import CHARTS, PARTS, Chart
from ml_core.geometry.humanoid.fit import BodyFit
from ml_core.geometry.humanoid.frames import Array, SheetFrame, unit


@dataclass(frozen=True)
class AtlasSurface:
    """What the rays of an atlas of S x S texels hit.

    ``triangle`` (S, S) int32, -1 where nothing of the part faces the ray; ``barycentric`` (S, S, 3); ``radius`` (S, S)
    distance from the axis (for hands: height over the middle plane), in the body's units.
    """

    triangle: NDArray[np.int32]
    barycentric: Array
    radius: Array

    @property
    def valid(self) -> NDArray[np.bool_]:
        return self.triangle >= 0

    def sample(self, corner_values: Array) -> Array:
        """Values (T, 3, C) at triangle corners, interpolated to (S, S, C); 0 where invalid."""
        values = np.einsum("ijk,ijkc->ijc", self.barycentric, corner_values[np.maximum(self.triangle, 0)])
        return np.where(self.valid[..., None], values, 0)


def atlas_to_surface(
    fit: BodyFit, vertices: Array, triangles: NDArray, part_weights: Array, size: int, share: float = 0.06
) -> AtlasSurface:
    """Casts the rays of every chart at the triangles of which ``share`` of a corner's weight is the chart's part.

    Args:
        vertices: (V, 3) rest positions in the fit's space. triangles: (T, 3).
        part_weights: (V, len(PARTS)).
        size: resolution in texels (square).
    """
    triangle = np.full((size, size), -1, np.int32)
    barycentric = np.zeros((size, size, 3))
    radius = np.zeros((size, size))
    for chart in CHARTS.values():
        of_part = part_weights[:, PARTS.index(chart.part)]
        chosen = np.flatnonzero((of_part[triangles] > share).any(axis=1))
        if not len(chosen):
            continue
        rows, columns = chart.pixels(size)
        hit, weights, distance = _cast(fit, chart, vertices, triangles[chosen], size)
        triangle[rows, columns] = np.where(hit >= 0, chosen[np.maximum(hit, 0)], -1)
        barycentric[rows, columns] = weights
        radius[rows, columns] = distance
    return AtlasSurface(triangle, barycentric, radius)


def _cast(fit: BodyFit, chart: Chart, vertices: Array, triangles: NDArray, size: int) -> tuple[NDArray, Array, Array]:
    """First front-facing hits ``(index into triangles or -1, barycentric, radius)`` of a chart's texels."""
    import trimesh  # half a second, when a mesh is textured for the first time

    t, across = chart.texel_grid(size)
    frame = fit.frames[chart.part]
    far = fit.height
    if isinstance(frame, SheetFrame):
        sign = 1.0 if chart.name.endswith("_back") else -1.0
        start = frame.unproject(t, across, np.zeros_like(t))
        outward = np.broadcast_to(sign * frame.normal, start.shape)
    else:
        start, outward = frame.ray(t, across)
    origins = (start + far * outward).reshape(-1, 3)
    directions = -outward.reshape(-1, 3)
    mesh = trimesh.Trimesh(vertices, triangles, process=False)
    hit = mesh.ray.intersects_first(origins, directions)
    normals = mesh.face_normals[np.maximum(hit, 0)]
    facing = np.einsum("ij,ij->i", normals, directions)
    hit = np.where(facing < -0.02, hit, -1)
    corners = vertices[triangles[np.maximum(hit, 0)]]
    depth = np.einsum("ij,ij->i", corners[:, 0] - origins, normals) / np.where(hit >= 0, facing, 1.0)
    points = origins + depth[:, None] * directions
    weights = trimesh.triangles.points_to_barycentric(corners, points)
    ok = (hit >= 0)[:, None]
    distance = np.where(hit >= 0, far - depth, 0)
    shape = t.shape
    return (
        np.where(ok[:, 0], hit, -1).reshape(shape),
        np.where(ok, np.clip(weights, 0, 1), 0).reshape(*shape, 3),
        distance.reshape(shape),
    )


def tangent_axes(corners: Array, corner_uv: Array) -> tuple[Array, Array]:
    """Unit tangent x (along +u) and y (along +v, at right angles, on +v's side), each (T, 3), of triangles.

    Args:
        corners: (T, 3, 3) positions. corner_uv: (T, 3, 2).
    """
    edge1, edge2 = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    uv1, uv2 = corner_uv[:, 1] - corner_uv[:, 0], corner_uv[:, 2] - corner_uv[:, 0]
    area = uv1[:, 0] * uv2[:, 1] - uv2[:, 0] * uv1[:, 1]
    sign = np.where(area < 0, -1.0, 1.0)[:, None]
    along_u = unit(sign * (uv2[:, 1:] * edge1 - uv1[:, 1:] * edge2))
    normal = unit(np.cross(edge1, edge2))
    along_v: Array = np.asarray(sign * np.cross(normal, along_u), float)
    return along_u, along_v


def chart_corner_uv(fit: BodyFit, chart: Chart, corners: Array) -> Array:
    """Atlas uv (T, 3, 2) of triangles' corners (T, 3, 3) in one chart, unwrapped so that no triangle spans the seam."""
    t, across, _ = fit.project(corners, chart.part)
    if chart.kind == "tube":
        turn = np.round((across - across[:, :1]) / (2 * np.pi))
        across = across - 2 * np.pi * turn
        fraction = 0.5 + (across + chart.front_bias * np.sin(across)) / (2 * np.pi)
    else:
        fraction = 0.5 + 0.5 * across
    cells = np.stack([chart.x + fraction * chart.width, -chart.y - t * chart.height], axis=-1)
    return cells / 32.0 + np.array([0.0, 1.0])


def normal_rotation(
    fit: BodyFit, surface: AtlasSurface, vertices: Array, triangles: NDArray, source_corner_uv: Array
) -> Array:
    """(S, S, 2, 2) matrices that turn (x, y) of a tangent-space normal of the source UV layout into the atlas's frame.

    Args:
        source_corner_uv: (T, 3, 2) the mesh's own UVs.
    """
    size = surface.triangle.shape[0]
    result = np.zeros((size, size, 2, 2))
    result[...] = np.eye(2)
    for chart in CHARTS.values():
        rows, columns = chart.pixels(size)
        hit = surface.triangle[rows, columns]
        used, inverse = np.unique(np.maximum(hit, 0), return_inverse=True)
        corners = vertices[triangles[used]]
        atlas_x, atlas_y = tangent_axes(corners, chart_corner_uv(fit, chart, corners))
        source_x, source_y = tangent_axes(corners, source_corner_uv[used])
        turn = np.stack(
            [
                np.stack([(atlas_x * source_x).sum(1), (atlas_x * source_y).sum(1)], axis=-1),
                np.stack([(atlas_y * source_x).sum(1), (atlas_y * source_y).sum(1)], axis=-1),
            ],
            axis=-2,
        )
        block = turn[inverse.reshape(hit.shape)]
        result[rows, columns] = np.where((hit >= 0)[..., None, None], block, np.eye(2))
    return result
