"""The hair styles: where locks grow from, which way they want to go, and where they end.

All lengths are metres on a head of the model's size (:data:`ml_core.geometry.hair.surface.MODEL_SIZE`); local points
are relative to the middle of the skull, x to the person's left, -y to the front, z up.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.hair.shell import afro, cap
from ml_core.geometry.hair.strands import (
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
from ml_core.geometry.hair.surface import HeadSpace, hairline
from ml_core.geometry.hair.tied import bun, ponytail
from ml_core.geometry.humanoid.frames import unit

Array = NDArray[np.floating]
Rng = np.random.Generator

DOWN = np.array([0.0, 0.0, -1.0])
WHORL = np.array([0.012, 0.060, 0.070])


def _steps_to(points: Array, height: Array) -> Array:
    """(N,) steps after which curves (N, S, 3) first come below ``height``; all steps where they never do."""
    return first_step(points[..., 2] < height[:, None])


def _steps_past_hairline(head: HeadSpace, points: Array, beyond: Array, free: int = 0) -> Array:
    """(N,) steps, at least ``free``, after which curves lie ``beyond`` (N,) of t further down than the hairline."""
    t, theta = head.chart(points)
    past = t > hairline(theta) + beyond[:, None]
    past[:, :free] = False
    return first_step(past)


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
    return lofted(head, rng, curves, widths, np.full(count, 0.0026), tapered(6, 0.85, 0.2, 0.14, 0.55), 0.05)


def buzz(head: HeadSpace, rng: Rng) -> list[Piece]:
    return [cap(head, rng, 0.0030, columns=72, row_count=16, ragged=0.005)]


def curly_afro(head: HeadSpace, rng: Rng) -> list[Piece]:
    return [afro(head, rng, 0.056)]


def _sides(count: int, front: float) -> Array:
    """``count`` angles of the head chart around the back, from ``front`` on the left to ``front`` on the right."""
    return np.linspace(front, 2 * np.pi - front, count) - 2 * np.pi * (
        np.linspace(front, 2 * np.pi - front, count) > np.pi
    )


def short_crop(head: HeadSpace, rng: Rng) -> list[Piece]:
    """Swept forward from the whorl into a short fringe, close at the sides and the nape."""

    def steer(q: Array, normal: Array, grown: float) -> Array:
        away = q - WHORL
        away = away / np.maximum(np.linalg.norm(away, axis=1, keepdims=True), 0.02)
        front = np.clip((0.045 - q[:, 1:2]) / 0.05, 0, 1)
        spread = np.concatenate(
            [0.25 + 13 * q[:, :1], np.full_like(q[:, :1], -0.6), np.full_like(q[:, :1], -0.5)], axis=1
        )
        flow = away + front * spread
        return tangential(flow, normal)

    def locks(roots: Array, lift: float, length: float, width: float, upright: float = 0.55) -> Piece:
        _, normal = head.distance(roots)
        count = len(roots)
        start = upright * normal + steer(head.local(roots), normal, 0.0)
        clearance = lift * rng.uniform(0.8, 1.15, count)
        points, normals = grow(
            head, roots, start, steer, 0.10, clearance, stiffness=0.6, cling=0.3, step=0.005, rise=0.02
        )
        curves = cut(smoothed(points, 2), normals, length * rng.uniform(0.65, 1.25, count) / 0.005, 5)
        widths = width * rng.uniform(0.6, 1.3, count)
        return lofted(head, rng, curves, widths, np.full(count, 0.0030), tapered(6, 0.8, 0.2, 0.06, 0.35), 0.2)

    def row(y: float, z: float, count: int, reach: float) -> Array:
        spots = np.stack([np.linspace(-reach, reach, count), np.full(count, y), np.full(count, z)], axis=1)
        return head.towards(unit(spots + 0.004 * rng.normal(size=spots.shape)))

    around = np.arange(28) * (2 * np.pi / 28) + rng.normal(scale=0.05, size=28)
    ring = np.stack([np.cos(around), np.sin(around), 0 * around], axis=1)
    return [
        cap(head, rng, 0.0032),
        _tier(head, rng, _sides(38, 0.85), 0.15, 0.030, 0.0042, 0.021),
        locks(head.towards(unit(WHORL + 0.008 * ring)), 0.0080, 0.094, 0.020),
        locks(row(0.020, 0.092, 15, 0.052), 0.0095, 0.074, 0.013),
        locks(row(-0.015, 0.092, 17, 0.054), 0.0105, 0.072, 0.0125),
        locks(row(-0.045, 0.084, 18, 0.054), 0.0110, 0.068, 0.012),
        locks(row(-0.066, 0.068, 19, 0.056), 0.0110, 0.060, 0.011),
        locks(row(-0.082, 0.046, 22, 0.060), 0.0092, 0.048, 0.0105),
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
        _steps_past_hairline(head, points, -0.09 + rng.normal(scale=0.03, size=len(q)), free=15),
        rng.uniform(0.14, 0.18, len(q)) / 0.006,
    )
    curves = cut(smoothed(points, 3), normals, np.maximum(stop, 5), 7)
    width = rng.uniform(0.019, 0.027, len(q))
    lock = lofted(head, rng, curves, width, np.full(len(q), 0.0038), tapered(8, 0.75, 0.2, 0.12, 0.5), 0.10)
    front = _swept_back(head, rng, np.append(np.linspace(-0.95, 0.10, 15), np.linspace(0.64, 0.95, 5)))
    return [
        cap(head, rng, 0.0034),
        _tier(head, rng, _sides(38, 0.80), 0.14, 0.030, 0.0042, 0.021, back=0.8),
        front,
        lock,
    ]


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
    width = rng.uniform(0.015, 0.019, count)
    return lofted(head, rng, curves, width, np.full(count, 0.0034), tapered(7, 0.25, 0.35, 0.15, 0.5), 0.05)


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
    head: HeadSpace,
    rng: Rng,
    part_x: float,
    reach: float,
    end: Callable[[Array], Array],
    inward: float,
    wave: float = 0.0,
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
        fall = fall + low * (
            inwards * np.array([1.0, 0, 0]) + along * np.array([0, 1.0, 0]) * (np.abs(q[:, :1]) > 0.04)
        )
        return unit(top * tangential(away, normal) + (1 - top) * fall)

    seeds = _beside_part(head, part, 14 if wave else 20)
    under = scattered_roots(head, 20 if wave else 44, rng, margin=0.015)
    q = head.local(under)
    by_ear = (q[:, 2] < 0.0) & (np.abs(q[:, 0]) > 0.05) & (q[:, 1] < 0.02)
    under = under[(q[:, 2] < 0.062) & (q[:, 2] > -0.035) & ~by_ear]
    sides = np.concatenate([np.linspace(-0.95, -0.25, 5), np.linspace(0.25, 0.95, 5)]) + rng.normal(scale=0.02, size=10)
    front = hairline_roots(head, sides + np.arctan2(part_x, 0.11), rng)
    fan = _fan(head, part[1], np.linspace(-1.6, 1.6, 16 if wave else 20))
    roots = np.concatenate([under, front, seeds, fan])
    outer = np.arange(len(roots)) >= len(under) + len(front)
    q = head.local(roots)
    _, normal = head.distance(roots)
    start = 0.5 * normal + steer(q, normal, 0.0)
    clearance = np.where(outer, 0.0125, 0.006) * rng.uniform(0.85, 1.12, len(q))
    points, normals = grow(
        head, roots, start, steer, reach, clearance, stiffness=0.74, cling=0.12, step=0.009, rise=0.035
    )
    points = smoothed(points, 3)
    if wave:
        points = _waved(head, points, normals, wave, rng)
    stop = _steps_to(points, end(q) + rng.normal(scale=0.006 * head.scale, size=len(q)))
    segments = 13 if wave else 9
    curves = cut(points, normals, stop, segments, crowd=1.1 if wave else 1.3)
    width = rng.uniform(0.018, 0.029, len(q)) * (1.25 if wave else 1.0)
    lock = lofted(head, rng, curves, width, np.full(len(q), 0.0036), tapered(segments + 1, 0.5, 0.3, 0.12, 0.60), 0.10)
    chosen = np.flatnonzero(outer)[:: 2 if wave else 1][:40]
    return [cap(head, rng, 0.0034), lock, _wisps(head, rng, points[chosen], normals[chosen], stop[chosen])]


def _wisps(head: HeadSpace, rng: Rng, points: Array, normals: Array, stop: Array) -> Piece:
    """Thin loose strands over the outer locks, that end a little earlier or later: they break the outline up."""
    count = len(points)
    grown = np.linspace(0, 1, points.shape[1])[None, :, None]
    aside = np.cross(unit(np.gradient(points, axis=1)), normals)
    drift = rng.normal(scale=0.009, size=(count, 1, 1)) * aside + rng.uniform(0.001, 0.0045, (count, 1, 1)) * normals
    loose = points + drift * np.sqrt(grown) * head.scale
    ends = np.clip(stop * rng.uniform(0.82, 1.05, count), 6, points.shape[1] - 1)
    curves = cut(loose, normals, ends, 7)
    width = rng.uniform(0.0045, 0.0085, count)
    return lofted(head, rng, curves, width, np.full(count, 0.0016), tapered(8, 0.6, 0.2, 0.08, 0.4), 0.3)


def _waved(head: HeadSpace, points: Array, normals: Array, amount: float, rng: Rng) -> Array:
    """Curves that swing from side to side, more towards their tips."""
    tangent = unit(np.gradient(points, axis=1))
    side = np.cross(tangent, normals)
    grown = np.arange(points.shape[1]) * 0.009
    phase = rng.uniform(-0.6, 0.6, len(points))[:, None] + 25 * head.local(points)[:, :1, 0]
    swing = amount * head.scale * np.sin(2 * np.pi * grown / 0.075 + phase) * np.clip((grown - 0.14) / 0.08, 0, 1)
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
