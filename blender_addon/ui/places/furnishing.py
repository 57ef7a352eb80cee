"""The Suggestions section below the scene: what would fit, why, and a button that adds it."""

from __future__ import annotations

from typing import Any

import bpy

from ml_core.files import stored_json
from ml_core.vocabulary.scene.labels import LABELS

from ...bridge.object_labels import title
from ...translations.registry import formatted, formatted_label
from ..panel import AtelierPanel, main_button
from ..text import paragraph

_MOST = 10
_WHERE = {
    "on": "{label} on {name}", "next_to": "{label} next to {name}", "wall": "{label} at a wall",
    "floor": "{label} on the floor",
}  # fmt: skip


class ATELIER_PT_suggestions(AtelierPanel, bpy.types.Panel):
    bl_label = "Suggestions"
    bl_parent_id = "ATELIER_PT_scene"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        stored = stored_json(context.scene.atelier.object_suggestions, list, [])
        rows = [row for row in stored if isinstance(row, dict) and row.get("label") in LABELS][:_MOST]
        main_button(self.layout, "atelier.suggest_objects", prominent=not rows, icon="LIGHT")
        for row in rows:
            self._draw_row(context, row)

    def _draw_row(self, context: bpy.types.Context, row: dict[str, Any]) -> None:
        relation, anchor, asset = (str(row.get(name, "")) for name in ("relation", "anchor", "asset"))
        label = formatted_label(title(str(row["label"])))
        box = self.layout.box()
        line = box.row()
        where = _WHERE.get(relation if anchor or relation == "wall" else "floor", _WHERE["floor"])
        line.label(text=formatted(where, label=label, name=anchor), translate=False)
        button = line.row()
        button.enabled = bool(asset)
        place = button.operator("atelier.place_suggestion", text="", icon="ADD")
        place.label, place.relation, place.anchor = str(row["label"]), relation, anchor
        place.faces = bool(row.get("faces"))
        paragraph(box, context, _reason(row, asset))


def _reason(row: dict[str, Any], asset: str) -> str:
    stored = row.get("with", [])
    company = [str(item) for item in stored if item in LABELS] if isinstance(stored, list) else []
    names = ", ".join(formatted_label(title(item)) for item in company)
    often = formatted("Often stands where there is: {names}.", names=names)
    why = formatted("Such things come in several.") if company == [row["label"]] else often
    return f"{why} {formatted('From: {name}', name=asset) if asset else formatted('No asset of yours fits.')}"


CLASSES = (ATELIER_PT_suggestions,)
