"""The camera of one picture: from drawn and found lines of a room whose camera is known, in degrees."""

from __future__ import annotations

import numpy as np
import pytest

from ml_core.errors import InputError
from ml_core.reconstruction.views.cameras import Camera
from ml_core.reconstruction.views.segments import find_segments
from ml_core.reconstruction.views.vanishing import ground_point, match_camera

from ..shapes import turn

SIZE = (720, 480)


def camera(yaw: float, pitch: float, focal: float, center: tuple[float, float] = (360, 240)) -> Camera:
    """At 1.5 m, looking along +Y, turned to the left by ``yaw`` and down by ``pitch`` degrees."""
    level = np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]])
    rotation = turn((1, 0, 0), pitch) @ level @ turn((0, 0, 1), yaw).T
    return Camera("", *SIZE, focal, center, rotation, np.array([0.0, 0.0, 1.5]))


def room_lines(seen_by: Camera, noise: float = 0.3) -> tuple[np.ndarray, list[int]]:
    """Edges of boxes that the camera sees, as segments in pixels, and their axes."""
    random, lines, axes = np.random.default_rng(4), [], []
    for _ in range(400):
        start = random.uniform((-3, 1, -0.2), (3, 7, 2.6))
        axis = int(random.integers(3))
        ends = np.stack([start, start + np.eye(3)[axis] * random.uniform(0.4, 1.5)])
        pixels, depth = seen_by.seen(ends)
        if (depth > 0.3).all() and ((pixels > 0) & (pixels < SIZE)).all():
            lines.append((pixels + random.normal(0, noise, (2, 2))).ravel())
            axes.append(axis)
    return np.array(lines), axes


def degrees_between(one: Camera, other: Camera, quarter_turns: bool = False) -> float:
    """Between two cameras; where lines alone name the axes, X may be Y."""
    turns = [turn((0, 0, 1), 90 * k) for k in range(4 if quarter_turns else 1)]
    return min(
        float(np.degrees(np.arccos(np.clip((np.trace(one.rotation @ t @ other.rotation.T) - 1) / 2, -1, 1))))
        for t in turns
    )


@pytest.mark.parametrize(("yaw", "pitch", "focal"), [(30, 12, 446), (-38, -8, 700), (20, 25, 1000), (-15, 3, 380)])
def test_lines_give_the_camera(yaw: float, pitch: float, focal: float) -> None:
    real = camera(yaw, pitch, focal)
    lines, _ = room_lines(real)
    match = match_camera(lines, SIZE)
    assert degrees_between(match.camera, real, quarter_turns=True) < 0.6
    assert match.camera.focal == pytest.approx(focal, rel=0.05)
    assert match.support > 0.9
    assert match.focal_error < 0.1


def test_lines_of_no_axis_do_not_disturb() -> None:
    real = camera(32, 10, 500)
    lines, _ = room_lines(real)
    wild = np.random.default_rng(9).uniform(0, 480, (len(lines) // 2, 4))
    match = match_camera(np.concatenate([lines, wild]), SIZE)
    assert degrees_between(match.camera, real, quarter_turns=True) < 1.0
    assert (match.axes[-len(wild) :] == -1).mean() > 0.6


def test_drawn_lines_say_which_axis_is_which() -> None:
    real = camera(62, 10, 500)  # nearer to Y on the right than to X: found lines would call it X
    lines, axes = room_lines(real)
    few = [k for axis in range(3) for k in [n for n, one in enumerate(axes) if one == axis][:3]]
    match = match_camera(lines[few], SIZE, drawn=[axes[k] for k in few])
    assert degrees_between(match.camera, real) < 1.5
    assert match.axes.tolist() == [axes[k] for k in few]


def test_a_crop_finds_its_principal_point() -> None:
    real = camera(35, 18, 520, (500, 150))
    lines, _ = room_lines(real, noise=0.1)
    match = match_camera(lines, SIZE, is_cropped=True)
    assert match.camera.center == pytest.approx((500, 150), abs=15)
    assert degrees_between(match.camera, real, quarter_turns=True) < 1.5
    plain = match_camera(lines, SIZE)
    assert degrees_between(plain.camera, real, quarter_turns=True) > 3


def test_one_vanishing_point_leaves_the_lens_open_and_says_so() -> None:
    real = camera(0, 0, 600)
    lines, _ = room_lines(real)
    match = match_camera(lines, SIZE)
    assert match.focal_error > 0.15
    known = match_camera(lines, SIZE, focal=600.0)
    assert known.camera.focal == pytest.approx(600, rel=0.01)
    assert degrees_between(known.camera, real, quarter_turns=True) < 0.6


def test_too_few_lines_and_lines_without_order_are_refused() -> None:
    with pytest.raises(InputError, match="too few"):
        match_camera(np.array([[0, 0, 100, 0.0]]), SIZE)
    with pytest.raises(InputError, match="right angles"):
        match_camera(np.tile([[0, 100, 300, 100.0]], (8, 1)), SIZE, drawn=[0] * 8)


def test_the_lines_of_a_picture_are_found_where_they_are() -> None:
    picture = np.full((480, 720, 3), 90, np.uint8)
    y, x = np.mgrid[:480, :720]
    picture[(x > 200) & (x < 500) & (y > 100 + 0.2 * (x - 200)) & (y < 400)] = 210
    found = find_segments(picture)
    assert 4 <= len(found) <= 12
    edges = [(200, 100, 200, 400), (500, 160, 500, 400), (200, 400, 500, 400), (200, 100, 500, 160)]
    for edge in edges:
        ends = np.array(edge, float).reshape(2, 2)
        flipped = [segment.reshape(2, 2)[order] for segment in found for order in ([0, 1], [1, 0])]
        assert min(np.abs(one - ends).max() for one in flipped) < 8, edge


def test_a_plain_picture_has_no_lines() -> None:
    assert len(find_segments(np.full((200, 300, 3), 128, np.uint8))) == 0


def test_a_pixel_of_the_floor_is_a_place_on_it() -> None:
    real = camera(10, 20, 500)
    pixel = real.seen(np.array([[0.7, 3.0, 0.0]]))[0][0]
    assert ground_point(real, tuple(pixel)) == pytest.approx([0.7, 3.0, 0.0])
    with pytest.raises(InputError, match="horizon"):
        ground_point(real, (360, 0))
