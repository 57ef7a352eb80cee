"""Whether two meshes are exported as one: compares their content, up to the noise of Blender's modifiers."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from typing import Generic, TypeVar

import bpy
import numpy as np

from ...bridge.mesh_arrays import corner_vertices, face_materials, positions, uv_array

Made = TypeVar("Made")

NOISE = 1e-5
"""Relative, and below 1 absolute: a hundredth of a millimeter, or of a texel of a 1024 image."""


@dataclass(frozen=True)
class MeshContent:
    """All that is exported of a mesh: integers as a digest, floats as they are.

    Blender's modifiers vary in the last bit of a coordinate, even when run twice on the same mesh; so meshes count as
    equal when they agree to :data:`NOISE`.
    """

    digest: str
    values: np.ndarray
    """(n,) positions in meters, normals, UVs and colors."""

    @classmethod
    def of(cls, mesh: bpy.types.Mesh, materials: list[bpy.types.Material | None], look: object = ()) -> MeshContent:
        """``look`` are the object values that the materials read."""
        digest = hashlib.sha256(
            repr(([material.session_uid if material else 0 for material in materials], look)).encode()
        )
        floats = []
        fields = [
            corner_vertices(mesh),
            face_materials(mesh),
            positions(mesh),
            _read(mesh.corner_normals, "vector", 3),
            *(uv_array(layer) for layer in mesh.uv_layers),
            *(_read(layer.data, "color", 4) for layer in mesh.color_attributes),
        ]
        for values in fields:
            digest.update(f"{values.dtype}{values.shape}".encode())
            if values.dtype == np.float32:
                floats.append(values.ravel())
            else:
                digest.update(values.tobytes())
        return cls(digest.hexdigest(), np.concatenate(floats))

    def equals(self, other: MeshContent) -> bool:
        return self.digest == other.digest and np.allclose(self.values, other.values, rtol=NOISE, atol=NOISE)

    def shelves(self) -> tuple[tuple[str, int], tuple[str, int]]:
        """Two lookup keys, of which equal contents share at least one: their mean on grids half a step apart."""
        mean = float(np.abs(self.values, dtype=np.float64).mean()) / (8 * NOISE) if len(self.values) else 0.0
        return (self.digest, 2 * math.floor(mean)), (self.digest, 2 * math.floor(mean + 0.5) + 1)


def _read(items: bpy.types.bpy_prop_collection, name: str, width: int) -> np.ndarray:
    values = np.empty(len(items) * width, np.float32)
    items.foreach_get(name, values)
    return values.reshape(-1, width)


class KnownMeshes(Generic[Made]):
    """Results so far, looked up by the mesh that they were made from."""

    def __init__(self) -> None:
        self.made: list[Made] = []
        self._shelves: dict[tuple[str, int], list[tuple[MeshContent, Made]]] = {}

    def find(self, content: MeshContent) -> Made | None:
        for shelf in content.shelves():
            for other, made in self._shelves.get(shelf, []):
                if content.equals(other):
                    return made
        return None

    def add(self, content: MeshContent, made: Made) -> None:
        self.made.append(made)
        for shelf in content.shelves():
            self._shelves.setdefault(shelf, []).append((content, made))
