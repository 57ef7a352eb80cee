"""Rooms like an L, a T, a Z, a cross or a U, and rooms with a corner that is only furnished."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from ml_core.reconstruction.fusion import Surface
from ml_core.reconstruction.inner_corners import with_inner_corners
from ml_core.reconstruction.painting import plane_corners
from ml_core.reconstruction.planes import Room, fit_room
from ml_core.reconstruction.things import find_things, merged

from .shapes import block, sheet, shell, table

SIZE = (4.0, 3.0, 2.5)
EYES = np.array([[0.2, 0.1, 1.5], [-1.0, 0.5, 1.6], [0.2, -0.9, 1.4]])
NO_POINTS = np.zeros((0, 3))
CUT = (0.9, 0.4)
"""Where the walls of the corner at +X +Y stand."""


def fitted(surface: Surface, eyes: np.ndarray = EYES) -> Room:
    return with_inner_corners(fit_room(surface, NO_POINTS, eyes), surface, eyes, NO_POINTS)


def like_an_l(signs: tuple[int, int] = (1, 1)) -> Surface:
    """The room of :data:`SIZE` less a corner, mirrored by ``signs``."""
    x, y = CUT
    walls = [
        sheet((-2, -1.5, 0), (-2, 1.5, 2.5), 0, 1), sheet((2, -1.5, 0), (2, y, 2.5), 0, -1),
        sheet((x, y, 0), (x, 1.5, 2.5), 0, -1), sheet((-2, -1.5, 0), (2, -1.5, 2.5), 1, 1),
        sheet((-2, 1.5, 0), (x, 1.5, 2.5), 1, -1), sheet((x, y, 0), (2, y, 2.5), 1, -1),
    ]  # fmt: skip
    for height, side in ((0, 1), (2.5, -1)):
        walls += [sheet((-2, -1.5, height), (2, y, height), 2, side), sheet((-2, y, height), (x, 1.5, height), 2, side)]
    whole = merged(walls)
    turned = whole.triangles if signs[0] * signs[1] > 0 else whole.triangles[:, ::-1]
    return Surface((whole.vertices * [*signs, 1]).astype(np.float32), turned, whole.colors)


@pytest.mark.parametrize("signs", [(1, 1), (-1, 1), (1, -1), (-1, -1)])
def test_the_corner_of_an_l_is_no_thing(signs: tuple[int, int]) -> None:
    surface = merged([like_an_l(signs), table(*np.multiply((-0.9, -0.6), signs))])
    eyes = EYES * [*signs, 1]
    assert len(find_things(surface, fit_room(surface, NO_POINTS, eyes))) > 1, "a box takes its walls for a thing"
    room = fitted(surface, eyes)
    added = {plane.name: plane for plane in room.planes if plane.name.endswith(" 2")}
    across = [f"Wall {'+' if sign > 0 else '-'}{axis} 2" for sign, axis in zip(signs, "XY", strict=True)]
    assert set(added) == {"Floor 2", "Ceiling 2", *across}
    assert [added[name].offset for name in across] == pytest.approx(np.multiply(CUT, signs), abs=0.02)
    assert len(find_things(surface, room)) == 1
    areas = {plane.name: area_of(plane_corners(plane, room)) for plane in room.planes}
    assert areas["Floor"] + areas["Floor 2"] == pytest.approx(12 - 1.1 * 1.1, abs=0.1)
    assert sum(areas[name] for name in areas if "Wall" in name) == pytest.approx(14 * 2.5, abs=0.3)
    for plane in room.planes:
        corners = plane_corners(plane, room)
        assert np.cross(corners[1] - corners[0], corners[3] - corners[0])[plane.axis] * plane.inward > 0


def area_of(corners: np.ndarray) -> float:
    return float(np.linalg.norm(corners[1] - corners[0]) * np.linalg.norm(corners[3] - corners[0]))


@pytest.mark.parametrize("height", [1.0, 2.0])
def test_a_cupboard_in_a_corner_is_a_thing(height: float) -> None:
    """Its sides look like walls, but end below the ceiling."""
    surface = merged([shell(SIZE), block((0.9, 0.4, 0.0), (1.98, 1.48, height))])
    assert len(fitted(surface).planes) == 6


def test_a_corner_with_a_floor_is_not_cut_off() -> None:
    """A room divider as high as the room, behind which there is more of it."""
    x, y = CUT
    divider = [sheet((x, y, 0), (x, 1.5, 2.5), 0, -1), sheet((x, y, 0), (2, y, 2.5), 1, -1)]
    assert len(fitted(merged([shell(SIZE), *divider])).planes) == 6


Plan = list[tuple[float, float]]
_T: Plan = [(-2, -1.5), (2, -1.5), (2, 0.2), (0.8, 0.2), (0.8, 1.5), (-0.9, 1.5), (-0.9, 0.2), (-2, 0.2)]
_Z: Plan = [(-2, -1.5), (0.8, -1.5), (0.8, -0.4), (2, -0.4), (2, 1.5), (-0.7, 1.5), (-0.7, 0.6), (-2, 0.6)]
_U: Plan = [(-2, -1.5), (2, -1.5), (2, 1.5), (0.9, 1.5), (0.9, 0.3), (-0.6, 0.3), (-0.6, 1.5), (-2, 1.5)]
_CROSS: Plan = [
    (-0.8, -1.5), (0.8, -1.5), (0.8, -0.7), (2, -0.7), (2, 0.8), (0.9, 0.8), (0.9, 1.5), (-1, 1.5), (-1, 0.6),
    (-2, 0.6), (-2, -0.6), (-0.8, -0.6),
]  # fmt: skip
SHAPES = {"T": _T, "Z": _Z, "U": _U, "cross": _CROSS}
STANDING = {
    "T": [(0, -0.6, 1.5), (0.1, 0.5, 1.4), (-1.2, -0.5, 1.6)],
    "Z": [(0, 0, 1.5), (-1, -0.5, 1.6)],
    "U": [(0, -0.7, 1.5), (1.4, 0.6, 1.5), (-1.3, 0.7, 1.4)],
    "cross": [(0, 0, 1.5), (0.3, 0.2, 1.6)],
}
"""Where the cameras are, inside of each shape."""


def prism(plan: Plan, height: float = 2.5) -> Surface:
    """The inside of a room with right angles whose plan runs counterclockwise; its floor as strips along X."""
    walls = []
    for (ax, ay), (bx, by) in zip(plan, plan[1:] + plan[:1], strict=True):
        axis = 0 if ax == bx else 1
        inward = -np.sign(by - ay) if axis == 0 else np.sign(bx - ax)
        low = min(ax, bx), min(ay, by), 0.0
        walls.append(sheet(low, (max(ax, bx), max(ay, by), height), axis, int(inward), 0.001))
    levels = sorted({y for _, y in plan})
    for start, end in pairwise(levels):
        ends = sorted(ax for (ax, ay), (bx, by) in zip(plan, plan[1:] + plan[:1], strict=True)
                      if ax == bx and min(ay, by) <= start and max(ay, by) >= end)  # fmt: skip
        for left, right in zip(ends[::2], ends[1::2], strict=True):
            walls += [sheet((left, start, z), (right, end, z), 2, side, 0.001) for z, side in ((0, 1), (height, -1))]
    return merged(walls)


def enclosed(plan: Plan) -> float:
    x, y = np.array(plan).T
    return 0.5 * float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))


@pytest.mark.parametrize("turned", [False, True], ids=["", "turned"])
@pytest.mark.parametrize("shape", SHAPES)
def test_a_room_of_any_shape_with_right_angles_is_fitted(shape: str, turned: bool) -> None:
    plan, eyes = SHAPES[shape], np.array(STANDING[shape])
    if turned:  # by a quarter: its walls have other directions
        plan, eyes = [(-y, x) for x, y in plan], eyes[:, [1, 0, 2]] * [-1, 1, 1]
    surface = merged([prism(plan), table(float(eyes[0, 0]), float(eyes[0, 1]))])
    room = fitted(surface, eyes)
    lengths = [abs(ax - bx) + abs(ay - by) for (ax, ay), (bx, by) in zip(plan, plan[1:] + plan[:1], strict=True)]
    walls = [plane for plane in room.planes if plane.axis != 2]
    assert len(walls) == len(plan)
    areas = {plane.name: area_of(plane_corners(plane, room)) for plane in room.planes}
    assert len(areas) == len(room.planes), "two sides have one name"
    assert sorted(areas[wall.name] / 2.5 for wall in walls) == pytest.approx(sorted(lengths), abs=0.03)
    for level in ("Floor", "Ceiling"):
        measured = sum(area for name, area in areas.items() if name.startswith(level))
        assert measured == pytest.approx(enclosed(plan), rel=0.01)
    assert len(find_things(surface, room)) == 1, "the table alone"
    for wall in walls:
        assert wall.area == pytest.approx(areas[wall.name], rel=0.1)


@pytest.mark.parametrize("shape", SHAPES)
def test_each_side_of_any_shape_has_its_chinese(shape: str) -> None:
    from blender_addon.translations.zh.scene.places import PLACES

    room = fitted(prism(SHAPES[shape]), np.array(STANDING[shape]))
    assert {plane.name for plane in room.planes} <= set(PLACES)


def test_a_wardrobe_in_the_middle_of_a_wall_is_a_thing() -> None:
    surface = merged([shell(SIZE), block((-0.6, 0.7, 0.0), (0.8, 1.48, 2.0))])
    assert len(fitted(surface).planes) == 6
    assert len(find_things(surface, fitted(surface))) == 1


def test_what_stands_before_a_wall_with_floor_behind_it_is_not_cut_off() -> None:
    """A screen as high as the room, of three walls."""
    screen = [sheet((-0.6, 0.5, 0), (0.8, 0.5, 2.5), 1, -1), sheet((-0.6, 0.5, 0), (-0.6, 1.5, 2.5), 0, -1),
              sheet((0.8, 0.5, 0), (0.8, 1.5, 2.5), 0, 1)]  # fmt: skip
    assert len(fitted(merged([shell(SIZE), *screen])).planes) == 6
