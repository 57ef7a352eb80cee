"""GLB and VRM files read without any importer (glTF 2.0 specification, sections 3 and 4)."""

from __future__ import annotations

import struct
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from ml_core.errors import InputError
from ml_core.files import read_json

from .model import Array, Clip, Curve, Material, Mesh, Model, Node, Skin, UnreadableFileError

_TYPES = {5120: "i1", 5121: "u1", 5122: "<i2", 5123: "<u2", 5125: "<u4", 5126: "<f4"}
_WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT4": 16}
_LARGEST = {5120: 127, 5121: 255, 5122: 32767, 5123: 65535}


def read_glb(path: Path) -> Model:
    """Raises :class:`UnreadableFileError` for anything that is not a complete GLB file."""
    document, binary = split(path)
    try:
        return _Reader(path, document, binary).model()
    except (IndexError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise UnreadableFileError(f"cannot be parsed ({type(error).__name__}: {error})") from error


def split(path: Path) -> tuple[dict[str, Any], bytes]:
    """JSON and binary chunk of a GLB file."""
    data = path.read_bytes()
    if len(data) < 20 or data[:4] != b"glTF":
        raise UnreadableFileError("is not a GLB file")
    if struct.unpack_from("<II", data, 4) != (2, len(data)):
        raise UnreadableFileError("is cut off: its length is not what its header says")
    length, kind = struct.unpack_from("<II", data, 12)
    if kind != 0x4E4F534A or 20 + length > len(data):
        raise UnreadableFileError("is cut off in its JSON")
    try:
        document = read_json(data[20 : 20 + length], "its JSON")
    except InputError as error:
        raise UnreadableFileError(f"holds no JSON ({error})") from error
    return document, data[28 + length :]


class _Reader:
    def __init__(self, path: Path, document: dict[str, Any], binary: bytes) -> None:
        self._path = path
        self._json = document
        self._binary = binary

    def model(self) -> Model:
        images = {
            image.get("name", f"image {at}"): self._view(image["bufferView"])
            for at, image in enumerate(self._json.get("images", []))
            if "bufferView" in image
        }
        return Model(
            path=self._path,
            format=self._path.suffix[1:].lower(),
            nodes=self._nodes(),
            materials=[self._material(item) for item in self._json.get("materials", [])],
            clips=[self._clip(item) for item in self._json.get("animations", [])],
            to_meters=np.eye(4),
            images=images,
            paths=[image["uri"] for image in self._json.get("images", []) if "uri" in image],
            document=self._json,
        )

    def _view(self, index: int) -> bytes:
        view = self._json["bufferViews"][index]
        start = view.get("byteOffset", 0)
        return self._binary[start : start + view["byteLength"]]

    def accessor(self, index: int) -> Array:
        """(N, width) with normalized integers as 0..1."""
        accessor = self._json["accessors"][index]
        kind, width, count = accessor["componentType"], _WIDTHS[accessor["type"]], accessor["count"]
        values = np.zeros((count, width), _TYPES[kind])
        if "bufferView" in accessor:
            view = self._json["bufferViews"][accessor["bufferView"]]
            step = view.get("byteStride", values.itemsize * width)
            start = view.get("byteOffset", 0) + accessor.get("byteOffset", 0)
            values = np.ndarray((count, width), _TYPES[kind], self._binary, start, (step, values.itemsize)).copy()
        if "sparse" in accessor:
            self._fill_sparse(accessor["sparse"], values, kind)
        if accessor.get("normalized"):
            return np.maximum(values.astype(float) / _LARGEST[kind], -1)
        return values

    def _fill_sparse(self, sparse: dict[str, Any], values: Array, kind: int) -> None:
        places, moved = sparse["indices"], sparse["values"]
        at = np.frombuffer(
            self._view(places["bufferView"]),
            _TYPES[places["componentType"]],
            sparse["count"],
            places.get("byteOffset", 0),
        )
        new = np.frombuffer(
            self._view(moved["bufferView"]), _TYPES[kind], sparse["count"] * values.shape[1], moved.get("byteOffset", 0)
        )
        values[at] = new.reshape(-1, values.shape[1])

    def _nodes(self) -> list[Node]:
        given = self._json.get("nodes", [])
        parents = {child: at for at, node in enumerate(given) for child in node.get("children", [])}
        joints = {joint for skin in self._json.get("skins", []) for joint in skin["joints"]}
        worlds: dict[int, Array] = {}

        def world(at: int) -> Array:
            if at not in worlds:
                local = _local(given[at])
                worlds[at] = local if at not in parents else world(parents[at]) @ local
            return worlds[at]

        nodes = []
        for at, entry in enumerate(given):
            kind = "bone" if at in joints else "mesh" if "mesh" in entry else "empty"
            node = Node(
                entry.get("name", ""), kind, parents.get(at, -1), world(at), properties=entry.get("extras") or {}
            )
            if "mesh" in entry:
                node.mesh = self._mesh(entry["mesh"], entry.get("skin"))
            nodes.append(node)
        nodes += [copy for at in range(len(given)) for copy in self._repeated(given[at], nodes[at])]
        for skin in self._json.get("skins", []):
            if "inverseBindMatrices" in skin:
                inverse = self.accessor(skin["inverseBindMatrices"]).reshape(-1, 4, 4).transpose(0, 2, 1)
                for joint, matrix in zip(skin["joints"], inverse, strict=True):
                    nodes[joint].bind = np.linalg.inv(matrix.astype(float))
        return nodes

    def _repeated(self, given: dict[str, Any], node: Node) -> list[Node]:
        """Instances of a node's mesh (EXT_mesh_gpu_instancing): the first is the node's own, the others are copies."""
        instancing = given.get("extensions", {}).get("EXT_mesh_gpu_instancing")
        if instancing is None:
            return []
        rows = {name.lower(): self.accessor(one) for name, one in instancing["attributes"].items()}
        count = len(next(iter(rows.values())))
        base, copies = node.world, []
        for number in range(count):
            place = {name: one[number] for name, one in rows.items() if name in ("translation", "rotation", "scale")}
            copies.append(replace(node, world=base @ _local(place), properties={}))
            copies[-1].name = f"{node.name}_instance_{number}" if number else node.name
        node.world = copies[0].world
        return copies[1:]

    def _mesh(self, index: int, skin: int | None) -> Mesh:
        given = self._json["meshes"][index]
        names = given.get("extras", {}).get("targetNames", [])
        joints = self._json["skins"][skin]["joints"] if skin is not None else []
        parts = [self._primitive(item, names, joints) for item in given["primitives"]]
        return _joined(given.get("name", ""), parts)

    def _primitive(self, given: dict[str, Any], names: list[str], joints: list[int]) -> Mesh:
        attributes = given["attributes"]
        material = self._json["materials"][given["material"]].get("name", "") if "material" in given else ""
        if "KHR_draco_mesh_compression" in given.get("extensions", {}) or self._is_packed(attributes["POSITION"]):
            empty = np.zeros(0, np.int64)
            mesh = Mesh("", np.zeros((0, 3)), empty, empty, materials=[material], is_compressed=True)
            mesh.shapes = self._shapes(given, names)
            return mesh
        points = self.accessor(attributes["POSITION"]).astype(float)
        corners = (
            self.accessor(given["indices"])[:, 0].astype(np.int64) if "indices" in given else np.arange(len(points))
        )
        if given.get("mode", 4) != 4:
            raise ValueError("a primitive is not made of triangles")
        if len(corners) and corners.max() >= len(points):
            raise ValueError("a triangle names a vertex that is not there")
        mesh = Mesh("", points, corners, np.full(len(corners) // 3, 3), materials=[material])
        mesh.loose = len(points) - len(np.unique(corners))
        if "NORMAL" in attributes:
            mesh.normals = self.accessor(attributes["NORMAL"]).astype(float)[corners]
        mesh.has_tangents = "TANGENT" in attributes
        if mesh.has_tangents:
            mesh.tangents = self.accessor(attributes["TANGENT"]).astype(float)[corners, :3]
        number = 0
        while f"TEXCOORD_{number}" in attributes:
            values = self.accessor(attributes[f"TEXCOORD_{number}"]).astype(float)
            mesh.uvs.append((f"TEXCOORD_{number}", values[corners]))
            number += 1
        if "JOINTS_0" in attributes:
            mesh.skin = self._skin(attributes, np.array(joints))
        mesh.shapes = self._shapes(given, names)
        return mesh

    def _is_packed(self, accessor: int) -> bool:
        """Whether the bytes of an accessor have to be decoded first (EXT_meshopt_compression)."""
        view = self._json["accessors"][accessor].get("bufferView")
        return view is not None and any(
            name.endswith("_meshopt_compression") for name in self._json["bufferViews"][view].get("extensions", {})
        )

    def _shapes(self, primitive: dict[str, Any], names: list[str]) -> dict[str, Array]:
        return {
            names[at] if at < len(names) else f"target {at}": self.accessor(target["POSITION"]).astype(float)
            for at, target in enumerate(primitive.get("targets", []))
        }

    def _skin(self, attributes: dict[str, int], joints: Array) -> Skin:
        sets = sum(name.startswith("JOINTS_") for name in attributes)
        bones = np.concatenate([self.accessor(attributes[f"JOINTS_{at}"]) for at in range(sets)], axis=1)
        weights = np.concatenate([self.accessor(attributes[f"WEIGHTS_{at}"]) for at in range(sets)], axis=1)
        if bones.max(initial=0) >= len(joints):
            raise ValueError("a vertex names a joint that is not there")
        vertex = np.repeat(np.arange(len(bones)), bones.shape[1])
        used = weights.ravel() > 0
        return Skin(vertex[used], joints[bones.ravel()[used]], weights.ravel()[used].astype(float), sets)

    def _material(self, given: dict[str, Any]) -> Material:
        pbr = given.get("pbrMetallicRoughness", {})
        slots = {
            "base color": pbr.get("baseColorTexture"),
            "metallic roughness": pbr.get("metallicRoughnessTexture"),
            "normal": given.get("normalTexture"),
            "occlusion": given.get("occlusionTexture"),
            "emissive": given.get("emissiveTexture"),
        }
        textures = {slot: self._image_name(item["index"]) for slot, item in slots.items() if item is not None}
        return Material(given.get("name", ""), textures, bool(given.get("doubleSided")))

    def _image_name(self, texture: int) -> str:
        entry = self._json["textures"][texture]
        source = entry.get("source")
        if source is None:
            source = next(iter(entry["extensions"].values()))["source"]
        return self._json["images"][source].get("name", "")

    def _clip(self, given: dict[str, Any]) -> Clip:
        clip = Clip(given.get("name", ""), 0.0, 0.0)
        for channel in given["channels"]:
            sampler = given["samplers"][channel["sampler"]]
            values = self.accessor(sampler["output"]).astype(float)
            times = self.accessor(sampler["input"])[:, 0].astype(float)
            target = self._json["nodes"][channel["target"]["node"]].get("name", "")
            if channel["target"]["path"] != "weights" and sampler.get("interpolation") == "CUBICSPLINE":
                values = values[1::3]
            clip.curves.append(Curve(target, channel["target"]["path"], times, values))
        clip.start = min((float(curve.times.min()) for curve in clip.curves), default=0.0)
        clip.end = max((float(curve.times.max()) for curve in clip.curves), default=0.0)
        return clip


def _local(node: dict[str, Any]) -> Array:
    if "matrix" in node:
        return np.array(node["matrix"], float).reshape(4, 4).T
    x, y, z, w = node.get("rotation", (0, 0, 0, 1))
    turn = np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
            [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
            [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
        ]
    )
    result = np.eye(4)
    result[:3, :3] = turn * np.array(node.get("scale", (1, 1, 1)), float)
    result[:3, 3] = node.get("translation", (0, 0, 0))
    return result


def _joined(name: str, parts: list[Mesh]) -> Mesh:
    """The primitives of a mesh as one."""
    if len(parts) == 1:
        parts[0].name = name
        return parts[0]
    starts = np.cumsum([0, *(len(part.points) for part in parts[:-1])])
    whole = Mesh(
        name,
        np.concatenate([part.points for part in parts]),
        np.concatenate([part.corners + start for part, start in zip(parts, starts, strict=True)]),
        np.concatenate([part.sizes for part in parts]),
        materials=[material for part in parts for material in part.materials],
        has_tangents=all(part.has_tangents for part in parts),
        is_compressed=any(part.is_compressed for part in parts),
        loose=sum(part.loose for part in parts),
    )
    normals = [part.normals for part in parts if part.normals is not None]
    whole.normals = np.concatenate(normals) if len(normals) == len(parts) else None
    tangents = [part.tangents for part in parts if part.tangents is not None]
    whole.tangents = np.concatenate(tangents) if len(tangents) == len(parts) else None
    for layer in range(min(len(part.uvs) for part in parts)):
        whole.uvs.append((parts[0].uvs[layer][0], np.concatenate([part.uvs[layer][1] for part in parts])))
    skins = [(part.skin, start) for part, start in zip(parts, starts, strict=True) if part.skin is not None]
    if skins:
        whole.skin = Skin(
            np.concatenate([skin.vertex + start for skin, start in skins]),
            np.concatenate([skin.bone for skin, _ in skins]),
            np.concatenate([skin.weight for skin, _ in skins]),
            max(skin.sets for skin, _ in skins),
        )
    for shape in dict.fromkeys(shape for part in parts for shape in part.shapes):
        whole.shapes[shape] = np.concatenate(
            [part.shapes.get(shape, np.zeros((len(part.points), 3))) for part in parts]
        )
    return whole
