"""Avatars that were set up with the VRM add-on for Blender: what it keeps on armatures, bones and materials.

Its values are read as they are stored, so that they are there whether or not the add-on is. What is stored is only what
differs from its defaults; enumerations are stored as numbers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import bpy

from ml_core.vrm.blocks import checked
from ml_core.vrm.first_meta import meta_of_first
from ml_core.vrm.first_version import EXPRESSIONS_OF_FIRST
from ml_core.vrm.json_values import items, real, table_of, text_of
from ml_core.vrm.kinds import ALLOWANCES, EXTENDED_COLLIDER, JOINTS, PERMISSIONS, PRESETS, RANGES

from .stored import MeshNode, VrmData

_KEY = "vrm_addon_extension"
_COLOR_TYPES = ("color", "emissionColor", "shadeColor", "rimColor", "outlineColor", "matcapColor")
_OVERRIDES = ("none", "block", "blend")
_ANNOTATIONS = ("auto", "both", "thirdPersonOnly", "firstPersonOnly")
_WHO = ("OnlyAuthor", "ExplicitlyLicensedPerson", "Everyone")
_LICENSES = (
    "Redistribution_Prohibited", "CC0", "CC_BY", "CC_BY_NC", "CC_BY_SA", "CC_BY_NC_SA", "CC_BY_ND", "CC_BY_NC_ND",
    "Other",
)  # fmt: skip
_PRESETS_OF_FIRST = (
    "unknown", "neutral", "a", "i", "u", "e", "o", "blink", "joy", "angry", "sorrow", "fun", "lookup", "lookdown",
    "lookleft", "lookright", "blink_l", "blink_r",
)  # fmt: skip


def addon_values(block: bpy.types.ID | bpy.types.Bone) -> dict[str, Any]:
    """What the add-on has stored on a data-block; empty where it has not. Blender 5 keeps it apart from custom
    properties."""
    group: Any = block.get(_KEY)
    if group is None and hasattr(block, "bl_system_properties_get"):
        system = block.bl_system_properties_get()
        group = system.get(_KEY) if system is not None else None
    return table_of(group.to_dict()) if hasattr(group, "to_dict") else {}


def addon_data(armature: bpy.types.Object) -> VrmData | None:
    """The avatar that the add-on describes; ``None`` where no bone of it is said."""
    values = addon_values(armature.data)
    if not values:
        return None
    reader = _Reader(armature, values)
    data = reader.first() if values.get("spec_version", 1) == 0 else reader.second()
    return data if data.blocks.get("humanBones") else None


class _Reader:
    def __init__(self, armature: bpy.types.Object, values: Mapping[str, Any]) -> None:
        self._armature = armature
        self._values = values
        self._indices = {bone.name: number for number, bone in enumerate(armature.data.bones)}
        self._by_uuid = {
            uuid: bone.name for bone in armature.data.bones if (uuid := text_of(addon_values(bone).get("uuid")))
        }
        self._data = VrmData("", 1, {}, bones={number: name for name, number in self._indices.items()})

    def second(self) -> VrmData:
        """Version 1."""
        vrm = table_of(self._values.get("vrm1"))
        bones = table_of(table_of(vrm.get("humanoid")).get("human_bones"))
        expressions = table_of(vrm.get("expressions"))
        preset = table_of(expressions.get("preset"))
        springs = table_of(self._values.get("spring_bone1"))
        raw = {
            "meta": self._meta(table_of(vrm.get("meta"))),
            "humanBones": {joint: self._node(table_of(bones.get(_snake(joint)))) for joint in JOINTS},
            "expressions": {
                "preset": {name: self._expression(table_of(preset.get(_snake(name))), name) for name in PRESETS},
                "custom": {
                    name: self._expression(one, name)
                    for one in items(expressions.get("custom"))
                    if (name := text_of(one.get("custom_name")))
                },
            },
            "lookAt": _look_at(table_of(vrm.get("look_at"))),
            "meshAnnotations": [
                {"node": self._mesh(one.get("node")), "type": _word(_ANNOTATIONS, one.get("type"))}
                for one in items(table_of(vrm.get("first_person")).get("mesh_annotations"))
            ],
            **self._springs(springs),
        }
        return self._finished(raw, 1)

    def first(self) -> VrmData:
        """Version 0: bones, rights and expressions; its springs are told as lost."""
        vrm = table_of(self._values.get("vrm0"))
        named = {
            text_of(one.get("bone")): self._node(one) for one in items(table_of(vrm.get("humanoid")).get("human_bones"))
        }
        for side in ("left", "right"):
            chain = [named.pop(f"{side}Thumb{one}", None) for one in ("Proximal", "Intermediate", "Distal")]
            joints = [f"{side}Thumb{one}" for one in ("Metacarpal", "Proximal", "Distal")]
            named |= {joint: node for joint, node in zip(joints, chain, strict=True) if node}
        meta = table_of(vrm.get("meta"))
        words = {
            "title": text_of(meta.get("title")),
            "version": text_of(meta.get("version")),
            "author": text_of(meta.get("author")),
            "contactInformation": text_of(meta.get("contact_information")),
            "reference": text_of(meta.get("reference")),
            "otherPermissionUrl": text_of(meta.get("other_permission_url")),
            "otherLicenseUrl": text_of(meta.get("other_license_url")),
            "allowedUserName": _word(_WHO, meta.get("allowed_user_name")),
            "licenseName": _word(_LICENSES, meta.get("license_name")),
            **{
                f"{one}UssageName": _word(("Disallow", "Allow"), meta.get(f"{one}_ussage_name"))
                for one in ("violent", "sexual", "commercial")
            },
        }
        preset: dict[str, Any] = {}
        custom: dict[str, Any] = {}
        for group in items(table_of(vrm.get("blend_shape_master")).get("blend_shape_groups")):
            name = text_of(group.get("name"))
            binds = [
                bind
                for one in items(group.get("binds"))
                if (bind := self._bind(one.get("mesh"), one.get("index"), one.get("weight"), name)) is not None
            ]
            expression = {"isBinary": bool(group.get("is_binary")), "morphTargetBinds": binds}
            known = EXPRESSIONS_OF_FIRST.get(_word(_PRESETS_OF_FIRST, group.get("preset_name")))
            if known is not None and known not in preset:
                preset[known] = expression
            elif name:
                custom[name] = expression
            if items(group.get("material_values")):
                self._data.lost.append(f"expressions.{name}: materials")
        secondary = table_of(vrm.get("secondary_animation"))
        for one in items(secondary.get("bone_groups")):
            self._data.lost.append(f"springs[{text_of(one.get('comment'))}]")
        raw = {
            "meta": meta_of_first(words, {}),
            "humanBones": named,
            "expressions": {"preset": preset, "custom": custom},
        }
        return self._finished(raw, 0)

    def _finished(self, raw: dict[str, Any], version: int) -> VrmData:
        raw["humanBones"] = {joint: one for joint, one in raw["humanBones"].items() if one}
        preset = raw["expressions"]["preset"]
        raw["expressions"]["preset"] = {name: one for name, one in preset.items() if _says_something(one)}
        raw["constraints"] = [
            {"node": self._indices[bone.name], "constraint": said}
            for bone in (self._armature.pose.bones if self._armature.pose else ())
            for one in bone.constraints
            if (said := self._constraint(one)) is not None
        ]
        self._data.version, self._data.blocks = version, checked(raw)
        return self._data

    def _constraint(self, one: bpy.types.Constraint) -> dict[str, Any] | None:
        """Blender's constraint as the add-on takes it: one axis added is a roll, three are a rotation, Damped Track is
        an aim."""
        if one.mute or one.type not in ("COPY_ROTATION", "DAMPED_TRACK") or one.target != self._armature:
            return None
        source = self._indices.get(one.subtarget)
        if source is None:
            return None
        shared = {"source": source, "weight": one.influence}
        if one.type == "DAMPED_TRACK":
            sign = "Negative" if "NEGATIVE" in one.track_axis else "Positive"
            return {"aim": {**shared, "aimAxis": sign + one.track_axis[-1]}} if not one.head_tail else None
        axes = [axis for axis in "XYZ" if getattr(one, f"use_{axis.lower()}")]
        if one.mix_mode != "ADD" or (one.owner_space, one.target_space) != ("LOCAL", "LOCAL"):
            return None
        if len(axes) == 1:
            return {"roll": {**shared, "rollAxis": axes[0]}}
        return {"rotation": shared} if len(axes) == 3 else None

    def _node(self, holder: Mapping[str, Any]) -> dict[str, Any]:
        number = self._bone(holder.get("node"))
        return {"node": number} if number is not None else {}

    def _bone(self, node: object) -> int | None:
        said = table_of(node)
        name = self._by_uuid.get(text_of(said.get("bone_uuid"))) or text_of(said.get("bone_name"))
        return self._indices.get(name)

    def _mesh(self, node: object) -> int:
        """The index of a mesh object, which is counted when it is first spoken of."""
        obj = table_of(node).get("bpy_object")
        name = obj.name if isinstance(obj, bpy.types.Object) else text_of(table_of(node).get("mesh_object_name"))
        for number, one in self._data.meshes.items():
            if one.name == name:
                return number
        self._data.meshes[len(self._data.meshes)] = MeshNode(name)
        return len(self._data.meshes) - 1

    def _bind(self, node: object, key: object, weight: object, where: str) -> dict[str, Any] | None:
        if not text_of(key):
            self._data.lost.append(f"expressions.{where}")
            return None
        number = self._mesh(node)
        known = self._data.meshes[number]
        if key not in known.keys:
            known = self._data.meshes[number] = MeshNode(known.name, (*known.keys, text_of(key)))
        return {"node": number, "index": known.keys.index(text_of(key)), "weight": real(weight, 1.0)}

    def _expression(self, values: Mapping[str, Any], where: str) -> dict[str, Any]:
        made: dict[str, Any] = {"isBinary": bool(values.get("is_binary"))}
        for key, name in (("Blink", "blink"), ("LookAt", "look_at"), ("Mouth", "mouth")):
            made[f"override{key}"] = _word(_OVERRIDES, values.get(f"override_{name}"))
        made["morphTargetBinds"] = [
            bind
            for one in items(values.get("morph_target_binds"))
            if (bind := self._bind(one.get("node"), one.get("index"), one.get("weight"), where)) is not None
        ]
        made["materialColorBinds"] = [
            {
                "material": self._material(one.get("material")),
                "type": _word(_COLOR_TYPES, one.get("type")),
                "targetValue": one.get("target_value"),
            }
            for one in items(values.get("material_color_binds"))
        ]
        made["textureTransformBinds"] = [
            {
                "material": self._material(one.get("material")),
                "scale": one.get("scale", [1.0, 1.0]),
                "offset": one.get("offset", [0.0, 0.0]),
            }
            for one in items(values.get("texture_transform_binds"))
        ]
        return {key: value for key, value in made.items() if value != []}

    def _material(self, material: object) -> int:
        name = material.name if isinstance(material, bpy.types.Material) else ""
        known = [number for number, one in self._data.materials.items() if one == name]
        if not known:
            known = [len(self._data.materials)]
            self._data.materials[known[0]] = name
        return known[0]

    def _meta(self, values: Mapping[str, Any]) -> dict[str, Any]:
        made: dict[str, Any] = {
            "name": text_of(values.get("vrm_name")),
            "authors": [text_of(one.get("value")) for one in items(values.get("authors")) if one.get("value")],
            "references": [text_of(one.get("value")) for one in items(values.get("references")) if one.get("value")],
            **{key: _word(words, values.get(_snake(key))) for key, words in PERMISSIONS.items()},
            **{key: bool(values.get(_snake(key))) for key in ALLOWANCES},
        }
        for key in ("version", "copyrightInformation", "contactInformation", "thirdPartyLicenses", "otherLicenseUrl"):
            made[key] = text_of(values.get(_snake(key)))
        if isinstance(values.get("thumbnail_image"), bpy.types.Image):
            self._data.thumbnail = values["thumbnail_image"]
            made["thumbnailImage"] = 0
        return {key: value for key, value in made.items() if value not in ("", [])}

    def _springs(self, values: Mapping[str, Any]) -> dict[str, Any]:
        colliders: list[dict[str, Any]] = []
        groups: list[dict[str, Any]] = []
        springs: list[dict[str, Any]] = []
        by_uuid: dict[str, int] = {}
        for one in items(values.get("colliders")):
            made = self._collider(one)
            if made is not None:
                by_uuid[text_of(one.get("uuid"))] = len(colliders)
                colliders.append(made)
            else:
                self._data.lost.append("colliders[" + getattr(one.get("bpy_object"), "name", "?") + "]")
        group_of: dict[str, int] = {}
        for one in items(values.get("collider_groups")):
            group_of[text_of(one.get("uuid"))] = len(groups)
            named = [text_of(each.get("collider_uuid")) for each in items(one.get("colliders"))]
            listed = [by_uuid[uuid] for uuid in named if uuid in by_uuid]
            groups.append({"name": text_of(one.get("vrm_name")), "colliders": listed})
        for one in items(values.get("springs")):
            named = [text_of(each.get("collider_group_uuid")) for each in items(one.get("collider_groups"))]
            spring: dict[str, Any] = {
                "name": text_of(one.get("vrm_name")),
                "joints": [joint for each in items(one.get("joints")) if (joint := self._joint(each)) is not None],
                "colliderGroups": [group_of[uuid] for uuid in named if uuid in group_of],
            }
            if (center := self._bone(one.get("center"))) is not None:
                spring["center"] = center
            springs.append({key: value for key, value in spring.items() if value != []})
        return {"colliders": colliders, "colliderGroups": groups, "springs": springs}

    def _joint(self, values: Mapping[str, Any]) -> dict[str, Any] | None:
        bone = self._bone(values.get("node"))
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
        """A collider where its empty stands, in its bone's space."""
        bone, empty = self._bone(values.get("node")), values.get("bpy_object")
        if bone is None or not isinstance(empty, bpy.types.Object):
            return None
        place = self._armature.matrix_world @ self._armature.pose.bones[self._data.bones[bone]].matrix
        into = place.inverted_safe()
        radius = sum(map(abs, empty.matrix_basis.to_scale())) / 3 * empty.empty_display_size
        sphere = {"offset": list(into @ empty.matrix_world.translation), "radius": radius}
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
    """What viewers that know no planes take in its place: what the artist gave, else a ball far away."""
    if extension.get("automatic_fallback_generation", True):
        return {"sphere": {"offset": [0.0, -10000.0, 0.0], "radius": 0.00001}}
    kind = "capsule" if values.get("shape_type", 0) == 1 else "sphere"
    said = table_of(table_of(values.get("shape")).get(kind))
    made = {"offset": said.get("fallback_offset", [0.0] * 3), "radius": real(said.get("fallback_radius"), 0.0)}
    return {kind: made | ({"tail": said.get("fallback_tail", [0.0] * 3)} if kind == "capsule" else {})}


def _look_at(values: Mapping[str, Any]) -> dict[str, Any]:
    look: dict[str, Any] = {"type": _word(("bone", "expression"), values.get("type"))}
    if "offset_from_head_bone" in values:
        look["offsetFromHeadBone"] = values["offset_from_head_bone"]
    for key in RANGES:
        one = table_of(values.get(_snake(key)))
        look[key] = {
            "inputMaxValue": real(one.get("input_max_value"), 90.0),
            "outputScale": real(one.get("output_scale"), 10.0),
        }
    return look


def _says_something(expression: Mapping[str, Any]) -> bool:
    """Whether an expression, of which the add-on always has all presets, shows or overrides anything."""
    return any(value not in (False, "none", []) for value in expression.values())


def _word(words: tuple[str, ...], number: object) -> str:
    """The word that a stored number stands for; the first, which is the default, for anything else."""
    return words[number] if isinstance(number, int) and 0 <= number < len(words) else words[0]


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])([A-Z])", r"_\1", name).lower()


def is_addon_toon(material: bpy.types.Material) -> bool:
    """Whether the add-on has made MToon of a material."""
    toon = table_of(addon_values(material).get("mtoon1"))
    return bool(toon.get("enabled")) and not toon.get("is_outline_material")
