"""VRM 1.0: the block ``VRMC_vrm`` that turns a GLB into an avatar (vrm-c/vrm-specification, VRMC_vrm-1.0)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ml_core import __version__
from ml_core.errors import InputError

from .glb import read_json, write_json
from .options import VrmMeta

LICENSE_URL = "https://vrm.dev/licenses/1.0/"
_LIMBS = ("UpperArm", "LowerArm", "Hand", "UpperLeg", "LowerLeg", "Foot")
REQUIRED = ("hips", "spine", "head", *(side + limb for side in ("left", "right") for limb in _LIMBS))

_BOTH = "Left", "Right"
PRESETS: dict[str, dict[str, float]] = {
    "happy": {f"{name}{side}": value for name, value in (("mouthSmile", 0.9), ("cheekSquint", 0.5)) for side in _BOTH},
    "angry": {f"{name}{side}": value for name, value in (("browDown", 1.0), ("noseSneer", 0.5)) for side in _BOTH}
    | {"mouthPressLeft": 0.5, "mouthPressRight": 0.5},
    "sad": {"browInnerUp": 0.9, "mouthFrownLeft": 0.8, "mouthFrownRight": 0.8},
    "relaxed": {"eyeSquintLeft": 0.4, "eyeSquintRight": 0.4, "mouthSmileLeft": 0.4, "mouthSmileRight": 0.4},
    "surprised": {"browInnerUp": 0.7, "browOuterUpLeft": 0.7, "browOuterUpRight": 0.7, "jawOpen": 0.35}
    | {"eyeWideLeft": 0.8, "eyeWideRight": 0.8},
    "aa": {"jawOpen": 0.7},
    "ih": {"jawOpen": 0.2, "mouthStretchLeft": 0.5, "mouthStretchRight": 0.5},
    "ou": {"mouthPucker": 0.8, "jawOpen": 0.15},
    "ee": {"mouthSmileLeft": 0.5, "mouthSmileRight": 0.5, "jawOpen": 0.15},
    "oh": {"mouthFunnel": 0.8, "jawOpen": 0.4},
    "blink": {"eyeBlinkLeft": 1.0, "eyeBlinkRight": 1.0},
    "blinkLeft": {"eyeBlinkLeft": 1.0},
    "blinkRight": {"eyeBlinkRight": 1.0},
    "lookUp": {"eyeLookUpLeft": 1.0, "eyeLookUpRight": 1.0},
    "lookDown": {"eyeLookDownLeft": 1.0, "eyeLookDownRight": 1.0},
    "lookLeft": {"eyeLookOutLeft": 1.0, "eyeLookInRight": 1.0},
    "lookRight": {"eyeLookInLeft": 1.0, "eyeLookOutRight": 1.0},
    "neutral": {},
}
"""VRM's preset expressions, composed from the shape keys of ARKit."""

_HIDING = {"blink": ("blink", "blinkLeft", "blinkRight"), "mouth": ("happy", "sad", "angry", "surprised")}
_LOOK_RANGE = {"inputMaxValue": 90.0, "outputScale": 10.0}


def missing_bones(joints: Mapping[str, str]) -> list[str]:
    """The required humanoid bones that ``joints`` (joint to bone) lacks."""
    return [joint for joint in REQUIRED if joint not in joints]


def add_vrm(path: Path, name: str, joints: Mapping[str, str], meta: VrmMeta, author: str) -> None:
    """Writes ``VRMC_vrm`` into a GLB, in place.

    Args:
        joints: VRM's bone names to the file's bone names. author: used when ``meta`` names none.

    Raises:
        InputError: a required bone is missing, or has no node in the file.
    """
    if lacking := missing_bones(joints):
        raise InputError(f"{name}: VRM needs bones for {', '.join(lacking)}; name them as VRM, Unity or Mixamo do")
    document = read_json(path)
    nodes = {node.get("name"): index for index, node in enumerate(document["nodes"])}
    bones = {joint: {"node": nodes[bone]} for joint, bone in joints.items() if bone in nodes and _is_vrm(joint)}
    if lost := [joint for joint in REQUIRED if joint not in bones]:
        raise InputError(f"{name}: the exported file has no node for {', '.join(lost)}; export again")
    document.setdefault("extensions", {})["VRMC_vrm"] = {
        "specVersion": "1.0",
        "meta": _meta(name, meta, author),
        "humanoid": {"humanBones": bones},
        "firstPerson": {
            "meshAnnotations": [
                {"node": index, "type": "auto"} for index, node in enumerate(document["nodes"]) if "mesh" in node
            ]
        },
        "lookAt": _look_at(bones, document, nodes),
        "expressions": {"preset": _expressions(document)},
    }
    document["extensionsUsed"] = sorted({*document.get("extensionsUsed", []), "VRMC_vrm"})
    write_json(path, document)


def _is_vrm(joint: str) -> bool:
    """Our joints carry VRM's names; the thumb is the one whose phalanges it counts otherwise."""
    return not joint.endswith("ThumbIntermediate")


def _meta(name: str, meta: VrmMeta, author: str) -> dict[str, Any]:
    return {
        "name": name.removeprefix("SK_"),
        "version": __version__,
        "authors": list(meta.authors) or [author or "Anonymous"],
        "licenseUrl": LICENSE_URL,
        "avatarPermission": meta.avatar_permission,
        "commercialUsage": meta.commercial_usage,
        "creditNotation": meta.credit_notation,
        "modification": meta.modification,
        "allowRedistribution": meta.allow_redistribution,
        "allowExcessivelyViolentUsage": meta.allow_excessively_violent_usage,
        "allowExcessivelySexualUsage": meta.allow_excessively_sexual_usage,
        "allowPoliticalOrReligiousUsage": meta.allow_political_or_religious_usage,
        "allowAntisocialOrHateUsage": meta.allow_antisocial_or_hate_usage,
    }


def _look_at(bones: dict[str, Any], document: dict[str, Any], nodes: dict[str, int]) -> dict[str, Any]:
    by_bones = "leftEye" in bones and "rightEye" in bones
    look: dict[str, Any] = {"type": "bone" if by_bones else "expression", "offsetFromHeadBone": [0.0, 0.06, 0.0]}
    for direction in ("HorizontalInner", "HorizontalOuter", "VerticalDown", "VerticalUp"):
        look[f"rangeMap{direction}"] = dict(_LOOK_RANGE)
    return look


def _expressions(document: dict[str, Any]) -> dict[str, Any]:
    """Presets whose shape keys the file has; each an expression of morph target binds."""
    presets = {}
    for preset, recipe in PRESETS.items():
        binds = []
        for index, node in enumerate(document["nodes"]):
            if "mesh" not in node:
                continue
            names = document["meshes"][node["mesh"]].get("extras", {}).get("targetNames", [])
            binds += [
                {"node": index, "index": names.index(key), "weight": weight}
                for key, weight in recipe.items()
                if key in names
            ]
        if binds or preset == "neutral":
            presets[preset] = {"isBinary": False, "morphTargetBinds": binds} if binds else {"isBinary": False}
            if preset in _HIDING["mouth"]:
                presets[preset] |= {"overrideBlink": "none", "overrideMouth": "blend"}
    return presets
