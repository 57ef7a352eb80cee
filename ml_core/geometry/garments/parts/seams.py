"""Seams and hems: strips with two rows of stitches along borders, down the sides, and at given paths."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ml_core.geometry.fabrics.registry import FABRICS
from ml_core.geometry.garments.entry import Seam
from ml_core.geometry.garments.helpers import ARM, Helpers, placed_on
from ml_core.geometry.garments.parts.sewn import Base, Sewn, borders, even_line, inwards, outwards, strip
from ml_core.geometry.garments.surfaces.quads import normals
from ml_core.geometry.garments.surfaces.sparse import Array, Index, LinearMap, stacked

_STEP = 0.02
"""Meters between the points of a seam."""
_FROM_BORDER = 0.012
"""Meters from a garment's ends to where seams down its sides begin."""
_PLANES = {"front": ((0, 2), 1, -1), "back": ((0, 2), 1, 1), "left": ((1, 2), 0, 1), "right": ((1, 2), 0, -1)}
"""Of each side from which strips are seen: the axes of its plane, the axis across, and the direction to the viewer."""


def seams(helpers: Helpers, seam: Seam, base: Base) -> list[Sewn]:
    """The strips of a seam on a garment's surface."""
    width = FABRICS[seam.cloth.fabric].tile
    if seam.along == "sides":
        lines = list(_down_the_sides(base, helpers.heights["chest"] + 0.08))
    elif seam.along:
        return [_along_border(base, loop, seam, width) for loop in borders(base, seam.along)]
    else:
        path = np.array([(x, helpers.z(height)) for x, height in seam.path])
        lines = [(seam.side, path)]
        if seam.both:
            lines.append((seam.side, path * [-1.0, 1.0]))
    return [_projected(base, side, _even(line), seam, width) for side, line in lines]


def _along_border(base: Base, loop: Index, seam: Seam, width: float) -> Sewn:
    up = normals(base.points, base.topology.faces)
    inward = inwards(base.points, base.topology, loop, up)
    line = even_line(base.points[loop])
    maps = [
        placed_on(line + (seam.inset + way * width) * inward, base.points, base.topology.faces) for way in (-0.5, 0.5)
    ]
    u = np.pad(np.cumsum(np.linalg.norm(np.diff(np.concatenate([line, line[:1]]), axis=0), axis=1)), (1, 0))
    return _sewn_on(base, maps, u, True, seam, width)


def _projected(base: Base, side: str, line: Array, seam: Seam, width: float) -> Sewn:
    """A strip along a line (N, 2) in the plane that a side is seen in."""
    axes, axis, sign = _PLANES[side]
    up = normals(base.points, base.topology.faces)
    corner = base.topology.faces
    facing = (sign * up[corner][:, :, axis].mean(axis=1) > 0.15) & (base.arm[corner].mean(axis=1) < ARM)
    if axis == 0:  # not the inner side of the other leg
        facing &= sign * base.points[corner][:, :, axis].mean(axis=1) > 0
    way = np.gradient(line, axis=0)
    across = np.stack([-way[:, 1], way[:, 0]], axis=1) / np.maximum(np.linalg.norm(way, axis=1, keepdims=True), 1e-9)
    maps = []
    for share in (-0.5, 0.5):
        wanted = np.zeros((len(line), 3))
        wanted[:, list(axes)] = line + share * width * across
        wanted[:, axis] = base.points[:, axis].mean()
        maps.append(placed_on(wanted, base.points, base.topology.faces[facing], axis))
    places = (maps[0](base.points) + maps[1](base.points)) / 2
    u = np.pad(np.cumsum(np.linalg.norm(np.diff(places, axis=0), axis=1)), (1, 0))
    return _sewn_on(base, maps, u, False, seam, width)


def _sewn_on(base: Base, maps: list[LinearMap], u: Array, closed: bool, seam: Seam, width: float) -> Sewn:
    """The strip between two rows of places (N), whose fabric runs along ``u`` (N, or N + 1 where it closes)."""
    columns = len(maps[0])
    faces = strip(2, columns, closed)[1]
    corners = strip(2, len(u), False)[1]
    uv = np.stack(np.broadcast_arrays(u[None], np.array([0.0, width])[:, None]), axis=-1).reshape(-1, 2)
    part = Sewn(stacked(maps), np.full(2 * columns, seam.lift), faces, corners, uv, seam.cloth, True)
    return outwards(part, base.points, normals(base.points, base.topology.faces))


def _down_the_sides(base: Base, top: float) -> Iterator[tuple[str, Array]]:
    """Lines (N, 2) of y and z where a garment is widest, from its lower end up to its waist or the arms."""
    own = base.points[base.arm < ARM]
    top = min(top, float(own[:, 2].max()) - _FROM_BORDER)
    for side, mirror in (("left", 1), ("right", -1)):
        points = own[own[:, 0] * mirror > 0]
        heights = np.arange(points[:, 2].min() + _FROM_BORDER, top, _STEP)
        y = np.zeros(len(heights))
        for n, height in enumerate(heights):
            near = points[np.abs(points[:, 2] - height) < _STEP]
            outer = near[np.argsort(-near[:, 0] * mirror)[:4]] if len(near) else points[:1]
            y[n] = outer[:, 1].mean()
        for _ in range(12):
            y[1:-1] = 0.5 * y[1:-1] + 0.25 * (y[:-2] + y[2:])
        yield side, np.stack([y, heights], axis=1)


def _even(line: Array) -> Array:
    """(N, 2) the same line with points at even steps."""
    along = np.pad(np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1)), (1, 0))
    wanted = np.union1d(np.linspace(0, along[-1], max(2, round(along[-1] / _STEP) + 1)), along[1:-1])
    return np.stack([np.interp(wanted, along, line[:, axis]) for axis in (0, 1)], axis=1)
