"""The hands of the built-in body: a palm ring that splits into four fingers, and a thumb from the palm's side."""

from __future__ import annotations

import numpy as np

from ml_core.geometry.humanoid.shape import FINGERS, MIRROR, BodyShape
from ml_core.geometry.lofted_body.quad_mesh import Array, Index, QuadMesh

FINGER_ROWS = (0.18, 0.36, 0.46, 0.54, 0.70, 0.79, 0.90, 0.96)
TOP_OF_LOOP = {"Thumb": 2, "Index": 0, "Middle": 1, "Ring": 2, "Little": 3}
"""The vertex of a finger's loop on the palm that its topmost column starts from; the same for every shape of body, so
that bodies differ by where vertices are and never by what they are."""
TIP_START = 0.79
"""t of a finger from which its tip is rounded off."""
FINGER_RING = 8
GIRTH_T = (0.18, 0.36, 0.46, 0.54, 0.70, 0.79)
GIRTH = {"Thumb": (1.36, 1.16, 1.08, 1.04, 1.00, 0.93), "": (1.24, 1.07, 1.05, 1.00, 0.97, 0.92)}
"""A finger's radius from its root to the start of its tip, over the radius of its middle."""
STOUTNESS = {"Thumb": 1.16, "": 1.04}
"""Over the measured radius of a finger's middle: rays about axes that differ a little see a finger too thin, and most
of all the thumb, which people hold in many ways."""
GIRTH_FREEDOM = 0.12
"""Share by which the measured radius may differ; near its root a finger's rays have met the palm or its neighbour."""
PALM_ROWS = (0.10, 0.32, 0.55, 0.78, 0.98)
THUMB_ROWS = (1, 3)


def build_hand(mesh: QuadMesh, shape: BodyShape, wrist: Index, wrist_theta: Array, side: str) -> None:
    """Goes on from the wrist ring (20,), whose angles are theirs about the lower arm (0 front, +90° up)."""
    flip = side == "right"
    mirror = MIRROR if flip else np.ones(3)
    # Palm ring: 9 over the back of the hand from the index's to the little finger's side, the outer side's middle,
    # 9 back under the palm, the thumb side's middle. The arm's ring starts in front below; turn it to start on top.
    start = int(np.argmin(np.abs(np.degrees(wrist_theta) - 36)))
    previous = np.roll(wrist, -start)
    # The arm's ring of 20 starts at 36°: ten steps over the top bring it to 216°, ten under the palm back.
    rows = []
    theta = _palm_angles()
    for t in PALM_ROWS:
        rows.append(mesh.add(shape.tube_points("palm", np.full(20, t), theta) * mirror))
    grid = np.stack([previous, *rows])
    for index in range(len(grid) - 1):
        _palm_band(mesh, grid, index, side, flip)
    _thumb(mesh, shape, grid, side, mirror, flip)
    _fingers(mesh, shape, grid[-1], side, mirror, flip)


def _palm_angles() -> Array:
    """(20,) angles about the palm's axis: 9 over the back (front to rear), rear middle, 9 under the palm, front."""
    x = np.linspace(1, -1, 9)
    top = np.arctan2(np.full(9, 0.42), x)
    return np.concatenate([top, [np.pi], 2 * np.pi - top[::-1], [2 * np.pi]])


def _palm_band(mesh: QuadMesh, grid: Index, index: int, side: str, flip: bool) -> None:
    """One band of the palm: its upper half in the back's chart, its lower half in the palm's, less the thumb's hole."""
    ring, other = grid[index], grid[index + 1]
    closed = np.stack([np.append(ring, ring[0]), np.append(other, other[0])])
    hole = np.zeros((1, 20), bool)
    if THUMB_ROWS[0] <= index < THUMB_ROWS[1]:
        hole[0, 18:20] = True
    upper = np.zeros((1, 20), bool)
    upper[0, :9] = True
    upper[0, 19] = True
    mesh.quads(closed, f"{side}_hand_back", hole | ~upper, flip=flip)
    mesh.quads(closed, f"{side}_hand_palm", hole | upper, flip=flip)


def _fingers(mesh: QuadMesh, shape: BodyShape, ring: Index, side: str, mirror: Array, flip: bool) -> None:
    """Splits the palm's last ring into four rings of eight by three webs, then the fingers."""
    top, rear, bottom, front = ring[:9], ring[9], ring[10:19][::-1], ring[19]
    between = []
    for index in (2, 4, 6):
        middle = (mesh.positions[top[index]] + mesh.positions[bottom[index]]) / 2
        between.append(int(mesh.add(middle[None])[0]))
    webs = [int(front), *between, int(rear)]
    for number, finger in enumerate(FINGERS[1:]):
        span = slice(2 * number, 2 * number + 3)
        loop = np.array([*top[span], webs[number + 1], *bottom[span][::-1], webs[number]])
        _finger(mesh, shape, finger, loop, side, mirror, flip)


def _thumb(mesh: QuadMesh, shape: BodyShape, grid: Index, side: str, mirror: Array, flip: bool) -> None:
    """Leaves the palm through the hole on the front side: two columns by two rows, a ring of eight."""
    first, last = THUMB_ROWS
    columns = [18, 19, 0]
    loop = np.array(
        [
            grid[first, columns[2]],
            grid[first + 1, columns[2]],
            grid[last, columns[2]],
            grid[last, columns[1]],
            grid[last, columns[0]],
            grid[first + 1, columns[0]],
            grid[first, columns[0]],
            grid[first, columns[1]],
        ]
    )
    _finger(mesh, shape, "Thumb", loop, side, mirror, flip)


def _finger(mesh: QuadMesh, shape: BodyShape, finger: str, loop: Index, side: str, mirror: Array, flip: bool) -> None:
    """A tube of eight columns from a loop on the palm to the fingertip."""
    frame, _ = shape.tubes[finger]
    start = frame.project(mesh.positions[loop] * mirror)[1]
    anchor = TOP_OF_LOOP[finger]
    turn = np.sign(np.sum(np.angle(np.exp(1j * np.diff(np.append(start, start[0]))))))
    theta = np.pi / 2 + turn * (np.arange(FINGER_RING) - anchor) * 2 * np.pi / FINGER_RING
    previous = loop
    for t in FINGER_ROWS:
        current = mesh.add(_finger_points(shape, finger, t, theta) * mirror)
        _finger_band(mesh, previous, current, theta, side, flip)
        if finger == "Thumb" and t == FINGER_ROWS[0]:
            # Measured rows meet here that do not know each other; left as they are they fold over at the web.
            mesh.free(np.append(loop, current))
        previous = current
    tip = mesh.cap(previous, f"{side}_hand_back", flip=flip)
    mesh.move(tip, _finger_points(shape, finger, 1.0, np.zeros(len(tip))) * mirror)


def _finger_points(shape: BodyShape, finger: str, t: float, theta: Array) -> Array:
    """The measured surface up to the last phalanx; from there a rounded tip, where too few rays met a finger."""
    if t <= TIP_START:
        return _finger_ring(shape, finger, t, theta)
    frame, _ = shape.tubes[finger]
    base = _finger_ring(shape, finger, TIP_START, theta)
    around = np.arange(FINGER_RING) * 2 * np.pi / FINGER_RING
    ring = _finger_ring(shape, finger, TIP_START, around)
    middle = ring.mean(axis=0)
    end = shape.tube_points(finger, np.array(0.90), np.array(0.0))
    reach = float((end - middle) @ frame.axis) + 0.75 * float(np.linalg.norm(ring - middle, axis=1).mean())
    angle = (t - TIP_START) / (1 - TIP_START) * np.pi / 2
    return np.asarray(middle + (base - middle) * np.cos(angle) ** 0.8 + frame.axis * reach * np.sin(angle))


def _finger_ring(shape: BodyShape, finger: str, t: float, theta: Array) -> Array:
    """The measured surface, held near the girth of a finger about the measured middle line of its outer half."""
    frame, _ = shape.tubes[finger]
    around = np.arange(16) * np.pi / 8
    outer = np.stack([shape.tube_points(finger, np.full(16, at), around) for at in (0.55, 0.62, 0.70)])
    middles = outer.mean(axis=1)
    middle = np.linalg.norm(outer - middles[:, None], axis=2).mean() * STOUTNESS.get(finger, STOUTNESS[""])
    usual = middle * np.interp(t, GIRTH_T, GIRTH.get(finger, GIRTH[""]))
    on_axis = frame.unproject(np.full(len(theta), t), theta, np.zeros(len(theta)))
    lean = middles.mean(axis=0) - frame.unproject(np.array(0.62), np.array(0.0), np.array(0.0))
    centre = on_axis + lean * np.clip(t / 0.5, 0, 1)
    offset = shape.tube_points(finger, np.full(len(theta), t), theta) - centre
    direction = frame.unproject(np.full(len(theta), t), theta, np.ones(len(theta))) - on_axis
    radius = np.clip((offset * direction).sum(axis=1) / usual, 1 - GIRTH_FREEDOM, 1 + GIRTH_FREEDOM) * usual
    return np.asarray(centre + direction * radius[:, None])


def _finger_band(mesh: QuadMesh, ring: Index, other: Index, theta: Array, side: str, flip: bool) -> None:
    closed = np.stack([np.append(ring, ring[0]), np.append(other, other[0])])
    following = np.append(theta[1:], theta[0] + np.sign(theta[1] - theta[0]) * 2 * np.pi)
    upper = (np.sin((theta + following[: len(theta)]) / 2) > 0)[None]
    mesh.quads(closed, f"{side}_hand_back", ~upper, flip=flip)
    mesh.quads(closed, f"{side}_hand_palm", upper, flip=flip)
