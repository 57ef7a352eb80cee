"""The Scene section: label the objects, see and correct the labels, apply them."""

from __future__ import annotations

import bpy

from ..bridge.object_labels import object_label, title
from ..translations import formatted
from .panel import AtelierPanel, fields, main_button

# Below this the label is worth a look: of the objects at hand, the wrong ones are mostly there.
_UNSURE = 0.7
_GUESSES = 5


class ATELIER_UL_labels(bpy.types.UIList):
    """The labelled objects of the scene, the least certain first."""

    def draw_item(
        self,
        context: bpy.types.Context,
        layout: bpy.types.UILayout,
        data: object,
        item: bpy.types.Object,
        icon: int,
        active_data: object,
        active_property: str,
        index: int,
    ) -> None:
        found = object_label(item)
        if found is None:
            return
        unsure = found.label is None or found.confidence < _UNSURE
        row = layout.split(factor=0.38)
        row.label(text=item.name, translate=False)
        row = row.split(factor=0.62)
        row.label(text="Unknown" if found.label is None else title(found.label))
        side = row.row(align=True)
        side.alignment = "RIGHT"
        side.alert = unsure
        side.label(text=f"{found.confidence:.0%}", translate=False)

    def filter_items(
        self, context: bpy.types.Context, data: bpy.types.Scene, property_name: str
    ) -> tuple[list[int], list[int]]:
        objects = getattr(data, property_name)
        found = [object_label(obj) for obj in objects]
        name = self.filter_name.lower()
        shown = [
            one is not None and (name in obj.name.lower() or name in (one.label or "unknown"))
            for obj, one in zip(objects, found, strict=True)
        ]
        order = sorted(range(len(found)), key=lambda at: _certainty(found[at]))
        places = [0] * len(order)
        for place, at in enumerate(order):
            places[at] = place
        return [self.bitflag_filter_item if one else 0 for one in shown], places


def _certainty(found: object) -> float:
    if found is None:
        return 2.0
    return -1.0 if found.label is None else found.confidence  # type: ignore[attr-defined]


class ATELIER_MT_guesses(bpy.types.Menu):
    """The recogniser's next guesses for the active object of the list, and the way to all labels"""

    bl_label = "Correct"

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        obj = active_row(context)
        found = object_label(obj) if obj is not None else None
        if obj is None or found is None:
            return
        for label, share in found.ranking[:_GUESSES]:
            choice = layout.operator(
                "atelier.pick_label", text=f"{formatted(title(label))}  {share:.0%}", translate=False
            )
            choice.object_name = obj.name
            choice.label = label
        layout.separator()
        layout.operator_context = "INVOKE_DEFAULT"
        layout.operator("atelier.pick_label", text="Other...", icon="VIEWZOOM").object_name = obj.name


class ATELIER_PT_scene(AtelierPanel, bpy.types.Panel):
    bl_label = "Scene"
    bl_order = 2

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        scene = context.scene
        settings = scene.atelier
        labels = [found for obj in scene.objects if (found := object_label(obj)) is not None]
        layout.prop(settings, "label_scope", text="")
        main_button(layout, "atelier.label_objects", prominent=not labels, icon="VIEWZOOM")
        if not labels:
            return
        unknown = sum(found.label is None for found in labels)
        text = formatted("{labeled} labeled, {unknown} unknown", labeled=len(labels) - unknown, unknown=unknown)
        layout.label(text=text, translate=False)
        layout.template_list("ATELIER_UL_labels", "", scene, "objects", settings, "label_index", rows=4, maxrows=8)
        row = layout.row()
        row.enabled = active_row(context) is not None
        row.menu("ATELIER_MT_guesses", icon="GREASEPENCIL")
        main_button(layout, "atelier.apply_labels", icon="OUTLINER_COLLECTION")


class ATELIER_PT_apply_options(AtelierPanel, bpy.types.Panel):
    bl_label = "Apply Options"
    bl_parent_id = "ATELIER_PT_scene"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        settings = context.scene.atelier
        column = fields(self.layout)
        column.prop(settings, "apply_rename")
        column.prop(settings, "apply_collections")
        column.prop(settings, "apply_colors")


def active_row(context: bpy.types.Context) -> bpy.types.Object | None:
    """The labelled object that is active in the list."""
    objects = context.scene.objects
    index = context.scene.atelier.label_index
    obj = objects[index] if 0 <= index < len(objects) else None
    return obj if obj is not None and object_label(obj) is not None else None


CLASSES = (ATELIER_UL_labels, ATELIER_MT_guesses, ATELIER_PT_scene, ATELIER_PT_apply_options)
