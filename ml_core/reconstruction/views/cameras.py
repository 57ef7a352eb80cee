"""Pinhole cameras, in the convention of computer vision (X right, Y down, Z ahead) and in Blender's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

SENSOR = 36.0
"""Millimeters of the sensor's longer side, as Blender assumes them."""
_FLIP = np.diag([1.0, -1.0, -1.0])
"""From a camera that looks along +Z with Y down to one that looks along -Z with Y up."""


@dataclass(frozen=True)
class Camera:
    """A picture's camera without distortion.

    ``width`` and ``height`` are pixels, ``focal`` and the principal point ``center`` (x, y) too, measured from the
    upper left corner of the picture. ``rotation`` (3, 3) turns directions of the world into those of the camera,
    ``position`` (3,) is where it stands. ``name`` is the picture's file name.
    """

    name: str
    width: int
    height: int
    focal: float
    center: tuple[float, float]
    rotation: NDArray[np.float64]
    position: NDArray[np.float64]

    def seen(self, points: NDArray[np.floating]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Pixels (N, 2) of points (N, 3) of the world, and their depths (N,); those behind have a depth below 0."""
        local = (np.asarray(points, np.float64) - self.position) @ self.rotation.T
        depth = local[:, 2]
        safe = np.where(np.abs(depth) < 1e-9, 1e-9, depth)
        return self.focal * local[:, :2] / safe[:, None] + self.center, depth

    def rays(self, pixels: NDArray[np.floating]) -> NDArray[np.float64]:
        """Directions (N, 3) in the world of pixels (N, 2); one unit of depth long, not normalized."""
        flat = (np.asarray(pixels, np.float64) - self.center) / self.focal
        return np.concatenate([flat, np.ones((len(flat), 1))], axis=1) @ self.rotation

    def moved(self, rotation: NDArray[np.floating], scale: float, origin: NDArray[np.floating]) -> Camera:
        """The camera in a world where a point ``p`` is at ``scale * rotation @ (p - origin)``."""
        return replace(
            self,
            rotation=self.rotation @ np.asarray(rotation, np.float64).T,
            position=scale * (np.asarray(rotation, np.float64) @ (self.position - origin)),
        )

    def blender_matrix(self) -> NDArray[np.float64]:
        """``matrix_world`` (4, 4) of the camera in Blender."""
        matrix = np.eye(4)
        matrix[:3, :3] = self.rotation.T @ _FLIP
        matrix[:3, 3] = self.position
        return matrix

    def blender_lens(self) -> tuple[float, float, float]:
        """Focal length in millimeters on a sensor of :data:`SENSOR`, fitted to the longer side, and both shifts."""
        side = max(self.width, self.height)
        shift_x = (self.width / 2 - self.center[0]) / side
        shift_y = (self.center[1] - self.height / 2) / side
        return self.focal * SENSOR / side, shift_x, shift_y

    def as_json(self) -> dict[str, Any]:
        """Plain values, which :func:`camera_from_json` reads."""
        return {
            "name": self.name,
            "width": self.width,
            "height": self.height,
            "focal": self.focal,
            "center": list(self.center),
            "rotation": self.rotation.tolist(),
            "position": self.position.tolist(),
        }


def camera_from_json(values: Mapping[str, Any]) -> Camera:
    """Raises ``KeyError``, ``TypeError`` or ``ValueError`` where ``values`` are not cameras."""
    x, y = values["center"]
    return Camera(
        str(values["name"]),
        int(values["width"]),
        int(values["height"]),
        float(values["focal"]),
        (float(x), float(y)),
        np.array(values["rotation"], np.float64).reshape(3, 3),
        np.array(values["position"], np.float64).reshape(3),
    )


def camera_from_blender(
    name: str, width: int, height: int, lens: float, shift: tuple[float, float], matrix: NDArray[np.floating]
) -> Camera:
    """The inverse of :meth:`Camera.blender_matrix` and :meth:`Camera.blender_lens`; ``matrix`` has no scale."""
    side = max(width, height)
    world = np.asarray(matrix, np.float64)
    return Camera(
        name,
        width,
        height,
        lens * side / SENSOR,
        (width / 2 - shift[0] * side, height / 2 + shift[1] * side),
        _FLIP @ world[:3, :3].T,
        world[:3, 3].copy(),
    )


def similarity(
    source: NDArray[np.floating], target: NDArray[np.floating]
) -> tuple[float, NDArray[np.float64], NDArray[np.float64]]:
    """Scale, rotation (3, 3) and translation (3,) that bring points (N, 3) closest to others (Umeyama 1991)."""
    from_mean, to_mean = source.mean(axis=0), target.mean(axis=0)
    a, b = source - from_mean, target - to_mean
    u, values, vt = np.linalg.svd(b.T @ a / len(a))
    sign = np.diag([1.0, 1.0, np.sign(np.linalg.det(u @ vt))])
    rotation = u @ sign @ vt
    scale = float(np.trace(np.diag(values) @ sign) / max((a**2).sum() / len(a), 1e-18))
    return scale, rotation, to_mean - scale * rotation @ from_mean
