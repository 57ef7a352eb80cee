"""Lightmap UVs of any mesh: inside the square, and no two triangles on one texel."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from ml_core.geometry.mesh.rasterize import covered_texels
from ml_core.geometry.mesh.unwrap import lightmap_uv

from .any_meshes import Mesh, any_meshes, box, bumpy_grid


def most_on_one_texel(uv: np.ndarray, size: int) -> int:
    """Triangles on the texel that most cover well inside."""
    texel, _, weights = covered_texels(uv, size)
    texel = texel[(weights > 0.01).all(axis=1)]
    return int(np.bincount(texel).max(initial=0))


@settings(deadline=None, max_examples=60)
@given(any_meshes(least=1))
def test_any_mesh_lies_in_the_square_without_overlap(mesh: Mesh) -> None:
    found = lightmap_uv(*mesh, size=128)
    assert found.uv.shape == (len(mesh[1]), 3, 2)
    assert np.isfinite(found.uv).all()
    assert found.uv.min() >= 0
    assert found.uv.max() <= 1
    assert most_on_one_texel(found.uv, found.size) <= 1


@pytest.mark.parametrize("mesh", [box((0, 0, 0), (1, 2, 3)), bumpy_grid(12)], ids=["box", "grid"])
def test_texels_a_meter_are_equal(mesh: Mesh) -> None:
    vertices, triangles = mesh
    uv = lightmap_uv(vertices, triangles, size=256).uv
    space = np.linalg.norm(
        np.cross(
            vertices[triangles[:, 1]] - vertices[triangles[:, 0]], vertices[triangles[:, 2]] - vertices[triangles[:, 0]]
        ),
        axis=1,
    )
    edges = uv[:, 1:] - uv[:, :1]
    flat = np.abs(edges[:, 0, 0] * edges[:, 1, 1] - edges[:, 0, 1] * edges[:, 1, 0])
    density = np.sqrt(flat / space)
    assert density.max() / density.min() < 1.35


def test_a_mesh_of_nothing_is_unwrapped_to_nothing() -> None:
    assert lightmap_uv(np.zeros((0, 3)), np.zeros((0, 3), np.int64)).uv.shape == (0, 3, 2)


def test_a_winding_ramp_is_cut_where_it_would_lie_over_itself() -> None:
    """Two turns of a spiral, which one chart from above would lay onto each other."""
    turn = np.linspace(0, 4 * np.pi, 49)
    inner, outer = (
        np.stack([radius * np.cos(turn), radius * np.sin(turn), 0.1 * turn], axis=1) for radius in (1.0, 2.0)
    )
    vertices = np.concatenate([inner, outer])
    step = np.arange(48)
    triangles = np.concatenate(
        [np.stack([step, step + 49, step + 50], axis=1), np.stack([step, step + 50, step + 1], axis=1)]
    )
    found = lightmap_uv(vertices, triangles, size=256)
    assert most_on_one_texel(found.uv, found.size) == 1
