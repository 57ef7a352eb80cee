"""The static objects of a scene as unique assets and their instances, on clean triangulated copies."""

from __future__ import annotations

import functools
import time
from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any

import bmesh
import bpy
import numpy as np
from mathutils import Matrix, Vector

from ..bridge.jobs import Progress
from ..bridge.mesh_arrays import (
    CONVERTIBLE,
    corner_edges,
    corner_vertices,
    face_materials,
    face_normals,
    finite_positions,
    positions,
    triangle_vertices,
)
from ..bridge.object_labels import confidence_of, label_of
from ..bridge.overrides import without_overridden
from ..bridge.preserved_scene import claim_name
from ..bridge.stored_values import stored_text
from .colliders import COLLIDER_KEY, Collider
from .measures import centroid, dimensions
from .mesh_content import KnownMeshes, MeshContent
from .naming import Namer
from .placement import without_scale
from .sockets import Socket, socket_empties, sockets_of

SMALLEST_EDGE = 1e-6
SMALLEST_AREA = 1e-12

THINNEST = 1e-6
"""Metres; what single precision can tell a few metres from the origin. Thinner triangles have no direction."""
MOST_PROPORTIONS = 8
"""Differently proportioned meshes that are made of one; further objects are scaled instances of the first, so that
thousands of scattered stones stay a handful of meshes."""
_PRIMES = np.array([73856093, 19349669, 83492791])

PATIENCE = 0.7
"""Seconds of work after which progress is told."""


@dataclass
class Instance:
    """One object of the artist's scene: where its asset stands, and how much larger than the asset it is."""

    object_name: str
    matrix: Matrix
    label: str | None
    confidence: float | None


@dataclass
class StaticAsset:
    """A unique mesh: pivot at its bottom centre, the scale of its first instance applied, triangles only.

    ``collider`` is the artist's choice of a collision shape; ``lods`` lie below the mesh, which is LOD0;
    ``lightmap_size`` is 0 without lightmap UVs, else the texels a side that their padding is meant for.
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

    @functools.cached_property
    def measures(self) -> dict[str, list[float]]:
        """For the manifest; all targets write the same mesh, so that it is measured once."""
        return {"dimensions": dimensions([self.mesh]), "centroid": centroid([self.mesh])}


@dataclass(frozen=True)
class _Shape:
    """The asset that a mesh at one ``scale`` (3,) became, and its pivot; no asset where it has no faces."""

    scale: np.ndarray
    asset: StaticAsset | None
    pivot: Matrix

    def ratio(self, scale: np.ndarray) -> np.ndarray | None:
        """(3,) by which this is scaled to get ``scale``; ``None`` where one of them is flat."""
        if np.abs(np.concatenate([self.scale, scale])).min() < 1e-6:
            return np.ones(3) if np.allclose(self.scale, scale, atol=1e-7) else None
        ratio = scale / self.scale
        return np.ones(3) if np.abs(ratio - 1).max() < 1e-5 else ratio


def skinned_meshes(armature: bpy.types.Object) -> list[bpy.types.Object]:
    """The meshes that an armature deforms."""
    return [child for child in armature.children_recursive if _armature_of(child) == armature]


def _armature_of(obj: bpy.types.Object) -> bpy.types.Object | None:
    """The armature above ``obj`` that deforms it."""
    if obj.type != "MESH" or not obj.data.polygons:
        return None
    deforming = {m.object for m in obj.modifiers if m.type == "ARMATURE"}
    above = obj.parent
    while above is not None and above not in deforming:
        above = above.parent
    return above


def exported_objects(context: bpy.types.Context) -> tuple[list[bpy.types.Object], list[bpy.types.Object]]:
    """Visible static objects, and armatures with skinned meshes."""
    visible = without_overridden(one for one in context.view_layer.objects if one.visible_get() and not one.hide_render)
    skinned: dict[int, bpy.types.Object] = {}
    for obj in bpy.data.objects:
        armature = _armature_of(obj) if obj.modifiers else None
        if armature is not None:
            skinned[obj.session_uid] = armature
    deforming = {armature.session_uid for armature in skinned.values()}
    armatures = [one for one in visible if one.type == "ARMATURE" and one.session_uid in deforming]
    own = {one.session_uid for one in armatures}
    static = [
        one
        for one in visible
        if one.type in CONVERTIBLE and not (one.session_uid in skinned and skinned[one.session_uid].session_uid in own)
    ]
    return static, armatures


def collect_assets(
    context: bpy.types.Context, objects: list[bpy.types.Object], namer: Namer
) -> Generator[Progress, None, tuple[list[StaticAsset], list[str]]]:
    """Unique assets with their instances, and the names of objects without faces, which are left out."""
    depsgraph = context.evaluated_depsgraph_get()
    empties = socket_empties(context.view_layer.objects)
    found: dict[Any, list[_Shape]] = {}
    known = KnownMeshes[StaticAsset]()
    empty = []
    told = time.perf_counter()
    for number, obj in enumerate(objects):
        if time.perf_counter() - told > PATIENCE:
            yield Progress(number, len(objects), f"Reading {obj.name}")
            told = time.perf_counter()
        shape, ratio = _shape(obj, found.setdefault(_key(obj), []), depsgraph, namer, known)
        asset = shape.asset
        if asset is None:
            empty.append(obj.name)
            continue
        size = Matrix.Diagonal(ratio.tolist()).to_4x4()
        matrix = without_scale(obj) @ size @ shape.pivot
        asset.instances.append(Instance(obj.name, matrix, label_of(obj), confidence_of(obj)))
        asset.collider = asset.collider or stored_text(obj, COLLIDER_KEY, longest=20) or None
        asset.sockets = asset.sockets or sockets_of(obj, matrix, empties)
    return known.made, empty


def _shape(
    obj: bpy.types.Object,
    shapes: list[_Shape],
    depsgraph: bpy.types.Depsgraph,
    namer: Namer,
    known: KnownMeshes[StaticAsset],
) -> tuple[_Shape, np.ndarray]:
    """What an object is an instance of, and its scale (3,) beside that; a new one joins ``shapes``.

    Larger and smaller copies share a mesh. Stretched ones get their own, up to :data:`MOST_PROPORTIONS`: a stretched
    sphere collides wrongly.
    """
    scale = np.array(obj.matrix_world.to_scale())
    ratios = [(shape, ratio) for shape in shapes if (ratio := shape.ratio(scale)) is not None]
    for shape, ratio in ratios:
        if np.ptp(ratio) < 1e-4 * ratio.min():
            return shape, np.full(3, ratio.mean())
    if len(shapes) >= MOST_PROPORTIONS and ratios:
        return ratios[0]
    asset, pivot = _asset(obj, depsgraph, namer, known)
    shapes.append(_Shape(scale, asset, pivot))
    return shapes[-1], np.ones(3)


def _asset(
    obj: bpy.types.Object, depsgraph: bpy.types.Depsgraph, namer: Namer, known: KnownMeshes[StaticAsset]
) -> tuple[StaticAsset | None, Matrix]:
    """The asset of an object and its pivot; one of ``known`` when that has the same geometry and materials."""
    mesh, pivot = _clean_copy(obj, depsgraph)
    if mesh is None:
        return None, pivot
    materials = used_materials(mesh, [slot.material for slot in obj.material_slots])
    content = MeshContent.of(mesh, materials)
    asset = known.find(content)
    if asset:
        bpy.data.meshes.remove(mesh)
    else:
        claim_name(mesh, "meshes", namer.name(obj.name, "SM_"))
        asset = StaticAsset(mesh.name, mesh, materials)
        known.add(content, asset)
    return asset, pivot


def _key(obj: bpy.types.Object) -> Any:
    """Objects with equal keys are the same asset, but for their scale."""
    mirrored = obj.matrix_world.determinant() < 0
    materials = tuple(slot.material.session_uid if slot.material else 0 for slot in obj.material_slots)
    own = _modifiers(obj) if obj.type == "MESH" else obj.session_uid
    return obj.data.session_uid, mirrored, materials, own


def _modifiers(obj: bpy.types.Object) -> Any:
    """The settings of an object's modifiers; its own number where they look at other objects or at vertex groups."""
    settings = []
    for modifier in obj.modifiers:
        for prop in modifier.bl_rna.properties:
            value = getattr(modifier, prop.identifier, None)
            if prop.type in ("POINTER", "COLLECTION"):
                if prop.type == "POINTER" and isinstance(value, bpy.types.Object):
                    return obj.session_uid
                value = value.session_uid if isinstance(value, bpy.types.ID) else None
            elif getattr(prop, "is_array", False):
                value = tuple(value)
            if prop.identifier not in ("persistent_uid", "execution_time", "name", "show_expanded", "is_active"):
                settings.append((prop.identifier, value))
        if modifier.type in ("NODES", "CURVE_DEVICE"):
            return obj.session_uid
    return tuple(settings)


def _clean_copy(obj: bpy.types.Object, depsgraph: bpy.types.Depsgraph) -> tuple[bpy.types.Mesh | None, Matrix]:
    mesh = bpy.data.meshes.new_from_object(
        obj.evaluated_get(depsgraph), preserve_all_data_layers=True, depsgraph=depsgraph
    )
    finite_positions(mesh, obj.name)
    mesh.transform(Matrix.Diagonal(obj.matrix_world.to_scale()).to_4x4())
    if obj.matrix_world.determinant() < 0:
        mesh.flip_normals()
    triangulate(mesh)
    if not mesh.polygons:
        bpy.data.meshes.remove(mesh)
        return None, Matrix.Identity(4)
    points = positions(mesh)
    low, high = points.min(axis=0), points.max(axis=0)
    pivot = Vector(((low[0] + high[0]) / 2, (low[1] + high[1]) / 2, low[2]))
    mesh.transform(Matrix.Translation(-pivot))
    ensure_uv(mesh)
    return mesh, Matrix.Translation(pivot)


def triangulate(mesh: bpy.types.Mesh) -> None:
    """Triangles only; degenerate faces and loose vertices go. Shape keys and custom normals stay."""
    is_sound = not mesh.shape_keys and _is_sound(mesh)
    if not is_sound or len(mesh.loops) != 3 * len(mesh.polygons):
        work = bmesh.new()
        work.from_mesh(mesh)
        if not is_sound and not mesh.shape_keys:
            bmesh.ops.dissolve_degenerate(work, edges=work.edges, dist=SMALLEST_EDGE)
        bmesh.ops.triangulate(work, faces=work.faces, quad_method="BEAUTY", ngon_method="BEAUTY")
        work.to_mesh(mesh)
        work.free()
        is_sound = not mesh.shape_keys and _is_sound(mesh)
    if not is_sound:
        _remove_flat(mesh)
    _remove_doubles(mesh)
    if not mesh.shape_keys:
        mesh.validate(clean_customdata=False)  # a triangle twice in one place: importers drop one
    mesh.update()


def _is_sound(mesh: bpy.types.Mesh) -> bool:
    """Whether there is nothing to clean away: no edge or triangle without size, nothing that no face holds."""
    triangles = triangle_vertices(mesh)
    if not np.bincount(corner_edges(mesh), minlength=len(mesh.edges)).all():
        return False
    if not np.bincount(triangles.ravel(), minlength=len(mesh.vertices)).all():
        return False
    a, b, c = positions(mesh)[triangles].astype(np.float64).transpose(1, 0, 2)
    lengths = np.linalg.norm([a - b, b - c, c - a], axis=2)
    double_area = np.linalg.norm(np.cross(b - a, c - a), axis=1)
    is_flat = (double_area < 2 * SMALLEST_AREA) | (double_area < THINNEST * lengths.max(axis=0))
    return not is_flat.any() and not (lengths <= SMALLEST_EDGE).any()


def _remove_flat(mesh: bpy.types.Mesh) -> None:
    """Removes triangles without area, unless a shape key opens them, and what no face holds any more."""
    work = bmesh.new()
    work.from_mesh(mesh)
    layers = work.verts.layers.shape.values()
    flat = [face for face in work.faces if _is_flat(face) and not _opens(face, layers)]
    bmesh.ops.delete(work, geom=flat, context="FACES_ONLY")
    if not mesh.shape_keys:
        bmesh.ops.delete(work, geom=[e for e in work.edges if not e.link_faces], context="EDGES")
        bmesh.ops.delete(work, geom=[v for v in work.verts if not v.link_faces], context="VERTS")
    work.to_mesh(mesh)
    work.free()


def _remove_doubles(mesh: bpy.types.Mesh) -> None:
    """Removes triangles that lie where another one lies already, turned the same way: they would flicker."""
    corners = corner_vertices(mesh)
    micrometres = np.round(positions(mesh).astype(np.float64) * 1e6).astype(np.int64)
    # The same three places give the same sum of products, whatever overflows.
    sums = (micrometres @ _PRIMES)[corners].reshape(-1, 3).sum(axis=1)
    if len(np.unique(sums)) == len(sums):
        return
    _, place = np.unique(micrometres, axis=0, return_inverse=True)
    triangles = place.ravel()[corners].reshape(-1, 3)
    first = triangles.argmin(axis=1)[:, None]
    turned = np.take_along_axis(triangles, (first + np.arange(3)) % 3, axis=1)
    _, kept = np.unique(turned, axis=0, return_index=True)
    if len(kept) == len(triangles):
        return
    work = bmesh.new()
    work.from_mesh(mesh)
    work.faces.ensure_lookup_table()
    doubles = np.setdiff1d(np.arange(len(triangles)), kept)
    bmesh.ops.delete(work, geom=[work.faces[number] for number in doubles], context="FACES")
    work.to_mesh(mesh)
    work.free()


def _is_flat(face: bmesh.types.BMFace) -> bool:
    area = face.calc_area()
    return area < SMALLEST_AREA or 2 * area < THINNEST * max(edge.calc_length() for edge in face.edges)


def _opens(face: bmesh.types.BMFace, layers: list[bmesh.types.BMLayerItem]) -> bool:
    """Whether a triangle without area gets one that shows (a tenth of a square millimetre) in some shape key."""
    corners = [[vert[layer] for vert in face.verts] for layer in layers]
    return any((b - a).cross(c - a).length > 2e-7 for a, b, c in corners)


def used_materials(mesh: bpy.types.Mesh, materials: list[bpy.types.Material | None]) -> list[bpy.types.Material | None]:
    """Those of ``materials`` that a face of the mesh has; its slots and faces are renumbered to them."""
    index = face_materials(mesh)
    used, renumbered = np.unique(np.clip(index, 0, max(len(materials) - 1, 0)), return_inverse=True)
    mesh.materials.clear()  # which sends every face to the first slot
    for _ in used:
        mesh.materials.append(None)
    if len(used) > 1:
        mesh.polygons.foreach_set("material_index", renumbered.astype(np.int32).ravel())
    return [materials[number] if materials else None for number in used]


def ensure_uv(mesh: bpy.types.Mesh) -> None:
    """A mesh without UVs gets a box projection in metres: engines need a UV0 for tangents."""
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
