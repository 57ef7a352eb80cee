"""Tables, desks, nightstands, cabinets and shelves."""

from __future__ import annotations

import itertools

import numpy as np

from ml_core.datasets.furniture.solids import Part
from ml_core.datasets.furniture.varied.pieces import (
    PLAIN,
    Parts,
    Rng,
    bar,
    chance,
    fronts,
    handle,
    legs,
    moved,
    panel,
    path,
    pedestal,
    pick,
    solid,
    stretched,
    turned,
)


def table(rng: Rng) -> Parts:
    kind = pick(rng, "dining", "dining", "coffee", "side", "bar")
    h = {"dining": rng.uniform(0.7, 0.8), "coffee": rng.uniform(0.28, 0.5), "side": rng.uniform(0.4, 0.75),
         "bar": rng.uniform(0.9, 1.1)}[kind]  # fmt: skip
    w = {"dining": rng.uniform(0.8, 2.4), "coffee": rng.uniform(0.6, 1.4), "side": rng.uniform(0.35, 0.8),
         "bar": rng.uniform(0.5, 1.6)}[kind]  # fmt: skip
    d = w * rng.uniform(0.45, 1.0) if w > 1 else w * rng.uniform(0.75, 1.0)
    thick = rng.uniform(0.01, 0.07)
    if chance(rng, 0.06):
        return _with_cloth(rng, w, h)
    round_top = chance(rng, 0.35)
    parts: Parts = []
    if round_top:
        disc = [turned([(0, h - thick), (w / 2 * 0.97, h - thick), (w / 2, h - thick / 2), (w / 2, h), (0, h)], 28)]
        parts += stretched(disc, 1, d / w if chance(rng, 0.4) else 1, 1)
    else:
        parts.append(solid((w, d, thick), (0, 0, h - thick), rng.uniform(0.002, 0.02)))
    inner = 0.72 if round_top else 1.0
    base = pick(rng, "legs", "legs", "legs", "pedestal", "panels", "trestle", "cross")
    if base == "legs":
        parts += legs(rng, w * inner, d * inner, h - thick, rng.uniform(0.012, 0.05))
        if chance(rng, 0.45):
            deep = rng.uniform(0.04, 0.12)
            parts.append(solid((w * inner * 0.86, d * inner * 0.86, deep), (0, 0, h - thick - deep)))
    elif base == "pedestal":
        places = (0,) if w < 1.5 else (-w / 4, w / 4)
        for x in places:
            parts += [part.moved(x) for part in pedestal(rng, min(w, d) * rng.uniform(0.28, 0.42), h - thick)]
    elif base == "panels":
        x = w / 2 * inner - rng.uniform(0.02, 0.2) * w
        parts += [solid((rng.uniform(0.02, 0.08), d * inner * 0.9, h - thick), (s * x, 0, 0)) for s in (-1, 1)]
        if chance(rng, 0.4):
            parts.append(solid((2 * x, 0.03, h * 0.4), (0, 0, h * 0.4)))
    elif base == "trestle":
        x, y = w / 2 * inner - 0.15 * w, d / 2 * inner * 0.85
        for s in (-1, 1):
            if chance(rng, 0.5):
                parts += [
                    bar((s * x, -y, 0), (s * x, y, h - thick), 0.03),
                    bar((s * x, y, 0), (s * x, -y, h - thick), 0.03),
                ]
            else:
                parts += [bar((s * x, 0, 0.04), (s * x, 0, h - thick), 0.045)]
                parts += [solid((0.07, 1.8 * y, 0.06), (s * x, 0, z)) for z in (0, h - thick - 0.06)]
        parts.append(bar((-x, 0, h * 0.4), (x, 0, h * 0.4), 0.03))
    else:
        x, y = w / 2 * inner * 0.85, d / 2 * inner * 0.85
        parts += [bar((sx * x, sy * y, 0), (-sx * x, -sy * y, h - thick), 0.025) for sx in (-1, 1) for sy in (-1, 1)]
    if chance(rng, 0.25):
        parts.append(solid((w * inner * 0.8, d * inner * 0.8, 0.02), (0, 0, h * rng.uniform(0.2, 0.5))))
    if not round_top and chance(rng, 0.15):
        parts += handle(rng, "knob", (0, -d / 2 * 0.88, h - thick - 0.06))
    if chance(rng, 0.12):  # something stands on it
        parts += [part.moved(rng.uniform(-0.2, 0.2) * w, rng.uniform(-0.2, 0.2) * d, h) for part in
                  (turned([(0, 0), (0.05, 0), (0.08, 0.1), (0.04, 0.2), (0, 0.2)]),)]  # fmt: skip
    return parts


def _with_cloth(rng: Rng, w: float, h: float) -> Parts:
    """A cloth hangs to the floor, or half of the way, in folds."""
    count, low = int(rng.integers(7, 16)), h * rng.choice([0.0, 0.0, 0.5])
    angles = np.linspace(0, 2 * np.pi, 6 * count + 1)[:-1]
    top = np.stack([np.cos(angles), np.sin(angles)], 1) * w / 2
    wave = 1 + rng.uniform(0.04, 0.16) * np.cos(count * angles)[:, None] + 0.08
    points = [np.column_stack([top * (1 + (wave - 1) * s), np.full(len(top), h + (low - h) * s)]) for s in (0, 0.3, 1)]
    n = len(angles)
    faces: list[tuple[int, ...]] = [tuple(range(n))]
    for r in (0, 1):
        faces += [(r * n + k, r * n + (k + 1) % n, (r + 1) * n + (k + 1) % n, (r + 1) * n + k) for k in range(n)]
    cloth = Part(np.concatenate(points), faces, PLAIN)
    return [cloth, *legs(rng, w * 0.7, w * 0.7, h - 0.02)] if low else [cloth]


def desk(rng: Rng) -> Parts:
    w, d, h = rng.uniform(0.95, 1.9), rng.uniform(0.5, 0.85), rng.uniform(0.7, 0.8)
    thick = rng.uniform(0.018, 0.05)
    parts = [solid((w, d, thick), (0, 0, h - thick))]
    sides = pick(rng, "left", "right", "both", "both", "none")
    wide = rng.uniform(0.3, 0.45)
    below = 0.0 if chance(rng, 0.6) else rng.uniform(0.05, 0.2)
    for side, s in (("left", -1), ("right", 1)):
        x = s * (w / 2 - wide / 2 - 0.01)
        if sides in (side, "both"):
            parts.append(solid((wide, d - 0.04, h - thick - below), (x, 0, below)))
            parts += fronts(rng, wide, h - thick - below - 0.02, (x, -d / 2 + 0.015, below + 0.01), 0.75)
            if below:
                parts += [part.moved(x) for part in legs(rng, wide, d, below, 0.02)]
        elif chance(rng, 0.5):
            parts.append(solid((0.03, d - 0.05, h - thick), (s * (w / 2 - 0.03), 0, 0)))
        else:
            parts += [solid((0.05, 0.05, h - thick), (s * (w / 2 - 0.04), y, 0)) for y in (-d / 2 + 0.05, d / 2 - 0.05)]
    if chance(rng, 0.6):
        tall = rng.uniform(0.2, 0.65)
        parts.append(solid((w - 0.1, 0.02, tall), (0, d / 2 - 0.06, h - thick - tall)))
    if sides == "none" or chance(rng, 0.4):
        parts.append(solid((w - 0.3, d * 0.8, 0.1), (0, 0, h - thick - 0.1)))
        parts += handle(rng, "knob", (0, -d * 0.4, h - thick - 0.05))
    if chance(rng, 0.2):  # a hutch
        tall = rng.uniform(0.3, 0.6)
        parts += [solid((0.02, 0.25, tall), (x, d / 2 - 0.13, h)) for x in np.linspace(-w / 2 + 0.01, w / 2 - 0.01, 4)]
        parts += [solid((w, 0.25, 0.02), (0, d / 2 - 0.13, h + tall * z)) for z in (0.5, 1)]
    if chance(rng, 0.2):  # an L
        deep, s = rng.uniform(0.5, 1.0), 1 if chance(rng, 0.5) else -1
        parts.append(solid((0.5, deep, thick), (s * (w / 2 - 0.25), -d / 2 - deep / 2, h - thick)))
        parts.append(solid((0.45, 0.03, h - thick), (s * (w / 2 - 0.25), -d / 2 - deep + 0.05, 0)))
    if chance(rng, 0.25):  # a screen on it
        parts += [solid((0.5, 0.03, 0.32), (0, 0.1, h + 0.1)), bar((0, 0.12, h), (0, 0.12, h + 0.2), 0.02)]
    return parts


def nightstand(rng: Rng) -> Parts:
    w, d, h = rng.uniform(0.35, 0.62), rng.uniform(0.3, 0.5), rng.uniform(0.4, 0.72)
    below = 0.0 if chance(rng, 0.3) else rng.uniform(0.04, 0.3)
    parts: Parts = legs(rng, w, d, below + 0.02, 0.02) if below else []
    body = h - below
    if chance(rng, 0.35):  # an open shelf under a drawer
        parts += [solid((0.02, d, body), (s * (w / 2 - 0.01), 0, below)) for s in (-1, 1)]
        parts += [solid((w, d, 0.02), (0, 0, z)) for z in (below, below + body * 0.6)]
        parts.append(solid((w - 0.02, 0.015, body), (0, d / 2 - 0.01, below)))
        parts.append(solid((w - 0.03, d - 0.02, body * 0.38), (0, 0, below + body * 0.6)))
        parts += panel(rng, pick(rng, "flat", "framed"), (w - 0.04, body * 0.34), (0, -d / 2, below + body * 0.63))
        parts += handle(rng, pick(rng, "knob", "across"), (0, -d / 2 - 0.02, below + body * 0.8))
    else:
        parts.append(solid((w, d, body), (0, 0, below)))
        parts += fronts(rng, w - 0.04, body - 0.04, (0, -d / 2 - 0.005, below + 0.02), 0.75)
    parts.append(solid((w + rng.uniform(0, 0.05), d + rng.uniform(0, 0.05), 0.025), (0, 0, h)))
    return parts


def cabinet(rng: Rng) -> Parts:
    kind = pick(
        rng, "sideboard", "dresser", "wardrobe", "wardrobe", "kitchen", "unit", "unit", "wall", "tall", "display", 
        "corner", "locker",
    )  # fmt: skip
    w, d, h = {
        "sideboard": (rng.uniform(1.0, 2.4), rng.uniform(0.35, 0.55), rng.uniform(0.4, 0.95)),
        "dresser": (rng.uniform(0.7, 1.6), rng.uniform(0.4, 0.55), rng.uniform(0.7, 1.3)),
        "wardrobe": (rng.uniform(0.7, 2.8), rng.uniform(0.5, 0.7), rng.uniform(1.7, 2.5)),
        "kitchen": (rng.uniform(0.4, 2.4), rng.uniform(0.5, 0.65), rng.uniform(0.8, 0.95)),
        "unit": (rng.uniform(0.3, 0.65), rng.uniform(0.5, 0.65), rng.uniform(0.7, 0.95)),
        "locker": (rng.uniform(0.2, 1.0), rng.uniform(0.2, 0.5), rng.uniform(0.4, 1.9)),
        "wall": (rng.uniform(0.4, 1.6), rng.uniform(0.25, 0.4), rng.uniform(0.35, 0.9)),
        "tall": (rng.uniform(0.35, 0.7), rng.uniform(0.3, 0.6), rng.uniform(1.2, 2.2)),
        "display": (rng.uniform(0.6, 1.6), rng.uniform(0.3, 0.5), rng.uniform(1.2, 2.2)),
        "corner": (rng.uniform(0.5, 1.0), rng.uniform(0.5, 0.9), rng.uniform(0.7, 2.0)),
    }[kind]
    if kind == "corner":
        return _corner(rng, w, h)
    if kind == "locker":
        return _lockers(rng, w, d, h)
    below = {"wall": 0.0}.get(kind, 0.0 if chance(rng, 0.3) else rng.uniform(0.04, 0.22))
    parts: Parts = []
    if below:
        if chance(rng, 0.5):
            parts.append(solid((w - 0.04, d - 0.08, below), (0, 0.02, 0)))
        else:
            parts += legs(rng, w, d, below + 0.01, rng.uniform(0.015, 0.04))
    body = h - below
    if kind == "display":
        lower = body * rng.uniform(0.0, 0.5)
        parts += _carcass(w, d, body, below)
        parts += [
            solid((w, d - 0.03, 0.02), (0, 0.01, z))
            for z in np.linspace(below + lower, h - 0.1, int(rng.integers(3, 6)))
        ]
        if lower > 0.2:
            parts.append(solid((w - 0.03, d - 0.02, lower), (0, 0.01, below)))
            parts += fronts(rng, w - 0.03, lower, (0, -d / 2 - 0.005, below))
        count = max(1, round(w / 0.5))
        for k in range(count):  # glazed doors: frames only
            x, wide = -w / 2 + w / count * (k + 0.5), w / count - 0.01
            parts += [
                solid((0.045, 0.02, body - lower), (x + s * (wide / 2 - 0.02), -d / 2, below + lower)) for s in (-1, 1)
            ]
            parts += [solid((wide, 0.02, 0.05), (x, -d / 2, z)) for z in (below + lower, h - 0.05)]
    elif chance(rng, 0.2):  # partly open
        share = rng.uniform(0.3, 0.7)
        parts += _carcass(w, d, body, below)
        split = below + body * share
        parts += [
            solid((w - 0.02, d - 0.02, 0.02), (0, 0.01, z))
            for z in np.linspace(split, h - 0.02, int(rng.integers(2, 4)))
        ]
        parts.append(solid((w - 0.03, d - 0.02, body * share), (0, 0.01, below)))
        parts += fronts(rng, w - 0.03, body * share, (0, -d / 2 - 0.005, below))
    else:
        parts.append(solid((w, d, body), (0, 0, below), 0.004))
        drawers = {"dresser": 0.85, "wardrobe": 0.03, "tall": 0.25, "wall": 0.1}.get(kind, 0.35)
        parts += fronts(rng, w - 0.02, body - 0.02, (0, -d / 2 - 0.005, below + 0.01), drawers)
    if kind in ("kitchen", "unit", "sideboard", "dresser") or chance(rng, 0.3):
        over = rng.uniform(0, 0.05)
        parts.append(solid((w + over, d + over, rng.uniform(0.02, 0.05)), (0, -over / 3, h)))
    if chance(rng, 0.15):
        parts.append(solid((w + 0.08, d + 0.06, 0.06), (0, 0, h), 0.02))
    if kind == "dresser" and chance(rng, 0.3):  # with a mirror
        parts.append(solid((w * 0.6, 0.03, rng.uniform(0.5, 0.9)), (0, d / 2 - 0.03, h + 0.04)))
    return parts


def _corner(rng: Rng, w: float, h: float) -> Parts:
    """For the corner of a room: its front cuts the corner, or it is an L."""
    if chance(rng, 0.4):
        d = w * rng.uniform(0.4, 0.65)
        parts = [solid((w, d, h), (0, (w - d) / 2, 0)), solid((d, w - d, h), (-(w - d) / 2, -d / 2, 0))]
        return parts + fronts(rng, w - d, h - 0.1, (d / 2, w / 2 - d - 0.005, 0.08), 0.2)
    cut = w * rng.uniform(0.3, 0.6)
    half = w / 2
    outline = [(-half, half), (-half, -half), (half - cut, -half), (half, -half + cut), (half, half)]
    points = np.array([(x, y, z) for z in (0.0, h) for x, y in outline])
    sides: list[tuple[int, ...]] = [(k, (k + 1) % 5, 5 + (k + 1) % 5, 5 + k) for k in range(5)]
    body = Part(points, [(4, 3, 2, 1, 0), (5, 6, 7, 8, 9), *sides], PLAIN)
    wide = cut * 1.35
    front = [part.turned(45) for part in fronts(rng, wide, h - 0.12, (0, 0, 0.08), 0.1)]
    return [body, *moved(front, half - cut / 2 + 0.005, -half + cut / 2 - 0.005)]


def _lockers(rng: Rng, w: float, d: float, h: float) -> Parts:
    """Metal doors with slits, a lock or a small handle."""
    count, rows = max(1, round(w / 0.35)), int(rng.integers(1, 4)) if h > 0.8 else 1
    parts = [solid((w, d, h), (0, 0, 0), 0.003)]
    for column in range(count):
        for row in range(rows):
            wide, tall = w / count - 0.015, h / rows - 0.015
            x, z = -w / 2 + w / count * (column + 0.5), h / rows * row + 0.008
            parts.append(solid((wide, 0.015, tall), (x, -d / 2 - 0.005, z), 0.002))
            parts += [solid((wide * 0.5, 0.008, 0.012), (x, -d / 2 - 0.015, z + tall * s)) for s in (0.8, 0.84, 0.88)]
            parts.append(solid((0.03, 0.03, 0.06), (x + wide * 0.35, -d / 2 - 0.02, z + tall / 2), 0.004))
    return parts


def _carcass(w: float, d: float, h: float, z: float) -> Parts:
    return [
        *(solid((0.022, d, h), (s * (w / 2 - 0.011), 0, z)) for s in (-1, 1)),
        *(solid((w, d, 0.022), (0, 0, up)) for up in (z, z + h - 0.022)),
        solid((w, 0.012, h), (0, d / 2 - 0.006, z)),
    ]


def shelf(rng: Rng) -> Parts:
    kind = pick(rng, "bookcase", "bookcase", "cubes", "wall", "ladder", "rack")
    parts: Parts = []
    if kind == "wall":
        w, d = rng.uniform(0.4, 1.4), rng.uniform(0.15, 0.3)
        for level in range(int(rng.integers(1, 4))):
            z = 0.2 + 0.3 * level
            parts.append(solid((w, d, 0.025), (0, 0, z)))
            for x in (-w * 0.35, w * 0.35):
                parts += path([(x, d / 2, z - 0.15), (x, d / 2, z), (x, -d / 2 + 0.04, z)], 0.008)
                parts.append(bar((x, d / 2, z - 0.14), (x, -d / 3, z), 0.007))
            parts += _filling(rng, w * 0.8, d, z + 0.025, 0.26)
        return parts
    w, d, h = rng.uniform(0.5, 2.0), rng.uniform(0.22, 0.5), rng.uniform(0.7, 2.2)
    rows = max(2, round(h / rng.uniform(0.26, 0.45)))
    levels = np.linspace(rng.uniform(0.02, 0.12), h - 0.02, rows + 1)
    if kind == "ladder":
        for s in (-1, 1):
            parts += [
                bar((s * w / 2, -d / 2, 0), (s * w / 2, d / 2 - 0.1, h), 0.015),
                bar((s * w / 2, d / 2, 0), (s * w / 2, d / 2, h), 0.015),
            ]
        parts += [solid((w, d * (1 - 0.55 * z / h), 0.02), (0, d * 0.25 * z / h, z)) for z in levels]
    elif kind == "rack":
        post = rng.uniform(0.01, 0.025)
        parts += [
            solid((2 * post, 2 * post, h), (sx * (w / 2 - post), sy * (d / 2 - post), 0))
            for sx in (-1, 1)
            for sy in (-1, 1)
        ]
        parts += [solid((w, d, 0.03), (0, 0, z)) for z in levels[:-1]]
        if chance(rng, 0.4):
            parts += path([(-w / 2, d / 2, levels[0]), (w / 2, d / 2, levels[-1])], 0.008)
            parts += path([(w / 2, d / 2, levels[0]), (-w / 2, d / 2, levels[-1])], 0.008)
    else:
        parts += [solid((0.025, d, h), (s * w / 2, 0, 0)) for s in (-1, 1)]
        parts += [solid((w, d, 0.025), (0, 0, z)) for z in levels]
        if chance(rng, 0.65):
            parts.append(solid((w, 0.01, h), (0, d / 2, 0)))
        columns = max(1, round(w / 0.38)) if kind == "cubes" else int(rng.integers(1, 3))
        parts += [solid((0.02, d, h - 0.05), (x, 0, levels[0])) for x in np.linspace(-w / 2, w / 2, columns + 1)[1:-1]]
        if chance(rng, 0.2):
            parts.append(solid((w, d - 0.02, levels[1] - levels[0]), (0, 0, levels[0])))
    if chance(rng, 0.5):
        for low, high in itertools.pairwise(levels):
            if chance(rng, 0.6):
                parts += _filling(rng, w * 0.9, d * 0.8, low + 0.025, (high - low) * 0.85)
    return parts


def _filling(rng: Rng, w: float, d: float, z: float, tall: float) -> Parts:
    """Books and small objects on a shelf board."""
    parts: Parts = []
    x, end = -w / 2, -w / 2 + w * rng.uniform(0.2, 1.0)
    while x < end:
        thick = rng.uniform(0.02, 0.06)
        parts.append(solid((thick * 0.95, d * rng.uniform(0.5, 0.8), tall * rng.uniform(0.55, 0.95)), (x, 0, z), 0.002))
        x += thick
    return parts
