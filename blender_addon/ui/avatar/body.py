"""The Body and Wardrobe panels: the sliders of an anatomical body, and what it wears."""

from __future__ import annotations

import bpy

from ml_core.geometry.body.traits import ADULT
from ml_core.geometry.garments.pieces import BY_NAME
from ml_core.vocabulary.avatar.body_sliders import BODY_GROUPS, GROUPS, SLIDERS, Group
from ml_core.vocabulary.traits import ANCESTRIES

from ...avatar.anatomy.person import is_anatomical, stored_body
from ...avatar.generating import humanoid
from ...avatar.live import shaping
from ...avatar.live.shaping import slider_property
from ...avatar.selection import mode_hint
from ...avatar.stored import has_traits
from ...avatar.wardrobe.objects import worn_garments
from ...translations.registry import formatted
from ..panel import AtelierPanel, draw_ends, draw_progress, fields, job_button
from ..text import draw_hint, is_narrow, paragraph

_SHAPE = ("presentation", "age", "height", "weight", "muscle", "proportions")
_ENDS = {"presentation": ("Masculine", "Feminine"), "weight": ("Slim", "Heavy")}


def anatomical_avatar(context: bpy.types.Context) -> bpy.types.Object | None:
    """The armature of the active avatar when it has an anatomical body."""
    found = humanoid(context.active_object)
    return found if is_anatomical(found) else None


def draw_groups(layout: bpy.types.UILayout, context: bpy.types.Context, groups: tuple[Group, ...]) -> None:
    """A foldable box for each group of sliders of the active avatar's body."""
    avatar = anatomical_avatar(context)
    body = stored_body(avatar)
    if avatar is None or body is None:
        return
    for group in groups:
        header, inside = layout.panel(f"atelier_body_{group}", default_closed=True)
        header.label(text=formatted(GROUPS[group][0]), translate=False)
        if inside is None:
            continue
        column = inside.column() if is_narrow(context) else fields(inside)
        for slider in SLIDERS:
            if slider.group == group:
                row = column.row()
                row.active = body.is_adult or not slider.adult
                row.prop(avatar.atelier_body, slider_property(slider.name), slider=True)


class ATELIER_PT_body(AtelierPanel, bpy.types.Panel):
    bl_label = "Body"
    bl_parent_id = "ATELIER_PT_avatar"
    bl_options = {"DEFAULT_CLOSED"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return has_traits_of(context)

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        if draw_hint(layout, context, mode_hint(context)):
            return
        avatar = anatomical_avatar(context)
        if avatar is None:
            text = formatted("{name} has the body of an earlier version.", name=context.active_object.name)
            paragraph(layout, context, text, icon="INFO")
            job_button(layout, "atelier.new_body", icon="OUTLINER_OB_ARMATURE")
            return
        settings, body = avatar.atelier_body, stored_body(avatar)
        assert body is not None
        shaping.expect(avatar)
        column = fields(layout)
        for name in _SHAPE:
            column.prop(settings, name)
            if name in _ENDS:
                draw_ends(column, context, *_ENDS[name])
        if body.is_adult:
            for name in ("bust", "firmness"):
                row = column.row()
                row.active = body.known("presentation") > 0
                row.prop(settings, name)
        else:
            paragraph(column, context, formatted("Under {years} the build is the child's own.", years=ADULT))
        column.prop(settings, "asymmetry")
        column.separator()
        for ancestry in ANCESTRIES:
            column.prop(settings, ancestry)
        draw_groups(layout, context, BODY_GROUPS)


def has_traits_of(context: bpy.types.Context) -> bool:
    """Whether the active object is an avatar of ours."""
    found = humanoid(context.active_object)
    return found is not None and has_traits(found)


class ATELIER_MT_wear(bpy.types.Menu):
    bl_label = "Add Garment"

    def draw(self, context: bpy.types.Context) -> None:
        avatar = anatomical_avatar(context)
        worn = worn_garments(avatar) if avatar is not None else {}
        self.layout.operator_context = "INVOKE_DEFAULT"
        for kind in dict.fromkeys(piece.kind for piece in BY_NAME.values()):
            for piece in BY_NAME.values():
                if piece.kind == kind and piece.name not in worn:
                    button = self.layout.operator("atelier.wear", text=formatted(piece.label), translate=False)
                    button.garment = piece.name
            self.layout.separator()


class ATELIER_PT_wardrobe(AtelierPanel, bpy.types.Panel):
    bl_label = "Wardrobe"
    bl_parent_id = "ATELIER_PT_avatar"
    bl_options = {"DEFAULT_CLOSED"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return anatomical_avatar(context) is not None

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        if draw_hint(layout, context, mode_hint(context)):
            return
        avatar = anatomical_avatar(context)
        worn = worn_garments(avatar) if avatar is not None else {}
        column = layout.column(align=True)
        column.operator_context = "INVOKE_DEFAULT"
        for name in reversed(worn):  # outer garments first, as one takes them off
            row = column.row(align=True)
            row.label(text=formatted(BY_NAME[name].label), translate=False, icon="MATCLOTH")
            row.operator("atelier.dye_garment", text="", icon="COLOR").garment = name
            row.operator("atelier.take_off", text="", icon="X").garment = name
        if not draw_progress(layout, "atelier.wear", "atelier.take_off", "atelier.dye_garment"):
            layout.menu("ATELIER_MT_wear", icon="ADD")


CLASSES = (ATELIER_MT_wear, ATELIER_PT_body, ATELIER_PT_wardrobe)
