"""Levels of detail of an exported mesh: fewer triangles, the same outline, textures, weights and shape keys.

Blender's Decimate modifier moves vertices across UV borders and drops shape keys, so that
:mod:`ml_core.geometry.mesh.simplify` does the work here.
"""

from __future__ import annotations

import time
from collections.abc import Generator
from dataclasses import fields
from typing import Any

import bpy
import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.mesh.simplify import Simplified, WedgeMesh, simplifying

from ...bridge import session
from ...bridge.jobs.steps import InThread, Progress, aside, scaled
from ...bridge.mesh_arrays import mesh_data, positions
from ...translations.registry import formatted
from ..delivery.long_calls import REDUCING, before_call
from .computed import Computed, digest
from .level_meshes import built, copy_shape_keys, copy_weights
from .wedges import LONG, read_wedges

SMALLEST = 64
"""Triangles below which a mesh gets no levels: a draw call costs more than they do."""
PATIENCE = 0.1
"""Seconds of work in a thread after which progress is reported."""
SIMPLIFYING = 0.9
"""Share of the progress that choosing the triangles is; the rest is building the meshes."""
RATIO = 0.5
GAIN = 0.9
"""A level that keeps a larger share of the triangles of the one before is left out."""
DEVIATION = 0.01
"""How far LOD1 may move from the surface, as a share of the diagonal; LOD2 twice as far, LOD3 three times."""
SHRINKAGE = 0.018
"""How far a level's bounding box may be from the mesh's, as a share of its longest side; there the levels end."""
DENSE = 200_000
"""Triangles above which Blender's Decimate does the work: ours takes 20 seconds of one core for so many."""


def decimated(mesh: bpy.types.Mesh, levels: int) -> Generator[Progress | InThread, Any, list[bpy.types.Mesh]]:
    """``levels`` or fewer meshes below LOD0, each with fewer triangles, named ``<mesh>_LOD1`` and so on.

    A mesh without removable faces (all UV borders, or under :data:`SMALLEST` triangles) gets fewer or none.

    Args:
        mesh: triangles only. Shape keys and weights are left out here; :func:`skinned_lods` keeps them.
    """
    if len(mesh.polygons) > DENSE:
        return (yield from _collapsed(mesh, levels))
    found = yield from _levels(mesh, levels, None)
    return [made for made, _ in found]


def _collapsed(mesh: bpy.types.Mesh, levels: int) -> Generator[Progress | InThread, Any, list[bpy.types.Mesh]]:
    """Levels of a dense mesh by Blender's edge collapse; a seam that moves by one of its edges is not visible."""
    made: list[bpy.types.Mesh] = []
    for level in range(1, levels + 1):
        step = formatted("Reducing {name}", name=mesh.name)
        yield before_call(level - 1, levels, step, len((made[-1] if made else mesh).polygons), REDUCING)
        obj = bpy.data.objects.new(mesh.name, made[-1] if made else mesh)
        bpy.context.scene.collection.objects.link(obj)  # what is in no scene is not evaluated
        try:
            modifier = obj.modifiers.new("Reduce", "DECIMATE")
            modifier.ratio, modifier.use_collapse_triangulate = RATIO, True
            depsgraph = bpy.context.evaluated_depsgraph_get()
            reduced = bpy.data.meshes.new_from_object(obj.evaluated_get(depsgraph))
        finally:
            bpy.data.objects.remove(obj)
        reduced.name = f"{mesh.name}_LOD{level}"
        made.append(reduced)
    return made


Known = dict[str, list[Simplified]]
"""What the same mesh was reduced to for another target, by a digest of its connections."""


def skinned_lods(
    obj: bpy.types.Object, levels: int, known: Known
) -> Generator[Progress | InThread, Any, list[bpy.types.Object]]:
    """Objects ``<obj>_LOD1`` and so on with the weights, shape keys, parent and modifiers of ``obj``; not linked.

    Args:
        obj: a triangulated mesh object, at most four weights a vertex. known: cache that receives the results.
    """
    made = []
    for mesh, vertex in (yield from _levels(mesh_data(obj), levels, known, is_skinned=True)):
        lod = bpy.data.objects.new(mesh.name, mesh)
        lod.parent, lod.parent_type, lod.parent_bone = obj.parent, obj.parent_type, obj.parent_bone
        lod.matrix_parent_inverse = obj.matrix_parent_inverse.copy()
        lod.matrix_basis = obj.matrix_basis.copy()
        yield from copy_weights(obj, lod, vertex)
        yield from copy_shape_keys(mesh_data(obj), lod, vertex)
        for modifier in obj.modifiers:
            if modifier.type == "ARMATURE":
                lod.modifiers.new(modifier.name, "ARMATURE").object = modifier.object
        made.append(lod)
    return made


def skinned_within(
    mesh: bpy.types.Mesh, groups: list[str], triangles: int
) -> Generator[Progress | InThread, Any, bpy.types.Mesh]:
    """The mesh reduced to about a number of triangles, with its weights and shape keys; the original is removed.

    Args:
        mesh: triangles only, at most four weights a vertex. groups: names of its vertex groups by index.
    """
    found = yield from _levels(mesh, 1, {}, is_skinned=True, wanted=triangles)
    if not found:
        return mesh
    reduced, vertex = found[0]
    name = mesh.name
    yield Progress(1, 1, name)
    source, target = (bpy.data.objects.new(name, data) for data in (mesh, reduced))
    for group in groups:
        source.vertex_groups.new(name=group)
    yield from copy_weights(source, target, vertex)
    yield from copy_shape_keys(mesh, target, vertex)
    for holder in (source, target):
        bpy.data.objects.remove(holder)
    bpy.data.meshes.remove(mesh)
    reduced.name = name
    return reduced


def _levels(
    mesh: bpy.types.Mesh, levels: int, known: Known | None, is_skinned: bool = False, wanted: int = 0
) -> Generator[Progress | InThread, Any, list[tuple[bpy.types.Mesh, NDArray[np.int64]]]]:
    """The meshes, and for each of their vertices the corresponding vertex of ``mesh``.

    Args:
        known: results for other targets; without it, those of an earlier export of an equal mesh are used.
        wanted: triangles of the first level, unless determined by :data:`RATIO`.
    """
    count = len(mesh.polygons)
    if count < SMALLEST or levels < 1 or count > DENSE:  # Decimate would lose shape keys
        return []
    wedges = yield from read_wedges(mesh, Progress(0, 1, formatted("Reducing {name}", name=mesh.name)))
    diagonal = float(np.linalg.norm(np.ptp(wedges.mesh.positions, axis=0)))
    steps = range(1, levels + 1)
    targets = [max(int(count * RATIO**step), 4) for step in steps]
    limits = [DEVIATION * step * diagonal for step in steps]
    if wanted:
        targets = [max(wanted, 4)]
    choosing = scaled(_simplified(wedges.mesh, targets, limits, mesh.name), 0.0, SIMPLIFYING)
    if known is None:
        chosen = yield from _remembered(wedges.mesh, levels, choosing)
    else:
        key = yield from aside(lambda: wedges.digest(levels), count > LONG)
        if key not in known:
            known[key] = yield from choosing
        chosen = known[key]
    made: list[tuple[bpy.types.Mesh, NDArray[np.int64]]] = []
    last, extent = count, _box(mesh)
    for level in chosen:
        if (len(level.triangle) > GAIN * last and not wanted) or not len(level.triangle):
            continue
        last = len(level.triangle)
        begin, end = (SIMPLIFYING + (1 - SIMPLIFYING) * done / levels for done in (len(made), len(made) + 1))
        yield Progress(begin, 1, formatted("Reducing {name}", name=mesh.name))
        named = f"{mesh.name}_LOD{len(made) + 1}"
        reduced = yield from scaled(built(mesh, wedges, level, named, is_skinned), begin, end)
        if np.abs(_box(reduced[0]) - extent).max() > SHRINKAGE * np.ptp(extent, axis=0).max():
            bpy.data.meshes.remove(reduced[0])
            break
        made.append(reduced)
    return made


def _remembered(
    mesh: WedgeMesh, levels: int, choosing: Generator[Progress | InThread, Any, list[Simplified]]
) -> Generator[Progress | InThread, Any, list[Simplified]]:
    """The result of ``choosing``, or its cached result for an equal mesh."""
    kept = session.part(Computed).levels
    key = yield from aside(
        lambda: digest(f"{levels} levels", *(getattr(mesh, field.name) for field in fields(mesh))),
        len(mesh.corner_vertex) > LONG,
    )
    chosen = kept.get(key)
    if chosen is None:
        chosen = yield from choosing
        sizes = (getattr(level, field.name).nbytes for level in chosen for field in fields(level))
        kept.keep(key, chosen, sum(sizes))
    return chosen


def _simplified(
    mesh: WedgeMesh, targets: list[int], limits: list[float], name: str
) -> Generator[Progress | InThread, Any, list[Simplified]]:
    """The levels, with progress while they are computed."""
    rounds = simplifying(mesh, targets, limits)
    what = formatted("Reducing {name}", name=name)
    while True:
        done, levels = yield from aside(lambda: _advanced(rounds), len(mesh.corner_vertex) > LONG)
        if levels is not None:
            return levels
        yield Progress(done, 1, what)


def _advanced(rounds: Generator[float, None, list[Simplified]]) -> tuple[float, list[Simplified] | None]:
    """Runs rounds for :data:`PATIENCE` seconds; returns the progress, and the result once they have ended."""
    until = time.perf_counter() + PATIENCE
    while True:
        try:
            done = next(rounds)
        except StopIteration as stop:
            return 1.0, stop.value
        if time.perf_counter() > until:
            return done, None


def _box(mesh: bpy.types.Mesh) -> NDArray[np.float32]:
    """(2, 3) the minimum and maximum coordinates."""
    points = positions(mesh)
    return np.stack([points.min(axis=0), points.max(axis=0)])
