"""Surveys what there is to light: its position and size, what blocks the light, and which objects emit light."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import bpy
import numpy as np
from mathutils import Vector

from ...avatar.stored import has_traits
from ...bridge.object_labels import label_of
from ..editing.things import Box, box_of
from ..labels.grounds import Boxes, grounds, touching_pairs

Directions = tuple[Vector, ...]

_SMALLEST = 0.25
"""Meters, the least radius that a scene is lit for."""
_MOST_OBJECTS = 4000
"""Of more than these, floors and walls are not told apart from the rest."""
_LAMPS = {"lamp", "ceiling_light", "candle", "lantern", "fireplace"}
_STREET = {"street_light"}
_WINDOWS = {"window"}
_CLOSED = 0.12
"""Share of the sky that is seen inside of a closed room."""
_MOST_PLACES = 12
_MOST_PASSED = 40
_THIN, _BOUND = 0.12, 0.3
_SPREAD = (-0.4, -0.15, 0.15, 0.4)
_AXES = tuple(Vector(way) for way in ((1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0), (0, 0, 1), (0, 0, -1)))


@dataclass
class Surroundings:
    """A scene as a lighting artist sees it, in meters of its world.

    Args:
        box: around the subjects, without floors, walls and ceilings if there is more than those.
        front: direction of the viewer in degrees around +Z, from +X.
        subjects: session uids of the subjects.
        openness: fraction of the upper directions in which the sky is visible from the center.
        lamps, streetlights: positions in the scene that emit light. windows: their boxes.
    """

    scene: bpy.types.Scene
    depsgraph: bpy.types.Depsgraph
    box: Box
    whole: Box
    front: float
    subjects: set[int] = field(default_factory=set)
    openness: float = 1.0
    lamps: list[Vector] = field(default_factory=list)
    streetlights: list[Vector] = field(default_factory=list)
    windows: list[Box] = field(default_factory=list)

    @property
    def middle(self) -> Vector:
        return self.box.center

    @property
    def radius(self) -> float:
        return max(self.box.size.length / 2, _SMALLEST)

    @property
    def is_closed(self) -> bool:
        return self.openness < _CLOSED

    def free(self, start: Vector, direction: Vector, reach: float) -> float:
        """Meters from ``start`` in which nothing is hit, up to ``reach``."""
        hit, place, *_ = self.scene.ray_cast(self.depsgraph, start, direction, distance=reach)
        return (place - start).length if hit else reach

    def clear(self, start: Vector, direction: Vector, reach: float) -> float:
        """Meters from ``start`` to the first floor, wall or ceiling, up to ``reach``; other objects are ignored.

        In a closed scene of one mesh everything counts as an obstacle.
        """
        gone = 0.0
        for _ in range(_MOST_PASSED):
            hit, place, _, _, obj, _ = self.scene.ray_cast(
                self.depsgraph, start + direction * gone, direction, distance=reach - gone
            )
            if not hit:
                return reach
            gone = (place - start).length
            if obj.original.session_uid not in self.subjects:
                return gone
            gone += 1e-3 * self.radius
            if gone >= reach:
                return reach
        return gone

    def spots(self, height: float) -> list[Vector]:
        """Positions spread over the box, at a fraction ``height`` of its height, that are not inside a solid."""
        size, base = self.box.size, self.box.base
        spread = [base + Vector((size.x * x, size.y * y, size.z * height + 0.02)) for x in _SPREAD for y in _SPREAD]
        return [spot for spot in spread if not self._is_inside(spot)] or [
            Vector((*base.xy, self.box.high.z + 0.02 * self.radius))
        ]

    def _is_inside(self, place: Vector) -> bool:
        """Whether most surfaces seen from ``place`` are seen from behind."""
        behind = seen = 0
        for way in _AXES:
            hit, _, normal, *_ = self.scene.ray_cast(self.depsgraph, place, way, distance=self.whole.size.length)
            seen += hit
            behind += hit and normal.dot(way) > 0
        return 2 * behind > seen


def survey(context: bpy.types.Context) -> Surroundings:
    """Surveys the visible objects of the scene with regard to lighting."""
    scene, layer = context.scene, context.view_layer
    layer.update()
    shown = [obj for obj in layer.objects if obj.visible_get() and not obj.hide_render]
    solid = [obj for obj in shown if obj.type != "ARMATURE" and (box := box_of([obj])) is not None and box.size.length]
    whole = box_of(solid) or Box(Vector((-1, -1, 0)), Vector((1, 1, 2)))
    subjects = _subjects(solid)
    box = box_of(subjects) or whole
    found = Surroundings(scene, layer.depsgraph, box, whole, _front(scene, shown, box))
    found.openness = _openness(found)
    if len(solid) > 1 or not found.is_closed:
        found.subjects = {obj.session_uid for obj in subjects}
    for obj in solid:
        label = label_of(obj)
        if label in _STREET:
            found.streetlights.append(_shining_place(found, obj))
        elif label in _WINDOWS:
            found.windows.append(box_of([obj]))
        elif label in _LAMPS or (label is None and _glows(obj)):
            found.lamps.append(_shining_place(found, obj))
    for places in (found.lamps, found.streetlights, found.windows):
        del places[_MOST_PLACES:]
    return found


def _subjects(objects: list[bpy.types.Object]) -> list[bpy.types.Object]:
    """All objects except grounds; all if there is nothing else."""
    if not 1 < len(objects) <= _MOST_OBJECTS:
        return objects
    found = [box_of([obj]) for obj in objects]
    boxes = Boxes(np.array([box.low for box in found], float), np.array([box.high for box in found], float))
    left_out = grounds(boxes, touching_pairs(boxes)) | _slabs(boxes)
    return [obj for index, obj in enumerate(objects) if index not in left_out] or objects


def _slabs(boxes: Boxes) -> set[int]:
    """Thin objects that bound a good part of the whole scene on one side, even if nothing stands on them."""
    whole = boxes.high.max(axis=0) - boxes.low.min(axis=0)
    size = boxes.size
    found: set[int] = set()
    for axis in range(3):
        others = [other for other in range(3) if other != axis]
        is_thin = size[:, axis] <= _THIN * size[:, others].min(axis=1)
        is_wide = size[:, others].prod(axis=1) >= _BOUND * whole[others].prod()
        found |= set(np.flatnonzero(is_thin & is_wide).tolist())
    return found


def _front(scene: bpy.types.Scene, shown: list[bpy.types.Object], box: Box) -> float:
    """The direction of the camera; without one, where an avatar faces; else -Y."""
    towards = None
    if scene.camera is not None:
        towards = scene.camera.matrix_world.translation - box.center
    else:
        avatar = next((obj for obj in shown if obj.type == "ARMATURE" and has_traits(obj)), None)
        if avatar is not None:
            towards = -(avatar.matrix_world.to_3x3() @ Vector((0, 1, 0)))
    if towards is None or towards.xy.length < 1e-3:
        return -90.0
    return math.degrees(math.atan2(towards.y, towards.x))


def upward(rings: tuple[float, ...] = (15, 40, 65), around: int = 12) -> Directions:
    """Unit vectors over the upper half of all directions; rings at these elevations in degrees, and straight up."""
    return (*(direction(360 * step / around, height) for height in rings for step in range(around)), Vector((0, 0, 1)))


def direction(turn: float, height: float) -> Vector:
    """The unit vector at ``turn`` degrees around +Z, from +X, and ``height`` degrees above the horizon."""
    across = math.cos(math.radians(height))
    return Vector(
        (across * math.cos(math.radians(turn)), across * math.sin(math.radians(turn)), math.sin(math.radians(height)))
    )


def _openness(found: Surroundings) -> float:
    """Fraction of the sky that is visible from positions in the middle of the scene."""
    reach = found.whole.size.length + 1
    starts = found.spots(0.62)
    open_rays = [found.free(start, way, reach) >= reach for start in starts for way in upward()]
    return sum(open_rays) / len(open_rays)


def _glows(obj: bpy.types.Object) -> bool:
    """Whether a part of the object is a lamp by its material, and it is neither a screen nor a whole room."""
    if obj.type != "MESH" or max(obj.dimensions) > 4:
        return False
    for slot in obj.material_slots:
        tree = slot.material.node_tree if slot.material is not None else None
        for node in tree.nodes if tree is not None else ():
            if node.type == "BSDF_PRINCIPLED" and node.inputs["Emission Strength"].default_value > 0:
                return max(node.inputs["Emission Color"].default_value[:3]) > 0.2
    return False


def _shining_place(found: Surroundings, obj: bpy.types.Object) -> Vector:
    """The position where a light of this object reaches most of the scene: a lamp's shade would block it."""
    box = box_of([obj])
    return max(_places(box), key=lambda place: _seen(found, place))


def _places(box: Box) -> Iterator[Vector]:
    middle = Vector((*box.center.xy, box.low.z + 0.75 * box.size.z))
    yield middle
    yield Vector((*box.center.xy, box.low.z - 0.06))
    yield Vector((*box.center.xy, box.high.z + 0.12))
    for turn in range(0, 360, 90):
        away = direction(turn, 0)
        half = abs(away.x) * box.size.x / 2 + abs(away.y) * box.size.y / 2
        yield middle + away * (half + 0.06)


def _seen(found: Surroundings, place: Vector) -> float:
    """How unobstructed a light at ``place`` is, in meters summed over directions."""
    ways = (*upward((20,), 6), *(-way for way in upward((20, 50), 6)))
    return sum(min(found.free(place, way, 2.0), 2.0) for way in ways)
