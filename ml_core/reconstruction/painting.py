"""Colors planes from the pictures that show them, also where no depth was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .planes import Plane, Room
from .views.cameras import Camera

TEXEL = 0.012
"""Meters of a texel."""
MOST_TEXELS = 1024
_HIDDEN = 0.12
_BORDER = 3


@dataclass(frozen=True)
class View:
    """A picture (H, W, 3) with its camera and the depths (H, W) that are known, 0 elsewhere."""

    camera: Camera
    depth: NDArray[np.float32]
    picture: NDArray[np.uint8]


def paint(points: NDArray[np.floating], normal: NDArray[np.floating], views: Sequence[View]) -> NDArray[np.float32]:
    """Colors (N, 3) sRGB 0..1 of points (N, 3) of a plane; NaN where no picture shows one.

    A picture counts where it has the point at or behind nothing nearer, by how near and how steeply it looks.
    """
    total, weight = np.zeros((len(points), 3)), np.zeros(len(points))
    for view in views:
        pixels, far = view.camera.seen(points)
        height, width = view.depth.shape
        column, row = np.floor(pixels).astype(np.int64).T
        inside = np.flatnonzero(
            (far > 0.1) & (column >= _BORDER) & (row >= _BORDER) & (column < width - _BORDER) & (row < height - _BORDER)
        )
        if not len(inside):
            continue
        column, row = column[inside], row[inside]
        known = view.depth[row, column]
        free = (known == 0) | (known > far[inside] * (1 - 0.03) - _HIDDEN)
        sight = view.camera.position - points[inside]
        distance = np.linalg.norm(sight, axis=1)
        facing = sight @ normal / distance
        # A depth that confirms the point is worth more than none.
        sure = np.where(known > 0, 4.0, 1.0)
        share = np.where(free & (facing > 0.08), sure * facing / distance**2, 0.0)
        total[inside] += share[:, None] * view.picture[row, column] / 255
        weight[inside] += share
    with np.errstate(invalid="ignore", divide="ignore"):
        return (total / weight[:, None]).astype(np.float32)


def plane_corners(plane: Plane, room: Room) -> NDArray[np.float64]:
    """The four corners (4, 3) of a side, the first two along its texture's lower edge; its front looks inward."""
    u, v = [axis for axis in range(3) if axis != plane.axis]
    low, high = plane.span if plane.span is not None else (room.low[[u, v]], room.high[[u, v]])
    corners = np.empty((4, 3))
    corners[:, plane.axis] = plane.offset
    corners[:, u] = [low[0], high[0], high[0], low[0]]
    corners[:, v] = [low[1], low[1], high[1], high[1]]
    normal = np.cross(corners[1] - corners[0], corners[3] - corners[0])
    return corners if normal[plane.axis] * plane.inward > 0 else corners[[1, 0, 3, 2]]


def plane_texture(plane: Plane, room: Room, views: Sequence[View]) -> NDArray[np.uint8]:
    """The picture (H, W, 3) of a side, its first row at the top; what no picture shows gets colors from around it."""
    corners = plane_corners(plane, room)
    along, upward = corners[1] - corners[0], corners[3] - corners[0]
    width = int(np.clip(np.linalg.norm(along) / TEXEL, 8, MOST_TEXELS))
    height = int(np.clip(np.linalg.norm(upward) / TEXEL, 8, MOST_TEXELS))
    u, v = np.meshgrid((np.arange(width) + 0.5) / width, 1 - (np.arange(height) + 0.5) / height)
    points = corners[0] + u.reshape(-1, 1) * along + v.reshape(-1, 1) * upward
    normal = np.zeros(3)
    normal[plane.axis] = plane.inward
    colors = paint(points, normal, views).reshape(height, width, 3)
    return (np.clip(filled(colors), 0, 1) * 255 + 0.5).astype(np.uint8)


def filled(colors: NDArray[np.float32]) -> NDArray[np.float32]:
    """(H, W, 3) with NaN filled in from around it: averages of ever larger squares (push-pull)."""
    known = np.isfinite(colors).all(axis=2)
    if known.all():
        return colors
    if not known.any():
        return np.full_like(colors, 0.6)
    if min(colors.shape[:2]) <= 2:
        return np.where(known[..., None], colors, colors[known].mean(axis=0))
    height, width = (-(-side // 2) for side in known.shape)
    weight = np.zeros((2 * height, 2 * width), np.float32)
    weight[: known.shape[0], : known.shape[1]] = known
    value = np.zeros((2 * height, 2 * width, 3), np.float32)
    value[: known.shape[0], : known.shape[1]] = np.where(known[..., None], colors, 0)
    count = weight.reshape(height, 2, width, 2).sum(axis=(1, 3))
    total = value.reshape(height, 2, width, 2, 3).sum(axis=(1, 3))
    small = np.where(count[..., None] > 0, total / np.maximum(count, 1)[..., None], np.nan).astype(np.float32)
    large = filled(small).repeat(2, axis=0).repeat(2, axis=1)[: known.shape[0], : known.shape[1]]
    return np.where(known[..., None], colors, large)
