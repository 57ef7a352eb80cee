"""Sliders of the avatars that earlier versions have saved: shape keys in their files, driven by the armature."""

from __future__ import annotations

from ..traits import RANGES, AvatarTraits
from .stature import REFERENCE_HEIGHT

HEIGHT_STEP = 0.25
"""Share of the reference height that such a body grows by at height = 1."""
HEIGHTS = (1.4, 2.1)
"""Meters."""
BODY_SLIDERS = ("presentation", "build", "height")
FACE_SLIDERS = (
    "age", "head_size", "eye_size", "eye_distance", "eye_height", "nose_length", "nose_width", "nose_bridge",
    "mouth_width", "lip_fullness", "jaw_width", "chin_length", "cheekbones", "ear_size", "forehead", "neck",
)  # fmt: skip
"""Each from -1 to 1; 0 is the mean face."""
SLIDERS = (*BODY_SLIDERS, *FACE_SLIDERS)


def slider_values(traits: AvatarTraits) -> dict[str, float]:
    """The sliders' values (-1..1) for traits; what is not chosen is 0."""
    values = {
        "presentation": 0.0 if traits.presentation is None else 2 * traits.presentation - 1,
        "build": 0.0 if traits.build is None else 2 * traits.build - 1,
        "height": 0.0 if traits.height is None else (traits.height / REFERENCE_HEIGHT - 1) / HEIGHT_STEP,
    }
    return values | {name: (traits.face or {}).get(name, 0.0) for name in FACE_SLIDERS}


def body_trait(name: str, slider: float) -> float:
    """The trait of a body slider that stands at ``slider``, within its range; inverse of :func:`slider_values`."""
    low, high = HEIGHTS if name == "height" else RANGES[name]
    value = REFERENCE_HEIGHT * (1 + HEIGHT_STEP * slider) if name == "height" else (slider + 1) / 2
    return min(max(round(value, 6), low), high)
