"""Buttons of the Scene section: label the objects, correct a label, apply the labels."""

from __future__ import annotations

import bpy

from ..bridge.jobs import Job
from ..bridge.modal import redraw_panels
from ..bridge.object_labels import LABEL_ITEMS, set_label
from ..properties import SCOPE_ITEMS
from ..translations import formatted
from .base import JOB_RUNS, JobOperator


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
        description="Name each object after its label, such as Chair_01",
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


class ATELIER_OT_pick_label(bpy.types.Operator):
    """Say yourself what the object is"""

    bl_idname = "atelier.pick_label"
    bl_label = "Pick Label"
    bl_options = {"REGISTER", "UNDO"}
    bl_property = "label"

    object_name: bpy.props.StringProperty(
        name="Object", description="The object to label; the active one when empty", options={"SKIP_SAVE"}
    )
    label: bpy.props.EnumProperty(
        name="Label", description="What the object is", items=LABEL_ITEMS, options={"SKIP_SAVE"}
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if context.window_manager.atelier_job.running:
            cls.poll_message_set(JOB_RUNS)
            return False
        return True

    def execute(self, context: bpy.types.Context) -> set[str]:
        name = self.object_name or (context.active_object.name if context.active_object else "")
        obj = context.scene.objects.get(name)
        if obj is None:
            self.report({"ERROR"}, formatted("There is no object named {name} in the scene.", name=name))
            return {"CANCELLED"}
        set_label(obj, self.label)
        redraw_panels(context)
        return {"FINISHED"}

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        if self.properties.is_property_set("label"):
            return self.execute(context)
        context.window_manager.invoke_search_popup(self)
        return {"RUNNING_MODAL"}


CLASSES = (ATELIER_OT_label_objects, ATELIER_OT_apply_labels, ATELIER_OT_pick_label)
