"""The hair styles: where locks grow from, which way they want to go, and where they end.

All lengths are metres on a head of the model's size (:data:`ml_core.geometry.hair_surface.MODEL_SIZE`); local points
are relative to the middle of the skull, x to the person's left, -y to the front, z up.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.hair_shell import afro, cap
from ml_core.geometry.hair_strands import (
    STRIPS,
    Locks,
    Piece,
    cut,
    grow,
    hairline_roots,
    loft,
    scattered_roots,
    tangential,
)
from ml_core.geometry.hair_surface import HeadSpace
from ml_core.geometry.part_frame import unit

Array = NDArray[np.floating]
Rng = np.random.Generator

DOWN = np.array([0.0, 0.0, -1.0])
WHORL = np.array([0.012, 0.060, 0.070])
TIE_HIGH, TIE_LOW = np.array([0.0, 0.085, 0.045]), np.array([0.0, 0.092, 0.018])


def _profile(rings: int, root: float, full: float, tip: float, taper_from: float) -> Array:
    """(rings,) share of the width: from ``root`` up to 1 at ``full``, down to ``tip`` from ``taper_from`` on."""
    s = np.linspace(0, 1, rings)
    rising = root + (1 - root) * np.clip(s / full, 0, 1)
    falling = 1 - (1 - tip) * np.clip((s - taper_from) / (1 - taper_from), 0, 1) ** 1.6
    return rising * falling


def _lofted(
    head: HeadSpace, rng: Rng, curves: tuple[Array, Array], width: Array, thickness: Array, profile: Array, roll: float
) -> Piece:
    count = len(curves[0])
    scale = head.scale
    turn = rng.normal(scale=roll, size=count)
    locks = Locks(curves[0], curves[1], width * scale, thickness * scale, profile, turn)
    return loft(head, locks, rng.integers(0, STRIPS, count))


def _steps_to(points: Array, height: Array) -> Array:
    """(N,) steps after which curves (N, S, 3) first come below ``height``; all steps where they never do."""
    below = points[..., 2] < height[:, None]
    first = np.where(below.any(axis=1), below.argmax(axis=1), points.shape[1] - 1)
    return first.astype(float)


def buzz(head: HeadSpace, rng: Rng) -> list[Piece]:
    return [cap(head, rng, 0.0028, columns=96, ragged=0.004)]


def curly_afro(head: HeadSpace, rng: Rng) -> list[Piece]:
    return [afro(head, rng, 0.056)]


def short_crop(head: HeadSpace, rng: Rng) -> list[Piece]:
    """Textured on top and swept forward from the whorl, close at the sides and the nape."""

    def steer(q: Array, normal: Array, grown: float) -> Array:
        away = q - WHORL
        away = away / np.maximum(np.linalg.norm(away, axis=1, keepdims=True), 0.02)
        top = np.clip((q[:, 2] - 0.035) / 0.045, 0, 1)[:, None]
        forward = np.array([0.30, -1.0, 0.10])
        lift = 0.35 * np.clip((-q[:, 1:2] - 0.035) / 0.05, 0, 1) * top
        side = 0.9 * DOWN + np.array([0, 0.45, 0])
        flow = top * (forward + 0.7 * away) + (1 - top) * (side + 0.3 * away)
        return unit(tangential(flow, normal) + lift * normal)

    roots = scattered_roots(head, 105, rng, margin=0.012)
    front = hairline_roots(head, np.linspace(-0.95, 0.95, 15) + rng.normal(scale=0.03, size=15), rng)
    roots = np.concatenate([roots, front])
    q = head.local(roots)
    top = np.clip((q[:, 2] - 0.03) / 0.05, 0, 1)
    _, normal = head.distance(roots)
    start = 0.8 * normal + steer(q, normal, 0.0)
    clearance = (0.003 + 0.011 * top) * rng.uniform(0.6, 1.25, len(q))
    points, normals = grow(head, roots, start, steer, 0.064, clearance, stiffness=0.62, cling=0.25, step=0.005, rise=0.02)
    length = (0.026 + 0.030 * top) * rng.uniform(0.8, 1.15, len(q))
    curves = cut(points, normals, length / 0.005, 6)
    width = (0.014 + 0.007 * top) * rng.uniform(0.8, 1.2, len(q))
    lock = _lofted(head, rng, curves, width, 0.0035 + 0.0035 * top, _profile(7, 0.75, 0.3, 0.06, 0.35), 0.22)
    return [cap(head, rng, 0.0032), lock]


def side_part(head: HeadSpace, rng: Rng) -> list[Piece]:
    """Parted over the left eye, the long side combed across and back, the temples short."""
    part_x = 0.034

    def steer(q: Array, normal: Array, grown: float) -> Array:
        top = np.clip((q[:, 2] - 0.030) / 0.045, 0, 1)[:, None]
        across = np.where(q[:, :1] < part_x, np.array([-1.0, 0.55, 0.0]), np.array([1.0, 0.75, -0.1]))
        sides = np.array([0.0, 0.75, -0.85])
        flow = top * across + (1 - top) * sides
        front = np.clip((-q[:, 1:2] - 0.045) / 0.045, 0, 1) * top
        return unit(tangential(flow, normal) + 0.45 * front * (grown < 0.03) * normal)

    roots = scattered_roots(head, 92, rng, margin=0.012)
    front = hairline_roots(head, np.linspace(-0.9, 0.9, 17) + rng.normal(scale=0.03, size=17), rng)
    along = np.linspace(0, 1, 11)
    line = unit(np.stack([np.full(11, part_x - 0.006), -0.075 + 0.09 * along, 0.078 + 0.012 * along], axis=1))
    roots = np.concatenate([roots, front, head.towards(line)])
    q = head.local(roots)
    top = np.clip((q[:, 2] - 0.025) / 0.05, 0, 1)
    _, normal = head.distance(roots)
    start = 0.9 * normal + steer(q, normal, 0.0)
    long_side = (q[:, 0] < part_x) * top
    clearance = (0.0035 + 0.004 * top + 0.010 * long_side) * rng.uniform(0.6, 1.15, len(q))
    points, normals = grow(head, roots, start, steer, 0.11, clearance, stiffness=0.66, cling=0.3, step=0.006, rise=0.022)
    length = (0.034 + 0.026 * top + 0.034 * long_side) * rng.uniform(0.85, 1.15, len(q))
    curves = cut(points, normals, length / 0.006, 7)
    width = (0.015 + 0.006 * top) * rng.uniform(0.8, 1.2, len(q))
    lock = _lofted(head, rng, curves, width, 0.003 + 0.003 * top, _profile(8, 0.7, 0.25, 0.08, 0.5), 0.15)
    return [cap(head, rng, 0.0034), lock]


def _curtain(
    head: HeadSpace, rng: Rng, part_x: float, reach: float, end: Callable[[Array], Array], inward: float, wave: float = 0.0
) -> list[Piece]:
    """Hair that parts on top and falls; ``end`` gives the height (world z) at which the locks of local roots end."""

    def steer(q: Array, normal: Array, grown: float) -> Array:
        top = np.clip((q[:, 2] - 0.02) / 0.05, 0, 1)[:, None]
        side = np.sign(q[:, :1] - part_x + 1e-6)
        away = side * np.array([1.0, 0, 0]) + np.array([0, 0.45, 0.0]) + 0.25 * DOWN
        back = np.clip((q[:, 1:2] - 0.03) / 0.05, 0, 1)
        away = (1 - back) * away + back * (np.array([0, 0.6, -0.8]) + 0.25 * side * np.array([1.0, 0, 0]))
        # In front of the ears hair is drawn back a little, so that it frames the face and does not cover it.
        face = np.clip((-q[:, 1:2] - 0.03) / 0.04, 0, 1) * (1 - top)
        fall = DOWN + face * (np.array([0, 0.35, 0]) + 0.45 * side * np.array([1.0, 0, 0]))
        turned = np.clip((-q[:, 2:] - 0.05) / 0.05, 0, 1) * inward
        fall = fall - turned * unit(q * [1, 1, 0])
        return unit(top * tangential(away, normal) + (1 - top) * fall)

    roots = scattered_roots(head, 62, rng, margin=0.015)
    q = head.local(roots)
    roots = roots[~((q[:, 2] < 0.0) & (np.abs(q[:, 0]) > 0.05) & (q[:, 1] < 0.02))]
    along = np.linspace(-0.02, 1, 14)
    line = np.stack([np.full(14, part_x), -0.092 + 0.13 * along, 0.070 + 0.03 * np.sqrt(np.maximum(along, 0))], axis=1)
    seeds = unit(np.concatenate([line + [0.004, 0, 0], line - [0.004, 0, 0]]))
    sides = np.concatenate([np.linspace(-0.9, -0.12, 7), np.linspace(0.12, 0.9, 7)]) + rng.normal(scale=0.02, size=14)
    roots = np.concatenate([roots, head.towards(seeds), hairline_roots(head, sides + np.arctan2(part_x, 0.11), rng)])
    q = head.local(roots)
    _, normal = head.distance(roots)
    start = 0.9 * normal + steer(q, normal, 0.0)
    top = np.clip((q[:, 2] - 0.0) / 0.09, 0, 1)
    clearance = (0.004 + 0.013 * top) * rng.uniform(0.65, 1.15, len(q))
    points, normals = grow(head, roots, start, steer, reach, clearance, stiffness=0.74, cling=0.10, step=0.009, rise=0.035)
    if wave:
        points = _waved(head, points, normals, wave, rng)
    stop = _steps_to(points, end(q) + rng.normal(scale=0.006 * head.scale, size=len(q)))
    curves = cut(points, normals, stop, 9)
    width = rng.uniform(0.020, 0.030, len(q))
    lock = _lofted(head, rng, curves, width, np.full(len(q), 0.0055), _profile(10, 0.45, 0.25, 0.22, 0.72), 0.12)
    return [cap(head, rng, 0.0034), lock]


def _waved(head: HeadSpace, points: Array, normals: Array, amount: float, rng: Rng) -> Array:
    """Curves that swing from side to side, more towards their tips."""
    tangent = unit(np.gradient(points, axis=1))
    side = np.cross(tangent, normals)
    grown = np.arange(points.shape[1]) * 0.009
    phase = rng.uniform(0, 2 * np.pi, len(points))[:, None] * 0.4 + points[:, :1, 0] * 30
    swing = amount * head.scale * np.sin(2 * np.pi * grown / 0.075 + phase) * np.clip((grown - 0.05) / 0.08, 0, 1)
    return points + swing[..., None] * (0.75 * side + 0.5 * normals)


def bob(head: HeadSpace, rng: Rng) -> list[Piece]:
    chin = head.height_of("chin")

    def end(q: Array) -> Array:
        return chin + (0.012 + 0.22 * np.clip(q[:, 1], -0.05, 0.1)) * head.scale

    return _curtain(head, rng, 0.022, 0.34, end, inward=0.55)


def long_straight(head: HeadSpace, rng: Rng) -> list[Piece]:
    chin = head.height_of("chin")

    def end(q: Array) -> Array:
        return np.full(len(q), chin - 0.17 * head.scale)

    return _curtain(head, rng, 0.0, 0.52, end, inward=0.0)


def long_wavy(head: HeadSpace, rng: Rng) -> list[Piece]:
    chin = head.height_of("chin")

    def end(q: Array) -> Array:
        return np.full(len(q), chin - 0.12 * head.scale)

    return _curtain(head, rng, 0.028, 0.50, end, inward=0.0, wave=0.011)


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
    stop = np.where(near.any(axis=1), near.argmax(axis=1), points.shape[1] - 1).astype(float)
    curves = cut(points, normals, stop, 8)
    width = rng.uniform(0.017, 0.024, len(q))
    lock = _lofted(head, rng, curves, width, np.full(len(q), 0.0042), _profile(9, 0.55, 0.3, 0.35, 0.55), 0.06)
    return [cap(head, rng, 0.0032), lock]


def ponytail(head: HeadSpace, rng: Rng) -> list[Piece]:
    knot = head.towards(unit(TIE_HIGH))
    _, out = head.distance(knot)
    count = 30
    turn, radius = np.arange(count) * 2.4, np.sqrt((np.arange(count) + 0.5) / count)
    across = unit(np.cross(out, [1.0, 0, 0]))
    offset = radius[:, None] * (np.cos(turn)[:, None] * np.array([1.0, 0, 0]) + np.sin(turn)[:, None] * across)
    roots = knot + (0.012 * offset + 0.004 * out) * head.scale

    def steer(q: Array, normal: Array, grown: float) -> Array:
        pull = np.clip((grown - 0.015) / 0.07, 0, 1)
        away = np.clip(0.10 - grown, 0, 0.1) * 2
        return unit((1 - pull) * (out + 0.5 * offset) + pull * (DOWN + away * np.array([0, 1.0, 0]) + 0.10 * offset))

    clearance = np.full(count, 0.010) + 0.012 * radius
    points, normals = grow(head, roots, np.tile(out, (count, 1)) + 0.5 * offset, steer, 0.36, clearance, stiffness=0.8, step=0.010)
    bundle = head.local(points)
    middle = bundle.mean(axis=1 - 1, keepdims=True)
    grown = np.linspace(0, 1, points.shape[1])[None, :, None]
    spread = 1.15 - 0.55 * np.clip((grown - 0.45) / 0.55, 0, 1)
    points = head.world(middle + (bundle - middle) * spread)
    facing = unit(points - head.world(middle) + 0.004 * head.scale * out)
    length = rng.uniform(0.86, 1.0, count) * (points.shape[1] - 1)
    curves = cut(points, facing, length, 11)
    tail = _lofted(head, rng, curves, rng.uniform(0.017, 0.024, count), np.full(count, 0.006), _profile(12, 0.5, 0.2, 0.15, 0.6), 0.15)
    return [*_pulled_back(head, rng, TIE_HIGH), tail, _band(head, knot, out, 0.0165)]


def bun(head: HeadSpace, rng: Rng) -> list[Piece]:
    knot = head.towards(unit(TIE_HIGH))
    _, out = head.distance(knot)
    size = 0.034
    middle = knot + 0.020 * head.scale * out
    first = unit(np.cross(out, [1.0, 0, 0]))
    second = np.cross(out, first)
    count, rings = 20, 13
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
    locks = _lofted(
        head, rng, (points, unit(ball)), rng.uniform(0.014, 0.018, count), np.full(count, 0.007), _profile(rings, 0.8, 0.2, 0.35, 0.6), 0.10
    )
    return [*_pulled_back(head, rng, TIE_HIGH), locks, _ball(head, middle, out, 0.95 * size)]


def _ball(head: HeadSpace, middle: Array, out: Array, radius: float) -> Piece:
    """A plain core, so that no gap shows between the windings of a bun."""
    columns, rows = 16, 9
    first = unit(np.cross(out, [1.0, 0, 0]))
    second = np.cross(out, first)
    latitude = np.radians(np.linspace(84, -80, rows))[:, None]
    around = np.arange(columns) * 2 * np.pi / columns
    ball = np.cos(latitude)[..., None] * (np.cos(around)[None, :, None] * first + np.sin(around)[None, :, None] * second)
    ball = ball + 0.82 * np.sin(latitude)[..., None] * out
    from ml_core.geometry.hair_shell import _closed

    u = np.broadcast_to((0.06 + np.abs(np.linspace(-1, 1, columns + 1)) * 0.8) / STRIPS, (rows, columns + 1))
    v = np.broadcast_to(np.linspace(0.9, 0.1, rows)[:, None], u.shape)
    return _closed(middle + radius * head.scale * ball, u, v)


def _band(head: HeadSpace, knot: Array, out: Array, radius: float) -> Piece:
    """A turn of hair around the root of a tail, that hides its tie."""
    columns, rings = 20, 7
    first = unit(np.cross(out, [1.0, 0, 0]))
    second = np.cross(out, first)
    around = np.arange(columns) * 2 * np.pi / columns
    about = np.arange(rings) * 2 * np.pi / (rings - 1)
    spoke = np.cos(around)[:, None] * first + np.sin(around)[:, None] * second
    tube = spoke[None] * (radius + 0.0055 * np.cos(about))[:, None, None] + (0.010 + 0.0055 * np.sin(about))[:, None, None] * out
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


BUILDERS: dict[str, Callable[[HeadSpace, Rng], list[Piece]]] = {
    "buzz": buzz,
    "short_crop": short_crop,
    "side_part": side_part,
    "bob": bob,
    "long_straight": long_straight,
    "long_wavy": long_wavy,
    "ponytail": ponytail,
    "bun": bun,
    "afro": curly_afro,
}
