"""The body atlas in space: where on the mean body each texel lies, and patterns that continue across chart borders.

Patterns are made in meters on that body, so that a freckle has the same size on a cheek and on an arm and no seam
shows where two charts meet; an atlas image of them then fits every mesh.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.atlas.charts import CHARTS, Chart
from ml_core.geometry.atlas.resize import resize_atlas
from ml_core.geometry.atlas.shape import AtlasShape
from ml_core.geometry.easing import smoothstep
from ml_core.geometry.humanoid.frames import Array, SheetFrame, unit

NOISE_SIZE = 512
HAND_HEIGHT = 0.015
"""Meters from the middle of a hand to its back or its palm, at most."""
_PRIMES = np.array([73856093, 19349663, 83492791], np.int64)


@dataclass(frozen=True)
class AtlasSpace:
    """The mean body's surface over an atlas of S x S texels.

    ``position`` (S, S, 3) meters; ``step_u`` and ``step_v`` (S, S, 3) from a texel to its right and its upper
    neighbor; ``normal`` (S, S, 3) unit, outwards.
    """

    position: NDArray[np.float32]
    step_u: NDArray[np.float32]
    step_v: NDArray[np.float32]
    normal: NDArray[np.float32]

    @property
    def size(self) -> int:
        return self.position.shape[0]

    @property
    def area(self) -> NDArray[np.float32]:
        """(S, S) area of each texel in square meters."""
        return np.linalg.norm(np.cross(self.step_u, self.step_v), axis=-1)


@functools.lru_cache(maxsize=3)
def atlas_space(size: int) -> AtlasSpace:
    """The :class:`AtlasSpace` of an atlas of resolution ``size``."""
    shape = AtlasShape.load()
    position, across_u, across_v = (np.zeros((size, size, 3)) for _ in range(3))
    for chart in CHARTS.values():
        rows, columns = chart.pixels(size)
        points = _chart_points(shape, chart, size)
        position[rows, columns] = points
        if chart.kind == "tube":
            across_u[rows, columns] = (np.roll(points, -1, axis=1) - np.roll(points, 1, axis=1)) / 2
        else:
            across_u[rows, columns] = np.gradient(points, axis=1)
        across_v[rows, columns] = -np.gradient(points, axis=0)
    normal = unit(np.cross(across_u, across_v))
    center = np.zeros_like(position)
    for chart in CHARTS.values():  # mirrored limbs run round the other way
        rows, columns = chart.pixels(size)
        frame = shape.frames[chart.part]
        if isinstance(frame, SheetFrame):
            way = frame.normal * (1 if chart.name.endswith("_back") else -1)
            outward = np.broadcast_to(way, normal[rows, columns].shape)
        else:
            t, across = chart.texel_grid(size)
            outward = frame.ray(t, across)[1]
        inside = (normal[rows, columns] * outward).sum(axis=-1, keepdims=True) < 0
        center[rows, columns] = np.where(inside, -1.0, 1.0)
    return AtlasSpace(*(values.astype(np.float32) for values in (position, across_u, across_v, normal * center)))


def _chart_points(shape: AtlasShape, chart: Chart, size: int) -> Array:
    t, across = chart.texel_grid(size)
    frame = shape.frames[chart.part]
    radius = shape.radii(chart.name, t, across)
    if isinstance(frame, SheetFrame):
        # The measured heights of fingers are in tables of their own; these are right for the flat of the hand alone.
        side = 1.0 if chart.name.endswith("_back") else -1.0
        return frame.unproject(t, across, np.asarray(side * np.clip(radius, 0, HAND_HEIGHT)))
    return frame.unproject(t, across, radius)


@functools.lru_cache(maxsize=24)
def noise(size: int, scale: float, octaves: int, seed: int) -> NDArray[np.float32]:
    """(size, size) fractal value noise on the body's surface, mean about 0.5, coarsest feature ``scale`` meters.

    Perlin, "An image synthesizer" (SIGGRAPH 1985), with hashed lattice values.
    """
    coarse = min(size, NOISE_SIZE)
    position = atlas_space(coarse).position
    total, share, result = 0.0, 1.0, np.zeros((coarse, coarse), np.float32)
    for octave in range(octaves):
        result += share * _value_noise(position / (scale / 2**octave), seed * 31 + octave)
        total += share
        share *= 0.55
    result /= total
    if size > coarse:
        result = resize_atlas(result[..., None], size)[..., 0]
    return result


def _value_noise(position: NDArray[np.float32], seed: int) -> NDArray[np.float32]:
    cell = np.floor(position).astype(np.int64)
    fraction = smoothstep((position - cell).astype(np.float32))
    result = np.zeros(position.shape[:-1], np.float32)
    for corner in np.ndindex(2, 2, 2):
        weight = np.prod(np.where(corner, fraction, 1 - fraction), axis=-1)
        result += weight * _hashed(cell + np.array(corner), seed)
    return result


def _hashed(cell: NDArray[np.int64], seed: int) -> NDArray[np.float32]:
    """Hashed values 0..1 of integer lattice points (..., 3)."""
    value = (cell * _PRIMES).sum(axis=-1) + seed * 2654435761
    value = (value ^ (value >> 13)) * 1274126177 & 0xFFFFFFFF
    value = (value ^ (value >> 16)) * 2246822519 & 0xFFFFFFFF
    return ((value ^ (value >> 15)) & 0xFFFF).astype(np.float32) / 0xFFFF


def spots(
    size: int, density: NDArray[np.floating], radii: Array, strengths: Array, seed: int, softness: float = 0.45
) -> NDArray[np.float32]:
    """(size, size) 0..1: round spots whose centers are drawn where ``density`` (any size, on the atlas) is high.

    Args:
        radii: (N,) meters; strengths: (N,) 0..1. The same places at every size.
        softness: width of the rim by the radius.
    """
    space = atlas_space(size)
    places = _scattered(density, len(radii), seed)
    result = np.zeros((size, size), np.float32)
    texel = np.sqrt(space.area)
    for (chart, row, column), radius, strength in zip(places, radii, strengths, strict=True):
        _splat(result, space, chart, (row * size, column * size), (radius, strength, softness), texel)
    return result


def _scattered(density: NDArray[np.floating], count: int, seed: int) -> list[tuple[Chart, float, float]]:
    """Charts and positions (fractions of the atlas's rows and columns), always the same for a seed."""
    size = density.shape[0]
    weight = np.cumsum((density * atlas_space(size).area).ravel(), dtype=np.float64)
    rng = np.random.default_rng([seed, 11])
    if weight[-1] <= 0:
        return []
    chosen = np.searchsorted(weight, rng.random(count) * weight[-1])
    jitter = rng.random((count, 2))
    owner = _chart_of(size).ravel()[np.minimum(chosen, size * size - 1)]
    rows, columns = np.divmod(chosen, size)
    charts = list(CHARTS.values())
    return [
        (charts[owner[i]], (rows[i] + jitter[i, 0]) / size, (columns[i] + jitter[i, 1]) / size) for i in range(count)
    ]


@functools.lru_cache(maxsize=4)
def _chart_of(size: int) -> NDArray[np.int8]:
    owner = np.zeros((size, size), np.int8)
    for index, chart in enumerate(CHARTS.values()):
        owner[chart.pixels(size)] = index
    return owner


def _splat(
    image: NDArray[np.float32],
    space: AtlasSpace,
    chart: Chart,
    place: tuple[float, float],
    spot: tuple[float, float, float],
    texel: NDArray[np.float32],
) -> None:
    """Draws one spot into its chart; around a tube it wraps."""
    radius, strength, softness = spot
    rows, columns = chart.pixels(space.size)
    row, column = min(int(place[0]), rows.stop - 1), min(int(place[1]), columns.stop - 1)
    # A spot smaller than a texel is that texel, fainter.
    step = float(texel[row, column])
    drawn = max(radius, 0.6 * step)
    strength *= min(1.0, (radius / drawn) ** 2)
    reach = int(np.clip(np.ceil(1.6 * drawn / max(step, 1e-6)), 1, 40))
    r = np.arange(max(row - reach, rows.start), min(row + reach + 1, rows.stop))
    c = np.arange(column - reach, column + reach + 1)
    if chart.kind == "tube":
        c = columns.start + (c - columns.start) % (columns.stop - columns.start)
    else:
        c = c[(c >= columns.start) & (c < columns.stop)]
    window = np.ix_(r, c)
    distance = np.linalg.norm(space.position[window] - space.position[row, column], axis=-1)
    value = strength * np.clip((drawn - distance) / (softness * drawn) + 0.5, 0, 1)
    image[window] = np.maximum(image[window], value)


@dataclass(frozen=True)
class Placement:
    """Where a picture or a line lies: chart, place in it (x across from its left border, y down, 0..1), size in meters
    across, and rotation in degrees, counter-clockwise."""

    chart: str
    x: float
    y: float
    size: float
    rotation: float


def local_coordinates(size: int, placement: Placement) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """``(xy, near)``: for each texel its place (S, S, 2) in the tangent plane of the placement's center, in units of
    its size (x to the right as seen from outside, y up), and whether it is on that side of the body and near."""
    space = atlas_space(size)
    chart = CHARTS[placement.chart]
    rows, columns = chart.pixels(size)
    row = rows.start + int(np.clip(placement.y, 0, 0.9999) * (rows.stop - rows.start))
    column = columns.start + int(np.clip(placement.x, 0, 0.9999) * (columns.stop - columns.start))
    normal = space.normal[row, column]
    up = unit(space.step_v[row, column] - (space.step_v[row, column] @ normal) * normal)
    right = np.cross(up, normal)
    angle = np.radians(placement.rotation)
    axis_x, axis_y = np.cos(angle) * right + np.sin(angle) * up, np.cos(angle) * up - np.sin(angle) * right
    offset = space.position - space.position[row, column]
    xy = np.stack([offset @ axis_x, offset @ axis_y], axis=-1) / placement.size
    side = np.clip((space.normal @ normal - 0.1) / 0.3, 0, 1)
    depth = np.clip(2 - np.abs(offset @ normal) / (0.6 * placement.size), 0, 1)
    return xy.astype(np.float32), (side * depth).astype(np.float32)


def height_to_slope(size: int, height: NDArray[np.floating]) -> NDArray[np.float32]:
    """(S, S, 2) what a relief (S, S) in meters adds to x and y of the atlas's tangent-space normals."""
    space = atlas_space(size)
    slope = np.zeros((size, size, 2), np.float32)
    for chart in CHARTS.values():
        rows, columns = chart.pixels(size)
        block = height[rows, columns]
        along_u = (
            (np.roll(block, -1, 1) - np.roll(block, 1, 1)) / 2 if chart.kind == "tube" else np.gradient(block, axis=1)
        )
        slope[rows, columns, 0] = -along_u
        slope[rows, columns, 1] = np.gradient(block, axis=0)
    step = np.stack([np.linalg.norm(space.step_u, axis=-1), np.linalg.norm(space.step_v, axis=-1)], axis=-1)
    return (slope / np.maximum(step, 1e-5)).astype(np.float32)
