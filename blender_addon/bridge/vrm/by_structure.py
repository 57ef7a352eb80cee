"""Maps the bones of an armature to joints by the shape of its tree, computed once for each rig."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Mapping

import bpy
import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.humanoid.bone_tree import BoneTree
from ml_core.geometry.humanoid.structure import StructureMatch, match_structure

from .. import session
from ..mesh_arrays import mesh_data, positions

_KEPT = 32
_MOST_VERTICES = 40_000
"""Of larger characters every n-th vertex stands for its neighbors."""
_SMALL = 0.1
"""Of the rig's size: what hangs on a bone that bends nothing is a weapon unless it is smaller, as eyes are."""
_ENDS = re.compile(r"(_end|_leaf|_nub|Nub|End)$")
"""What importers call bones that only keep the length of a chain."""


class _Matches(session.OfFile):
    def __init__(self) -> None:
        self.known: OrderedDict[tuple, StructureMatch] = OrderedDict()


def structure_of(armature: bpy.types.Object) -> StructureMatch:
    """The joints of an armature by its structure; recomputed when its bones or its meshes have changed."""
    meshes = _moved_meshes(armature)
    bones = armature.data.bones
    places = np.empty(3 * len(bones), np.float32)
    bones.foreach_get("head_local", places)
    up = np.round(np.array(armature.matrix_world.to_3x3().inverted_safe()) @ [0.0, 0.0, 1.0], 3)
    key = (
        armature.data.session_uid, tuple(bone.name for bone in bones), places.tobytes(), tuple(up.tolist()),
        tuple((mesh.data.session_uid, len(mesh.data.vertices), len(mesh.vertex_groups)) for mesh in meshes),
    )  # fmt: skip
    known = session.part(_Matches).known
    if key not in known:
        known[key] = match_structure(bone_tree(armature, meshes), up.tolist())
        while len(known) > _KEPT:
            known.popitem(last=False)
    return known[key]


def _moved_meshes(armature: bpy.types.Object) -> list[bpy.types.Object]:
    """The meshes that an armature moves, by a modifier or by one of its bones."""
    return [
        child
        for child in armature.children_recursive
        if child.type == "MESH"
        and (
            any(modifier.type == "ARMATURE" and modifier.object == armature for modifier in child.modifiers)
            or (child.parent == armature and child.parent_type == "BONE")
        )
    ]


def bone_tree(armature: bpy.types.Object, meshes: list[bpy.types.Object] | None = None) -> BoneTree:
    """The bones of an armature with the skin that they move, in its space at rest.

    Args:
        meshes: those that it moves; its children by default.
    """
    bones = armature.data.bones
    numbers = {bone.name: number for number, bone in enumerate(bones)}
    points, tables = _skins(armature, _moved_meshes(armature) if meshes is None else meshes, numbers)
    table = np.concatenate([np.zeros((0, 3)), *tables])
    moves = set(table[:, 1].astype(int).tolist())
    kept = [bone for bone in bones if numbers[bone.name] in moves or _may_bend(bone)]
    place = {bone.name: number for number, bone in enumerate(kept)}
    renumbered = np.full(len(bones), -1)
    renumbered[[numbers[bone.name] for bone in kept]] = np.arange(len(kept))
    if len(table):
        table[:, 1] = renumbered[table[:, 1].astype(int)]
    return BoneTree(
        names=tuple(bone.name for bone in kept),
        parents=np.array([_parent(bone, place) for bone in kept], np.int64),
        heads=np.array([bone.head_local for bone in kept], np.float64).reshape(-1, 3),
        tails=np.array([bone.tail_local for bone in kept], np.float64).reshape(-1, 3),
        points=np.concatenate([np.zeros((0, 3)), *points]),
        table=table,
    )


def _may_bend(bone: bpy.types.Bone) -> bool:
    """Whether a bone without skin may be a part of the skeleton: it is neither an end bone nor a control."""
    return bone.use_deform and not (_ENDS.search(bone.name) and not bone.children)


def _parent(bone: bpy.types.Bone, place: Mapping[str, int]) -> int:
    """The index of the nearest ancestor that was kept; -1 without any."""
    return next((place[item.name] for item in bone.parent_recursive if item.name in place), -1)


def _skins(
    armature: bpy.types.Object, meshes: list[bpy.types.Object], numbers: dict[str, int]
) -> tuple[list[NDArray[np.float64]], list[NDArray[np.float64]]]:
    """Vertices (V, 3) and (N, 3) vertex, bone and weight of each mesh, vertices numbered across all meshes."""
    points: list[NDArray[np.float64]] = []
    tables: list[NDArray[np.float64]] = []
    stride = max(1, -(-sum(len(mesh.data.vertices) for mesh in meshes) // _MOST_VERTICES))
    to_armature = armature.matrix_world.inverted_safe()
    size = max((bone.head_local.length for bone in armature.data.bones), default=1.0)
    first, bending = 0, set()
    # What bends comes first: it says which bones have skin of their own, when rigid pieces ask.
    for mesh in sorted(meshes, key=lambda mesh: mesh.parent_type == "BONE"):
        matrix = np.array(to_armature @ mesh.matrix_world)
        places = positions(mesh_data(mesh))[::stride] @ matrix[:3, :3].T + matrix[:3, 3]
        if mesh.parent_type == "BONE":
            bone = numbers.get(mesh.parent_bone)
            if bone is None or not len(places):
                continue
            if bending and bone not in bending and np.ptp(places, axis=0).max() > _SMALL * size:
                continue
            table = np.column_stack([np.arange(len(places)), np.full(len(places), bone), np.ones(len(places))])
        else:
            groups = [numbers.get(group.name, -1) for group in mesh.vertex_groups]
            vertices = mesh_data(mesh).vertices
            row = [
                number
                for place in range(0, len(vertices), stride)
                for element in vertices[place].groups
                if element.group < len(groups)
                for number in (place // stride, groups[element.group], element.weight)
            ]
            table = np.array(row, np.float64).reshape(-1, 3)
            table = table[(table[:, 1] >= 0) & (table[:, 2] > 0)]
            bending |= set(table[:, 1].astype(int).tolist())
        table[:, 0] += first
        first += len(places)
        points.append(np.asarray(places, np.float64))
        tables.append(table)
    return points, tables
