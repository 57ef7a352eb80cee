"""An ear of the built-in head: loops from the temple out to the rim and in to the ear's hollow."""

from __future__ import annotations

import numpy as np

from ml_core.geometry.humanoid.frames import Array, unit
from ml_core.geometry.humanoid.shape import MIRROR
from ml_core.geometry.lofted_body.head_surface import HeadSurface
from ml_core.geometry.lofted_body.quad_mesh import Index, QuadMesh

# Each loop: half width and half height about the ear's middle, how far out from the head at the front and at the back
# edge, and how far the loop is shifted backwards; millimetres of the mean head.
LOOPS = (
    (10.0, 24.5, 1.0, 6.0, 1.5),
    (12.5, 28.5, 2.0, 12.5, 4.0),
    (14.5, 30.5, 3.0, 17.0, 5.5),
    (13.5, 29.0, 4.5, 19.0, 5.5),
    (11.0, 25.5, 3.5, 15.5, 4.5),
    (8.5, 20.0, 3.0, 15.0, 3.0),
    (5.5, 11.0, -1.0, 5.0, 0.5),
)
LEAN = np.radians(8)


def build_ear(mesh: QuadMesh, surface: HeadSurface, border: Index, mirrored: bool) -> Index:
    """Fills the hole of the ear (24,), whose border runs from the front below, up and over; returns what is new."""
    mirror = MIRROR if mirrored else np.ones(3)
    turn = np.array([1.0, -1.0 if mirrored else 1.0])
    outside = mesh.layouts[border] * turn
    middle_layout = outside.mean(axis=0)
    base = mesh.positions[border] * mirror
    middle = base.mean(axis=0)
    around = _around(base - middle)
    axes = _axes(surface, middle)
    previous, made = border, []
    for number, loop in enumerate(LOOPS):
        layout = middle_layout + (outside - middle_layout) * (1 - (number + 1) / (len(LOOPS) + 3))
        points = _loop(around, loop, surface.marks.unit, middle, axes)
        if number == 0:  # half on the head, so that the ear grows out of it
            points = 0.5 * (points + base)
        current = mesh.add(points * mirror, layout=layout * turn)
        mesh.bridge(previous, current, "head", flip=mirrored)
        made.append(current)
        previous = current
    inner = mesh.cap(previous, "head", flip=mirrored)
    points = mesh.positions[inner]
    points[:, 0] -= 0.003 * surface.marks.unit * mirror[0]
    mesh.move(inner, points)
    return np.concatenate([*made, inner])


def _around(offset: Array) -> Array:
    """(N, 2) directions round the hole: backwards and up, on a unit circle, evenly by place on the border."""
    count = len(offset)
    start = np.arctan2(offset[0, 2] / np.ptp(offset[:, 2]), offset[0, 1] / np.ptp(offset[:, 1]))
    turn = np.sign(np.arctan2(offset[1, 2] / np.ptp(offset[:, 2]), offset[1, 1] / np.ptp(offset[:, 1])) - start)
    angle = np.arctan2(offset[:, 2] / np.ptp(offset[:, 2]), offset[:, 1] / np.ptp(offset[:, 1]))
    even = start + turn * 2 * np.pi * np.arange(count) / count
    mixed = angle + 0.5 * np.angle(np.exp(1j * (even - angle)))
    return np.stack([np.cos(mixed), np.sin(mixed)], axis=1)


def _axes(surface: HeadSurface, middle: Array) -> tuple[Array, Array, Array]:
    """Backwards along the head, up along the ear (leaning back), and out."""
    out = unit((middle - surface.frame.origin) * [1, 1, 0])
    back = unit(np.cross(np.array([0.0, 0.0, 1.0]), out))
    back = back if back[1] > 0 else -back
    up = unit(np.array([0.0, 0.0, 1.0]) + np.tan(LEAN) * back)
    return back, up, out


def _loop(
    around: Array, loop: tuple[float, ...], size: float, middle: Array, axes: tuple[Array, Array, Array]
) -> Array:
    width, height, front, rear, shift = (value * size / 1000 for value in loop)
    back, up, out = axes
    backwards, upwards = around[:, 0], around[:, 1]
    # A lobe: narrower below, fuller above.
    narrow = 1 - 0.28 * np.clip(-upwards, 0, 1) ** 1.5 + 0.06 * np.clip(upwards, 0, 1)
    across = shift + width * backwards * narrow
    distance = front + (rear - front) * (0.5 + 0.5 * backwards) * (1 - 0.45 * np.clip(-upwards, 0, 1))
    tall = height * upwards
    return np.asarray(middle + across[:, None] * back + tall[:, None] * up + distance[:, None] * out)
