"""Maps the bones of a file to humanoid joints."""

from __future__ import annotations

from typing import Any

from .model import Model

REQUIRED = (
    "hips", "spine", "head",
    "leftUpperArm", "leftLowerArm", "leftHand", "rightUpperArm", "rightLowerArm", "rightHand",
    "leftUpperLeg", "leftLowerLeg", "leftFoot", "rightUpperLeg", "rightLowerLeg", "rightFoot",
)  # fmt: skip
"""The fifteen that Unity's Humanoid and VRM 1.0 both need."""

OPTIONAL = (
    "chest", "upperChest", "neck", "jaw", "leftEye", "rightEye", "leftShoulder", "rightShoulder", "leftToes",
    "rightToes",
    *(
        f"{side}{finger}{phalanx}"
        for side in ("left", "right")
        for finger, phalanges in (
            ("Thumb", ("Metacarpal", "Proximal", "Distal")),
            *((item, ("Proximal", "Intermediate", "Distal")) for item in ("Index", "Middle", "Ring", "Little")),
        )
        for phalanx in phalanges
    ),
)  # fmt: skip
"""The others that VRM 1.0 knows (VRMC_vrm, humanoid)."""

PARENTS = {
    "spine": "hips",
    "head": "spine",
    "leftUpperArm": "spine",
    "leftLowerArm": "leftUpperArm",
    "leftHand": "leftLowerArm",
    "rightUpperArm": "spine",
    "rightLowerArm": "rightUpperArm",
    "rightHand": "rightLowerArm",
    "leftUpperLeg": "hips",
    "leftLowerLeg": "leftUpperLeg",
    "leftFoot": "leftLowerLeg",
    "rightUpperLeg": "hips",
    "rightLowerLeg": "rightUpperLeg",
    "rightFoot": "rightLowerLeg",
}
"""Each required joint's nearest required ancestor."""

_MANNY = {
    "hips": "pelvis",
    "spine": "spine_01",
    "head": "head",
    **{
        f"{side}{joint}": f"{bone}_{letter}"
        for side, letter in (("left", "l"), ("right", "r"))
        for joint, bone in (
            ("UpperArm", "upperarm"),
            ("LowerArm", "lowerarm"),
            ("Hand", "hand"),
            ("UpperLeg", "thigh"),
            ("LowerLeg", "calf"),
            ("Foot", "foot"),
            ("Toes", "ball"),
        )
    },
}
"""Epic's Manny."""


def joints_of(entry: dict[str, Any], model: Model) -> dict[str, str]:
    """Bone by joint: from the VRM data, else from the manifest, else by the names that Unreal or VRM use."""
    document = model.document if model.format != "fbx" else {}
    vrm = (document.get("extensions") or {}).get("VRMC_vrm") if document else None
    if isinstance(vrm, dict):
        bones = vrm.get("humanoid", {}).get("humanBones", {})
        count = len(model.nodes)
        return {
            joint: model.nodes[item["node"]].name
            for joint, item in bones.items()
            if isinstance(item.get("node"), int) and 0 <= item["node"] < count
        }
    claim = entry.get("bones")
    if isinstance(claim, dict):
        return {str(joint): str(bone) for joint, bone in claim.items()}
    names = {node.name for node in model.nodes if node.kind == "bone"}
    manny = {joint: bone for joint, bone in _MANNY.items() if bone in names}
    plain = {joint: joint for joint in (*REQUIRED, *OPTIONAL) if joint in names}
    return manny if len(manny) > len(plain) else plain
