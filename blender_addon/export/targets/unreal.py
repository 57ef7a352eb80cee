"""Unreal Engine: centimeters, normal maps with green down, Manny's bone names."""

from __future__ import annotations

from ml_core.vocabulary.targets import TARGETS

from .profile import ORM, Profile

_FINGERS = {"Index": "index", "Middle": "middle", "Ring": "ring", "Little": "pinky"}


def _manny() -> dict[str, str]:
    """VRM 1.0 joint names, and those of twist bones, to the bones of Unreal's Manny."""
    names = {
        "hips": "pelvis",
        "spine": "spine_01",
        "chest": "spine_02",
        "upperChest": "spine_03",
        "neck": "neck_01",
        "head": "head",
    }
    limbs = {
        "Shoulder": "clavicle",
        "UpperArm": "upperarm",
        "UpperArmTwist": "upperarm_twist_01",
        "LowerArm": "lowerarm",
        "LowerArmTwist": "lowerarm_twist_01",
        "Hand": "hand",
        "UpperLeg": "thigh",
        "LowerLeg": "calf",
        "Foot": "foot",
        "Toes": "ball",
        "Eye": "eye",
        "ThumbMetacarpal": "thumb_01",
        "ThumbProximal": "thumb_02",
        "ThumbDistal": "thumb_03",
    }
    for finger, short in _FINGERS.items():
        for number, phalanx in enumerate(("Proximal", "Intermediate", "Distal"), start=1):
            limbs[finger + phalanx] = f"{short}_{number:02d}"
    for side, letter in (("left", "l"), ("right", "r")):
        names |= {side + limb: f"{target}_{letter}" for limb, target in limbs.items()}
    return names


UNREAL = Profile(
    target=TARGETS["unreal"],
    packings=(ORM,),
    root_bone=True,
    bone_names=_manny(),
    skinned_lods=True,
)
