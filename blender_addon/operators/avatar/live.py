"""Buttons of live editing: bind the sliders to the active avatar, and release them."""

from __future__ import annotations

from contextlib import suppress

import bpy

from ml_core.errors import AtelierError
from ml_core.inference.taste import Choice

from ...avatar import generating
from ...avatar.live import editing as live
from ...avatar.selection import avatar_hint, text_of
from ...avatar.stored import stored_traits
from ...bridge.models import remembered
from ...translations.registry import formatted
from ..base import refused


def _end(context: bpy.types.Context) -> None:
    """Ends the live edit; its result counts as a look that the artist likes."""
    look = stored_traits(context.scene.atelier.live_target)
    live.end(context)
    if look is not None:
        with suppress(AtelierError):  # a full disk must not keep an edit from ending
            remembered.remember(Choice(*look, liked=True))


class ATELIER_OT_edit_live(bpy.types.Operator):
    """Show the traits of the active avatar in the panel and let it follow them while you drag; press again to stop"""

    bl_idname = "atelier.edit_live"
    bl_label = "Edit Live"
    bl_options = {"REGISTER", "UNDO", "INTERNAL"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if context.scene.atelier.live_target is None and stored_traits(context.active_object) is None:
            cls.poll_message_set(text_of(avatar_hint(context)))
            return False
        return True

    def execute(self, context: bpy.types.Context) -> set[str]:
        target = generating.humanoid(context.active_object)
        if stored_traits(target) is None or live.is_live(target):
            _end(context)
            return {"FINISHED"}
        try:
            live.begin(context, target)
        except AtelierError as error:
            return refused(self, error)
        return {"FINISHED"}


class ATELIER_OT_stop_live(bpy.types.Operator):
    """Stop the live edit; the panel shows again what it showed before"""

    bl_idname = "atelier.stop_live"
    bl_label = "Stop Live Edit"
    bl_options = {"REGISTER", "UNDO", "INTERNAL"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if context.scene is None or context.scene.atelier.live_target is None:
            cls.poll_message_set(formatted("No avatar is edited live."))
            return False
        return True

    def execute(self, context: bpy.types.Context) -> set[str]:
        _end(context)
        return {"FINISHED"}


class ATELIER_OT_clear_choices(bpy.types.Operator):
    """Switch these traits off, so that they are left to the description and the seed"""

    bl_idname = "atelier.clear_choices"
    bl_label = "Clear Choices"
    bl_options = {"REGISTER", "UNDO", "INTERNAL"}

    traits: bpy.props.StringProperty(
        name="Traits", description="Which ones, with blanks between; all when empty", options={"SKIP_SAVE", "HIDDEN"}
    )

    def execute(self, context: bpy.types.Context) -> set[str]:
        context.scene.atelier.traits.switch_off(self.traits.split())
        return {"FINISHED"}


CLASSES = (ATELIER_OT_edit_live, ATELIER_OT_stop_live, ATELIER_OT_clear_choices)
