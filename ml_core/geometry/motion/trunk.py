"""The volume of a trunk, clothes included, and arms that keep out of it.

A trunk is a stack of elliptic rings, each with its own depth to the front and to the back, which move with the spine.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.motion.rotations import between
from ml_core.geometry.motion.skeleton import INDEX, SIDES, Skeleton

Array = NDArray[np.floating]

_RINGS = 14
_MARGINS = {"LowerArm": 0.045, "Hand": 0.03, "tip": 0.012}
"""Half the thickness of elbow, wrist and finger tips, beside the length of the leg."""
_ROUNDS = 3
TRUNK_JOINTS = ("hips", "spine", "chest", "upperChest")
_LEGS = ("leftUpperLeg", "rightUpperLeg")


@dataclass(frozen=True)
class Trunk:
    """K rings, from low to high, at rest.

    Attributes:
        joint: the joint that each ring goes with. center: (K, 3). width, front, back: (K,) meters.
        half: half the height of a ring. seat: meters from the hip joints to what a seated body sits on.
    """

    joint: tuple[str, ...]
    center: Array
    width: Array
    front: Array
    back: Array
    half: float
    seat: float

    @classmethod
    def of(cls, skeleton: Skeleton, points: Array, joints: NDArray[np.int64]) -> Trunk | None:
        """The trunk of a skinned body; ``None`` for a body without skin there.

        Args:
            points: (V, 3) at rest, soles on the ground. joints: (V,) the number, in
                :data:`~ml_core.geometry.motion.skeleton.JOINTS`, of the joint that moves each most, or -1.
        """
        rest = skeleton.rest
        hip = rest["leftUpperLeg"]
        low = hip[2] - 0.16 * skeleton.leg
        arms = [rest[f"{side}UpperArm"][2] for side in SIDES if f"{side}UpperArm" in rest]
        high = min(arms) - 0.06 * skeleton.leg if arms else rest["hips"][2] + 0.5 * skeleton.leg
        members = np.isin(joints, [INDEX[name] for name in (*TRUNK_JOINTS, *_LEGS)])
        body = points[members & (points[:, 2] > low) & (points[:, 2] < high)]
        if len(body) < 60:
            return None
        edges = np.linspace(low, high, _RINGS + 1)
        rows = []
        for bottom, top in itertools.pairwise(edges):
            ring = body[(body[:, 2] >= bottom) & (body[:, 2] <= top)]
            if len(ring) >= 4:
                (near, far), wide = np.percentile(ring[:, 1], [1, 99]), np.percentile(np.abs(ring[:, 0]), 99)
                middle = (near + far) / 2
                rows.append((wide, middle - near, far - middle, middle, (bottom + top) / 2))
        if not rows:
            return None
        width, front, back, middle, height = np.array(rows).T
        spine = [name for name in TRUNK_JOINTS if name in rest]
        owner = tuple(next((name for name in reversed(spine) if rest[name][2] <= z), spine[0]) for z in height)
        thighs = np.isin(joints, [INDEX[name] for name in ("hips", *_LEGS)])
        beneath = points[thighs & (points[:, 2] < hip[2]) & (points[:, 2] > hip[2] - 0.3 * skeleton.leg), 1] - hip[1]
        seat = float(np.percentile(beneath, 90)) if len(beneath) else 0.1 * skeleton.leg
        center = np.stack([np.zeros_like(middle), middle, height], axis=1)
        return cls(owner, center, width, front, back, float(edges[1] - edges[0]) / 2, max(seat, 0.03))

    def pushed(self, skeleton: Skeleton, turned: Array, at: dict[str, Array], points: Array, margin: float) -> Array:
        """(F, 3) by which ``points`` (F, 3) leave the trunk at the pose whose joints are ``at``."""
        best, most = np.zeros_like(points), np.zeros(len(points))
        for number, name in enumerate(self.joint):
            frame = turned[:, INDEX[name]]
            local = np.einsum("fji,fj->fi", frame, points - at[name]) + skeleton.rest[name] - self.center[number]
            wide = self.width[number] + margin
            deep = np.where(local[:, 1] < 0, self.front[number], self.back[number]) + margin
            scaled = np.stack([local[:, 0] / wide, local[:, 1] / deep], axis=1)
            radius = np.linalg.norm(scaled, axis=1)
            inside = (radius < 1) & (np.abs(local[:, 2]) <= 1.05 * self.half)
            out = np.zeros_like(local)
            out[:, :2] = local[:, :2] * (1 / np.maximum(radius, 0.05) - 1)[:, None]
            length = np.where(inside, np.linalg.norm(out, axis=1), 0)
            better = length > most
            best[better] = np.einsum("fij,fj->fi", frame, out)[better]
            most = np.where(better, length, most)
        return best


def clear_arms(skeleton: Skeleton, trunk: Trunk, turned: Array, hips: Array) -> None:
    """Rotates arms, in place, so that elbows, wrists and fingers stay out of the trunk; hands keep their bend."""
    for side in SIDES:
        names = [f"{side}{name}" for name in ("UpperArm", "LowerArm", "Hand")]
        if any(name not in skeleton.rest for name in names):
            continue
        tip = _tip(skeleton, side)
        for _ in range(_ROUNDS):
            _clear(skeleton, trunk, turned, hips, names, f"{side}LowerArm", None)
            _clear(skeleton, trunk, turned, hips, names[1:], f"{side}Hand", None)
            _clear(skeleton, trunk, turned, hips, names[1:], f"{side}Hand", tip)


def _tip(skeleton: Skeleton, side: str) -> Array:
    """(3,) from the wrist to the middle of the fingers at rest."""
    rest = skeleton.rest
    wrist, elbow = rest[f"{side}Hand"], rest[f"{side}LowerArm"]
    finger = rest.get(f"{side}MiddleIntermediate")
    return np.asarray(finger - wrist if finger is not None else 0.4 * (wrist - elbow))


def _clear(
    skeleton: Skeleton, trunk: Trunk, turned: Array, hips: Array, chain: list[str], end: str, tip: Array | None
) -> None:
    """Turns the first joint of ``chain``, and the rest with it, until ``end`` (its ``tip``) is out of the trunk."""
    at = skeleton.places(turned, hips)
    point = at[end] if tip is None else at[end] + turned[:, INDEX[end]] @ tip
    margin = _MARGINS["tip" if tip is not None else end.removeprefix("left").removeprefix("right")] * skeleton.leg
    move = _softened(trunk.pushed(skeleton, turned, at, point, margin))
    if not move.any():
        return
    origin = at[chain[0]]
    swing = between(point - origin, point + move - origin)
    side = "left" if end.startswith("left") else "right"
    # Below the elbow everything keeps its direction when the upper arm swings, so that a gesture stays one.
    moved = [chain[0]] if len(chain) == 3 else [*chain, *(n for n in skeleton.rest if _is_finger(n, side))]
    for name in moved:
        turned[:, INDEX[name]] = swing @ turned[:, INDEX[name]]


def _softened(move: Array) -> Array:
    """Pushes (F, 3) that come and go over a few frames, so that a hand that touches the belly does not jump."""
    if len(move) < 5:
        return move
    weights = np.array([1.0, 2.0, 3.0, 2.0, 1.0])
    padded = np.pad(move, ((2, 2), (0, 0)), mode="edge")
    smooth = sum(w * padded[k : k + len(move)] for k, w in enumerate(weights)) / weights.sum()
    length, least = np.linalg.norm(smooth, axis=1), np.linalg.norm(move, axis=1)
    return np.where((length >= least)[:, None], smooth, move * 0.5 + smooth * 0.5)


def _is_finger(name: str, side: str) -> bool:
    return name.startswith(side) and name.endswith(("Metacarpal", "Proximal", "Intermediate", "Distal"))
