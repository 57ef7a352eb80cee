"""The camera fitted to a photo: a head rotated about its middle, seen with perspective."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.humanoid.frames import unit

Array = NDArray[np.floating]


@dataclass(frozen=True)
class Camera:
    """How points of a head, relative to ``origin``, are projected into a picture.

    Attributes:
        origin: (3,) of the body, meters: the middle between the eyes. turn: (3, 3) rotation; then the camera looks
            along +Y. scale: pixels a meter at the origin. place: (2,) pixels of the origin, y down. nearness: 1 over
            the meters from the camera to the origin; 0 is without perspective.
    """

    origin: Array
    turn: Array
    scale: float
    place: Array
    nearness: float

    def project(self, points: Array) -> Array:
        """(N, 3) x and y in pixels and, of the same unit, how far behind the origin, of points (N, 3) in meters."""
        turned = (points - self.origin) @ self.turn.T
        factor = self.scale / (1 + self.nearness * turned[:, 1])
        flat = np.stack([turned[:, 0], -turned[:, 2]], axis=1) * factor[:, None] + self.place
        return np.column_stack([flat, self.scale * turned[:, 1]])

    @property
    def yaw(self) -> float:
        """Degrees by which the head is turned to its left."""
        return float(np.degrees(np.arctan2(-self._forward[0], -self._forward[1]))) * -1

    @property
    def pitch(self) -> float:
        """Degrees by which the face looks up."""
        return float(np.degrees(np.arcsin(np.clip(self._forward[2], -1, 1))))

    @property
    def _forward(self) -> Array:
        """(3,) where the face looks, to the camera's -Y."""
        return self.turn @ np.array([0.0, -1.0, 0.0])

    def turned_by(self, rotation: Array, scale: float, place: Array, nearness: float) -> Camera:
        """A step of the fit: ``rotation`` (3,) radians about the picture's axes, a factor's logarithm, pixels and a
        change of nearness."""
        return Camera(
            self.origin,
            rotation_of(rotation) @ self.turn,
            self.scale * float(np.exp(scale)),
            self.place + place,
            float(np.clip(self.nearness + nearness, 0.0, 4.0)),
        )


def first_camera(body: Array, picture: Array, origin: Array, weights: Array, nearness: float) -> Camera:
    """The turn, scale and place that bring points (N, 3) of the body nearest to landmarks (N, 3) of a picture.

    Umeyama 1991; the landmarks' own depth tells left from right and up from down.
    """
    target = np.stack([picture[:, 0], picture[:, 2], -picture[:, 1]], axis=1)
    share = weights / weights.sum()
    source_mean, target_mean = share @ body, share @ target
    source, aim = body - source_mean, target - target_mean
    left, values, right = np.linalg.svd((aim * share[:, None]).T @ source)
    mirror = np.array([1.0, 1.0, np.sign(np.linalg.det(left @ right))])
    turn = left @ np.diag(mirror) @ right
    scale = float((values * mirror).sum() / (share @ (source**2).sum(axis=1)))
    shifted = scale * turn @ (origin - source_mean) + target_mean
    return Camera(origin, turn, scale, np.array([shifted[0], -shifted[2]]), nearness)


def rotation_of(vector: Array) -> Array:
    """(3, 3) of a rotation vector (3,), Rodrigues' formula."""
    angle = float(np.linalg.norm(vector))
    if angle < 1e-12:
        return np.eye(3)
    x, y, z = unit(vector)
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.asarray(np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross)
