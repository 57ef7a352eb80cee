"""Collars and hoods: folded strips that stand around the neck, shaped for each person."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ml_core.geometry.easing import smoothstep
from ml_core.geometry.garments.entry import Cloth, Collar, Hood
from ml_core.geometry.garments.helpers import Helpers, nearest_of, placed_on
from ml_core.geometry.garments.parts.sewn import Base, borders
from ml_core.geometry.garments.surfaces.quads import Faces
from ml_core.geometry.garments.surfaces.sparse import Array, Index, LinearMap, stacked

_COLUMNS = 56
_NECK = np.array([0.0, -0.3, 1.0]) / np.hypot(0.3, 1.0)
"""The direction in which necks rise."""
_MOST_LEAN = 0.045
"""Meters up to which the top of a stand leans from the border toward the neck."""
_CLEAR = 0.004
"""Meters between a collar's fall and the cloth under it."""


@dataclass(frozen=True)
class Standing:
    """A strip of rows (M) and columns (N) along a border: how far each point rises and how far it stands out.

    Attributes:
        border: the border's points, by column; of_surface: the same for every point of the strip.
        neck: places of the skin beside the top of the stand, by column, from the vertices of the body; ``ease``: meters
            that the top stands off them.
        rise, out, aside: (M, N) meters along the neck, away from it, and along the border away from the front.
        lean: (M,) share by which a row goes with the top of the stand toward the neck.
        over: (M,) rows that stay outside of the cloth. near: vertices of the cloth that they could reach.
    """

    border: LinearMap
    of_surface: LinearMap
    neck: LinearMap
    ease: float
    stand: Array
    rise: Array
    out: Array
    aside: Array
    lean: Array
    over: Index
    near: Index
    faces: Faces
    uv: Array
    cloth: Cloth | None

    @property
    def corners(self) -> Faces:
        return self.faces

    def points(
        self, surface: Array, up: Array, neck: Array, body: Array, inner: tuple[Array, Array] | None = None
    ) -> Array:
        """(M N, 3) over a surface (V, 3) with unit normals (V, 3) around a neck's joint (3,) of a body (B, 3).

        ``inner`` are points (P, 3) and normals of collars under this one.
        """
        border = self.border(surface)
        radial = border - neck
        radial = radial - (radial @ _NECK)[:, None] * _NECK
        for _ in range(4):
            radial[1:-1] = 0.5 * radial[1:-1] + 0.25 * (radial[:-2] + radial[2:])
        radial = radial / np.maximum(np.linalg.norm(radial, axis=1, keepdims=True), 1e-9)
        top = border + self.stand[:, None] * _NECK
        inwards = np.clip(((self.neck(body) - top) * radial).sum(axis=1) + self.ease, -_MOST_LEAN, 0.004)
        for _ in range(6):
            inwards[1:-1] = 0.5 * inwards[1:-1] + 0.25 * (inwards[:-2] + inwards[2:])
        away = self.out + self.lean[:, None] * inwards
        along = np.gradient(border, axis=0)
        along = along / np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-9)
        along[len(along) // 2 :] *= -1
        strip = border[None] + self.rise[..., None] * _NECK + away[..., None] * radial[None]
        strip += self.aside[..., None] * along[None]
        strip[self.over] = outside(strip[self.over], surface[self.near], up[self.near])
        if inner is not None:
            strip = outside(strip, *inner)
        return np.asarray(strip.reshape(-1, 3))

    def outer(self, places: Array, up: Array) -> tuple[Array, Array]:
        """The points (K, 3) and normals of the rows that are seen from outside."""
        rows = places.reshape(*self.rise.shape, 3), up.reshape(*self.rise.shape, 3)
        shown = np.append(self.over[0] - 1, self.over)
        return rows[0][shown].reshape(-1, 3), rows[1][shown].reshape(-1, 3)


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
    front = np.minimum(share, 1 - share) * length  # meters from the front end of each side
    rise, out, aside, lean, over = _collar(trim, front) if isinstance(trim, Collar) else _hood(trim, share)
    index = np.arange(rise.size).reshape(rise.shape)
    faces = np.stack([index[:-1, :-1], index[1:, :-1], index[1:, 1:], index[:-1, 1:]], axis=-1).reshape(-1, 4)
    down = np.hypot(np.diff(rise, axis=0), np.diff(out, axis=0)).max(axis=1)
    uv = np.stack(np.meshgrid(share * length, np.pad(np.cumsum(down), (1, 0))), axis=-1).reshape(-1, 2)
    neck = helpers.joints["neck"]
    near = np.flatnonzero((np.linalg.norm(base.points - neck, axis=1) < 0.3) & (base.arm < 0.9))
    whole = stacked([border] * len(rise))
    turned = _turned(faces, border, rise, out, base, neck)
    stand = rise[2] if isinstance(trim, Collar) else 0 * share
    on_neck = _beside(helpers, border(base.points) + stand[:, None] * _NECK)
    ease = trim.ease if isinstance(trim, Collar) else 0.0
    return Standing(
        border, whole, on_neck, ease, stand, rise, out, aside, lean, over, near, turned, uv, trim.cloth
    )  # fmt: skip


def _beside(helpers: Helpers, points: Array) -> LinearMap:
    """Places of the skin of neck and shoulders next to points (N, 3), from the vertices of the body."""
    faces = helpers.data.faces["skin"]
    near = np.linalg.norm(helpers.base[faces].mean(axis=1) - helpers.joints["neck"], axis=1) < 0.16
    return placed_on(points, helpers.base, faces[near])


def _turned(faces: Faces, border: LinearMap, rise: Array, out: Array, base: Base, neck: Array) -> Faces:
    """Faces oriented so that the first rows, the inside of the stand, face the neck."""
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


def _collar(collar: Collar, front: Array) -> tuple[Array, Array, Array, Array, Index]:
    """Rises, distances, shifts aside, shares of the lean, and the rows outside of the cloth."""
    stand, none = collar.stand * np.interp(front, (0, 0.06), (collar.ends, 1.0)), 0 * front
    if not collar.fall:
        rise = np.stack([none - 0.004, 0.5 * stand, stand, stand, 0.5 * stand, none - 0.004])
        out = np.array([-0.001, -0.001, -0.0005, 0.003, 0.0025, 0.004])[:, None] + none
        return rise, out, 0 * rise, np.array([0, 0.6, 1, 1, 0.6, 0]), np.array([4, 5])
    fall = collar.fall + collar.point * np.interp(front, (0, 0.07), (1.0, 0.0))
    ends = np.interp(front, (0, 0.012), (0.55, 1.0))
    rise = np.stack([
        none - 0.006, 0.5 * stand, stand, stand + 0.0035, stand + 0.0025, stand - 0.3 * fall, stand - 0.65 * fall,
        stand - fall, stand - fall + 0.001,
    ])  # fmt: skip
    out = np.stack([
        none - 0.001, none - 0.001, none, none + 0.002, none + 0.005, none + 0.0075, none + 0.0095,
        none + 0.011 + 0.05 * fall, none + 0.0085 + 0.05 * fall,
    ])  # fmt: skip
    out[4:] = out[4:] * ends
    aside = np.array([0, 0, 0, 0, 0.05, 0.3, 0.65, 1, 1])[:, None] * collar.spread * np.interp(front, (0, 0.06), (1, 0))
    lean = np.array([0, 0.6, 1, 1, 1, 0.7, 0.35, 0.0, 0.0])
    return rise, out, aside, lean, np.array([5, 6, 7])


def _hood(hood: Hood, share: Array) -> tuple[Array, Array, Array, Array, Index]:
    """A hood that has slid back: a thick roll around the neck that hangs down behind."""
    back = smoothstep(1 - np.abs(2 * share - 1) * 1.25)
    side = smoothstep(np.minimum(share, 1 - share) / 0.16)
    rows = (  # rise and out: in front, and what the back adds
        (-0.006, -0.002, 0.0, 0.0), (0.02, 0.0, 0.0, 0.004),
        (0.035, 0.006, -0.002, 0.03), (0.036, 0.018, -0.006, 0.055),
        (0.024, 0.028, -0.03, 0.07), (0.004, 0.03, -0.35 * hood.size, 0.065), (-0.012, 0.026, -0.75 * hood.size, 0.055),
        (-0.02, 0.02, -hood.size, 0.045), (-0.02, 0.012, -0.98 * hood.size, 0.03),
        (-0.01, 0.006, -0.6 * hood.size, 0.012),
    )  # fmt: skip
    rise = np.stack([side * a + back * c for a, _, c, _ in rows])
    out = np.stack([side * b + back * d for _, b, _, d in rows])
    return rise, out, 0 * rise, np.zeros(len(rise)), np.array([4, 5, 6, 7, 8])
