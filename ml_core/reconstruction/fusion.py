"""Depth maps of many cameras in one truncated signed distance volume (Curless and Levoy 1996), and its surface."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from .views.cameras import Camera

MOST_VOXELS = 24_000_000
"""Voxels of a volume; each takes 20 bytes."""
_TRUNCATION = 3.0
"""Voxels from the surface at which distances are cut off."""
_SLAB = 400_000


@dataclass(frozen=True)
class Surface:
    """A mesh: ``vertices`` (V, 3), ``triangles`` (T, 3), ``colors`` (V, 3) sRGB 0..1."""

    vertices: NDArray[np.float32]
    triangles: NDArray[np.int32]
    colors: NDArray[np.float32]

    def part(self, chosen: NDArray[np.bool_]) -> Surface:
        """The surface of the chosen triangles (T,), with the vertices that they use."""
        triangles = self.triangles[chosen]
        used, inverse = np.unique(triangles, return_inverse=True)
        return Surface(self.vertices[used], inverse.reshape(-1, 3).astype(np.int32), self.colors[used])

    def normals(self) -> NDArray[np.float32]:
        """Unit normals (T, 3) of the triangles; zero where one has no area."""
        a, b, c = (self.vertices[self.triangles[:, corner]] for corner in range(3))
        normals = np.cross(b - a, c - a)
        return normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)

    def areas(self) -> NDArray[np.float32]:
        a, b, c = (self.vertices[self.triangles[:, corner]] for corner in range(3))
        return 0.5 * np.linalg.norm(np.cross(b - a, c - a), axis=1)


class Volume:
    """A box of voxels with the truncated distance to the surface, its weight and its color.

    Args:
        low: the lower corner (3,) in meters.
        high: the upper corner.
        voxel: side of a voxel in meters; larger where the box would have more than :data:`MOST_VOXELS`.
    """

    def __init__(self, low: NDArray[np.floating], high: NDArray[np.floating], voxel: float) -> None:
        size = np.maximum(np.asarray(high, np.float64) - low, voxel)
        self.voxel = max(voxel, float(np.cbrt(size.prod() / MOST_VOXELS)))
        self.low = np.asarray(low, np.float64)
        self.shape = tuple(int(n) for n in np.ceil(size / self.voxel).astype(int) + 1)
        self.distance = np.zeros(self.shape, np.float32)
        self.weight = np.zeros(self.shape, np.float32)
        self.color = np.zeros((*self.shape, 3), np.float32)

    def add(self, camera: Camera, depth: NDArray[np.floating], picture: NDArray[np.uint8]) -> None:
        """Fuse a depth map (H, W) in meters, 0 where unknown, with its picture (H, W, 3).

        A far depth counts less, by the square of its distance, as the error of stereo grows.
        """
        reach = np.float32(_TRUNCATION * self.voxel)
        height, width = depth.shape
        # What a camera sees of a voxel is linear in its place: sums of three short rows make all three coordinates.
        start = camera.rotation @ (self.low - camera.position)
        rows = [
            (start[:, None] * (axis == 0) + self.voxel * camera.rotation[:, axis, None] * np.arange(count)).astype(
                np.float32
            )
            for axis, count in enumerate(self.shape)
        ]
        center_x, center_y = camera.center
        layers = max(1, _SLAB // (self.shape[1] * self.shape[2]))
        values, weight, color = self.distance.reshape(-1), self.weight.reshape(-1), self.color.reshape(-1, 3)
        for first in range(0, self.shape[0], layers):
            here = rows[0][:, first : first + layers]
            x, y, far = ((here[k][:, None, None] + rows[1][k][:, None] + rows[2][k]).reshape(-1) for k in range(3))
            ahead = np.flatnonzero(far > 0.05)
            far = far[ahead]
            column, row = camera.focal * x[ahead] / far + center_x, camera.focal * y[ahead] / far + center_y
            inside = np.flatnonzero((column >= 0) & (row >= 0) & (column < width) & (row < height))
            column, row = column[inside].astype(np.int32), row[inside].astype(np.int32)
            seen = depth[row, column]
            signed = seen - far[inside]
            near = np.flatnonzero((seen > 0) & (signed > -reach))
            at = ahead[inside[near]] + first * self.shape[1] * self.shape[2]
            signed = np.minimum(signed[near] / reach, np.float32(1))
            weights = 1 / np.maximum(seen[near], np.float32(0.5)) ** 2
            before = weight[at]
            after = before + weights
            values[at] = (values[at] * before + signed * weights) / after
            weight[at] = after
            close = np.flatnonzero(np.abs(signed) < 1)
            at, share = at[close], (weights / after)[close, None]
            new = picture[row[near[close]], column[near[close]]] / np.float32(255)
            color[at] += (new - color[at]) * share

    def surface(self, least_weight: float) -> Surface:
        """Where the distance is 0 between voxels that were seen with ``least_weight`` or more."""
        return zero_surface(self.distance, self.weight >= least_weight, self.color, self.low, self.voxel)


def zero_surface(
    values: NDArray[np.floating],
    known: NDArray[np.bool_],
    colors: NDArray[np.floating],
    low: NDArray[np.floating],
    step: float,
) -> Surface:
    """The surface where a field (X, Y, Z) changes its sign, by surface nets (Gibson 1998).

    Args:
        values: above 0 in free space, below 0 inside.
        known: where ``values`` count; a cell with an unknown corner has no surface.
        colors: (X, Y, Z, 3).
        low: where the first value lies.
        step: between neighbors.
    """
    corners = list(product((0, 1), repeat=3))
    shape = np.array(values.shape)

    def corner(field: NDArray, c: tuple[int, ...]) -> NDArray:
        return field[tuple(slice(o, n - 1 + o) for o, n in zip(c, shape, strict=True))]

    free = values > 0
    whole, some_free, all_free = (
        np.logical_and.reduce([corner(known, c) for c in corners]),
        np.logical_or.reduce([corner(free, c) for c in corners]),
        np.logical_and.reduce([corner(free, c) for c in corners]),
    )
    cells = np.argwhere(whole & some_free & ~all_free)
    number = np.full(shape - 1, -1, np.int32)
    number[tuple(cells.T)] = np.arange(len(cells))
    if not len(cells):
        empty = np.zeros((0, 3), np.float32)
        return Surface(empty, np.zeros((0, 3), np.int32), empty.copy())
    # The vertex of a cell is the middle of the crossings of its edges.
    total, count = np.zeros((len(cells), 3)), np.zeros(len(cells))
    hue, hue_weight = np.zeros((len(cells), 3)), np.zeros(len(cells))
    sample = {c: values[tuple((cells + c).T)].astype(np.float64) for c in corners}
    for a in corners:
        paint = colors[tuple((cells + a).T)]
        has = (paint.sum(axis=1) > 0) / (0.05 + np.abs(sample[a]))
        hue, hue_weight = hue + paint * has[:, None], hue_weight + has
        for axis in range(3):
            if a[axis]:
                continue
            b = tuple(1 if k == axis else a[k] for k in range(3))
            crosses = (sample[a] > 0) != (sample[b] > 0)
            share = np.where(crosses, sample[a] / np.where(crosses, sample[a] - sample[b], 1.0), 0.0)
            point = np.array(a, np.float64) + share[:, None] * (np.array(b) - np.array(a))
            total += point * crosses[:, None]
            count += crosses
    vertices = low + step * (cells + total / count[:, None])
    # A quad for each edge of the grid that crosses, between the four cells around it.
    faces = []
    for axis in range(3):
        others = [k for k in range(3) if k != axis]
        ahead = np.eye(3, dtype=int)[axis]
        inner = np.argwhere(corner(free, (0, 0, 0)) != corner(free, tuple(ahead)))
        inner = inner[(inner[:, others] > 0).all(axis=1)]
        u, v = np.eye(3, dtype=int)[others[0]], np.eye(3, dtype=int)[others[1]]
        quad = np.stack([number[tuple((inner - offset).T)] for offset in (u + v, v, 0 * u, u)], axis=1)
        complete = (quad >= 0).all(axis=1)
        quad, inner = quad[complete], inner[complete]
        # The front of a face looks into free space.
        flip = free[tuple(inner.T)] if axis != 1 else ~free[tuple(inner.T)]
        quad[flip] = quad[flip][:, ::-1]
        faces += [quad[:, [0, 1, 2]], quad[:, [0, 2, 3]]]
    return Surface(
        vertices.astype(np.float32),
        np.concatenate(faces).astype(np.int32),
        np.clip(hue / np.maximum(hue_weight, 1e-9)[:, None], 0, 1).astype(np.float32),
    )
