"""Buttons that give an avatar bones beside its humanoid ones: twist bones, and springs with or without physics."""

from __future__ import annotations

import bpy

from ...avatar.rig.extra_bones import remove_all_springs
from ...avatar.rig.physics import add_physics
from ...avatar.rig.springs import add_springs, check_springs
from ...avatar.rig.twist import add_twist_bones, remove_twist_bones
from ...translations.registry import formatted
from .posing import ArmatureOperator


class ATELIER_OT_add_twist_bones(ArmatureOperator, bpy.types.Operator):
    """Add a bone to each upper arm and forearm of the active avatar that spreads the turn of shoulder and wrist"""

    bl_idname = "atelier.add_twist_bones"
    bl_label = "Add Twist Bones"
    bl_options = {"REGISTER", "UNDO"}

    def change(self, context: bpy.types.Context, armature: bpy.types.Object) -> dict:
        return {"bones": add_twist_bones(context, armature)}


class ATELIER_OT_remove_twist_bones(ArmatureOperator, bpy.types.Operator):
    """Take the twist bones of the active avatar off; its arms move what they moved"""

    bl_idname = "atelier.remove_twist_bones"
    bl_label = "Remove Twist Bones"
    bl_options = {"REGISTER", "UNDO"}

    def change(self, context: bpy.types.Context, armature: bpy.types.Object) -> dict:
        return {"bones": remove_twist_bones(context, armature)}


class ATELIER_OT_add_springs(ArmatureOperator, bpy.types.Operator):
    """Lay chains of bones through long hair, skirts and coats of the active avatar; VRM viewers let them swing"""

    bl_idname = "atelier.add_springs"
    bl_label = "Add Springs"
    bl_options = {"REGISTER", "UNDO"}

    physics: bpy.props.BoolProperty(
        name="Physics",
        description="Let them swing in Blender, too, while the animation plays from its first frame",
        options={"SKIP_SAVE"},
    )

    def change(self, context: bpy.types.Context, armature: bpy.types.Object) -> dict:
        check_springs(armature)
        remove_all_springs(context, armature)
        facts = add_springs(context, armature)
        if self.physics:
            facts["physics"] = add_physics(context, armature)
        self.report({"INFO"}, formatted("{name} has {number} springs.", name=armature.name, number=facts["chains"]))
        return facts


class ATELIER_OT_remove_springs(ArmatureOperator, bpy.types.Operator):
    """Take the springs of the active avatar off; hair and clothes go with its body again"""

    bl_idname = "atelier.remove_springs"
    bl_label = "Remove Springs"
    bl_options = {"REGISTER", "UNDO"}

    def change(self, context: bpy.types.Context, armature: bpy.types.Object) -> dict:
        return {"springs": remove_all_springs(context, armature)}


CLASSES = (
    ATELIER_OT_add_twist_bones,
    ATELIER_OT_remove_twist_bones,
    ATELIER_OT_add_springs,
    ATELIER_OT_remove_springs,
)
