"""Generators of everyday objects in endless variants, meters, Z up, front to -Y: extra examples for the recognizer.

Each takes a random generator and returns the parts of one object; what varies is how such things are really built
(legs, pedestal or plinth; doors or drawers; slats, panel or cushion), not only their dimensions.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ml_core.datasets.furniture.solids import Part
from ml_core.datasets.furniture.varied import unnamed
from ml_core.datasets.furniture.varied.home import (
    appliances,
    bathroom,
    furnishing,
    household,
    openings,
    seating,
    storage,
    tableware,
)
from ml_core.datasets.furniture.varied.world import (
    belongings,
    clothing,
    instruments,
    outdoors,
    structures,
    vehicles,
)

GENERATORS: dict[str, Callable[[np.random.Generator], list[Part]]] = {
    function.__name__: function
    for module in (
        *(seating, storage, appliances, household, tableware, furnishing, openings, outdoors),
        *(vehicles, bathroom, structures, belongings, clothing, instruments),
    )
    for name, function in vars(module).items()
    if not name.startswith("_") and getattr(function, "__module__", "") == module.__name__
}
"""Generators by the label of their objects."""

UNNAMED: tuple[Callable[[np.random.Generator], list[Part]], ...] = (
    unnamed.wall, unnamed.floor, unnamed.plank, unnamed.clutter, unnamed.ring,
)  # fmt: skip
"""Generators of objects of no class."""


def mesh_of(parts: list[Part]) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    """Vertices (V, 3) in meters and triangles (T, 3) of all parts together."""
    vertices = np.concatenate([part.vertices for part in parts]).astype(np.float32)
    triangles, start = [], 0
    for part in parts:
        for face in part.faces:
            triangles += [(start + face[0], start + a, start + b) for a, b in itertools.pairwise(face[1:])]
        start += len(part.vertices)
    return vertices, np.array(triangles, np.int32)
