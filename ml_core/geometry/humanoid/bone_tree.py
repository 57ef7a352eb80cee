"""The bones of a rig at rest as a tree, with the skin that they move."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]

TOLERANCE = 0.035
"""Fraction of the height by which two sides may differ, and the middle may be missed."""


@dataclass(frozen=True)
class BoneTree:
    """The bones of a rig at rest, any unit and orientation.

    Attributes:
        names: (B) of them, each once. parents: (B,) the number of each bone's parent, -1 for none.
        heads, tails: (B, 3). points: (V, 3) vertices that they move. table: (N, 3) vertex, bone and weight of every
            entry; empty where there are no meshes.
    """

    names: tuple[str, ...]
    parents: NDArray[np.int64]
    heads: Array
    tails: Array
    points: Array
    table: Array

    @cached_property
    def amounts(self) -> Array:
        """(B,) the sum of the weights of each bone."""
        return np.asarray(np.bincount(self.table[:, 1].astype(np.int64), self.table[:, 2], len(self.names)), np.float64)

    @cached_property
    def centers(self) -> Array:
        """(B, 3) the middle of the vertices that each bone moves; its head where it moves none."""
        rows, bones = self.table[:, 0].astype(np.int64), self.table[:, 1].astype(np.int64)
        sums = [np.bincount(bones, self.table[:, 2] * self.points[rows, axis], len(self.names)) for axis in range(3)]
        moves = self.amounts > 1e-9
        middles = np.stack(sums, axis=1) / np.where(moves, self.amounts, 1)[:, None]
        return np.where(moves[:, None], middles, self.heads)

    def turned(self, turn: Array) -> BoneTree:
        """The same rig in another space: ``turn`` (3, 3) @ place."""
        return replace(self, heads=self.heads @ turn.T, tails=self.tails @ turn.T, points=self.points @ turn.T)


def joined_parents(tree: BoneTree) -> NDArray[np.int64]:
    """Parents, with each deforming bone that has no deforming ancestor put below the nearest deforming bone.

    Rigs for inverse kinematics leave the feet unparented, and in control rigs chains of deforming bones follow control
    bones: such a chain begins at another deforming bone, mostly where that ends.
    """
    parents = np.array(tree.parents, np.int64)
    moves = tree.amounts > 1e-6 if len(tree.table) else np.ones(len(parents), bool)
    below = np.ones(len(parents), np.int64)
    for bone in range(len(parents)):
        for item in _ancestors(parents, bone)[1:]:
            below[item] += 1
    size = float(np.ptp(tree.heads, axis=0).max())
    loose = [bone for bone in np.flatnonzero(moves) if not moves[_ancestors(parents, bone)[1:]].any()]
    if len(loose) < 2:
        return parents
    loose.remove(max(loose, key=lambda bone: below[bone]))
    for bone in sorted(loose, key=lambda bone: -below[bone]):
        away = _away_from_bones(tree, tree.heads[bone])
        away[~moves] = np.inf
        away[[item for item in range(len(parents)) if bone in _ancestors(parents, item)]] = np.inf
        nearest = int(away.argmin())
        if away[nearest] < TOLERANCE * size:
            parents[bone] = nearest
    return parents


def _away_from_bones(tree: BoneTree, place: Array) -> Array:
    """(B,) how far a place (3,) is from the line of each bone; from its tail it counts half, where chains go on."""
    axes = tree.tails - tree.heads
    along = np.clip(((place - tree.heads) * axes).sum(axis=1) / np.maximum((axes**2).sum(axis=1), 1e-18), 0.0, 1.0)
    gaps = np.linalg.norm(place - tree.heads - along[:, None] * axes, axis=1)
    return np.minimum(gaps, 0.5 * np.linalg.norm(place - tree.tails, axis=1))


def _ancestors(parents: NDArray[np.int64], bone: int) -> list[int]:
    found: list[int] = []
    while bone >= 0 and bone not in found:
        found.append(bone)
        bone = int(parents[bone])
    return found
