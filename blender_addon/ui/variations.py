"""The Variations panel: small pictures of how the active avatar could look."""

from __future__ import annotations

import bpy

from ..avatar.layer_settings import avatar_of
from ..avatar.stored import SEED_KEY
from ..avatar.variations import variations_of
from .panel import AtelierPanel


class ATELIER_PT_variations(AtelierPanel, bpy.types.Panel):
    bl_label = "Variations"
    bl_parent_id = "ATELIER_PT_avatar"
    bl_options = {"DEFAULT_CLOSED"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return context.mode == "OBJECT" and avatar_of(context.active_object) is not None

    def draw(self, context: bpy.types.Context) -> None:
        avatar = avatar_of(context.active_object)
        row = self.layout.row(align=True)
        row.operator("atelier.make_variations", text="Other People", icon="COMMUNITY").same_traits = False
        row.operator("atelier.make_variations", text="Same Traits", icon="MOD_NOISE").same_traits = True
        grid = self.layout.grid_flow(row_major=True, columns=3, even_columns=True, even_rows=True, align=True)
        for variation in variations_of(avatar):
            cell = grid.column(align=True)
            cell.template_icon(icon_value=variation.icon, scale=4.5)
            worn = int(avatar.get(SEED_KEY, -1)) == variation.seed
            text = str(variation.seed)
            button = cell.operator("atelier.wear_variation", text=text, depress=worn, translate=False)
            button.seed, button.traits_json = variation.seed, variation.traits.to_json()


CLASSES = (ATELIER_PT_variations,)
