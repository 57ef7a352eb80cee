"""The Layers panel: the layers over the skin of the active avatar."""

from __future__ import annotations

import bpy

from ml_core.inference.textures.layer_kinds import PLACED_KINDS

from ...avatar.selection import mode_hint
from ...avatar.surface.layer_settings import ADDED_ITEMS, KIND_ITEMS, avatar_of
from ...translations.registry import formatted
from ..panel import AtelierPanel, fields
from ..text import draw_hint, paragraph


class ATELIER_UL_layers(bpy.types.UIList):
    def draw_item(self, context, layout, data, item, icon, active_data, active_property, index=0, flt_flag=0) -> None:
        row = layout.row(align=True)
        row.prop(item, "on", text="", icon="HIDE_OFF" if item.on else "HIDE_ON", emboss=False)
        name = next(name for kind, name, _ in KIND_ITEMS if kind == item.shown_kind)
        row.label(text=formatted(name), translate=False)
        amount = row.row()
        amount.active = item.on
        amount.prop(item, "amount", text="", emboss=False)


class ATELIER_MT_add_layer(bpy.types.Menu):
    bl_label = "Add Layer"

    def draw(self, context: bpy.types.Context) -> None:
        for kind, name, _ in ADDED_ITEMS:
            self.layout.operator("atelier.add_layer", text=name).kind = kind
        self.layout.separator()
        self.layout.operator("atelier.paint_image", text="Image File", icon="FILE_IMAGE")


class ATELIER_PT_layers(AtelierPanel, bpy.types.Panel):
    bl_label = "Layers"
    bl_parent_id = "ATELIER_PT_avatar"
    bl_options = {"DEFAULT_CLOSED"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return avatar_of(context.active_object) is not None

    def draw(self, context: bpy.types.Context) -> None:
        if draw_hint(self.layout, context, mode_hint(context)):
            return
        avatar = avatar_of(context.active_object)
        row = self.layout.row()
        row.template_list(
            "ATELIER_UL_layers", "", avatar, "atelier_layer_list", avatar, "atelier_layer_index", rows=3, maxrows=8
        )
        buttons = row.column(align=True)
        buttons.menu("ATELIER_MT_add_layer", text="", icon="ADD")
        buttons.operator("atelier.remove_layer", text="", icon="REMOVE")
        if len(avatar.atelier_layer_list) > 1:
            buttons.separator()
            buttons.operator("atelier.move_layer", text="", icon="TRIA_UP").direction = "UP"
            buttons.operator("atelier.move_layer", text="", icon="TRIA_DOWN").direction = "DOWN"
        if not avatar.atelier_layer_list:
            paragraph(
                self.layout,
                context,
                formatted("Make-up, freckles, scars, tattoos, prints: add them with +."),
                icon="INFO",
            )
        if 0 <= avatar.atelier_layer_index < len(avatar.atelier_layer_list):
            self.draw_layer(context, avatar.atelier_layer_list[avatar.atelier_layer_index])

    def draw_layer(self, context: bpy.types.Context, item: bpy.types.PropertyGroup) -> None:
        column = fields(self.layout)
        column.prop(item, "amount")
        kind = item.shown_kind
        if kind != "photo":
            column.prop(item, "color")
        if kind in PLACED_KINDS:
            if kind != "scar":
                column.template_ID(item, "image", open="image.open")
            if item.image is None and kind != "scar":
                column.prop(item, "design")
            column.prop(item, "chart")
            for name in ("x", "y", "size", "rotation"):
                column.prop(item, name)
        if kind not in ("lipstick", "eye_makeup", "blush", "tattoo", "print", "photo"):
            column.prop(item, "seed")


CLASSES = (ATELIER_UL_layers, ATELIER_MT_add_layer, ATELIER_PT_layers)
