"""A clip on one body: distances by the length of its legs, soles on the ground, arms out of its trunk."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.motion.clip import MotionClip, shipped_clips
from ml_core.geometry.motion.feet import Foot, planted, runs
from ml_core.geometry.motion.limbs import lowered, solve_leg
from ml_core.geometry.motion.motion import Motion
from ml_core.geometry.motion.rotations import about_z
from ml_core.geometry.motion.skeleton import INDEX, SIDES, Skeleton
from ml_core.geometry.motion.trunk import Trunk, clear_arms

Array = NDArray[np.floating]

_DIP_SECONDS = 0.13
"""Seconds over which the hips go down for a leg that does not reach."""


@dataclass(frozen=True)
class Body:
    """The body that moves: rest joints, and the volume of the trunk where its skin is known."""

    skeleton: Skeleton
    trunk: Trunk | None = None

    @property
    def seat_depth(self) -> float:
        """Meters from the hip joints of a seated body to the seat."""
        return self.trunk.seat if self.trunk is not None else 0.1 * self.skeleton.leg


def fitted(clip: MotionClip, body: Body, seat: float | Array | None = None) -> Motion:
    """The motion of a body; feet that stand do not slide, and nothing of a foot is under the floor.

    Args:
        seat: meters above the ground of what a body sits on, whose seated frames come to rest there; (F,) for a clip
            that sits down here and there, NaN where it does not.
    """
    seats = np.full(len(clip), np.nan)
    if seat is not None:
        seats[:] = seat
    if clip.loops and len(clip) > 3:
        # What is smoothed over time must meet at the ends, so the loop goes round three times.
        last = len(clip) - 1
        order = np.concatenate([np.tile(np.arange(last), 3), [last]])
        whole = _fitted(_three_rounds(clip, order), body, seats[order])
        middle = whole.part(last, 2 * last + 1)
        return replace(middle, root=middle.root - middle.root[0])
    return _fitted(clip, body, seats)


def _three_rounds(clip: MotionClip, order: NDArray[np.int64]) -> MotionClip:
    step = clip.root[-1] - clip.root[0]
    rounds = np.minimum(np.arange(len(order)) // (len(clip) - 1), 2)
    root = clip.root[order] + rounds[:, None] * step
    return MotionClip(clip.rotations[order], clip.hips[order], root, clip.contact[order], False, clip.fps)


def _fitted(clip: MotionClip, body: Body, seats: Array) -> Motion:
    skeleton = body.skeleton
    turned = clip.turned
    hips = clip.hips * skeleton.leg
    root = np.zeros_like(hips)
    root[:, :2] = clip.root[:, :2] * skeleton.leg
    facing = about_z(clip.root[:, 2])
    sits = ~np.isnan(seats)
    seated = np.where(sits, np.clip(clip.hips[:, 2] / seated_height(), 0, 1), 0) if sits.any() else np.zeros(len(clip))
    if sits.any():
        hips[:, 2] += seated * np.where(sits, seats + body.seat_depth - skeleton.leg * (1 + seated_height()), 0)
    at = skeleton.places(turned, hips)
    stands = clip.contact.copy()
    feet: dict[str, Foot] = {}
    for number, side in enumerate(SIDES):
        given = Foot(
            np.einsum("fij,fj->fi", facing, at[f"{side}Foot"]) + root,
            facing @ turned[:, INDEX[f"{side}Foot"]],
            facing @ turned[:, INDEX[f"{side}Toes"]],
        )
        for start, end in runs(seated > 0.9):
            span = slice(start, end)
            if not _reaches(skeleton, side, at[f"{side}UpperLeg"][span], at[f"{side}Foot"][span]):
                stands[span, number] = False
        feet[side] = planted(skeleton, side, given, stands[:, number])
    back = np.swapaxes(facing, -1, -2)
    ankles = {side: np.einsum("fij,fj->fi", back, foot.ankle - root) for side, foot in feet.items()}
    legs = {side: at[f"{side}UpperLeg"] for side in SIDES}
    hips[:, 2] += lowered(skeleton, legs, ankles, max(round(_DIP_SECONDS * clip.fps), 1)) * (1 - seated)
    at = skeleton.places(turned, hips)
    for side, foot in feet.items():
        solve_leg(skeleton, side, turned, at[f"{side}UpperLeg"], ankles[side])
        turned[:, INDEX[f"{side}Foot"]] = back @ foot.foot
        turned[:, INDEX[f"{side}Toes"]] = back @ foot.toes
    if body.trunk is not None:
        clear_arms(skeleton, body.trunk, turned, hips)
    poses = {}
    for name in skeleton.own:
        parent = skeleton.parent[name]
        own = turned[:, INDEX[name]]
        poses[name] = own if parent is None else np.swapaxes(turned[:, INDEX[parent]], -1, -2) @ own
    contact = {side: stands[:, number] for number, side in enumerate(SIDES)}
    return Motion(poses, hips, root, contact, clip.root[:, 2] - clip.root[0, 2])


@cache
def seated_height() -> float:
    """Leg lengths by which the hips of the shipped seated clip are below (negative) their rest height."""
    return float(shipped_clips()["SIT"].hips[:, 2].mean())


def _reaches(skeleton: Skeleton, side: str, hip: Array, foot: Array) -> bool:
    """Whether a seated body's leg is long enough for the floor under its foot."""
    ground = foot.copy()
    ground[:, 2] = skeleton.rest[f"{side}Foot"][2]
    return bool(np.linalg.norm(ground - hip, axis=1).max() <= 0.995 * sum(skeleton.lengths(side)))
