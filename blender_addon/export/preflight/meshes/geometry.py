"""Findings on faces, edges and vertices."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import bpy
import numpy as np

from ....bridge.mesh_arrays import CONVERTIBLE, mesh_data, positions
from ...meshes.cleaning import flat_triangles
from ...targets.profiles import profile
from ..finding import ALWAYS, BY_CHOICE, Finding, Kind
from ..survey import Survey
from .facts import MeshFacts

SMALLEST_AREA = 1e-12

KINDS = {
    "not_a_number": Kind(
        "error",
        "{number} vertices that are not numbers",
        "No engine reads them, and the export stops there.",
        "Delete these vertices.",
        repair="delete_bad_vertices",
        title="invalid vertices",
    ),
    "no_faces": Kind("warning", "no faces", "It is left out of the export.", "Add faces, or hide it."),
    "zero_area": Kind(
        "warning",
        "{number} faces without area",
        "They have no normal and no tangent, which shows as black spots.",
        "Dissolve them.",
        repair="dissolve_degenerate",
        on_copies=ALWAYS,
        title="faces without area",
    ),
    "loose_parts": Kind(
        "warning",
        "{number} loose vertices and edges",
        "They are never drawn, but enlarge the bounds and with them the colliders.",
        "Delete them.",
        repair="delete_loose",
        on_copies=ALWAYS,
        title="loose vertices, edges",
    ),
    "duplicate_faces": Kind(
        "warning",
        "{number} faces that lie on others",
        "They flicker, and light maps of them turn black.",
        "Delete the copies.",
        repair="delete_duplicate_faces",
        on_copies=BY_CHOICE,
        title="overlapping faces",
    ),
    "non_manifold": Kind(
        "warning",
        "{number} edges with more than two faces",
        "Shading and collision go wrong there.",
        "Split these edges; the look stays the same.",
        repair="split_edges",
        on_copies=BY_CHOICE,
        title="non-manifold edges",
    ),
    "turned_faces": Kind(
        "warning",
        "{number} edges between faces that look to opposite sides",
        "Engines draw one side only, so that the object has holes.",
        "Turn the smaller share of them.",
        repair="turn_faces",
        on_copies=BY_CHOICE,
        title="flipped faces",
    ),
    "many_corners": Kind(
        "warning",
        "{number} faces of five or more corners",
        "Tangents are lost on them, and each engine cuts them into other triangles.",
        "Triangulate them.",
        repair="triangulate_ngons",
        on_copies=ALWAYS,
        title="N-gons",
    ),
    "many_triangles": Kind(
        "warning",
        "{number} triangles; {limit} are the budget",
        "It is slow to draw, and slow to load.",
        "Reduce it with a Decimate modifier.",
        repair="decimate",
        in_engine={"vrm": "Places that show VRM avatars refuse heavy ones, or hide them."},
        title="many triangles",
    ),
}


def check(survey: Survey, obj: bpy.types.Object) -> Iterator[Finding]:
    """Checks the mesh of an object, once for all objects that share it, and the results of modifiers."""
    flat = 0
    if obj.type == "MESH" and survey.first("geometry", obj.data):
        facts = survey.facts(obj)
        if not facts.is_finite:
            yield from survey.found("not_a_number", obj, number=int((~np.isfinite(facts.points).all(axis=1)).sum()))
            return
        if not len(facts.sizes) and not obj.modifiers:
            yield from survey.found("no_faces", obj)
            return
        for kind, number in problems(facts).items():
            if number:
                yield from survey.found(kind, obj, number=number)
            flat += number if kind == "zero_area" else 0
    shown = _Shown.of(survey, obj)
    if shown.flat and not flat:
        yield from survey.found("zero_area", obj, number=shown.flat)
    yield from _budget(survey, obj, shown.triangles)


def problems(facts: MeshFacts) -> dict[str, int]:
    """The number of affected elements of a finite mesh by kind of finding."""
    at_edges = facts.faces_at_edges()
    used = np.zeros(len(facts.points), dtype=bool)
    used[facts.edges.ravel()] = True
    return {
        "zero_area": int((facts.areas < SMALLEST_AREA).sum()),
        "loose_parts": int((~used).sum() + (at_edges == 0).sum()),
        "duplicate_faces": len(facts.copied_faces()),
        "non_manifold": int((at_edges > 2).sum()),
        "turned_faces": int(facts.turned_edges().sum()),
        "many_corners": int((facts.sizes > 4).sum()),
    }


def _budget(survey: Survey, obj: bpy.types.Object, triangles: int) -> Iterator[Finding]:
    survey.triangles[obj.name] = triangles
    over = [target for target in survey.targets if 0 < profile(target).limits.object_triangles < triangles]
    if over and survey.first("budget", obj.data):
        limit = min(profile(target).limits.object_triangles for target in over)
        yield from survey.found("many_triangles", obj, over, number=triangles, limit=limit)


@dataclass(frozen=True)
class _Shown:
    """Triangles of an object after its modifiers, and how many of them have no area where its own mesh does."""

    triangles: int
    flat: int = 0

    @classmethod
    def of(cls, survey: Survey, obj: bpy.types.Object) -> _Shown:
        if obj.type == "MESH" and not obj.modifiers:
            return cls(survey.facts(obj).triangles)
        if obj.type not in CONVERTIBLE:
            return cls(0)  # of hair that nodes give faces, its instance alone has them
        evaluated = obj.evaluated_get(survey.context.evaluated_depsgraph_get())
        mesh = mesh_data(evaluated) if obj.type == "MESH" else evaluated.to_mesh()
        if mesh is None:
            return cls(0)
        mesh.calc_loop_triangles()
        corners = np.empty(len(mesh.loop_triangles) * 3, np.int32)
        mesh.loop_triangles.foreach_get("vertices", corners)
        flat = flat_triangles(positions(mesh), corners.reshape(-1, 3))
        if obj.type != "MESH":
            evaluated.to_mesh_clear()
        return cls(len(flat), int(flat.sum()))
