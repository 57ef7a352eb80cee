"""The real size of a place that is in the scene: by two points of known distance, or by recognized things."""

from __future__ import annotations

from collections.abc import Sequence

import bpy
import numpy as np
from numpy.typing import NDArray

from ml_core.errors import InputError
from ml_core.reconstruction.place import Place, surfaces_of
from ml_core.reconstruction.scale import GUESS_ERROR, Scale, by_length, by_things, point_under

from ...bridge.mesh_arrays import scene_unit
from ...bridge.object_labels import label_of

PLACE_KEY = "atelier_place"
"""On the empty that a reconstructed place hangs on: 1."""

Click = tuple[str, float, float]
"""The name of a picture, and a pixel in it from the upper left corner."""


def measured_length(place: Place, first: Click, second: Click) -> float:
    """The distance of two points that were clicked in pictures, in the place's own meters.

    Raises:
        InputError: a picture has no camera, or no surface is there.
    """
    surfaces = surfaces_of(place)
    ends = []
    for name, x, y in (first, second):
        camera = next((item for item in place.cameras if item.name == name), None)
        if camera is None:
            raise InputError(
                "{name}: no picture of this name has found its place; choose one of {known}",
                name=name,
                known=", ".join(item.name for item in place.cameras[:8]),
            )
        ends.append(point_under(camera, (x, y), surfaces))
    return float(np.linalg.norm(ends[0] - ends[1]))


def scale_by_labels(things: Sequence[bpy.types.Object], unit: float) -> Scale:
    """From the heights of labeled things; from eye height if no label has a usual height."""
    heights = [(label, float(obj.dimensions.z) * unit) for obj in things if (label := label_of(obj)) is not None]
    return by_things(heights, GUESS_ERROR) or Scale(1.0, GUESS_ERROR, "eye height")


def root_of(obj: bpy.types.Object) -> bpy.types.Object | None:
    """The empty of the place that ``obj`` belongs to."""
    while obj is not None:
        if obj.get(PLACE_KEY) == 1:
            return obj
        obj = obj.parent
    return None


def set_scale(context: bpy.types.Context, root: bpy.types.Object, scale: Scale) -> None:
    """Scale the place under ``root`` to ``scale``, about the center of its floor."""
    root.scale = root.scale * scale.factor
    context.view_layer.update()


def chosen_points(context: bpy.types.Context) -> tuple[bpy.types.Object, NDArray[np.float64]]:
    """The two points that the artist has chosen, (2, 3) in meters of the world, and an object that contains one.

    In Edit Mode they are the two selected vertices, else the origins of the two selected objects.

    Raises:
        InputError: there are not two.
    """
    unit = scene_unit(context.scene)
    obj = context.object
    if obj is not None and obj.mode == "EDIT" and obj.type == "MESH":
        obj.update_from_editmode()
        chosen = [obj.matrix_world @ vertex.co for vertex in obj.data.vertices if vertex.select]
    else:
        chosen = [item.matrix_world.translation for item in context.selected_objects]
        obj = context.selected_objects[0] if context.selected_objects else obj
    if len(chosen) != 2 or obj is None:
        raise InputError(
            "Select two points whose distance you know: two vertices in Edit Mode, or two objects; now it is {count}.",
            count=len(chosen),
        )
    return obj, np.array([[point.x, point.y, point.z] for point in chosen]) * unit


def size_by_selection(context: bpy.types.Context, length: float) -> tuple[bpy.types.Object, Scale]:
    """Scale the place of the selection so that its two points are ``length`` meters apart.

    Raises:
        InputError: there are not two points, none belongs to a place, or ``length`` is not a length.
    """
    obj, points = chosen_points(context)
    roots = [root_of(item) for item in (obj, *context.selected_objects)]
    root = next((item for item in roots if item is not None), None)
    if root is None:
        roots = [item for item in context.scene.objects if item.get(PLACE_KEY) == 1]
        if len(roots) != 1:
            raise InputError("{name}: belongs to no reconstructed place", name=obj.name)
        root = roots[0]
    scale = by_length(float(np.linalg.norm(points[0] - points[1])), length)
    set_scale(context, root, scale)
    return root, scale
