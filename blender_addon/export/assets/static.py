"""Collects the static objects of a scene as unique assets and their instances, on clean triangulated copies."""

from __future__ import annotations

import functools
from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any

import bpy
import numpy as np
from mathutils import Matrix
from numpy.typing import NDArray

from ...bridge.data.stored_values import stored_text
from ...bridge.jobs.steps import InThread, Pauses, Progress
from ...bridge.mesh_arrays import corner_vertices, face_materials, face_normals, finite_positions, positions
from ...bridge.object_labels import confidence_of, label_of
from ...bridge.state.preserved_scene import claim_name
from ...translations.registry import formatted
from ..content.evaluated import evaluated_copy, shown_graph, unposed_copy
from ..content.scene import Placed, SceneContent
from ..delivery.long_calls import READING, before_call
from ..meshes.cleaning import triangulating
from ..meshes.content import KnownMeshes, MeshContent
from ..meshes.keys import mesh_key
from ..meshes.measures import centroid, dimensions
from ..meshes.normals import restoring_normals, store_normals, transform_mesh
from ..meshes.uv_layers import order_layers
from ..meshes.variants import Variants
from ..names.assets import Namer
from .colliders import COLLIDER_KEY, Collider
from .placement import rigid
from .sockets import Socket, socket_empties, sockets_of

MOST_PROPORTIONS = 8
"""Differently proportioned meshes that are made of one; further objects are scaled instances of the first, so that
thousands of scattered stones stay a handful of meshes."""


@dataclass
class Instance:
    """One appearance of an object: the transform of its asset, and its scale relative to that.

    ``matrix`` maps the asset into the world, ``world`` the artist's object; both in meters. Instances made by a
    collection, particles or nodes have a ``mover``, with which they move.
    """

    object_name: str
    matrix: Matrix
    label: str | None
    confidence: float | None
    obj: bpy.types.Object
    world: Matrix
    mover: bpy.types.Object | None = None

    @property
    def home(self) -> Matrix:
        """The transform from the asset's space to the object's own."""
        if abs(self.world.determinant()) < 1e-12:
            return Matrix.Identity(4)
        return self.world.inverted() @ self.matrix


@dataclass
class StaticAsset:
    """A unique mesh: pivot at its bottom center, the scale of its first instance applied, triangles only.

    ``collider`` is the artist's choice of a collision shape; ``lods`` are the coarser levels, the mesh being LOD0;
    ``lightmap_size`` is 0 without lightmap UVs, else the resolution in texels that their padding is intended for.
    ``families`` are the materials for each family of targets.
    """

    name: str
    mesh: bpy.types.Mesh
    materials: list[bpy.types.Material | None]
    instances: list[Instance] = field(default_factory=list)
    collider: str | None = None
    sockets: list[Socket] = field(default_factory=list)
    lods: list[bpy.types.Mesh] = field(default_factory=list)
    colliders: list[Collider] = field(default_factory=list)
    lightmap_size: int = 0
    families: dict[str, list[bpy.types.Material | None]] = field(default_factory=dict)

    @property
    def obj(self) -> bpy.types.Object:
        """The first object with this asset."""
        return self.instances[0].obj

    @property
    def world(self) -> Matrix:
        """The world transform of the first object with this asset, in meters."""
        return self.instances[0].world

    @property
    def home(self) -> Matrix:
        """The transform from the asset's space to its first object's own."""
        return self.instances[0].home

    @functools.cached_property
    def measures(self) -> dict[str, list[float]]:
        """The measurements for the manifest; all targets write the same mesh, so it is measured once."""
        return {"dimensions": dimensions([self.mesh]), "centroid": centroid([self.mesh])}


@dataclass
class Collected:
    """Unique assets; names of objects without faces; shape keys dropped because of modifiers, by object; objects that
    look like another one, since a mesh had too many variants."""

    assets: list[StaticAsset]
    without_faces: list[str]
    lost_keys: dict[str, list[str]]
    shared_variants: list[str]


@dataclass(frozen=True)
class _Shape:
    """The asset that a mesh became under one ``linear`` (3, 3) map beside its rotation, and its pivot; no asset if it
    has no faces."""

    linear: NDArray[np.float64]
    asset: StaticAsset | None
    pivot: Matrix

    def ratio(self, linear: NDArray[np.float64]) -> NDArray[np.float64] | None:
        """(3,) the scale from this shape to ``linear``; ``None`` if either is flat or sheared."""
        if (np.abs(self.linear - linear) <= 1e-7 + 1e-5 * np.abs(linear)).all():
            return np.ones(3)
        own, other = np.diag(self.linear), np.diag(linear)
        if _is_sheared(self.linear) or _is_sheared(linear) or np.abs(np.concatenate([own, other])).min() < 1e-6:
            return None
        return other / own


def _is_sheared(linear: NDArray[np.float64]) -> bool:
    return bool(np.abs(linear - np.diag(np.diag(linear))).max() > 1e-5 * np.abs(linear).max())


def collect_assets(
    context: bpy.types.Context, content: SceneContent, namer: Namer
) -> Generator[Progress | InThread, Any, Collected]:
    """Unique assets with their instances, from all static appearances in the scene."""
    collector = _Collector(context, namer, len(content.statics))
    pauses = Pauses()
    for number, placed in enumerate(content.statics):
        if pauses.due():
            yield Progress(number, len(content.statics), formatted("Reading {name}", name=placed.obj.name))
        yield from collector.add(placed, number)
    return collector.collected()


class _Collector:
    """Makes an asset for each mesh that was not seen before, and an instance for each appearance."""

    def __init__(self, context: bpy.types.Context, namer: Namer, total: int) -> None:
        self._context = context
        self._total = total
        self._namer = namer
        self._empties = socket_empties(context.view_layer.objects)
        self._shapes: dict[Any, list[_Shape]] = {}
        self._variants = Variants()
        self._known = KnownMeshes[StaticAsset]()
        self._without_faces: dict[str, None] = {}
        self._with_faces: set[str] = set()
        self._lost_keys: dict[str, list[str]] = {}

    def collected(self) -> Collected:
        """The collected result; an object that appears with faces elsewhere does not count as faceless."""
        empty = [name for name in self._without_faces if name not in self._with_faces]
        return Collected(self._known.made, empty, self._lost_keys, self._variants.shared)

    def add(self, placed: Placed, number: int) -> Generator[Progress | InThread, Any, None]:
        """Adds the ``number``-th appearance; yields progress within a dense mesh."""
        obj = placed.obj
        base = rigid(placed.matrix)
        linear = np.array(base.to_3x3().inverted() @ placed.matrix.to_3x3())
        shape, ratio = yield from self._shape(placed, linear, number)
        asset = shape.asset
        if asset is None:
            self._without_faces[obj.name] = None
            return
        self._with_faces.add(obj.name)
        size = Matrix.Diagonal(ratio.tolist()).to_4x4()
        matrix = base @ size @ shape.pivot
        label = label_of(obj)
        asset.instances.append(Instance(obj.name, matrix, label, confidence_of(obj), obj, placed.matrix, placed.mover))
        asset.collider = asset.collider or stored_text(obj, COLLIDER_KEY, longest=20) or None
        asset.sockets = asset.sockets or sockets_of(obj, matrix, self._empties)

    def _shape(
        self, placed: Placed, linear: NDArray[np.float64], number: int
    ) -> Generator[Progress | InThread, Any, tuple[_Shape, NDArray[np.float64]]]:
        """The shape that an appearance is an instance of, and its scale (3,) relative to that; a new one is added.

        Larger and smaller copies share a mesh. Stretched ones get their own, up to :data:`MOST_PROPORTIONS`: a
        stretched sphere collides wrongly.
        """
        look = self._variants.of(placed)
        shapes = self._shapes.setdefault((mesh_key(placed), look), [])
        ratios = [(shape, ratio) for shape in shapes if (ratio := shape.ratio(linear)) is not None]
        for shape, ratio in ratios:
            if np.ptp(ratio) < 1e-4 * ratio.min():
                return shape, np.full(3, ratio.mean())
        if len(shapes) >= MOST_PROPORTIONS and ratios:
            return ratios[0]
        asset, pivot = yield from self._asset(placed, linear, number, look)
        shapes.append(_Shape(linear, asset, pivot))
        return shapes[-1], np.ones(3)

    def _asset(
        self, placed: Placed, linear: NDArray[np.float64], number: int, look: tuple[Any, ...]
    ) -> Generator[Progress | InThread, Any, tuple[StaticAsset | None, Matrix]]:
        """The asset of an object and its pivot; an existing one if it has the same geometry and materials."""
        mesh, materials = yield from self._mesh(placed, number)
        step = before_call(
            number,
            self._total,
            formatted("Reading {name}", name=placed.obj.name),
            len(mesh.loops) - 2 * len(mesh.polygons),
            READING,
        )
        pivot = yield from _clean(mesh, linear, placed.obj.name, step)
        if pivot is None:
            bpy.data.meshes.remove(mesh)
            return None, Matrix.Identity(4)
        materials = used_materials(mesh, materials)
        order_layers(mesh, materials)
        ensure_uv(mesh)
        content = MeshContent.of(mesh, materials, look)
        asset = self._known.find(content) if mesh.shape_keys is None else None
        if asset:
            bpy.data.meshes.remove(mesh)
        else:
            claim_name(mesh, "meshes", self._namer.name(placed.obj.name, "SM_"))
            asset = StaticAsset(mesh.name, mesh, materials)
            self._known.add(content, asset)
        return asset, pivot

    def _mesh(
        self, placed: Placed, number: int
    ) -> Generator[Progress | InThread, Any, tuple[bpy.types.Mesh, list[bpy.types.Material | None]]]:
        """A copy of the evaluated mesh, and the materials of its slots."""
        obj = placed.obj
        if placed.mesh is not None:
            return placed.mesh.copy(), list(placed.mesh.materials)
        depsgraph = shown_graph(self._context)
        slots = obj.evaluated_get(depsgraph).material_slots
        materials = [slot.material.original if slot.material else None for slot in slots]
        if obj.type != "MESH" or obj.data.shape_keys is None or len(obj.data.shape_keys.key_blocks) < 2:
            return evaluated_copy(obj, depsgraph), materials
        progress = Progress(number, self._total, formatted("Reading {name}", name=obj.name))
        made = yield from unposed_copy(self._context, obj, progress)
        if made.lost_keys:
            self._lost_keys[obj.name] = made.lost_keys
            bpy.data.meshes.remove(made.mesh)
            return evaluated_copy(obj, depsgraph), materials
        return made.mesh, materials


def _clean(
    mesh: bpy.types.Mesh, linear: NDArray[np.float64], name: str, progress: Progress
) -> Generator[Progress | InThread, Any, Matrix | None]:
    """Applies ``linear`` (3, 3), triangulates, and moves the bottom center to the origin: returns its former position,
    or ``None`` if no face is left."""
    yield progress
    finite_positions(mesh, name)
    store_normals(mesh)
    matrix = np.eye(4)
    matrix[:3, :3] = linear
    transform_mesh(mesh, matrix)
    yield progress
    yield from triangulating(mesh, progress)
    if not mesh.polygons:
        return None
    yield progress
    points = positions(mesh)
    low, high = points.min(axis=0), points.max(axis=0)
    pivot = Matrix.Translation(((low[0] + high[0]) / 2, (low[1] + high[1]) / 2, low[2]))
    mesh.transform(pivot.inverted(), shape_keys=True)
    yield from restoring_normals(mesh, progress, follows_surface=mesh.shape_keys is not None)
    yield progress
    return pivot


def used_materials(mesh: bpy.types.Mesh, materials: list[bpy.types.Material | None]) -> list[bpy.types.Material | None]:
    """The ``materials`` in use by faces of the mesh; its slots and material indices are renumbered accordingly."""
    index = face_materials(mesh)
    used, renumbered = np.unique(np.clip(index, 0, max(len(materials) - 1, 0)), return_inverse=True)
    mesh.materials.clear()  # which sends every face to the first slot
    for _ in used:
        mesh.materials.append(None)
    if len(used) > 1:
        mesh.polygons.foreach_set("material_index", renumbered.astype(np.int32).ravel())
    return [materials[number] if materials else None for number in used]


def ensure_uv(mesh: bpy.types.Mesh) -> None:
    """Gives a mesh without UVs a box projection in meters: engines need a UV0 for tangents."""
    if mesh.uv_layers:
        return
    layer = mesh.uv_layers.new(name="UVMap")
    points = positions(mesh)
    axis = np.repeat(np.abs(face_normals(mesh)).argmax(axis=1), 3)
    at = points[corner_vertices(mesh)]
    first = np.where(axis == 0, 1, 0)
    second = np.where(axis == 2, 1, 2)
    rows = np.arange(len(at))
    layer.data.foreach_set("uv", np.stack([at[rows, first], at[rows, second]], axis=1).astype(np.float32).ravel())
