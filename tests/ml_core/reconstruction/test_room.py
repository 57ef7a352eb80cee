"""Floor, walls and things of surfaces whose room is known."""

from __future__ import annotations

import numpy as np
import pytest

from ml_core.reconstruction.agreeing import agreeing
from ml_core.reconstruction.painting import View
from ml_core.reconstruction.planes import fit_room, hull, tops_of
from ml_core.reconstruction.things import find_things, merged
from ml_core.reconstruction.uprighting import floor_level, up_of, upright
from ml_core.reconstruction.views.cameras import Camera
from ml_core.reconstruction.views.edges import Lines

from .shapes import block, sheet, shell, table, turn

SIZE = (4.0, 3.0, 2.5)
EYES = np.array([[0.5, 0.2, 1.5], [-1.0, 0.5, 1.6], [0.2, -0.9, 1.4]])
NO_POINTS = np.zeros((0, 3))


def test_a_room_is_measured_from_what_is_seen_of_it() -> None:
    room = fit_room(merged([shell(SIZE), table()]), NO_POINTS, EYES)
    assert room.low == pytest.approx([-2, -1.5, 0], abs=0.005)
    assert room.high == pytest.approx([2, 1.5, 2.5], abs=0.005)
    assert all(plane.is_seen for plane in room.planes)
    assert len(room.planes) == 6


def test_a_wardrobe_before_a_wall_is_not_the_wall() -> None:
    wardrobe = block((1.4, -1.0, 0.0), (1.98, 1.0, 2.0))
    room = fit_room(merged([shell(SIZE), wardrobe]), NO_POINTS, EYES)
    assert room.high[0] == pytest.approx(2.0, abs=0.005)


def test_what_is_seen_through_a_window_is_not_the_room() -> None:
    outside = sheet((-2.9, -0.2, 1.0), (-2.9, 0.2, 1.6), 0, 1)
    room = fit_room(merged([shell(SIZE), outside]), NO_POINTS, EYES)
    assert room.low[0] == pytest.approx(-2.0, abs=0.005)


def test_a_plain_wall_is_assumed_where_its_edges_are() -> None:
    edge = np.stack([np.full(200, 2.0), np.linspace(-1.5, 1.5, 200), np.full(200, 0.05)], axis=1)
    room = fit_room(shell(SIZE, without=("Wall +X", "Ceiling")), edge, EYES)
    wall = next(plane for plane in room.planes if plane.name == "Wall +X")
    assert not wall.is_seen
    assert wall.offset == pytest.approx(2.0, abs=0.06)
    assert not any(plane.name == "Ceiling" for plane in room.planes)


def lines_of(places: list[tuple[tuple[float, ...], tuple[float, ...]]], camera: Camera) -> Lines:
    """What a camera sees of edges, as segments."""
    ends = camera.seen(np.array(places, float).reshape(-1, 3))[0]
    return Lines(camera, ends.reshape(-1, 4))


def test_lines_say_where_plain_walls_and_ceilings_are() -> None:
    """A wall without a surface, behind a cupboard that hides the floor's end; no ceiling is measured at all."""
    seen = merged([shell(SIZE, without=("Wall +X", "Ceiling")), block((1.3, -1.5, 0.0), (1.95, 1.5, 0.5))])
    centers = seen.vertices[seen.triangles].mean(axis=1)
    seen = seen.part((centers[:, 2] > 0.02) | (centers[:, 0] < 1.94))
    level = np.array([[0.0, -1, 0], [0, 0, -1], [1, 0, 0]])
    eyes = [Camera("", 800, 800, 400.0, (400, 400), level, np.array([x, y, 1.5])) for x, y in ((-1, 0.2), (-0.5, -0.4))]
    edges = [((2, -1.4, 0), (2, 1.4, 0)), ((2, -1.4, 2.5), (2, 1.4, 2.5)), ((1.3, -1.2, 0.5), (1.3, 1.2, 0.5))]
    room = fit_room(seen, NO_POINTS, EYES, [lines_of(edges, eye) for eye in eyes])
    assert room.high == pytest.approx([2, 1.5, 2.5], abs=0.02)
    assert [plane.name for plane in room.planes if plane.area == 0] == ["Ceiling", "Wall +X"]
    assert all(plane.is_seen for plane in room.planes)


def test_a_depth_that_others_look_through_goes() -> None:
    ahead = np.array([[0.0, -1, 0], [0, 0, -1], [1, 0, 0]])
    views = []
    for number in range(5):
        camera = Camera(f"{number}", 60, 60, 60.0, (30, 30), ahead, np.array([0.0, 0.1 * number, 0.0]))
        views.append(View(camera, np.full((60, 60), 3.0, np.float32), np.zeros((60, 60, 3), np.uint8)))
    views[2].depth[20:30, 20:30] = 1.5  # a streak that one view alone has
    kept = list(agreeing(views))
    assert (kept[2].depth[20:30, 20:30] == 0).all()
    assert all((view.depth[32:, 32:] == 3.0).all() for view in kept)


def test_things_come_apart_and_keep_what_stands_on_them() -> None:
    vase = block((-0.1, -0.1, 0.745), (0.1, 0.1, 1.05))
    cabinet = block((1.2, -1.3, 0.0), (1.9, -0.8, 0.9))
    surface = merged([shell(SIZE), table(), vase, cabinet])
    things = find_things(surface, fit_room(surface, NO_POINTS, EYES))
    boxes = [np.ptp(thing.surface.vertices, axis=0) for thing in things]
    assert len(things) == 3
    carried = [thing for thing in things if thing.on >= 0]
    assert len(carried) == 1
    assert np.ptp(carried[0].surface.vertices, axis=0) == pytest.approx([0.2, 0.2, 0.3], abs=0.03)
    on = things[carried[0].on].surface.vertices
    assert on[:, 2].max() == pytest.approx(0.74, abs=0.01)
    assert any(box == pytest.approx([0.7, 0.5, 0.88], abs=0.05) for box in boxes)


def test_a_back_stays_with_its_seat() -> None:
    """A sofa's seat is flat and has its back above it, but the back goes down behind it."""
    seat = block((-0.9, -0.4, 0.03), (0.9, 0.25, 0.45))
    back = block((-0.9, 0.25, 0.03), (0.9, 0.45, 0.85))
    whole = merged([shell(SIZE), seat, back])
    things = find_things(whole, fit_room(whole, NO_POINTS, EYES))
    assert len(things) == 1
    assert np.ptp(things[0].surface.vertices, axis=0)[2] == pytest.approx(0.82, abs=0.03)


def test_the_hole_in_a_table_top_is_filled() -> None:
    whole = table()
    centers = whole.vertices[whole.triangles].mean(axis=1)
    hole = (np.abs(centers[:, 0]) < 0.25) & (np.abs(centers[:, 1]) < 0.2) & (centers[:, 2] > 0.72)
    torn = merged([shell(SIZE), whole.part(~hole)])
    things = find_things(torn, fit_room(torn, NO_POINTS, EYES))
    middle = things[0].surface.vertices[things[0].surface.triangles].mean(axis=1)
    up = things[0].surface.normals()[:, 2] > 0.9
    covered = things[0].surface.areas()[up & (middle[:, 2] > 0.7)].sum()
    assert covered > 0.9 * 1.2 * 0.8
    assert tops_of(things[0].surface)[0].height == pytest.approx(0.74, abs=0.01)


def test_a_hull_runs_around_all_points() -> None:
    square = np.array([[0, 0], [1, 0], [1, 1], [0, 1], [0.5, 0.5], [0.2, 0.9]], float)
    outline = hull(square)
    assert sorted(map(tuple, outline)) == [(0, 0), (0, 1), (1, 0), (1, 1)]
    x, y = outline.T
    assert np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)) == pytest.approx(2.0)  # counterclockwise


def looking(degrees: float, pitch: float, tilted: np.ndarray) -> Camera:
    ahead = np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees)), np.tan(np.radians(pitch))])
    ahead /= np.linalg.norm(ahead)
    right = np.cross(ahead, [0, 0, 1.0])
    right /= np.linalg.norm(right)
    rotation = np.stack([right, np.cross(ahead, right), ahead])
    return Camera("", 10, 10, 10.0, (5, 5), rotation @ tilted.T, np.zeros(3))


def test_a_tilted_solution_is_put_upright() -> None:
    tilted = turn((1, 0.3, 0.2), 65)
    cameras = [looking(angle, pitch, tilted) for angle, pitch in ((0, -10), (80, 15), (200, -25), (290, 5))]
    normals = shell(SIZE, noise=0.002).normals() @ turn((0, 0, 1), 20).T @ tilted.T
    assert up_of(cameras) == pytest.approx(tilted @ [0, 0, 1], abs=1e-6)
    rotation = upright(turn((1, 0, 0), 4) @ up_of(cameras), normals.astype(np.float64))
    assert rotation @ tilted @ [0, 0, 1] == pytest.approx([0, 0, 1], abs=0.01)
    walls = np.abs(normals @ rotation.T)
    assert np.median(walls.max(axis=1)) > 0.98


def test_the_floor_is_below_the_tables() -> None:
    random = np.random.default_rng(3)
    heights = np.concatenate([random.normal(-3.0, 0.01, 4000), random.normal(-2.2, 0.01, 6000), [-3.6, -3.4]])
    assert floor_level(heights, np.array([-1.5, -1.4])) == pytest.approx(-3.0, abs=0.02)
