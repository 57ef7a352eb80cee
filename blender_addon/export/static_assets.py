"""The static objects of a scene as unique assets and their instances, on clean triangulated copies."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import bmesh
import bpy
import numpy as np
from mathutils import Matrix, Vector

from ..bridge.mesh_arrays import CONVERTIBLE, finite_positions, positions
from ..bridge.preserved_scene import claim_name
from .naming import Namer

SMALLEST_EDGE = 1e-6


@dataclass
class Instance:
    """One object of the artist's scene: where its asset stands."""

    object_name: str
    matrix: Matrix
    label: str | None
    confidence: float | None


@dataclass
class StaticAsset:
    """A unique mesh: pivot at its bottom centre, scale applied, triangles only."""

    name: str
    mesh: bpy.types.Mesh
    materials: list[bpy.types.Material | None]
    instances: list[Instance] = field(default_factory=list)


def skinned_meshes(armature: bpy.types.Object) -> list[bpy.types.Object]:
    """The meshes that an armature deforms."""
    return [
        child
        for child in armature.children_recursive
        if child.type == "MESH"
        and child.data.polygons
        and any(m.type == "ARMATURE" and m.object == armature for m in child.modifiers)
    ]


def exported_objects(context: bpy.types.Context) -> tuple[list[bpy.types.Object], list[bpy.types.Object]]:
    """Visible static objects, and armatures with skinned meshes."""
    visible = [one for one in context.view_layer.objects if one.visible_get() and not one.hide_render]
    armatures = [one for one in visible if one.type == "ARMATURE" and skinned_meshes(one)]
    skinned = {mesh.session_uid for armature in armatures for mesh in skinned_meshes(armature)}
    static = [one for one in visible if one.type in CONVERTIBLE and one.session_uid not in skinned]
    return static, armatures


def collect_assets(
    context: bpy.types.Context, objects: list[bpy.types.Object], namer: Namer
) -> tuple[list[StaticAsset], list[str]]:
    """Unique assets with their instances, and the names of objects without faces, which are left out."""
    depsgraph = context.evaluated_depsgraph_get()
    assets: dict[Any, tuple[StaticAsset, Matrix]] = {}
    empty = []
    for obj in objects:
        key = _key(obj)
        if key not in assets:
            mesh, pivot = _clean_copy(obj, depsgraph)
            if mesh is None:
                empty.append(obj.name)
                continue
            claim_name(mesh, "meshes", namer.name(obj.name, "SM_"))
            materials = [slot.material for slot in obj.material_slots] or [None]
            assets[key] = StaticAsset(mesh.name, mesh, materials), pivot
        asset, pivot = assets[key]
        location, rotation, _ = obj.matrix_world.decompose()
        matrix = Matrix.Translation(location) @ rotation.to_matrix().to_4x4() @ pivot
        asset.instances.append(
            Instance(obj.name, matrix, obj.get("atelier_label") or None, obj.get("atelier_confidence"))
        )
    return [asset for asset, _ in assets.values()], empty


def _key(obj: bpy.types.Object) -> Any:
    """Objects with equal keys are the same asset."""
    scale = tuple(round(value, 5) for value in obj.matrix_world.to_scale())
    mirrored = obj.matrix_world.determinant() < 0
    materials = tuple(slot.material.session_uid if slot.material else 0 for slot in obj.material_slots)
    own = obj.session_uid if obj.modifiers or obj.type != "MESH" else 0
    return obj.data.session_uid, scale, mirrored, materials, own


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
    work = bmesh.new()
    work.from_mesh(mesh)
    if not mesh.shape_keys:
        bmesh.ops.dissolve_degenerate(work, edges=work.edges, dist=SMALLEST_EDGE)
    bmesh.ops.triangulate(work, faces=work.faces, quad_method="BEAUTY", ngon_method="BEAUTY")
    if not mesh.shape_keys:
        flat = [face for face in work.faces if face.calc_area() < 1e-12]
        bmesh.ops.delete(work, geom=flat, context="FACES_ONLY")
        bmesh.ops.delete(work, geom=[e for e in work.edges if not e.link_faces], context="EDGES")
        bmesh.ops.delete(work, geom=[v for v in work.verts if not v.link_faces], context="VERTS")
    work.to_mesh(mesh)
    work.free()
    if not mesh.shape_keys:
        mesh.validate(clean_customdata=False)  # a triangle twice in one place: importers drop one
    mesh.update()


def ensure_uv(mesh: bpy.types.Mesh) -> None:
    """A mesh without UVs gets a box projection in metres: engines need a UV0 for tangents."""
    if mesh.uv_layers:
        return
    layer = mesh.uv_layers.new(name="UVMap")
    points = positions(mesh)
    corners = np.empty(len(mesh.loops), np.int32)
    mesh.loops.foreach_get("vertex_index", corners)
    normals = np.empty(len(mesh.polygons) * 3, np.float32)
    mesh.polygons.foreach_get("normal", normals)
    axis = np.repeat(np.abs(normals.reshape(-1, 3)).argmax(axis=1), 3)
    at = points[corners]
    first = np.where(axis == 0, 1, 0)
    second = np.where(axis == 2, 1, 2)
    rows = np.arange(len(at))
    layer.data.foreach_set("uv", np.stack([at[rows, first], at[rows, second]], axis=1).astype(np.float32).ravel())
