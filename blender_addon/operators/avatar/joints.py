"""Buttons that map bones of any character to joints: detected, or set by hand."""

from __future__ import annotations

import json
from typing import Any

import bpy

from ml_core.errors import AtelierError, InputError
from ml_core.geometry.humanoid.bone_names import REQUIRED_BONES
from ml_core.vrm.kinds import JOINTS

from ...avatar.rig.poses import joint_bones
from ...bridge.data.single_user import ensure_editable
from ...bridge.vrm import FILE, JOINT_KEY, rig_joints, vrm_joints
from ...translations.registry import formatted
from ..base import refused


def _rig(context: bpy.types.Context) -> bpy.types.Object | None:
    obj = context.active_object
    if obj is None:
        return None
    return obj if obj.type == "ARMATURE" else obj.find_armature()


class JointOperator:
    """Mix-in of operators on the active object's armature, in any mode except Edit Mode, which has separate bones."""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if _rig(context) is None:
            cls.poll_message_set(formatted("Select an armature or a mesh that hangs on one."))
            return False
        return context.mode != "EDIT_ARMATURE"


class ATELIER_OT_find_joints(JointOperator, bpy.types.Operator):
    """Find the humanoid joints of the active character, by names or by structure, and note each on its bone"""

    bl_idname = "atelier.find_joints"
    bl_label = "Find Joints"
    bl_options = {"REGISTER", "UNDO"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        rig = _rig(context)
        assert rig is not None
        found = rig_joints(rig)
        try:
            ensure_editable(rig)
            joint_bones(rig, REQUIRED_BONES)
        except AtelierError as error:
            return refused(self, error)
        joints = vrm_joints(rig)
        for joint, bone in joints.items() if found.source != FILE else ():
            rig.data.bones[bone][JOINT_KEY] = joint
        facts = {"object": rig.name, "joints": joints, "source": found.source}
        context.scene.atelier.last_report = json.dumps({**facts, "confidence": found.confidence}, ensure_ascii=False)
        text = "{name}: {number} joints found, {percent} % sure."
        percent = round(100 * found.confidence)
        self.report({"INFO"}, formatted(text, name=rig.name, number=len(joints), percent=percent))
        return {"FINISHED"}


def _joints(_self: bpy.types.Operator, _context: bpy.types.Context, edited: str) -> list[str]:
    return [joint for joint in JOINTS if edited.lower() in joint.lower()]


class ATELIER_OT_set_joint(JointOperator, bpy.types.Operator):
    """Say which joint of a humanoid the active bone is; no other bone is that joint then"""

    bl_idname = "atelier.set_joint"
    bl_label = "Set Joint"
    bl_options = {"REGISTER", "UNDO"}

    joint: bpy.props.StringProperty(
        name="Joint",
        description="As VRM names it, such as leftUpperArm; nothing takes back what was said of the bone",
        search=_joints,
        search_options={"SORT"},
        options={"SKIP_SAVE"},
    )
    bone: bpy.props.StringProperty(
        name="Bone of the Rig", description="The active bone when left empty", options={"SKIP_SAVE", "HIDDEN"}
    )

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[Any]:
        return context.window_manager.invoke_props_dialog(self)

    def execute(self, context: bpy.types.Context) -> set[str]:
        rig = _rig(context)
        assert rig is not None
        try:
            ensure_editable(rig)
            self._set(rig)
        except AtelierError as error:
            return refused(self, error)
        context.scene.atelier.last_report = json.dumps(
            {"object": rig.name, "joints": dict(rig_joints(rig).joints)}, ensure_ascii=False
        )
        return {"FINISHED"}

    def _set(self, rig: bpy.types.Object) -> None:
        bones = rig.data.bones
        bone = bones.get(self.bone) if self.bone else bones.active
        if bone is None:
            raise InputError("{name}: has no bone {bone!r}; select one in Pose Mode", name=rig.name, bone=self.bone)
        if self.joint and self.joint not in JOINTS:
            raise InputError(
                "{joint!r} is not a joint of a humanoid; choose one of {joints}",
                joint=self.joint,
                joints=", ".join(JOINTS),
            )
        for other in bones:
            if self.joint and other.get(JOINT_KEY) == self.joint:
                del other[JOINT_KEY]
        if self.joint:
            bone[JOINT_KEY] = self.joint
        elif JOINT_KEY in bone:
            del bone[JOINT_KEY]


CLASSES = (ATELIER_OT_find_joints, ATELIER_OT_set_joint)
