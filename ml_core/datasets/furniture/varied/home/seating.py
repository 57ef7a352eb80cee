"""Chairs, armchairs, sofas, stools, benches, beds and pillows."""

from __future__ import annotations

import numpy as np

from ml_core.datasets.furniture.solids import cushion
from ml_core.datasets.furniture.varied.pieces import (
    PLAIN,
    Parts,
    Rng,
    arc,
    bar,
    chance,
    legs,
    moved,
    path,
    pedestal,
    pick,
    ring,
    solid,
    turned,
)


def chair(rng: Rng) -> Parts:
    if chance(rng, 0.12):
        return _folding(rng)
    w, d, h = rng.uniform(0.36, 0.54), rng.uniform(0.36, 0.54), rng.uniform(0.4, 0.5)
    parts: Parts = []
    seat = pick(rng, "board", "cushion", "both", "round", "slats")
    thick = rng.uniform(0.015, 0.05)
    if seat in ("board", "both"):
        parts.append(solid((w, d, thick), (0, 0, h - thick)))
    if seat in ("cushion", "both"):
        parts.append(cushion((w, d, rng.uniform(0.04, 0.12)), (0, 0, h - 0.03), PLAIN, rng.uniform(0.1, 0.5)))
    if seat == "round":
        r = (w + d) / 4
        parts.append(turned([(0, h - thick), (r, h - thick), (r, h), (0, h)]))
    if seat == "slats":
        for y in np.linspace(-d / 2 + 0.03, d / 2 - 0.03, 7):
            parts.append(solid((w, d / 9, 0.02), (0, y, h - 0.02)))
    base = pick(rng, "legs", "legs", "legs", "pedestal", "cantilever")
    if base == "legs":
        parts += legs(rng, w, d, h - 0.02)
    elif base == "pedestal":
        parts += pedestal(rng, rng.uniform(0.24, 0.34), h - 0.02)
    else:
        x = w / 2 - 0.01
        for s in (-1, 1):
            points = [(s * x, d / 2, 0.02), (s * x, -d / 2, 0.02), (s * x, -d / 2, h - 0.02), (s * x, d / 2, h - 0.02)]
            parts += path(points, 0.012)
        parts.append(bar((-x, d / 2, 0.02), (x, d / 2, 0.02), 0.012))
    parts += _back(rng, w, d, h)
    if chance(rng, 0.4):
        parts += _arms(rng, w, d, h)
    return parts


def _back(rng: Rng, w: float, d: float, h: float) -> Parts:
    tall, lean = rng.uniform(0.3, 0.65), np.tan(np.radians(rng.uniform(0, 16)))
    y, gap = d / 2 - 0.02, rng.uniform(0, 0.2)
    kind = pick(rng, "slats", "spindles", "panel", "cushion", "curved", "hoop")
    parts: Parts = []
    wide = w * rng.uniform(0.85, 1.05)

    def at(up: float) -> float:
        return y + up * lean

    if kind in ("slats", "spindles", "panel") or chance(rng, 0.3):
        for s in (-1, 1):
            parts.append(bar((s * wide / 2, y, h - 0.03), (s * wide / 2, at(tall), h + tall), 0.016))
    if kind == "slats":
        for up in np.linspace(gap + 0.06, tall - 0.05, int(rng.integers(1, 6))):
            parts.append(solid((wide, 0.02, rng.uniform(0.03, 0.09)), (0, at(up), h + up - 0.02)))
    elif kind == "spindles":
        for x in np.linspace(-wide / 2, wide / 2, int(rng.integers(4, 9)))[1:-1]:
            parts.append(bar((x, y, h), (x, at(tall), h + tall - 0.02), 0.008))
        parts.append(solid((wide + 0.04, 0.03, 0.06), (0, at(tall), h + tall - 0.05)))
    elif kind == "panel":
        parts.append(solid((wide, 0.025, tall - gap), (0, 0, 0)).turned(-np.degrees(np.arctan(lean)), "x")
                     .moved(0, at(gap), h + gap))  # fmt: skip
    elif kind == "cushion":
        size = (wide, rng.uniform(0.05, 0.13), tall - gap)
        parts.append(
            cushion(size, (0, 0, 0), PLAIN).turned(-np.degrees(np.arctan(lean)), "x").moved(0, at(gap), h + gap)
        )
        parts.append(bar((0, y, h - 0.04), (0, at(gap) + 0.03, h + gap + 0.1), 0.02))
    elif kind == "curved":
        for angle in np.linspace(-65, 65, 9):
            c, s = np.cos(np.radians(angle)), np.sin(np.radians(angle))
            piece = solid((wide * 0.16, 0.02, tall - gap), (0, 0, h + gap)).turned(-angle)
            parts.append(piece.moved(wide / 2 * s, y - wide / 2 * (1 - c) + gap * lean))
        for s in (-1, 1):
            parts.append(bar((s * wide / 3, y - 0.05, h - 0.04), (s * wide / 3, y - 0.05, h + tall - 0.02), 0.012))
    else:
        up = max(tall - wide / 2, 0.05)
        points = [(-wide / 2, y, h), *arc((0, at(up), h + up), wide / 2, 180, 0), (wide / 2, y, h)]
        parts += path(points, 0.013)
        for x in np.linspace(-wide / 2, wide / 2, int(rng.integers(3, 8)))[1:-1]:
            parts.append(bar((x, y, h), (x * 0.9, at(up), h + up + wide * 0.3), 0.007))
    return parts


def _arms(rng: Rng, w: float, d: float, h: float) -> Parts:
    up, parts = rng.uniform(0.17, 0.27), []
    padded = chance(rng, 0.4)
    for s in (-1, 1):
        x = s * (w / 2 + 0.02)
        parts += [bar((x, -d / 2 + 0.04, h - 0.1), (x, -d / 2 + 0.02, h + up), 0.014)]
        parts += [bar((x, -d / 2, h + up), (x, d / 2, h + up), 0.015)]
        if padded:
            parts.append(solid((0.06, d * 0.75, 0.03), (x, -0.02, h + up), 0.012))
    return parts


def _folding(rng: Rng) -> Parts:
    """Crossed legs with a sloping back; a deck chair when long."""
    w, h = rng.uniform(0.4, 0.6), rng.uniform(0.35, 0.46)
    long = rng.uniform(0.45, 0.7)
    top = h + rng.uniform(0.3, 0.5)
    parts: Parts = []
    for s in (-1, 1):
        x = s * w / 2
        parts.append(bar((x, -long / 2, 0), (x, long / 2 + 0.05, top), 0.014))
        parts.append(bar((x * 0.92, long / 2, 0), (x * 0.92, -long / 2 + 0.05, h), 0.014))
    count = int(rng.integers(4, 8))
    for y in np.linspace(-long / 2 + 0.06, long / 2 - 0.08, count):
        parts.append(solid((w, long / count * 0.8, 0.015), (0, y, h - 0.02 - 0.1 * (y + long / 2))))
    for up in np.linspace(h + 0.1, top - 0.04, int(rng.integers(2, 6))):
        share = up / top
        parts.append(solid((w, 0.02, 0.06), (0, -long / 2 + share * (long + 0.05), up)))
    return parts


def armchair(rng: Rng) -> Parts:
    return _upholstered(rng, rng.uniform(0.62, 1.1), 1)


def sofa(rng: Rng) -> Parts:
    seats = int(rng.integers(2, 5))
    parts = _upholstered(rng, seats * rng.uniform(0.52, 0.75) + 0.25, seats)
    if chance(rng, 0.28):  # a corner sofa or one with a chaise
        ends = np.concatenate([part.vertices for part in parts])
        high, side = ends[:, 2].max(), 1 if chance(rng, 0.5) else -1
        width, deep = ends[:, 0].max(), rng.uniform(0.6, 1.1)
        front = ends[:, 1].min()
        parts.append(solid((0.75, deep, 0.3), (side * (width - 0.375), front - deep / 2, 0.08), 0.03))
        parts.append(cushion((0.72, deep, 0.16), (side * (width - 0.375), front - deep / 2, 0.34), PLAIN, 0.2))
        if chance(rng, 0.5):
            size = (0.18, deep, high * rng.uniform(0.5, 0.9) - 0.08)
            parts.append(cushion(size, (side * (width - 0.09), front - deep / 2, 0.08), PLAIN, 0.2))
    return parts


def _upholstered(rng: Rng, w: float, seats: int) -> Parts:
    d, seat = rng.uniform(0.7, 1.0), rng.uniform(0.36, 0.48)
    back, arm = rng.uniform(0.28, 0.6), rng.uniform(0.12, 0.32)
    foot = 0.0 if chance(rng, 0.3) else rng.uniform(0.04, 0.18)
    thick, deep = rng.uniform(0.08, 0.26), rng.uniform(0.12, 0.28)
    soft = rng.uniform(0.05, 0.4)
    if seats == 1 and chance(rng, 0.25):
        return _tub(rng, w / 2, seat, back * 0.8, foot)
    parts = [solid((w - 0.02, d - 0.02, seat - foot - 0.12), (0, 0, foot), 0.03)]
    inner = w - 2 * thick
    count = seats if chance(rng, 0.75) else 1
    for k in range(count):
        x = -inner / 2 + inner / count * (k + 0.5)
        size = (inner / count, d - deep * 0.6, rng.uniform(0.12, 0.2))
        parts.append(cushion(size, (x, -deep * 0.35, seat - 0.14), PLAIN, soft))
        if chance(rng, 0.8):
            size = (inner / count, deep * 0.9, back + 0.02)
            lean = cushion(size, (0, 0, 0), PLAIN, soft).turned(-rng.uniform(0, 14), "x")
            parts.append(lean.moved(x, d / 2 - deep * 1.1, seat - 0.02))
    parts.append(cushion((w, deep, seat - foot + back), (0, d / 2 - deep / 2, foot), PLAIN, soft * 0.6))
    style = pick(rng, "block", "soft", "rolled", "frame", "none" if seats > 1 else "soft")
    tall = back if chance(rng, 0.15) else arm
    for s in (-1, 1):
        x = s * (w / 2 - thick / 2)
        if style == "block":
            parts.append(solid((thick, d, seat - foot + tall), (x, 0, foot), 0.02))
        elif style == "soft":
            parts.append(cushion((thick, d, seat - foot + tall), (x, -0.01, foot), PLAIN, soft))
        elif style == "rolled":
            r = thick * 0.62
            parts.append(solid((thick * 0.8, d, seat - foot + tall - r), (x, 0, foot), 0.02))
            parts.append(bar((x, -d / 2, seat + tall - r), (x, d / 2, seat + tall - r), r))
        elif style == "frame":
            z = seat + tall
            parts += path([(x, -d / 2, 0), (x, -d / 2, z), (x, d / 2, z), (x, d / 2, 0)], 0.025)
    if seats == 1 and chance(rng, 0.2):  # wings
        for s in (-1, 1):
            parts.append(cushion((thick * 0.6, 0.3, back), (s * (w / 2 - thick * 0.4), d / 2 - 0.2, seat), PLAIN, soft))
    if foot:
        parts += legs(rng, w, d, foot + 0.02, rng.uniform(0.015, 0.035))
    for _ in range(int(rng.integers(0, 3)) if seats > 1 else 0):  # loose cushions
        loose = cushion((0.42, 0.13, 0.4), (0, 0, 0), PLAIN, 0.5).turned(-20, "x").turned(rng.uniform(-20, 20))
        parts.append(loose.moved(rng.uniform(-inner / 2 + 0.2, inner / 2 - 0.2), d / 2 - deep - 0.16, seat))
    return parts


def _tub(rng: Rng, radius: float, seat: float, back: float, foot: float) -> Parts:
    """A round armchair: one shell around the seat."""
    parts = [turned([(0, foot), (radius * 0.85, foot), (radius, seat - 0.1), (radius * 0.9, seat), (0, seat)])]
    slope = rng.uniform(0, 0.6)
    for angle in np.linspace(-30, 210, 17):
        lower = 1 - slope * abs(angle - 90) / 120
        piece = cushion((radius * 0.36, 0.14, (back + 0.2) * lower), (0, 0, 0), PLAIN, 0.2).turned(angle - 90)
        c, s = np.cos(np.radians(angle)), np.sin(np.radians(angle))
        parts.append(piece.moved(radius * 0.92 * c, radius * 0.92 * s, seat - 0.2))
    return parts + (legs(rng, radius * 1.5, radius * 1.5, foot + 0.03) if foot else [])


def stool(rng: Rng) -> Parts:
    h = rng.uniform(0.3, 0.82)
    r, thick = rng.uniform(0.14, 0.22), rng.uniform(0.02, 0.09)
    parts: Parts = []
    seat = pick(rng, "round", "square", "cushion", "saddle")
    if seat == "round":
        parts.append(turned([(0, h - thick), (r, h - thick), (r * 1.03, h - thick / 2), (r, h), (0, h)]))
    elif seat == "cushion":
        parts.append(cushion((2 * r, 2 * r, thick + 0.03), (0, 0, h - thick), PLAIN))
    else:
        parts.append(solid((2 * r, 2 * r * rng.uniform(0.6, 1), thick), (0, 0, h - thick), 0.01))
    if chance(rng, 0.3):
        parts += pedestal(rng, r * rng.uniform(0.9, 1.2), h - thick)
        if h > 0.6 and chance(rng, 0.5):
            parts.append(ring(r * 0.9, 0.01).moved(0, 0, h * 0.4))
    else:
        count = int(rng.integers(3, 5))
        splay, leg = rng.uniform(1.0, 1.5), rng.uniform(0.01, 0.025)
        turn = rng.uniform(0, 1.5)
        for angle in turn + np.arange(count) * 2 * np.pi / count:
            c, s = np.cos(angle) * r * 0.85, np.sin(angle) * r * 0.85
            parts.append(bar((c * splay, s * splay, 0), (c, s, h - thick), leg, leg * rng.uniform(0.8, 1.4)))
        if chance(rng, 0.6):
            share = rng.uniform(0.25, 0.6)
            parts.append(ring(r * 0.85 * (splay + (1 - splay) * share), 0.009).moved(0, 0, h * share))
    if h > 0.58 and chance(rng, 0.25):
        y = r * 0.9
        for s in (-1, 1):
            parts.append(bar((s * r * 0.6, y, h - thick), (s * r * 0.6, y + 0.03, h + 0.22), 0.012))
        parts.append(solid((r * 1.7, 0.03, rng.uniform(0.06, 0.16)), (0, y + 0.025, h + 0.1)))
    return parts


def bench(rng: Rng) -> Parts:
    w, d, h = rng.uniform(1.0, 2.2), rng.uniform(0.3, 0.55), rng.uniform(0.38, 0.5)
    parts: Parts = []
    if chance(rng, 0.5):
        parts.append(solid((w, d, rng.uniform(0.03, 0.08)), (0, 0, h - 0.05)))
    else:
        count = int(rng.integers(3, 8))
        for y in np.linspace(-d / 2, d / 2, count):
            parts.append(solid((w, d / count * 0.75, 0.03), (0, y, h - 0.03)))
    base = pick(rng, "legs", "sides", "iron")
    x = w / 2 - rng.uniform(0.05, 0.25)
    if base == "legs":
        parts += legs(rng, w, d, h - 0.03, rng.uniform(0.02, 0.045))
    elif base == "sides":
        parts += [solid((rng.uniform(0.03, 0.12), d * 0.9, h - 0.04), (s * x, 0, 0)) for s in (-1, 1)]
    else:
        for s in (-1, 1):
            parts += path([(s * x, -d / 2, 0), (s * x, -d / 2 + 0.06, h), (s * x, d / 2, h)], 0.02)
            parts.append(bar((s * x, d / 2 + 0.06, 0), (s * x, d / 2, h), 0.02))
    if chance(rng, 0.6):
        tall, lean = rng.uniform(0.3, 0.5), rng.uniform(0, 0.12)
        for s in (-1, 1):
            parts.append(bar((s * x, d / 2, h - 0.05), (s * x, d / 2 + lean, h + tall), 0.022))
        for up in np.linspace(0.12, tall - 0.04, int(rng.integers(1, 5))):
            parts.append(solid((w, 0.025, rng.uniform(0.05, 0.1)), (0, d / 2 + lean * up / tall, h + up - 0.03)))
        if chance(rng, 0.5):
            for s in (-1, 1):
                parts += path([(s * x, -d / 2 + 0.03, h), (s * x, -d / 2, h + 0.22), (s * x, d / 2, h + 0.22)], 0.02)
    return parts


def bed(rng: Rng) -> Parts:
    w, d = rng.uniform(0.8, 2.0), rng.uniform(1.9, 2.2)
    if chance(rng, 0.12):
        lower, upper = _single_bed(rng, 0.95, d, 0.3), moved(_single_bed(rng, 0.95, d, 0.3), z=rng.uniform(1.0, 1.3))
        posts = [
            bar((sx * 0.47, sy * d / 2, 0), (sx * 0.47, sy * d / 2, 1.8), 0.035) for sx in (-1, 1) for sy in (-1, 1)
        ]
        steps = [bar((-0.2, -d / 2, z), (0.2, -d / 2, z), 0.015) for z in np.arange(0.3, 1.6, 0.28)]
        return lower + upper + posts + steps
    parts = _single_bed(rng, w, d, rng.uniform(0.2, 0.45))
    if chance(rng, 0.1):
        tops = [(sx * w / 2, sy * d / 2, 2.1) for sx, sy in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
        parts += [bar((top[0], top[1], 0), top, 0.03) for top in tops]
        parts += path([*tops, tops[0]], 0.025)
    return parts


def _single_bed(rng: Rng, w: float, d: float, h: float) -> Parts:
    low = 0.0 if chance(rng, 0.3) else rng.uniform(0.05, 0.2)
    parts = [solid((w, d, max(h - low, 0.06)), (0, 0, low), 0.01)]
    mattress = rng.uniform(0.12, 0.3)
    parts.append(solid((w - 0.06, d - 0.08, mattress), (0, -0.01, h), 0.05))
    top = h + mattress
    if low:
        parts += legs(rng, w, d, low, 0.03)
    if chance(rng, 0.85):
        tall = rng.uniform(0.25, 0.8)
        kind = pick(rng, "panel", "cushion", "bars")
        y = d / 2 + 0.03
        if kind == "panel":
            parts.append(solid((w + rng.uniform(0, 0.2), 0.05, top + tall), (0, y, 0)))
        elif kind == "cushion":
            parts.append(cushion((w, 0.14, top + tall - 0.1), (0, y, 0.1), PLAIN, 0.2))
        else:
            parts += [bar((x, y, 0), (x, y, top + tall), 0.02) for x in np.linspace(-w / 2, w / 2, 8)]
            parts.append(bar((-w / 2, y, top + tall), (w / 2, y, top + tall), 0.025))
    if chance(rng, 0.4):
        parts.append(solid((w, 0.05, top * rng.uniform(0.7, 1.3)), (0, -d / 2 - 0.02, 0)))
    if chance(rng, 0.75):
        cover = d * rng.uniform(0.5, 0.85)
        parts.append(
            cushion((w + 0.04, cover, rng.uniform(0.06, 0.16)), (0, -d / 2 + cover / 2, top - 0.04), PLAIN, 0.1)
        )
    count = 1 if w < 1.1 else int(rng.integers(2, 5))
    for k in range(count if chance(rng, 0.9) else 0):
        x = (k % 2 - 0.5) * w / 2 if count > 1 else 0.0
        tilt = rng.uniform(0, 50)
        size = (min(0.7, w / 2.1 if count > 1 else w * 0.8), 0.42, 0.14)
        parts.append(
            cushion(size, (0, 0, 0), PLAIN, 0.5).turned(tilt, "x").moved(x, d / 2 - 0.3 - 0.12 * (k // 2), top)
        )
    return parts


def pillow(rng: Rng) -> Parts:
    w = rng.uniform(0.3, 0.75)
    size = (w, w * rng.uniform(0.55, 1.0), rng.uniform(0.08, 0.2))
    if chance(rng, 0.15):  # a bolster
        return [bar((-w / 2, 0, 0.1), (w / 2, 0, 0.1), 0.1)]
    return [cushion(size, (0, 0, 0), PLAIN, rng.uniform(0.3, 0.7)).turned(_pillow_angle(rng), "x")]


def _pillow_angle(rng: Rng) -> float:
    """Lying, leaning or standing."""
    return float((0, 0, rng.uniform(20, 70), 90)[rng.integers(4)])
