"""Linked objects and their library overrides, of which a scene may hold both."""

from __future__ import annotations

from collections.abc import Iterable

import bpy

_SAME = 1e-5


def without_overridden(objects: Iterable[bpy.types.Object]) -> list[bpy.types.Object]:
    """``objects`` without linked originals whose override is among them at the same position.

    A script that overrides a linked collection often leaves the original in the scene, inside its override. An original
    at another position is a separate copy and stays.
    """
    listed = list(objects)
    overrides = {
        item.override_library.reference: item
        for item in listed
        if item.override_library is not None and item.override_library.reference is not None
    }
    return [item for item in listed if item not in overrides or not _in_one_place(item, overrides[item])]


def _in_one_place(a: bpy.types.Object, b: bpy.types.Object) -> bool:
    size = max(1.0, a.matrix_world.translation.length)
    return all(
        abs(x - y) <= _SAME * size
        for row, other in zip(a.matrix_world, b.matrix_world, strict=True)
        for x, y in zip(row, other, strict=True)
    )
