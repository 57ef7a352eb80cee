"""The button that selects an avatar, and the one that shows its textures."""

from __future__ import annotations

import bpy

from ...bridge.state import views
from ...translations.registry import formatted


class ATELIER_OT_make_active(bpy.types.Operator):
    """Select this object alone and make it the active one"""

    bl_idname = "atelier.make_active"
    bl_label = "Make Active"
    bl_options = {"REGISTER", "UNDO", "INTERNAL"}

    object_name: bpy.props.StringProperty(name="Object", description="Its name", options={"SKIP_SAVE", "HIDDEN"})

    def execute(self, context: bpy.types.Context) -> set[str]:
        obj = context.view_layer.objects.get(self.object_name)
        if obj is None:
            self.report({"ERROR"}, formatted("There is no object named {name} in the scene.", name=self.object_name))
            return {"CANCELLED"}
        for other in context.selected_objects:
            other.select_set(False)
        obj.select_set(True)
        context.view_layer.objects.active = obj
        return {"FINISHED"}


class ATELIER_OT_show_textures(bpy.types.Operator):
    """Show the textures in Solid view, in place of one color a material"""

    bl_idname = "atelier.show_textures"
    bl_label = "Show Textures"
    bl_options = {"INTERNAL"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if not views.shows_plain_colors(context.space_data):
            cls.poll_message_set(formatted("This view shows textures already."))
            return False
        return True

    def execute(self, context: bpy.types.Context) -> set[str]:
        context.space_data.shading.color_type = "TEXTURE"
        return {"FINISHED"}


CLASSES = (ATELIER_OT_make_active, ATELIER_OT_show_textures)
