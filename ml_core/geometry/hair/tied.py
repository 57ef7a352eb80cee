"""Hair that is combed to a tie at the back of the head: a ponytail and a bun."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.hair.shell import cap, closed_grid
from ml_core.geometry.hair.strands import (
    STRIPS,
    Piece,
    cut,
    first_step,
    grow,
    hairline_roots,
    lofted,
    scattered_roots,
    smoothed,
    tangential,
    tapered,
)
from ml_core.geometry.hair.surface import HeadSpace
from ml_core.geometry.humanoid.frames import unit

Array = NDArray[np.floating]
Rng = np.random.Generator

DOWN = np.array([0.0, 0.0, -1.0])
TIE = np.array([0.0, 0.085, 0.045])
"""Local direction of the tie from the middle of the skull."""


def _pulled_back(head: HeadSpace, rng: Rng, tie: Array) -> list[Piece]:
    """All hair combed to the point ``tie`` (local) of the back of the head."""
    knot = head.local(head.towards(unit(tie)))

    def steer(q: Array, normal: Array, grown: float) -> Array:
        return tangential(knot - q, normal)

    theta = np.concatenate([np.linspace(-np.pi, np.pi, 46, endpoint=False)])
    edge = hairline_roots(head, theta + rng.normal(scale=0.02, size=len(theta)), rng, inside=0.008)
    inner = scattered_roots(head, 26, rng, margin=0.07)
    roots = np.concatenate([edge, inner])
    q = head.local(roots)
    _, normal = head.distance(roots)
    start = 0.25 * normal + steer(q, normal, 0.0)
    clearance = rng.uniform(0.0030, 0.0065, len(q)) + np.where(np.arange(len(q)) < len(edge), 0, 0.0025)
    points, normals = grow(head, roots, start, steer, 0.34, clearance, stiffness=0.45, cling=0.5, step=0.007, rise=0.03)
    near = np.linalg.norm(head.local(points) - knot, axis=2) < 0.013
    stop = first_step(near)
    curves = cut(smoothed(points, 2), normals, stop, 6)
    width = rng.uniform(0.018, 0.025, len(q))
    lock = lofted(head, rng, curves, width, np.full(len(q), 0.0040), tapered(7, 0.30, 0.3, 0.35, 0.55), 0.06)
    return [cap(head, rng, 0.0032), lock]


def ponytail(head: HeadSpace, rng: Rng) -> list[Piece]:
    knot = head.towards(unit(TIE))
    _, out = head.distance(knot)
    count = 26
    turn, radius = np.arange(count) * 2.4, np.sqrt((np.arange(count) + 0.5) / count)
    across = unit(np.cross(out, [1.0, 0, 0]))
    offset = radius[:, None] * (np.cos(turn)[:, None] * np.array([1.0, 0, 0]) + np.sin(turn)[:, None] * across)
    roots = knot + (0.012 * offset + 0.004 * out) * head.scale

    def steer(q: Array, normal: Array, grown: float) -> Array:
        pull = np.clip((grown - 0.015) / 0.07, 0, 1)
        away = np.clip(0.10 - grown, 0, 0.1) * 2
        return unit((1 - pull) * (out + 0.25 * offset) + pull * (DOWN + away * np.array([0, 1.0, 0])))

    clearance = 0.010 + 0.008 * radius
    points, _ = grow(
        head, roots, np.tile(out, (count, 1)) + 0.4 * offset, steer, 0.34, clearance, stiffness=0.8, step=0.010
    )
    bundle = head.local(points)
    middle = bundle.mean(axis=0, keepdims=True)
    grown = np.linspace(0, 1, points.shape[1])[None, :, None]
    spread = 1.0 + 0.25 * np.sin(np.pi * np.clip(grown / 0.7, 0, 1)) - 0.5 * np.clip((grown - 0.5) / 0.5, 0, 1)
    points = head.world(middle + (bundle - middle) * spread)
    facing = unit(points - head.world(middle) + 0.004 * head.scale * out)
    length = rng.uniform(0.86, 1.0, count) * (points.shape[1] - 1)
    curves = cut(points, facing, length, 10)
    width = rng.uniform(0.024, 0.032, count)
    tail = lofted(head, rng, curves, width, np.full(count, 0.0055), tapered(11, 0.45, 0.25, 0.15, 0.55), 0.15)
    return [*_pulled_back(head, rng, TIE), tail, _hair_band(head, knot, out, 0.0165)]


def bun(head: HeadSpace, rng: Rng) -> list[Piece]:
    knot = head.towards(unit(TIE))
    _, out = head.distance(knot)
    size = 0.034
    middle = knot + 0.020 * head.scale * out
    first = unit(np.cross(out, [1.0, 0, 0]))
    second = np.cross(out, first)
    count, rings = 20, 11
    s = np.linspace(0, 1, rings)
    begin = np.arange(count) * 2 * np.pi / count + rng.normal(scale=0.06, size=count)
    latitude = np.radians(-52 + 122 * s)[None] + rng.normal(scale=0.05, size=(count, 1))
    around = begin[:, None] + 1.9 * s[None] ** 1.1
    ball = (
        np.cos(latitude)[..., None] * (np.cos(around)[..., None] * first + np.sin(around)[..., None] * second)
        + 0.82 * np.sin(latitude)[..., None] * out
    )
    swell = 1 + 0.06 * rng.normal(size=(count, 1, 1))
    points = middle + size * head.scale * swell * ball
    locks = lofted(
        head,
        rng,
        (points, unit(ball)),
        rng.uniform(0.014, 0.018, count),
        np.full(count, 0.007),
        tapered(rings, 0.8, 0.2, 0.35, 0.6),
        0.10,
    )
    return [*_pulled_back(head, rng, TIE), locks, _ball(head, middle, out, 0.95 * size)]


def _ball(head: HeadSpace, middle: Array, out: Array, radius: float) -> Piece:
    """A plain core, so that no gap shows between the windings of a bun."""
    columns, rows = 16, 9
    first = unit(np.cross(out, [1.0, 0, 0]))
    second = np.cross(out, first)
    latitude = np.radians(np.linspace(84, -80, rows))[:, None]
    around = np.arange(columns) * 2 * np.pi / columns
    ball = np.cos(latitude)[..., None] * (
        np.cos(around)[None, :, None] * first + np.sin(around)[None, :, None] * second
    )
    ball = ball + 0.82 * np.sin(latitude)[..., None] * out
    u = np.broadcast_to((0.06 + np.abs(np.linspace(-1, 1, columns + 1)) * 0.8) / STRIPS, (rows, columns + 1))
    v = np.broadcast_to(np.linspace(0.9, 0.1, rows)[:, None], u.shape)
    return closed_grid(head.pushed_out(middle + radius * head.scale * ball, 0.0), u, v)


def _hair_band(head: HeadSpace, knot: Array, out: Array, radius: float) -> Piece:
    """A turn of hair around the root of a tail, that hides its tie."""
    columns, rings = 20, 7
    first = unit(np.cross(out, [1.0, 0, 0]))
    second = np.cross(out, first)
    around = np.arange(columns) * 2 * np.pi / columns
    about = np.arange(rings) * 2 * np.pi / (rings - 1)
    spoke = np.cos(around)[:, None] * first + np.sin(around)[:, None] * second
    tube = (
        spoke[None] * (radius + 0.0055 * np.cos(about))[:, None, None]
        + (0.010 + 0.0055 * np.sin(about))[:, None, None] * out
    )
    points = knot + tube * head.scale
    number = np.arange((rings - 1) * columns).reshape(rings - 1, columns)
    below, right = np.roll(number, -1, axis=0), np.roll(number, -1, axis=1)
    faces = np.stack([number, right, np.roll(right, -1, axis=0), below], axis=-1).reshape(-1, 4)
    u = 0.05 + 0.9 * np.arange(rings) / (rings - 1)
    v = 0.2 + 0.6 * np.abs(np.linspace(-1, 1, columns + 1))
    uv = np.stack(
        [
            np.stack(np.broadcast_arrays(u[:-1, None] / STRIPS, v[None, :-1]), -1),
            np.stack(np.broadcast_arrays(u[:-1, None] / STRIPS, v[None, 1:]), -1),
            np.stack(np.broadcast_arrays(u[1:, None] / STRIPS, v[None, 1:]), -1),
            np.stack(np.broadcast_arrays(u[1:, None] / STRIPS, v[None, :-1]), -1),
        ],
        axis=-2,
    )
    return Piece(points[:-1].reshape(-1, 3), faces, uv.reshape(-1, 4, 2))
