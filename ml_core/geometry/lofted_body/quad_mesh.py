"""Quads from grids: rows and columns of vertices, holes, stitched rings, square caps, relaxation of what is free."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]
Index = NDArray[np.int64]


class QuadMesh:
    """A growing mesh of quads, each of which belongs to a chart.

    Vertices are *pinned* (placed by measurement) or free (placed by :meth:`relax` between their neighbours). A vertex
    may have a *layout*: the chart coordinates at which its faces lie in the atlas, where those are not where it lies in
    space (NaN: as in space). A face belongs to a material slot.
    """

    def __init__(self) -> None:
        self._positions: list[Array] = []
        self._pinned: list[NDArray[np.bool_]] = []
        self._quads: list[Index] = []
        self._charts: list[str] = []
        self._slots: list[int] = []
        self._layouts: list[Array] = []
        self._count = 0

    def add(self, positions: Array, pinned: bool | NDArray[np.bool_] = True, layout: Array | None = None) -> Index:
        """Adds vertices (..., 3), with chart coordinates (..., 2) if given; returns their indices (...)."""
        shape = positions.shape[:-1]
        placed = np.full((*shape, 2), np.nan) if layout is None else np.broadcast_to(layout, (*shape, 2))
        self._layouts.append(placed.reshape(-1, 2).astype(np.float64))
        flat = positions.reshape(-1, 3)
        self._positions.append(flat.astype(np.float64))
        self._pinned.append(np.broadcast_to(pinned, shape).reshape(-1).copy())
        indices = np.arange(self._count, self._count + len(flat)).reshape(shape)
        self._count += len(flat)
        return indices

    def quads(
        self, grid: Index, chart: str, skip: NDArray[np.bool_] | None = None, flip: bool = False, slot: int = 0
    ) -> None:
        """Faces of a grid (R, C) of vertices; ``skip`` (R-1, C-1) leaves faces out."""
        faces = np.stack([grid[:-1, :-1], grid[1:, :-1], grid[1:, 1:], grid[:-1, 1:]], axis=-1)
        chosen = faces.reshape(-1, 4) if skip is None else faces[~skip]
        self._quads.append(chosen[:, ::-1] if flip else chosen)
        self._charts += [chart] * len(chosen)
        self._slots += [slot] * len(chosen)

    def bridge(self, ring: Index, other: Index, chart: str, flip: bool = False, slot: int = 0) -> None:
        """Faces between two closed rings of equal length."""
        if len(ring) != len(other):
            raise ValueError(f"expected rings of equal length, got {len(ring)} and {len(other)}")
        self.quads(np.stack([np.append(ring, ring[0]), np.append(other, other[0])]), chart, flip=flip, slot=slot)

    def cap(self, ring: Index, chart: str, flip: bool = False, slot: int = 0) -> Index:
        """Closes a ring of 4 n vertices with n x n quads; returns the new vertices (free, (n-1)²)."""
        side = len(ring) // 4
        if side * 4 != len(ring):
            raise ValueError(f"expected a ring of a multiple of 4 vertices, got {len(ring)}")
        grid = np.zeros((side + 1, side + 1), np.int64)
        grid[0, :side] = ring[:side]
        grid[:side, side] = ring[side : 2 * side]
        grid[side, side:0:-1] = ring[2 * side : 3 * side]
        grid[side:0:-1, 0] = ring[3 * side :]
        positions = self.positions
        top, bottom = positions[grid[0]], positions[grid[side]]
        left, right = positions[grid[:, 0]], positions[grid[:, side]]
        v, u = np.meshgrid(np.linspace(0, 1, side + 1), np.linspace(0, 1, side + 1), indexing="ij")
        v, u = v[..., None], u[..., None]
        coons = (1 - v) * top[None] + v * bottom[None] + (1 - u) * left[:, None] + u * right[:, None]
        coons -= (1 - v) * ((1 - u) * top[0] + u * top[-1]) + v * ((1 - u) * bottom[0] + u * bottom[-1])
        inner = self.add(coons[1:-1, 1:-1], pinned=False)
        grid[1:-1, 1:-1] = inner
        self.quads(grid, chart, flip=flip, slot=slot)
        return inner.reshape(-1)

    @property
    def positions(self) -> Array:
        """(V, 3)."""
        return np.concatenate(self._positions)

    @property
    def faces(self) -> Index:
        """(F, 4)."""
        return np.concatenate(self._quads)

    @property
    def charts(self) -> list[str]:
        """The chart of each face."""
        return list(self._charts)

    @property
    def slots(self) -> list[int]:
        """The material slot of each face."""
        return list(self._slots)

    @property
    def layouts(self) -> Array:
        """(V, 2) chart coordinates, NaN where a vertex has none of its own."""
        return np.concatenate(self._layouts)

    def move(self, indices: Index, positions: Array) -> None:
        """Places vertices and pins them."""
        everything, pinned = self.positions, np.concatenate(self._pinned)
        everything[indices] = positions
        pinned[indices] = True
        self._positions, self._pinned = [everything], [pinned]

    def free(self, indices: Index) -> None:
        """Lets :meth:`relax` move vertices."""
        pinned = np.concatenate(self._pinned)
        pinned[indices] = False
        self._positions, self._pinned = [self.positions], [pinned]

    def relax(self, rounds: int) -> None:
        """Moves each free vertex to the middle of its neighbours, again and again (Laplacian smoothing)."""
        positions, pinned = self.positions, np.concatenate(self._pinned)
        source, target = edges_of(self.faces)
        degree = np.bincount(target, minlength=len(positions)).astype(np.float64)
        loose = np.flatnonzero(~pinned & (degree > 0))
        for _ in range(rounds):
            total = np.stack([np.bincount(target, positions[source, k], len(positions)) for k in range(3)], axis=1)
            positions[loose] = total[loose] / degree[loose, None]
        self._positions, self._pinned = [positions], [pinned]


def block_ring(grid: Index, rows: tuple[int, int], columns: tuple[int, int], mirrored: bool = False) -> Index:
    """The border of a block of a grid's cells: up the first column, along the top, down the last, back below.

    ``mirrored`` starts at the last column instead and runs the other way round.
    """
    (first, last), (low, high) = rows, columns
    step = -1 if mirrored else 1
    if mirrored:
        low, high = high, low
    return np.concatenate(
        [
            grid[last:first:-1, low],
            grid[first, low:high:step],
            grid[first:last, high],
            grid[last, high:low:-step],
        ]
    )


def edges_of(faces: Index) -> tuple[Index, Index]:
    """Both directions of every edge, once each: ``(from, to)``."""
    pairs = np.concatenate([faces[:, [i, (i + 1) % faces.shape[1]]] for i in range(faces.shape[1])])
    pairs = np.unique(np.sort(pairs, axis=1), axis=0)
    return np.concatenate([pairs[:, 0], pairs[:, 1]]), np.concatenate([pairs[:, 1], pairs[:, 0]])
