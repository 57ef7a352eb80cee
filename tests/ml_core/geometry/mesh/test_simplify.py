"""Levels of detail of any mesh: a part of its triangles on its own vertices, borders and locked vertices in place."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_core.geometry.mesh.simplify import Simplified, WedgeMesh, simplify

from .any_meshes import Mesh, any_meshes, bumpy_grid


def wedge_mesh(mesh: Mesh, locked: np.ndarray | None = None) -> WedgeMesh:
    """One wedge a vertex, with its place from above as UV."""
    vertices, triangles = mesh
    size = max(float(np.ptp(vertices[:, :2])), 1e-9) if np.isfinite(vertices).all() else 1.0
    return WedgeMesh(
        vertices,
        triangles,
        triangles,
        np.arange(len(vertices)),
        vertices[:, :2] / size,
        np.zeros((len(vertices), 0)),
        np.zeros(len(vertices), bool) if locked is None else locked,
    )


def check(mesh: Mesh, level: Simplified) -> None:
    """Rows of the original, once each, with corners among its vertices and no triangle folded to a line."""
    triangles = mesh[1]
    assert len(np.unique(level.triangle)) == len(level.triangle)
    assert set(level.triangle.tolist()) <= set(range(len(triangles)))
    assert level.corner_vertex.shape == level.corner_wedge.shape == (len(level.triangle), 3)
    assert set(level.corner_vertex.ravel().tolist()) <= set(triangles.ravel().tolist())
    assert (level.corner_vertex != np.roll(level.corner_vertex, 1, axis=1)).all()
    assert (level.corner_vertex == level.corner_wedge).all()


@settings(deadline=None)
@given(any_meshes(), st.integers(0, 12))
def test_any_mesh_becomes_a_part_of_itself(mesh: Mesh, target: int) -> None:
    levels = simplify(wedge_mesh(mesh), [target + 4, target], [1e3, 1e3])
    for level in levels:
        check(mesh, level)
    assert len(levels[1].triangle) <= len(levels[0].triangle) <= len(mesh[1])


@settings(deadline=None, max_examples=40)
@given(any_meshes(least=1), st.sampled_from([np.nan, np.inf]), st.data())
def test_a_vertex_that_is_not_finite_ends_in_levels_too(mesh: Mesh, value: float, data: st.DataObject) -> None:
    vertices, triangles = mesh
    vertices[data.draw(st.integers(0, len(vertices) - 1)), data.draw(st.integers(0, 2))] = value
    with np.errstate(all="ignore"):
        for level in simplify(wedge_mesh(mesh), [2], [1e3]):
            check((vertices, triangles), level)


def test_a_grid_comes_down_to_its_target_and_keeps_its_border() -> None:
    mesh = bumpy_grid(16)
    (level,) = simplify(wedge_mesh(mesh), [120], [10.0])
    check(mesh, level)
    assert len(level.triangle) <= 120
    left = mesh[0][np.unique(level.corner_vertex)]
    assert np.array_equal(left[:, :2].min(axis=0), [0, 0])
    assert np.array_equal(left[:, :2].max(axis=0), [16, 16])


def test_locked_vertices_and_the_limit_hold() -> None:
    mesh = bumpy_grid(12)
    locked = np.zeros(len(mesh[0]), bool)
    locked[::5] = True
    (level,) = simplify(wedge_mesh(mesh, locked), [10], [10.0])
    assert set(np.flatnonzero(locked).tolist()) <= set(level.corner_vertex.ravel().tolist())
    (strict,) = simplify(wedge_mesh(mesh), [10], [1e-6])
    assert len(strict.triangle) > 0.8 * len(mesh[1])
