"""Chains of spring bones, laid through hair and cloth where these hang free, with the weights that they take over.

All places are meters in the rest pose of the person, who stands on z = 0 and faces -Y.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.easing import smoothstep
from ml_core.geometry.garments.helpers import nearest_of

Array = NDArray[np.floating]

HAIR_LENGTH, CLOTH_LENGTH = 0.065, 0.13
"""Meters of one bone of a chain, about."""
MOST_BONES = 5
SECTORS = 8
"""Chains around a head or the hips, of which none hangs in the middle of the front or the back."""
LEAST_LENGTH = 0.09
"""Meters that must hang free."""
_NEAR, _FREE = 0.018, 0.05
"""Meters from the skull within which hair does not swing, and from which on it swings wholly."""
_HEM_TAKES = 0.09
"""Meters below its start over which cloth comes to swing."""
_MIDDLE = 0.012
"""Meters to both sides of the middle where nothing of two tails hangs."""
_LEAST_SHARE = 0.03
"""Share of the free points below which a side of the head has no chain of its own."""


@dataclass(frozen=True)
class Chain:
    """A chain of bones: ``joints`` (J, 3) from where it hangs to its tip, J - 1 bones; the first is a child of
    ``parent``, a joint by VRM's name."""

    name: str
    parent: str
    joints: Array

    @property
    def bones(self) -> list[str]:
        """The names of its bones."""
        return [f"{self.name}_{number}" for number in range(1, len(self.joints))]


@dataclass(frozen=True)
class Chains:
    """Chains side by side around an axis, and how a mesh goes with them.

    Attributes:
        angles: (C,) radians around the vertical ``axis`` (2,) at which each hangs; 0 lies behind, to the left it grows.
        top, bottom: meters between which they hang.
    """

    chains: tuple[Chain, ...]
    angles: Array
    axis: Array
    top: float
    bottom: float

    @property
    def bones(self) -> list[str]:
        """All bones, a chain after the other."""
        return [bone for chain in self.chains for bone in chain.bones]

    def weights(self, points: Array) -> NDArray[np.float32]:
        """(N, B) how much each bone moves points (N, 3) that hang quite free; rows sum to 1.

        Each point goes with the bones nearest to its height, of the two chains beside it.
        """
        sides = _between(_angle(points, self.axis), self.angles)
        columns = []
        for chain, side in zip(self.chains, sides.T, strict=True):
            count = len(chain.joints) - 1
            along = np.clip((self.top - points[:, 2]) / (self.top - self.bottom), 0, 1) * count - 0.5
            hats = 1 - np.abs(np.clip(along, 0, count - 1)[:, None] - np.arange(count))
            columns.append(side[:, None] * np.clip(hats, 0, 1))
        return np.concatenate(columns, axis=1).astype(np.float32)


def hair_freedom(points: Array, skull: Array) -> Array:
    """(N,) 0..1, how freely hair at points (N, 3) swings: by its distance from the skin of the head (S, 3)."""
    nearest = skull[nearest_of(points, skull, within=_FREE)]  # what is further off hangs free, whatever it is next to
    return smoothstep((np.linalg.norm(points - nearest, axis=1) - _NEAR) / (_FREE - _NEAR))


def hair_chains(points: Array, freedom: Array, skull: Array, tails: bool) -> Chains | None:
    """Chains through hair at points (N, 3); ``None`` where too little hangs free.

    Args:
        freedom: (N,) as :func:`hair_freedom` gives it. skull: (S, 3) skin of the head. tails: it is tied to one tail or
            two, each of which is one chain.
    """
    free = freedom > 0.5
    if free.sum() < 8 or np.ptp(points[free, 2]) < LEAST_LENGTH:
        return None
    axis = skull[:, :2].mean(axis=0)
    if tails:
        between = np.abs(points[free, 0]) < _MIDDLE
        is_pair = between.mean() < _LEAST_SHARE and len(np.unique(np.sign(points[free, 0]))) == 2
        angles = np.array([-np.pi / 2, np.pi / 2]) if is_pair else np.zeros(1)
    else:
        angles = _sector_angles(SECTORS)
    shares = _between(_angle(points, axis), angles)
    counts = (shares[free] > 0.5).sum(axis=0)
    angles = angles[counts > max(_LEAST_SHARE * free.sum(), 4)]
    if not len(angles):
        return None
    return _laid("Hair", points, freedom, angles, axis, lambda _angle: "head", HAIR_LENGTH)


def cloth_freedom(points: Array, start: float) -> Array:
    """(N,) 0..1, how freely cloth at points (N, 3) swings that hangs from the height ``start``."""
    return smoothstep((start - points[:, 2]) / _HEM_TAKES)


def cloth_chains(points: Array, start: float) -> Chains | None:
    """Chains around skirts and coats at points (N, 3) that hang from the height ``start`` over both legs.

    Each is the child of the thigh on its side, with which it goes where nothing swings. ``None`` where too little
    hangs.
    """
    freedom = cloth_freedom(points, start)
    if (freedom > 0.5).sum() < 8 or start - points[:, 2].min() < LEAST_LENGTH:
        return None
    axis = points[freedom > 0.5, :2].mean(axis=0) * [0, 1]
    angles = _sector_angles(SECTORS)
    return _laid(
        "Cloth",
        points,
        freedom,
        angles,
        axis,
        lambda angle: f"{'left' if angle > 0 else 'right'}UpperLeg",
        CLOTH_LENGTH,
    )


def _laid(
    name: str,
    points: Array,
    freedom: Array,
    angles: Array,
    axis: Array,
    parent: Callable[[float], str],
    length: float,
) -> Chains:
    """Chains through the middles of the points beside each angle, from the highest that swing to the lowest."""
    swinging = freedom > 0.15
    top = float(np.quantile(points[swinging, 2], 0.98))
    bottom = float(np.quantile(points[swinging, 2], 0.02))
    count = int(np.clip(round((top - bottom) / length), 2, MOST_BONES))
    levels = np.linspace(top, bottom, count + 1)
    shares = _between(_angle(points, axis), angles) * freedom[:, None]
    chains = []
    for number, angle in enumerate(angles):
        joints = _middles(points, shares[:, number], levels)
        chains.append(Chain(f"{name}_{number + 1}", parent(angle), joints))
    return Chains(tuple(chains), angles, axis, top, bottom)


def _middles(points: Array, shares: Array, levels: Array) -> Array:
    """(L, 3) weighted means of points about as high as each level; what has none is filled from its neighbors."""
    reach = 0.75 * abs(levels[0] - levels[1])
    near = np.clip(1 - np.abs(points[:, 2:] - levels) / reach, 0, 1) * shares[:, None]
    total = near.sum(axis=0)
    known = total > 1e-6
    middles = np.zeros((len(levels), 3))
    middles[known] = (near.T @ points)[known] / total[known, None]
    for axis in (0, 1):
        middles[:, axis] = np.interp(np.arange(len(levels)), np.flatnonzero(known), middles[known, axis])
    middles[:, 2] = levels
    return middles


def _sector_angles(count: int) -> Array:
    return (np.arange(count) + 0.5) / count * 2 * np.pi - np.pi


def _angle(points: Array, axis: Array) -> Array:
    """(N,) radians around a vertical axis (2,): 0 behind, positive to the person's left."""
    offset = points[:, :2] - axis
    return np.asarray(np.arctan2(offset[:, 0], offset[:, 1]))


def _between(angle: Array, angles: Array) -> Array:
    """(N, C) shares of the two of ``angles`` (C,), sorted, that lie beside each angle (N,); rows sum to 1."""
    count = len(angles)
    if count == 1:
        return np.ones((len(angle), 1))
    shares = np.zeros((len(angle), count))
    rows = np.arange(len(angle))
    above = np.searchsorted(angles, angle) % count
    below = above - 1
    gap = (angles[above] - angles[below]) % (2 * np.pi)
    part = ((angle - angles[below]) % (2 * np.pi)) / np.where(gap > 0, gap, 2 * np.pi)
    wide = gap > 1.5 * 2 * np.pi / SECTORS  # a side without a chain: all goes to the nearer one
    part = np.where(wide, np.round(part), smoothstep(part))
    shares[rows, below] += 1 - part
    shares[rows, above] += part
    return shares
