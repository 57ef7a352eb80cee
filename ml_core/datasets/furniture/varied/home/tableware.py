"""Cups, plates, pans, cutlery and food."""

from __future__ import annotations

import numpy as np

from ml_core.datasets.furniture.varied.pieces import (
    Parts,
    Rng,
    arc,
    bar,
    chance,
    lump,
    moved,
    path,
    pick,
    solid,
    stretched,
    turned,
)


def cup(rng: Rng) -> Parts:
    r, h = rng.uniform(0.028, 0.05), rng.uniform(0.06, 0.14)
    kind = pick(rng, "mug", "mug", "glass", "glass", "goblet", "tea", "beer")
    wall, taper = r * rng.uniform(0.05, 0.14), rng.uniform(0.65, 1.05)
    if kind == "goblet":
        stem, up = rng.uniform(0.05, 0.1), rng.uniform(0.05, 0.1)
        bulge = rng.uniform(0.9, 1.25)
        outer = [
            (0, 0),
            (r * 0.9, 0),
            (r * 0.85, 0.005),
            (0.005, 0.012),
            (0.005, stem),
            (r * 0.6, stem + up * 0.15),
            (r * bulge, stem + up * 0.5),
            (r, stem + up),
        ]
        return [
            turned(
                [
                    *outer,
                    (r - wall, stem + up),
                    (r * bulge - wall, stem + up * 0.5),
                    (r * 0.5, stem + up * 0.2),
                    (0, stem + up * 0.12),
                ],
                24,
            )
        ]
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
    profile = [
        (0, 0),
        (r * 0.9, 0),
        (r, 0.02 * h),
        (r * waist, shoulder * h / 2),
        (r, shoulder * h),
        (neck, min(start, 0.9) * h),
        (neck, 0.94 * h),
        (lip, 0.95 * h),
        (lip, h),
        (0, h),
    ]
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
    parts = [
        turned(
            [
                (0, 0),
                (r, 0),
                (r * wide, h),
                (r * wide + 0.006, h),
                (r * wide - 0.004, h),
                (r - 0.005, 0.008),
                (0, 0.008),
            ],
            28,
        )
    ]
    if pan or chance(rng, 0.3):
        long = rng.uniform(0.13, 0.22)
        parts.append(bar((r * wide, 0, h * 0.85), (r * wide + long, 0, h * 0.85 + rng.uniform(0, 0.06)), 0.012))
    else:
        for s in (-1, 1):
            a = s * r * wide
            parts += path(
                [
                    (a, -0.035, h * 0.8),
                    (a + s * 0.035, -0.03, h * 0.82),
                    (a + s * 0.035, 0.03, h * 0.82),
                    (a, 0.035, h * 0.8),
                ],
                0.006,
            )
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
        head = turned(
            [(r, 0), (r * 0.7, -r * 0.5), (0, -r * 0.75), (0, -r * 0.65), (r * 0.62, -r * 0.42), (r * 0.95, 0)], 16
        )
        parts += moved(stretched([head], 0.75 if kind == "spoon" else 1, 1), y=-r * 0.9, z=thin + 0.004)
    elif kind == "fork":
        parts.append(solid((0.022, long * 0.12, 0.003), (0, -long * 0.06, thin)))
        parts += [
            bar((x, -long * 0.1, thin), (x, -long * 0.34, thin + 0.006), 0.0018) for x in np.linspace(-0.009, 0.009, 4)
        ]
    elif kind == "knife":
        parts.append(
            solid((0.004, long * 0.55, rng.uniform(0.015, 0.045)), (0, -long * 0.27, 0), 0.001)
            .turned(90, "y")
            .moved(0, 0, thin)
        )
    else:
        parts.append(solid((rng.uniform(0.05, 0.09), long * 0.33, 0.003), (0, -long * 0.16, thin)))
    return parts if chance(rng, 0.6) else [part.turned(90, "x") for part in parts]


def food(rng: Rng) -> Parts:
    kind = pick(
        rng, "fruit", "fruit", "loaf", "cake", "burger", "pizza", "long", "bowl", "bunch", "muffin", "bun", "slices",
        "cone", "leg",
    )  # fmt: skip
    size = rng.uniform(0.06, 0.12)
    if kind == "fruit":
        parts = [lump(rng, (size, size, size * rng.uniform(0.8, 1.4)), 0.05, 16, 10)]
        return parts + ([bar((0, 0, size * 0.9), (0.01, 0, size * 1.3), 0.003)] if chance(rng, 0.6) else [])
    if kind == "loaf":
        return stretched([lump(rng, (0.12, 0.28, 0.1), 0.08, 14, 9)], *rng.uniform(0.7, 1.3, 3))
    if kind == "muffin":
        r, h = size * 0.4, size * 0.5
        parts = [turned([(0, 0), (r * 0.8, 0), *((r * (0.8 + 0.25 * s), h * s) for s in (0.5, 1)), (0, h)], 20)]
        for level in range(int(rng.integers(1, 4))):
            wide = r * (2.3 - 0.6 * level)
            parts.append(lump(rng, (wide, wide, h * 0.6), 0.1).moved(0, 0, h * (0.9 + 0.35 * level)))
        return [*parts, *([lump(rng, (r * 0.5,) * 3).moved(0, 0, h * 1.9)] if chance(rng, 0.5) else [])]
    if kind == "bun":  # a hot dog or a filled roll
        half = lump(rng, (0.06, 0.2, 0.045), 0.05, 14, 9)
        filling = [lump(rng, (0.035, 0.22, 0.035), 0.03, 12, 9).moved(0, 0, 0.02)]
        return [half.turned(35, "y").moved(-0.022), half.turned(-35, "y").moved(0.022), *filling]
    if kind == "slices":  # of bread, ham, cheese, or a cut loaf
        count, thick = int(rng.integers(1, 6)), rng.uniform(0.008, 0.02)
        lean = rng.uniform(0, 60)
        slice_ = turned([(0, 0), (0.055, 0), (0.055, thick), (0, thick)], 14).turned(90, "x")
        parts = [part.turned(lean, "x").moved(0, k * thick * 2, 0.05) for k, part in enumerate([slice_] * count)]
        return parts + ([lump(rng, (0.11, 0.16, 0.11), 0.06, 14, 9).moved(0, 0.13)] if chance(rng, 0.6) else [])
    if kind == "cone":
        return [
            turned([(0, 0), (0.03, 0.11), (0, 0.11)], 14),
            *(lump(rng, (0.065,) * 3, 0.05).moved(0, 0, z) for z in (0.09, 0.13)),
        ]
    if kind == "leg":
        return [
            lump(rng, (0.08, 0.13, 0.07), 0.08, 12, 9),
            bar((0, -0.05, 0.03), (0, -0.12, 0.03), 0.009),
            lump(rng, (0.03,) * 3).moved(0, -0.12, 0.015),
        ]
    if kind == "cake":
        r, h = rng.uniform(0.08, 0.15), rng.uniform(0.05, 0.12)
        parts = [turned([(0, 0), (r, 0), (r, h), (0, h)], 24)]
        parts += [
            lump(rng, (0.025, 0.025, 0.025), 0.05).moved(r * 0.75 * np.cos(a), r * 0.75 * np.sin(a), h)
            for a in np.arange(0, 6.28, 0.8)
        ]
        return parts
    if kind == "burger":
        layers = [(1, 0.025), (1.08, 0.015), (1.02, 0.02), (1.1, 0.006)]
        parts, z = [], 0.0
        for wide, tall in layers:
            parts.append(
                turned([(0, 0), (0.05 * wide, 0), (0.052 * wide, tall / 2), (0.05 * wide, tall), (0, tall)]).moved(
                    0, 0, z
                )
            )
            z += tall
        return [*parts, turned([(0, 0), (0.052, 0), (0.048, 0.02), (0.03, 0.034), (0, 0.038)]).moved(0, 0, z)]
    if kind == "pizza":
        r = rng.uniform(0.12, 0.18)
        parts = [turned([(0, 0), (r, 0), (r, 0.018), (r * 0.9, 0.022), (r * 0.86, 0.012), (0, 0.012)], 24)]
        return parts + [
            turned([(0, 0.012), (0.02, 0.012), (0.02, 0.017), (0, 0.017)], 10).moved(*rng.uniform(-r * 0.6, r * 0.6, 2))
            for _ in range(7)
        ]
    if kind == "long":  # banana, cucumber, sausage, carrot
        bend, end = rng.uniform(0, 120), rng.uniform(0.2, 1.0)
        points = (
            arc((0, 0, 0.02), 0.12, 90 - bend / 2, 90 + bend / 2, "xy")
            if bend > 20
            else [(x, 0, 0.02) for x in np.linspace(-0.1, 0.1, 6)]
        )
        radii = 0.018 * np.interp(np.linspace(0, 1, len(points)), [0, 0.3, 0.7, 1], [end * 0.6, 1, 1, end])
        return [bar(a, b, ra, rb) for a, b, ra, rb in zip(points, points[1:], radii, radii[1:], strict=False)]
    if kind == "bowl":
        return bowl(rng) + [
            lump(rng, (0.05, 0.05, 0.05), 0.1).moved(x, y, 0.03) for x, y in rng.normal(0, 0.02, (6, 2))
        ]
    berries = rng.normal(0, 0.03, (18, 3)) * [1, 1, 1.4]
    return [lump(rng, (0.03, 0.03, 0.03), 0.03).moved(*place) for place in berries]
