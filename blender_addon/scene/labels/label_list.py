"""The active row of the list of labels: the least certain at first, then that of the scene's active object."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import bpy

from ...bridge import session
from ...bridge.data.part_of import part_roots
from ...bridge.object_labels import confidence_of, label_of


@dataclass
class ActiveRow(session.OfFile):
    active: int = 0
    """Session UID of the object that was active when the scene last changed."""
    row: int = 0
    """Session UID of the object whose row was made active last."""


@dataclass(slots=True)
class Row:
    """A labeled thing: ``label`` is ``None`` if it is unlike anything known."""

    label: str | None
    confidence: float

    @property
    def certainty(self) -> float:
        """The sort key of the list: the unknown first, then the least certain."""
        return self.confidence - 1.0 if self.label is None else self.confidence


def rows_of(scene: bpy.types.Scene) -> list[Row | None]:
    """The row of each object of the scene, in the scene's order; ``None`` for parts and for unlabeled objects.

    Called at every draw: it reads no ranking, which is text to be parsed.
    """
    objects = scene.objects
    parts = part_roots(objects)
    rows: list[Row | None] = []
    for obj in objects:
        confidence = confidence_of(obj)
        is_row = confidence is not None and (not parts or obj.session_uid not in parts)
        rows.append(Row(label_of(obj), confidence) if is_row else None)
    return rows


def start_at_least_certain(scene: bpy.types.Scene) -> None:
    """Make the first row of the list the active one. The selection in the scene stays."""
    found = [(row.certainty, at) for at, row in enumerate(rows_of(scene)) if row is not None]
    if found:
        at = min(found)[1]
        scene.atelier["label_index"] = at  # past the setter, which would select the object
        session.part(ActiveRow).row = scene.objects[at].session_uid


def follow(scene: bpy.types.Scene, obj: bpy.types.Object) -> None:
    """Make the row of ``obj``, or of the prop or rig that it is a part of, the active one, if it has one."""
    if confidence_of(obj) is None:
        return
    root = part_roots([obj]).get(obj.session_uid, obj)
    if confidence_of(root) is not None:
        at = scene.objects.find(root.name)
        if at >= 0:
            scene.atelier["label_index"] = at
            session.part(ActiveRow).row = root.session_uid


def is_row_meant(context: bpy.types.Context, row: bpy.types.Object) -> bool:
    """Whether ``row``, at the list's index, was made active there, or belongs to the active object.

    The index is a number, which refers to another object once objects are added or removed.
    """
    active = context.view_layer.objects.active
    return row.session_uid == session.part(ActiveRow).row or (
        active is not None and row == part_roots([active]).get(active.session_uid, active)
    )


@bpy.app.handlers.persistent
def _follow_active(scene: bpy.types.Scene, *_: Any) -> None:
    layer = bpy.context.view_layer
    obj = layer.objects.active if layer is not None and bpy.context.scene == scene else None
    if obj is not None and obj.session_uid != session.part(ActiveRow).active:
        session.part(ActiveRow).active = obj.session_uid
        follow(scene, obj)


def register() -> None:
    bpy.app.handlers.depsgraph_update_post.append(_follow_active)


def unregister() -> None:
    bpy.app.handlers.depsgraph_update_post.remove(_follow_active)
