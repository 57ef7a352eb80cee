"""Surfaces of known shape, as a camera would have measured them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml_core.reconstruction.fusion import Surface
from ml_core.reconstruction.things import merged

STEP = 0.02


def sheet(low: tuple[float, ...], high: tuple[float, ...], axis: int, side: int, noise: float = 0.0) -> Surface:
    """A rectangle across ``axis`` at ``low[axis]``, in triangles of 2 cm that look along ``side``."""
    u, v = (k for k in range(3) if k != axis)
    counts = [max(2, round((high[k] - low[k]) / STEP) + 1) for k in (u, v)]
    grid = np.stack(np.meshgrid(*(np.arange(n) for n in counts), indexing="ij"), axis=-1).reshape(-1, 2)
    points = np.empty((len(grid), 3))
    points[:, u] = np.linspace(low[u], high[u], counts[0])[grid[:, 0]]
    points[:, v] = np.linspace(low[v], high[v], counts[1])[grid[:, 1]]
    points[:, axis] = low[axis] + np.random.default_rng(1).normal(0, noise or 1e-9, len(grid))
    corner = (grid[:, 0] * counts[1] + grid[:, 1])[(grid[:, 0] < counts[0] - 1) & (grid[:, 1] < counts[1] - 1)]
    quads = np.stack([corner, corner + counts[1], corner + counts[1] + 1, corner + 1], axis=1)
    triangles = np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])
    result = Surface(points.astype(np.float32), triangles.astype(np.int32), np.full((len(points), 3), 0.5, np.float32))
    if np.sign(result.normals()[:, axis].mean()) != side:
        result = Surface(result.vertices, result.triangles[:, ::-1], result.colors)
    return result


def block(low: tuple[float, ...], high: tuple[float, ...], bottom: bool = False) -> Surface:
    """A box that looks outward; without its bottom, which no camera sees."""
    faces = []
    for axis in range(3):
        for side in (-1, 1):
            if axis == 2 and side < 0 and not bottom:
                continue
            start, end = list(low), list(high)
            start[axis] = end[axis] = (low if side < 0 else high)[axis]
            faces.append(sheet(tuple(start), tuple(end), axis, side))
    return merged(faces)


def table(x: float = 0.0, y: float = 0.0) -> Surface:
    """A top of 1.2 x 0.8 m at 0.74 m on four legs."""
    top = block((x - 0.6, y - 0.4, 0.7), (x + 0.6, y + 0.4, 0.74), bottom=True)
    legs = [
        block((x + a - 0.03, y + b - 0.03, 0.03), (x + a + 0.03, y + b + 0.03, 0.7))
        for a in (-0.5, 0.5) for b in (-0.3, 0.3)
    ]  # fmt: skip
    return merged([top, *legs])


def shell(size: tuple[float, float, float], without: tuple[str, ...] = (), noise: float = 0.004) -> Surface:
    """Floor, ceiling and walls of a room whose floor's middle is the origin; ``without`` some of them."""
    w, d, h = size[0] / 2, size[1] / 2, size[2]
    sides = {
        "Floor": sheet((-w, -d, 0), (w, d, 0), 2, 1, noise),
        "Ceiling": sheet((-w, -d, h), (w, d, h), 2, -1, noise),
        "Wall -X": sheet((-w, -d, 0), (-w, d, h), 0, 1, noise),
        "Wall +X": sheet((w, -d, 0), (w, d, h), 0, -1, noise),
        "Wall -Y": sheet((-w, -d, 0), (w, -d, h), 1, 1, noise),
        "Wall +Y": sheet((-w, d, 0), (w, d, h), 1, -1, noise),
    }
    return merged([side for name, side in sides.items() if name not in without])


def turn(axis: tuple[float, float, float], degrees: float) -> NDArray[np.float64]:
    """The rotation (3, 3) by an angle around an axis."""
    x, y, z = np.array(axis) / np.linalg.norm(axis)
    angle = np.radians(degrees)
    skew = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.eye(3) + np.sin(angle) * skew + (1 - np.cos(angle)) * skew @ skew
