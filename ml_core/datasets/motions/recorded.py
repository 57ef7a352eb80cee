"""Recorded clips of humanoid rigs, retargeted to our joints: from where each bone of a rig is in each frame.

A joint's rotation is what takes its bone from the rig's T-pose to the frame, in the axes of the body; it does not
depend on the lengths and rolls of bones, so that it fits any humanoid that rests in a T-pose.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.motion.posing import curled
from ml_core.geometry.motion.rotations import slerp, to_matrices, to_quaternions
from ml_core.geometry.motion.skeleton import INDEX, JOINTS, PARENTS, SIDES, Skeleton

Array = NDArray[np.floating]

_FINGERS = (("Index", "index"), ("Middle", "middle"), ("Ring", "ring"), ("Little", "pinky"))
_PHALANGES = ("Proximal", "Intermediate", "Distal")
_THUMB = ("Metacarpal", "Proximal", "Distal")
_RELAXED = 14.0
"""Degrees of a relaxed hand's curl, for rigs without fingers."""


def _rigify() -> dict[str, str]:
    bones = {
        "hips": "DEF-hips", "spine": "DEF-spine.001", "chest": "DEF-spine.002", "upperChest": "DEF-spine.003",
        "neck": "DEF-neck", "head": "DEF-head",
    }  # fmt: skip
    limbs = {
        "Shoulder": "shoulder", "UpperArm": "upper_arm", "LowerArm": "forearm", "Hand": "hand", "UpperLeg": "thigh",
        "LowerLeg": "shin", "Foot": "foot", "Toes": "toe",
    }  # fmt: skip
    for side in SIDES:
        mark = side[0].upper()
        bones |= {side + joint: f"DEF-{bone}.{mark}" for joint, bone in limbs.items()}
        for number, (phalanx, thumb) in enumerate(zip(_PHALANGES, _THUMB, strict=True), 1):
            bones |= {f"{side}{joint}{phalanx}": f"DEF-f_{bone}.0{number}.{mark}" for joint, bone in _FINGERS}
            bones[f"{side}Thumb{thumb}"] = f"DEF-thumb.0{number}.{mark}"
    return bones


def _unreal() -> dict[str, str]:
    bones = {
        "hips": "pelvis", "spine": "spine_01", "chest": "spine_02", "upperChest": "spine_03", "neck": "neck_01",
        "head": "head",
    }  # fmt: skip
    limbs = {
        "Shoulder": "clavicle", "UpperArm": "upperarm", "LowerArm": "lowerarm", "Hand": "hand", "UpperLeg": "thigh",
        "LowerLeg": "calf", "Foot": "foot", "Toes": "ball",
    }  # fmt: skip
    for side in SIDES:
        mark = side[0]
        bones |= {side + joint: f"{bone}_{mark}" for joint, bone in limbs.items()}
        for number, (phalanx, thumb) in enumerate(zip(_PHALANGES, _THUMB, strict=True), 1):
            bones |= {f"{side}{joint}{phalanx}": f"{bone}_0{number}_{mark}" for joint, bone in _FINGERS}
            bones[f"{side}Thumb{thumb}"] = f"thumb_0{number}_{mark}"
    return bones


def _kaykit() -> dict[str, str]:
    limbs = {
        "UpperArm": "upperarm", "LowerArm": "lowerarm", "Hand": "hand", "UpperLeg": "upperleg", "LowerLeg": "lowerleg",
        "Foot": "foot", "Toes": "toes",
    }  # fmt: skip
    bones = {"hips": "hips", "spine": "spine", "upperChest": "chest", "head": "head"}
    return bones | {side + joint: f"{bone}.{side[0]}" for side in SIDES for joint, bone in limbs.items()}


RIGS = {"rigify": _rigify(), "unreal": _unreal(), "kaykit": _kaykit()}
"""Naming scheme -> joint -> bone."""
_Y_UP = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]])
"""From glTF's axes (Y up, facing +Z) to the body's (Z up, facing -Y)."""


@dataclass(frozen=True)
class Recording:
    """A clip on our joints: rotations (F, J, 3, 3) from the rest pose, hips (F, 3) in leg lengths, and the rig."""

    turned: Array
    hips: Array
    skeleton: Skeleton
    fps: float


def brought_over(rest: Mapping[str, Array], frames: Mapping[str, Array], rig: str, fps: float) -> Recording:
    """A rig's clip retargeted to our joints.

    Args:
        rest: transform (4, 4) of each bone in the T-pose, glTF's axes. frames: (F, 4, 4) of each bone in the clip.

    Raises:
        KeyError: the rig lacks a bone.
    """
    bones = RIGS[rig]
    skeleton = Skeleton({joint: _Y_UP @ rest[bone][:3, 3] for joint, bone in bones.items()})
    count = len(next(iter(frames.values())))
    turned = np.full((count, len(JOINTS), 3, 3), np.nan)
    for joint, bone in bones.items():
        turns = _rotation(frames[bone]) @ np.swapaxes(_rotation(rest[bone]), -1, -2)
        turned[:, INDEX[joint]] = _Y_UP @ turns @ _Y_UP.T
    _fill_in(turned, skeleton)
    hips = (frames[bones["hips"]][:, :3, 3] - rest[bones["hips"]][:3, 3]) @ _Y_UP.T / skeleton.leg
    return Recording(turned, hips, skeleton, fps)


def _rotation(transforms: Array) -> Array:
    """The rotation (..., 3, 3) of transforms (..., 4, 4) without their scale."""
    part = transforms[..., :3, :3]
    return np.asarray(part / np.maximum(np.linalg.norm(part, axis=-2, keepdims=True), 1e-9))


def _fill_in(turned: Array, skeleton: Skeleton) -> None:
    """Joints that the rig lacks: half-way between their neighbors, else as their parent; fingers relaxed."""
    between = (("chest", "spine", "upperChest"), ("neck", "upperChest", "head"))
    for joint, low, high in between:
        if np.isnan(turned[0, INDEX[joint]]).any():
            first, second = (to_quaternions(turned[:, INDEX[name]]) for name in (low, high))
            turned[:, INDEX[joint]] = to_matrices(slerp(first, second, 0.5))
    bent = {joint: turn for side in SIDES for joint, turn in curled(_hand(side), side, _RELAXED).items()}
    for joint, parent in PARENTS.items():
        if parent is not None and np.isnan(turned[0, INDEX[joint]]).any():
            turned[:, INDEX[joint]] = turned[:, INDEX[parent]] @ bent.get(joint, np.eye(3))


def _hand(side: str) -> dict[str, Array]:
    """Joints of a flat hand in T-pose, palm down, for the axes that fingers bend about."""
    out = 1.0 if side == "left" else -1.0
    joints = {}
    for row, finger in enumerate(("Index", "Middle", "Ring", "Little")):
        for step, phalanx in enumerate(_PHALANGES):
            joints[f"{side}{finger}{phalanx}"] = np.array([out * 0.03 * step, 0.02 * row, 0.0])
    for step, phalanx in enumerate(_THUMB):
        joints[f"{side}Thumb{phalanx}"] = np.array([out * (0.02 * step - 0.06), -0.03 - 0.01 * step, -0.01])
    return joints
