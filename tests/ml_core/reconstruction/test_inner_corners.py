"""Rooms like an L: two walls more, floor and ceiling in two pieces; and rooms with a corner that is only furnished."""

from __future__ import annotations

import numpy as np
import pytest

from ml_core.reconstruction.fusion import Surface
from ml_core.reconstruction.inner_corners import with_inner_corner
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
    return with_inner_corner(fit_room(surface, NO_POINTS, eyes), surface, eyes, NO_POINTS)


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
