"""Turns a solution in any axes into an upright room: up direction, heading of the walls, height of the floor."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .views.cameras import Camera

EYE_HEIGHT = 1.5
"""Meters above the floor at which photos are taken, while nothing better says how large the place is."""
_NEAR_UP = np.cos(np.radians(25))
_FINE = np.cos(np.radians(6))
_LOWEST_PEAK = 0.2
"""Least fraction of the largest level that a level must have to be taken for the floor."""


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
    """The height of the floor: the lowest level with much upward-facing surface, below all cameras.

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


def leveled(
    points: NDArray[np.floating], normals: NDArray[np.floating], floor: float, reach: float
) -> NDArray[np.float64]:
    """The small rotation (3, 3) that lays the floor flat: of a plane fitted to what faces up near ``floor``.

    Normals of a depth map lean toward its camera; where its points lie is more certain.

    Args:
        points: (N, 3), nearly upright.
        normals: (N, 3).
        floor: height of the floor.
        reach: how far from it a point may lie at first.
    """
    up, slope = normals[:, 2] > 0.85, np.zeros(3)
    slope[2] = floor
    for part in (1.0, 0.7, 0.5, 0.35, 0.25, 0.25):
        off = points[:, 2] - points[:, :2] @ slope[:2] - slope[2]
        near = up & (np.abs(off) < part * reach)
        if near.sum() < 100:
            break
        flat = np.concatenate([points[near, :2], np.ones((near.sum(), 1))], axis=1)
        slope = np.linalg.lstsq(flat, points[near, 2], rcond=None)[0]
    up_now = np.array([-slope[0], -slope[1], 1.0])
    up_now /= np.linalg.norm(up_now)
    axis = np.cross(up_now, [0.0, 0.0, 1.0])
    skew = np.array([[0, -axis[2], axis[1]], [axis[2], 0, -axis[0]], [-axis[1], axis[0], 0]])
    return np.eye(3) + skew + skew @ skew / (1 + up_now[2])


def fine_heading(points: NDArray[np.floating], normals: NDArray[np.floating]) -> float:
    """The angle in radians, within 7 degrees, at which walls are thinnest: their points gather at few distances.

    Args:
        points: (N, 3), upright, walls nearly along the axes.
        normals: (N, 3).
    """
    facing = [np.abs(normals[:, axis]) > 0.85 for axis in (0, 1)]
    if min(mask.sum() for mask in facing) < 100:
        return 0.0
    sides = [points[mask, :2] - np.median(points[mask, :2], axis=0) for mask in facing]
    step = float(np.ptp(np.concatenate(sides), axis=0).max()) / 400

    def gathered(angle: float) -> float:
        c, s = np.cos(angle), np.sin(angle)
        total = 0.0
        for side, way in zip(sides, ((c, s), (-s, c)), strict=True):
            bins = np.floor(side @ np.array(way) / step).astype(np.int64)
            counts = np.bincount(bins - bins.min()).astype(np.float64)
            total += float((np.convolve(counts, [0.25, 0.5, 0.25]) ** 2).sum()) / len(bins)
        return total

    best = 0.0
    for width, count in ((np.radians(7), 57), (np.radians(0.4), 17)):
        angles = best + np.linspace(-width, width, count)
        best = float(angles[np.argmax([gathered(angle) for angle in angles])])
    return best
