"""Screens, sanitary ware, tableware, pans, books and food."""

from __future__ import annotations

import numpy as np

from ml_core.datasets.varied.pieces import (
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
        return [solid((w, 0.14, h), (0, -d / 2, 0.03), 0.02), solid((w * 0.85, 0.02, h * 0.75), (0, -d / 2 - 0.07, h * 0.17)),
                *moved(stretched([back], w, 1, h), y=-d / 2, z=h / 2 + 0.03)]  # fmt: skip
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
    profile = [(0, 0), (neck, 0), (neck * 0.9, 0.3), (0.8, 0.75), (1, 0.95), (1, 1), (0.78, 1), (0.62, 0.7), (0.2, 0.4), (0, 0.4)]
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
        parts.append(turned([(0, 0), (0.025, 0), (0.02, 0.015), (0, 0.02)], 10).moved(0, back + tank / 2, h + tall + 0.03))
    return parts


def sink(rng: Rng) -> Parts:
    kind = pick(rng, "pedestal", "wall", "vanity", "kitchen", "bowl")
    w, d = rng.uniform(0.42, 0.75), rng.uniform(0.38, 0.52)
    h = rng.uniform(0.78, 0.9)
    basin = turned([(0.5, 1), (0.5, 0.9), (0.4, 0.35), (0.15, 0), (0, 0), (0, 0.1), (0.12, 0.12), (0.36, 0.5), (0.45, 1), (0.5, 1)], 24)
    parts: Parts = []
    if kind in ("pedestal", "wall"):
        deep = rng.uniform(0.14, 0.22)
        parts += moved(stretched([basin], w, d, deep), z=h - deep)
        parts.append(solid((w * 0.8, 0.12, deep * 0.6), (0, d / 2 - 0.02, h - deep * 0.6), 0.01))
        if kind == "pedestal":
            r = rng.uniform(0.08, 0.12)
            parts.append(turned([(0, 0), (r * 1.4, 0), (r, 0.15), (r * 0.8, 0.4), (r * 1.3, h - deep + 0.04), (0, h - deep + 0.04)]))
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
        parts += path([(0, y, h), (0, y, h + tap), *arc((0, y - reach / 2, h + tap), reach / 2, 0, 180, "yz"), (0, y - reach, h + tap - 0.04)], 0.011)
        if chance(rng, 0.6):
            parts += [bar((s * 0.09, y, h), (s * 0.09, y, h + 0.06), 0.018) for s in (-1, 1)]
    if chance(rng, 0.15):  # a mirror over it
        parts.append(solid((w * 0.8, 0.02, rng.uniform(0.5, 0.8)), (0, d / 2 + 0.02, h + 0.25)))
    return parts


def cup(rng: Rng) -> Parts:
    r, h = rng.uniform(0.028, 0.05), rng.uniform(0.06, 0.14)
    kind = pick(rng, "mug", "mug", "glass", "glass", "goblet", "tea", "beer")
    wall, taper = r * rng.uniform(0.05, 0.14), rng.uniform(0.65, 1.05)
    if kind == "goblet":
        stem, up = rng.uniform(0.05, 0.1), rng.uniform(0.05, 0.1)
        bulge = rng.uniform(0.9, 1.25)
        outer = [(0, 0), (r * 0.9, 0), (r * 0.85, 0.005), (0.005, 0.012), (0.005, stem), (r * 0.6, stem + up * 0.15), (r * bulge, stem + up * 0.5), (r, stem + up)]
        return [turned([*outer, (r - wall, stem + up), (r * bulge - wall, stem + up * 0.5), (r * 0.5, stem + up * 0.2), (0, stem + up * 0.12)], 24)]
    if kind == "tea":
        h, taper = r * rng.uniform(1.1, 1.5), rng.uniform(0.4, 0.7)
    if kind == "glass":
        h = r * rng.uniform(2.0, 3.6)
    middle = r * (taper + 1) / 2 * rng.uniform(0.95, 1.12)
    outer = [(0, 0), (r * taper * 0.95, 0), (r * taper, 0.004), (middle, h / 2), (r, h)]
    parts = [turned([*outer, (r - wall, h), (middle - wall, h / 2), (r * taper - wall, wall), (0, wall)], 24)]
    if kind in ("mug", "tea", "beer"):
        size = h * rng.uniform(0.25, 0.4)
        parts += path(arc((middle * 0.95, 0, h * 0.52), size, -80, 80), r * rng.uniform(0.08, 0.18))
    if kind == "tea" and chance(rng, 0.6):
        parts.append(turned([(0, -0.004), (r * 1.1, -0.004), (r * 1.8, 0.012), (r * 1.75, 0.014), (r, 0), (0, 0)], 24))
    return parts


def bowl(rng: Rng) -> Parts:
    r = rng.uniform(0.06, 0.2)
    h, foot = r * rng.uniform(0.4, 0.95), rng.uniform(0.25, 0.55)
    wall = r * rng.uniform(0.03, 0.1)
    power = rng.uniform(0.4, 0.9)
    shares = np.linspace(0, 1, 7)
    outer = [(r * (foot + (1 - foot) * s**power), h * s) for s in shares]
    inner = [(max(a - wall, 0.001), max(b, wall)) for a, b in outer[::-1]]
    return [turned([(0, 0), *outer, *inner, (0, wall)], 24)]


def plate(rng: Rng) -> Parts:
    r = rng.uniform(0.08, 0.18)
    h, flat = r * rng.uniform(0.06, 0.22), rng.uniform(0.5, 0.75)
    outer = [(0, 0), (r * flat, 0), (r * (flat + 0.08), h * 0.6), (r, h)]
    parts = [turned([*outer, (r, h + 0.003), (r * (flat + 0.06), h * 0.65 + 0.004), (r * flat, 0.006), (0, 0.006)], 28)]
    return stretched(parts, 1, rng.uniform(0.6, 0.9)) if chance(rng, 0.15) else parts


def bottle(rng: Rng) -> Parts:
    h, r = rng.uniform(0.12, 0.36), rng.uniform(0.025, 0.055)
    neck, shoulder = r * rng.uniform(0.25, 0.55), rng.uniform(0.45, 0.75)
    start = shoulder + rng.uniform(0.06, 0.2)
    lip = neck * rng.uniform(1.05, 1.4)
    waist = rng.uniform(0.85, 1.1)
    profile = [(0, 0), (r * 0.9, 0), (r, 0.02 * h), (r * waist, shoulder * h / 2), (r, shoulder * h), (neck, min(start, 0.9) * h), (neck, 0.94 * h), (lip, 0.95 * h), (lip, h), (0, h)]
    parts = [turned(profile, 4 if chance(rng, 0.12) else 24)]
    if chance(rng, 0.3):
        parts.append(turned([(0, 0), (lip * 1.1, 0), (lip * 1.1, 0.03), (0, 0.03)], 12).moved(0, 0, h - 0.01))
    if chance(rng, 0.2):  # a spray head or a pump
        parts += path([(0, 0, h), (0, 0, h + 0.04), (0, -0.05, h + 0.04)], 0.007)
    return parts


def cooking_pot(rng: Rng) -> Parts:
    r = rng.uniform(0.08, 0.16)
    pan = chance(rng, 0.45)
    h = r * (rng.uniform(0.25, 0.5) if pan else rng.uniform(0.8, 1.6))
    wide = rng.uniform(1.0, 1.2) if pan else rng.uniform(0.95, 1.05)
    parts = [turned([(0, 0), (r, 0), (r * wide, h), (r * wide + 0.006, h), (r * wide - 0.004, h), (r - 0.005, 0.008), (0, 0.008)], 28)]
    if pan or chance(rng, 0.3):
        long = rng.uniform(0.13, 0.22)
        parts.append(bar((r * wide, 0, h * 0.85), (r * wide + long, 0, h * 0.85 + rng.uniform(0, 0.06)), 0.012))
    else:
        for s in (-1, 1):
            a = s * r * wide
            parts += path([(a, -0.035, h * 0.8), (a + s * 0.035, -0.03, h * 0.82), (a + s * 0.035, 0.03, h * 0.82), (a, 0.035, h * 0.8)], 0.006)
    if not pan and chance(rng, 0.6):
        parts.append(turned([(0, h), (r * wide, h), (r * 0.5, h + r * 0.18), (0, h + r * 0.22)], 28))
        parts.append(turned([(0, 0), (0.008, 0), (0.018, 0.02), (0, 0.026)], 10).moved(0, 0, h + r * 0.2))
    return parts


def kitchen_utensil(rng: Rng) -> Parts:
    long = rng.uniform(0.16, 0.34)
    thin = rng.uniform(0.003, 0.008)
    parts = [bar((0, 0, thin), (0, long * 0.6, thin), thin, thin * rng.uniform(0.7, 1.6))]
    kind = pick(rng, "spoon", "fork", "knife", "ladle", "turner")
    if kind in ("spoon", "ladle"):
        r = long * (0.12 if kind == "spoon" else 0.2)
        head = turned([(r, 0), (r * 0.7, -r * 0.5), (0, -r * 0.75), (0, -r * 0.65), (r * 0.62, -r * 0.42), (r * 0.95, 0)], 16)
        parts += moved(stretched([head], 0.75 if kind == "spoon" else 1, 1), y=-r * 0.9, z=thin + 0.004)
    elif kind == "fork":
        parts.append(solid((0.022, long * 0.12, 0.003), (0, -long * 0.06, thin)))
        parts += [bar((x, -long * 0.1, thin), (x, -long * 0.34, thin + 0.006), 0.0018) for x in np.linspace(-0.009, 0.009, 4)]
    elif kind == "knife":
        parts.append(solid((0.004, long * 0.55, rng.uniform(0.015, 0.045)), (0, -long * 0.27, 0), 0.001).turned(90, "y").moved(0, 0, thin))
    else:
        parts.append(solid((rng.uniform(0.05, 0.09), long * 0.33, 0.003), (0, -long * 0.16, thin)))
    return parts if chance(rng, 0.6) else [part.turned(90, "x") for part in parts]


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
        return [solid((w, d, cover), (0, 0, 0), 0.0005), solid((w, d, cover), (0, 0, thick - cover), 0.0005),
                solid((cover, d, thick), (-w / 2, 0, 0), 0.0005), solid((w - 0.008, d - 0.008, thick - 0.004), (-0.002, 0, cover), 0.0005)]  # fmt: skip

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


def food(rng: Rng) -> Parts:
    kind = pick(rng, "fruit", "fruit", "loaf", "cake", "burger", "pizza", "long", "bowl", "bunch")
    size = rng.uniform(0.06, 0.12)
    if kind == "fruit":
        parts = [lump(rng, (size, size, size * rng.uniform(0.8, 1.4)), 0.05, 16, 10)]
        return parts + ([bar((0, 0, size * 0.9), (0.01, 0, size * 1.3), 0.003)] if chance(rng, 0.6) else [])
    if kind == "loaf":
        return stretched([lump(rng, (0.12, 0.28, 0.1), 0.08, 14, 9)], *rng.uniform(0.7, 1.3, 3))
    if kind == "cake":
        r, h = rng.uniform(0.08, 0.15), rng.uniform(0.05, 0.12)
        parts = [turned([(0, 0), (r, 0), (r, h), (0, h)], 24)]
        parts += [lump(rng, (0.025, 0.025, 0.025), 0.05).moved(r * 0.75 * np.cos(a), r * 0.75 * np.sin(a), h) for a in np.arange(0, 6.28, 0.8)]
        return parts
    if kind == "burger":
        layers = [(1, 0.025), (1.08, 0.015), (1.02, 0.02), (1.1, 0.006)]
        parts, z = [], 0.0
        for wide, tall in layers:
            parts.append(turned([(0, 0), (0.05 * wide, 0), (0.052 * wide, tall / 2), (0.05 * wide, tall), (0, tall)]).moved(0, 0, z))
            z += tall
        return [*parts, turned([(0, 0), (0.052, 0), (0.048, 0.02), (0.03, 0.034), (0, 0.038)]).moved(0, 0, z)]
    if kind == "pizza":
        r = rng.uniform(0.12, 0.18)
        parts = [turned([(0, 0), (r, 0), (r, 0.018), (r * 0.9, 0.022), (r * 0.86, 0.012), (0, 0.012)], 24)]
        return parts + [turned([(0, 0.012), (0.02, 0.012), (0.02, 0.017), (0, 0.017)], 10).moved(*rng.uniform(-r * 0.6, r * 0.6, 2)) for _ in range(7)]
    if kind == "long":  # banana, cucumber, sausage, carrot
        bend, end = rng.uniform(0, 120), rng.uniform(0.2, 1.0)
        points = arc((0, 0, 0.02), 0.12, 90 - bend / 2, 90 + bend / 2, "xy") if bend > 20 else [(x, 0, 0.02) for x in np.linspace(-0.1, 0.1, 6)]
        radii = 0.018 * np.interp(np.linspace(0, 1, len(points)), [0, 0.3, 0.7, 1], [end * 0.6, 1, 1, end])
        return [bar(a, b, ra, rb) for a, b, ra, rb in zip(points, points[1:], radii, radii[1:], strict=False)]
    if kind == "bowl":
        return bowl(rng) + [lump(rng, (0.05, 0.05, 0.05), 0.1).moved(*rng.uniform(-0.04, 0.04, 2), 0.03) for _ in range(6)]
    points = rng.normal(0, 0.03, (18, 3)) * [1, 1, 1.4]
    return [lump(rng, (0.03, 0.03, 0.03), 0.03).moved(*point) for point in points]
