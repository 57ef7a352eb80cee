"""Hair under hats: what is deep under a hat is hidden while it is worn, and what emerges below is pressed toward it."""

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

Array = NDArray[np.floating]
_SECTORS = 32
"""Directions around the head in which the edge of a hat has a height of its own."""
_BAND = 0.020
"""Meters over the edge of a hat in which it is as wide as at its edge."""
_INSIDE = 0.003
"""Meters by which hair lies within a hat."""
_FLARE = 0.9
"""Meters that hair stands off for each meter below the edge of a hat."""
_PRESSED = ".atelier_pressed"
"""Attribute of hair: by how much a hat has moved each vertex."""


def tuck_hair(armature: bpy.types.Object) -> None:
    """Hides the hair of an avatar deep under a hat and presses it in at the edge; without a hat restores it."""
    hair = next(
        (child for child in armature.children_recursive if child.type == "MESH" and stores_text(child, HAIR_KEY)), None
    )
    if hair is None:
        return
    mesh = mesh_data(hair)
    hats = [obj for name, obj in worn_garments(armature).items() if isinstance(BY_NAME[name].form, Headwear)]
    _press(mesh, -_pressed(mesh))
    points = positions(mesh).astype(np.float64)
    moves, hidden = np.zeros_like(points), np.zeros(len(points), bool)
    for hat in hats:
        shape = positions(mesh_data(hat)).astype(np.float64)
        above = _above_edge(points, shape)
        hidden |= _only_in(mesh, above > 0)
        moves += _to_hat(points + moves, shape, above)
    _press(mesh, moves)
    hide_vertices(hair, COVERED, np.flatnonzero(hidden))


def _pressed(mesh: bpy.types.Mesh) -> Array:
    """(V, 3) by which the vertices have been moved."""
    moves = np.zeros(3 * len(mesh.vertices), np.float32)
    layer = mesh.attributes.get(_PRESSED)
    if layer is not None and layer.domain == "POINT" and layer.data_type == "FLOAT_VECTOR":
        layer.data.foreach_get("vector", moves)
    return np.where(np.isfinite(moves), moves, 0).reshape(-1, 3)


def _press(mesh: bpy.types.Mesh, moves: Array) -> None:
    """Moves the vertices and their shape keys by (V, 3), and stores the displacements."""
    if not moves.any():
        return
    total = (_pressed(mesh) + moves).astype(np.float32)
    total[np.abs(total) < 1e-6] = 0
    keys = mesh.shape_keys.key_blocks if mesh.shape_keys is not None else ()
    for data in (mesh.vertices, *(key.data for key in keys)):
        places = np.empty(3 * len(moves), np.float32)
        data.foreach_get("co", places)
        data.foreach_set("co", (places + moves.ravel()).astype(np.float32))
    layer = mesh.attributes.get(_PRESSED)
    if layer is not None:
        mesh.attributes.remove(layer)
    if total.any():
        mesh.attributes.new(_PRESSED, "FLOAT_VECTOR", "POINT").data.foreach_set("vector", total.ravel())
    mesh.update()


def _only_in(mesh: bpy.types.Mesh, chosen: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(V,) the chosen vertices that share no face with an unchosen one: hiding others cuts cards off in steps."""
    corners = np.empty(len(mesh.loops), np.int32)
    mesh.loops.foreach_get("vertex_index", corners)
    starts, sizes = np.empty(len(mesh.polygons), np.int32), np.empty(len(mesh.polygons), np.int32)
    mesh.polygons.foreach_get("loop_start", starts)
    mesh.polygons.foreach_get("loop_total", sizes)
    crosses = ~np.logical_and.reduceat(chosen[corners], starts) if len(starts) else np.zeros(0, bool)
    kept = np.zeros(len(chosen), bool)
    kept[corners[np.repeat(crosses, sizes)]] = True
    return np.asarray(chosen & ~kept)


def _above_edge(points: Array, hat: Array) -> Array:
    """(N,) meters by which points are above the lowest point of a hat in their direction from its axis."""
    middle = (hat.min(axis=0) + hat.max(axis=0)) / 2
    edge = _by_sector(hat - middle, hat[:, 2])
    return np.asarray(points[:, 2] - edge[_sector(points - middle)])


def _to_hat(points: Array, hat: Array, above: Array) -> Array:
    """(N, 3) displacements toward the axis of a hat that bring hair within its edge and let it flare out below."""
    middle = (hat.min(axis=0) + hat.max(axis=0)) / 2
    away = points[:, :2] - middle[:2]
    radius = np.maximum(np.linalg.norm(away, axis=1), 1e-6)
    around = hat[_above_edge(hat, hat) < _BAND] - middle
    room = _by_sector(around, np.linalg.norm(around[:, :2], axis=1))[_sector(points - middle)]
    room = room - _INSIDE + _FLARE * np.maximum(-above, 0)
    moves = np.zeros_like(points)
    moves[:, :2] = away * (np.minimum(room / radius, 1) - 1)[:, None]
    return moves


def _by_sector(away: Array, values: Array) -> Array:
    """(_SECTORS,) the minimum of ``values`` (N,) by sector of ``away`` (N, 3); the overall minimum in empty ones."""
    result = np.full(_SECTORS, np.inf)
    np.minimum.at(result, _sector(away), values)
    result[~np.isfinite(result)] = result[np.isfinite(result)].min()
    return result


def _sector(away: Array) -> NDArray[np.int64]:
    turn = np.arctan2(away[:, 0], -away[:, 1]) / (2 * np.pi) + 0.5
    return np.minimum((turn * _SECTORS).astype(np.int64), _SECTORS - 1)
