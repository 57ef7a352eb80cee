"""Reads avatars that were set up with the VRM add-on for Blender."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import bpy

from ml_core.vrm.blocks import checked
from ml_core.vrm.json_values import items, real, table_of, text_of
from ml_core.vrm.kinds import ALLOWANCES, EXTENDED_COLLIDER, JOINTS, PERMISSIONS, PRESETS, RANGES

from .addon_constraints import addon_constraints
from .addon_stored import AddonIndices, addon_values, snake, word
from .addon_version_0 import data_of_version_0, radius_of
from .stored import VrmData

_COLOR_TYPES = ("color", "emissionColor", "shadeColor", "rimColor", "outlineColor", "matcapColor")
_OVERRIDES = ("none", "block", "blend")
_ANNOTATIONS = ("auto", "both", "thirdPersonOnly", "firstPersonOnly")


def addon_data(armature: bpy.types.Object) -> VrmData | None:
    """The avatar that the add-on describes; ``None`` if no bone is assigned."""
    values = addon_values(armature.data)
    if not values:
        return None
    is_first = values.get("spec_version", 1) == 0
    data = data_of_version_0(armature, values) if is_first else _Reader(armature, values).version_1()
    return data if data.blocks.get("humanBones") else None


class _Reader:
    def __init__(self, armature: bpy.types.Object, values: Mapping[str, Any]) -> None:
        self._armature = armature
        self._values = values
        self._indices = AddonIndices(armature)
        self._data = self._indices.data

    def version_1(self) -> VrmData:
        """Reads data of version 1."""
        vrm = table_of(self._values.get("vrm1"))
        bones = table_of(table_of(vrm.get("humanoid")).get("human_bones"))
        expressions = table_of(vrm.get("expressions"))
        preset = table_of(expressions.get("preset"))
        springs = table_of(self._values.get("spring_bone1"))
        raw = {
            "meta": self._meta(table_of(vrm.get("meta"))),
            "humanBones": {joint: self._node(table_of(bones.get(snake(joint)))) for joint in JOINTS},
            "expressions": {
                "preset": {name: self._expression(table_of(preset.get(snake(name))), name) for name in PRESETS},
                "custom": {
                    name: self._expression(item, name)
                    for item in items(expressions.get("custom"))
                    if (name := text_of(item.get("custom_name")))
                },
            },
            "lookAt": _look_at(table_of(vrm.get("look_at"))),
            "meshAnnotations": [
                {"node": self._indices.mesh(item.get("node")), "type": word(_ANNOTATIONS, item.get("type"))}
                for item in items(table_of(vrm.get("first_person")).get("mesh_annotations"))
            ],
            **self._springs(springs),
        }
        return self._finished(raw)

    def _finished(self, raw: dict[str, Any]) -> VrmData:
        raw["humanBones"] = {joint: item for joint, item in raw["humanBones"].items() if item}
        preset = raw["expressions"]["preset"]
        raw["expressions"]["preset"] = {name: item for name, item in preset.items() if _says_something(item)}
        raw["constraints"] = addon_constraints(self._armature, self._indices)
        self._data.blocks = checked(raw)
        return self._data

    def _node(self, holder: Mapping[str, Any]) -> dict[str, Any]:
        number = self._indices.bone(holder.get("node"))
        return {"node": number} if number is not None else {}

    def _bind(self, bind: Mapping[str, Any], where: str) -> dict[str, Any] | None:
        key = text_of(bind.get("index"))
        if not key:
            self._data.lost.append(f"expressions.{where}")
            return None
        mesh = self._indices.mesh(bind.get("node"))
        weight = real(bind.get("weight"), 1.0)
        return {"node": mesh, "index": self._indices.shape_key(mesh, key), "weight": weight}

    def _expression(self, values: Mapping[str, Any], where: str) -> dict[str, Any]:
        made: dict[str, Any] = {"isBinary": bool(values.get("is_binary"))}
        for key, name in (("Blink", "blink"), ("LookAt", "look_at"), ("Mouth", "mouth")):
            made[f"override{key}"] = word(_OVERRIDES, values.get(f"override_{name}"))
        made["morphTargetBinds"] = [
            bind for item in items(values.get("morph_target_binds")) if (bind := self._bind(item, where)) is not None
        ]
        made["materialColorBinds"] = [
            {
                "material": self._indices.material(item.get("material")),
                "type": word(_COLOR_TYPES, item.get("type")),
                "targetValue": item.get("target_value"),
            }
            for item in items(values.get("material_color_binds"))
        ]
        made["textureTransformBinds"] = [
            {
                "material": self._indices.material(item.get("material")),
                "scale": item.get("scale", [1.0, 1.0]),
                "offset": item.get("offset", [0.0, 0.0]),
            }
            for item in items(values.get("texture_transform_binds"))
        ]
        return {key: value for key, value in made.items() if value != []}

    def _meta(self, values: Mapping[str, Any]) -> dict[str, Any]:
        made: dict[str, Any] = {
            "name": text_of(values.get("vrm_name")),
            "authors": [text_of(item.get("value")) for item in items(values.get("authors")) if item.get("value")],
            "references": [text_of(item.get("value")) for item in items(values.get("references")) if item.get("value")],
            **{key: word(words, values.get(snake(key))) for key, words in PERMISSIONS.items()},
            **{key: bool(values.get(snake(key))) for key in ALLOWANCES},
        }
        for key in ("version", "copyrightInformation", "contactInformation", "thirdPartyLicenses", "otherLicenseUrl"):
            made[key] = text_of(values.get(snake(key)))
        if isinstance(values.get("thumbnail_image"), bpy.types.Image):
            self._data.thumbnail = values["thumbnail_image"]
            made["thumbnailImage"] = 0
        return {key: value for key, value in made.items() if value not in ("", [])}

    def _springs(self, values: Mapping[str, Any]) -> dict[str, Any]:
        colliders: list[dict[str, Any]] = []
        groups: list[dict[str, Any]] = []
        springs: list[dict[str, Any]] = []
        by_uuid: dict[str, int] = {}
        for item in items(values.get("colliders")):
            made = self._collider(item)
            if made is not None:
                by_uuid[text_of(item.get("uuid"))] = len(colliders)
                colliders.append(made)
            else:
                self._data.lost.append("colliders[" + getattr(item.get("bpy_object"), "name", "?") + "]")
        group_of: dict[str, int] = {}
        for item in items(values.get("collider_groups")):
            group_of[text_of(item.get("uuid"))] = len(groups)
            named = [text_of(each.get("collider_uuid")) for each in items(item.get("colliders"))]
            listed = [by_uuid[uuid] for uuid in named if uuid in by_uuid]
            groups.append({"name": text_of(item.get("vrm_name")), "colliders": listed})
        for item in items(values.get("springs")):
            named = [text_of(each.get("collider_group_uuid")) for each in items(item.get("collider_groups"))]
            spring: dict[str, Any] = {
                "name": text_of(item.get("vrm_name")),
                "joints": [joint for each in items(item.get("joints")) if (joint := self._joint(each)) is not None],
                "colliderGroups": [group_of[uuid] for uuid in named if uuid in group_of],
            }
            if (center := self._indices.bone(item.get("center"))) is not None:
                spring["center"] = center
            springs.append({key: value for key, value in spring.items() if value != []})
        return {"colliders": colliders, "colliderGroups": groups, "springs": springs}

    def _joint(self, values: Mapping[str, Any]) -> dict[str, Any] | None:
        bone = self._indices.bone(values.get("node"))
        if bone is None:
            return None
        return {
            "node": bone,
            "hitRadius": real(values.get("hit_radius"), 0.0),
            "stiffness": real(values.get("stiffness"), 1.0),
            "gravityPower": real(values.get("gravity_power"), 0.0),
            "gravityDir": values.get("gravity_dir", [0.0, 0.0, -1.0]),
            "dragForce": real(values.get("drag_force"), 0.5),
        }

    def _collider(self, values: Mapping[str, Any]) -> dict[str, Any] | None:
        """A collider at the position of its empty, in its bone's space."""
        bone, empty = self._indices.bone(values.get("node")), values.get("bpy_object")
        if bone is None or not isinstance(empty, bpy.types.Object):
            return None
        place = self._armature.matrix_world @ self._armature.pose.bones[self._data.bones[bone]].matrix
        into = place.inverted_safe()
        sphere = {"offset": list(into @ empty.matrix_world.translation), "radius": radius_of(empty)}
        extension = table_of(table_of(values.get("extensions")).get("vrmc_spring_bone_extended_collider"))
        if extension.get("enabled") and extension.get("shape_type", 0) == 2:
            way = (into.to_3x3() @ empty.matrix_world.to_3x3()).col[1]
            plane = {"offset": sphere["offset"], "normal": list(way.normalized())}
            wider = {EXTENDED_COLLIDER: {"specVersion": "1.0", "shape": {"plane": plane}}}
            return {"node": bone, "shape": _fallback(values, extension), "extensions": wider}
        if values.get("shape_type", 0) == 1:
            tail = empty.children[0].matrix_world if empty.children else empty.matrix_world
            sphere["tail"] = list(into @ tail.translation)
        kind = "capsule" if "tail" in sphere else "sphere"
        made: dict[str, Any] = {"node": bone, "shape": {kind: sphere}}
        if extension.get("enabled"):
            inner = table_of(table_of(extension.get("shape")).get(kind))
            inside = {kind: {**sphere, "inside": bool(inner.get("inside"))}}
            made["extensions"] = {EXTENDED_COLLIDER: {"specVersion": "1.0", "shape": inside}}
        return made


def _fallback(values: Mapping[str, Any], extension: Mapping[str, Any]) -> dict[str, Any]:
    """The fallback for viewers that do not support planes: the artist's choice, else a sphere far away."""
    if extension.get("automatic_fallback_generation", True):
        return {"sphere": {"offset": [0.0, -10000.0, 0.0], "radius": 0.00001}}
    kind = "capsule" if values.get("shape_type", 0) == 1 else "sphere"
    said = table_of(table_of(values.get("shape")).get(kind))
    made = {"offset": said.get("fallback_offset", [0.0] * 3), "radius": real(said.get("fallback_radius"), 0.0)}
    return {kind: made | ({"tail": said.get("fallback_tail", [0.0] * 3)} if kind == "capsule" else {})}


def _look_at(values: Mapping[str, Any]) -> dict[str, Any]:
    look: dict[str, Any] = {"type": word(("bone", "expression"), values.get("type"))}
    if "offset_from_head_bone" in values:
        look["offsetFromHeadBone"] = values["offset_from_head_bone"]
    for key in RANGES:
        block = table_of(values.get(snake(key)))
        look[key] = {
            "inputMaxValue": real(block.get("input_max_value"), 90.0),
            "outputScale": real(block.get("output_scale"), 10.0),
        }
    return look


def _says_something(expression: Mapping[str, Any]) -> bool:
    """Whether an expression shows or overrides anything; the add-on always stores all presets."""
    return any(value not in (False, "none", []) for value in expression.values())
