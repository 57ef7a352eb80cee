"""Borrow Blender for a while: a temporary scene beside the artist's, and everything as it was afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import bpy

_KINDS = (
    "objects",
    "meshes",
    "shape_keys",
    "armatures",
    "materials",
    "images",
    "collections",
    "actions",
    "node_groups",
    "cameras",
    "lights",
    "scenes",
)


@contextmanager
def preserved_scene(context: bpy.types.Context) -> Iterator[None]:
    """Restores mode, selection, active object, frame and names, and removes every data-block that was made inside."""
    before = {kind: {one.session_uid: one.name for one in getattr(bpy.data, kind)} for kind in _KINDS}
    layer = context.view_layer
    active, mode = layer.objects.active, context.mode
    selected = {one.session_uid for one in layer.objects if one.select_get(view_layer=layer)}
    frame, subframe = context.scene.frame_current, context.scene.frame_subframe
    if mode != "OBJECT":
        bpy.ops.object.mode_set(mode="OBJECT")
    try:
        yield
    finally:
        for kind in reversed(_KINDS):
            made = [one for one in getattr(bpy.data, kind) if one.session_uid not in before[kind]]
            if made:
                bpy.data.batch_remove(made)
        _restore_names(before)
        for one in layer.objects:
            if one.select_get(view_layer=layer) != (one.session_uid in selected):
                one.select_set(one.session_uid in selected, view_layer=layer)
        layer.objects.active = active
        if (context.scene.frame_current, context.scene.frame_subframe) != (frame, subframe):
            context.scene.frame_set(frame, subframe=subframe)
        if mode != "OBJECT" and active is not None:
            names = {"EDIT_MESH": "EDIT", "EDIT_ARMATURE": "EDIT", "EDIT_CURVE": "EDIT", "PAINT_WEIGHT": "WEIGHT_PAINT"}
            bpy.ops.object.mode_set(mode=names.get(mode, mode))


def claim_name(block: bpy.types.ID, kind: str, name: str) -> None:
    """Gives a data-block exactly this name; whoever has it steps aside until :func:`preserved_scene` ends.

    Linked data-blocks stand in nobody's way: names are unique within a file.
    """
    if block.name == name:  # the look-up below goes through all data-blocks
        return
    holder = getattr(bpy.data, kind).get((name, None))
    if holder is not None and holder != block:
        holder.name = f"{name}__held"
    block.name = name


def _restore_names(before: dict[str, dict[int, str]]) -> None:
    for kind, names in before.items():
        for one in getattr(bpy.data, kind):
            if one.library is None and names.get(one.session_uid, one.name) != one.name:
                one.name = names[one.session_uid]


@contextmanager
def temporary_scene(context: bpy.types.Context, scale_length: float = 1.0) -> Iterator[bpy.types.Scene]:
    """An empty scene that is the current one inside the block.

    The window is switched to it: an override of the context is not enough, since Blender's glTF exporter switches the
    window itself.
    """
    window = context.window or context.window_manager.windows[0]
    former, layer = window.scene, window.view_layer
    scene = bpy.data.scenes.new("Atelier Export")
    scene.unit_settings.scale_length = scale_length
    scene.render.fps, scene.render.fps_base = former.render.fps, former.render.fps_base
    window.scene = scene
    try:
        yield scene
    finally:
        window.scene, window.view_layer = former, layer
        bpy.data.scenes.remove(scene)
