"""VRM avatars in Blender: what a file said of one is kept on its armature, and found again after renaming."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import bpy

from ml_core.geometry.humanoid.bone_names import joints_of_bones

from .addon_data import addon_data
from .finding import Found
from .resolving import Resolved, resolve
from .stored import VrmData, stored_data


def vrm_data(armature: bpy.types.Object | None) -> VrmData | None:
    """What a file, or the VRM add-on, says of an avatar; ``None`` for an armature of no VRM."""
    if armature is None or armature.type != "ARMATURE":
        return None
    return stored_data(armature) or addon_data(armature)


def resolved(armature: bpy.types.Object, parts: Iterable[bpy.types.Object]) -> Resolved | None:
    """The VRM data of an avatar, as far as the scene still has what they speak of; ``None`` for no VRM."""
    data = vrm_data(armature)
    return resolve(data, armature, parts) if data is not None else None


def human_bones(armature: bpy.types.Object) -> dict[str, str]:
    """``{VRM 1.0 joint: bone}`` as the avatar's own file says it; empty for an armature of no VRM."""
    data = vrm_data(armature)
    return Found(data, armature, ()).human_bones if data is not None else {}


def joint_bones(armature: bpy.types.Object) -> dict[str, str]:
    """``{joint: bone}`` of any armature: as its file says, else by the names of its bones."""
    return human_bones(armature) or joints_of_bones([bone.name for bone in armature.data.bones])


def bone_joints(armature: bpy.types.Object) -> Mapping[str, str] | None:
    """``{bone: joint}`` as the avatar's own file says it; ``None`` where names have to do."""
    return {bone: joint for joint, bone in human_bones(armature).items()} or None
