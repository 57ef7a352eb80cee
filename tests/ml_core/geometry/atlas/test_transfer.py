from __future__ import annotations

import numpy as np
import pytest

from ml_core.geometry.atlas.charts import CHARTS, Chart
from ml_core.geometry.atlas.transfer import AtlasMap, map_key
from ml_core.geometry.humanoid.fit import CHART_NAMES
from ml_core.geometry.mesh.rasterize import dilation_source, rasterize_triangles


def test_a_square_of_two_triangles_covers_its_texels_once() -> None:
    uv = np.array([[[0.25, 0.25], [0.75, 0.25], [0.75, 0.75]], [[0.25, 0.25], [0.75, 0.75], [0.25, 0.75]]])
    texel, triangle, weights = rasterize_triangles(uv, 64)
    assert len(set(texel.tolist())) == len(texel)
    assert len(texel) == pytest.approx(32 * 32, rel=0.05)
    assert set(triangle) == {0, 1}
    assert weights.sum(axis=1) == pytest.approx(1, abs=1e-5)


def test_rasterized_weights_give_the_texels_center_back() -> None:
    uv = np.array([[[0.1, 0.2], [0.9, 0.3], [0.4, 0.8]]])
    texel, triangle, weights = rasterize_triangles(uv, 128)
    at = np.einsum("nk,nkc->nc", weights, uv[triangle])
    center = np.stack([(texel % 128 + 0.5) / 128, 1 - (texel // 128 + 0.5) / 128], axis=-1)
    inside = weights.min(axis=1) > 0
    assert np.abs(at - center)[inside].max() < 1e-6


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


def random_map(size: int = 64, count: int = 900) -> AtlasMap:
    """Texels that look anywhere in the atlas, some of them in two charts."""
    rng = np.random.default_rng(0)
    texel = np.sort(rng.permutation(size * size)[:count])
    chart = rng.integers(0, len(CHART_NAMES), (count, 2))
    spans = [CHARTS[name].pixels(256) for name in CHART_NAMES]
    boxes = np.array([[c.start, 256 - r.stop, c.stop, 256 - r.start] for r, c in spans])[chart] / 256
    uv = boxes[..., :2] + rng.random((count, 2, 2)) * (boxes[..., 2:] - boxes[..., :2])
    share = np.where(rng.random((count, 1)) < 0.3, rng.dirichlet((1, 1), count), [1.0, 0.0])
    turn = np.tile(np.eye(2), (count, 2, 1, 1))
    return AtlasMap(size, texel, chart, uv, share, turn, dilation_source(texel, size))


def test_a_gather_is_a_bilinear_sample_within_its_chart() -> None:
    """Against samples that are computed one by one."""
    atlas_map, image = random_map(), np.random.default_rng(1).random((256, 256, 3)).astype(np.float32)
    fast = atlas_map.gather(256)(image)
    assert fast.shape == (64, 64, 3)
    flat = fast.reshape(-1, 3)
    for texel in range(0, 900, 7):
        wanted = sum(
            atlas_map.share[texel, k]
            * bilinear(image, CHARTS[CHART_NAMES[atlas_map.chart[texel, k]]], atlas_map.uv[texel, k])
            for k in range(2)
        )
        assert np.abs(flat[atlas_map.texel[texel]] - wanted).max() < 1e-4


def bilinear(image: np.ndarray, chart: Chart, uv: np.ndarray) -> np.ndarray:
    rows, columns = chart.pixels(256)
    x, y = uv[0] * 256 - 0.5, (1 - uv[1]) * 256 - 0.5
    total = np.zeros(3)
    for row in (int(np.floor(y)), int(np.floor(y)) + 1):
        for column in (int(np.floor(x)), int(np.floor(x)) + 1):
            weight = (1 - abs(row - y)) * (1 - abs(column - x))
            inner = np.clip(row, rows.start, rows.stop - 1)
            width = columns.stop - columns.start
            wrapped = columns.start + (column - columns.start) % width
            across = wrapped if chart.kind == "tube" else np.clip(column, columns.start, columns.stop - 1)
            total += weight * image[inner, across]
    return total


def test_normals_are_turned_before_they_are_mixed() -> None:
    atlas_map = random_map()
    angle = np.random.default_rng(2).uniform(0, 2 * np.pi, atlas_map.chart.shape)
    atlas_map.turn[:] = np.moveaxis(
        np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]), (0, 1), (2, 3)
    )
    normal = np.broadcast_to(np.array([0.6, 0.0, 0.8], np.float32), (256, 256, 3))
    color, turned = atlas_map.gather(256).with_normal(np.ones((256, 256, 2)), normal)
    assert color.shape == (64, 64, 2)
    assert np.allclose(color, 1, atol=1e-5)
    along = np.einsum("nk,nkc->nc", atlas_map.share, 0.6 * np.stack([np.cos(angle), np.sin(angle)], axis=-1))
    wanted = np.concatenate([along, np.full((len(along), 1), 0.8)], axis=1)
    wanted /= np.linalg.norm(wanted, axis=1, keepdims=True)
    assert np.allclose(turned.reshape(-1, 3)[atlas_map.texel], wanted, atol=1e-4)
