"""A camera matched to one picture, the ground that it stands above, and a box room around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import bpy
import numpy as np
from numpy.typing import NDArray

from ml_core.errors import InputError
from ml_core.files import read_json, read_picture
from ml_core.reconstruction.views.cameras import SENSOR, Camera
from ml_core.reconstruction.views.doubting import AGREED, agreement
from ml_core.reconstruction.views.segments import find_segments
from ml_core.reconstruction.views.vanishing import AXES, Match, ground_point, match_camera
from ml_core.records import is_number

from ...bridge.data.created import removed_on_failure
from ...bridge.jobs.steps import InThread, Job, Progress
from ...bridge.mesh_arrays import scene_unit
from .seeing import set_camera, show_picture

HEIGHTS = (0.05, 100.0)
MOST_LINES = 1000
_ROOM = ((-2.5, 2.5), (-0.5, 4.5))
"""Where the walls are from the camera, in meters, while nobody has said it: left and right, behind and ahead."""
_AROUND = 4.0
_MARGIN = 0.3
_NEAR_WALL, _NEAR_SHARE = 0.2, 0.08
"""Meters, and the share of its distance, by which a point of the floor's edge may miss the walls of a box."""

Line = tuple[int, float, float, float, float]
"""The axis (0 x, 1 y, 2 z) and both ends in pixels from the upper left corner."""


@dataclass(frozen=True)
class MatchOptions:
    """``lens``: millimeters on a sensor of 36 mm, 0 when unknown; ``height``: meters of the camera above the ground;
    ``ceiling``: meters, 0 for no room; ``lines``: drawn along the axes, empty to detect them; ``floor``: pixels where
    the floor meets the walls, empty for a room of usual size; ``is_cropped``: the picture was cropped from a larger
    one."""

    lens: float = 0.0
    height: float = 1.6
    ceiling: float = 2.6
    lines: tuple[Line, ...] = ()
    floor: tuple[tuple[float, float], ...] = ()
    is_cropped: bool = False

    def __post_init__(self) -> None:
        if not HEIGHTS[0] <= self.height <= HEIGHTS[1]:
            raise InputError(
                "height: {value:g} is not within {low:g} and {high:g} m", value=self.height, low=HEIGHTS[0],
                high=HEIGHTS[1],
            )  # fmt: skip
        if self.lens and not 4 <= self.lens <= 1000:
            raise InputError("lens: {value:g} is not within 4 and 1000 mm", value=self.lens)


def match_job(context: bpy.types.Context, path: Path, options: MatchOptions) -> Job:
    """Creates a camera that matches the picture's; the ground is at z = 0, X to the right, Y ahead.

    Report: ``camera``, ``ground``, ``room`` (names; an empty name for none), ``lens`` (mm), ``lens_error`` (relative),
    ``axes_error`` (degrees by which the lines miss), ``support`` (fraction of the lines explained), ``lines`` found,
    ``agreement`` (fraction of subsets of the lines that give the same camera), ``is_doubtful``: the camera may be
    wrong, ``size`` of the room, ``apart``: how many of the points ``floor`` are inside the box, as in an L-shaped room.

    Raises:
        InputError: the picture cannot be read, has too few lines, or they agree on no axes.
    """
    yield Progress(0, 1, "Reading the picture")
    match, agreed = yield InThread(lambda: _matched(path, options))
    camera = Camera(
        match.camera.name, match.camera.width, match.camera.height, match.camera.focal, match.camera.center,
        match.camera.rotation, np.array([0.0, 0.0, options.height]),
    )  # fmt: skip
    low, high = room_extent(camera, options.floor)
    with removed_on_failure(context):
        yield Progress(0.9, 1, "Adding the camera")
        unit = scene_unit(context.scene)
        data = bpy.data.cameras.new(path.stem)
        obj = bpy.data.objects.new(path.stem, data)
        context.collection.objects.link(obj)
        set_camera(obj, camera)
        obj.location = obj.location / unit
        show_picture(data, bpy.data.images.load(str(path), check_existing=True))
        context.scene.camera = obj
        context.scene.render.resolution_x, context.scene.render.resolution_y = camera.width, camera.height
        context.scene.render.pixel_aspect_x = context.scene.render.pixel_aspect_y = 1.0
        ground = _ground(context, low / unit, high / unit)
        room = _room(context, low / unit, high / unit, options.ceiling / unit) if options.ceiling > 0 else None
        context.view_layer.update()
    yield Progress(1, 1, "Done")
    return {
        "camera": obj.name,
        "ground": ground.name,
        "room": room.name if room is not None else "",
        "lens": round(float(data.lens), 3),
        "lens_error": round(match.focal_error, 4),
        "axes_error": round(match.error, 3),
        "support": round(match.support, 3),
        "agreement": round(agreed, 3),
        "is_doubtful": agreed < AGREED,
        "lines": [len(match.segments), int((match.axes >= 0).sum())],
        "size": [round(float(value), 3) for value in (*(high - low), options.ceiling)],
        "apart": points_apart(camera, options.floor, low, high),
    }


def _matched(path: Path, options: MatchOptions) -> tuple[Match, float]:
    """The camera, and the fraction of subsets of its lines that agree on it; hand-drawn lines are not questioned."""
    picture = read_picture(path, "RGB")
    height, width = picture.shape[:2]
    focal = options.lens * max(width, height) / SENSOR if options.lens else None
    if options.lines:
        segments = np.array([line[1:] for line in options.lines], np.float64)
        drawn = [line[0] for line in options.lines]
        return match_camera(segments, (width, height), focal, drawn, options.is_cropped, path.name), 1.0
    match = match_camera(find_segments(picture), (width, height), focal, None, options.is_cropped, path.name)
    return match, agreement(match, focal, options.is_cropped)


def room_extent(
    camera: Camera, floor: Sequence[tuple[float, float]]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The room's lower and upper corner (2,) in meters: around the pixels ``floor`` and the camera.

    Raises:
        InputError: a pixel is above the horizon.
    """
    low, high = np.array([side[0] for side in _ROOM]), np.array([side[1] for side in _ROOM])
    points = np.array([ground_point(camera, pixel)[:2] for pixel in floor]).reshape(-1, 2)
    if not len(points):
        return low, high
    # What was said of a side replaces what is usual; the camera stays within.
    right, left, ahead = points[:, 0].max(), points[:, 0].min(), points[:, 1].max()
    high[1] = max(ahead, _MARGIN)
    high[0] = right if right > _MARGIN else high[0]
    low[0] = left if left < -_MARGIN else low[0]
    return low, high


def points_apart(
    camera: Camera, floor: Sequence[tuple[float, float]], low: NDArray[np.float64], high: NDArray[np.float64]
) -> int:
    """How many of the pixels ``floor`` are on none of the walls of a box room."""
    count = 0
    for pixel in floor:
        point = ground_point(camera, pixel)
        away = np.linalg.norm(point - camera.position)
        nearest = min(np.abs(point[:2] - low).min(), np.abs(point[:2] - high).min())
        count += bool(nearest > _NEAR_WALL + _NEAR_SHARE * away)
    return count


def parsed_lines(text: str) -> tuple[Line, ...]:
    """Lines of a JSON list such as ``[["x", 10, 20, 300, 40], ...]``: axis, then both ends in pixels.

    Raises:
        InputError: the list has another form, or is too long.
    """
    values = read_json(text, "lines", list)
    lines = []
    for value in values[:MOST_LINES]:
        is_line = isinstance(value, list) and len(value) == 5 and value[0] in AXES
        if not is_line or not all(is_number(number) for number in value[1:]):
            raise InputError(
                'lines: {value} is not an axis and four numbers, such as ["x", 10, 20, 300, 40]', value=value
            )
        x1, y1, x2, y2 = map(float, value[1:])
        lines.append((AXES.index(value[0]), x1, y1, x2, y2))
    return tuple(lines)


def _ground(context: bpy.types.Context, low: NDArray[np.float64], high: NDArray[np.float64]) -> bpy.types.Object:
    (ax, ay), (bx, by) = low - _AROUND, high + _AROUND
    mesh = bpy.data.meshes.new("Ground")
    mesh.from_pydata([(ax, ay, 0), (bx, ay, 0), (bx, by, 0), (ax, by, 0)], [], [(0, 1, 2, 3)])
    obj = bpy.data.objects.new("Ground", mesh)
    context.collection.objects.link(obj)
    obj.is_shadow_catcher = True
    return obj


def _room(
    context: bpy.types.Context, low: NDArray[np.float64], high: NDArray[np.float64], top: float
) -> bpy.types.Object:
    """Walls and ceiling that face inward and are displayed as wire, so that the picture shows through."""
    (ax, ay), (bx, by) = low, high
    foot = [(ax, ay, 0.0), (bx, ay, 0.0), (bx, by, 0.0), (ax, by, 0.0)]
    head = [(x, y, top) for x, y, _ in foot]
    sides = [((k + 1) % 4, k, 4 + k, 4 + (k + 1) % 4) for k in range(4)]
    mesh = bpy.data.meshes.new("Room")
    mesh.from_pydata([*foot, *head], [], [*sides, (7, 6, 5, 4)])
    obj = bpy.data.objects.new("Room", mesh)
    context.collection.objects.link(obj)
    obj.display_type = "WIRE"
    return obj
