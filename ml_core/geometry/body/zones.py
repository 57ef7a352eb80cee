"""Plain clothes painted on the skin of people who wear no garments: fields over the skin, negative where cloth is.

The fields are measured once on the base mesh, so they follow every shape; a texture that interpolates them has edges
as sharp as its texels.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.body.body_file import BodyData
from ml_core.geometry.body.rig import BONE_NAMES, bones_of, dense_weights, is_arm
from ml_core.geometry.body.traits import BodyTraits
from ml_core.geometry.mesh.rasterize import rasterize_triangles

Array = NDArray[np.floating]
OUTSIDE = 1.0
"""Meters; of skin that a piece never covers."""
MASCULINE = 0.35
"""Presentation up to which an adult's chest stays bare."""


def underwear(data: BodyData, traits: BodyTraits) -> Array:
    """(V,) meters to the nearest edge of the underwear, negative under the cloth.

    Adults get shorts and, unless they are masculine, a top; whoever is not known to be an adult gets a shirt with
    sleeves and shorts down to the knees. There is no way to leave either out.
    """
    if not traits.is_adult:
        return np.minimum(_shirt(data), _shorts(data, 0.86))
    top = OUTSIDE if traits.presentation is not None and traits.presentation < MASCULINE else _top(data)
    return np.asarray(np.minimum(_shorts(data, 0.3), top))


def clothed_texels(data: BodyData, field: Array, size: int) -> NDArray[np.float32]:
    """(size, size) share of cloth, 0..1, of each texel of the skin's UVs; row 0 at the top."""
    faces, corners = data.faces["skin"], data.corners["skin"]
    triangles = np.concatenate([faces[:, [0, 1, 2]], faces[:, [0, 2, 3]]])
    uv = data.uv[np.concatenate([corners[:, [0, 1, 2]], corners[:, [0, 2, 3]]])]
    texel, triangle, share = rasterize_triangles(uv, size)
    distance = (field[triangles[triangle]] * share).sum(axis=1)
    result = np.zeros(size * size, np.float32)
    result[texel] = np.clip(0.5 - distance / _EDGE, 0, 1)
    return result.reshape(size, size)


_EDGE = 0.002
"""Meters over which the edge of painted cloth fades."""


def _shorts(data: BodyData, down: float) -> Array:
    """From the waist down the thighs, as a share ``down`` of the way from hip to knee."""
    points, at, arms = _reference(data)
    waist = 0.35 * at["spine"][2] + 0.65 * at["hips"][2] + 0.02
    legs = _along(points, at, "UpperLeg", "LowerLeg", down)
    return np.where(arms, OUTSIDE, np.maximum(points[:, 2] - waist, legs))


def _top(data: BodyData) -> Array:
    """A sports top: from under the bust over the shoulders' inner half, with round openings for arms and a deep one for
    the neck, so that it does not show in the collars of blouses."""
    points, at, _ = _reference(data)
    z, x = points[:, 2], np.abs(points[:, 0])
    shoulder = at["leftUpperArm"]
    hem = 0.30 * at["neck"][2] + 0.70 * at["upperChest"][2]
    arm_hole = x - (shoulder[0] - 0.035) + 0.25 * np.maximum(0, shoulder[2] - 0.06 - z)
    return np.asarray(np.maximum.reduce([hem - z, -_neckline(points, at, 0.015, 0.085, 0.14), arm_hole]))


def _shirt(data: BodyData) -> Array:
    """A T-shirt: from the neck to below the waist of the shorts, sleeves to the middle of the upper arms."""
    points, at, arms = _reference(data)
    sleeves = _along(points, at, "UpperArm", "LowerArm", 0.55)
    body = at["hips"][2] - 0.03 - points[:, 2]
    return np.maximum(np.where(arms, sleeves, body), -_neckline(points, at, 0.012, 0.075))


def _neckline(points: Array, at: dict[str, Array], lower: float, radius: float, depth: float | None = None) -> Array:
    """(V,) negative inside a round opening about the neck and on all above it; meters below the neck's joint.

    ``depth``: meters down to its lowest point where that is deeper than ``radius``.
    """
    middle = at["neck"][2] + lower
    deep = 1.1 if depth is None else radius / depth
    away = np.hypot(points[:, 0], (points[:, 2] - middle) * deep) - radius
    return np.where(points[:, 2] > middle + 0.02, np.minimum(away, middle + 0.02 - points[:, 2]), away)


def _along(points: Array, at: dict[str, Array], start: str, end: str, share: float) -> Array:
    """(V,) meters beyond a share of the way from one joint to the next, on the side that a point lies on."""
    result = np.zeros(len(points))
    for side, mirror in (("left", 1), ("right", -1)):
        axis = at[side + end] - at[side + start]
        length = np.linalg.norm(axis)
        own = points[:, 0] * mirror >= 0
        result[own] = (points[own] - at[side + start]) @ axis / length - share * length
    return result


def _reference(data: BodyData) -> tuple[Array, dict[str, Array], NDArray[np.bool_]]:
    """Vertices (V, 3) of the base mesh, the heads of its bones, and which vertices go with the arms."""
    rows = np.asarray(data.base, np.float64)
    columns = [n for n, name in enumerate(BONE_NAMES) if is_arm(name)]
    arms = dense_weights(data)[:, columns].sum(axis=1) > 0.5
    return rows[: data.vertex_count], {bone.name: bone.head for bone in bones_of(data, rows)}, arms
