"""The surface of the built-in head: measured radii, cleaned of hair caps and collars, with sharper features.

The measured mean of many people keeps the proportions of a face and loses its edges. What is lost is put back here as
small smooth displacements about landmarks of the same measurement, so that textures still lie where they belong.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from ml_core.geometry.humanoid.fit import HEAD_T
from ml_core.geometry.humanoid.frames import Array, TubeFrame, wrapped
from ml_core.geometry.humanoid.shape import BodyShape

MEASURED_FACE = 0.112
"""Metres from the eyes to the chin on the mean head, to which the sizes below belong."""

EYEBALL = 0.0142
"""Metres; the eyeball's radius on the mean head."""

LID = 0.0013
"""Metres; how far a lid's skin lies before the eyeball."""


@dataclass(frozen=True)
class FaceMarks:
    """Landmarks of one head, metres: heights of the features, profile depth at them, and the left eyeball.

    ``unit`` is this face's size over the mean face's.
    """

    eye_z: float
    nose_z: float
    mouth_z: float
    chin_z: float
    nose_y: float
    mouth_y: float
    chin_y: float
    axis_y: float
    eye_centre: Array
    eye_radius: float
    unit: float

    def scaled(self, factor: float) -> FaceMarks:
        """The landmarks of a body scaled about the origin."""
        return FaceMarks(**{field.name: getattr(self, field.name) * factor for field in fields(self)})

    @property
    def jaw_hinge(self) -> Array:
        """(3,) a point of the axis about which the jaw turns."""
        return np.array([0.0, self.axis_y + 0.004 * self.unit, self.eye_z - 0.030 * self.unit])


@dataclass(frozen=True)
class Bump:
    """A displacement on both sides: ``move`` (3,) metres at ``at`` (x >= 0, z), fading by ``spread`` (x, z)."""

    at: tuple[float, float]
    spread: tuple[float, float]
    move: tuple[float, float, float]


class HeadSurface:
    """Points of the head by chart coordinates (t, theta), with landmarks."""

    def __init__(self, shape: BodyShape) -> None:
        frame = shape.frames["head"]
        assert isinstance(frame, TubeFrame)
        self.shape, self.frame = shape, frame
        self._neck = float(np.clip(shape.radii("head", np.array(0.80), np.array(1.57)) + 0.004, 0.046, 0.058))
        self.marks = self._landmarks()
        self._bumps = _bumps(self.marks)

    def _landmarks(self) -> FaceMarks:
        heights = {name: self._plain(np.array(HEAD_T[name]), np.array(0.0)) for name in ("eyes", "nose", "mouth")}
        chin = self._plain(np.array(HEAD_T["chin"] - 0.02), np.array(0.0))
        eye_z = float(heights["eyes"][2])
        unit = (eye_z - float(chin[2])) / MEASURED_FACE
        radius = EYEBALL * unit
        x = abs(float(self.shape.eye_centre[0]))
        lid = self.at(np.array(x), np.array(eye_z))
        return FaceMarks(
            eye_z=eye_z,
            nose_z=float(heights["nose"][2]),
            mouth_z=float(heights["mouth"][2]),
            chin_z=float(chin[2]),
            nose_y=float(heights["nose"][1]),
            mouth_y=float(heights["mouth"][1]),
            chin_y=float(chin[1]),
            axis_y=float(self.frame.origin[1]),
            eye_centre=np.array([x, float(lid[1]) + radius + 0.0012 * unit, eye_z]),
            eye_radius=radius,
            unit=unit,
        )

    def radii(self, t: Array, theta: Array) -> Array:
        """Distance from the head's axis: measured, with a rounded crown, no ears and no collar."""
        t, theta = np.broadcast_arrays(np.asarray(t, np.float64), wrapped(np.asarray(theta, np.float64)))
        measured = self._without_ears(t, theta)
        start = self.frame.high + self.frame.high_radius * np.pi / 2
        share = np.clip(t / HEAD_T["cap"], 0, 1)
        elevation = (1 - share) * (start - self.frame.high) / self.frame.high_radius
        level = self._without_ears(np.full_like(t, HEAD_T["cap"]), theta)
        top = self.shape.radii("head", np.zeros_like(t), np.zeros_like(t))
        dome = 1 / np.sqrt((np.cos(elevation) / level) ** 2 + (np.sin(elevation) / top) ** 2)
        radius = np.where(elevation > 0, 0.25 * measured + 0.75 * dome, measured)
        away = _ramp(np.abs(theta), 0.3, 1.3)
        neck = _ramp(t, 0.775 - 0.09 * away, 0.85 - 0.04 * away)
        return (1 - neck) * radius + neck * self._neck_radius(theta)

    def _without_ears(self, t: Array, theta: Array) -> Array:
        """Measured radii with what lies between temple and nape drawn across the ears."""
        first, last = np.radians(84), np.radians(140)
        measured = self.shape.radii("head", t, theta)
        size = np.abs(theta)
        share = np.clip((size - first) / (last - first), 0, 1)
        across = (1 - share) * self.shape.radii("head", t, np.full_like(t, first)) + share * self.shape.radii(
            "head", t, np.full_like(t, last)
        )
        inside = _ramp(size, first, first + 0.12) * (1 - _ramp(size, last - 0.12, last)) * _ramp(t, 0.30, 0.36)
        return (1 - inside) * measured + inside * across

    def _neck_radius(self, theta: Array) -> Array:
        """An ellipse, a little behind the head's axis."""
        wide, deep = self._neck, 1.10 * self._neck
        back = deep - 0.040
        # |r (cos, sin) - (-back, 0)| on the ellipse, solved for r.
        cosine, sine = np.cos(theta) / deep, np.sin(theta) / wide
        a, b, c = cosine**2 + sine**2, 2 * cosine * back / deep, (back / deep) ** 2 - 1
        return np.asarray((-b + np.sqrt(b * b - 4 * a * c)) / (2 * a))

    def _plain(self, t: Array, theta: Array) -> Array:
        return self.frame.unproject(t, theta, self.radii(t, theta))

    def points(self, t: Array, theta: Array) -> Array:
        """Surface points (..., 3) with features."""
        t, theta = np.broadcast_arrays(np.asarray(t, np.float64), np.asarray(theta, np.float64))
        return self.sculpted(self._plain(t, theta))

    def at(self, x: Array, z: Array) -> Array:
        """Points (..., 3) of the plain front surface at lateral and vertical positions."""
        x, z = np.broadcast_arrays(np.asarray(x, np.float64), np.asarray(z, np.float64))
        guess = np.stack([x, np.full_like(x, self.frame.origin[1] - 0.08), z], axis=-1)
        for _ in range(5):
            t, theta, _ = self.frame.project(guess)
            found = self._plain(t, theta)
            guess = np.stack([x, found[..., 1], z], axis=-1)
        return np.asarray(guess)

    def sculpted(self, points: Array) -> Array:
        """Points with the displacements of all features added; what lies behind the temples stays."""
        marks = self.marks
        front = _ramp(-(points[..., 1] - marks.axis_y), 0.0, 0.03)
        side = np.where(points[..., 0] < 0, -1.0, 1.0)
        result = points.copy()
        for bump in self._bumps:
            u = (np.abs(points[..., 0]) - bump.at[0]) / bump.spread[0]
            v = (points[..., 2] - bump.at[1]) / bump.spread[1]
            amount = front * np.exp(-0.5 * (u * u + v * v))
            result[..., 0] += amount * side * bump.move[0]
            result[..., 1:] += amount[..., None] * np.array(bump.move[1:])
        return result

    def out_of_eyeball(self, points: Array, gap: Array | float) -> Array:
        """Points (..., 3) moved away from the nearer eyeball's centre to at least ``gap`` before its surface."""
        return pushed_out(points, self.marks, gap)


def pushed_out(points: Array, marks: FaceMarks, gap: Array | float) -> Array:
    """Points (..., 3) moved away from the nearer eyeball's centre to at least ``gap`` before its surface."""
    centre = marks.eye_centre * np.stack(
        [np.where(points[..., 0] < 0, -1.0, 1.0), *(np.ones_like(points[..., 0]),) * 2], axis=-1
    )
    offset = points - centre
    distance = np.linalg.norm(offset, axis=-1, keepdims=True)
    least = np.broadcast_to(marks.eye_radius + np.asarray(gap), points.shape[:-1])
    return np.asarray(centre + offset * np.maximum(least[..., None] / np.maximum(distance, 1e-9), 1.0))


def _ramp(value: Array, low: Array | float, high: Array | float) -> Array:
    """0 below ``low``, 1 above ``high``, smooth between."""
    share = np.clip((value - low) / (np.asarray(high) - low), 0, 1)
    return np.asarray(share * share * (3 - 2 * share))


def _bumps(marks: FaceMarks) -> list[Bump]:
    k = marks.unit
    eye, nose, mouth, chin = marks.eye_z, marks.nose_z, marks.mouth_z, marks.chin_z

    def bump(
        x: float, z: float, spread_x: float, spread_z: float, dx: float = 0.0, dy: float = 0.0, dz: float = 0.0
    ) -> Bump:
        """Sizes in millimetres of the mean face; z is a height already."""
        return Bump(
            (x * k / 1000, z),
            (spread_x * k / 1000, spread_z * k / 1000),
            (dx * k / 1000, dy * k / 1000, dz * k / 1000),
        )

    mm = k / 1000
    return [
        bump(14, nose - 6 * mm, 4.5, 5, dx=4.0, dy=-3.0),  # wing of the nose
        bump(23, nose - 4 * mm, 3.2, 7, dy=3.0),  # crease beside it
        bump(0, nose - 1 * mm, 6, 5, dy=-2.0),  # tip
        bump(6.5, nose - 10 * mm, 3.0, 3.5, dy=3.0, dz=3.5),  # nostril
        bump(0, (nose + mouth) / 2 - 1 * mm, 3.5, 5, dy=1.2),  # philtrum
        bump(0, mouth - 18 * mm, 17, 4.5, dy=3.0),  # under the lower lip
        bump(0, chin + 6 * mm, 13, 9, dy=-3.5),
        bump(52, eye - 28 * mm, 14, 11, dx=1.5, dy=-2.5),  # cheekbone
        bump(48, mouth - 2 * mm, 10, 16, dx=-1.5, dy=1.0),  # hollow of the cheek
        bump(30, eye + 17 * mm, 16, 6, dy=-2.8),  # brow
        bump(30, eye + 2 * mm, 15, 8, dy=4.2),  # socket
        bump(13.5, eye + 2 * mm, 4, 9, dy=2.2),  # inner corner
        bump(0, eye + 6 * mm, 5, 10, dy=-1.2),  # bridge of the nose
        bump(7, eye - 14 * mm, 4, 16, dx=-0.8, dy=-0.8),  # ridge of the nose
    ]
