"""What spring bones do not pass: capsules in head, trunk and legs, as thick as the person is there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]

LIMBS = (
    *((f"{side}UpperLeg", f"{side}LowerLeg") for side in ("left", "right")),
    *((f"{side}LowerLeg", f"{side}Foot") for side in ("left", "right")),
    *((f"{side}UpperArm", f"{side}LowerArm") for side in ("left", "right")),
)
"""Bones that are a capsule to where the next begins."""
TRUNK = ("hips", "spine", "chest", "upperChest")
"""Bones that are a capsule across, since a trunk is wider than it is deep."""
_TYPICAL = 0.7
"""Quantile of the distances of the skin from the axis of a capsule that is its radius: bulges stand out a little."""


@dataclass(frozen=True)
class Collider:
    """A capsule that goes with a bone: its ends (3,) in meters at rest and its radius; a sphere if they coincide."""

    bone: str
    start: Array
    end: Array
    radius: float


def body_colliders(points: Array, weights: Callable[[str], Array], joints: Mapping[str, Array]) -> list[Collider]:
    """Colliders of a person.

    Args:
        points: (V, 3) of the skin at rest. weights: (V,) how much a joint, by VRM's name, moves each of them.
        joints: where each joint is; those that are missing have no collider.
    """
    found = []
    head = points[weights("head") > 0.5]
    if len(head):
        # The skull, without the neck below it and the nose before it.
        skull = head[head[:, 2] > np.quantile(head[:, 2], 0.35)]
        low, high = skull.min(axis=0), skull.max(axis=0)
        middle, radius = (low + high) / 2, float((high - low)[:2].mean() / 2)
        top = np.array([middle[0], middle[1], high[2] - radius])
        found.append(Collider("head", top, top - np.array([0, 0, 0.35 * radius]), radius))
    if "neck" in joints and "head" in joints:
        found += _capsule("neck", points[weights("neck") > 0.5], joints["neck"], joints["head"])
    for bone in TRUNK:
        found += _across(bone, points[weights(bone) > 0.4])
    for bone, end in LIMBS:
        if bone in joints and end in joints:
            found += _capsule(bone, points[weights(bone) > 0.6], joints[bone], joints[end])
    return found


def _capsule(bone: str, points: Array, start: Array, end: Array) -> list[Collider]:
    """A capsule from a joint to the next."""
    axis = end - start
    length = float(np.linalg.norm(axis))
    if len(points) < 8 or length < 1e-4:
        return []
    along = np.clip((points - start) @ axis / length**2, 0, 1)
    radius = float(np.quantile(np.linalg.norm(points - start - along[:, None] * axis, axis=1), _TYPICAL))
    return [Collider(bone, start, end, radius)]


def _across(bone: str, points: Array) -> list[Collider]:
    """A capsule from side to side, as thick as the trunk is deep."""
    if len(points) < 8:
        return []
    low, high = np.quantile(points, 0.05, axis=0), np.quantile(points, 0.95, axis=0)
    middle = (low + high) / 2
    radius = float(high[1] - low[1]) / 2
    reach = max(float(high[0] - low[0]) / 2 - radius, 0.0)
    aside = np.array([reach, 0, 0])
    return [Collider(bone, middle - aside, middle + aside, radius)]
