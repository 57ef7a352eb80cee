from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from ml_core.geometry.atlas.charts import CELLS, CHARTS
from ml_core.geometry.humanoid.shape import BodyShape
from ml_core.geometry.lofted_body.mesh import GUTTER, BodyMesh, build_body
from ml_core.geometry.lofted_body.skin import body_bones, skin_weights
from ml_core.geometry.mesh.rasterize import rasterize_triangles

SHAPES = [(0.0, 0.5), (1.0, 0.2), (0.5, 1.0)]


@pytest.fixture(scope="module", params=SHAPES, ids=["masculine", "feminine", "heavy"])
def made(request: pytest.FixtureRequest) -> tuple[BodyShape, BodyMesh]:
    shape = BodyShape.load(*request.param)
    return shape, build_body(shape)


def test_it_is_closed_and_every_edge_has_two_faces(made: tuple[BodyShape, BodyMesh]) -> None:
    faces = made[1].faces
    assert faces.shape[1] == 4
    edges = Counter(tuple(sorted((face[k], face[(k + 1) % 4]))) for face in faces.tolist() for k in range(4))
    assert set(edges.values()) == {2}


def test_neighbours_agree_on_the_outside(made: tuple[BodyShape, BodyMesh]) -> None:
    directed = Counter((face[k], face[(k + 1) % 4]) for face in made[1].faces.tolist() for k in range(4))
    assert set(directed.values()) == {1}


def test_its_volume_is_a_persons(made: tuple[BodyShape, BodyMesh]) -> None:
    a, b, c, d = (made[1].vertices[made[1].faces[:, k]] for k in range(4))
    volume = (np.einsum("ij,ij->i", a, np.cross(b, c)).sum() + np.einsum("ij,ij->i", a, np.cross(c, d)).sum()) / 6
    assert 0.03 < volume < 0.14  # cubic metres, so about 30 to 140 kg


def test_left_mirrors_right(made: tuple[BodyShape, BodyMesh]) -> None:
    vertices = made[1].vertices
    mirrored = vertices * [-1, 1, 1]
    nearest = np.array([np.linalg.norm(vertices - point, axis=1).min() for point in mirrored[::9]])
    assert np.quantile(nearest, 0.98) < 1e-3


def test_every_corner_lies_in_its_chart_off_the_border(made: tuple[BodyShape, BodyMesh]) -> None:
    uv, charts = made[1].corner_uv, np.array(made[1].chart)
    assert set(charts) == set(CHARTS)
    for name, chart in CHARTS.items():
        own = uv[charts == name].reshape(-1, 2)
        low = np.array([chart.x / CELLS, 1 - (chart.y + chart.height) / CELLS])
        high = low + np.array([chart.width, chart.height]) / CELLS
        assert (own >= low + 0.99 * GUTTER).all()
        assert (own <= high - 0.99 * GUTTER).all()


def test_four_bones_at_most_move_a_vertex(made: tuple[BodyShape, BodyMesh]) -> None:
    weights = skin_weights(made[1], body_bones(made[0]))
    assert weights.sum(axis=1) == pytest.approx(1, abs=1e-5)
    assert (weights > 0).sum(axis=1).max() <= 4
    assert weights.min() >= 0


def test_no_face_spans_its_chart_and_hardly_any_lie_on_each_other(made: tuple[BodyShape, BodyMesh]) -> None:
    mesh = made[1]
    skin = mesh.slot == 0
    uv, charts = mesh.corner_uv[skin], np.array(mesh.chart)[skin]
    extent = np.ptp(uv, axis=1)
    for name, chart in CHARTS.items():
        assert extent[charts == name, 1].max() < 0.35 * chart.height / CELLS, name
    below_crown = (charts == "head") & (uv[..., 1].max(axis=1) < 1 - 0.06 * CHARTS["head"].height / CELLS)
    uv = uv[below_crown]
    x, y = uv[..., 0], uv[..., 1]
    area = 0.5 * np.abs((x * np.roll(y, -1, 1) - np.roll(x, -1, 1) * y).sum(axis=1)).sum()
    covered = len(rasterize_triangles(uv[:, [[0, 1, 2], [0, 2, 3]]].reshape(-1, 3, 2), 1024)[0])
    assert area * 1024**2 < 1.03 * covered


def test_its_size_is_a_games(made: tuple[BodyShape, BodyMesh]) -> None:
    assert 8_000 < 2 * len(made[1].faces) < 15_000
