"""A body part's own coordinates: how far along its axis, and at which angle around it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]


def unit(vector: NDArray) -> Array:
    """The vector(s) (..., 3) at length 1."""
    return vector / np.maximum(np.linalg.norm(vector, axis=-1, keepdims=True), 1e-12)


def wrapped(theta: Array) -> Array:
    """Angles brought to -pi..pi."""
    return np.where(np.abs(theta) <= np.pi, theta, (theta + np.pi) % (2 * np.pi) - np.pi)


@dataclass(frozen=True)
class TubeFrame:
    """A part around an axis, with rounded ends.

    A point's axial coordinate ``s`` is its distance along the axis from ``origin``; beyond ``low`` or ``high`` it goes
    on as the angle of elevation about the end of that stretch times ``low_radius`` or ``high_radius``, so that a crown,
    a heel or the crotch is met head on. ``knots`` maps s to the chart's t piecewise linearly; ``angles`` does the
    same for the size of theta (canonical angle of a measured one), so that eyes land on eyes.
    """

    origin: Array
    axis: Array
    front: Array
    side: Array
    low: float
    high: float
    low_radius: float
    high_radius: float
    knots: tuple[tuple[float, float], ...]
    angles: tuple[tuple[float, float], ...] = ((0.0, 0.0), (np.pi, np.pi))

    def project(self, points: Array) -> tuple[Array, Array, Array]:
        """``(t, theta, radius)`` of points (..., 3); t is not clipped to the chart."""
        offset = points - self.origin
        along, x, y = offset @ self.axis, offset @ self.front, offset @ self.side
        around = np.hypot(x, y)
        over, under = along - self.high, self.low - along
        s = np.where(
            over > 0,
            self.high + self.high_radius * np.arctan2(over, around),
            np.where(under > 0, self.low - self.low_radius * np.arctan2(under, around), along),
        )
        radius = np.where(over > 0, np.hypot(over, around), np.where(under > 0, np.hypot(under, around), around))
        theta = np.arctan2(y, x)
        measured, canonical = np.array(self.angles).T
        return self._t(s), np.sign(theta) * np.interp(np.abs(theta), measured, canonical), radius

    def ray(self, t: Array, theta: Array) -> tuple[Array, Array]:
        """The start on the axis and the outward unit direction, each (..., 3), on which (t, theta) lies."""
        measured, canonical = np.array(self.angles).T
        theta = wrapped(theta)
        theta = np.sign(theta) * np.interp(np.abs(theta), canonical, measured)
        s = self._s(t)
        start = self.origin + np.clip(s, self.low, self.high)[..., None] * self.axis
        elevation = np.where(
            s > self.high,
            (s - self.high) / self.high_radius,
            np.where(s < self.low, (s - self.low) / self.low_radius, 0.0),
        )
        around = np.cos(theta)[..., None] * self.front + np.sin(theta)[..., None] * self.side
        direction = np.cos(elevation)[..., None] * around + np.sin(elevation)[..., None] * self.axis
        return start, direction

    def unproject(self, t: Array, theta: Array, radius: Array) -> Array:
        """The points (..., 3) of part coordinates; the inverse of :meth:`project`."""
        start, direction = self.ray(t, theta)
        return start + radius[..., None] * direction

    def scaled(self, factor: float) -> TubeFrame:
        """The frame of a body scaled about the origin."""
        lengths = {
            name: getattr(self, name) * factor for name in ("origin", "low", "high", "low_radius", "high_radius")
        }
        return replace(self, **lengths, knots=tuple((at * factor, to) for at, to in self.knots))

    def _t(self, s: Array) -> Array:
        """Piecewise linear, going on at the end slopes outside the knots."""
        at, to = np.array(sorted(self.knots)).T
        inside = np.interp(s, at, to)
        before = to[0] + (s - at[0]) * (to[1] - to[0]) / (at[1] - at[0])
        after = to[-1] + (s - at[-1]) * (to[-1] - to[-2]) / (at[-1] - at[-2])
        return np.where(s < at[0], before, np.where(s > at[-1], after, inside))

    def _s(self, t: Array) -> Array:
        to, at = np.array(sorted((to, at) for at, to in self.knots)).T
        return np.interp(t, to, at)


@dataclass(frozen=True)
class SheetFrame:
    """A flat part with two sides (a hand): ``t`` along ``axis``, ``s`` across it in units of ``half_width``."""

    origin: Array
    axis: Array
    across: Array
    normal: Array
    length: float
    half_width: float

    def project(self, points: Array) -> tuple[Array, Array, Array]:
        """``(t, s, height over the middle plane)`` of points (..., 3)."""
        offset = points - self.origin
        return offset @ self.axis / self.length, offset @ self.across / self.half_width, offset @ self.normal

    def unproject(self, t: Array, s: Array, height: Array) -> Array:
        """The points (..., 3) of part coordinates; the inverse of :meth:`project`."""
        return (
            self.origin
            + (t * self.length)[..., None] * self.axis
            + (s * self.half_width)[..., None] * self.across
            + height[..., None] * self.normal
        )

    def scaled(self, factor: float) -> SheetFrame:
        """The frame of a body scaled about the origin."""
        lengths = {name: getattr(self, name) * factor for name in ("origin", "length", "half_width")}
        return replace(self, **lengths)


Frame = TubeFrame | SheetFrame
