"""Buttons that correct how a texture fits a body: landmarks to move by hand, and fitting again."""

from __future__ import annotations

import json

import bpy

from ml_core.errors import AtelierError

from ...avatar import generating
from ...avatar.body.landmarks import add_landmarks, has_landmarks
from ...avatar.selection import avatar_hint, mode_hint, text_of
from ...avatar.stored import stored_traits
from ...avatar.surface.texture_options import TextureOptions
from ...bridge.jobs.steps import Job, Report
from ...translations.registry import formatted
from ..base import JobOperator, refused


class HumanoidOperator:
    """Mix-in of operators on the active character, whether Atelier's or another."""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        reason = text_of(avatar_hint(context, any_humanoid=True))
        if reason:
            cls.poll_message_set(reason)
        return not reason


class ATELIER_OT_add_landmarks(HumanoidOperator, bpy.types.Operator):
    """Show the joints and the points of the face that the texture is fitted to, so that you can move them"""

    bl_idname = "atelier.add_landmarks"
    bl_label = "Add Landmarks"
    bl_options = {"REGISTER", "UNDO"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        target = generating.humanoid(context.active_object)
        assert target is not None
        try:
            made = add_landmarks(context, target)
        except AtelierError as error:
            return refused(self, error)
        context.scene.atelier.last_report = json.dumps(
            {"object": target.name, "landmarks": [item.name for item in made]}
        )
        return {"FINISHED"}


class ATELIER_OT_fit_again(JobOperator, bpy.types.Operator):
    """Put the texture on again where the landmarks are now, with these options"""

    bl_idname = "atelier.fit_again"
    bl_label = "Fit Again"
    bl_options = {"REGISTER", "UNDO"}

    worn: bpy.props.BoolProperty(
        name="Clothes and Hair Too",
        description="Paint clothes, hair and hats that are objects of their own as well",
        options={"SKIP_SAVE"},
    )
    beside: bpy.props.BoolProperty(
        name="Images next to the File",
        description="Save the images in a folder named textures next to the blend file instead of packing them",
        options={"SKIP_SAVE"},
    )

    @classmethod
    def why_not(cls, context: bpy.types.Context) -> str:
        if reason := text_of(mode_hint(context)):
            return reason
        if stored_traits(generating.humanoid(context.active_object)) is None:
            return "Apply a texture to it first."
        return super().why_not(context)

    def from_panel(self, context: bpy.types.Context) -> None:
        options = TextureOptions.of(generating.humanoid(context.active_object))
        for name in ("worn", "beside"):
            if not self.properties.is_property_set(name):
                setattr(self, name, getattr(options, name))

    def job(self, context: bpy.types.Context) -> Job:
        target = generating.humanoid(context.active_object)
        assert target is not None
        report = yield from generating.repaint_job(context, target, TextureOptions(worn=self.worn, beside=self.beside))
        return {**report, "landmarks": has_landmarks(target)}

    def summary(self, report: Report) -> str:
        return formatted("{name} has its new texture.", name=report["object"])


CLASSES = (ATELIER_OT_add_landmarks, ATELIER_OT_fit_again)
