"""How cloth hangs: straight down from chest, belly and thighs, clear of the layers under it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.easing import smoothstep
from ml_core.geometry.garments.helpers import nearest_of
from ml_core.geometry.garments.surfaces.quads import Faces, Topology, normals
from ml_core.geometry.garments.surfaces.sparse import Array

GAP = 0.005
"""Meters between one layer of cloth and the next; more than a hem is thick, so that it does not reach through."""
_OVER_COLLAR, _UNDER_CLOTH, _ASIDE = 0.003, 0.02, 0.012
"""Meters of cloth over a collar, from how deep in it cloth is moved, and how far beside a collar's points."""
_NEAR = 0.06
"""Meters from cloth up to which other cloth over it is moved out of it."""
_SECTORS, _ROWS = 48, 44
_SEAT_ROUNDS = 30
_INWARDS = 0.12
"""Meters that hanging cloth comes in again a meter down, beside what its tension takes."""


_FLUTED = 0.9
"""Share by which the folds of a skirt's hem stand further out and in than it flares."""
_FLUTES = ((6, 0.35, 0.4), (9, 0.4, 2.1), (13, 0.25, 4.0))
"""Waves around the hem, how large they are and where they begin: no two folds alike."""


@dataclass(frozen=True)
class Outline:
    """How far something reaches around an upright axis: ``radius`` (K, S) meters by height and direction.

    Attributes:
        middle: (2,) where the axis stands. top, low: heights of the first and last row, meters.
    """

    middle: Array
    top: float
    low: float
    radius: Array

    @classmethod
    def of(cls, points: Array, middle: Array, top: float, low: float) -> Outline:
        """The outermost of points (N, 3) in each cell; cells without any take those of their neighbors."""
        row, turn, radius = cls._place(points, middle, top, low)
        grid = np.zeros((_ROWS, _SECTORS))
        for at_row in (np.floor(row), np.ceil(row)):
            for at_turn in (np.floor(turn), np.ceil(turn)):
                np.maximum.at(grid, (at_row.astype(int), at_turn.astype(int) % _SECTORS), radius)
        return cls(middle, top, low, filled(grid, (grid > 0).astype(float)))

    @staticmethod
    def _place(points: Array, middle: Array, top: float, low: float) -> tuple[Array, Array, Array]:
        """(N,) row, direction in sectors and distance from the axis of points (N, 3)."""
        away = points[:, :2] - middle
        turn = (np.arctan2(away[:, 0], -away[:, 1]) / (2 * np.pi) % 1) * _SECTORS
        row = np.clip((top - points[:, 2]) / max(top - low, 1e-6), 0, 1) * (_ROWS - 1)
        return np.asarray(row), np.asarray(turn), np.asarray(np.linalg.norm(away, axis=1))

    def spanned(self) -> Outline:
        """Grown over hollows, as cloth spans them, and evened out around."""
        radius = spanned(self.radius)
        for _ in range(3):
            radius = 0.5 * radius + 0.25 * (np.roll(radius, 1, axis=1) + np.roll(radius, -1, axis=1))
        return replace(self, radius=np.maximum(radius, 0))

    def hanging(self, share: float) -> Outline:
        """Every row as far out as those above it, by a share: cloth hangs from what stands out."""
        hung, slope = self.radius.copy(), _INWARDS * (self.top - self.low) / (_ROWS - 1)
        for n in range(1, _ROWS):
            hung[n] = np.maximum(hung[n], hung[n - 1] - slope)
        return replace(self, radius=self.radius + share * (hung - self.radius))

    def at(self, points: Array) -> tuple[Array, Array]:
        """(N,) the radius at the height and in the direction of points (N, 3), and the points' own radius."""
        row, turn, radius = self._place(points, self.middle, self.top, self.low)
        first = np.minimum(row.astype(int), _ROWS - 2)
        left, part_row, part_turn = turn.astype(int) % _SECTORS, row - first, turn - turn.astype(int)
        right = (left + 1) % _SECTORS
        grid = self.radius
        wanted = (grid[first, left] * (1 - part_turn) + grid[first, right] * part_turn) * (1 - part_row)
        wanted += (grid[first + 1, left] * (1 - part_turn) + grid[first + 1, right] * part_turn) * part_row
        return wanted, radius

    def pushed(self, points: Array, share: Array | float, gap: float = 0.0) -> Array:
        """(N, 3) points that are no closer to the axis than this outline and a gap, by a share (N,) of the way."""
        wanted, radius = self.at(points)
        grown = radius + np.maximum(wanted + gap - radius, 0) * share
        moved = points.copy()
        moved[:, :2] = self.middle + (points[:, :2] - self.middle) * (grown / np.maximum(radius, 1e-6))[:, None]
        return moved


def hung(points: Array, own: NDArray[np.bool_], share: float) -> Array:
    """Cloth (V, 3) whose vertices ``own`` (V,) span hollows and hang, by ``share`` of the way straight down."""
    points = points.copy()
    cloth = points[own]
    middle = (cloth[:, :2].max(axis=0) + cloth[:, :2].min(axis=0)) / 2
    top, low = float(cloth[:, 2].max()), float(cloth[:, 2].min())
    outline = Outline.of(cloth, middle, top, low).spanned().hanging(share)
    reached = np.clip((top - cloth[:, 2]) / max(top - low, 1e-6) * (_ROWS - 1) / 6, 0, 1)
    points[own] = outline.pushed(cloth, reached)
    return points


def around_layers(points: Array, own: NDArray[np.bool_], layers: Sequence[Array]) -> Array:
    """Cloth (V, 3) whose vertices ``own`` (V,) hang around both legs, moved out of what is inside of them.

    What is inside counts as a whole, hollows spanned: out of a thigh's inner side, cloth would move into the other leg.
    """
    cloth = points[own]
    if not len(cloth) or not layers:
        return points
    middle = (cloth[:, :2].max(axis=0) + cloth[:, :2].min(axis=0)) / 2
    top, low = float(cloth[:, 2].max()) + 0.04, float(cloth[:, 2].min()) - 0.02
    inner = np.concatenate(layers)
    inner = inner[(inner[:, 2] < top) & (inner[:, 2] > low)]
    if not len(inner):
        return points
    points = points.copy()
    points[own] = Outline.of(inner, middle, top, low).spanned().pushed(cloth, 1.0, GAP)
    return points


def seat_spanned(points: Array, topology: Topology, own: NDArray[np.bool_], waist: float) -> Array:
    """Cloth (V, 3) over the seat made even: its vertices ``own`` (V,) crowd and fold in the cleft of the body.

    They are spread over the outline of the cloth itself, from ``waist`` meters of height down.
    """
    cloth = points[own]
    if not len(cloth):
        return points
    middle = (cloth[:, :2].max(axis=0) + cloth[:, :2].min(axis=0)) / 2
    outline = Outline.of(cloth, middle, float(cloth[:, 2].max()), float(cloth[:, 2].min())).spanned()
    behind = smoothstep(points[:, 1] - middle[1], 0.02, 0.06) * smoothstep(waist - points[:, 2], 0.0, 0.06)
    behind = np.where(own, behind, 0.0)
    part = np.flatnonzero(behind > 0)
    if not len(part):
        return points
    around, share = topology.mean.chosen(part), behind[part, None]
    points = points.copy()
    for _ in range(_SEAT_ROUNDS):
        points[part] += 0.5 * share * (around(points) - points[part])
    points[part] = outline.pushed(points[part], behind[part])
    return points


def spanned(radius: Array, most: int = 5) -> Array:
    """Rows (K, S) of radii around a middle, grown over hollows: cloth goes straight from one rise to the next.

    Args:
        most: directions over which it does so to each side, at once.
    """
    sectors = radius.shape[1]
    for _ in range(2):
        for reach in range(1, most + 1):
            left, right = np.roll(radius, reach, axis=1), np.roll(radius, -reach, axis=1)
            chord = 2 * left * right * np.cos(2 * np.pi * reach / sectors) / np.maximum(left + right, 1e-9)
            radius = np.maximum(radius, chord)
    return radius


def filled(grid: Array, weight: Array) -> Array:
    """Means of cells; empty ones take those of their neighbors."""
    known = weight > 0
    mean = np.where(known, grid / np.maximum(weight, 1e-12), 0.0)
    for _ in range(max(grid.shape)):
        if known.all():
            break
        total, count = np.zeros_like(mean), np.zeros_like(mean)
        for axis, shift in ((1, 1), (1, -1), (0, 1), (0, -1)):
            total += np.roll(mean * known, shift, axis)
            count += np.roll(known, shift, axis)
        fresh = ~known & (count > 0)
        mean[fresh] = total[fresh] / count[fresh]
        known = known | fresh
    return mean


@dataclass(frozen=True)
class Tube:
    """A limb that cloth hangs straight around: its three joints, where along it (0, 1, 2) cloth hangs from, how wide
    that band is, and the stretch over which it narrows."""

    joints: tuple[str, str, str]
    band: tuple[float, float]
    straight: tuple[float, float]
    taper: tuple[float, float]


TROUSER_LEG = Tube(("UpperLeg", "LowerLeg", "Foot"), (0.8, 0.12), (0.55, 1.0), (0.5, 1.9))
SLEEVE = Tube(("UpperArm", "LowerArm", "Hand"), (0.62, 0.16), (0.55, 0.9), (0.6, 1.85))


def straight_limbs(
    points: Array,
    topology: Topology,
    joints: Mapping[str, Array],
    along: Array,
    limb: NDArray[np.bool_],
    tube: Tube,
    narrow: float,
) -> Array:
    """Trousers hang from the thigh and sleeves from the upper arm: further down no closer to the bone than straight.

    ``narrow`` is the share by which they narrow down to the end.
    """
    points = points.copy()
    for side, mirror in (("left", 1), ("right", -1)):
        own = np.flatnonzero((points[:, 0] * mirror > 0) & (along > 0.15) & limb)
        first, second, third = (joints[side + name] for name in tube.joints)
        t = along[own][:, None]
        axis = np.where(t < 1, first + (second - first) * t, second + (third - second) * (t - 1))
        up = (first - third) / np.linalg.norm(first - third)
        beside = np.cross(up, [0.0, 1.0, 0.0])
        away = points[own] - axis
        rise = away @ up
        away -= rise[:, None] * up
        radius = np.linalg.norm(away, axis=1)
        around = np.arctan2(away @ beside, -away[:, 1])
        near = np.abs(along[own] - tube.band[0]) < tube.band[1]
        if near.sum() < 8:
            continue
        order = np.argsort(around[near])
        wanted = np.interp(around, around[near][order], radius[near][order], period=2 * np.pi)
        wanted = wanted * (1 - narrow * smoothstep(along[own], *tube.taper))
        share = smoothstep(along[own], *tube.straight)
        grown = np.maximum(radius, wanted * share + radius * (1 - share))
        points[own] = axis + rise[:, None] * up + away * (grown / np.maximum(radius, 1e-6))[:, None]
    evened = points
    for _ in range(3):
        evened = 0.5 * evened + 0.5 * topology.mean(evened)
    return np.where(limb[:, None], evened, points)


def flared(points: Array, tube: NDArray[np.bool_], flare: float) -> Array:
    """A skirt (its vertices ``tube``) whose hem stands ``flare`` meters further out, in soft folds."""
    points = points.copy()
    cloth = points[tube]
    down = (cloth[:, 2].max() - cloth[:, 2]) / max(float(np.ptp(cloth[:, 2])), 1e-6)
    middle = (cloth[:, :2].max(axis=0) + cloth[:, :2].min(axis=0)) / 2
    away = cloth[:, :2] - middle
    away = away / np.maximum(np.linalg.norm(away, axis=1, keepdims=True), 1e-6)
    turn = np.arctan2(away[:, 0], -away[:, 1])
    folds = 1 + _FLUTED * down * sum(size * np.cos(count * turn + shift) for count, size, shift in _FLUTES)
    points[tube, :2] = cloth[:, :2] + (flare * down**1.2 * folds)[:, None] * away
    return points


def lifted(points: Array, under: Array, topology: Topology, low: Array) -> Array:
    """Cloth that came closer than ``low`` when its borders were made even goes back out, and its neighbors with it."""
    up = normals(under, topology.faces)
    for _ in range(2):
        lack = np.maximum(low - ((points - under) * up).sum(axis=1), 0)
        points = points + np.maximum(lack, 0.8 * topology.around(lack))[:, None] * up
    return points


def pushed_out(points: Array, topology: Topology, shells: Sequence[tuple[Array, Faces]]) -> Array:
    """Cloth moved out of garments under it that are cut from another helper, by :data:`GAP` and more."""
    for inner, inner_faces in shells:
        up = normals(inner, inner_faces)
        for _ in range(2):
            nearest = nearest_of(points, inner, _NEAR)
            away = points - inner[nearest]
            push = np.where(np.linalg.norm(away, axis=1) < _NEAR, GAP - (away * up[nearest]).sum(axis=1), 0)
            push = np.maximum(push, 0)
            push = np.maximum(push, topology.around(push))
            points = points + push[:, None] * up[nearest]
    return points


def out_of_collars(points: Array, topology: Topology, collars: Sequence[tuple[Array, Array]]) -> Array:
    """Cloth moved over the falls of collars under it, given by their outer points (P, 3) and normals."""
    for collar, up in collars:
        low = collar.min(axis=0) - _UNDER_CLOTH
        reach = np.flatnonzero(((points > low) & (points < collar.max(axis=0) + _UNDER_CLOTH)).all(axis=1))
        if not len(reach):
            continue
        for _ in range(2):
            nearest = nearest_of(points[reach], collar)
            away = points[reach] - collar[nearest]
            height = (away * up[nearest]).sum(axis=1)
            aside = np.sqrt(np.maximum((away**2).sum(axis=1) - height**2, 0))
            lack = np.where((aside < _ASIDE) & (height > -_UNDER_CLOTH), np.maximum(_OVER_COLLAR - height, 0), 0)
            push = np.zeros_like(points)
            push[reach] = lack[:, None] * up[nearest]
            beside = topology.around(push)
            points = points + np.where((np.abs(push).sum(axis=1) > 0)[:, None], push, 0.7 * beside)
    return points
