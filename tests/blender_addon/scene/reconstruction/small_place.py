"""A small place as a reconstruction leaves it: a room, a table, a chair-high block, two cameras."""

from __future__ import annotations

import numpy as np

from ml_core.reconstruction.painting import plane_corners
from ml_core.reconstruction.place import Place, PlaceThing, Side
from ml_core.reconstruction.planes import fit_room
from ml_core.reconstruction.views.cameras import Camera
from tests.ml_core.reconstruction.shapes import block, shell, table, turn

SIZE = (4.0, 3.0, 2.5)
LEVEL = np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]])


def small_place(pictures: str = "") -> Place:
    surface = shell(SIZE)
    eyes = np.array([[0.0, -1.2, 1.5], [1.0, -1.0, 1.4]])
    cameras = tuple(
        Camera(f"{number}.png", 90, 60, 60.0, (47.0, 28.0), turn((1, 0, 0), 12) @ LEVEL @ turn((0, 0, 1), yaw).T, eye)
        for number, (eye, yaw) in enumerate(zip(eyes, (0, 25), strict=True))
    )
    room = fit_room(surface, np.zeros((0, 3)), eyes)
    picture = np.full((8, 12, 3), (200, 100, 50), np.uint8)
    sides = tuple(Side(one.name, plane_corners(one, room), one.area, one.is_seen, picture) for one in room.planes)
    things = (PlaceThing(table(0.4, 0.5)), PlaceThing(block((-1.5, -0.2, 0.0), (-1.0, 0.3, 0.9))))
    points = np.array([[0.0, 1.5, 1.0], [1.0, 1.5, 2.0]], np.float32)
    return Place(
        cameras, sides, things, points, np.full((2, 3), 120, np.uint8), {"pictures": 3.0, "placed": 2.0},
        {"2.png": "blurred"}, pictures,
    )  # fmt: skip
