"""Small VRM files made by hand, of both versions."""

from __future__ import annotations

import io
import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

_CENTRAL = (
    ("hips", "", (0, 0.9, 0)), ("spine", "hips", (0, 1.05, 0)), ("chest", "spine", (0, 1.2, 0)),
    ("neck", "chest", (0, 1.4, 0)), ("head", "neck", (0, 1.5, 0)),
)  # fmt: skip
_SIDED = (
    ("Eye", "head", (0.03, 1.6, 0.08)), ("UpperArm", "chest", (0.2, 1.35, 0)),
    ("LowerArm", "UpperArm", (0.45, 1.35, 0)), ("Hand", "LowerArm", (0.7, 1.35, 0)),
    ("UpperLeg", "hips", (0.1, 0.85, 0)), ("LowerLeg", "UpperLeg", (0.1, 0.45, 0)),
    ("Foot", "LowerLeg", (0.1, 0.03, 0)), ("ThumbMetacarpal", "Hand", (0.73, 1.34, 0.02)),
    ("ThumbProximal", "ThumbMetacarpal", (0.75, 1.34, 0.04)), ("ThumbDistal", "ThumbProximal", (0.77, 1.34, 0.06)),
)  # fmt: skip
_HAIR = (("hair", "head", (0, 1.6, -0.1)), ("braid", "hair", (0, 1.5, -0.12)), ("tip", "braid", (0, 1.4, -0.12)))
NAMES = {"hips": "Kosi", "head": "Atama", "leftHand": "te_1", "rightHand": "te_2", "leftEye": "me_1"}
"""Names of some bones that say nothing of what they are; the others are numbered."""

META = {
    "name": "Hero", "version": "3", "authors": ["A. Author", "B. Author"], "copyrightInformation": "(c) A. Author",
    "contactInformation": "a@example.org", "references": ["https://example.org/hero"],
    "thirdPartyLicenses": "none", "thumbnailImage": 3, "licenseUrl": "https://vrm.dev/licenses/1.0/",
    "avatarPermission": "everyone", "allowExcessivelyViolentUsage": True, "allowExcessivelySexualUsage": False,
    "commercialUsage": "personalProfit", "allowPoliticalOrReligiousUsage": False,
    "allowAntisocialOrHateUsage": False, "creditNotation": "unnecessary", "allowRedistribution": True,
    "modification": "allowModification", "otherLicenseUrl": "https://example.org/terms",
}  # fmt: skip
META_0 = {
    "title": "Hero", "version": "3", "author": "A. Author", "contactInformation": "a@example.org",
    "reference": "https://example.org/hero", "texture": 3, "allowedUserName": "Everyone",
    "violentUssageName": "Allow", "sexualUssageName": "Disallow", "commercialUssageName": "Allow",
    "otherPermissionUrl": "", "licenseName": "CC_BY", "otherLicenseUrl": "",
}  # fmt: skip
_RANGES = {
    f"rangeMap{way}": {"inputMaxValue": 80.0, "outputScale": scale}
    for way, scale in zip(
        ("HorizontalInner", "HorizontalOuter", "VerticalDown", "VerticalUp"), (8, 9, 10, 11), strict=True
    )
}


class _Glb:
    def __init__(self) -> None:
        self.binary = b""
        self.json: dict[str, Any] = {"asset": {"version": "2.0"}, "bufferViews": [], "accessors": []}

    def view(self, data: bytes) -> int:
        self.json["bufferViews"].append({"buffer": 0, "byteOffset": len(self.binary), "byteLength": len(data)})
        self.binary += data + b"\0" * (-len(data) % 4)
        return len(self.json["bufferViews"]) - 1

    def accessor(self, values: np.ndarray, kind: str) -> int:
        component = {"f": 5126, "H": 5123}[values.dtype.char]
        one = {"bufferView": self.view(values.tobytes()), "componentType": component, "count": len(values)}
        flat = values.reshape(len(values), -1)
        limits = {"min": flat.min(axis=0).tolist(), "max": flat.max(axis=0).tolist()}
        self.json["accessors"].append({**one, "type": kind, **limits})
        return len(self.json["accessors"]) - 1

    def save(self, path: Path) -> None:
        self.json["buffers"] = [{"byteLength": len(self.binary)}]
        text = json.dumps(self.json).encode()
        text += b" " * (-len(text) % 4)
        total = 28 + len(text) + len(self.binary)
        head = struct.pack("<IIIII", 0x46546C67, 2, total, len(text), 0x4E4F534A)
        path.write_bytes(head + text + struct.pack("<II", len(self.binary), 0x004E4942) + self.binary)


def joints() -> list[tuple[str, str, tuple[float, float, float]]]:
    """Name, parent and place (Y up, front +Z) of each joint; what is not a humanoid joint has a name of its own."""
    sided = [
        (side + name, side + parent if parent[0].isupper() else parent, (sign * x, y, z))
        for side, sign in (("left", 1), ("right", -1))
        for name, parent, (x, y, z) in _SIDED
    ]
    return [*_CENTRAL, *sided, *_HAIR]


def write_vrm(path: Path, version: int = 1, skinned: bool = True, name: str = "Hero") -> None:
    """A hero of boxes, one for each bone, with a face of two shape keys and materials of MToon.

    Args:
        version: 0 faces -Z. skinned: else the boxes hang on the nodes of the bones.
    """
    glb = _Glb()
    bones = joints()
    places = {joint: np.array(place, float) * ((-1, 1, -1) if version == 0 else 1) for joint, _, place in bones}
    index = {joint: number for number, (joint, _, _) in enumerate(bones)}
    nodes: list[dict[str, Any]] = []
    for number, (joint, parent, _) in enumerate(bones):
        local = places[joint] - (places[parent] if parent else 0)
        nodes.append({"name": NAMES.get(joint, f"b{number}"), "translation": local.tolist()})
        if parent:
            nodes[index[parent]].setdefault("children", []).append(number)
    if version == 1:  # its hair is turned by 90° about X: offsets are in the bones' own spaces
        turn = np.array([0.5**0.5, 0, 0, 0.5**0.5])
        hair = nodes[index["hair"]]
        hair["rotation"] = turn.tolist()
        for below in ("braid", "tip"):
            x, y, z = nodes[index[below]]["translation"]
            nodes[index[below]]["translation"] = [x, z, -y]
    root = {"name": "Root", "children": [0]}
    nodes.append(root)
    glb.json |= {"nodes": nodes, "scene": 0, "scenes": [{"nodes": [len(nodes) - 1]}]}
    _add_meshes(glb, bones, places, index, skinned)
    _add_materials(glb, version)
    if version == 1:
        _second(glb.json, index, name)
    else:
        _first(glb.json, index, name)
    glb.save(path)


def _add_meshes(glb: _Glb, bones: list, places: dict, index: dict[str, int], skinned: bool) -> None:
    corners = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], np.float32) * 0.03
    quads = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    faces = np.array([(a, b, c) for a, b, c, d in quads] + [(a, c, d) for a, b, c, d in quads], np.uint16)
    nodes, meshes = glb.json["nodes"], []
    glb.json["meshes"] = meshes

    def mesh(name: str, points: np.ndarray, triangles: np.ndarray, joint: np.ndarray, material: int) -> dict[str, Any]:
        attributes = {
            "POSITION": glb.accessor(points.astype(np.float32), "VEC3"),
            "TEXCOORD_0": glb.accessor((points[:, :2] % 1).astype(np.float32), "VEC2"),
        }
        if skinned:
            joints4 = np.zeros((len(points), 4), np.uint16)
            joints4[:, 0] = joint
            weights = np.zeros((len(points), 4), np.float32)
            weights[:, 0] = 1
            attributes |= {"JOINTS_0": glb.accessor(joints4, "VEC4"), "WEIGHTS_0": glb.accessor(weights, "VEC4")}
        primitive = {
            "attributes": attributes,
            "indices": glb.accessor(triangles.astype(np.uint16).reshape(-1), "SCALAR"),
            "material": material,
        }
        meshes.append({"name": name, "primitives": [primitive]})
        return meshes[-1]

    def keys(one: dict[str, Any], count: int) -> None:
        shifts = [np.zeros((count, 3), np.float32) for _ in range(2)]
        shifts[0][:4, 1], shifts[1][:, 2] = 0.02, 0.01
        one["primitives"][0]["targets"] = [{"POSITION": glb.accessor(shift, "VEC3")} for shift in shifts]
        one["extras"] = {"targetNames": ["Fcl_A", "Fcl_Joy"]}

    if skinned:
        body = [joint for joint, _, _ in bones if joint != "head"]
        points = np.concatenate([corners + places[joint] for joint in body])
        triangles = np.concatenate([faces + 8 * number for number in range(len(body))])
        mesh("Body", points, triangles, np.repeat([index[joint] for joint in body], 8), 0)
        face = mesh("Face", corners * 3 + places["head"] + (0, 0.1, 0), faces, np.full(8, index["head"]), 1)
        keys(face, 8)
        inverse = np.tile(np.eye(4, dtype=np.float32), (len(bones), 1, 1))
        for number, (joint, _, _) in enumerate(bones):
            world = np.eye(4)
            world[:3, 3] = places[joint]
            if "rotation" in nodes[index["hair"]] and joint in ("hair", "braid", "tip"):
                world[:3, :3] = [[1, 0, 0], [0, 0, -1], [0, 1, 0]]
            inverse[number] = np.linalg.inv(world).T
        binds = glb.accessor(inverse.reshape(-1, 16), "MAT4")
        glb.json["skins"] = [{"joints": list(range(len(bones))), "inverseBindMatrices": binds}]
        top = len(nodes) - 1
        for number, name in enumerate(("Body", "Face")):
            nodes.append({"name": name, "mesh": number, "skin": 0})
            nodes[top]["children"].append(len(nodes) - 1)
        return
    for number, (joint, _, _) in enumerate(bones):
        one = mesh(f"{joint}_box", corners, faces, np.zeros(8), 1 if joint == "head" else 0)
        nodes[number]["mesh"] = len(meshes) - 1
        if joint == "head":
            keys(one, 8)


def _add_materials(glb: _Glb, version: int) -> None:
    glb.json["images"] = []
    for color in ((200, 150, 120), (150, 90, 80), (40, 40, 60), (10, 200, 10)):
        stream = io.BytesIO()
        Image.new("RGB", (8, 8), color).save(stream, "PNG")
        glb.json["images"].append({"bufferView": glb.view(stream.getvalue()), "mimeType": "image/png"})
    glb.json["textures"] = [{"source": number} for number in range(4)]
    glb.json["samplers"] = [{"wrapS": 33071, "wrapT": 33648, "magFilter": 9728}]
    glb.json["textures"][1]["sampler"] = 0
    glb.json["materials"] = [
        {"name": name, "pbrMetallicRoughness": {"baseColorTexture": {"index": 0}, "metallicFactor": 0}}
        for name in ("Skin", "Features")
    ]
    if version == 1:
        glb.json["materials"][0]["extensions"] = {
            "KHR_materials_unlit": {},
            "VRMC_materials_mtoon": {
                "specVersion": "1.0", "transparentWithZWrite": False, "renderQueueOffsetNumber": 0,
                "shadeColorFactor": [0.5, 0.25, 0.2], "shadeMultiplyTexture": {"index": 0},
                "shadingShiftFactor": -0.1, "shadingToonyFactor": 0.8, "giEqualizationFactor": 0.7,
                "matcapFactor": [1, 1, 1], "matcapTexture": {"index": 2}, "rimLightingMixFactor": 0.3,
                "parametricRimColorFactor": [0.1, 0.2, 0.3], "parametricRimFresnelPowerFactor": 4,
                "parametricRimLiftFactor": 0.1, "outlineWidthMode": "worldCoordinates",
                "outlineWidthFactor": 0.002, "outlineColorFactor": [0.1, 0, 0], "outlineLightingMixFactor": 0.5,
                "outlineWidthMultiplyTexture": {
                    "index": 1, "extensions": {"KHR_texture_transform": {"offset": [0.5, 0], "scale": [1, 2]}}
                },
                "uvAnimationScrollXSpeedFactor": 0.1,
            },
        }  # fmt: skip


def _second(document: dict[str, Any], index: dict[str, int], name: str) -> None:
    face = _face_node(document)
    human = {joint: {"node": number} for joint, number in index.items() if joint not in ("hair", "braid", "tip")}
    document["extensionsUsed"] = [
        "VRMC_vrm", "VRMC_springBone", "VRMC_node_constraint", "VRMC_materials_mtoon", "KHR_materials_unlit",
        "KHR_texture_transform", "VRMC_springBone_extended_collider",
    ]  # fmt: skip
    document["extensions"] = {
        "VRMC_vrm": {
            "specVersion": "1.0",
            "meta": {**META, "name": name},
            "humanoid": {"humanBones": human},
            "firstPerson": {"meshAnnotations": [{"node": face, "type": "thirdPersonOnly"}]},
            "lookAt": {"type": "bone", "offsetFromHeadBone": [0.0, 0.08, 0.05], **_RANGES},
            "expressions": {
                "preset": {
                    "aa": {"isBinary": False, "morphTargetBinds": [{"node": face, "index": 0, "weight": 0.9}]},
                    "happy": {
                        "isBinary": True, "overrideBlink": "block", "overrideLookAt": "none", "overrideMouth": "blend",
                        "morphTargetBinds": [{"node": face, "index": 1, "weight": 1.0}],
                    },
                },
                "custom": {
                    "blush": {
                        "isBinary": False,
                        "materialColorBinds": [{"material": 0, "type": "color", "targetValue": [1, 0.5, 0.5, 1]}],
                        "textureTransformBinds": [{"material": 1, "scale": [1, 1], "offset": [0.25, 0.5]}],
                    }
                },
            },
        },
        "VRMC_springBone": {
            "specVersion": "1.0",
            "colliders": [
                {"node": index["head"], "shape": {"sphere": {"offset": [0, 0.1, 0.02], "radius": 0.12}}},
                {
                    "node": index["hair"],
                    "shape": {"capsule": {"offset": [0, 0, 0.01], "radius": 0.03, "tail": [0, 0.1, 0.02]}},
                    "extensions": {
                        "VRMC_springBone_extended_collider": {
                            "specVersion": "1.0", "shape": {"plane": {"offset": [0, 0, 0.1], "normal": [0, 1, 0]}},
                        }
                    },
                },
            ],
            "colliderGroups": [{"name": "Skull", "colliders": [0]}, {"name": "Braid", "colliders": [1]}],
            "springs": [
                {
                    "name": "Hair", "center": index["hips"], "colliderGroups": [0],
                    "joints": [
                        {
                            "node": index[joint], "hitRadius": 0.02, "stiffness": 1.5, "gravityPower": 0.5,
                            "gravityDir": [0, -1, 0], "dragForce": 0.4,
                        }
                        for joint in ("hair", "braid", "tip")
                    ],
                }
            ],
        },
    }  # fmt: skip
    nodes = document["nodes"]
    for joint, constraint in (
        ("leftLowerArm", {"roll": {"source": index["leftHand"], "rollAxis": "X", "weight": 0.5}}),
        ("braid", {"aim": {"source": index["hips"], "aimAxis": "NegativeY", "weight": 1.0}}),
        ("rightThumbDistal", {"rotation": {"source": index["leftThumbDistal"], "weight": 0.75}}),
    ):
        extension = {"specVersion": "1.0", "constraint": constraint}
        nodes[index[joint]]["extensions"] = {"VRMC_node_constraint": extension}


def _first(document: dict[str, Any], index: dict[str, int], name: str) -> None:
    face = document["nodes"][_face_node(document)]["mesh"]
    human = []
    for joint, number in index.items():
        if joint in ("hair", "braid", "tip"):
            continue
        bone = (
            joint.replace("Proximal", "Intermediate").replace("Metacarpal", "Proximal") if "Thumb" in joint else joint
        )
        human.append({"bone": bone, "node": number, "useDefaultValues": True})
    document["extensionsUsed"] = ["VRM"]
    curve = {"curve": [0, 0, 0, 1, 1, 1, 1, 0], "xRange": 80, "yRange": 8}
    document["extensions"] = {
        "VRM": {
            "specVersion": "0.0",
            "meta": {**META_0, "title": name},
            "humanoid": {"humanBones": human},
            "firstPerson": {
                "firstPersonBone": index["head"], "firstPersonBoneOffset": {"x": 0, "y": 0.08, "z": 0.05},
                "meshAnnotations": [{"mesh": face, "firstPersonFlag": "ThirdPersonOnly"}],
                "lookAtTypeName": "Bone", "lookAtHorizontalInner": curve, "lookAtHorizontalOuter": curve,
                "lookAtVerticalDown": curve, "lookAtVerticalUp": curve,
            },
            "blendShapeMaster": {
                "blendShapeGroups": [
                    {"name": "A", "presetName": "a", "binds": [{"mesh": face, "index": 0, "weight": 90}]},
                    {
                        "name": "Joy", "presetName": "joy", "isBinary": True,
                        "binds": [{"mesh": face, "index": 1, "weight": 100}],
                    },
                    {
                        "name": "blush", "presetName": "unknown", "binds": [],
                        "materialValues": [
                            {"materialName": "Skin", "propertyName": "_Color", "targetValue": [1, 0.5, 0.5, 1]},
                            {
                                "materialName": "Features", "propertyName": "_MainTex_ST",
                                "targetValue": [1, 1, 0.25, 0.5],
                            },
                        ],
                    },
                ]
            },
            "secondaryAnimation": {
                "boneGroups": [
                    {
                        "comment": "Hair", "stiffiness": 1.5, "gravityPower": 0.5,
                        "gravityDir": {"x": 0, "y": -1, "z": 0}, "dragForce": 0.4, "center": -1, "hitRadius": 0.02,
                        "bones": [index["hair"]], "colliderGroups": [0],
                    }
                ],
                "colliderGroups": [
                    {"node": index["head"], "colliders": [{"offset": {"x": 0.01, "y": 0.1, "z": 0.02}, "radius": 0.12}]}
                ],
            },
            "materialProperties": [
                {
                    "name": "Skin", "shader": "VRM/MToon", "renderQueue": 2000,
                    "floatProperties": {
                        "_ShadeShift": 0.0, "_ShadeToony": 0.9, "_OutlineWidthMode": 1, "_OutlineWidth": 0.2,
                    },
                    "vectorProperties": {"_ShadeColor": [0.5, 0.5, 0.5, 1], "_Color": [1, 1, 1, 1]},
                    "textureProperties": {"_MainTex": 0, "_ShadeTexture": 1, "_SphereAdd": 2},
                    "keywordMap": {}, "tagMap": {},
                },
                {
                    "name": "Features", "shader": "VRM_USE_GLTFSHADER", "renderQueue": 2000, "floatProperties": {},
                    "vectorProperties": {}, "textureProperties": {}, "keywordMap": {}, "tagMap": {},
                },
            ],
        }
    }  # fmt: skip


def _face_node(document: dict[str, Any]) -> int:
    meshes = document["meshes"]
    return next(n for n, one in enumerate(document["nodes"]) if "mesh" in one and "extras" in meshes[one["mesh"]])
