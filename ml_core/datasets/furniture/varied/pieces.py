"""Pieces that many objects share: legs, handles, fronts with doors and drawers, leaves, rings."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ml_core.datasets.furniture.solids import Part, Point, box, lathe, rod

Parts = list[Part]
Rng = np.random.Generator
PLAIN = "#808080"


def solid(size: Point, at: Point, chamfer: float = 0.005) -> Part:
    """A box; ``at`` is the middle of its bottom."""
    return box(size, at, PLAIN, chamfer)


def bar(start: Point, end: Point, radius: float, end_radius: float | None = None) -> Part:
    """A round rod; one without length becomes a disc."""
    first, last = np.asarray(start, float), np.asarray(end, float)
    if np.linalg.norm(last - first) < 1e-4:
        last = first + np.array([0, 0, 1e-4])
    return rod(first, last, radius, PLAIN, end_radius)


def turned(profile: Sequence[tuple[float, float]], segments: int = 20) -> Part:
    return lathe(profile, PLAIN, segments)


def chance(rng: Rng, share: float) -> bool:
    return bool(rng.random() < share)


def pick(rng: Rng, *options: str) -> str:
    return options[rng.integers(len(options))]


def stretched(parts: Parts, x: float = 1, y: float = 1, z: float = 1) -> Parts:
    return [part.transformed(np.diag([x, y, z])) for part in parts]


def moved(parts: Parts, x: float = 0, y: float = 0, z: float = 0) -> Parts:
    return [part.moved(x, y, z) for part in parts]


def path(points: Sequence[Point], radius: float) -> Parts:
    """A bent rod through ``points``."""
    return [bar(a, b, radius) for a, b in itertools.pairwise(points)]


def arc(center: Point, radius: float, start: float, end: float, plane: str = "xz", steps: int = 8) -> list:
    """Points on an arc, degrees, 0 along the first axis of ``plane``."""
    axes = ["xyz".index(letter) for letter in plane]
    points = []
    for angle in np.radians(np.linspace(start, end, steps)):
        point = np.array(center, float)
        point[axes[0]] += radius * np.cos(angle)
        point[axes[1]] += radius * np.sin(angle)
        points.append(point)
    return points


def legs(rng: Rng, width: float, depth: float, height: float, thick: float | None = None) -> Parts:
    """Four legs of one of the usual kinds under a top of ``width`` × ``depth``; their upper ends are at ``height``."""
    thick = thick or rng.uniform(0.012, 0.035)
    inset = thick + rng.uniform(0, 0.12) * min(width, depth)
    x, y = max(width / 2 - inset, 0.02), max(depth / 2 - inset, 0.02)
    kind = pick(rng, "square", "square", "round", "splayed", "turned", "hairpin", "sled")
    splay = rng.uniform(0.03, 0.22) * height if kind in ("splayed", "hairpin") else 0.0
    parts: Parts = []
    if kind == "sled":
        for sx in (-1, 1):
            points = [(sx * x, -y, height), (sx * x, -y, thick), (sx * x, y, thick), (sx * x, y, height)]
            parts += path(points, thick)
        return parts
    for sx, sy in itertools.product((-1, 1), repeat=2):
        foot, top = (sx * (x + splay), sy * (y + splay), 0.0), (sx * x, sy * y, height)
        if kind == "square":
            parts.append(solid((2 * thick, 2 * thick, height), (sx * x, sy * y, 0)))
        elif kind == "turned":
            bulge = sorted(rng.uniform(0.1, 0.9, 4))
            radii = thick * rng.uniform(0.5, 1.5, 4)
            profile = [(0, 0), (thick, 0), *((r, b * height) for r, b in zip(radii, bulge, strict=True))]
            parts.append(turned([*profile, (thick * 1.3, height), (0, height)], 12).moved(sx * x, sy * y))
        elif kind == "hairpin":
            for shift in (-0.05, 0.05):
                parts.append(bar(foot, (sx * x + shift, sy * y, height), 0.006))
        else:
            parts.append(bar(foot, top, thick * rng.uniform(0.5, 1), thick))
    if kind != "hairpin" and chance(rng, 0.3):  # stretchers
        z = rng.uniform(0.15, 0.5) * height
        for sx in (-1, 1):
            parts.append(bar((sx * x, -y, z), (sx * x, y, z), thick * 0.6))
        if chance(rng, 0.5):
            parts.append(bar((-x, 0, z), (x, 0, z), thick * 0.6))
    return parts


def pedestal(rng: Rng, reach: float, height: float) -> Parts:
    """A column on a disc, a cross of feet or a star with castors."""
    column = rng.uniform(0.02, 0.07)
    parts = [turned([(0, 0), (column, 0), (column * rng.uniform(0.6, 1), height), (0, height)])]
    if chance(rng, 0.5):
        disc = reach * rng.uniform(0.6, 1)
        parts.append(turned([(0, 0), (disc, 0), (disc * 0.95, 0.02), (column, rng.uniform(0.03, 0.1)), (0, 0.1)]))
        return parts
    count = int(rng.integers(3, 6))
    castors = chance(rng, 0.5)
    low = 0.06 if castors else 0.01
    for angle in np.arange(count) * 2 * np.pi / count:
        c, s = np.cos(angle) * reach, np.sin(angle) * reach
        parts.append(bar((0, 0, low + rng.uniform(0.03, 0.1)), (c, s, low + 0.01), 0.025, 0.016))
        if castors:
            parts.append(bar((c - s * 0.06, s + c * 0.06, 0.028), (c + s * 0.06, s - c * 0.06, 0.028), 0.028))
    return parts


def handle(rng: Rng, kind: str, at: Point, length: float = 0.14) -> Parts:
    """A knob, or a bar along x or z, on a front that looks to -Y."""
    x, y, z = at
    if kind == "none":
        return []
    if kind == "knob":
        size = rng.uniform(0.01, 0.022)
        return [turned([(0, 0), (size * 0.5, 0), (size, size), (0, size * 1.6)], 10).turned(90, "x").moved(x, y, z)]
    dx, dz = (length / 2, 0) if kind == "across" else (0, length / 2)
    out = y - rng.uniform(0.02, 0.045)
    first, last = (x - dx, out, z - dz), (x + dx, out, z + dz)
    feet = [bar((end[0], y, end[2]), end, 0.005) for end in (first, last)]
    return [bar(first, last, 0.006), *feet]


def panel(rng: Rng, kind: str, size: tuple[float, float], at: Point) -> Parts:
    """A door or drawer front of width × height: flat, framed (a raised border) or with a raised middle."""
    (w, h), (x, y, z) = size, at
    parts = [solid((w, 0.02, h), (x, y, z), 0.003)]
    edge = min(0.07, w / 4, h / 4)
    if kind == "framed":
        for sx in (-1, 1):
            parts.append(solid((edge, 0.012, h), (x + sx * (w - edge) / 2, y - 0.014, z), 0.002))
        for low in (z, z + h - edge):
            parts.append(solid((w, 0.012, edge), (x, y - 0.014, low), 0.002))
    elif kind == "raised":
        parts.append(solid((w - 2 * edge, 0.012, h - 2 * edge), (x, y - 0.014, z + edge), 0.006))
    elif kind == "louvred":
        for level in np.arange(z + edge, z + h - edge, 0.045):
            parts.append(solid((w - 2 * edge, 0.014, 0.03), (x, y - 0.012, level), 0.002))
    return parts


def fronts(rng: Rng, width: float, height: float, at: Point, drawers: float = 0.4) -> Parts:
    """A front of ``width`` × ``height`` above ``at``, divided into columns of doors and drawers of one style."""
    x, y, z = at
    style = pick(rng, "flat", "flat", "framed", "raised", "louvred" if chance(rng, 0.3) else "flat")
    grip = pick(rng, "knob", "across", "upright", "none")
    columns = max(1, round(width / rng.uniform(0.35, 0.75)))
    pitch = width / columns
    gap = rng.uniform(0.003, 0.02)
    all_drawers = chance(rng, drawers)
    rows_here = max(1, round(height / rng.uniform(0.14, 0.32)))
    parts: Parts = []
    for column in range(columns):
        middle = x - width / 2 + pitch * (column + 0.5)
        only = all_drawers or (chance(rng, 0.15) and height < 1.2)
        top = 0 if only else rng.integers(0, 2) * int(height < 1.3)
        rows = rows_here if only else top
        tall = height / rows_here
        for row in range(rows):
            low = z + height - tall * (row + 1)
            parts += panel(rng, style, (pitch - gap, tall - gap), (middle, y, low))
            spread = 0.28 * pitch if pitch > 0.6 else 0.0
            for shift in {-spread, spread}:
                kind = "across" if grip == "upright" else grip
                parts += handle(rng, kind, (middle + shift, y - 0.02, low + tall / 2), min(0.14, pitch / 3))
        if not only:
            left = height - top * tall
            pair = 2 if pitch > 0.55 else 1
            for half in range(pair):
                wide = pitch / pair
                place = middle + (half - (pair - 1) / 2) * wide
                parts += panel(rng, style, (wide - gap, left - gap), (place, y, z))
                side = (1 if half == 0 else -1) if pair == 2 else (1 if column % 2 == 0 else -1)
                kind = "upright" if grip == "across" else grip
                grip_z = z + left * (0.5 if left > 1 else 0.75)
                parts += handle(rng, kind, (place + side * (wide / 2 - 0.05), y - 0.02, grip_z), min(0.2, left / 3))
    return parts


def spray(
    rng: Rng, centers: NDArray[np.floating], outward: NDArray[np.floating], size: float, slim: float = 0.5
) -> Part:
    """A leaf (two triangles, folded along its rib) at each of ``centers`` (N, 3), pointing about ``outward`` (N, 3)."""
    count = len(centers)
    along = outward + rng.normal(0, 0.5, (count, 3))
    along /= np.linalg.norm(along, axis=1, keepdims=True) + 1e-9
    side = np.cross(along, rng.normal(0, 1, (count, 3)))
    side /= np.linalg.norm(side, axis=1, keepdims=True) + 1e-9
    length = size * rng.uniform(0.6, 1.3, (count, 1))
    points = np.stack([centers, centers + length * (0.5 * along + slim / 2 * side), centers + length * along,
                       centers + length * (0.5 * along - slim / 2 * side)], axis=1)  # fmt: skip
    first = np.arange(count) * 4
    faces = [face for a in first for face in ((a, a + 1, a + 2), (a, a + 2, a + 3))]
    return Part(points.reshape(-1, 3), faces, PLAIN)


def ball(rng: Rng, count: int) -> NDArray[np.float64]:
    """``count`` points spread over the unit sphere."""
    points = rng.normal(0, 1, (count, 3))
    return np.asarray(points / (np.linalg.norm(points, axis=1, keepdims=True) + 1e-9))


def lump(rng: Rng, size: Point, rough: float = 0.15, segments: int = 10, rings: int = 7) -> Part:
    """A closed, uneven ball in a box of ``size`` that stands on the floor."""
    profile = [(np.sin(a), -np.cos(a)) for a in np.linspace(0, np.pi, rings)]
    profile[0], profile[-1] = (0.0, -1.0), (0.0, 1.0)
    part = turned(profile, segments)
    waves = rng.normal(0, 1.6, (3, 4))
    phase = rng.uniform(0, 6.28, 4)
    swell = 1 + rough * np.sin(part.vertices @ waves + phase).mean(axis=1, keepdims=True) * 1.6
    points = part.vertices * swell + rng.normal(0, rough * 0.12, part.vertices.shape)
    low, high = points.min(axis=0), points.max(axis=0)
    points = (points - (low + high) / 2) / (high - low) * np.asarray(size)
    return Part(points + np.array([0, 0, size[2] / 2]), part.faces, PLAIN)


def ring(radius: float, thick: float, segments: int = 20, tall: float | None = None) -> Part:
    """A torus around the vertical, its middle at 0."""
    tall = thick if tall is None else tall
    angles = np.linspace(0, 2 * np.pi, 9)
    return turned([(radius + thick * np.cos(a), tall * np.sin(a)) for a in angles], segments)


def slab(outline: list[tuple[float, float]], low: float, high: float) -> Part:
    """A flat shape (x, y) extruded from ``low`` to ``high``; all its corners must be visible from its middle."""
    count = len(outline)
    rim = np.array(outline, float)
    middle = rim.mean(axis=0)
    vertices = np.concatenate(
        [np.insert(rim, 2, low, axis=1), np.insert(rim, 2, high, axis=1), [[*middle, low], [*middle, high]]]
    )
    faces: list[tuple[int, ...]] = []
    for k in range(count):
        after = (k + 1) % count
        faces += [
            (k, after, count + after, count + k),
            (after, k, 2 * count),
            (count + k, count + after, 2 * count + 1),
        ]
    return Part(vertices, faces, PLAIN)
