"""Whether the camera of a picture would come out differently without some of the picture's lines.

Where hardly a line runs along one of the axes, chance decides which of several cameras explains the lines best. Such a
camera misses no line, and its focal length looks certain; parts of the lines then give other ones.
"""

from __future__ import annotations

from itertools import permutations, product

import numpy as np
from numpy.typing import NDArray

from ml_core.errors import InputError

from .vanishing import Match, match_camera

AGREED = 0.8
"""Fraction of the parts of the lines that must give the same camera."""
_PARTS, _SHARE = 8, 0.75
_SAME = 5.0
"""Degrees between two cameras that count as the same. With these numbers, of 26 photos of rendered rooms all 5 are
reported that were more than 5 degrees off, and 6 of the 21 others (``evaluate_reconstruction.py --single``, on which
they were chosen)."""


def agreement(match: Match, focal: float | None = None, is_cropped: bool = False) -> float:
    """Share of random parts of the lines of ``match`` that turn the camera alike, within 5 degrees.

    Args:
        focal: in pixels, where it was known.
    """
    random = np.random.default_rng(0)
    size = (match.camera.width, match.camera.height)
    same = 0
    for part in range(_PARTS):
        chosen = match.segments[random.random(len(match.segments)) < _SHARE]
        try:
            other = match_camera(chosen, size, focal, None, is_cropped, seed=part + 1)
        except InputError:  # too few of them, or of no order
            continue
        same += degrees_apart(match.camera.rotation, other.camera.rotation) < _SAME
    return same / _PARTS


def degrees_apart(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """The angle between two cameras, by their rotations (3, 3), whichever of the axes each calls X, Y and Z."""
    turn = other.T @ one
    traces = [
        sum(sign * turn[axis, at] for at, (axis, sign) in enumerate(zip(order, signs, strict=True)))
        for order in permutations(range(3))
        for signs in product((1, -1), repeat=3)
        if np.linalg.det(np.eye(3)[list(order)] * np.array(signs)) > 0
    ]
    return float(np.degrees(np.arccos(np.clip((max(traces) - 1) / 2, -1, 1))))
