"""Lines that somebody draws over a matched camera's picture: kept with the camera, which follows them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

import bpy
import numpy as np

from ml_core.errors import InputError
from ml_core.reconstruction.views.cameras import Camera, camera_from_blender
from ml_core.reconstruction.views.vanishing import AXES, Match, likely_axis, match_camera

from ...bridge.data.stored_values import stored_text
from .picture import MOST_LINES, Line, parsed_lines
from .seeing import set_camera

LINES_KEY = "atelier_lines"
"""Of the data of a camera: its lines as JSON, which :func:`.picture.parsed_lines` reads."""
NEAR = 12.0
"""Pixels of the window within which the mouse takes hold of an end."""
_SHORTEST = 8.0
"""Pixels of the window below which a press is a click, not a line."""
_FEWEST = 2
"""Lines along each of two axes that say where a camera looks."""

_AXIS_KEYS = ("X", "Y", "Z")
_DELETE_KEYS = frozenset({"DEL", "BACK_SPACE"})
MOVES = frozenset({"MOUSEMOVE", "INBETWEEN_MOUSEMOVE"})

Point = tuple[float, float]
Frame = tuple[float, float, float, float]
"""The left, lower, right and upper edge of a picture in a window, in its pixels from the lower left corner."""


def picture_camera(obj: bpy.types.Object | None) -> Camera | None:
    """What a camera object sees of the picture behind it; ``None`` where it has none."""
    if obj is None or not isinstance(obj.data, bpy.types.Camera):
        return None
    images = [item.image for item in obj.data.background_images if item.image is not None]
    if not images or not all(images[0].size):
        return None
    width, height = images[0].size
    matrix = np.array(obj.matrix_world.normalized())
    data = obj.data
    return camera_from_blender(images[0].name, width, height, data.lens, (data.shift_x, data.shift_y), matrix)


def stored_lines(data: bpy.types.Camera) -> tuple[Line, ...]:
    """The lines drawn before; none where what is stored is damaged."""
    try:
        return parsed_lines(stored_text(data, LINES_KEY) or "[]")
    except InputError:
        return ()


def store_lines(data: bpy.types.Camera, lines: list[Line]) -> None:
    data[LINES_KEY] = json.dumps([[AXES[axis], *(round(value, 2) for value in ends)] for axis, *ends in lines])


@dataclass
class LineDrawing:
    """The lines while they are drawn. Points of the window are told by ``frame``, lines are in pixels of the picture.

    Attributes:
        axis: of the next line; ``None`` for the one that its direction speaks for.
        held: the number of the line, and of the end, that the mouse has hold of.
    """

    camera: Camera
    lines: list[Line] = field(default_factory=list)
    axis: int | None = None
    held: tuple[int, int] | None = None
    _started: bool = False

    def to_picture(self, point: Point, frame: Frame) -> Point:
        left, low, right, high = frame
        return (
            (point[0] - left) / max(right - left, 1e-6) * self.camera.width,
            (high - point[1]) / max(high - low, 1e-6) * self.camera.height,
        )

    def to_window(self, point: Point, frame: Frame) -> Point:
        left, low, right, high = frame
        return (
            left + point[0] / self.camera.width * (right - left),
            high - point[1] / self.camera.height * (high - low),
        )

    def takes(self, kind: str, value: str, point: Point, frame: Frame, starts: bool = False) -> bool:
        """Does what an event of Blender means here, at a point of the window; false where it means nothing.

        Args:
            starts: a press begins a line also at the end of another, as edges of a room share corners.
        """
        if kind == "LEFTMOUSE" and value == "PRESS":
            self.press(point, frame, starts)
        elif kind == "LEFTMOUSE" and value == "RELEASE":
            self.release(frame)
        elif kind in MOVES:
            self.move(point, frame)
        elif kind in _AXIS_KEYS and value == "PRESS":
            self.choose_axis(_AXIS_KEYS.index(kind), point, frame)
        elif kind in _DELETE_KEYS and value == "PRESS":
            self.delete(point, frame)
        else:
            return False
        return True

    def press(self, point: Point, frame: Frame, starts: bool = False) -> None:
        """Takes hold of the end under the mouse, or starts a line there."""
        self.held = None if starts else self._end_at(point, frame)
        self._started = self.held is None and len(self.lines) < MOST_LINES
        if self._started:
            place = self.to_picture(point, frame)
            self.lines.append((self.axis or 0, *place, *place))
            self.held = len(self.lines) - 1, 1

    def move(self, point: Point, frame: Frame) -> None:
        """Drags what is held; a new line whose axis nobody chose takes the likely one."""
        if self.held is None:
            return
        number, end = self.held
        axis, *ends = self.lines[number]
        ends[2 * end : 2 * end + 2] = self.to_picture(point, frame)
        if self._started and self.axis is None:
            axis = likely_axis(self.camera, np.array(ends))
        self.lines[number] = axis, ends[0], ends[1], ends[2], ends[3]

    def release(self, frame: Frame) -> None:
        """Lets go; a line that is hardly longer than a point is none."""
        if self.held is not None and self._started:
            _, x1, y1, x2, y2 = self.lines[self.held[0]]
            start, end = self.to_window((x1, y1), frame), self.to_window((x2, y2), frame)
            if np.hypot(end[0] - start[0], end[1] - start[1]) < _SHORTEST:
                del self.lines[self.held[0]]
        self.held, self._started = None, False

    def choose_axis(self, axis: int, point: Point, frame: Frame) -> None:
        """Gives the line that is held, or under the mouse, another axis; the next one where there is none."""
        number = self.held[0] if self.held is not None else self.line_at(point, frame)
        self.axis = axis
        if number is not None:
            self.lines[number] = axis, *self.lines[number][1:]

    def delete(self, point: Point, frame: Frame) -> None:
        """Removes the line under the mouse, or the last one."""
        number = self.line_at(point, frame)
        if self.lines:
            del self.lines[-1 if number is None else number]
        self.held, self._started = None, False

    def line_at(self, point: Point, frame: Frame) -> int | None:
        """The number of the line that is nearest to a point of the window; ``None`` when all are far."""
        gaps = []
        for _, x1, y1, x2, y2 in self.lines:
            start, end = np.array(self.to_window((x1, y1), frame)), np.array(self.to_window((x2, y2), frame))
            way = end - start
            share = float(np.clip((np.array(point) - start) @ way / max(float(way @ way), 1e-9), 0, 1))
            gaps.append(float(np.linalg.norm(start + share * way - point)))
        return int(np.argmin(gaps)) if gaps and min(gaps) < NEAR else None

    def _end_at(self, point: Point, frame: Frame) -> tuple[int, int] | None:
        gaps: dict[tuple[int, int], float] = {}
        for number, (_, x1, y1, x2, y2) in enumerate(self.lines):
            for end, place in enumerate(((x1, y1), (x2, y2))):
                gaps[number, end] = float(np.hypot(*np.subtract(self.to_window(place, frame), point)))
        nearest = min(gaps, key=lambda key: gaps[key], default=None)
        return nearest if nearest is not None and gaps[nearest] < NEAR else None

    def says_enough(self) -> bool:
        """Whether two axes have two lines each."""
        counts = np.bincount([line[0] for line in self.lines], minlength=3)
        return int((counts >= _FEWEST).sum()) >= 2

    def matched(self) -> Match:
        """The camera by the lines.

        Raises:
            InputError: they are too few, or agree on no axes.
        """
        if not self.says_enough():
            raise InputError("Draw two lines or more along each of two axes; X, Y and Z choose the axis.")
        size = self.camera.width, self.camera.height
        lines = np.array([line[1:] for line in self.lines])
        return match_camera(lines, size, None, [line[0] for line in self.lines], name=self.camera.name)


def apply_match(obj: bpy.types.Object, match: Match) -> None:
    """Let a camera object look as its lines say, from where it stands."""
    place = obj.matrix_world.translation.copy()
    set_camera(obj, match.camera)
    world = obj.matrix_basis.copy()
    world.translation = place
    obj.matrix_world = world
