"""Avatars that the VRM add-on has set up as version 0, converted to the form of a file of version 0, and read as one.

In Blender such an avatar faces -Y; in the file it faces -Z, with positions as in Unity, with Z reversed. So a position
(x, y, z) on Blender's axes is (-x, z, -y) in the file's convention, and (-x, z, y) on its glTF axes. Vectors that the
add-on stores are the file's, with Y and Z swapped.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import bpy
from mathutils import Vector

from ml_core.vrm.blocks import checked
from ml_core.vrm.first_version import blocks_of_first
from ml_core.vrm.json_values import items, list_of, real, table_of, text_of

from .addon_stored import AddonIndices, snake, word
from .places import with_places
from .stored import VrmData

_WHO = ("OnlyAuthor", "ExplicitlyLicensedPerson", "Everyone")
_LICENSES = (
    "Redistribution_Prohibited", "CC0", "CC_BY", "CC_BY_NC", "CC_BY_SA", "CC_BY_NC_SA", "CC_BY_ND", "CC_BY_NC_ND",
    "Other",
)  # fmt: skip
_PRESETS = (
    "unknown", "neutral", "a", "i", "u", "e", "o", "blink", "joy", "angry", "sorrow", "fun", "lookup", "lookdown",
    "lookleft", "lookright", "blink_l", "blink_r",
)  # fmt: skip
_FLAGS = ("Auto", "FirstPersonOnly", "ThirdPersonOnly", "Both")
_CURVES = ("lookAtHorizontalInner", "lookAtHorizontalOuter", "lookAtVerticalDown", "lookAtVerticalUp")
_STRAIGHT = [0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 0.0]


def data_of_version_0(armature: bpy.types.Object, stored: Mapping[str, Any]) -> VrmData:
    """The avatar in the terms of VRM 1.0, with positions in the spaces of Blender's bones."""
    writer = _Writer(armature, table_of(stored.get("vrm0")))
    document, vrm = writer.written()
    data = writer.data
    raw, lost = blocks_of_first(document, vrm)
    blocks, turned_away = with_places(
        checked(raw),
        {number: _into_bone(bone) for number, bone in enumerate(armature.data.bones)},
        lambda way: list(_from_gltf(way)),
        lambda _bone: 1.0,
    )
    data.version, data.blocks = 0, blocks
    data.lost += [*lost, *turned_away]
    return data


def _from_gltf(vector: Sequence[float]) -> Vector:
    return Vector((-vector[0], vector[2], vector[1]))


def _into_bone(bone: bpy.types.Bone) -> Callable[[Sequence[float]], list[float]]:
    turn = bone.matrix_local.to_3x3().inverted_safe()
    return lambda place: list(turn @ _from_gltf(place))


def _as_file(vector: Sequence[float]) -> dict[str, float]:
    """Converts a vector from Blender's axes to the file's convention."""
    return {"x": -vector[0], "y": vector[2], "z": -vector[1]}


def _exchanged(stored: object) -> dict[str, float]:
    """Converts a vector as stored by the add-on to the file's convention."""
    x, z, y = [*(real(number, 0.0) for number in list_of(stored)), 0.0, 0.0, 0.0][:3]
    return {"x": x, "y": y, "z": z}


class _Writer:
    def __init__(self, armature: bpy.types.Object, values: Mapping[str, Any]) -> None:
        self._armature = armature
        self._values = values
        self._bones = list(armature.data.bones)
        self._indices = AddonIndices(armature, first_mesh=len(self._bones))
        self.data = self._indices.data

    def written(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """A glTF document with the nodes, meshes and materials that are referred to, and its extension ``VRM``."""
        vrm = {
            "meta": self._meta(table_of(self._values.get("meta"))),
            "humanoid": {
                "humanBones": [
                    {"bone": text_of(bone.get("bone")), "node": node}
                    for bone in items(table_of(self._values.get("humanoid")).get("human_bones"))
                    if (node := self._indices.bone(bone.get("node"))) is not None
                ]
            },
            "firstPerson": self._first_person(table_of(self._values.get("first_person"))),
            "blendShapeMaster": {
                "blendShapeGroups": [
                    self._expression(group)
                    for group in items(table_of(self._values.get("blend_shape_master")).get("blend_shape_groups"))
                ]
            },
            "secondaryAnimation": self._springs(table_of(self._values.get("secondary_animation"))),
        }
        meshes = [{"mesh": number} for number, _ in enumerate(self.data.meshes)]
        document: dict[str, Any] = {
            "nodes": [*map(self._node, self._bones), *meshes],
            "materials": [{"name": name} for name in self.data.materials.values()],
        }
        if self.data.thumbnail is not None:
            document |= {"textures": [{"source": 0}], "images": [{}]}
        return document, vrm

    def _node(self, bone: bpy.types.Bone) -> dict[str, Any]:
        away = bone.head_local - bone.parent.head_local if bone.parent else bone.head_local
        node = {"name": bone.name, "translation": [-away.x, away.z, away.y]}
        if children := [self._indices.named_bone(child.name) for child in bone.children]:
            node["children"] = children
        return node

    def _meta(self, values: Mapping[str, Any]) -> dict[str, Any]:
        meta: dict[str, Any] = {
            key: text_of(values.get(snake(key)))
            for key in (
                "title", "version", "author", "contactInformation", "reference", "otherPermissionUrl",
                "otherLicenseUrl",
            )
        }  # fmt: skip
        meta |= {
            "allowedUserName": word(_WHO, values.get("allowed_user_name")),
            "licenseName": word(_LICENSES, values.get("license_name")),
        }
        for usage in ("violent", "sexual", "commercial"):
            meta[f"{usage}UssageName"] = word(("Disallow", "Allow"), values.get(f"{usage}_ussage_name"))
        if isinstance(values.get("texture"), bpy.types.Image):
            self.data.thumbnail = values["texture"]
            meta["texture"] = 0
        return meta

    def _first_person(self, values: Mapping[str, Any]) -> dict[str, Any]:
        written: dict[str, Any] = {
            "lookAtTypeName": word(("Bone", "BlendShape"), values.get("look_at_type_name")),
            "firstPersonBoneOffset": self._eye(values),
            "meshAnnotations": [
                {
                    "mesh": self._mesh(annotation.get("mesh")),
                    "firstPersonFlag": word(_FLAGS, annotation.get("first_person_flag")),
                }
                for annotation in items(values.get("mesh_annotations"))
            ],
        }
        for key in _CURVES:
            curve = table_of(values.get(snake(key)))
            written[key] = {
                "curve": list_of(curve.get("curve")) or _STRAIGHT,
                "xRange": real(curve.get("x_range"), 90.0),
                "yRange": real(curve.get("y_range"), 10.0),
            }
        return written

    def _eye(self, values: Mapping[str, Any]) -> dict[str, float]:
        """The eye offset from the head bone, which need not be the bone that the offset is stored for."""
        offset = _exchanged(values.get("first_person_bone_offset"))
        base = self._indices.bone(values.get("first_person_bone"))
        bones = items(table_of(self._values.get("humanoid")).get("human_bones"))
        head = next((self._indices.bone(bone.get("node")) for bone in bones if bone.get("bone") == "head"), None)
        if base is None or head is None or base == head:
            return offset
        between = _as_file(self._bones[base].head_local - self._bones[head].head_local)
        return {axis: offset[axis] + between[axis] for axis in offset}

    def _mesh(self, reference: object) -> int:
        return self._indices.mesh(reference) - len(self._bones)

    def _expression(self, group: Mapping[str, Any]) -> dict[str, Any]:
        name = text_of(group.get("name"))
        binds = []
        for bind in items(group.get("binds")):
            key = text_of(bind.get("index"))
            if not key:
                self.data.lost.append(f"expressions.{name}")
                continue
            mesh = self._indices.mesh(bind.get("mesh"))
            binds.append(
                {
                    "mesh": mesh - len(self._bones),
                    "index": self._indices.shape_key(mesh, key),
                    "weight": real(bind.get("weight"), 1.0) * 100,
                }
            )
        return {
            "name": name,
            "presetName": word(_PRESETS, group.get("preset_name")),
            "isBinary": bool(group.get("is_binary")),
            "binds": binds,
            "materialValues": [self._material_value(value) for value in items(group.get("material_values"))],
        }

    def _material_value(self, value: Mapping[str, Any]) -> dict[str, Any]:
        number = self._indices.material(value.get("material"))
        return {
            "materialName": self.data.materials[number],
            "propertyName": text_of(value.get("property_name")),
            "targetValue": [real(item.get("value"), 0.0) for item in items(value.get("target_value"))],
        }

    def _springs(self, values: Mapping[str, Any]) -> dict[str, Any]:
        groups: list[dict[str, Any]] = []
        by_uuid: dict[str, int] = {}
        for group in items(values.get("collider_groups")):
            node = self._indices.bone(group.get("node"))
            objects = [collider.get("bpy_object") for collider in items(group.get("colliders"))]
            colliders = [self._collider(node, obj) for obj in objects if isinstance(obj, bpy.types.Object)]
            if node is None or len(colliders) < len(objects):
                self.data.lost.append(f"colliderGroups[{len(groups)}]: {len(objects)}")
            by_uuid[text_of(group.get("uuid"))] = len(groups)
            groups.append({"node": -1 if node is None else node, "colliders": colliders if node is not None else []})
        chains = []
        for number, chain in enumerate(items(values.get("bone_groups"))):
            roots = [self._indices.bone(bone) for bone in items(chain.get("bones"))]
            if None in roots:
                self.data.lost.append(f"springs[{text_of(chain.get('comment')) or number}]")
            uuids = [text_of(item.get("collider_group_uuid")) for item in items(chain.get("collider_groups"))]
            center = self._indices.bone(chain.get("center"))
            chains.append(
                {
                    "comment": text_of(chain.get("comment")),
                    "stiffiness": real(chain.get("stiffiness"), 0.0),
                    "gravityPower": real(chain.get("gravity_power"), 0.0),
                    "gravityDir": _exchanged(chain.get("gravity_dir")),
                    "dragForce": real(chain.get("drag_force"), 0.0),
                    "hitRadius": real(chain.get("hit_radius"), 0.0),
                    "center": -1 if center is None else center,
                    "bones": [root for root in roots if root is not None],
                    "colliderGroups": [by_uuid[uuid] for uuid in uuids if uuid in by_uuid],
                }
            )
        return {"colliderGroups": groups, "boneGroups": chains}

    def _collider(self, node: int | None, empty: bpy.types.Object) -> dict[str, Any]:
        """A sphere at its empty, relative to the head of its bone."""
        if node is None:
            return {}
        bone = self._bones[node]
        place = self._armature.matrix_world @ self._armature.pose.bones[bone.name].matrix
        offset = bone.matrix_local.to_3x3() @ (place.inverted_safe() @ empty.matrix_world.translation)
        return {"offset": _as_file(offset), "radius": radius_of(empty)}


def radius_of(empty: bpy.types.Object) -> float:
    """The radius of a collider's empty in the space of its parent."""
    return sum(map(abs, empty.matrix_basis.to_scale())) / 3 * empty.empty_display_size
