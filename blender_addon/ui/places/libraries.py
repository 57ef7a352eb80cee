"""The Libraries section below the scene: find assets by word and by likeness, and label those of this file."""

from __future__ import annotations

import bpy

from ...bridge import session
from ...bridge.object_labels import title
from ...scene.library.searching import SearchResults
from ...translations.registry import formatted, formatted_label
from ..panel import AtelierPanel, job_button
from ..text import paragraph

_SHOWN = 8


class ATELIER_PT_libraries(AtelierPanel, bpy.types.Panel):
    bl_label = "Libraries"
    bl_parent_id = "ATELIER_PT_scene"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        row = layout.row(align=True)
        row.prop(context.scene.atelier, "library_search", text="", icon="VIEWZOOM")
        job_button(layout, "atelier.search_library")
        job_button(layout, "atelier.more_like_this", icon="DUPLICATE")
        found = session.part(SearchResults)
        if found.results:
            self._draw_results(context, found)
        else:
            paragraph(layout, context, formatted("Looks through your asset libraries that have an index."))
        job_button(layout, "atelier.label_assets", icon="ASSET_MANAGER")

    def _draw_results(self, context: bpy.types.Context, found: SearchResults) -> None:
        column = self.layout.box().column(align=True)
        column.label(text=formatted("Like {words}:", words=found.said), translate=False)
        for result in found.results[:_SHOWN]:
            asset = result.hit.asset
            row = column.row(align=True)
            names = row.split(factor=0.62)
            names.label(text=asset.name, translate=False)
            label = formatted_label("Unknown" if asset.label is None else title(asset.label))
            names.label(text=label, translate=False)
            add = row.operator("atelier.add_library_asset", text="", icon="ADD")
            add.library, add.file, add.asset = str(result.folder), asset.file, asset.name
            add.is_collection = asset.kind == "collection"
        more = len(found.results) - _SHOWN
        if more > 0:
            column.label(text=formatted("and {number} more", number=more), translate=False)


CLASSES = (ATELIER_PT_libraries,)
