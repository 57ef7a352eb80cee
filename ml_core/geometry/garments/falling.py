"""How cloth hangs: straight from chest, belly and thighs, out of the layers under it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.garments.helpers import ARM, LEG, nearest_of
from ml_core.geometry.garments.sparse import Array
from ml_core.geometry.garments.surface import Faces, Topology, normals

GAP = 0.005
"""Metres between one layer of cloth and the next; more than a hem is thick, so that it does not reach through."""
_NEAR = 0.06
"""Metres from cloth up to which other cloth over it is moved out of it."""
_SECTORS, _ROWS = 40, 44
_INWARDS = 0.12
"""Metres that hanging cloth comes in again a metre down, beside what its tension takes."""


@dataclass(frozen=True)
class Limbs:
    """Where cloth is: shares of arms and legs (V,), 0 to 2 along them, and the height of the waist in metres."""

    arm: Array
    along_arm: Array
    leg: Array
    along_leg: Array
    waist: float


def step(value: Array, low: float, high: float) -> Array:
    """0 up to ``low``, 1 from ``high`` on, smooth in between."""
    share = np.clip((value - low) / (high - low), 0, 1)
    return np.asarray(share * share * (3 - 2 * share))


def hung(points: Array, own: NDArray[np.bool_], share: float) -> Array:
    """Cloth (V, 3) whose vertices ``own`` (V,) span hollows, and hang: as near as ``share`` says to straight down."""
    points = points.copy()
    cloth = points[own]
    middle = (cloth[:, :2].max(axis=0) + cloth[:, :2].min(axis=0)) / 2
    away = cloth[:, :2] - middle
    radius = np.linalg.norm(away, axis=1)
    turn = (np.arctan2(away[:, 0], -away[:, 1]) / (2 * np.pi) % 1) * _SECTORS
    top, low = cloth[:, 2].max(), cloth[:, 2].min()
    row = (top - cloth[:, 2]) / max(top - low, 1e-6) * (_ROWS - 1)
    grid = np.zeros((_ROWS, _SECTORS))
    weight = np.zeros_like(grid)
    for at_row in (np.floor(row), np.ceil(row)):
        for at_turn in (np.floor(turn), np.ceil(turn)):
            cell = at_row.astype(int), at_turn.astype(int) % _SECTORS
            part = (1 - np.abs(row - at_row)) * (1 - np.abs(turn - at_turn)) + 1e-6
            np.add.at(grid, cell, part * radius)
            np.add.at(weight, cell, part)
    spanned = _spanned(_filled(grid, weight))
    grid = spanned.copy()
    slope = _INWARDS * (top - low) / (_ROWS - 1)
    for n in range(1, _ROWS):
        grid[n] = np.maximum(grid[n], grid[n - 1] - slope)
    grid = spanned + share * (grid - spanned)
    for _ in range(3):
        grid = 0.5 * grid + 0.25 * (np.roll(grid, 1, axis=1) + np.roll(grid, -1, axis=1))
    first = np.minimum(row.astype(int), _ROWS - 2)
    left, part_row, part_turn = turn.astype(int) % _SECTORS, row - first, turn - turn.astype(int)
    right = (left + 1) % _SECTORS
    wanted = (grid[first, left] * (1 - part_turn) + grid[first, right] * part_turn) * (1 - part_row)
    wanted += (grid[first + 1, left] * (1 - part_turn) + grid[first + 1, right] * part_turn) * part_row
    grown = radius + np.maximum(wanted - radius, 0) * np.clip(row / 6, 0, 1)
    points[own, :2] = middle + away * (grown / np.maximum(radius, 1e-6))[:, None]
    return points


def _spanned(radius: Array) -> Array:
    """Rows (K, S) of radii around a middle, grown over hollows: cloth goes straight from one rise to the next."""
    for _ in range(2):
        for reach in range(1, 6):
            left, right = np.roll(radius, reach, axis=1), np.roll(radius, -reach, axis=1)
            chord = 2 * left * right * np.cos(2 * np.pi * reach / _SECTORS) / np.maximum(left + right, 1e-9)
            radius = np.maximum(radius, chord)
    return radius


def _filled(grid: Array, weight: Array) -> Array:
    """Means of cells; empty ones take those of their neighbours."""
    known = weight > 0
    mean = np.where(known, grid / np.maximum(weight, 1e-12), 0.0)
    for _ in range(_SECTORS):
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


def straight_legs(
    points: Array, topology: Topology, joints: Mapping[str, Array], along: Array, leg: NDArray[np.bool_], taper: float
) -> Array:
    """Legs of trousers hang from the thigh: below the knee no closer to the bone than cloth that falls straight.

    ``taper`` is the share by which they narrow down to the ankle.
    """
    points = points.copy()
    for side, mirror in (("left", 1), ("right", -1)):
        own = np.flatnonzero((points[:, 0] * mirror > 0) & (along > 0.15) & leg)
        hip, knee, ankle = (joints[side + name] for name in ("UpperLeg", "LowerLeg", "Foot"))
        t = along[own][:, None]
        axis = np.where(t < 1, hip + (knee - hip) * t, knee + (ankle - knee) * (t - 1))
        up = (hip - ankle) / np.linalg.norm(hip - ankle)
        away = points[own] - axis
        rise = away @ up
        away -= rise[:, None] * up
        radius = np.linalg.norm(away, axis=1)
        around = np.arctan2(away[:, 0] * mirror, -away[:, 1])
        near = np.abs(along[own] - 0.8) < 0.12
        if near.sum() < 8:
            continue
        order = np.argsort(around[near])
        wanted = np.interp(around, around[near][order], radius[near][order], period=2 * np.pi)
        wanted = wanted * (1 - taper * step(along[own], 0.8, 1.9))
        share = step(along[own], 0.55, 1.0)
        grown = np.maximum(radius, wanted * share + radius * (1 - share))
        points[own] = axis + rise[:, None] * up + away * (grown / np.maximum(radius, 1e-6))[:, None]
    for _ in range(3):
        points = 0.5 * points + 0.5 * topology.mean(points)
    return points


def flared(points: Array, tube: NDArray[np.bool_], flare: float) -> Array:
    """A skirt (its vertices ``tube``) whose hem stands ``flare`` metres further out, in soft folds."""
    points = points.copy()
    cloth = points[tube]
    down = (cloth[:, 2].max() - cloth[:, 2]) / max(float(np.ptp(cloth[:, 2])), 1e-6)
    middle = (cloth[:, :2].max(axis=0) + cloth[:, :2].min(axis=0)) / 2
    away = cloth[:, :2] - middle
    away = away / np.maximum(np.linalg.norm(away, axis=1, keepdims=True), 1e-6)
    turn = np.arctan2(away[:, 0], -away[:, 1])
    folds = 1 + 0.12 * np.cos(6 * turn) * down
    points[tube, :2] = cloth[:, :2] + (flare * down**1.2 * folds)[:, None] * away
    return points


def folded(points: Array, up: Array, fields: Limbs, deep: float) -> Array:
    """Cloth with folds of ``deep`` metres, outwards only: at elbows, wrists, waist, knees and ankles."""
    mirror = np.sign(points[:, 0])
    around = np.arctan2(points[:, 0] - mirror * np.abs(points[:, 0]).mean(), -points[:, 1])
    arm, leg = fields.arm > ARM, (fields.arm <= ARM) & (fields.leg > LEG)
    strength, phase = np.zeros(len(points)), np.zeros(len(points))
    for own, along, places, waves in (
        (arm, fields.along_arm, ((1.0, 0.2, 0.9), (1.75, 0.13, 0.7), (0.25, 0.15, 0.4)), 6.0),
        (leg, fields.along_leg, ((1.05, 0.12, 0.7), (1.82, 0.13, 1.0), (0.1, 0.12, 0.5)), 7.5),
    ):
        at = along[own]
        strength[own] = sum(size * np.exp(-(((at - middle) / wide) ** 2)) for middle, wide, size in places)
        phase[own] = 2 * np.pi * (waves * at + 0.3 * np.sin(around[own] + 2 * at) * mirror[own] + 0.15 * mirror[own])
    trunk = ~arm & ~leg
    height = points[trunk, 2] - fields.waist
    turn = np.arctan2(points[trunk, 0], -points[trunk, 1])
    strength[trunk] = 0.6 * np.exp(-(((height + 0.02) / 0.08) ** 2)) * np.abs(np.sin(turn)) ** 0.5
    phase[trunk] = 2 * np.pi * (height / 0.06 + 0.5 * np.sin(turn) + 0.25 * np.cos(2 * turn))
    wave = (0.5 + 0.5 * np.sin(phase)) ** 1.5
    return np.asarray(points + (deep * strength * wave)[:, None] * up)


def lifted(points: Array, under: Array, topology: Topology, low: Array) -> Array:
    """Cloth that came closer than ``low`` when its borders were made even goes back out, and its neighbours with it."""
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
