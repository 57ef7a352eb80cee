"""Normals by which hair is lit: those of the mass that all cards make together, not of each flat card."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.hair.strands import Piece
from ml_core.geometry.hair.surface import HeadSpace
from ml_core.geometry.humanoid.frames import unit

Array = NDArray[np.floating]

OF_MASS = 0.8
"""Share of the mass in the normals near the skull: what is left of each card keeps locks apart."""


def shading_normals(head: HeadSpace, piece: Piece, of_mass: float = OF_MASS) -> Array:
    """(V, 3) unit normals of hair: of the ellipsoid of the skull with a column below it, and of the cards themselves
    the more the farther they are from there. ``of_mass``: share 0..1 of the former near the skull."""
    outward, share = head.outward(piece.vertices)
    share = of_mass * share[:, None]
    return unit(share * outward + (1 - share) * vertex_normals(piece.vertices, piece.faces))


def vertex_normals(vertices: Array, faces: NDArray[np.integer]) -> Array:
    """(V, 3) unit normals of quads (F, 4), weighted by area."""
    corners = vertices[faces]
    normal = np.cross(corners[:, 2] - corners[:, 0], corners[:, 3] - corners[:, 1])
    triangle = faces[:, 2] == faces[:, 3]
    normal[triangle] = np.cross(
        corners[triangle, 1] - corners[triangle, 0], corners[triangle, 2] - corners[triangle, 0]
    )
    flat = np.repeat(faces.reshape(-1), 3) * 3 + np.tile(np.arange(3), faces.size)
    total = np.bincount(flat, np.repeat(normal, faces.shape[1], axis=0).reshape(-1), 3 * len(vertices))
    return unit(total.reshape(-1, 3))
