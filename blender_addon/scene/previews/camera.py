"""Positions a camera to see objects completely."""

from __future__ import annotations

import math
from collections.abc import Sequence

import bpy
import numpy as np
from mathutils import Vector


def frame(
    scene: bpy.types.Scene, points: np.ndarray, yaw: float, pitch: float, aspect: float, lens: float = 50
) -> None:
    """Puts the camera so that all ``points`` (N, 3) just fit. Yaw 0 looks along +Y, pitch is downward, degrees."""
    camera = scene.camera
    assert camera is not None
    camera.data.lens = lens
    y, p = math.radians(yaw), math.radians(pitch)
    direction = Vector((-math.sin(y) * math.cos(p), math.cos(y) * math.cos(p), -math.sin(p)))
    camera.rotation_euler = direction.to_track_quat("-Z", "Y").to_euler()
    axes = np.array(camera.rotation_euler.to_matrix())  # columns: right, up, back
    seen = points @ axes
    half = camera.data.sensor_width / 2 / lens  # the sensor fits the longer side of the picture
    tangent = np.array([half, half / aspect]) if aspect >= 1 else np.array([half * aspect, half])
    # A camera at (a, d) sees a point (x, z) when |x - a| <= t (d - z): one line on each side of each axis.
    high = (seen[:, :2] + tangent * seen[:, 2:]).max(axis=0)
    low = (seen[:, :2] - tangent * seen[:, 2:]).min(axis=0)
    depth = float(((high - low) / 2 / tangent).max())
    camera.location = Vector(axes @ np.array([*(high + low) / 2, depth]))
    reach = float(np.linalg.norm(points.max(axis=0) - points.min(axis=0)))
    camera.data.clip_start, camera.data.clip_end = max(depth, reach) / 1000, (depth + reach) * 10
    scene.view_layers[0].update()


def corners(objects: Sequence[bpy.types.Object]) -> np.ndarray:
    """The corners (8 N, 3) of the bounding boxes of all ``objects`` in the world."""
    return np.array([obj.matrix_world @ Vector(corner) for obj in objects for corner in obj.bound_box], dtype=float)
