"""The true scale of a place: by a known length, or by objects whose size is much the same everywhere."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml_core.errors import InputError

from .fusion import Surface
from .views.cameras import Camera

KNOWN_HEIGHTS: dict[str, tuple[float, float]] = {"door": (2.03, 0.04), "chair": (0.87, 0.08)}
"""Height in meters of a thing of each label, and by how much (one standard deviation, relative) such heights differ:
inner doors by DIN 18101 (2.0 m with its frame), chairs by common catalogs. Tables and desks are low and high, and what
stands on them is measured with them, so they are left out."""
GUESS_ERROR = 0.15
"""Relative error of a size that is based on how high people hold a camera."""
_POINTING = 0.01
"""Meters by which two clicks miss the ends of a length."""


@dataclass(frozen=True)
class Scale:
    """``factor`` brings a place to its real size; ``error`` is one standard deviation of it, relative; ``by`` is what
    it is based on: ``length``, ``eye height``, or labels."""

    factor: float
    error: float
    by: str


def by_length(measured: float, real: float) -> Scale:
    """From a length in the place and what it really is, in meters.

    Raises:
        InputError: one of them is not a length.
    """
    if not (math.isfinite(real) and 0.01 <= real <= 1000):
        raise InputError("A length of {length} m cannot be used; give one from 0.01 to 1000 m.", length=real)
    if not (math.isfinite(measured) and measured > 1e-6):
        raise InputError("The two points lie on each other; choose two that are as far apart as you have measured.")
    return Scale(real / measured, math.sqrt(2) * _POINTING / real, "length")


def by_things(heights: Sequence[tuple[str, float]], guess_error: float = math.inf) -> Scale | None:
    """From recognized things, each its label and its height in the place; ``None`` where none has a usual height.

    The mean of the logarithms, each weighted by how little its label varies; a thing that contradicts the median by
    more than three of its deviations does not count.

    Args:
        guess_error: how certain the size that the place has now is (one standard deviation, relative); it counts as one
            thing more, and an object that contradicts it is not taken to be of its label.
    """
    known = [
        (label, height)
        for label, height in heights
        if label in KNOWN_HEIGHTS
        and height > 0.05
        and abs(math.log(KNOWN_HEIGHTS[label][0] / height)) < 3 * math.hypot(KNOWN_HEIGHTS[label][1], guess_error)
    ]
    if not known:
        return None
    logs = np.array([*(math.log(KNOWN_HEIGHTS[label][0] / height) for label, height in known), 0.0])
    spread = np.array([*(KNOWN_HEIGHTS[label][1] for label, _ in known), guess_error])
    order = np.argsort(logs)
    share = np.cumsum((1 / spread**2)[order])
    median = logs[order][np.searchsorted(share, share[-1] / 2)]
    kept = np.abs(logs - median) <= 3 * spread
    weights = np.where(kept, 1 / spread**2, 0)
    mean = float((weights * logs).sum() / weights.sum())
    used = sorted({label for (label, _), keep in zip(known, kept, strict=False) if keep})
    if not used:
        return None
    return Scale(math.exp(mean), float(1 / math.sqrt(weights.sum())), ", ".join(used))


def point_under(camera: Camera, pixel: tuple[float, float], surfaces: Sequence[Surface]) -> NDArray[np.float64]:
    """The nearest point (3,) of the surfaces that a pixel of a picture shows.

    Raises:
        InputError: the pixel is outside the picture, or shows nothing that was reconstructed.
    """
    x, y = pixel
    if not (0 <= x <= camera.width and 0 <= y <= camera.height):
        raise InputError(
            "{name}: the point {x:g}, {y:g} is outside the picture of {width} x {height} pixels",
            name=camera.name, x=x, y=y, width=camera.width, height=camera.height,
        )  # fmt: skip
    ray = camera.rays(np.array([[x, y]]))[0]
    nearest = math.inf
    for surface in surfaces:
        if len(surface.triangles):
            nearest = min(nearest, _first_hit(camera.position, ray, surface))
    if not math.isfinite(nearest):
        raise InputError("{name}: nothing was reconstructed at {x:g}, {y:g}", name=camera.name, x=x, y=y)
    return camera.position + nearest * ray


def _first_hit(origin: NDArray[np.float64], ray: NDArray[np.float64], surface: Surface) -> float:
    """How many rays away the nearest triangle is (Möller and Trumbore 1997); infinite without a hit."""
    a, b, c = (surface.vertices[surface.triangles[:, k]].astype(np.float64) for k in range(3))
    edge, other = b - a, c - a
    p = np.cross(ray, other)
    determinant = (edge * p).sum(axis=1)
    usable = np.abs(determinant) > 1e-14
    inverse = 1 / np.where(usable, determinant, 1)
    from_a = origin - a
    u = (from_a * p).sum(axis=1) * inverse
    q = np.cross(from_a, edge)
    v = (q @ ray) * inverse
    far = (other * q).sum(axis=1) * inverse
    hit = usable & (u >= -1e-6) & (v >= -1e-6) & (u + v <= 1 + 1e-6) & (far > 1e-6)
    return float(far[hit].min()) if hit.any() else math.inf
