"""A model file as the checks see it, whatever its format. Nothing here depends on how it was written."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

TO_Y_UP = np.array([[1.0, 0, 0, 0], [0, 0, 1, 0], [0, -1, 0, 0], [0, 0, 0, 1]])
"""Blender's axes (Z up, front -Y) to those in which every model is compared (Y up, front +Z)."""

COLLIDER_PREFIXES = ("UCX_", "UBX_", "USP_", "UCP_", "COL_")
COLLIDER_SUFFIXES = ("-col", "-colonly", "-convcol", "-convcolonly")


class UnreadableFileError(Exception):
    """A model file that cannot be parsed; the message says where."""


@dataclass
class Skin:
    """One row for each pair of vertex and bone: vertex, node index of the bone, weight. ``sets`` of four in glTF."""

    vertex: Array
    bone: Array
    weight: Array
    sets: int = 1


@dataclass
class Mesh:
    """Faces as corners (L,) of ``sizes`` (F,) corners each; ``points`` (V, 3) in the file's own units and axes."""

    name: str
    points: Array
    corners: Array
    sizes: Array
    normals: Array | None = None
    has_tangents: bool = False
    tangents: Array | None = None
    has_binormals: bool = False
    has_smoothing: bool = False
    uvs: list[tuple[str, Array]] = field(default_factory=list)
    materials: list[str] = field(default_factory=list)
    skin: Skin | None = None
    shapes: dict[str, Array] = field(default_factory=dict)
    is_compressed: bool = False
    loose: int = 0

    @property
    def triangles(self) -> Array:
        """(T, 3) vertices; faces with more corners as fans."""
        if len(self.sizes) and (self.sizes == 3).all():
            return self.corners.reshape(-1, 3)
        starts = np.cumsum(self.sizes) - self.sizes
        rows = [
            (self.corners[start], self.corners[start + at], self.corners[start + at + 1])
            for start, size in zip(starts, self.sizes, strict=True)
            for at in range(1, size - 1)
        ]
        return np.array(rows, np.int64).reshape(-1, 3)

    @property
    def triangle_corners(self) -> Array:
        """(T, 3) positions in ``corners``, for data stored per corner (UVs, normals); triangulated meshes only."""
        return np.arange(len(self.corners)).reshape(-1, 3)


@dataclass
class Node:
    """A node of the scene graph; matrices are column-vector matrices in the file's units and axes.

    ``kind`` is mesh, bone or empty; in FBX also camera or light.
    """

    name: str
    kind: str
    parent: int
    world: Array
    mesh: Mesh | None = None
    bind: Array | None = None
    properties: dict[str, Any] = field(default_factory=dict)

    @property
    def is_collider(self) -> bool:
        return self.name.startswith(COLLIDER_PREFIXES) or self.name.endswith(COLLIDER_SUFFIXES)

    @property
    def is_socket(self) -> bool:
        return self.name.startswith("SOCKET_")

    @property
    def lod(self) -> int | None:
        """The number after ``_LOD``."""
        _, mark, number = self.name.rpartition("_LOD")
        return int(number) if mark and number.isdigit() and not self.is_collider else None


@dataclass
class Material:
    """Texture by slot: file name in FBX, image name in glTF."""

    name: str
    textures: dict[str, str] = field(default_factory=dict)
    is_double_sided: bool = False


@dataclass
class Curve:
    """Keys of one channel (``translation``, ``rotation``, ``scale``, ``weights``) of one node; times in seconds."""

    node: str
    channel: str
    times: Array
    values: Array


@dataclass
class Clip:
    """An animation: from ``start`` to ``end`` in seconds."""

    name: str
    start: float
    end: float
    curves: list[Curve] = field(default_factory=list)


@dataclass
class Model:
    """A parsed file. ``to_meters`` (4, 4) converts its world to meters, Y up, front +Z."""

    path: Path
    format: str
    nodes: list[Node]
    materials: list[Material]
    clips: list[Clip]
    to_meters: Array
    unit: float = 1.0
    images: dict[str, bytes] = field(default_factory=dict)
    paths: list[str] = field(default_factory=list)
    document: Any = None

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def is_skeletal(self) -> bool:
        return any(node.kind == "bone" for node in self.nodes)

    @property
    def mesh_nodes(self) -> list[Node]:
        return [node for node in self.nodes if node.mesh is not None]

    @property
    def render_nodes(self) -> list[Node]:
        """Mesh nodes that are not colliders."""
        return [node for node in self.mesh_nodes if not node.is_collider]

    @property
    def shown_nodes(self) -> list[Node]:
        """Render nodes of the finest level of detail."""
        return [node for node in self.render_nodes if not node.lod]

    def world(self, node: Node) -> Array:
        """World matrix (4, 4) of a node in meters, Y up."""
        return self.to_meters @ node.world

    def points(self, node: Node) -> Array:
        """(V, 3) of a node's mesh in meters, Y up, in rest pose."""
        assert node.mesh is not None
        # glTF 2.0, 3.7.3.3: the transform of a skinned mesh's node is ignored.
        matrix = self.to_meters if node.mesh.skin and self.format != "fbx" else self.world(node)
        return node.mesh.points @ matrix[:3, :3].T + matrix[:3, 3]

    def bones(self) -> dict[str, Array]:
        """Rest matrices (4, 4) in meters, Y up, by name."""
        return {
            node.name: self.to_meters @ (node.world if node.bind is None else node.bind)
            for node in self.nodes
            if node.kind == "bone"
        }

    def ancestors(self, node: Node) -> list[Node]:
        """Parents from the nearest up."""
        found = []
        while node.parent >= 0:
            node = self.nodes[node.parent]
            found.append(node)
        return found


def box(points: Array) -> Array:
    """(2, 3): lowest and highest corner."""
    return np.stack([points.min(axis=0), points.max(axis=0)])


def angle(one: Array, other: Array) -> float:
    """Degrees between two rotation matrices (3, 3)."""
    cosine = (np.trace(one.T @ other) - 1) / 2
    return float(np.degrees(np.arccos(np.clip(cosine, -1, 1))))


def rotation(matrix: Array) -> Array:
    """The rotation part (3, 3) of a matrix without shear."""
    return matrix[:3, :3] / np.maximum(np.linalg.norm(matrix[:3, :3], axis=0), 1e-12)


def scale(matrix: Array) -> Array:
    """The scale (3,) of a matrix, negative on its first axis when it mirrors."""
    lengths = np.linalg.norm(matrix[:3, :3], axis=0)
    return lengths * np.array([np.sign(np.linalg.det(matrix[:3, :3])) or 1, 1, 1])
