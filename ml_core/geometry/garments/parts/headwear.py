"""Glasses and hats: built around each person's eyes and skull, and fixed to the head."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ml_core.geometry.body.rig import BONE_NAMES
from ml_core.geometry.garments.entry import Cloth, Glasses, Headwear, Piece
from ml_core.geometry.garments.garment import Garment, Part, joined
from ml_core.geometry.garments.helpers import Helpers, nearest_of
from ml_core.geometry.garments.surfaces.packing import packed
from ml_core.geometry.garments.surfaces.quads import Faces
from ml_core.geometry.garments.surfaces.sparse import Array, Index, LinearMap

_DOME = 18
"""Quads along each side of the square that a crown is a map of."""
_NARROW, _OUTERMOST = 110.0, 24.0
"""How much of the skull around a direction keeps a hat out, and how much more what stands out does."""
_RIM_POINTS = 32
_EAR_ROOT = np.array([0.0765, -0.052, 0.757])
"""Where the arms of glasses lie on the ears of the reference body."""


@dataclass(frozen=True)
class _Mesh:
    """Points (V, 3), faces, corners and UVs (T, 2) in meters of a part, and what it is made of."""

    points: Array
    faces: Faces
    corners: Faces
    uv: Array
    cloth: Cloth


@dataclass(frozen=True)
class _Head:
    """A person's head: its skin (N, 3), which vertices those are, the skull without ears (M, 3), and the eyes."""

    skin: Array
    index: Index
    skull: Array
    eyes: tuple[Array, Array]
    ears: tuple[Array, Array]


def worn_on_head(helpers: Helpers, piece: Piece, rows: Array) -> Garment:
    """Glasses or a hat for a person's rows (R, 3)."""
    head = _head(helpers, rows)
    if isinstance(piece.form, Glasses):
        meshes = _glasses(head, piece.form, piece.cloth)
    elif isinstance(piece.form, Headwear):
        meshes = _hat(head, piece.form, piece.cloth)
    else:
        raise TypeError(f"{piece.name}: is not worn on the head")
    placed, meters = packed([mesh.uv for mesh in meshes])
    weights = np.zeros((1, len(BONE_NAMES)), np.float32)
    weights[0, BONE_NAMES.index("head")] = 1
    parts = []
    for mesh, uv in zip(meshes, placed, strict=True):
        count = len(mesh.points)
        near = head.index[nearest_of(mesh.points, head.skin)]
        parts.append(Part(
            mesh.points, mesh.faces, mesh.corners, uv, np.repeat(weights, count, axis=0),
            LinearMap(np.arange(count), near, np.ones(count)), mesh.cloth, np.zeros(len(mesh.faces), bool),
        ))  # fmt: skip
    return joined(piece, parts, 0, meters)


def _head(helpers: Helpers, rows: Array) -> _Head:
    data, base = helpers.data, helpers.base
    skin = data.used("skin")
    index = skin[helpers.weights[skin, BONE_NAMES.index("head")] > 0.5]
    rest = base[index]
    ear = (np.abs(rest[:, 0]) > 0.0705) & (rest[:, 2] > 0.66) & (rest[:, 2] < 0.78) & (rest[:, 1] > -0.08)
    joint = {name: rows[data.vertex_count + n] for n, name in enumerate(data.joints) if name in ("l-eye", "r-eye")}
    roots = [index[nearest_of((_EAR_ROOT * np.array([mirror, 1.0, 1.0]))[None], rest)[0]] for mirror in (1, -1)]
    points = rows[index]
    return _Head(points, index, points[~ear], (joint["l-eye"], joint["r-eye"]), (rows[roots[0]], rows[roots[1]]))


def tube(path: Array, first: Array, second: Array, closed: bool, cloth: Cloth) -> _Mesh:
    """A bar along a path (N, 3), of which ``first`` and ``second`` (N, 3) are half the sides."""
    ring = np.stack(
        [path + first + second, path - first + second, path - first - second, path + first - second], axis=1
    )
    count = len(path)
    index = np.arange(4 * count).reshape(count, 4)
    ahead = np.roll(index, -1, axis=0) if closed else index[1:]
    here = index if closed else index[:-1]
    quads = np.stack([here, np.roll(here, -1, axis=1), np.roll(ahead, -1, axis=1), ahead], axis=-1).reshape(-1, 4)
    grid = np.arange(5 * (count + closed)).reshape(-1, 5)
    corners = np.stack([grid[:-1, :-1], grid[:-1, 1:], grid[1:, 1:], grid[1:, :-1]], axis=-1).reshape(-1, 4)
    around = np.pad(np.cumsum(np.linalg.norm(np.diff(ring[0][[0, 1, 2, 3, 0]], axis=0), axis=1)), (1, 0))
    line = np.concatenate([path, path[:1]]) if closed else path
    along = np.pad(np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1)), (1, 0))
    uv = np.stack(np.meshgrid(around, along), axis=-1).reshape(-1, 2)
    if not closed:
        cap = len(uv) + np.arange(4)
        uv = np.concatenate([uv, [[0, -0.002], [0.001, -0.002], [0.001, -0.001], [0, -0.001]]])
        quads = np.concatenate([quads, [index[0, ::-1], index[-1]]])
        corners = np.concatenate([corners, [cap[::-1], cap]])
    flat = ring.reshape(-1, 3)
    return _outward(_Mesh(flat, quads, corners, uv, cloth), path.mean(axis=0) if closed else None, flat, index)


def _outward(mesh: _Mesh, middle: Array | None, flat: Array, index: Faces) -> _Mesh:
    """A bar whose faces look away from its path."""
    face = mesh.faces[0]
    corner = flat[face]
    cross = np.cross(corner[2] - corner[0], corner[3] - corner[1])
    if cross @ (corner.mean(axis=0) - flat[index[:2]].reshape(-1, 3).mean(axis=0)) >= 0:
        return mesh
    return _Mesh(mesh.points, mesh.faces[:, ::-1], mesh.corners[:, ::-1], mesh.uv, mesh.cloth)


def _glasses(head: _Head, form: Glasses, cloth: Cloth) -> list[_Mesh]:
    """Two rims, a bridge and two arms, with lenses if they are tinted."""
    apart = np.abs(head.eyes[0][0] - head.eyes[1][0])
    size = float(np.clip(apart / 0.062, 0.75, 1.25))
    width, height = form.width * size / 2, form.height * size / 2
    aside = max(apart / 2, width + 0.008 * size)
    z = (head.eyes[0][2] + head.eyes[1][2]) / 2 - 0.003
    mid = (head.eyes[0][0] + head.eyes[1][0]) / 2
    skin = head.skin
    near = (np.abs(np.abs(skin[:, 0] - mid) - aside) < width) & (np.abs(skin[:, 2] - z) < height)
    y = float(skin[near, 1].min()) - 0.005
    nose = skin[(np.abs(skin[:, 0] - mid) < 0.006) & (np.abs(skin[:, 2] - z - 0.35 * height) < 0.006), 1].min() - 0.003
    turn = np.linspace(0, 2 * np.pi, _RIM_POINTS, endpoint=False)
    power = 2 / form.corner
    round_x, round_z = (np.sign(way) * np.abs(way) ** power for way in (np.cos(turn), np.sin(turn)))
    meshes = []
    for mirror, ear in zip((1, -1), head.ears, strict=True):
        wrap = 0.10 * width * np.clip(round_x, -1, 1) ** 2 * (round_x > 0)
        outline = np.stack([
            mid + mirror * (aside + width * round_x), y + wrap, z + height * round_z * (1 - 0.06 * round_x)
        ], axis=1)  # fmt: skip
        radial = outline - outline.mean(axis=0)
        radial[:, 1] = 0
        radial = radial / np.linalg.norm(radial, axis=1, keepdims=True)
        meshes.append(tube(outline, form.rim * radial, np.tile([0, 1.3 * form.rim, 0], (len(turn), 1)), True, cloth))
        if form.lens is not None:
            meshes.append(_lens(outline, form.lens))
        hinge = np.array([mid + mirror * (aside + 1.02 * width), y + 0.004, z + 0.45 * height])
        meshes.append(_arm(skin, hinge, ear, mirror, form.rim, cloth))
    x = np.linspace(-1, 1, 7)
    ends = aside - width * 0.98
    bridge = np.stack(
        [mid + ends * x, np.interp(np.abs(x), (0, 1), (min(nose, y), y)), z + height * (0.42 + 0.1 * (1 - x**2))],
        axis=1,
    )
    meshes.append(
        tube(bridge, np.tile([0, 0, 1.2 * form.rim], (7, 1)), np.tile([0, form.rim, 0], (7, 1)), False, cloth)
    )
    return meshes


def _arm(skin: Array, hinge: Array, ear: Array, mirror: int, rim: float, cloth: Cloth) -> _Mesh:
    """An arm from the hinge along the temple over the ear, and down behind it."""
    share = np.linspace(0, 1, 9)[:, None]
    over = ear + np.array([0.0015 * mirror, 0, 0.002])
    path = hinge * (1 - share) + over * share
    for point in path[1:]:
        near = (np.abs(skin[:, 1:] - point[1:]) < 0.011).all(axis=1) & (skin[:, 0] * mirror > 0)
        if near.any() and point[1] < ear[1] - 0.004:
            point[0] = mirror * max(point[0] * mirror, float((skin[near, 0] * mirror).max()) + 0.0025)
    behind = over + np.array([-0.002 * mirror, 0.014, -0.006])
    path = np.concatenate([path, [behind, behind + np.array([-0.002 * mirror, 0.012, -0.022])]])
    flat = np.tile([0.8 * rim * mirror, 0, 0], (len(path), 1))
    return tube(path, flat, np.tile([0, 0.3 * rim, 1.2 * rim], (len(path), 1)), False, cloth)


def _lens(outline: Array, cloth: Cloth) -> _Mesh:
    """A sheet within an outline (N, 3), N a multiple of 4, as a square grid's map."""
    side = len(outline) // 4
    start = np.roll(outline, side // 2, axis=0)
    u = np.linspace(0, 1, side + 1)
    low, high = start[: side + 1], start[2 * side : 3 * side + 1][::-1]
    right, left = start[side : 2 * side + 1], np.concatenate([start[3 * side :], start[:1]])[::-1]
    a, b = u[None, :, None], u[:, None, None]
    grid = (1 - b) * low + b * high + (1 - a) * left[:, None] + a * right[:, None]
    grid -= (1 - a) * (1 - b) * low[0] + a * (1 - b) * low[-1] + (1 - a) * b * high[0] + a * b * high[-1]
    faces = _quads(side + 1)
    flat = grid.reshape(-1, 3)
    corner = flat[faces]
    if np.cross(corner[:, 2] - corner[:, 0], corner[:, 3] - corner[:, 1])[:, 1].sum() > 0:
        faces = faces[:, ::-1]
    return _Mesh(flat, faces, faces, flat[:, [0, 2]] - flat[:, [0, 2]].min(axis=0), cloth)


def _quads(side: int) -> Faces:
    index = np.arange(side * side).reshape(side, side)
    return np.stack([index[:-1, :-1], index[:-1, 1:], index[1:, 1:], index[1:, :-1]], axis=-1).reshape(-1, 4)


@dataclass(frozen=True)
class _Skull:
    """Directions around a head: azimuth 0 to the front, elevation from the horizontal."""

    points: Array
    middle: Array

    def reach(self, azimuth: Array, elevation: Array, ease: float) -> Array:
        """(N, 3) points at ``ease`` meters from the skull in directions, evened over what lies near them."""
        way = np.stack([
            np.sin(azimuth) * np.cos(elevation), -np.cos(azimuth) * np.cos(elevation), np.sin(elevation)
        ], axis=1)  # fmt: skip
        out = self.points - self.middle
        length = np.linalg.norm(out, axis=1)
        cosine = way @ (out / length[:, None]).T
        weight = np.exp(_NARROW * (cosine - 1)) * (length / length.mean())[None] ** _OUTERMOST
        radius = (weight * length).sum(axis=1) / weight.sum(axis=1)
        return np.asarray(self.middle + way * (radius + ease)[:, None])


def _hat(head: _Head, form: Headwear, cloth: Cloth) -> list[_Mesh]:
    """A crown, and what goes around it."""
    skull_points = head.skull
    eye = (head.eyes[0] + head.eyes[1]) / 2
    size = float(np.ptp(skull_points[:, 2])) / 0.227
    upper = skull_points[skull_points[:, 2] > eye[2]]
    middle = (upper.max(axis=0) + upper.min(axis=0)) / 2
    middle[2] = eye[2] + 0.012 * size
    skull = _Skull(skull_points, middle)
    side = np.linspace(-1, 1, _DOME + 1)
    x, y = np.meshgrid(side, side)
    disc = np.stack([x * np.sqrt(1 - y**2 / 2), y * np.sqrt(1 - x**2 / 2)], axis=-1).reshape(-1, 2)
    edge = _perimeter(_DOME + 1)
    azimuth, away = np.arctan2(disc[:, 0], -disc[:, 1]), np.minimum(np.linalg.norm(disc, axis=1), 1)
    low = _edge(azimuth, form, middle, eye, size)
    points = skull.reach(azimuth, np.pi / 2 - away * (np.pi / 2 - low), form.ease)
    points = _crowned(points, away, points[edge][:, 2], form, size)
    faces = _quads(_DOME + 1)
    corner = points[faces]
    cross = np.cross(corner[:, 2] - corner[:, 0], corner[:, 3] - corner[:, 1])
    if (cross * (corner.mean(axis=1) - middle)).sum() < 0:
        faces = faces[:, ::-1]
    meshes = [_Mesh(points, faces, faces, disc * 0.17 * size, cloth)]
    rim = points[edge]
    out = rim - middle
    out[:, 2] = 0
    out = out / np.linalg.norm(out, axis=1, keepdims=True)
    up = np.array([0.0, 0.0, 1.0])
    if form.cuff:
        rings = [rim - 0.002 * out, rim + 0.004 * out - 0.002 * up]
        for share in (0.35, 0.7, 1.0):
            level = low[edge] + share * form.cuff * size / 0.1
            rings.append(skull.reach(azimuth[edge], level, form.ease + 0.007))
        rings.append(skull.reach(azimuth[edge], low[edge] + form.cuff * size / 0.1, form.ease + 0.001))
        meshes.append(_rings(rings, cloth, middle))
    else:
        meshes.append(_rings([rim, rim - 0.0025 * out, rim - 0.003 * out + 0.012 * up], cloth, middle, inside=True))
    if form.brim:
        curl = 0.012 * np.abs(np.sin(azimuth[edge]))[:, None] * up
        wide = form.brim * size
        tops = [rim + out * wide * s + up * (0.004 - 0.010 * s) + curl * s**2 for s in (-0.03, 0.35, 0.7, 1.0)]
        meshes.append(_rings([*tops, tops[-1] - 0.003 * up, tops[0] - 0.004 * up], cloth, middle, level=True))
    if form.ribbon is not None:
        rings = [rim + 0.0005 * out, rim + 0.003 * out + 0.003 * up, rim + 0.003 * out + 0.026 * size * up,
                 rim + 0.026 * size * up - 0.002 * out]  # fmt: skip
        meshes.append(_rings(rings, form.ribbon, middle))
    if form.visor:
        meshes.append(_visor(rim, out, azimuth[edge], form.visor * size, cloth))
    return meshes


def _edge(azimuth: Array, form: Headwear, middle: Array, eye: Array, size: float) -> Array:
    """(N,) elevation of a hat's edge around the head."""
    front = np.cos(azimuth) * 0.5 + 0.5
    height = (form.back + (form.front - form.back) * front**0.8) * size + eye[2] - middle[2]
    return np.arctan2(height, 0.1 * size)


def _crowned(points: Array, away: Array, edge: Array, form: Headwear, size: float) -> Array:
    """A crown made higher, with straighter walls, and dented on top."""
    points = points.copy()
    base = float(edge.mean())
    high = points[:, 2].max() - base
    share = np.clip((points[:, 2] - base) / high, 0, 1)
    middle = (points[:, :2].max(axis=0) + points[:, :2].min(axis=0)) / 2
    if form.flat:
        way = points[:, :2] - middle
        radius = np.linalg.norm(way, axis=1)
        wall = np.clip(away / 0.55, 0, 1)  # the outer part of the map becomes the wall, the rest its top
        widest = np.ptp(points[:, :2], axis=0) / 2 * 0.93
        rounded = (
            widest[0]
            * widest[1]
            / np.maximum(np.hypot(widest[1] * way[:, 0], widest[0] * way[:, 1]) / np.maximum(radius, 1e-6), 1e-6)
        )
        rounded = np.where(radius < 1e-6, 0, rounded) * wall * (1 - 0.10 * share * (away > 0.55))
        points[:, :2] = (
            middle
            + way
            / np.maximum(radius, 1e-6)[:, None]
            * ((1 - form.flat) * radius + form.flat * np.maximum(rounded, radius * (away > 0.8)))[:, None]
        )
        top = np.interp(away, (0, 0.55, 1.0), (1.0, 0.97, 0.0))
        points[:, 2] = (
            base + high * ((1 - form.flat) * share + form.flat * top) + np.where(away > 0.99, points[:, 2] - base, 0)
        )
        share = np.clip((points[:, 2] - base) / high, 0, 1)
    points[:, 2] += form.crown * size * share
    across = (points[:, 0] - middle[0]) / 0.03
    points[:, 2] -= form.pinch * size * np.exp(-(across**2)) * np.clip((0.6 - away) / 0.3, 0, 1)
    return points


def _perimeter(side: int) -> Index:
    """The vertices around a square grid, once each, in order."""
    index = np.arange(side * side).reshape(side, side)
    return np.concatenate([index[0, :-1], index[:-1, -1], index[-1, :0:-1], index[:0:-1, 0]])


def _rings(rings: Sequence[Array], cloth: Cloth, middle: Array, inside: bool = False, level: bool = False) -> _Mesh:
    """Closed rings (N, 3) joined by quads, which look away from the middle, or up where it is level."""
    count = len(rings[0])
    points = np.array(rings)
    index = np.arange(len(rings) * count).reshape(len(rings), count)
    ahead = np.roll(index, -1, axis=1)
    faces = np.stack([index[:-1], ahead[:-1], ahead[1:], index[1:]], axis=-1).reshape(-1, 4)
    grid = np.arange(len(rings) * (count + 1)).reshape(len(rings), count + 1)
    corners = np.stack([grid[:-1, :-1], grid[:-1, 1:], grid[1:, 1:], grid[1:, :-1]], axis=-1).reshape(-1, 4)
    closed = np.concatenate([points[0], points[0, :1]])
    u = np.pad(np.cumsum(np.linalg.norm(np.diff(closed, axis=0), axis=1)), (1, 0))
    v = np.pad(np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=2).mean(axis=1)), (1, 0))
    uv = np.stack(np.meshgrid(u, v), axis=-1).reshape(-1, 2)
    flat = points.reshape(-1, 3)
    row = faces[count : 2 * count] if len(rings) > 2 else faces
    if inside or level:
        row = faces[:count]
    corner = flat[row]
    cross = np.cross(corner[:, 2] - corner[:, 0], corner[:, 3] - corner[:, 1])
    way = np.array([0.0, 0.0, 1.0]) if level else corner.mean(axis=1) - middle
    if inside:
        way = np.array([0.0, 0.0, -1.0])
    if (cross * way).sum() < 0:
        faces, corners = faces[:, ::-1], corners[:, ::-1]
    return _Mesh(flat, faces, corners, uv, cloth)


def _visor(rim: Array, out: Array, azimuth: Array, wide: float, cloth: Cloth) -> _Mesh:
    """A visor in front: a sheet with thickness from the edge forward, rounded and bent down at its sides."""
    order = np.argsort(azimuth)
    order = order[np.abs(azimuth[order]) < np.radians(68)]
    at = azimuth[order]
    share = np.sqrt(np.clip(1 - (at / np.radians(70)) ** 2, 0, 1)) ** 1.2
    forward = np.array([0.0, -1.0, 0.0])
    way = 0.25 * out[order] + 0.75 * forward
    drop = np.array([0.0, 0.0, -1.0])
    bend = (np.abs(at) / np.radians(68))[:, None] ** 2
    tops = []
    for s in (-0.05, 0.3, 0.65, 1.0):
        tops.append(rim[order] + way * wide * s * share[:, None] + drop * (0.002 + 0.018 * s + 0.008 * bend * abs(s)))
    rows = np.array([*tops, tops[-1] + 0.0035 * drop, tops[1] + 0.004 * drop, tops[0] + 0.004 * drop])
    count = len(order)
    index = np.arange(rows.shape[0] * count).reshape(-1, count)
    faces = np.stack([index[:-1, :-1], index[:-1, 1:], index[1:, 1:], index[1:, :-1]], axis=-1).reshape(-1, 4)
    flat = rows.reshape(-1, 3)
    corner = flat[faces[: count - 1]]
    if np.cross(corner[:, 2] - corner[:, 0], corner[:, 3] - corner[:, 1])[:, 2].sum() < 0:
        faces = faces[:, ::-1]
    u = np.pad(np.cumsum(np.linalg.norm(np.diff(tops[0], axis=0), axis=1)), (1, 0))
    v = np.pad(np.cumsum(np.linalg.norm(np.diff(rows, axis=0), axis=2).mean(axis=1)), (1, 0))
    return _Mesh(flat, faces, faces, np.stack(np.meshgrid(u, v), axis=-1).reshape(-1, 2), cloth)
