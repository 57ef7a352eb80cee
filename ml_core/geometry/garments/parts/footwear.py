"""Shoes: the tights' feet brought to the form of a last, on soles of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ml_core.geometry.garments.entry import Last, Sole
from ml_core.geometry.garments.surfaces.quads import Faces
from ml_core.geometry.garments.surfaces.sparse import Array

_STATIONS = 30
_BALL = 0.70
"""Share of a foot's length where the toes begin to narrow."""


@dataclass(frozen=True)
class Foot:
    """A foot's own axes: ``origin`` (3,) under the heel, ``forward`` and ``side`` (2,) on the ground, ``length``.

    ``half`` is (2, S) the widths to both sides of its middle line at even stations from heel to toes, meters.
    """

    origin: Array
    forward: Array
    side: Array
    length: float
    half: Array

    def local(self, points: Array) -> tuple[Array, Array, Array]:
        """Of points (N, 3): share of the length, meters to the side, meters above the ground."""
        way = points[:, :2] - self.origin[:2]
        return way @ self.forward / self.length, way @ self.side, points[:, 2] - self.origin[2]

    def world(self, share: Array, aside: Array, above: Array) -> Array:
        """(N, 3) the points of :meth:`local`."""
        flat = share[:, None] * self.length * self.forward + aside[:, None] * self.side
        return np.concatenate([flat + self.origin[:2], (above + self.origin[2])[:, None]], axis=1)

    def width(self, share: Array, aside: Array) -> Array:
        """(N,) the foot's half width at shares of its length, on the side that points lie on."""
        at = np.linspace(0, 1, self.half.shape[1])
        return np.where(aside > 0, np.interp(share, at, self.half[0]), np.interp(share, at, self.half[1]))


def foot(joints: Mapping[str, Array], name: str, points: Array) -> Foot:
    """The foot ``left`` or ``right`` with its cloth at points (N, 3)."""
    heel, toes = joints[f"{name}Foot"], joints[f"{name}Toes"]
    forward = (toes - heel)[:2]
    forward = forward / np.linalg.norm(forward)
    side = np.array([forward[1], -forward[0]]) * (1.0 if name == "left" else -1.0)
    low = points[points[:, 2] < points[:, 2].min() + 0.045]
    along = (low[:, :2] - heel[:2]) @ forward
    length = float(np.ptp(along))
    origin = np.append(heel[:2] + along.min() * forward, points[:, 2].min())
    share, aside = (along - along.min()) / length, (low[:, :2] - heel[:2]) @ side
    half = np.zeros((2, _STATIONS))
    for n, at in enumerate(np.linspace(0, 1, _STATIONS)):
        near = np.abs(share - at) < 0.06
        half[:, n] = max(aside[near].max(), 0.005), max(-aside[near].min(), 0.005)
    for _ in range(2):
        half[:, 1:-1] = 0.5 * half[:, 1:-1] + 0.25 * (half[:, :-2] + half[:, 2:])
    return Foot(origin, forward, side, length, half)


def outline(foot: Foot, last: Last, share: Array) -> tuple[Array, Array]:
    """(N,) meters to both sides at shares of the shoe's length, which is longer than the foot's."""
    end = 1 + last.longer / foot.length
    tip = np.clip((share - _BALL) / (end - _BALL), 0, 1)
    heel = np.clip(share / 0.14, 0, 1)
    rounded = np.sqrt(np.clip(1 - tip ** (2.4 - 0.6 * last.point), 0, 1)) * (1 - 0.35 * last.point * tip)
    curve = rounded * np.sqrt(np.clip(1 - (1 - heel) ** 2, 0, 1))
    at = np.linspace(0, 1, foot.half.shape[1])
    left, right = (np.interp(np.minimum(share, _BALL), at, np.where(at < 0.15, np.interp(0.15, at, row), row)) + 0.0025
                   for row in foot.half)  # fmt: skip
    toward = 0.006 * tip * (1 - last.point)  # the tip lies on the side of the big toe
    return left * curve - toward, right * curve + toward


def shaped(foot: Foot, last: Last, points: Array, pitch: float = 0.0) -> Array:
    """The cloth (N, 3) of a foot on a last: longer, with a toe box and a flat bottom, ``pitch`` meters lower at the
    ball."""
    share, aside, above = foot.local(points)
    end = 1 + last.longer / foot.length
    new_share = np.where(share > 0.6, 0.6 + (share - 0.6) * (end - 0.6) / 0.4, share)
    left, right = outline(foot, last, np.clip(new_share, 0.0, end))
    wanted = np.where(aside > 0, left, right)
    scale = wanted / np.maximum(foot.width(share, aside), 0.004)
    low = np.clip(1 - (above - 0.03) / 0.03, 0, 1) * np.clip((share - 0.02) / 0.05, 0, 1)
    new_aside = aside * (1 + low * (np.clip(scale, 0.6, 1.8) - 1))
    toe = np.clip((share - 0.62) / 0.25, 0, 1)
    top = np.interp(share, np.linspace(0, 1, 21), _tops(share, above))
    box = last.toe * np.sqrt(np.clip(1.06 - np.clip((share - 0.6) / 0.4, 0, 1) ** 3, 0.05, 1))
    lifted = above * (1 + toe * (np.maximum(box / np.maximum(top, 0.01), 1) - 1))
    lifted = np.where(lifted < 0.006, 0.0, lifted)
    lifted = lifted - pitch * fall_to_ball(new_share) * np.clip(1 - lifted / 0.03, 0, 1)
    return foot.world(new_share, new_aside, lifted)


def fall_to_ball(share: Array) -> Array:
    """(N,) 0 under the heel, 1 from the ball on."""
    return np.clip((share - 0.25) / (_BALL - 0.05 - 0.25), 0, 1)


def _tops(share: Array, above: Array) -> Array:
    """(21,) the highest point of a foot near even shares of its length."""
    return np.array([
        above[np.abs(share - at) < 0.05].max(initial=0.02) for at in np.linspace(0, 1, 21)
    ])  # fmt: skip


def sole(foot: Foot, last: Last, form: Sole) -> tuple[Array, Faces, Faces, Array]:
    """A sole around the outline of a shoe: points (N, 3), faces, corners and UVs (T, 2) in meters.

    Its wall runs in rings from inside the shoe over the welt down to the ground; the bottom closes it.
    """
    end = 1 + (last.longer - 0.003) / foot.length
    turn = np.linspace(0.06, np.pi - 0.06, _STATIONS)
    share = end * (1 - np.cos(turn)) / 2
    left, right = outline(foot, last, share)
    around = np.concatenate([share, share[::-1]])
    aside = np.concatenate([left, -right[::-1]])
    middle = np.concatenate([(left - right) / 2, ((left - right) / 2)[::-1]])
    ahead = -np.cos(np.concatenate([turn, turn[::-1]]))
    arch = form.arch * np.exp(-(((around - 0.36) / 0.1) ** 2))
    spring = 0.006 * np.clip((around - 0.78) / 0.3, 0, 1) ** 2
    half = np.maximum(np.abs(aside - middle), 0.006)
    lower = form.pitch * fall_to_ball(around)
    # From the breast of the heel, which is nearly upright, the shank comes down to the ball.
    shank = form.heel * np.clip((around - 0.255) / 0.02, 0, 1) * np.clip((0.66 - around) / 0.34, 0, 1)
    rings = []
    for out, above in (
        (-0.016, form.rise + 0.014), (-0.006, form.rise + 0.003),
        (form.welt - 0.0015, form.rise), (form.welt, form.rise - 0.002),
        (form.welt, 0.0), (form.welt, -0.75 * form.thickness), (form.welt - 0.003, -form.thickness),
    ):  # fmt: skip
        ground = above < -0.5 * form.thickness
        height = above + (arch + spring + shank if ground else -lower)
        wide = middle + (aside - middle) * (1 + out / half)
        rings.append(foot.world(around + out * ahead / foot.length, wide, height))
    count = len(around)
    index = np.arange(len(rings) * count).reshape(len(rings), count)
    following = np.roll(index, -1, axis=1)
    wall = np.stack([index[:-1], following[:-1], following[1:], index[1:]], axis=-1).reshape(-1, 4)
    here, there = index[-1, :_STATIONS], index[-1, : _STATIONS - 1 : -1]
    bottom = np.stack([here[:-1], here[1:], there[1:], there[:-1]], axis=1)
    return np.concatenate(rings), np.concatenate([wall, bottom]), *_sole_uv(np.array(rings), bottom - index[-1, 0])


def _sole_uv(rings: Array, bottom: Faces) -> tuple[Faces, Array]:
    """Corners and UVs of a sole with rings (K, N, 3): the wall unrolled, and the bottom above it."""
    closed = np.concatenate([rings[-2], rings[-2, :1]])
    u = np.pad(np.cumsum(np.linalg.norm(np.diff(closed, axis=0), axis=1)), (1, 0))
    v = np.pad(np.cumsum(np.linalg.norm(np.diff(rings, axis=0), axis=2).mean(axis=1)), (1, 0))
    wall = np.stack(np.meshgrid(u, v), axis=-1)
    index = np.arange(wall[..., 0].size).reshape(wall.shape[:2])
    corners = np.stack([index[:-1, :-1], index[:-1, 1:], index[1:, 1:], index[1:, :-1]], axis=-1).reshape(-1, 4)
    flat = rings[-1, :, :2]
    way = flat[_STATIONS - 1] - flat[0]
    way = way / np.linalg.norm(way)
    flat = np.stack([(flat - flat[0]) @ way, (flat - flat[0]) @ [way[1], -way[0]]], axis=1)
    flat = flat - flat.min(axis=0) + [0, v[-1] + 0.01]
    return np.concatenate([corners, index.size + bottom]), np.concatenate([wall.reshape(-1, 2), flat])
