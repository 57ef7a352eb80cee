"""Faces in a picture: where they are, 468 landmarks of each and its irises, by MediaPipe's networks in ONNX Runtime.

Bazarevsky et al. 2019 (BlazeFace), Kartynnik et al. 2019 (face mesh), Ablavatski et al. 2020 (iris).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ml_core.inference.session import open_session
from ml_core.weights import WEIGHTS_FOLDER

Array = NDArray[np.floating]

DETECTOR = WEIGHTS_FOLDER / "face_detector.onnx"
LANDMARKS = WEIGHTS_FOLDER / "face_landmarks.onnx"
IRISES = WEIGHTS_FOLDER / "iris_landmarks.onnx"
COUNT = 468
LIDS = {"right": (33, 133), "left": (263, 362)}
"""Landmarks of the outer and the inner corner of each eye; sides are the person's own."""

_DETECTOR_SIZE, _MESH_SIZE, _IRIS_SIZE = 128, 192, 64
_STRIDES = ((8, 2), (16, 6))
"""Texels between the detector's anchors, and how many anchors lie at each place."""
_LEAST_SCORE, _MOST_OVERLAP = 0.5, 0.3
_FACE_MARGIN, _EYE_MARGIN = 1.5, 2.3
_REFINEMENTS = 2
_MESH_OUTPUTS = ("conv2d_20", "conv2d_30", "features")
"""Landmarks, presence, and what the network sees."""


@dataclass(frozen=True)
class Detection:
    """A face that the detector sees: ``score`` 0..1, ``center`` (2,) and ``size`` in pixels, and six ``points`` (6, 2):
    the eyes (the person's right one first), nose, mouth and ears."""

    score: float
    center: Array
    size: float
    points: Array


@dataclass(frozen=True)
class Face:
    """One face in a picture; pixels, x to the right and y down.

    Attributes:
        points: (468, 3), where z is the distance from the camera in the same unit, 0 in the middle of the head.
        irises: (2, 5, 2) center, then four points of the rim, of the person's right and left eye.
        presence: 0..1, how sure the landmark network is that this is a face.
        score: 0..1, how sure the detector is.
        features: (F,) activations of the landmark network on a grid over the face; mean of the picture and its mirror
            image.
    """

    points: Array
    irises: Array
    presence: float
    score: float
    features: Array

    @property
    def eye_distance(self) -> float:
        """Pixels between the middles of both eyes."""
        right, left = (self.points[list(corners), :2].mean(axis=0) for corners in LIDS.values())
        return float(np.linalg.norm(left - right))


class FaceFinder:
    """The three networks.

    Example:
        >>> finder = FaceFinder.load()
        >>> finder.find(picture)[0].points.shape
        (468, 3)
    """

    def __init__(self, detector: Any, landmarks: Any, irises: Any) -> None:
        self._detector, self._landmarks, self._irises = detector, landmarks, irises
        self._anchors = _anchors()

    @classmethod
    def load(cls, folder: Path | None = None) -> FaceFinder:
        """The shipped networks, or those of the same names in ``folder``.

        Raises:
            InputError: one is missing or damaged.
        """
        paths = [path if folder is None else folder / path.name for path in (DETECTOR, LANDMARKS, IRISES)]
        return cls(*(open_session(path, "cpu") for path in paths))

    def find(self, picture: NDArray[np.uint8]) -> list[Face]:
        """The faces of a picture (H, W, 3) sRGB, the surest first."""
        image = Image.fromarray(picture)
        return [self._face(image, detection) for detection in self.detect(image)]

    def detect(self, image: Image.Image) -> list[Detection]:
        """Faces without landmarks; small ones are looked for in parts of the picture when the whole shows none."""
        side = max(image.size)
        found = self._detect(image, np.array(image.size) / 2, side)
        for parts in (2, 3):
            if found:
                break
            part = 1.4 * side / parts
            centers = [
                (np.array([column, row]) + 0.5) * side / parts for row in range(parts) for column in range(parts)
            ]
            offset = (np.array(image.size) - side) / 2
            for center in centers:
                found += self._detect(image, center + offset, part)
            found = _without_twins(found)
        return sorted(found, key=lambda detection: -detection.score)

    def _detect(self, image: Image.Image, center: Array, side: float) -> list[Detection]:
        pixels = _cut(image, center, side, 0.0, _DETECTOR_SIZE) * 2 - 1
        boxes, scores = self._detector.run(None, {"image": pixels[None]})
        certain = 1 / (1 + np.exp(-np.clip(scores[0, :, 0], -80, 80)))
        kept = np.flatnonzero(certain > _LEAST_SCORE)
        values = boxes[0, kept].reshape(-1, 8, 2) / _DETECTOR_SIZE
        values[:, [0, *range(2, 8)]] += self._anchors[kept, None]
        found = []
        for score, value in zip(certain[kept], values, strict=True):
            places = (value[[0, *range(2, 8)]] - 0.5) * side + center
            found.append(Detection(float(score), places[0], float(value[1].max() * side), places[1:]))
        return _without_twins(found)

    def _face(self, image: Image.Image, detection: Detection) -> Face:
        across = detection.points[1] - detection.points[0]
        angle = float(np.arctan2(across[1], across[0]))
        points, presence = self._mesh(image, detection.center, _FACE_MARGIN * detection.size, angle)
        for _ in range(_REFINEMENTS):
            points, presence = self._mesh(image, *_square(points))
        _, _, angle = _square(points)
        irises = np.stack([self._iris(image, points, side, angle) for side in ("right", "left")])
        return Face(points, irises, presence, detection.score, self.features(image, points))

    def _mesh(self, image: Image.Image, center: Array, side: float, angle: float) -> tuple[Array, float]:
        """Landmarks (468, 3) in pixels and presence, from a square of the picture."""
        pixels = _cut(image, center, side, angle, _MESH_SIZE)
        values, presence = self._landmarks.run(list(_MESH_OUTPUTS[:2]), {"image": pixels[None]})
        points = values.reshape(COUNT, 3).astype(np.float64) / _MESH_SIZE
        flat = (points[:, :2] - 0.5) * side @ _turn(angle).T + center
        return np.column_stack([flat, points[:, 2] * side]), float(1 / (1 + np.exp(-float(presence.ravel()[0]))))

    def features(self, image: Image.Image, points: Array) -> NDArray[np.float32]:
        """(F,) of a face whose landmarks (468, 3) are known, see :class:`Face`."""
        pixels = _cut(image, *_square(points), _MESH_SIZE)
        seen = [
            self._landmarks.run(list(_MESH_OUTPUTS[2:]), {"image": np.ascontiguousarray(image[None])})[0].ravel()
            for image in (pixels, pixels[:, ::-1])
        ]
        return np.asarray((seen[0] + seen[1]) / 2, np.float32)

    def _iris(self, image: Image.Image, points: Array, side: str, angle: float) -> Array:
        """(5, 2) center and rim of an iris; the network was trained on left eyes, so right ones are mirrored."""
        outer, inner = points[list(LIDS[side]), :2]
        width = _EYE_MARGIN * float(np.linalg.norm(outer - inner))
        pixels = _cut(image, (outer + inner) / 2, width, angle, _IRIS_SIZE)
        mirrored = side == "left"
        values = self._irises.run(["output_iris"], {"image": pixels[None, :, :: -1 if mirrored else 1].copy()})[0]
        flat = values.reshape(5, 3)[:, :2].astype(np.float64) / _IRIS_SIZE
        if mirrored:
            flat[:, 0] = 1 - flat[:, 0]
        return (flat - 0.5) * width @ _turn(angle).T + (outer + inner) / 2


def _anchors() -> Array:
    """(896, 2) anchors of the detector's boxes, 0..1."""
    places = []
    for stride, count in _STRIDES:
        number = _DETECTOR_SIZE // stride
        middle = (np.arange(number) + 0.5) / number
        grid = np.stack(np.meshgrid(middle, middle), axis=-1).reshape(-1, 2)
        places.append(np.repeat(grid, count, axis=0))
    return np.concatenate(places)


def _without_twins(found: list[Detection]) -> list[Detection]:
    """One detection for each face: those that overlap become their mean, weighted by their scores."""
    left = sorted(found, key=lambda detection: -detection.score)
    kept = []
    while left:
        same = [other for other in left if _overlap(left[0], other) > _MOST_OVERLAP]
        weights = np.array([other.score for other in same])
        weights = weights / weights.sum()
        kept.append(
            Detection(
                left[0].score,
                np.einsum("n,nk->k", weights, np.stack([other.center for other in same])),
                float(weights @ [other.size for other in same]),
                np.einsum("n,nkc->kc", weights, np.stack([other.points for other in same])),
            )
        )
        left = [other for other in left if all(other is not item for item in same)]
    return kept


def _overlap(first: Detection, second: Detection) -> float:
    """Intersection over union of two squares."""
    low = np.maximum(first.center - first.size / 2, second.center - second.size / 2)
    high = np.minimum(first.center + first.size / 2, second.center + second.size / 2)
    shared = float(np.clip(high - low, 0, None).prod())
    return shared / max(first.size**2 + second.size**2 - shared, 1e-9)


def _square(points: Array) -> tuple[Array, float, float]:
    """Center (2,) in pixels, side and angle of the landmark network's input square around a face (468, 3)."""
    across = points[LIDS["left"][0], :2] - points[LIDS["right"][0], :2]
    angle = float(np.arctan2(across[1], across[0]))
    turned = points[:, :2] @ _turn(angle)
    low, high = turned.min(axis=0), turned.max(axis=0)
    return _turn(angle) @ ((low + high) / 2), _FACE_MARGIN * float((high - low).max()), angle


def _turn(angle: float) -> Array:
    cos, sin = np.cos(angle), np.sin(angle)
    return np.array([[cos, -sin], [sin, cos]])


def _cut(image: Image.Image, center: Array, side: float, angle: float, size: int) -> NDArray[np.float32]:
    """(size, size, 3) 0..1: a turned square of a picture, black where the picture ends, smooth where it shrinks."""
    reduced = max(1, int(side / size / 1.5))
    if reduced > 1:
        image = image.reduce(reduced)
        center, side = np.asarray(center) / reduced, side / reduced
    scale = side / size
    cos, sin = scale * np.cos(angle), scale * np.sin(angle)
    half = size / 2
    start = (center[0] - (cos - sin) * half, center[1] - (sin + cos) * half)
    matrix = (cos, -sin, start[0], sin, cos, start[1])
    cut = image.transform((size, size), Image.Transform.AFFINE, matrix, Image.Resampling.BILINEAR)
    return np.asarray(cut, np.float32) / 255
