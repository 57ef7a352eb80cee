"""Locks of hair: curves grown over a head, and the cards of strands that are laid along them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.hair.surface import HeadSpace
from ml_core.geometry.humanoid.frames import unit

Array = NDArray[np.floating]
Steer = Callable[[Array, Array, float], Array]
"""Preferred unit directions (N, 3) of locks at local points (N, 3) with skin normals (N, 3), at meters grown."""

STRIPS = 8
"""The strand texture holds this many strips side by side, each with its roots at the top."""
DENSE, SPARSE, CAP = (0, 1, 2, 3), (4, 5, 6), 7
"""Strips of full locks, of loose strands, and of the skin of hair that lies on the scalp."""

EMBEDDED = 0.0012
"""Meters by which roots stand in the skin, so that nothing floats."""
CARD = 0.0115
"""Meters across the strands of one card."""
_WANDER = 0.0016
"""Meters by which strands leave the line of their lock."""

GOLDEN_ANGLE = np.pi * (3 - np.sqrt(5))


@dataclass(frozen=True)
class Locks:
    """Locks to be filled with cards; lengths in meters on a head of the model's size.

    Attributes:
        points, normals: (N, K, 3) curves from root to tip, and unit vectors away from the head.
        width, depth: (N,) across a lock, and through it.
        clump: 0..1, how much the strands of a lock come together at its tip; below 0 they part.
        roll: radians, standard deviation of the turn of a card about its curve.
        sparse: share of the cards that are loose strands.
        card: meters across a card, of all locks or (N,) of each.
        tip: v at which cards end; over 0 where their strands go on in a tail or a bun.
        taper: 0..1, how much narrower a card is at its tip than at its widest.
        root: the same at its root, of all locks or (N,) of each.
    """

    points: Array
    normals: Array
    width: Array
    depth: Array
    clump: float = 0.5
    roll: float = 0.18
    sparse: float = 0.15
    card: float | Array = CARD
    tip: float = 0.005
    taper: float = 0.35
    root: float | Array = 0.4


@dataclass(frozen=True)
class Waves:
    """How strands leave their straight line: meters across (``side``) and away from the head (``out``), ``length`` of
    a wave; both grow over the first ``start`` meters. ``spread`` 0 lets a lock wave as one, 1 each strand by itself.
    """

    side: float
    out: float
    length: float
    start: float = 0.05
    spread: float = 0.3


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
    return points[t < head.hairline(theta) - margin]


def hairline_roots(head: HeadSpace, theta: Array, rng: np.random.Generator, inside: Array | float = 0.012) -> Array:
    """Points (N, 3) about t ``inside`` the hairline at angles ``theta``."""
    return head.on_chart(head.hairline(theta) - inside * rng.uniform(0.3, 1.7, len(theta)), theta)


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
        length: meters of the longest, on a head of the model's size, as are ``step``, ``rise`` and ``clearance``.
        clearance: (N,) meters over the skin that a curve keeps, reached ``rise`` meters from its root.
        stiffness: 0..1, how much of the former direction is kept at each step.
        cling: 0..1, how much of the distance beyond the clearance is taken back at each step.

    Returns:
        Points and skin normals, each (N, S, 3).
    """
    _, normal = head.distance(roots)
    point = roots - EMBEDDED * head.scale * normal
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

    Points crowd where curves bend, so that their outlines are round; with ``crowd`` over 1 toward the roots, too.
    """
    end = np.clip(stop, 1, points.shape[1] - 1)[:, None]
    at = np.linspace(0, 1, segments + 1) ** crowd * end
    at = np.stack([np.interp(*row) for row in zip(at, _effort(points, end), _steps(points), strict=True)])
    low = np.minimum(np.floor(at).astype(int), points.shape[1] - 2)
    part = (at - low)[..., None]
    rows = np.arange(len(points))[:, None]
    return (
        points[rows, low] * (1 - part) + points[rows, low + 1] * part,
        unit(normals[rows, low] * (1 - part) + normals[rows, low + 1] * part),
    )


def _steps(points: Array) -> Array:
    return np.broadcast_to(np.arange(points.shape[1], dtype=float), points.shape[:2])


def _effort(points: Array, end: Array) -> Array:
    """(N, S) how far along curves (N, S, 3) their points are, 0 to ``end`` (N, 1) at that step: half of it in steps,
    half in turns."""
    tangent = unit(np.diff(points, axis=1))
    turn = np.arccos(np.clip((tangent[:, 1:] * tangent[:, :-1]).sum(axis=-1), -1, 1))
    turned = np.cumsum(np.pad(turn, ((0, 0), (2, 0))), axis=1)
    steps = _steps(points)
    whole = np.array([np.interp(*row) for row in zip(end[:, 0], steps, turned, strict=True)])[:, None]
    return np.where(whole > 0, 0.5 * steps + 0.5 * turned * end / np.maximum(whole, 1e-9), steps)


def first_step(reached: NDArray[np.bool_]) -> Array:
    """(N,) the first step at which each row of ``reached`` (N, S) is true; the last step where none is."""
    return np.where(reached.any(axis=1), reached.argmax(axis=1), reached.shape[1] - 1).astype(float)


def tangential(direction: Array, normal: Array) -> Array:
    """Directions (N, 3) projected onto the tangent planes of ``normal``, at unit length."""
    return unit(direction - (direction * normal).sum(axis=-1, keepdims=True) * normal)


def smoothed(points: Array, rounds: int) -> Array:
    """Curves (N, K, 3) without kinks; roots and tips stay."""
    for _ in range(rounds):
        inner = 0.5 * points[:, 1:-1] + 0.25 * (points[:, :-2] + points[:, 2:])
        points = np.concatenate([points[:, :1], inner, points[:, -1:]], axis=1)
    return points


def frames(points: Array, normals: Array) -> tuple[Array, Array]:
    """Unit vectors across curves (N, K, 3) and away from the head, that follow the skin without twisting."""
    tangent = unit(np.gradient(points, axis=1))
    up = _transported(tangent, normals)
    return np.cross(tangent, up), up


def carded(head: HeadSpace, rng: np.random.Generator, locks: Locks, waves: Waves | None = None) -> Piece:
    """Cards side by side and over each other along each lock: flat strips of two vertices a ring."""
    scale = head.scale
    counts = np.maximum(2, np.round(1.25 * locks.width / locks.card).astype(int))
    owner = np.repeat(np.arange(len(counts)), counts)
    place = np.concatenate([(np.arange(count) + 0.5) / count - 0.5 for count in counts])
    place = place + rng.normal(scale=0.08, size=len(place))
    rings = locks.points.shape[1]
    s = np.linspace(0, 1, rings)
    side, up = frames(locks.points, locks.normals)
    grown = grown_along(locks.points) / scale
    across = (place * locks.width[owner])[:, None] * (1 - locks.clump * s**1.3)
    layer = rng.uniform(0, 1, len(owner))
    through = (layer * locks.depth[owner])[:, None] * np.clip(grown[owner] / 0.02, 0, 1)
    bend = rng.normal(size=(len(owner), 2)) * _WANDER
    across = across + bend[:, :1] * np.sin(np.pi * s) + bend[:, 1:] * s
    if waves is not None:
        swell = np.clip((grown[owner] - 0.25 * waves.start) / waves.start, 0, 1)
        phase = (rng.uniform(0, 6.3, len(locks.points))[owner] + waves.spread * rng.uniform(-3, 3, len(owner)))[:, None]
        turn = 2 * np.pi * grown[owner] / (waves.length * rng.uniform(0.85, 1.2, len(owner))[:, None]) + phase
        across = across + waves.side * swell * np.sin(turn)
        through = through + waves.out * swell * (1 + np.cos(turn))
    points = locks.points[owner] + scale * (across[..., None] * side[owner] + through[..., None] * up[owner])
    points[:, 1:] = head.pushed_out(points[:, 1:], 0.0008 * scale)
    own_side, own_up = frames(points, up[owner])
    roll = rng.normal(scale=locks.roll, size=len(owner))[:, None, None]
    own_side = np.cos(roll) * own_side + np.sin(roll) * own_up
    half = (
        0.5
        * scale
        * np.broadcast_to(locks.card, len(counts))[owner][:, None]
        * rng.uniform(0.7, 1.35, len(owner))[:, None]
        * (1 - np.broadcast_to(locks.root, len(counts))[owner][:, None] * np.clip(1 - s / 0.15, 0, 1))
    )
    half = half * (1 - locks.taper * s)
    # The side of a card that is seen is its front: engines light the other one from inside the head.
    outward, share = head.outward(points)
    hidden = ((own_up * outward).sum(axis=-1) * share).sum(axis=-1) < 0
    half = np.where(hidden[:, None], -half, half)
    loose = (layer > 0.45) & (rng.uniform(0, 1, len(owner)) < locks.sparse / 0.55)
    loose |= locks.sparse >= 1
    strip = np.where(loose, rng.choice(SPARSE, len(owner)), rng.choice(DENSE, len(owner)))
    return strips(points, half[..., None] * own_side, strip, locks.tip)


def strips(points: Array, half: Array, strip: NDArray[np.integer], tip: float) -> Piece:
    """Flat strips (N, K) of quads to both sides of curves, in strips of the strand texture from root to ``tip``."""
    count, rings = points.shape[:2]
    vertices = np.stack([points - half, points + half], axis=2)
    number = np.arange(count * rings * 2).reshape(count, rings, 2)
    faces = np.stack([number[:, :-1, 1], number[:, 1:, 1], number[:, 1:, 0], number[:, :-1, 0]], axis=-1)
    mirror = np.arange(count) % 2 == 1
    edges = np.where(mirror[:, None], [0.97, 0.03], [0.03, 0.97])
    u = (strip[:, None] + edges) / STRIPS
    v = np.linspace(0.995, tip, rings)
    uv = np.stack(np.broadcast_arrays(u[:, None, :], v[None, :, None]), axis=-1).reshape(-1, 2)
    faces = faces.reshape(-1, 4)
    return Piece(vertices.reshape(-1, 3), faces, uv[faces])


def wisps(head: HeadSpace, rng: np.random.Generator, flow: Steer, length: float = 0.020, count: int = 64) -> Piece:
    """Short loose hairs along the hairline between the ears, about ``length`` meters: a hairline thins out and has no
    edge."""
    theta = np.linspace(-1.22, 1.22, count) + rng.normal(scale=0.02, size=count)
    roots = head.on_chart(head.hairline(theta) - rng.uniform(-0.004, 0.010, count), theta)
    _, normal = head.distance(roots)
    start = 0.15 * normal + flow(head.local(roots), normal, 0.0)
    meters = length * rng.uniform(0.6, 1.4, count)
    reach, step = 1.4 * length, length / 8
    clear = np.full(count, 0.0012)
    points, normals = grow(head, roots, start, flow, reach, clear, stiffness=0.8, cling=0.4, step=step, rise=0.006)
    curves = cut(smoothed(points, 2), normals, meters / step, 4)
    size = np.full(count, 0.010)
    return carded(head, rng, Locks(*curves, size, 0.1 * size, clump=-0.3, roll=0.05, sparse=1.0, card=0.010, taper=0.0))


def ropes(
    head: HeadSpace,
    rng: np.random.Generator,
    points: Array,
    normals: Array,
    radius: Array,
    sides: int = 6,
    bumps: float = 0.15,
    ends: tuple[float, float] = (0.9, 0.45),
) -> Piece:
    """Round, slightly uneven ropes along curves (N, K, 3); ``radius`` (N, K) meters, which ends them where it is 0.
    ``ends``: v of the strand texture at their roots and tips."""
    count, rings = points.shape[:2]
    side, up = frames(points, normals)
    angle = 2 * np.pi * np.arange(sides) / sides
    uneven = 1 + bumps * rng.normal(size=(count, rings, 1))
    reach = (radius * head.scale)[..., None] * uneven
    ring = points[:, :, None] + (reach * np.cos(angle))[..., None] * side[:, :, None]
    ring = ring + (reach * np.sin(angle))[..., None] * up[:, :, None]
    number = np.arange(count * rings * sides).reshape(count, rings, sides)
    beside = np.roll(number, -1, axis=2)
    faces = np.stack([number[:, :-1], number[:, 1:], beside[:, 1:], beside[:, :-1]], axis=-1).reshape(-1, 4)
    fold = 0.3 + 0.4 * np.abs(np.linspace(-1, 1, sides + 1))
    u = (rng.choice(DENSE, count)[:, None] + fold) / STRIPS
    v = np.linspace(*ends, rings)
    corner = np.stack(
        [
            np.broadcast_to(np.stack([u[:, None, :-1], u[:, None, :-1], u[:, None, 1:], u[:, None, 1:]], axis=-1),
                            (count, rings - 1, sides, 4)),
            np.broadcast_to(np.stack([v[:-1], v[1:], v[1:], v[:-1]], axis=-1)[None, :, None],
                            (count, rings - 1, sides, 4)),
        ],
        axis=-1,
    )  # fmt: skip
    return Piece(ring.reshape(-1, 3), faces, corner.reshape(-1, 4, 2))


def grown_along(points: Array) -> Array:
    """(N, K) meters along curves from their roots."""
    steps = np.linalg.norm(np.diff(points, axis=1), axis=2)
    return np.concatenate([np.zeros((len(points), 1)), np.cumsum(steps, axis=1)], axis=1)


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
