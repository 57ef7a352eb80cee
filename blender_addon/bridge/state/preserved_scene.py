"""Works in Blender without a trace: a temporary scene beside the artist's, and everything restored afterward."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

import bpy

from .. import session
from ..jobs.steps import InThread, Progress, driven
from .modes import object_mode

T = TypeVar("T")

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
_KEPT_OF_HELD = 40
"""Characters that stay of a name that is held: Blender cuts long ones, and the rest must differ from the name."""


class NameHolders(dict[str, dict[str, bpy.types.ID]]):
    """The known owners of names by kind, until the scene is restored."""


@contextmanager
def preserved_scene(context: bpy.types.Context) -> Iterator[None]:
    """Object Mode inside; modes, selection, active object, frame and names are restored, new data-blocks removed."""
    before = {kind: {block.session_uid: block.name for block in getattr(bpy.data, kind)} for kind in _KINDS}
    frame, subframe = context.scene.frame_current, context.scene.frame_subframe
    session.drop(NameHolders)
    with object_mode(context):
        try:
            yield
        finally:
            session.drop(NameHolders)
            for kind in reversed(_KINDS):
                made = [block for block in getattr(bpy.data, kind) if block.session_uid not in before[kind]]
                if made:
                    bpy.data.batch_remove(made)
            _restore_names(before)
            if (context.scene.frame_current, context.scene.frame_subframe) != (frame, subframe):
                context.scene.frame_set(frame, subframe=subframe)


def claim_name(block: bpy.types.ID, kind: str, name: str) -> None:
    """Gives a data-block exactly this name; another owner is renamed until :func:`preserved_scene` ends.

    Linked data-blocks do not conflict: names are unique within a file.
    """
    if block.name == name:
        return
    # Blender sorts all data-blocks anew with each name that is set: one more than needed counts.
    holders = session.part(NameHolders)
    holder = _known_holder(holders, kind, name)
    if holder is None:
        block.name = name
        if block.name == name:  # nobody had it
            holders.get(kind, {})[name] = block
            return
        holder = _found_holder(holders, kind, name)
    if holder is not None and holder != block:
        holder.name = f"{name[:_KEPT_OF_HELD]}__held"
    block.name = name
    holders[kind][name] = block


def _known_holder(holders: NameHolders, kind: str, name: str) -> bpy.types.ID | None:
    """The owner of a name at the last lookup, if it still has it."""
    holder = holders.get(kind, {}).get(name)
    with suppress(ReferenceError):  # it was removed since
        if holder is not None and holder.name == name:
            return holder
    return None


def _found_holder(holders: NameHolders, kind: str, name: str) -> bpy.types.ID | None:
    """The data-block of the file that has a name.

    All are listed once, since Blender scans all of them for each such lookup.
    """
    if kind not in holders:
        holders[kind] = names_of(kind)
        return holders[kind].get(name)
    return getattr(bpy.data, kind).get((name, None))


def names_of(kind: str) -> dict[str, bpy.types.ID]:
    """The data-blocks of a kind that are the file's own, by name."""
    return {block.name: block for block in getattr(bpy.data, kind) if block.library is None}


def _restore_names(before: dict[str, dict[int, str]]) -> None:
    for kind, names in before.items():
        for block in getattr(bpy.data, kind):
            if block.library is None and names.get(block.session_uid, block.name) != block.name:
                block.name = names[block.session_uid]


@contextmanager
def temporary_scene(context: bpy.types.Context, scale_length: float = 1.0) -> Iterator[bpy.types.Scene]:
    """An empty scene that is the context's inside the block, while the window keeps showing the artist's.

    Switching the window back to a scene costs Blender half a millisecond for each of its objects.
    """
    with spare_scene(context, scale_length) as scene, in_scene(context, scene):
        yield scene


@contextmanager
def in_scene(
    context: bpy.types.Context, scene: bpy.types.Scene, selected: Sequence[bpy.types.Object] = ()
) -> Iterator[None]:
    """Inside the block ``scene`` is the context's, for the dependency graph and for operators that use the context.

    A job must not yield inside. Blender's glTF exporter and baking use the window: they need :func:`current_scene`.
    """
    layer = scene.view_layers[0]
    chosen: dict[str, Any] = {"selected_objects": list(selected), "active_object": selected[0]} if selected else {}
    with context.temp_override(scene=scene, view_layer=layer, **chosen):
        yield


@contextmanager
def spare_scene(context: bpy.types.Context, scale_length: float = 1.0) -> Iterator[bpy.types.Scene]:
    """An empty scene beside the artist's, which the window keeps showing. The block may remove it itself."""
    scene = new_scene(context, scale_length)
    try:
        yield scene
    finally:
        with suppress(ReferenceError):  # it is gone with its objects
            bpy.data.scenes.remove(scene)


def new_scene(context: bpy.types.Context, scale_length: float = 1.0) -> bpy.types.Scene:
    """An empty scene with the artist's frame rate, to be removed by the caller."""
    former = _window(context).scene
    scene = bpy.data.scenes.new("Atelier Export")
    scene.unit_settings.scale_length = scale_length
    scene.render.fps, scene.render.fps_base = former.render.fps, former.render.fps_base
    return scene


def remove_scene(scene: bpy.types.Scene, objects: Sequence[bpy.types.Object]) -> None:
    """Removes a scene that no window shows, with its objects, which nothing outside of it uses.

    For each object of a batch removal, Blender scans all objects of the file: minutes for twenty thousand. Without a
    window its notifier queue, which is never emptied there, would be scanned for each one as well.
    """
    bpy.data.scenes.remove(scene)
    free = [obj for obj in objects if not obj.users]
    if len(free) < len(objects):  # shown by collections
        bpy.data.batch_remove([obj for obj in objects if obj.users])
    for obj in free:
        bpy.data.objects.remove(obj, do_unlink=False, do_ui_user=not bpy.app.background)


@contextmanager
def current_scene(context: bpy.types.Context, scene: bpy.types.Scene) -> Iterator[None]:
    """Inside the block the window shows ``scene``, so that operators work on it.

    An override of the context is not enough, since Blender's glTF exporter switches the window itself. A job must not
    yield inside, or the artist sees the scene vanish; :func:`steps_in` leaves the block at every step.
    """
    window = _window(context)
    former, layer = window.scene, window.view_layer
    window.scene = scene
    try:
        yield
    finally:
        window.scene, window.view_layer = former, layer


def steps_in(
    context: bpy.types.Context, scene: bpy.types.Scene, job: Generator[Progress | InThread, Any, T]
) -> Generator[Progress | InThread, Any, T]:
    """A part of a job whose steps run with ``scene`` as the current one; between steps the window shows its own."""
    return driven(job, around=lambda: current_scene(context, scene))


def _window(context: bpy.types.Context) -> bpy.types.Window:
    return context.window or context.window_manager.windows[0]
