"""Buttons of the Layers panel: add, remove and move a layer over the skin of the active avatar."""

from __future__ import annotations

import bpy

from ...avatar.generating import repaint_job
from ...avatar.selection import avatar_hint, text_of
from ...avatar.surface.layer_settings import ADDED_ITEMS, avatar_of, new_layer, set_layers
from ...avatar.surface.layers import layers_of
from ...bridge.data.single_user import ensure_editable
from ...bridge.jobs.steps import Job
from ...translations.registry import CONTEXT
from ..base import JobOperator


class LayerOperator(JobOperator):
    """Mix-in of operators that change the list of layers and repaint the avatar."""

    @classmethod
    def why_not(cls, context: bpy.types.Context) -> str:
        return text_of(avatar_hint(context)) or super().why_not(context)

    def changed(self, avatar: bpy.types.Object) -> tuple[list, int]:
        """The new list of layers and which of them is shown."""
        raise NotImplementedError

    def job(self, context: bpy.types.Context) -> Job:
        avatar = avatar_of(context.active_object)
        assert avatar is not None
        ensure_editable(avatar)
        before, index = layers_of(avatar), avatar.atelier_layer_index
        layers, shown = self.changed(avatar)
        set_layers(avatar, layers)
        avatar.atelier_layer_index = max(min(shown, len(layers) - 1), 0)
        done = False
        try:
            report = yield from repaint_job(context, avatar)
            done = True
        finally:
            if not done:
                set_layers(avatar, list(before))
                avatar.atelier_layer_index = index
        return {**report, "layers": [layer.kind for layer in layers]}


class ATELIER_OT_add_layer(LayerOperator, bpy.types.Operator):
    """Paint another layer over the skin of the active avatar"""

    bl_idname = "atelier.add_layer"
    bl_label = "Add Layer"
    bl_options = {"REGISTER", "UNDO"}

    kind: bpy.props.EnumProperty(
        name="Kind", description="What the layer paints", items=ADDED_ITEMS, translation_context=CONTEXT
    )

    def changed(self, avatar: bpy.types.Object) -> tuple[list, int]:
        layers = [*layers_of(avatar), new_layer(avatar, self.kind)]
        return layers, len(layers) - 1


class ATELIER_OT_remove_layer(LayerOperator, bpy.types.Operator):
    """Take the chosen layer off the skin"""

    bl_idname = "atelier.remove_layer"
    bl_label = "Remove Layer"
    bl_options = {"REGISTER", "UNDO"}

    def changed(self, avatar: bpy.types.Object) -> tuple[list, int]:
        layers, index = list(layers_of(avatar)), avatar.atelier_layer_index
        del layers[index : index + 1]
        return layers, index


class ATELIER_OT_move_layer(LayerOperator, bpy.types.Operator):
    """Move the chosen layer over or under its neighbor"""

    bl_idname = "atelier.move_layer"
    bl_label = "Move Layer"
    bl_options = {"REGISTER", "UNDO"}

    direction: bpy.props.EnumProperty(
        name="Direction",
        description="Which way",
        items=[("UP", "Up", "Under its neighbor"), ("DOWN", "Down", "Over its neighbor")],
    )

    def changed(self, avatar: bpy.types.Object) -> tuple[list, int]:
        layers, index = list(layers_of(avatar)), avatar.atelier_layer_index
        other = index + (-1 if self.direction == "UP" else 1)
        if 0 <= index < len(layers) and 0 <= other < len(layers):
            layers[index], layers[other] = layers[other], layers[index]
            index = other
        return layers, index


CLASSES = (ATELIER_OT_add_layer, ATELIER_OT_remove_layer, ATELIER_OT_move_layer)
