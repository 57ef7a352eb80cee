"""Recorded clips read from a glTF file: sampled evenly, with the transform of each bone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.motion.rotations import slerp, to_matrices

Array = NDArray[np.floating]


@dataclass(frozen=True)
class Keys:
    """Key frames of one property of a bone: times (K,) seconds and values (K, 3), or (K, 4) as x, y, z, w."""

    times: Array
    values: Array


@dataclass(frozen=True)
class Tree:
    """Bones by name: the parent's name, and the transform (4, 4) relative to it at rest."""

    parents: Mapping[str, str | None]
    rest: Mapping[str, Array]

    def worlds(self, local: Mapping[str, Array]) -> dict[str, Array]:
        """Transforms (..., 4, 4) from those relative to the parents."""
        done: dict[str, Array] = {}

        def world(name: str) -> Array:
            if name not in done:
                parent = self.parents[name]
                done[name] = local[name] if parent is None else world(parent) @ local[name]
            return done[name]

        return {name: world(name) for name in self.parents}


def sampled(tree: Tree, curves: Mapping[tuple[str, str], Keys], times: Array) -> dict[str, Array]:
    """The transform (F, 4, 4) of each bone at ``times`` (F,).

    Args:
        curves: by bone and property: ``translation``, ``rotation`` or ``scale``.
    """
    local = {}
    for name, rest in tree.rest.items():
        scale = np.linalg.norm(rest[:3, :3], axis=0)
        frames = np.tile(np.eye(4), (len(times), 1, 1))
        place, turn, size = (curves.get((name, kind)) for kind in ("translation", "rotation", "scale"))
        frames[:, :3, 3] = _mixed(place, times) if place is not None else rest[:3, 3]
        if turn is not None:
            rotation = to_matrices(_turned(turn, times))
        else:
            rotation = np.broadcast_to(rest[:3, :3] / scale, (len(times), 3, 3))
        sizes = _mixed(size, times) if size is not None else np.broadcast_to(scale, (len(times), 3))
        frames[:, :3, :3] = rotation * sizes[:, None, :]
        local[name] = frames
    return tree.worlds(local)


def _spans(keys: Keys, times: Array) -> tuple[NDArray[np.int64], NDArray[np.int64], Array]:
    high = np.clip(np.searchsorted(keys.times, times), 0, len(keys.times) - 1)
    low = np.maximum(high - 1, 0)
    width = keys.times[high] - keys.times[low]
    share = np.clip((times - keys.times[low]) / np.where(width > 0, width, 1), 0, 1)
    return low, high, np.where(width > 0, share, 1.0)


def _mixed(keys: Keys, times: Array) -> Array:
    low, high, share = _spans(keys, times)
    return np.asarray(keys.values[low] * (1 - share[:, None]) + keys.values[high] * share[:, None])


def _turned(keys: Keys, times: Array) -> Array:
    low, high, share = _spans(keys, times)
    wxyz = keys.values[:, [3, 0, 1, 2]]
    return slerp(wxyz[low], wxyz[high], share)
