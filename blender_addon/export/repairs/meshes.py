"""Repairs of faces, edges and vertices, on any mesh: an artist's or an exported copy."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import bmesh
import bpy

from ml_core.errors import InputError

from ...bridge.mesh_arrays import mesh_data
from ..meshes.cleaning import edited
from ..preflight.meshes.facts import MeshFacts
from ..preflight.meshes.geometry import SMALLEST_AREA, problems

SMALLEST_EDGE = 1e-6
Values = Mapping[str, Any]


@contextmanager
def _editing(mesh: bpy.types.Mesh) -> Iterator[bmesh.types.BMesh]:
    with edited(mesh) as work:
        yield work
    mesh.update()


def delete_bad_vertices(context: bpy.types.Context, obj: bpy.types.Object, values: Values) -> None:
    """Deletes vertices whose coordinates are not finite, with their faces."""
    with _editing(mesh_data(obj)) as work:
        bad = [vert for vert in work.verts if not all(map(math.isfinite, vert.co))]
        bmesh.ops.delete(work, geom=bad, context="VERTS")


def dissolve_degenerate(context: bpy.types.Context, obj: bpy.types.Object, values: Values) -> None:
    """Dissolves edges without length and faces without area; what cannot be dissolved is deleted."""
    with _editing(mesh_data(obj)) as work:
        had_loose = any(not vert.link_faces for vert in work.verts)
        bmesh.ops.dissolve_degenerate(work, edges=list(work.edges), dist=SMALLEST_EDGE)
        flat = [face for face in work.faces if face.calc_area() < SMALLEST_AREA]
        bmesh.ops.delete(work, geom=flat, context="FACES")
        if not had_loose:
            _delete_loose(work)


def delete_loose(context: bpy.types.Context, obj: bpy.types.Object, values: Values) -> None:
    """Deletes vertices and edges without a face."""
    with _editing(mesh_data(obj)) as work:
        _delete_loose(work)


def _delete_loose(work: bmesh.types.BMesh) -> None:
    bmesh.ops.delete(work, geom=[edge for edge in work.edges if not edge.link_faces], context="EDGES")
    bmesh.ops.delete(work, geom=[vert for vert in work.verts if not vert.link_faces], context="VERTS")


def delete_duplicate_faces(context: bpy.types.Context, obj: bpy.types.Object, values: Values) -> None:
    """Deletes faces that coincide with others of the same orientation."""
    delete_copies(mesh_data(obj))


def delete_copies(mesh: bpy.types.Mesh) -> None:
    """As :func:`delete_duplicate_faces`, on a mesh."""
    copies = MeshFacts.of(mesh).copied_faces()
    with _editing(mesh) as work:
        work.faces.ensure_lookup_table()
        bmesh.ops.delete(work, geom=[work.faces[int(index)] for index in copies], context="FACES")


def split_edges(context: bpy.types.Context, obj: bpy.types.Object, values: Values) -> None:
    """Splits edges with more than two faces, so that each face has its own."""
    split_crowded(mesh_data(obj))


def split_crowded(mesh: bpy.types.Mesh) -> None:
    """As :func:`split_edges`, on a mesh."""
    with _editing(mesh) as work:
        bmesh.ops.split_edges(work, edges=[edge for edge in work.edges if len(edge.link_faces) > 2])


def turn_faces(context: bpy.types.Context, obj: bpy.types.Object, values: Values) -> None:
    """Flips faces so that neighbors agree; in each connected part the majority stays as it is."""
    agree(mesh_data(obj))


def agree(mesh: bpy.types.Mesh) -> None:
    """As :func:`turn_faces`, on a mesh. The faces of a room that is seen from the inside keep facing inward."""
    with _editing(mesh) as work:
        before = {face: face.normal.copy() for face in work.faces}
        bmesh.ops.recalc_face_normals(work, faces=list(work.faces))
        for part in _parts(work):
            turned = sum(face.calc_area() for face in part if face.normal.dot(before[face]) < 0)
            if turned > sum(face.calc_area() for face in part) / 2:
                bmesh.ops.reverse_faces(work, faces=part)


def _parts(work: bmesh.types.BMesh) -> Iterator[list[bmesh.types.BMFace]]:
    """Groups of faces connected by edges of exactly two faces, the only ones across which normals can agree."""
    left = set(work.faces)
    while left:
        part = [left.pop()]
        for face in part:
            for edge in face.edges:
                others = [item for item in edge.link_faces if item in left] if len(edge.link_faces) == 2 else []
                left.difference_update(others)
                part += others
        yield part


def triangulate_ngons(context: bpy.types.Context, obj: bpy.types.Object, values: Values) -> None:
    """Triangulates faces of five or more corners; triangles and quads stay."""
    with _editing(mesh_data(obj)) as work:
        large = [face for face in work.faces if len(face.verts) > 4]
        bmesh.ops.triangulate(work, faces=large, quad_method="BEAUTY", ngon_method="BEAUTY")


def decimate(context: bpy.types.Context, obj: bpy.types.Object, values: Values) -> None:
    """Adds a Decimate modifier that brings the object into its budget; the mesh itself stays.

    Raises:
        InputError: the object is not a mesh, or has shape keys, which the modifier would drop.
    """
    if obj.type != "MESH" or obj.data.shape_keys is not None:
        raise InputError("{name}: only a mesh without shape keys can be reduced; reduce it by hand", name=obj.name)
    modifier = obj.modifiers.new("Budget", "DECIMATE")
    # A little below, since the modifier may stop a few triangles above its ratio.
    modifier.ratio = 0.98 * values["limit"] / max(values["number"], 1)


def repair_mesh_copy(mesh: bpy.types.Mesh) -> None:
    """Applies the repairs allowed on an exported copy, if needed: duplicate faces, crowded edges, flipped faces."""
    wrong = problems(MeshFacts.of(mesh))
    if wrong["duplicate_faces"]:
        delete_copies(mesh)
    if wrong["non_manifold"]:
        split_crowded(mesh)
    if wrong["turned_faces"]:
        agree(mesh)
