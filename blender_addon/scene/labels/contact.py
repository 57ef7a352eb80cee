"""Which things touch: by their surfaces, since the boxes of a table and of the chairs below it overlap as well."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import bpy
import numpy as np
from mathutils.bvhtree import BVHTree
from numpy.typing import NDArray

from ...bridge.mesh_arrays import mesh_arrays
from .grounds import TOUCHING

if TYPE_CHECKING:
    from .subjects import Piece

_MOST_POINTS = 256
"""Of more points near the other thing every n-th stands for its neighbors."""
_OFF_AXIS = 0.1
"""What is one within the other, and no farther off its vertical axis than this share of its width, is held by it
without touching it: the stem in a lamp shade, the pole in an umbrella."""
_MOST_TRIANGLES = 400_000
"""Of things with more triangles together no surfaces are compared: their boxes have to do."""


def touching_surfaces(
    pieces: Sequence[Piece], pairs: Sequence[tuple[int, int]], depsgraph: bpy.types.Depsgraph
) -> list[tuple[int, int]]:
    """Those of ``pairs`` (indices of pieces whose boxes touch) with surfaces as close as those of parts of one
    thing.
    """
    surfaces: dict[int, _Surface] = {}
    triangles = 0
    for index in sorted({index for pair in pairs for index in pair}):
        surfaces[index] = _Surface(pieces[index], depsgraph)
        triangles += len(surfaces[index].faces)
        if triangles > _MOST_TRIANGLES:
            return list(pairs)
    return [(a, b) for a, b in pairs if _touch(surfaces[a], surfaces[b])]


class _Surface:
    """Triangles of a piece in the world, and a search tree for the nearest of them, built on first use."""

    def __init__(self, piece: Piece, depsgraph: bpy.types.Depsgraph) -> None:
        points, self.faces = mesh_arrays(piece.obj, depsgraph)
        placed = np.asarray(points, np.float64) @ piece.world[:3, :3].T + piece.world[:3, 3]
        self.points: NDArray[np.float64] = placed
        self.low, self.high = (placed.min(axis=0), placed.max(axis=0)) if len(placed) else (np.zeros(3), np.zeros(3))
        self._tree: BVHTree | None = None

    @property
    def diagonal(self) -> float:
        return float(np.linalg.norm(self.high - self.low))

    @property
    def tree(self) -> BVHTree:
        if self._tree is None:
            self._tree = BVHTree.FromPolygons(self.points.tolist(), self.faces.tolist(), all_triangles=True)
        return self._tree


def _touch(first: _Surface, second: _Surface) -> bool:
    if not len(first.faces) or not len(second.faces):
        return False
    if _on_one_axis(first, second):
        return True
    reach = TOUCHING * min(first.diagonal, second.diagonal)
    for one, other in ((first, second), (second, first)):
        near = one.points[((one.points >= other.low - reach) & (one.points <= other.high + reach)).all(axis=1)]
        for point in near[:: max(1, -(-len(near) // _MOST_POINTS))].tolist():
            if other.tree.find_nearest(point, reach)[0] is not None:
                return True
    return bool(first.tree.overlap(second.tree))


def _on_one_axis(first: _Surface, second: _Surface) -> bool:
    """Whether the boxes overlap and share one vertical axis."""
    if (np.minimum(first.high, second.high) <= np.maximum(first.low, second.low)).any():
        return False
    off = np.abs((first.low + first.high) - (second.low + second.high))[:2] / 2
    width = np.maximum(first.high - first.low, second.high - second.low)[:2]
    return bool((off <= _OFF_AXIS * width).all())
