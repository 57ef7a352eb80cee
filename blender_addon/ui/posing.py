"""The Hair and Motion section of an avatar: hair on any humanoid, poses and clips."""

from __future__ import annotations

import bpy

from ..avatar.generating import humanoid
from ..operators.posing import POSE_ITEMS
from ..translations import formatted
from .panel import AtelierPanel
from .text import columns_that_fit, paragraph


class ATELIER_PT_motion(AtelierPanel, bpy.types.Panel):
    bl_label = "Hair and Motion"
    bl_parent_id = "ATELIER_PT_avatar"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        found = humanoid(context.active_object)
        if context.mode != "OBJECT" or found is None:
            paragraph(layout, context, formatted("Select an avatar or another humanoid."), icon="INFO")
            return
        layout.operator("atelier.set_hair", icon="STRANDS")
        columns = columns_that_fit(context, 4.0, len(POSE_ITEMS))
        row = layout.grid_flow(row_major=True, columns=columns, even_columns=True, align=True)
        for pose, label, _ in POSE_ITEMS:
            row.operator("atelier.set_pose", text=label).pose = pose
        armature = found if found.type == "ARMATURE" else found.find_armature()
        if armature is not None:
            layout.prop(armature, "show_in_front", text="Show Bones")
        layout.operator("atelier.add_clips", icon="NLA")
        row = layout.row(align=True)
        row.operator("atelier.add_control_rig", icon="ARMATURE_DATA")
        row.operator("atelier.remove_control_rig", text="", icon="X")


CLASSES = (ATELIER_PT_motion,)
