"""Levels of detail of an exported mesh: fewer triangles, the same outline, textures, weights and shape keys.

Blender's Decimate modifier moves vertices across UV borders and drops shape keys, so that
:mod:`ml_core.geometry.mesh.simplify` does the work here.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import bpy
import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.mesh.simplify import Simplified, WedgeMesh, simplifying

from ...bridge.jobs.steps import InThread, Progress, aside, scaled
from ...bridge.mesh_arrays import corner_vertices, mesh_data, positions
from ...translations.registry import formatted
from ..assets.lightmap import LIGHTMAP_LAYER
from ..delivery.long_calls import REDUCING, before_call
from .normals import set_normals

SMALLEST = 64
"""Triangles below which a mesh gets no levels: a draw call costs more than they do."""
LONG = 300
"""Triangles from which on a thread of its own does the work: a second for 10 000, on two slow cores."""
PATIENCE = 0.1
"""Seconds of work after which progress is reported."""
SIMPLIFYING = 0.9
"""Share of the progress that choosing the triangles is; the rest is building the meshes."""
RATIO = 0.5
GAIN = 0.9
"""A level that keeps a larger share of the triangles of the one before is left out."""
DEVIATION = 0.01
"""How far LOD1 may move from the surface, as a share of the diagonal; LOD2 twice as far, LOD3 three times."""
SHRINKAGE = 0.018
"""How far a level's bounding box may be from the mesh's, as a share of its longest side; there the levels end."""
WEIGHT_JUMP = 0.05
"""A full change of bones along an edge counts as this share of the diagonal."""
DENSE = 200_000
"""Triangles above which Blender's Decimate does the work: ours takes 20 seconds of one core for so many."""
STEEPEST = 0.5
"""Cosine below which a normal is too far from its face: the side that it belonged to is gone."""

_OWN = {"position", "custom_normal", "sharp_edge", "material_index", LIGHTMAP_LAYER}


def decimated(mesh: bpy.types.Mesh, levels: int) -> Generator[Progress | InThread, Any, list[bpy.types.Mesh]]:
    """``levels`` or fewer meshes below LOD0, each with fewer triangles, named ``<mesh>_LOD1`` and so on.

    A mesh without faces that can go (all of it UV borders, or under :data:`SMALLEST` triangles) gets fewer or none.

    Args:
        mesh: triangles only. Shape keys and weights are left out here; :func:`skinned_lods` keeps them.
    """
    if len(mesh.polygons) > DENSE:
        return (yield from _collapsed(mesh, levels))
    found = yield from _levels(mesh, levels, {})
    return [made for made, _ in found]


def _collapsed(mesh: bpy.types.Mesh, levels: int) -> Generator[Progress | InThread, Any, list[bpy.types.Mesh]]:
    """Levels of a dense mesh by Blender's edge collapse; a seam that moves by an edge of it is not seen."""
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
        obj: a triangulated mesh object, at most four weights a vertex. known: gets what is computed.
    """
    made = []
    for mesh, vertex in (yield from _levels(mesh_data(obj), levels, known, is_skinned=True)):
        lod = bpy.data.objects.new(mesh.name, mesh)
        lod.parent, lod.parent_type, lod.parent_bone = obj.parent, obj.parent_type, obj.parent_bone
        lod.matrix_parent_inverse = obj.matrix_parent_inverse.copy()
        lod.matrix_basis = obj.matrix_basis.copy()
        _copy_weights(obj, lod, vertex)
        yield Progress(1, 1, lod.name)
        _copy_shape_keys(mesh_data(obj), lod, vertex)
        for modifier in obj.modifiers:
            if modifier.type == "ARMATURE":
                lod.modifiers.new(modifier.name, "ARMATURE").object = modifier.object
        made.append(lod)
    return made


def skinned_within(
    mesh: bpy.types.Mesh, groups: list[str], triangles: int
) -> Generator[Progress | InThread, Any, bpy.types.Mesh]:
    """The mesh with about so many triangles, its weights and shape keys; the former one is removed.

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
    _copy_weights(source, target, vertex)
    _copy_shape_keys(mesh, target, vertex)
    for holder in (source, target):
        bpy.data.objects.remove(holder)
    bpy.data.meshes.remove(mesh)
    reduced.name = name
    return reduced


@dataclass(frozen=True)
class _Wedges:
    """A mesh for :func:`simplifying`, and the original vertex and corner that each of its vertices and wedges was."""

    mesh: WedgeMesh
    vertex: NDArray[np.int64]
    corner: NDArray[np.int64]
    of_vertex: NDArray[np.int64]

    def digest(self, levels: int) -> str:
        """Equal for two copies of a mesh whose vertices, wedges and triangles have the same numbers."""
        digest = hashlib.sha256(str(levels).encode())
        for numbers in (self.vertex, self.corner, self.mesh.corner_vertex, self.mesh.corner_wedge):
            digest.update(np.ascontiguousarray(numbers, np.int64).tobytes())
        return digest.hexdigest()


def _levels(
    mesh: bpy.types.Mesh, levels: int, known: Known, is_skinned: bool = False, wanted: int = 0
) -> Generator[Progress | InThread, Any, list[tuple[bpy.types.Mesh, NDArray[np.int64]]]]:
    """The meshes, and for each of their vertices the vertex of ``mesh`` that it was.

    Args:
        wanted: triangles of the first level, where it is not :data:`RATIO` that says how many.
    """
    count = len(mesh.polygons)
    if count < SMALLEST or levels < 1 or count > DENSE:  # Decimate would lose shape keys
        return []
    wedges = yield from _wedges(mesh)
    diagonal = float(np.linalg.norm(np.ptp(wedges.mesh.positions, axis=0)))
    steps = range(1, levels + 1)
    targets = [max(int(count * RATIO**step), 4) for step in steps]
    limits = [DEVIATION * step * diagonal for step in steps]
    if wanted:
        targets = [max(wanted, 4)]
    key = wedges.digest(levels)
    if key not in known:
        known[key] = yield from scaled(_simplified(wedges.mesh, targets, limits, mesh.name), 0.0, SIMPLIFYING)
    made: list[tuple[bpy.types.Mesh, NDArray[np.int64]]] = []
    last, extent = count, _box(mesh)
    for level in known[key]:
        if (len(level.triangle) > GAIN * last and not wanted) or not len(level.triangle):
            continue
        last = len(level.triangle)
        share = SIMPLIFYING + (1 - SIMPLIFYING) * len(made) / levels
        yield Progress(share, 1, formatted("Reducing {name}", name=mesh.name))
        built = _built(mesh, wedges, level, f"{mesh.name}_LOD{len(made) + 1}", is_skinned)
        if np.abs(_box(built[0]) - extent).max() > SHRINKAGE * np.ptp(extent, axis=0).max():
            bpy.data.meshes.remove(built[0])
            break
        made.append(built)
    return made


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
    """Runs rounds for :data:`PATIENCE` seconds: how far they are, and what they return when they have ended."""
    until = time.perf_counter() + PATIENCE
    while True:
        try:
            done = next(rounds)
        except StopIteration as stop:
            return 1.0, stop.value
        if time.perf_counter() > until:
            return done, None


def _box(mesh: bpy.types.Mesh) -> NDArray[np.float32]:
    """(2, 3) the least and the greatest coordinates."""
    points = positions(mesh)
    return np.stack([points.min(axis=0), points.max(axis=0)])


def _wedges(mesh: bpy.types.Mesh) -> Generator[InThread, Any, _Wedges]:
    points = positions(mesh)
    corners = corner_vertices(mesh)
    diagonal = float(np.linalg.norm(np.ptp(points, axis=0))) or 1.0
    traits = np.concatenate([_weights(mesh) * WEIGHT_JUMP * diagonal, _shape_offsets(mesh)], axis=1)
    is_long = len(mesh.polygons) > LONG
    _, vertex, of_vertex = yield from aside(
        lambda: _rows(np.concatenate([points / diagonal, traits / diagonal], axis=1)), is_long
    )
    material = np.repeat(_values(mesh.polygons, "material_index", 1, np.int32), 3)
    keys = [of_vertex[corners][:, None].astype(np.float64), material[:, None].astype(np.float64)]
    keys += [
        _values(layer.data, "uv", 2)
        for layer in mesh.uv_layers
        if layer.name != LIGHTMAP_LAYER
    ]  # fmt: skip
    keys += [_values(attribute.data, "color", 4) for attribute in mesh.color_attributes if attribute.domain == "CORNER"]
    _, corner, of_corner = yield from aside(lambda: _rows(np.concatenate(keys, axis=1)), is_long)
    uv = keys[2] if mesh.uv_layers else np.zeros((len(corners), 2))
    welded = points[vertex]
    locked = np.zeros(len(welded), bool)
    locked[[*welded.argmin(axis=0), *welded.argmax(axis=0)]] = True  # so that the box stays
    return _Wedges(
        WedgeMesh(
            welded,
            of_vertex[corners].reshape(-1, 3),
            of_corner.reshape(-1, 3),
            of_vertex[corners][corner],
            np.nan_to_num(uv[corner]),
            traits[vertex],
            locked,
        ),
        vertex,
        corner,
        of_vertex,
    )


def _rows(table: NDArray) -> tuple[NDArray, NDArray[np.int64], NDArray[np.int64]]:
    """Distinct rows, compared to six digits: (rows, first index of each, row of each)."""
    rounded = np.ascontiguousarray(np.round(table * 1e6) + 0.0)  # + 0.0 makes -0 and 0 the same bits
    keys = rounded.view(np.dtype((np.void, rounded.itemsize * rounded.shape[1]))).ravel()
    _, first, row = np.unique(keys, return_index=True, return_inverse=True)
    return rounded[first], first, row.ravel()


def _values(items: bpy.types.bpy_prop_collection, name: str, width: int, kind: type = np.float32) -> NDArray:
    """A property of every item: (N, width), or (N,) for a width of 1."""
    values: NDArray = np.empty(len(items) * width, kind)
    items.foreach_get(name, values)
    return values if width == 1 else values.reshape(-1, width)


def _weights(mesh: bpy.types.Mesh) -> NDArray[np.float32]:
    """(V, G) bone weights; G is 0 for a mesh without."""
    pairs = [(v.index, e.group, e.weight) for v in mesh.vertices for e in v.groups]
    if not pairs:
        return np.zeros((len(mesh.vertices), 0), np.float32)
    table = np.array(pairs)
    dense = np.zeros((len(mesh.vertices), int(table[:, 1].max()) + 1), np.float32)
    dense[table[:, 0].astype(int), table[:, 1].astype(int)] = table[:, 2]
    return dense


def _shape_offsets(mesh: bpy.types.Mesh) -> NDArray[np.float32]:
    """(V, 3 K) meters that each shape key moves a vertex."""
    if not mesh.shape_keys:
        return np.zeros((len(mesh.vertices), 0), np.float32)
    basis = _values(mesh.shape_keys.reference_key.data, "co", 3)
    others = [key for key in mesh.shape_keys.key_blocks if key != mesh.shape_keys.reference_key]
    return np.concatenate([np.zeros((len(basis), 0)), *(_values(key.data, "co", 3) - basis for key in others)], axis=1)


def _built(
    source: bpy.types.Mesh, wedges: _Wedges, level: Simplified, name: str, follows_surface: bool
) -> tuple[bpy.types.Mesh, NDArray[np.int64]]:
    mesh = bpy.data.meshes.new(name)
    kept, corner_vertex = np.unique(level.corner_vertex.ravel(), return_inverse=True)
    vertex, corner = wedges.vertex[kept], wedges.corner[level.corner_wedge.ravel()]
    count = len(level.triangle)
    mesh.vertices.add(len(vertex))
    mesh.vertices.foreach_set("co", positions(source)[vertex].ravel())
    mesh.loops.add(3 * count)
    mesh.loops.foreach_set("vertex_index", corner_vertex.ravel().astype(np.int32))
    mesh.polygons.add(count)
    mesh.polygons.foreach_set("loop_start", np.arange(0, 3 * count, 3, dtype=np.int32))
    mesh.update(calc_edges=True)
    for material in source.materials:
        mesh.materials.append(material)
    material_index = _values(source.polygons, "material_index", 1, np.int32)
    mesh.polygons.foreach_set("material_index", material_index[level.triangle])
    for layer in source.uv_layers:
        if layer.name != LIGHTMAP_LAYER:
            uv = _values(layer.data, "uv", 2)[corner]
            mesh.uv_layers.new(name=layer.name, do_init=False).data.foreach_set("uv", uv.ravel())
    _copy_attributes(source, mesh, {"POINT": vertex, "CORNER": corner, "FACE": level.triangle})
    _set_normals(source, mesh, wedges.of_vertex, kept[corner_vertex.ravel()], level.triangle, follows_surface)
    mesh.update()
    return mesh, vertex


_FIELDS = {
    "FLOAT": ("value", 1, np.float32),
    "INT": ("value", 1, np.int32),
    "INT8": ("value", 1, np.int32),
    "BOOLEAN": ("value", 1, bool),
    "FLOAT_VECTOR": ("vector", 3, np.float32),
    "FLOAT2": ("vector", 2, np.float32),
    "FLOAT_COLOR": ("color", 4, np.float32),
    "BYTE_COLOR": ("color", 4, np.float32),
}


def _copy_attributes(source: bpy.types.Mesh, target: bpy.types.Mesh, rows: dict[str, NDArray]) -> None:
    """Colors, flat faces and the artist's own attributes; Blender's inner ones and edges are made anew."""
    for attribute in list(source.attributes):
        known = attribute.data_type in _FIELDS and attribute.domain in rows
        if attribute.name.startswith(".") or attribute.name in _OWN or attribute.name in source.uv_layers or not known:
            continue
        name, width, kind = _FIELDS[attribute.data_type]
        values = _values(attribute.data, name, width, kind)[rows[attribute.domain]]
        if attribute.name not in target.attributes:
            target.attributes.new(attribute.name, attribute.data_type, attribute.domain)
        target.attributes[attribute.name].data.foreach_set(name, np.ascontiguousarray(values).ravel())


def _set_normals(
    source: bpy.types.Mesh,
    target: bpy.types.Mesh,
    of_vertex: NDArray[np.int64],
    corner_vertex: NDArray[np.int64],
    triangle: NDArray[np.int64],
    follows_surface: bool,
) -> None:
    """Each corner takes, of all normals that its vertex had, the one nearest to its new face: hard edges stay hard.

    Flat faces stay flat.
    """
    normals = _values(source.corner_normals, "vector", 3)
    home = of_vertex[corner_vertices(source)]
    order = np.argsort(home, kind="stable")
    number = np.bincount(home, minlength=int(home.max()) + 1)
    begin = np.cumsum(number) - number
    times = number[corner_vertex]
    row = np.repeat(np.arange(len(corner_vertex)), times)
    choice = order[begin[corner_vertex][row] + np.arange(len(row)) - np.repeat(np.cumsum(times) - times, times)]
    faces = np.repeat(_values(target.polygons, "normal", 3), 3, axis=0)
    likeness = np.einsum("ij,ij->i", normals[choice], faces[row])
    nearest = np.flatnonzero(likeness >= np.maximum.reduceat(likeness, np.cumsum(times) - times)[row])
    best = np.empty(len(corner_vertex), np.int64)
    best[row[nearest[::-1]]] = choice[nearest[::-1]]
    chosen = normals[best]
    flat = np.repeat(_is_flat(source, normals)[triangle], 3)
    flat |= np.einsum("ij,ij->i", chosen, faces) < STEEPEST
    chosen[flat] = faces[flat]
    # Smooth all over, so that these normals alone say what is hard.
    target.polygons.foreach_set("use_smooth", np.ones(len(target.polygons), bool))
    set_normals(target, chosen, follows_surface)


def _is_flat(mesh: bpy.types.Mesh, normals: NDArray) -> NDArray[np.bool_]:
    """(T,) faces whose three corner normals are the face's own."""
    faces = _values(mesh.polygons, "normal", 3)
    return (np.einsum("tci,ti->tc", normals.reshape(-1, 3, 3), faces) > 0.9999).all(axis=1)


def _copy_weights(source: bpy.types.Object, target: bpy.types.Object, vertex: NDArray[np.int64]) -> None:
    groups = [target.vertex_groups.new(name=group.name) for group in source.vertex_groups]
    for number, old in enumerate(vertex.tolist()):
        for element in source.data.vertices[old].groups:
            groups[element.group].add([number], element.weight, "REPLACE")


def _copy_shape_keys(source: bpy.types.Mesh, target: bpy.types.Object, vertex: NDArray[np.int64]) -> None:
    if not source.shape_keys:
        return
    for key in source.shape_keys.key_blocks:
        copy = target.shape_key_add(name=key.name, from_mix=False)
        copy.data.foreach_set("co", _values(key.data, "co", 3)[vertex].ravel())
        copy.slider_min, copy.slider_max, copy.value = key.slider_min, key.slider_max, key.value
    blocks = target.data.shape_keys.key_blocks
    for key in source.shape_keys.key_blocks:
        blocks[key.name].relative_key = blocks[key.relative_key.name]
