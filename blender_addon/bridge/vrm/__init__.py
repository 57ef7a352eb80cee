"""VRM avatars in Blender: the data of a file are stored on the armature, and found again after renaming."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import bpy

from ml_core.geometry.humanoid.bone_names import REQUIRED_BONES, joints_of_bones, with_vrm_thumbs
from ml_core.vrm.kinds import JOINTS

from ..data.stored_values import stored_text
from .addon_data import addon_data
from .by_structure import structure_of
from .finding import Found
from .resolving import Resolved, resolve
from .stored import VrmData, stored_data


def vrm_data(armature: bpy.types.Object | None) -> VrmData | None:
    """The VRM data of an avatar from its file or the VRM add-on; ``None`` for an armature without any."""
    if armature is None or armature.type != "ARMATURE":
        return None
    return stored_data(armature) or addon_data(armature)


def resolved(armature: bpy.types.Object, parts: Iterable[bpy.types.Object]) -> Resolved | None:
    """The VRM data of an avatar, as far as the scene still contains what they refer to; ``None`` without VRM data."""
    data = vrm_data(armature)
    return resolve(data, armature, parts) if data is not None else None


def human_bones(armature: bpy.types.Object) -> dict[str, str]:
    """``{VRM 1.0 joint: bone}`` by the avatar's own file; empty for an armature without VRM data."""
    data = vrm_data(armature)
    return Found(data, armature, ()).human_bones if data is not None else {}


FILE, MARKS, NAMES, STRUCTURE = "file", "marks", "names", "structure"
"""What can say which joints a rig's bones are."""
JOINT_KEY = "atelier_joint"
"""Custom property of a bone by which an artist says which joint it is."""


@dataclass(frozen=True)
class RigJoints:
    """Which humanoid joints the bones of an armature are.

    Attributes:
        joints: joint -> bone. source: where this is from, :data:`FILE`, :data:`MARKS`, :data:`NAMES` or
            :data:`STRUCTURE`; by names, thumb bones are numbered Proximal, Intermediate and Distal, else as in VRM 1.0.
        confidence: 0..1 by structure; 1 otherwise. reason: why neither names nor structure make it a humanoid, of
            :data:`ml_core.geometry.humanoid.structure.REASONS`, or empty.
    """

    joints: Mapping[str, str]
    source: str
    confidence: float = 1.0
    reason: str = ""


def rig_joints(armature: bpy.types.Object) -> RigJoints:
    """The joints of any armature: by its file; else by the names of its bones; else, where these do not make a
    humanoid, by the structure of its tree. What an artist has marked takes precedence over all of them."""
    said = human_bones(armature)
    marked = marked_joints(armature)
    if said or set(REQUIRED_BONES) <= marked.keys():
        return RigJoints(_marked_over(said, marked), FILE if said else MARKS)
    names = [bone.name for bone in armature.data.bones]
    named = joints_of_bones(names)
    by_name = RigJoints(named, NAMES)
    if marked:
        by_name = RigJoints(_marked_over(with_vrm_thumbs(named, names), marked), MARKS)
    if set(REQUIRED_BONES) <= by_name.joints.keys():
        return by_name
    found = structure_of(armature)
    if not found.joints:
        return replace(by_name, reason=found.reason)
    return RigJoints(_marked_over(found.joints, marked), STRUCTURE, found.confidence)


def marked_joints(armature: bpy.types.Object) -> dict[str, str]:
    """Joint -> bone, of the bones that carry :data:`JOINT_KEY`; of two with one joint the first."""
    found: dict[str, str] = {}
    for bone in armature.data.bones:
        if (joint := stored_text(bone, JOINT_KEY, longest=64)) in JOINTS:
            found.setdefault(joint, bone.name)
    return found


def _marked_over(joints: Mapping[str, str], marked: Mapping[str, str]) -> dict[str, str]:
    taken = set(marked.values())
    return {joint: bone for joint, bone in joints.items() if bone not in taken} | dict(marked)


def joint_bones(armature: bpy.types.Object) -> dict[str, str]:
    """``{joint: bone}`` of any armature, see :func:`rig_joints`."""
    return dict(rig_joints(armature).joints)


def vrm_joints(armature: bpy.types.Object) -> dict[str, str]:
    """As :func:`joint_bones`, with thumb bones numbered as in VRM 1.0, whatever the source."""
    found = rig_joints(armature)
    if found.source != NAMES:
        return dict(found.joints)
    return with_vrm_thumbs(found.joints, [bone.name for bone in armature.data.bones])


def bone_joints(armature: bpy.types.Object) -> Mapping[str, str] | None:
    """``{bone: joint}`` by the avatar's own file, marks or structure; ``None`` if by names."""
    found = rig_joints(armature)
    return None if found.source == NAMES else {bone: joint for joint, bone in found.joints.items()}
