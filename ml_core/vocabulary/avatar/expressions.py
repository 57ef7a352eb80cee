"""Names of facial shapes: ARKit's 52, and Oculus' 15 visemes as sums of them."""

from __future__ import annotations

ARKIT_SHAPES: tuple[str, ...] = (
    *(f"eye{what}{side}" for side in ("Left", "Right") for what in (
        "Blink", "LookDown", "LookIn", "LookOut", "LookUp", "Squint", "Wide")),
    "jawForward", "jawLeft", "jawRight", "jawOpen",
    "mouthClose", "mouthFunnel", "mouthPucker", "mouthLeft", "mouthRight",
    "mouthSmileLeft", "mouthSmileRight", "mouthFrownLeft", "mouthFrownRight", "mouthDimpleLeft", "mouthDimpleRight",
    "mouthStretchLeft", "mouthStretchRight", "mouthRollLower", "mouthRollUpper", "mouthShrugLower", "mouthShrugUpper",
    "mouthPressLeft", "mouthPressRight", "mouthLowerDownLeft", "mouthLowerDownRight", "mouthUpperUpLeft",
    "mouthUpperUpRight",
    "browDownLeft", "browDownRight", "browInnerUp", "browOuterUpLeft", "browOuterUpRight",
    "cheekPuff", "cheekSquintLeft", "cheekSquintRight", "noseSneerLeft", "noseSneerRight", "tongueOut",
)  # fmt: skip
"""``ARFaceAnchor.BlendShapeLocation``'s 52 names in Apple's order; left is the character's left."""


def _both(name: str, value: float) -> dict[str, float]:
    return {f"{name}Left": value, f"{name}Right": value}


VISEMES: dict[str, dict[str, float]] = {
    "viseme_sil": {"mouthPressLeft": 0.08, "mouthPressRight": 0.08},
    "viseme_PP": {"mouthPressLeft": 0.6, "mouthPressRight": 0.6, "mouthRollLower": 0.4, "mouthRollUpper": 0.35},
    "viseme_FF": {"jawOpen": 0.06, "mouthRollLower": 0.75, "mouthShrugLower": 0.2} | _both("mouthUpperUp", 0.35),
    "viseme_TH": {"jawOpen": 0.18, "tongueOut": 0.4} | _both("mouthLowerDown", 0.15),
    "viseme_DD": {"jawOpen": 0.14} | _both("mouthLowerDown", 0.3) | _both("mouthUpperUp", 0.1),
    "viseme_kk": {"jawOpen": 0.22} | _both("mouthLowerDown", 0.2) | _both("mouthStretch", 0.15),
    "viseme_CH": {"jawOpen": 0.1, "mouthFunnel": 0.55, "mouthPucker": 0.2} | _both("mouthLowerDown", 0.2),
    "viseme_SS": {"jawOpen": 0.05, **_both("mouthStretch", 0.4), **_both("mouthLowerDown", 0.35)}
    | _both("mouthUpperUp", 0.2),
    "viseme_nn": {"jawOpen": 0.12} | _both("mouthLowerDown", 0.25) | _both("mouthUpperUp", 0.15),
    "viseme_RR": {"jawOpen": 0.12, "mouthFunnel": 0.4, "mouthPucker": 0.15},
    "viseme_aa": {"jawOpen": 0.6} | _both("mouthLowerDown", 0.15),
    "viseme_E": {"jawOpen": 0.28} | _both("mouthStretch", 0.4) | _both("mouthUpperUp", 0.15),
    "viseme_I": {"jawOpen": 0.16, **_both("mouthStretch", 0.45), **_both("mouthSmile", 0.25)}
    | _both("mouthLowerDown", 0.2),
    "viseme_O": {"jawOpen": 0.38, "mouthFunnel": 0.6},
    "viseme_U": {"jawOpen": 0.16, "mouthPucker": 0.75, "mouthFunnel": 0.25},
}  # fmt: skip
"""Oculus' 15 visemes (Lip Sync's order and names), composed from ARKit's shapes."""
