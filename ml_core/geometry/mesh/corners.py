"""Normals, areas and lengths of triangles by their corners."""

from __future__ import annotations

import numpy as np

from ml_core.geometry.humanoid.frames import Array


def normals(corners: Array) -> Array:
    return np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])


def cross(corners: Array) -> Array:
    """Twice the signed areas of triangles (N, 3, 2)."""
    a, b = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    return a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]


def lengths(vectors: Array) -> Array:
    return np.linalg.norm(vectors, axis=-1)


def unit(vectors: Array) -> Array:
    return vectors / np.maximum(lengths(vectors), 1e-18)[:, None]
