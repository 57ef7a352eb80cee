"""What is sewn onto cloth and lies on it: pockets, plackets, buttons, lapels, laces, and bands along borders.

Each is a grid whose points are tied to places of the garment's surface on the reference body, so it fits every shape.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from ml_core.geometry.garments.entry import Band, BowTie, Buttons, Cloth, Cut, Height, Laces, Lapels, Patch, Tie, Trim
from ml_core.geometry.garments.helpers import ARM, Helpers, placed_on
from ml_core.geometry.garments.levels import v_half
from ml_core.geometry.garments.surfaces.quads import Faces, Topology, normals
from ml_core.geometry.garments.surfaces.sparse import Array, Index, LinearMap, stacked

_STEP = 0.018
"""Meters between points of a patch."""
_EVEN_ROUNDS = 16
_SUNK = -0.0008
"""Height of a patch's rim, so that no gap shows under it."""


@dataclass(frozen=True)
class Base:
    """A garment's surface on the reference body: points (V, 3) and its fields."""

    points: Array
    topology: Topology
    arm: Array
    leg: Array


@dataclass(frozen=True)
class Sewn:
    """A part that lies on a surface: ``height`` (N,) meters over the places ``of_surface``; ``uv`` (T, 2) meters.

    ``aligned``: its fabric begins where its UVs do.
    """

    of_surface: LinearMap
    height: Array
    faces: Faces
    corners: Faces
    uv: Array
    cloth: Cloth | None
    aligned: bool = False

    def points(self, surface: Array, up: Array) -> Array:
        """(N, 3) over a surface (V, 3) with unit normals (V, 3)."""
        out = self.of_surface(up)
        out = out / np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-9)
        return np.asarray(self.of_surface(surface) + self.height[:, None] * out)


def sewn(helpers: Helpers, trim: Trim, cut: Cut, base: Base, thickness: float) -> list[Sewn]:
    """The parts of a trim that lies on the cloth; none for one that stands off it."""
    if isinstance(trim, Band):
        return [_band(base, loop, trim, thickness) for loop in borders(base, trim.border)]
    if isinstance(trim, Patch):
        return [
            _on(base, grid, trim.lift, trim.cloth, trim.side, trim.one_edge) for grid in _patch_grids(helpers, trim)
        ]
    if isinstance(trim, Buttons):
        return [_on(base, grid, trim.lift, trim.cloth, "front", framed=True) for grid in _button_grids(helpers, trim)]
    if isinstance(trim, Lapels):
        return [_on(base, grid, 0.005, trim.cloth, "front") for grid in _lapel_grids(helpers, trim, cut)]
    if isinstance(trim, Laces):
        return [_on(base, grid, lift, cloth, "above") for grid, lift, cloth in _lace_grids(helpers, base, trim)]
    return []


def borders(base: Base, name: str) -> list[Index]:
    """The borders of a surface that have a name: loops of vertices."""
    loops = base.topology.loops
    middle = np.array([base.points[loop].mean(axis=0) for loop in loops])
    arm = np.array([base.arm[loop].mean() > ARM for loop in loops])
    leg = np.array([base.leg[loop].mean() > 0.5 and abs(x) > 0.05 for loop, x in zip(loops, middle[:, 0], strict=True)])
    trunk = np.flatnonzero(~arm & ~leg)
    if name == "cuffs":
        chosen = np.flatnonzero(arm)
    elif name == "ankles":
        chosen = np.flatnonzero(leg)
    else:
        chosen = trunk[[np.argmin(middle[trunk, 2])]] if name == "hem" else trunk[[np.argmax(middle[trunk, 2])]]
    return [loops[n] for n in chosen]


def _band(base: Base, loop: Index, band: Band, thickness: float) -> Sewn:
    """A closed strip over the border: from inside over the edge, along the cloth and into it."""
    up = normals(base.points, base.topology.faces)
    inward = inwards(base.points, base.topology, loop, up)
    line = even_line(base.points[loop])
    every = LinearMap(np.arange(len(loop)), loop, np.ones(len(loop)))
    maps, heights, distances = [every, every], [-thickness, band.lift], [-thickness, 0.0]
    steps = max(1, round(band.width / 0.02))
    for n in range(1, steps + 1):
        along = band.width * n / steps
        maps.append(placed_on(line + along * inward, base.points, base.topology.faces))
        heights.append(band.lift)
        distances.append(along)
    maps.append(maps[-1])
    maps[-1] = placed_on(line + (band.width + band.lift) * inward, base.points, base.topology.faces)
    heights.append(_SUNK)
    distances.append(band.width + band.lift)
    size = len(loop)
    length = np.linalg.norm(np.diff(np.concatenate([line, line[:1]]), axis=0), axis=1)
    u = np.concatenate([[0], np.cumsum(length)])
    uv = np.stack(np.broadcast_arrays(u[None], np.array(distances)[:, None]), axis=-1).reshape(-1, 2)
    _, faces = strip(len(maps), size, True)
    corners = strip(len(maps), size + 1, False)[1]
    part = Sewn(stacked(maps), np.repeat(heights, size), faces, corners, uv, band.cloth)
    return outwards(part, base.points, up)


def even_line(line: Array) -> Array:
    """(N, 3) the points of a closed line, evened out."""
    for _ in range(_EVEN_ROUNDS):
        line = 0.5 * line + 0.25 * (np.roll(line, 1, axis=0) + np.roll(line, -1, axis=0))
    return line


def inwards(points: Array, topology: Topology, loop: Index, up: Array) -> Array:
    """(N, 3) unit vectors along a surface from a border into it, evened out."""
    way = topology.around(points)[loop] - points[loop]
    for _ in range(_EVEN_ROUNDS):
        way = way - (way * up[loop]).sum(axis=1, keepdims=True) * up[loop]
        way = way / np.maximum(np.linalg.norm(way, axis=1, keepdims=True), 1e-9)
        way = 0.5 * way + 0.25 * (np.roll(way, 1, axis=0) + np.roll(way, -1, axis=0))
    return np.asarray(way / np.maximum(np.linalg.norm(way, axis=1, keepdims=True), 1e-9))


def strip(rows: int, columns: int, closed: bool) -> tuple[Index, Faces]:
    """Quads of a grid of rows and columns, whose columns may close."""
    index = np.arange(rows * columns).reshape(rows, columns)
    following = np.roll(index, -1, axis=1) if closed else index[:, 1:]
    here = index if closed else index[:, :-1]
    quads = np.stack([here[:-1], here[1:], following[1:], following[:-1]], axis=-1)
    return index, quads.reshape(-1, 4)


def outwards(part: Sewn, points: Array, up: Array) -> Sewn:
    """The part with faces that look away from the surface."""
    places = part.points(points, up)
    corner = places[part.faces]
    cross = np.cross(corner[:, 2] - corner[:, 0], corner[:, 3] - corner[:, 1])
    if (cross * part.of_surface(up)[part.faces].mean(axis=1)).sum() >= 0:
        return part
    return replace(part, faces=part.faces[:, ::-1], corners=part.corners[:, ::-1])


def _on(
    base: Base, grid: Array, lift: float, cloth: Cloth | None, side: str, one_edge: bool = False, framed: bool = False
) -> Sewn:
    """A grid (M, N, 2) in the plane that a side is seen in, raised over the surface, with a rim down to it.

    With ``one_edge`` it comes down evenly from its first column to its last one; a ``framed`` one already has its rim.
    """
    axes, axis, sign = {"front": ((0, 2), 1, -1), "back": ((0, 2), 1, 1), "above": ((0, 1), 2, 1)}[side]
    grid = grid if framed else _rimmed(grid, 0.7 * lift)
    wanted = np.zeros((*grid.shape[:2], 3))
    wanted[..., list(axes)] = grid
    up = normals(base.points, base.topology.faces)
    facing = sign * up[base.topology.faces][:, :, axis].mean(axis=1) > 0.15
    if side != "above":
        facing &= base.arm[base.topology.faces].mean(axis=1) < ARM
    maps = placed_on(wanted.reshape(-1, 3), base.points, base.topology.faces[facing], axis)
    rows, columns = grid.shape[:2]
    height = np.full((rows, columns), lift)
    if one_edge:
        height = lift + (_SUNK - lift) * np.broadcast_to(np.linspace(0, 1, columns), (rows, columns))
    height[[0, -1]] = height[:, [0, -1]] = _SUNK
    faces = strip(rows, columns, False)[1]
    places = maps(base.points).reshape(rows, columns, 3)
    u = np.pad(np.cumsum(np.linalg.norm(np.diff(places, axis=1), axis=2).mean(axis=0)), (1, 0))
    v = np.pad(np.cumsum(np.linalg.norm(np.diff(places, axis=0), axis=2).mean(axis=1)), (1, 0))
    uv = np.stack(np.meshgrid(u, v), axis=-1).reshape(-1, 2)
    return outwards(Sewn(maps, height.ravel(), faces, faces, uv, cloth), base.points, up)


def _rimmed(grid: Array, width: float) -> Array:
    """A grid (M, N, 2) with one more ring around it, ``width`` further out."""
    for axis in (0, 1):
        first, last = grid.take([0], axis), grid.take([-1], axis)
        before, after = first - grid.take([1], axis), last - grid.take([-2], axis)
        before, after = (way / np.maximum(np.linalg.norm(way, axis=2, keepdims=True), 1e-9) for way in (before, after))
        grid = np.concatenate([first + width * before, grid, last + width * after], axis=axis)
    return grid


def _patch_grids(helpers: Helpers, patch: Patch) -> Iterator[Array]:
    corner = np.array([(x, helpers.z(height)) for x, height in patch.corners])
    yield _bilinear(corner)
    if patch.both:
        yield _bilinear(corner * np.array([-1.0, 1.0]))


def _bilinear(corner: Array) -> Array:
    """A grid (M, N, 2) over a quadrilateral (4, 2)."""
    sides = [max(np.linalg.norm(corner[a] - corner[b]), np.linalg.norm(corner[c] - corner[d]))
             for a, b, c, d in ((0, 1, 3, 2), (0, 3, 1, 2))]  # fmt: skip
    columns, rows = (int(np.clip(np.ceil(side / _STEP), 1, 40)) + 1 for side in sides)
    u, v = np.meshgrid(np.linspace(0, 1, columns), np.linspace(0, 1, rows))
    u, v = u[..., None], v[..., None]
    return np.asarray(
        (1 - u) * (1 - v) * corner[0] + u * (1 - v) * corner[1] + u * v * corner[2] + (1 - u) * v * corner[3]
    )


def _button_grids(helpers: Helpers, buttons: Buttons) -> Iterator[Array]:
    side = np.array([-1, -0.86, -0.4, 0, 0.4, 0.86, 1])
    x, y = np.meshgrid(side, side)
    ring = np.maximum(np.abs(x), np.abs(y))  # rings of the square become rings of the disc
    disc = np.stack([x, y], axis=-1) / np.maximum(np.hypot(x, y), 1e-9)[..., None] * ring[..., None] * buttons.radius
    for z in np.linspace(helpers.z(buttons.top), helpers.z(buttons.bottom), buttons.count):
        yield disc + np.array([buttons.x, z])
        if buttons.both:
            yield disc + np.array([-buttons.x, z])


def _lapel_grids(helpers: Helpers, lapels: Lapels, cut: Cut) -> Iterator[Array]:
    """Grids of the lapels, from the point of the V up to the notch, tapered as tailors cut them."""
    low = helpers.z(cut.v_neck or Height("chest"))
    high = helpers.heights["collar_bone"] + 0.035 - lapels.notch
    share = np.linspace(0, 1, 12)
    z = low + 0.004 + (high - low) * share
    edge = np.maximum(v_half(helpers, cut, z), 0.001) - 0.004
    width = lapels.width * np.interp(share, (0, 0.25, 0.9, 1), (0.06, 0.45, 1.0, 0.93))
    rows = []
    for at, start, wide, part in zip(z, edge, width, share, strict=True):
        across = np.linspace(0, 1, 5)
        rows.append(np.stack([start + wide * across, at + 0.028 * across * part], axis=1))
    grid = np.array(rows)
    yield grid
    yield grid * [-1, 1]


def _lace_grids(helpers: Helpers, base: Base, laces: Laces) -> Iterator[tuple[Array, float, Cloth | None]]:
    """A tongue on the instep and laces across it, on both feet."""
    ankle, toe = (helpers.joints[f"left{name}"] for name in ("Foot", "Toes"))
    middle = (ankle[0] + toe[0]) / 2
    back, front = ankle[1] - 0.062, toe[1] - 0.008
    for mirror in (1, -1):
        for share in np.linspace(0.05, 0.95, laces.count):
            y = back + (front - back) * share
            half = 0.021 - 0.004 * share
            x = np.linspace(-half, half, 6)
            strip = np.stack([np.stack([middle + x, y + way + 0 * x], axis=1) for way in (-0.0028, 0.0028)])
            yield strip * [mirror, 1], 0.0035, laces.cloth


def tied(helpers: Helpers, form: Tie | BowTie, base: Base) -> list[Sewn]:
    """A tie or a bow on the front of the upper body."""
    throat = helpers.heights["collar_bone"] + 0.03
    if isinstance(form, BowTie):
        lobe = np.array([[0.004, -0.3], [1, -1], [1, 1], [0.004, 0.3]]) * [form.width, form.height] + np.array(
            [0, throat]
        )
        knot = np.array([[-1.0, -1], [1, -1], [1, 1], [-1, 1]]) * [0.009, 0.011] + np.array([0, throat])
        grids = [(_bilinear(lobe), 0.010), (_bilinear(lobe * np.array([-1.0, 1.0])), 0.010), (_bilinear(knot), 0.014)]
    else:
        end = helpers.z(form.end)
        z = np.append(np.linspace(throat - 0.016, end + 0.035, 22), end)
        half = np.interp(z, (end, end + 0.035, throat - 0.016), (0.002, form.width, 0.013))
        blade = np.stack([half[:, None] * np.linspace(-1, 1, 5), np.broadcast_to(z[:, None], (len(z), 5))], axis=-1)
        knot = np.array([[-0.011, -0.02], [0.011, -0.02], [0.019, 0.014], [-0.019, 0.014]]) + np.array([0, throat])
        grids = [(blade, 0.005), (_bilinear(knot), 0.015)]
    return [_on(base, grid, lift, None, "front") for grid, lift in grids]
