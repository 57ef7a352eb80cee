"""Meshes as engines take them: triangles only, nothing flat, loose or twice in one place."""

from __future__ import annotations

import bmesh
import bpy
import numpy as np
from numpy.typing import NDArray

from ...bridge.mesh_arrays import corner_edges, corner_vertices, positions, triangle_vertices

Points = NDArray[np.float32]
SMALLEST_EDGE = 1e-6
SMALLEST_AREA = 1e-12

THINNEST = 1e-6
"""Meters; what single precision can tell a few meters from the origin. Thinner triangles have no direction."""
_PRIMES = np.array([73856093, 19349669, 83492791])


def triangulate(mesh: bpy.types.Mesh) -> None:
    """Triangles only; degenerate faces and loose vertices go. Shape keys and custom normals stay."""
    is_sound = not mesh.shape_keys and _is_sound(mesh)
    if not is_sound or len(mesh.loops) != 3 * len(mesh.polygons):
        has_folds = _has_folds(mesh)
        work = bmesh.new()
        work.from_mesh(mesh)
        if not is_sound and not mesh.shape_keys:
            bmesh.ops.dissolve_degenerate(work, edges=list(work.edges), dist=SMALLEST_EDGE)
        _split_as_shown(work, has_folds)
        work.to_mesh(mesh)
        work.free()
        is_sound = not mesh.shape_keys and _is_sound(mesh)
    if not is_sound:
        _remove_flat(mesh)
    _remove_doubles(mesh)
    if not mesh.shape_keys:
        mesh.validate(clean_customdata=False)  # a triangle twice in one place: importers drop one
    mesh.update()


def _split_as_shown(work: bmesh.types.BMesh, has_folds: bool) -> None:
    """Splits faces as Blender draws them: bent quads show on which diagonal they are split.

    Args:
        has_folds: whether there are quads that would lie on themselves, split from their first to their third corner.
    """
    quads = [face for face in work.faces if len(face.verts) == 4] if has_folds else []
    if quads:
        points = np.array([[vert.co.to_tuple() for vert in face.verts] for face in quads])
        turned = [quads[row] for row in np.flatnonzero(_folds(*points.transpose(1, 0, 2)))]
        bmesh.ops.triangulate(work, faces=turned, quad_method="ALTERNATE")
    bmesh.ops.triangulate(work, faces=list(work.faces), quad_method="FIXED", ngon_method="EAR_CLIP")


def _has_folds(mesh: bpy.types.Mesh) -> bool:
    sizes = np.empty(len(mesh.polygons), np.int32)
    mesh.polygons.foreach_get("loop_total", sizes)
    first = (np.cumsum(sizes) - sizes)[sizes == 4]
    if not len(first):
        return False
    points = positions(mesh)[corner_vertices(mesh)[first[:, None] + np.arange(4)]]
    return bool(np.any(_folds(*points.transpose(1, 0, 2))))


def _folds(a: Points, b: Points, c: Points, d: Points) -> NDArray[np.bool_]:
    """Whether quads of corners (…, 3) are folded by the diagonal from their first to their third corner."""
    across = c - a
    return (np.cross(b - a, across) * np.cross(across, d - a)).sum(axis=-1) < 0


def is_closed(mesh: bpy.types.Mesh) -> bool:
    """Whether two faces meet at every edge, vertices in one place counting as one: its back is never seen."""
    corners = corner_vertices(mesh)
    if not len(corners):
        return False
    # Equal places give equal sums of products, whatever overflows.
    sums = np.round(positions(mesh).astype(np.float64) * 1e5).astype(np.int64) @ _PRIMES
    place = np.unique(sums, return_inverse=True)[1].ravel()[corners].reshape(-1, 3)
    start, stop = place.ravel(), np.roll(place, -1, axis=1).ravel()
    edges = (np.minimum(start, stop) * len(mesh.vertices) + np.maximum(start, stop))[start != stop]
    return bool((np.unique(edges, return_counts=True)[1] >= 2).all())


def _is_sound(mesh: bpy.types.Mesh) -> bool:
    """Whether there is nothing to clean away: no edge or triangle without size, nothing that no face holds."""
    triangles = triangle_vertices(mesh)
    if not np.bincount(corner_edges(mesh), minlength=len(mesh.edges)).all():
        return False
    if not np.bincount(triangles.ravel(), minlength=len(mesh.vertices)).all():
        return False
    points = positions(mesh)
    return not flat_triangles(points, triangles).any() and not (_lengths(points, triangles) <= SMALLEST_EDGE).any()


def flat_triangles(points: NDArray[np.float32], triangles: NDArray[np.int32]) -> NDArray[np.bool_]:
    """(T,) triangles without area, or thinner than single precision can tell."""
    a, b, c = points[triangles].astype(np.float64).transpose(1, 0, 2)
    double_area = np.linalg.norm(np.cross(b - a, c - a), axis=1)
    return (double_area < 2 * SMALLEST_AREA) | (double_area < THINNEST * _lengths(points, triangles).max(axis=0))


def _lengths(points: NDArray[np.float32], triangles: NDArray[np.int32]) -> NDArray[np.float64]:
    """(3, T) the edges' lengths."""
    a, b, c = points[triangles].astype(np.float64).transpose(1, 0, 2)
    return np.linalg.norm([a - b, b - c, c - a], axis=2)


def _remove_flat(mesh: bpy.types.Mesh) -> None:
    """Removes triangles without area, unless a shape key opens them, and what no face holds any more."""
    rows = np.flatnonzero(flat_triangles(positions(mesh), triangle_vertices(mesh)))
    if mesh.shape_keys and not len(rows):
        return
    work = bmesh.new()
    work.from_mesh(mesh)
    work.faces.ensure_lookup_table()
    layers = work.verts.layers.shape.values()
    flat = [work.faces[row] for row in rows if not _opens(work.faces[row], layers)]
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


def _opens(face: bmesh.types.BMFace, layers: list[bmesh.types.BMLayerItem]) -> bool:
    """Whether a triangle without area gets one that shows (a tenth of a square millimeter) in some shape key."""
    corners = [[vert[layer] for vert in face.verts] for layer in layers]
    return any((b - a).cross(c - a).length > 2e-7 for a, b, c in corners)
