"""Which objects are parts of a prop or a rig: each part carries the id of its root.

A duplicated prop has the ids of its original. Its parts are distinguished by their parents and, without a parent, by
their original offset from the root.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

import bpy
import numpy as np
from mathutils import Vector

from .identity import ID_KEY, ensure_identity, is_id, keep_in_overrides, put
from .label_keys import CONFIDENCE_KEY, PART_KEY, PLACE_KEY
from .stored_values import stored_text

_LONGEST_NAME = 255
"""Bytes of a name in Blender 5; older versions allow 63."""
_SAME_PLACE = 1e-3
"""Share of the root's size by which two places may differ and count as one."""


def set_part(part: bpy.types.Object, root: bpy.types.Object) -> None:
    """Make ``part`` a part of the prop or rig of ``root``; a linked root without an id is stored by name."""
    put(part, PART_KEY, ensure_identity(root) or root.name)
    put(part, PLACE_KEY, (root.matrix_world.inverted_safe() @ part.matrix_world.translation).to_tuple())
    keep_in_overrides(part, PART_KEY, PLACE_KEY)


def part_roots(objects: Iterable[bpy.types.Object] | None = None) -> dict[int, bpy.types.Object]:
    """``{session_uid of a part: its root}``, for ``objects`` or for all of the file.

    Invalid ids and unknown names are left out: custom properties of a file are untrusted data.
    """
    searched = bpy.data.objects if objects is None else objects
    parts = [(obj, value) for obj in searched if PART_KEY in obj and (value := _value(obj))]
    if not parts:
        return {}
    by_id: dict[object, list[bpy.types.Object]] = defaultdict(list)
    wanted = {value for _, value in parts if is_id(value)}
    for obj in bpy.data.objects:
        value = obj.get(ID_KEY)
        if isinstance(value, str) and value in wanted:
            by_id[value].append(obj)
    found = {}
    for part, value in parts:
        root = _nearest(part, by_id[value]) if value in wanted else _by_name(part, value)
        if root is not None and root != part:
            found[part.session_uid] = root
    return found


def parts_by_root(objects: Iterable[bpy.types.Object]) -> dict[int, list[bpy.types.Object]]:
    """``{session_uid of a root: its parts among objects}``."""
    listed = list(objects)
    roots, parts = part_roots(listed), defaultdict(list)
    for obj in listed:
        if obj.session_uid in roots:
            parts[roots[obj.session_uid].session_uid].append(obj)
    return parts


def bring_parts_up_to_date() -> None:
    """Replaces the names that older versions stored for roots by ids; linked data stays as it is."""
    named = [obj for obj in bpy.data.objects if _value(obj) and not is_id(_value(obj)) and obj.is_editable]
    roots = part_roots(named) if named else {}
    for obj in named:
        root = roots.get(obj.session_uid)
        if root is not None and root.is_editable:
            set_part(obj, root)


def _value(part: bpy.types.Object) -> str:
    return stored_text(part, PART_KEY, longest=_LONGEST_NAME)


def _above(part: bpy.types.Object) -> Iterator[bpy.types.Object]:
    """The ancestors of ``part``, the nearest first: its parents, and the armature that deforms it."""
    obj = part.parent
    while obj is not None:
        yield obj
        obj = obj.parent
    armature = part.find_armature() if part.type == "MESH" else None
    if armature is not None:
        yield armature


def _nearest(part: bpy.types.Object, roots: list[bpy.types.Object]) -> bpy.types.Object | None:
    """The root of ``part`` among several objects of the same id, an original and its copies."""
    if len(roots) < 2:
        return roots[0] if roots else None
    for above in _above(part):
        if above in roots:
            return above
    return min(roots, key=lambda root: _distance(part, root))


def _distance(part: bpy.types.Object, root: bpy.types.Object) -> tuple[Any, ...]:
    """A sort key of roots by how well ``part`` fits them: same library, position, collections, and time of creation."""
    place = part.get(PLACE_KEY)
    try:
        place = Vector(place)
        expected = root.matrix_world @ place.to_3d()
    except (TypeError, ValueError):
        expected = root.matrix_world.translation
    size = max(float(np.max(root.dimensions)), 1e-6)
    gap = (expected - part.matrix_world.translation).length / size
    homes = {collection.session_uid for collection in part.users_collection}
    shared = sum(collection.session_uid in homes for collection in root.users_collection)
    steps = round(gap / _SAME_PLACE) if np.isfinite(gap) else float("inf")
    return root.library != part.library, steps, -shared, abs(root.session_uid - part.session_uid)


def _by_name(part: bpy.types.Object, name: str) -> bpy.types.Object | None:
    """The root that an older version stored by its name, which may have changed since."""
    for above in _above(part):
        if above.name == name or (CONFIDENCE_KEY in above and PART_KEY not in above):
            return above
    library = part.library.filepath if part.library is not None else None
    return bpy.data.objects.get((name, library))
