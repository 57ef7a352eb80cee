"""What people keep in rooms: laptops, keyboards, cans, candles, flowers, curtains, stars."""

from __future__ import annotations

import numpy as np

from ml_core.datasets.furniture.solids import Part
from ml_core.datasets.furniture.varied.pieces import (
    PLAIN,
    Parts,
    Rng,
    arc,
    bar,
    chance,
    path,
    pick,
    ring,
    slab,
    solid,
    spray,
    turned,
)


def laptop(rng: Rng) -> Parts:
    w, thick = rng.uniform(0.28, 0.42), rng.uniform(0.008, 0.03)
    d = w * rng.uniform(0.62, 0.8)
    angle = rng.uniform(0, 50) if chance(rng, 0.9) else -80
    screen = solid((w, thick * 0.6, d), (0, 0, 0), 0.004)
    parts = [solid((w, d, thick), (0, 0, 0), 0.004), screen.turned(-angle, "x").moved(0, d / 2, thick)]
    if chance(rng, 0.7):
        inner = solid((w * 0.9, 0.004, d * 0.82), (0, -thick * 0.3, d * 0.09), 0.001)
        parts.append(inner.turned(-angle, "x").moved(0, d / 2, thick))
    if chance(rng, 0.8):
        parts += _keys(rng, w * 0.9, d * 0.45, (0, d * 0.12, thick))
        parts.append(solid((w * 0.25, d * 0.22, 0.002), (0, -d * 0.32, thick), 0.001))
    return parts


def keyboard(rng: Rng) -> Parts:
    w = rng.uniform(0.28, 0.5)
    d, thick = w * rng.uniform(0.28, 0.42), rng.uniform(0.008, 0.03)
    parts = [solid((w, d, thick), (0, 0, 0), 0.005)]
    parts += _keys(rng, w * 0.95, d * 0.85, (0, 0, thick))
    return [part.turned(rng.uniform(0, 6), "x") for part in parts] if chance(rng, 0.4) else parts


def tin_can(rng: Rng) -> Parts:
    r, h = rng.uniform(0.03, 0.06), rng.uniform(0.07, 0.17)
    sides, rim = int(rng.choice([8, 10, 16, 24])), rng.uniform(0.8, 1.0)
    low = r * rng.uniform(0.85, 1)
    edge = r * rim
    body = [
        (0, 0),
        (low, 0),
        (r, h * 0.07),
        (r, h * 0.9),
        (edge, h * 0.97),
        (edge, h),
        (edge * 0.92, h),
        (edge * 0.9, h * 0.97),
        (0, h * 0.97),
    ]
    if rim > 0.95 and chance(rng, 0.5):  # ribs of a tin
        ribs = [(r * (0.97 if k % 2 else 1.0), h * z) for k, z in enumerate(np.linspace(0.25, 0.75, 9))]
        body = [*body[:3], *ribs, *body[3:]]
    parts = [turned(body, sides)]
    if chance(rng, 0.5):
        parts.append(ring(edge * 0.25, 0.002).moved(0, -edge * 0.3, h * 0.985))
    return parts


def candle(rng: Rng) -> Parts:
    """One or more candles, on a plate or a stick, with wick, flame or drips."""

    def one(x: float, y: float, z: float, h: float, r: float) -> Parts:
        sides = int(rng.choice([6, 8, 12, 20]))
        top = rng.uniform(0.8, 1.0)
        parts = [
            turned([(0, 0), (r, 0), (r, h * 0.95), (r * top, h), (0, h * rng.uniform(0.94, 1))], sides).moved(x, y, z)
        ]
        if chance(rng, 0.7):
            parts.append(bar((x, y, z + h * 0.95), (x + r * 0.1, y, z + h + r * 0.6), r * 0.1))
        if chance(rng, 0.4):
            parts.append(turned([(0, 0), (r * 0.35, r * 0.5), (0, r * 1.6)], 8).moved(x, y, z + h + r * 0.2))
        return parts

    h, r, kind = rng.uniform(0.06, 0.3), rng.uniform(0.012, 0.045), pick(rng, "one", "plate", "stick", "three", "arms")
    if kind == "one":
        return one(0, 0, 0, h, r)
    if kind == "three":
        return [
            part
            for k in range(3)
            for part in one(r * 2.1 * np.cos(k * 2.1), r * 2.1 * np.sin(k * 2.1), 0, h * rng.uniform(0.5, 1.1), r)
        ]
    wide = r * rng.uniform(2, 4)
    if kind == "plate":
        plate = [
            turned([(0, 0), (wide * 0.7, 0), (wide, 0.02), (wide * 0.95, 0.025), (wide * 0.65, 0.008), (0, 0.008)])
        ]
        grip = path(arc((wide, 0, 0.02), 0.02, 0, 330, "xz"), 0.004) if chance(rng, 0.5) else []
        return [*plate, *grip, *one(0, 0, 0.008, h * 0.6, r)]
    tall = rng.uniform(0.12, 0.4)
    r = min(r, 0.016)
    stand = [
        turned(
            [
                (0, 0),
                (wide, 0),
                (wide * 0.8, 0.02),
                (r * 0.8, 0.04),
                (r * 1.3, tall * 0.5),
                (r * 0.7, tall * 0.8),
                (r * 1.6, tall),
                (0, tall),
            ],
            14,
        )
    ]
    if kind == "stick":
        return [*stand, *one(0, 0, tall, h * 0.7, r)]
    count, reach = int(rng.integers(2, 6)), rng.uniform(0.08, 0.2)
    for a in np.linspace(0, 2 * np.pi if count > 2 else np.pi, count, endpoint=count == 2):
        x, y = reach * np.cos(a), reach * np.sin(a)
        stand += path(
            [(0, 0, tall * 0.7), (x * 0.6, y * 0.6, tall * 0.6), (x, y, tall * 0.75), (x, y, tall * 0.95)], 0.006
        )
        stand += one(x, y, tall * 0.95, h * 0.5, r)
    return [*stand, *one(0, 0, tall, h * 0.5, r)]


def flower(rng: Rng) -> Parts:
    """Stems with petals around a heart, and leaves."""
    h, parts = rng.uniform(0.15, 0.7), []
    for _ in range(int(rng.choice([1, 1, 1, 2, 3, 5]))):
        foot = np.array([*rng.normal(0, 0.03, 2), 0.0])
        top = foot + np.array([*rng.normal(0, h * 0.12, 2), h * rng.uniform(0.7, 1.1)])
        stem, heart = rng.uniform(0.004, 0.012), h * rng.uniform(0.03, 0.08)
        parts += path([foot, (foot + top) / 2 + [*rng.normal(0, 0.01, 2), 0], top], stem)
        count, long = int(rng.integers(4, 14)), heart * rng.uniform(1.5, 4)
        cup, broad = rng.uniform(-0.2, 1.2), rng.uniform(0.25, 0.6)
        for a in np.linspace(0, 2 * np.pi, count, endpoint=False):
            petal = np.array(
                [
                    (0, 0, 0),
                    (long * 0.6, long * broad, long * 0.5 * cup),
                    (long, 0, long * cup),
                    (long * 0.6, -long * broad, long * 0.5 * cup),
                ]
            )
            parts.append(Part(petal, [(0, 1, 2), (0, 2, 3)], PLAIN).turned(np.degrees(a)).moved(*top))
        parts.append(
            turned([(0, -heart * 0.5), (heart, 0), (heart * 0.8, heart * 0.5), (0, heart * 0.7)], 8).moved(*top)
        )
        if chance(rng, 0.7):
            leaves = int(rng.integers(1, 5))
            centers = foot + rng.uniform(0.1, 0.6, (leaves, 1)) * (top - foot)
            outward = np.concatenate([rng.normal(0, 1, (leaves, 2)), np.full((leaves, 1), 0.6)], axis=1)
            parts.append(spray(rng, centers, outward, h * rng.uniform(0.2, 0.4)))
    return parts


def curtain(rng: Rng) -> Parts:
    """One or two hanging cloths in folds, on a rod or not, drawn or tied back."""
    w, h = rng.uniform(0.8, 3.2), rng.uniform(1.2, 2.8)
    parts: Parts = []
    open_, tied = rng.uniform(0.3, 1), chance(rng, 0.3)
    for s in (-1, 1) if chance(rng, 0.75) else (0,):
        wide = w / 2 * open_ if s else w
        folds, deep = rng.uniform(3, 9), rng.uniform(0.02, 0.1)
        across, down = np.linspace(0, 1, 49), np.linspace(0, 1, 9)
        points = []
        for v in down:
            gather = 1 - 0.65 * np.exp(-(((v - 0.6) / 0.16) ** 2)) if tied else 1 - 0.08 * v
            x = (s * w / 2 - s * across * wide * gather) if s else (across - 0.5) * wide
            points += list(zip(x, deep * np.sin(across * folds * 6.28), np.full(49, h * (1 - v)), strict=True))
        faces = [(49 * i + j, 49 * i + j + 1, 49 * i + j + 50, 49 * i + j + 49) for i in range(8) for j in range(48)]
        parts.append(Part(np.array(points), faces, PLAIN))
    if chance(rng, 0.7):
        rod = rng.uniform(0.01, 0.03)
        parts.append(bar((-w * 0.55, 0, h + rod), (w * 0.55, 0, h + rod), rod))
        parts += [turned([(0, -0.03), (0.04, 0), (0, 0.03)], 8).moved(s * w * 0.56, 0, h + rod) for s in (-1, 1)]
    if chance(rng, 0.25):
        parts.append(solid((w * 1.05, 0.12, h * rng.uniform(0.08, 0.16)), (0, 0, h * 0.95), 0.005))
    return parts


def star(rng: Rng) -> Parts:
    """A flat or faceted star, standing."""
    points, inner, thick = int(rng.choice([5, 5, 5, 4, 6])), rng.uniform(0.38, 0.6), rng.uniform(0.08, 0.4)
    angles = np.linspace(0, 2 * np.pi, 2 * points, endpoint=False) + np.pi / 2
    rim = [
        (np.cos(a) * (1 if k % 2 == 0 else inner), np.sin(a) * (1 if k % 2 == 0 else inner))
        for k, a in enumerate(angles)
    ]
    if chance(rng, 0.5):
        part = slab(rim, -thick / 2, thick / 2)
    else:
        count = len(rim)
        vertices = np.array([(x, y, 0) for x, y in rim] + [(0, 0, thick), (0, 0, -thick)], float)
        part = Part(
            vertices,
            [(k, (k + 1) % count, count) for k in range(count)]
            + [((k + 1) % count, k, count + 1) for k in range(count)],
            PLAIN,
        )
    return [part.turned(90, "x")]


def _keys(rng: Rng, width: float, depth: float, at: tuple[float, float, float]) -> Parts:
    """Rows of keys on a plate."""
    rows, columns = int(rng.integers(4, 7)), int(rng.integers(10, 18))
    w, d, tall = width / columns, depth / rows, rng.uniform(0.002, 0.01)
    left, front = at[0] - width / 2, at[1] - depth / 2
    places = [(left + w * (i + 0.5), front + d * (j + 0.5), at[2]) for i in range(columns) for j in range(rows)]
    return [solid((w * 0.8, d * 0.8, tall), place, 0.001) for place in places]
