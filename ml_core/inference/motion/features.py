"""Features of a frame for the motion network: rotations of the body's joints as two axes each, and the hips' place.

Two columns of a rotation matrix vary without jumps, which neither angles nor quaternions do (Zhou and others, "On the
Continuity of Rotation Representations in Neural Networks", 2019).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.motion.clip import MotionClip
from ml_core.geometry.motion.rotations import to_matrices, to_quaternions
from ml_core.geometry.motion.skeleton import BODY_JOINTS, INDEX

Array = NDArray[np.floating]

_NUMBERS = np.array([INDEX[joint] for joint in BODY_JOINTS])
FEATURES = 6 * len(BODY_JOINTS) + 3
_LEGS = ("hips", "UpperLeg", "LowerLeg", "Foot", "Toes")
UPPER = np.array([not joint.endswith(_LEGS) for joint in BODY_JOINTS for _ in range(6)] + [False] * 3)
"""(FEATURES,) whether a feature is of the body above the hips."""


def features(clip: MotionClip) -> NDArray[np.float32]:
    """Features (F, FEATURES) of a clip, without its root."""
    turns = to_matrices(clip.rotations[:, _NUMBERS])
    axes = np.concatenate([turns[..., 0], turns[..., 1]], axis=-1).reshape(len(clip), -1)
    return np.concatenate([axes, clip.hips], axis=1).astype(np.float32)


def posed(values: Array, clip: MotionClip) -> MotionClip:
    """``clip`` with its body, not its fingers, in the poses of features (F, FEATURES)."""
    axes = np.asarray(values, np.float64)[:, :-3].reshape(len(values), len(BODY_JOINTS), 2, 3)
    first = axes[:, :, 0] / np.maximum(np.linalg.norm(axes[:, :, 0], axis=-1, keepdims=True), 1e-9)
    second = axes[:, :, 1] - np.sum(axes[:, :, 1] * first, axis=-1, keepdims=True) * first
    second /= np.maximum(np.linalg.norm(second, axis=-1, keepdims=True), 1e-9)
    turns = np.stack([first, second, np.cross(first, second)], axis=-1)
    rotations = clip.rotations.copy()
    rotations[:, _NUMBERS] = to_quaternions(turns)
    hips = np.asarray(values, np.float64)[:, -3:]
    return MotionClip(rotations, hips, clip.root, clip.contact, clip.loops, clip.fps)
