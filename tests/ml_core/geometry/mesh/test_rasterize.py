"""Triangles to texels: what is covered, and what damaged UVs do."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from ml_core.geometry.mesh.rasterize import covered_texels, covering_twice, dilation_source, rasterize_triangles

SIZE = 16
NUMBERS = st.floats(-2, 3) | st.sampled_from([np.nan, np.inf, -np.inf, 0.0, 0.5, 1.0])
UVS = arrays.arrays(np.float64, st.tuples(st.integers(0, 8), st.just(3), st.just(2)), elements=NUMBERS)


def centers(texel: NDArray[np.int64]) -> NDArray[np.float64]:
    """(N, 2) UV of the centers of flat texel indices, v up."""
    row, column = np.divmod(texel, SIZE)
    return np.stack([(column + 0.5) / SIZE, 1 - (row + 0.5) / SIZE], axis=1)


@given(UVS)
def test_each_covered_texel_has_one_triangle_that_its_center_lies_in(corner_uv: NDArray[np.float64]) -> None:
    texel, triangle, weights = rasterize_triangles(corner_uv, SIZE)
    assert len(np.unique(texel)) == len(texel)
    assert ((texel >= 0) & (texel < SIZE * SIZE)).all()
    assert np.isfinite(corner_uv[triangle]).all()
    assert np.allclose(weights.sum(axis=1), 1, atol=1e-5)
    assert np.allclose(np.einsum("nk,nkc->nc", weights, corner_uv[triangle]), centers(texel), atol=1e-3)


@given(UVS)
def test_of_triangles_that_overlap_the_first_is_kept(corner_uv: NDArray[np.float64]) -> None:
    texel, triangle, _ = rasterize_triangles(corner_uv, SIZE)
    every, owner, _ = covered_texels(corner_uv, SIZE)
    assert set(every.tolist()) == set(texel.tolist())
    for place, kept in zip(texel.tolist(), triangle.tolist(), strict=True):
        assert kept == owner[every == place].min()


def test_a_square_of_two_triangles_covers_every_texel_once() -> None:
    corner_uv = np.array([[[0, 0], [1, 0], [1, 1]], [[0, 0], [1, 1], [0, 1]]], float)
    assert sorted(rasterize_triangles(corner_uv, SIZE)[0].tolist()) == list(range(SIZE * SIZE))
    assert len(covering_twice(corner_uv, SIZE)) == 0


@given(st.integers(0, 2**32 - 1))
def test_a_triangle_over_another_is_found(seed: int) -> None:
    """Against texels that are painted one by one."""
    corner_uv = np.random.default_rng(seed).uniform(0.02, 0.98, (4, 3, 2))
    found = set(covering_twice(corner_uv, SIZE).tolist())
    texel, triangle, weights = covered_texels(corner_uv, SIZE)
    edges = SIZE * (corner_uv[:, [2, 0, 1]] - corner_uv[:, [1, 2, 0]])  # across from each corner, texels
    twice = np.abs(edges[:, 0, 0] * edges[:, 1, 1] - edges[:, 0, 1] * edges[:, 1, 0])
    away = weights * (twice[:, None] / np.linalg.norm(edges, axis=2))[triangle]
    deep = (away > 0.02).all(axis=1)  # texels from each edge, where the two may differ
    texel, triangle = texel[deep], triangle[deep]
    for place in np.unique(texel):
        owners = triangle[texel == place]
        assert len(owners) == 1 or found & set(owners.tolist())


@given(st.sets(st.integers(0, SIZE * SIZE - 1), max_size=40))
def test_every_texel_is_filled_from_a_near_covered_one(covered: set[int]) -> None:
    texel = np.array(sorted(covered), np.int64)
    source = dilation_source(texel, SIZE)
    assert source.shape == (SIZE * SIZE,)
    if not covered:
        return
    assert (source[texel] == np.arange(len(texel))).all()
    place, known = centers(np.arange(SIZE * SIZE)), centers(texel)
    taken = np.linalg.norm(place - known[source], axis=1)
    nearest = np.linalg.norm(place[:, None] - known[None], axis=2).min(axis=1)
    assert (taken <= 2 * nearest + 2 / SIZE).all()
