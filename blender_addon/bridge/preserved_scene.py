"""Borrow Blender for a while: a temporary scene beside the artist's, and everything as it was afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import bpy

from .modes import object_mode

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
    """Object Mode inside; modes, selection, active object, frame and names are restored, new data-blocks removed."""
    before = {kind: {one.session_uid: one.name for one in getattr(bpy.data, kind)} for kind in _KINDS}
    frame, subframe = context.scene.frame_current, context.scene.frame_subframe
    with object_mode(context):
        try:
            yield
        finally:
            for kind in reversed(_KINDS):
                made = [one for one in getattr(bpy.data, kind) if one.session_uid not in before[kind]]
                if made:
                    bpy.data.batch_remove(made)
            _restore_names(before)
            if (context.scene.frame_current, context.scene.frame_subframe) != (frame, subframe):
                context.scene.frame_set(frame, subframe=subframe)


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
