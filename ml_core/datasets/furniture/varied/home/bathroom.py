"""Bathtubs, showers, washing machines, small kitchen appliances and hoods."""

from __future__ import annotations

import numpy as np

from ml_core.datasets.furniture.varied.pieces import (
    Parts,
    Rng,
    arc,
    bar,
    chance,
    handle,
    moved,
    path,
    pick,
    ring,
    solid,
    stretched,
    turned,
)  # fmt: skip


def bathtub(rng: Rng) -> Parts:
    w, long, h = rng.uniform(0.65, 0.9), rng.uniform(1.4, 1.9), rng.uniform(0.45, 0.65)
    edge = rng.uniform(0.03, 0.1)
    kind = pick(rng, "box", "box", "oval", "feet")
    if kind == "box":
        parts = [solid((edge, long, h), (s * (w - edge) / 2, 0, 0), 0.02) for s in (-1, 1)]
        parts += [solid((w, edge, h), (0, s * (long - edge) / 2, 0), 0.02) for s in (-1, 1)]
        parts.append(solid((w, long, h * rng.uniform(0.15, 0.4)), (0, 0, 0)))
    else:
        low = 0.12 if kind == "feet" else 0.0
        inner = 1 - 2 * edge / w
        outside = [(0, low), (0.36, low), (0.46, low + 0.12), (0.5, h)]
        shell = turned([*outside, (0.5 * inner, h), (0.4 * inner, low + 0.15), (0, low + 0.08)], 24)
        parts = stretched([shell], w, long, 1)
        if kind == "feet":
            parts += [bar((sx * w * 0.3, sy * long * 0.3, 0), (sx * w * 0.25, sy * long * 0.28, low + 0.1), 0.04, 0.03)
                      for sx in (-1, 1) for sy in (-1, 1)]  # fmt: skip
    if chance(rng, 0.7):
        y = long / 2 - edge / 2
        parts += path([(0, y, h - 0.05), (0, y, h + 0.15), (0, y - 0.18, h + 0.15), (0, y - 0.18, h + 0.1)], 0.016)
        parts += [bar((s * 0.1, y, h), (s * 0.1, y, h + 0.07), 0.02) for s in (-1, 1)]
    return [part.turned(90) for part in parts] if chance(rng, 0.5) else parts


def shower(rng: Rng) -> Parts:
    """A tray with glass walls, and a head on a rail; open on one or two sides, or round."""
    w, d, h = rng.uniform(0.75, 1.1), rng.uniform(0.75, 1.1), rng.uniform(1.85, 2.2)
    tray, glass = rng.uniform(0.05, 0.2), rng.uniform(0.008, 0.05)
    parts = [solid((w, d, tray), (0, 0, 0), 0.02)]
    walls = pick(rng, "all", "all", "two", "three", "none")
    if walls != "none":
        parts.append(solid((w, glass, h - tray), (0, d / 2, tray), 0.002))
        parts.append(solid((glass, d, h - tray), (w / 2, 0, tray), 0.002))
    if walls in ("three", "all"):
        parts.append(solid((glass, d, h - tray), (-w / 2, 0, tray), 0.002))
    if walls == "all":
        parts.append(solid((w, glass, h - tray), (0, -d / 2, tray), 0.002))
        parts += handle(rng, "upright", (w * 0.3, -d / 2 - glass, h / 2), 0.3)
    if walls != "none" and chance(rng, 0.6):
        parts += [solid((0.05, 0.05, h), (sx * w / 2, sy * d / 2, 0)) for sx in (-1, 1) for sy in (-1, 1)]
    y, top = d / 2 - 0.06, h + rng.uniform(-0.2, 0.1)
    parts += path([(0, y, 0.9), (0, y, top), (0, y - 0.25, top)], 0.012)
    parts.append(
        turned([(0, 0), (rng.uniform(0.05, 0.13), 0), (0.02, 0.05), (0, 0.05)], 14).moved(0, y - 0.25, top - 0.05)
    )
    parts.append(solid((0.2, 0.06, 0.06), (0, y, 1.0), 0.01))
    return parts


def washing_machine(rng: Rng) -> Parts:
    """A washer or a dryer: a box with a round door, or one that opens at its top; two of them stacked."""
    w, d, h = rng.uniform(0.55, 0.7), rng.uniform(0.5, 0.7), rng.uniform(0.8, 0.95)
    one = [solid((w, d, h), (0, 0, 0), rng.uniform(0.004, 0.04))]
    y, middle, r = -d / 2, h * rng.uniform(0.42, 0.55), w * rng.uniform(0.24, 0.36)
    if chance(rng, 0.85):
        door = turned([(0, 0), (r * 0.6, rng.uniform(-0.04, 0.02)), (r * 0.8, 0.04), (r, 0.03), (r, 0), (0, 0)], 24)
        one.append(door.turned(90, "x").moved(0, y, middle))
        one.append(ring(r, 0.02).turned(90, "x").moved(0, y, middle))
    else:
        one.append(solid((w * 0.8, d * 0.6, 0.03), (0, -d * 0.1, h), 0.01))
    panel = h * rng.uniform(0.1, 0.18)
    one.append(solid((w * 0.98, 0.02, panel), (0, y - 0.005, h - panel - 0.01), 0.003))
    one.append(bar((w * rng.uniform(-0.2, 0.3), y - 0.05, h - panel / 2), (w * 0.1, y, h - panel / 2), 0.03))
    if chance(rng, 0.6):
        one.append(solid((w * 0.3, 0.025, panel * 0.7), (-w * 0.3, y - 0.012, h - panel * 0.9), 0.003))
    if chance(rng, 0.2):
        one.append(solid((w, 0.08, 0.18), (0, d / 2 - 0.04, h)))
    return one + moved(one, 0, 0, h) if chance(rng, 0.15) else one


def kitchen_appliance(rng: Rng) -> Parts:
    """A toaster, a blender, a coffee machine, a microwave oven or a stand mixer."""
    return {"toaster": _toaster, "blender": _blender, "coffee": _coffee, "microwave": _microwave, "mixer": _mixer}[
        pick(rng, "toaster", "blender", "coffee", "microwave", "microwave", "mixer")
    ](rng)


def kitchen_hood(rng: Rng) -> Parts:
    w, d, h = rng.uniform(0.6, 1.0), rng.uniform(0.45, 0.6), rng.uniform(0.4, 0.9)
    kind, neck = pick(rng, "pyramid", "flat", "box"), rng.uniform(0.2, 0.35)
    parts = [solid((w, d, rng.uniform(0.03, 0.1)), (0, 0, 0), 0.004)]
    slope = {"pyramid": h * rng.uniform(0.3, 0.6), "flat": 0.06, "box": 0.1}[kind]
    if kind == "pyramid":
        cone = turned([(0.7071, 0.03), (0.7071 * neck / w, slope), (0, slope)], 4).turned(45)
        parts += stretched([cone], w, d, 1)
    parts.append(solid((neck, neck * 0.9, h - slope), (0, d * 0.1, slope)))
    if chance(rng, 0.4):
        parts.append(solid((w * 0.3, 0.02, 0.03), (0, -d / 2, 0.02)))
    return parts


def _toaster(rng: Rng) -> Parts:
    w, d, h = rng.uniform(0.25, 0.36), rng.uniform(0.14, 0.3), rng.uniform(0.16, 0.22)
    parts = [solid((w, d, h), (0, 0, 0.01), rng.uniform(0.01, 0.05))]
    slots = int(rng.integers(1, 5)) if d > 0.2 else int(rng.integers(1, 3))
    for y in np.linspace(-d / 2, d / 2, slots + 2)[1:-1]:
        parts += [solid((w * 0.75, 0.006, 0.012), (0, y + s * 0.016, h + 0.01)) for s in (-1, 1)]
        if chance(rng, 0.25):
            parts.append(solid((w * 0.4, 0.014, 0.05), (0, y, h), 0.004))
    parts.append(solid((0.03, d * 0.25, 0.02), (w / 2 + 0.015, 0, h * rng.uniform(0.4, 0.8))))
    return parts


def _blender(rng: Rng) -> Parts:
    base, r = rng.uniform(0.12, 0.2), rng.uniform(0.055, 0.085)
    jar = rng.uniform(0.18, 0.28)
    sides = int(rng.choice([4, 6, 8, 20]))
    parts = [turned([(0, 0), (r * 1.3, 0), (r * rng.uniform(0.9, 1.3), base), (0, base)], sides)]
    top = base + jar
    lid = [(r * 1.1, top + 0.02), (r * 0.4, top + 0.03), (r * 0.35, top + 0.05), (0, top + 0.05)]
    parts.append(turned([(0, base), (r * 0.7, base), (r * 1.1, top), (r * 1.15, top), *lid], sides))
    if chance(rng, 0.7):
        parts += path(arc((r, 0, base + jar * 0.6), jar * 0.28, -80, 80, "xz"), 0.01)
    return parts


def _coffee(rng: Rng) -> Parts:
    w, d, h = rng.uniform(0.18, 0.3), rng.uniform(0.22, 0.35), rng.uniform(0.28, 0.4)
    parts = [solid((w, d * 0.4, h), (0, d * 0.3, 0), 0.02), solid((w, d, 0.04), (0, 0, 0), 0.01),
             solid((w, d, h * 0.25), (0, 0, h * 0.75), 0.02)]  # fmt: skip
    if chance(rng, 0.7):
        r = w * rng.uniform(0.25, 0.36)
        parts.append(
            turned([(0, 0.045), (r, 0.045), (r * 1.05, h * 0.3), (r * 0.7, h * 0.5), (0, h * 0.5)]).moved(0, -d * 0.15)
        )
        parts += path(arc((0, -d * 0.15 - r, h * 0.3), h * 0.12, 100, 260, "yz"), 0.008)
    else:
        parts.append(bar((0, -d * 0.2, h * 0.6), (0, -d * 0.2, h * 0.76), 0.03))
        parts.append(bar((0, -d * 0.2, h * 0.62), (0, -d * 0.6, h * 0.6), 0.012))
    return parts


def _microwave(rng: Rng) -> Parts:
    w, d, h = rng.uniform(0.4, 0.56), rng.uniform(0.3, 0.42), rng.uniform(0.24, 0.33)
    parts = [solid((w, d, h), (0, 0, 0.01), 0.008)]
    door, side = w * rng.uniform(0.68, 0.8), rng.choice([-1, 1])
    x = -side * (w - door) / 2
    parts.append(solid((door * 0.96, 0.02, h * 0.92), (x, -d / 2 - 0.008, h * 0.05), 0.006))
    parts.append(solid((door * 0.7, 0.012, h * 0.6), (x, -d / 2 - 0.02, h * 0.2), 0.004))
    parts += handle(rng, pick(rng, "upright", "none"), (x + side * door * 0.42, -d / 2 - 0.018, h / 2), h * 0.6)
    for z in np.linspace(h * 0.15, h * 0.8, int(rng.integers(1, 6))):
        parts.append(solid(((w - door) * 0.5, 0.012, 0.02), (side * door / 2, -d / 2 - 0.006, z), 0.002))
    return parts


def _mixer(rng: Rng) -> Parts:
    h = rng.uniform(0.28, 0.36)
    head = turned([(0, 0), (0.05, 0.02), (0.07, 0.12), (0.06, 0.3), (0, 0.33)], 16).turned(90, "x").moved(0, 0.14, h)
    parts = [solid((0.2, 0.34, 0.04), (0, 0, 0), 0.02), solid((0.1, 0.09, h), (0, 0.12, 0), 0.03), head]
    r = rng.uniform(0.08, 0.11)
    parts.append(turned([(0, 0.04), (r * 0.6, 0.04), (r, h * 0.45), (r * 0.95, h * 0.45), (r * 0.5, 0.06), (0, 0.06)])
                 .moved(0, -0.08))  # fmt: skip
    return [*parts, bar((0, -0.08, h * 0.4), (0, -0.08, h), 0.015)]
