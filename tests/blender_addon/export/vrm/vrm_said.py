"""What a VRM file says of its avatar, read as plain JSON by nothing of ours."""

from __future__ import annotations

import io
import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image


def said_of(path: Path) -> dict[str, Any]:
    """What a VRM 1.0 file says, with names and world places instead of indices, so that files can be compared."""
    data = path.read_bytes()
    length = struct.unpack_from("<I", data, 12)[0]
    document = json.loads(data[20 : 20 + length])
    nodes, worlds = document["nodes"], world_matrices(document)
    vrm = document["extensions"]["VRMC_vrm"]
    springs = document["extensions"].get("VRMC_springBone", {})

    def place(node: int, offset: list[float]) -> list[float]:
        return [round(float(one), 4) + 0.0 for one in (worlds[node] @ [*offset, 1])[:3]]

    def bind(one: dict[str, Any]) -> tuple[str, float]:
        mesh = document["meshes"][nodes[one["node"]]["mesh"]]
        return mesh["extras"]["targetNames"][one["index"]], one["weight"]

    def expression(one: dict[str, Any]) -> dict[str, Any]:
        materials = document["materials"]
        return {
            **{key: one.get(key, "none") for key in ("overrideBlink", "overrideLookAt", "overrideMouth")},
            "isBinary": one.get("isBinary", False),
            "morphs": sorted(bind(each) for each in one.get("morphTargetBinds", [])),
            "colors": [
                (materials[each["material"]]["name"].removeprefix("M_"), each["type"], each["targetValue"])
                for each in one.get("materialColorBinds", [])
            ],
            "transforms": [
                (materials[each["material"]]["name"].removeprefix("M_"), each.get("scale"), each.get("offset"))
                for each in one.get("textureTransformBinds", [])
            ],
        }

    def shape(node: int, one: dict[str, Any]) -> dict[str, Any]:
        kind, values = next(iter(one.items()))
        places = {key: place(node, values[key]) for key in ("offset", "tail") if key in values}
        if "normal" in values:
            places["normal"] = [round(float(v), 4) + 0.0 for v in worlds[node][:3, :3] @ values["normal"]]
        return {"kind": kind, "radius": round(values.get("radius", 0), 5), **places}

    def constraint(node: int, one: dict[str, Any]) -> dict[str, Any]:
        kind, values = next(iter(one.items()))
        said = {"kind": kind, "source": nodes[values["source"]]["name"], "weight": values.get("weight", 1.0)}
        axis = values.get("rollAxis") or values.get("aimAxis")
        if axis:
            way = np.zeros(3)
            way["XYZ".index(axis[-1])] = -1 if axis.startswith("Neg") else 1
            said["axis"] = [round(float(v), 4) + 0.0 for v in worlds[node][:3, :3] @ way]
        return said

    binary = data[28 + length :]

    def picture(one: dict[str, Any]) -> dict[str, Any]:
        texture = document["textures"][one["index"]]
        view = document["bufferViews"][document["images"][texture["source"]]["bufferView"]]
        start = view.get("byteOffset", 0)
        opened = Image.open(io.BytesIO(binary[start : start + view["byteLength"]])).convert("RGB")
        sampler = document["samplers"][texture["sampler"]] if "sampler" in texture else {}
        wrap = tuple(sampler.get(key, 10497) for key in ("wrapS", "wrapT"))
        return {**one, "index": opened.getpixel((0, 0)), "wrap": wrap, "magFilter": sampler.get("magFilter", 9729)}

    head = vrm["humanoid"]["humanBones"]["head"]["node"]
    look = vrm.get("lookAt", {})
    return {
        "meta": {key: value for key, value in vrm["meta"].items() if key != "thumbnailImage"},
        "thumbnail": "thumbnailImage" in vrm["meta"],
        "humanBones": {joint: nodes[one["node"]]["name"] for joint, one in vrm["humanoid"]["humanBones"].items()},
        "expressions": {
            group: {name: expression(one) for name, one in vrm["expressions"].get(group, {}).items()}
            for group in ("preset", "custom")
        },
        "look": {
            **{key: value for key, value in look.items() if key != "offsetFromHeadBone"},
            "offset": place(head, look.get("offsetFromHeadBone", [0, 0, 0])),
        },
        "colliders": [
            (
                nodes[one["node"]]["name"],
                shape(one["node"], one["shape"]),
                *(shape(one["node"], more["shape"]) for more in one.get("extensions", {}).values()),
            )
            for one in springs.get("colliders", [])
        ],
        "groups": springs.get("colliderGroups", []),
        "springs": [
            {
                "name": one.get("name"),
                "center": nodes[one["center"]]["name"] if "center" in one else None,
                "groups": one.get("colliderGroups", []),
                "joints": [
                    {**joint, "node": nodes[joint["node"]]["name"], "place": place(joint["node"], [0, 0, 0])}
                    for joint in one["joints"]
                ],
            }
            for one in springs.get("springs", [])
        ],
        "constraints": {
            one["name"]: constraint(number, one["extensions"]["VRMC_node_constraint"]["constraint"])
            for number, one in enumerate(nodes)
            if "VRMC_node_constraint" in one.get("extensions", {})
        },
        "toons": {
            one["name"].removeprefix("M_"): {
                key: picture(value) if key.endswith("Texture") else value for key, value in toon.items()
            }
            for one in document.get("materials", [])
            if (toon := one.get("extensions", {}).get("VRMC_materials_mtoon"))
        },
        "annotations": sorted(
            {one["type"] for one in vrm.get("firstPerson", {}).get("meshAnnotations", [])} - {"auto"}
        ),
        "used": sorted(document["extensionsUsed"]),
    }


def world_matrices(document: dict[str, Any]) -> list[np.ndarray]:
    """World matrix (4, 4) of each node."""
    nodes = document["nodes"]
    parents = {child: number for number, one in enumerate(nodes) for child in one.get("children", [])}

    def local(one: dict[str, Any]) -> np.ndarray:
        matrix = np.eye(4)
        x, y, z, w = one.get("rotation", (0, 0, 0, 1))
        matrix[:3, :3] = np.array(
            [
                [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
                [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
                [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
            ]
        ) * one.get("scale", (1, 1, 1))
        matrix[:3, 3] = one.get("translation", (0, 0, 0))
        return matrix

    def world(number: int) -> np.ndarray:
        matrix = local(nodes[number])
        return world(parents[number]) @ matrix if number in parents else matrix

    return [world(number) for number in range(len(nodes))]
