"""Checks a VRM beside its main extension: springs with colliders, node constraints and MToon.

By VRMC_springBone-1.0, VRMC_node_constraint-1.0 and VRMC_materials_mtoon-1.0 of the VRM Consortium.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

SPRING, CONSTRAINT, TOON = "VRMC_springBone", "VRMC_node_constraint", "VRMC_materials_mtoon"
_AXES = tuple(f"{sign}{letter}" for sign in ("Positive", "Negative") for letter in "XYZ")
_CONSTRAINTS = {"roll": ("rollAxis", tuple("XYZ")), "aim": ("aimAxis", _AXES), "rotation": ("", ())}
_WIDTH_MODES = ("none", "worldCoordinates", "screenCoordinates")
_TOON_COLORS = ("shadeColorFactor", "parametricRimColorFactor", "matcapFactor", "outlineColorFactor")
_TOON_NUMBERS = {
    "shadingShiftFactor": (-1, 1), "shadingToonyFactor": (0, 1), "giEqualizationFactor": (0, 1),
    "rimLightingMixFactor": (0, 1), "parametricRimFresnelPowerFactor": (0, math.inf),
    "parametricRimLiftFactor": (-math.inf, math.inf), "outlineWidthFactor": (0, math.inf),
    "outlineLightingMixFactor": (0, 1), "renderQueueOffsetNumber": (-9, 9),
    "uvAnimationScrollXSpeedFactor": (-math.inf, math.inf), "uvAnimationScrollYSpeedFactor": (-math.inf, math.inf),
    "uvAnimationRotationSpeedFactor": (-math.inf, math.inf),
}  # fmt: skip
_TOON_TEXTURES = (
    "shadeMultiplyTexture", "shadingShiftTexture", "matcapTexture", "rimMultiplyTexture",
    "outlineWidthMultiplyTexture", "uvAnimationMaskTexture",
)  # fmt: skip

Finding = tuple[str, str, Any, Any]


def part_findings(document: Mapping[str, Any]) -> Iterator[Finding]:
    """Findings as location in the document, problem, expected and actual value."""
    used = document.get("extensionsUsed", [])
    for name, holders in (
        (SPRING, [document]),
        (CONSTRAINT, _tables(document.get("nodes"))),
        (TOON, _tables(document.get("materials"))),
    ):
        if any(name in holder.get("extensions", {}) for holder in holders) and name not in used:
            yield name, "is not listed among the extensions used", None, None
    yield from _springs(document)
    yield from _constraints(document)
    yield from _toons(document)


def _springs(document: Mapping[str, Any]) -> Iterator[Finding]:
    extension = document.get("extensions", {}).get(SPRING)
    if extension is None:
        return
    if not isinstance(extension, dict):
        yield SPRING, "is not an object", None, None
        return
    yield from _version(SPRING, extension)
    nodes, colliders = len(document.get("nodes", [])), _tables(extension.get("colliders"))
    groups = _tables(extension.get("colliderGroups"))
    for number, collider in enumerate(colliders):
        where = f"{SPRING}.colliders[{number}]"
        yield from _index(f"{where}.node", collider.get("node"), nodes, "node")
        yield from _shape(f"{where}.shape", collider.get("shape"))
    for number, group in enumerate(groups):
        listed = group.get("colliders")
        where = f"{SPRING}.colliderGroups[{number}].colliders"
        if not isinstance(listed, list) or not listed:
            yield where, "is empty", None, None
            continue
        for index in listed:
            yield from _index(where, index, len(colliders), "collider")
    owners: dict[int, int] = {}
    for number, spring in enumerate(_tables(extension.get("springs"))):
        where = f"{SPRING}.springs[{number}]"
        for index in spring.get("colliderGroups", []):
            yield from _index(f"{where}.colliderGroups", index, len(groups), "collider group")
        if "center" in spring:
            yield from _index(f"{where}.center", spring["center"], nodes, "node")
        yield from _joints(where, spring, number, owners, document)


def _joints(
    where: str, spring: Mapping[str, Any], number: int, owners: dict[int, int], document: Mapping[str, Any]
) -> Iterator[Finding]:
    """Joints of one chain, each below the one before it; ``owners`` are the springs of joints by their node."""
    nodes, joints = _tables(document.get("nodes")), _tables(spring.get("joints"))
    if not joints:
        yield f"{where}.joints", "is empty", None, None
    parents = {child: at for at, node in enumerate(nodes) for child in node.get("children", [])}
    before = None
    for at, joint in enumerate(joints):
        place, index = f"{where}.joints[{at}]", joint.get("node")
        found = list(_index(f"{place}.node", index, len(nodes), "node"))
        yield from found
        for key, low, high in (("hitRadius", 0, math.inf), ("stiffness", 0, math.inf), ("dragForce", 0, 1)):
            yield from _number(f"{place}.{key}", joint.get(key, 0), low, high)
        yield from _vector(f"{place}.gravityDir", joint.get("gravityDir", [0, -1, 0]))
        if found or not isinstance(index, int):
            continue
        if owners.setdefault(index, number) != number:
            yield f"{place}.node", "is a joint of another spring", None, nodes[index].get("name", index)
        above: int | None = index
        while before is not None and above is not None and above != before:
            above = parents.get(above)
        if before is not None and (above is None or index == before):
            yield f"{place}.node", "is not below the joint before it", None, nodes[index].get("name", index)
        before = index


def _shape(where: str, shape: Any) -> Iterator[Finding]:
    kinds = [item for item in ("sphere", "capsule") if isinstance(shape, dict) and isinstance(shape.get(item), dict)]
    if len(kinds) != 1:
        yield where, "is neither a sphere nor a capsule", None, None
        return
    said = shape[kinds[0]]
    for key in ("offset", "tail") if kinds[0] == "capsule" else ("offset",):
        yield from _vector(f"{where}.{kinds[0]}.{key}", said.get(key, [0, 0, 0]))
    yield from _number(f"{where}.{kinds[0]}.radius", said.get("radius", 0), 0, math.inf)


def _constraints(document: Mapping[str, Any]) -> Iterator[Finding]:
    nodes = _tables(document.get("nodes"))
    for number, node in enumerate(nodes):
        extension = node.get("extensions", {}).get(CONSTRAINT)
        if extension is None:
            continue
        where = f"nodes[{number}].{CONSTRAINT}"
        said = extension.get("constraint") if isinstance(extension, dict) else None
        kinds = [
            constraint
            for constraint in _CONSTRAINTS
            if isinstance(said, dict) and isinstance(said.get(constraint), dict)
        ]
        if not isinstance(said, dict) or len(kinds) != 1:
            yield f"{where}.constraint", "is not one of roll, aim and rotation", None, None
            continue
        yield from _version(where, extension)
        values = said[kinds[0]]
        axis, allowed = _CONSTRAINTS[kinds[0]]
        yield from _index(f"{where}.{kinds[0]}.source", values.get("source"), len(nodes), "node")
        if values.get("source") == number:
            yield f"{where}.{kinds[0]}.source", "is the node itself", None, None
        yield from _number(f"{where}.{kinds[0]}.weight", values.get("weight", 1), 0, 1)
        if axis and values.get(axis) not in allowed:
            yield f"{where}.{kinds[0]}.{axis}", "is not an axis", ", ".join(allowed), values.get(axis)


def _toons(document: Mapping[str, Any]) -> Iterator[Finding]:
    textures, images = _tables(document.get("textures")), len(document.get("images", []))
    for number, material in enumerate(_tables(document.get("materials"))):
        toon = material.get("extensions", {}).get(TOON)
        if toon is None:
            continue
        where = f"materials[{number}].{TOON}"
        if not isinstance(toon, dict):
            yield where, "is not an object", None, None
            continue
        yield from _version(where, toon)
        for key in _TOON_COLORS:
            yield from _vector(f"{where}.{key}", toon.get(key, [0, 0, 0]))
        for key, (low, high) in _TOON_NUMBERS.items():
            yield from _number(f"{where}.{key}", toon.get(key, 0), low, high)
        if toon.get("outlineWidthMode", "none") not in _WIDTH_MODES:
            yield f"{where}.outlineWidthMode", "is none of the allowed values", ", ".join(_WIDTH_MODES), None
        for key in [key for key in _TOON_TEXTURES if key in toon]:
            index = toon[key].get("index") if isinstance(toon[key], dict) else None
            found = list(_index(f"{where}.{key}.index", index, len(textures), "texture"))
            yield from found or _index(f"{where}.{key}", textures[index].get("source"), images, "image")


def _version(where: str, extension: Mapping[str, Any]) -> Iterator[Finding]:
    if extension.get("specVersion") != "1.0":
        yield f"{where}.specVersion", "is another version", "1.0", extension.get("specVersion")


def _index(where: str, value: Any, count: int, what: str) -> Iterator[Finding]:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < count:
        yield where, f"points at no {what}", f"below {count}", value


def _number(where: str, value: Any, low: float, high: float) -> Iterator[Finding]:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    if not is_number or not low <= value <= high:
        yield where, "is out of its range", f"{low} .. {high}", value


def _vector(where: str, value: Any) -> Iterator[Finding]:
    if not isinstance(value, list) or len(value) != 3 or not all(isinstance(item, (int, float)) for item in value):
        yield where, "is not three numbers", "three numbers", value


def _tables(value: Any) -> list[dict[str, Any]]:
    return [item if isinstance(item, dict) else {} for item in value] if isinstance(value, list) else []
