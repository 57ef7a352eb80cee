"""Buttons of the Scene section: label the objects, correct and teach labels, apply them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy

from ml_core.errors import AtelierError, InputError
from ml_core.inference.recognition.taught_labels import TaughtLabels

from ...bridge.data.stored_values import setting
from ...bridge.jobs.modal import redraw_panels
from ...bridge.jobs.steps import Job, Progress, Report
from ...bridge.models import loaded as models
from ...bridge.models import taught
from ...bridge.object_labels import LABEL_ITEMS, clear_label, set_label, title
from ...bridge.preferences import preferences
from ...properties.settings import SCOPE_ITEMS, SORT_ITEMS, TEACH_ITEMS
from ...scene.labels.applying import apply_labels_job
from ...scene.labels.labelling import label_objects_job, teach_job
from ...translations.registry import CONTEXT, LABEL_CONTEXT, formatted, formatted_label
from ..base import JOB_RUNS, JobOperator


class ATELIER_OT_label_objects(JobOperator, bpy.types.Operator):
    """Look at the objects and say what each one is; equal meshes are looked at once"""

    bl_idname = "atelier.label_objects"
    bl_label = "Label Objects"
    bl_options = {"REGISTER", "UNDO"}

    scope: bpy.props.EnumProperty(
        name="Scope",
        description="Which objects are looked at",
        items=SCOPE_ITEMS,
        default="all",
        translation_context=CONTEXT,
        options={"SKIP_SAVE"},
    )

    threshold: bpy.props.FloatProperty(
        name="Confidence Threshold",
        description="How much an object must be like something learned to get a label; below, it stays unknown",
        min=0.0,
        max=1.0,
        default=0.5,
        subtype="FACTOR",
        options={"SKIP_SAVE"},
    )
    use_names: bpy.props.BoolProperty(
        name="Read Names",
        description="Let names such as Table_01 tell what an object is, where its shape leaves that open",
        default=True,
        options={"SKIP_SAVE"},
    )

    def from_panel(self, context: bpy.types.Context) -> None:
        if not self.properties.is_property_set("scope"):
            self.scope = setting(context.scene.atelier, "label_scope")
        chosen = preferences()
        if chosen is not None and not self.properties.is_property_set("threshold"):
            self.threshold = chosen.threshold

    def job(self, context: bpy.types.Context) -> Job:
        return label_objects_job(context, self.scope, self.threshold, self.use_names)


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
    scheme: bpy.props.StringProperty(
        name="Name Scheme",
        description="How objects are named. {Label}, {label}, {Group}, {group} and {number} are filled in",
        default="{Label}_{number}",
        options={"SKIP_SAVE"},
    )
    sort_by: bpy.props.EnumProperty(
        name="Sort",
        description="How fine the collections are",
        items=SORT_ITEMS,
        default="group",
        translation_context=CONTEXT,
        options={"SKIP_SAVE"},
    )
    assets: bpy.props.BoolProperty(
        name="Mark as Assets",
        description="Offer each object in the Asset Browser, tagged, in a catalog of its label",
        options={"SKIP_SAVE"},
    )

    def from_panel(self, context: bpy.types.Context) -> None:
        for name in ("rename", "collections", "colors", "scheme", "sort_by", "assets"):
            if not self.properties.is_property_set(name):
                setattr(self, name, getattr(context.scene.atelier, f"apply_{name}"))

    def job(self, context: bpy.types.Context) -> Job:
        return apply_labels_job(
            context, self.rename, self.collections, self.colors, self.scheme, self.sort_by, self.assets
        )


class ATELIER_OT_pick_label(JobOperator, bpy.types.Operator):
    """Say what the object is. Equal and similar objects get the label too, now and from now on"""

    bl_idname = "atelier.pick_label"
    bl_label = "Pick Label"
    bl_options = {"REGISTER", "UNDO"}
    bl_property = "label"

    object_name: bpy.props.StringProperty(
        name="Object", description="The object to label; the active one when empty", options={"SKIP_SAVE"}
    )
    label: bpy.props.EnumProperty(
        name="Label",
        description="What the object is",
        items=LABEL_ITEMS,
        translation_context=LABEL_CONTEXT,
        options={"SKIP_SAVE"},
    )
    new_label: bpy.props.StringProperty(
        name="New Label", description="A name of your own, in place of the known labels", options={"SKIP_SAVE"}
    )
    remember: bpy.props.BoolProperty(
        name="Remember",
        description="Learn the object as an example, so that equal and similar ones get the label too",
        default=True,
        options={"SKIP_SAVE"},
    )
    where: bpy.props.EnumProperty(
        name="Where", description="Where the example is kept", items=TEACH_ITEMS, options={"SKIP_SAVE"}
    )

    def from_panel(self, context: bpy.types.Context) -> None:
        if not self.properties.is_property_set("where"):
            self.where = setting(context.scene.atelier, "teach_where")

    def job(self, context: bpy.types.Context) -> Job:
        name = self.object_name or (context.active_object.name if context.active_object else "")
        obj = context.scene.objects.get(name)
        if obj is None:
            raise InputError("There is no object named {name} in the scene.", name=name)
        if not obj.is_editable:
            raise InputError("{name} is linked from another file; correct its label there.", name=name)
        label = self.new_label.strip() or self.label
        if self.remember:
            return teach_job(context, obj, label, self.where)
        return _labelled_once(obj, label)

    def summary(self, report: Report) -> str:
        label = formatted_label(title(report["label"]))
        return formatted("Labeled {count} as {label}.", count=len(report["labeled"]), label=label)

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[Any]:
        if self.properties.is_property_set("label") or self.new_label:
            return super().invoke(context, event)
        context.window_manager.invoke_search_popup(self)
        return {"RUNNING_MODAL"}


def _labelled_once(obj: bpy.types.Object, label: str) -> Job:
    yield Progress(0, 1, "Labeling")
    set_label(obj, label)
    return {"object": obj.name, "label": label, "file": "", "labeled": [obj.name]}


class ATELIER_OT_new_label(bpy.types.Operator):
    """Give the object a label of your own. Equal and similar objects get it too, now and from now on"""

    bl_idname = "atelier.new_label"
    bl_label = "New Label"
    bl_options = {"INTERNAL"}
    bl_property = "label"

    object_name: bpy.props.StringProperty(options={"SKIP_SAVE", "HIDDEN"})
    label: bpy.props.StringProperty(name="Label", description="What the object is", options={"SKIP_SAVE"})

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[Any]:
        return context.window_manager.invoke_props_dialog(self)

    def execute(self, context: bpy.types.Context) -> set[str]:
        if not self.label.strip():
            self.report({"ERROR"}, formatted("Write a name for the label first."))
            return {"CANCELLED"}
        where = setting(context.scene.atelier, "teach_where")
        call = "INVOKE_DEFAULT" if context.window is not None and not bpy.app.background else "EXEC_DEFAULT"
        return bpy.ops.atelier.pick_label(call, object_name=self.object_name, new_label=self.label, where=where)


class ATELIER_OT_clear_labels(bpy.types.Operator):
    """Take the labels off the selected objects, those given by hand too; without a selection off all"""

    bl_idname = "atelier.clear_labels"
    bl_label = "Clear Labels"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if context.window_manager.atelier_job.running:
            cls.poll_message_set(formatted(JOB_RUNS))
            return False
        return True

    def execute(self, context: bpy.types.Context) -> set[str]:
        objects = context.selected_objects or list(context.scene.objects)
        cleared = sum(clear_label(obj) for obj in objects if obj.is_editable)
        redraw_panels(context.window_manager)
        return {"FINISHED"} if cleared else {"CANCELLED"}


class ATELIER_OT_forget_taught(bpy.types.Operator):
    """Forget what you taught under this label; objects that have it keep it until they are labeled again"""

    bl_idname = "atelier.forget_taught"
    bl_label = "Forget"
    bl_options = {"INTERNAL"}

    label: bpy.props.StringProperty(name="Label", description="The label to forget", options={"SKIP_SAVE"})
    where: bpy.props.EnumProperty(
        name="Where", description="Where the example is kept", items=TEACH_ITEMS, options={"SKIP_SAVE"}
    )

    def execute(self, context: bpy.types.Context) -> set[str]:
        path = taught.place(self.where)
        try:
            memory = TaughtLabels.load(path, models.object_recognizer())
            if self.label not in memory.counts:
                self.report({"ERROR"}, formatted("No label {label} was taught there.", label=self.label))
                return {"CANCELLED"}
            memory.forget(self.label)
            memory.save(path)
        except (AtelierError, OSError) as error:
            self.report({"ERROR"}, formatted(error.message))
            return {"CANCELLED"}
        redraw_panels(context.window_manager)
        return {"FINISHED"}


class ATELIER_OT_import_taught(bpy.types.Operator):
    """Add labels that someone else taught, from their file, to yours"""

    bl_idname = "atelier.import_taught"
    bl_label = "Import Taught Labels"
    bl_options = {"INTERNAL"}

    filepath: bpy.props.StringProperty(
        name="File", description="The file of taught labels", subtype="FILE_PATH", options={"SKIP_SAVE"}
    )
    filter_glob: bpy.props.StringProperty(default="*.json", options={"HIDDEN"})

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[Any]:
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        recognizer = models.object_recognizer()
        source, path = (
            Path(bpy.path.abspath(self.filepath)),
            taught.place(setting(context.scene.atelier, "teach_where")),
        )
        try:
            if not source.is_file():
                raise InputError("{path}: no such file", path=source)
            added = TaughtLabels.load(source, recognizer)
            memory = TaughtLabels.load(path, recognizer)
            memory.merge(added)
            memory.save(path)
        except (AtelierError, OSError) as error:
            self.report({"ERROR"}, formatted(error.message))
            return {"CANCELLED"}
        redraw_panels(context.window_manager)
        return {"FINISHED"}


CLASSES = (
    ATELIER_OT_label_objects,
    ATELIER_OT_apply_labels,
    ATELIER_OT_pick_label,
    ATELIER_OT_new_label,
    ATELIER_OT_clear_labels,
    ATELIER_OT_forget_taught,
    ATELIER_OT_import_taught,
)
