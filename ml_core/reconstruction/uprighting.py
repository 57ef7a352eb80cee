"""Which way is up, where the walls look, how high the floor lies: from a solution in any axes to a room that stands."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .cameras import Camera

EYE_HEIGHT = 1.5
"""Meters above the floor at which photos are taken, while nothing better says how large the place is."""
_NEAR_UP = np.cos(np.radians(25))
_FINE = np.cos(np.radians(6))
_LOWEST_PEAK = 0.2
"""Of the largest level: what a level that is taken for the floor has at least."""


def up_of(cameras: Sequence[Camera]) -> NDArray[np.float64]:
    """The unit direction (3,) that is up for cameras that were held level: their pictures' rows lie flat."""
    rows = np.array([camera.rotation[0] for camera in cameras])
    up = np.linalg.svd(rows - 0.0)[2][2]
    return up if (np.array([-camera.rotation[1] for camera in cameras]) @ up).sum() > 0 else -up


def refined_up(up: NDArray[np.float64], normals: NDArray[np.floating]) -> NDArray[np.float64]:
    """``up`` moved to where the normals (N, 3) of floor, ceiling and tables are densest."""
    for limit in (_NEAR_UP, _NEAR_UP, _FINE, _FINE, _FINE):
        along = normals @ up
        near = np.abs(along) > limit
        if near.sum() < 50:
            return up
        up = (normals[near] * np.sign(along[near])[:, None]).mean(axis=0)
        up = up / np.linalg.norm(up)
    return up


def heading_of(normals: NDArray[np.floating]) -> float:
    """The angle in radians, within 45 degrees, of the walls to the axes: of normals (N, 3) with Z up."""
    flat = normals[np.abs(normals[:, 2]) < 0.25]
    if len(flat) < 50:
        return 0.0
    angles = np.arctan2(flat[:, 1], flat[:, 0])
    # Four walls are one direction, four times the angle; from the densest bin, then the mean around it.
    folded = (4 * angles) % (2 * np.pi)
    counts, edges = np.histogram(folded, 72, (0, 2 * np.pi))
    counts = counts + np.roll(counts, 1) + np.roll(counts, -1)
    center = edges[counts.argmax()] + np.pi / 72
    for width in (0.6, 0.3, 0.3):
        off = (folded - center + np.pi) % (2 * np.pi) - np.pi
        center += off[np.abs(off) < width].mean()
    heading = center / 4
    return float((heading + np.pi / 4) % (np.pi / 2) - np.pi / 4)


def upright(up: NDArray[np.float64], normals: NDArray[np.floating]) -> NDArray[np.float64]:
    """The rotation (3, 3) into axes with Z up and the walls along X and Y."""
    z = refined_up(up / np.linalg.norm(up), normals)
    x = np.cross([0.0, 1.0, 0.0] if abs(z[1]) < 0.9 else [1.0, 0.0, 0.0], z)
    x /= np.linalg.norm(x)
    rotation = np.stack([x, np.cross(z, x), z])
    angle = heading_of(normals @ rotation.T)
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, s, 0], [-s, c, 0], [0, 0, 1]]) @ rotation


def floor_level(heights: NDArray[np.floating], cameras: NDArray[np.floating]) -> float:
    """How high the floor lies: the lowest level at which much looks up, below all cameras.

    Args:
        heights: of points whose normal looks up.
        cameras: heights of the cameras.
    """
    below = heights[heights < np.min(cameras)]
    if len(below) < 20:
        return float(np.min(heights)) if len(heights) else float(np.min(cameras) - 1.0)
    span = float(np.median(cameras) - np.quantile(below, 0.02))
    step = max(span / 75, 1e-9)
    low = float(np.quantile(below, 0.005)) - 2 * step
    counts, edges = np.histogram(below, np.arange(low, np.max(below) + 2 * step, step))
    smooth = np.convolve(counts, [1, 2, 1], mode="same")
    peaks = np.flatnonzero(smooth >= _LOWEST_PEAK * smooth.max())
    first = peaks[0]
    while first + 1 < len(smooth) and smooth[first + 1] > smooth[first]:
        first += 1
    level = edges[first] + step / 2
    near = below[np.abs(below - level) < 2 * step]
    return float(np.median(near))
