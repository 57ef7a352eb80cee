"""Resolves which of an avatar's VRM data still apply to the scene, with the data-blocks that they refer to."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import bpy

from ml_core.vrm.blocks import Blocks, moved

from .addon_toon import has_mixed_wraps
from .finding import Found
from .stored import MeshNode, VrmData
from .toons import is_lost_toon, left_behind


@dataclass
class Resolved:
    """VRM data whose indices refer to ``bones`` (names), ``meshes``, ``keys`` (names of shape keys, by morph target)
    and ``materials``. ``lost`` lists what the scene no longer has."""

    data: VrmData
    blocks: Blocks = field(default_factory=dict)
    bones: list[str] = field(default_factory=list)
    meshes: list[bpy.types.Object] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    materials: list[bpy.types.Material] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


def resolve(data: VrmData, armature: bpy.types.Object, parts: Iterable[bpy.types.Object]) -> Resolved:
    """Find what ``data`` refer to on ``armature`` and among its ``parts``, the objects that belong to it."""
    objects = list(parts)
    found = Found(data, armature, objects)
    result = Resolved(data)
    for obj in objects:
        for slot in obj.material_slots:
            if slot.material is not None and slot.material not in result.materials:
                result.materials.append(slot.material)
    blocks = copy.deepcopy(data.blocks)
    reader = _Reader(found, result)
    for group in blocks.get("expressions", {}).values():
        for name, expression in group.items():
            reader.rebind(expression, f"expressions.{name}")
    if "meshAnnotations" in blocks:
        blocks["meshAnnotations"] = [
            {"node": reader.mesh(obj), "type": block["type"]}
            for block in blocks["meshAnnotations"]
            for obj in reader.annotated(block["node"])
        ]
    result.blocks, _ = moved(blocks, reader.move)
    _tell_short_springs(result)
    result.lost += [f"materials[{material.name}]: MToon" for material in result.materials if is_lost_toon(material)]
    result.lost += [
        f"materials[{material.name}].baseColorTexture: Wrap"
        for material in result.materials
        if has_mixed_wraps(material)
    ]
    result.lost += [
        f"materials[{material.name}].{name}" for material in result.materials for name in left_behind(material)
    ]
    for index in data.toons:
        if not any(found.is_material(index, material) for material in result.materials):
            result.lost.append(f"materials[{data.materials.get(index, index)}]: MToon")
    result.lost = list(dict.fromkeys(result.lost))
    return result


def _tell_short_springs(result: Resolved) -> None:
    """Note springs of a single bone as lost: they have nothing to swing."""
    springs = result.blocks.get("springs", [])
    kept = [spring for spring in springs if len(spring["joints"]) > 1]
    result.lost += [f"springs[{spring.get('name', '')}]" for spring in springs if spring not in kept]
    if springs:
        result.blocks["springs"] = kept


class _Reader:
    def __init__(self, found: Found, result: Resolved) -> None:
        self._found, self._result = found, result
        self._bones: dict[str, int] = {}

    def mesh(self, obj: bpy.types.Object) -> int:
        meshes = self._result.meshes
        if obj not in meshes:
            meshes.append(obj)
        return meshes.index(obj)

    def annotated(self, index: int) -> list[bpy.types.Object]:
        meshes = self._found.meshes(index)
        if not meshes:
            name = self._result.data.meshes.get(index, MeshNode(str(index))).name
            self._result.lost.append(f"meshAnnotations[{name}]")
        return meshes

    def rebind(self, expression: dict[str, Any], where: str) -> None:
        """Maps the binds of an expression to existing data; one bind may become several, or none."""
        binds = []
        for bind in expression.get("morphTargetBinds", []):
            keys = self._found.keys(bind["node"], bind["index"])
            if not keys:
                mesh = self._result.data.meshes.get(bind["node"], MeshNode(str(bind["node"])))
                key = mesh.keys[bind["index"]] if bind["index"] < len(mesh.keys) else str(bind["index"])
                self._result.lost.append(f"{where}: {mesh.name}, {key}")
            for obj, key in keys:
                self._result.keys.append(key)
                binds.append({**bind, "node": self.mesh(obj), "index": len(self._result.keys) - 1})
        if "morphTargetBinds" in expression:
            expression["morphTargetBinds"] = binds
        for kind in ("materialColorBinds", "textureTransformBinds"):
            if kind not in expression:
                continue
            rebound = []
            for bind in expression[kind]:
                index = bind["material"]
                places = [
                    number
                    for number, material in enumerate(self._result.materials)
                    if self._found.is_material(index, material)
                ]
                if not places:
                    self._result.lost.append(f"{where}: {self._result.data.materials.get(index, index)}")
                rebound += [{**bind, "material": number} for number in places]
            expression[kind] = rebound

    def move(self, what: str, index: int, _table: Mapping[str, Any], where: str) -> int | None:
        if what == "bone":
            name = self._found.bone(index)
            if name is None:
                self._result.lost.append(f"{where.removesuffix('.node')}: {self._result.data.bones.get(index, index)}")
                return None
            if name not in self._bones:
                self._bones[name] = len(self._result.bones)
                self._result.bones.append(name)
            return self._bones[name]
        if what == "image":
            if self._result.data.thumbnail is None:
                self._result.lost.append(where)
                return None
            return 0
        return index  # counted before
