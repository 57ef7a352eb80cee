"""Buttons that give any character facial shapes, and landmarks to correct the face that they are fitted to."""

from __future__ import annotations

import json

import bpy

from ml_core.errors import AtelierError

from ...avatar.face.adding import add_face_shapes, show_face_landmarks
from ...bridge.data.single_user import ensure_editable
from ...bridge.models import loaded as models
from ...translations.registry import formatted
from ..base import refused
from .landmarks import HumanoidOperator


class FaceOperator(HumanoidOperator):
    """Mix-in of operators that change the face of the active character; :meth:`change` returns the facts to report."""

    def execute(self, context: bpy.types.Context) -> set[str]:
        obj = context.active_object
        try:
            ensure_editable(obj)
            facts = self.change(context, obj)
        except AtelierError as error:
            return refused(self, error)  # type: ignore[arg-type] # mixed into an operator
        context.scene.atelier.last_report = json.dumps({"object": obj.name, **facts}, ensure_ascii=False)
        return {"FINISHED"}

    def change(self, context: bpy.types.Context, obj: bpy.types.Object) -> dict:
        raise NotImplementedError


class ATELIER_OT_add_face_shapes(FaceOperator, bpy.types.Operator):
    """Add ARKit's 52 facial shapes and 15 visemes to the active character as shape keys; those it has stay"""

    bl_idname = "atelier.add_face_shapes"
    bl_label = "Add Face Shapes"
    bl_options = {"REGISTER", "UNDO"}

    def change(self, context: bpy.types.Context, obj: bpy.types.Object) -> dict:
        facts = add_face_shapes(obj, models.face_finder())
        number = max(facts["shapes"].values(), default=0)
        if not facts["mouth_opens"]:
            text = "{name} has {number} new shapes. Its lips are one surface, so its mouth does not open."
            self.report({"WARNING"}, formatted(text, name=obj.name, number=number))
        else:
            self.report({"INFO"}, formatted("{name} has {number} new shapes.", name=obj.name, number=number))
        return facts


class ATELIER_OT_show_face_landmarks(FaceOperator, bpy.types.Operator):
    """Show the points of the face that shapes are carried by, so that you can move them before you add shapes"""

    bl_idname = "atelier.show_face_landmarks"
    bl_label = "Show Face Landmarks"
    bl_options = {"REGISTER", "UNDO"}

    def change(self, context: bpy.types.Context, obj: bpy.types.Object) -> dict:
        return {"landmarks": [item.name for item in show_face_landmarks(context, obj, models.face_finder())]}


CLASSES = (ATELIER_OT_add_face_shapes, ATELIER_OT_show_face_landmarks)
