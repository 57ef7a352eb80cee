"""Poses of humanoids as rotations that do not depend on how a rig's bones are rolled.

A pose gives each joint a rotation matrix (3, 3) in the axes of the armature (Z up, the face toward -Y), relative to
the joint's parent and to the rest pose. Joints carry VRM names; right limbs mirror left ones.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.humanoid.frames import unit

Array = NDArray[np.floating]
Pose = dict[str, Array]

SIDES = (("left", 1.0), ("right", -1.0))
FINGERS = {"Index": 0.75, "Middle": 0.9, "Ring": 1.05, "Little": 1.15}
"""Share of a curl by finger: a hand at rest closes from the little finger on."""
THUMB_SHARE, MOST_THUMB = 1.7, 38.0
"""Degrees that a thumb comes to the fingers for each degree of their curl, and at most."""
PHALANGES = ("Proximal", "Intermediate", "Distal")
POSES = ("t", "a", "relaxed")

_ARMS = {
    "t": ((0.0, 0.0), (0.0, 0.0), 0.0),
    "a": ((45.0, 0.0), (45.0, 0.0), 6.0),
    "relaxed": ((74.0, -3.0), (77.0, 14.0), 18.0),
}
"""Degrees by which upper and lower arm hang down and point forward, and by which each finger joint is bent."""


def turn(axis: Array, degrees: Array | float) -> Array:
    """Rotation matrices (..., 3, 3) by ``degrees`` (...) about an axis (3,)."""
    x, y, z = unit(np.asarray(axis, np.float64))
    angle = np.radians(np.asarray(degrees, np.float64))[..., None, None]
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * (cross @ cross)


def turn_between(start: Array, end: Array) -> Array:
    """The shortest rotation (3, 3) that takes the direction ``start`` to ``end``."""
    start, end = unit(start), unit(end)
    axis = np.cross(start, end)
    if np.linalg.norm(axis) < 1e-9:
        return np.eye(3)
    return turn(axis, np.degrees(np.arctan2(np.linalg.norm(axis), start @ end)))


def named_pose(joints: Mapping[str, Array], name: str) -> Pose:
    """A pose of :data:`POSES` for a humanoid with these rest joints (armature space).

    Joints that are missing are left out; an arm needs ``UpperArm``, ``LowerArm`` and ``Hand``.
    """
    upper, lower, curl = _ARMS[name]
    pose: Pose = {}
    for side, mirror in SIDES:
        pose |= _arm(joints, side, mirror, upper, lower)
        pose |= curled(joints, side, curl)
    return pose


def _arm(
    joints: Mapping[str, Array], side: str, mirror: float, upper: tuple[float, float], lower: tuple[float, float]
) -> Pose:
    chain = [joints.get(f"{side}{name}") for name in ("UpperArm", "LowerArm", "Hand")]
    if any(joint is None for joint in chain):
        return {}
    shoulder, elbow, hand = (np.asarray(joint, np.float64) for joint in chain)
    first = turn_between(elbow - shoulder, direction(upper, mirror))
    second = turn_between(hand - elbow, direction(lower, mirror))
    return {f"{side}UpperArm": first, f"{side}LowerArm": first.T @ second}


def direction(angles: tuple[float, float], mirror: float) -> Array:
    """The unit direction that hangs down and points forward by these degrees, from the side of ``mirror`` (1 left)."""
    down, forward = np.radians(angles)
    return np.array([mirror * np.cos(down) * np.cos(forward), -np.sin(forward), -np.sin(down) * np.cos(forward)])


def curled(joints: Mapping[str, Array], side: str, degrees: float) -> Pose:
    """Bends each finger joint toward the palm of a hand that rests palm down, and brings the thumb to the fingers."""
    pose: Pose = {}
    thumb, index = (
        [joints.get(f"{side}{finger}{name}") for name in ("Proximal", "Distal")] for finger in ("Thumb", "Index")
    )
    if degrees and not any(end is None for end in (*thumb, *index)):
        along, beside = (np.asarray(ends[1]) - np.asarray(ends[0]) for ends in (thumb, index))
        axis = np.cross(along, beside)
        if np.linalg.norm(axis) > 1e-9:
            pose[f"{side}ThumbProximal"] = turn(axis, min(THUMB_SHARE * degrees, MOST_THUMB))
    for finger, share in FINGERS.items():
        ends = [joints.get(f"{side}{finger}{name}") for name in ("Proximal", "Distal")]
        if degrees == 0 or any(end is None for end in ends):
            continue
        axis = np.cross(np.asarray(ends[1]) - np.asarray(ends[0]), [0.0, 0.0, -1.0])
        for phalanx in PHALANGES:
            pose[f"{side}{finger}{phalanx}"] = turn(axis, share * degrees)
    return pose
