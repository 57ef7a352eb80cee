"""Makes the data of an object single-user before it is changed, if shared between objects or files."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import bpy

from ml_core.errors import InputError


def ensure_editable(obj: bpy.types.Object) -> None:
    """Makes sure that changes to ``obj`` are kept: Blender makes overrides of an object's hierarchy read-only.

    Raises:
        InputError: it is linked from another file.
    """
    if obj.library is not None:
        raise InputError(
            "{name} is linked from another file; make a library override of it or make it local first", name=obj.name
        )
    if obj.override_library is not None:
        obj.override_library.is_system_override = False


def make_single_user(obj: bpy.types.Object) -> bool:
    """Gives ``obj`` a copy of its mesh, armature, ... if that is linked or shared; returns whether it did.

    Raises:
        InputError: the object itself is linked.
    """
    data = obj.data
    if data is None or (data.is_editable and data.override_library is None and not _is_shared(obj)):
        return False
    ensure_editable(obj)
    obj.data = local_copy(data)
    return True


def local_copy(block: Any) -> Any:
    """A local copy without a fake user."""
    made = block.copy()
    if made.override_library is not None:
        made.make_local()
    made.use_fake_user = False
    return made


def users_of(blocks: Iterable[bpy.types.ID]) -> dict[bpy.types.ID, set[bpy.types.ID]]:
    """The users of each of ``blocks``, and of every other block of their kinds.

    The query is by kind: with ``subset``, Blender 4.5 permanently keeps a reference to every used block of the file.
    """
    kinds: set[Any] = {block.id_type for block in blocks}
    return bpy.data.user_map(key_types=kinds) if kinds else {}


def _is_shared(obj: bpy.types.Object) -> bool:
    data = obj.data
    if data.users - int(data.use_fake_user) < 2:
        return False
    return any(item.data == data and item != obj for item in bpy.data.objects)
