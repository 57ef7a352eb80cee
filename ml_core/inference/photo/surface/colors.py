"""Colors of eyes and hair in a photo, and what grows or sits on the face."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml_core.color import linear_to_srgb, srgb_image_to_linear, srgb_to_hex, srgb_to_lab
from ml_core.inference.photo.faces import Face
from ml_core.inference.photo.surface.light import white_balance
from ml_core.inference.photo.surface.regions import CHEEKS, CHIN, EYES, UPPER_LIP, filled, region

Array = NDArray[np.floating]

_CROWN = 0.55
"""Height over the top of the face, in distances between the eyes, within which hair is looked for."""
_APART = 12.0
"""Difference from the skin in CIELAB from which on what is over the face is hair."""
_DARKER = 10.0
"""CIELAB lightness by which a chin is darker than cheeks where a beard is."""


@dataclass(frozen=True)
class Looks:
    """What a photo shows beside the skin. ``eye`` and ``hair`` are sRGB hex, ``None`` where they cannot be seen;
    ``beard`` is how much darker chin and upper lip are than the cheeks, CIELAB lightness."""

    eye: str | None
    hair: str | None
    beard: float


def looks_of(picture: NDArray[np.uint8], face: Face) -> Looks:
    """What a picture (H, W, 3) sRGB shows of a face."""
    linear = srgb_image_to_linear(np.asarray(picture, np.float32) / 255).astype(np.float64)
    linear = np.clip(linear * white_balance(face, linear), 0, 1)
    lab = srgb_to_lab(linear_to_srgb(linear))
    size = (picture.shape[1], picture.shape[0])
    cheeks = np.median(np.concatenate([lab[region(face, size, part) > 0.5] for part in CHEEKS.values()]), axis=0)
    below = np.concatenate([lab[region(face, size, part) > 0.5] for part in (CHIN, UPPER_LIP)])
    return Looks(
        _eye_color(linear, face, size),
        _hair_color(linear, lab, face, size, cheeks),
        float(cheeks[0] - np.median(below[:, 0])) if len(below) else 0.0,
    )


def _eye_color(linear: Array, face: Face, size: tuple[int, int]) -> str | None:
    """The middle of the rings between pupil and rim, within the lids; glints and lashes are the ends that are left."""
    found = []
    for number, side in enumerate(EYES):
        center = face.irises[number, 0]
        radius = float(np.linalg.norm(face.irises[number, 1:] - center, axis=1).mean())
        rows, columns = np.nonzero(region(face, size, EYES[side], 0.9) > 0.5)
        away = np.hypot(columns + 0.5 - center[0], rows + 0.5 - center[1]) / max(radius, 1e-6)
        ring = (away > 0.42) & (away < 0.9)
        found.append(linear[rows[ring], columns[ring]])
    pixels = np.concatenate(found)
    if len(pixels) < 8:
        return None
    brightness = pixels.mean(axis=1)
    middle = pixels[(brightness >= np.quantile(brightness, 0.35)) & (brightness <= np.quantile(brightness, 0.85))]
    return srgb_to_hex(linear_to_srgb(middle.mean(axis=0)))


def _hair_color(linear: Array, lab: Array, face: Face, size: tuple[int, int], skin: NDArray[np.floating]) -> str | None:
    """What is over the forehead and is not like skin; ``None`` where most of it is."""
    eyes = face.eye_distance
    across = face.points[356, :2] - face.points[127, :2]
    up = face.points[10, :2] - face.points[152, :2]
    up = up / max(float(np.linalg.norm(up)), 1e-6)
    top, half = face.points[10, :2], 0.33 * across
    corners = np.stack([top - half + 0.12 * eyes * up, top + half + 0.12 * eyes * up,
                        top + half + _CROWN * eyes * up, top - half + _CROWN * eyes * up])  # fmt: skip
    inside = filled(size, corners) > 0.5
    pixels, colors = linear[inside], lab[inside]
    if len(pixels) < 16:
        return None
    apart = np.linalg.norm((colors - skin) * [0.6, 1, 1], axis=1)
    if (apart > _APART).mean() < 0.35:
        return None
    hair = pixels[apart > _APART]
    brightness = hair.mean(axis=1)
    return srgb_to_hex(linear_to_srgb(np.median(hair[brightness <= np.quantile(brightness, 0.8)], axis=0)))


def has_beard(looks: Looks) -> bool:
    """Whether chin and upper lip are dark enough for hair to grow there."""
    return looks.beard > _DARKER
