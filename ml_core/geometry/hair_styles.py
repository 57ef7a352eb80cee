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
    smoothed,
    tangential,
)
from ml_core.geometry.hair_surface import HeadSpace, hairline
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
    return _first(points[..., 2] < height[:, None])


def _steps_past_hairline(head: HeadSpace, points: Array, beyond: Array) -> Array:
    """(N,) steps after which curves lie further down the head chart than the hairline and ``beyond`` (N,)."""
    t, theta = head.chart(points)
    return _first(t > hairline(theta) + beyond[:, None])


def _first(reached: NDArray[np.bool_]) -> Array:
    return np.where(reached.any(axis=1), reached.argmax(axis=1), reached.shape[1] - 1).astype(float)


def _tier(
    head: HeadSpace, rng: Rng, theta: Array, t: float, overhang: float, lift: float, width: float, back: float = 0.5
) -> Piece:
    """A row of locks combed down and ``back`` from row ``t`` of the chart to ``overhang`` (of t) past the hairline."""

    def steer(q: Array, normal: Array, grown: float) -> Array:
        behind = np.clip((q[:, 1:2] - 0.02) / 0.05, 0, 1)
        return tangential(DOWN + (1 - behind) * back * np.array([0.0, 1.0, 0.0]), normal)

    count = len(theta)
    theta = theta + rng.normal(scale=0.015, size=count)
    roots = head.on_chart(t + rng.normal(scale=0.008, size=count), theta)
    _, normal = head.distance(roots)
    start = 0.2 * normal + steer(head.local(roots), normal, 0.0)
    clearance = lift * rng.uniform(0.85, 1.15, count)
    points, normals = grow(head, roots, start, steer, 0.17, clearance, stiffness=0.55, cling=0.4, step=0.006, rise=0.02)
    stop = _steps_past_hairline(head, points, overhang + rng.normal(scale=0.012, size=count))
    curves = cut(smoothed(points, 2), normals, np.maximum(stop, 4), 5)
    widths = width * rng.uniform(0.85, 1.15, count)
    return _lofted(head, rng, curves, widths, np.full(count, 0.0026), _profile(6, 0.85, 0.2, 0.14, 0.55), 0.05)


def buzz(head: HeadSpace, rng: Rng) -> list[Piece]:
    return [cap(head, rng, 0.0030, columns=72, row_count=16, ragged=0.005)]


def curly_afro(head: HeadSpace, rng: Rng) -> list[Piece]:
    return [afro(head, rng, 0.056)]


def _sides(count: int, front: float) -> Array:
    """``count`` angles of the head chart around the back, from ``front`` on the left to ``front`` on the right."""
    return np.linspace(front, 2 * np.pi - front, count) - 2 * np.pi * (np.linspace(front, 2 * np.pi - front, count) > np.pi)


def short_crop(head: HeadSpace, rng: Rng) -> list[Piece]:
    """Swept forward from the whorl into a short fringe, close at the sides and the nape."""

    def steer(q: Array, normal: Array, grown: float) -> Array:
        away = q - WHORL
        away = away / np.maximum(np.linalg.norm(away, axis=1, keepdims=True), 0.02)
        front = np.clip((0.045 - q[:, 1:2]) / 0.05, 0, 1)
        spread = np.concatenate([0.25 + 13 * q[:, :1], np.full_like(q[:, :1], -0.6), np.full_like(q[:, :1], -0.5)], axis=1)
        flow = away + front * spread
        return tangential(flow, normal)

    def locks(roots: Array, lift: float, length: float, width: float, upright: float = 0.55) -> Piece:
        _, normal = head.distance(roots)
        count = len(roots)
        start = upright * normal + steer(head.local(roots), normal, 0.0)
        clearance = lift * rng.uniform(0.8, 1.15, count)
        points, normals = grow(head, roots, start, steer, 0.10, clearance, stiffness=0.6, cling=0.3, step=0.005, rise=0.02)
        curves = cut(smoothed(points, 2), normals, length * rng.uniform(0.75, 1.15, count) / 0.005, 6)
        widths = width * rng.uniform(0.7, 1.15, count)
        return _lofted(head, rng, curves, widths, np.full(count, 0.0042), _profile(7, 0.8, 0.2, 0.14, 0.5), 0.12)

    def row(y: float, z: float, count: int, reach: float) -> Array:
        spots = np.stack([np.linspace(-reach, reach, count), np.full(count, y), np.full(count, z)], axis=1)
        return head.towards(unit(spots + 0.004 * rng.normal(size=spots.shape)))

    around = np.arange(20) * (2 * np.pi / 20) + rng.normal(scale=0.05, size=20)
    ring = np.stack([np.cos(around), np.sin(around), 0 * around], axis=1)
    return [
        cap(head, rng, 0.0032),
        _tier(head, rng, _sides(38, 0.85), 0.15, 0.030, 0.0042, 0.021),
        locks(head.towards(unit(WHORL + 0.008 * ring)), 0.0080, 0.088, 0.027),
        locks(row(0.020, 0.092, 8, 0.052), 0.0100, 0.066, 0.022),
        locks(row(-0.015, 0.092, 9, 0.054), 0.0110, 0.064, 0.021),
        locks(row(-0.045, 0.084, 10, 0.054), 0.0115, 0.062, 0.020),
        locks(row(-0.066, 0.068, 11, 0.056), 0.0115, 0.056, 0.018),
        locks(row(-0.082, 0.046, 14, 0.060), 0.0095, 0.046, 0.016),
    ]


def side_part(head: HeadSpace, rng: Rng) -> list[Piece]:
    """Parted over the left eye, the long side combed across and back, close at the ears and the nape."""
    part = _part(head, 0.036)

    def steer(q: Array, normal: Array, grown: float) -> Array:
        behind = np.clip((q[:, 1:2] - 0.02) / 0.05, 0, 1)
        drift = np.where(q[:, :1] > part[0, 0], 0.2, 0.5) * (1 - behind)
        away = _from_part(q, part) + drift * np.array([0.0, 1.0, 0.0])
        return tangential(away + 0.35 * DOWN, normal)

    line = _beside_part(head, part, 13)
    fan = _fan(head, part[1], np.linspace(-1.6, 1.6, 15))
    roots = np.concatenate([line, fan])
    q = head.local(roots)
    _, normal = head.distance(roots)
    long_side = np.clip((part[0, 0] - q[:, 0]) / 0.01, 0, 1) * np.clip((0.03 - q[:, 1]) / 0.04, 0, 1)
    start = (0.3 + 0.5 * long_side)[:, None] * normal + steer(q, normal, 0.0)
    clearance = (0.0058 + 0.0095 * long_side) * rng.uniform(0.85, 1.15, len(q))
    points, normals = grow(head, roots, start, steer, 0.20, clearance, stiffness=0.66, cling=0.4, step=0.006, rise=0.03)
    stop = np.minimum(
        _steps_past_hairline(head, points, -0.09 + rng.normal(scale=0.03, size=len(q))),
        rng.uniform(0.14, 0.18, len(q)) / 0.006,
    )
    curves = cut(smoothed(points, 3), normals, np.maximum(stop, 5), 7)
    width = rng.uniform(0.019, 0.027, len(q))
    lock = _lofted(head, rng, curves, width, np.full(len(q), 0.0038), _profile(8, 0.75, 0.2, 0.12, 0.5), 0.10)
    front = _swept_back(head, rng, np.append(np.linspace(-0.95, 0.10, 15), np.linspace(0.64, 0.95, 5)))
    return [cap(head, rng, 0.0034), _tier(head, rng, _sides(38, 0.80), 0.14, 0.030, 0.0042, 0.021, back=0.8), front, lock]


def _swept_back(head: HeadSpace, rng: Rng, theta: Array) -> Piece:
    """Locks from the hairline over the forehead, combed back and to the right."""

    def steer(q: Array, normal: Array, grown: float) -> Array:
        side = np.where(q[:, :1] > 0.03, 0.5, -0.55)
        up = 0.9 * np.clip((-q[:, 1:2] - 0.05) / 0.03, 0, 1)
        return tangential(np.concatenate([side, np.ones_like(side), up], axis=1), normal)

    count = len(theta)
    roots = hairline_roots(head, theta + rng.normal(scale=0.02, size=count), rng, inside=0.006)
    _, normal = head.distance(roots)
    start = 0.15 * normal + steer(head.local(roots), normal, 0.0)
    lift = rng.uniform(0.006, 0.0085, count)
    points, normals = grow(head, roots, start, steer, 0.12, lift, stiffness=0.5, cling=0.4, step=0.006, rise=0.03)
    curves = cut(smoothed(points, 2), normals, rng.uniform(0.085, 0.105, count) / 0.006, 6)
    width = rng.uniform(0.016, 0.020, count)
    return _lofted(head, rng, curves, width, np.full(count, 0.0034), _profile(7, 0.6, 0.3, 0.15, 0.5), 0.05)


def _from_part(q: Array, part: Array) -> Array:
    """Horizontal unit directions (N, 3) away from a part (2, 3), and around its rear end to all sides."""
    front, rear = part[:, :2]
    along = rear - front
    share = np.clip((q[:, :2] - front) @ along / (along @ along), 0, 1)[:, None]
    away = np.concatenate([q[:, :2] - front - share * along, np.zeros((len(q), 1))], axis=1)
    return away / np.maximum(np.linalg.norm(away, axis=1, keepdims=True), 0.002)


def _fan(head: HeadSpace, middle: Array, angles: Array) -> Array:
    """Roots (N, 3) around the back of a local point of the skin; angle 0 lies behind it."""
    offset = 0.007 * np.stack([np.sin(angles), np.cos(angles), 0 * angles], axis=1)
    return head.towards(unit(middle + offset))


def _curtain(
    head: HeadSpace, rng: Rng, part_x: float, reach: float, end: Callable[[Array], Array], inward: float, wave: float = 0.0
) -> list[Piece]:
    """Hair that parts on top and falls; ``end`` gives the height (world z) at which the locks of local roots end."""

    part = _part(head, part_x)

    def steer(q: Array, normal: Array, grown: float) -> Array:
        top = np.clip((q[:, 2] - 0.005) / 0.065, 0, 1)[:, None]
        behind = np.clip((q[:, 1:2] - 0.02) / 0.05, 0, 1)
        away = _from_part(q, part) + (1 - behind) * np.array([0, 0.30, 0.0]) + 0.25 * DOWN
        # Over the forehead hair keeps to the side until it is past the eyes, so that it frames the face.
        face = np.clip((-q[:, 1:2] - 0.02) / 0.04, 0, 1) * np.clip((q[:, 2:] + 0.10) / 0.03, 0, 1)
        past = np.clip((np.abs(q[:, :1]) - 0.030) / 0.035, 0.05, 1)
        side = np.where(q[:, :1] > part_x, 1.0, -1.0) * np.array([1.0, 0, 0]) + np.array([0, 0.35, 0])
        fall = (1 - face) * DOWN + face * (past * DOWN + 1.3 * (1.15 - past) * side)
        turned = np.clip((-q[:, 2:] - 0.05) / 0.05, 0, 1) * inward
        fall = fall - turned * unit(q * [1, 1, 0])
        # On the shoulders hair goes to the chest or the back, not out along the arms.
        low = np.clip((-q[:, 2:] - 0.10) / 0.03, 0, 1)
        inwards = -np.sign(q[:, :1]) * np.clip((np.abs(q[:, :1]) - 0.055) / 0.03, 0, 2)
        front = q[:, 1:2] < 0.005
        along = np.where(front, -np.clip((q[:, 1:2] + 0.055) / 0.03, 0, 1), np.clip((0.11 - q[:, 1:2]) / 0.03, 0, 1))
        fall = fall + low * (inwards * np.array([1.0, 0, 0]) + along * np.array([0, 1.0, 0]) * (np.abs(q[:, :1]) > 0.04))
        return unit(top * tangential(away, normal) + (1 - top) * fall)

    seeds = _beside_part(head, part, 14)
    under = scattered_roots(head, 30 if wave else 44, rng, margin=0.015)
    q = head.local(under)
    by_ear = (q[:, 2] < 0.0) & (np.abs(q[:, 0]) > 0.05) & (q[:, 1] < 0.02)
    under = under[(q[:, 2] < 0.062) & (q[:, 2] > -0.035) & ~by_ear]
    sides = np.concatenate([np.linspace(-0.95, -0.25, 5), np.linspace(0.25, 0.95, 5)]) + rng.normal(scale=0.02, size=10)
    front = hairline_roots(head, sides + np.arctan2(part_x, 0.11), rng)
    fan = _fan(head, part[1], np.linspace(-1.6, 1.6, 14))
    roots = np.concatenate([under, front, seeds, fan])
    outer = np.arange(len(roots)) >= len(under) + len(front)
    q = head.local(roots)
    _, normal = head.distance(roots)
    start = 0.5 * normal + steer(q, normal, 0.0)
    clearance = np.where(outer, 0.0125, 0.006) * rng.uniform(0.85, 1.12, len(q))
    points, normals = grow(head, roots, start, steer, reach, clearance, stiffness=0.74, cling=0.12, step=0.009, rise=0.035)
    points = smoothed(points, 3)
    if wave:
        points = _waved(head, points, normals, wave, rng)
    stop = _steps_to(points, end(q) + rng.normal(scale=0.006 * head.scale, size=len(q)))
    segments = 11 if wave else 9
    curves = cut(points, normals, stop, segments, crowd=1.0 if wave else 1.3)
    width = rng.uniform(0.026, 0.036, len(q))
    lock = _lofted(head, rng, curves, width, np.full(len(q), 0.0042), _profile(segments + 1, 0.5, 0.3, 0.25, 0.70), 0.08)
    return [cap(head, rng, 0.0034), lock]


def _waved(head: HeadSpace, points: Array, normals: Array, amount: float, rng: Rng) -> Array:
    """Curves that swing from side to side, more towards their tips."""
    tangent = unit(np.gradient(points, axis=1))
    side = np.cross(tangent, normals)
    grown = np.arange(points.shape[1]) * 0.009
    phase = rng.uniform(-0.6, 0.6, len(points))[:, None] + 25 * head.local(points)[:, :1, 0]
    swing = amount * head.scale * np.sin(2 * np.pi * grown / 0.075 + phase) * np.clip((grown - 0.11) / 0.10, 0, 1)
    return points + swing[..., None] * (0.85 * side + 0.3 * normals)


def _part(head: HeadSpace, part_x: float) -> Array:
    """Local ends (2, 3) of a part on the skin: at the hairline, and at the crown."""
    theta = np.arctan2(part_x, 0.10)
    front = head.on_chart(hairline(theta) - 0.004, np.array(theta))
    rear = head.towards(unit(np.array([0.35 * part_x, 0.045, 0.085])))
    return head.local(np.stack([front, rear]))


def _beside_part(head: HeadSpace, part: Array, count: int) -> Array:
    """Roots (2 count, 3) along both sides of a part."""
    along = np.linspace(0, 1, count)[:, None]
    line = part[0] * (1 - along) + part[1] * along
    aside = np.array([0.0035, 0, 0])
    return np.concatenate([head.towards(unit(line + aside)), head.towards(unit(line - aside))])


def bob(head: HeadSpace, rng: Rng) -> list[Piece]:
    chin = head.height_of("chin")

    def end(q: Array) -> Array:
        return chin + (0.010 + 0.30 * np.clip(q[:, 1], -0.05, 0.1)) * head.scale

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
    curves = cut(smoothed(points, 2), normals, stop, 6)
    width = rng.uniform(0.018, 0.025, len(q))
    lock = _lofted(head, rng, curves, width, np.full(len(q), 0.0040), _profile(7, 0.55, 0.3, 0.35, 0.55), 0.06)
    return [cap(head, rng, 0.0032), lock]


def ponytail(head: HeadSpace, rng: Rng) -> list[Piece]:
    knot = head.towards(unit(TIE_HIGH))
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
    tail = _lofted(head, rng, curves, width, np.full(count, 0.0055), _profile(11, 0.45, 0.25, 0.15, 0.55), 0.15)
    return [*_pulled_back(head, rng, TIE_HIGH), tail, _band(head, knot, out, 0.0165)]


def bun(head: HeadSpace, rng: Rng) -> list[Piece]:
    knot = head.towards(unit(TIE_HIGH))
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
