"""Two-bone limbs that reach a place: the law of cosines in the plane of the knee (Tolani and others, 2000)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.humanoid.frames import unit
from ml_core.geometry.motion.skeleton import INDEX, SIDES, Skeleton

Array = NDArray[np.floating]

REACH = 0.9985
"""Share of its length to which a leg is stretched at most: a knee that is quite straight jumps."""
_X, _FRONT = np.array([1.0, 0.0, 0.0]), np.array([0.0, -1.0, 0.0])


def solve_leg(skeleton: Skeleton, side: str, turned: Array, hip: Array, ankle: Array) -> None:
    """Rotates thigh and shin, in place, so that the ankle reaches ``ankle`` (F, 3), or comes as near as the leg allows.

    Args:
        turned: (F, J, 3, 3) rotations from rest. hip: (F, 3) the head of the thigh.
    """
    first, second = skeleton.lengths(side)
    thigh, shin = INDEX[f"{side}UpperLeg"], INDEX[f"{side}LowerLeg"]
    away = ankle - hip
    distance = np.clip(np.linalg.norm(away, axis=1), abs(first - second) * 1.02 + 1e-6, REACH * (first + second))
    along = unit(away)
    front = turned[:, thigh] @ _FRONT
    lateral = unit(np.cross(along, front - np.sum(front * along, axis=1, keepdims=True) * along))
    pole = np.cross(lateral, along)
    share = (first**2 - second**2 + distance**2) / (2 * distance)
    bend = np.sqrt(np.maximum(first**2 - share**2, 0))
    knee = hip + share[:, None] * along + bend[:, None] * pole
    end = hip + distance[:, None] * along
    rest = [skeleton.rest[f"{side}{name}"] for name in ("UpperLeg", "LowerLeg", "Foot")]
    turned[:, thigh] = aligned(rest[1] - rest[0], knee - hip, lateral)
    turned[:, shin] = aligned(rest[2] - rest[1], end - knee, lateral)


def aligned(rest: Array, now: Array, lateral: Array) -> Array:
    """Rotations (F, 3, 3) that take the bone direction ``rest`` (3,) to ``now`` (F, 3), and -X to ``lateral``."""

    def basis(vector: Array, side: Array) -> Array:
        vector = unit(vector)
        side = unit(side - np.sum(side * vector, axis=-1, keepdims=True) * vector)
        return np.stack([vector, side, np.cross(vector, side)], axis=-1)

    return basis(now, lateral) @ np.swapaxes(basis(rest, -_X), -1, -2)


def lowered(skeleton: Skeleton, hips: dict[str, Array], ankles: dict[str, Array], spread: int) -> Array:
    """(F,) by how much the hips go down (0 or less) so that both legs reach their feet, smoothly.

    Args:
        hips, ankles: (F, 3) by side. spread: frames before and after over which a dip is spread.
    """
    least = np.zeros(len(next(iter(hips.values()))))
    for side in SIDES:
        reach = REACH * sum(skeleton.lengths(side))
        level = np.linalg.norm((hips[side] - ankles[side])[:, :2], axis=1)
        highest = ankles[side][:, 2] + np.sqrt(np.maximum(reach**2 - level**2, 0))
        least = np.minimum(least, highest - hips[side][:, 2])
    padded = np.pad(least, 2 * spread, mode="edge")
    window = np.lib.stride_tricks.sliding_window_view(padded, 2 * spread + 1).min(axis=1)
    weights = np.hanning(2 * spread + 3)[1:-1]
    return np.convolve(window, weights / weights.sum(), mode="valid")
