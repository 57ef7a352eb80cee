"""What edge collapses work on: a mesh of wedges, the state of its reduction, and candidates of collapses."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.humanoid.frames import Array

Indices = NDArray[np.int64]

WIDE = 0.5
"""The fraction of vertices that a round considers, cheapest first: with more, costly ones would go too early."""


@dataclass(frozen=True)
class WedgeMesh:
    """Triangles whose corners refer to their vertex and their wedge.

    ``positions`` (V, 3) in meters; ``corner_vertex`` and ``corner_wedge`` (T, 3); ``wedge_vertex`` (W,); ``wedge_uv``
    (W, 2); ``traits`` (V, K) in meters: attributes such as bone weights and shape keys, whose jumps should stay;
    ``locked`` (V,) vertices that never move.
    """

    positions: Array
    corner_vertex: Indices
    corner_wedge: Indices
    wedge_vertex: Indices
    wedge_uv: Array
    traits: Array
    locked: NDArray[np.bool_]


@dataclass(frozen=True)
class Simplified:
    """What is left: rows ``triangle`` (N,) of the original, their ``corner_vertex`` and ``corner_wedge`` (N, 3)."""

    triangle: Indices
    corner_vertex: Indices
    corner_wedge: Indices


@dataclass
class Work:
    mesh: WedgeMesh
    points: Array  # (W, 5) position and scaled UV
    monomials: Array  # (W, 21) of the points: products of two, the five, and one
    quadric: Array  # (W, 21) factors of the monomials
    weight: Array  # (W,)
    traits: Array  # (V, K) as those of the mesh, in few columns
    triangle: Indices
    vertex: Indices
    wedge: Indices
    limit: float = 0.0
    share: float = WIDE
    blocked: Indices = field(default_factory=lambda: np.zeros(0, np.int64))  # moves that would harm the surface


@dataclass(frozen=True)
class Moves:
    """Candidates: ``source`` goes onto ``goal``; wedge ``wedge`` (M, 2) onto ``onto`` (M, 2), -1 for no second."""

    source: Indices
    goal: Indices
    wedge: Indices
    onto: Indices
    sides: Indices
    cost: Array

    def __getitem__(self, rows: NDArray) -> Moves:
        return Moves(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))
