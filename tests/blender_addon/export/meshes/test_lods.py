"""Levels of detail of real furniture and of the built-in avatar, measured against the full mesh."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import bpy
import numpy as np
import pytest
import trimesh

from blender_addon.avatar.generating import generate_job
from blender_addon.bridge.jobs.steps import Progress, run_to_end
from blender_addon.bridge.mesh_arrays import positions
from blender_addon.export.meshes.lods import decimated, skinned_lods
from ml_core import AvatarTraits

from ..real_things import REAL, largest


def corners(mesh: bpy.types.Mesh) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Positions, UVs and material of every triangle's corners."""
    index = np.array([loop.vertex_index for loop in mesh.loops]).reshape(-1, 3)
    uv = np.array([one.uv[:] for one in mesh.uv_layers[0].data]).reshape(-1, 3, 2)
    return positions(mesh)[index].astype(float), uv, np.array([p.material_index for p in mesh.polygons])


def smear(full: bpy.types.Mesh, level: bpy.types.Mesh) -> float:
    """Share of points on a level whose UV is not a UV of the full mesh near there (both compared by area)."""
    points, uv, _ = corners(full)
    size = np.linalg.norm(np.ptp(points.reshape(-1, 3), axis=0))
    unit = np.ptp(uv.reshape(-1, 2), axis=0).max()
    at, level_uv, _ = corners(level)
    area = np.linalg.norm(np.cross(at[:, 1] - at[:, 0], at[:, 2] - at[:, 0]), axis=1)
    rng = np.random.default_rng(0)
    chosen = rng.choice(len(at), 2000, p=area / area.sum())
    weights = rng.dirichlet((1, 1, 1), 2000)
    requested = np.einsum("nc,nci->ni", weights, at[chosen])
    has = np.einsum("nc,nci->ni", weights, level_uv[chosen])
    mesh = trimesh.Trimesh(points.reshape(-1, 3), np.arange(3 * len(points)).reshape(-1, 3), process=False)
    dense, face = trimesh.sample.sample_surface(mesh, 60_000, seed=0)
    share = trimesh.triangles.points_to_barycentric(points[face], dense)
    dense_uv = np.einsum("nc,nci->ni", share, uv[face])
    from scipy.spatial import cKDTree

    near = cKDTree(np.concatenate([dense / size, dense_uv / unit], axis=1))
    away, _ = near.query(np.concatenate([requested / size, has / unit], axis=1))
    return float((away > 0.06).mean())


def bend(mesh: bpy.types.Mesh) -> float:
    """Mean cosine between corner normals and their faces."""
    faces = np.array([p.normal[:] for p in mesh.polygons])
    normals = np.array([n.vector[:] for n in mesh.corner_normals]).reshape(-1, 3, 3)
    return float(np.einsum("tci,ti->tc", normals, faces).mean())


@pytest.mark.data
@pytest.mark.parametrize("name", REAL)
def test_levels_of_real_furniture(clean_scene: object, data_dir: Path, name: str) -> None:
    asset = largest(data_dir / "scenes" / name)
    full = asset.mesh
    levels = run_to_end(decimated(full, 2))
    assert levels
    counts = [len(full.polygons), *(len(level.polygons) for level in levels)]
    assert all(b <= 0.9 * a for a, b in pairwise(counts))
    low, high = positions(full).min(axis=0), positions(full).max(axis=0)
    for number, level in enumerate(levels, start=1):
        assert level.name == f"{full.name}_LOD{number}"
        assert np.allclose(positions(level).min(axis=0), low, atol=1e-6)
        assert np.allclose(positions(level).max(axis=0), high, atol=1e-6)
        at, uv, material = corners(level)
        assert set(material) <= {p.material_index for p in full.polygons}
        area = np.linalg.norm(np.cross(at[:, 1] - at[:, 0], at[:, 2] - at[:, 0]), axis=1)
        assert (area > 0).all()
        uvs = {tuple(one) for one in corners(full)[1].reshape(-1, 2).round(5)}
        assert {tuple(one) for one in uv.reshape(-1, 2).round(5)} <= uvs
        assert smear(full, level) < 0.04
        assert bend(level) > bend(full) - 0.1


def test_materials_and_borders_between_them_stay(clean_scene: object) -> None:
    bpy.ops.mesh.primitive_uv_sphere_add(segments=32, ring_count=32)
    mesh = bpy.context.object.data
    for name in ("Upper", "Lower"):
        mesh.materials.append(bpy.data.materials.new(name))
    for polygon in mesh.polygons:
        polygon.material_index = int(polygon.center.z < 0)
    bpy.ops.object.mode_set(mode="EDIT")
    bpy.ops.mesh.select_all(action="SELECT")
    bpy.ops.mesh.quads_convert_to_tris()
    bpy.ops.object.mode_set(mode="OBJECT")
    (level,) = run_to_end(decimated(mesh, 1))
    at, _, material = corners(level)
    assert set(material) == {0, 1}
    assert (at[material == 0][..., 2] > -1e-5).all()
    assert (at[material == 1][..., 2] < 1e-5).all()


def test_small_meshes_get_none(clean_scene: object) -> None:
    bpy.ops.mesh.primitive_cube_add()
    assert run_to_end(decimated(bpy.context.object.data, 3)) == []


def test_levels_of_the_avatar_keep_weights_and_shape_keys(clean_scene: bpy.types.Context) -> None:
    run_to_end(generate_job(clean_scene, "", AvatarTraits(), 7, 256, "Avatar"))
    body = max((one for one in bpy.data.objects if one.type == "MESH"), key=lambda one: len(one.data.polygons))
    from blender_addon.export.assets.avatars.avatar import limit_influences
    from blender_addon.export.meshes.cleaning import triangulate

    triangulate(body.data)
    run_to_end(limit_influences(body, Progress(0, 1, body.name)))
    if body.data.shape_keys is None:
        body.shape_key_add(name="Basis")
    key = body.shape_key_add(name="smile", from_mix=False)
    top = positions(body.data)[:, 2].max()
    for point in key.data:
        point.co.y -= 0.05 * max(0, (point.co.z - 0.9 * top) / (0.1 * top))
    first, second = run_to_end(skinned_lods(body, 2, {}))
    assert len(second.data.polygons) < len(first.data.polygons) < len(body.data.polygons)
    for level in (first, second):
        names = [group.name for group in level.vertex_groups]
        assert names == [group.name for group in body.vertex_groups]
        for vertex in level.data.vertices:
            weights = [element.weight for element in vertex.groups if element.weight > 1e-4]
            assert 0 < len(weights) <= 4
            assert abs(sum(weights) - 1) < 1e-3
        assert {m.object for m in level.modifiers} == {m.object for m in body.modifiers if m.type == "ARMATURE"}
        moved = level.data.shape_keys.key_blocks["smile"]
        basis = level.data.shape_keys.key_blocks["Basis"]
        offsets = np.array([(a.co - b.co)[:] for a, b in zip(moved.data, basis.data, strict=True)])
        heights = np.array([one.co.z for one in basis.data])
        expected = -0.05 * np.maximum(0, (heights - 0.9 * top) / (0.1 * top))
        assert np.abs(offsets[:, 1] - expected).max() < 1e-4
        assert offsets[:, 1].min() < -0.04
