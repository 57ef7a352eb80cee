"""Street furniture, containers, plants, rocks, cars, animals and signs."""

from __future__ import annotations

import numpy as np

from ml_core.datasets.furniture.solids import Part
from ml_core.datasets.furniture.varied.pieces import (
    PLAIN,
    Parts,
    Rng,
    ball,
    bar,
    chance,
    lump,
    moved,
    path,
    pick,
    ring,
    solid,
    spray,
    stretched,
    turned,
)


def street_light(rng: Rng) -> Parts:
    h, r = rng.uniform(2.4, 8), rng.uniform(0.04, 0.1)
    parts = [bar((0, 0, 0), (0, 0, h), r, r * 0.6), turned([(0, 0), (r * 2.5, 0), (r * 2, 0.25), (0, 0.3)])]
    kind = pick(rng, "arm", "arm", "lantern", "globe", "double")
    if kind in ("arm", "double"):
        reach = rng.uniform(0.5, 1.8)
        for s in (1, -1) if kind == "double" else (1,):
            parts += path([(0, 0, h), (s * reach * 0.5, 0, h + 0.25), (s * reach, 0, h + 0.2)], r * 0.5)
            parts.append(solid((0.6, 0.22, 0.1), (s * reach, 0, h + 0.12), 0.03))
    elif kind == "globe":
        parts.append(lump(rng, (0.4, 0.4, 0.4), 0.0, 16, 10).moved(0, 0, h))
    else:
        parts.append(
            turned(
                [(0, 0), (0.1, 0), (0.18, 0.4), (0.22, 0.4), (0.05, 0.6), (0, 0.65)], int(rng.choice([4, 6, 16]))
            ).moved(0, 0, h)
        )
    return parts


def fence(rng: Rng) -> Parts:
    w, h = rng.uniform(1.0, 3.0), rng.uniform(0.6, 1.8)
    kind = pick(rng, "pickets", "rails", "bars", "planks", "panel", "glass")
    parts: Parts = []
    if kind in ("pickets", "planks"):
        pitch = rng.uniform(0.09, 0.2)
        thin = 0.95 if kind == "planks" else rng.uniform(0.4, 0.8)
        for x in np.arange(-w / 2, w / 2, pitch):
            parts.append(solid((pitch * thin, 0.02, h * rng.uniform(0.97, 1.0)), (x, 0, 0)))
        parts += [solid((w, 0.04, 0.07), (0, 0.03, h * z)) for z in (0.25, 0.75)]
    elif kind == "rails":
        parts += [solid((w, 0.05, 0.1), (0, 0, h * z)) for z in np.linspace(0.25, 0.9, int(rng.integers(2, 4)))]
    elif kind == "bars":
        parts += [bar((x, 0, 0.08), (x, 0, h), 0.01) for x in np.arange(-w / 2, w / 2, rng.uniform(0.1, 0.18))]
        parts += [bar((-w / 2, 0, z), (w / 2, 0, z), 0.015) for z in (0.12, h * 0.92)]
    elif kind == "panel":
        parts += [bar((x, 0, 0.1), (x - h * 0.9, 0, h), 0.012) for x in np.arange(-w / 2 + h, w / 2, 0.15)]
        parts += [bar((x - h * 0.9, 0, 0.1), (x, 0, h), 0.012) for x in np.arange(-w / 2 + h, w / 2, 0.15)]
        parts += [solid((w, 0.04, 0.05), (0, 0, z)) for z in (0.08, h)]
    else:
        parts += [solid((w * 0.95, 0.012, h * 0.8), (0, 0, 0.1)), bar((-w / 2, 0, h), (w / 2, 0, h), 0.025)]
    for x in np.linspace(-w / 2, w / 2, int(rng.integers(2, 4))):
        parts.append(solid((0.09, 0.09, h * rng.uniform(1.0, 1.12)), (x, 0.02, 0)))
    return parts


def trash_bin(rng: Rng) -> Parts:
    r, h = rng.uniform(0.12, 0.35), rng.uniform(0.3, 1.0)
    kind = pick(rng, "round", "pedal", "wheelie", "basket", "park")
    wide = rng.uniform(1.0, 1.35)
    if kind == "wheelie":
        body = turned([(0, 0.04), (r, 0.04), (r * wide, h), (r * wide * 1.1, h), (0, h)], 4).turned(45)
        lid = solid((r * 2 * wide, r * 2 * wide, 0.06), (0, 0, h), 0.03).turned(rng.uniform(0, 6), "x")
        wheels = [bar((s * r * 0.7, r * 0.8, 0.08), (s * r * 0.9, r * 0.8, 0.08), 0.08) for s in (-1, 1)]
        return [body, lid, *wheels, bar((-r * 0.7, r * wide, h), (r * 0.7, r * wide, h), 0.02)]
    if kind == "basket":
        parts = [
            ring(r, 0.008).moved(0, 0, 0.01),
            ring(r * wide, 0.012).moved(0, 0, h),
            turned([(0, 0), (r, 0), (r, 0.01), (0, 0.01)]),
        ]
        for angle in np.linspace(0, 2 * np.pi, int(rng.integers(10, 30)))[:-1]:
            c, s = np.cos(angle), np.sin(angle)
            parts.append(bar((c * r, s * r, 0), (c * r * wide, s * r * wide, h), 0.006))
        return parts
    parts = [turned([(0, 0), (r, 0), (r * wide, h), (r * wide * 0.94, h), (r * 0.95, 0.02), (0, 0.02)])]
    if kind == "pedal":
        parts += [
            turned([(0, h), (r * wide * 1.04, h), (r * wide, h + 0.04), (r * 0.5, h + 0.1), (0, h + 0.11)]),
            solid((0.08, 0.06, 0.02), (0, -r - 0.03, 0.02)),
        ]
    if kind == "park":
        parts += [bar((s * r * wide * 1.1, 0, 0), (s * r * wide * 1.1, 0, h * 1.2), 0.02) for s in (-1, 1)]
        if chance(rng, 0.5):
            parts.append(turned([(r * wide * 1.2, h * 1.25), (r * 0.5, h * 1.4), (0, h * 1.45)]))
    return parts


def box(rng: Rng) -> Parts:
    w, d, h = rng.uniform(0.25, 1.2, 3)
    kind = pick(rng, "crate", "card", "open", "plastic")
    if kind == "crate":
        parts = [solid((w * 0.96, d * 0.96, h * 0.96), (0, 0, h * 0.02))]
        edge = min(w, d, h) * rng.uniform(0.08, 0.15)
        for sx in (-1, 1):
            for sy in (-1, 1):
                parts.append(solid((edge, edge, h), (sx * (w - edge) / 2, sy * (d - edge) / 2, 0)))
        for z in (0, h - edge):
            parts += [solid((w, edge, edge), (0, s * (d - edge) / 2, z)) for s in (-1, 1)]
            parts += [solid((edge, d, edge), (s * (w - edge) / 2, 0, z)) for s in (-1, 1)]
        if chance(rng, 0.5):
            parts += [bar((-w / 2, s * d * 0.49, 0.02), (w / 2, s * d * 0.49, h), edge * 0.4) for s in (-1, 1)]
        return parts
    if kind == "card":
        return [solid((w, d, h), (0, 0, 0), 0.003), solid((w * 0.12, d * 1.005, 0.004), (0, 0, h - 0.001))]
    walls = [solid((0.012, d, h), (s * w / 2, 0, 0)) for s in (-1, 1)] + [
        solid((w, 0.012, h), (0, s * d / 2, 0)) for s in (-1, 1)
    ]
    walls.append(solid((w, d, 0.012), (0, 0, 0)))
    if kind == "open":
        lean = rng.uniform(10, 80)
        flap = solid((w * 0.5, d, 0.006), (w * 0.25, 0, 0)).turned(lean, "y").moved(w / 2, 0, h)
        walls += [
            flap,
            flap.turned(180),
            solid((w, d * 0.5, 0.006), (0, 0, 0)).moved(0, d * 0.25).turned(-lean, "x").moved(0, d / 2, h),
        ]
    else:
        walls += [solid((w * 1.06, 0.03, 0.03), (0, s * d / 2, h - 0.03)) for s in (-1, 1)]
        walls += [solid((0.03, d * 1.06, 0.03), (s * w / 2, 0, h - 0.03)) for s in (-1, 1)]
    return walls


def chest(rng: Rng) -> Parts:
    w, d, h = rng.uniform(0.6, 1.2), rng.uniform(0.35, 0.6), rng.uniform(0.25, 0.45)
    parts = [solid((w, d, h), (0, 0, 0))]
    half = turned([(0, -w / 2), (d / 2, -w / 2), (d / 2, w / 2), (0, w / 2)], 20).turned(90, "y")
    lid = stretched([half], 1.02, 1.02, rng.uniform(0.5, 1.0))
    lid = [Part(np.maximum(part.vertices, [-9, -9, 0]), part.faces, PLAIN) for part in lid]
    parts += (
        moved(lid, z=h + 0.01)
        if chance(rng, 0.85)
        else [part.turned(-60, "x").moved(0, d / 2, h) for part in moved(lid, y=-d / 2)]
    )
    parts += [solid((0.06, d * 1.03, h * 1.01), (x, 0, 0)) for x in (-w * 0.35, w * 0.35)]
    parts += [
        solid((0.1, 0.03, 0.12), (0, -d / 2 - 0.01, h - 0.06)),
        *([ring(0.05, 0.01).turned(90, "y").moved(s * w / 2, 0, h / 2) for s in (-1, 1)]),
    ]
    return parts


def barrel(rng: Rng) -> Parts:
    h, r = rng.uniform(0.5, 1.1), rng.uniform(0.2, 0.38)
    bulge = rng.uniform(1.0, 1.25)
    levels = np.linspace(0, 1, 9)
    profile = [(r * (1 + (bulge - 1) * np.sin(np.pi * z)), h * z) for z in levels]
    parts = [turned([(0, 0.03), (r * 0.95, 0.03), *profile, (r * 0.93, h), (r * 0.93, h - 0.03), (0, h - 0.03)])]
    for z in rng.choice([0.08, 0.25, 0.5, 0.75, 0.92], 3, replace=False):
        at = r * (1 + (bulge - 1) * np.sin(np.pi * z)) + 0.004
        parts.append(turned([(at, h * z - 0.02), (at + 0.008, h * z), (at, h * z + 0.02)]))
    return [part.turned(90, "x").moved(0, 0, r) for part in parts] if chance(rng, 0.15) else parts


def bush(rng: Rng) -> Parts:
    w, h = rng.uniform(0.5, 2.0), rng.uniform(0.4, 1.5)
    if chance(rng, 0.3):
        return [
            lump(rng, (w * rng.uniform(0.4, 0.7), w * 0.6, h * rng.uniform(0.6, 1)), 0.25).moved(
                *rng.normal(0, w * 0.2, 2)
            )
            for _ in range(int(rng.integers(1, 6)))
        ]
    count = int(rng.integers(150, 900))
    points = ball(rng, count)
    points[:, 2] = np.abs(points[:, 2])
    places = points * rng.uniform(0.5, 1, (count, 1)) ** 0.4 * [w / 2, w / 2, h]
    parts = [spray(rng, places, points, rng.uniform(0.06, 0.2), rng.uniform(0.2, 0.8))]
    return parts + [bar((0, 0, 0), places[k] * 0.8, 0.012, 0.004) for k in range(int(rng.integers(0, 12)))]


def tree(rng: Rng) -> Parts:
    h = rng.uniform(2.5, 9)
    trunk, r = h * rng.uniform(0.15, 0.5), h * rng.uniform(0.012, 0.035)
    wide = h * rng.uniform(0.15, 0.35)
    parts = [bar((0, 0, 0), (0, 0, h * 0.8), r, r * 0.3)]
    kind = pick(rng, "leaves", "leaves", "clumps", "cones", "palm", "bare")
    if kind == "cones":
        count = int(rng.integers(2, 6))
        for k in range(count):
            low, size = trunk + (h - trunk) * k / count, wide * (1 - 0.75 * k / count)
            parts.append(
                turned(
                    [(0, 0), (size, 0), (size * 0.1, (h - trunk) / count * 1.6), (0, (h - trunk) / count * 1.6)], 10
                ).moved(0, 0, low)
            )
        return parts
    if kind == "palm":
        for k in range(14):
            a, rise = 137.5 * k, rng.uniform(-20, 50)
            tip = np.array([np.cos(np.radians(rise)), 0, np.sin(np.radians(rise))]) * wide
            leaf = Part(
                np.array(
                    [
                        [0, 0, 0],
                        tip * 0.5 + [0, wide * 0.12, wide * 0.1],
                        tip + np.array([0, 0, -wide * 0.3]),
                        tip * 0.5 + [0, -wide * 0.12, wide * 0.1],
                    ]
                ),
                [(0, 1, 2), (0, 2, 3)],
                PLAIN,
            )
            parts.append(leaf.turned(a).moved(0, 0, h * 0.8))
        return parts
    tips = ball(rng, int(rng.integers(8, 20))) * [wide, wide, (h - trunk) * 0.45] + [0, 0, (h + trunk) / 2]
    for tip in tips:
        parts.append(bar((0, 0, rng.uniform(trunk, h * 0.75)), tip * [0.85, 0.85, 1], r * 0.4, r * 0.1))
    if kind == "bare":
        return parts + [
            bar(tip * [0.85, 0.85, 1], tip + rng.normal(0, wide * 0.2, 3), r * 0.15, r * 0.05)
            for tip in tips
            for _ in range(3)
        ]
    if kind == "clumps":
        return parts + [
            lump(rng, (wide * 0.9, wide * 0.9, wide * 0.7), 0.2).moved(tip[0], tip[1], tip[2] - wide * 0.35)
            for tip in tips[:8]
        ]
    count = int(rng.integers(300, 1500))
    points = ball(rng, count)
    places = points * rng.uniform(0.3, 1, (count, 1)) ** 0.4 * [wide, wide, (h - trunk) / 2] + [0, 0, (h + trunk) / 2]
    return [*parts, spray(rng, places, points, h * rng.uniform(0.03, 0.07))]


def rock(rng: Rng) -> Parts:
    parts = []
    for k in range(1 if chance(rng, 0.7) else int(rng.integers(2, 5))):
        size = rng.uniform(0.3, 1.5, 3) * [1, 1, 0.7] * (0.6 if k else 1)
        parts.append(lump(rng, size, rng.uniform(0.15, 0.4), 14, 10).moved(*(rng.normal(0, 0.6, 2) if k else (0, 0))))
    return parts


def car(rng: Rng) -> Parts:
    """A body and a cabin from side profiles, with wheels; front to -Y."""
    long, w, h = rng.uniform(3.4, 5.0), rng.uniform(1.6, 1.95), rng.uniform(1.3, 1.9)
    waist, floor = h * rng.uniform(0.5, 0.6), rng.uniform(0.15, 0.3)
    hood, trunk = rng.uniform(0.1, 0.32), rng.uniform(0.0, 0.22)
    slope, back = rng.uniform(0.05, 0.14), rng.uniform(0.02, 0.14)
    lower = [(0, floor), (1, floor), (1, waist * 0.9), (1 - trunk * 0.3, waist), (hood, waist), (0.01, waist * 0.8)]
    upper = [
        (hood, waist),
        (hood + slope, h * 0.97),
        (hood + slope + 0.1, h),
        (1 - trunk - back, h * 0.98),
        (1 - trunk, waist),
    ]
    parts = [_extruded(lower, long, w, w), _extruded(upper, long, w * 0.97, w * rng.uniform(0.7, 0.85), waist)]
    r = rng.uniform(0.28, 0.38)
    for y in (long * 0.2, long * 0.8):
        for s in (-1, 1):
            wheel = turned([(0, -0.1), (r * 0.6, -0.1), (r, -0.08), (r, 0.08), (r * 0.6, 0.1), (0, 0.1)], 18).turned(
                90, "y"
            )
            parts.append(wheel.moved(s * (w / 2 - 0.08), y - long / 2, r))
    parts += [
        solid((0.2, 0.1, 0.1), (s * (w / 2 + 0.05), long * (hood + slope * 0.5) - long / 2, waist)) for s in (-1, 1)
    ]
    return parts


def _extruded(profile: list[tuple[float, float]], long: float, low: float, high: float, bend: float = 1e9) -> Part:
    """A side profile (fraction of the length, z) given a width, narrower (``high``) above ``bend``."""
    points = []
    for s in (-1, 1):
        points += [(s * (high if z > bend + 1e-6 else low) / 2, y * long - long / 2, z) for y, z in profile]
    n = len(profile)
    sides = [(k, (k + 1) % n, n + (k + 1) % n, n + k) for k in range(n)]
    return Part(np.array(points), [tuple(range(n))[::-1], tuple(range(n, 2 * n)), *sides], PLAIN)


def animal(rng: Rng) -> Parts:
    if chance(rng, 0.25):  # a bird
        size = rng.uniform(0.1, 0.6)
        body = stretched([lump(rng, (0.5, 1, 0.55), 0.05, 14, 10)], size, size, size)
        legs = [bar((s * size * 0.12, 0, -size * 0.3), (s * size * 0.1, 0, size * 0.15), size * 0.02) for s in (-1, 1)]
        head = lump(rng, (size * 0.35, size * 0.4, size * 0.35), 0.05).moved(0, -size * 0.5, size * 0.4)
        beak = bar((0, -size * 0.65, size * 0.55), (0, -size * 0.9, size * 0.5), size * 0.06, 0.005)
        tail = solid((size * 0.3, size * 0.5, size * 0.04), (0, size * 0.65, size * 0.25))
        wings = [
            stretched([lump(rng, (0.1, 0.7, 0.35), 0.05)], size, size, size)[0].moved(s * size * 0.25, 0, size * 0.1)
            for s in (-1, 1)
        ]
        return [*body, *legs, head, beak, tail, *wings]
    long, leg = rng.uniform(0.3, 1.8), rng.uniform(0.25, 0.7)
    leg *= long
    fat = long * rng.uniform(0.25, 0.55)
    parts = stretched([lump(rng, (fat, long, fat), 0.06, 14, 10)], 1, 1, 1)
    parts = moved(parts, z=leg * 0.8)
    for sx in (-1, 1):
        for sy in (-1, 1):
            x, y = sx * fat * 0.3, sy * long * 0.36 + rng.normal(0, 0.02)
            parts += path(
                [(x, y, 0), (x, y + long * 0.03, leg * 0.5), (x, y, leg + fat * 0.2)], fat * rng.uniform(0.09, 0.14)
            )
    neck = rng.uniform(0.1, 0.7) * long
    top = np.array([0, -long * 0.5 - neck * 0.5, leg + fat * 0.4 + neck * 0.7])
    parts.append(bar((0, -long * 0.42, leg + fat * 0.3), top, fat * 0.26, fat * 0.18))
    size = fat * rng.uniform(0.45, 0.75)
    parts.append(
        lump(rng, (size * 0.8, size * 1.5, size * 0.85), 0.06).moved(0, top[1] - size * 0.4, top[2] - size * 0.4)
    )
    parts += [
        bar(
            (s * size * 0.3, top[1], top[2] + size * 0.2),
            (s * size * 0.45, top[1], top[2] + size * rng.uniform(0.5, 1)),
            size * 0.12,
            0.004,
        )
        for s in (-1, 1)
    ]
    parts += path(
        [
            (0, long * 0.48, leg + fat * 0.4),
            (0, long * 0.62, leg + fat * rng.uniform(-0.2, 0.9)),
            (0, long * 0.75, leg + fat * rng.uniform(-0.5, 1.2)),
        ],
        fat * 0.05,
    )
    return parts


def sign(rng: Rng) -> Parts:
    h, size = rng.uniform(1.2, 2.8), rng.uniform(0.3, 0.9)
    kind = pick(rng, "disc", "plate", "stand", "triangle")
    if kind == "stand":
        board = solid((size, 0.02, size * 1.4), (0, 0, 0))
        return [board.turned(12, "x").moved(0, 0.18), board.turned(-12, "x").moved(0, -0.18)][::-1]
    parts = [bar((0, 0.03, 0), (0, 0.03, h), 0.03)]
    if kind == "plate":
        parts.append(solid((size * 1.3, 0.02, size * rng.uniform(0.3, 1)), (0, 0, h - size * 0.7)))
    else:
        sides = 24 if kind == "disc" else int(rng.choice([3, 4, 8]))
        parts.append(
            turned([(0, 0), (size / 2, 0), (size / 2, 0.02), (0, 0.02)], sides)
            .turned(90)
            .turned(90, "x")
            .moved(0, 0, h - size * 0.3)
        )
    return parts
