from __future__ import annotations

import numpy as np
import pytest

from ml_core.inference.recognition.views import CAMERAS, CHANNELS, SIZE, dimensions, render_views


def box(width: float, depth: float, height: float) -> tuple[np.ndarray, np.ndarray]:
    import trimesh

    made = trimesh.creation.box((width, depth, height))
    return np.asarray(made.vertices, np.float32), np.asarray(made.faces, np.int32)


def test_shape_and_silhouette_of_a_tall_box() -> None:
    views = render_views(*box(0.2, 0.2, 1))
    assert views.shape == (len(CAMERAS), CHANNELS, SIZE, SIZE)
    assert views.dtype == np.uint8
    front, top = views[0, 0] > 0, views[5, 0] > 0
    assert np.ptp(np.flatnonzero(front.any(axis=1))) > 3 * np.ptp(np.flatnonzero(front.any(axis=0)))
    assert abs(np.ptp(np.flatnonzero(top.any(axis=1))) - np.ptp(np.flatnonzero(top.any(axis=0)))) <= 1


def test_the_silhouette_has_no_holes() -> None:
    front = render_views(*box(1, 1, 1))[0, 0] > 0
    rows, columns = np.nonzero(front)
    inside = front[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    assert inside.mean() > 0.97


def test_size_and_place_do_not_matter() -> None:
    vertices, triangles = box(1, 2, 0.5)
    moved = vertices * 37 + np.float32([5, -80, 3])
    assert np.mean(render_views(vertices, triangles) != render_views(moved, triangles)) < 0.01


def test_equal_meshes_give_equal_views() -> None:
    vertices, triangles = box(1, 2, 0.5)
    assert np.array_equal(render_views(vertices, triangles), render_views(vertices.copy(), triangles.copy()))


def test_thin_wires_are_seen() -> None:
    wire = np.float32([[-0.5, 0, 0], [0.5, 0, 0], [0.5, 1e-4, 0], [0, 0, 1], [0, 1e-4, 1], [1e-4, 0, 1]])
    views = render_views(wire, np.array([[0, 1, 2], [3, 4, 5]]))
    assert (views[0, 0] > 0).sum() > 40


def test_triangles_without_area_are_no_trap() -> None:
    assert render_views(np.zeros((3, 3), np.float32), np.array([[0, 1, 2]])).shape[0] == len(CAMERAS)


def test_dimensions_are_those_of_the_used_vertices() -> None:
    vertices = np.float32([[0, 0, 0], [1, 0, 0], [0, 2, 3], [100, 100, 100]])
    assert dimensions(vertices, np.array([[0, 1, 2]])) == pytest.approx([1, 2, 3])


def test_a_huge_mesh_looks_like_its_small_twin() -> None:
    import trimesh

    def torus(rings: int) -> tuple[np.ndarray, np.ndarray]:
        made = trimesh.creation.torus(1, 0.3, major_sections=rings, minor_sections=rings)
        return np.asarray(made.vertices, np.float32), np.asarray(made.faces, np.int32)

    small, huge = torus(60), torus(400)
    assert len(huge[1]) > 300_000
    silhouettes = [render_views(*mesh)[:, 0] > 0 for mesh in (small, huge)]
    assert np.mean(silhouettes[0] != silhouettes[1]) < 0.01
