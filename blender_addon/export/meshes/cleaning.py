"""Cleans meshes for engines: triangles only, nothing degenerate, loose or duplicate."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any

import bmesh
import bpy
import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.mesh.corners import crossed, lengths

from ...bridge.jobs.steps import InThread, Progress, aside, run_to_end
from ...bridge.mesh_arrays import corner_edges, corner_vertices, positions, triangle_vertices

Points = NDArray[np.float64]
SMALLEST_EDGE = 1e-6
SMALLEST_AREA = 1e-12

THINNEST = 1e-6
"""Meters; what single precision can tell a few meters from the origin. Thinner triangles have no direction."""
MANY = 4000
"""Triangles from which on another thread looks at them: some milliseconds."""
_PRIMES = np.array([73856093, 19349669, 83492791])


def triangulate(mesh: bpy.types.Mesh) -> None:
    """Triangulates a mesh and removes degenerate faces and loose vertices. Shape keys and custom normals stay."""
    run_to_end(triangulating(mesh, Progress(0, 1, "")))


def triangulating(mesh: bpy.types.Mesh, progress: Progress) -> Generator[Progress | InThread, Any, None]:
    """As :func:`triangulate`, in steps; ``progress`` is yielded at each."""
    _remove_matrices(mesh)
    keyed = mesh.shape_keys is not None
    is_sound = not keyed and (yield from _is_sound(mesh))
    if not is_sound or len(mesh.loops) != 3 * len(mesh.polygons):
        if not is_sound and not keyed:
            with edited(mesh) as work:
                bmesh.ops.dissolve_degenerate(work, edges=list(work.edges), dist=SMALLEST_EDGE)
            yield progress
        yield from _split_as_shown(mesh, progress)
        is_sound = not keyed and (yield from _is_sound(mesh))
    if not is_sound:
        yield progress
        yield from _remove_flat(mesh)
    yield progress
    yield from _remove_doubles(mesh)
    yield progress
    if not keyed:
        mesh.validate(clean_customdata=False)  # a triangle twice in one place: importers drop one
    mesh.update()


def _remove_matrices(mesh: bpy.types.Mesh) -> None:
    """Removes attributes that are matrices, which no model format supports: Blender 4.5 crashes when it splits a face
    that has them."""
    names = [attribute.name for attribute in mesh.attributes if attribute.data_type == "FLOAT4X4"]
    for name in names:
        mesh.attributes.remove(mesh.attributes[name])


@contextmanager
def edited(mesh: bpy.types.Mesh) -> Iterator[bmesh.types.BMesh]:
    """A mesh in editable form, which is written back after the block."""
    work = bmesh.new()
    try:
        work.from_mesh(mesh)
        yield work
        work.to_mesh(mesh)
    finally:
        work.free()


def _split_as_shown(mesh: bpy.types.Mesh, progress: Progress) -> Generator[Progress, None, None]:
    """Splits faces as Blender draws them: bent quads show on which diagonal they are split.

    Quads that would fold if split from their first to their third corner are split along the other diagonal.
    """
    turned = _folded_quads(mesh)
    with edited(mesh) as work:
        yield progress
        if len(turned):
            work.faces.ensure_lookup_table()
            folded = [work.faces[row] for row in turned.tolist()]
            bmesh.ops.triangulate(work, faces=folded, quad_method="ALTERNATE")
        bmesh.ops.triangulate(work, faces=list(work.faces), quad_method="FIXED", ngon_method="EAR_CLIP")
        yield progress


def _folded_quads(mesh: bpy.types.Mesh) -> NDArray[np.intp]:
    """The faces of four corners that the diagonal from their first to their third corner would fold."""
    sizes = np.empty(len(mesh.polygons), np.int32)
    mesh.polygons.foreach_get("loop_total", sizes)
    quads = np.flatnonzero(sizes == 4)
    if not len(quads):
        return quads
    first = (np.cumsum(sizes) - sizes)[quads]
    points = positions(mesh).astype(np.float64)[corner_vertices(mesh)[first[:, None] + np.arange(4)]]
    return quads[_folds(*points.transpose(1, 0, 2))]


def _folds(a: Points, b: Points, c: Points, d: Points) -> NDArray[np.bool_]:
    """Whether quads of corners (N, 3) are folded by the diagonal from their first to their third corner."""
    across = c - a
    return np.einsum("ij,ij->i", np.cross(b - a, across), np.cross(across, d - a)) < 0


def is_closed(mesh: bpy.types.Mesh) -> bool:
    """Whether every edge has two faces, coincident vertices counting as one: then its back is never seen."""
    corners = corner_vertices(mesh)
    if not len(corners):
        return False
    # Equal places give equal sums of products, whatever overflows.
    sums = np.round(positions(mesh).astype(np.float64) * 1e5).astype(np.int64) @ _PRIMES
    place = np.unique(sums, return_inverse=True)[1].ravel()[corners].reshape(-1, 3)
    start, stop = place.ravel(), np.roll(place, -1, axis=1).ravel()
    edges = (np.minimum(start, stop) * len(mesh.vertices) + np.maximum(start, stop))[start != stop]
    return bool((np.unique(edges, return_counts=True)[1] >= 2).all())


def _is_sound(mesh: bpy.types.Mesh) -> Generator[InThread, Any, bool]:
    """Whether there is nothing to clean away: no edge or triangle without size, no loose vertex or edge."""
    triangles, edges, points = triangle_vertices(mesh), corner_edges(mesh), positions(mesh)
    edge_count = len(mesh.edges)

    def sound() -> bool:
        if not np.bincount(edges, minlength=edge_count).all():
            return False
        if not np.bincount(triangles.ravel(), minlength=len(points)).all():
            return False
        flat, shortest = _measured(points, triangles)
        return not flat.any() and not (shortest <= SMALLEST_EDGE).any()

    return (yield from aside(sound, len(triangles) > MANY))


def flat_triangles(points: NDArray[np.float32], triangles: NDArray[np.int32]) -> NDArray[np.bool_]:
    """(T,) triangles without area, or thinner than single precision can resolve."""
    return _measured(points, triangles)[0]


def _measured(
    points: NDArray[np.float32], triangles: NDArray[np.int32]
) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """(T,) as :func:`flat_triangles`, and the length of the shortest edge."""
    a, b, c = (points.astype(np.float64)[corner] for corner in np.ascontiguousarray(triangles.T))
    double_area = lengths(crossed(b - a, c - a))
    first, second, third = lengths(a - b), lengths(b - c), lengths(c - a)
    longest = np.maximum(np.maximum(first, second), third)
    flat = (double_area < 2 * SMALLEST_AREA) | (double_area < THINNEST * longest)
    return flat, np.minimum(np.minimum(first, second), third)


def _remove_flat(mesh: bpy.types.Mesh) -> Generator[InThread, Any, None]:
    """Removes triangles without area, unless a shape key opens them, and vertices and edges that become loose."""
    points, triangles = positions(mesh), triangle_vertices(mesh)
    rows = yield from aside(lambda: np.flatnonzero(flat_triangles(points, triangles)), len(triangles) > MANY)
    if mesh.shape_keys and not len(rows):
        return
    with edited(mesh) as work:
        work.faces.ensure_lookup_table()
        layers = work.verts.layers.shape.values()
        flat = [work.faces[row] for row in rows if not _opens(work.faces[row], layers)]
        bmesh.ops.delete(work, geom=flat, context="FACES_ONLY")
        if not mesh.shape_keys:
            bmesh.ops.delete(work, geom=[e for e in work.edges if not e.link_faces], context="EDGES")
            bmesh.ops.delete(work, geom=[v for v in work.verts if not v.link_faces], context="VERTS")


def _remove_doubles(mesh: bpy.types.Mesh) -> Generator[InThread, Any, None]:
    """Removes triangles that coincide with another of the same orientation: they would flicker."""
    corners, points = corner_vertices(mesh), positions(mesh)
    doubles = yield from aside(lambda: _doubles(points, corners), len(mesh.polygons) > MANY)
    if not len(doubles):
        return
    with edited(mesh) as work:
        work.faces.ensure_lookup_table()
        bmesh.ops.delete(work, geom=[work.faces[number] for number in doubles.tolist()], context="FACES")


def _doubles(points: NDArray[np.float32], corners: NDArray[np.int32]) -> NDArray[np.intp]:
    """Rows of triangles that coincide with an earlier one of the same orientation."""
    micrometres = np.round(points.astype(np.float64) * 1e6).astype(np.int64)
    # The same three places give the same sum of products, whatever overflows.
    sums = (micrometres @ _PRIMES)[corners].reshape(-1, 3).sum(axis=1)
    if len(np.unique(sums)) == len(sums):
        return np.zeros(0, np.intp)
    _, place = np.unique(micrometres, axis=0, return_inverse=True)
    triangles = place.ravel()[corners].reshape(-1, 3)
    first = triangles.argmin(axis=1)[:, None]
    turned = np.take_along_axis(triangles, (first + np.arange(3)) % 3, axis=1)
    _, kept = np.unique(turned, axis=0, return_index=True)
    return np.setdiff1d(np.arange(len(triangles)), kept)


def _opens(face: bmesh.types.BMFace, layers: list[bmesh.types.BMLayerItem]) -> bool:
    """Whether a triangle without area gets a visible one (a tenth of a square millimeter) in some shape key."""
    corners = [[vert[layer] for vert in face.verts] for layer in layers]
    return any((b - a).cross(c - a).length > 2e-7 for a, b, c in corners)
