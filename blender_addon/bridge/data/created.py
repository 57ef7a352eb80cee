"""Removes what a job has created in the file when it fails or is canceled."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import bpy

_KINDS = (
    "objects",
    "meshes",
    "armatures",
    "curves",
    "materials",
    "images",
    "textures",
    "node_groups",
    "collections",
    "actions",
    "shape_keys",
)


def _ids() -> dict[int, bpy.types.ID]:
    return {block.session_uid: block for kind in _KINDS for block in getattr(bpy.data, kind)}


@contextmanager
def removed_on_failure(context: bpy.types.Context) -> Iterator[None]:
    """Remove every data-block created inside the ``with`` block if it is left by an exception or by closing the job.

    Selection and active object are restored too. A block that ends normally keeps all it created.
    """
    before = set(_ids())
    layer = context.view_layer
    selected = [obj.session_uid for obj in context.selected_objects]
    active = layer.objects.active.session_uid if layer.objects.active else None
    try:
        yield
    except BaseException:  # also GeneratorExit, which is how a job is cancelled
        # Shape keys belong to their mesh and go with it.
        made = {uid: item for uid, item in _ids().items() if uid not in before and not isinstance(item, bpy.types.Key)}
        bpy.data.batch_remove(list(made.values()))
        layer.update()  # it still lists the removed ones until then
        for obj in layer.objects:
            obj.select_set(obj.session_uid in selected)
            if obj.session_uid == active:
                layer.objects.active = obj
        raise
