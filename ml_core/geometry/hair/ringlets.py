"""Ringlets: ribbons of hair wound around the line of their lock, as curls are, instead of flat cards with curls on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.hair.strands import DENSE, Piece, frames, grown_along, strips
from ml_core.geometry.hair.surface import HeadSpace
from ml_core.geometry.humanoid.frames import unit

Array = NDArray[np.floating]


@dataclass(frozen=True)
class Ringlets:
    """How ribbons wind; meters on a head of the model's size.

    Attributes:
        radius: of the coil. pitch: along the lock for one turn. ribbon: across the ribbon. start: from the root to
        where it begins to wind. spread: 0..1, how much ringlets differ.
    """

    radius: float
    pitch: float
    ribbon: float
    start: float = 0.010
    spread: float = 0.25


def wound(head: HeadSpace, rng: np.random.Generator, points: Array, normals: Array, curl: Ringlets) -> Piece:
    """One ribbon around each curve (N, K, 3), whose outside is its front; ``normals`` (N, K, 3) point off the head."""
    count, scale = len(points), head.scale
    side, up = frames(points, normals)
    along = grown_along(points) / scale
    differ = 1 + curl.spread * rng.uniform(-1, 1, (count, 1))
    hand = rng.choice([-1.0, 1.0], (count, 1))
    turn = hand * 2 * np.pi * along / (curl.pitch * differ) + rng.uniform(0, 2 * np.pi, (count, 1))
    share = np.linspace(0, 1, points.shape[1])
    swell = np.clip(along / curl.start, 0.1, 1) ** 1.4 * (1 - 0.35 * share**2)
    radial = np.cos(turn)[..., None] * side + np.sin(turn)[..., None] * up
    reach = (curl.radius * scale * differ * swell)[..., None]
    coil = points + reach * (radial + 0.8 * up)
    coil[:, 1:] = head.pushed_out(coil[:, 1:], 0.001 * scale)
    tangent = unit(np.gradient(coil, axis=1))
    across = unit(np.cross(tangent, radial))
    half = 0.5 * curl.ribbon * scale * rng.uniform(0.8, 1.2, (count, 1)) * np.clip(0.5 + along / curl.start, 0, 1)
    half = half * (1 - 0.6 * share**3)
    return strips(coil, half[..., None] * across, rng.choice(DENSE, count), 0.02)
