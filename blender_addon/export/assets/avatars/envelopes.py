"""Converts bone envelopes to vertex weights, since files contain only weights."""

from __future__ import annotations

import bpy
import numpy as np
from numpy.typing import NDArray

from ....bridge.mesh_arrays import positions

Floats = NDArray[np.float64]


def uses_envelopes(obj: bpy.types.Object, armature: bpy.types.Object) -> bool:
    """Whether an armature deforms an object by envelopes, either only or where there are no weights."""
    return any(
        modifier.type == "ARMATURE"
        and modifier.object == armature
        and modifier.show_viewport
        and modifier.use_bone_envelopes
        for modifier in obj.modifiers
    )


def add_envelopes(mesh: bpy.types.Mesh, groups: list[str], armature: bpy.types.Object) -> list[str]:
    """Writes the envelopes' weights on vertices that no deforming bone holds yet; the mesh is in armature space.

    Args:
        groups: the names of its vertex groups by index.

    Returns:
        the names with those of bones that had none.
    """
    bones = [item for item in armature.data.bones if item.use_deform]
    known = {item.name for item in bones}
    ours = {number for number, name in enumerate(groups) if name in known}
    bare = [
        vertex.index for vertex in mesh.vertices if not any(e.group in ours and e.weight > 0 for e in vertex.groups)
    ]
    if not bare or not bones:
        return groups
    shares = np.stack([envelope(positions(mesh)[bare].astype(float), item) for item in bones], axis=1)
    sums = shares.sum(axis=1, keepdims=True)
    shares = np.divide(shares, sums, out=np.zeros_like(shares), where=sums > 0)
    holder = bpy.data.objects.new("Envelopes", mesh)
    for name in groups:
        holder.vertex_groups.new(name=name)
    for column, bone in enumerate(bones):
        group = holder.vertex_groups.get(bone.name) or holder.vertex_groups.new(name=bone.name)
        for row in np.flatnonzero(shares[:, column] > 0):
            group.add([bare[row]], float(shares[row, column]), "REPLACE")
    names = [item.name for item in holder.vertex_groups]
    bpy.data.objects.remove(holder)
    return names


def envelope(points: Floats, bone: bpy.types.Bone) -> Floats:
    """The influence (n,) of a bone's envelope on points (n, 3) of its armature's space (``distfactor_to_bone`` of
    Blender's source): full within the radius, falling off with the square of the distance beyond it."""
    head, tail = np.array(bone.head_local), np.array(bone.tail_local)
    length = float(np.linalg.norm(tail - head))
    way = (tail - head) / (length or 1.0)
    along = np.clip((points - head) @ way, 0, length)
    distance = np.linalg.norm(points - head - along[:, None] * way, axis=1)
    share = along / (length or 1.0)
    radius = share * bone.tail_radius + (1 - share) * bone.head_radius
    beyond = np.maximum(distance - radius, 0) / (bone.envelope_distance or 1e-9)
    return np.maximum(1 - beyond**2, 0) * bone.envelope_weight
