"""Convex parts of any mesh: nothing is lost, no more than asked for, and a table is a top and its legs."""

from __future__ import annotations

from collections.abc import Generator

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.spatial import ConvexHull, QhullError

from ml_core.geometry.mesh.convex_parts import Points, convex_parts, welded_parts

from .any_meshes import Mesh, any_meshes, box


def hull_volume(points: Points) -> float:
    try:
        return float(ConvexHull(points).volume)
    except (QhullError, ValueError):  # flat, or too few
        return 0.0


def ended(steps: Generator[float, None, list[Points]]) -> list[Points]:
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            return stop.value


@given(any_meshes(least=1))
def test_loose_parts_are_all_of_the_mesh_and_do_not_touch(mesh: Mesh) -> None:
    vertices, triangles = mesh
    parts = welded_parts(vertices, triangles)
    assert sum(len(part.triangles) for part in parts) == len(triangles)
    places = [{tuple(point) for point in np.round(part.points, 5).tolist()} for part in parts]
    assert sum(map(len, places)) == len(set().union(*places))


IN_A_PLANE = (
    np.array([[0.0, 0.0, 0.0], [0.0, 0.0, 1e-4], [0.0, 1e-4, 0.0], [1e-4, -1e-4, 0.0]]),
    np.array([[0, 0, 1], [0, 0, 2], [0, 0, 2], [0, 0, 3]]),
)
"""Triangles that lie in the planes that cut them."""


@settings(deadline=None, max_examples=40)
@example(IN_A_PLANE, 2)
@given(any_meshes(least=1), st.integers(1, 5))
def test_parts_cover_any_mesh_and_keep_the_limit(mesh: Mesh, limit: int) -> None:
    parts = ended(convex_parts(welded_parts(*mesh), limit, hull_volume))
    assert 1 <= len(parts) <= limit
    used = mesh[0][np.unique(mesh[1])]
    together = np.concatenate(parts)
    assert np.isfinite(together).all()
    assert np.allclose(together.min(axis=0), used.min(axis=0), atol=1e-6)
    assert np.allclose(together.max(axis=0), used.max(axis=0), atol=1e-6)
    known = {tuple(point) for point in np.round(together, 5).tolist()}
    assert {tuple(point) for point in np.round(used, 5).tolist()} <= known


def test_a_table_is_its_top_and_four_legs() -> None:
    boxes = [box((0, 0, 0.7), (1.2, 0.8, 0.04))]
    boxes += [box((x, y, 0.34), (0.05, 0.05, 0.68)) for x in (-0.55, 0.55) for y in (-0.35, 0.35)]
    vertices = np.concatenate([points for points, _ in boxes])
    triangles = np.concatenate([faces + 8 * number for number, (_, faces) in enumerate(boxes)])
    assert len(welded_parts(vertices, triangles)) == 5
    parts = ended(convex_parts(welded_parts(vertices, triangles), 8, hull_volume))
    assert len(parts) == 5
    assert sum(map(hull_volume, parts)) < 0.1 * hull_volume(vertices)
