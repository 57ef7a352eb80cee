"""Hair that is combed to one or two ties: ponytails, pigtails, buns and braids."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.hair.shell import cap
from ml_core.geometry.hair.short import BACK, DOWN
from ml_core.geometry.hair.strands import (
    Locks,
    Piece,
    Waves,
    carded,
    cut,
    first_step,
    grow,
    hairline_roots,
    ropes,
    scattered_roots,
    smoothed,
    tangential,
    wisps,
)
from ml_core.geometry.hair.surface import HeadSpace
from ml_core.geometry.humanoid.frames import unit

Array = NDArray[np.floating]
Rng = np.random.Generator

TIE = np.array([0.0, 0.085, 0.035])
HIGH = np.array([0.0, 0.055, 0.075])
NAPE = np.array([0.0, 0.085, -0.028])
TOP = np.array([0.0, 0.020, 0.095])
SIDES = (np.array([0.062, 0.055, -0.005]), np.array([-0.062, 0.055, -0.005]))
"""Local directions of ties from the middle of the skull."""
_OVER_FOREHEAD = 0.10
"""Meters by which hair over the forehead aims above its tie."""
_TIED = 0.6
"""v at which strands reach their tie: there they neither thin out nor have the color of tips."""


def pulled(head: HeadSpace, rng: Rng, ties: Sequence[Array], volume: float = 0.0035) -> list[Piece]:
    """All hair combed close to the head to the nearest of the ``ties`` (local directions), parted between two."""
    knots = np.array([head.local(head.towards(unit(tie))) for tie in ties])

    def nearest(q: Array) -> Array:
        if len(knots) == 1:
            return np.broadcast_to(knots[0], q.shape)
        return knots[(q[:, 0] * np.sign(knots[0, 0]) < 0).astype(int)]

    theta = np.linspace(-np.pi, np.pi, 72, endpoint=False)
    edge = hairline_roots(
        head, theta + rng.normal(scale=0.015, size=72), rng, inside=np.where(np.abs(theta) < 1.15, 0.004, 0.009)
    )
    inner = scattered_roots(head, 90, rng, margin=0.05)
    roots = np.concatenate([edge, inner])
    q = head.local(roots)
    goal = nearest(q)
    away = np.linalg.norm(goal - q, axis=1)
    roots, q, goal = (values[away > 0.022] for values in (roots, q, goal))

    def steer(at: Array, normal: Array, grown: float) -> Array:
        # The straight way from the forehead to the nape would lead down over the face.
        over = _OVER_FOREHEAD * np.clip(-normal[:, 1:2], 0, 1) * np.array([0.0, 0.0, 1.0])
        return tangential(goal - at + over, normal)

    _, normal = head.distance(roots)
    start = 0.25 * normal + steer(q, normal, 0.0)
    clearance = volume * rng.uniform(0.6, 1.4, len(q))
    points, normals = grow(head, roots, start, steer, 0.30, clearance, stiffness=0.4, cling=0.55, step=0.006, rise=0.02)
    stop = first_step(np.linalg.norm(head.local(points) - goal[:, None], axis=2) < 0.012)
    curves = cut(smoothed(points, 2), normals, np.maximum(stop + 1, 3), 8)
    locks = Locks(
        *curves,
        rng.uniform(0.017, 0.023, len(q)),
        np.full(len(q), 0.003),
        clump=0.55,
        roll=0.08,
        sparse=0.12,
        tip=_TIED,
        root=0.75,
    )
    return [
        cap(head, rng, 0.0022, beyond=0.0, closed=np.ones_like),
        wisps(head, rng, _swept_to_the_ears, count=44),
        carded(head, rng, locks),
    ]


def _swept_to_the_ears(q: Array, normal: Array, grown: float) -> Array:
    """Where loose hairs of the hairline lie: back and aside, too short for the tie."""
    return tangential(
        np.sign(q[:, :1]) * [0.2, 0, 0] + BACK + 0.6 * np.clip(q[:, 2:] / 0.03, -1, 1) * [0, 0, 1.0], normal
    )


def tail(
    head: HeadSpace,
    rng: Rng,
    tie: Array,
    length: float,
    *,
    count: int = 30,
    thickness: float = 0.012,
    away: float = 1.0,
    waves: Waves | None = None,
) -> list[Piece]:
    """A tail that hangs from a tie, and the band of hair around its root."""
    knot = head.towards(unit(tie))
    _, out = head.distance(knot)
    turn, radius = np.arange(count) * 2.4, np.sqrt((np.arange(count) + 0.5) / count)
    first = unit(np.cross(out, [0.3, 0.2, 1.0]))
    second = np.cross(out, first)
    offset = radius[:, None] * (np.cos(turn)[:, None] * first + np.sin(turn)[:, None] * second)
    roots = knot + (thickness * offset + 0.004 * out) * head.scale
    flat = unit(out * [1, 1, 0] + [0, 0.001, 0])
    up = max(float(out[2]), 0.0)
    spread_out, lean = 0.25 - 0.2 * up, 0.9 * up**2  # what stands up falls over to one side as a whole

    def steer(q: Array, normal: Array, grown: float) -> Array:
        pull = np.clip((grown - 0.012) / 0.07, 0, 1)
        aside = np.clip(0.10 - grown, 0, 0.1) * 2 * away + lean * np.clip(0.2 - grown, 0, 0.2) * 5
        return unit((1 - pull) * (away * out + spread_out * offset + lean * flat) + pull * (DOWN + aside * flat))

    clearance = 0.010 + 0.010 * radius
    start = np.tile(out, (count, 1)) + (0.4 - 0.3 * up) * offset
    points, _ = grow(head, roots, start, steer, length, clearance, stiffness=0.8, step=0.010)
    bundle = head.local(points)
    middle = bundle.mean(axis=0, keepdims=True)
    s = np.linspace(0, 1, points.shape[1])[None, :, None]
    spread = 1.0 + 0.5 * np.sin(np.pi * np.clip(s / 0.7, 0, 1)) - 0.45 * np.clip((s - 0.5) / 0.5, 0, 1)
    points = head.world(middle + (bundle - middle) * spread)
    facing = unit(points - head.world(middle) + 0.004 * head.scale * out)
    stop = rng.uniform(0.82, 1.0, count) * (points.shape[1] - 1)
    curves = cut(points, facing, stop, 22 if waves else 13)
    locks = Locks(*curves, rng.uniform(0.014, 0.020, count), np.full(count, 0.003), clump=0.35, roll=0.35)
    return [carded(head, rng, locks, waves), band(head, rng, knot, out, thickness + 0.003)]


def band(head: HeadSpace, rng: Rng, knot: Array, out: Array, radius: float, height: float = 0.007) -> Piece:
    """A turn of hair around the root of a tail, that hides its tie."""
    first = unit(np.cross(out, [0.3, 0.2, 1.0]))
    second = np.cross(out, first)
    around = np.linspace(0, 2 * np.pi, 17)
    spoke = np.cos(around)[:, None] * first + np.sin(around)[:, None] * second
    points = knot + (spoke * radius + out * height) * head.scale
    return ropes(head, rng, points[None], spoke[None], np.full((1, 17), 0.0048), sides=6, bumps=0.0)


def _knot(head: HeadSpace, rng: Rng, tie: Array, size: float) -> list[Piece]:
    """A bun: a ball of strands wound around a tie."""
    at = head.towards(unit(tie))
    _, out = head.distance(at)
    middle = at + 0.62 * size * head.scale * out
    first = unit(np.cross(out, [1.0, 0.2, 0]))
    second = np.cross(out, first)
    count, rings = 34, 12
    s = np.linspace(0, 1, rings)
    begin = np.arange(count) * 2 * np.pi / count + rng.normal(scale=0.06, size=count)
    latitude = np.radians(-55 + 142 * s)[None] + rng.normal(scale=0.07, size=(count, 1))
    around = begin[:, None] + 2.2 * s[None] ** 1.1
    ball = (
        np.cos(latitude)[..., None] * (np.cos(around)[..., None] * first + np.sin(around)[..., None] * second)
        + 0.8 * np.sin(latitude)[..., None] * out
    )
    swell = 1 + 0.05 * rng.normal(size=(count, 1, 1))
    points = middle + size * head.scale * swell * ball
    locks = Locks(points, unit(ball), rng.uniform(0.012, 0.016, count), np.full(count, 0.003), clump=0.5, roll=0.12,
                  sparse=0.15)  # fmt: skip
    spine = middle + np.linspace(-0.8, 0.72, 7)[:, None] * size * head.scale * out
    core = 0.93 * size * np.sqrt(np.clip(1 - (np.linspace(-0.99, 1.0, 7)) ** 2, 0, 1))
    inside = ropes(
        head,
        rng,
        np.asarray(spine, np.float64)[None],
        np.broadcast_to(first, (1, 7, 3)),
        core[None],
        sides=14,
        bumps=0.0,
    )
    return [carded(head, rng, locks), inside]


def plait(head: HeadSpace, rng: Rng, path: Array, width: Array, turns: float) -> list[Piece]:
    """Three ropes that cross each other along a path (K, 3); ``width`` (K,) meters of the braid, and its loose end."""
    s = np.linspace(0, 1, len(path))
    tangent = unit(np.gradient(path, axis=0))
    side = unit(np.cross(tangent, [0.0, 1.0, 0.15]))
    up = np.cross(side, tangent)
    pieces = []
    strands, normals = [], []
    for number in range(3):
        phase = 2 * np.pi * (turns * s + number / 3)
        offset = (0.48 * np.sin(phase) * width)[:, None] * side + (0.20 * np.sin(2 * phase) * width)[:, None] * up
        strands.append(path + offset * head.scale)
        normals.append(up)
    radius = np.broadcast_to(0.36 * width * np.clip((1 - s) / 0.02 + 0.6, 0.0, 1.0), (3, len(path)))
    pieces.append(ropes(head, rng, np.stack(strands), np.stack(normals), radius, sides=7, bumps=0.03))
    last = unit(path[-1] - path[-3])
    count, end = 7, np.linspace(0, 0.045, 6)[:, None]
    offset = rng.normal(scale=0.0045, size=(count, 1, 3)) * head.scale
    brush = path[-1] + offset + (end * last + end * 0.7 * rng.normal(scale=0.3, size=(count, 1, 3))) * head.scale
    facing = np.broadcast_to(up[-1], brush.shape)
    locks = Locks(brush, facing, np.full(count, 0.012), np.full(count, 0.002), clump=0.3, roll=0.6)
    return [*pieces, carded(head, rng, locks)]


def _braid(head: HeadSpace, rng: Rng, tie: Array, length: float, width: float) -> list[Piece]:
    """A braid that hangs from a tie."""
    knot = head.towards(unit(tie))
    _, out = head.distance(knot)
    flat = unit(out * [1, 1, 0] + [0, 0.001, 0])

    def steer(q: Array, normal: Array, grown: float) -> Array:
        pull = np.clip((grown - 0.01) / 0.04, 0, 1)
        return unit((1 - pull) * out[None] + pull * (DOWN + 0.05 * flat))

    clear = np.array([0.55 * width + 0.004])
    points, _ = grow(head, knot[None], out[None], steer, length, clear, stiffness=0.8, step=0.006, rise=0.01)
    path = smoothed(points, 4)[0]
    keep = np.linspace(0, len(path) - 1, max(int(length / 0.0058), 8))
    path = np.stack([np.interp(keep, np.arange(len(path)), path[:, axis]) for axis in range(3)], axis=1)
    s = np.linspace(0, 1, len(path))
    sizes = width * (1.0 - 0.45 * s)
    return [*plait(head, rng, path, sizes, length / (2.6 * width)), band(head, rng, knot, out, 0.42 * width, 0.003)]


def ponytail(head: HeadSpace, rng: Rng) -> list[Piece]:
    return [*pulled(head, rng, [TIE]), *tail(head, rng, TIE, 0.32)]


def high_ponytail(head: HeadSpace, rng: Rng) -> list[Piece]:
    waves = Waves(side=0.006, out=0.003, length=0.10, start=0.08, spread=0.2)
    return [*pulled(head, rng, [HIGH]), *tail(head, rng, HIGH, 0.36, count=26, thickness=0.010, away=0.5, waves=waves)]


def low_ponytail(head: HeadSpace, rng: Rng) -> list[Piece]:
    return [*pulled(head, rng, [NAPE], 0.005), *tail(head, rng, NAPE, 0.26, away=0.35)]


def pigtails(head: HeadSpace, rng: Rng) -> list[Piece]:
    pieces = pulled(head, rng, SIDES)
    for tie in SIDES:
        pieces += tail(head, rng, tie, 0.24, count=20, thickness=0.009)
    return pieces


def bun(head: HeadSpace, rng: Rng) -> list[Piece]:
    return [*pulled(head, rng, [TIE]), *_knot(head, rng, TIE, 0.034)]


def low_bun(head: HeadSpace, rng: Rng) -> list[Piece]:
    tie = NAPE + 0.012 * BACK
    return [*pulled(head, rng, [tie], 0.006), *_knot(head, rng, tie, 0.032)]


def top_knot(head: HeadSpace, rng: Rng) -> list[Piece]:
    return [*pulled(head, rng, [TOP]), *_knot(head, rng, TOP, 0.030)]


def space_buns(head: HeadSpace, rng: Rng) -> list[Piece]:
    ties = (np.array([0.058, 0.03, 0.070]), np.array([-0.058, 0.03, 0.070]))
    pieces = pulled(head, rng, ties)
    for tie in ties:
        pieces += _knot(head, rng, tie, 0.027)
    return pieces


def braid(head: HeadSpace, rng: Rng) -> list[Piece]:
    return [*pulled(head, rng, [NAPE], 0.005), *_braid(head, rng, NAPE, 0.36, 0.030)]


def twin_braids(head: HeadSpace, rng: Rng) -> list[Piece]:
    ties = tuple(tie + np.array([0, -0.008, -0.02]) for tie in SIDES)
    pieces = pulled(head, rng, ties, 0.004)
    for tie in ties:
        pieces += _braid(head, rng, tie, 0.27, 0.022)
    return pieces


STYLES: dict[str, Callable[[HeadSpace, Rng], list[Piece]]] = {
    "ponytail": ponytail,
    "high_ponytail": high_ponytail,
    "low_ponytail": low_ponytail,
    "pigtails": pigtails,
    "bun": bun,
    "low_bun": low_bun,
    "top_knot": top_knot,
    "space_buns": space_buns,
    "braid": braid,
    "twin_braids": twin_braids,
}
