from __future__ import annotations

import numpy as np
import pytest

from ml_core.geometry.rasterize import dilation_source, rasterize_triangles
from ml_core.geometry.texture_transfer import map_key


def test_a_square_of_two_triangles_covers_its_texels_once() -> None:
    uv = np.array([[[0.25, 0.25], [0.75, 0.25], [0.75, 0.75]], [[0.25, 0.25], [0.75, 0.75], [0.25, 0.75]]])
    texel, triangle, weights = rasterize_triangles(uv, 64)
    assert len(set(texel.tolist())) == len(texel)
    assert len(texel) == pytest.approx(32 * 32, rel=0.05)
    assert set(triangle) == {0, 1}
    assert weights.sum(axis=1) == pytest.approx(1, abs=1e-5)


def test_rasterised_weights_give_the_texels_centre_back() -> None:
    uv = np.array([[[0.1, 0.2], [0.9, 0.3], [0.4, 0.8]]])
    texel, triangle, weights = rasterize_triangles(uv, 128)
    at = np.einsum("nk,nkc->nc", weights, uv[triangle])
    centre = np.stack([(texel % 128 + 0.5) / 128, 1 - (texel // 128 + 0.5) / 128], axis=-1)
    inside = weights.min(axis=1) > 0
    assert np.abs(at - centre)[inside].max() < 1e-6


def test_dilation_takes_the_nearest_covered_texel() -> None:
    covered = np.array([5 * 32 + 5, 20 * 32 + 25])
    source = dilation_source(covered, 32).reshape(32, 32)
    assert source[5, 5] == 0
    assert source[20, 25] == 1
    assert source[0, 0] == 0
    assert source[31, 31] == 1


def test_the_key_changes_with_the_uv_and_the_size() -> None:
    vertices, triangles, uv = np.zeros((3, 3)), np.array([[0, 1, 2]]), np.zeros((1, 3, 2))
    key = map_key(vertices, triangles, uv, 256)
    assert key == map_key(vertices.copy(), triangles, uv, 256)
    assert key != map_key(vertices, triangles, uv, 512)
    assert key != map_key(vertices, triangles, uv + 0.1, 256)
