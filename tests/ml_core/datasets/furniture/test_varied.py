"""Generated variants: sound meshes of sensible size, different every time and the same for the same seed."""

from __future__ import annotations

import numpy as np
import pytest

from ml_core.datasets.furniture.varied import GENERATORS, UNNAMED, mesh_of
from ml_core.datasets.meshes.made import MADE, made_objects
from ml_core.datasets.meshes.objects import UNKNOWN
from ml_core.vocabulary.scene.labels import LABELS

LARGEST = {"chair": (0.6, 1.5), "bed": (1.8, 2.6), "cup": (0.04, 0.3), "car": (3, 5.5), "street_light": (2, 10),
           "aircraft": (5, 40), "bridge": (3, 20)}  # fmt: skip


@pytest.mark.parametrize("name", sorted(GENERATORS))
def test_every_variant_is_a_sound_mesh(name: str) -> None:
    assert name in LABELS
    for seed in range(6):
        vertices, triangles = mesh_of(GENERATORS[name](np.random.default_rng(seed)))
        assert np.isfinite(vertices).all()
        assert triangles.min() >= 0
        assert triangles.max() < len(vertices)
        assert len(triangles) >= 8
        size = np.ptp(vertices, axis=0).max()
        low, high = LARGEST.get(name, (0.02, 15))
        assert low <= size <= high


@pytest.mark.parametrize("generator", UNNAMED)
def test_things_of_no_class_are_sound_too(generator: object) -> None:
    vertices, triangles = mesh_of(generator(np.random.default_rng(1)))
    assert np.isfinite(vertices).all()
    assert triangles.max() < len(vertices)


def test_the_seed_decides() -> None:
    first, again, other = made_objects(2, 1, seed=0), made_objects(2, 1, seed=0), made_objects(2, 1, seed=1)
    assert [mesh.path for mesh in first] == [mesh.path for mesh in again] == [mesh.path for mesh in other]
    assert all(np.array_equal(a.vertices, b.vertices) for a, b in zip(first, again, strict=True))
    assert any(a.vertices.shape != b.vertices.shape for a, b in zip(first, other, strict=True))
    assert {mesh.source for mesh in first} == {MADE}
    assert sum(mesh.label == UNKNOWN for mesh in first) == 2
    assert sum(mesh.label == LABELS.index("person") for mesh in first) == 1
