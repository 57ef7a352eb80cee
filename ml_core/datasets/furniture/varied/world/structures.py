"""Stairs, columns, pipes, arches, bridges, ladders, tents, pallets, traffic lights and cones."""

from __future__ import annotations

import itertools

import numpy as np

from ml_core.datasets.furniture.solids import Part
from ml_core.datasets.furniture.varied.pieces import (
    PLAIN,
    Parts,
    Rng,
    arc,
    bar,
    chance,
    path,
    pick,
    solid,
    stretched,
    turned,
)


def stairs(rng: Rng) -> Parts:
    w, run, rise = rng.uniform(0.7, 1.6), rng.uniform(0.22, 0.32), rng.uniform(0.14, 0.2)
    count, full = int(rng.integers(4, 16)), chance(rng, 0.5)
    parts = [
        solid((w, run, rise * (k + 1) if full else 0.05), (0, run * k, 0 if full else rise * (k + 1)))
        for k in range(count)
    ]
    if chance(rng, 0.4):
        parts += [bar((s * w / 2, 0, 0.9), (s * w / 2, run * count, rise * count + 0.9), 0.02) for s in (-1, 1)]
    return parts


def column(rng: Rng) -> Parts:
    h, r = rng.uniform(1.5, 5), rng.uniform(0.1, 0.4)
    sides = int(rng.choice([4, 8, 24]))
    wide = rng.uniform(1.0, 1.5)
    return [
        turned(
            [(0, 0), (r * wide, 0), (r * wide, h * 0.06), (r, h * 0.1), (r * 0.9, h * 0.9), (r * wide, h), (0, h)],
            sides,
        )
    ]


def pipe(rng: Rng) -> Parts:
    point, points = np.zeros(3), [np.zeros(3)]
    for _ in range(int(rng.integers(1, 6))):
        step = np.zeros(3)
        step[rng.integers(3)] = rng.uniform(0.3, 1.5) * rng.choice([-1, 1])
        point = point + step
        if np.linalg.norm(point - points[-1]) > 0.05:
            points.append(point)
    return path(points, rng.uniform(0.02, 0.12))


def arch(rng: Rng) -> Parts:
    """Two posts and a round, pointed or straight top, of stone, of beams or of lattice."""
    w, h, thick, deep = rng.uniform(1, 4), rng.uniform(1.5, 4), rng.uniform(0.08, 0.5), rng.uniform(0.1, 0.8)
    kind = pick(rng, "round", "round", "pointed", "gate", "trellis")
    parts = [solid((thick, deep, h), (s * w / 2, 0, 0), 0.01) for s in (-1, 1)]
    if chance(rng, 0.5):
        parts += [
            solid((thick * 1.4, deep * 1.2, 0.15), (s * w / 2, 0, z), 0.02) for s in (-1, 1) for z in (0, h - 0.15)
        ]
    if kind == "gate":
        over = rng.uniform(1.1, 1.5)
        parts.append(solid((w * over, deep, thick), (0, 0, h), 0.02))
        parts.append(solid((w, deep * 0.7, thick * 0.7), (0, 0, h - rng.uniform(0.3, 0.6)), 0.02))
        return parts
    rise = {"round": 1.0, "pointed": rng.uniform(1.2, 1.7), "trellis": rng.uniform(0.6, 1)}[kind] * w / 2
    points = [(-w / 2 * np.cos(a), h + rise * np.sin(a)) for a in np.linspace(0, np.pi, int(rng.integers(5, 14)))]
    for (x0, z0), (x1, z1) in itertools.pairwise(points):
        long, turn = np.hypot(x1 - x0, z1 - z0) * 1.08, -np.degrees(np.arctan2(z1 - z0, x1 - x0))
        block = solid((long, deep, thick), (0, 0, -thick / 2), 0.005).turned(turn, "y")
        parts.append(block.moved((x0 + x1) / 2, 0, (z0 + z1) / 2))
    if kind == "trellis":
        parts = []
        for y in (-deep / 2, deep / 2):
            parts += path([(-w / 2, y, 0), *((x, y, z) for x, z in points), (w / 2, y, 0)], 0.02)
        bars = [(x, z) for x, z in points] + [(s * w / 2, z) for s in (-1, 1) for z in np.linspace(0.2, h, 5)]
        parts += [bar((x, -deep / 2, z), (x, deep / 2, z), 0.012) for x, z in bars]
    return parts


def bridge(rng: Rng) -> Parts:
    """A deck along Y that rises in the middle or not, with railings, piers, an arch or cables."""
    w, long, rise = rng.uniform(0.8, 4), rng.uniform(3, 14), 0.0
    rise = long * rng.uniform(0.05, 0.22) if chance(rng, 0.65) else 0.0
    count, thick = int(rng.integers(7, 18)), rng.uniform(0.08, 0.4)
    ys = np.linspace(-long / 2, long / 2, count)
    heights = rise * np.cos(ys / long * np.pi) + thick
    parts: Parts = []
    gaps = rng.uniform(0.85, 1.05)
    for k in range(count - 1):
        step, slope = ys[k + 1] - ys[k], np.degrees(np.arctan2(heights[k + 1] - heights[k], ys[k + 1] - ys[k]))
        plank = solid((w, step * gaps, thick), (0, 0, -thick / 2), 0.01).turned(slope, "x")
        parts.append(plank.moved(0, (ys[k] + ys[k + 1]) / 2, (heights[k] + heights[k + 1]) / 2))
    rail = rng.uniform(0.5, 1.1)
    if chance(rng, 0.85):
        solid_rail = chance(rng, 0.3)
        for s in (-1, 1):
            x = s * w * 0.47
            if solid_rail:
                parts += [solid((0.15, long / count * 1.1, rail), (x, y, z)) for y, z in zip(ys, heights, strict=True)]
                continue
            parts += path([(x, y, z + rail) for y, z in zip(ys, heights, strict=True)], rng.uniform(0.02, 0.08))
            every = int(rng.integers(1, 4))
            parts += [bar((x, y, z), (x, y, z + rail), 0.04) for y, z in list(zip(ys, heights, strict=True))[::every]]
    kind = pick(rng, "arch", "piers", "none", "truss")
    if kind == "piers":
        parts += [solid((w * 0.8, 0.3, rail * 2), (0, y, -rail * 2), 0.02) for y in (-long / 3, long / 3)]
    elif kind == "arch" and rise:
        for y, z in zip(ys, heights, strict=True):
            if abs(y) > long * 0.25:
                parts.append(solid((w, long / count, z), (0, y, 0)))
    elif kind == "truss" and not rise:
        for s in (-1, 1):
            zigzag = [(s * w / 2, y, thick + (k % 2) * rail * 2.5) for k, y in enumerate(ys)]
            parts += path(zigzag, 0.06)
            parts.append(bar(zigzag[1], (s * w / 2, ys[-2], thick + rail * 2.5), 0.06))
    return parts


def ladder(rng: Rng) -> Parts:
    w, h, thick = rng.uniform(0.3, 0.6), rng.uniform(1.5, 6), rng.uniform(0.012, 0.04)
    count, square = int(h / rng.uniform(0.22, 0.4)), chance(rng, 0.5)
    narrow = rng.uniform(0.6, 1)
    one: Parts = []
    for s in (-1, 1):
        foot, top = (s * w / 2, 0.0, 0.0), (s * w / 2 * narrow, 0.0, h)
        one.append(solid((thick * 1.6, thick * 2.4, h), foot) if square else bar(foot, top, thick))
    for z in np.linspace(h * 0.06, h * 0.94, max(count, 3)):
        x = w / 2 * (1 if square else 1 - (1 - narrow) * z / h)
        one.append(
            solid((2 * x, 0.07, 0.025), (0, 0, z)) if chance(rng, 0.15) else bar((-x, 0, z), (x, 0, z), thick * 0.7)
        )
    if chance(rng, 0.25):  # a step ladder
        lean = rng.uniform(12, 20)
        back = [part.turned(-lean, "x") for part in one[:2]]
        shift = 2 * h * np.sin(np.radians(lean))
        return [part.turned(lean, "x").moved(0, shift / 2, 0) for part in one] + [
            part.moved(0, -shift / 2, 0) for part in back
        ]
    turn = rng.choice([0, 0, 15, 90])
    return [part.turned(turn, "x") for part in one]


def tent(rng: Rng) -> Parts:
    """A ridge tent, a dome, a tepee or a pavilion."""
    w, long, h = rng.uniform(1.4, 3.5), rng.uniform(1.8, 4), rng.uniform(1, 2.4)
    kind = pick(rng, "ridge", "ridge", "dome", "tepee", "pavilion")
    if kind == "ridge":
        wall = rng.uniform(0, 0.4) * h
        edges = [(-w / 2, 0.0), (-w / 2, wall), (0.0, h), (w / 2, wall), (w / 2, 0.0)]
        parts = [_strip([(x, -long / 2, z) for x, z in edges], [(x, long / 2, z) for x, z in edges])]
        back = np.array([(x, long / 2, z) for x, z in edges])
        parts.append(Part(back, [tuple(range(len(back)))], PLAIN))
        if chance(rng, 0.5):
            flap = [(-w / 2, -long / 2, 0), (-w / 2, -long / 2, wall), (0, -long / 2, h), (-w * 0.12, -long / 2, 0)]
            parts.append(Part(np.array(flap, float), [(0, 1, 2, 3)], PLAIN))
        if chance(rng, 0.5):
            parts += [bar((0, s * long / 2, 0), (0, s * long / 2, h * 1.05), 0.03) for s in (-1, 1)]
            parts += [bar((0, s * long / 2, h), (0, s * (long / 2 + h * 0.7), 0), 0.012) for s in (-1, 1)]
        return parts
    if kind == "dome":
        angles = np.linspace(0, np.pi / 2, 6)
        dome = turned([(np.cos(a), np.sin(a)) for a in angles[:-1]] + [(0.0, 1.0)], int(rng.choice([4, 6, 8])))
        parts = stretched([dome], w / 2, long / 2, h)
        parts += path(
            [(x, 0, z + 0.02) for x, _, z in arc((0, 0, 0), 1, 0, 180, "xz", 9) for x, z in [(x * w / 2, z * h)]], 0.02
        )
        return parts
    sides = int(rng.integers(6, 14))
    if kind == "tepee":
        h *= 1.6
        poles = [np.array([0.22 * np.cos(a), 0.22 * np.sin(a), 0]) for a in np.linspace(0, 6, 5)]
        up = np.array([0, 0, h])
        cone = turned([(w / 2, 0), (0.08, h), (0, h)], sides)
        return [cone, *(bar(pole + up * 0.85, up * 1.15 - pole, 0.02) for pole in poles)]
    roof = turned([(w * 0.55, h), (w * 0.55, h * 1.1), (0, h * 1.7)], 4).turned(45)
    posts = [
        bar((sx * w * 0.37, sy * w * 0.37, 0), (sx * w * 0.37, sy * w * 0.37, h), 0.03)
        for sx in (-1, 1)
        for sy in (-1, 1)
    ]
    return [roof, *posts, *([solid((w * 0.74, 0.02, h), (0, w * 0.37, 0))] if chance(rng, 0.5) else [])]


def pallet(rng: Rng) -> Parts:
    w, d = rng.uniform(0.7, 1.2), rng.uniform(0.7, 1.3)
    count, board, block = int(rng.integers(4, 10)), rng.uniform(0.018, 0.03), rng.uniform(0.06, 0.11)
    share = rng.uniform(0.5, 0.95)
    ys = np.linspace(-d / 2, d / 2, count + 1)
    parts = [
        solid((w, d / count * share, board), (0, (a + b) / 2, block + 2 * board), 0.002)
        for a, b in itertools.pairwise(ys)
    ]
    stringers = chance(rng, 0.5)
    for x in (-w / 2 + 0.05, 0, w / 2 - 0.05):
        if stringers:
            parts.append(solid((0.05, d, block + board), (x, 0, board), 0.002))
        else:
            parts.append(solid((0.1, d, board), (x, 0, block + board), 0.002))
            parts += [solid((0.1, 0.12, block), (x, y, board)) for y in (-d / 2 + 0.06, 0, d / 2 - 0.06)]
    if chance(rng, 0.8):
        across = chance(rng, 0.5)
        for s in (-1, 0, 1):
            low = (w, 0.1, board) if across else (0.1, d, board)
            parts.append(solid(low, (0, s * (d / 2 - 0.05), 0) if across else (s * (w / 2 - 0.05), 0, 0), 0.002))
    return parts


def traffic_cone(rng: Rng) -> Parts:
    h, r = rng.uniform(0.3, 1.0), rng.uniform(0.09, 0.17)
    r, foot, top = r * h * 1.4, rng.uniform(1.25, 1.7), rng.uniform(0.1, 0.3)
    sides = int(rng.choice([6, 8, 12, 20]))
    base = turned([(0, 0), (r * foot, 0), (r * foot, h * 0.05), (0, h * 0.05)], int(rng.choice([4, 8, 6, 20]))).turned(
        45
    )
    parts = [
        base,
        turned([(r, h * 0.04), (r * top, h), (r * top * 0.8, h), (r * top * 0.6, h * 0.9), (0, h * 0.9)], sides),
    ]
    for z in (0.4, 0.65)[: int(rng.integers(0, 3))]:
        wide = [r * (1 - (1 - top) * at) * 1.04 for at in (z, z + 0.14)]
        parts.append(turned([(wide[0], h * z), (wide[1], h * (z + 0.14))], sides))
    return parts


def traffic_light(rng: Rng) -> Parts:
    """Lamps in a box, on a post or on an arm over the street, or the box alone."""
    h, post = rng.uniform(2.5, 6), rng.uniform(0.04, 0.12)
    lamps, r = int(rng.choice([2, 3, 3, 3])), rng.uniform(0.09, 0.15)
    tall = lamps * r * 2.4
    head = [solid((r * 2.6, r * 1.6, tall), (0, 0, 0), 0.02)]
    for k in range(lamps):
        z = r * 2.4 * (k + 0.5)
        head.append(turned([(0, 0), (r, 0), (r, 0.03), (0, 0.02)], 14).turned(90, "x").moved(0, -r * 0.8, z))
        if chance(rng, 0.8):
            hood = [(r * 1.1 * np.cos(a), r * 1.1 * np.sin(a)) for a in np.linspace(0, np.pi, 8)]
            head.append(_strip([(x, -r * 0.8, z + up) for x, up in hood], [(x, -r * 2, z + up) for x, up in hood]))
    kind = pick(rng, "post", "post", "arm", "head")
    if kind == "head":
        return head
    parts = [bar((0, 0, 0), (0, 0, h), post)]
    if chance(rng, 0.5):
        parts.append(turned([(0, 0), (post * 2.5, 0), (post * 2, 0.3), (0, 0.3)], 10))
    if kind == "post":
        return parts + [part.moved(0, -post - r * 0.8, h - tall * rng.uniform(0.3, 1)) for part in head]
    reach = rng.uniform(1, 4)
    parts.append(bar((0, 0, h), (-reach, 0, h + rng.uniform(-0.2, 0.3)), post * 0.7))
    return parts + [part.moved(-reach * 0.95, -r, h - tall) for part in head]


def _strip(first: list, second: list) -> Part:
    """The surface between two lines of equally many points."""
    count = len(first)
    return Part(
        np.array([*first, *second], float), [(k, k + 1, count + k + 1, count + k) for k in range(count - 1)], PLAIN
    )
