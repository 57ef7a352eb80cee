"""What hair grows on: the skin of a head with its neck and shoulders, as signed distances, and the hairline on it."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.humanoid.fit import HEAD_T
from ml_core.geometry.humanoid.frames import TubeFrame, unit

Array = NDArray[np.floating]

MODEL_SIZE = 0.118
"""Meters from the eyes to the crown of the head that the styles are written for; other heads scale them."""

HAIRLINE = np.array(
    [
        (0.00, 0.185),
        (0.30, 0.180),
        (0.55, 0.195),
        (0.75, 0.230),
        (0.95, 0.285),
        (1.10, 0.335),
        (1.20, 0.400),
        (1.29, 0.430),
        (1.37, 0.385),
        (1.44, 0.355),
        (1.60, 0.345),
        (1.74, 0.355),
        (1.95, 0.390),
        (2.12, 0.460),
        (2.26, 0.550),
        (2.45, 0.605),
        (2.80, 0.640),
        (np.pi, 0.650),
    ]
)
"""t of the hairline in the head chart by the size of theta: forehead, temples, sideburns, over the ears, nape."""

NEIGHBOURS = 4
MOST_POINTS = 3200
LEAST_OUTWARD = 0.2
"""Cosine between a face of the head and the direction from the skull's middle, below which the face is left out."""

TRACE_STEPS = 12
SKULL = np.array([0.074, 0.092, 0.090])
"""Half the width, the length and the height of a skull of the model's size, meters."""
NEAR, FAR = 0.05, 0.11
"""Meters from the skull up to which hair is part of the mass around the head, and from which on it has a shape of its
own, as a ponytail or a bun has."""

REACH = 0.45
"""Meters below the eyes to which skin is kept, on a head of the model's size: hair hangs no lower than that."""


@dataclass(frozen=True)
class HeadSpace:
    """The skin near a head.

    ``points`` and unit ``normals`` (P, 3) sample it, in meters, Z up, the face toward -Y; ``frame`` is that of the
    head chart; ``center`` (3,) lies inside the skull; lengths of the styles are multiplied by ``scale``. The hairline
    over the forehead has gone back by ``recession`` (0..1).
    """

    points: Array
    normals: Array
    frame: TubeFrame
    center: Array
    scale: float
    recession: float = 0.0

    @classmethod
    def of_mesh(
        cls,
        vertices: Array,
        faces: NDArray[np.integer],
        frame: TubeFrame,
        worn: Sequence[tuple[Array, NDArray[np.integer]]] = (),
    ) -> HeadSpace:
        """Samples a skin, and what is worn around the neck and on the shoulders: hair lies outside of both.

        Args:
            vertices: (V, 3) rest positions.
            faces: (F, 3) or (F, 4), counter-clockwise seen from outside.
            frame: of the head chart, in the same space.
            worn: vertices (W, 3) and faces (G, 3) or (G, 4) of garments.
        """
        eye, crown = (_height(frame, HEAD_T[name]) for name in ("eyes", "crown"))
        scale = (crown - eye) / MODEL_SIZE
        axis = frame.origin
        center = np.array([axis[0], axis[1] + 0.012 * scale, eye + 0.25 * (crown - eye)])
        corners = vertices[faces]
        middle = corners.mean(axis=1)
        normal = unit(np.cross(corners[:, 2] - corners[:, 0], corners[:, -1] - corners[:, 1]))
        near = (middle[:, 2] > eye - REACH * scale) & (np.abs(middle[:, 0] - axis[0]) < 0.30 * scale)
        # Eye sockets, mouth, nostrils and the folds of ears face elsewhere and are not places for hair to rest on.
        outward = (unit(middle - center) * normal).sum(axis=1)
        near &= (middle[:, 2] < eye - 0.11 * scale) | (outward > LEAST_OUTWARD)
        corner_points = corners[near].reshape(-1, 3)
        points = np.concatenate([middle[near], corner_points])
        normals = np.concatenate([normal[near], np.repeat(normal[near], faces.shape[1], axis=0)])
        for cloth, sides in worn:
            points, normals = _over(points, normals, cloth, sides, axis, eye, scale)
        points, normals = _merged(points, normals, scale)
        return cls(points, normals, frame, center, scale)

    @functools.cached_property
    def _places(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """(3, P) twice the sample points from :attr:`center`, and their squared lengths (P,)."""
        local = (self.points - self.center).astype(np.float32)
        return 2 * local.T, (local**2).sum(axis=1)

    def distance(self, points: Array) -> tuple[Array, Array]:
        """Signed distance (...,) of points (..., 3) from the skin, positive outside, and its unit normal (..., 3)."""
        flat = points.reshape(-1, 3)
        places, lengths = self._places
        # Single precision, from the skull's middle, tells who is near; distances are then taken exactly.
        order = lengths - (flat - self.center).astype(np.float32) @ places
        nearest = _least(order, NEIGHBOURS)
        near = ((flat[:, None] - self.points[nearest]) ** 2).sum(axis=2)
        weight = 1 / (near + (0.004 * self.scale) ** 2)
        weight /= weight.sum(axis=1, keepdims=True)
        normal = self.normals[nearest]
        height = ((flat[:, None] - self.points[nearest]) * normal).sum(axis=2)
        shape = points.shape[:-1]
        return (height * weight).sum(axis=1).reshape(shape), unit((normal * weight[..., None]).sum(axis=1)).reshape(
            points.shape
        )

    def hairline(self, theta: Array) -> Array:
        """t of the hairline at angles ``theta``: over the temples it goes back first."""
        away = np.abs(theta)
        temples = np.exp(-(((away - 0.62) / 0.30) ** 2))
        front = np.clip((1.05 - away) / 0.3, 0, 1)
        return hairline(theta) - self.recession * (0.075 * temples + 0.045 * front)

    def on_chart(self, t: Array, theta: Array) -> Array:
        """Points (..., 3) of the skin at coordinates of the head chart."""
        start, direction = self.frame.ray(np.asarray(t, np.float64), np.asarray(theta, np.float64))
        return self._traced(start, direction)

    def towards(self, direction: Array) -> Array:
        """Points (..., 3) of the skin seen from :attr:`center` in unit directions (..., 3)."""
        return self._traced(np.broadcast_to(self.center, direction.shape), direction)

    def chart(self, points: Array) -> tuple[Array, Array]:
        """``(t, theta)`` of points in the head chart."""
        t, theta, _ = self.frame.project(points)
        return t, theta

    def local(self, points: Array) -> Array:
        """Points relative to :attr:`center` on a head of the model's size."""
        return (points - self.center) / self.scale

    def world(self, local: Array) -> Array:
        """The inverse of :meth:`local`."""
        return self.center + np.asarray(local) * self.scale

    def outward(self, points: Array) -> tuple[Array, Array]:
        """Unit directions (..., 3) out of the mass of hair around the head, an ellipsoid with a column below it, and
        shares (...,) 0..1 by which points (..., 3) belong to that mass."""
        q = self.local(points)
        q = np.concatenate([q[..., :2], np.maximum(q[..., 2:], 0)], axis=-1)
        within = np.maximum(np.linalg.norm(q / SKULL, axis=-1), 1e-6)
        beyond = np.linalg.norm(q, axis=-1) * (1 - 1 / within)
        return unit(q / SKULL**2), np.clip((FAR - beyond) / (FAR - NEAR), 0, 1)

    def share_of_way(self, share: Array, start: float, end: Array) -> Array:
        """t at shares of the way over the skin from rows ``start`` to ``end`` of the head chart (broadcast)."""
        to, at = np.array(sorted((to, at) for at, to in self.frame.knots)).T
        first, last = np.interp(start, to, at), np.interp(end, to, at)
        return np.interp(-(first + share * (last - first)), -at, to)

    def height_of(self, name: str) -> float:
        """z of a landmark of the head chart (:data:`ml_core.geometry.humanoid.fit.HEAD_T`)."""
        return _height(self.frame, HEAD_T[name])

    def pushed_out(self, points: Array, clearance: Array | float) -> Array:
        """Points (..., 3) moved out of the skin to at least ``clearance`` meters over it."""
        for _ in range(2):
            height, normal = self.distance(points)
            points = points + np.maximum(clearance - height, 0)[..., None] * normal
        return points

    def _traced(self, start: Array, direction: Array) -> Array:
        along = np.full(direction.shape[:-1], 0.16 * self.scale)
        for _ in range(TRACE_STEPS):
            height, normal = self.distance(start + along[..., None] * direction)
            slope = np.clip((normal * direction).sum(axis=-1), 0.5, 1)
            along = np.clip(along - height / slope, 0.02 * self.scale, 0.2 * self.scale)
        return start + along[..., None] * direction


def _over(
    points: Array, normals: Array, cloth: Array, faces: NDArray[np.integer], axis: Array, eye: float, scale: float
) -> tuple[Array, Array]:
    """Samples of a skin with those of a garment over it in place of what it covers.

    Of cloth only its outside counts: between a collar and the neck there is no place for hair.
    """
    corners = cloth[faces]
    middle, normal = corners.mean(axis=1), np.cross(corners[:, 2] - corners[:, 0], corners[:, -1] - corners[:, 1])
    normal = unit(normal)
    near = (middle[:, 2] > eye - REACH * scale) & (np.abs(middle[:, 0] - axis[0]) < 0.30 * scale)
    away = middle - [axis[0], axis[1] + 0.02 * scale, 0.0]
    away[:, 2] = 0.35 * np.linalg.norm(away[:, :2], axis=1)
    near &= (unit(away) * normal).sum(axis=1) > 0.1
    if not near.any():
        return points, normals
    middle, normal = middle[near], normal[near]
    rim = np.full(_SECTORS, -np.inf)
    np.maximum.at(rim, _sector(middle - axis), middle[:, 2])
    bare = points[:, 2] > rim[_sector(points - axis)] - 0.004 * scale
    return np.concatenate([points[bare], middle]), np.concatenate([normals[bare], normal])


_SECTORS = 24
"""Directions around the neck in which the rim of a collar has a height of its own."""


def _sector(away: Array) -> NDArray[np.int64]:
    turn = np.arctan2(away[:, 0], -away[:, 1]) / (2 * np.pi) + 0.5
    return np.minimum((turn * _SECTORS).astype(np.int64), _SECTORS - 1)


def hairline(theta: Array) -> Array:
    """t of the hairline at angles ``theta``."""
    return np.interp(np.abs(theta), *HAIRLINE.T)


def _height(frame: TubeFrame, t: float) -> float:
    """z of the chart's row ``t`` on the axis, the crown's over its round end."""
    to, at = np.array(sorted((to, at) for at, to in frame.knots)).T
    s = float(np.interp(t, to, at))
    along = frame.high + frame.high_radius * np.sin((s - frame.high) / frame.high_radius) if s > frame.high else s
    return float(frame.origin[2] + along)


def _merged(points: Array, normals: Array, scale: float) -> tuple[Array, Array]:
    """One sample for each cell of 2 mm, coarser until they are few enough."""
    cell = 0.002 * scale
    while True:
        key = np.round(points / cell).astype(np.int64)
        key -= key.min(axis=0)
        _, group = np.unique(np.ravel_multi_index(key.T, key.max(axis=0) + 1), return_inverse=True)
        count = np.bincount(group)
        if len(count) <= MOST_POINTS:
            break
        cell *= 1.3
    mean = np.stack([np.bincount(group, points[:, k]) for k in range(3)], axis=1) / count[:, None]
    facing = unit(np.stack([np.bincount(group, normals[:, k]) for k in range(3)], axis=1))
    return mean, facing


def _least(values: NDArray, count: int) -> NDArray[np.intp]:
    """(N, count) the columns of the least values (N, P) of each row, which are overwritten; several searches for a
    minimum are faster than a partition."""
    rows = np.arange(len(values))
    found = np.empty((len(values), count), np.intp)
    for k in range(count):
        found[:, k] = values.argmin(axis=1)
        values[rows, found[:, k]] = np.inf
    return found
