"""The Scene section: label the objects, see and correct the labels, apply them."""

from __future__ import annotations

import bpy

from ml_core.vocabulary.scene.labels import LABELS, kind_words, some_kind

from ...bridge.data.stored_values import setting
from ...bridge.models.taught import taught_here
from ...bridge.object_labels import confidence_of, label_of, object_label, title
from ...scene.labels.label_list import is_row_meant, rows_of
from ...translations.registry import formatted, formatted_label
from ..panel import AtelierPanel, fields, job_button, main_button
from ..text import available_width, is_narrow, paragraph

# Below this the label is worth a look: of the objects at hand, the wrong ones are mostly there.
_UNSURE = 0.7
_GUESSES = 2
_LAST = 2.0
# Widget units of the certainty with its gap, as a number in a bar and as a bar alone, and of the list's scroll bar.
_NUMBER_UNITS, _BAR_UNITS, _SCROLL_UNITS = 2.3, 1.5, 0.6


class ATELIER_UL_labels(bpy.types.UIList):
    """The labeled objects of the scene, the least certain first."""

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
        label, confidence = label_of(item), confidence_of(item)
        if confidence is None:
            return
        unsure = label is None or confidence < _UNSURE
        narrow = is_narrow(context)
        row = layout.split(factor=names_share(context))
        names = row.split(factor=0.48)
        names.label(text=item.name, translate=False)
        names.label(text=formatted_label("Unknown" if label is None else title(label)), translate=False)
        side = row.row(align=True)
        side.alert = unsure
        side.progress(factor=confidence, text="" if narrow else f"{confidence:.0%}", translate=False)

    def filter_items(
        self, context: bpy.types.Context, data: bpy.types.Scene, property_name: str
    ) -> tuple[list[int], list[int]]:
        objects = getattr(data, property_name)
        rows, name = rows_of(data), self.filter_name.lower()
        only_unknown = data.atelier.only_unknown and any(row is not None and row.label is None for row in rows)
        shown = [row is not None and (row.label is None or not only_unknown) for row in rows]
        if name:
            for at, row in enumerate(rows):
                shown[at] &= row is not None and (name in objects[at].name.lower() or name in (row.label or "unknown"))
        order = sorted(range(len(rows)), key=[_LAST if row is None else row.certainty for row in rows].__getitem__)
        places = [0] * len(order)
        for place, at in enumerate(order):
            places[at] = place
        return [self.bitflag_filter_item if item else 0 for item in shown], places


def names_share(context: bpy.types.Context) -> float:
    """The fraction of a row's width for the names: all except a bar that fits "100%", or, in a narrow sidebar, a bar
    without a number."""
    unit = 20 * context.preferences.system.ui_scale
    bar = _BAR_UNITS if is_narrow(context) else _NUMBER_UNITS
    return max(1 - bar * unit / (available_width(context) - _SCROLL_UNITS * unit), 0.5)


def draw_guesses(layout: bpy.types.UILayout, obj: bpy.types.Object) -> None:
    """The next two guesses for the active row, one click each, and a button to all other labels."""
    found = object_label(obj)
    if found is None:
        return
    # The names of the guesses take all of the width.
    column = layout.column(align=True)
    some = some_kind(found.ranking) if found.label is not None else None
    if some is not None:
        words = f"{formatted(kind_words(some[0]))} {some[1]:.0%}"
        column.label(text=words, translate=False)
    column.label(text="Change to")
    row = column.row(align=True)
    others = [(label, share) for label, share in found.ranking if label != found.label and label in LABELS]
    for label, _ in others[:_GUESSES]:
        choice = row.operator("atelier.pick_label", text=formatted_label(title(label)), translate=False)
        choice.object_name, choice.label = obj.name, label
    row.operator_context = "INVOKE_DEFAULT"
    row.operator("atelier.pick_label", text="", icon="VIEWZOOM").object_name = obj.name
    row.operator("atelier.new_label", text="", icon="ADD").object_name = obj.name


class ATELIER_PT_scene(AtelierPanel, bpy.types.Panel):
    bl_label = "Scene"
    bl_order = 2

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        scene = context.scene
        settings = scene.atelier
        labels = [row for row in rows_of(scene) if row is not None]
        layout.prop(settings, "label_scope", text="")
        main_button(layout, "atelier.label_objects", prominent=not labels, icon="VIEWZOOM")
        if not labels:
            return
        unknown = sum(row.label is None for row in labels)
        row = layout.row(align=True)
        row.label(text=formatted("{labeled} labeled", labeled=len(labels) - unknown), translate=False)
        if unknown:
            text = formatted("{unknown} unknown", unknown=unknown)
            row.prop(settings, "only_unknown", text=text, icon="FILTER", toggle=True, translate=False)
        if settings.scene_kind:
            kind = formatted_label(title(settings.scene_kind))
            looks = formatted("Looks like: {kind} ({share})", kind=kind, share=f"{settings.scene_kind_share:.0%}")
            layout.label(text=looks, translate=False)
        layout.template_list("ATELIER_UL_labels", "", scene, "objects", settings, "label_index", rows=4, maxrows=8)
        active = active_row(context)
        if active is not None and is_row_meant(context, active):
            draw_guesses(layout, active)
        else:
            layout.label(text="Select a row to change its label")
        main_button(layout, "atelier.apply_labels", icon="OUTLINER_COLLECTION")


class ATELIER_PT_apply_options(AtelierPanel, bpy.types.Panel):
    bl_label = "Apply Options"
    bl_parent_id = "ATELIER_PT_scene"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        settings = context.scene.atelier
        column = fields(self.layout)
        column.prop(settings, "apply_rename")
        name = column.row()
        name.active = settings.apply_rename
        name.prop(settings, "apply_scheme")
        column.prop(settings, "apply_collections")
        sort = column.row()
        sort.active = settings.apply_collections
        sort.prop(settings, "apply_sort_by")
        column.prop(settings, "apply_assets")
        column.prop(settings, "apply_colors")
        column.separator()
        job_button(column, "atelier.link_equal_meshes", icon="LINKED")
        column.operator("atelier.clear_labels", icon="X")


class ATELIER_PT_taught(AtelierPanel, bpy.types.Panel):
    bl_label = "Taught Labels"
    bl_parent_id = "ATELIER_PT_scene"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout, where = self.layout, setting(context.scene.atelier, "teach_where")
        fields(layout).prop(context.scene.atelier, "teach_where")
        examples = taught_here(where)
        if not examples:
            paragraph(layout, context, formatted("Correct a label in the list, and equal and similar objects get it."))
        for label, count in sorted(examples.items()):
            row = layout.row(align=True)
            text = formatted("{label}: {count} examples", label=formatted_label(title(label)), count=count)
            row.label(text=text, translate=False)
            forget = row.operator("atelier.forget_taught", text="", icon="X")
            forget.label, forget.where = label, where
        layout.operator("atelier.import_taught", icon="IMPORT")


def active_row(context: bpy.types.Context) -> bpy.types.Object | None:
    """The labeled object that is active in the list."""
    objects = context.scene.objects
    index = context.scene.atelier.label_index
    obj = objects[index] if 0 <= index < len(objects) else None
    return obj if obj is not None and confidence_of(obj) is not None else None


CLASSES = (ATELIER_UL_labels, ATELIER_PT_scene, ATELIER_PT_apply_options, ATELIER_PT_taught)
