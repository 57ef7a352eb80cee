"""Check 24: what VRM 1.0 requires of a file beyond glTF, which the Khronos validator does not check.

By the VRMC_vrm-1.0 specification of the VRM Consortium.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..problem import Check, Problem
from ..readers.folder import TargetFolder
from ..readers.humanoid import OPTIONAL, REQUIRED
from ..readers.model import Model, box
from .vrm_parts import part_findings

LICENSE_URL = "https://vrm.dev/licenses/1.0/"
PRESETS = (
    "happy", "angry", "sad", "relaxed", "surprised", "aa", "ih", "ou", "ee", "oh", "blink", "blinkLeft", "blinkRight",
    "lookUp", "lookDown", "lookLeft", "lookRight", "neutral",
)  # fmt: skip
_ENUMS = {
    "avatarPermission": ("onlyAuthor", "onlySeparatelyLicensedPerson", "everyone"),
    "commercialUsage": ("personalNonProfit", "personalProfit", "corporation"),
    "creditNotation": ("required", "unnecessary"),
    "modification": ("prohibited", "allowModification", "allowModificationRedistribution"),
}
_FLAGS = (
    "allowExcessivelyViolentUsage", "allowExcessivelySexualUsage", "allowPoliticalOrReligiousUsage",
    "allowAntisocialOrHateUsage", "allowRedistribution",
)  # fmt: skip
_TEXTS = (
    "name", "version", "copyrightInformation", "contactInformation", "thirdPartyLicenses", "licenseUrl",
    "otherLicenseUrl",
)  # fmt: skip
_OVERRIDES = ("none", "block", "blend")
_ANNOTATIONS = ("auto", "both", "thirdPersonOnly", "firstPersonOnly")
_COLORS = ("color", "emissionColor", "shadeColor", "matcapColor", "rimColor", "outlineColor")
_RANGES = ("rangeMapHorizontalInner", "rangeMapHorizontalOuter", "rangeMapVerticalDown", "rangeMapVerticalUp")

Finding = tuple[str, str, Any, Any]
"""Where in the extension, what is wrong, expected, actual."""


def _vrm(_: TargetFolder, model: Model) -> Iterator[Problem]:
    extension = model.document.get("extensions", {}).get("VRMC_vrm")
    if not isinstance(extension, dict):
        yield Problem(model.name, "has no extension VRMC_vrm")
        return
    if "VRMC_vrm" not in model.document.get("extensionsUsed", []):
        yield Problem(model.name, "does not list VRMC_vrm among the extensions used")
    for where, what, expected, actual in _findings(extension, model):
        yield Problem(model.name, what, where, expected, actual)
    for where, what, expected, actual in part_findings(model.document):
        yield Problem(model.name, what, where, expected, actual)
    yield from _stance(model)


def _findings(extension: dict[str, Any], model: Model) -> Iterator[Finding]:
    if extension.get("specVersion") != "1.0":
        yield "specVersion", "is another version", "1.0", extension.get("specVersion")
    yield from _meta(extension.get("meta"), len(model.document.get("images", [])))
    yield from _humanoid(extension.get("humanoid"), model)
    yield from _expressions(extension.get("expressions", {}), model)
    yield from _look_at(extension.get("lookAt", {}))
    yield from _first_person(extension.get("firstPerson", {}), model)


def _meta(meta: Any, images: int) -> Iterator[Finding]:
    if not isinstance(meta, dict):
        yield "meta", "is missing", None, None
        return
    if not meta.get("name"):
        yield "meta.name", "is missing", None, None
    authors = meta.get("authors")
    if (
        not isinstance(authors, list)
        or not authors
        or not all(isinstance(author, str) and author for author in authors)
    ):
        yield "meta.authors", "names nobody", "at least one name", authors
    if meta.get("licenseUrl") != LICENSE_URL:
        yield "meta.licenseUrl", "is not VRM's license", LICENSE_URL, meta.get("licenseUrl")
    for key, allowed in _ENUMS.items():
        if key in meta and meta[key] not in allowed:
            yield f"meta.{key}", "is none of the allowed values", ", ".join(allowed), meta[key]
    for keys, kind in ((_FLAGS, bool), (_TEXTS, str)):
        for key in keys:
            if key in meta and not isinstance(meta[key], kind):
                yield f"meta.{key}", "is of another type", kind.__name__, meta[key]
    thumbnail = meta.get("thumbnailImage")
    if thumbnail is not None and not _is_index(thumbnail, images):
        yield "meta.thumbnailImage", "is not an image of the file", f"below {images}", thumbnail


def _humanoid(humanoid: Any, model: Model) -> Iterator[Finding]:
    bones = humanoid.get("humanBones") if isinstance(humanoid, dict) else None
    if not isinstance(bones, dict):
        yield "humanoid.humanBones", "is missing", None, None
        return
    for joint in REQUIRED:
        if joint not in bones:
            yield f"humanoid.humanBones.{joint}", "is missing", None, None
    seen: dict[int, str] = {}
    for joint, bone in bones.items():
        where, index = f"humanoid.humanBones.{joint}", bone.get("node") if isinstance(bone, dict) else None
        if joint not in REQUIRED and joint not in OPTIONAL:
            yield where, "is not a joint of VRM", None, None
        if not _is_index(index, len(model.nodes)):
            yield where, "points at no node", f"below {len(model.nodes)}", index
            continue
        if index in seen:
            yield where, "is the same node as another joint", None, None
        seen[index] = joint
    for child, parent in (("upperChest", "chest"), ("leftThumbDistal", "leftThumbProximal")):
        if child in bones and parent not in bones:
            yield f"humanoid.humanBones.{child}", f"needs {parent}", None, None


def _expressions(expressions: Any, model: Model) -> Iterator[Finding]:
    if not isinstance(expressions, dict):
        yield "expressions", "is not an object", None, None
        return
    for name in expressions.get("preset", {}):
        if name not in PRESETS:
            yield f"expressions.preset.{name}", "is not a preset of VRM", None, None
    for group in ("preset", "custom"):
        for name, expression in expressions.get(group, {}).items():
            if group == "custom" and name in PRESETS:
                yield f"expressions.custom.{name}", "has the name of a preset", None, None
            yield from _expression(f"expressions.{group}.{name}", expression, model)


def _expression(where: str, expression: dict[str, Any], model: Model) -> Iterator[Finding]:
    meshes, nodes = model.document.get("meshes", []), model.document.get("nodes", [])
    for number, bind in enumerate(expression.get("morphTargetBinds", [])):
        place, node = f"{where}.morphTargetBinds[{number}]", bind.get("node")
        if not _is_index(node, len(nodes)) or "mesh" not in nodes[node]:
            yield place, "points at no mesh node", f"below {len(nodes)}", node
            continue
        targets = len(meshes[nodes[node]["mesh"]]["primitives"][0].get("targets", []))
        if not _is_index(bind.get("index"), targets):
            yield place, "points at no morph target", f"below {targets}", bind.get("index")
        if not isinstance(bind.get("weight"), (int, float)) or not 0 <= bind["weight"] <= 1:
            yield place, "has a weight outside 0 to 1", "0 .. 1", bind.get("weight")
    materials = len(model.document.get("materials", []))
    for kind in ("materialColorBinds", "textureTransformBinds"):
        for number, bind in enumerate(expression.get(kind, [])):
            place = f"{where}.{kind}[{number}]"
            if not _is_index(bind.get("material"), materials):
                yield place, "points at no material", f"below {materials}", bind.get("material")
            if kind == "materialColorBinds" and bind.get("type") not in _COLORS:
                yield place, "has a type of its own", ", ".join(_COLORS), bind.get("type")
    for key in ("overrideBlink", "overrideLookAt", "overrideMouth"):
        if expression.get(key, "none") not in _OVERRIDES:
            yield f"{where}.{key}", "is none of the allowed values", ", ".join(_OVERRIDES), expression[key]


def _look_at(look_at: dict[str, Any]) -> Iterator[Finding]:
    if look_at.get("type", "bone") not in ("bone", "expression"):
        yield "lookAt.type", "is none of the allowed values", "bone, expression", look_at["type"]
    offset = look_at.get("offsetFromHeadBone", [0, 0, 0])
    if not isinstance(offset, list) or len(offset) != 3 or not np.isfinite(offset).all():
        yield "lookAt.offsetFromHeadBone", "is not a place", "three numbers", offset
    for key in _RANGES:
        if key in look_at and not 0 <= look_at[key].get("inputMaxValue", 0) <= 180:
            yield f"lookAt.{key}.inputMaxValue", "is not an angle", "0 .. 180", look_at[key]["inputMaxValue"]


def _first_person(first_person: dict[str, Any], model: Model) -> Iterator[Finding]:
    nodes = model.document.get("nodes", [])
    for number, annotation in enumerate(first_person.get("meshAnnotations", [])):
        where = f"firstPerson.meshAnnotations[{number}]"
        if not _is_index(annotation.get("node"), len(nodes)) or "mesh" not in nodes[annotation["node"]]:
            yield where, "points at no mesh node", f"below {len(nodes)}", annotation.get("node")
        if annotation.get("type") not in _ANNOTATIONS:
            yield where, "has a type of its own", ", ".join(_ANNOTATIONS), annotation.get("type")


def _is_index(value: Any, count: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < count


def _stance(model: Model) -> Iterator[Problem]:
    """Feet on Y = 0, and no camera, light or animation that an avatar has no use for."""
    points = [model.points(node) for node in model.shown_nodes if node.mesh and len(node.mesh.points)]
    if points:
        lowest = float(box(np.concatenate(points))[0][1])
        if abs(lowest) > 0.02:
            yield Problem(model.name, "does not stand on Y = 0", "", "0 ± 0.02 m", round(lowest, 3))
    if not model.is_skeletal:
        yield Problem(model.name, "has no skeleton")


CHECKS = [
    Check(
        "24",
        "VRM: license, bones, expressions, springs, constraints, MToon, ranges",
        lambda f: f.of_format("vrm"),
        _vrm,
    )
]
