"""The joints that motions are made of, and where they are in a pose, for any humanoid that has some of them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.body.rig import HUMANOID

Array = NDArray[np.floating]

PARENTS: dict[str, str | None] = {
    spec.name: spec.parent for spec in HUMANOID if not spec.name.endswith("Eye") and spec.name != "jaw"
}
"""Joint -> its parent, parents first: the humanoid of VRM without eyes and jaw."""
JOINTS: tuple[str, ...] = tuple(PARENTS)
INDEX = {joint: number for number, joint in enumerate(JOINTS)}
BODY_JOINTS: tuple[str, ...] = tuple(
    joint for joint in JOINTS if not joint.endswith(("Metacarpal", "Proximal", "Intermediate", "Distal"))
)
"""The joints without those of fingers."""
SIDES = ("left", "right")
_PARENT_NUMBERS = [INDEX[parent] if parent is not None else -1 for parent in PARENTS.values()]


def to_global(local: Array) -> Array:
    """Rotations (F, J, 3, 3) of :data:`JOINTS` from the rest pose, from those relative to the parents."""
    turned = np.array(local, np.float64)
    for joint, parent in enumerate(_PARENT_NUMBERS):
        if parent >= 0:
            turned[:, joint] = turned[:, parent] @ turned[:, joint]
    return turned


def to_local(turned: Array) -> Array:
    """The inverse of :func:`to_global`."""
    local = np.array(turned, np.float64)
    for joint, parent in enumerate(_PARENT_NUMBERS):
        if parent >= 0:
            local[:, joint] = np.swapaxes(turned[:, parent], -1, -2) @ turned[:, joint]
    return local


class Skeleton:
    """The rest joints of one humanoid: meters, Z up, facing -Y, soles on z = 0; joints may be missing.

    Raises:
        KeyError: it lacks hips or a joint of a leg.
    """

    def __init__(self, joints: Mapping[str, Array]) -> None:
        self.rest = {name: np.asarray(joints[name], np.float64) for name in JOINTS if name in joints}
        for side in SIDES:
            ankle = self.rest[f"{side}Foot"]
            if f"{side}Toes" not in self.rest:
                self.rest[f"{side}Toes"] = ankle + ankle[2] * np.array([0.0, -1.5, -0.6])
        self.own = frozenset(name for name in self.rest if name in joints)
        self.parent = {name: self._parent(name) for name in self.rest}

    def _parent(self, name: str) -> str | None:
        parent = PARENTS[name]
        while parent is not None and parent not in self.rest:
            parent = PARENTS[parent]
        return parent

    @cached_property
    def leg(self) -> float:
        """Meters from the ground to the hip joints: what motions are measured in."""
        return float(np.mean([self.rest[f"{side}UpperLeg"][2] for side in SIDES]))

    def lengths(self, side: str) -> tuple[float, float]:
        """Meters of thigh and shin."""
        hip, knee, ankle = (self.rest[f"{side}{name}"] for name in ("UpperLeg", "LowerLeg", "Foot"))
        return float(np.linalg.norm(knee - hip)), float(np.linalg.norm(ankle - knee))

    def places(self, turned: Array, hips: Array) -> dict[str, Array]:
        """Where each joint is, (F, 3), for rotations (F, J, 3, 3) from rest and hips (F, 3) away from their rest."""
        at: dict[str, Array] = {}
        for name, parent in self.parent.items():
            if parent is None:
                at[name] = self.rest[name] + hips
            else:
                step = self.rest[name] - self.rest[parent]
                at[name] = at[parent] + turned[:, INDEX[parent]] @ step
        return at
