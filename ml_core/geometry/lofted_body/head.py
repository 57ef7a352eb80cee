"""The head of the built-in body: crown to neck ring, dense at the face, with loops round eyes and mouth, and ears."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ml_core.geometry.humanoid.shape import BodyShape
from ml_core.geometry.lofted_body.ear import build_ear
from ml_core.geometry.lofted_body.eye import build_eye
from ml_core.geometry.lofted_body.head_surface import FaceMarks, HeadSurface
from ml_core.geometry.lofted_body.mouth import Mouth, build_mouth
from ml_core.geometry.lofted_body.quad_mesh import Array, Index, QuadMesh, block_ring

# fmt: off
ROWS = np.array([
    0.055, 0.09, 0.125, 0.16, 0.195, 0.23, 0.262, 0.292, 0.32, 0.345, 0.365, 0.385, 0.405, 0.425, 0.445, 0.465, 0.485,
    0.505, 0.525, 0.545, 0.565, 0.585, 0.603, 0.622, 0.640, 0.658, 0.677, 0.697, 0.72, 0.745, 0.77, 0.795, 0.83, 0.87,
])
HALF_COLUMNS = np.radians([
    0, 3.5, 7, 11, 15.5, 20, 24.5, 29, 34, 39, 44.5, 50, 57, 64.5, 72.5, 81, 89.5, 97.5, 105, 112.5, 120, 129, 142, 160,
    180,
])
# fmt: on
COLUMNS = 2 * (len(HALF_COLUMNS) - 1)
EYE_ROWS, EYE_COLUMNS = (9, 15), (3, 9)
MOUTH_ROWS, MOUTH_REACH = (21, 27), 6
EAR_ROWS, EAR_COLUMNS = (11, 20), (16, 19)
"""Blocks of grid cells (first, last) that loops of their own replace; columns count from the middle of the face."""


@dataclass(frozen=True)
class HeadParts:
    """Vertices of the head by meaning, and its landmarks.

    ``lids`` left and right eye: (6, 24) vertices, the block's border, three loops, the lid's edge and its inner rim,
    each from below on the nose's side over the upper lid; ``mouth`` its loops; ``ears`` all vertices of each ear.
    """

    marks: FaceMarks
    lids: tuple[Index, Index]
    mouth: Mouth
    ears: tuple[Index, Index]
    ear_anchor: Array
    """(3,) where the left ear sits on the head."""

    def scaled(self, factor: float) -> HeadParts:
        """The head of a body scaled about the origin."""
        return replace(self, marks=self.marks.scaled(factor), ear_anchor=self.ear_anchor * factor)

    def renumbered(self, used: Index) -> HeadParts:
        """The same vertices by their places in ``used`` (sorted)."""

        def moved(indices: Index) -> Index:
            return np.searchsorted(used, indices)

        return HeadParts(
            self.marks,
            (moved(self.lids[0]), moved(self.lids[1])),
            self.mouth.mapped(moved),
            (moved(self.ears[0]), moved(self.ears[1])),
            self.ear_anchor,
        )


def build_head(mesh: QuadMesh, shape: BodyShape) -> tuple[Index, HeadParts]:
    """Adds the head; returns the neck ring (COLUMNS,), from the back over the right side, and the parts."""
    surface = HeadSurface(shape)
    angles = np.concatenate([-HALF_COLUMNS[:0:-1], HALF_COLUMNS[:-1]])
    theta = np.broadcast_to(angles, (len(ROWS), COLUMNS))
    t = np.broadcast_to(ROWS[:, None], theta.shape)
    grid = mesh.add(surface.points(t, theta), layout=np.stack([t, theta], axis=-1))
    closed = np.concatenate([grid, grid[:, :1]], axis=1)
    skip = np.zeros((len(ROWS) - 1, COLUMNS), bool)
    middle = COLUMNS // 2
    left_eye, right_eye = _both(EYE_COLUMNS)
    left_ear, right_ear = _both(EAR_COLUMNS)
    mouth = (middle - MOUTH_REACH, middle + MOUTH_REACH)
    for rows, columns in (
        (EYE_ROWS, left_eye),
        (EYE_ROWS, right_eye),
        (MOUTH_ROWS, mouth),
        (EAR_ROWS, left_ear),
        (EAR_ROWS, right_ear),
    ):
        skip[rows[0] : rows[1], columns[0] : columns[1]] = True
    mesh.quads(closed, "head", skip)
    crown = mesh.cap(grid[0], "head", flip=True)
    _round_crown(mesh, surface, crown)
    lids = tuple(
        build_eye(mesh, surface, block_ring(grid, EYE_ROWS, columns, flip), flip)
        for columns, flip in ((left_eye, False), (right_eye, True))
    )
    lips = build_mouth(mesh, surface, block_ring(grid, MOUTH_ROWS, mouth, False))
    ears = tuple(
        build_ear(mesh, surface, block_ring(grid, EAR_ROWS, columns, flip), flip)
        for columns, flip in ((left_ear, False), (right_ear, True))
    )
    anchor = mesh.positions[block_ring(grid, EAR_ROWS, left_ear)].mean(axis=0)
    return grid[-1], HeadParts(surface.marks, (lids[0], lids[1]), lips, (ears[0], ears[1]), anchor)


def _both(columns: tuple[int, int]) -> tuple[tuple[int, int], tuple[int, int]]:
    middle = COLUMNS // 2
    return (middle + columns[0], middle + columns[1]), (middle - columns[1], middle - columns[0])


def _round_crown(mesh: QuadMesh, surface: HeadSurface, crown: Index) -> None:
    """Pushes the cap of the head out to the surface."""
    frame = surface.frame
    for _ in range(2):
        t, theta, _ = frame.project(mesh.positions[crown])
        mesh.move(crown, frame.unproject(t, theta, surface.radii(t, theta)))
