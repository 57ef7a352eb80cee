"""Guitars, violins, pianos and drums."""

from __future__ import annotations

import numpy as np

from ml_core.datasets.furniture.solids import Part
from ml_core.datasets.furniture.varied.pieces import PLAIN, Parts, Rng, bar, chance, pick, slab, solid, turned


def musical_instrument(rng: Rng) -> Parts:
    """A guitar or a violin, a grand or an upright piano, or a drum."""
    kind = pick(rng, "guitar", "guitar", "grand", "upright", "drum", "violin")
    if kind in ("guitar", "violin"):
        return _strings(rng, kind == "guitar")
    return {"drum": _drum, "upright": _upright, "grand": _grand}[kind](rng)


def _strings(rng: Rng, is_guitar: bool) -> Parts:
    scale = 1.0 if is_guitar else 0.62
    w, thick = rng.uniform(0.32, 0.42) * scale, (rng.uniform(0.04, 0.11) if is_guitar else 0.04)
    waist = rng.uniform(0.55, 0.8)
    t = np.linspace(0, 1, 14)
    bouts = 0.8 + (waist - 0.9) * np.exp(-(((t - 0.58) / 0.14) ** 2)) + 0.2 * np.cos(t * np.pi)
    half = 0.5 * w * bouts * np.sin(np.pi * t.clip(0.02, 0.98)) ** 0.35
    outline = list(zip(half, t * 0.48 * scale, strict=True))
    rim = np.array([(x, z) for x, z in outline] + [(-x, z) for x, z in outline[::-1]])
    count = len(rim)
    front, back = np.insert(rim, 1, -thick / 2, axis=1), np.insert(rim, 1, thick / 2, axis=1)
    sides = [(k, (k + 1) % count, count + (k + 1) % count, count + k) for k in range(count)]
    parts = [
        Part(
            np.concatenate([front, back]),
            [*sides, tuple(range(count)), tuple(range(2 * count - 1, count - 1, -1))],
            PLAIN,
        )
    ]
    neck = rng.uniform(0.4, 0.6) * scale
    parts.append(solid((0.055 * scale, 0.025, neck + 0.1), (0, -thick / 2, 0.42 * scale)))
    parts.append(solid((0.075 * scale, 0.02, 0.16 * scale), (0, -thick / 2, 0.48 * scale + neck), 0.004))
    parts.append(solid((0.15 * scale, 0.015, 0.025), (0, -thick / 2 - 0.006, 0.12 * scale)))
    y, top = -thick / 2, 0.5 * scale + neck
    parts += [
        bar((s * 0.03 * scale, y, top + up), (s * 0.06 * scale, y, top + up), 0.006)
        for s in (-1, 1)
        for up in (0.02, 0.06, 0.1)
    ]
    turn = rng.choice([0, 0, 0, 90, 12])
    return [part.turned(turn, "x") for part in parts]


def _drum(rng: Rng) -> Parts:
    r, h = rng.uniform(0.15, 0.35), rng.uniform(0.15, 0.7)
    top = turned(
        [
            (0, 0),
            (r, 0),
            (r, h * 0.06),
            (r * 0.97, h * 0.08),
            (r * rng.uniform(0.9, 1), h / 2),
            (r * 0.97, h * 0.92),
            (r, h * 0.94),
            (r, h),
            (0, h),
        ],
        20,
    )
    pegs = [bar((r * np.cos(a), r * np.sin(a), h * 0.1), (r * np.cos(a), r * np.sin(a), h * 0.9), 0.008)
            for a in np.linspace(0, 6.28, int(rng.integers(5, 9)), endpoint=False)]  # fmt: skip
    return [top, *pegs]


def _upright(rng: Rng) -> Parts:
    w = rng.uniform(1.35, 1.55)
    h, d = rng.uniform(1.05, 1.35), rng.uniform(0.3, 0.4)
    parts = [solid((w, d, h), (0, 0.1, 0), 0.01), solid((w, 0.32, 0.12), (0, -0.22, 0.62), 0.01)]
    parts += [solid((0.08, 0.28, 0.62), (s * (w / 2 - 0.05), -0.22, 0)) for s in (-1, 1)]
    parts.append(solid((w * 0.9, 0.16, 0.02), (0, -0.3, 0.74), 0.003))
    return [*parts, *([solid((w * 0.5, 0.02, 0.25), (0, -0.09, 0.9))] if chance(rng, 0.5) else [])]


def _grand(rng: Rng) -> Parts:
    w = rng.uniform(1.35, 1.55)
    long = rng.uniform(1.5, 2.4)
    rim = [
        (-w / 2, -0.5),
        (w / 2, -0.5),
        (w / 2, 0.1),
        (w * 0.35, 0.3),
        (w * 0.2, long * 0.45),
        (w * 0.05, long - 0.6),
        (-w * 0.25, long - 0.5),
        (-w / 2, long - 0.75),
    ]
    parts = [slab(rim, 0.68, 0.95)]
    if chance(rng, 0.7):
        lid = slab([(x, y) for x, y in rim if y > -0.2] + [(-w / 2, -0.1)], 0, 0.02)
        parts.append(lid.moved(w / 2, 0, 0).turned(-rng.uniform(25, 45), "y").moved(-w / 2, 0, 0.96))
    parts += [
        bar((x, y, 0), (x, y, 0.7), 0.05) for x, y in ((-w * 0.42, -0.35), (w * 0.42, -0.35), (-w * 0.15, long - 0.8))
    ]
    parts.append(solid((w * 0.9, 0.2, 0.04), (0, -0.6, 0.72)))
    return parts
