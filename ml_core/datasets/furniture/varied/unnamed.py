"""Things that are no object of any class: pieces of buildings, pipes, heaps of solids."""

from __future__ import annotations

import numpy as np

from ml_core.datasets.furniture.varied import pieces
from ml_core.datasets.furniture.varied.pieces import Parts, Rng, bar, chance, lump, path, pick, solid, turned


def wall(rng: Rng) -> Parts:
    w, thick, h = rng.uniform(1.5, 8), rng.uniform(0.08, 0.4), rng.uniform(2, 4)
    if chance(rng, 0.5):
        return [solid((w, thick, h), (0, 0, 0), 0.001)]
    hole, at = rng.uniform(0.7, 1.5), rng.uniform(-0.2, 0.2) * w  # an opening
    left, right = at - hole / 2 + w / 2, w / 2 - at - hole / 2
    parts = [solid((left, thick, h), (-w / 2 + left / 2, 0, 0)), solid((right, thick, h), (w / 2 - right / 2, 0, 0))]
    parts.append(
        solid((hole, thick, h - 2.1), (at, 0, 2.1)) if h > 2.2 else solid((hole, thick, 0.2), (at, 0, h - 0.2))
    )
    if chance(rng, 0.4):
        parts.append(solid((hole, thick, 0.9), (at, 0, 0)))
    return parts


def floor(rng: Rng) -> Parts:
    w, d = rng.uniform(3.6, 14, 2)
    return [solid((w, d, rng.uniform(0.02, 0.4)), (0, 0, 0), 0.001)]


def plank(rng: Rng) -> Parts:
    """A board, beam, slat or post: what walls, floors and furniture are made of."""
    long, wide = rng.uniform(0.4, 4), rng.uniform(0.04, 0.3)
    piece = solid((wide, long, wide * rng.uniform(0.08, 1.0)), (0, 0, 0), rng.choice([0.0005, 0.01]))
    return [piece.turned(90, pick(rng, "x", "y", "z"))]


def stairs(rng: Rng) -> Parts:
    w, run, rise = rng.uniform(0.7, 1.6), rng.uniform(0.22, 0.32), rng.uniform(0.14, 0.2)
    count, full = int(rng.integers(4, 16)), chance(rng, 0.5)
    parts = [
        solid((w, run, rise * (k + 1) if full else 0.05), (0, run * k, 0 if full else rise * (k + 1)))
        for k in range(count)
    ]
    if chance(rng, 0.4):
        parts += [bar((s * w / 2, 0, 0.9), (s * w / 2, run * count, rise * count + 0.9), 0.02) for s in (-1, 1)]
    return parts


def column(rng: Rng) -> Parts:
    h, r = rng.uniform(1.5, 5), rng.uniform(0.1, 0.4)
    sides = int(rng.choice([4, 8, 24]))
    wide = rng.uniform(1.0, 1.5)
    return [
        turned(
            [(0, 0), (r * wide, 0), (r * wide, h * 0.06), (r, h * 0.1), (r * 0.9, h * 0.9), (r * wide, h), (0, h)],
            sides,
        )
    ]


def pipe(rng: Rng) -> Parts:
    point, points = np.zeros(3), [np.zeros(3)]
    for _ in range(int(rng.integers(1, 6))):
        step = np.zeros(3)
        step[rng.integers(3)] = rng.uniform(0.3, 1.5) * rng.choice([-1, 1])
        point = point + step
        if np.linalg.norm(point - points[-1]) > 0.05:
            points.append(point)
    return path(points, rng.uniform(0.02, 0.12))


def clutter(rng: Rng) -> Parts:
    parts: Parts = []
    for _ in range(int(rng.integers(2, 7))):
        size, at = rng.uniform(0.05, 0.8, 3), rng.normal(0, 0.35, 3)
        kind = pick(rng, "box", "lump", "turned", "bar")
        if kind == "box":
            piece = solid(size, (0, 0, 0))
        elif kind == "lump":
            piece = lump(rng, size, 0.1)
        elif kind == "turned":
            piece = turned(
                [(0, 0), *zip(rng.uniform(0.03, 0.4, 4), np.sort(rng.uniform(0, 1, 4)), strict=True), (0, 1)], 12
            )
        else:
            piece = bar((0, 0, 0), rng.normal(0, 0.6, 3) + 0.1, 0.04)
        parts.append(piece.turned(rng.uniform(0, 360), pick(rng, "x", "y", "z")).moved(*at))
    return parts


def ring(rng: Rng) -> Parts:
    return [pieces.ring(rng.uniform(0.2, 1.0), rng.uniform(0.02, 0.2)).turned(rng.uniform(0, 90), "x")]
