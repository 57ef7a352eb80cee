"""The Light and Look section: looks for the scene, the light of a picture, previews, and VR."""

from __future__ import annotations

import bpy

from ml_core.vocabulary.scene.looks import LOOKS

from ...scene.lighting.lighting import is_lit, look_of
from ...translations.registry import formatted
from ..panel import AtelierPanel, job_button


class ATELIER_PT_light(AtelierPanel, bpy.types.Panel):
    bl_label = "Light and Look"
    bl_parent_id = "ATELIER_PT_scene"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        current = look_of(context.scene)
        grid = layout.grid_flow(row_major=True, columns=2, even_columns=True, align=True)
        for look in LOOKS.values():
            button = grid.operator(
                "atelier.light_scene", text=formatted(look.title), depress=look.id == current, translate=False
            )
            button.look = look.id
        row = layout.row(align=True)
        row.operator_context = "INVOKE_DEFAULT"
        row.operator("atelier.light_by_picture", icon="IMAGE_DATA")
        if is_lit(context.scene):
            row.operator("atelier.remove_look", text="", icon="X")
        layout.operator_context = "INVOKE_DEFAULT"
        job_button(layout, "atelier.preview_pictures", icon="RENDER_RESULT")
        layout.operator("atelier.set_up_vr", icon="HIDE_OFF")


CLASSES = (ATELIER_PT_light,)
