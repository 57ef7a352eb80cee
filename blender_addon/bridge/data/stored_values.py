"""Validated reading of custom properties: values of a wrong type or out of range are treated as missing.

Any file may be untrusted, edited by hand or written by another version. Panels, handlers and exports read these
properties many times a second, so nothing here raises.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import Any

import bpy

MAX_TEXT = 2**20
"""Characters of a text; avatars with many layers store a few thousand."""


def stored_text(data: bpy.types.bpy_struct, key: str, default: str = "", longest: int = MAX_TEXT) -> str:
    """Return the text that ``data`` stores; ``default`` for another type, more than ``longest`` characters, or bytes
    that are not UTF-8 (which Python represents as lone surrogates and cannot write again)."""
    value = data.get(key)
    return value if isinstance(value, str) and len(value) <= longest and _is_unicode(value) else default


def stores_text(data: bpy.types.bpy_struct, key: str) -> bool:
    """Whether ``data`` stores a text that :func:`stored_text` returns, possibly an empty one."""
    return stored_text(data, key, "\0") != "\0"


def stored_number(
    data: bpy.types.bpy_struct, key: str, default: float, low: float = -math.inf, high: float = math.inf
) -> float:
    """Return the finite number that ``data`` stores; ``default`` for another type, or outside ``low`` to ``high``."""
    value = data.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return default
    return float(value) if math.isfinite(value) and low <= value <= high else default


def stores_number(data: bpy.types.bpy_struct, key: str) -> bool:
    """Whether ``data`` stores a number of any size."""
    return isinstance(data.get(key), int | float)


def stored_whole(data: bpy.types.bpy_struct, key: str, default: int, low: int, high: int) -> int:
    """Return the whole number that ``data`` stores; ``default`` for another type or one outside ``low`` to ``high``."""
    number = stored_number(data, key, math.nan, low, high)
    return int(number) if number.is_integer() else default


def stored_flag(data: bpy.types.bpy_struct, key: str) -> bool:
    """Return whether ``data`` stores true, or a number other than 0, as older versions of Blender did."""
    value = data.get(key)
    return isinstance(value, int) and bool(value)


def stored_object(data: bpy.types.bpy_struct, key: str, kinds: Collection[str]) -> bpy.types.Object | None:
    """Return the object, of one of ``kinds`` such as ``ARMATURE``, that ``data`` points to."""
    value = data.get(key)
    return value if isinstance(value, bpy.types.Object) and value.type in kinds else None


def stored_texts(data: bpy.types.bpy_struct, key: str) -> list[str]:
    """Return the list of texts that ``data`` stores; empty for anything else."""
    value = data.get(key)
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def setting(group: bpy.types.PropertyGroup, name: str) -> Any:
    """Return the registered property ``name`` of ``group``, coerced to its definition.

    Blender keeps any value from a file: an enum item that does not exist reads as an empty string, and numbers may be
    out of range or not finite. These become the default, or the nearest allowed number.
    """
    prop, value = group.bl_rna.properties[name], getattr(group, name)
    if prop.type == "ENUM" and not prop.is_enum_flag:
        return value or prop.default
    if prop.type == "STRING":
        return value if _is_unicode(value) else prop.default
    if prop.type not in ("INT", "FLOAT"):
        return value
    if prop.is_array:
        pairs = zip(value, prop.default_array, strict=True)
        return tuple(_allowed(item, default, prop) for item, default in pairs)
    return _allowed(value, prop.default, prop)


def _allowed(value: float, default: float, prop: bpy.types.Property) -> float:
    return min(max(value, prop.hard_min), prop.hard_max) if math.isfinite(value) else default


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
