"""Small GLB and VRM files made by hand, and a way to break any."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

BONES = {
    "hips": ("", (0, 0.9, 0)), "spine": ("hips", (0, 1.0, 0)), "head": ("spine", (0, 1.5, 0)),
    **{
        f"{side}{joint}": (f"{side}{parent}" if parent[0].isupper() else parent, (sign * x, y, z))
        for side, sign in (("left", 1), ("right", -1))
        for joint, parent, x, y, z in (
            ("UpperArm", "spine", 0.2, 1.4, 0), ("LowerArm", "UpperArm", 0.45, 1.4, 0),
            ("Hand", "LowerArm", 0.7, 1.4, 0),
            ("UpperLeg", "hips", 0.1, 0.85, 0), ("LowerLeg", "UpperLeg", 0.1, 0.45, 0),
            ("Foot", "LowerLeg", 0.1, 0.1, 0),
            ("Toes", "Foot", 0.1, 0.05, 0.12),
        )
    },
}  # fmt: skip
"""Parent and place (Y up, front +Z) of each joint of a small hero."""
META = {
    "name": "Hero",
    "authors": ["A. Author"],
    "licenseUrl": "https://vrm.dev/licenses/1.0/",
    "avatarPermission": "everyone",
    "commercialUsage": "corporation",
    "creditNotation": "unnecessary",
    "modification": "allowModification",
    "allowRedistribution": True,
}


class Builder:
    """Collects accessors of one binary chunk."""

    def __init__(self) -> None:
        self.data = b""
        self.json: dict[str, Any] = {"asset": {"version": "2.0"}, "scene": 0, "bufferViews": [], "accessors": []}

    def add(self, values: np.ndarray, kind: str, limits: bool = False) -> int:
        values = np.ascontiguousarray(values)
        component = {"f": 5126, "H": 5123, "B": 5121}[values.dtype.char]
        self.json["bufferViews"].append({"buffer": 0, "byteOffset": len(self.data), "byteLength": values.nbytes})
        accessor = {
            "bufferView": len(self.json["bufferViews"]) - 1,
            "componentType": component,
            "count": len(values),
            "type": kind,
        }
        if limits:
            flat = values.reshape(len(values), -1)
            accessor |= {"min": flat.min(axis=0).tolist(), "max": flat.max(axis=0).tolist()}
        self.json["accessors"].append(accessor)
        self.data += values.tobytes() + b"\0" * (-values.nbytes % 4)
        return len(self.json["accessors"]) - 1

    def write(self, path: Path) -> None:
        self.json["buffers"] = [{"byteLength": len(self.data)}]
        write(path, self.json, self.data)


def write(path: Path, document: dict[str, Any], data: bytes) -> None:
    text = json.dumps(document).encode()
    text += b" " * (-len(text) % 4)
    head = struct.pack("<4sIIII", b"glTF", 2, 28 + len(text) + len(data), len(text), 0x4E4F534A)
    path.write_bytes(head + text + struct.pack("<II", len(data), 0x004E4942) + data)


def edit(path: Path, change: Callable[[dict[str, Any], bytearray], None]) -> None:
    """Applies ``change`` to JSON and binary chunk of a GLB."""
    raw = path.read_bytes()
    length = struct.unpack_from("<I", raw, 12)[0]
    document, data = json.loads(raw[20 : 20 + length]), bytearray(raw[28 + length :])
    change(document, data)
    write(path, document, bytes(data))


def values(document: dict[str, Any], data: bytearray, accessor: int, width: int, kind: str = "<f4") -> np.ndarray:
    """A writable view (N, width) of an accessor."""
    one = document["accessors"][accessor]
    start = document["bufferViews"][one["bufferView"]].get("byteOffset", 0) + one.get("byteOffset", 0)
    return np.frombuffer(data, kind, one["count"] * width, start).reshape(-1, width)


def _box(low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Points (24, 3), normals, UVs and triangles (12, 3) of a box."""
    points, normals, uvs, faces = [], [], [], []
    for axis in range(3):
        for sign in (-1, 1):
            a, b = (axis + 1) % 3, (axis + 2) % 3
            corners = [(0, 0), (1, 0), (1, 1), (0, 1)]
            start = len(points)
            for u, v in corners:
                point = np.where(sign > 0, high, low).astype(float)
                point[a], point[b] = (low, high)[u][a], (low, high)[v][b]
                point[axis] = (high if sign > 0 else low)[axis]
                points.append(point)
                normals.append(np.eye(3)[axis] * sign)
                uvs.append((u, v))
            order = [(0, 1, 2), (0, 2, 3)] if sign > 0 else [(0, 2, 1), (0, 3, 2)]
            faces += [[start + at for at in face] for face in order]
    return np.array(points), np.array(normals), np.array(uvs), np.array(faces)


def write_hero(path: Path, clip: bool = False) -> None:
    """A humanoid of boxes with one shape key; as .vrm with its extension, else with a clip where wanted."""
    builder, names = Builder(), list(BONES)
    parts = []
    for at, name in enumerate(names):
        place = np.array(BONES[name][1])
        low, high = place - 0.04, place + 0.04
        if name.endswith("Toes"):
            low[1] = 0.0
        parts.append((at, *_box(low, high)))
    points = np.concatenate([part[1] for part in parts]).astype(np.float32)
    faces = np.concatenate([part[4] + 24 * number for number, part in enumerate(parts)])
    joints, weights = np.zeros((len(points), 4), np.uint8), np.zeros((len(points), 4), np.float32)
    joints[:, 0], weights[:, 0] = np.repeat([part[0] for part in parts], 24), 1
    moved = np.zeros_like(points)
    moved[24 * names.index("head") : 24 * names.index("head") + 12] = (0, 0.02, 0)
    attributes = {
        "POSITION": builder.add(points, "VEC3", True),
        "NORMAL": builder.add(np.concatenate([part[2] for part in parts]).astype(np.float32), "VEC3"),
        "TEXCOORD_0": builder.add(np.concatenate([part[3] for part in parts]).astype(np.float32), "VEC2"),
        "JOINTS_0": builder.add(joints, "VEC4"),
        "WEIGHTS_0": builder.add(weights, "VEC4"),
    }
    inverse = np.tile(np.eye(4, dtype=np.float32), (len(names), 1, 1))
    inverse[:, 3, :3] = [-np.array(BONES[name][1]) for name in names]
    nodes: list[dict[str, Any]] = []
    for name in names:
        parent, place = BONES[name]
        offset = np.array(place) - (np.array(BONES[parent][1]) if parent else 0)
        children = [at for at, child in enumerate(names) if BONES[child][0] == name]
        nodes.append({"name": name, "translation": offset.tolist(), **({"children": children} if children else {})})
    nodes.append({"name": "SK_Hero_Body", "mesh": 0, "skin": 0})
    primitive = {
        "attributes": attributes,
        "indices": builder.add(faces.astype(np.uint16).ravel(), "SCALAR"),
        "material": 0,
        "targets": [{"POSITION": builder.add(moved, "VEC3", True)}],
    }
    builder.json |= {
        "scenes": [{"nodes": [0, len(names)]}],
        "nodes": nodes,
        "meshes": [{"name": "SK_Hero_Body", "primitives": [primitive], "extras": {"targetNames": ["happy"]}}],
        "skins": [
            {"joints": list(range(len(names))), "inverseBindMatrices": builder.add(inverse.reshape(-1, 16), "MAT4")}
        ],
        "materials": [{"name": "M_Hero"}],
    }
    if path.suffix == ".vrm":
        builder.json["extensionsUsed"] = ["VRMC_vrm"]
        builder.json["extensions"] = {"VRMC_vrm": _extension(names)}
    elif clip:
        times, turns = (
            np.float32([[0], [0.5], [1]]),
            np.float32([[0, 0, 0, 1], [0, 0, 0.3826834, 0.9238795], [0, 0, 0, 1]]),
        )
        places = np.tile(np.float32(BONES["hips"][1]), (3, 1))
        clip_times = builder.add(times, "SCALAR", True)
        builder.json["animations"] = [{
            "name": "AS_Hero_Wave",
            "samplers": [
                {"input": clip_times, "output": builder.add(turns, "VEC4")},
                {"input": clip_times, "output": builder.add(places, "VEC3")},
            ],
            "channels": [
                {"sampler": 0, "target": {"node": names.index("leftUpperArm"), "path": "rotation"}},
                {"sampler": 1, "target": {"node": 0, "path": "translation"}},
            ],
        }]  # fmt: skip
    builder.write(path)


def _extension(names: list[str]) -> dict[str, Any]:
    bind = {"node": len(names), "index": 0, "weight": 1.0}
    return {
        "specVersion": "1.0",
        "meta": dict(META),
        "humanoid": {"humanBones": {name: {"node": at} for at, name in enumerate(names)}},
        "expressions": {"preset": {"happy": {"morphTargetBinds": [bind]}}},
        "firstPerson": {"meshAnnotations": [{"node": len(names), "type": "auto"}]},
        "lookAt": {"type": "bone", "offsetFromHeadBone": [0, 0.06, 0]},
    }
