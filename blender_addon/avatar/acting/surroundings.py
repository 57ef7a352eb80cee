"""Reads the surroundings of an avatar, in its armature's space: obstacles of a path, and what it may sit on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import bpy
import numpy as np
from mathutils import Matrix
from numpy.typing import NDArray

from ml_core.errors import InputError

from ...bridge.mesh_arrays import mesh_arrays

Array = NDArray[np.floating]

_KINDS = {"MESH", "CURVE", "SURFACE", "FONT", "META"}
_MAX_SAMPLES = 400_000
_UPRIGHT = 0.7
"""Least z of the normal of a face that one can sit on."""
_LAYER = 0.02
"""Height of the layers in which seats are looked for, beside a leg."""


@dataclass(frozen=True)
class Seat:
    """A seat: the middle of its front edge (2,), the facing direction (2,), depth and height in meters."""

    edge: Array
    front: Array
    depth: float
    height: float

    @property
    def heading(self) -> float:
        """Heading of the sitter in radians, counterclockwise from -Y."""
        return float(np.arctan2(self.front[0], -self.front[1]))


def things(context: bpy.types.Context, armature: bpy.types.Object) -> list[bpy.types.Object]:
    """Every object with a visible surface, except the avatar's own."""
    own = {armature, *armature.children_recursive}
    return [obj for obj in context.view_layer.objects if obj.type in _KINDS and obj.visible_get() and obj not in own]


def family(obj: bpy.types.Object) -> list[bpy.types.Object]:
    """An object and its children that have a surface."""
    return [child for child in (obj, *obj.children_recursive) if child.type in _KINDS]


def triangles(context: bpy.types.Context, objects: Iterable[bpy.types.Object], to_space: Matrix) -> Array:
    """(T, 3, 3) corners of the evaluated objects, in a space other than the world's."""
    return np.concatenate([np.zeros((0, 3, 3)), *triangles_of(context, objects, to_space)])


def triangles_of(context: bpy.types.Context, objects: Iterable[bpy.types.Object], to_space: Matrix) -> Iterator[Array]:
    """As :func:`triangles`, per object."""
    depsgraph = context.evaluated_depsgraph_get()
    for obj in objects:
        points, faces = mesh_arrays(obj, depsgraph)
        if len(faces):
            matrix = np.array(to_space @ obj.matrix_world)
            yield (points @ matrix[:3, :3].T + matrix[:3, 3])[faces]


def obstacle_points(corners: Array, low: float, high: float, spacing: float) -> Array:
    """(N, 2) points, at most about ``spacing`` apart, on all surfaces between two heights; coincident ones are merged.

    Args:
        corners: (T, 3, 3) of triangles.
    """
    corners = corners[(corners[..., 2].max(axis=1) > low) & (corners[..., 2].min(axis=1) < high)]
    if not len(corners):
        return np.zeros((0, 2))
    first, second = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    longest = np.max([np.linalg.norm(edge, axis=1) for edge in (first, second, second - first)], axis=0)
    steps = np.clip(np.ceil(longest / spacing), 1, 400).astype(int)
    found: list[Array] = []
    for count in np.unique(steps).tolist():
        chosen = steps == count
        u, v = np.meshgrid(np.arange(count + 1), np.arange(count + 1))
        inside = (u + v) <= count
        shares = np.stack([u[inside], v[inside]], axis=1) / count
        room = max(_MAX_SAMPLES // max(int(chosen.sum()), 1), 3)
        if len(shares) > room:
            shares = shares[:: -(-len(shares) // room)]
        points = corners[chosen, None, 0] + shares[:, :1] * first[chosen, None] + shares[:, 1:] * second[chosen, None]
        points = points.reshape(-1, 3)
        found.append(points[(points[:, 2] > low) & (points[:, 2] < high), :2])
    places = np.concatenate(found)
    cells = np.floor(places / (spacing / 4)).astype(np.int64)
    return places[np.unique(cells[:, 0] * (1 << 32) + cells[:, 1], return_index=True)[1]]


def find_seat(
    context: bpy.types.Context, obj: bpy.types.Object, to_space: Matrix, leg: float, from_point: Array
) -> Seat:
    """Where to sit on an object: the largest level surface at seat height, away from the backrest.

    Args:
        leg: leg length of the sitter in meters. from_point: (2,) where they come from: the front of a stool is that
            side.

    Raises:
        InputError: the object has no such surface.
    """
    corners = triangles(context, family(obj), to_space)
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    area = np.linalg.norm(normals, axis=1) / 2
    middle = corners.mean(axis=1)
    level = (np.abs(normals[:, 2]) > _UPRIGHT * 2 * area) & (area > 0)
    height = middle[:, 2]
    fits = level & (height > 0.2 * leg) & (height < 1.05 * leg)
    if not fits.any():
        raise InputError(
            "{name}: has no level surface at the height of a seat; choose something to sit on", name=obj.name
        )
    layer = _LAYER * leg
    bins = np.floor(height[fits] / layer).astype(int)
    total = np.bincount(bins, area[fits])
    spread = np.convolve(total, [0.5, 1.0, 1.0, 1.0, 0.5], mode="same")
    # Of a chest of drawers the top counts, not the drawers: what has much of itself above is not a seat.
    top = int(np.flatnonzero(spread > 0.55 * spread.max())[-1])
    seat = fits & (np.abs(height - (top + 0.5) * layer) < 2.5 * layer)
    weight = area[seat] / area[seat].sum()
    z = float(np.max(height[seat][weight > 0.02 * weight.max()]))
    points = corners[seat].reshape(-1, 3)[:, :2]
    center = (np.percentile(points, 3, axis=0) + np.percentile(points, 97, axis=0)) / 2
    back = middle[:, 2] > z + 0.12 * leg
    axes = np.array(to_space @ obj.matrix_world)[:2, :2].T
    if back.any() and area[back].sum() > 0.05 * area[seat].sum():
        away = center - np.average(middle[back, :2], axis=0, weights=area[back])
    else:
        away = np.asarray(from_point) - center
    front = _snapped(away, axes)
    along = points @ front
    edge, rear = np.percentile(along, [97, 3])
    side = np.array([-front[1], front[0]])
    lateral = float(np.mean(np.percentile(points @ side, [3, 97])))
    return Seat(front * edge + side * lateral, front, float(edge - rear), z)


def _snapped(direction: Array, axes: Array) -> Array:
    """The direction (2,) snapped to the nearest of an object's axes, positive or negative, if one is near."""
    length = np.linalg.norm(direction)
    direction = direction / length if length > 1e-6 else np.array([0.0, -1.0])
    lengths = np.linalg.norm(axes, axis=1, keepdims=True)
    unit = axes / np.maximum(lengths, 1e-9)
    candidates = np.concatenate([unit, -unit])
    near = candidates @ direction
    best = int(np.argmax(near))
    return np.asarray(candidates[best] if near[best] > np.cos(np.radians(46)) else direction)


def reach_of(context: bpy.types.Context, obj: bpy.types.Object, to_space: Matrix) -> tuple[Array, float]:
    """Center (2,) and half the extent in meters of an object seen from above."""
    corners = triangles(context, family(obj), to_space).reshape(-1, 3)
    if not len(corners):  # an empty, a light, a camera
        place = (to_space @ obj.matrix_world).translation
        return np.array([place.x, place.y]), 0.0
    low, high = corners[:, :2].min(axis=0), corners[:, :2].max(axis=0)
    return (low + high) / 2, float(np.linalg.norm(high - low)) / 2
