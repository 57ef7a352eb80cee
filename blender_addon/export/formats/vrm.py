"""VRM 1.0: the block ``VRMC_vrm`` that turns a GLB into an avatar (vrm-c/vrm-specification, VRMC_vrm-1.0)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml_core.errors import InputError
from ml_core.version import __version__
from ml_core.vrm.kinds import ALLOWANCES, PERMISSIONS

from ..assets.avatars.skeleton import REQUIRED, missing_bones
from ..options import ExportOptions
from .glb import read_json, use_extensions, write_json
from .vrm_kept import KeptAvatar

LICENSE_URL = "https://vrm.dev/licenses/1.0/"
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


def add_vrm(
    path: Path, joints: Mapping[str, str], options: ExportOptions, kept: KeptAvatar | None = None
) -> dict[str, Any]:
    """Writes ``VRMC_vrm`` into a GLB, in place; returns what was kept of the avatar's own VRM data, for the report.

    Args:
        joints: VRM's bone names to the file's bone names. options: permissions, author and license. kept: the avatar's
            original data, which takes precedence over everything generated here.

    Raises:
        InputError: a required bone is missing, or has no node in the file.
    """
    name = path.stem
    if lacking := missing_bones(joints):
        raise InputError(
            "{name}: VRM needs bones for {lacking}; name them as VRM, Unity or Mixamo do",
            name=name,
            lacking=", ".join(lacking),
        )
    document = read_json(path)
    said, added = kept.write(document) if kept is not None else ({}, b"")
    nodes = {node.get("name"): index for index, node in enumerate(document["nodes"])}
    nodes |= {
        document["nodes"][index].get("name"): index for skin in document.get("skins", []) for index in skin["joints"]
    }
    bones = {joint: {"node": nodes[bone]} for joint, bone in joints.items() if bone in nodes and _is_vrm(joint)}
    if lost := [joint for joint in REQUIRED if joint not in bones]:
        raise InputError(
            "{name}: the exported file has no node for {lost}; export again", name=name, lost=", ".join(lost)
        )
    presets = _expressions(document)
    if said.get("expressions"):
        expressions, look = said["expressions"], {"lookAt": said["lookAt"]} if "lookAt" in said else {}
    else:
        expressions, look = {"preset": presets}, _look_at(bones, document, presets)
    meshes = [index for index, node in enumerate(document["nodes"]) if "mesh" in node]
    document.setdefault("extensions", {})["VRMC_vrm"] = {
        "specVersion": "1.0",
        "meta": _kept_meta(name, said["meta"], options) if "meta" in said else _meta(name, options),
        "humanoid": {"humanBones": bones},
        "firstPerson": {
            "meshAnnotations": said.get("meshAnnotations") or [{"node": index, "type": "auto"} for index in meshes]
        },
        "expressions": expressions,
        **look,
    }
    use_extensions(document, "VRMC_vrm")
    write_json(path, document, added)
    return kept.facts(said) if kept is not None else {}


def _kept_meta(name: str, meta: Mapping[str, Any], options: ExportOptions) -> dict[str, Any]:
    """The avatar's original rights stay as they are; the new author is listed after the original ones."""
    authors = [*meta.get("authors", []), *(options.vrm.authors or ((options.author,) if options.author else ()))]
    strictest = {key: words[0] for key, words in PERMISSIONS.items()} | dict.fromkeys(ALLOWANCES, False)
    return {
        **strictest,
        **meta,
        "name": meta.get("name") or name.removeprefix("SK_"),
        "authors": list(dict.fromkeys(authors)) or ["Anonymous"],
        "licenseUrl": meta.get("licenseUrl") or LICENSE_URL,
    }


def _is_vrm(joint: str) -> bool:
    """Whether a joint has VRM's name: all of ours do, except for a differently numbered thumb."""
    return not joint.endswith("ThumbIntermediate")


def _meta(name: str, options: ExportOptions) -> dict[str, Any]:
    meta, given = options.vrm, options.license.strip()
    is_address = given.startswith(("http://", "https://"))
    return {
        "name": name.removeprefix("SK_"),
        "version": __version__,
        "authors": list(meta.authors) or [options.author or "Anonymous"],
        **({"otherLicenseUrl" if is_address else "copyrightInformation": given} if given else {}),
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


def _look_at(
    bones: Mapping[str, Mapping[str, int]], document: Mapping[str, Any], presets: Mapping[str, Any]
) -> dict[str, Any]:
    """Gaze by eye bones, else by expressions; none for a face that has neither. Angles are VRM's own defaults."""
    offset = [0.0, 0.06, 0.0]
    if "leftEye" in bones and "rightEye" in bones:
        kind = "bone"
        head, *eyes = (_world(document, bones[joint]["node"]) for joint in ("head", "leftEye", "rightEye"))
        between = np.append((eyes[0][:3, 3] + eyes[1][:3, 3]) / 2, 1)
        offset = [round(float(value), 5) for value in (np.linalg.inv(head) @ between)[:3]]
    elif "lookUp" in presets and "lookLeft" in presets:
        kind = "expression"
    else:
        return {}
    look: dict[str, Any] = {"type": kind, "offsetFromHeadBone": offset}
    scale = 10.0 if kind == "bone" else 1.0  # degrees of an eye bone, or the weight of an expression
    for direction in ("HorizontalInner", "HorizontalOuter", "VerticalDown", "VerticalUp"):
        look[f"rangeMap{direction}"] = {"inputMaxValue": 90.0, "outputScale": scale}
    return {"lookAt": look}


def _world(document: Mapping[str, Any], index: int) -> NDArray[np.float64]:
    """World matrix (4, 4) of a node."""
    parents = {child: number for number, node in enumerate(document["nodes"]) for child in node.get("children", [])}
    matrix = np.eye(4)
    number: int | None = index
    while number is not None:
        matrix = _local(document["nodes"][number]) @ matrix
        number = parents.get(number)
    return matrix


def _local(node: Mapping[str, Any]) -> NDArray[np.float64]:
    x, y, z, w = node.get("rotation", (0, 0, 0, 1))
    turn = np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
            [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
            [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
        ]
    )
    matrix = np.eye(4)
    matrix[:3, :3] = turn * node.get("scale", (1, 1, 1))
    matrix[:3, 3] = node.get("translation", (0, 0, 0))
    return matrix


def _expressions(document: dict[str, Any]) -> dict[str, Any]:
    """Presets whose shape keys the file has; each as an expression with morph target binds."""
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
            facts: dict[str, Any] = {"isBinary": False} | ({"morphTargetBinds": binds} if binds else {})
            if preset in _HIDING["mouth"]:
                facts |= {"overrideBlink": "none", "overrideMouth": "blend"}
            presets[preset] = facts
    return presets
