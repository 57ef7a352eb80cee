"""The Scene section: label the objects, see and correct the labels, apply them."""

from __future__ import annotations

import bpy

from .panel import AtelierPanel, main_button


class ATELIER_PT_scene(AtelierPanel, bpy.types.Panel):
    bl_label = "Scene"
    bl_order = 2

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        settings = context.scene.atelier
        layout.prop(settings, "label_scope", text="")
        main_button(layout, "atelier.label_objects", icon="VIEWZOOM")


CLASSES = (ATELIER_PT_scene,)
