"""Deleting objects from a scene without harming what else uses them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import bpy

from ml_core.errors import Message


@dataclass
class Deletion:
    """What leaves the scene, and what cannot, with the reason.

    ``left`` are pairs of a name and the reason why it stays.
    """

    objects: list[bpy.types.Object] = field(default_factory=list)
    left: list[tuple[str, Message]] = field(default_factory=list)


def planned(scene: bpy.types.Scene, objects: Iterable[bpy.types.Object]) -> Deletion:
    """Which of ``objects`` can be deleted from ``scene``; changes nothing."""
    own = {child.session_uid: child for child in (scene.collection, *scene.collection.children_recursive)}
    shared = _collections_elsewhere(scene)
    deletion = Deletion()
    for obj in objects:
        homes = [home for home in obj.users_collection if home.session_uid in own]
        reason = Message("")
        if any(home.library is not None for home in homes):
            reason = Message("it is linked from another file")
        elif any(home.override_library is not None for home in homes):
            reason = Message("it belongs to a library override")
        elif any(home.session_uid in shared for home in homes):
            reason = Message("another scene uses its collection")
        if reason:
            deletion.left.append((obj.name, reason))
        else:
            deletion.objects.append(obj)
    return deletion


def _collections_elsewhere(scene: bpy.types.Scene) -> set[int]:
    """``session_uid`` of the collections that other scenes show, also as an instance."""
    found: set[int] = set()
    for other in bpy.data.scenes:
        if other == scene:
            continue
        roots = [other.collection]
        roots += [obj.instance_collection for obj in other.objects if obj.instance_collection is not None]
        for root in roots:
            found |= {child.session_uid for child in (root, *root.children_recursive)}
    return found


def delete(scene: bpy.types.Scene, deletion: Deletion) -> None:
    """Takes the planned objects out of ``scene``; those without other users are removed from the file.

    Their children that are not deleted stay in place.
    """
    doomed = {obj.session_uid for obj in deletion.objects}
    for home in (scene.collection, *scene.collection.children_recursive):
        for obj in [obj for obj in home.objects if obj.session_uid in doomed]:
            home.objects.unlink(obj)
    unused = [obj for obj in deletion.objects if obj.library is None and not obj.users_collection]
    unused = [obj for obj in unused if not obj.use_fake_user]
    going = {obj.session_uid for obj in unused}
    staying = [obj for obj in bpy.data.objects if obj.session_uid not in going and obj.library is None]
    for child in [obj for obj in staying if obj.parent is not None and obj.parent.session_uid in going]:
        place = child.matrix_world.copy()
        child.parent = None
        child.matrix_world = place
    bpy.data.batch_remove(unused)
