"""Things that are not objects of any class: pieces of buildings, rings, heaps of solids."""

from __future__ import annotations

import numpy as np

from ml_core.datasets.furniture.varied import pieces
from ml_core.datasets.furniture.varied.pieces import Parts, Rng, bar, chance, lump, pick, solid, turned


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
