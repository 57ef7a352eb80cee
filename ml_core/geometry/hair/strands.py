"""Locks of hair: curves grown over a head, and the tapered, grooved tubes that are lofted along them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.hair.surface import HeadSpace, hairline
from ml_core.geometry.humanoid.frames import unit

Array = NDArray[np.floating]
Steer = Callable[[Array, Array, float], Array]
"""Unit directions (N, 3) that locks want to take at local points (N, 3) with skin normals (N, 3), at metres grown."""

STRIPS = 8
"""The strand texture holds this many different locks side by side."""

TEXTURE_LENGTH = 0.42
"""Metres of hair that the strand texture shows from its top row to its bottom row."""

EMBEDDED = 0.0012
"""Metres by which roots stand in the skin, so that nothing floats."""

GOLDEN_ANGLE = np.pi * (3 - np.sqrt(5))


@dataclass(frozen=True)
class Locks:
    """Curves ``points`` (N, K, 3) in metres from root to tip, and what is lofted along each.

    ``normals`` (N, K, 3) point away from the head; ``width`` and ``thickness`` (N,) metres; ``profile`` (K,) scales
    both from root to tip; ``roll`` (N,) radians about the curve.
    """

    points: Array
    normals: Array
    width: Array
    thickness: Array
    profile: Array
    roll: Array


@dataclass(frozen=True)
class Piece:
    """A piece of mesh: ``vertices`` (V, 3), ``faces`` (F, 4) quads, ``corner_uv`` (F, 4, 2)."""

    vertices: Array
    faces: NDArray[np.int64]
    corner_uv: Array


def scattered_roots(head: HeadSpace, count: int, rng: np.random.Generator, margin: float = 0.02) -> Array:
    """About ``count`` points (N, 3), evenly spread over the skin inside the hairline."""
    total = int(count / 0.50)
    index = np.arange(total) + 0.5
    polar = np.arccos(1 - 2 * index / total)
    around = index * GOLDEN_ANGLE + rng.uniform(0, 2 * np.pi)
    direction = np.stack([np.sin(polar) * np.cos(around), np.sin(polar) * np.sin(around), np.cos(polar)], axis=1)
    direction = unit(direction + rng.normal(scale=0.25 / np.sqrt(total), size=direction.shape))
    points = head.towards(direction)
    t, theta = head.chart(points)
    return points[t < hairline(theta) - margin]


def hairline_roots(head: HeadSpace, theta: Array, rng: np.random.Generator, inside: float = 0.012) -> Array:
    """Points (N, 3) just inside the hairline at angles ``theta``."""
    return head.on_chart(hairline(theta) - inside * rng.uniform(0.3, 1.7, len(theta)), theta)


def grow(
    head: HeadSpace,
    roots: Array,
    start: Array,
    steer: Steer,
    length: float,
    clearance: Array,
    *,
    stiffness: float = 0.7,
    cling: float = 0.0,
    step: float = 0.008,
    rise: float = 0.03,
) -> tuple[Array, Array]:
    """Grows a curve from each root in small steps, pushed out of the skin wherever it meets it.

    Args:
        roots: (N, 3) on the skin; start: (N, 3) first directions.
        length: metres of the longest, on a head of the model's size, as are ``step``, ``rise`` and ``clearance``.
        clearance: (N,) metres over the skin that a curve keeps, reached ``rise`` metres from its root.
        stiffness: 0..1, how much of the former direction is kept at each step.
        cling: 0..1, how much of the distance beyond the clearance is taken back at each step.

    Returns:
        Points and skin normals, each (N, S, 3).
    """
    _, normal = head.distance(roots)
    point = roots - EMBEDDED * normal
    direction = unit(start)
    points, normals = [point], [normal]
    for number in range(1, int(np.ceil(length / step)) + 1):
        grown = number * step
        wanted = steer(head.local(point), normal, grown)
        direction = unit(stiffness * direction + (1 - stiffness) * wanted)
        moved = point + direction * step * head.scale
        height, normal = head.distance(moved)
        over = clearance * head.scale * min(grown / rise, 1.0) - height
        moved = moved + (np.maximum(over, 0) + cling * np.minimum(over, 0))[:, None] * normal
        direction = unit(moved - point)
        point = moved
        points.append(point)
        normals.append(normal)
    return np.stack(points, axis=1), np.stack(normals, axis=1)


def cut(points: Array, normals: Array, stop: Array, segments: int, crowd: float = 1.0) -> tuple[Array, Array]:
    """Curves (N, S, 3) cut after ``stop`` (N,) steps (fractional) and resampled to ``segments`` + 1 points each.

    With ``crowd`` over 1 the points crowd towards the roots, where curves bend most.
    """
    at = np.linspace(0, 1, segments + 1) ** crowd * np.clip(stop, 1, points.shape[1] - 1)[:, None]
    low = np.minimum(np.floor(at).astype(int), points.shape[1] - 2)
    part = (at - low)[..., None]
    rows = np.arange(len(points))[:, None]
    return (
        points[rows, low] * (1 - part) + points[rows, low + 1] * part,
        unit(normals[rows, low] * (1 - part) + normals[rows, low + 1] * part),
    )


def first_step(reached: NDArray[np.bool_]) -> Array:
    """(N,) the first step at which each row of ``reached`` (N, S) is true; the last where none is."""
    return np.where(reached.any(axis=1), reached.argmax(axis=1), reached.shape[1] - 1).astype(float)


def tangential(direction: Array, normal: Array) -> Array:
    """Directions (N, 3) laid into the planes of ``normal``, at length 1."""
    return unit(direction - (direction * normal).sum(axis=-1, keepdims=True) * normal)


def smoothed(points: Array, rounds: int) -> Array:
    """Curves (N, K, 3) without kinks; roots and tips stay."""
    for _ in range(rounds):
        inner = 0.5 * points[:, 1:-1] + 0.25 * (points[:, :-2] + points[:, 2:])
        points = np.concatenate([points[:, :1], inner, points[:, -1:]], axis=1)
    return points


def loft(head: HeadSpace, locks: Locks, strip: NDArray[np.integer], clearance: float = 0.0006) -> Piece:
    """A closed, flat tube along each lock: two arched strips that show, and an underside.

    The underside has vertices of its own, so that shading runs over the strips as over one sheet of hair.

    Args:
        strip: (N,) which part of the strand texture each lock wears.
        clearance: metres over the skin to which all but the roots are pushed.
    """
    count, rings = locks.points.shape[:2]
    tangent = unit(np.gradient(locks.points, axis=1))
    up = _transported(tangent, locks.normals)
    side = np.cross(tangent, up)
    turn = locks.roll[:, None, None]
    up, side = np.cos(turn) * up + np.sin(turn) * side, np.cos(turn) * side - np.sin(turn) * up
    half = (locks.width[:, None] * locks.profile / 2)[..., None]
    thick = (locks.thickness[:, None] * np.sqrt(locks.profile))[..., None]
    left, right = locks.points - half * side - 0.35 * thick * up, locks.points + half * side - 0.35 * thick * up
    ring = np.stack([left, locks.points + 0.65 * thick * up, right], axis=2)
    heights = np.where(np.arange(rings) == 0, -EMBEDDED, clearance) * head.scale
    ring = head.pushed_out(ring, heights[None, :, None])
    ring = ring[:, :, [0, 1, 2, 2, 0]]
    number = np.arange(count * rings * 5).reshape(count, rings, 5)
    first, second = np.array([0, 1, 3]), np.array([1, 2, 4])
    here, there = number[:, :-1], number[:, 1:]
    sides = np.stack([here[..., second], there[..., second], there[..., first], here[..., first]], axis=-1)
    across = (strip[:, None] + np.array([0.03, 0.5, 0.97, 0.97, 0.03])) / STRIPS
    steps = np.linalg.norm(np.diff(locks.points, axis=1), axis=2)
    grown = np.concatenate([np.zeros((count, 1)), np.cumsum(steps, axis=1)], axis=1)
    along = 0.99 - 0.98 * np.minimum(grown / (TEXTURE_LENGTH * head.scale), 1)
    uv = np.stack(np.broadcast_arrays(across[:, None, :], along[:, :, None]), axis=-1).reshape(-1, 2)
    ends = [number[:, end][:, corners] for end, corners in ((0, [0, 1, 2, 2]), (-1, [2, 1, 0, 0]))]
    faces = np.concatenate([sides.reshape(-1, 4), *ends])
    return Piece(ring.reshape(-1, 3), faces, uv[faces])


def tapered(rings: int, root: float, full: float, tip: float, taper_from: float) -> Array:
    """(rings,) share of the width: from ``root`` up to 1 at ``full``, down to ``tip`` from ``taper_from`` on."""
    s = np.linspace(0, 1, rings)
    rising = root + (1 - root) * np.clip(s / full, 0, 1)
    falling = 1 - (1 - tip) * np.clip((s - taper_from) / (1 - taper_from), 0, 1) ** 1.6
    return rising * falling


def lofted(
    head: HeadSpace,
    rng: np.random.Generator,
    curves: tuple[Array, Array],
    width: Array,
    thickness: Array,
    profile: Array,
    roll: float,
) -> Piece:
    """Locks along ``curves`` (points and normals), lengths for a head of the model's size, each turned a little."""
    count = len(curves[0])
    scale = head.scale
    turn = rng.normal(scale=roll, size=count)
    locks = Locks(curves[0], curves[1], width * scale, thickness * scale, profile, turn)
    return loft(head, locks, rng.integers(0, STRIPS, count))


def _transported(tangent: Array, normals: Array) -> Array:
    """Unit vectors (N, K, 3) square to the curves, that follow the skin's normal without twisting where they part."""
    result = np.empty_like(tangent)
    fallback = np.where(np.abs(tangent[:, 0, 2:]) < 0.9, [[0.0, 0.0, 1.0]], [[0.0, -1.0, 0.0]])
    current = tangential(normals[:, 0] + 0.05 * fallback, tangent[:, 0])
    for index in range(tangent.shape[1]):
        current = tangential(0.55 * normals[:, index] + 0.45 * current, tangent[:, index])
        result[:, index] = current
    return result


def merged(pieces: list[Piece]) -> Piece:
    """All pieces in one."""
    offsets = np.cumsum([0, *(len(piece.vertices) for piece in pieces)])
    return Piece(
        np.concatenate([piece.vertices for piece in pieces]),
        np.concatenate([piece.faces + offset for piece, offset in zip(pieces, offsets, strict=False)]),
        np.concatenate([piece.corner_uv for piece in pieces]),
    )
