"""Hair under hats: what would stick out of a hat is hidden while it is worn."""

from __future__ import annotations

import bpy
import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.garments.entry import Headwear
from ml_core.geometry.garments.pieces import BY_NAME

from ...bridge.data.stored_values import stores_text
from ...bridge.mesh_arrays import mesh_data, positions
from ..anatomy.meshes import hide_vertices
from ..body.humanoid import HAIR_KEY
from .objects import COVERED, worn_garments

_SECTORS = 32
"""Directions around the head in which the edge of a hat has a height of its own."""
_MARGIN = 0.004
"""Meters below the edge of a hat from which on hair is hidden."""


def tuck_hair(armature: bpy.types.Object) -> None:
    """Hides the hair of an avatar where it is under a hat, and shows it again without one."""
    hair = next(
        (child for child in armature.children_recursive if child.type == "MESH" and stores_text(child, HAIR_KEY)), None
    )
    if hair is None:
        return
    hats = [obj for name, obj in worn_garments(armature).items() if isinstance(BY_NAME[name].form, Headwear)]
    points = positions(mesh_data(hair))
    hidden = np.zeros(len(points), bool)
    for hat in hats:
        hidden |= _above_edge(points, positions(mesh_data(hat)))
    hide_vertices(hair, COVERED, np.flatnonzero(hidden))


def _above_edge(points: NDArray[np.floating], hat: NDArray[np.floating]) -> NDArray[np.bool_]:
    """(N,) which points are higher than the lowest of a hat in their direction from its axis."""
    middle = (hat.min(axis=0) + hat.max(axis=0)) / 2
    sector, own = (_sector(places - middle) for places in (hat, points))
    edge = np.full(_SECTORS, np.inf)
    np.minimum.at(edge, sector, hat[:, 2])
    edge[~np.isfinite(edge)] = edge[np.isfinite(edge)].min()
    return np.asarray(points[:, 2] > edge[own] - _MARGIN)


def _sector(away: NDArray[np.floating]) -> NDArray[np.int64]:
    turn = np.arctan2(away[:, 0], -away[:, 1]) / (2 * np.pi) + 0.5
    return np.minimum((turn * _SECTORS).astype(np.int64), _SECTORS - 1)
