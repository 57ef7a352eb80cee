"""Lightmap UVs, rasterized: nothing lies over anything else, and charts keep their distance."""

from __future__ import annotations

from pathlib import Path

import bpy
import numpy as np
import pytest
from scipy import ndimage

from blender_addon.bridge.jobs.steps import run_to_end
from blender_addon.bridge.mesh_arrays import positions
from blender_addon.export.assets.lightmap import LIGHTMAP_LAYER, add_lightmap, has_room
from blender_addon.export.assets.static import ensure_uv
from blender_addon.export.assets.static_geometry import prepare_assets
from blender_addon.export.meshes.cleaning import triangulate
from blender_addon.export.options import ExportOptions
from blender_addon.export.targets.profiles import profile
from ml_core.geometry.mesh.rasterize import covered_texels

from ..real_things import REAL, collected, largest


def islands(mesh: bpy.types.Mesh, uv: np.ndarray) -> np.ndarray:
    """(T,) number of the chart of each triangle: they share an edge in space and on the map."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    place = np.array([loop.vertex_index for loop in mesh.loops])
    corner = np.concatenate([positions(mesh)[place].round(4), uv.reshape(-1, 2).round(6)], axis=1)
    _, number = np.unique(corner, axis=0, return_inverse=True)
    rows = number.ravel().reshape(-1, 3)
    count = int(rows.max()) + 1
    links = np.concatenate([rows[:, [0, 1]], rows[:, [1, 2]]])
    _, label = connected_components(coo_matrix((np.ones(len(links)), links.T), (count, count)))
    return label[rows[:, 0]]


def measured(mesh: bpy.types.Mesh, size: int) -> tuple[int, float]:
    """Texels that two triangles cover, and the smallest distance in texels between two charts."""
    uv = np.array([one.uv[:] for one in mesh.uv_layers[1].data]).reshape(-1, 3, 2)
    assert uv.min() >= 0
    assert uv.max() <= 1
    texel, triangle, weights = covered_texels(uv, size)
    inside = weights.min(axis=1) > 1e-3
    overlaps = int((np.bincount(texel[inside]) > 1).sum())
    chart = np.zeros(size * size, int)
    chart[texel] = islands(mesh, uv)[triangle] + 1
    picture = chart.reshape(size, size)
    nearest = np.inf
    for number in np.unique(picture)[1:][:40]:
        away = ndimage.distance_transform_cdt(picture != number, "chessboard")
        others = (picture != number) & (picture > 0)
        nearest = min(nearest, away[others].min() if others.any() else np.inf)
    return overlaps, nearest - 1


@pytest.mark.data
@pytest.mark.parametrize("name", REAL)
def test_real_furniture(clean_scene: object, data_dir: Path, name: str) -> None:
    mesh = largest(data_dir / "scenes" / name).mesh
    first = mesh.uv_layers[0].name
    before = np.array([one.uv[:] for one in mesh.uv_layers[0].data])
    size = run_to_end(add_lightmap(mesh))
    assert [layer.name for layer in mesh.uv_layers] == [first, LIGHTMAP_LAYER]
    assert mesh.uv_layers[0].active_render
    assert np.array_equal(np.array([one.uv[:] for one in mesh.uv_layers[0].data]), before)
    assert size == 1024
    overlaps, padding = measured(mesh, size)
    assert overlaps == 0
    assert padding >= 2


def test_the_measure_can_fail(clean_scene: object) -> None:
    bpy.ops.mesh.primitive_cube_add()
    mesh = bpy.context.object.data
    triangulate(mesh)
    run_to_end(add_lightmap(mesh))
    assert measured(mesh, 1024)[0] == 0
    for corner in mesh.uv_layers[1].data[:3]:
        corner.uv.x = min(corner.uv.x + 0.2, 1)
    assert measured(mesh, 1024)[0] > 0


def test_texels_are_even_and_many_charts_still_fit(clean_scene: object) -> None:
    """3 000 loose leaves in all directions."""
    rng = np.random.default_rng(0)
    center = rng.uniform(-1, 1, (3000, 1, 3))
    points = (center + rng.normal(0, 0.03, (3000, 3, 3))).reshape(-1, 3)
    mesh = bpy.data.meshes.new("Leaves")
    mesh.from_pydata(points.tolist(), [], np.arange(9000).reshape(-1, 3).tolist())
    ensure_uv(mesh)
    size = run_to_end(add_lightmap(mesh))
    overlaps, padding = measured(mesh, size)
    assert overlaps == 0
    assert padding >= 2
    uv = np.array([one.uv[:] for one in mesh.uv_layers[1].data]).reshape(-1, 3, 2)
    a, b = uv[:, 1] - uv[:, 0], uv[:, 2] - uv[:, 0]
    corners = points.reshape(-1, 3, 3)
    area = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)
    density = np.sqrt(np.abs(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]) / area)
    assert density.max() / density.min() < 1.05


def test_no_uv_map_of_the_artist_makes_room(clean_scene: bpy.types.Context) -> None:
    bpy.ops.mesh.primitive_cube_add()
    cube = bpy.context.object
    while len(cube.data.uv_layers) < 8:
        cube.data.uv_layers.new(name=f"Map{len(cube.data.uv_layers)}")
    names = [layer.name for layer in cube.data.uv_layers]
    assets = collected()
    left_out = run_to_end(prepare_assets(assets, ExportOptions(lods=0), [profile("unity")]))
    assert [layer.name for layer in assets[0].mesh.uv_layers] == names
    assert [item.name for item in left_out] == ["Cube"]
    cube.data.uv_layers[-1].name = LIGHTMAP_LAYER
    assert has_room(cube.data)
