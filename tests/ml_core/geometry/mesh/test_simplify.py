"""Edge collapses on meshes made here: what stays, and that bad meshes come through."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_core.geometry.mesh.simplify import WedgeMesh, simplify, simplifying


def grid(side: int, seam: bool = False) -> WedgeMesh:
    """A rolling square of ``side`` x ``side`` quads over one metre; with a seam its UVs are cut along the middle."""
    x, y = np.meshgrid(np.linspace(0, 1, side + 1), np.linspace(0, 1, side + 1))
    points = np.stack([x.ravel(), y.ravel(), 0.05 * np.sin(6 * x.ravel()) * np.cos(5 * y.ravel())], axis=1)
    first = (np.arange(side)[:, None] * (side + 1) + np.arange(side)).ravel()
    quads = np.stack([first, first + 1, first + side + 2, first + side + 1], axis=1)
    triangles = np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])
    uv, wedge, wedge_vertex = points[:, :2], triangles.copy(), np.arange(len(points))
    if seam:
        middle = np.flatnonzero(np.isclose(points[:, 0], 0.5))
        right = points[triangles].mean(axis=1)[:, 0] > 0.5
        copies = np.arange(len(points))
        copies[middle] = len(points) + np.arange(len(middle))
        wedge[right] = copies[wedge[right]]
        wedge_vertex = np.concatenate([wedge_vertex, middle])
        uv = np.concatenate([uv + np.outer(points[:, 0] > 0.501, [2, 0]), uv[middle] + [2, 0]])
    nothing = np.zeros((len(points), 0))
    return WedgeMesh(points, triangles, wedge, wedge_vertex, uv, nothing, np.zeros(len(points), bool))


def test_levels_come_down_and_stay_near() -> None:
    mesh = grid(40)
    first, second = simplify(mesh, [1600, 800], [0.01, 0.02])
    assert len(first.triangle) <= 1602
    assert len(second.triangle) <= 802
    for level in (first, second):
        at = mesh.positions[level.corner_vertex]
        up = np.cross(at[:, 1] - at[:, 0], at[:, 2] - at[:, 0])
        assert (up[:, 2] > 0).all()  # nothing turned over
        assert np.isclose(up[:, 2].sum() / 2, 1.0)  # nothing lost of the square seen from above
        middle = at.mean(axis=1)
        height = 0.05 * np.sin(6 * middle[:, 0]) * np.cos(5 * middle[:, 1])
        assert np.abs(middle[:, 2] - height).max() < 0.02


def test_a_seam_stays_where_it_is() -> None:
    mesh = grid(40, seam=True)
    (level,) = simplify(mesh, [1000], [0.02])
    at, uv = mesh.positions[level.corner_vertex], mesh.wedge_uv[level.corner_wedge]
    right = at.mean(axis=1)[:, 0] > 0.5
    assert (at[right][..., 0] >= 0.5 - 1e-9).all()
    assert (at[~right][..., 0] <= 0.5 + 1e-9).all()
    spread = np.ptp(uv[..., 0], axis=1)
    assert spread.max() < 1  # no triangle reaches across the cut on the texture


def test_rounds_tell_how_far_they_are() -> None:
    shares = list(simplifying(grid(30), [900, 300], [0.02, 0.04]))
    assert shares == sorted(shares)
    assert 0 < shares[0] < 1
    assert shares[-1] > 0.9


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    st.lists(st.tuples(*[st.integers(0, 30)] * 3), min_size=1, max_size=120),
    st.integers(0, 2**32 - 1),
    st.sampled_from([0.0, 1e-3, 1.0]),
)
def test_any_triangles_come_through(triangles: list[tuple[int, int, int]], seed: int, size: float) -> None:
    """Non-manifold, degenerate, flat and empty meshes: a subset of the corners is left, never a new one."""
    rng = np.random.default_rng(seed)
    corner = np.array(triangles)
    points = rng.uniform(-1, 1, (31, 3)) * size
    mesh = WedgeMesh(points, corner, corner, np.arange(31), points[:, :2], np.zeros((31, 0)), np.zeros(31, bool))
    (level,) = simplify(mesh, [len(corner) // 2], [0.5])
    assert len(level.triangle) <= len(corner)
    assert set(level.corner_vertex.ravel()) <= set(corner.ravel())
    assert (level.corner_vertex == level.corner_wedge).all()
