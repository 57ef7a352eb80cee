"""Repairs weights for every engine: at most four bones per vertex, none without a bone, sums of 1."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Any

import bpy
import numpy as np
from mathutils import Vector, geometry
from mathutils.kdtree import KDTree

from ml_core.errors import InputError

from ...bridge.jobs.steps import Progress, run_to_end
from ...bridge.mesh_arrays import mesh_data, weight_table
from ..content.scene import deforming_armature
from ..preflight.meshes.rigs import MAX_INFLUENCES, SMALLEST_WEIGHT, bone_groups

Values = Mapping[str, Any]


def limit_influences(context: bpy.types.Context, obj: bpy.types.Object, values: Values) -> None:
    """Keeps the strongest four bones of each vertex and scales their weights to a sum of 1; masks stay."""
    bones = bone_groups(obj)
    for vertex in obj.data.vertices:
        elements = sorted(((e.weight, e.group) for e in vertex.groups if e.group in bones), reverse=True)
        kept = [element for element in elements[:MAX_INFLUENCES] if element[0] > SMALLEST_WEIGHT]
        total = sum(weight for weight, _ in kept)
        if not kept or (len(kept) == len(elements) and abs(total - 1) < 1e-6):
            continue
        for _, group in elements[len(kept) :]:
            obj.vertex_groups[group].remove([vertex.index])
        for weight, group in kept:
            obj.vertex_groups[group].add([vertex.index], weight / total, "REPLACE")


def assign_weights(context: bpy.types.Context, obj: bpy.types.Object, values: Values) -> None:
    """Gives vertices without a bone the weights of the nearest vertex that has any; if none has, the nearest bone.

    Raises:
        InputError: the armature has no bone that deforms.
    """
    run_to_end(assigning_weights(obj, Progress(0, 1, obj.name)))


def assigning_weights(obj: bpy.types.Object, progress: Progress) -> Generator[Progress, Any, None]:
    """As :func:`assign_weights`, in steps; ``progress`` is yielded at each."""
    table = yield from weight_table(mesh_data(obj), progress)
    moves = np.isin(table[:, 1], list(bone_groups(obj))) & (table[:, 2] > SMALLEST_WEIGHT)
    vertices = mesh_data(obj).vertices
    has = np.zeros(len(vertices), bool)
    has[table[moves, 0].astype(int)] = True
    if has.all():
        return
    bare = np.flatnonzero(~has).tolist()
    if not has.any():
        _to_nearest_bone(obj, bare)
        return
    held: dict[int, list[tuple[int, float]]] = {}
    for index, group, weight in table[moves].tolist():
        held.setdefault(int(index), []).append((int(group), weight))
    tree = KDTree(len(held))
    for index in held:
        tree.insert(vertices[index].co.to_tuple(), index)
    tree.balance()
    for index in bare:
        _, nearest, _ = tree.find(vertices[index].co.to_tuple())
        total = sum(weight for _, weight in held[nearest])
        for group, weight in held[nearest]:
            obj.vertex_groups[group].add([index], weight / total, "REPLACE")


def _to_nearest_bone(obj: bpy.types.Object, vertices: list[int]) -> None:
    armature = deforming_armature(obj)
    bones = [bone for bone in armature.data.bones if bone.use_deform] if armature else []
    if not bones:
        raise InputError("{name}: its armature has no bone that deforms; switch Deform on for its bones", name=obj.name)
    to_armature = armature.matrix_world.inverted_safe() @ obj.matrix_world
    for index in vertices:
        point = to_armature @ obj.data.vertices[index].co
        name = bones[int(np.argmin([_distance(point, bone) for bone in bones]))].name
        group = obj.vertex_groups.get(name) or obj.vertex_groups.new(name=name)
        group.add([index], 1.0, "REPLACE")


def _distance(point: Vector, bone: bpy.types.Bone) -> float:
    nearest, share = geometry.intersect_point_line(point, bone.head_local, bone.tail_local)
    if share <= 0:
        nearest = bone.head_local
    elif share >= 1:
        nearest = bone.tail_local
    return (point - nearest).length
