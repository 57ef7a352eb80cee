"""Ready Player Me's full-body avatars: GLB with Mixamo's bone names without their prefix.

https://docs.readyplayer.me/ready-player-me/api-reference/avatars/full-body-avatars
"""

from __future__ import annotations

from ml_core.vocabulary.targets import TARGETS

from .profile import ORM, Profile

_FINGERS = ("Thumb", "Index", "Middle", "Ring", "Pinky")


def _mixamo() -> dict[str, str]:
    """VRM 1.0 joint names to the bones of those avatars."""
    names = {
        "hips": "Hips",
        "spine": "Spine",
        "chest": "Spine1",
        "upperChest": "Spine2",
        "neck": "Neck",
        "head": "Head",
    }
    limbs = {
        "Eye": "Eye",
        "Shoulder": "Shoulder",
        "UpperArm": "Arm",
        "LowerArm": "ForeArm",
        "Hand": "Hand",
        "UpperLeg": "UpLeg",
        "LowerLeg": "Leg",
        "Foot": "Foot",
        "Toes": "ToeBase",
    }
    for finger in _FINGERS:
        phalanges = (
            ("Proximal", "Intermediate", "Distal") if finger != "Thumb" else ("Metacarpal", "Proximal", "Distal")
        )
        joint = "Little" if finger == "Pinky" else finger
        for number, phalanx in enumerate(phalanges, start=1):
            limbs[joint + phalanx] = f"Hand{finger}{number}"
    for side in ("left", "right"):
        names |= {side + limb: f"{side.title()}{target}" for limb, target in limbs.items()}
    return names


RPM = Profile(
    target=TARGETS["rpm"],
    packings=(ORM,),
    bone_names=_mixamo(),
)
