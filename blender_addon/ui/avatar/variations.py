"""The Variations panel: small pictures of how the active avatar could look."""

from __future__ import annotations

import bpy

from ml_core.vocabulary.traits import MAX_SEED

from ...avatar.live.variations import variations_of
from ...avatar.selection import mode_hint
from ...avatar.stored import SEED_KEY
from ...avatar.surface.layer_settings import avatar_of
from ...bridge.data.stored_values import stored_whole
from ...bridge.models import remembered
from ...translations.registry import formatted
from ..panel import AtelierPanel, draw_progress
from ..text import available_width, columns_that_fit, draw_hint

_TITLES = {
    **{"skin": "Skin", "hair": "Hair", "eye": "Eyes", "top": "Top", "bottom": "Bottom", "outfit": "Outfit"},
    **{"hair_style": "Hair Style", "presentation": "Presentation", "age": "Age", "height": "Height"},
    **{"weight": "Weight", "muscle": "Muscle"},
}
"""Trait -> its name, where it is the reason of a suggestion."""
_PICTURE = 4.5
"""Widget units a side."""
_BESIDE_TEXT = 1.4
"""Pictures take more of a panel's width than text."""


class ATELIER_PT_variations(AtelierPanel, bpy.types.Panel):
    bl_label = "Variations"
    bl_parent_id = "ATELIER_PT_avatar"
    bl_options = {"DEFAULT_CLOSED"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return avatar_of(context.active_object) is not None

    def draw(self, context: bpy.types.Context) -> None:
        if draw_hint(self.layout, context, mode_hint(context)):
            return
        avatar = avatar_of(context.active_object)
        columns = columns_that_fit(context, 6.5, 2)
        row = self.layout.grid_flow(row_major=True, columns=columns, even_columns=True, align=True)
        if not draw_progress(row, "atelier.make_variations", "atelier.wear_variation"):
            row.operator("atelier.make_variations", text="Other People", icon="COMMUNITY").same_traits = False
            row.operator("atelier.make_variations", text="Same Traits", icon="MOD_NOISE").same_traits = True
            if remembered.remembers():
                row.operator("atelier.make_variations", text="Suggested", icon="SOLO_ON").suggested = True
        units = available_width(context) / (20 * context.preferences.system.ui_scale) + _BESIDE_TEXT
        fitting = 3 if units >= 3 * _PICTURE else 2
        scale = min(_PICTURE, units / fitting - 0.2)
        grid = self.layout.grid_flow(row_major=True, columns=fitting, even_columns=True, even_rows=True, align=True)
        for variation in variations_of(avatar):
            cell = grid.column(align=True)
            cell.template_icon(icon_value=variation.icon, scale=scale)
            worn = stored_whole(avatar, SEED_KEY, -1, 0, MAX_SEED) == variation.seed
            text = str(variation.seed)
            row = cell.row(align=True)
            button = row.operator("atelier.wear_variation", text=text, depress=worn, translate=False)
            button.seed, button.traits_json = variation.seed, variation.traits.to_json()
            if remembered.remembers():
                button = row.operator("atelier.reject_variation", text="", icon="X")
                button.seed, button.traits_json = variation.seed, variation.traits.to_json()
            if variation.reason is not None:
                cell.label(text=formatted("For: {trait}", trait=formatted(_TITLES[variation.reason])), translate=False)


CLASSES = (ATELIER_PT_variations,)
