"""Feet on the ground: soles that stand stay where they are, and none goes through the floor.

A foot is described by its *flat place*: where its ankle would be if the foot lay flat about the heel or the ball that
it stands on. In a stand that place is held; in the swing between two stands, the correction is blended from one to the
next (Kovar and others, "Footskate Cleanup for Motion Capture Editing", 2002).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.easing import smoothstep
from ml_core.geometry.motion.posing import turn
from ml_core.geometry.motion.rotations import about_z, slerp, to_matrices, to_quaternions
from ml_core.geometry.motion.skeleton import Skeleton

Array = NDArray[np.floating]

_FLAT = np.radians(5.0)
"""A standing foot that is tilted less lies flat."""
_RAMP = 4
"""Frames over which a foot goes over from swing to stand."""
_LIFT, _MOST_LIFT = 0.25, 0.05
"""How high a foot is lifted, beside the length of its step, and at most, in leg lengths."""
_X = np.array([1.0, 0.0, 0.0])


def sole_points(skeleton: Skeleton, side: str) -> dict[str, Array]:
    """Heel, ball and tip of a foot's sole at rest (3,), on the ground."""
    ankle, ball = skeleton.rest[f"{side}Foot"], skeleton.rest[f"{side}Toes"]
    length = float(np.linalg.norm((ball - ankle)[:2]))
    forward = np.array([*((ball - ankle)[:2] / max(length, 1e-9)), 0.0])
    flat = np.array([1.0, 1.0, 0.0])
    return {
        "heel": ankle * flat - 0.55 * ankle[2] * forward,
        "ball": ball * flat,
        "tip": ball * flat + 0.45 * length * forward,
    }


def runs(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Runs in which a mask (F,) is true: their starts, and their exclusive ends."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


@dataclass(frozen=True)
class Foot:
    """Where a foot is in each of F frames: ankle (F, 3), and rotations (F, 3, 3) of foot and toes from rest."""

    ankle: Array
    foot: Array
    toes: Array

    @property
    def yaw(self) -> Array:
        """(F,) radians by which the toes point away from -Y."""
        return np.unwrap(np.arctan2(-self.foot[:, 0, 1], self.foot[:, 1, 1]))

    @property
    def pitch(self) -> Array:
        """(F,) radians by which the toes point down."""
        return np.arcsin(np.clip(self.foot[:, 2, 1], -1, 1))


def planted(skeleton: Skeleton, side: str, given: Foot, stands: NDArray[np.bool_]) -> Foot:
    """The foot with its stands (F,) held to the ground, which is z = 0."""
    sole = sole_points(skeleton, side)
    rest = skeleton.rest[f"{side}Foot"]
    arms = {name: point - rest for name, point in sole.items()}
    share = _ramped(stands)
    yaw, pitch = given.yaw, given.pitch
    flat_pitch = np.sign(pitch) * np.maximum(np.abs(pitch) - _FLAT * share, 0)
    upright = about_z(yaw) @ turn(_X, np.degrees(flat_pitch))
    foot = _mixed(given.foot, upright, share)
    pivot = np.where((pitch < 0)[:, None], arms["heel"], arms["ball"])
    place = given.ankle + _turned(foot, pivot) - _turned(about_z(yaw), pivot)
    move, spin = _held(place, yaw, stands, rest[2], _MOST_LIFT * skeleton.leg)
    foot = about_z(spin) @ foot
    ankle = place + move + _turned(about_z(yaw + spin), pivot) - _turned(foot, pivot)
    toes = about_z(spin) @ given.toes
    ankle = ankle + _raised(ankle, foot, arms)
    return Foot(ankle, foot, _level_toes(skeleton, side, ankle, foot, toes, share))


def _turned(rotations: Array, vectors: Array) -> Array:
    return np.einsum("fij,...j->fi" if vectors.ndim == 1 else "fij,fj->fi", rotations, vectors)


def _ramped(stands: NDArray[np.bool_]) -> Array:
    """(F,) 1 in stands, falling to 0 outside of them."""
    share = stands.astype(float)
    for shift in range(1, _RAMP):
        level = 1 - shift / _RAMP
        share[shift:] = np.maximum(share[shift:], level * stands[:-shift])
        share[:-shift] = np.maximum(share[:-shift], level * stands[shift:])
    return np.asarray(smoothstep(share))


def _mixed(first: Array, second: Array, share: Array) -> Array:
    return to_matrices(slerp(to_quaternions(first), to_quaternions(second), share))


def _held(place: Array, yaw: Array, stands: NDArray[np.bool_], height: float, most: float) -> tuple[Array, Array]:
    """What moves a foot's flat place (F, 3) and its yaw (F,) so that both are constant in each stand.

    Args:
        height: of the ankle of a flat foot. most: that a foot is lifted for a step, meters.
    """
    count = len(place)
    wanted = np.full((count, 4), np.nan)
    for start, end in runs(stands):
        ground = np.append(place[start:end, :2].mean(axis=0), height)
        wanted[start:end, :3] = ground - place[start:end]
        wanted[start:end, 3] = yaw[start:end].mean() - yaw[start:end]
    known = np.flatnonzero(~np.isnan(wanted[:, 0]))
    if not len(known):
        return np.zeros((count, 3)), np.zeros(count)
    before = known[np.clip(np.searchsorted(known, np.arange(count), side="right") - 1, 0, None)]
    after = known[np.clip(np.searchsorted(known, np.arange(count)), None, len(known) - 1)]
    share = (np.arange(count) - before) / np.maximum(after - before, 1)
    share = smoothstep(share)[:, None]
    moved = wanted[before] * (1 - share) + wanted[after] * share
    moved[:, 2] += _cleared(place + moved[:, :3], height, stands, most)
    return moved[:, :3], moved[:, 3]


def _cleared(place: Array, height: float, stands: NDArray[np.bool_], most: float) -> Array:
    """(F,) by which a foot that steps elsewhere is lifted, where it would be dragged over the floor."""
    lift = np.zeros(len(place))
    for start, end in runs(~stands):
        if start == 0 or end == len(place):
            continue
        far = np.linalg.norm(place[end, :2] - place[start - 1, :2])
        share = (np.arange(start, end) - start + 1) / (end - start + 1)
        wanted = min(_LIFT * far, most) * np.sin(np.pi * share)
        lift[start:end] = np.maximum(wanted - np.maximum(place[start:end, 2] - height, 0), 0)
    return lift


def _raised(ankle: Array, foot: Array, arms: dict[str, Array]) -> Array:
    """(F, 3) that lifts heel and ball out of the floor."""
    lowest = np.minimum(*((ankle + _turned(foot, arms[name]))[:, 2] for name in ("heel", "ball")))
    lift = np.zeros_like(ankle)
    lift[:, 2] = np.maximum(-lowest, 0)
    return lift


def _level_toes(skeleton: Skeleton, side: str, ankle: Array, foot: Array, toes: Array, share: Array) -> Array:
    """Rotations (F, 3, 3) of toes that stay above the floor, and are flat on it while the foot stands."""
    joint = skeleton.rest[f"{side}Toes"]
    height = (ankle + _turned(foot, joint - skeleton.rest[f"{side}Foot"]))[:, 2] - joint[2]
    sole = sole_points(skeleton, side)
    length = max(float(np.linalg.norm(sole["tip"] - sole["ball"])), 1e-6)
    most = np.arcsin(np.clip(height / length, 0, 1))
    now = np.arcsin(np.clip(toes[:, 2, 1], -1, 1))
    on_floor = share * (height < 0.25 * length)
    free = np.minimum(now, most)
    wanted = np.where(now > 0, free * (1 - on_floor) + most * on_floor, free)
    # The toes of a kneeling person may point back, upside down.
    way = np.where(toes[:, 2, 2] < 0, -1.0, 1.0)
    return _about(foot[:, :, 0], way * (wanted - now)) @ toes


def _about(axes: Array, angles: Array) -> Array:
    """Rotations (F, 3, 3) by ``angles`` (F,) radians about unit ``axes`` (F, 3)."""
    half = angles[:, None] / 2
    return to_matrices(np.concatenate([np.cos(half), np.sin(half) * axes], axis=1))
