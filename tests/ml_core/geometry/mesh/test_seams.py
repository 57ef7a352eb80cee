"""Color across UV borders: what is measured, and that it is evened out."""

from __future__ import annotations

import numpy as np
import pytest

from ml_core.geometry.atlas.seam_leveling import seam_leveling
from ml_core.geometry.mesh.rasterize import dilation_source, rasterize_triangles
from ml_core.geometry.mesh.seams import seam_difference, seam_edges

SIZE = 128

# Two quads that share the edge x = 1 in space and lie apart in the UVs.
VERTICES = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0], [2, 0, 0], [2, 1, 0]], float)
TRIANGLES = np.array([[0, 1, 2], [0, 2, 3], [1, 4, 5], [1, 5, 2]])
LEFT, RIGHT = np.array([0.1, 0.1]), np.array([0.6, 0.5])
CORNER_UV = np.concatenate(
    [VERTICES[TRIANGLES[:2]][..., :2] * 0.3 + LEFT, (VERTICES[TRIANGLES[2:]][..., :2] - [1, 0]) * 0.3 + RIGHT]
)


def two_colors() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Covered texels, their place on the mesh, the fill, and values: 0.2 left, 0.6 right."""
    texel, triangle, weights = rasterize_triangles(CORNER_UV, SIZE)
    position = np.einsum("nk,nkc->nc", weights, VERTICES[TRIANGLES[triangle]])
    values = np.where(triangle < 2, 0.2, 0.6)[:, None] * np.ones((1, 3))
    return texel, position, dilation_source(texel, SIZE), values


def test_the_border_is_found_and_measured() -> None:
    sides, ends = seam_edges(VERTICES, TRIANGLES, CORNER_UV)
    assert len(sides) == 1
    assert set(ends[0].tolist()) == {1, 2}
    _, _, fill, values = two_colors()
    report = seam_difference(VERTICES, TRIANGLES, CORNER_UV, values[fill].reshape(SIZE, SIZE, 3))
    assert report.mean == pytest.approx(0.4 * 255, rel=0.02)


def test_leveling_closes_the_step_and_leaves_the_rest() -> None:
    texel, position, fill, values = two_colors()
    leveled = seam_leveling(VERTICES, TRIANGLES, CORNER_UV, texel, position, fill, SIZE)(values.copy())
    report = seam_difference(VERTICES, TRIANGLES, CORNER_UV, leveled[fill].reshape(SIZE, SIZE, 3))
    assert report.mean < 2
    far = np.abs(position[:, 0] - 1) > 0.3
    assert np.array_equal(leveled[far], values[far])


def test_nothing_to_level() -> None:
    texel, position, fill, values = two_colors()
    apart = TRIANGLES[:2], CORNER_UV[:2]
    leveling = seam_leveling(VERTICES, *apart, texel, position, fill, SIZE)
    assert np.array_equal(leveling(values.copy()), values)


def test_dilation_is_near_the_nearest() -> None:
    rng = np.random.default_rng(3)
    covered = np.sort(rng.permutation(64 * 64)[:60])
    rows, columns = np.divmod(np.arange(64 * 64), 64)
    away = np.hypot(rows[:, None] - covered // 64, columns[:, None] - covered % 64)
    source = dilation_source(covered, 64)
    got = away[np.arange(64 * 64), source]
    assert (got <= 1.25 * away.min(axis=1) + 1.0).mean() > 0.99
    assert np.array_equal(source[covered], np.arange(60))
