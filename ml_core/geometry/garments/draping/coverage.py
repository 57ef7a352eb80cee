"""What lies so deep under garments that it never shows, on the reference body, and need not be drawn."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.body.rig import BONE_NAMES, is_arm
from ml_core.geometry.garments.entry import Piece
from ml_core.geometry.garments.helpers import Helpers, nearest_of
from ml_core.geometry.garments.levels import level, open_half
from ml_core.geometry.garments.surfaces.quads import Faces
from ml_core.geometry.garments.surfaces.sparse import Array

COVERED = {"top": 0.012, "bottom": 0.014, "outer": 0.012, "shoes": 0.014, "accessory": 1.0}
"""Meters from a garment's edge inwards from which on what is under it is never seen."""
_INSIDE = 0.004
"""Meters from the edge up to which a face may reach that lies deep with its other end."""
_UNDER, _UNDER_TUBE = 0.05, 0.15
"""Meters from a helper up to which something lies under the garments that are cut from it."""
_ASIDE, _ASIDE_MOST = 0.85, 0.055
"""Meters from the edge of a front that is cut away, for each meter below where it opens and at most, up to which
something is seen under it from the side."""
_FRONT = 0.132
"""Meters from the middle up to which an open front is looked under; further aside thighs come up through it."""
_UP_A_JACKET, _UP_A_FRONT = 0.04, 0.02
"""Meters from the hem of a jacket's back from which on nothing is seen under it, also of people who sit; and of
its front, which lies on their thighs and would be cut through by them."""
_BEHIND, _BESIDE_OPENING = 0.03, 0.02
"""Meters behind the middle of the body, and beside an open hem, up to which inner sides of thighs are seen in it."""
_UP_A_TOP = 0.018
"""Meters from the hem of what is over a skirt from which on the skirt is not seen."""
_UP_A_SKIRT = 0.11
"""Meters from the hem of a skirt or coat from which on nothing is seen under it, also of people who sit."""


class Coverage:
    """How deep points of the reference body are under garments: 2 never seen, 1 inside of an edge, 0 outside."""

    def __init__(self, helpers: Helpers) -> None:
        self._helpers = helpers
        self._nearest: dict[tuple[str, str], tuple[NDArray[np.int64], Array]] = {}

    def of_skin(self, outer: Iterable[Piece]) -> Array:
        """(V,) depth of the body's vertices."""
        helpers = self._helpers
        arm = helpers.weights[:, [n for n, bone in enumerate(BONE_NAMES) if is_arm(bone)]].sum(axis=1)
        return self._deepest(outer, helpers.base, arm, "skin")

    def of_helper(self, outer: Iterable[Piece], name: str) -> Array:
        """(V,) depth of a helper's vertices."""
        helper = self._helpers[name]
        return self._deepest(outer, helper.rest, helper.arm, name)

    def _deepest(self, outer: Iterable[Piece], points: Array, arm: Array, what: str) -> Array:
        result = np.zeros(len(points))
        for piece in outer:
            if piece.form is None and not piece.cut.straps:
                result = np.maximum(result, self._depth(piece, points, arm, what))
        return result

    def _depth(self, outer: Piece, points: Array, arm: Array, what: str) -> Array:
        """(N,) depth under one garment, by its helper's vertex next to each point."""
        helpers, helper, margin = self._helpers, self._helpers[outer.mesh], COVERED[outer.kind]
        nearest, away = self._nearest_of(outer.mesh, what)
        field = np.maximum(level(helpers, outer), margin - _INSIDE - helper.inland)
        deep = (field < -margin) & (helper.inland > margin)
        if outer.cut.hem is not None and outer.mesh == "robe":  # hangs away from what is under it
            up_a_jacket = np.where(helper.rest[:, 1] < 0, _UP_A_FRONT, _UP_A_JACKET)
            deep &= helper.rest[:, 2] > helpers.z(outer.cut.hem) + up_a_jacket
        if outer.cut.cutaway is not None:
            below = helpers.z(outer.cut.cutaway) - helper.rest[:, 2]
            front = (helper.rest[:, 1] < 0) & (below > 0) & (np.abs(helper.rest[:, 0]) < _FRONT)
            deep &= (field < -np.minimum(_ASIDE * below, _ASIDE_MOST)) | ~front
        depth = (field < -_INSIDE).astype(float) + deep
        if outer.cut.hem is not None and helpers.z(outer.cut.hem) < helpers.heights["crotch"] - 0.1:
            depth *= helper.rest[:, 2] > helpers.z(outer.cut.hem) + _UP_A_SKIRT
        reach = np.where(helper.tube | (what == "skirt"), _UNDER_TUBE, _UNDER)
        result = depth[nearest] * ((away < reach[nearest]) & (~helper.tube[nearest] | (arm < 0.2)))
        if outer.cut.cutaway is not None:  # next to the back of a tube, and yet seen from the front
            opening = (points[:, 2] < helpers.z(outer.cut.cutaway)) & (points[:, 1] < _BEHIND)
            opening &= (helper.rest[nearest, 1] >= 0) & (points[:, 2] < helpers.heights["crotch"] + 0.03)
            result *= ~(opening & (np.abs(points[:, 0]) < _BESIDE_OPENING + open_half(outer.cut)))
        if what == "skirt" and outer.cut.hem is not None:  # it hangs away from what is next to it
            result *= points[:, 2] > helpers.z(outer.cut.hem) + _UP_A_TOP
        if outer.cut.top is not None:  # what is next to the upper edge may lie above it
            result *= points[:, 2] < helpers.z(outer.cut.top) - margin
        return np.asarray(result)

    def _nearest_of(self, mesh: str, what: str) -> tuple[NDArray[np.int64], Array]:
        """(N,) the vertex of a helper nearest to each of the skin or of another on the reference, and how far it is."""
        if (mesh, what) not in self._nearest:
            rest = self._helpers[mesh].rest
            points = self._helpers.base if what == "skin" else self._helpers[what].rest
            nearest = nearest_of(points, rest, _UNDER_TUBE)
            self._nearest[mesh, what] = nearest, np.linalg.norm(points - rest[nearest], axis=1)
        return self._nearest[mesh, what]


def hidden_faces(depth: Array, faces: Faces) -> NDArray[np.bool_]:
    """(F,) faces of vertices with depths (V,) that nobody sees: all inside of an edge, and some of them deep."""
    of_corner = depth[faces]
    return np.asarray((of_corner.min(axis=1) > 0.99) & (of_corner.max(axis=1) > 1.49))
