"""The Avatar section: the traits of the person, the seed, and the button that creates it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import bpy

from ml_core.errors import InputError
from ml_core.vocabulary.avatar.body_sliders import BODY_GROUPS, GROUPS
from ml_core.vocabulary.avatar.earlier_sliders import FACE_SLIDERS
from ml_core.vocabulary.traits import COLOR_TRAITS, SHOWN_TRAITS

from ...avatar.anatomy.person import is_anatomical
from ...avatar.body.earlier_body import FACE_NAMES, has_sliders, slider_property
from ...avatar.generating import humanoid, other_avatar
from ...avatar.live import shaping
from ...avatar.live.panel_state import named_traits
from ...avatar.selection import avatar_hint, mode_hint
from ...avatar.stored import stored_traits
from ...avatar.surface.texture_options import TextureOptions
from ...avatar.surface.wearing import wearing
from ...bridge.models import loaded as models
from ...bridge.state.views import shows_plain_colors
from ...properties.traits import AtelierTraitSettings
from ...translations.registry import formatted
from ..panel import AtelierPanel, draw_ends, fields, job_button, main_button
from ..text import BUTTON_UNITS, draw_hint, is_narrow, paragraph
from .body import draw_groups
from .trait_presets import ATELIER_PT_trait_presets

_SHAPE = ("presentation", "age", "height", "weight", "muscle")
_EARLIER_SHAPE = ("presentation", "height", "build")
"""Traits of the body that the panel shows, and those of an avatar that an earlier version has made."""
_ENDS = {
    "presentation": ("Masculine", "Feminine"),
    "build": ("Slim", "Heavy"),
    "weight": ("Slim", "Heavy"),
    "truncation": ("Ordinary", "Unusual"),
}


class ATELIER_PT_avatar(AtelierPanel, bpy.types.Panel):
    bl_label = "Avatar"
    bl_order = 1

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        settings = context.scene.atelier
        layout.prop(settings, "description", text="", placeholder="a tall woman in a navy suit")
        _draw_ignored(layout, context, settings.description)
        _draw_precedence(layout, context)
        row = layout.row(align=True)
        row.prop(settings, "seed")
        row.operator("atelier.draw_seed", text="", icon="FILE_REFRESH")

        column = layout.column()
        main_button(column, "atelier.generate_avatar", icon="OUTLINER_OB_ARMATURE")
        if not draw_hint(layout, context, mode_hint(context)):
            _draw_apply(column, context)
            job_button(column, "atelier.avatar_from_photo", text="From a Photo", icon="IMAGE_DATA")


def _draw_apply(column: bpy.types.UILayout, context: bpy.types.Context) -> None:
    """The button for the active object; disabled with the reason if it cannot be textured."""
    worn = wearing(context.active_object)
    if worn is None:
        return
    text = formatted("Apply to {name}", name=worn.target.name)
    row = column.row()
    row.enabled = not worn.why_not
    job_button(row, "atelier.apply_texture", text=text, icon="TEXTURE", translate=False)
    if worn.why_not:
        paragraph(column, context, worn.why_not, icon="INFO")
    elif shows_plain_colors(context.space_data) and stored_traits(worn.target) is not None:
        column.operator("atelier.show_textures", icon="SHADING_TEXTURE")


def _draw_ignored(layout: bpy.types.UILayout, context: bpy.types.Context, description: str) -> None:
    """Shows which words of the description have no effect, before it is used."""
    if not models.reads_sentences():
        return
    try:
        words = ", ".join(_ignored(description))
    except InputError as error:
        paragraph(layout, context, formatted(error.message), icon="INFO")
        return
    if words:
        paragraph(layout, context, formatted("Not understood: {words}.", words=words), icon="INFO")


@lru_cache(maxsize=16)
def _ignored(description: str) -> tuple[str, ...]:
    return tuple(models.language_model().read_description(description).ignored)


def _draw_precedence(layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
    """The other inputs that determine the avatar, each with a cross that removes it."""
    settings = context.scene.atelier
    edited = settings.live_target
    if edited is not None:
        _with_cross(layout, context, formatted("Sliders of {name}, edited live", name=edited.name), "atelier.stop_live")
    if not settings.description.strip():
        return
    named = named_traits(settings.description) if models.reads_sentences() else ()
    chosen = [name for name in SHOWN_TRAITS if getattr(settings.traits, f"use_{name}")]
    both, others = [item for item in chosen if item in named], [item for item in chosen if item not in named]
    if both:
        text = formatted("Named in the description, so not taken from the sliders: {traits}", traits=_titles(both))
        _with_cross(layout, context, text, "atelier.clear_choices").traits = " ".join(both)
    if others and edited is None:
        text = formatted("Taken from the sliders: {traits}", traits=_titles(others))
        _with_cross(layout, context, text, "atelier.clear_choices").traits = " ".join(others)


def _with_cross(
    layout: bpy.types.UILayout, context: bpy.types.Context, text: str, operator: str
) -> bpy.types.OperatorProperties:
    row = layout.row()
    paragraph(row.column(), context, text, icon="INFO", beside=BUTTON_UNITS)
    return row.operator(operator, text="", icon="X", emboss=False)


def _titles(names: Sequence[str]) -> str:
    properties = AtelierTraitSettings.bl_rna.properties
    return ", ".join(formatted(properties[name].name) for name in names)


class ATELIER_PT_traits(AtelierPanel, bpy.types.Panel):
    bl_label = "Traits"
    bl_parent_id = "ATELIER_PT_avatar"
    bl_options = {"DEFAULT_CLOSED"}

    def draw_header_preset(self, context: bpy.types.Context) -> None:
        ATELIER_PT_trait_presets.draw_panel_header(self.layout)

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        settings = context.scene.atelier
        traits = settings.traits
        active = humanoid(context.active_object)
        edited = settings.live_target
        if edited is not None and (edited == active or stored_traits(active) is None):
            text = formatted("Editing {name} Live", name=edited.name)
            layout.operator("atelier.edit_live", text=text, icon="MOD_SIMPLIFY", depress=True, translate=False)
        elif stored_traits(active) is not None:
            layout.operator("atelier.edit_live", icon="MOD_SIMPLIFY")
        named = named_traits(settings.description) if edited is None and models.reads_sentences() else ()
        if edited is not None and is_anatomical(edited):
            shaping.expect(edited)
        shape = _SHAPE if edited is None or is_anatomical(edited) else _EARLIER_SHAPE
        for group in (COLOR_TRAITS, ("hair_style", "outfit", "outfit_seed"), (*shape, "truncation")):
            column = fields(layout)
            for name in group:
                row = _trait(column, traits, name, is_narrow(context), name not in named)
                if name in _ENDS:
                    draw_ends(column, context, *_ENDS[name])
                if name == "outfit_seed":
                    row.operator("atelier.draw_seed", text="", icon="FILE_REFRESH").of_outfit = True
        other = other_avatar(context) if active is not None else None
        if other is not None:
            text = formatted("Wear Outfit of {name}", name=other.name)
            job_button(layout, "atelier.wear_outfit", text=text, icon="MATCLOTH", translate=False)
        if settings.live_target is None and stored_traits(context.active_object) is not None:
            layout.operator("atelier.read_traits", icon="EYEDROPPER")


class ATELIER_PT_face(AtelierPanel, bpy.types.Panel):
    bl_label = "Face"
    bl_parent_id = "ATELIER_PT_avatar"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        if draw_hint(layout, context, avatar_hint(context)):
            return
        armature = humanoid(context.active_object)
        if is_anatomical(armature):
            shaping.expect(armature)
            draw_groups(layout, context, tuple(group for group in GROUPS if group not in BODY_GROUPS))
            layout.operator("atelier.reset_face", icon="LOOP_BACK")
            job_button(layout, "atelier.add_slider_keys", icon="SHAPEKEY_DATA")
            return
        if not has_sliders(armature):
            text = formatted("{name} has no sliders of the face.", name=context.active_object.name)
            paragraph(layout, context, text, icon="INFO")
            return
        # In a narrow sidebar the names go into the sliders.
        column = layout.column() if is_narrow(context) else fields(layout)
        for slider in FACE_SLIDERS:
            column.prop(
                armature,
                f'["{slider_property(slider)}"]',
                text=formatted(FACE_NAMES[slider]),
                translate=False,
                slider=True,
            )
        row = layout.row(align=True)
        row.operator("atelier.refit_armature", icon="ARMATURE_DATA")
        row.operator("atelier.reset_face", text="", icon="LOOP_BACK")


class ATELIER_PT_texture(AtelierPanel, bpy.types.Panel):
    bl_label = "Texture"
    bl_parent_id = "ATELIER_PT_avatar"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        fields(self.layout).prop(context.scene.atelier, "texture_size", text="Size")
        if draw_hint(self.layout, context, mode_hint(context)):
            return
        if context.active_object is not None and context.active_object.type == "ARMATURE":
            row = self.layout.row(align=True)
            row.operator("atelier.find_joints", icon="BONE_DATA")
            row.operator("atelier.set_joint", icon="GROUP_BONE")
        worn = wearing(context.active_object)
        if worn is None or worn.why_not:
            return
        target = worn.target
        column = self.layout.column(align=True)
        column.operator("atelier.add_landmarks", icon="EMPTY_AXIS")
        column.operator("atelier.show_face_landmarks", icon="EMPTY_DATA")
        column.operator("atelier.add_face_shapes", icon="SHAPEKEY_DATA")
        if stored_traits(target) is not None:
            job_button(column, "atelier.fit_again", icon="FILE_REFRESH")
            options = TextureOptions.of(target)
            for name, label in (("worn", "Clothes and Hair Too"), ("beside", "Images next to the File")):
                on = getattr(options, name)
                button = column.operator(
                    "atelier.fit_again", text=label, depress=on, icon="CHECKBOX_HLT" if on else "CHECKBOX_DEHLT"
                )
                button.worn, button.beside = options.worn, options.beside
                setattr(button, name, not on)


def _trait(
    column: bpy.types.UILayout, traits: bpy.types.PropertyGroup, name: str, narrow: bool, counts: bool
) -> bpy.types.UILayout:
    """One line: the switch between chosen and drawn by the seed, and the value, grayed out if it has no effect: while
    the seed draws the trait, or the description names it."""
    label = formatted(traits.bl_rna.properties[name].name)
    if narrow:  # the name beside its switch takes less than in a column of its own
        row = column.split(factor=0.58)
        row.use_property_split = False
        row.prop(traits, f"use_{name}", text=label, translate=False)
        row = row.row(align=True)
    else:
        row = column.row(heading=label, translate=False)
        row.prop(traits, f"use_{name}", text="")
    value = row.row()
    value.active = counts and getattr(traits, f"use_{name}")
    value.prop(traits, name, text="")
    return row


CLASSES = (ATELIER_PT_avatar, ATELIER_PT_traits, ATELIER_PT_face, ATELIER_PT_texture)
