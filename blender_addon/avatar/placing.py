"""Where a new avatar stands: at the 3D cursor, or beside what stands there."""

from __future__ import annotations

import bpy
import numpy as np
from mathutils import Vector
from numpy.typing import NDArray

STEP = 0.25
"""Meters between two places that are tried."""
REACH = 12.0
"""Meters to each side within which a place is looked for."""
GAP = np.array([0.1, 0.3, 0.0])
"""Meters that stay free around an avatar."""
SOLE = 0.15
"""Meters: what ends lower than this above the cursor is stood on, such as a floor, a rug or a step."""
ROOM = 3.5
"""Meters: what is longer and wider than this and has the cursor inside is a room or a landscape. People stand in it,
away from its surfaces."""
ROOM_FACES = 100_000
"""A room of more faces is taken to be free everywhere: to search it would hold the window."""
ROOM_PLACES = 500
"""Places in a room that are tried before the cursor's own is taken."""
ASIDE = 10.0
"""How much rather a step to the side is taken than one to the front or the back."""
_SOLID = {"MESH", "CURVE", "SURFACE", "FONT", "META", "CURVES", "POINTCLOUD", "VOLUME", "GREASEPENCIL"}


def free_place(context: bpy.types.Context, avatar: bpy.types.Object) -> Vector:
    """The position at the 3D cursor, or the nearest one beside it, where ``avatar`` intersects nothing visible.

    If none is free within :data:`REACH`, the first position to the right of everything.
    """
    context.view_layer.update()
    cursor = np.array(context.scene.cursor.location, np.float64)
    own = {avatar.session_uid, *(child.session_uid for child in avatar.children_recursive)}
    objects, corners = _shown(context)
    is_own = np.array([obj.session_uid in own for obj in objects], bool)
    low, high = corners.min(axis=1), corners.max(axis=1)
    size = low[is_own].min(axis=0), high[is_own].max(axis=0)
    here = np.array(avatar.matrix_world.translation)
    low_here = size[0] - here + cursor - GAP + [0, 0, SOLE]
    high_here = size[1] - here + cursor + GAP
    tall = ~is_own & (high[:, 2] > low_here[2]) & (low[:, 2] < high_here[2])
    wide = ((high - low)[:, :2] > ROOM).all(axis=1)
    around = ((low <= cursor) & (cursor <= high))[:, :2].all(axis=1)
    is_room = tall & wide & around
    taken = tall & ~is_room
    rooms = [obj for obj, item in zip(objects, is_room, strict=True) if item and _is_searched(obj)]
    moves = _free_moves(low[taken] - high_here, high[taken] - low_here)
    for move in moves[:ROOM_PLACES] if rooms else moves:
        if not any(_is_in_the_way(context, room, cursor, move, low_here, high_here) for room in rooms):
            return Vector((cursor + move).tolist())
    if rooms or not taken.any():
        return Vector(cursor.tolist())
    beyond = float(high[taken][:, 0].max() - low_here[0])
    return Vector((cursor + np.array([beyond, 0, 0])).tolist())


def _shown(context: bpy.types.Context) -> tuple[list[bpy.types.Object], NDArray[np.float64]]:
    """The visible objects with a volume, instances included, and the corners (N, 8, 3) of their boxes."""
    objects, meshes, matrices = [], [], []
    boxes: dict[int, list[tuple[float, ...]]] = {}
    for instance in context.evaluated_depsgraph_get().object_instances:
        obj = instance.object
        if obj.type in _SOLID and (instance.show_self or instance.is_instance):
            mesh = obj.data.as_pointer()  # of the evaluated mesh, which many objects may share
            if mesh not in boxes:
                boxes[mesh] = [tuple(corner) for corner in obj.bound_box]
            objects.append(obj.original)
            meshes.append(mesh)
            matrices.append([tuple(row) for row in instance.matrix_world])
    local = np.array([boxes[mesh] for mesh in meshes], np.float64).reshape(-1, 8, 3)
    matrix = np.array(matrices, np.float64).reshape(-1, 4, 4)
    corners = np.einsum("nij,nkj->nki", matrix[:, :3, :3], local) + matrix[:, None, :3, 3]
    finite = np.isfinite(corners).all(axis=(1, 2))
    return [obj for obj, item in zip(objects, finite, strict=True) if item], corners[finite]


def _free_moves(low: NDArray[np.float64], high: NDArray[np.float64]) -> NDArray[np.float64]:
    """(N, 3) offsets from the cursor to free positions, the nearest first, the right one on a tie; an offset between
    ``low`` and ``high`` (B, 3) of a box collides with it."""
    steps = np.arange(-REACH, REACH + STEP / 2, STEP)
    free = np.ones((len(steps), len(steps)), bool)
    starts = np.searchsorted(steps, low[:, :2], side="right")
    ends = np.searchsorted(steps, high[:, :2], side="left")
    for (x, y), (x_end, y_end) in zip(starts, ends, strict=True):
        free[x:x_end, y:y_end] = False
    x, y = (steps[index] for index in np.nonzero(free))
    order = np.lexsort((y, -x, np.hypot(x, ASIDE * y).round(6)))
    return np.stack([x, y, np.zeros_like(x)], axis=1)[order]


def _is_searched(room: bpy.types.Object) -> bool:
    return room.type == "MESH" and len(room.data.polygons) <= ROOM_FACES


def _is_in_the_way(
    context: bpy.types.Context, room: bpy.types.Object, cursor: NDArray, move: NDArray, low: NDArray, high: NDArray
) -> bool:
    """Whether a surface of ``room`` is between the cursor and a position, or intersects the avatar's box there; the
    latter is tested around a few points of the box's middle plane."""
    depsgraph = context.evaluated_depsgraph_get()
    matrix = room.matrix_world
    inverse = matrix.inverted_safe()
    middle, depth = (low + high) / 2, (high[1] - low[1]) / 2
    start, end = (inverse @ Vector((*place[:2], middle[2])) for place in (cursor, cursor + move))
    way = end - start
    if way.length and room.ray_cast(start, way, distance=way.length, depsgraph=depsgraph)[0]:
        return True
    low, high, middle = low + move, high + move, middle + move
    for x in np.linspace(low[0] + depth, high[0] - depth, 5):
        for z in np.linspace(low[2] + depth, high[2] - depth, 3):
            point = inverse @ Vector((x, middle[1], z))
            found, place, _, _ = room.closest_point_on_mesh(point, depsgraph=depsgraph)
            nearest = np.array(matrix @ place)
            if found and ((nearest > low) & (nearest < high)).all():
                return True
    return False
