"""Photographs a room along a walk.

Rays by Embree rather than Cycles: a hundred pictures take minutes on one busy core, and the content of each pixel is
known. Light comes from two lamps on the ceiling, with shadows, and uniformly from all sides.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bpy
import numpy as np
from mathutils import Matrix, Vector
from numpy.typing import NDArray
from PIL import Image

from ml_core.color import linear_to_srgb
from ml_core.geometry.easing import smoothstep

FOCAL = 0.62
"""Focal length by picture width: the wide camera of a phone."""
SAMPLES = 2
_LAMP_SIDE = 0.9
_OCTAVES = ((1.0, 0.9), (2.6, 0.6), (6.5, 0.42), (17.0, 0.3))
"""Frequency and weight of the noises that make up a pattern."""


@dataclass(frozen=True)
class KnownRoom:
    """``vertices`` (V, 3) in meters, ``triangles`` (T, 3), ``owner`` (T,): number of the piece, -1 of the shell;
    ``colors`` (T, 3) linear, ``pattern`` (T, 2): frequency and strength of the noise on it; ``lamps``: (L, 3)."""

    vertices: NDArray[np.float64]
    triangles: NDArray[np.int32]
    owner: NDArray[np.int32]
    colors: NDArray[np.float64]
    pattern: NDArray[np.float64]
    lamps: NDArray[np.float64]
    pieces: list[dict[str, Any]]
    size: tuple[float, float, float]


def known_room(size: tuple[float, float, float], pieces: list[bpy.types.Object]) -> KnownRoom:
    """The open scene, which :func:`~scripts.lib.rooms.building.build` has made, as arrays."""
    depsgraph = bpy.context.evaluated_depsgraph_get()
    vertices, triangles, owners, colors, patterns, start = [], [], [], [], [], 0
    for obj in bpy.context.scene.objects:
        if obj.type != "MESH":
            continue
        mesh = obj.evaluated_get(depsgraph).to_mesh()
        mesh.calc_loop_triangles()
        vertices.append(np.array([obj.matrix_world @ v.co for v in mesh.vertices]))
        faces = np.array([t.vertices[:] for t in mesh.loop_triangles]).reshape(-1, 3)
        slots = np.array([t.material_index for t in mesh.loop_triangles])
        looks = np.array([material.diffuse_color[:3] for material in mesh.materials])
        marks = np.array([(material["frequency"], material["strength"]) for material in mesh.materials])
        triangles.append(faces + start)
        owners.append(np.full(len(faces), pieces.index(obj) if obj in pieces else -1))
        colors.append(looks[slots])
        patterns.append(marks[slots])
        start += len(vertices[-1])
    told = [
        {
            "label": obj["label"],
            "low": [min((obj.matrix_world @ Vector(c))[axis] for c in obj.bound_box) for axis in range(3)],
            "high": [max((obj.matrix_world @ Vector(c))[axis] for c in obj.bound_box) for axis in range(3)],
        }
        for obj in pieces
    ]
    width, depth, height = size
    lamps = np.array([[x * width, 0.1 * depth, height - 0.05] for x in (-0.22, 0.22)])
    return KnownRoom(
        np.concatenate(vertices),
        np.concatenate(triangles).astype(np.int32),
        np.concatenate(owners).astype(np.int32),
        np.concatenate(colors),
        np.concatenate(patterns),
        lamps,
        told,
        size,
    )


def walk(size: tuple[float, float, float], count: int) -> Iterator[NDArray[np.float64]]:
    """Camera matrices (4, 4) in Blender's convention: ``count`` positions on a ring through the room, each looking
    across its center, alternately up and down."""
    width, depth, height = size
    for number in range(count):
        angle = 2 * math.pi * number / count
        sway = math.sin(3 * angle)
        at = Vector((0.36 * width * math.cos(angle), 0.36 * depth * math.sin(angle), 0.6 * height + 0.12 * sway))
        ahead = Vector((-math.cos(angle + 0.25), -math.sin(angle + 0.25), 0.0))
        goal = at + ahead + Vector((0, 0, -0.22 + 0.2 * math.sin(5 * angle)))
        yield np.array(Matrix.Translation(at) @ (goal - at).to_track_quat("-Z", "Y").to_matrix().to_4x4())


def photograph(
    room: KnownRoom, folder: Path, count: int, width: int, height: int, every: int = 1, first: int = 0
) -> None:
    """Write ``0000.jpg`` … into ``folder``, all ``count`` or every ``every``-th from ``first``; existing ones stay."""
    caster = Caster(room)
    folder.mkdir(parents=True, exist_ok=True)
    for number, matrix in enumerate(walk(room.size, count)):
        path = folder / f"{number:04d}.jpg"
        if number % every == first and not path.is_file():
            picture = caster.picture(matrix, width, height, number)
            Image.fromarray((np.clip(picture, 0, 1) * 255 + 0.5).astype(np.uint8)).save(path, quality=93)


class Caster:
    """Casts the rays of pictures into a room."""

    def __init__(self, room: KnownRoom) -> None:
        # Part of the extra for training, and only needed here.
        from embreex.mesh_construction import TriangleMesh
        from embreex.rtcore_scene import EmbreeScene

        self.room = room
        self.scene = EmbreeScene()
        corners = room.vertices[room.triangles].astype(np.float32)
        TriangleMesh(self.scene, np.ascontiguousarray(corners))
        normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        self.normals = normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
        self.lattice = np.random.default_rng(5).uniform(-1, 1, (64, 64, 64)).astype(np.float32)

    def picture(self, matrix: NDArray[np.float64], width: int, height: int, seed: int) -> NDArray[np.float64]:
        """(height, width, 3) sRGB 0..1, top row first."""
        random = np.random.default_rng(seed)
        total = np.zeros((height * width, 3))
        for _ in range(SAMPLES):
            x, y = np.meshgrid(np.arange(width), np.arange(height))
            x, y = x.ravel() + random.random(x.size), y.ravel() + random.random(x.size)
            focal = FOCAL * width
            rays = np.stack([(x - width / 2) / focal, -(y - height / 2) / focal, -np.ones(x.size)], axis=1)
            total += self.light(matrix[:3, 3], rays @ matrix[:3, :3].T, random)
        return linear_to_srgb(np.clip(total / SAMPLES, 0, 1).reshape(height, width, 3))

    def light(
        self, at: NDArray[np.float64], rays: NDArray[np.float64], random: np.random.Generator
    ) -> NDArray[np.float64]:
        """(N, 3) linear light returned along each ray from ``at``."""
        origins = np.ascontiguousarray(np.broadcast_to(at, rays.shape), np.float32)
        found = self.scene.run(origins, np.ascontiguousarray(rays, np.float32), output=1)
        hit = found["primID"] >= 0
        triangle = found["primID"][hit]
        points = at + rays[hit] * found["tfar"][hit, None]
        normals = self.normals[triangle]
        normals = np.where((normals * rays[hit]).sum(axis=1, keepdims=True) > 0, -normals, normals)
        colors = self.room.colors[triangle] * self._pattern(points, self.room.pattern[triangle])[:, None]
        shade = np.full(len(points), 0.33) + 0.08 * normals[:, 2]
        for lamp in self.room.lamps:
            goals = lamp + np.append(random.uniform(-_LAMP_SIDE / 2, _LAMP_SIDE / 2, (len(points), 2)),
                                     np.zeros((len(points), 1)), axis=1)  # fmt: skip
            to_lamp = goals - points
            far = np.linalg.norm(to_lamp, axis=1)
            facing = np.clip((normals * to_lamp).sum(axis=1) / far, 0, 1) * np.clip(to_lamp[:, 2] / far, 0, 1)
            lit = np.flatnonzero(facing > 0)
            start = (points + 2e-3 * normals)[lit].astype(np.float32)
            blocked = self.scene.run(start, np.ascontiguousarray(to_lamp[lit], np.float32), output=1)
            is_dark = (blocked["primID"] >= 0) & (blocked["tfar"] < 0.999)
            shade[lit] += np.where(is_dark, 0, 2.2 * facing[lit] / np.maximum(far[lit], 0.5) ** 2)
        result = np.zeros(rays.shape)
        result[hit] = colors * shade[:, None]
        return result

    def _pattern(self, points: NDArray[np.float64], marks: NDArray[np.float64]) -> NDArray[np.float64]:
        value = np.zeros(len(points))
        for frequency, weight in _OCTAVES:
            value += weight * self._noise(points * (marks[:, :1] * frequency) + 17.3 * frequency)
        return np.clip(1 + marks[:, 1] * value, 0.15, 2.2)

    def _noise(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Values -1..1 of a random lattice, blended smoothly, that repeats after 64."""
        cell = np.floor(points).astype(int)
        part = smoothstep(points - cell)
        result = np.zeros(len(points))
        for corner in np.ndindex(2, 2, 2):
            weight = np.prod(np.where(corner, part, 1 - part), axis=1)
            x, y, z = ((cell + corner) % 64).T
            result += weight * self.lattice[x, y, z]
        return result
