"""What every Atelier panel is: a section of the 3D view's sidebar."""

from __future__ import annotations

import bpy


class AtelierPanel:
    """Mix-in before ``bpy.types.Panel``."""

    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Atelier"


def fields(layout: bpy.types.UILayout) -> bpy.types.UILayout:
    """A column of labelled properties, laid out as in Blender's own property editors."""
    column = layout.column()
    column.use_property_split = True
    column.use_property_decorate = False
    return column


def main_button(
    layout: bpy.types.UILayout, operator: str, prominent: bool = True, **texts: object
) -> bpy.types.OperatorProperties:
    """An operator's button, taller when it is the next step."""
    row = layout.row()
    row.scale_y = 1.5 if prominent else 1.0
    return row.operator(operator, **texts)
