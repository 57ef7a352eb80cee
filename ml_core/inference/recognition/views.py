"""Small orthographic views of a mesh, rendered with numpy alone: the input of the object recognizer.

The mesh is centered and scaled to a largest dimension of 1, its surface is sampled evenly (real triangles, plus
their edges, so that wires and chair legs survive), and the samples are splatted into six 64-pixel z-buffers. The
sampling is a fixed low-discrepancy sequence, so equal meshes always give equal views.
"""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

SIZE = 64
CHANNELS = 3
# (yaw, elevation) of the camera in degrees: the four sides from slightly above, a three-quarter view, the top.
CAMERAS: tuple[tuple[float, float], ...] = ((0, 15), (90, 15), (180, 15), (270, 15), (45, 35), (0, 90))
SIDES, THREE_QUARTER, TOP = slice(0, 4), 4, 5

_SURFACE_SAMPLES = 16000
_EDGE_SAMPLES = 4000
_MOST_TRIANGLES = 120_000
_EXTENT = 1.36  # world units across a view: a unit cube seen from above at 15° is 1.22 high
_PLASTIC = 1.32471795724474602596  # root of x³ = x + 1; its powers give the R2 sequence (M. Roberts, 2018)
_DEPTH_STEPS, _DEPTH_RANGE = 4095, 1.6


class Samples(NamedTuple):
    """Points on a surface. points, normals: (N, 3) float32; normals are unit vectors of either sign."""

    points: NDArray[np.float32]
    normals: NDArray[np.float32]


def dimensions(vertices: NDArray[np.floating], triangles: NDArray[np.integer]) -> NDArray[np.float32]:
    """Width, depth and height (3,) of the box around the vertices that the triangles use, in the unit given."""
    low, high = _box(np.asarray(vertices, dtype=np.float32), triangles)
    return high - low


def render_views(vertices: NDArray[np.floating], triangles: NDArray[np.integer]) -> NDArray[np.uint8]:
    """Views of a mesh.

    Args:
        vertices: (V, 3), Z up, any unit, finite.
        triangles: (T, 3) indices, T >= 1.

    Returns:
        (6, 3, SIZE, SIZE) uint8, row 0 at the top: depth (0 = nothing there, 1 far … 255 near) and the x and y of the
        normal turned toward the camera, in camera axes (128 = 0; background 128).
    """
    return splat(sample_surface(vertices, triangles))


def sample_surface(vertices: NDArray[np.floating], triangles: NDArray[np.integer]) -> Samples:
    """About 20,000 points spread evenly over the surface and its edges, in a box of largest dimension 1 at 0."""
    points = np.asarray(vertices, dtype=np.float32)
    low, high = _box(points, triangles)
    if len(triangles) > _MOST_TRIANGLES:  # many times the samples: every n-th stands for its neighbors
        triangles = triangles[:: -(-len(triangles) // _MOST_TRIANGLES)]
    corners = points[triangles]
    corners = (corners - (low + high) / 2) / max(float((high - low).max()), 1e-20)

    first, second = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    cross = _cross(first, second)
    area = np.sqrt(np.einsum("ti,ti->t", cross, cross))
    normals = cross / np.maximum(area, 1e-20)[:, None]

    face, u, v = _stratified(area, _SURFACE_SAMPLES)
    fold = u + v > 1
    u, v = np.where(fold, 1 - u, u)[:, None], np.where(fold, 1 - v, v)[:, None]
    on_faces = corners[face, 0] + u * first[face] + v * second[face]

    edges = np.stack([first, corners[:, 2] - corners[:, 1], -second], axis=1)
    # Short edges of dense meshes need no help; long ones may belong to a sliver that the areas above overlook.
    edge, along, _ = _stratified(np.sqrt(np.einsum("tei,tei->te", edges, edges)).ravel(), _EDGE_SAMPLES)
    on_edges = corners[edge // 3, edge % 3] + along[:, None] * edges[edge // 3, edge % 3]
    return Samples(np.concatenate([on_faces, on_edges]), np.concatenate([normals[face], normals[edge // 3]]))


def _box(points: NDArray[np.float32], triangles: NDArray[np.integer]) -> tuple[NDArray[np.float32], ...]:
    """Lowest and highest corner of the box around the points that the triangles use."""
    used = np.zeros(len(points), dtype=bool)
    used[triangles.ravel()] = True
    inside = points if used.all() else points[used]
    return inside.min(axis=0), inside.max(axis=0)


def _cross(first: NDArray[np.float32], second: NDArray[np.float32]) -> NDArray[np.float32]:
    """``np.cross`` of (T, 3) arrays, three times as fast."""
    x, y, z = first.T
    a, b, c = second.T
    return np.stack([y * c - z * b, z * a - x * c, x * b - y * a], axis=1)


def splat(samples: Samples) -> NDArray[np.uint8]:
    """The six views of ``samples`` (see :func:`render_views`)."""
    rotations, count = _rotations(), len(samples.points)
    seen = (rotations.reshape(-1, 3) @ samples.points.T).reshape(len(CAMERAS), 3, count)
    pixel = seen[:, :2] * np.float32(SIZE / _EXTENT)
    pixel += np.float32(SIZE / 2)
    pixel = np.clip(pixel, 0, SIZE - 1, out=pixel).astype(np.int32)
    cell = (SIZE - 1 - pixel[:, 1]) * SIZE + pixel[:, 0]
    cell += np.arange(0, len(CAMERAS) * SIZE * SIZE, SIZE * SIZE, dtype=np.int32)[:, None]
    depth = (seen[:, 2] * np.float32(_DEPTH_STEPS / _DEPTH_RANGE) + np.float32(_DEPTH_STEPS / 2)).astype(np.int32)
    key = np.clip(depth, 1, _DEPTH_STEPS, out=depth) * np.int32(count)
    key += np.arange(count, dtype=np.int32)

    buffer = np.zeros(len(CAMERAS) * SIZE * SIZE, dtype=np.int32)
    np.maximum.at(buffer, cell.ravel(), key.ravel())
    buffer = _close_holes(buffer.reshape(-1, SIZE, SIZE), count)

    views = np.zeros((len(CAMERAS), CHANNELS, SIZE, SIZE), dtype=np.uint8)
    views[:, 1:] = 128
    for view, rotation, nearest in zip(views, rotations, buffer, strict=True):
        rows, columns = np.nonzero(nearest)
        winner = nearest[rows, columns]
        normal = rotation @ samples.normals[winner % count].T
        normal[:2] *= np.where(normal[2] < 0, np.float32(-127), np.float32(127))
        view[0, rows, columns] = 1 + (winner // count) * 254 // _DEPTH_STEPS
        view[1:, rows, columns] = np.rint(normal[:2]).astype(np.int16) + 128
    return views


def _stratified(
    weights: NDArray[np.floating], count: int
) -> tuple[NDArray[np.intp], NDArray[np.float32], NDArray[np.float32]]:
    """``count`` items drawn in even steps by weight, each with a point (u, v) of the R2 sequence in the unit square."""
    total = np.cumsum(weights, dtype=np.float64)
    if total[-1] <= 0:
        total = np.arange(1, len(weights) + 1, dtype=np.float64)
    # How often every item is met by the steps 0.5, 1.5, … count - 0.5 along the running sum.
    reached = np.rint(total * (count / total[-1])).astype(np.int64)
    item = np.repeat(np.arange(len(weights)), np.diff(reached, prepend=0))
    return item, *_sequence(count)


@functools.cache
def _sequence(count: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    steps = np.arange(count)
    return ((0.5 + steps / _PLASTIC) % 1).astype(np.float32), ((0.5 + steps / _PLASTIC**2) % 1).astype(np.float32)


@functools.cache
def _rotations() -> NDArray[np.float32]:
    return np.stack([_camera(yaw, elevation) for yaw, elevation in CAMERAS])


def _camera(yaw: float, elevation: float) -> NDArray[np.float32]:
    """Rows: right, up, toward the camera. Yaw 0 looks at the front (-Y), elevation 90 looks straight down."""
    turn, rise = np.radians(yaw), np.radians(elevation)
    right = np.array([np.cos(turn), np.sin(turn), 0])
    out = np.array([np.sin(turn) * np.cos(rise), -np.cos(turn) * np.cos(rise), np.sin(rise)])
    return np.stack([right, np.cross(out, right), out]).astype(np.float32)


def _close_holes(buffer: NDArray[np.int32], count: int) -> NDArray[np.int32]:
    """Pixels that at least six of eight neighbors lie clearly in front of are gaps between samples: close them."""
    padded = np.pad(buffer, ((0, 0), (1, 1), (1, 1)))
    near = buffer + np.int32(count * (_DEPTH_STEPS // 16))
    votes = np.zeros(buffer.shape, dtype=np.int8)
    nearest = np.zeros_like(buffer)
    for row in range(3):
        for column in range(3):
            if (row, column) != (1, 1):
                neighbor = padded[:, row : row + SIZE, column : column + SIZE]
                votes += neighbor > near
                np.maximum(nearest, neighbor, out=nearest)
    return np.where(votes >= 6, nearest, buffer)
