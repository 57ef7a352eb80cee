"""Poses for pictures and checks of the built-in body."""

from __future__ import annotations

import numpy as np

from ml_core.geometry.motion.posing import turn

Turns = dict[str, tuple[str, float]]


def _both(bone: str, axis: str, degrees: float) -> Turns:
    """A rotation of the left bone and its mirror image."""
    return {f"left{bone}": (axis, degrees), f"right{bone}": (axis, degrees if axis == "x" else -degrees)}


_ARMS_DOWN = _both("UpperArm", "y", 62)
_FISTS = {
    bone: turns
    for finger in ("Index", "Middle", "Ring", "Little")
    for joint in ("Proximal", "Intermediate", "Distal")
    for bone, turns in _both(finger + joint, "y", 62).items()
}
BENDS: dict[str, Turns] = {
    "elbows": _both("UpperArm", "y", 40) | _both("LowerArm", "z", -115),
    "arms up": _both("Shoulder", "y", -18) | _both("UpperArm", "y", -62),
    "arms forward": _both("UpperArm", "z", -85),
    "knee": {"leftUpperLeg": ("x", -75), "leftLowerLeg": ("x", 95)} | _ARMS_DOWN,
    "sitting": _both("UpperLeg", "x", -88) | _both("LowerLeg", "x", 88) | _ARMS_DOWN,
    "bow": {"spine": ("x", 22), "chest": ("x", 20), "upperChest": ("x", 15)} | _ARMS_DOWN,
    "lean": {"spine": ("y", 14), "chest": ("y", 14), "upperChest": ("y", 8)} | _ARMS_DOWN,
    "twist": {name: ("z", 18.0) for name in ("spine", "chest", "upperChest", "neck", "head")} | _ARMS_DOWN,
    "side step": {"leftUpperLeg": ("y", -35), "rightUpperLeg": ("y", 20)} | _ARMS_DOWN,
    "fists": _ARMS_DOWN | _both("LowerArm", "z", -80) | _FISTS,
}
"""Turns of bones from the T-pose about the axes of the body, in degrees; each takes its children along."""


def turns_of(turns: Turns) -> dict[str, np.ndarray]:
    """Rotations (3, 3) by bone."""
    return {bone: turn(np.eye(3)["xyz".index(axis)], degrees) for bone, (axis, degrees) in turns.items()}
