"""Furniture and household objects of our own, in meters, standing on the floor with the front to -Y.

They furnish the demo's room, so that it needs no external files, and are objects for tests.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np

from ml_core.datasets.furniture.solids import Part, box, cushion, lathe, rod, sheet

OAK, WALNUT, BIRCH, WHITE, BLACK, STEEL = "#b98a56", "#6b4630", "#d8bc8c", "#ece9e2", "#26272b", "#9aa0a6"
CLAY, LEAF, SOIL, GLASS = "#b8674a", "#4d7a3e", "#3c2d22", "#b9d3d8"

Object = list[Part]


def chair(wood: str = OAK, seat: str = "#3f5d73") -> Object:
    parts = [box((0.44, 0.44, 0.035), (0, 0, 0.42), wood), cushion((0.42, 0.42, 0.05), (0, -0.005, 0.45), seat)]
    parts += [rod((x, -0.19, 0), (x, -0.18, 0.43), 0.016, wood, 0.021) for x in (-0.19, 0.19)]
    for x in (-0.19, 0.19):
        parts.append(rod((x, 0.22, 0), (x, 0.2, 0.44), 0.017, wood, 0.021))
        parts.append(rod((x, 0.2, 0.43), (x, 0.265, 0.9), 0.021, wood, 0.016))
    for z, y in ((0.6, 0.222), (0.72, 0.238), (0.83, 0.254)):
        parts.append(box((0.37, 0.018, 0.07), (0, y, z), wood))
    for x in (-0.19, 0.19):
        parts.append(box((0.022, 0.38, 0.03), (x, 0.01, 0.2), wood))
    return parts


def armchair(fabric: str = "#7d8c6a") -> Object:
    return [
        box((0.78, 0.78, 0.2), (0, 0, 0.1), fabric, 0.03, 0.9),
        cushion((0.54, 0.62, 0.16), (0, -0.07, 0.29), fabric),
        cushion((0.78, 0.2, 0.62), (0, 0.31, 0.26), fabric),
        *(cushion((0.15, 0.74, 0.36), (x, -0.02, 0.26), fabric) for x in (-0.335, 0.335)),
        *(rod((x, y, 0), (x, y, 0.12), 0.018, WALNUT, 0.026) for x in (-0.32, 0.32) for y in (-0.32, 0.32)),
    ]


def sofa(fabric: str = "#5f7482") -> Object:
    parts = [
        box((2.0, 0.86, 0.2), (0, 0, 0.1), fabric, 0.03, 0.9),
        *(cushion((0.16, 0.84, 0.42), (x, -0.01, 0.24), fabric) for x in (-0.93, 0.93)),
        cushion((1.9, 0.2, 0.62), (0, 0.35, 0.24), fabric),
    ]
    for x in (-0.565, 0, 0.565):
        parts.append(cushion((0.565, 0.64, 0.17), (x, -0.09, 0.29), fabric))
        parts.append(cushion((0.55, 0.17, 0.44), (x, 0.21, 0.42), fabric).moved())
    parts += [rod((x, y, 0), (x, y, 0.12), 0.02, WALNUT, 0.028) for x in (-0.9, 0.9) for y in (-0.36, 0.36)]
    return parts


def stool(wood: str = BIRCH) -> Object:
    parts = [lathe([(0, 0.43), (0.16, 0.43), (0.175, 0.44), (0.175, 0.455), (0.165, 0.465), (0, 0.465)], wood)]
    for angle in np.radians([45, 135, 225, 315]):
        c, s = np.cos(angle), np.sin(angle)
        parts.append(rod((0.19 * c, 0.19 * s, 0), (0.12 * c, 0.12 * s, 0.44), 0.013, wood, 0.018))
    parts.append(lathe([(0.155, 0.17), (0.163, 0.17), (0.163, 0.186), (0.155, 0.186), (0.155, 0.17)], wood))
    return parts


def table(length: float = 1.6, depth: float = 0.85, height: float = 0.74, wood: str = OAK) -> Object:
    x, y = length / 2 - 0.07, depth / 2 - 0.07
    parts = [box((length, depth, 0.035), (0, 0, height - 0.035), wood, 0.01)]
    parts += [rod((sx * x, sy * y, 0), (sx * (x - 0.03), sy * (y - 0.03), height - 0.03), 0.022, wood, 0.036)
              for sx in (-1, 1) for sy in (-1, 1)]  # fmt: skip
    parts += [box((2 * x - 0.08, 0.022, 0.08), (0, sy * (y - 0.03), height - 0.115), wood) for sy in (-1, 1)]
    parts += [box((0.022, 2 * y - 0.08, 0.08), (sx * (x - 0.03), 0, height - 0.115), wood) for sx in (-1, 1)]
    return parts


def coffee_table(wood: str = WALNUT) -> Object:
    return [*table(1.0, 0.55, 0.42, wood), box((0.8, 0.4, 0.02), (0, 0, 0.16), wood)]


def cabinet(wood: str = OAK, front: str = WHITE, width: float = 1.5, height: float = 0.55) -> Object:
    parts = [box((width, 0.42, height - 0.12), (0, 0, 0.12), wood)]
    count = max(2, round(width / 0.5))
    pitch = width / count
    for k in range(count):
        x = -width / 2 + pitch * (k + 0.5)
        parts.append(box((pitch - 0.02, 0.02, height - 0.16), (x, -0.215, 0.14), front, 0.005))
        parts.append(lathe([(0, 0), (0.014, 0), (0.012, 0.03), (0, 0.03)], STEEL, 12).turned(90, "x").moved(
            x + (pitch / 2 - 0.06) * (1 if k % 2 else -1) * -1, -0.225, height * 0.72))  # fmt: skip
    parts += [rod((x, y, 0), (x, y, 0.13), 0.016, wood, 0.024)
              for x in (-width / 2 + 0.08, width / 2 - 0.08) for y in (-0.15, 0.15)]  # fmt: skip
    return parts


def nightstand(wood: str = OAK) -> Object:
    parts = [box((0.45, 0.38, 0.4), (0, 0, 0.12), wood)]
    for z in (0.145, 0.335):
        parts.append(box((0.41, 0.02, 0.165), (0, -0.195, z), WHITE, 0.005))
        parts.append(box((0.12, 0.02, 0.012), (0, -0.212, z + 0.08), STEEL, 0.003))
    parts += [rod((x, y, 0), (x, y, 0.13), 0.014, wood, 0.02) for x in (-0.18, 0.18) for y in (-0.14, 0.14)]
    return parts


def shelf(wood: str = BIRCH, seed: int = 3) -> Object:
    """A bookcase, one shelf of it with books."""
    width, depth, height = 0.9, 0.3, 1.85
    parts = [box((0.025, depth, height), (x, 0, 0), wood, 0.003) for x in (-width / 2, width / 2)]
    parts.append(box((width, 0.012, height - 0.02), (0, depth / 2 - 0.006, 0.01), wood, 0.002))
    levels = np.linspace(0.06, height - 0.03, 6)
    parts += [box((width - 0.02, depth - 0.01, 0.022), (0, 0, z), wood, 0.003) for z in levels]
    rng = np.random.default_rng(seed)
    for level in levels[1:4]:
        x = -width / 2 + 0.03
        limit = rng.uniform(-0.1, 0.25)
        while x < limit:
            thick, tall = rng.uniform(0.02, 0.045), rng.uniform(0.2, 0.27)
            color = ("#7c3b35", "#2f4a60", "#c8b07a", "#4f6650", "#85705c", "#b0563b")[rng.integers(6)]
            parts.append(box((thick, rng.uniform(0.16, 0.2), tall), (x + thick / 2, 0.0, level + 0.022), color, 0.003))
            x += thick + 0.002
    return parts


def bed(wood: str = OAK, blanket: str = "#8194a8") -> Object:
    return [
        box((1.5, 2.05, 0.2), (0, 0, 0.12), wood, 0.01),
        box((1.56, 0.06, 0.95), (0, 1.03, 0), wood, 0.015),
        *(box((0.07, 0.07, 0.13), (x, y, 0), wood) for x in (-0.68, 0.68) for y in (-0.96, 0.96)),
        box((1.44, 2.0, 0.2), (0, -0.01, 0.3), WHITE, 0.05, 0.9),
        cushion((1.5, 1.4, 0.14), (0, -0.3, 0.43), blanket, 0.2),
        *(cushion((0.62, 0.42, 0.15), (x, 0.74, 0.48), WHITE) for x in (-0.35, 0.35)),
    ]


def lamp(shade: str = "#efe3c8") -> Object:
    return [
        lathe([(0, 0), (0.15, 0), (0.15, 0.012), (0.13, 0.022), (0.014, 0.03), (0.012, 1.36), (0, 1.36)], BLACK),
        lathe([(0.14, 1.62), (0.22, 1.28), (0.216, 1.28), (0.136, 1.62), (0.14, 1.62)], shade, 32, 0.8, 1.5),
        lathe([(0, 1.36), (0.03, 1.38), (0.042, 1.43), (0.03, 1.48), (0, 1.5)], "#fff3d0", 16, 0.5, 6.0),
    ]  # fmt: skip


def ceiling_light(shade: str = "#d9a441") -> Object:
    """A hanging lamp; the top of its cord is at z = 0.9 m, the edge of its shade at z = 0."""
    return [
        lathe([(0, 0.88), (0.05, 0.88), (0.05, 0.9), (0, 0.9)], BLACK, 16),
        rod((0, 0, 0.26), (0, 0, 0.89), 0.004, BLACK),
        lathe([(0.24, 0), (0.2, 0.1), (0.12, 0.19), (0.04, 0.25), (0.02, 0.27), (0, 0.27)], shade, 32),
        lathe([(0.236, 0), (0.196, 0.098), (0.117, 0.186), (0.037, 0.246), (0, 0.246)], WHITE, 32),
        lathe([(0, 0.05), (0.04, 0.07), (0.055, 0.12), (0.03, 0.18), (0, 0.2)], "#fff3d0", 16, 0.5, 8.0),
    ]


def potted_plant(seed: int = 1, height: float = 1.0) -> Object:
    rng = np.random.default_rng(seed)
    parts = [
        lathe([(0, 0), (0.13, 0), (0.18, 0.3), (0.195, 0.3), (0.195, 0.34), (0.175, 0.34), (0.16, 0.3)], CLAY),
        lathe([(0.17, 0.295), (0, 0.305)], SOIL),
    ]  # fmt: skip
    for k in range(15):
        turn = 137.5 * k + rng.uniform(-12, 12)
        rise = np.radians(np.interp(k, [0, 14], [25, 80]) + rng.uniform(-6, 6))
        stem = height * rng.uniform(0.3, 0.45) * (0.6 + 0.5 * k / 14)
        out = np.array([np.cos(rise), 0, np.sin(rise)])
        tip = out * stem + [0, 0, 0.28]
        parts.append(rod((0, 0, 0.28), tip, 0.008, LEAF, 0.004).turned(turn))
        length, wide = height * rng.uniform(0.26, 0.36), height * rng.uniform(0.06, 0.085)
        down = np.radians(55)
        along = np.array([np.cos(rise - down * 0.6), 0, np.sin(rise - down * 0.6)])
        bend = np.array([np.cos(rise - down), 0, np.sin(rise - down)])
        middle, end = tip + along * length * 0.5, tip + along * length * 0.5 + bend * length * 0.5
        side = np.array([0, 1.0, 0])
        fold = np.array([0, 0, 0.02])
        shade = ("#4d7a3e", "#5b8a47", "#3f6a38")[k % 3]
        for sign in (-1, 1):
            points = [tip, tip + along * length * 0.2 + sign * side * wide * 0.7 + fold,
                      middle + sign * side * wide + fold, end - bend * length * 0.15 + sign * side * wide * 0.45 + fold,
                      end, middle]  # fmt: skip
            parts.append(sheet(points if sign > 0 else points[::-1], shade, 0.45).turned(turn))
    return parts


def rug(color: str = "#a6543f", border: str = "#e3d3b4") -> Object:
    return [
        box((2.2, 1.5, 0.008), (0, 0, 0), border, 0.002, 1.0),
        box((2.0, 1.3, 0.004), (0, 0, 0.007), color, 0.001, 1.0),
    ]


def picture_frame(seed: int = 0, width: float = 0.7, height: float = 0.5) -> Object:
    """An abstract landscape in a frame, for the wall behind it; its lower edge is at z = 0."""
    edge = 0.035
    parts = [box((width - edge, 0.008, height - edge), (0, 0.008, edge / 2), "#f1ede3", 0.001)]
    parts += [box((width, 0.03, edge), (0, 0, z), BLACK, 0.004) for z in (0, height - edge)]
    parts += [box((edge, 0.03, height), (x, 0, 0), BLACK, 0.004) for x in (-(width - edge) / 2, (width - edge) / 2)]
    rng = np.random.default_rng(seed)
    inner = width - 4 * edge
    line = np.linspace(-inner / 2, inner / 2, 13)
    floor, base = 2 * edge, height - 5 * edge
    for k, color in enumerate(("#d8b98a", "#9fb3b5", "#5f7f86", "#33505c")):
        top = floor + base * (0.9 - 0.22 * k) + 0.04 * base * np.cumsum(rng.normal(0, 1, len(line)))
        top = np.clip(top, floor + 0.01, floor + base)
        upper = [(x, -0.001 * (k + 1), z) for x, z in zip(line, top, strict=True)]
        points = [(line[0], -0.001 * (k + 1), floor), (line[-1], -0.001 * (k + 1), floor), *upper[::-1]]
        parts.append(sheet(points, color, 0.8, 0))
    return parts


def window() -> Object:
    """A window 1.2 m wide and 1.3 m high; its lower edge is at z = 0."""
    parts = [box((1.08, 0.01, 1.18), (0, 0.01, 0.06), GLASS, 0.001, 0.05)]
    parts += [box((1.2, 0.08, 0.07), (0, 0, z), WHITE) for z in (0, 1.23)]
    parts += [box((0.07, 0.076, 1.2), (x, 0, 0.05), WHITE) for x in (-0.565, 0.565)]
    parts += [box((0.05, 0.06, 1.2), (0, 0, 0.05), WHITE), box((1.1, 0.05, 0.04), (0, 0, 0.85), WHITE)]
    parts.append(box((1.3, 0.16, 0.03), (0, -0.05, -0.03), WHITE))
    return [part.moved(z=0.03) for part in parts]


def door(color: str = "#c9b79c") -> Object:
    parts = [box((0.82, 0.04, 2.0), (0, 0, 0.01), color, 0.004)]
    parts += [box((0.07, 0.086, 2.03), (x, 0, 0), WHITE) for x in (-0.45, 0.45)]
    parts.append(box((0.97, 0.09, 0.07), (0, 0, 2.01), WHITE))
    parts += [box((0.56, 0.012, 0.7), (0, -0.023, z), color, 0.006) for z in (0.2, 1.1)]
    parts.append(rod((0.33, -0.02, 1.0), (0.33, -0.07, 1.0), 0.01, STEEL))
    parts.append(rod((0.33, -0.065, 1.0), (0.2, -0.065, 1.0), 0.009, STEEL))
    return parts


def tv_monitor() -> Object:
    return [
        box((1.2, 0.05, 0.7), (0, 0, 0.09), BLACK, 0.01, 0.3),
        box((1.16, 0.006, 0.65), (0, -0.025, 0.12), "#10151c", 0.002, 0.1),
        box((0.1, 0.05, 0.1), (0, 0.01, 0.01), BLACK),
        box((0.5, 0.24, 0.015), (0, 0, 0), BLACK),
    ]


def cup(color: str = "#d5713f") -> Object:
    parts = [lathe([(0, 0), (0.03, 0), (0.04, 0.01), (0.042, 0.09), (0.038, 0.09), (0.036, 0.014), (0, 0.012)], color)]
    arc = [(0.04 + 0.026 * np.sin(a), 0.0, 0.047 - 0.028 * np.cos(a)) for a in np.linspace(0.15, np.pi - 0.15, 8)]
    parts += [rod(a, b, 0.0055, color) for a, b in itertools.pairwise(arc)]
    return parts


def bowl(color: str = "#e6dcc6") -> Object:
    outer = [(0, 0), (0.06, 0), (0.065, 0.012), (0.11, 0.04), (0.14, 0.085), (0.135, 0.088)]
    return [lathe([*outer, (0.105, 0.048), (0.06, 0.022), (0, 0.018)], color, 32)]


def bottle(color: str = "#3e5c42") -> Object:
    profile = [(0, 0), (0.036, 0), (0.038, 0.006), (0.038, 0.19), (0.032, 0.215), (0.015, 0.25), (0.013, 0.3)]
    return [lathe([*profile, (0.016, 0.302), (0.016, 0.315), (0, 0.315)], color, 24, 0.15)]


def vase(color: str = "#33658a") -> Object:
    outer = [(0, 0), (0.05, 0), (0.055, 0.01), (0.095, 0.1), (0.1, 0.16), (0.07, 0.23), (0.038, 0.28), (0.05, 0.32)]
    return [lathe([*outer, (0.045, 0.32), (0.033, 0.28), (0.06, 0.22), (0, 0.05)], color, 32, 0.3)]


BUILDERS: dict[str, Callable[[], Object]] = {
    builder.__name__: builder
    for builder in (
        chair, armchair, sofa, stool, table, cabinet, nightstand, shelf, bed, lamp, ceiling_light, potted_plant, rug,
        picture_frame, window, door, tv_monitor, cup, bowl, bottle, vase,
    )
}  # fmt: skip
"""Builders by the label of their object."""
