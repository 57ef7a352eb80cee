"""Finds where on the skin a point of the 3D view is: the chart of the body atlas, and the position in it."""

from __future__ import annotations

from dataclasses import dataclass

import bpy
import numpy as np
from mathutils import Vector
from mathutils.interpolate import poly_3d_calc
from numpy.typing import NDArray

from ml_core.geometry.atlas.charts import CELLS, CHARTS
from ml_core.geometry.humanoid.fit import CHART_NAMES

from .texturing import MapSource

SIZE = 256


@dataclass(frozen=True)
class SkinPlace:
    """``chart`` of the atlas, ``x`` across it and ``y`` down it (0..1), as layers are placed."""

    chart: str
    x: float
    y: float

    def bare(self, skin: NDArray[np.float32]) -> float:
        """How much bare skin is there (0..1), by the atlas's mask of it (S, S)."""
        rows, columns = CHARTS[self.chart].pixels(len(skin))
        row = rows.start + int(self.y * (rows.stop - rows.start - 1))
        column = columns.start + int(self.x * (columns.stop - columns.start - 1))
        return float(skin[max(row - 2, 0) : row + 3, max(column - 2, 0) : column + 3].mean())


def uv_under(
    context: bpy.types.Context, origin: Vector, direction: Vector, among: set[bpy.types.Object]
) -> tuple[bpy.types.Object, tuple[float, float]] | None:
    """The first of the meshes ``among`` that a ray of the scene hits, and its UV there; ``None`` when it hits none.

    Hair, clothes and other objects in front of them are ignored.
    """
    depsgraph = context.evaluated_depsgraph_get()
    for _ in range(16):
        hit, place, _, index, obj, _ = context.scene.ray_cast(depsgraph, origin, direction)
        if not hit:
            return None
        if obj in among:
            mesh = obj.evaluated_get(depsgraph).data
            layer, polygon = mesh.uv_layers.active, mesh.polygons[index]
            corners = [mesh.vertices[number].co.to_tuple() for number in polygon.vertices]
            shares = poly_3d_calc(corners, obj.matrix_world.inverted() @ place)
            uvs = np.array([layer.data[loop].uv for loop in polygon.loop_indices])
            u, v = np.array(shares) @ uvs
            return obj, (float(u), float(v))
        origin = place + 1e-4 * direction
    return None


def place_of(source: MapSource, uv: tuple[float, float]) -> SkinPlace:
    """Maps a UV of a mesh's own layout to the atlas. Needs no Blender data."""
    atlas_map = source.atlas_map(SIZE)
    column, row = (min(max(int(item * SIZE), 0), SIZE - 1) for item in (uv[0] % 1.0, 1 - uv[1] % 1.0))
    texel = int(atlas_map.fill[row * SIZE + column])
    side = int(atlas_map.share[texel].argmax())
    chart = CHARTS[CHART_NAMES[int(atlas_map.chart[texel, side])]]
    u, v = atlas_map.uv[texel, side]
    x, y = (u * CELLS - chart.x) / chart.width, ((1 - v) * CELLS - chart.y) / chart.height
    return SkinPlace(chart.name, float(np.clip(x, 0, 1)), float(np.clip(y, 0, 1)))
