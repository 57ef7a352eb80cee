"""Triangles that cover a texel twice, against every texel looked at."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_core.geometry.mesh.rasterize import covered_texels, covering_twice

SIZE = 32
PLACE = st.floats(0, 1, allow_nan=False)


def doubled_texels(uv: np.ndarray, least: float) -> np.ndarray:
    """Texels that lie inside of two triangles, each barycentric weight above ``least``."""
    texel, _, weights = covered_texels(uv, SIZE)
    times = np.bincount(texel[weights.min(axis=1) > least], minlength=SIZE * SIZE)
    return np.flatnonzero(times > 1)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(st.tuples(*[PLACE] * 6), min_size=1, max_size=6))
def test_agrees_with_every_texel_looked_at(corners: list[tuple[float, ...]]) -> None:
    uv = np.array(corners).reshape(-1, 3, 2)
    later = covering_twice(uv, SIZE)
    if len(doubled_texels(uv, 0.05)):
        assert len(later)
    if not len(doubled_texels(uv, 0.0)):
        assert not len(later)


def test_neighbors_do_not_count_and_a_flap_does() -> None:
    corners = np.array([(0, 0), (1, 0), (1, 1), (0, 1)], float)
    square = corners[[(0, 1, 2), (0, 2, 3)]]
    assert not len(covering_twice(square, SIZE))
    flap = np.array([[(0.5, 0.5), (0.9, 0.5), (0.9, 0.6)]])
    assert covering_twice(np.concatenate([square, flap]), SIZE).tolist() == [2]


def test_nothing_and_triangles_without_area() -> None:
    assert not len(covering_twice(np.zeros((0, 3, 2)), SIZE))
    assert not len(covering_twice(np.full((4, 3, 2), 0.5), SIZE))
