"""A hint of :mod:`blender_addon.avatar.selection` as a panel draws it."""

from __future__ import annotations

import bpy

from ..avatar.selection import Hint
from .text import paragraph


def draw_hint(layout: bpy.types.UILayout, context: bpy.types.Context, hint: Hint | None) -> bool:
    """Draw the sentence with its button; True when there is a hint, after which a panel has nothing more to offer."""
    if hint is None:
        return False
    paragraph(layout, context, hint.text, icon="INFO")
    if hint.operator:
        column = layout.column()
        column.operator_context = "INVOKE_DEFAULT" if hint.operator.startswith("atelier.") else "EXEC_DEFAULT"
        button = column.operator(hint.operator, text=hint.label, translate=False)
        for name, value in hint.options.items():
            setattr(button, name, value)
    return True
