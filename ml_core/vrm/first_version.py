"""Files of VRM 0.x in the terms of VRM 1.0, by the differences that the specifications state.

Version 0 turns its avatars' backs to +Z, gives places with Z reversed, colors in sRGB and lengths of outlines in
centimeters.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from .first_meta import meta_of_first
from .first_toon import color_of_first, toon_of_first
from .json_values import items, list_of, number_of, real, table_of, text_of

__all__ = ["blocks_of_first", "toon_of_first"]

_TAIL = 0.07
"""Meters that version 0 adds behind the last bone of a chain."""

EXPRESSIONS_OF_FIRST = {
    "neutral": "neutral", "a": "aa", "i": "ih", "u": "ou", "e": "ee", "o": "oh", "blink": "blink", "joy": "happy",
    "angry": "angry", "sorrow": "sad", "fun": "relaxed", "lookup": "lookUp", "lookdown": "lookDown",
    "lookleft": "lookLeft", "lookright": "lookRight", "blink_l": "blinkLeft", "blink_r": "blinkRight",
}  # fmt: skip
"""Presets of version 0, in small letters, and their names now."""

_COLORS = {
    "_Color": "color",
    "_EmissionColor": "emissionColor",
    "_ShadeColor": "shadeColor",
    "_RimColor": "rimColor",
    "_OutlineColor": "outlineColor",
}
_FLAGS = {
    "Auto": "auto", "Both": "both", "ThirdPersonOnly": "thirdPersonOnly", "FirstPersonOnly": "firstPersonOnly",
}  # fmt: skip
_LOOK = {
    "lookAtHorizontalInner": "rangeMapHorizontalInner",
    "lookAtHorizontalOuter": "rangeMapHorizontalOuter",
    "lookAtVerticalDown": "rangeMapVerticalDown",
    "lookAtVerticalUp": "rangeMapVerticalUp",
}
_STRAIGHT = [0, 0, 0, 1, 1, 1, 1, 0]


def blocks_of_first(document: Mapping[str, Any], vrm: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return the blocks of VRM 1.0 (not checked yet) for a document with the extension ``VRM``, and the parts that VRM
    1.0 cannot express."""
    lost: list[str] = []
    first_person = table_of(vrm.get("firstPerson"))
    raw = {
        "meta": meta_of_first(table_of(vrm.get("meta")), document),
        "humanBones": _human_bones(table_of(vrm.get("humanoid"))),
        "expressions": _expressions(document, table_of(vrm.get("blendShapeMaster")), lost),
        "lookAt": _look_at(first_person, lost),
        "meshAnnotations": _annotations(document, first_person),
        **_springs(document, table_of(vrm.get("secondaryAnimation"))),
    }
    return raw, lost


def _human_bones(humanoid: Mapping[str, Any]) -> dict[str, Any]:
    named = {text_of(item.get("bone")): item.get("node") for item in items(humanoid.get("humanBones"))}
    for side in ("left", "right"):  # version 0 counts the thumb's bones as those of other fingers
        chain = [f"{side}Thumb{item}" for item in ("Proximal", "Intermediate", "Distal")]
        nodes = [named.pop(joint, None) for joint in chain]
        renamed = [f"{side}Thumb{item}" for item in ("Metacarpal", "Proximal", "Distal")]
        named |= {joint: node for joint, node in zip(renamed, nodes, strict=True) if node is not None}
    return {joint: {"node": node} for joint, node in named.items() if number_of(node) is not None}


def _expressions(document: Mapping[str, Any], master: Mapping[str, Any], lost: list[str]) -> dict[str, Any]:
    users: dict[int, list[int]] = {}
    for number, node in enumerate(items(document.get("nodes"))):
        if (mesh := number_of(node.get("mesh"))) is not None:
            users.setdefault(mesh, []).append(number)
    materials: dict[str, int] = {}
    for number, material in enumerate(items(document.get("materials"))):
        materials.setdefault(text_of(material.get("name")), number)  # names that come twice mean the first
    preset: dict[str, Any] = {}
    custom: dict[str, Any] = {}
    for group in items(master.get("blendShapeGroups")):
        name = text_of(group.get("name")) or text_of(group.get("presetName"))
        binds = [
            {"node": node, "index": bind.get("index"), "weight": real(bind.get("weight"), 100) / 100}
            for bind in items(group.get("binds"))
            if (mesh := number_of(bind.get("mesh"))) is not None
            for node in users.get(mesh, [])
        ]
        expression: dict[str, Any] = {"isBinary": group.get("isBinary") is True}
        if binds:
            expression["morphTargetBinds"] = binds
        expression |= _material_binds(group, materials, f"expressions.{name}", lost)
        known = EXPRESSIONS_OF_FIRST.get(text_of(group.get("presetName")).lower())
        if known is not None and known not in preset:
            preset[known] = expression
        elif name:
            custom[_free(name, custom)] = expression
    return {"preset": preset, "custom": custom}


def _free(name: str, taken: Mapping[str, Any]) -> str:
    number, free = 2, name
    while free in taken:
        free, number = f"{name}_{number}", number + 1
    return free


def _material_binds(
    group: Mapping[str, Any], materials: Mapping[str, int], where: str, lost: list[str]
) -> dict[str, Any]:
    colors: list[dict[str, Any]] = []
    transforms: dict[int, dict[str, Any]] = {}
    for value in items(group.get("materialValues")):
        name, material = text_of(value.get("propertyName")), materials.get(text_of(value.get("materialName")))
        target = [real(item, 0) for item in list_of(value.get("targetValue"))]
        if material is None or len(target) != 4:
            lost.append(f"{where}: {text_of(value.get('materialName'))} {name}")
        elif name in _COLORS:
            colors.append({"material": material, "type": _COLORS[name], "targetValue": color_of_first(target)})
        elif name in ("_MainTex_ST", "_MainTex_ST_S", "_MainTex_ST_T"):
            transform = transforms.setdefault(
                material, {"material": material, "scale": [1.0, 1.0], "offset": [0.0, 0.0]}
            )
            for axis in range(2):
                if name.endswith(("_ST", "_S" if axis == 0 else "_T")):
                    transform["scale"][axis] = target[axis]
                    transform["offset"][axis] = target[2 + axis]
            if not name.endswith("_S"):  # Unity counts V from below
                transform["offset"][1] = 1 - transform["scale"][1] - target[3]
        else:
            lost.append(f"{where}: {name}")
    made: dict[str, Any] = {}
    if colors:
        made["materialColorBinds"] = colors
    if transforms:
        made["textureTransformBinds"] = list(transforms.values())
    return made


def _look_at(first_person: Mapping[str, Any], lost: list[str]) -> dict[str, Any]:
    kind = text_of(first_person.get("lookAtTypeName"))
    look: dict[str, Any] = {
        "type": "expression" if kind == "BlendShape" else "bone",
        "offsetFromHeadBone": _place(first_person.get("firstPersonBoneOffset")),
    }
    for old, new in _LOOK.items():
        curve = table_of(first_person.get(old))
        if not curve:
            continue
        if list_of(curve.get("curve")) not in ([], _STRAIGHT):
            lost.append(f"lookAt.{new}: curve")
        look[new] = {"inputMaxValue": real(curve.get("xRange"), 90), "outputScale": real(curve.get("yRange"), 10)}
    return look


def _annotations(document: Mapping[str, Any], first_person: Mapping[str, Any]) -> list[dict[str, Any]]:
    flags = {
        item.get("mesh"): _FLAGS.get(text_of(item.get("firstPersonFlag")), "auto")
        for item in items(first_person.get("meshAnnotations"))
        if number_of(item.get("mesh")) is not None
    }
    nodes = enumerate(items(document.get("nodes")))
    return [{"node": number, "type": flags[item["mesh"]]} for number, item in nodes if item.get("mesh") in flags]


def _springs(document: Mapping[str, Any], secondary: Mapping[str, Any]) -> dict[str, Any]:
    colliders: list[dict[str, Any]] = []
    groups = []
    nodes = items(document.get("nodes"))
    for number, group in enumerate(items(secondary.get("colliderGroups"))):
        first = len(colliders)
        for item in items(group.get("colliders")):
            sphere = {"offset": _place(item.get("offset")), "radius": real(item.get("radius"), 0)}
            colliders.append({"node": group.get("node"), "shape": {"sphere": sphere}})
        node = number_of(group.get("node"))
        name = text_of(nodes[node].get("name")) if node is not None and node < len(nodes) else ""
        groups.append({"name": name or str(number), "colliders": list(range(first, len(colliders)))})
    springs = []
    for number, group in enumerate(items(secondary.get("boneGroups"))):
        settings = {
            "hitRadius": real(group.get("hitRadius"), 0),
            "stiffness": real(group.get("stiffiness"), 1),
            "gravityPower": real(group.get("gravityPower"), 0),
            "gravityDir": _place(group.get("gravityDir"), (0, -1, 0)),
            "dragForce": real(group.get("dragForce"), 0.5),
        }
        shared: dict[str, Any] = {"name": text_of(group.get("comment")) or f"spring_{number}"}
        if list_of(group.get("colliderGroups")):
            shared["colliderGroups"] = group["colliderGroups"]
        if number_of(group.get("center")) is not None:
            shared["center"] = group["center"]
        for chain in _chains(nodes, list_of(group.get("bones"))):
            joints = [{"node": node, **settings} for node in chain]
            joints.append({"node": chain[-1], "tail": _behind(nodes[chain[-1]])})
            springs.append({**shared, "joints": joints})
    return {"colliders": colliders, "colliderGroups": groups, "springs": springs}


def _chains(nodes: list[dict[str, Any]], roots: list[Any]) -> Iterator[list[int]]:
    """Chains of nodes from each root to its ends; at a fork the first child continues it, others begin anew."""
    seen: set[int] = set()
    waiting = [root for root in roots if number_of(root) is not None]
    while waiting:
        node: int | None = waiting.pop(0)
        chain: list[int] = []
        while node is not None and node < len(nodes) and node not in seen:
            seen.add(node)
            chain.append(node)
            children = [item for item in list_of(nodes[node].get("children")) if number_of(item) is not None]
            node = children[0] if children else None
            waiting += children[1:]
        if chain:
            yield chain


def _behind(node: Mapping[str, Any]) -> list[float]:
    """Where version 0 assumes the end of a chain: beyond its last node, in the direction from its parent."""
    along = np.array([real(item, 0) for item in list_of(node.get("translation"))][:3] or [0, 0, 0], float)
    length = float(np.linalg.norm(along)) if along.shape == (3,) else 0.0
    return [0.0, -_TAIL, 0.0] if length < 1e-6 else (along / length * _TAIL).tolist()


def _place(value: object, default: tuple[float, float, float] = (0, 0, 0)) -> list[float]:
    """A place or direction, which version 0 writes as Unity has it: with Z reversed."""
    table = table_of(value)
    if not table:
        return [float(item) for item in default]
    return [real(table.get("x"), 0), real(table.get("y"), 0), 0.0 - real(table.get("z"), 0)]
