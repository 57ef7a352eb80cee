"""Operators that light the scene by a look, by a picture, and remove the look."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import bpy

from ml_core.errors import AtelierError
from ml_core.vocabulary.choices import menu_items
from ml_core.vocabulary.scene.looks import DEFAULT_LOOK, LOOKS

from ...scene.lighting.lighting import is_lit, light_scene, lit_sentence, remove_look
from ...scene.lighting.picture import light_by_picture
from ...translations.registry import CONTEXT, formatted
from ..base import refused

LOOK_ITEMS = menu_items(LOOKS)


def look_property() -> Any:
    """The choice of a look, as a property of an operator."""
    return bpy.props.EnumProperty(
        name="Look",
        description="World, lights and exposure",
        items=LOOK_ITEMS,
        default=DEFAULT_LOOK,
        translation_context=CONTEXT,
    )


def _done(operator: bpy.types.Operator, context: bpy.types.Context, report: dict[str, Any]) -> set[str]:
    shown = {key: value for key, value in report.items() if key not in ("made", "title")}
    context.scene.atelier.last_report = json.dumps(shown, ensure_ascii=False)
    operator.report({"INFO"}, formatted(lit_sentence(report)))
    return {"FINISHED"}


class ATELIER_OT_light_scene(bpy.types.Operator):
    """Light the scene by a look that fits its size; your own lights and world stay in the file"""

    bl_idname = "atelier.light_scene"
    bl_label = "Light Scene"
    bl_options = {"REGISTER", "UNDO"}

    look: look_property()

    def execute(self, context: bpy.types.Context) -> set[str]:
        try:
            return _done(self, context, light_scene(context, self.look))
        except AtelierError as error:
            return refused(self, error)


class ATELIER_OT_light_by_picture(bpy.types.Operator):
    """Light the scene as a panorama (HDR, EXR) or a photo is lit: from where its sun stands, in the color of its sky"""

    bl_idname = "atelier.light_by_picture"
    bl_label = "Light by Picture"
    bl_options = {"REGISTER", "UNDO"}

    filepath: bpy.props.StringProperty(name="Picture", description="A panorama or a photo", subtype="FILE_PATH")
    filter_glob: bpy.props.StringProperty(default="*.hdr;*.exr;*.png;*.jpg;*.jpeg;*.webp", options={"HIDDEN"})

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        try:
            report = light_by_picture(context, Path(bpy.path.abspath(self.filepath)))
        except AtelierError as error:
            return refused(self, error)
        _done(self, context, report)
        if report["is_coarse"]:
            self.report(
                {"WARNING"},
                formatted("The direction of the light is a coarse estimate: a photo shows a part of the sky at most."),
            )
        return {"FINISHED"}


class ATELIER_OT_remove_look(bpy.types.Operator):
    """Take the look off: the world, exposure and view transform from before it come back"""

    bl_idname = "atelier.remove_look"
    bl_label = "Remove Look"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if context.scene is not None and is_lit(context.scene):
            return True
        cls.poll_message_set(formatted("The scene is lit by no look."))
        return False

    def execute(self, context: bpy.types.Context) -> set[str]:
        remove_look(context)
        return {"FINISHED"}


CLASSES = (ATELIER_OT_light_scene, ATELIER_OT_light_by_picture, ATELIER_OT_remove_look)
