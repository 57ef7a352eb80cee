"""Seams lie on the cloth, as wide as the tile of their stitches, on every body."""

from __future__ import annotations

import numpy as np
import pytest

from ml_core.geometry.body.model import body_model
from ml_core.geometry.body.traits import BodyTraits
from ml_core.geometry.fabrics.registry import FABRICS
from ml_core.geometry.garments.wardrobe import Wardrobe


@pytest.fixture(scope="module")
def jeans():
    person = body_model().person(BodyTraits(presentation=0, age=40, weight=0.9), 1)
    return Wardrobe(person.data).dressed(person.rows, ["jeans"])[0]


def test_stitches_begin_at_the_edge_of_their_strip(jeans) -> None:
    tile = FABRICS["topstitching"].tile
    (slot,) = (n for n, cloth in enumerate(jeans.cloths) if cloth.fabric == "topstitching")
    strips = jeans.corners[jeans.cloth == slot]
    across = jeans.tiled[strips][..., 1]
    np.testing.assert_allclose(across.min(axis=1), 0, atol=1e-9)
    np.testing.assert_allclose(across.max(axis=1), tile)


def test_seams_lie_flat_on_the_cloth_and_down_both_sides(jeans) -> None:
    slot = next(n for n, cloth in enumerate(jeans.cloths) if cloth.fabric == "topstitching")
    used = np.unique(jeans.faces[jeans.cloth == slot])
    cloth = jeans.points[np.unique(jeans.faces[jeans.cloth != slot])]
    away = np.array([np.linalg.norm(cloth - point, axis=1).min() for point in jeans.points[used]])
    assert away.max() < 0.02, "no strip crosses from one leg to the other"
    edges = jeans.points[jeans.faces[jeans.cloth == slot]]
    assert np.linalg.norm(edges - np.roll(edges, 1, axis=1), axis=2).max() < 0.08
    widest = np.abs(jeans.points[: jeans.shell, 0]).max()
    for mirror in (1, -1):
        side = jeans.points[used][jeans.points[used, 0] * mirror > 0.8 * widest]
        assert np.ptp(side[:, 2]) > 0.1
