"""Objects of one mesh whose materials look different on each, by what they take of the object."""

from __future__ import annotations

from typing import Any

import bpy

from ..content.scene import Placed
from ..materials.nodes.object_values import Wanted, object_values, wanted_values

MOST_LOOKS = 64
"""Of one mesh; each look is a mesh and a material of its own in the files."""


class Looks:
    """``shared`` are names of objects that look like another one of their mesh, beyond :data:`MOST_LOOKS`."""

    def __init__(self) -> None:
        self._wanted: dict[int, Wanted] = {}
        self._known: dict[int, list[tuple[Any, ...]]] = {}
        self.shared: list[str] = []

    def of(self, placed: Placed) -> tuple[Any, ...]:
        """The values by which an appearance looks as it does; empty for most."""
        obj = placed.obj
        wanted = frozenset[str]().union(*(self._asked(slot.material) for slot in obj.material_slots))
        if not wanted:
            return ()
        look = object_values(obj, wanted)
        known = self._known.setdefault(obj.data.session_uid, [])
        if look in known:
            return look
        if len(known) >= MOST_LOOKS:
            self.shared.append(obj.name)
            return known[0]
        known.append(look)
        return look

    def _asked(self, material: bpy.types.Material | None) -> Wanted:
        uid = material.session_uid if material is not None else 0
        if uid not in self._wanted:
            self._wanted[uid] = wanted_values(material)
        return self._wanted[uid]
