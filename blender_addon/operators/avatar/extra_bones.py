"""Buttons that give an avatar bones beside its humanoid ones: twist bones, and springs with or without physics."""

from __future__ import annotations

import bpy

from ...avatar.rig.extra_bones import removing_all_springs
from ...avatar.rig.physics import adding_physics, check_physics
from ...avatar.rig.springs import adding_springs, checking_springs
from ...avatar.rig.twist import adding_twist_bones, removing_twist_bones
from ...bridge.jobs.steps import Job, Report, unbroken
from ...translations.registry import formatted
from .posing import ArmatureJob


class ATELIER_OT_add_twist_bones(ArmatureJob, bpy.types.Operator):
    """Add a bone to each upper arm and forearm of the active avatar that spreads the turn of shoulder and wrist"""

    bl_idname = "atelier.add_twist_bones"
    bl_label = "Add Twist Bones"
    bl_options = {"REGISTER", "UNDO"}

    def changing(self, context: bpy.types.Context, armature: bpy.types.Object) -> Job:
        return {"bones": (yield from unbroken(adding_twist_bones(context, armature)))}


class ATELIER_OT_remove_twist_bones(ArmatureJob, bpy.types.Operator):
    """Take the twist bones of the active avatar off; its arms move what they moved"""

    bl_idname = "atelier.remove_twist_bones"
    bl_label = "Remove Twist Bones"
    bl_options = {"REGISTER", "UNDO"}

    def changing(self, context: bpy.types.Context, armature: bpy.types.Object) -> Job:
        return {"bones": (yield from unbroken(removing_twist_bones(context, armature)))}


class ATELIER_OT_add_springs(ArmatureJob, bpy.types.Operator):
    """Lay bones through long hair and skirts, or find the chains that a character has: VRM viewers let them swing"""

    bl_idname = "atelier.add_springs"
    bl_label = "Add Springs"
    bl_options = {"REGISTER", "UNDO"}

    physics: bpy.props.BoolProperty(
        name="Physics",
        description="Let them swing in Blender, too, while the animation plays from its first frame",
        options={"SKIP_SAVE"},
    )

    def changing(self, context: bpy.types.Context, armature: bpy.types.Object) -> Job:
        yield from checking_springs(armature)
        if self.physics:
            check_physics(armature)
        return (yield from unbroken(self._adding(context, armature)))

    def _adding(self, context: bpy.types.Context, armature: bpy.types.Object) -> Job:
        yield from removing_all_springs(context, armature)
        facts = yield from adding_springs(context, armature)
        if self.physics:
            facts["physics"] = yield from adding_physics(context, armature)
        return facts

    def summary(self, report: Report) -> str:
        if kept := report.get("kept"):
            return formatted("{name} keeps the {number} springs of its own file.", name=report["object"], number=kept)
        return formatted("{name} has {number} springs.", name=report["object"], number=report["chains"])


class ATELIER_OT_remove_springs(ArmatureJob, bpy.types.Operator):
    """Take the springs of the active avatar off; hair and clothes go with its body again"""

    bl_idname = "atelier.remove_springs"
    bl_label = "Remove Springs"
    bl_options = {"REGISTER", "UNDO"}

    def changing(self, context: bpy.types.Context, armature: bpy.types.Object) -> Job:
        return {"springs": (yield from unbroken(removing_all_springs(context, armature)))}


CLASSES = (
    ATELIER_OT_add_twist_bones,
    ATELIER_OT_remove_twist_bones,
    ATELIER_OT_add_springs,
    ATELIER_OT_remove_springs,
)
