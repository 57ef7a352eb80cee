"""Ways over a floor, walks along them, and clips one after another."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from ml_core.geometry.motion.clip import shipped_clips
from ml_core.geometry.motion.floor import Floor, find_way
from ml_core.geometry.motion.sequence import followed, placed, turned_to, walked

from .test_fitting import body


def wall(gap: float | None) -> Floor:
    """A wall across the floor at y = -2, with a gap at this x."""
    x = np.arange(-6, 6, 0.05)
    x = x if gap is None else x[np.abs(x - gap) > 0.6]
    points = np.stack([x, np.full_like(x, -2.0)], axis=1)
    return Floor.of(points, np.array([-5.0, -5.0]), np.array([5.0, 2.0]), 0.1, 0.25, 0.5)


def test_a_way_goes_through_the_gap() -> None:
    floor = wall(3.0)
    way = find_way(floor, np.array([0.0, 0.0]), np.array([0.0, -4.0]))
    assert way is not None
    assert np.allclose(way[0], [0, 0])
    assert np.allclose(way[-1], [0, -4])
    assert all(floor.is_free(a, b) for a, b in itertools.pairwise(way))
    crossing = np.interp(2.0, -way[:, 1], way[:, 0])
    assert 2.6 < crossing < 3.4


def test_there_is_no_way_through_a_wall() -> None:
    assert find_way(wall(None), np.array([0.0, 0.0]), np.array([0.0, -4.0])) is None


def test_an_open_floor_is_crossed_straight() -> None:
    floor = Floor.of(np.zeros((0, 2)), np.array([-3.0, -3.0]), np.array([3.0, 3.0]), 0.1, 0.25, 0.5)
    way = find_way(floor, np.array([-2.0, -2.0]), np.array([2.0, 1.0]))
    assert way is not None
    assert len(way) == 2


def test_who_stands_at_a_table_can_leave_it() -> None:
    floor = Floor.of(np.array([[0.2, 0.0]]), np.array([-3.0, -3.0]), np.array([3.0, 3.0]), 0.1, 0.3, 0.5)
    assert find_way(floor, np.array([0.0, 0.0]), np.array([-2.0, 0.0])) is not None


@pytest.mark.parametrize("heading", [0.0, 1.2, -2.5])
def test_a_walk_follows_its_way_and_looks_where_it_goes(heading: float) -> None:
    ahead = np.array([np.sin(heading), -np.cos(heading)])
    side = np.array([-ahead[1], ahead[0]])
    way = np.array([[1.0, 2.0], [1.0, 2.0] + 3 * ahead, [1.0, 2.0] + 3 * ahead + 2 * side])
    clip = placed(walked(shipped_clips()["WALK"], way, heading), 1.0, 2.0, heading)
    assert np.allclose(clip.root[0, :2], way[0], atol=0.02)
    assert np.allclose(clip.root[-1, :2], way[-1], atol=0.05)
    assert clip.root[-1, 2] - heading == pytest.approx(np.pi / 2, abs=0.1)
    steps = np.linalg.norm(np.diff(clip.root[:, :2], axis=0), axis=1) * clip.fps
    assert steps.max() < 1.35 * shipped_clips()["WALK"].speed
    assert steps[0] < 0.3 * steps.max()
    assert steps[-1] < 0.3 * steps.max()


def test_clips_follow_one_another_without_a_jump() -> None:
    clips = shipped_clips()
    skeleton = body("tall").skeleton
    whole = followed(clips["WAVE"], walked(clips["WALK"], np.array([[0.0, 0.0], [0.0, -4.0]]), 0.0), skeleton)
    whole = followed(whole, clips["TURN_LEFT"], skeleton)
    whole = followed(whole, clips["IDLE"], skeleton)
    assert whole.root[-1, 1] == pytest.approx(-4.0, abs=0.1)
    assert whole.root[-1, 2] == pytest.approx(np.pi / 2, abs=0.02)
    cosine = np.abs(np.sum(whole.rotations[1:] * whole.rotations[:-1], axis=-1))
    assert np.degrees(2 * np.arccos(np.clip(cosine, 0, 1))).max() < 25  # of any joint, in a 30th of a second
    assert np.linalg.norm(np.diff(whole.root[:, :2], axis=0), axis=1).max() < 0.08


@pytest.mark.parametrize("wanted", [0.5, -1.4, 2.6, -2.9, 3.1])
def test_turns_end_where_they_should(wanted: float) -> None:
    turn = turned_to(shipped_clips(), 0.3, 0.3 + wanted)
    assert turn is not None
    turned = turn.root[-1, 2] - turn.root[0, 2] - wanted
    assert (turned + np.pi) % (2 * np.pi) - np.pi == pytest.approx(0, abs=1e-6)
    assert abs(turn.root[-1, 2] - turn.root[0, 2]) < 1.4 * np.pi
    assert turned_to(shipped_clips(), 0.3, 0.3 + 2 * np.pi) is None
