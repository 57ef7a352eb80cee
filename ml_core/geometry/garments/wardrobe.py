"""Garments cut once and fitted to any person of the built-in body."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ml_core.errors import InputError
from ml_core.geometry.body.body_file import BodyData
from ml_core.geometry.body.rig import BONE_NAMES, dense_weights, is_arm, joints_of, limited
from ml_core.geometry.garments.drape import draped, even_borders, hemmed
from ml_core.geometry.garments.pieces import BY_NAME, Piece
from ml_core.geometry.garments.sparse import Array, LinearMap
from ml_core.geometry.garments.surface import Faces, Topology, cut, normals, subdivided

GAP = 0.005
"""Metres between one layer of cloth and the next; more than a hem is thick, so that it does not reach through."""
COVERED = {"top": 0.02, "bottom": 0.018, "outer": 0.025, "shoes": 0.016}
"""Metres from a garment's edge inwards from which on the skin under it is never seen."""
_UNDER = 0.05
"""Metres from the tights up to which something lies under the garments that are cut from them."""
_ARM, _LEG = 0.4, 0.5
_SKIRT_ROUNDS = 12


@dataclass(frozen=True)
class Garment:
    """A garment on one person.

    Attributes:
        points: (V, 3) metres, in the stance that the person's rows were in.
        faces, corners: (F, 4) indices of ``points`` and of ``uv`` (T, 2). weights: (V, 55) by bone.
        shell: how many vertices are of the cloth itself; those after them are of the folds of hems.
        hidden: (F,) faces that nobody sees under the garments over this one.
    """

    piece: Piece
    points: Array
    faces: Faces
    corners: Faces
    uv: Array
    weights: NDArray[np.float32]
    shell: int
    hidden: NDArray[np.bool_]


@dataclass(frozen=True)
class Helper:
    """A clothing helper after one step of subdivision: the map from the body's vertices, and fields of the reference.

    ``weights`` are (V, 55) by bone, ``arm`` and ``leg`` (V,) shares of them; ``along_arm`` and ``along_leg`` run
    0, 1, 2 over the joints.
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


@dataclass(frozen=True)
class _Pattern:
    """A garment cut out: maps from the helper's vertices, and its level there (negative inside)."""

    of_helper: LinearMap
    topology: Topology
    corners: Faces
    uv: Array
    level: Array
    weights: Array


class Wardrobe:
    """Cuts garments out of the helpers of a body file and fits them; every cut is made once."""

    def __init__(self, data: BodyData) -> None:
        self.data = data
        self._weights = dense_weights(data)
        self._joints = joints_of(data, np.asarray(data.base, np.float64))
        self._patterns: dict[str, _Pattern] = {}
        self._helpers: dict[str, Helper] = {}
        self._nearest: dict[str, tuple[NDArray[np.int64], Array]] = {}

    def dressed(self, rows: Array, names: Sequence[str]) -> list[Garment]:
        """Garments on a person's rows (R, 3), which must be in the sculpted stance; inner layers first.

        Raises:
            InputError: a garment is not known, or is asked for twice.
        """
        unknown = sorted(set(names) - set(BY_NAME))
        if unknown or len(set(names)) < len(names):
            what = f"{', '.join(unknown)} not known" if unknown else "one is named twice"
            raise InputError(f"garments: {what}; known are {', '.join(BY_NAME)}")
        pieces = sorted((BY_NAME[name] for name in names), key=lambda piece: piece.layer)
        heights: dict[str, Array] = {}
        shells: list[tuple[str, Array, Faces]] = []
        garments = []
        for piece in pieces:
            points, pattern = self._fitted(piece, np.asarray(rows, np.float64), heights, shells)
            shells.append((piece.mesh, points, pattern.topology.faces))
            outer = [other for other in pieces if other.layer > piece.layer]
            garments.append(self._made(piece, points, pattern, outer))
        return garments

    def covered(self, names: Sequence[str]) -> NDArray[np.bool_]:
        """(F,) faces of the skin that nobody sees under these garments."""
        hidden = np.zeros(self.data.vertex_count, bool)
        arm = self._weights[:, [n for n, bone in enumerate(BONE_NAMES) if is_arm(bone)]].sum(axis=1)
        for name in names:
            points = self.data.base[: self.data.vertex_count]
            hidden |= self._under(BY_NAME[name], points, arm, *self._nearest_tights("skin"))
        return np.asarray(hidden[self.data.faces["skin"]].all(axis=1))

    def _under(self, outer: Piece, points: Array, arm: Array, nearest: NDArray[np.int64], away: Array) -> Array:
        """(N,) whether points of the reference body lie deep under a garment, by the tights' vertex next to each."""
        if outer.mesh == "tights":
            return np.asarray((self._level(outer)[nearest] < -COVERED[outer.kind]) & (away < _UNDER))
        if outer.cut.top is None or outer.cut.hem is None:
            return np.zeros(len(points), bool)
        top, hem = (self._heights[height.at] + height.above for height in (outer.cut.top, outer.cut.hem))
        return np.asarray((arm < 0.2) & (points[:, 2] < top - 0.02) & (points[:, 2] > hem + 0.12))

    def helper(self, name: str) -> Helper:
        """A clothing helper, subdivided once."""
        if name not in self._helpers:
            self._helpers[name] = self._subdivided(name)
        return self._helpers[name]

    def _subdivided(self, name: str) -> Helper:
        faces, corners = self.data.faces[name], self.data.corners[name]
        used, used_uv = np.unique(faces), np.unique(corners)
        points_of, new_faces = subdivided(np.searchsorted(used, faces), len(used))
        uv_of, new_corners = subdivided(np.searchsorted(used_uv, corners), len(used_uv), smooth=False)
        picked = LinearMap(np.arange(len(used)), used, np.ones(len(used)))
        points_of = points_of.after(picked)
        rest = points_of(np.asarray(self.data.base[: self.data.vertex_count], np.float64))
        weights = points_of(self._weights)
        if name == "skirt":
            weights = self._skirt_weights(rest, new_faces)
        arm = weights[:, [n for n, bone in enumerate(BONE_NAMES) if is_arm(bone)]].sum(axis=1)
        leg = weights[:, [n for n, bone in enumerate(BONE_NAMES) if bone.endswith(("Leg", "Foot", "Toes"))]].sum(axis=1)
        return Helper(
            points_of, new_faces, new_corners, uv_of(self.data.uv[used_uv].astype(np.float64)), rest,
            normals(rest, new_faces), weights, arm, leg,
            self._along(rest, "UpperArm", "LowerArm", "Hand"), self._along(rest, "UpperLeg", "LowerLeg", "Foot"),
        )  # fmt: skip

    def _skirt_weights(self, rest: Array, faces: Faces) -> Array:
        """(V, 55) weights of a skirt that follows the thighs under it, evened out between them."""
        tights = self.helper("tights")
        legs = tights.arm < _ARM
        weights = tights.weights[legs][nearest_of(rest, tights.rest[legs])]
        topology = Topology.of(faces, len(rest))
        for _ in range(_SKIRT_ROUNDS):
            weights = 0.5 * weights + 0.5 * topology.around(weights)
        return weights

    def _along(self, points: Array, first: str, second: str, third: str) -> Array:
        """(V,) 0 at the first joint of the limb on a point's side, 1 at the second and 2 at the third."""
        result = np.zeros(len(points))
        for side, mirror in (("left", 1), ("right", -1)):
            own = points[:, 0] * mirror >= 0
            a, b, c = (self._joints[side + name] for name in (first, second, third))
            upper = (points[own] - a) @ (b - a) / ((b - a) @ (b - a))
            lower = (points[own] - b) @ (c - b) / ((c - b) @ (c - b))
            result[own] = np.where((upper > 0.98) & (lower > 0), 1 + lower, np.minimum(upper, 1))
        return result

    @cached_property
    def _heights(self) -> dict[str, float]:
        joints, rest = self._joints, self.helper("tights").rest
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

    def _level(self, piece: Piece) -> Array:
        """(V,) about metres to the edge of a garment on its helper; negative inside."""
        helper, at, rule = self.helper(piece.mesh), self._heights, piece.cut
        x, y, z = np.abs(helper.rest[:, 0]), helper.rest[:, 1], helper.rest[:, 2]
        arms, trunk = helper.arm > _ARM, helper.arm <= _ARM
        parts = []
        if rule.hem is not None:
            parts.append(np.where(arms, -1.0, at[rule.hem.at] + rule.hem.above - z))
        if rule.top is not None:
            parts.append(np.where(arms, 1.0, z - at[rule.top.at] - rule.top.above))
        if rule.sleeve is not None:
            parts.append(np.where(helper.arm > 0.25, (helper.along_arm - rule.sleeve) * 0.25, -1.0))
        if rule.arm_hole is not None:
            shoulder = self._joints["leftUpperArm"]
            edge = shoulder[0] - rule.arm_hole + 0.8 * np.maximum(0, shoulder[2] - 0.07 - z)
            parts.append(np.where(arms, np.maximum(x - edge, 0.01), x - edge))
        if rule.leg is not None:
            parts.append((helper.along_leg - rule.leg) * 0.4)
        if rule.boot is not None:
            parts.append(np.where(helper.leg > _LEG, (rule.boot - helper.along_leg) * 0.4, 1.0))
        if rule.neck_front is not None and rule.neck_back is not None:
            front, back = (at[height.at] + height.above for height in (rule.neck_front, rule.neck_back))
            slope = front + (back - front) * np.clip((y + 0.10) / 0.15, 0, 1)
            around = (x < 0.13) & trunk & (z > at["chest"])
            parts.append(np.where(around, np.minimum(z - slope, rule.neck_width - x), -1.0))
        if rule.opening is not None:
            in_front = (helper.up[:, 1] < -0.2) & (x < 0.1)
            parts.append(np.where(in_front, rule.opening - x, -1.0))
        return np.asarray(np.maximum.reduce(parts))

    def _pattern(self, piece: Piece) -> _Pattern:
        if piece.name not in self._patterns:
            helper, level = self.helper(piece.mesh), self._level(piece)
            of_points, of_uv, faces, corners = cut(level, helper.faces, helper.corners, len(helper.uv))
            used, used_uv = np.unique(faces), np.unique(corners)
            of_used = of_points.chosen(used)
            self._patterns[piece.name] = _Pattern(
                of_used, Topology.of(np.searchsorted(used, faces), len(used)), np.searchsorted(used_uv, corners),
                of_uv.chosen(used_uv)(helper.uv), of_used(level), of_used(helper.weights),
            )  # fmt: skip
        return self._patterns[piece.name]

    def _fitted(
        self, piece: Piece, rows: Array, heights: dict[str, Array], shells: list[tuple[str, Array, Faces]]
    ) -> tuple[Array, _Pattern]:
        """Points of a garment over a person and over the garments already worn, whose heights over each helper grow."""
        helper, pattern, fall = self.helper(piece.mesh), self._pattern(piece), piece.fall
        whole = helper.points_of(rows[: self.data.vertex_count])
        under = pattern.of_helper(whole)
        arm, along_arm = (pattern.of_helper(field) for field in (helper.arm, helper.along_arm))
        leg, along_leg = (pattern.of_helper(field) for field in (helper.leg, helper.along_leg))
        z = pattern.of_helper(helper.rest)[:, 2]
        low = fall.least + fall.cuff * _step(along_arm, 0.1, piece.cut.sleeve or 1) * (arm > _ARM)
        low = low + fall.leg * _step(along_leg, 0.2, piece.cut.leg or 1) * (leg > _LEG)
        low = low + fall.hem * _step(-z, -self._heights["waist"] - 0.05, -self._heights["crotch"]) * (arm < _ARM)
        high = np.where(arm > _ARM, fall.arms, fall.most)
        high = high - (high - 0.008) * _step(
            z, self._heights["collar_bone"] - 0.05, self._heights["collar_bone"] + 0.03
        ) * (arm < _ARM)
        if piece.mesh in heights:
            low = np.maximum(low, pattern.of_helper(heights[piece.mesh]) + GAP)
        high = np.maximum(high, low)
        points = draped(under, pattern.topology, low, high, fall.rounds)
        if fall.straight:
            points = self._straight_legs(points, pattern, rows, along_leg, leg)
        if fall.sole:
            points = _with_sole(points, fall.sole)
        points = _lifted(even_borders(points, pattern.topology), under, pattern.topology, low)
        points = _pushed_out(points, pattern.topology, [shell for shell in shells if shell[0] != piece.mesh])
        self._raise(heights, piece, pattern, points, under)
        return points, pattern

    def _raise(self, heights: dict[str, Array], piece: Piece, pattern: _Pattern, points: Array, under: Array) -> None:
        """Note how high a garment lies over its helper, for those that are worn over it."""
        helper = self.helper(piece.mesh)
        height = ((points - under) * normals(under, pattern.topology.faces)).sum(axis=1)
        noted = heights.setdefault(piece.mesh, np.full(len(helper.rest), -GAP))
        spread = np.full(len(helper.rest), -GAP)
        entry = np.repeat(np.arange(len(pattern.of_helper)), pattern.of_helper.counts())
        np.maximum.at(spread, pattern.of_helper.index, height[entry])
        np.maximum(noted, spread, out=noted)

    def _straight_legs(self, points: Array, pattern: _Pattern, rows: Array, along: Array, leg: Array) -> Array:
        """Legs of trousers hang from the thigh: below the knee no closer to the bone than cloth that falls straight."""
        joints = joints_of(self.data, rows)
        points = points.copy()
        for side, mirror in (("left", 1), ("right", -1)):
            own = np.flatnonzero((points[:, 0] * mirror > 0) & (along > 0.15) & (leg > _LEG))
            hip, knee, ankle = (joints[side + name] for name in ("UpperLeg", "LowerLeg", "Foot"))
            t = along[own][:, None]
            axis = np.where(t < 1, hip + (knee - hip) * t, knee + (ankle - knee) * (t - 1))
            up = (hip - ankle) / np.linalg.norm(hip - ankle)
            away = points[own] - axis
            rise = away @ up
            away -= rise[:, None] * up
            radius = np.linalg.norm(away, axis=1)
            around = np.arctan2(away[:, 0] * mirror, -away[:, 1])
            near = np.abs(along[own] - 0.8) < 0.12
            if near.sum() < 8:
                continue
            order = np.argsort(around[near])
            wanted = np.interp(around, around[near][order], radius[near][order], period=2 * np.pi)
            wanted = wanted * (1 - 0.22 * _step(along[own], 0.8, 1.9))
            share = _step(along[own], 0.55, 1.0)
            grown = np.maximum(radius, wanted * share + radius * (1 - share))
            points[own] = axis + rise[:, None] * up + away * (grown / np.maximum(radius, 1e-6))[:, None]
        for _ in range(3):
            points = 0.5 * points + 0.5 * pattern.topology.mean(points)
        return points

    def _made(self, piece: Piece, points: Array, pattern: _Pattern, outer: Sequence[Piece]) -> Garment:
        whole = hemmed(points, pattern.topology, pattern.corners, pattern.uv, piece.thickness, piece.fold)
        helper = self.helper(piece.mesh)
        under = np.zeros(len(helper.rest), bool)
        for other in outer:
            under |= self._under(other, helper.rest, helper.arm, *self._nearest_tights(piece.mesh))
        hidden = pattern.of_helper(under.astype(np.float64))[whole.source] > 0.99
        return Garment(
            piece, whole.points, whole.faces, whole.corners, whole.uv, limited(pattern.weights[whole.source]),
            len(points), hidden[whole.faces].all(axis=1),
        )  # fmt: skip

    def _nearest_tights(self, what: str) -> tuple[NDArray[np.int64], Array]:
        """(N,) the vertex of the tights nearest to each of the skin or of a helper on the reference, and how far."""
        if what not in self._nearest:
            rest = self.helper("tights").rest
            points = self.data.base[: self.data.vertex_count] if what == "skin" else self.helper(what).rest
            nearest = nearest_of(points, rest)
            self._nearest[what] = nearest, np.linalg.norm(points - rest[nearest], axis=1)
        return self._nearest[what]


def _step(value: Array, low: float, high: float) -> Array:
    """0 up to ``low``, 1 from ``high`` on, smooth in between."""
    share = np.clip((value - low) / (high - low), 0, 1)
    return np.asarray(share * share * (3 - 2 * share))


def nearest_of(points: Array, among: Array) -> NDArray[np.int64]:
    """(N,) the index of the nearest of ``among`` to each point, by products of matrices in parts."""
    middle = among.mean(axis=0)
    rest, asked = (among - middle).astype(np.float32), (points - middle).astype(np.float32)
    lengths = (rest**2).sum(axis=1)
    parts = np.array_split(asked, max(1, len(asked) // 512))
    return np.concatenate([np.argmin(lengths - 2 * part @ rest.T, axis=1) for part in parts])


def _lifted(points: Array, under: Array, topology: Topology, low: Array) -> Array:
    """Cloth that came closer than ``low`` when its borders were made even goes back out, and its neighbours with it."""
    up = normals(under, topology.faces)
    for _ in range(2):
        lack = np.maximum(low - ((points - under) * up).sum(axis=1), 0)
        points = points + np.maximum(lack, 0.8 * topology.around(lack))[:, None] * up
    return points


def _with_sole(points: Array, thickness: float) -> Array:
    """Shoes with a flat sole under what is lowest of each foot."""
    points = points.copy()
    for mirror in (1, -1):
        own = np.flatnonzero(points[:, 0] * mirror > 0)
        ground = points[own, 2].min()
        low = points[own, 2] < ground + 0.012
        points[own[low], 2] = ground - thickness + 0.25 * (points[own[low], 2] - ground)
    return points


def _pushed_out(points: Array, topology: Topology, shells: list[tuple[str, Array, Faces]]) -> Array:
    """Cloth moved out of garments that are cut from another helper, by :data:`GAP` and more."""
    for _, inner, inner_faces in shells:
        up = normals(inner, inner_faces)
        for _ in range(2):
            nearest = nearest_of(points, inner)
            away = points - inner[nearest]
            push = np.where(np.linalg.norm(away, axis=1) < 0.06, GAP - (away * up[nearest]).sum(axis=1), 0)
            push = np.maximum(push, 0)
            push = np.maximum(push, topology.around(push))
            points = points + push[:, None] * up[nearest]
    return points
