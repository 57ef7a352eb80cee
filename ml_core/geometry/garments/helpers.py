"""The meshes that garments are cut from, on the reference body: MakeHuman's helpers, subdivided, and a robe.

The robe is the upper part of the tights with a tube below it instead of legs, for dresses and coats.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.body.body_file import BodyData
from ml_core.geometry.body.rig import BONE_NAMES, dense_weights, is_arm, joints_of
from ml_core.geometry.garments.entry import Height
from ml_core.geometry.garments.surfaces.quads import Faces, Topology, cut, normals, subdivided
from ml_core.geometry.garments.surfaces.sparse import Array, Index, LinearMap, stacked

ARM, LEG = 0.4, 0.5
"""Shares of weights from which on a vertex belongs to an arm or a leg."""
_HIPS = 0.05
"""Meters above the crotch from which on a skirt lies on the body."""
_AROUND = 0.35
"""Meters from the legs up to which a skirt hangs on the reference body."""
_EVEN_ROUNDS = 9
_HIP_ROUNDS, _ROBE_ROUNDS = 160, 60
_ROBE_ROWS = 26
_ROBE_TOP = 0.075
"""Meters above the crotch where the robe leaves the body."""


_SEATED_GAP = {"front": 0.002, "back": 0.01}
"""Meters over a thigh's tights, and under them, to which cloth of a tube on the reference body comes when somebody
sits; garments hang further out than the tube that they are cut from, and heavy thighs are thicker behind."""
_FREE_BELOW = 0.06
"""Meters below the crotch from which on a tube is laid on thighs; jackets end above that."""
_LAID = {"front": 0.3, "back": 0.5}
"""Most of a thigh's weight that cloth in front gives to the hips, and cloth behind to the lower leg."""


@dataclass(frozen=True)
class Helper:
    """A clothing helper after one step of subdivision: the map from the body's vertices, and fields of the reference.

    ``weights`` are (V, 55) by bone, ``arm`` and ``leg`` (V,) shares of them; ``along_arm`` and ``along_leg`` run
    0, 1, 2 over the joints. ``tube``: (V,) whether a vertex hangs free around both legs. ``twin``: (V,) the vertex of
    the tights at the same place, or -1. ``meters``: meters of a unit of the UVs. ``inland``: (V,)
    meters to the nearest border of the helper itself.
    """

    points_of: LinearMap
    faces: Faces
    corners: Faces
    uv: Array
    rest: Array
    up: Array
    weights: Array
    arm: Array
    leg: Array
    along_arm: Array
    along_leg: Array
    tube: NDArray[np.bool_]
    twin: Index
    meters: float
    inland: Array


class Helpers:
    """The helpers of a body file, each made when it is first asked for."""

    def __init__(self, data: BodyData) -> None:
        self.data = data
        self.weights = dense_weights(data)
        self.joints = joints_of(data, np.asarray(data.base, np.float64))
        self._made: dict[str, Helper] = {}

    def __getitem__(self, name: str) -> Helper:
        if name not in self._made:
            self._made[name] = self._robe() if name == "robe" else self._subdivided(name)
        return self._made[name]

    @cached_property
    def base(self) -> Array:
        """(V, 3) the vertices of the reference body."""
        return np.asarray(self.data.base[: self.data.vertex_count], np.float64)

    @cached_property
    def heights(self) -> dict[str, float]:
        """The heights of :data:`ml_core.geometry.garments.entry.HEIGHTS`, meters."""
        joints, rest = self.joints, self["tights"].rest
        middle = np.abs(rest[:, 0]) < 0.004
        return {
            "sole": float(rest[:, 2].min()),
            "ankle": float(joints["leftFoot"][2]),
            "knee": float(joints["leftLowerLeg"][2]),
            "crotch": float(rest[middle, 2].min()),
            "hips": float(joints["hips"][2]),
            "waist": float(joints["chest"][2]),
            "chest": float(joints["upperChest"][2]),
            "collar_bone": float(joints["leftShoulder"][2]),
            "neck": float(joints["neck"][2]),
        }

    def z(self, height: Height) -> float:
        """A height of the reference body in meters."""
        return self.heights[height.at] + height.above

    def _subdivided(self, name: str) -> Helper:
        faces, corners = self.data.faces[name], self.data.corners[name]
        used, used_uv = np.unique(faces), np.unique(corners)
        points_of, new_faces = subdivided(np.searchsorted(used, faces), len(used))
        uv_of, new_corners = subdivided(np.searchsorted(used_uv, corners), len(used_uv), smooth=False)
        points_of = points_of.after(LinearMap(np.arange(len(used)), used, np.ones(len(used))))
        rest = points_of(self.base)
        tube = np.full(len(rest), name == "skirt")
        if name == "skirt":
            weights = self._hanging(rest, new_faces, tube, None)
        else:
            crotch = float(rest[np.abs(rest[:, 0]) < 0.004, 2].min())
            weights = self._over_hips(points_of(self.weights), rest, new_faces, crotch, _HIP_ROUNDS)
        twin = np.full(len(rest), -1) if name == "skirt" else np.arange(len(rest))
        uv = uv_of(self.data.uv[used_uv].astype(np.float64))
        return self._helper(points_of, new_faces, new_corners, uv, weights, tube, twin)

    def _over_hips(self, weights: Array, rest: Array, faces: Faces, crotch: float, rounds: int) -> Array:
        """(V, 55) weights of cloth that change slowly from the trunk to the thighs.

        Where they change fast, cloth of several layers turns inside out in the fold of somebody who sits.
        """
        arm = weights[:, [n for n, bone in enumerate(BONE_NAMES) if is_arm(bone)]].sum(axis=1)
        z, waist = rest[:, 2], float(self.joints["chest"][2])
        share = np.clip((z - crotch + 0.12) / 0.1, 0, 1) * np.clip((waist + 0.05 - z) / 0.08, 0, 1) * (arm < 0.1)
        part = np.flatnonzero(share > 0)
        around, pull = Topology.of(faces, len(rest)).around.chosen(part), 0.5 * share[part, None]
        moving = np.flatnonzero(weights[part].any(axis=0))
        some = weights[:, moving]
        for _ in range(rounds):
            some[part] += pull * (around(some) - some[part])
        weights[:, moving] = some
        return weights

    def _helper(
        self,
        points_of: LinearMap,
        faces: Faces,
        corners: Faces,
        uv: Array,
        weights: Array,
        tube: NDArray[np.bool_],
        twin: Index,
    ) -> Helper:
        rest = points_of(self.base)
        edge = rest[np.concatenate(Topology.of(faces, len(rest)).loops)]
        arm = weights[:, [n for n, bone in enumerate(BONE_NAMES) if is_arm(bone)]].sum(axis=1)
        leg = weights[:, [n for n, bone in enumerate(BONE_NAMES) if bone.endswith(("Leg", "Foot", "Toes"))]].sum(axis=1)
        return Helper(
            points_of, faces, corners, uv, rest, normals(rest, faces), weights, arm, leg,
            self._along(rest, "UpperArm", "LowerArm", "Hand"), self._along(rest, "UpperLeg", "LowerLeg", "Foot"),
            tube, twin, meters_of_uv(rest, faces, uv, corners),
            np.linalg.norm(rest - edge[nearest_of(rest, edge)], axis=1),
        )  # fmt: skip

    def _robe(self) -> Helper:
        """The tights above the crotch, and from their edge a tube with as many columns down along the skirt helper."""
        tights = self["tights"]
        level = np.where(tights.arm > ARM, -1.0, self.heights["crotch"] + _ROBE_TOP - tights.rest[:, 2])
        of_points, of_uv, faces, corners = cut(level, tights.faces, tights.corners, len(tights.uv))
        used, used_uv = np.unique(faces), np.unique(corners)
        upper = of_points.chosen(used)
        faces, corners = np.searchsorted(used, faces), np.searchsorted(used_uv, corners)
        rest = upper(tights.rest)
        loop = min(Topology.of(faces, len(used)).loops, key=lambda walk: rest[walk, 2].mean())
        loop = np.roll(loop[::-1], -int(np.argmax(rest[loop[::-1], 1])))  # from the middle of the back
        tube, count, columns = self._tube(rest[loop]), len(used), len(loop)
        rows = np.concatenate([loop[None], count + np.arange(_ROBE_ROWS * columns).reshape(-1, columns)])
        quads = np.stack(
            [rows[:-1], rows[1:], np.roll(rows[1:], -1, axis=1), np.roll(rows[:-1], -1, axis=1)], axis=-1
        ).reshape(-1, 4)
        points_of = stacked([upper.after(tights.points_of), tube])
        rest = points_of(self.base)
        if (normals(rest, quads)[rows[5]] * (rest[rows[5]] - rest[rows[5]].mean(axis=0))).sum() < 0:
            quads = quads[:, ::-1]
        uv, grid = self._tube_uv(rest[rows], tights.meters, of_uv.chosen(used_uv)(tights.uv))
        quad_corners = np.stack([grid[:-1, :-1], grid[1:, :-1], grid[1:, 1:], grid[:-1, 1:]], axis=-1).reshape(-1, 4)
        if not np.array_equal(quads[0], [rows[0, 0], rows[1, 0], rows[1, 1], rows[0, 1]]):
            quad_corners = quad_corners[:, ::-1]
        whole = np.concatenate([faces, quads])
        hanging = np.arange(len(rest)) >= count
        weights = self._hanging(rest, whole, hanging, upper(tights.weights))
        weights = self._over_hips(weights, rest, whole, self.heights["crotch"], _ROBE_ROUNDS)
        twin = np.full(len(rest), -1)
        twin[:count] = used
        return self._helper(points_of, whole, np.concatenate([corners, quad_corners]), uv, weights, hanging, twin)

    def _tube(self, loop: Array) -> LinearMap:
        """The map to rows of a tube that begins under a loop (N, 3) and runs down on the skirt helper's surface."""
        skirt = self["skirt"]
        middle = loop.mean(axis=0)
        way = loop[:, :2] - middle[:2]
        angle = np.arctan2(way[:, 0], -way[:, 1])
        bottom = skirt.rest[:, 2].min() + 0.004
        even = np.unwrap(angle)
        even = np.linspace(even[0], even[0] + np.sign(even[-1] - even[0]) * 2 * np.pi, len(angle) + 1)[:-1]
        wanted = []
        for row, z in enumerate(np.linspace(loop[:, 2].mean(), bottom, _ROBE_ROWS + 1)[1:]):
            share = min(1.0, row / 8)  # columns that crowd on the body stand evenly further down
            turn = (1 - share) * np.unwrap(angle) + share * even
            near = np.abs(skirt.rest[:, 2] - z) < 0.04
            ring = skirt.rest[near]
            away = ring[:, :2] - middle[:2]
            at = np.arctan2(away[:, 0], -away[:, 1])
            order = np.argsort(at)
            radius = np.interp(turn, at[order], np.linalg.norm(away, axis=1)[order], period=2 * np.pi)
            wanted.append(np.stack([
                middle[0] + radius * np.sin(turn), middle[1] - radius * np.cos(turn), np.full(len(turn), z)
            ], axis=1))  # fmt: skip
        return placed_on(np.concatenate(wanted), skirt.rest, skirt.faces).after(skirt.points_of)

    @staticmethod
    def _tube_uv(rows: Array, meters: float, upper: Array) -> tuple[Array, Index]:
        """UVs of the upper part and under them those of a tube (K, N, 3), unrolled; and its corners (K, N + 1)."""
        closed = np.concatenate([rows, rows[:, :1]], axis=1)
        around = np.linalg.norm(np.diff(closed, axis=1), axis=2)
        along = np.concatenate([np.zeros((len(rows), 1)), np.cumsum(around, axis=1)], axis=1)
        down = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(rows, axis=0), axis=2).mean(axis=1))])
        u = (along - along[:, -1:] / 2) / meters + upper[:, 0].mean()
        v = np.broadcast_to(upper[:, 1].min() - (0.02 + down)[:, None] / meters, u.shape)
        uv = np.stack([u, v], axis=-1).reshape(-1, 2)
        return np.concatenate([upper, uv]), len(upper) + np.arange(len(uv)).reshape(u.shape)

    def _hanging(self, rest: Array, faces: Faces, tube: NDArray[np.bool_], known: Array | None) -> Array:
        """(V, 55) weights of cloth around both legs: those of the thighs under it, evened out between them."""
        tights = self["tights"]
        legs = tights.arm < ARM
        weights = np.zeros((len(rest), len(BONE_NAMES)))
        weights[tube] = tights.weights[legs][nearest_of(rest[tube], tights.rest[legs], _AROUND)]
        if known is not None:
            weights[~tube] = known
        around = Topology.of(faces, len(rest)).around.chosen(np.flatnonzero(tube))
        moving = np.flatnonzero(around(weights).any(axis=0))
        some = weights[:, moving]
        for _ in range(_EVEN_ROUNDS):
            some[tube] = 0.5 * some[tube] + 0.5 * around(some)
        weights[:, moving] = some
        if known is None:  # around the hips a skirt goes with the body as other cloth does, or it comes through it
            near = nearest_of(rest, tights.rest[legs], _AROUND)
            crotch = self.heights["crotch"]
            share = np.clip((rest[:, 2] - crotch) / _HIPS, 0, 1)[:, None]
            weights = share * tights.weights[legs][near] + (1 - share) * weights
        self._lay_on_thighs(weights, rest, tube)
        return weights

    def _lay_on_thighs(self, weights: Array, rest: Array, tube: NDArray[np.bool_]) -> None:
        """Changes weights (V, 55) of a tube so that it lies on the thighs of somebody who sits, and not around them.

        Cloth that goes with a thigh alone keeps its distance from it and opens as a bell does. With a thigh that is
        raised to the horizontal, cloth ``away`` in front of it that hangs ``below`` the hip is ``away`` over it, and
        ``below`` under it with the hips; cloth ``away`` behind it and ``above`` the knee is ``away`` under it, and
        ``above`` over it with a lower leg that stays vertical. The shares bring it to :data:`_SEATED_GAP`.
        """
        tights = self["tights"]
        hip, knee = (
            (self.joints[f"left{name}"] + self.joints[f"right{name}"])[1:] / 2 for name in ("UpperLeg", "LowerLeg")
        )
        points, thigh = rest[tube], tights.rest[(tights.leg > LEG) & (tights.rest[:, 2] < self.heights["crotch"])]
        z = points[:, 2]

        def behind(place: Array) -> Array:
            return np.asarray(place[:, 1] - np.interp(place[:, 2], [knee[1], hip[1]], [knee[0], hip[0]]))

        levels = np.linspace(knee[1], thigh[:, 2].max(), 12)
        rows = [behind(thigh[np.abs(thigh[:, 2] - level) < 0.03]) for level in levels]
        back, front = (np.interp(z, levels, [float(np.quantile(sign * row, 0.98)) for row in rows]) for sign in (1, -1))
        away = behind(points)
        above, below = np.maximum(z - knee[1], 0.0), np.maximum(hip[1] - z, 0.0)
        fade = np.clip((self.heights["crotch"] - _FREE_BELOW - z) / 0.08, 0, 1) * (z > knee[1] - 0.12)
        over, under = -away - front - _SEATED_GAP["front"], away - back - _SEATED_GAP["back"]
        laid = fade * np.clip(over / np.maximum(below - away, 0.01), 0, _LAID["front"])
        lifted = fade * np.clip(under / np.maximum(above + away, 0.01), 0, _LAID["back"])
        part = weights[tube]
        for side in ("left", "right"):
            upper, lower = (BONE_NAMES.index(side + name) for name in ("UpperLeg", "LowerLeg"))
            thighs = part[:, upper].copy()
            part[:, lower] += lifted * thighs
            part[:, BONE_NAMES.index("hips")] += laid * thighs
            part[:, upper] = (1 - laid - lifted) * thighs
        weights[tube] = part

    def _along(self, points: Array, first: str, second: str, third: str) -> Array:
        """(V,) 0 at the first joint of the limb on a point's side, 1 at the second and 2 at the third."""
        result = np.zeros(len(points))
        for side, mirror in (("left", 1), ("right", -1)):
            own = points[:, 0] * mirror >= 0
            a, b, c = (self.joints[side + name] for name in (first, second, third))
            upper = (points[own] - a) @ (b - a) / ((b - a) @ (b - a))
            lower = (points[own] - b) @ (c - b) / ((c - b) @ (c - b))
            result[own] = np.where((upper > 0.98) & (lower > 0), 1 + lower, np.minimum(upper, 1))
        return result


def meters_of_uv(points: Array, faces: Faces, uv: Array, corners: Faces) -> float:
    """Meters of a unit of UVs, the median over the faces."""
    area = np.linalg.norm(_crossed(points[faces]), axis=1)
    flat = np.abs(_crossed(np.pad(uv[corners], ((0, 0), (0, 0), (0, 1))))[:, 2])
    return float(np.median(np.sqrt(area / np.maximum(flat, 1e-12))))


def _crossed(corner: Array) -> Array:
    return np.asarray(np.cross(corner[:, 2] - corner[:, 0], corner[:, 3] - corner[:, 1]))


def nearest_of(points: Array, among: Array, within: float | None = None) -> Index:
    """(N,) the index of the nearest of ``among`` to each point, by products of matrices in parts.

    Args:
        within: meters up to which it must be right; what is further from everything gets any neighbor, in much less
            time, since only points of about the same height are compared.
    """
    middle = among.mean(axis=0)
    rest, queries = (among - middle).astype(np.float32), (points - middle).astype(np.float32)
    lengths = (rest**2).sum(axis=1)
    if within is None:
        parts = np.array_split(queries, max(1, len(queries) // 512))
        return np.concatenate([np.argmin(lengths - 2 * part @ rest.T, axis=1) for part in parts])
    up, order = np.argsort(rest[:, 2]), np.argsort(queries[:, 2])
    rest, lengths, sorted_heights = rest[up], lengths[up], rest[up, 2]
    result = np.zeros(len(queries), np.int64)
    for part in np.array_split(order, max(1, len(queries) // 256)):
        height = queries[part, 2]
        if not len(part):
            continue
        low = int(np.searchsorted(sorted_heights, height.min() - within))
        high = int(np.searchsorted(sorted_heights, height.max() + within))
        if low < high:
            result[part] = up[low + np.argmin(lengths[low:high] - 2 * queries[part] @ rest[low:high].T, axis=1)]
    return result


def placed_on(points: Array, surface: Array, faces: Faces, along: int | None = None) -> LinearMap:
    """The map from the vertices of a surface to the places on it that are nearest to points (N, 3).

    Args:
        along: the axis that the points are projected along; their own coordinate there does not count.
    """
    axes = [axis for axis in range(3) if axis != along]
    triangles = np.concatenate([faces[:, [0, 1, 2]], faces[:, [0, 2, 3]]])
    corner = surface[triangles][:, :, axes]
    middle, queries = corner.mean(axis=1), points[:, axes]
    tried = min(_TRIED, len(middle) - 1)
    lengths = (middle**2).sum(axis=1)
    parts = np.array_split(queries, max(1, len(queries) // 256))
    near = np.concatenate([np.argpartition(lengths - 2 * part @ middle.T, tried, axis=1)[:, :tried] for part in parts])
    a, b, c = (corner[near][:, :, n] for n in range(3))
    share = _shares(queries[:, None] - a, b - a, c - a)
    found = share[..., :1] * a + share[..., 1:2] * b + share[..., 2:] * c
    best = np.argmin(((found - queries[:, None]) ** 2).sum(axis=2), axis=1)
    every = np.arange(len(points))
    return LinearMap(every * 3, triangles[near[every, best]].ravel(), share[every, best].ravel())


_TRIED = 12


def _shares(point: Array, first: Array, second: Array) -> Array:
    """(..., 3) barycentric coordinates of points relative to a triangle's corner with two edges, clamped to it."""
    d00, d01, d11 = ((p * q).sum(axis=-1) for p, q in ((first, first), (first, second), (second, second)))
    d20, d21 = (point * first).sum(axis=-1), (point * second).sum(axis=-1)
    below = np.where(np.abs(d00 * d11 - d01 * d01) < 1e-18, 1.0, d00 * d11 - d01 * d01)
    v, w = (d11 * d20 - d01 * d21) / below, (d00 * d21 - d01 * d20) / below
    share = np.clip(np.stack([1 - v - w, v, w], axis=-1), 0, 1)
    return np.asarray(share / np.maximum(share.sum(axis=-1, keepdims=True), 1e-12))
