"""Sliders of the face and the head as smooth fields in space: skin, eyeballs, teeth, bones and hair all follow them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ml_core.geometry.lofted_body.face_regions import ramp
from ml_core.geometry.lofted_body.head import HeadParts
from ml_core.geometry.lofted_body.head_surface import FaceMarks
from ml_core.geometry.lofted_body.quad_mesh import Array

Field = Callable[[Array, HeadParts], Array]


def _mm(marks: FaceMarks) -> float:
    return 0.001 * marks.unit


def _bump(
    points: Array, head: HeadParts, x: float, z: float, spread_x: float, spread_z: float, depth: float = 60.0
) -> Array:
    """(N,) 1 about (±x millimetres, height z), fading; nothing further behind the mouth's front than ``depth``."""
    mm = _mm(head.marks)
    u = (np.abs(points[:, 0]) - x * mm) / (spread_x * mm)
    v = (points[:, 2] - z) / (spread_z * mm)
    front = head.marks.mouth_y
    return np.asarray(
        np.exp(-0.5 * (u * u + v * v)) * (1 - ramp(points[:, 1], front + 0.6 * depth * mm, front + depth * mm))
    )


def _moved(points: Array, head: HeadParts, weight: Array, dx: float = 0.0, dy: float = 0.0, dz: float = 0.0) -> Array:
    """(N, 3) by millimetres; dx outwards on both sides, 0 in the middle."""
    mm = _mm(head.marks)
    side = np.clip(points[:, 0] / (4 * mm), -1, 1)
    return np.stack([weight * dx * mm * side, weight * dy * mm, weight * dz * mm], axis=1)


def _about_eyes(points: Array, head: HeadParts) -> tuple[Array, Array]:
    """``(offset (N, 3) from the nearer eyeball's centre, weight (N,))``: 1 on and near the eyeball."""
    marks = head.marks
    centre = marks.eye_centre * np.stack([np.where(points[:, 0] < 0, -1.0, 1.0), *(np.ones(len(points)),) * 2], axis=1)
    offset = points - centre
    distance = np.linalg.norm(offset, axis=1)
    inner = ramp(np.abs(points[:, 0]), 2 * _mm(marks), 10 * _mm(marks))
    return offset, (1 - ramp(distance, 1.25 * marks.eye_radius, 2.5 * marks.eye_radius)) * inner


def _eye_size(points: Array, head: HeadParts) -> Array:
    offset, weight = _about_eyes(points, head)
    return 0.13 * offset * weight[:, None]


def _eye_distance(points: Array, head: HeadParts) -> Array:
    weight = _about_eyes(points, head)[1]
    side = np.sign(points[:, 0])
    return np.stack([3.0 * _mm(head.marks) * weight * side, 0 * weight, 0 * weight], axis=1)


def _eye_height(points: Array, head: HeadParts) -> Array:
    weight = _about_eyes(points, head)[1]
    return np.stack([0 * weight, 0 * weight, 4.0 * _mm(head.marks) * weight], axis=1)


def _nose_length(points: Array, head: HeadParts) -> Array:
    marks = head.marks
    return _moved(points, head, _bump(points, head, 0, marks.nose_z - 2 * _mm(marks), 15, 9), dy=-1.5, dz=-4.5)


def _nose_width(points: Array, head: HeadParts) -> Array:
    weight = _bump(points, head, 12, head.marks.nose_z - 3 * _mm(head.marks), 8, 10)
    return _moved(points, head, weight, dx=3.5)


def _nose_bridge(points: Array, head: HeadParts) -> Array:
    marks = head.marks
    return _moved(points, head, _bump(points, head, 0, (marks.eye_z + marks.nose_z) / 2, 7, 13), dy=-4.0)


def _mouth_width(points: Array, head: HeadParts) -> Array:
    weight = _bump(points, head, 0, head.marks.mouth_z, 30, 13)
    return np.stack([0.20 * points[:, 0] * weight, 0 * weight, 0 * weight], axis=1)


def _lip_fullness(points: Array, head: HeadParts) -> Array:
    marks, mm = head.marks, _mm(head.marks)
    weight = _bump(points, head, 0, marks.mouth_z, 15, 7.5, depth=14)
    height = np.clip((points[:, 2] - marks.mouth_z) / (6 * mm), -1, 1)
    return np.stack([0 * weight, -2.6 * mm * weight, 1.8 * mm * weight * height], axis=1)


def _jaw_width(points: Array, head: HeadParts) -> Array:
    marks, mm = head.marks, _mm(head.marks)
    fade = ramp(points[:, 1], marks.jaw_hinge[1] + 24 * mm, marks.jaw_hinge[1] - 6 * mm)
    tall = np.exp(-0.5 * ((points[:, 2] - marks.mouth_z + 14 * mm) / (24 * mm)) ** 2)
    outer = ramp(np.abs(points[:, 0]), 12 * mm, 45 * mm)
    return _moved(points, head, fade * tall * outer, dx=8.0)


def _chin_length(points: Array, head: HeadParts) -> Array:
    marks, mm = head.marks, _mm(head.marks)
    return _moved(points, head, _bump(points, head, 0, marks.chin_z + 2 * mm, 26, 13, 80), dy=-1.5, dz=-7.0)


def _cheekbones(points: Array, head: HeadParts) -> Array:
    return _moved(
        points, head, _bump(points, head, 50, head.marks.eye_z - 28 * _mm(head.marks), 15, 12, 110), dx=4.0, dy=-2.5
    )


def _ear_size(points: Array, head: HeadParts) -> Array:
    anchor, mm = head.ear_anchor, _mm(head.marks)
    offset = points - anchor * np.stack([np.where(points[:, 0] < 0, -1.0, 1.0), *(np.ones(len(points)),) * 2], axis=1)
    weight = 1 - ramp(np.linalg.norm(offset, axis=1), 34 * mm, 50 * mm)
    return np.asarray(0.22 * offset * weight[:, None])


def _forehead(points: Array, head: HeadParts) -> Array:
    weight = _bump(points, head, 0, head.marks.eye_z + 50 * _mm(head.marks), 42, 20, 120)
    return np.stack([0 * weight, -6.0 * _mm(head.marks) * weight, 0 * weight], axis=1)


def _neck(points: Array, head: HeadParts) -> Array:
    marks, mm = head.marks, _mm(head.marks)
    axis = np.array([0.0, marks.axis_y + 0.02, 0.0])
    offset = (points - axis) * [1, 1, 0]
    tall = np.exp(-0.5 * ((points[:, 2] - marks.chin_z + 18 * mm) / (20 * mm)) ** 2)
    # The chin keeps its place.
    near = 1 - ramp(np.linalg.norm(offset, axis=1), 70 * mm, 105 * mm)
    return np.asarray(0.16 * offset * (tall * near)[:, None])


def _head_size(points: Array, head: HeadParts) -> Array:
    marks, mm = head.marks, _mm(head.marks)
    base = np.array([0.0, marks.axis_y + 0.015, marks.chin_z - 10 * mm])
    above = ramp(points[:, 2], marks.chin_z - 45 * mm, marks.chin_z + 5 * mm)
    near = 1 - ramp(np.hypot(points[:, 0], points[:, 1] - base[1]), 0.17, 0.22)
    return np.asarray(0.09 * (points - base) * (above * near)[:, None])


def _age(points: Array, head: HeadParts) -> Array:
    """From a child's proportions to an old face."""
    marks, mm = head.marks, _mm(head.marks)
    fold = _bump(points, head, 31, marks.mouth_z + 9 * mm, 6, 12)
    jowl = _bump(points, head, 38, marks.mouth_z - 22 * mm, 12, 10, 90)
    cheek = _bump(points, head, 42, marks.mouth_z + 8 * mm, 13, 14, 100)
    bag = _bump(points, head, 32, marks.eye_z - 13 * mm, 10, 4)
    return (
        -0.7 * _eye_size(points, head)
        - 0.6 * _head_size(points, head)
        + 0.8 * _nose_length(points, head)
        + 0.6 * _nose_bridge(points, head)
        + 0.7 * _ear_size(points, head)
        + 0.7 * _chin_length(points, head)
        - 0.6 * _lip_fullness(points, head)
        - 0.5 * _forehead(points, head)
        + _moved(points, head, fold, dy=1.8)
        + _moved(points, head, jowl, dx=2.0, dz=-3.0)
        + _moved(points, head, cheek, dx=-2.5, dy=2.5)
        + _moved(points, head, bag, dy=-1.0, dz=-0.5)
    )


FIELDS: dict[str, Field] = {
    "age": _age,
    "head_size": _head_size,
    "eye_size": _eye_size,
    "eye_distance": _eye_distance,
    "eye_height": _eye_height,
    "nose_length": _nose_length,
    "nose_width": _nose_width,
    "nose_bridge": _nose_bridge,
    "mouth_width": _mouth_width,
    "lip_fullness": _lip_fullness,
    "jaw_width": _jaw_width,
    "chin_length": _chin_length,
    "cheekbones": _cheekbones,
    "ear_size": _ear_size,
    "forehead": _forehead,
    "neck": _neck,
}
"""By slider (``FACE_SLIDERS`` of the model): displacement (N, 3) per unit at points (N, 3)."""
