"""A mesh as arrays, read once and without a loop over its elements."""

from __future__ import annotations

from dataclasses import dataclass

import bpy
import numpy as np
from numpy.typing import NDArray

from ....bridge.mesh_arrays import corner_edges, corner_vertices, edge_vertices, face_normals, positions


@dataclass(frozen=True)
class MeshFacts:
    """``points`` (V, 3) in the mesh's own space; ``edges`` (E, 2); for each corner (L,) its vertex and its edge; for
    each face (F,) its first corner, its number of corners, its area and its normal (F, 3)."""

    points: NDArray[np.float32]
    edges: NDArray[np.int32]
    corner_vertex: NDArray[np.int32]
    corner_edge: NDArray[np.int32]
    starts: NDArray[np.int32]
    sizes: NDArray[np.int32]
    areas: NDArray[np.float32]
    normals: NDArray[np.float32]

    @classmethod
    def of(cls, mesh: bpy.types.Mesh) -> MeshFacts:
        """Reads ``mesh``, which must not be in edit mode."""
        faces = len(mesh.polygons)
        return cls(
            positions(mesh),
            edge_vertices(mesh),
            corner_vertices(mesh),
            corner_edges(mesh),
            _read(mesh.polygons, "loop_start", faces, np.int32),
            _read(mesh.polygons, "loop_total", faces, np.int32),
            _read(mesh.polygons, "area", faces, np.float32),
            face_normals(mesh),
        )

    @property
    def is_finite(self) -> bool:
        return bool(np.isfinite(self.points).all())

    @property
    def triangles(self) -> int:
        return int((self.sizes - 2).sum())

    def faces_at_edges(self) -> NDArray[np.int64]:
        """The number of faces at each edge (E,)."""
        return np.bincount(self.corner_edge, minlength=len(self.edges))

    def turned_edges(self) -> NDArray[np.bool_]:
        """Edges (E,) whose two faces have opposite orientation: both traverse the edge in the same direction."""
        forward = self.corner_vertex == self.edges[self.corner_edge, 0]
        along = np.bincount(self.corner_edge, weights=forward, minlength=len(self.edges))
        return (self.faces_at_edges() == 2) & (along != 1)

    def copied_faces(self) -> NDArray[np.int64]:
        """Faces that coincide with an earlier one of the same orientation; their corners may be other vertices."""
        if not len(self.sizes):
            return np.zeros(0, np.int64)
        place = np.round(self.points.astype(np.float64) * 1e5).astype(np.int64).astype(np.uint64)
        key = np.add.reduceat(_mixed(place)[self.corner_vertex], self.starts) + self.sizes.astype(np.uint64)
        order = np.argsort(key, kind="stable")
        equal = key[order][1:] == key[order][:-1]
        agree = np.einsum("ij,ij->i", self.normals[order][1:], self.normals[order][:-1]) > 0.5
        real = (self.areas > 1e-12)[order][1:]
        return np.sort(order[1:][equal & agree & real])


def _mixed(place: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """A hash of each position (V, 3) whose sums over corners differ for different faces (splitmix64, Steele 2014)."""
    x = place @ np.array([73856093, 19349669, 83492791], np.uint64)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


def _read(collection: bpy.types.bpy_prop_collection, name: str, size: int, kind: type) -> NDArray:
    values: NDArray = np.empty(size, kind)
    collection.foreach_get(name, values)
    return values
