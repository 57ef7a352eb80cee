"""Buttons of the Scene section: label the objects, correct a label, apply the labels."""

from __future__ import annotations

import bpy

from ..bridge.jobs import Job
from ..properties import SCOPE_ITEMS
from .base import JobOperator


class ATELIER_OT_label_objects(JobOperator, bpy.types.Operator):
    """Look at the objects and say what each one is; equal meshes are looked at once"""

    bl_idname = "atelier.label_objects"
    bl_label = "Label Objects"
    bl_options = {"REGISTER", "UNDO"}

    scope: bpy.props.EnumProperty(
        name="Look At",
        description="Which objects are looked at",
        items=SCOPE_ITEMS,
        default="all",
        options={"SKIP_SAVE"},
    )

    def from_panel(self, context: bpy.types.Context) -> None:
        if not self.properties.is_property_set("scope"):  # type: ignore[attr-defined]
            self.scope = context.scene.atelier.label_scope

    def job(self, context: bpy.types.Context) -> Job:
        from ..scene.labelling import label_objects_job

        return label_objects_job(context, scope=self.scope)


class ATELIER_OT_apply_labels(JobOperator, bpy.types.Operator):
    """Name, sort and color the objects by their labels"""

    bl_idname = "atelier.apply_labels"
    bl_label = "Apply Labels"
    bl_options = {"REGISTER", "UNDO"}

    rename: bpy.props.BoolProperty(
        name="Rename Objects",
        description="Name each object after its label, such as Chair.001",
        default=True,
        options={"SKIP_SAVE"},
    )
    collections: bpy.props.BoolProperty(
        name="Sort into Collections",
        description="Move each labeled object into a collection of its kind, such as Furniture",
        default=True,
        options={"SKIP_SAVE"},
    )
    colors: bpy.props.BoolProperty(
        name="Color by Kind",
        description="Give each kind its own viewport color",
        options={"SKIP_SAVE"},
    )

    def from_panel(self, context: bpy.types.Context) -> None:
        for name in ("rename", "collections", "colors"):
            if not self.properties.is_property_set(name):  # type: ignore[attr-defined]
                setattr(self, name, getattr(context.scene.atelier, f"apply_{name}"))

    def job(self, context: bpy.types.Context) -> Job:
        from ..scene.applying import apply_labels_job

        return apply_labels_job(context, rename=self.rename, collections=self.collections, colors=self.colors)


CLASSES = (ATELIER_OT_label_objects, ATELIER_OT_apply_labels)
