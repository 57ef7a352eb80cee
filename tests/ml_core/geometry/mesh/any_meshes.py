"""Meshes as files bring them: triangles of no area, vertices twice in one place, three triangles at an edge."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

Mesh = tuple[NDArray[np.float64], NDArray[np.int64]]


@st.composite
def any_meshes(draw: st.DrawFn, least: int = 0, most: int = 24) -> Mesh:
    """Vertices (V, 3) on a coarse lattice, so that many coincide or lie in line, and triangles (T, 3) among them."""
    vertices = draw(
        st.lists(st.tuples(*[st.integers(-3, 3)] * 3), min_size=3, max_size=16).map(lambda rows: np.array(rows, float))
    )
    corner = st.integers(0, len(vertices) - 1)
    triangles = draw(st.lists(st.tuples(corner, corner, corner), min_size=least, max_size=most))
    return vertices * draw(st.sampled_from([1e-4, 1.0, 250.0])), np.array(triangles, np.int64).reshape(-1, 3)


def bumpy_grid(side: int, seed: int = 0) -> Mesh:
    """A square of 2 ``side``² triangles with random heights."""
    rng = np.random.default_rng(seed)
    x, y = np.meshgrid(np.arange(side + 1), np.arange(side + 1))
    vertices = np.stack([x.ravel(), y.ravel(), rng.normal(0, 0.05, x.size)], axis=1).astype(float)
    corner = (np.arange(side)[:, None] * (side + 1) + np.arange(side)).ravel()
    first = np.stack([corner, corner + 1, corner + side + 2], axis=1)
    second = np.stack([corner, corner + side + 2, corner + side + 1], axis=1)
    return vertices, np.concatenate([first, second])


def box(center: tuple[float, float, float], size: tuple[float, float, float]) -> Mesh:
    """A closed box of 12 triangles."""
    vertices = np.array([[x, y, z] for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (-0.5, 0.5)])
    quads = np.array([[0, 1, 3, 2], [4, 6, 7, 5], [0, 4, 5, 1], [2, 3, 7, 6], [0, 2, 6, 4], [1, 5, 7, 3]])
    return vertices * size + center, np.concatenate([quads[:, :3], quads[:, [0, 2, 3]]])
