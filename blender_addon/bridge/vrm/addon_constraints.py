"""VRM constraints that the VRM add-on stores as Blender constraints: on bones, or on meshes parented to bones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import bpy
from mathutils import Matrix

from .addon_stored import AddonIndices
from .places import named_axis

_KINDS = ("COPY_ROTATION", "DAMPED_TRACK")
_AXES = Matrix(((1, 0, 0), (0, 0, -1), (0, 1, 0)))
"""The add-on reads and writes letters of an object's axes as glTF's, whose Y is the object's Z and Z its -Y."""


def addon_constraints(armature: bpy.types.Object, indices: AddonIndices) -> list[dict[str, Any]]:
    """The constraints in VRM's form; one that VRM cannot express is listed in the data's ``lost`` if it is on a mesh,
    since nothing else would report it."""
    made = []
    for bone, owner, turn in _owners(armature):
        for constraint in owner.constraints:
            if constraint.mute or constraint.type not in _KINDS or constraint.target is None:
                continue
            found = _constraint(constraint, armature, indices, turn)
            if found is not None:
                made.append({"node": indices.named_bone(bone), "constraint": found})
            elif isinstance(owner, bpy.types.Object):
                indices.data.lost.append(f"constraints[{owner.name}]: {constraint.name}")
    return made


def _owners(armature: bpy.types.Object) -> Iterator[tuple[str, Any, Matrix | None]]:
    """The owners of constraints: the bone of each, and its rotation in the space of that bone."""
    for bone in armature.pose.bones if armature.pose else ():
        if bone.constraints:
            yield bone.name, bone, None
    for obj in armature.children:
        if obj.constraints and obj.type == "MESH" and obj.parent_type == "BONE":
            yield obj.parent_bone, obj, (obj.matrix_parent_inverse @ obj.matrix_basis).to_3x3() @ _AXES


def _constraint(
    constraint: bpy.types.Constraint, armature: bpy.types.Object, indices: AddonIndices, turn: Matrix | None
) -> dict[str, Any] | None:
    """Blender's constraint as the add-on interprets it: one axis added is a roll, three are a rotation, Damped Track is
    an aim."""
    target = constraint.target
    if target == armature:
        source = indices.named_bone(constraint.subtarget)
    else:
        source = indices.named_bone(target.parent_bone) if target.parent == armature else None
    if source is None:
        return None
    shared = {"source": source, "weight": constraint.influence}
    if constraint.type == "DAMPED_TRACK":
        axis = named_axis(constraint.track_axis[-1], "NEGATIVE" in constraint.track_axis, turn)
        if axis is None or constraint.head_tail:
            return None
        return {"aim": {**shared, "aimAxis": f"{'Negative' if axis[1] else 'Positive'}{axis[0]}"}}
    spaces = constraint.owner_space, constraint.target_space
    if constraint.mix_mode != "ADD" or spaces != ("LOCAL", "LOCAL"):
        return None
    axes = [axis for axis in "XYZ" if getattr(constraint, f"use_{axis.lower()}")]
    if len(axes) == 1 and (axis := named_axis(axes[0], False, turn)) is not None:
        return {"roll": {**shared, "rollAxis": axis[0]}}
    return {"rotation": shared} if len(axes) == 3 else None
