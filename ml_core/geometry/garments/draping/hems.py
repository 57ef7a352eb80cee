"""Hems that hang straight on somebody who stands, and trouser legs that reach down onto shoes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.body.poses import stance_pose, transforms
from ml_core.geometry.body.rig import Bone, moved_by
from ml_core.geometry.easing import smoothstep
from ml_core.geometry.garments.draping.falling import Outline, Tube
from ml_core.geometry.garments.surfaces.quads import Topology
from ml_core.geometry.garments.surfaces.sparse import Array, Index

_ROUNDS = 60
"""Rounds over which what a hem moves spreads up the cloth."""
_UP_A_FRONT = 240
"""Rounds over which it spreads up the edge of a front."""
_LOWER = 0.25
"""Share of what a hem is raised where it hung lowest, by which all of it is lowered: what is under it is left out up to
where it was cut."""
_OVER_LACES = 0.012
"""Meters from a shoe to the trouser leg around it: laces lie between them."""
_SPREAD = 24
"""Rounds over which that spreads up the leg."""
_MOST = 0.04
"""Most meters that a shoe moves cloth."""
_STEEPEST = 0.12
"""Most meters that a hem falls for each meter from front to back."""
_AT_CUT = 0.012
"""Meters from its cut up to which a border counts as a hem: rounded corners of fronts do not."""
_BROKEN, _SECTORS = (1.0, 1.85), 24
"""Along the leg: from where on cloth goes with its hem that lies on a shoe, and where it does by the whole; directions
around the leg."""
_FROM, _TO = 1.55, 1.9
"""Along a limb: where cloth begins to be longer than it is cut, and where it is longer by the whole."""


def straightened(
    points: Array,
    weights: Array,
    topology: Topology,
    bones: Sequence[Bone],
    hems: Sequence[Index],
    held: NDArray[np.bool_],
) -> Array:
    """Cloth (V, 3) in the sculpted stance whose ``hems`` each lie in a plane once its legs are together.

    Legs that come together pull the sides of a hem down, so that it ends in corners. Borders that are ``held`` (V,),
    those of fronts, go with the hem that they end in, ever less on their way up.
    """
    hems = [hem for hem in hems if len(hem) > 8]
    if not hems:
        return points
    matrices = transforms(bones, stance_pose(bones, "t"))
    moved = moved_by(weights, [bone.name for bone in bones], matrices)
    standing = np.einsum("nij,nj->ni", moved[:, :3, :3], points) + moved[:, :3, 3]
    rise, fixed = np.zeros(len(points)), np.zeros(len(points), bool)
    for hem in hems:
        place = standing[hem]
        y = place[:, 1] - place[:, 1].mean()
        slope = np.clip((y * place[:, 2]).sum() / max(float((y * y).sum()), 1e-9), -_STEEPEST, _STEEPEST)
        lift = place[:, 2].mean() + slope * y - place[:, 2]
        rise[hem], fixed[hem] = lift - _LOWER * lift.max(), True
    if held.any():
        fronts = np.flatnonzero(held & ~fixed)
        mean = topology.mean.chosen(fronts)
        for _ in range(_UP_A_FRONT):
            rise[fronts] = mean(rise)
        fixed = fixed | held
    spread = rise.copy()
    for _ in range(_ROUNDS):
        spread = np.where(fixed, rise, 0.97 * topology.around(spread))
    up = np.linalg.solve(moved[:, :3, :3], np.broadcast_to([[0.0], [0.0], [1.0]], (len(points), 3, 1)))[..., 0]
    return np.asarray(points + spread[:, None] * up)


def lengthened(
    points: Array, joints: Mapping[str, Array], along: Array, limb: NDArray[np.bool_], tube: Tube, meters: float
) -> Array:
    """Trouser legs or sleeves that reach further down than they are cut."""
    points = points.copy()
    for side, mirror in (("left", 1), ("right", -1)):
        second, third = (joints[side + name] for name in tube.joints[1:])
        down = (third - second) / np.linalg.norm(third - second)
        own = limb & (points[:, 0] * mirror > 0)
        points[own] += (meters * smoothstep(along[own], _FROM, _TO))[:, None] * down
    return points


def over_shoes(points: Array, along: Array, topology: Topology, shoes: Sequence[Array]) -> Array:
    """Trouser legs moved out of shoes, around which they hang; ``along`` (V,) is 0 to 2 down a leg, 0 off it."""
    shift = np.zeros_like(points)
    for mirror in (1, -1):
        own = np.flatnonzero((along > _FROM) & (points[:, 0] * mirror > 0))
        inner = [shoe[shoe[:, 0] * mirror > 0] for shoe in shoes]
        if not len(own) or not sum(map(len, inner)):
            continue
        shoe = np.concatenate(inner)
        low, top = float(points[own, 2].min()) - _AT_CUT, float(shoe[:, 2].max()) + _OVER_LACES
        own = own[points[own, 2] < top]
        shoe = shoe[shoe[:, 2] > low]
        if not len(own) or not len(shoe):
            continue
        shoe = np.concatenate([shoe, shoe + np.array([0.0, 0.0, _OVER_LACES])])  # the instep is steep
        cloth = points[own]
        middle = (cloth[:, :2].max(axis=0) + cloth[:, :2].min(axis=0)) / 2
        moved = Outline.of(shoe, middle, top, low).pushed(cloth, 1.0, _OVER_LACES) - cloth
        length = np.linalg.norm(moved, axis=1, keepdims=True)
        moved = moved * np.minimum(1.0, _MOST / np.maximum(length, 1e-9))
        leg = np.flatnonzero((along > _BROKEN[0]) & (points[:, 0] * mirror > 0))
        shift[leg] = _hung_from_knee(points[leg], along[leg], cloth, moved)
        shift[own] = np.where(length > np.linalg.norm(shift[own], axis=1, keepdims=True), moved, shift[own])
    if not shift.any():
        return points
    fixed = (np.linalg.norm(shift, axis=1) > 1e-4)[:, None]
    spread = shift
    for _ in range(_SPREAD):  # else the leg ends in a frill
        spread = np.where(fixed, shift, 0.93 * topology.around(spread))
    for _ in range(2):
        spread = np.where((along > _FROM)[:, None], topology.around(spread), spread)
    return points + np.where(along[:, None] > 1.0, spread, 0.0)


def _hung_from_knee(leg: Array, along: Array, hem: Array, moved: Array) -> Array:
    """(L, 3) moves of a lower leg (L, 3) whose points at the ``hem`` (H, 3) are ``moved`` (H, 3): it hangs straight."""
    line = np.column_stack([np.ones(len(leg)), leg[:, 2]])
    share = np.linalg.lstsq(line, leg[:, :2], rcond=None)[0]
    around, of_hem = (
        np.arctan2(away[:, 0], -away[:, 1])
        for away in (
            points[:, :2] - np.column_stack([np.ones(len(points)), points[:, 2]]) @ share for points in (leg, hem)
        )
    )
    sector = ((of_hem / (2 * np.pi)) % 1 * _SECTORS).astype(int)
    most = np.zeros((_SECTORS, 3))
    for axis in range(2):
        for way in (1, -1):
            reach = np.zeros(_SECTORS)
            np.maximum.at(reach, sector, way * moved[:, axis])
            most[:, axis] += way * reach
    for _ in range(2):
        most = 0.5 * most + 0.25 * (np.roll(most, 1, axis=0) + np.roll(most, -1, axis=0))
    middles = (np.arange(_SECTORS) + 0.5) / _SECTORS * 2 * np.pi
    turned = np.stack([np.interp(around, middles, most[:, axis], period=2 * np.pi) for axis in range(3)], axis=1)
    return np.asarray(smoothstep(along, *_BROKEN)[:, None] * turned)


def at_cut(topology: Topology, own: NDArray[np.bool_], away: Array) -> list[Index]:
    """Of each border, the vertices that are ``own`` (V,) and hardly ``away`` (V,) from where the cloth was cut."""
    at_hem = own & (np.abs(away) < _AT_CUT)
    return [loop[at_hem[loop]] for loop in topology.loops if at_hem[loop].any()]
