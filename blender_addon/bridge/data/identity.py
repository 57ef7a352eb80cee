"""Persistent ids of data-blocks, which survive renaming, copying, appending and linking.

A copy carries the id of its original: code that changes either of the two calls :func:`make_unique` first.
"""

from __future__ import annotations

import re
import uuid
from collections import Counter

import bpy

ID_KEY = "atelier_id"
_ID = re.compile(r"[0-9a-f]{32}")


def new_id() -> str:
    """32 hexadecimal digits that no other file has."""
    return uuid.uuid4().hex


def is_id(value: object) -> bool:
    """Whether ``value`` (anything that a file may hold) is an id of :func:`new_id`."""
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def identity(block: bpy.types.ID) -> str:
    """The id that ``block`` carries; empty when it has none."""
    value = block.get(ID_KEY)
    return value if is_id(value) else ""


def ensure_identity(block: bpy.types.ID) -> str:
    """The id of ``block``, which gets one if it has none; empty for linked data, which cannot be changed here."""
    found = identity(block)
    if found or not block.is_editable:
        return found
    return _renewed(block)


def make_unique(*objects: bpy.types.Object) -> None:
    """Gives objects that are about to change a new id if they have none, or share it with another object of this file.

    A library override and its linked original count as the same object.
    """
    wanted = {identity(obj) for obj in objects} - {""}
    local = (identity(item) for item in bpy.data.objects if item.library is None) if wanted else ()
    holders = Counter(found for found in local if found in wanted)
    for obj in objects:
        found = identity(obj)
        if obj.is_editable and (not found or holders[found] > 1):
            holders[found] -= 1
            _renewed(obj)


def put(block: bpy.types.ID, key: str, value: object) -> None:
    """Sets a custom property, whatever its previous type: an overridable property would otherwise keep its type."""
    if key in block and type(block[key]) is not type(value):
        del block[key]
    block[key] = value


def keep_in_overrides(obj: bpy.types.Object, *keys: str) -> None:
    """Lets library overrides of ``obj`` keep values of their own for these custom properties."""
    for key in keys:
        if key in obj and obj.library is None and obj.override_library is None:
            obj.property_overridable_library_set(f'["{key}"]', True)


def _renewed(block: bpy.types.ID) -> str:
    made = new_id()
    put(block, ID_KEY, made)
    if isinstance(block, bpy.types.Object):
        keep_in_overrides(block, ID_KEY)
    return made
