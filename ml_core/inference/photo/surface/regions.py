"""Parts of a face by the numbers of MediaPipe's landmarks, as masks of the picture."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from ml_core.inference.photo.faces import Face

OVAL = (10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377,
        152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109)  # fmt: skip
EYES = {
    "right": (33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246),
    "left": (263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466),
}
"""Openings of the lids."""
LIPS = (61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40, 185)
MOUTH = (78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 415, 310, 311, 312, 13, 82, 81, 80, 191)
"""The opening between the lips."""
BROWS = {
    "right": (70, 63, 105, 66, 107, 55, 65, 52, 53, 46),
    "left": (300, 293, 334, 296, 336, 285, 295, 282, 283, 276),
}
NOSTRILS = (98, 97, 2, 326, 327, 294, 278, 344, 440, 275, 4, 45, 220, 115, 48, 64)
CHEEKS = {"right": (117, 118, 101, 36, 205, 187, 123), "left": (346, 347, 330, 266, 425, 411, 352)}
CHIN = (18, 83, 182, 194, 32, 208, 199, 428, 262, 418, 406, 313)
UPPER_LIP = (164, 167, 165, 92, 186, 39, 37, 0, 267, 269, 410, 322, 391, 393)


def filled(size: tuple[int, int], points: NDArray[np.floating], blur: float = 0.0) -> NDArray[np.float32]:
    """(H, W) 0..1 of a polygon of pixels (N, 2) in a picture of ``size`` (width, height), its border ``blur`` wide."""
    mask = Image.new("L", size)
    ImageDraw.Draw(mask).polygon([(float(x), float(y)) for x, y in points], fill=255)
    if blur > 0.3:
        mask = mask.filter(ImageFilter.GaussianBlur(blur))
    return np.asarray(mask, np.float32) / 255


def region(
    face: Face, size: tuple[int, int], numbers: Iterable[int], grow: float = 1.0, blur: float = 0.0
) -> NDArray[np.float32]:
    """(H, W) 0..1 of the outline that landmarks make, ``grow`` times as large; ``blur`` in distances of the eyes."""
    points = face.points[list(numbers), :2]
    middle = points.mean(axis=0)
    return filled(size, middle + grow * (points - middle), blur * face.eye_distance)


_OPEN = 0.06
"""Height of the opening by its width from which on a mouth is open."""
_CORNERS = 1.16
"""By how much what lies in shadow around the teeth goes beyond the landmarks of the opening."""


def opening(face: Face, size: tuple[int, int]) -> NDArray[np.float32]:
    """(H, W) 1 where the mouth is open, with the dark corners of a smile, which are not skin."""
    points = face.points[list(MOUTH), :2]
    wide, high = np.linalg.norm(points[0] - points[10]), np.linalg.norm(points[5] - points[15])
    return region(face, size, MOUTH, _CORNERS if high > _OPEN * wide else 1.0)


def brow_masks(face: Face, size: tuple[int, int]) -> NDArray[np.float32]:
    """(H, W) 1 on and around the brows."""
    return np.maximum(*(region(face, size, BROWS[side], 1.35) for side in BROWS))


def features(face: Face, size: tuple[int, int]) -> NDArray[np.float32]:
    """(H, W) 1 on eyes, brows, lips and nostrils, which are not of the skin's color."""
    masks = [region(face, size, EYES[side], 1.5) for side in EYES]
    masks += [brow_masks(face, size), region(face, size, LIPS, 1.15), region(face, size, NOSTRILS, 1.1)]
    return np.maximum.reduce(masks)
