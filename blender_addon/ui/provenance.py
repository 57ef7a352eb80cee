"""The Provenance section: what is written into exports, the history of the active object, and the signature."""

from __future__ import annotations

import bpy

from ml_core.provenance.signing import can_sign

from ..bridge.data.history import history_of
from ..bridge.data.stored_values import setting
from ..operators.export.signing import NO_LIBRARY, signing_key
from ..translations.registry import formatted
from .panel import AtelierPanel, fields
from .text import paragraph

_STEPS = {
    "generated": "Generated",
    "textured": "Textured",
    "dressed": "Dressed",
    "labeled": "Labeled",
    "exported": "Exported",
}
_MOST = 6


class ATELIER_PT_provenance(AtelierPanel, bpy.types.Panel):
    bl_label = "Provenance"
    bl_parent_id = "ATELIER_PT_export"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        options = context.scene.atelier.export
        column = fields(layout)
        column.prop(options, "author")
        column.prop(options, "license")
        if not setting(options, "author").strip():
            paragraph(layout, context, formatted("Without an author, files say only how they were made."), icon="INFO")
        self._draw_history(context)
        row = layout.row(align=True)
        row.operator_context = "INVOKE_DEFAULT"
        if not can_sign():
            paragraph(layout, context, formatted(NO_LIBRARY), icon="INFO")
        elif not signing_key().is_file():
            row.operator("atelier.make_signing_key", icon="KEYINGSET")
        else:
            row.operator("atelier.sign_export", icon="LOCKED")
            row.operator("atelier.verify_export", icon="CHECKMARK")

    def _draw_history(self, context: bpy.types.Context) -> None:
        obj = context.view_layer.objects.active
        steps = history_of(obj) if obj is not None else []
        if not steps and obj is not None and obj.parent is not None:
            obj = obj.parent
            steps = history_of(obj)
        if not steps:
            return
        box = self.layout.box()
        box.label(text=obj.name, translate=False)
        for step in steps[-_MOST:]:
            line = formatted("{action}, {time}, version {version}", action=formatted(_STEPS[step.action]),
                             time=step.time.replace("T", " ").removesuffix("Z"), version=step.version)  # fmt: skip
            paragraph(box, context, line)


CLASSES = (ATELIER_PT_provenance,)
