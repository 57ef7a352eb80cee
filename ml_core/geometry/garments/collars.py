"""Collars and hoods: folded strips that stand around the neck, shaped for each person."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ml_core.geometry.garments.entry import Cloth, Collar, Hood
from ml_core.geometry.garments.helpers import Helpers, nearest_of
from ml_core.geometry.garments.sewn import Base, borders
from ml_core.geometry.garments.sparse import Array, Index, LinearMap, stacked
from ml_core.geometry.garments.surface import Faces

_COLUMNS = 56
_NECK = np.array([0.0, -0.3, 1.0]) / np.hypot(0.3, 1.0)
"""The way that necks rise in."""
_CLEAR = 0.004
"""Metres between a collar's fall and the cloth under it."""


@dataclass(frozen=True)
class Standing:
    """A strip of rows (M) and columns (N) along a border: how far each point rises and how far it stands out.

    Attributes:
        border: the border's points, by column; of_surface: the same for every point of the strip.
        rise, out: (M, N) metres along the neck and away from it.
        over: (M,) rows that stay outside of the cloth. near: vertices of the cloth that they could reach.
    """

    border: LinearMap
    of_surface: LinearMap
    rise: Array
    out: Array
    over: Index
    near: Index
    faces: Faces
    uv: Array
    cloth: Cloth | None

    @property
    def corners(self) -> Faces:
        return self.faces

    def points(self, surface: Array, up: Array, neck: Array, inner: tuple[Array, Array] | None = None) -> Array:
        """(M N, 3) over a surface (V, 3) with unit normals (V, 3) around a neck's joint (3,).

        ``inner`` are points (P, 3) and normals of collars under this one.
        """
        border = self.border(surface)
        radial = border - neck
        radial = radial - (radial @ _NECK)[:, None] * _NECK
        for _ in range(4):
            radial[1:-1] = 0.5 * radial[1:-1] + 0.25 * (radial[:-2] + radial[2:])
        radial = radial / np.maximum(np.linalg.norm(radial, axis=1, keepdims=True), 1e-9)
        strip = border[None] + self.rise[..., None] * _NECK + self.out[..., None] * radial[None]
        strip[self.over] = outside(strip[self.over], surface[self.near], up[self.near])
        if inner is not None:
            strip = outside(strip, *inner)
        return np.asarray(strip.reshape(-1, 3))


def outside(strip: Array, surface: Array, up: Array) -> Array:
    """Rows (M, N, 3) moved out of cloth where they would be in it, evened out along the strip."""
    for _ in range(2):
        flat = strip.reshape(-1, 3)
        nearest = nearest_of(flat, surface)
        lack = np.maximum(_CLEAR - ((flat - surface[nearest]) * up[nearest]).sum(axis=1), 0)
        push = (np.minimum(lack, 0.05)[:, None] * up[nearest]).reshape(strip.shape)
        for _ in range(3):
            push[:, 1:-1] = 0.5 * push[:, 1:-1] + 0.25 * (push[:, :-2] + push[:, 2:])
        strip = strip + push
    return strip


def standing(helpers: Helpers, trim: Collar | Hood, base: Base) -> Standing:
    """A collar or hood for a garment, on the reference body."""
    border, share, length = _open_border(helpers, trim, base)
    front = np.minimum(share, 1 - share) * length  # metres from the front end of each side
    rise, out, over = _collar(trim, front) if isinstance(trim, Collar) else _hood(trim, share)
    index = np.arange(rise.size).reshape(rise.shape)
    faces = np.stack([index[:-1, :-1], index[1:, :-1], index[1:, 1:], index[:-1, 1:]], axis=-1).reshape(-1, 4)
    down = np.hypot(np.diff(rise, axis=0), np.diff(out, axis=0)).max(axis=1)
    uv = np.stack(np.meshgrid(share * length, np.pad(np.cumsum(down), (1, 0))), axis=-1).reshape(-1, 2)
    neck = helpers.joints["neck"]
    near = np.flatnonzero((np.linalg.norm(base.points - neck, axis=1) < 0.3) & (base.arm < 0.9))
    whole = stacked([border] * len(rise))
    return Standing(border, whole, rise, out, over, near, _turned(faces, border, rise, out, base, neck), uv, trim.cloth)


def _turned(faces: Faces, border: LinearMap, rise: Array, out: Array, base: Base, neck: Array) -> Faces:
    """Faces whose first rows look at the neck: they are the inside of the stand."""
    places = border(base.points)[None] + rise[..., None] * _NECK
    radial = border(base.points) - neck
    places = (places + out[..., None] * radial[None] / np.linalg.norm(radial, axis=1)[:, None]).reshape(-1, 3)
    first = faces[: len(border) - 1]
    corner = places[first]
    cross = np.cross(corner[:, 2] - corner[:, 0], corner[:, 3] - corner[:, 1])
    return faces[:, ::-1] if (cross * (corner.mean(axis=1) - neck)).sum() > 0 else faces


def _open_border(helpers: Helpers, trim: Collar | Hood, base: Base) -> tuple[LinearMap, Array, float]:
    """The neckline from the front around the back to the front: evenly spaced columns, their shares, and its length."""
    (loop,) = borders(base, "neck")
    points = base.points[loop]
    start = int(np.argmin(points[:, 1] + 10 * (np.abs(points[:, 0]) > 0.02) + 0.5 * points[:, 2]))
    loop = np.roll(loop, -start)
    closed = np.append(loop, loop[0])
    points = base.points[closed]
    kept = np.arange(len(closed))
    if isinstance(trim, Collar) and trim.start is not None:
        kept = np.flatnonzero(points[:, 2] > helpers.z(trim.start))
        kept = np.arange(kept[0], kept[-1] + 1)
    closed, points = closed[kept], points[kept]
    along = np.pad(np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1)), (1, 0))
    gap = trim.gap if isinstance(trim, Collar) else 0.02
    share = np.linspace(0, 1, _COLUMNS)
    wanted = gap + (along[-1] - 2 * gap) * share
    after = np.clip(np.searchsorted(along, wanted), 1, len(along) - 1)
    part = (wanted - along[after - 1]) / np.maximum(along[after] - along[after - 1], 1e-9)
    index = np.stack([closed[after - 1], closed[after]], axis=1).ravel()
    weight = np.stack([1 - part, part], axis=1).ravel()
    return LinearMap(np.arange(_COLUMNS) * 2, index, weight), share, float(along[-1] - 2 * gap)


def _collar(collar: Collar, front: Array) -> tuple[Array, Array, Index]:
    stand = collar.stand * np.interp(front, (0, 0.05), (0.8, 1.0))
    if not collar.fall:
        rise = np.stack([0 * stand - 0.004, 0.5 * stand, stand, stand, 0.5 * stand, 0 * stand - 0.004])
        out = np.array([-0.001, -0.002, -0.001, 0.003, 0.0025, 0.004])[:, None] + 0 * front
        return rise, out, np.array([4, 5])
    fall = collar.fall + collar.point * np.interp(front, (0, 0.07), (1.0, 0.0))
    ends = np.interp(front, (0, 0.012), (0.4, 1.0))
    rise = np.stack([
        -0.006 + 0 * stand, 0.5 * stand, stand, stand + 0.003, stand + 0.001, stand - 0.35 * fall, stand - 0.7 * fall,
        stand - fall, stand - fall + 0.001,
    ])  # fmt: skip
    out = np.stack([
        -0.001 + 0 * stand, -0.001 + 0 * stand, 0.001 + 0 * stand, 0.004 + 0 * stand, 0.008 + 0 * stand,
        0.011 + 0.08 * fall, 0.014 + 0.22 * fall, 0.016 + 0.36 * fall, 0.012 + 0.34 * fall,
    ])  # fmt: skip
    out[4:] = out[4:] * ends
    return rise, out, np.array([5, 6, 7])


def _hood(hood: Hood, share: Array) -> tuple[Array, Array, Index]:
    """A hood that has slid back: a thick roll around the neck that hangs down behind."""
    back = np.clip(1 - np.abs(2 * share - 1) * 1.25, 0, 1)
    back = back * back * (3 - 2 * back)
    side = np.clip(np.minimum(share, 1 - share) / 0.16, 0, 1)
    side = side * side * (3 - 2 * side)
    rows = (  # rise and out: in front, and what the back adds
        (-0.006, -0.002, 0.0, 0.0), (0.02, 0.0, 0.0, 0.004),
        (0.035, 0.006, -0.002, 0.03), (0.036, 0.018, -0.006, 0.055),
        (0.024, 0.028, -0.03, 0.07), (0.004, 0.03, -0.35 * hood.size, 0.065), (-0.012, 0.026, -0.75 * hood.size, 0.055),
        (-0.02, 0.02, -hood.size, 0.045), (-0.02, 0.012, -0.98 * hood.size, 0.03),
        (-0.01, 0.006, -0.6 * hood.size, 0.012),
    )  # fmt: skip
    rise = np.stack([side * a + back * c for a, _, c, _ in rows])
    out = np.stack([side * b + back * d for _, b, _, d in rows])
    return rise, out, np.array([4, 5, 6, 7, 8])
