"""Which row of the list of labels is active: the least certain at first, then the one that is active in the scene."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import bpy

from ..bridge.object_labels import ObjectLabel, object_label
from ..bridge.part_of import part_leads


@dataclass
class _State:
    active: int = 0
    """Session UID of the object that was active when the scene last changed."""


_state = _State()


def certainty(found: ObjectLabel | None) -> float:
    """What the list is sorted by: the unknown first, then the least certain; what has no label last."""
    if found is None:
        return 2.0
    return found.confidence - 1.0 if found.label is None else found.confidence


def start_at_least_certain(scene: bpy.types.Scene) -> None:
    """Make the first row of the list the active one. The selection in the scene stays."""
    objects = list(scene.objects)
    parts = part_leads(objects)
    found = [(certainty(object_label(obj)), at) for at, obj in enumerate(objects) if obj.session_uid not in parts]
    if found:
        scene.atelier["label_index"] = min(found)[1]  # past the setter, which would select the object


def follow(scene: bpy.types.Scene, obj: bpy.types.Object) -> None:
    """Make the row of ``obj``, or of the prop or rig that it is a part of, the active one, if it has one."""
    if object_label(obj) is None:
        return
    lead = part_leads([obj]).get(obj.session_uid, obj)
    if object_label(lead) is not None:
        at = scene.objects.find(lead.name)
        if at >= 0:
            scene.atelier["label_index"] = at


@bpy.app.handlers.persistent
def _follow_active(scene: bpy.types.Scene, *_: Any) -> None:
    layer = bpy.context.view_layer
    obj = layer.objects.active if layer is not None and bpy.context.scene == scene else None
    if obj is not None and obj.session_uid != _state.active:
        _state.active = obj.session_uid
        follow(scene, obj)


def register() -> None:
    bpy.app.handlers.depsgraph_update_post.append(_follow_active)


def unregister() -> None:
    bpy.app.handlers.depsgraph_update_post.remove(_follow_active)
