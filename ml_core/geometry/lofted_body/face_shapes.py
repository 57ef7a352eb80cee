"""The 52 face shapes of ARKit on the built-in body, as displacements placed by its own landmarks.

Names and meanings follow Apple's ``ARFaceAnchor.BlendShapeLocation``; left is the character's left. Each shape is a sum
of smooth fields over the face; lids turn about the eyeball's centre, the jaw about its hinge.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.humanoid.shape import MIRROR
from ml_core.geometry.lofted_body.face_regions import Face, face_of
from ml_core.geometry.lofted_body.mesh import BodyMesh
from ml_core.geometry.lofted_body.quad_mesh import Array
from ml_core.vocabulary.expressions import ARKIT_SHAPES

JAW_OPEN = 0.29
"""Radians that the jaw turns at jawOpen = 1."""

Field = Callable[[Face], Array]


def face_shapes(mesh: BodyMesh) -> dict[str, NDArray[np.float32]]:
    """(V, 3) displacement in metres of every shape, by its ARKit name, in :data:`NAMES`' order."""
    face = face_of(mesh)
    mirrored = replace(face, points=face.points * MIRROR)
    shapes = {}
    for name in NAMES:
        if name.endswith("Left") and name.removesuffix("Left") in _SIDED:
            moved = _kept_out(face, _SIDED[name.removesuffix("Left")])
        elif name.endswith("Right") and name.removesuffix("Right") in _SIDED:
            moved = _kept_out(mirrored, _SIDED[name.removesuffix("Right")]) * MIRROR
        elif name.endswith("Right"):
            moved = _kept_out(mirrored, _CENTRAL[name.removesuffix("Right") + "Left"]) * MIRROR
        else:
            moved = _kept_out(face, _CENTRAL[name])
        whole = np.zeros((len(mesh.vertices), 3), np.float32)
        moved[np.linalg.norm(moved, axis=1) < 2e-5] = 0
        whole[face.index] = moved
        shapes[name] = whole
    return shapes


def _kept_out(face: Face, field: Field) -> Array:
    return face.before_eyes(face.points + field(face)) - face.points


def _push(face: Face, weight: Array, dx: float = 0.0, dy: float = 0.0, dz: float = 0.0) -> Array:
    """(V, 3) displacement by millimetres of the mean face; dx is outwards on the left."""
    return np.asarray(weight[:, None] * np.array([dx, dy, dz]) * face.mm)


def _lid_turn(face: Face, upper: float, lower: float) -> Array:
    """Turns the left lids about the eyeball: 1 takes a lid's edge to the closed line, negative opens it wider."""
    offset = face.points - face.marks.eye_centre
    (top_x, top), (bottom_x, bottom) = (edge.T for edge in face.lid_edges)
    high = np.interp(offset[:, 0], top_x, top)
    low = np.interp(offset[:, 0], bottom_x, bottom)
    closed = low + 0.16 * (high - low)
    # A little further than to meet, so that no light falls between the edges.
    turn = upper * face.upper_lid * (closed - 0.02 * np.sign(upper) - high)
    turn = turn + lower * face.lower_lid * (closed - low)
    turn = np.where(face.points[:, 0] > 0, turn, 0)
    cosine, sine = np.cos(turn), np.sin(turn)
    moved = np.zeros_like(offset)
    moved[:, 1] = cosine * offset[:, 1] + sine * offset[:, 2] - offset[:, 1]
    moved[:, 2] = -sine * offset[:, 1] + cosine * offset[:, 2] - offset[:, 2]
    return moved


def _corner(face: Face, spread: float = 10.0) -> Array:
    """About the left corner of the mouth, both lips."""
    return face.gauss(25, face.marks.mouth_z, spread, spread, inside=True)


def _mouth(face: Face, across: float = 20.0, tall: float = 10.0) -> Array:
    """About both lips."""
    return face.gauss(0, face.marks.mouth_z, across, tall, inside=True)


def _lip(face: Face, lower: bool, x: float = 0.0, across: float = 16.0, tall: float = 9.0, both: bool = False) -> Array:
    """About one lip only."""
    share = face.lower_lip if lower else 1 - face.lower_lip
    return share * face.gauss(x, face.marks.mouth_z, across, tall, both=both, inside=True)


def _blink(face: Face) -> Array:
    brow = face.gauss(30, face.marks.eye_z + 14 * face.mm, 14, 6)
    return _lid_turn(face, 1.0, 1.0) + _push(face, brow * (1 - face.upper_lid), dz=-0.6)


def _look_up(face: Face) -> Array:
    return _lid_turn(face, -0.22, 0.8)


def _look_down(face: Face) -> Array:
    return _lid_turn(face, 0.42, -0.9)


def _look_in(face: Face) -> Array:
    return _push(face, face.gauss(25, face.marks.eye_z, 7, 6), dx=-0.8)


def _look_out(face: Face) -> Array:
    return _push(face, face.gauss(36, face.marks.eye_z, 7, 6), dx=0.8)


def _squint(face: Face) -> Array:
    cheek = face.gauss(32, face.marks.eye_z - 17 * face.mm, 14, 8)
    return _lid_turn(face, 0.28, 2.2) + _push(face, cheek * (1 - face.lower_lid), dy=-0.8, dz=2.2)


def _wide(face: Face) -> Array:
    return _lid_turn(face, -0.34, -1.2) + _push(face, face.gauss(30, face.marks.eye_z + 20 * face.mm, 14, 7), dz=1.5)


def _brow_down(face: Face) -> Array:
    z = face.marks.eye_z + 17 * face.mm
    inner, whole = face.gauss(12, z, 8, 9), face.gauss(27, z, 15, 9)
    return _push(face, inner, dx=-2.5, dy=-1.2, dz=-2.5) + _push(face, whole, dz=-4.5, dy=-0.6)


def _brow_outer_up(face: Face) -> Array:
    return _push(face, face.gauss(40, face.marks.eye_z + 19 * face.mm, 13, 10), dz=7.0, dy=0.8)


def _brow_inner_up(face: Face) -> Array:
    return _push(face, face.gauss(10, face.marks.eye_z + 20 * face.mm, 11, 10, both=True), dz=7.5, dy=0.3)


def _cheek_squint(face: Face) -> Array:
    cheek = face.gauss(33, face.marks.eye_z - 24 * face.mm, 15, 10)
    return _push(face, cheek, dy=-2.0, dz=5.0) + _lid_turn(face, 0.0, 1.4)


def _sneer(face: Face) -> Array:
    marks = face.marks
    wing = face.gauss(15, marks.nose_z - 3 * face.mm, 7, 8)
    ridge = face.gauss(11, marks.nose_z + 17 * face.mm, 6, 10)
    lip = _lip(face, False, 15, 9, 9)
    return _push(face, wing, dx=1.2, dy=0.5, dz=4.0) + _push(face, ridge, dz=1.8, dy=-0.6) + _push(face, lip, dz=2.0)


def _smile(face: Face) -> Array:
    marks = face.marks
    cheek = face.gauss(38, marks.mouth_z + 20 * face.mm, 13, 12)
    fold = face.gauss(32, marks.mouth_z + 9 * face.mm, 8, 10)
    lip = _mouth(face, 14, 8) * face.left()
    return (
        _push(face, _corner(face, 11), dx=7.0, dy=4.5, dz=7.0)
        + _push(face, lip, dx=2.0, dy=1.5)
        + _push(face, cheek, dx=1.2, dy=-3.0, dz=3.5)
        + _push(face, fold, dx=1.5, dy=1.5, dz=1.5)
        + _lid_turn(face, 0.0, 0.5)
    )


def _frown(face: Face) -> Array:
    below = face.gauss(24, face.marks.mouth_z - 12 * face.mm, 10, 9)
    return _push(face, _corner(face), dx=1.0, dy=1.5, dz=-7.0) + _push(face, below, dy=-1.0, dz=-2.5)


def _dimple(face: Face) -> Array:
    return _push(face, _corner(face, 9), dx=4.5, dy=4.5, dz=1.0)


def _stretch(face: Face) -> Array:
    return _push(face, _corner(face, 12), dx=8.0, dy=4.0, dz=-3.5)


def _press(face: Face) -> Array:
    upper, lower = _lip(face, False, 12, 12, 7), _lip(face, True, 12, 12, 7)
    middle = _corner(face)
    return (
        _push(face, upper, dy=1.6, dz=-0.9) + _push(face, lower, dy=1.6, dz=0.9) + _push(face, middle, dx=1.5, dy=1.0)
    )


def _lower_down(face: Face) -> Array:
    return _push(face, _lip(face, True, 13, 11, 10), dx=0.6, dy=0.8, dz=-6.5)


def _upper_up(face: Face) -> Array:
    return _push(face, _lip(face, False, 13, 11, 10), dx=0.4, dy=0.3, dz=6.0)


def _jaw_open(face: Face) -> Array:
    hollow = face.gauss(40, face.marks.mouth_z - 4 * face.mm, 12, 16, both=True)
    side = np.sign(face.points[:, 0])
    inwards = _push(face, hollow)
    inwards[:, 0] = -2.5 * face.mm * hollow * side
    corner = face.gauss(25, face.marks.mouth_z, 9, 9, both=True, inside=True)
    inwards[:, 0] -= 3.0 * face.mm * corner * side
    return face.jaw_turned(JAW_OPEN) + inwards


def _jaw_forward(face: Face) -> Array:
    return _push(face, face.jaw, dy=-6.0, dz=-1.0)


def _jaw_left(face: Face) -> Array:
    return _push(face, face.jaw, dx=7.0)


def _mouth_close(face: Face) -> Array:
    """Shuts the lips of an open jaw: the lower lip goes back up by most of the way, the upper one comes down."""
    opened = face.jaw_turned(JAW_OPEN, np.ones(len(face.points)))
    lips = face.gauss(0, face.marks.mouth_z, 24, 11, inside=True) ** 0.6
    rim = np.maximum(face.lips, lips) * np.maximum(face.skin, face.bag)
    lower, upper = face.lower_lip * face.jaw, (1 - face.lower_lip)
    return np.asarray(opened * (rim * (0.42 * upper - 0.56 * lower))[:, None])


def _narrow(face: Face, amount: float) -> Array:
    """Draws the mouth's corners to the middle."""
    weight = _mouth(face, 21, 11) * np.maximum(face.skin, face.bag)
    moved = np.zeros_like(face.points)
    moved[:, 0] = -amount * weight * face.points[:, 0]
    return moved


def _funnel(face: Face) -> Array:
    lips = _mouth(face, 15, 9)
    upper, lower = _lip(face, False, 0, 13, 8), _lip(face, True, 0, 13, 8)
    return _narrow(face, 0.42) + _push(face, lips, dy=-6.5) + _push(face, upper, dz=3.5) + _push(face, lower, dz=-3.8)


def _pucker(face: Face) -> Array:
    lips = _mouth(face, 14, 9)
    upper, lower = _lip(face, False, 0, 12, 7), _lip(face, True, 0, 12, 7)
    return _narrow(face, 0.46) + _push(face, lips, dy=-7.0) + _push(face, upper, dz=0.8) + _push(face, lower, dz=-0.8)


def _mouth_left(face: Face) -> Array:
    return _push(face, _mouth(face, 22, 13), dx=8.0) + _push(face, _corner(face), dy=2.0)


def _roll_lower(face: Face) -> Array:
    return _push(face, _lip(face, True, 0, 17, 6), dy=4.5, dz=2.2)


def _roll_upper(face: Face) -> Array:
    return _push(face, _lip(face, False, 0, 17, 6), dy=4.5, dz=-2.2)


def _shrug_lower(face: Face) -> Array:
    chin = face.gauss(0, face.marks.mouth_z - 20 * face.mm, 15, 13)
    upper = _lip(face, False, 0, 16, 8)
    return (
        _push(face, _lip(face, True, 0, 17, 9), dy=-2.5, dz=3.5)
        + _push(face, chin, dz=3.0)
        + _push(face, upper, dz=3.2)
    )


def _shrug_upper(face: Face) -> Array:
    return _push(face, _lip(face, False, 0, 16, 9), dy=-2.5, dz=2.5)


def _puff(face: Face) -> Array:
    cheek = face.gauss(42, face.marks.mouth_z + 3 * face.mm, 14, 17, both=True)
    moved = _push(face, cheek, dy=-5.0)
    moved[:, 0] += 9.0 * face.mm * cheek * np.sign(face.points[:, 0])
    return moved + _push(face, _mouth(face, 22, 8), dy=-1.5)


def _tongue_out(face: Face) -> Array:
    front = face.marks.mouth_y
    depth = np.clip((front + 48 * face.mm - face.points[:, 1]) / (36 * face.mm), 0, 1)
    weight = face.tongue * depth
    return _push(face, weight, dy=-31.0, dz=3.0) + _push(face, weight**3, dz=-9.0)


_SIDED: dict[str, Field] = {
    "eyeBlink": _blink,
    "eyeLookDown": _look_down,
    "eyeLookIn": _look_in,
    "eyeLookOut": _look_out,
    "eyeLookUp": _look_up,
    "eyeSquint": _squint,
    "eyeWide": _wide,
    "mouthSmile": _smile,
    "mouthFrown": _frown,
    "mouthDimple": _dimple,
    "mouthStretch": _stretch,
    "mouthPress": _press,
    "mouthLowerDown": _lower_down,
    "mouthUpperUp": _upper_up,
    "browDown": _brow_down,
    "browOuterUp": _brow_outer_up,
    "cheekSquint": _cheek_squint,
    "noseSneer": _sneer,
}

_CENTRAL: dict[str, Field] = {
    "jawForward": _jaw_forward,
    "jawLeft": _jaw_left,
    "jawOpen": _jaw_open,
    "mouthClose": _mouth_close,
    "mouthFunnel": _funnel,
    "mouthPucker": _pucker,
    "mouthLeft": _mouth_left,
    "mouthRollLower": _roll_lower,
    "mouthRollUpper": _roll_upper,
    "mouthShrugLower": _shrug_lower,
    "mouthShrugUpper": _shrug_upper,
    "browInnerUp": _brow_inner_up,
    "cheekPuff": _puff,
    "tongueOut": _tongue_out,
}

NAMES = ARKIT_SHAPES
