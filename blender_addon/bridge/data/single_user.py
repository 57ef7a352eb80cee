"""Data of its own for an object that is about to change, where Blender shares data between objects and files."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import bpy

from ml_core.errors import InputError


def ensure_editable(obj: bpy.types.Object) -> None:
    """Makes sure that changes to ``obj`` are kept: Blender makes overrides of what hangs on an object read-only.

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
    """Gives ``obj`` a copy of its mesh, armature, ... if that is linked or another object uses it; whether it did.

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
    """A copy that belongs to this file and that nothing keeps but its users."""
    made = block.copy()
    if made.override_library is not None:
        made.make_local()
    made.use_fake_user = False
    return made


def users_of(blocks: Iterable[bpy.types.ID]) -> dict[bpy.types.ID, set[bpy.types.ID]]:
    """What uses each of ``blocks``, and every other block of their kinds.

    Blender is asked by kind: asked by ``subset``, 4.5 keeps a reference to every used block of the file for good.
    """
    kinds: set[Any] = {block.id_type for block in blocks}
    return bpy.data.user_map(key_types=kinds) if kinds else {}


def _is_shared(obj: bpy.types.Object) -> bool:
    data = obj.data
    if data.users - int(data.use_fake_user) < 2:
        return False
    return any(item.data == data and item != obj for item in bpy.data.objects)
