"""How long the hair in a photo is, by how far down beside the face its color continues, and the nearest style."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml_core.color import hex_to_srgb, srgb_to_lab
from ml_core.inference.photo.faces import Face
from ml_core.inference.photo.surface.regions import filled
from ml_core.vocabulary.avatar.hair.hair_styles import HAIR_STYLES
from ml_core.vocabulary.traits import AvatarTraits

_NEAR = 16.0
"""CIELAB difference within which a pixel has the hair's color; lightness counts half, for hair has shade and shine."""
_SHARE = 0.25
_OVER_EARS = 0.45
"""Share of hair beside the ears that hides them; strands before the ears of hair that is tied are up to a third."""
_STYLES = {
    ("bald", False): "none", ("bald", True): "none",
    ("short", False): "side_part", ("short", True): "pixie",
    ("medium", False): "lob", ("medium", True): "bob",
    ("long", False): "long_straight", ("long", True): "long_wavy",
}  # fmt: skip
"""Length and whether the presentation is feminine -> the style that is put on until the artist chooses another."""
assert set(_STYLES.values()) <= set(HAIR_STYLES)


def hair_style_of(picture: NDArray[np.uint8], face: Face, hair: str | None, traits: AvatarTraits) -> str:
    """A style of the length that a picture shows; ``hair`` is its color, ``None`` where none was seen."""
    return _STYLES[hair_length(picture, face, hair), (traits.presentation or 0.0) > 0.5]


def hair_length(picture: NDArray[np.uint8], face: Face, hair: str | None) -> str:
    """``bald``, ``short``, ``medium`` (beside the cheeks) or ``long`` (beside the neck)."""
    if hair is None:
        return "bald"
    lab = srgb_to_lab(np.asarray(picture, np.float32) / 255)
    distance = np.linalg.norm((lab - srgb_to_lab(hex_to_srgb(hair))) * [0.5, 1, 1], axis=-1)
    # A dark wall is not black hair: what is nearer to the color of both upper corners than to hair's does not count.
    high, wide = max(1, lab.shape[0] // 5), max(1, lab.shape[1] // 20)
    corners = np.concatenate([lab[:high, :wide].reshape(-1, 3), lab[:high, -wide:].reshape(-1, 3)])
    behind = np.linalg.norm(lab - np.median(corners, axis=0), axis=-1)
    distance = np.where(behind < np.linalg.norm(lab - srgb_to_lab(hex_to_srgb(hair)), axis=-1), np.inf, distance)
    size = (picture.shape[1], picture.shape[0])
    right, left = face.points[127, :2], face.points[356, :2]
    across = (left - right) / max(float(np.linalg.norm(left - right)), 1e-6)
    down = face.points[152, :2] - face.points[10, :2]

    def covered(start: float, end: float) -> float:
        """The larger share of hair in the strips beside the face between two heights: 0 its top, 1 its chin."""
        shares = []
        for edge, way in ((right, -1.0), (left, 1.0)):
            base = edge - (edge - face.points[10, :2]) @ down / (down @ down) * down
            near, far = base + 0.10 * way * face.eye_distance * across, base + 0.55 * way * face.eye_distance * across
            strip = filled(
                size, np.stack([near + start * down, far + start * down, far + end * down, near + end * down])
            )
            inside = distance[strip > 0.5]
            shares.append(float((inside < _NEAR).mean()) if len(inside) > 8 else 0.0)
        return max(shares)

    if covered(1.0, 1.3) > _SHARE:
        return "long"
    # Hair that hides the ears is at least a bob, also where it ends above the jaw.
    return "medium" if covered(0.62, 0.92) > _SHARE or covered(0.3, 0.62) > _OVER_EARS else "short"
