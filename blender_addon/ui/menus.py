"""Atelier's entries in Blender's own menus: Add, Object, File ▸ Import and Export, and the right click on an object."""

from __future__ import annotations

import bpy

from ..avatar.surface.layer_settings import avatar_of
from ..avatar.surface.wearing import wearing
from ..translations.registry import formatted


class ATELIER_MT_object(bpy.types.Menu):
    """What can be done with the object that was clicked; independent of the sidebar's sections."""

    bl_label = "Atelier"

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        layout.operator_context = "INVOKE_DEFAULT"
        worn = wearing(context.active_object)
        if worn is not None and not worn.why_not:
            text = formatted("Apply to {name}", name=worn.target.name)
            layout.operator("atelier.apply_texture", text=text, icon="TEXTURE", translate=False)
            layout.operator("atelier.set_hair", icon="STRANDS")
            layout.operator("atelier.set_beard", icon="OUTLINER_OB_CURVES")
        if avatar_of(context.active_object) is not None:
            layout.operator("atelier.edit_live", icon="MOD_SIMPLIFY")
            layout.menu("ATELIER_MT_add_layer", icon="BRUSH_DATA")
            layout.operator("atelier.mark_avatar", icon="ASSET_MANAGER")
        layout.separator()
        label = layout.operator("atelier.label_objects", text="Label Selected", icon="VIEWZOOM")
        label.scope = "selected"
        if context.active_object is not None:
            layout.operator(
                "atelier.pick_label", text="Set Label", icon="GREASEPENCIL"
            ).object_name = context.active_object.name


class ATELIER_MT_all(bpy.types.Menu):
    """Everything in the tab, in the Object menu, where Blender's search finds it; disabled if currently impossible."""

    bl_label = "Atelier"

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        layout.operator_context = "INVOKE_DEFAULT"
        layout.operator("atelier.generate_avatar", icon="OUTLINER_OB_ARMATURE")
        layout.operator("atelier.apply_texture", icon="TEXTURE")
        layout.operator("atelier.edit_live", icon="MOD_SIMPLIFY")
        layout.operator("atelier.set_hair", icon="STRANDS")
        layout.operator("atelier.set_beard", icon="OUTLINER_OB_CURVES")
        layout.menu("ATELIER_MT_add_layer", icon="BRUSH_DATA")
        layout.operator("atelier.mark_avatar", icon="ASSET_MANAGER")
        layout.separator()
        layout.operator("atelier.label_objects", icon="VIEWZOOM")
        layout.operator("atelier.apply_labels", icon="OUTLINER_COLLECTION")
        layout.operator("atelier.clear_labels", icon="X")
        layout.separator()
        layout.operator("atelier.preflight", icon="CHECKMARK")
        layout.operator("atelier.export_as", icon="EXPORT")


def _add_avatar(self: bpy.types.Menu, context: bpy.types.Context) -> None:
    self.layout.operator_context = "INVOKE_DEFAULT"
    self.layout.operator("atelier.generate_avatar", text="Atelier Avatar", icon="OUTLINER_OB_ARMATURE")


def _add_avatar_of_its_own(self: bpy.types.Menu, context: bpy.types.Context) -> None:
    self.layout.separator()
    self.layout.operator_context = "INVOKE_DEFAULT"
    self.layout.operator("atelier.generate_avatar", text="Avatar", icon="OUTLINER_OB_ARMATURE")


def _export(self: bpy.types.Menu, context: bpy.types.Context) -> None:
    self.layout.operator_context = "INVOKE_DEFAULT"
    self.layout.operator("atelier.export_as", text="Atelier (Unity, Unreal, Godot, Web, VRM, USD)")


def _all_entries(self: bpy.types.Menu, context: bpy.types.Context) -> None:
    self.layout.separator()
    self.layout.menu("ATELIER_MT_all", icon="OUTLINER_OB_ARMATURE")


def _import_avatar(self: bpy.types.Menu, context: bpy.types.Context) -> None:
    self.layout.operator("atelier.import_avatar", text="Atelier Avatar (.json)")


def _object_entries(self: bpy.types.Menu, context: bpy.types.Context) -> None:
    self.layout.separator()
    self.layout.menu("ATELIER_MT_object", icon="OUTLINER_OB_ARMATURE")


_PLACES = {
    "VIEW3D_MT_add": _add_avatar_of_its_own,
    "VIEW3D_MT_mesh_add": _add_avatar,
    "VIEW3D_MT_object": _all_entries,
    "TOPBAR_MT_file_export": _export,
    "TOPBAR_MT_file_import": _import_avatar,
    "VIEW3D_MT_object_context_menu": _object_entries,
    "OUTLINER_MT_object": _object_entries,
}
CLASSES = (ATELIER_MT_object, ATELIER_MT_all)


def register() -> None:
    for menu, draw in _PLACES.items():
        getattr(bpy.types, menu).append(draw)


def unregister() -> None:
    for menu, draw in _PLACES.items():
        getattr(bpy.types, menu).remove(draw)
