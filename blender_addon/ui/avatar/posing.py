"""The Hair and Rig section of an avatar: hair on any humanoid, poses, clips and bones."""

from __future__ import annotations

import bpy

from ...avatar.selection import avatar_hint
from ...avatar.surface.wearing import wearing
from ...operators.avatar.posing import POSE_ITEMS
from ..panel import AtelierPanel, draw_progress, job_button
from ..text import columns_that_fit, draw_hint, paragraph


class ATELIER_PT_motion(AtelierPanel, bpy.types.Panel):
    bl_label = "Hair and Rig"
    bl_parent_id = "ATELIER_PT_avatar"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        if draw_hint(layout, context, avatar_hint(context, any_humanoid=True)):
            return
        worn = wearing(context.active_object)
        if worn is None or worn.why_not:
            paragraph(layout, context, worn.why_not if worn is not None else "", icon="INFO")
            return
        found = worn.target
        job_button(layout, "atelier.set_hair", icon="STRANDS")
        job_button(layout, "atelier.set_beard", icon="OUTLINER_OB_CURVES")
        columns = columns_that_fit(context, 4.0, len(POSE_ITEMS))
        row = layout.grid_flow(row_major=True, columns=columns, even_columns=True, align=True)
        for pose, label, _ in POSE_ITEMS:
            row.operator("atelier.set_pose", text=label).pose = pose
        armature = found if found.type == "ARMATURE" else found.find_armature()
        if armature is not None:
            layout.prop(armature, "show_in_front", text="Show Bones")
        layout.operator("atelier.add_clips", icon="NLA")
        row = layout.row(align=True)
        if not draw_progress(row, "atelier.add_control_rig", "atelier.remove_control_rig"):
            row.operator("atelier.add_control_rig", icon="ARMATURE_DATA")
            row.operator("atelier.remove_control_rig", text="", icon="X")
        row = layout.row(align=True)
        if not draw_progress(row, "atelier.add_twist_bones", "atelier.remove_twist_bones"):
            row.operator("atelier.add_twist_bones", icon="BONE_DATA")
            row.operator("atelier.remove_twist_bones", text="", icon="X")
        row = layout.row(align=True)
        if not draw_progress(row, "atelier.add_springs", "atelier.remove_springs"):
            row.operator("atelier.add_springs", icon="PHYSICS")
            row.operator("atelier.add_springs", text="", icon="MOD_CLOTH").physics = True
            row.operator("atelier.remove_springs", text="", icon="X")


CLASSES = (ATELIER_PT_motion,)
