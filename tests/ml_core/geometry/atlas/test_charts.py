from __future__ import annotations

import numpy as np
import pytest

from ml_core.geometry.atlas.charts import CELLS, CHARTS, PARTS, Chart


def test_charts_tile_the_atlas_without_overlap() -> None:
    used = np.zeros((CELLS, CELLS), int)
    for chart in CHARTS.values():
        used[chart.y : chart.y + chart.height, chart.x : chart.x + chart.width] += 1
    assert (used == 1).all()


def test_head_has_at_least_twice_the_texels_of_any_limb() -> None:
    areas = {chart.name: chart.width * chart.height for chart in CHARTS.values()}
    assert areas["head"] >= 2 * max(area for name, area in areas.items() if name not in ("head", "torso"))


@pytest.mark.parametrize("chart", CHARTS.values(), ids=lambda chart: chart.name)
def test_uv_round_trip(chart: Chart) -> None:
    rng = np.random.default_rng(0)
    limit = np.pi if chart.kind == "tube" else 1.0
    t, across = rng.uniform(0, 1, 500), rng.uniform(-limit, limit, 500)
    back_t, back_across = chart.from_uv(chart.to_uv(t, across))
    np.testing.assert_allclose(back_t, t, atol=1e-9)
    np.testing.assert_allclose(back_across, across, atol=1e-5)


@pytest.mark.parametrize("size", [32, 256, 1024])
def test_texel_grid_lies_in_the_chart(size: int) -> None:
    for chart in CHARTS.values():
        rows, columns = chart.pixels(size)
        t, across = chart.texel_grid(size)
        assert t.shape == across.shape == (rows.stop - rows.start, columns.stop - columns.start)
        assert t.min() > 0
        assert t.max() < 1
        assert (np.diff(t, axis=0) > 0).all(), "t runs down the chart"
        assert (np.diff(across, axis=1) > 0).all(), "theta runs to the right"


def test_odd_size_is_refused() -> None:
    with pytest.raises(ValueError, match="multiple of 32"):
        CHARTS["head"].pixels(100)


def test_sides_are_pairs() -> None:
    left = {name.removeprefix("left_") for name in PARTS if name.startswith("left_")}
    right = {name.removeprefix("right_") for name in PARTS if name.startswith("right_")}
    assert left == right
