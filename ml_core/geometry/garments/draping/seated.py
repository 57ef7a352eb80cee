"""How skirts, dresses and coats lie on the legs of somebody who sits.

Weights alone carry cloth around both legs as a stiff bell: raised with the thighs, it stands open around the knees. So
each garment that hangs around both legs has one corrective shape beside its weights, active where both thighs are
raised: there cloth lies on the legs, dips between the thighs, and is drawn under them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.body.poses import Pose, pose_over, stance_pose, transforms
from ml_core.geometry.body.rig import SIDES, Bone, moved_by
from ml_core.geometry.easing import smoothstep
from ml_core.geometry.garments.draping.falling import filled, spanned
from ml_core.geometry.garments.surfaces.quads import Topology
from ml_core.geometry.garments.surfaces.sparse import Array
from ml_core.geometry.motion.posing import turn

RAISED = 88.0
"""Degrees by which both thighs are raised, and the knees bent, where the shape is fully active."""
GAP = 0.008
"""Meters between legs, or the clothes on them, and cloth that lies on them."""
_SLACK = {"front": 0.004, "sides": 0.014, "back": 0.010}
"""Meters further out up to which cloth may stay that hung away from the legs."""
_DIP = {"front": 0.045, "back": 0.02}
"""Meters that cloth dips, at most, between the thighs, and that it rises between them from below."""
_DIP_HALF = np.radians(62.0)
"""Half the angle around both legs over which it does."""
_SECTORS, _STEP = 64, 0.012
"""Directions around the legs, and meters along them, that their outline is measured in."""
_REACH = 9
"""Directions over which cloth spans a hollow to each side, such as that between two knees."""
_EVEN_ROUNDS = 3
_FREE, _BOUND = -0.015, 0.08
"""Meters below the crotch from which on cloth lies on the legs alone, and above it, from which on with the hips."""
_SHORTEST = 0.015
"""Meters below the crotch that a hem must reach for a garment to have the shape, as jackets do and shirts do not."""


def seated_pose(bones: Sequence[Bone]) -> dict[str, Array]:
    """The pose of somebody who sits upright, from the rest of ``bones``, which must be the sculpted one."""
    across = np.array([1.0, 0.0, 0.0])
    turns = {f"{side}UpperLeg": turn(across, -RAISED) for side, _ in SIDES}
    turns |= {f"{side}LowerLeg": turn(across, RAISED) for side, _ in SIDES}
    return pose_over(bones, stance_pose(bones, "t"), turns)


def share_of(bones: Sequence[Bone], pose: Pose) -> float:
    """Weight of the shape in a pose: 0 where a thigh hangs down, 1 where both are raised to the horizontal."""
    base, raised = stance_pose(bones, "t"), []
    for bone in bones:
        if bone.name.endswith("UpperLeg"):
            before, now = (turns.get(bone.name, np.eye(3)) @ (bone.tail - bone.head) for turns in (base, pose))
            raised.append(np.arctan2(-now[1], -now[2]) - np.arctan2(-before[1], -before[2]))
    return float(np.clip(np.degrees(min(raised)) / RAISED, 0, 1))


@dataclass(frozen=True)
class _Legs:
    """The middle of two bent legs in the plane between them: hip, knee and ankle as (y, z), meters."""

    hip: Array
    knee: Array
    ankle: Array

    @classmethod
    def of(cls, bones: Sequence[Bone], matrices: Mapping[str, Array]) -> _Legs:
        heads = {bone.name: matrices[bone.name][:3, :3] @ bone.head + matrices[bone.name][:3, 3] for bone in bones}
        return cls(*(
            np.mean([heads[f"{side}{name}"] for side, _ in SIDES], axis=0)[1:]
            for name in ("UpperLeg", "LowerLeg", "Foot")
        ))  # fmt: skip

    @property
    def thigh(self) -> float:
        return float(np.linalg.norm(self.knee - self.hip))

    def place(self, points: Array) -> tuple[Array, Array, Array, Array]:
        """Of points (N, 3): meters along from the hip, the direction around (0 in front, positive to the left), meters
        away, and the point of the middle (N, 3) that they are away from."""
        flat = points[:, 1:]
        upper, lower = self.knee - self.hip, self.ankle - self.knee
        long, down = np.linalg.norm(upper), np.linalg.norm(lower)
        upper, lower = upper / long, lower / down
        first = np.minimum((flat - self.hip) @ upper, long)
        second = np.maximum((flat - self.knee) @ lower, 0.0)
        at_first, at_second = self.hip + first[:, None] * upper, self.knee + second[:, None] * lower
        off_first, off_second = flat - at_first, flat - at_second
        nearer = (off_second**2).sum(axis=1) < (off_first**2).sum(axis=1)
        off = np.where(nearer[:, None], off_second, off_first)
        middle = np.where(nearer[:, None], at_second, at_first)
        fronts = np.where(nearer[:, None], [lower[1], -lower[0]], [upper[1], -upper[0]])
        if upper[0] * lower[1] - upper[1] * lower[0] < 0:
            fronts = -fronts
        front = np.sign((off * fronts).sum(axis=1)) * np.linalg.norm(off, axis=1)
        away = np.hypot(points[:, 0], front)
        along = np.where(nearer, long + second, first)
        return along, np.arctan2(points[:, 0], front), away, np.column_stack([np.zeros(len(points)), middle])


@dataclass(frozen=True)
class _Outline:
    """How far legs reach around their middle: ``radius`` (K, S) by meters along and direction."""

    legs: _Legs
    start: float
    radius: Array

    @classmethod
    def of(cls, legs: _Legs, points: Array, start: float, end: float) -> _Outline:
        along, around, away, _ = legs.place(points)
        rows = max(int(np.ceil((end - start) / _STEP)) + 1, 4)
        near = (along > start - _STEP) & (along < end + _STEP)
        row, sector = np.clip((along[near] - start) / _STEP, 0, rows - 1), around[near] / (2 * np.pi) % 1 * _SECTORS
        grid = np.zeros((rows, _SECTORS))
        for at_row in (np.floor(row), np.ceil(row)):
            for at_sector in (np.floor(sector), np.ceil(sector)):
                np.maximum.at(grid, (at_row.astype(int), at_sector.astype(int) % _SECTORS), away[near])
        hull = spanned(grid, _REACH)
        hull = filled(hull, (hull > 0).astype(float))
        for _ in range(_EVEN_ROUNDS):
            hull = np.maximum(grid, _evened(hull))
        turn_by = np.abs((np.arange(_SECTORS) / _SECTORS + 0.5) % 1 * 2 * np.pi - np.pi)
        dip = _DIP["front"] * (1 - smoothstep(turn_by, 0.3 * _DIP_HALF, _DIP_HALF))
        dip += _DIP["back"] * smoothstep(turn_by, np.pi - _DIP_HALF, np.pi - 0.3 * _DIP_HALF)
        radius = hull - dip
        for _ in range(_EVEN_ROUNDS):
            radius = np.maximum(grid, _evened(radius))
        return cls(legs, start, radius)

    def at(self, along: Array, around: Array) -> Array:
        """(N,) the radius at places; beyond the ends that of the ends."""
        row = np.clip((along - self.start) / _STEP, 0, len(self.radius) - 1.001)
        sector = around / (2 * np.pi) % 1 * _SECTORS
        first, left = row.astype(int), sector.astype(int) % _SECTORS
        part_row, part, right = row - first, sector - sector.astype(int), (left + 1) % _SECTORS
        above, below = (self.radius[at, left] * (1 - part) + self.radius[at, right] * part for at in (first, first + 1))
        return np.asarray(above * (1 - part_row) + below * part_row)


def _evened(grid: Array) -> Array:
    """A grid (K, S) evened out along and around."""
    around = 0.5 * grid + 0.25 * (np.roll(grid, 1, axis=1) + np.roll(grid, -1, axis=1))
    padded = np.pad(around, ((1, 1), (0, 0)), mode="edge")
    return np.asarray(0.5 * around + 0.25 * (padded[:-2] + padded[2:]))


def seated_shape(
    points: Array,
    weights: Array,
    topology: Topology,
    bones: Sequence[Bone],
    crotch: float,
    legs: Array,
) -> Array | None:
    """(V, 3) meters by which cloth moves before its bones do, so that it lies on the legs of somebody who sits.

    Args:
        points, weights: (V, 3) and (V, 55) of the cloth in the sculpted stance. crotch: its height there.
        legs: (N, 3) all that the cloth lies on, in :func:`seated_pose`.
    """
    free = smoothstep(-points[:, 2], -crotch - _BOUND, -crotch - _FREE)
    if points[:, 2].min() > crotch - _SHORTEST or not len(legs):
        return None
    matrices = transforms(bones, seated_pose(bones))
    moved = moved_by(weights, [bone.name for bone in bones], matrices)
    sitting = np.einsum("nij,nj->ni", moved[:, :3, :3], points) + moved[:, :3, 3]
    middle = _Legs.of(bones, matrices)
    own = np.flatnonzero(free > 0)
    along = middle.place(sitting[own])[0]
    outline = _Outline.of(middle, legs, float(along.min()), float(along.max()))
    shift = np.zeros_like(points)
    shift[own] = free[own, None] * (_laid(sitting[own], outline) - sitting[own])
    for _ in range(_EVEN_ROUNDS):
        shift = np.where(free[:, None] > 0, topology.around(shift), shift)
    out = sitting[own] + shift[own]
    shift[own] += free[own, None] * (_laid(out, outline, only_out=True) - out)
    return np.asarray(np.linalg.solve(moved[:, :3, :3], shift[..., None])[..., 0])


def _laid(points: Array, outline: _Outline, only_out: bool = False) -> Array:
    """(N, 3) cloth on the legs: out of them, and no further from them than its slack."""
    along, around, away, middle = outline.legs.place(points)
    least = outline.at(along, around) + GAP
    front, back = (np.maximum(sign * np.cos(around), 0) ** 2 for sign in (1, -1))
    slack = _SLACK["front"] * front + _SLACK["back"] * back + _SLACK["sides"] * (1 - front - back)
    over = np.maximum(away - least, 0)
    wanted = np.maximum(away, least) if only_out else least + slack * (1 - np.exp(-over / slack))
    return np.asarray(middle + (points - middle) * (wanted / np.maximum(away, 1e-6))[:, None])


def under_cloth(points: Array, weights: Array, seated: Array | None, bones: Sequence[Bone]) -> NDArray[np.floating]:
    """(N, 3) those of points (V, 3) that go with legs or hips, where somebody sits."""
    names = [bone.name for bone in bones]
    of_legs = [n for n, name in enumerate(names) if name.endswith(("UpperLeg", "LowerLeg"))]
    part = weights[:, of_legs].sum(axis=1) > 0.2
    moved = moved_by(weights[part], names, transforms(bones, seated_pose(bones)))
    places = points[part] if seated is None else points[part] + seated[part]
    return np.asarray(np.einsum("nij,nj->ni", moved[:, :3, :3], places) + moved[:, :3, 3])
