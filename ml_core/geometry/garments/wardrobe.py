"""Garments fitted to any person of the built-in body: draped over the body and over each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from ml_core.errors import InputError, Message
from ml_core.geometry.body.body_file import BodyData
from ml_core.geometry.body.rig import bones_of, joints_of, limited
from ml_core.geometry.easing import smoothstep
from ml_core.geometry.garments.draping.coverage import Coverage, hidden_faces
from ml_core.geometry.garments.draping.drape import draped, even_borders
from ml_core.geometry.garments.draping.falling import (
    GAP,
    SLEEVE,
    TROUSER_LEG,
    around_layers,
    flared,
    hung,
    lifted,
    out_of_collars,
    pushed_out,
    seat_spanned,
    straight_limbs,
)
from ml_core.geometry.garments.draping.hems import at_cut, lengthened, over_shoes, straightened
from ml_core.geometry.garments.draping.seated import seated_shape, under_cloth
from ml_core.geometry.garments.entry import Glasses, Headwear, Piece, Sole
from ml_core.geometry.garments.garment import Garment, Part, joined
from ml_core.geometry.garments.helpers import ARM, LEG, Helper, Helpers
from ml_core.geometry.garments.parts.collars import Standing, outside
from ml_core.geometry.garments.parts.footwear import shaped, sole
from ml_core.geometry.garments.parts.headwear import worn_on_head
from ml_core.geometry.garments.parts.sewn import Sewn
from ml_core.geometry.garments.patterns import Pattern, feet_of, pattern
from ml_core.geometry.garments.pieces import BY_NAME
from ml_core.geometry.garments.surfaces.quads import Faces, normals
from ml_core.geometry.garments.surfaces.sparse import Array, Index, LinearMap

_WAIST_BELOW = 0.03
"""Meters that the narrowest part of the trunk lies below the joint of the chest."""
_WAIST_REACH = (0.05, 0.14)
"""Meters above and below it up to which jackets are fitted by the whole, and from which on they are not."""
_BLOUSED = 0.05
"""Meters over a waistband down which cloth that is tucked into it comes in to the body."""
_CLOSEST, _CLOSE = 0.005, 0.008
"""Meters from the tights at which cloth lies on the neck and shoulders, and up to which it hangs there."""
_FLATTENED = 0.8
"""Share of its folds that cloth under other cloth loses."""
_CLOSE_UNDER = 0.002
"""Meters from what is under it at which cloth lies that garments cover: nobody sees it, and it would pad them."""
_SHOULDER, _ON_SHOULDER = (0.15, 0.45), (0.1, 0.6)
"""Where that ends: along the arm, and by how far up the surface of the shoulder faces."""


__all__ = ["Garment", "Wardrobe"]


@dataclass(frozen=True)
class _Shell:
    """Cloth that is worn: the garment, points (V, 3), faces, and whether a vertex is on an arm (V,)."""

    piece: Piece
    points: Array
    faces: Faces
    arm: NDArray[np.bool_]


@dataclass
class _Worn:
    """What a person wears already.

    Attributes:
        heights: (V,) meters by which it lies over each vertex of the tights. points, up: (V, 3) the outermost cloth
            there and its normals, NaN where there is none. shells: its surfaces. collars: their points and
            normals.
    """

    heights: Array
    points: Array
    up: Array
    shells: list[_Shell] = field(default_factory=list)
    collars: list[tuple[Array, Array]] = field(default_factory=list)


class Wardrobe:
    """Cuts garments out of the helpers of a body file and fits them; every cut is made once."""

    def __init__(self, data: BodyData) -> None:
        self.data = data
        self.helpers = Helpers(data)
        self._patterns: dict[str, Pattern] = {}
        self._coverage = Coverage(self.helpers)

    def helper(self, name: str) -> Helper:
        """A clothing helper, subdivided once."""
        return self.helpers[name]

    def dressed(self, rows: Array, names: Sequence[str]) -> list[Garment]:
        """Garments on a person's rows (R, 3), which must be in the sculpted stance; inner layers first.

        Raises:
            InputError: a garment is not known, or is requested twice.
        """
        unknown = sorted(set(names) - set(BY_NAME))
        if unknown or len(set(names)) < len(names):
            what = Message("{unknown} not known", unknown=", ".join(unknown))
            what = what if unknown else Message("one is named twice")
            raise InputError("garments: {what}; known are {known}", what=what, known=", ".join(BY_NAME))
        rows = np.asarray(rows, np.float64)
        pieces = sorted((BY_NAME[name] for name in names), key=lambda piece: piece.layer)
        count = len(self.helpers["tights"].rest)
        worn = _Worn(np.full(count, -GAP), np.full((count, 3), np.nan), np.full((count, 3), np.nan))
        garments = []
        for piece in pieces:
            if isinstance(piece.form, Glasses | Headwear):
                garments.append(worn_on_head(self.helpers, piece, rows))
                continue
            outer = [other for other in pieces if other.layer > piece.layer]
            covered = self.pattern(piece.name).of_helper(self._coverage.of_helper(outer, piece.mesh))
            points, cut_out = self._fitted(piece, rows, worn, self._tucked(piece, outer), covered)
            garments.append(self._made(piece, rows, points, cut_out, covered, worn))
        return self._seated(rows, garments)

    def _seated(self, rows: Array, garments: Sequence[Garment]) -> list[Garment]:
        """The garments, those around both legs with the shape that they have where somebody sits."""
        around = [garment.piece.mesh in ("skirt", "robe") and garment.on_shell is not None for garment in garments]
        if not any(around):
            return list(garments)
        bones, count = bones_of(self.data, rows), self.data.vertex_count
        skin = self.data.used("skin")
        legs = [under_cloth(rows[:count][skin], self.helpers.weights[skin], None, bones)]
        crotch = self._crotch(rows)
        result = []
        for garment, hangs in zip(garments, around, strict=True):
            shape = None
            if hangs and garment.on_shell is not None:
                shell = slice(garment.shell)
                shape = seated_shape(
                    garment.points[shell], garment.weights[shell], self.pattern(garment.piece.name).topology, bones,
                    crotch, np.concatenate(legs),
                )  # fmt: skip
            if shape is not None and garment.on_shell is not None:
                garment = replace(garment, seated=garment.on_shell(shape))
            if garment.shell:
                legs.append(under_cloth(garment.points, garment.weights, garment.seated, bones))
            result.append(garment)
        return result

    def _crotch(self, rows: Array) -> float:
        """Height of the crotch of a person's rows (R, 3), meters."""
        tights = self.helpers["tights"]
        middle = np.abs(tights.rest[:, 0]) < 0.004
        return float(tights.points_of(rows[: self.data.vertex_count])[middle, 2].min())

    def covered(self, names: Sequence[str]) -> NDArray[np.bool_]:
        """(F,) faces of the skin that nobody sees under these garments."""
        return hidden_faces(self._coverage.of_skin(BY_NAME[name] for name in names), self.data.faces["skin"])

    def pattern(self, name: str) -> Pattern:
        """A garment cut out on the reference body, made once.

        Raises:
            KeyError: there is no such garment.
        """
        if name not in self._patterns:
            self._patterns[name] = pattern(self.helpers, BY_NAME[name])
        return self._patterns[name]

    def _tucked(self, piece: Piece, outer: Sequence[Piece]) -> Array:
        """(V,) how far a garment's vertices are tucked in by the waistband over them: 0 not at all, 1 below it."""
        z = self.pattern(piece.name).rest[:, 2]
        tops = [self.helpers.z(other.cut.top) for other in outer if other.kind == "bottom" and other.cut.top]
        return smoothstep(-z, -max(tops) - _BLOUSED, -max(tops)) if tops and piece.kind == "top" else np.zeros(len(z))

    def _fitted(self, piece: Piece, rows: Array, worn: _Worn, tucked: Array, covered: Array) -> tuple[Array, Pattern]:
        """Points of a garment over a person and over the garments already worn.

        What is ``tucked`` (V,) or ``covered`` (V,) by garments over it lies close and flat.
        """
        cut_out, fall = self.pattern(piece.name), piece.fall
        under = cut_out.body(rows[: self.data.vertex_count])
        low, high = self._distances(piece, cut_out)
        covered = cut_out.topology.around(np.minimum(covered, 1))
        covered = np.maximum(covered, cut_out.topology.around(covered))
        close = np.maximum(tucked, covered)
        low = low + (np.minimum(low, fall.least) - low) * tucked
        low = low + (np.minimum(low, _CLOSE_UNDER) - low) * covered
        high = high + (low - high) * close
        gap = GAP + (_CLOSE_UNDER - GAP) * covered
        if worn.shells:
            low = np.maximum(low, self._layered(piece, cut_out, worn) + gap)
        high = np.maximum(high, low)
        points = draped(under, cut_out.topology, low, high, fall.rounds, cut_out.held)
        joints = joints_of(self.data, rows)
        if fall.straight is not None:
            points = straight_limbs(
                points, cut_out.topology, joints, cut_out.along_leg, cut_out.leg > LEG, TROUSER_LEG, fall.straight
            )
        if fall.longer:
            ankle = float(joints["leftFoot"][2] - rows[self.data.used("skin"), 2].min())
            points = lengthened(points, joints, cut_out.along_leg, cut_out.leg > LEG, TROUSER_LEG, fall.longer * ankle)
        if fall.sleeves is not None:
            points = straight_limbs(
                points, cut_out.topology, joints, cut_out.along_arm, cut_out.arm > ARM, SLEEVE, fall.sleeves
            )
        if fall.reach:
            over_hand = fall.reach * self._size(joints)
            points = lengthened(points, joints, cut_out.along_arm, cut_out.arm > ARM, SLEEVE, over_hand)
        if fall.hang:
            own = (cut_out.arm < ARM) & (cut_out.rest[:, 2] < self.helpers.heights["chest"] + 0.1)
            loose = (1 - close) * (1 - fall.fitted * self._at_waist(cut_out))
            points += loose[:, None] * (hung(points, own, fall.hang) - points)
        if fall.flare:
            points = flared(points, cut_out.tube, fall.flare)
        if fall.folds:
            flat = np.maximum(tucked, _FLATTENED * covered)
            deep = fall.folds * self._size(joints) * (1 - flat) * cut_out.relief
            points = points + deep[:, None] * normals(points, cut_out.topology.faces)
        if piece.last is not None:
            points = self._on_last(piece, points, rows, joints)
        points = lifted(even_borders(points, cut_out.topology, cut_out.slit_end), under, cut_out.topology, low)
        points = self._outside(piece, worn, cut_out, points, gap)
        free = [shell for shell in worn.shells if _hangs_apart(shell.piece.mesh, piece.mesh)]
        points = self._clear(points, cut_out, free)
        if cut_out.shown:
            points = out_of_collars(points, cut_out.topology, worn.collars)
        if fall.hang:
            spanned = seat_spanned(
                points, cut_out.topology, cut_out.arm < ARM, float(joints["chest"][2]) - _WAIST_BELOW
            )
            points += (1 - tucked[:, None]) * (spanned - points)
        points = self._hung_straight(piece, rows, cut_out, points, worn, bool(tucked.any()))
        lift = cut_out.lift
        there = np.ones(len(points), bool) if cut_out.shown else lift > 0  # what is over a tie lies over it alone
        if cut_out.shown:
            worn.shells.append(_Shell(piece, points, cut_out.topology.faces, cut_out.arm > ARM))
        raised = points + lift[:, None] * normals(points, cut_out.topology.faces)
        self._raise(piece, worn, cut_out, raised, under, there)
        return points, cut_out

    def _at_waist(self, cut_out: Pattern) -> Array:
        """(V,) how near a garment's vertices are to the waist: 1 there, 0 on the chest and on the hips."""
        z, waist = cut_out.rest[:, 2], self.helpers.heights["waist"] - _WAIST_BELOW
        return np.asarray(1 - smoothstep(np.abs(z - waist), *_WAIST_REACH))

    def _size(self, joints: Mapping[str, Array]) -> float:
        """Length of a person's legs relative to those of the reference body."""
        own, reference = (
            np.linalg.norm(item["leftUpperLeg"] - item["leftFoot"]) for item in (joints, self.helpers.joints)
        )
        return float(own / reference)

    def _hung_straight(
        self, piece: Piece, rows: Array, cut_out: Pattern, points: Array, worn: _Worn, is_tucked: bool
    ) -> Array:
        """Hems in a plane each where the person stands, and trouser legs out of the shoes that they reach down to."""
        cut, topology = piece.cut, cut_out.topology
        hems: list[Index] = []
        if cut.hem is not None and not is_tucked:
            hems += at_cut(topology, (cut_out.arm < ARM) & ~cut_out.held, cut_out.rest[:, 2] - self.helpers.z(cut.hem))
        if piece.fall.longer and cut.leg is not None:
            hems += at_cut(topology, cut_out.leg > LEG, 0.4 * (cut_out.along_leg - cut.leg))
            shoes = [shell.points for shell in worn.shells if shell.piece.kind == "shoes"]
            points = over_shoes(points, cut_out.along_leg * (cut_out.leg > LEG), topology, shoes)
        return straightened(points, cut_out.weights, topology, bones_of(self.data, rows), hems, cut_out.held)

    @staticmethod
    def _clear(points: Array, cut_out: Pattern, shells: Sequence[_Shell]) -> Array:
        """Cloth out of the garments under it that are cut from another helper."""
        own = cut_out.tube
        moved = pushed_out(points, cut_out.topology, [(shell.points, shell.faces) for shell in shells])
        points = np.where(own[:, None], points, moved)
        return around_layers(points, own, [shell.points[~shell.arm] for shell in shells])

    def _distances(self, piece: Piece, cut_out: Pattern) -> tuple[Array, Array]:
        """(V,) the least and the most meters of cloth over its helper."""
        fall, heights = piece.fall, self.helpers.heights
        z, arms = cut_out.rest[:, 2], cut_out.arm > ARM
        low = fall.least + fall.cuff * smoothstep(cut_out.along_arm, 0.1, piece.cut.sleeve or 1) * arms
        low = low + fall.leg * smoothstep(cut_out.along_leg, 0.2, piece.cut.leg or 1) * (cut_out.leg > LEG)
        low = low + fall.hem * smoothstep(-z, -heights["waist"] - 0.05, -heights["crotch"]) * ~arms
        high = np.where(arms, fall.arms, fall.most)
        close = smoothstep(z, heights["collar_bone"] - 0.05, heights["collar_bone"] + 0.03) * ~arms
        on_top = smoothstep(cut_out.up[:, 2], *_ON_SHOULDER) * (1 - smoothstep(cut_out.along_arm, *_SHOULDER)) * arms
        close = np.maximum(close, on_top)
        return low - np.maximum(low - _CLOSEST, 0) * close, high - np.maximum(high - _CLOSE, 0) * close

    def _layered(self, piece: Piece, cut_out: Pattern, worn: _Worn) -> Array:
        """(V,) how high what is worn already lies over the tights where a garment's vertices are."""
        twin = self.helpers[piece.mesh].twin
        return cut_out.of_helper(np.where(twin >= 0, worn.heights[twin], -GAP))

    def _outside(self, piece: Piece, worn: _Worn, cut_out: Pattern, points: Array, gap: Array) -> Array:
        """Cloth moved out of what lies over the same vertices of the tights, which may hang far from them."""
        twin = self._twins(piece, cut_out)
        at, up = worn.points[twin], worn.up[twin]
        known = (twin >= 0) & np.isfinite(at[:, 0])
        if not known.any():
            return points
        at, up = np.where(known[:, None], at, 0), np.where(known[:, None], up, 0)
        for _ in range(3):
            lack = np.where(known, np.clip(gap - ((points - at) * up).sum(axis=1), 0, 0.08), 0)
            push = lack[:, None] * up
            beside = cut_out.topology.around(push)
            points = points + np.where((lack > 0)[:, None], push, 0.7 * beside)
        return points

    def _twins(self, piece: Piece, cut_out: Pattern) -> NDArray[np.int64]:
        """(V,) the vertex of the tights that each of a garment weighs most, or -1."""
        heaviest = np.maximum.reduceat(cut_out.of_helper.weight, cut_out.of_helper.start)
        entry = np.flatnonzero(cut_out.of_helper.weight >= np.repeat(heaviest, cut_out.of_helper.counts()) - 1e-9)
        row = np.repeat(np.arange(len(cut_out.of_helper)), cut_out.of_helper.counts())[entry]
        chosen = np.zeros(len(cut_out.of_helper), np.int64)
        chosen[row[::-1]] = cut_out.of_helper.index[entry[::-1]]
        return self.helpers[piece.mesh].twin[chosen]

    def _raise(
        self, piece: Piece, worn: _Worn, cut_out: Pattern, points: Array, under: Array, there: NDArray[np.bool_]
    ) -> None:
        """Note how high a garment lies over the tights where it is ``there`` (V,), for those worn over it."""
        twin = self.helpers[piece.mesh].twin
        height = ((points - under) * normals(under, cut_out.topology.faces)).sum(axis=1)
        height = np.where(there, height, -GAP)
        spread = np.full(len(twin), -GAP)
        entry = np.repeat(np.arange(len(cut_out.of_helper)), cut_out.of_helper.counts())
        np.maximum.at(spread, cut_out.of_helper.index, height[entry])
        known = twin >= 0
        np.maximum.at(worn.heights, twin[known], spread[known])
        own = self._twins(piece, cut_out)
        known = (own >= 0) & there
        worn.points[own[known]] = points[known]
        worn.up[own[known]] = normals(points, cut_out.topology.faces)[known]

    def _on_last(self, piece: Piece, points: Array, rows: Array, joints: dict[str, Array]) -> Array:
        tights = self.helpers["tights"].points_of(rows[: self.data.vertex_count])
        points = points.copy()
        pitch = next((trim.pitch for trim in piece.trims if isinstance(trim, Sole)), 0.0)
        for foot, mirror in zip(feet_of(self.helpers, tights, joints), (1, -1), strict=True):
            own = points[:, 0] * mirror > 0
            if piece.last is not None:
                points[own] = shaped(foot, piece.last, points[own], pitch)
        return points

    def _made(self, piece: Piece, rows: Array, points: Array, cut_out: Pattern, covered: Array, worn: _Worn) -> Garment:
        parts = []
        shell = 0
        if cut_out.shown:
            parts.append(self._cloth(piece, points, cut_out, covered))
            shell = len(points)
        up = normals(points, cut_out.topology.faces)
        for item, uv in zip(cut_out.sewn, cut_out.sewn_uv, strict=True):
            places = item.points(points, up)
            if piece.form is not None and worn.collars:  # ties lie over collars
                places = outside(places[None], *worn.collars[-1])[0]
            parts.append(_sewn(piece, cut_out, item, uv, places, covered))
        neck = joints_of(self.data, rows)["neck"]
        for stand, uv in zip(cut_out.collars, cut_out.collar_uv, strict=True):
            inner = worn.collars[-1] if worn.collars else None
            places = stand.points(points, up, neck, rows[: self.data.vertex_count], inner)
            parts.append(_sewn(piece, cut_out, stand, uv, places, np.zeros(len(points))))
            worn.collars.append(stand.outer(places, normals(places, stand.faces)))
        if cut_out.soles is not None:
            parts += self._soles(cut_out, rows)
        return joined(piece, parts, shell, cut_out.meters)

    @staticmethod
    def _cloth(piece: Piece, points: Array, cut_out: Pattern, covered: Array) -> Part:
        whole = cut_out.hem(piece, points)
        return Part(
            whole.points, whole.faces, whole.corners, whole.uv, cut_out.weights[whole.source],
            cut_out.body.chosen(whole.source), piece.cloth, hidden_faces(covered[whole.source], whole.faces),
            on_shell=LinearMap(np.arange(len(whole.source)), whole.source, np.ones(len(whole.source))),
        )  # fmt: skip

    def _soles(self, cut_out: Pattern, rows: Array) -> list[Part]:
        soles, tights = cut_out.soles, self.helpers["tights"]
        if soles is None:
            return []
        body = rows[: self.data.vertex_count]
        feet = feet_of(self.helpers, tights.points_of(body), joints_of(self.data, rows))
        parts = []
        for n, foot in enumerate(feet):
            points = sole(foot, soles.last, soles.form)[0]
            parts.append(Part(
                points, soles.faces[n], soles.corners[n], soles.uv[n], limited(soles.near[n](tights.weights)),
                soles.near[n].after(tights.points_of), soles.form.cloth, np.zeros(len(soles.faces[n]), bool),
            ))  # fmt: skip
        return parts


def _hangs_apart(inner: str, outer: str) -> bool:
    """Whether cloth of one helper can be where that of another has no vertices to compare it with."""
    return "robe" in (inner, outer) or ("skirt" in (inner, outer) and inner != outer)


def _sewn(piece: Piece, cut_out: Pattern, item: Sewn | Standing, uv: Array, points: Array, covered: Array) -> Part:
    """A part that goes with the cloth that it is sewn onto."""
    return Part(
        points, item.faces, item.corners, uv, limited(item.of_surface(cut_out.weights)),
        item.of_surface.after(cut_out.body), item.cloth or piece.cloth,
        hidden_faces(item.of_surface(covered), item.faces),
        isinstance(item, Standing), item.uv if isinstance(item, Sewn) and item.aligned else None, item.of_surface,
    )  # fmt: skip
