"""Checks whether an avatar can be made from a picture, with a clear error for each reason why not."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml_core.color import srgb_to_lab
from ml_core.errors import InputError
from ml_core.inference.photo.faces import Face, FaceFinder
from ml_core.inference.photo.fitting import Seen
from ml_core.inference.photo.surface.regions import CHEEKS, EYES, OVAL, region

LEAST_EYE_DISTANCE = 22.0
"""Pixels between the eyes; below, landmarks are a guess."""
FRONT, AROUND = 35.0, 65.0
"""Degrees by which the first photo's face, and that of others, may be turned aside."""
_SECOND_FACE = 0.4
"""Size beside the largest face from which on another one is a second person, not somebody in the background."""
_LEAST_PRESENCE, _LEAST_SCORE = 0.97, 0.6
"""How sure both networks are of people, in photos and drawings alike; of a cat they say 0.96 and 0.52 at most."""
_COVERED = 22.0
"""CIELAB lightness by which all of the eyes' surroundings are darker than the cheeks behind dark glasses."""
_FLAT = 0.55
"""Share of a drawn face's neighbors that are of the very same color; photos have grain."""
_DARKEST = 15.0
"""CIELAB lightness that the lightest tenth of a face has at least: it has highlights and whites of eyes whatever its
skin (28 in the darkest of 50 drawn pictures)."""
_WHITE, _BLOWN = 98.5, 0.4
"""CIELAB lightness above which nothing is left of a color, and the share of a face that may be so light."""
_COLORLESS = 3.0
"""CIELAB chroma below which nearly all of a face has no color; skin in the grayest light has more."""
_WORST_FIT = 14.0
"""% of the eye distance; no human face is that far from what the body can be."""


def only_face(finder: FaceFinder, picture: NDArray[np.uint8], name: str) -> Face:
    """The one face of a picture (H, W, 3).

    Raises:
        InputError: it shows none, or several, or one too small, or only something like a face.
    """
    found = finder.find(picture)
    faces = [face for face in found if face.presence > _LEAST_PRESENCE and face.score > _LEAST_SCORE]
    if found and not faces:
        raise InputError(
            "{name}: what looks like a face here is an animal, a toy, or too covered or dark; choose a clear photo of "
            "one person from the front",
            name=name,
        )
    if not faces:
        raise InputError(
            "{name}: no face found; choose a photo of one person from the front, well lit and not covered", name=name
        )
    faces.sort(key=lambda face: -face.eye_distance)
    near = [face for face in faces if face.eye_distance > _SECOND_FACE * faces[0].eye_distance]
    if len(near) > 1:
        raise InputError("{name}: {count} faces; cut the photo to one of them", name=name, count=len(near))
    if faces[0].eye_distance < LEAST_EYE_DISTANCE:
        raise InputError(
            "{name}: the face is too small, {pixels:.0f} pixels between the eyes; at least {least:.0f} are needed",
            name=name,
            pixels=faces[0].eye_distance,
            least=LEAST_EYE_DISTANCE,
        )
    return faces[0]


def check_face(picture: NDArray[np.uint8], face: Face, seen: Seen, name: str, is_first: bool) -> None:
    """Refuse a face that no avatar can be made from.

    Raises:
        InputError: the face is turned away, too dark or too bright, without color or drawn; its eyes are
            covered; or it is not a human one.
    """
    most = FRONT if is_first else AROUND
    turned = max(abs(seen.camera.yaw), abs(seen.camera.pitch))
    if turned > most:
        raise InputError(
            "{name}: the face is turned away by {degrees:.0f} degrees; begin with a photo from the front",
            name=name,
            degrees=turned,
        )
    _check_light(picture, face, name)
    if flatness(picture, face) > _FLAT:
        raise InputError("{name}: this is drawn or rendered without detail, not a photo; choose a photo", name=name)
    if seen.error > _WORST_FIT:
        raise InputError("{name}: this is not a human face as it can be fitted; choose another photo", name=name)
    if covered_eyes(picture, face) > _COVERED:
        raise InputError("{name}: the eyes are covered; choose a photo without dark glasses", name=name)


def _check_light(picture: NDArray[np.uint8], face: Face, name: str) -> None:
    """Refuse a face whose skin has no color that could be read."""
    inside = region(face, (picture.shape[1], picture.shape[0]), OVAL) > 0.5
    if not inside.any():
        return
    lab = srgb_to_lab(np.asarray(picture[inside], np.float32) / 255)
    if np.quantile(lab[:, 0], 0.9) < _DARKEST:
        raise InputError("{name}: the face is too dark; choose a photo with more light on it", name=name)
    if (lab[:, 0] > _WHITE).mean() > _BLOWN:
        raise InputError("{name}: the face is too bright, it has lost its color; choose another photo", name=name)
    if np.quantile(np.linalg.norm(lab[:, 1:], axis=1), 0.9) < _COLORLESS:
        raise InputError("{name}: the photo is black and white; choose one in color", name=name)


def covered_eyes(picture: NDArray[np.uint8], face: Face) -> float:
    """How much darker than the cheeks the lighter part of the eyes' surroundings is, CIELAB lightness.

    Behind dark glasses there are neither lids of the skin's lightness nor whites.
    """
    lightness = srgb_to_lab(np.asarray(picture, np.float32) / 255)[..., 0]
    size = (picture.shape[1], picture.shape[0])
    cheeks = np.concatenate([lightness[region(face, size, part) > 0.5] for part in CHEEKS.values()])
    around = np.concatenate([lightness[region(face, size, EYES[side], 2.0) > 0.5] for side in EYES])
    if not len(cheeks) or not len(around):
        return 0.0
    return float(np.median(cheeks) - np.quantile(around, 0.75))


def flatness(picture: NDArray[np.uint8], face: Face) -> float:
    """Share of the pixels of a face whose right neighbor has the very same color."""
    inside = region(face, (picture.shape[1], picture.shape[0]), OVAL)[:, :-1] > 0.5
    same = (picture[:, 1:] == picture[:, :-1]).all(axis=-1)
    return float(same[inside].mean()) if inside.any() else 0.0
