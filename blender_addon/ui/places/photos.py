"""The Places section: a place from photos, its real size, and a camera from one picture."""

from __future__ import annotations

import bpy

from ...edition import IS_FULL
from ..panel import AtelierPanel, job_button


class ATELIER_PT_places(AtelierPanel, bpy.types.Panel):
    bl_label = "Places"
    bl_parent_id = "ATELIER_PT_scene"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        layout.operator_context = "INVOKE_DEFAULT"
        if IS_FULL:
            job_button(layout, "atelier.reconstruct_scene", icon="IMAGE_DATA")
            layout.operator("atelier.size_place", icon="ARROW_LEFTRIGHT")
        job_button(layout, "atelier.match_camera", icon="CAMERA_DATA")
        layout.operator("atelier.draw_camera_lines", icon="GREASEPENCIL")


CLASSES = (ATELIER_PT_places,)
