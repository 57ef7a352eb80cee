"""The motifs of tattoos, prints and face paint, drawn with the pencil of Pillow, larger than they are kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise
from math import cos, pi, sin

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

SIZE = 512
_FINER = 4
"""Factor by which designs are drawn larger before they are averaged."""

Point = tuple[float, float]


class _Pencil:
    """Draws in a square from -1 to 1, Y up; ``ink`` 1 draws, 0 erases."""

    def __init__(self) -> None:
        side = SIZE * _FINER
        self._image = Image.new("L", (side, side), 0)
        self._draw = ImageDraw.Draw(self._image)
        self._half = side / 2

    def alpha(self) -> NDArray[np.float32]:
        """(SIZE, SIZE) 0..1, row 0 at the top."""
        pixels = np.asarray(self._image, np.float32) / 255
        return pixels.reshape(SIZE, _FINER, SIZE, _FINER).mean(axis=(1, 3))

    def polygon(self, points: Sequence[Point], ink: int = 1) -> None:
        self._draw.polygon([self._place(point) for point in points], fill=255 * ink)

    def line(self, points: Sequence[Point], width: float, ink: int = 1) -> None:
        """A line with round ends and corners."""
        places = [self._place(point) for point in points]
        self._draw.line(places, fill=255 * ink, width=round(width * self._half), joint="curve")
        for point in (points[0], points[-1]):
            self.disc(point, width / 2, ink)

    def disc(self, center: Point, radius: float, ink: int = 1) -> None:
        self.ellipse(center, radius, radius, ink)

    def ellipse(self, center: Point, wide: float, high: float, ink: int = 1) -> None:
        """``wide`` and ``high`` from its center."""
        (left, top), (right, bottom) = (
            self._place((center[0] + sign * wide, center[1] - sign * high)) for sign in (-1, 1)
        )
        self._draw.ellipse([left, top, right, bottom], fill=255 * ink)

    def ring(self, center: Point, radius: float, width: float) -> None:
        self.line([_around(center, radius, turn / 64) for turn in range(65)], width)

    def _place(self, point: Point) -> Point:
        return self._half * (1 + point[0]), self._half * (1 - point[1])


@cache
def design_alpha(design: str) -> NDArray[np.float32]:
    """(SIZE, SIZE) 0..1 where a motif has ink, row 0 at the top.

    Raises:
        KeyError: there is no such motif.
    """
    pencil = _Pencil()
    _DRAWN[design](pencil)
    alpha = pencil.alpha()
    alpha.setflags(write=False)
    return alpha


def _around(center: Point, radius: float, turn: float) -> Point:
    """The point at ``turn`` (0..1, from the top, clockwise) of a circle."""
    return center[0] + radius * sin(2 * pi * turn), center[1] + radius * cos(2 * pi * turn)


def _curve(points: Sequence[Point], steps: int = 24) -> list[Point]:
    """A Bézier curve of any degree."""
    curve = []
    for step in range(steps + 1):
        share = step / steps
        level = list(points)
        while len(level) > 1:
            level = [(a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])) for a, b in pairwise(level)]
        curve.append(level[0])
    return curve


def _blade(root: Point, bend: Point, tip: Point, width: float) -> list[Point]:
    """The outline of a curved blade that is ``width`` wide in its middle and pointed at both ends."""
    spine = _curve([root, bend, tip], 32)
    left, right = [], []
    for number, (x, y) in enumerate(spine):
        before, after = spine[max(number - 1, 0)], spine[min(number + 1, len(spine) - 1)]
        dx, dy = after[0] - before[0], after[1] - before[1]
        length = max((dx * dx + dy * dy) ** 0.5, 1e-9)
        share = number / (len(spine) - 1)
        half = width / 2 * sin(pi * share**0.7)
        left.append((x - half * dy / length, y + half * dx / length))
        right.append((x + half * dy / length, y - half * dx / length))
    return left + right[::-1]


def _star_corners(center: Point, size: float) -> list[Point]:
    """The ten corners of a five-pointed star."""
    return [_around(center, size * (1 if number % 2 == 0 else 0.4), number / 10) for number in range(10)]


def _spike(inner: float, outer: float, turn: float, width: float) -> list[Point]:
    """A triangle that points away from the middle; ``width`` is that of its foot, as a share of a turn."""
    return [_around((0, 0), away, turn + side * width / 2) for away, side in ((inner, -1), (outer, 0), (inner, 1))]


def _mirrored(points: Sequence[Point]) -> list[Point]:
    return [(-x, y) for x, y in points]


def _star(pencil: _Pencil) -> None:
    """A nautical star: each ray has a dark and a light half."""
    corners = _star_corners((0, -0.06), 0.95)
    pencil.line([*corners, corners[0]], 0.06)
    for number in range(0, 10, 2):
        pencil.polygon([(0, -0.06), corners[number], corners[(number + 1) % 10]])


def _heart_outline(scale: float, drop: float) -> list[Point]:
    turns = [2 * pi * step / 96 for step in range(97)]
    return [
        (
            scale * sin(turn) ** 3,
            scale * (13 * cos(turn) - 5 * cos(2 * turn) - 2 * cos(3 * turn) - cos(4 * turn)) / 16 + drop,
        )
        for turn in turns
    ]


def _heart(pencil: _Pencil) -> None:
    pencil.polygon(_heart_outline(0.93, 0.08))
    pencil.polygon(_heart_outline(0.81, 0.08), 0)
    pencil.polygon(_heart_outline(0.72, 0.08))
    pencil.polygon(_blade((-0.52, 0.16), (-0.6, 0.62), (-0.2, 0.56), 0.12), 0)  # where it shines


def _anchor(pencil: _Pencil) -> None:
    pencil.ring((0, 0.74), 0.15, 0.09)
    pencil.line([(0, 0.58), (0, -0.78)], 0.13)
    pencil.line([(-0.36, 0.38), (0.36, 0.38)], 0.11)
    for x in (-0.38, 0.38):
        pencil.disc((x, 0.38), 0.085)
    arms = _curve([(-0.7, -0.22), (-0.62, -0.95), (0.62, -0.95), (0.7, -0.22)], 40)
    pencil.line(arms, 0.13)
    for side in (-1, 1):
        pencil.polygon([(side * 0.86, -0.36), (side * 0.7, 0.06), (side * 0.48, -0.36)])
    rope = _curve([(0.1, 0.62), (0.72, 0.2), (-0.78, 0.05), (0.62, -0.35), (-0.05, -0.62)], 48)
    pencil.line(rope, 0.115, 0)
    pencil.line(rope, 0.06)


def _lightning(pencil: _Pencil) -> None:
    outline = [(0.18, 0.95), (-0.5, -0.08), (-0.06, -0.02), (-0.3, -0.95), (0.52, 0.22), (0.06, 0.16), (0.5, 0.95)]
    pencil.polygon(outline)


def _moon(pencil: _Pencil) -> None:
    pencil.disc((-0.05, 0), 0.88)
    pencil.disc((0.3, 0.12), 0.72, 0)
    for center, size in (((0.46, 0.4), 0.17), ((0.22, -0.12), 0.12), ((0.62, -0.1), 0.09)):
        pencil.polygon(_star_corners(center, size))


def _sun(pencil: _Pencil) -> None:
    pencil.disc((0, 0), 0.42)
    pencil.disc((0, 0), 0.36, 0)
    pencil.disc((0, 0), 0.3)
    for number in range(16):
        turn = number / 16
        if number % 2 == 0:
            pencil.polygon(_spike(0.47, 0.94, turn, 0.044))
        else:
            pencil.polygon(
                _blade(
                    _around((0, 0), 0.46, turn),
                    _around((0, 0), 0.66, turn + 0.045),
                    _around((0, 0), 0.86, turn - 0.004),
                    0.1,
                )
            )


def _skull(pencil: _Pencil) -> None:
    pencil.ellipse((0, 0.2), 0.74, 0.72)
    pencil.polygon([(-0.52, -0.2), (0.52, -0.2), (0.42, -0.86), (-0.42, -0.86)])
    pencil.ellipse((0, -0.8), 0.42, 0.13)
    for side in (-1, 1):
        pencil.ellipse((side * 0.32, 0.08), 0.22, 0.2, 0)
        pencil.polygon(_blade((side * 0.8, -0.12), (side * 0.5, -0.3), (side * 0.56, -0.75), 0.2), 0)  # below the cheek
    pencil.polygon([(0, -0.1), (0.13, -0.36), (0, -0.3), (-0.13, -0.36)], 0)
    for x in (-0.28, -0.14, 0.0, 0.14, 0.28):
        pencil.line([(x, -0.54), (x, -0.88)], 0.035, 0)
    pencil.line([(-0.36, -0.7), (0.36, -0.7)], 0.03, 0)


def _mandala(pencil: _Pencil) -> None:
    """Rings of petals, each between those of the ring inside of it."""
    for count, inner, outer, width, offset in ((8, 0.16, 0.46, 0.2, 0.0), (16, 0.42, 0.68, 0.16, 0.5)):
        for number in range(count):
            turn = (number + offset) / count
            x, y = middle = _around((0, 0), (inner + outer) / 2, turn)
            petal = _blade(_around((0, 0), inner, turn), middle, _around((0, 0), outer, turn), width)
            pencil.polygon(petal)
            pencil.polygon([(x + 0.62 * (px - x), y + 0.62 * (py - y)) for px, py in petal], 0)
            pencil.disc(middle, 0.025)
    pencil.ring((0, 0), 0.73, 0.03)
    for number in range(32):
        pencil.disc(_around((0, 0), 0.81, (number + 0.5) / 32), 0.03)
    for number in range(16):
        pencil.polygon(_spike(0.87, 0.98, number / 16, 0.04))
    pencil.ring((0, 0), 0.12, 0.03)
    pencil.disc((0, 0), 0.06)


def _rose(pencil: _Pencil) -> None:
    """Petals from the outermost to the innermost, each with a pale rim over the one below, and three leaves."""
    middle = (0.0, 0.18)
    for turn, length in ((0.36, 0.98), (0.62, 0.98), (0.5, 1.02)):
        root, bend, tip = (_around(middle, away, turn + lean) for away, lean in ((0.4, 0), (0.72, 0.04), (length, 0)))
        pencil.polygon(_blade(root, bend, tip, 0.3))
        pencil.line([_around(middle, 0.45, turn), _around(middle, 0.92 * length, turn)], 0.025, 0)
    for count, away, size, offset in ((6, 0.4, 0.38, 0.0), (5, 0.24, 0.31, 0.35), (4, 0.12, 0.22, 0.1)):
        for number in range(count):
            center = _around(middle, away, (number + offset) / count)
            pencil.disc(center, size + 0.035, 0)
            pencil.disc(center, size)
            pencil.disc(_around(center, 0.1 * size, (number + offset) / count + 0.5), 0.86 * size, 0)
            pencil.disc(_around(center, 0.16 * size, (number + offset) / count + 0.5), 0.78 * size)
    spiral = [_around(middle, 0.02 + 0.17 * step / 60, 0.2 + 2.1 * step / 60) for step in range(61)]
    pencil.disc(middle, 0.22, 0)
    pencil.disc(middle, 0.195)
    pencil.line(spiral, 0.03, 0)


def _tribal(pencil: _Pencil) -> None:
    """Curved blades on both sides of a spine."""
    pencil.polygon(_blade((0.0, 0.98), (0.0, 0.0), (0.0, -0.98), 0.2))
    blades = (
        ((0.06, 0.3), (0.62, 0.42), (0.5, 0.95), 0.22),
        ((0.08, 0.12), (0.78, 0.06), (0.94, 0.62), 0.2),
        ((0.08, -0.06), (0.7, -0.3), (0.98, 0.14), 0.18),
        ((0.08, -0.24), (0.52, -0.62), (0.82, -0.26), 0.16),
        ((0.05, -0.46), (0.26, -0.86), (0.56, -0.62), 0.13),
        ((0.06, 0.5), (0.28, 0.62), (0.2, 0.92), 0.1),
    )
    for blade in blades:
        pencil.polygon(_blade(*blade))
        pencil.polygon(_mirrored(_blade(*blade)))


_DRAWN: dict[str, Callable[[_Pencil], None]] = {
    "anchor": _anchor,
    "heart": _heart,
    "lightning": _lightning,
    "mandala": _mandala,
    "moon": _moon,
    "rose": _rose,
    "skull": _skull,
    "star": _star,
    "sun": _sun,
    "tribal": _tribal,
}
