"""The head of the built-in body: crown to neck ring, dense at the face, with eye openings and sockets."""

from __future__ import annotations

import numpy as np

from ml_core.geometry.body_shape import BodyShape
from ml_core.geometry.quad_mesh import Array, Index, QuadMesh

ROWS = np.concatenate([np.linspace(0.10, 0.30, 8), np.linspace(0.325, 0.78, 29), np.linspace(0.805, 0.87, 4)])
EYE_ROWS, EYE_COLUMNS = 2, 4


def face_columns(count: int) -> Array:
    """(count,) angles from -pi (back) up, symmetrical about 0: dense over the face, less over the ears and behind."""
    fine = np.linspace(0, np.pi, 4001)
    spacing = np.interp(fine, np.radians([0, 50, 75, 112, 135, 180]), [4.6, 4.6, 6.5, 6.5, 16, 16])
    density = np.concatenate([[0], np.cumsum(1 / spacing[:-1] * np.diff(fine))])
    density /= density[-1]
    half = np.interp(np.linspace(0, 1, count // 2 + 1), density, fine)
    return np.concatenate([-half[:0:-1], half[:-1]])


def build_head(mesh: QuadMesh, shape: BodyShape, columns: int) -> Index:
    """Adds the head; returns the neck ring (columns,)."""
    theta = np.broadcast_to(face_columns(columns), (len(ROWS), columns)).copy()
    t = np.broadcast_to(ROWS[:, None], theta.shape).copy()
    middle = columns // 2
    row = int(np.argmin(np.abs(ROWS - shape.eye_outline[:, 0].mean()))) - 1
    column = middle + int(np.argmin(np.abs(theta[0, middle:] - shape.eye_outline[:, 1].mean()))) - EYE_COLUMNS // 2
    blocks = _place_eyes(t, theta, shape.eye_outline, row, column, columns)
    grid = mesh.add(shape.points("head", t, theta))
    closed = np.concatenate([grid, grid[:, :1]], axis=1)
    skip = np.zeros((len(ROWS) - 1, columns), bool)
    for low in blocks:
        skip[row : row + EYE_ROWS, low : low + EYE_COLUMNS] = True
    mesh.quads(closed, "head", skip)
    crown = mesh.cap(grid[0], "head", flip=True)
    _round_crown(mesh, shape, crown)
    for index, low in enumerate(blocks):
        _socket(mesh, shape, grid, row, low, mirrored=index == 1)
    # Collars bulge here on dressed people; the sides of the neck go straight down instead.
    mesh.free(grid[-4:][np.abs(theta[-4:]) > 0.9])
    return grid[-1]


def _place_eyes(t: Array, theta: Array, outline: Array, row: int, column: int, columns: int) -> list[int]:
    """Moves a block of grid coordinates of each side onto the lids and eases its surroundings; their first columns."""
    fixed = np.zeros(t.shape, bool)
    fixed[[0, 1, 2, -1, -2, -3]] = True
    middle = columns // 2
    fixed[:, middle] = True
    fixed[:, : middle - 14] = True
    fixed[:, middle + 15 :] = True
    ring = [(row + 1, column)]
    ring += [(row, column + i) for i in range(5)]
    ring += [(row + 1, column + 4)]
    ring += [(row + 2, column + i) for i in range(4, -1, -1)]
    for (r, c), (eye_t, eye_theta) in zip(ring, outline, strict=True):
        mirror = 2 * middle - c
        t[r, c] = t[r, mirror] = eye_t
        theta[r, c], theta[r, mirror] = eye_theta, -eye_theta
        fixed[r, c] = fixed[r, mirror] = True
    loose = ~fixed
    loose[row + 1, column + 1 : column + 4] = False
    loose[row + 1, 2 * middle - column - 3 : 2 * middle - column] = False
    for values in (t, theta):
        rest = values.copy()
        for _ in range(200):
            mean = (np.roll(values, 1, 0) + np.roll(values, -1, 0) + np.roll(values, 1, 1) + np.roll(values, -1, 1)) / 4
            # Pulled back to the even grid a little, so that only the surroundings of the eyes give way.
            values[loose] = 0.92 * mean[loose] + 0.08 * rest[loose]
    return [column, 2 * middle - column - EYE_COLUMNS]


def _round_crown(mesh: QuadMesh, shape: BodyShape, crown: Index) -> None:
    """Pushes the cap of the head out to the measured surface."""
    frame = shape.frames["head"]
    for _ in range(2):
        t, theta, _ = frame.project(mesh.positions[crown])
        mesh.move(crown, frame.unproject(t, theta, shape.radii("head", t, theta)))


def _socket(mesh: QuadMesh, shape: BodyShape, grid: Index, row: int, low: int, mirrored: bool) -> None:
    """From the lids inwards: a lid's thickness, then a bowl behind the eyeball."""
    ring = np.concatenate(
        [
            grid[row, low : low + EYE_COLUMNS],
            grid[row : row + EYE_ROWS, low + EYE_COLUMNS],
            grid[row + EYE_ROWS, low + EYE_COLUMNS : low : -1],
            grid[row + EYE_ROWS : row : -1, low],
        ]
    )
    centre = shape.eye_centre * ([-1, 1, 1] if mirrored else [1, 1, 1])
    outer = mesh.positions[ring]
    previous = ring
    for inward, scale in ((0.004, 1.0), (0.012, 1.15), (0.020, 0.9)):
        middle = outer.mean(axis=0)
        points = middle + (outer - middle) * scale
        points[:, 1] += inward
        current = mesh.add(points)
        mesh.bridge(previous, current, "head")
        previous = current
    back = mesh.cap(previous, "head")
    points = mesh.positions[back]
    points[:, 1] = np.maximum(points[:, 1], centre[1] + 0.6 * shape.eye_radius)
    mesh.move(back, points)
