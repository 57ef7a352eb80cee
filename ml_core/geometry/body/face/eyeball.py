"""Eyeballs: a sphere that looks along -Y, and what an iris, its pupil and the white around it look like."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml_core.color import hex_to_srgb
from ml_core.geometry.easing import smoothstep

PUPIL_ANGLE, IRIS_ANGLE = 0.15, 0.40
"""Radians from the axis; on the eyeballs of adults, whose radius is 14.4 to 15 mm, an iris of 11.2 to 11.7 mm (people:
11.7 mm)."""
_BROWN = np.array([0.86, 0.56, 0.32])
"""Color of the inner zone of an iris, as fractions of its brightest channel."""


def iris_colors(angle: NDArray, around: NDArray, eye: str) -> NDArray[np.float32]:
    """sRGB (..., 3) of an eyeball at ``angle`` from its axis and at ``around`` about it, both in radians."""
    iris = hex_to_srgb(eye)
    depth = np.clip((angle - PUPIL_ANGLE) / (IRIS_ANGLE - PUPIL_ANGLE), 0, 1)
    fibres = 0.5 + 0.5 * np.sin(around * 41 + 2.1 * np.sin(around * 7)) * np.sin(around * 67 + 1.3)
    fibres = (1 - 0.35 * depth) * fibres + 0.35 * depth * (0.5 + 0.5 * np.sin(around * 23 + 1.7 * np.sin(around * 5)))
    # Where the inner zone meets the outer one the fibers knot to a lighter, ragged ring; the rim is dark.
    knot = np.exp(-(((depth - 0.30 - 0.03 * np.sin(around * 9) - 0.02 * np.sin(around * 16)) / 0.10) ** 2))
    shade = (0.74 + 0.34 * fibres) * (1.04 + 0.16 * knot - 0.20 * depth) * (1 - 0.62 * depth**7)
    # Light from above falls through the cornea on the lower half of the iris and lets even dark ones glow a little.
    glow = np.clip(-np.sin(around), 0, 1) * np.clip(1 - np.abs(depth - 0.6) / 0.4, 0, 1)
    # There is some brown around every pupil, the more the yellower an iris is: that makes it hazel.
    yellow = np.clip((iris[:2].min() - iris[2]) / max(float(iris.max()), 1e-3), 0, 1)
    brown = np.clip(0.12 + 1.4 * yellow, 0, 0.6) * np.clip((0.5 - depth) / 0.35, 0, 1)
    tinted = _mix(np.broadcast_to(iris, (*depth.shape, 3)), iris.max() * _BROWN, brown[..., None])
    color = np.clip(tinted * (shade + 0.30 * glow)[..., None] + 0.03 * (glow * shade)[..., None], 0, 1)
    # White is warm, pinker to the corners, with veins that branch towards the iris and end before it.
    corner = np.clip((angle - 0.45) / 0.75, 0, 1)
    white = np.array([0.770, 0.722, 0.680]) - corner[..., None] * [0.13, 0.25, 0.25]
    sway = 0.10 * np.sin(9 * angle + 3 * np.sin(around * 2)) + 0.05 * np.sin(23 * angle + 5 * around)
    lines = np.abs(np.sin(13 * (around + sway))) + 0.6 * np.abs(np.sin(29 * (around - sway) + 1.7))
    level = np.abs(np.cos(around))  # more to the sides than above and below
    vein = np.clip(1 - lines / 0.30, 0, 1) * np.clip((angle - 0.50) / 0.35, 0, 1) * (0.25 + 0.75 * level)
    sclera = white * (1 - (0.22 * vein)[..., None] * np.array([0.25, 1.0, 0.95]))
    color = color * (1 - 0.45 * np.exp(-(((angle - 0.97 * IRIS_ANGLE) / 0.030) ** 2)))[..., None]
    color = _mix(color, sclera, _step(angle, IRIS_ANGLE, 0.045))
    color = _mix(np.full_like(color, 0.02), color, _step(angle, PUPIL_ANGLE, 0.015))
    # The upper lid and its lashes shade the top of what is seen, the lower one a rim; without that an eye stares.
    height = np.sin(np.minimum(angle, np.pi / 2)) * np.sin(around)
    shadow, below = smoothstep((height - 0.02) / 0.32), np.clip((-0.26 - height) / 0.20, 0, 1)
    shade = 0.62 * shadow + 0.30 * below * below
    return (color * (1 - shade[..., None] * np.array([0.90, 1.0, 1.0]))).astype(np.float32)


def _step(value: NDArray, edge: float, width: float) -> NDArray:
    return np.clip((value - edge) / width + 0.5, 0, 1)[..., None]


def _mix(inner: NDArray, outer: NDArray, share: NDArray) -> NDArray:
    return inner * (1 - share) + outer * share


def ball(angles: NDArray, segments: int) -> tuple[NDArray, NDArray, NDArray, list[tuple[int, ...]]]:
    """A unit sphere that looks along -Y, open behind: a point in front, then a ring at each of the ``angles`` (R,) from
    there, in radians.

    Returns:
        Of the rings' points the angle from the front and the angle around (R, segments); all points
        (1 + R x segments, 3); faces.
    """
    around = np.arange(segments) / segments * 2 * np.pi
    a, b = np.meshgrid(angles, around, indexing="ij")
    points = np.stack([np.sin(a) * np.cos(b), -np.cos(a), np.sin(a) * np.sin(b)], axis=-1).reshape(-1, 3)
    faces: list[tuple[int, ...]] = [(0, 1 + s, 1 + (s + 1) % segments) for s in range(segments)]
    for ring in range(len(angles) - 1):
        low, high = 1 + ring * segments, 1 + (ring + 1) * segments
        faces += [(low + s, high + s, high + (s + 1) % segments, low + (s + 1) % segments) for s in range(segments)]
    return a, b, np.concatenate([[[0, -1, 0]], points]), faces
