"""Straight lines of pictures laid on planes of the room: where plain walls and ceilings are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .cameras import Camera

_STEP = 0.02
_SLOPE = 0.05
"""By how much a line may miss an axis: 3 degrees."""
_SHORTEST = 0.25
_FARTHEST = 15.0
_EXPECTED_WITHIN = 0.08
_LEAST_TOTAL = 1.0
"""Meters of lines, over all pictures, that say where a plane ends."""


@dataclass(frozen=True)
class Lines:
    """The straight segments (N, 4) of the picture of a camera, in pixels."""

    camera: Camera
    segments: NDArray[np.float64]


def along(
    pictures: Sequence[Lines], plane: tuple[int, float], axis: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Where lines on the plane (axis, offset) that run across ``axis`` lie along it (N,), and their lengths (N,).

    A line counts as if it were on the plane; one that is not gives a place where no other picture agrees.
    """
    across, offset = plane
    other = 3 - across - axis
    places, lengths = [np.zeros(0)], [np.zeros(0)]
    for picture in pictures:
        if not len(picture.segments):
            continue
        origin = picture.camera.position
        rays = picture.camera.rays(picture.segments.reshape(-1, 2))
        with np.errstate(divide="ignore", invalid="ignore"):
            far = (offset - origin[across]) / rays[:, across]
        ends = (origin + rays * np.where(np.isfinite(far), far, -1.0)[:, None]).reshape(-1, 2, 3)
        visible = ((far > 0.2) & (far < _FARTHEST)).reshape(-1, 2).all(axis=1)
        way = ends[:, 1] - ends[:, 0]
        length = np.abs(way[:, other])
        straight = visible & (np.abs(way[:, axis]) < _SLOPE * length) & (length > _SHORTEST)
        places.append(ends[straight, :, axis].mean(axis=1))
        lengths.append(np.minimum(length[straight], 4.0))
    return np.concatenate(places), np.concatenate(lengths)


def strongest(
    places: NDArray[np.float64],
    lengths: NDArray[np.float64],
    low: float,
    high: float,
    expected: float | None = None,
) -> float | None:
    """Where most length of lines gathers between ``low`` and ``high``, rather near ``expected``; ``None`` where it is
    too little."""
    inside = (places >= low) & (places <= high)
    if not inside.any():
        return None
    counts, edges = np.histogram(places[inside], np.arange(low, high + 2 * _STEP, _STEP), weights=lengths[inside])
    smooth = np.convolve(counts, [1, 1, 1], mode="same")
    likely = np.ones(len(smooth))
    if expected is not None:
        likely = np.exp(-0.5 * ((edges[:-1] + _STEP / 2 - expected) / _EXPECTED_WITHIN) ** 2)
    peak = int((smooth * likely).argmax())
    if smooth[peak] < _LEAST_TOTAL:
        return None
    near = inside & (np.abs(places - edges[peak] - _STEP / 2) < 1.5 * _STEP)
    return float(np.average(places[near], weights=lengths[near]))
