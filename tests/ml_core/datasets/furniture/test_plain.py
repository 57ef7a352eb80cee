from __future__ import annotations

import numpy as np
import pytest

from ml_core.datasets.furniture.plain import BUILDERS
from ml_core.vocabulary.scene.labels import LABELS


def test_every_builder_is_an_example_of_a_label() -> None:
    assert set(BUILDERS) <= set(LABELS)


@pytest.mark.parametrize("name", sorted(BUILDERS))
def test_things_are_whole_and_of_human_size(name: str) -> None:
    parts = BUILDERS[name]()
    points = np.concatenate([part.vertices for part in parts])
    assert np.isfinite(points).all()
    assert 0.05 < np.ptp(points, axis=0).max() < 2.5
    assert points[:, 2].min() > -0.02
    for part in parts:
        assert all(len(set(face)) == len(face) >= 3 for face in part.faces)
        assert max(map(max, part.faces)) < len(part.vertices)


@pytest.mark.parametrize("name", ["chair", "bottle", "table", "sofa"])
def test_faces_look_outward(name: str) -> None:
    """The volume of a closed solid is positive when its faces do."""
    for part in BUILDERS[name]():
        volume = 0.0
        for face in part.faces:
            a = part.vertices[face[0]]
            for b, c in zip(part.vertices[list(face[1:])], part.vertices[list(face[2:])], strict=False):
                volume += float(np.dot(a, np.cross(b, c)))
        assert volume > 0


def test_the_same_thing_is_built_each_time() -> None:
    for name in ("potted_plant", "shelf", "picture_frame"):
        first, second = BUILDERS[name](), BUILDERS[name]()
        assert all(np.array_equal(a.vertices, b.vertices) for a, b in zip(first, second, strict=True))
