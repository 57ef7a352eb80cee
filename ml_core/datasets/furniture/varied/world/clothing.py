"""Bags, shoes, hats, helmets and crowns."""

from __future__ import annotations

import numpy as np

from ml_core.datasets.furniture.solids import Part, cushion
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
    solid,
    stretched,
    turned,
)


def bag(rng: Rng) -> Parts:
    """A handbag, a suitcase, a backpack or a tied sack."""
    kind = pick(rng, "hand", "case", "back", "sack")
    if kind == "sack":
        r, h = rng.uniform(0.12, 0.35), rng.uniform(0.3, 0.8)
        neck = r * rng.uniform(0.2, 0.4)
        belly = [(0, 0), (r * 0.8, 0), (r, h * 0.25), (r * 0.85, h * 0.6)]
        sack = turned([*belly, (neck, h * 0.82), (neck * 1.9, h), (0, h * 0.95)], 12)
        return [sack, ring(neck * 1.1, 0.012).moved(0, 0, h * 0.82)]
    w, d, h = rng.uniform(0.25, 0.6), rng.uniform(0.1, 0.24), rng.uniform(0.22, 0.7)
    if kind == "case":
        parts = [solid((w, d, h), (0, 0, 0.03), rng.uniform(0.01, 0.05))]
        grip = rng.uniform(0.04, 0.4) if chance(rng, 0.5) else 0.05
        parts += path([(-0.08, 0, h), (-0.08, 0, h + grip), (0.08, 0, h + grip), (0.08, 0, h)], 0.012)
        parts += [solid((0.02, d * 1.05, h), (s * w * 0.25, 0, 0.03)) for s in (-1, 1) if chance(rng, 0.4)]
        parts += [bar((s * w * 0.4 - 0.02, 0, 0.02), (s * w * 0.4 + 0.02, 0, 0.02), 0.03) for s in (-1, 1)]
        return parts
    parts = [cushion((w, d * 1.2, h), (0, 0, 0), PLAIN, rng.uniform(0.1, 0.5))]
    if kind == "hand":
        for y in (-d * 0.3, d * 0.3) if chance(rng, 0.6) else (0,):
            parts += path(arc((0, y, h * 0.9), w * rng.uniform(0.25, 0.4), 0, 180, "xz", 10), 0.012)
        if chance(rng, 0.5):
            parts.append(solid((w * 0.9, 0.02, h * 0.5), (0, -d * 0.62, h * 0.45), 0.008))
        return parts
    parts.append(cushion((w * 0.75, d * 0.6, h * 0.45), (0, -d * 0.7, h * 0.06), PLAIN, 0.3))
    parts.append(cushion((w * 0.95, d, h * 0.3), (0, -d * 0.15, h * 0.78), PLAIN, 0.3))
    for s in (-1, 1):
        parts += path(arc((s * w * 0.25, d * 0.6, h * 0.5), h * 0.36, -90, 90, "yz", 8), 0.018)
        if chance(rng, 0.5):
            parts.append(cushion((d * 0.5, d * 0.7, h * 0.4), (s * w * 0.55, 0, h * 0.05), PLAIN, 0.3))
    if chance(rng, 0.3):
        parts.append(bar((-w * 0.6, 0, h * 1.1), (w * 0.6, 0, h * 1.1), 0.08))
    return parts


def headwear(rng: Rng) -> Parts:
    """A top hat, a cowboy hat, a cap, a helmet or a crown."""
    r, kind = rng.uniform(0.09, 0.12), pick(rng, "hat", "hat", "cap", "helmet", "helmet", "crown")
    if kind == "hat":
        brim, h = r * rng.uniform(1.3, 2.6), r * rng.uniform(0.8, 2)
        lift = rng.uniform(0, 0.05)
        top = r * rng.uniform(0.7, 1.1)
        parts = [turned([(brim, lift), (r, 0), (top, h), (top * 0.8, h * 1.05), (0, h * rng.uniform(0.9, 1.15))], 20)]
        if chance(rng, 0.6):
            parts.append(turned([(r * 1.04, 0.01), (r * 1.02, 0.035)], 20))
        return stretched(parts, 1, rng.uniform(1.05, 1.3), 1)
    if kind == "crown":
        count, h = int(rng.integers(5, 10)), r * rng.uniform(0.5, 1)
        parts = [turned([(r, 0), (r * 1.05, h * 0.5), (r * 0.98, h * 0.5), (r * 0.95, 0), (r, 0)], 20)]
        for a in np.linspace(0, 2 * np.pi, count, endpoint=False):
            x, y = r * np.cos(a), r * np.sin(a)
            parts.append(bar((x, y, h * 0.45), (x * 1.15, y * 1.15, h * 1.2), r * 2.4 / count, 0.002))
        return parts
    angles = np.linspace(0.0, np.pi / 2, 7)
    skull = turned([(r * np.cos(a), r * 1.1 * np.sin(a)) for a in angles[:-1]] + [(0.0, r * 1.1)], 20)
    parts = stretched([skull], 1, 1.15, 1)
    if kind == "cap":
        peak = turned([(0, 0), (r, 0), (r, 0.006), (0, 0.006)], 20)
        return [*parts, peak.moved(0, -r * 0.9, 0.0)]
    deep = r * rng.uniform(0.4, 1.2)
    around = np.radians(np.linspace(-60, 240, 16))
    edge = [(r * np.cos(a), r * 1.15 * np.sin(a)) for a in around]
    faces = [(k, k + 1, 17 + k, 16 + k) for k in range(15)]
    parts.append(
        Part(
            np.array([(x, y, 0) for x, y in edge] + [(x * 0.95, y * 0.95, -deep) for x, y in edge], float), faces, PLAIN
        )
    )
    if chance(rng, 0.5):
        parts.append(solid((r * 1.6, 0.02, r * 0.6), (0, -r * 1.1, -r * 0.6), 0.01))
    if chance(rng, 0.4):
        parts.append(solid((0.02, r * 2, r * 0.5), (0, 0, r * 0.9), 0.008))
    return [part.moved(0, 0, deep) for part in parts]


def shoe(rng: Rng) -> Parts:
    """A shoe, a boot, a slipper or a heel, often a pair. Toes to -Y."""
    long, w = rng.uniform(0.22, 0.32), rng.uniform(0.08, 0.115)
    kind = pick(rng, "low", "low", "boot", "boot", "slipper", "heel")
    rise = {"low": 0.06, "boot": rng.uniform(0.12, 0.35), "slipper": 0.02, "heel": 0.05}[kind]
    heel = rng.uniform(0.05, 0.1) if kind == "heel" else rng.uniform(0.0, 0.03)
    rows, angles = np.linspace(0, 1, 9), np.linspace(0, np.pi, 9)
    points = []
    for t in rows:  # from the toes to the heel: half sections over the sole
        half = w / 2 * (0.55 + 0.45 * np.sin(np.pi * min(t * 1.35 + 0.12, 1) ** 1.2)) * (0.75 if t == 0 else 1)
        tall = 0.035 + 0.06 * t if t < 0.6 else 0.075
        base = heel * max(0.0, (t - 0.35) / 0.65)
        points += [(half * np.cos(a), (t - 0.5) * long, base + tall * np.sin(a)) for a in angles]
    faces = [(9 * i + j, 9 * i + j + 1, 9 * i + j + 10, 9 * i + j + 9) for i in range(8) for j in range(8)]
    one = [Part(np.array(points), faces, PLAIN)]
    sole = rng.uniform(0.008, 0.03)
    shape = [(x, y, z) for k, (x, y, z) in enumerate(points) if k % 9 in (0, 8)]
    left, right = shape[::2], shape[1::2]
    rim = np.array([*left, *right[::-1]], float)
    count = len(rim)
    low = rim - [0, 0, sole]
    sides = [(k, (k + 1) % count, count + (k + 1) % count, count + k) for k in range(count)]
    one.append(
        Part(
            np.concatenate([rim, low]), [*sides, tuple(range(count)), tuple(range(2 * count - 1, count - 1, -1))], PLAIN
        )
    )
    if kind == "heel":
        one.append(bar((0, long * 0.42, heel), (0, long * 0.4, -sole), w * 0.25, w * 0.1))
    elif heel:
        one.append(solid((w * 0.8, long * 0.3, heel + sole), (0, long * 0.34, -sole), 0.004))
    if kind in ("low", "boot"):
        shaft = w * rng.uniform(0.42, 0.52)
        top = turned(
            [
                (shaft, 0),
                (shaft * 0.95, rise * 0.4),
                (shaft * rng.uniform(0.95, 1.3), rise),
                (shaft * 0.85, rise),
                (shaft * 0.8, 0),
            ],
            14,
        )
        one += [part.moved(0, long * 0.27, 0.055 + heel) for part in stretched([top], 0.95, 1.25, 1)]
        if chance(rng, 0.5):
            one += [
                bar((-w * 0.2, y * long, 0.1 - y * 0.08), (w * 0.2, y * long, 0.1 - y * 0.08), 0.005)
                for y in (-0.02, 0.04, 0.1)
            ]
    if chance(rng, 0.35):
        other = [part.transformed(np.diag([-1, 1, 1])) for part in one]
        gap = w * rng.uniform(0.55, 0.8)
        return [part.moved(-gap) for part in one] + [part.moved(gap) for part in other]
    return one
