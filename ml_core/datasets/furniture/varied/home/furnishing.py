"""Rugs, pictures, lamps and plants in pots."""

from __future__ import annotations

import numpy as np

from ml_core.datasets.furniture.solids import Part, sheet
from ml_core.datasets.furniture.varied.pieces import (
    PLAIN,
    Parts,
    Rng,
    arc,
    ball,
    bar,
    chance,
    lump,
    moved,
    path,
    pick,
    solid,
    spray,
    stretched,
    turned,
)


def rug(rng: Rng) -> Parts:
    w, d, thick = rng.uniform(0.5, 3.5), rng.uniform(0.4, 2.5), rng.uniform(0.004, 0.03)
    if chance(rng, 0.25):
        return stretched([turned([(0, 0), (w / 2, 0), (w / 2, thick), (0, thick)], 32)], 1, rng.uniform(0.6, 1))
    parts = [solid((w, d, thick), (0, 0, 0), 0.002)]
    if chance(rng, 0.5):
        parts += [bar((x, s * d / 2, thick / 2), (x, s * (d / 2 + 0.06), thick / 2), 0.004)
                  for x in np.linspace(-w / 2, w / 2, 30) for s in (-1, 1)]  # fmt: skip
    return parts


def picture_frame(rng: Rng) -> Parts:
    w, h = rng.uniform(0.15, 1.4), rng.uniform(0.15, 1.1)
    edge, thick = min(w, h) * rng.uniform(0.03, 0.16), rng.uniform(0.012, 0.05)
    count = 1 if chance(rng, 0.85) else 3
    parts: Parts = []
    for k in range(count):
        leaf = [solid((w - edge, 0.008, h - edge), (0, 0.3 * thick, edge / 2), 0.001)]
        leaf += [solid((edge, thick, h), (s * (w - edge) / 2, 0, 0), edge * 0.2) for s in (-1, 1)]
        leaf += [solid((w, thick, edge), (0, 0, z), edge * 0.2) for z in (0, h - edge)]
        parts += moved(leaf, x=k * (w + 0.06))
    if chance(rng, 0.15):
        lean = [part.turned(-15, "x") for part in parts]
        return [*lean, bar((0, 0.25 * h, 0), (0, 0.1 * h, h * 0.6), 0.006)]
    return parts


def lamp(rng: Rng) -> Parts:
    kind = pick(rng, "table", "table", "floor", "floor", "desk", "arc", "tripod")
    if kind == "desk":
        reach, up = rng.uniform(0.18, 0.35), rng.uniform(0.25, 0.4)
        knee = (0, rng.uniform(0.05, 0.15), up)
        head = (0, -reach, up + rng.uniform(-0.02, 0.18))
        shade = turned([(0.02, 0.08), (0.03, 0.06), (0.07, -0.04), (0.065, -0.04), (0.02, 0.06)])
        foot = turned([(0, 0), (0.09, 0), (0.085, 0.02), (0, 0.03)])
        arm = path([(0, 0, 0.02), knee, head], 0.009)
        return [foot, *arm, shade.turned(rng.uniform(-40, 20), "x").moved(*head)]
    tall = rng.uniform(1.2, 1.8) if kind in ("floor", "arc", "tripod") else rng.uniform(0.25, 0.6)
    low, shade_h = rng.uniform(0.08, 0.17), rng.uniform(0.13, 0.32)
    if kind == "table":
        shade_h = tall * rng.uniform(0.3, 0.5)
        low = tall * rng.uniform(0.22, 0.4)
    upper = low * rng.uniform(0.4, 1.05)
    base = low * rng.uniform(0.5, 1.0)
    parts: Parts = []
    top = (0.0, 0.0)
    if kind == "arc":
        span = rng.uniform(0.5, 1.0)
        points = [(0, 0, 0), (0, 0, tall * 0.6), *arc((span / 2, 0, tall * 0.6), span / 2, 180, 0)]
        parts += path(points, 0.012)
        top, tall = (span, 0.0), tall * 0.6
    elif kind == "tripod":
        for angle in (0.3, 2.4, 4.5):
            parts.append(
                bar(
                    (0.28 * np.cos(angle), 0.28 * np.sin(angle), 0),
                    (0.03 * np.cos(angle), 0.03 * np.sin(angle), tall),
                    0.013,
                )
            )
    elif kind == "table" and chance(rng, 0.7):  # a turned body
        body = tall - shade_h * 0.7
        shape = [
            (base * s, body * z) for s, z in zip(rng.uniform(0.25, 1.0, 6), np.linspace(0.06, 0.8, 6), strict=True)
        ]
        parts.append(turned([(0, 0), (base, 0), *shape, (0.012, body * 0.9), (0.012, body), (0, body)]))
    else:
        parts.append(bar((0, 0, 0), (0, 0, tall), rng.uniform(0.008, 0.02)))
    if kind not in ("tripod",):
        parts.append(turned([(0, 0), (base, 0), (base * 0.9, 0.025), (0.02, 0.04), (0, 0.04)]))
    count = 1 if chance(rng, 0.85) or kind != "floor" else 3
    for k in range(count):
        x, y = top if count == 1 else (0.16 * np.cos(k * 2.1), 0.16 * np.sin(k * 2.1))
        z = tall - shade_h * 0.6
        if chance(rng, 0.15):
            parts.append(lump(rng, (2 * low, 2 * low, 2 * low), 0.0, 16, 10).moved(x, y, z))
        else:
            parts.append(
                turned([(low, 0), (upper, shade_h), (upper * 0.98, shade_h), (low * 0.98, 0)], 24).moved(x, y, z)
            )
        parts.append(turned([(0, 0), (0.03, 0.03), (0.02, 0.07), (0, 0.08)], 10).moved(x, y, z + shade_h * 0.3))
    return parts


def ceiling_light(rng: Rng) -> Parts:
    kind = pick(rng, "pendant", "pendant", "chandelier", "flush", "bar", "fan", "cluster")
    drop = rng.uniform(0.2, 1.2)
    rose = turned([(0, 0), (0.06, 0), (0.05, -0.03), (0, -0.04)])
    if kind == "flush":
        r = rng.uniform(0.12, 0.3)
        return [turned([(0, -r * rng.uniform(0.25, 0.6)), (r * 0.6, -r * 0.25), (r, -0.03), (r, 0), (0, 0)], 24)]
    if kind == "chandelier":
        r, count = rng.uniform(0.25, 0.5), int(rng.integers(4, 9))
        parts = [
            rose,
            bar((0, 0, -0.02), (0, 0, -drop), 0.01),
            lump(rng, (0.12, 0.12, 0.2), 0.0).moved(0, 0, -drop - 0.1),
        ]
        for angle in np.arange(count) * 2 * np.pi / count:
            c, s = np.cos(angle), np.sin(angle)
            parts += path([(0, 0, -drop), (c * r * 0.6, s * r * 0.6, -drop - 0.12), (c * r, s * r, -drop)], 0.009)
            parts.append(
                turned([(0, 0), (0.03, 0.01), (0.012, 0.012), (0.012, 0.1), (0, 0.11)], 10).moved(c * r, s * r, -drop)
            )
            if chance(rng, 0.3):
                parts.append(turned([(0.06, 0.05), (0.035, 0.15), (0.055, 0.05)], 12).moved(c * r, s * r, -drop))
        return parts
    if kind == "bar":
        w = rng.uniform(0.6, 1.3)
        parts = [solid((w, 0.1, 0.06), (0, 0, -drop)), *(bar((x, 0, -drop), (x, 0, 0), 0.004) for x in (-w / 3, w / 3))]
        return parts + [
            turned([(0.1, 0), (0.04, 0.12), (0.095, 0)]).moved(x, 0, -drop - 0.1) for x in (-w / 3, 0, w / 3)
        ]
    if kind == "fan":
        parts = [
            rose,
            bar((0, 0, -0.02), (0, 0, -drop * 0.5), 0.015),
            turned([(0, 0), (0.1, 0.02), (0.1, 0.1), (0, 0.12)]).moved(0, 0, -drop * 0.5 - 0.1),
        ]
        parts += [
            solid((0.55, 0.13, 0.012), (0.4, 0, 0)).turned(10, "x").turned(72 * k).moved(0, 0, -drop * 0.5)
            for k in range(5)
        ]
        return [*parts, lump(rng, (0.2, 0.2, 0.12), 0.0).moved(0, 0, -drop * 0.5 - 0.2)]
    count = 1 if kind == "pendant" else int(rng.integers(2, 5))
    parts = [rose]
    for k in range(count):
        x, y = (0.0, 0.0) if count == 1 else (0.15 * np.cos(k * 1.9), 0.15 * np.sin(k * 1.9))
        z = -drop * rng.uniform(0.7, 1.0)
        r = rng.uniform(0.08, 0.28) if count == 1 else rng.uniform(0.05, 0.12)
        parts.append(bar((x * 0.3, y * 0.3, 0), (x, y, z), 0.004))
        shape = pick(rng, "cone", "dome", "drum", "globe")
        high = r * rng.uniform(0.6, 1.3)
        if shape == "globe":
            parts.append(lump(rng, (2 * r, 2 * r, 2 * r), 0.0, 16, 10).moved(x, y, z - 2 * r))
        else:
            profile = {
                "cone": [(r, 0), (0.03, high)],
                "drum": [(r, 0), (r * 0.95, high), (0.02, high)],
                "dome": [(r, 0), (r * 0.95, high * 0.4), (r * 0.7, high * 0.8), (0.02, high)],
            }[shape]
            parts.append(
                turned([*profile, (0.015, high - 0.004), *[(a * 0.97, b) for a, b in profile[::-1][1:]]], 24).moved(
                    x, y, z - high
                )
            )
            parts.append(lump(rng, (0.06, 0.06, 0.08), 0.0).moved(x, y, z - high * 0.8))
    return parts


def potted_plant(rng: Rng) -> Parts:
    r, h = rng.uniform(0.06, 0.25), rng.uniform(0.08, 0.45)
    kind = pick(rng, "round", "round", "square", "trough", "bowl", "hanging")
    wide = rng.uniform(1.0, 1.5)
    if kind == "square":
        parts: Parts = [solid((2 * r, 2 * r, h), (0, 0, 0))]
    elif kind == "trough":
        parts = [solid((r * rng.uniform(4, 8), 2 * r, h * 0.7), (0, 0, 0))]
        h *= 0.7
    else:
        h = h * 0.5 if kind == "bowl" else h
        rim = r * wide * 1.06
        parts = [
            turned(
                [
                    (0, 0),
                    (r, 0),
                    (r * wide, h * 0.85),
                    (rim, h * 0.85),
                    (rim, h),
                    (r * wide * 0.9, h),
                    (r * wide * 0.9, h * 0.9),
                    (0, h * 0.9),
                ]
            )
        ]
        if kind == "hanging":
            parts += [bar((rim * np.cos(a), rim * np.sin(a), h), (0, 0, h + 0.7), 0.003) for a in (0, 2.1, 4.2)]
    spread = np.ptp(parts[0].vertices[:, 0]) / 2 if kind == "trough" else r * 0.5
    places = [(x, 0.0) for x in np.linspace(-spread * 0.85, spread * 0.85, 5)] if kind == "trough" else [(0.0, 0.0)]
    if kind == "trough" and chance(rng, 0.5):  # flowers packed in a box
        half = spread * 0.95
        for _ in range(int(rng.integers(8, 40))):
            size = rng.uniform(0.4, 1.2) * r
            tuft = lump(rng, (size, size, size * 0.8), 0.3) if chance(rng, 0.5) else _tuft(rng, size)
            parts.append(tuft.moved(float(rng.uniform(-half, half)), float(rng.uniform(-r, r)) * 0.7, h * 0.85))
        return parts
    growth = pick(
        rng,
        "leafy",
        "leafy",
        "tree",
        "palm",
        "swords",
        "cactus",
        "broad",
        "flowers",
        "vine" if kind == "hanging" else "leafy",
    )
    tall = rng.uniform(0.25, 1.6) if kind != "trough" else rng.uniform(0.15, 0.5)
    for x, y in places:
        parts += moved(_growth(rng, growth, tall, r), x, y, h * 0.9)
    return parts


def _tuft(rng: Rng, size: float) -> Part:
    points = ball(rng, 30)
    return spray(rng, points * [size / 2, size / 2, size / 2] + [0, 0, size * 0.4], points, size * 0.4)


def _growth(rng: Rng, kind: str, tall: float, r: float) -> Parts:
    if kind == "cactus":
        body = [turned([(0, 0), (r * 0.5, 0.02), (r * 0.55, tall * 0.5), (r * 0.45, tall * 0.8), (0, tall * 0.85)], 12)]
        for s in (-1, 1) if chance(rng, 0.6) else ():
            body += path([(0, 0, tall * 0.35), (s * r, 0, tall * 0.4), (s * r, 0, tall * 0.7)], r * 0.22)
        return body
    if kind == "swords":
        parts: Parts = []
        for _ in range(int(rng.integers(6, 22))):
            turn, lean, long = rng.uniform(0, 360), rng.uniform(0, 0.5), tall * rng.uniform(0.5, 1.0)
            w = long * rng.uniform(0.03, 0.08)
            blade = sheet(
                [
                    (0, -w, 0),
                    (0, w, 0),
                    (lean * long * 0.4, w, long * 0.6),
                    (lean * long, 0, long),
                    (lean * long * 0.4, -w, long * 0.6),
                ],
                PLAIN,
            )
            parts.append(blade.moved(r * 0.15).turned(turn))
        return parts
    if kind in ("palm", "broad"):
        trunk = tall * rng.uniform(0, 0.6)
        parts = [bar((0, 0, 0), (0, 0, trunk + 0.02), rng.uniform(0.012, 0.03))] if trunk else []
        for k in range(int(rng.integers(7, 18))):
            rise, long = rng.uniform(15, 80), (tall - trunk) * rng.uniform(0.7, 1.1)
            turn = 137.5 * k + rng.uniform(-20, 20)
            stem = _frond_line(rise, long)
            if kind == "palm":
                parts += [part.turned(turn).moved(z=trunk) for part in (*path(stem, 0.004), _leaflets(stem, long))]
            else:
                parts += [
                    part.turned(turn).moved(z=trunk)
                    for part in (bar(stem[0], stem[3], 0.005), _blade(stem[3:], long * rng.uniform(0.15, 0.32)))
                ]
        return parts
    crown = np.array([rng.uniform(0.4, 0.9), 0, rng.uniform(0.5, 1.1)]) * tall * 0.5
    crown[1] = crown[0]
    count = int(rng.integers(60, 500))
    if kind == "vine":
        around = ball(rng, count) * [r * 1.6, r * 1.6, tall * 0.4] + [0, 0, -tall * 0.15]
        return [spray(rng, around, np.tile([0, 0, -1.0], (count, 1)), rng.uniform(0.03, 0.08))]
    points = ball(rng, count) * rng.uniform(0.3, 1, (count, 1)) ** 0.5
    trunk = tall - crown[2] if kind == "tree" else crown[2] * 0.5
    parts = [
        spray(
            rng,
            points * crown + [0, 0, trunk + crown[2] * (0 if kind == "tree" else 0.3)],
            points,
            rng.uniform(0.05, 0.16),
            rng.uniform(0.2, 0.7),
        )
    ]
    stems = 1 if kind == "tree" else int(rng.integers(3, 9))
    for _ in range(stems):
        tip = rng.normal(0, 0.25, 2) * crown[0] * (0.3 if kind == "tree" else 1)
        parts.append(bar((0, 0, 0), (tip[0], tip[1], trunk + crown[2] * 0.3), rng.uniform(0.005, 0.025), 0.004))
    if kind == "flowers":
        for point in points[: int(rng.integers(5, 15))]:
            parts.append(lump(rng, (0.05, 0.05, 0.03), 0.1).moved(*(point * crown + [0, 0, trunk + crown[2] * 0.6])))
    return parts


def _frond_line(rise: float, long: float) -> list[np.ndarray]:
    """A stem in the xz plane that rises at ``rise`` degrees and droops."""
    point, line = np.zeros(3), [np.zeros(3)]
    for k in range(6):
        angle = np.radians(rise - 18 * k)
        point = point + np.array([np.cos(angle), 0, np.sin(angle)]) * long / 6
        line.append(point)
    return line


def _leaflets(stem: list[np.ndarray], long: float) -> Part:
    points: list[np.ndarray] = []
    faces: list[tuple[int, ...]] = []
    for share in np.linspace(0.25, 1, 12):
        at = share * (len(stem) - 1)
        low = min(int(at), len(stem) - 2)
        base = stem[low] + (stem[low + 1] - stem[low]) * (at - low)
        ahead = (stem[low + 1] - stem[low]) * 0.25
        for s in (-1, 1):
            tip = base + ahead * 1.5 + np.array([0, s * long * 0.25 * (1.15 - share * 0.7), -long * 0.05])
            first = len(points)
            points += [base, base + ahead * 0.5, tip]
            faces.append((first, first + 1, first + 2))
    return Part(np.array(points), faces, PLAIN)


def _blade(line: list[np.ndarray], wide: float) -> Part:
    """A leaf along ``line``, broadest in its middle."""
    points: list[np.ndarray] = []
    faces: list[tuple[int, ...]] = []
    for k, point in enumerate(line):
        half = wide * np.sin(np.pi * min(max(k / (len(line) - 1), 0.08), 0.97))
        points += [point + np.array([0, -half, half * 0.2]), point, point + np.array([0, half, half * 0.2])]
        if k:
            a = 3 * (k - 1)
            faces += [(a, a + 1, a + 4, a + 3), (a + 1, a + 2, a + 5, a + 4)]
    return Part(np.array(points), faces, PLAIN)
