"""Things of a scene as they are moved and measured: an object with its parts and all its children."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import bpy
import numpy as np
from mathutils import Matrix, Vector

from ...avatar.stored import has_traits
from ...bridge.data.part_of import part_roots

_SOLID = {"MESH", "CURVE", "SURFACE", "FONT", "META", "CURVES", "ARMATURE", "LATTICE"}
_STANDING = 0.17
"""Half the width of somebody who stands, in shares of the height."""
_POINT = 0.05
"""Half the size in meters of what has no volume, such as a light."""


@dataclass(frozen=True)
class Box:
    """Lowest and highest corner in world space, meters."""

    low: Vector
    high: Vector

    @property
    def size(self) -> Vector:
        return self.high - self.low

    @property
    def center(self) -> Vector:
        return (self.low + self.high) / 2

    @property
    def base(self) -> Vector:
        """The center of the lower side."""
        return Vector((*self.center.xy, self.low.z))

    def moved(self, by: Vector) -> Box:
        return Box(self.low + by, self.high + by)

    def gap(self, other: Box) -> float:
        """Meters between the two seen from above, along the axis of largest separation; negative if they overlap."""
        return max(max(other.low[axis] - self.high[axis], self.low[axis] - other.high[axis]) for axis in range(2))

    def overlaps(self, other: Box, slack: float = 0.002) -> bool:
        """Whether the two overlap by more than ``slack`` meters along every axis."""
        return all(
            self.low[axis] < other.high[axis] - slack and other.low[axis] < self.high[axis] - slack for axis in range(3)
        )


@dataclass(frozen=True)
class Thing:
    """``root`` is its main object; ``tops`` are the members that are moved, with their descendants."""

    root: bpy.types.Object
    members: tuple[bpy.types.Object, ...]

    @property
    def tops(self) -> list[bpy.types.Object]:
        own = {obj.session_uid for obj in self.members}
        return [obj for obj in self.members if obj.parent is None or obj.parent.session_uid not in own]

    def box(self) -> Box:
        corners = [corner for obj in self.members for corner in _corners(obj)]
        if not corners:
            place = self.root.matrix_world.translation
            half = Vector((_POINT,) * 3)
            return Box(place - half, place + half)
        points = np.array(corners, float)
        return Box(Vector(points.min(axis=0)), Vector(points.max(axis=0)))

    def standing_box(self) -> Box:
        """The box that a thing needs to stand; of a person without the arms, which hang down in any room."""
        box = self.box()
        if not has_traits(self.root):
            return box
        half, middle = _STANDING * box.size.z, self.root.matrix_world.translation
        corners = [[place[axis] + side for axis in range(2)] for place, side in ((middle, -half), (middle, half))]
        low = [max(box.low[axis], corners[0][axis]) for axis in range(2)]
        high = [min(box.high[axis], corners[1][axis]) for axis in range(2)]
        return Box(Vector((*low, box.low.z)), Vector((*high, box.high.z)))

    def move(self, by: Vector) -> None:
        self.transform(Matrix.Translation(by))

    def transform(self, matrix: Matrix) -> None:
        """Applies a matrix in world space."""
        for obj in self.tops:
            obj.matrix_world = matrix @ obj.matrix_world

    @property
    def why_fixed(self) -> str:
        """The reason why it cannot be moved; empty if it can."""
        if any(not obj.is_editable for obj in self.tops):
            return "it is linked from another file"
        return "its location is locked" if any(all(obj.lock_location) for obj in self.tops) else ""


def things_of(objects: Iterable[bpy.types.Object]) -> list[Thing]:
    """The objects as things, in their order: each root with its parts and its children."""
    listed = list(objects)
    wanted = {obj.session_uid for obj in listed}
    roots = part_roots(listed)
    groups: dict[int, list[bpy.types.Object]] = {}
    leads: dict[int, bpy.types.Object] = {}
    for obj in listed:
        lead = roots.get(obj.session_uid, obj)
        parent = obj.parent
        while parent is not None:
            if parent.session_uid in wanted or has_traits(parent):
                lead = roots.get(parent.session_uid, parent)
            parent = parent.parent
        leads[lead.session_uid] = lead
        groups.setdefault(lead.session_uid, []).append(obj)
    things = []
    for uid, members in groups.items():
        lead = leads[uid]
        whole = {item.session_uid: item for member in (lead, *members) for item in (member, *member.children_recursive)}
        things.append(Thing(lead, tuple(whole.values())))
    return things


def box_of(objects: Iterable[bpy.types.Object]) -> Box | None:
    """The box around all of these; ``None`` if none has a volume."""
    points = np.array([corner for obj in objects for corner in _corners(obj)], float)
    return Box(Vector(points.min(axis=0)), Vector(points.max(axis=0))) if len(points) else None


def _corners(obj: bpy.types.Object) -> list[tuple[float, ...]]:
    if obj.type == "ARMATURE" and obj.children:
        return []
    if obj.type == "EMPTY" and obj.instance_collection is not None:
        inner = box_of(obj.instance_collection.all_objects)
        if inner is None:
            return []
        offset = obj.matrix_world @ Matrix.Translation(-obj.instance_collection.instance_offset)
        return [(offset @ Vector((x, y, z))).to_tuple() for x in (inner.low.x, inner.high.x) for y in (inner.low.y,
            inner.high.y)
                for z in (inner.low.z, inner.high.z)]  # fmt: skip
    if obj.type not in _SOLID:
        return []
    corners = [(obj.matrix_world @ Vector(corner)).to_tuple() for corner in obj.bound_box]
    return corners if np.isfinite(np.array(corners, float)).all() else []


def first_hit(context: bpy.types.Context, obj: bpy.types.Object, start: Vector, end: Vector) -> Vector | None:
    """The first hit of the segment from ``start`` to ``end`` with the mesh of an object; world space."""
    if obj.type != "MESH" or not len(obj.data.polygons):
        return None
    inverse = obj.matrix_world.inverted_safe()
    origin, way = inverse @ start, inverse @ end - inverse @ start
    hit, point, _, _ = obj.ray_cast(origin, way, distance=way.length, depsgraph=context.evaluated_depsgraph_get())
    return obj.matrix_world @ point if hit else None
