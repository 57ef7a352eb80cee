"""Objects of one mesh whose materials look different on each, through the object values that they read."""

from __future__ import annotations

from typing import Any

import bpy

from ..content.scene import Placed
from ..materials.nodes.object_values import Wanted, object_values, wanted_values

MOST_VARIANTS = 64
"""Of one mesh; each variant is a mesh and a material of its own in the files."""


class Variants:
    """``shared`` are names of objects that look like another one of their mesh, beyond :data:`MOST_VARIANTS`."""

    def __init__(self) -> None:
        self._wanted: dict[int, Wanted] = {}
        self._known: dict[int, list[tuple[Any, ...]]] = {}
        self.shared: list[str] = []

    def of(self, placed: Placed) -> tuple[Any, ...]:
        """The object values that determine an appearance; empty for most."""
        obj = placed.obj
        wanted = frozenset[str]().union(*(self._wanted_by(slot.material) for slot in obj.material_slots))
        if not wanted:
            return ()
        values = object_values(obj, wanted)
        known = self._known.setdefault(obj.data.session_uid, [])
        if values in known:
            return values
        if len(known) >= MOST_VARIANTS:
            self.shared.append(obj.name)
            return known[0]
        known.append(values)
        return values

    def _wanted_by(self, material: bpy.types.Material | None) -> Wanted:
        uid = material.session_uid if material is not None else 0
        if uid not in self._wanted:
            self._wanted[uid] = wanted_values(material)
        return self._wanted[uid]
