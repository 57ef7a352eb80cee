"""The Motion section of an avatar: one motion, a walk to an object, and a plan of steps."""

from __future__ import annotations

import bpy

from ...avatar.selection import avatar_hint
from ..panel import AtelierPanel, job_button
from ..text import draw_hint


class ATELIER_PT_acting(AtelierPanel, bpy.types.Panel):
    bl_label = "Motion"
    bl_parent_id = "ATELIER_PT_avatar"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        if draw_hint(layout, context, avatar_hint(context, any_humanoid=True)):
            return
        chosen = context.scene.atelier.motion
        column = layout.column()
        column.prop(chosen, "motion", text="")
        column.prop(chosen, "root_motion")
        column.prop(chosen, "variation")
        play = job_button(column, "atelier.play_motion", icon="PLAY")
        play.motion, play.root_motion, play.variation = chosen.motion, chosen.root_motion, chosen.variation
        column = layout.column()
        column.prop(chosen, "target")
        column.prop(chosen, "sits")
        row = column.row()
        row.enabled = chosen.target is not None
        job_button(row, "atelier.walk_to", icon="MOD_DYNAMICPAINT")
        column = layout.column()
        column.prop(chosen, "plan", text="", placeholder="wave; walk:Chair; sit")
        job_button(column, "atelier.act_plan", icon="NLA")


CLASSES = (ATELIER_PT_acting,)
