"""From landmarks to a head: pose, expression and identity apart, by regularized least squares (Gauss and Newton).

The priors are the identity that the network predicts (:mod:`ml_core.inference.photo.likeness`), and that most
photographed faces are nearly relaxed. Sliders and build are shared by all photos of a person; camera and expression are
each photo's own.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.body.model import BodyModel, Person, body_model
from ml_core.geometry.body.people.prior import neutral
from ml_core.geometry.body.traits import BodyTraits
from ml_core.inference.photo.camera import Camera, first_camera
from ml_core.inference.photo.faces import LIDS, Face
from ml_core.inference.photo.likeness import MACRO_NAMES, SLIDER_NAMES, likeness
from ml_core.inference.photo.points import FacePoints, face_points
from ml_core.vocabulary.avatar.body_sliders import SLIDERS
from ml_core.vocabulary.avatar.expressions import ARKIT_SHAPES

Array = NDArray[np.floating]

EXPRESSIONS: tuple[str, ...] = tuple(
    name for name in ARKIT_SHAPES if not name.startswith("eyeLook") and name not in ("tongueOut", "mouthClose")
)
_BY_NAME = {slider.name: slider for slider in SLIDERS}
_SPREAD = 0.6
"""Of the sliders' spreads, as a seed draws people (:mod:`ml_core.geometry.body.people.prior`)."""
_MACRO_SPREADS = dict(zip(MACRO_NAMES, (0.4, 0.14, 0.35, 0.35), strict=True))
_LEFT = 0.1
"""Share of these spreads by which landmarks may still draw a head away from the prediction of the network."""
_EXPRESSION_SPREAD = 0.16
_NEARNESS = (1.0, 0.5)
"""1 over meters from the camera: mean and spread of photos of faces."""
_TOGETHER = 3.0
"""Factor on the spread of each landmark, since the errors of neighboring landmarks are correlated. Of 1, 2, 3 and 4,
the larger come nearer to known people, the smaller to what the landmarks show."""
_FAR = 2.0
"""Spreads from which on a landmark counts less: it is hidden behind hair or a hand."""
_ROUNDS = 8
_STEP = 0.05


@dataclass(frozen=True)
class Seen:
    """A photo as fitted: its camera, the values of :data:`EXPRESSIONS` by name, and how far the landmarks are from the
    body's own in the picture, root mean square in % of the distance between the eyes."""

    camera: Camera
    expression: dict[str, float]
    error: float


@dataclass(frozen=True)
class HeadFit:
    """``traits`` of the body, relaxed; ``person`` made of them; ``photos`` in the order of the pictures."""

    traits: BodyTraits
    person: Person
    photos: tuple[Seen, ...]

    def rows(self, number: int) -> NDArray[np.float32]:
        """(R, 3) the body with the expression of a photo."""
        return expressed_rows(self.person, self.photos[number].expression)


def expressed_rows(person: Person, expression: dict[str, float]) -> NDArray[np.float32]:
    """(R, 3) a person's rows with some of ARKit's shapes."""
    return person.rows + body_model().sum_of({f"face/{name}": value for name, value in expression.items()})


def fit_head(faces: Sequence[Face], known: BodyTraits | None = None) -> HeadFit:
    """The head that photos of one person show.

    Args:
        known: what is known of the body, such as the age; it stays.
    """
    fit = _Fit(faces, known or BodyTraits(age=30.0))
    for _ in range(_ROUNDS):
        fit.step()
    return fit.result()


def level_turn(face: Face) -> Array:
    """Rotation (2, 2) of a picture that brings the eyes to one height."""
    right, left = (face.points[list(corners), :2].mean(axis=0) for corners in LIDS.values())
    x, y = (left - right) / np.linalg.norm(left - right)
    return np.array([[x, y], [-y, x]])


@dataclass
class _Photo:
    """A face with its landmarks ``picture`` (468, 3) in distances between the eyes, after the (2, 2) turn ``level``
    that brings the eyes to one height."""

    face: Face
    picture: Array
    level: Array
    camera: Camera
    expression: Array = field(default_factory=lambda: np.zeros(len(EXPRESSIONS)))


class _Fit:
    def __init__(self, faces: Sequence[Face], known: BodyTraits) -> None:
        self.model: BodyModel = body_model()
        self.table: FacePoints = face_points()
        self.known = known
        self.sliders = np.array([known.sliders.get(name, 0.0) for name in SLIDER_NAMES])
        self.macros = np.array([0.5, 0.52, 1 / 3, 1 / 3])
        self.slider_axes = {sign: self._axes(sign) for sign in (-1, 1)}
        self.expression_axes = np.stack([self._points_of({f"face/{name}": 1.0}) for name in EXPRESSIONS], axis=-1)
        self.certainty = 1 / (_TOGETHER * self.table.spread)
        body = self.table.of(self.person().rows)
        self.photos = [self._photo(face, body) for face in faces]
        sliders, macros = likeness().read(faces, [photo.camera.yaw for photo in self.photos])
        self.fixed = np.array([name in known.sliders for name in SLIDER_NAMES]
                              + [getattr(known, name) is not None for name in MACRO_NAMES[:2]]
                              + [known.ancestry is not None] * 2)  # fmt: skip
        self.read = np.concatenate([np.where(self.fixed[: len(SLIDER_NAMES)], self.sliders, sliders), macros])
        self.sliders, self.macros = self.read[: len(SLIDER_NAMES)].copy(), macros.copy()

    def _photo(self, face: Face, body: Array) -> _Photo:
        person = self.person()
        origin = np.asarray((person.joint("l-eye") + person.joint("r-eye")) / 2, np.float64)
        level = level_turn(face)
        picture = np.column_stack([face.points[:, :2] @ level.T, face.points[:, 2]]) / face.eye_distance
        camera = first_camera(body, picture, origin, self.certainty[:, 0] ** 2, _NEARNESS[0])
        return _Photo(face, picture, level, camera)

    def traits(self) -> BodyTraits:
        """The body as it is fitted now, with every value set."""
        presentation, weight, african, asian = self.macros
        shares = np.clip([african, asian, 1 - african - asian], 0, None)
        found = {"presentation": float(presentation), "weight": float(weight),
                 "ancestry": tuple(float(share) for share in shares / shares.sum())}  # fmt: skip
        kept = {name: value for name, value in found.items() if getattr(self.known, name) is None}
        values = dict(zip(SLIDER_NAMES, self.sliders.tolist(), strict=True))
        return neutral(self.known.replace(**kept, sliders={**values, **self.known.sliders}))

    def person(self) -> Person:
        return self.model.person(self.traits())

    def _points_of(self, weights: dict[str, float]) -> Array:
        """(468, 3) how far targets move the landmarks."""
        return self.table.of(self.model.sum_of(weights))

    def _axes(self, sign: int) -> Array:
        """(468, 3, sliders) what a unit of each slider does on one side of 0."""
        columns = []
        for name in SLIDER_NAMES:
            columns.append(sign * self._points_of(_BY_NAME[name].targets(float(sign))))
        return np.stack(columns, axis=-1)

    def _macro_axes(self, body: Array, origin: Array) -> Array:
        """(468, 3, macros) by small differences; heads are compared by their eyes."""
        columns = []
        for number in range(len(self.macros)):
            before = self.macros[number]
            way = -_STEP if before > 0.5 else _STEP
            self.macros[number] = before + way
            person = self.person()
            self.macros[number] = before
            moved = (person.joint("l-eye") + person.joint("r-eye")) / 2
            columns.append((self.table.of(person.rows) - moved - (body - origin)) / way)
        return np.stack(columns, axis=-1)

    def step(self) -> None:
        """One step of Gauss and Newton over everything at once."""
        person = self.person()
        rows = person.rows
        origin = np.asarray((person.joint("l-eye") + person.joint("r-eye")) / 2, np.float64)
        relaxed = self.table.of(rows)
        positive = self.sliders[None, None] >= 0
        shared = np.concatenate(
            [np.where(positive, self.slider_axes[1], self.slider_axes[-1]), self._macro_axes(relaxed, origin)], axis=-1
        )
        count, own = shared.shape[-1], 7 + len(EXPRESSIONS)
        size = count + own * len(self.photos)
        normal, right = np.zeros((size, size)), np.zeros(size)
        for number, photo in enumerate(self.photos):
            photo.camera = dataclasses.replace(photo.camera, origin=origin)
            points = relaxed + self.expression_axes @ photo.expression
            jacobian, residual = self._linear(photo, points, shared)
            places = np.r_[0:count, count + own * number : count + own * (number + 1)]
            normal[np.ix_(places, places)] += jacobian.T @ jacobian
            right[places] += jacobian.T @ residual
        self._regularize(normal, right, count, own)
        self._apply(np.linalg.solve(normal, right), count, own)

    def _linear(self, photo: _Photo, points: Array, shared: Array) -> tuple[Array, Array]:
        """Weighted Jacobian (1404, ...) of the shared and the photo's own unknowns, and residual (1404,)."""
        camera = photo.camera
        turned = (points - camera.origin) @ camera.turn.T
        factor = 1 / (1 + camera.nearness * turned[:, 1])
        projected = camera.project(points)
        depth_offset = np.median(photo.picture[:, 2] - projected[:, 2])
        residual = photo.picture - projected - [0, 0, depth_offset]
        # What a small move (dx, dy, dz) in the camera's axes does in the picture.
        moves = np.zeros((len(points), 3, 3))
        moves[:, 0, 0] = camera.scale * factor
        moves[:, 0, 1] = -camera.scale * turned[:, 0] * camera.nearness * factor**2
        moves[:, 1, 2] = -camera.scale * factor
        moves[:, 1, 1] = camera.scale * turned[:, 2] * camera.nearness * factor**2
        moves[:, 2, 1] = camera.scale
        shape = np.concatenate([shared, self.expression_axes], axis=-1)
        by_shape = moves @ np.einsum("ij,njk->nik", camera.turn, shape)
        spin = np.stack([np.cross(axis, turned) for axis in np.eye(3)], axis=-1)
        by_turn = moves @ spin
        flat = projected[:, :2] - camera.place
        by_scale = np.column_stack([flat, projected[:, 2]])[..., None]
        by_place = np.broadcast_to(np.eye(3)[:, :2], (len(points), 3, 2))
        by_nearness = np.zeros((len(points), 3, 1))
        by_nearness[:, :2, 0] = -flat * (turned[:, 1] * factor)[:, None]
        count = shared.shape[-1]
        parts = [by_shape[..., :count], by_turn, by_scale, by_place, by_nearness, by_shape[..., count:]]
        # Landmarks that the fit misses by far, behind hair or a hand, count less (Geman and McClure).
        miss = np.linalg.norm(residual[:, :2] * self.certainty[:, :2], axis=1)
        weight = self.certainty * (1 / (1 + (miss / _FAR) ** 2))[:, None]
        jacobian = np.concatenate(parts, axis=-1) * weight[..., None]
        return jacobian.reshape(-1, jacobian.shape[-1]), (residual * weight).ravel()

    def _regularize(self, normal: Array, right: Array, count: int, own: int) -> None:
        spreads = [_BY_NAME[name].spread * _SPREAD for name in SLIDER_NAMES] + list(_MACRO_SPREADS.values())
        before = self.read - np.concatenate([self.sliders, self.macros])
        strength = np.where(self.fixed, 1e9, 1 / (_LEFT * np.array(spreads)) ** 2)
        before[self.fixed] = 0
        diagonal = np.arange(count)
        normal[diagonal, diagonal] += strength
        right[diagonal] += strength * before
        for number, photo in enumerate(self.photos):
            start = count + own * number
            normal[start + 6, start + 6] += 1 / _NEARNESS[1] ** 2
            right[start + 6] += (_NEARNESS[0] - photo.camera.nearness) / _NEARNESS[1] ** 2
            places = np.arange(start + 7, start + own)
            normal[places, places] += 1 / _EXPRESSION_SPREAD**2
            right[places] -= photo.expression / _EXPRESSION_SPREAD**2

    def _apply(self, change: Array, count: int, own: int) -> None:
        sliders = len(SLIDER_NAMES)
        self.sliders = np.clip(self.sliders + change[:sliders], -1, 1)
        self.macros = np.clip(self.macros + change[sliders:count], 0.02, 0.98)
        excess = max(1.0, float(self.macros[2:].sum()) / 0.98)
        self.macros[2:] /= excess
        for number, photo in enumerate(self.photos):
            part = change[count + own * number : count + own * (number + 1)]
            photo.camera = photo.camera.turned_by(
                part[:3], float(np.clip(part[3], -0.5, 0.5)), part[4:6], float(part[6])
            )
            photo.expression = np.clip(photo.expression + part[7:], 0, 1)

    def result(self) -> HeadFit:
        """Cameras in the pixels of their pictures."""
        traits, person = self.traits(), self.person()
        origin = np.asarray((person.joint("l-eye") + person.joint("r-eye")) / 2, np.float64)
        photos = []
        for photo in self.photos:
            unit = photo.face.eye_distance
            roll = np.eye(3)
            roll[np.ix_([0, 2], [0, 2])] = photo.level  # the picture's y is down, and the turn goes back
            camera = Camera(
                origin,
                roll @ photo.camera.turn,
                photo.camera.scale * unit,
                photo.level.T @ photo.camera.place * unit,
                photo.camera.nearness,
            )
            values = {name: round(float(value), 4) for name, value in zip(EXPRESSIONS, photo.expression, strict=True)
                      if value > 0.01}  # fmt: skip
            miss = (camera.project(self.table.of(expressed_rows(person, values))) - photo.face.points)[:, :2]
            error = 100 * float(np.sqrt(np.mean(miss**2) * 2)) / unit
            photos.append(Seen(camera, values, round(error, 2)))
        return HeadFit(traits, person, tuple(photos))
