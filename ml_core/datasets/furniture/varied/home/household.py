"""Screens, sanitary ware, vases and books."""

from __future__ import annotations

import numpy as np

from ml_core.datasets.furniture.varied.pieces import (
    Parts,
    Rng,
    arc,
    bar,
    chance,
    fronts,
    lump,
    moved,
    path,
    pick,
    ring,
    solid,
    stretched,
    turned,
)


def tv_monitor(rng: Rng) -> Parts:
    if chance(rng, 0.2):  # a tube
        w, d, h = rng.uniform(0.4, 0.8), rng.uniform(0.3, 0.5), rng.uniform(0.35, 0.6)
        back = turned([(0, 0), (0.7, 0), (0.4, d), (0, d)], 4).turned(45).turned(-90, "x")
        front = solid((w, 0.14, h), (0, -d / 2, 0.03), 0.02)
        glass = solid((w * 0.85, 0.02, h * 0.75), (0, -d / 2 - 0.07, h * 0.17))
        return [front, glass, *moved(stretched([back], w, 1, h), y=-d / 2, z=h / 2 + 0.03)]
    w = rng.uniform(0.4, 1.5)
    h, thick = w * rng.uniform(0.52, 0.7), rng.uniform(0.02, 0.09)
    stand = pick(rng, "foot", "foot", "feet", "wall", "arm")
    up = {"wall": 0.0, "feet": 0.06}.get(stand, rng.uniform(0.06, 0.2))
    parts = [solid((w, thick, h), (0, 0, up), 0.01)]
    rim = rng.uniform(0.01, 0.04)
    if chance(rng, 0.7):
        for s in (-1, 1):
            parts.append(solid((rim, 0.015, h), (s * (w - rim) / 2, -thick / 2 - 0.006, up), 0.003))
        parts += [solid((w, 0.015, rim), (0, -thick / 2 - 0.006, z), 0.003) for z in (up, up + h - rim)]
    if chance(rng, 0.4):
        parts.append(solid((w * 0.5, thick + 0.06, h * 0.5), (0, 0.04, up + h * 0.2), 0.02))
    if stand in ("foot", "arm"):
        parts.append(bar((0, thick / 2 + 0.01, 0), (0, thick / 2 + 0.01, up + h * 0.4), rng.uniform(0.015, 0.04)))
        if chance(rng, 0.5):
            parts += stretched([turned([(0, 0), (0.14, 0), (0.13, 0.015), (0, 0.02)])], w * 1.4, 1)
        else:
            parts.append(solid((w * rng.uniform(0.25, 0.6), 0.2, 0.015), (0, 0.02, 0)))
    elif stand == "feet":
        for s in (-1, 1):
            parts += path([(s * w * 0.35, -0.12, 0), (s * w * 0.35, 0, up), (s * w * 0.35, 0.12, 0)], 0.01)
    return parts


def toilet(rng: Rng) -> Parts:
    w, d, h = rng.uniform(0.34, 0.42), rng.uniform(0.44, 0.58), rng.uniform(0.36, 0.44)
    neck = rng.uniform(0.45, 0.75)
    profile = [
        (0, 0),
        (neck, 0),
        (neck * 0.9, 0.3),
        (0.8, 0.75),
        (1, 0.95),
        (1, 1),
        (0.78, 1),
        (0.62, 0.7),
        (0.2, 0.4),
        (0, 0.4),
    ]
    wall = chance(rng, 0.25)
    if wall:
        profile = [(0, 0.35), (0.5, 0.36), *profile[3:]]
    bowl = turned([(r * 0.5, z * h) for r, z in profile], 24)
    parts = stretched([bowl], w, d)
    seat = stretched([ring(0.42, 0.08, 24, 0.012)], w, d)
    parts += moved(seat, z=h + 0.012)
    back = d / 2
    parts.append(solid((w * 0.7, 0.18, h), (0, back - 0.06, 0 if not wall else h * 0.3), 0.02))
    lid = turned([(0, 0), (0.5, 0), (0.49, 0.02), (0, 0.025)], 24)
    if chance(rng, 0.5):
        parts += moved(stretched([lid], w, d), z=h + 0.025)
    else:
        parts += moved([part.turned(82, "x") for part in stretched([lid], w, d)], y=back - 0.04, z=h + d / 2)
    if not wall or chance(rng, 0.4):
        tank, tall = rng.uniform(0.14, 0.2), rng.uniform(0.3, 0.42)
        parts.append(solid((w * rng.uniform(0.95, 1.2), tank, tall), (0, back + tank / 2 - 0.02, h), 0.025))
        parts.append(solid((w * 1.15, tank + 0.02, 0.03), (0, back + tank / 2 - 0.02, h + tall), 0.01))
        parts.append(
            turned([(0, 0), (0.025, 0), (0.02, 0.015), (0, 0.02)], 10).moved(0, back + tank / 2, h + tall + 0.03)
        )
    return parts


def sink(rng: Rng) -> Parts:
    kind = pick(rng, "pedestal", "wall", "vanity", "kitchen", "bowl")
    w, d = rng.uniform(0.42, 0.75), rng.uniform(0.38, 0.52)
    h = rng.uniform(0.78, 0.9)
    basin = turned(
        [
            (0.5, 1),
            (0.5, 0.9),
            (0.4, 0.35),
            (0.15, 0),
            (0, 0),
            (0, 0.1),
            (0.12, 0.12),
            (0.36, 0.5),
            (0.45, 1),
            (0.5, 1),
        ],
        24,
    )
    parts: Parts = []
    if kind in ("pedestal", "wall"):
        deep = rng.uniform(0.14, 0.22)
        parts += moved(stretched([basin], w, d, deep), z=h - deep)
        parts.append(solid((w * 0.8, 0.12, deep * 0.6), (0, d / 2 - 0.02, h - deep * 0.6), 0.01))
        if kind == "pedestal":
            r = rng.uniform(0.08, 0.12)
            parts.append(
                turned(
                    [(0, 0), (r * 1.4, 0), (r, 0.15), (r * 0.8, 0.4), (r * 1.3, h - deep + 0.04), (0, h - deep + 0.04)]
                )
            )
    else:
        w = rng.uniform(0.5, 1.6)
        low = rng.uniform(0, 0.15)
        parts.append(solid((w, d + 0.06, h - low - 0.2), (0, 0, low), 0.004))
        parts += fronts(rng, w - 0.02, h - low - 0.22, (0, -d / 2 - 0.035, low + 0.01), 0.2)
        if kind == "bowl":
            parts.append(solid((w, d + 0.06, 0.2), (0, 0, h - 0.2)))
            parts += moved(stretched([basin], 0.4, 0.38, 0.14), z=h)
        else:
            count = 2 if w > 0.8 and chance(rng, 0.5) else 1
            hole = min(0.5, w / count - 0.1)
            edges = np.linspace(-w / 2, w / 2, 2 * count + 1)[1::2]
            for x in edges:  # four walls and a floor of each basin
                parts += [solid((0.02, d * 0.75, 0.2), (x + s * hole / 2, 0, h - 0.2)) for s in (-1, 1)]
                parts += [solid((hole, 0.02, 0.2), (x, s * d * 0.375, h - 0.2)) for s in (-1, 1)]
                parts.append(solid((hole, d * 0.75, 0.02), (x, 0, h - 0.2)))
            strips = [-w / 2, *(x + s * hole / 2 for x in edges for s in (-1, 1)), w / 2]
            for a, b in zip(strips[::2], strips[1::2], strict=True):
                if b - a > 0.01:
                    parts.append(solid((b - a, d + 0.06, 0.03), ((a + b) / 2, 0, h - 0.03)))
            for s in (-1, 1):
                parts.append(solid((w, d * 0.125 + 0.03, 0.03), (0, s * (d * 0.4375 + 0.015), h - 0.03)))
    tap, reach = rng.uniform(0.1, 0.3), rng.uniform(0.08, 0.18)
    y = d / 2 - 0.03
    if chance(rng, 0.9):
        parts += path(
            [
                (0, y, h),
                (0, y, h + tap),
                *arc((0, y - reach / 2, h + tap), reach / 2, 0, 180, "yz"),
                (0, y - reach, h + tap - 0.04),
            ],
            0.011,
        )
        if chance(rng, 0.6):
            parts += [bar((s * 0.09, y, h), (s * 0.09, y, h + 0.06), 0.018) for s in (-1, 1)]
    if chance(rng, 0.15):  # a mirror over it
        parts.append(solid((w * 0.8, 0.02, rng.uniform(0.5, 0.8)), (0, d / 2 + 0.02, h + 0.25)))
    return parts


def vase(rng: Rng) -> Parts:
    h, r = rng.uniform(0.12, 0.7), rng.uniform(0.05, 0.2)
    belly, mouth, foot = rng.uniform(0.25, 0.75), rng.uniform(0.3, 0.9), rng.uniform(0.3, 0.8)
    neck, at = min(mouth, rng.uniform(0.25, 0.8)), rng.uniform(belly + 0.1, 0.93)
    knots = [(0, foot), (belly, 1), (at, neck), (1, mouth)]
    levels = np.linspace(0, 1, 12)
    smooth = np.interp(levels, [k[0] for k in knots], [k[1] for k in knots])
    smooth = np.convolve(np.pad(smooth, 1, "edge"), [0.25, 0.5, 0.25], "valid")
    outer = [(r * float(s), h * float(z)) for s, z in zip(smooth, levels, strict=True)]
    inner = [(max(a * 0.9, 0.002), b) for a, b in outer[::-1][:-2]]
    parts = [turned([(0, 0), *outer, *inner, (0, h * 0.12)], 24)]
    if chance(rng, 0.3):
        for s in (-1, 1):
            points = [(s * r * 0.95, 0, h * belly), (s * r * 1.35, 0, h * (belly + at) / 2), (s * r * neck, 0, h * at)]
            parts += path(points, r * 0.08)
    if chance(rng, 0.15):
        for _ in range(int(rng.integers(3, 9))):
            lean = rng.normal(0, 0.12, 2)
            parts.append(bar((0, 0, h * 0.9), (lean[0], lean[1], h + rng.uniform(0.1, 0.4)), 0.004))
            parts.append(lump(rng, (0.05, 0.05, 0.04)).moved(lean[0], lean[1], h + 0.25))
    return parts


def book(rng: Rng) -> Parts:
    w, d, thick = rng.uniform(0.12, 0.22), rng.uniform(0.18, 0.3), rng.uniform(0.012, 0.05)

    def one(thick: float) -> Parts:
        cover = 0.002
        return [
            *(solid((w, d, cover), (0, 0, z), 0.0005) for z in (0, thick - cover)),
            solid((cover, d, thick), (-w / 2, 0, 0), 0.0005),
            solid((w - 0.008, d - 0.008, thick - 0.004), (-0.002, 0, cover), 0.0005),
        ]

    kind = pick(rng, "flat", "upright", "row", "stack", "open")
    if kind == "open":
        return [part for s in (-1, 1) for part in
                [solid((w, d, thick / 2), (s * w / 2, 0, 0), 0.001).turned(-s * rng.uniform(0, 12), "y")]]  # fmt: skip
    if kind == "stack":
        parts: Parts = []
        for _ in range(int(rng.integers(2, 5))):
            z = max((part.vertices[:, 2].max() for part in parts), default=0.0)
            parts += moved([part.turned(rng.uniform(-15, 15)) for part in one(rng.uniform(0.012, 0.05))], z=z)
        return parts
    if kind == "row":
        parts, x = [], 0.0
        for _ in range(int(rng.integers(3, 7))):
            wide = rng.uniform(0.015, 0.05)
            tall = rng.uniform(0.8, 1.05)
            parts += [part.turned(90, "y").turned(90).moved(x, 0, w / 2) for part in stretched(one(wide), 1, tall)]
            x += wide + 0.002
        return parts
    parts = one(thick)
    return [part.turned(90, "x") for part in parts] if kind == "upright" else parts
