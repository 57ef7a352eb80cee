"""Simple solids as polygon lists, from which procedural objects are put together."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Point = Sequence[float] | NDArray[np.floating]


@dataclass(frozen=True)
class Part:
    """One piece of an object: vertices (V, 3) meters, Z up; faces of 3 and more corners, outward normals.

    ``color`` is sRGB hex, ``roughness`` 0..1, ``smooth`` selects smooth shading.
    """

    vertices: NDArray[np.float64]
    faces: Sequence[tuple[int, ...]]
    color: str
    roughness: float = 0.6
    smooth: bool = False
    emission: float = 0.0

    def moved(self, x: float = 0, y: float = 0, z: float = 0) -> Part:
        return self.transformed(np.eye(3), (x, y, z))

    def turned(self, degrees: float, axis: str = "z") -> Part:
        c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
        matrix = {
            "x": [[1, 0, 0], [0, c, -s], [0, s, c]],
            "y": [[c, 0, s], [0, 1, 0], [-s, 0, c]],
            "z": [[c, -s, 0], [s, c, 0], [0, 0, 1]],
        }[axis]
        return self.transformed(np.array(matrix))

    def transformed(self, matrix: NDArray[np.floating], offset: Point = (0, 0, 0)) -> Part:
        return Part(
            self.vertices @ np.asarray(matrix).T + np.asarray(offset, float),
            self.faces,
            self.color,
            self.roughness,
            self.smooth,
            self.emission,
        )


def box(size: Point, at: Point, color: str, chamfer: float = 0.008, roughness: float = 0.6) -> Part:
    """A box with chamfered edges. ``at`` is the middle of its bottom."""
    half = np.asarray(size, float) / 2
    cut = min(chamfer, *(half * 0.45))
    corners = [(x, y, z) for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)]
    index: dict[tuple[tuple[int, ...], int], int] = {}
    vertices: list[NDArray[np.float64]] = []
    for corner in corners:
        for axis in range(3):  # the vertex of this corner on the face that looks along this axis
            point = np.array(corner) * (half - cut)
            point[axis] = corner[axis] * half[axis]
            index[corner, axis] = len(vertices)
            vertices.append(point)
    faces: list[tuple[int, ...]] = []
    for axis in range(3):
        others = [number for number in range(3) if number != axis]
        for side in (-1, 1):
            ring = []
            for u, v in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
                place = [0, 0, 0]
                place[axis], place[others[0]], place[others[1]] = side, u, v
                ring.append(index[tuple(place), axis])
            faces.append(tuple(ring))
    for axis in range(3):
        first, second = (number for number in range(3) if number != axis)
        for a in (-1, 1):
            for b in (-1, 1):
                ring = []
                for along, kind in ((-1, first), (1, first), (1, second), (-1, second)):
                    place = [0, 0, 0]
                    place[axis], place[first], place[second] = along, a, b
                    ring.append(index[tuple(place), kind])
                faces.append(tuple(ring))
    faces += [tuple(index[corner, axis] for axis in range(3)) for corner in corners]
    made = np.array(vertices)
    return Part(made + np.asarray(at, float) + [0, 0, half[2]], _outward(made, faces), color, roughness)


def lathe(
    profile: Sequence[tuple[float, float]],
    color: str,
    segments: int = 24,
    roughness: float = 0.5,
    emission: float = 0.0,
) -> Part:
    """A profile of (radius, z) from bottom to top, revolved about the z axis. Radius 0 closes an end."""
    rings: list[list[int]] = []
    vertices: list[tuple[float, float, float]] = []
    for radius, z in profile:
        if radius <= 1e-6:
            rings.append([len(vertices)] * segments)
            vertices.append((0.0, 0.0, z))
            continue
        rings.append(list(range(len(vertices), len(vertices) + segments)))
        for k in range(segments):
            angle = 2 * np.pi * k / segments
            vertices.append((radius * np.cos(angle), radius * np.sin(angle), z))
    faces = []
    for low, high in itertools.pairwise(rings):
        for k in range(segments):
            ring = (low[k], low[(k + 1) % segments], high[(k + 1) % segments], high[k])
            face = tuple(dict.fromkeys(ring))
            if len(face) > 2:
                faces.append(face)
    return Part(np.array(vertices), faces, color, roughness, True, emission)


def rod(start: Point, end: Point, radius: float, color: str, end_radius: float | None = None) -> Part:
    """A round rod between two points, optionally thinner toward the end."""
    first, last = np.asarray(start, float), np.asarray(end, float)
    length = float(np.linalg.norm(last - first))
    narrow = radius if end_radius is None else end_radius
    part = lathe([(0, 0), (radius, 0), (narrow, length), (0, length)], color, 12)
    up = (last - first) / length
    side = np.cross(up, [1.0, 0, 0] if abs(up[0]) < 0.9 else [0, 1.0, 0])
    side /= np.linalg.norm(side)
    return part.transformed(np.stack([side, np.cross(up, side), up], axis=1), first)


def cushion(size: Point, at: Point, color: str, puff: float = 0.35) -> Part:
    """A soft box: a cube's surface grid drawn toward an ellipsoid. ``at`` is the middle of its bottom."""
    steps = 6
    line = np.linspace(-1, 1, steps + 1)
    vertices: list[NDArray[np.float64]] = []
    index: dict[tuple[int, ...], int] = {}
    faces: list[tuple[int, ...]] = []
    for axis in range(3):
        u, v = (number for number in range(3) if number != axis)
        for side in (0, steps):
            for i in range(steps):
                for j in range(steps):
                    ring = []
                    for a, b in ((i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1)):
                        cell = [0, 0, 0]
                        cell[axis], cell[u], cell[v] = side, a, b
                        key = tuple(cell)
                        if key not in index:
                            index[key] = len(vertices)
                            vertices.append(line[list(key)])
                        ring.append(index[key])
                    faces.append(tuple(ring))
    cube = np.array(vertices)
    length = np.linalg.norm(cube, axis=1, keepdims=True)
    power = 4.0
    soft = cube / (np.abs(cube) ** power).sum(axis=1, keepdims=True) ** (1 / power)
    shape = (1 - puff) * soft + puff * soft * (0.75 + 0.25 * np.abs(cube).max(axis=1, keepdims=True) / length * 1.4)
    half = np.asarray(size, float) / 2
    made = shape * half / np.abs(shape).max(axis=0)
    return Part(made + np.asarray(at, float) + [0, 0, half[2]], _outward(made, faces), color, 0.9, True)


def sheet(points: Sequence[Point], color: str, roughness: float = 0.5, thickness: float = 0.001) -> Part:
    """One polygon (a leaf); with a ``thickness``, a second one behind it, for engines that draw front sides only."""
    front = np.array(points, float)
    count = len(front)
    faces = [tuple(range(count))]
    if not thickness:
        return Part(front, faces, color, roughness)
    normal = np.cross(front[1] - front[0], front[2] - front[0])
    behind = front - normal / max(float(np.linalg.norm(normal)), 1e-12) * thickness
    faces.append(tuple(range(2 * count - 1, count - 1, -1)))
    return Part(np.concatenate([front, behind]), faces, color, roughness)


def _outward(vertices: NDArray[np.float64], faces: list[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """Flips faces of a solid around the origin where they do not face away from it."""
    result = []
    for face in faces:
        a, b, c = vertices[list(face[:3])]
        outward = np.dot(np.cross(b - a, c - a), vertices[list(face)].mean(axis=0)) >= 0
        result.append(face if outward else face[::-1])
    return result
