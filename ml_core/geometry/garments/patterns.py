"""Garments cut out on the reference body, with all that is sewn onto them: made once, for everybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.body.rig import limited
from ml_core.geometry.fabrics.registry import FABRICS
from ml_core.geometry.garments.draping.drape import Hemmed, hemmed
from ml_core.geometry.garments.draping.folds import Places, relief
from ml_core.geometry.garments.entry import BowTie, Buttons, Collar, Cut, Hood, Last, Piece, Seam, Sole, Tie
from ml_core.geometry.garments.helpers import ARM, LEG, Helper, Helpers, nearest_of
from ml_core.geometry.garments.levels import level, open_half
from ml_core.geometry.garments.parts.collars import Standing, standing
from ml_core.geometry.garments.parts.footwear import Foot, foot, sole
from ml_core.geometry.garments.parts.seams import seams
from ml_core.geometry.garments.parts.sewn import Base, Sewn, sewn, tied
from ml_core.geometry.garments.surfaces.packing import packed
from ml_core.geometry.garments.surfaces.quads import Faces, Topology, cut
from ml_core.geometry.garments.surfaces.sparse import Array, LinearMap, identity

_MOST_LIFT = 0.006
"""Meters by which a button or a knot moves what is over it."""
_SMOOTHED = 0.25
"""Share of the mean of its neighbors in the relief of a vertex."""
_STIFFENED = 0.8
"""Share of the folds that pockets, lapels, bands and seams take from cloth."""
_FLARES_BELOW = 0.06
"""Meters below the crotch from which on hems flare in folds of their own."""
_BESIDE_CORNER = 0.01
"""Meters beside the corner of a front up to which the hem is cut like it."""
_ABOVE_SLIT = 0.025
"""Meters over where fronts part up to which the end of the slit lies between two rows of vertices."""
_MIDDLE = 1e-4
"""Meters from the plane of symmetry up to which a vertex lies in it."""
_ARMPIT_BELOW, _ARMPIT_INSIDE = 0.09, 0.0
"""Meters from the joint of an upper arm down and inwards to the armpit."""


@dataclass(frozen=True)
class Soled:
    """The soles of a shoe: form, faces, corners and UVs of each foot, and the nearest vertices of the tights."""

    form: Sole
    last: Last
    faces: tuple[Faces, Faces]
    corners: tuple[Faces, Faces]
    uv: tuple[Array, Array]
    near: tuple[LinearMap, LinearMap]


@dataclass(frozen=True)
class Pattern:
    """A garment cut out: maps from the helper's vertices, and fields of the reference at its own.

    Attributes:
        level: negative inside. body: from the vertices of the body. shown: whether the cut cloth itself is seen.
        held: (V,) borders that stay as they were cut: those of fronts that are cut away.
        relief: (V,) how far folds stand out, 0 to about 1. meters: of a unit of its UVs.
        collar_uv, sewn_uv: UVs of the standing and lying parts.
    """

    of_helper: LinearMap
    body: LinearMap
    topology: Topology
    corners: Faces
    uv: Array
    level: Array
    weights: NDArray[np.float32]
    rest: Array
    up: Array
    arm: Array
    along_arm: Array
    leg: Array
    along_leg: Array
    tube: NDArray[np.bool_]
    held: NDArray[np.bool_]
    relief: Array
    sewn: tuple[Sewn, ...]
    sewn_uv: tuple[Array, ...]
    collars: tuple[Standing, ...]
    collar_uv: tuple[Array, ...]
    soles: Soled | None
    shown: bool
    meters: float

    @cached_property
    def slit_end(self) -> NDArray[np.bool_]:
        """(V,) where fronts part: the border turns back there."""
        return np.asarray(self.held & (np.abs(self.rest[:, 0]) < _MIDDLE))

    @cached_property
    def lift(self) -> Array:
        """(V,) meters by which what is sewn onto the cloth stands over it."""
        result = np.zeros(len(self.rest))
        for item in self.sewn:
            height = np.repeat(np.clip(item.height, 0, _MOST_LIFT), item.of_surface.counts())
            np.maximum.at(result, item.of_surface.index, height)
        return result

    def hem(self, piece: Piece, points: Array) -> Hemmed:
        """The cloth at points (V, 3) with its hems folded."""
        return hemmed(points, self.topology, self.corners, self.uv, piece.thickness, piece.fold)


def feet_of(helpers: Helpers, tights: Array, joints: dict[str, Array]) -> tuple[Foot, Foot]:
    """Both feet in the tights at points (V, 3)."""
    helper = helpers["tights"]
    own = (helper.leg > LEG) & (helper.along_leg > 1.7)
    return tuple(
        foot(joints, side, tights[own & (helper.rest[:, 0] * mirror > 0)])
        for side, mirror in (("left", 1), ("right", -1))
    )  # type: ignore[return-value]


def pattern(helpers: Helpers, piece: Piece) -> Pattern:
    """Cut a garment out and place what is sewn onto it."""
    helper, field = helpers[piece.mesh], level(helpers, piece)
    fronts = _fronts(helpers, helper, piece.cut)
    of_points, of_uv, faces, corners = cut(fronts.of_points(field), fronts.faces, fronts.corners, len(fronts.of_uv))
    used, used_uv = np.unique(faces), np.unique(corners)
    of_used = of_points.chosen(used).after(fronts.of_points)
    topology = Topology.of(np.searchsorted(used, faces), len(used))
    rest, arm, leg = (of_used(values) for values in (helper.rest, helper.arm, helper.leg))
    base = Base(rest, topology, arm, leg)
    lying = [part for trim in piece.trims for part in sewn(helpers, trim, piece.cut, base, piece.thickness)]
    lying += [part for trim in piece.trims if isinstance(trim, Seam) for part in seams(helpers, trim, base)]
    if isinstance(piece.form, Tie | BowTie):
        lying += tied(helpers, piece.form, base)
    collars = [standing(helpers, trim, base) for trim in piece.trims if isinstance(trim, Collar | Hood)]
    soles = next((_soled(helpers, trim, piece.last or Last()) for trim in piece.trims if isinstance(trim, Sole)), None)
    shown = piece.form is None
    own_uv = of_uv.chosen(used_uv).after(fronts.of_uv)(helper.uv) * helper.meters
    own_corners = np.searchsorted(used_uv, corners)
    island_of = _islands(own_corners, len(own_uv))
    names = np.unique(island_of) if shown else np.zeros(0, np.int64)
    islands = [own_uv[island_of == name] for name in names]
    islands += [*(part.uv for part in lying), *(part.uv for part in collars), *(soles.uv if soles else ())]
    placed, meters = packed(islands)
    first = len(names)
    main = own_uv / meters
    for name, uv in zip(names, placed, strict=False):
        main[island_of == name] = uv
    along_arm, along_leg, tube = of_used(helper.along_arm), of_used(helper.along_leg), of_used(helper.tube * 1.0) > 0.5
    up, weights = of_used(helper.up), limited(of_used(helper.weights))
    places = Places(rest, up, arm > ARM, (leg > LEG) & ~tube, along_arm, along_leg, *_sizes(helpers, piece.cut))
    return Pattern(
        of_used, of_used.after(helper.points_of), topology, own_corners, main, of_used(field),
        weights, rest, up, arm, along_arm, leg, along_leg, tube,
        topology.border & _cut_away(helpers, piece.cut, rest, up, _ABOVE_SLIT),
        _smoothed(_relief(piece, places), topology) * _lies_flat(lying, topology, len(rest)),
        tuple(lying), tuple(placed[first : first + len(lying)]),
        tuple(collars), tuple(placed[first + len(lying) : first + len(lying) + len(collars)]),
        soles and _with_uv(soles, placed[-2:]), shown, meters,
    )  # fmt: skip


@dataclass(frozen=True)
class _Fronts:
    """A helper with both fronts apart where they are cut away: the maps from its vertices and UVs, faces, corners."""

    of_points: LinearMap
    of_uv: LinearMap
    faces: Faces
    corners: Faces


def _fronts(helpers: Helpers, helper: Helper, rule: Cut) -> _Fronts:
    """The helper, slit down the middle of its front from where a garment's fronts part.

    Vertices in the middle would belong to both fronts, whose edges could not go apart before the next column.
    """
    count, corner_count = len(helper.rest), len(helper.uv)
    faces, corners = helper.faces.copy(), helper.corners.copy()
    slit = _cut_away(helpers, rule, helper.rest, helper.up) & (np.abs(helper.rest[:, 0]) < _MIDDLE)
    right = slit[faces] & (helper.rest[faces, 0].mean(axis=1) < 0)[:, None]
    twice, twice_uv = np.unique(faces[right]), np.unique(corners[right])
    faces[right] = count + np.searchsorted(twice, faces[right])
    corners[right] = corner_count + np.searchsorted(twice_uv, corners[right])
    return _Fronts(
        identity(count).chosen(np.append(np.arange(count), twice)),
        identity(corner_count).chosen(np.append(np.arange(corner_count), twice_uv)),
        faces,
        corners,
    )


def _cut_away(helpers: Helpers, rule: Cut, rest: Array, up: Array, above: float = 0.0) -> NDArray[np.bool_]:
    """(V,) what is on the fronts, from ``above`` meters over where they part down, and around their corners."""
    if rule.cutaway is None:
        return np.zeros(len(rest), bool)
    beside = np.abs(rest[:, 0]) < open_half(rule) + _BESIDE_CORNER
    return np.asarray(beside & (up[:, 1] < 0) & (rest[:, 2] < helpers.z(rule.cutaway) + above))


def _relief(piece: Piece, places: Places) -> Array:
    """(V,) the folds of a garment's cloth."""
    if not piece.fall.folds:
        return np.zeros(len(places.points))
    is_buttoned = piece.cut.v_neck is not None and any(isinstance(trim, Buttons) for trim in piece.trims)
    return relief(places, piece.name, FABRICS[piece.fabric].stiffness, is_buttoned, piece.fall.pressed)


def _smoothed(relief: Array, topology: Topology) -> Array:
    """(V,) folds without those that are too narrow for the mesh, which would end in spikes."""
    return np.asarray(relief + _SMOOTHED * (topology.around(relief) - relief))


def _lies_flat(parts: Sequence[Sewn], topology: Topology, count: int) -> Array:
    """(V,) share of the folds that is left where something is sewn onto cloth, which it stiffens."""
    stiff = np.zeros(count)
    for part in parts:
        stiff[part.of_surface.index] = _STIFFENED
    return np.asarray(1 - np.maximum(stiff, topology.around(stiff)))


def _sizes(helpers: Helpers, cut_out: Cut) -> tuple[tuple[float, float, float, float], dict[str, float], float]:
    """Of the reference body: lengths of its limbs' parts, heights that folds are measured from, meters to an armpit."""
    joints = [
        helpers.joints[f"left{name}"] for name in ("UpperArm", "LowerArm", "Hand", "UpperLeg", "LowerLeg", "Foot")
    ]
    lengths = [float(np.linalg.norm(joints[n + 1] - joints[n])) for n in (0, 1, 3, 4)]
    heights = {**helpers.heights, "armpit": float(joints[0][2]) - _ARMPIT_BELOW}
    if cut_out.hem is not None and helpers.z(cut_out.hem) > heights["crotch"] - _FLARES_BELOW:
        heights["hem"] = helpers.z(cut_out.hem)
    return (lengths[0], lengths[1], lengths[2], lengths[3]), heights, float(joints[0][0]) - _ARMPIT_INSIDE


def _islands(corners: Faces, count: int) -> NDArray[np.int64]:
    """(T,) a number for each connected part of UVs."""
    label = np.arange(count)
    while True:
        least = label[corners].min(axis=1)
        before = label.copy()
        np.minimum.at(label, corners.ravel(), np.repeat(least, 4))
        label = label[label]
        if np.array_equal(before, label):
            return label


def _soled(helpers: Helpers, form: Sole, last: Last) -> Soled:
    tights = helpers["tights"]
    feet = feet_of(helpers, tights.rest, helpers.joints)
    made = [sole(item, last, form) for item in feet]
    own = np.flatnonzero((tights.leg > LEG) & (tights.along_leg > 1.9))
    near = []
    for (points, *_), mirror in zip(made, (1, -1), strict=True):
        side = own[tights.rest[own, 0] * mirror > 0]
        index = side[nearest_of(points, tights.rest[side])]
        near.append(LinearMap(np.arange(len(index)), index, np.ones(len(index))))
    return Soled(
        form, last, (made[0][1], made[1][1][:, ::-1]), (made[0][2], made[1][2][:, ::-1]), (made[0][3], made[1][3]),
        (near[0], near[1]),
    )  # fmt: skip


def _with_uv(soles: Soled, uv: list[Array]) -> Soled:
    return Soled(soles.form, soles.last, soles.faces, soles.corners, (uv[0], uv[1]), soles.near)
