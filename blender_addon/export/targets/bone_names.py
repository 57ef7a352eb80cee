"""The names that engines give the humanoid joints of VRM 1.0."""

from __future__ import annotations


def manny() -> dict[str, str]:
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
    fingers = {"Index": "index", "Middle": "middle", "Ring": "ring", "Little": "pinky"}
    for finger, short in fingers.items():
        for number, phalanx in enumerate(("Proximal", "Intermediate", "Distal"), start=1):
            limbs[finger + phalanx] = f"{short}_{number:02d}"
    for side, letter in (("left", "l"), ("right", "r")):
        names |= {side + limb: f"{target}_{letter}" for limb, target in limbs.items()}
    return names


def ready_player_me() -> dict[str, str]:
    """VRM 1.0 joint names to the bones of Ready Player Me's full-body avatars: Mixamo's without their prefix.

    https://docs.readyplayer.me/ready-player-me/api-reference/avatars/full-body-avatars
    """
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
    for finger in ("Thumb", "Index", "Middle", "Ring", "Pinky"):
        phalanges = (
            ("Proximal", "Intermediate", "Distal") if finger != "Thumb" else ("Metacarpal", "Proximal", "Distal")
        )
        joint = "Little" if finger == "Pinky" else finger
        for number, phalanx in enumerate(phalanges, start=1):
            limbs[joint + phalanx] = f"Hand{finger}{number}"
    for side in ("left", "right"):
        names |= {side + limb: f"{side.title()}{target}" for limb, target in limbs.items()}
    return names
