"""Girths and volume of a body, as a tape and a tank would measure them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.body.body_file import BodyData
from ml_core.geometry.body.model import Person
from ml_core.geometry.body.rig import BONE_NAMES, dense_weights

Array = NDArray[np.floating]
TORSO = ("hips", "spine", "chest", "upperChest")
DENSITY = 985.0
"""Kilograms per cubic meter of a body with the air in its lungs, Durnin and Womersley's people between 980 and 1050."""


def girth(person: Person, z: float, faces: NDArray[np.int64]) -> float:
    """Meters around some faces (F, 4) of the skin at height ``z``: the convex outline of the section, like a tape."""
    points = _crossings(np.asarray(person.vertices, np.float64), faces, z)
    return outline(points) if len(points) > 2 else 0.0


def faces_of(data: BodyData, bones: tuple[str, ...]) -> NDArray[np.int64]:
    """(F, 4) the faces of the skin all of whose vertices are moved most by one of these bones."""
    mostly = dense_weights(data).argmax(axis=1)
    chosen = np.isin(mostly, [BONE_NAMES.index(name) for name in bones])
    faces = data.faces["skin"]
    return np.asarray(faces[chosen[faces].all(axis=1)])


def _crossings(vertices: Array, faces: NDArray[np.int64], z: float) -> Array:
    """(N, 2) where the edges of faces cross a horizontal plane."""
    start, end = vertices[faces], vertices[np.roll(faces, -1, axis=1)]
    below, above = start[..., 2] - z, end[..., 2] - z
    crossing = (below < 0) != (above < 0)
    share = below[crossing] / (below[crossing] - above[crossing])
    return np.asarray(start[crossing][:, :2] + share[:, None] * (end[crossing] - start[crossing])[:, :2])


def outline(points: Array) -> float:
    """Perimeter of the convex hull of points (N, 2), by Andrew's monotone chain."""
    ordered = sorted(map(tuple, points.tolist()))

    def half(points: list[tuple[float, ...]]) -> list[tuple[float, ...]]:
        chain: list[tuple[float, ...]] = []
        for point in points:
            while len(chain) > 1 and _turn(chain[-2], chain[-1], point) <= 0:
                chain.pop()
            chain.append(point)
        return chain[:-1]

    hull = np.array(half(ordered) + half(ordered[::-1]))
    return float(np.linalg.norm(hull - np.roll(hull, -1, axis=0), axis=1).sum())


def _turn(a: tuple[float, ...], b: tuple[float, ...], c: tuple[float, ...]) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def torso_girths(person: Person) -> dict[str, float]:
    """Chest, waist and hips in meters: the widest around the breast, halfway from rib to hip bone, the widest below."""
    hips, waist, chest, top = (float(person.joint(name)[2]) for name in ("pelvis", "spine-3", "spine-2", "spine-1"))
    torso = faces_of(person.data, TORSO)
    below = faces_of(person.data, (*TORSO, "leftUpperLeg", "rightUpperLeg"))
    return {
        "chest": max(girth(person, z, torso) for z in np.linspace(chest, top, 7)),
        "waist": girth(person, waist, torso),
        "hips": max(girth(person, z, below) for z in np.linspace(hips - 0.08, hips, 7)),
    }


def volume(person: Person) -> float:
    """Cubic meters inside the skin, whose few openings (eyes, mouth) are closed flat by the sum itself."""
    vertices = np.asarray(person.vertices, np.float64)
    quads = vertices[person.data.faces["skin"]] - vertices.mean(axis=0)
    a, b, c, d = quads.transpose(1, 0, 2)
    return float((np.einsum("ij,ij->i", a, np.cross(b, c)) + np.einsum("ij,ij->i", a, np.cross(c, d))).sum() / 6)


def body_mass(person: Person) -> float:
    """Kilograms, from the volume and :data:`DENSITY`."""
    return volume(person) * DENSITY
