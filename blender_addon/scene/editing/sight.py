"""Determines the viewpoint of left and right: those of the 3D view or the camera, along the axes of the scene."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import bpy
from mathutils import Matrix, Vector

from ...bridge.state.views import views

_FRONT = {
    "left": Vector((-1, 0, 0)), "right": Vector((1, 0, 0)), "forward": Vector((0, -1, 0)), "back": Vector((0, 1, 0)),
}  # fmt: skip


_FROM_FRONT = 50.0
"""Degrees from the front up to which it is the front: Blender's first view and camera stand at a corner, 47 degrees."""


@dataclass(frozen=True)
class Sight:
    """Directions from the viewpoint, each snapped to the nearest axis of the scene.

    Attributes:
        quarters: quarter turns around Z, counterclockwise, from the front view, where left is -X and forward, toward
            the viewer, is -Y. source: name of the camera, ``3D View``, or nothing for the front view.
    """

    quarters: int = 0
    source: str = ""

    @cached_property
    def _turn(self) -> Matrix:
        return Matrix.Rotation(math.radians(90 * self.quarters), 3, "Z")

    def direction(self, way: str) -> Vector:
        """Unit vector of ``left``, ``right``, ``forward`` (nearer) or ``back``."""
        turned = self._turn @ _FRONT[way]
        return Vector([round(value) for value in turned])

    def axis(self, way: str) -> tuple[int, int]:
        """The axis of a direction, 0 or 1, and its sign."""
        direction = self.direction(way)
        axis = 0 if abs(direction.x) > 0.5 else 1
        return axis, 1 if direction[axis] > 0 else -1


FRONT_VIEW = Sight()


def sight_of(context: bpy.types.Context) -> Sight:
    """The sight of the largest 3D view, unless that looks through the camera; without a window, that of the camera;
    without a camera, the front view."""
    shown = [] if bpy.app.background else sorted(views(context), key=lambda view: -view[1].width * view[1].height)
    if shown:
        space = shown[0][1].spaces.active
        region = space.region_3d if isinstance(space, bpy.types.SpaceView3D) else None
        if region is not None and region.view_perspective != "CAMERA":
            return Sight(_quarters(region.view_matrix.inverted_safe()), "3D View")
    context.view_layer.update()  # a script may have moved the camera just before
    camera = context.scene.camera
    return Sight(_quarters(camera.matrix_world), camera.name) if camera is not None else FRONT_VIEW


def _quarters(matrix: Matrix) -> int:
    """Quarter turns of the right-hand direction of a view along local -Z."""
    right = matrix.to_3x3().col[0]
    if right.xy.length < 1e-6:
        return 0
    degrees = math.degrees(math.atan2(right.y, right.x))
    return 0 if abs(degrees) <= _FROM_FRONT else round(degrees / 90) % 4
