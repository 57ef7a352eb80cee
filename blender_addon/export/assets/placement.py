"""How an avatar stands in its file: upright, left hand at +X, the ground under its feet."""

from __future__ import annotations

import numpy as np
from mathutils import Matrix, Vector
from numpy.typing import NDArray

PIVOT_TOLERANCE = 0.05
"""Meters over the ground between origin and feet up to which the artist's own origin is kept."""


def upright(joints: dict[str, str], posed: dict[str, Matrix]) -> Matrix:
    """The quarter turns that bring up to +Z and left to +X; identity for non-humanoids.

    Importers leave skeletons lying on their back, below a rotated object.
    """
    if not {"hips", "head", "leftUpperLeg", "rightUpperLeg"} <= joints.keys():
        return Matrix.Identity(4)
    place = {joint: posed[joints[joint]].translation for joint in ("hips", "head", "leftUpperLeg", "rightUpperLeg")}
    up = _nearest_axis(place["head"] - place["hips"])
    left = _nearest_axis(place["leftUpperLeg"] - place["rightUpperLeg"])
    if abs(up.dot(left)) > 0.5:
        return Matrix.Identity(4)
    return Matrix((left[:], up.cross(left)[:], up[:])).to_4x4()


def _nearest_axis(direction: Vector) -> Vector:
    axis = int(np.argmax(np.abs(np.array(direction))))
    result = Vector((0, 0, 0))
    result[axis] = 1.0 if direction[axis] >= 0 else -1.0
    return result


def under_feet(points: NDArray, feet: list[Vector]) -> Matrix:
    """The translation that puts the lowest of ``points`` (meters, Z up) on the ground, with the feet around the
    origin.
    """
    shift = Vector((0, 0, -float(points[:, 2].min())))
    if feet:
        middle = sum(feet, Vector((0, 0, 0))) / len(feet)
        for axis in (0, 1):
            if abs(middle[axis]) > PIVOT_TOLERANCE:
                shift[axis] = -middle[axis]
    return Matrix.Translation(shift)


def rigid(matrix: Matrix) -> Matrix:
    """A transform without its scale and shear."""
    location, rotation, _ = matrix.decompose()
    return Matrix.Translation(location) @ rotation.to_matrix().to_4x4()
