"""Findings on faces that are never visible, estimated from a few rays: inside closed parts, and objects inside
others.
"""

from __future__ import annotations

from collections.abc import Iterator

import bmesh
import bpy
import numpy as np
from mathutils import Matrix, Vector
from mathutils.bvhtree import BVHTree

from ...bridge.mesh_arrays import mesh_data
from .finding import Finding, Kind
from .survey import Survey

KINDS = {
    "hidden_faces": Kind(
        "info",
        "about {number} faces that are never seen",
        "They lie inside of closed parts, and cost memory and light map space.",
        "Delete them if the parts stay closed.",
        title="hidden faces",
    ),
    "hidden_object": Kind(
        "info",
        "it lies inside of {other}",
        "It is never seen, but drawn and loaded.",
        "Hide it, or move it out.",
        title="hidden inside another",
    ),
}

_SAMPLES = 24
_MOST_FACES = 200_000
_DIRECTIONS = [
    Vector(item).normalized() for item in ((0, 0, 1), (1, 0, 0.4), (-1, 0.1, 0.4), (0.1, 1, 0.4), (0, -1, 0.4))
]
_AXES = [Vector(item) for item in ((1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0), (0, 0, 1), (0, 0, -1))]


def check(survey: Survey) -> Iterator[Finding]:
    """One finding for each mesh with hidden faces and for each object inside another."""
    trees: dict[int, BVHTree] = {}
    boxes: list[tuple[bpy.types.Object, np.ndarray, np.ndarray]] = []
    for obj in survey.static:
        if obj.type != "MESH" or not obj.data.polygons or len(obj.data.polygons) > _MOST_FACES:
            continue
        corners = np.array([obj.matrix_world @ Vector(corner) for corner in obj.bound_box])
        if not survey.facts(obj).is_finite or not np.isfinite(corners).all():
            continue
        boxes.append((obj, corners.min(axis=0), corners.max(axis=0)))
        if survey.first("hidden", obj.data):
            trees[obj.data.session_uid] = tree = _tree(mesh_data(obj))
            number = _hidden_faces(survey, obj, tree)
            if number:
                yield from survey.found("hidden_faces", obj, number=number)
    yield from _inside(survey, boxes, trees)


def _tree(mesh: bpy.types.Mesh) -> BVHTree:
    """A BVH tree of the mesh itself: modifiers and shape keys would move it away from the sampled faces."""
    work = bmesh.new()
    work.from_mesh(mesh)
    tree = BVHTree.FromBMesh(work)
    work.free()
    return tree


def _hidden_faces(survey: Survey, obj: bpy.types.Object, tree: BVHTree) -> int:
    """Fraction of the sampled faces from which every ray hits the back of a face, times the number of faces."""
    facts = survey.facts(obj)
    total = len(facts.sizes)
    if total < 12 or (facts.faces_at_edges() < 2).all():
        return 0
    chosen = np.unique(np.linspace(0, total - 1, min(_SAMPLES, total)).astype(int))
    size = float(np.ptp(facts.points, axis=0).max())
    hidden = 0
    for face in chosen:
        corners = facts.corner_vertex[facts.starts[face] : facts.starts[face] + facts.sizes[face]]
        # On the triangles that the tree has: the middle of a bent quad lies below or above them.
        place, normal, _, _ = tree.find_nearest(Vector(facts.points[corners].mean(axis=0)))
        if normal is None or normal.length < 0.5:
            continue
        origin = place + normal * (1e-4 * size)
        turn = normal.to_track_quat("Z", "Y")
        hidden += all(_ends_at_a_back(tree, origin, turn @ direction) for direction in _DIRECTIONS)
    return round(hidden / len(chosen) * total)


def _ends_at_a_back(tree: BVHTree, origin: Vector, direction: Vector) -> bool:
    _, normal, _, _ = tree.ray_cast(origin, direction)
    return normal is not None and normal.dot(direction) > 0


def _inside(survey: Survey, boxes: list, trees: dict[int, BVHTree]) -> Iterator[Finding]:
    if len(boxes) < 2:
        return
    low, high = np.array([box[1] for box in boxes]), np.array([box[2] for box in boxes])
    for at, (obj, own_low, own_high) in enumerate(boxes):
        around = np.flatnonzero((low < own_low).all(axis=1) & (high > own_high).all(axis=1))
        for other in (boxes[index][0] for index in around if index != at):
            inverse = other.matrix_world.inverted_safe()
            if _is_inside(trees[other.data.session_uid], inverse @ obj.matrix_world, obj):
                yield from survey.found("hidden_object", obj, other=other.name)
                break


def _is_inside(tree: BVHTree, to_other: Matrix, obj: bpy.types.Object) -> bool:
    points = (to_other @ Vector(corner) for corner in obj.bound_box)
    return all(_ends_at_a_back(tree, point, axis) for point in points for axis in _AXES)
