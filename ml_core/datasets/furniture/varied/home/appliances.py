"""Refrigerators and stoves."""

from __future__ import annotations

import numpy as np

from ml_core.datasets.furniture.varied.pieces import Parts, Rng, bar, chance, handle, pick, ring, solid, turned


def refrigerator(rng: Rng) -> Parts:
    w, d, h = rng.uniform(0.5, 0.75), rng.uniform(0.52, 0.75), rng.uniform(1.3, 2.0)
    kind = pick(rng, "one", "top", "bottom", "pair", "pair", "small")
    if kind == "pair":
        w = rng.uniform(0.8, 1.0)
    if kind == "small":
        h = rng.uniform(0.8, 0.95)
    edge = rng.uniform(0.005, 0.06)
    parts = [solid((w, d - 0.06, h - 0.03), (0, 0.03, 0.03), edge)]
    parts += [bar((sx * (w / 2 - 0.05), sy * (d / 2 - 0.08), 0), (sx * (w / 2 - 0.05), sy * (d / 2 - 0.08), 0.04), 0.02)
              for sx in (-1, 1) for sy in (-1, 1)]  # fmt: skip
    y = -d / 2 + 0.03
    split = {"top": 0.7, "bottom": 0.36}.get(kind, 1.0)
    grip = "upright" if chance(rng, 0.75) else "none"
    rows = [(0.05, h * split), (h * split, h)] if split < 1 else [(0.05, h)]
    for low, high in rows:
        doors = [(0.0, w, 1)] if kind != "pair" else [(-w * 0.25, w * 0.5, 1), (w * 0.25, w * 0.5, -1)]
        for x, wide, side in doors:
            parts.append(solid((wide - 0.008, 0.06, high - low - 0.01), (x, y, low), edge))
            long = min(0.5, (high - low) * rng.uniform(0.3, 0.7))
            z = (
                (low + high) / 2
                if kind in ("pair", "one", "small")
                else (high - long * 0.6 if low < 0.1 else low + long * 0.6)
            )
            parts += handle(rng, grip, (x + side * (wide / 2 - 0.06), y - 0.03, z), long)
    if kind == "pair" and chance(rng, 0.5):
        parts.append(solid((w * 0.25, 0.03, 0.35), (-w * 0.25, y - 0.03, h * 0.55)))
    return parts


def stove(rng: Rng) -> Parts:
    w, d, h = rng.uniform(0.5, 0.95), rng.uniform(0.52, 0.66), rng.uniform(0.82, 0.95)
    below = rng.uniform(0, 0.12)
    parts = [solid((w, d, h - below), (0, 0, below), 0.006)]
    y, top = -d / 2, h - 0.14
    drawer = rng.uniform(0.12, 0.22) if chance(rng, 0.5) else 0.0
    ovens = 2 if w > 0.8 and chance(rng, 0.5) else 1
    for k in range(ovens):
        x, wide = -w / 2 + w / ovens * (k + 0.5), w / ovens - 0.02
        low = below + drawer + 0.02
        parts.append(solid((wide, 0.035, top - low), (x, y - 0.015, low), 0.008))
        if chance(rng, 0.7):
            frame = min(wide, top - low) * 0.18
            parts.append(
                solid((wide - 2 * frame, 0.012, (top - low) * 0.5), (x, y - 0.034, low + (top - low) * 0.2), 0.004)
            )
        parts += handle(rng, "across", (x, y - 0.033, top - 0.05), wide * 0.85)
    if drawer:
        parts.append(solid((w - 0.02, 0.03, drawer - 0.01), (0, y - 0.015, below + 0.01)))
    panel_up = chance(rng, 0.35)
    for x in np.linspace(-w * 0.38, w * 0.38, int(rng.integers(3, 8))):
        knob = turned([(0, 0), (0.02, 0), (0.018, 0.03), (0, 0.03)], 10).turned(90, "x")
        parts.append(knob.moved(x, d / 2 - 0.06, h + 0.08) if panel_up else knob.moved(x, y, h - 0.07))
    if panel_up or chance(rng, 0.3):
        parts.append(solid((w, 0.05, rng.uniform(0.08, 0.25)), (0, d / 2 - 0.03, h)))
    style = pick(rng, "rings", "grates", "flat", "plates")
    columns = 3 if w > 0.8 else 2
    for x in np.linspace(-w / 2, w / 2, 2 * columns + 1)[1::2]:
        for s in (-1, 1):
            r = rng.uniform(0.07, 0.11)
            at = (x, s * d * 0.22, h)
            if style in ("rings", "plates"):
                tall = 0.012 if style == "rings" else 0.02
                parts.append(turned([(0, 0), (r, 0), (r, tall), (0, tall)]).moved(*at))
            elif style == "grates":
                parts.append(ring(r * 0.4, 0.012).moved(x, s * d * 0.22, h + 0.012))
                parts += [
                    bar((x - r, at[1], h + 0.03), (x + r, at[1], h + 0.03), 0.006),
                    bar((x, at[1] - r, h + 0.03), (x, at[1] + r, h + 0.03), 0.006),
                ]
    if chance(rng, 0.1):  # a hood over it
        parts.append(turned([(0, 1.6), (w * 0.7, 1.6), (0.2, 1.8), (0.2, 2.2), (0, 2.2)], 4).turned(45))
        parts.append(solid((0.1, 0.05, 0.7), (0, d / 2 - 0.03, h)))
    return parts
