"""Doors and windows."""

from __future__ import annotations

import numpy as np

from ml_core.datasets.furniture.solids import cushion
from ml_core.datasets.furniture.varied.pieces import (
    PLAIN,
    Parts,
    Rng,
    chance,
    handle,
    moved,
    panel,
    pick,
    solid,
    stretched,
    turned,
)


def door(rng: Rng) -> Parts:
    w, h = rng.uniform(0.65, 1.0), rng.uniform(1.9, 2.25)
    leaves = 2 if chance(rng, 0.2) else 1
    parts: Parts = []
    style = pick(rng, "flat", "framed", "raised", "glazed", "planks", "panels")
    for k in range(leaves):
        leaf = _leaf(rng, style, w, h)
        grip = (w / 2 - 0.07) * (1 if k == 0 else -1)
        leaf += handle(rng, pick(rng, "knob", "across", "upright"), (grip, -0.025, 1.0), 0.12)
        if chance(rng, 0.15):
            leaf = [part.moved(w / 2).turned(-rng.uniform(20, 90)).moved(-w / 2) for part in leaf]
        parts += moved(leaf, x=k * w)
    if chance(rng, 0.7):
        edge, deep, total = rng.uniform(0.04, 0.12), rng.uniform(0.06, 0.2), leaves * w
        parts += [solid((edge, deep, h + edge), (x, 0, 0)) for x in (-w / 2 - edge / 2, total - w / 2 + edge / 2)]
        parts.append(solid((total + 2 * edge, deep, edge), ((leaves - 1) * w / 2, 0, h)))
    return parts


def _leaf(rng: Rng, style: str, w: float, h: float) -> Parts:
    if style == "planks":
        parts = [solid((w / 6 - 0.008, 0.04, h), (x, 0, 0)) for x in np.linspace(-w / 2, w / 2, 13)[1::2]]
        return parts + [solid((w, 0.02, 0.12), (0, -0.03, z)) for z in (0.25, h - 0.4)]
    if style == "glazed":
        edge = 0.11
        parts = [solid((edge, 0.04, h), (s * (w - edge) / 2, 0, 0)) for s in (-1, 1)]
        parts += [solid((w, 0.04, edge), (0, 0, z)) for z in (0, h * 0.35, h - edge)]
        parts.append(solid((w - edge, 0.008, h - edge), (0, 0, edge / 2), 0.001))
        return [*parts, solid((0.03, 0.03, h * 0.6), (0, 0, h * 0.36)), solid((w, 0.03, 0.03), (0, 0, h * 0.67))]
    parts = [solid((w, 0.04, h), (0, 0, 0), 0.003)]
    rows, columns = (int(rng.integers(2, 4)), int(rng.integers(1, 3))) if style == "panels" else (2, 1)
    if style != "flat":
        for row in range(rows):
            for column in range(columns):
                size = (w / columns - 0.1, h / rows - 0.14)
                x, z = -w / 2 + w / columns * (column + 0.5), h / rows * row + 0.07
                parts += panel(rng, "framed" if style == "framed" else "raised", size, (x, -0.022, z))
    return parts


def window(rng: Rng) -> Parts:
    w, h, edge = rng.uniform(0.5, 2.4), rng.uniform(0.6, 2.0), rng.uniform(0.04, 0.1)
    deep = rng.uniform(0.04, 0.2)
    parts = [solid((edge, deep, h), (s * (w - edge) / 2, 0, 0)) for s in (-1, 1)]
    parts += [solid((w, deep, edge), (0, 0, z)) for z in (0, h - edge)]
    glazed = chance(rng, 0.7)
    if glazed:
        parts.append(solid((w - edge, 0.006, h - edge), (0, 0.01, edge / 2), 0.001))
    sashes = int(rng.integers(1, 4)) if w > 0.9 else int(rng.integers(1, 3))
    for k in range(sashes):
        wide = (w - 2 * edge) / sashes
        x = -w / 2 + edge + wide * (k + 0.5)
        rim = rng.uniform(0.03, 0.06)
        sash = [solid((rim, deep * 0.7, h - 2 * edge), (s * (wide - rim) / 2, 0, edge)) for s in (-1, 1)]
        sash += [solid((wide, deep * 0.7, rim), (0, 0, z)) for z in (edge, h - edge - rim)]
        rows, columns = int(rng.integers(1, 4)), int(rng.integers(1, 3))
        sash += [solid((wide, 0.02, 0.025), (0, 0, z)) for z in np.linspace(edge, h - edge, rows + 1)[1:-1]]
        sash += [
            solid((0.025, 0.02, h - 2 * edge), (c, 0, edge))
            for c in np.linspace(-wide / 2, wide / 2, columns + 1)[1:-1]
        ]
        if chance(rng, 0.1):
            sash = [part.moved(wide / 2).turned(rng.uniform(20, 70)).moved(-wide / 2) for part in sash]
        parts += moved(sash, x=x)
    if chance(rng, 0.5):
        parts.append(solid((w + 0.1, deep + 0.15, 0.03), (0, -0.06, -0.03)))
    if chance(rng, 0.15):
        for s in (-1, 1):
            parts += moved(panel(rng, "louvred", (w / 2, h), (0, -0.03, 0)), x=s * w * 0.76)
    if chance(rng, 0.12):
        parts += stretched(
            [
                turned([(0, 0), (w / 2, 0), (w / 2, deep), (w / 2 - edge, deep), (w / 2 - edge, 0)], 24)
                .turned(90, "x")
                .moved(0, deep / 2, h)
            ],
            1,
            1,
            1,
        )
    if chance(rng, 0.12):
        for s in (-1, 1):
            parts.append(cushion((w * 0.25, 0.08, h + 0.3), (s * w * 0.5, -0.12, -0.15), PLAIN, 0.1))
    return parts
