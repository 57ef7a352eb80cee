"""The meshes that the avatars' textures were made for, read from GLB (glTF 2.0) with numpy alone."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml_core.datasets.textures.warp import SUPERSAMPLES, SourceMap
from ml_core.errors import InputError
from ml_core.files import read_json
from ml_core.geometry.atlas.charts import PARTS
from ml_core.geometry.atlas.surface import atlas_to_surface, normal_rotation
from ml_core.geometry.humanoid import bone_names
from ml_core.geometry.humanoid.fit import BodyFit

BODY_MESH = "H_DDS_HighRes"
MESH_M, MESH_F = "id24_utility_body.glb", "id13_casual_full.glb"
"""Of the shared avatars, one whole mesh of each presentation."""

_TYPES = {5121: "u1", 5123: "<u2", 5125: "<u4", 5126: "<f4"}
_WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT4": 16}
_TO_Z_UP = np.array([[1, 0, 0, 0], [0, 0, -1, 0], [0, 1, 0, 0], [0, 0, 0, 1]], float)


@dataclass(frozen=True)
class SourceBody:
    """vertices (V, 3) meters, Z up; triangles (T, 3); corner_uv (T, 3, 2), v up; joints, rest places (3,) by their
    names of :mod:`ml_core.geometry.humanoid.bone_names`; part_weights (V, parts)."""

    vertices: NDArray[np.float64]
    triangles: NDArray[np.int64]
    corner_uv: NDArray[np.float64]
    joints: dict[str, NDArray[np.float64]]
    part_weights: NDArray[np.float64]


def source_maps(folder: Path, size: int, mesh_m: str = MESH_M, mesh_f: str = MESH_F) -> dict[float, SourceMap]:
    """Where each atlas texel of ``size`` lies in the textures' own UV layout, for presentation 0 and 1.

    Raises:
        InputError: a mesh is missing, damaged, or is not a skinned body.
    """
    maps = {}
    for presentation, name in ((0.0, mesh_m), (1.0, mesh_f)):
        body = read_body(folder / name)
        fit = BodyFit.from_joints(body.joints, body.vertices, body.part_weights)
        surface = atlas_to_surface(fit, body.vertices, body.triangles, body.part_weights, SUPERSAMPLES * size)
        rotation = normal_rotation(fit, surface, body.vertices, body.triangles, body.corner_uv)
        maps[presentation] = SourceMap(surface.sample(body.corner_uv), surface.valid, rotation)
    return maps


def read_body(path: Path, mesh: str = BODY_MESH) -> SourceBody:
    """The skinned mesh named ``mesh`` in a GLB file, in its bind pose.

    Raises:
        InputError: the file is missing, damaged, compressed, or lacks that mesh or its skin.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError("{path}: not found; the avatars folder must hold it", path=path) from error
    try:
        length = struct.unpack_from("<I", data, 12)[0]
        return _body(_File(read_json(data[20 : 20 + length], str(path)), data[28 + length :]), mesh)
    except (struct.error, ValueError, KeyError, IndexError, TypeError, AttributeError, StopIteration) as error:
        raise InputError(
            "{path}: no plain GLB with a skinned mesh {mesh} ({reason!r})", path=path, mesh=mesh, reason=error
        ) from error


class _File:
    def __init__(self, document: dict[str, Any], binary: bytes) -> None:
        self.document, self._binary = document, binary

    def accessor(self, index: int) -> NDArray:
        """(N, width); normalized integers as 0..1."""
        given = self.document["accessors"][index]
        kind, width, count = np.dtype(_TYPES[given["componentType"]]), _WIDTHS[given["type"]], given["count"]
        view = self.document["bufferViews"][given["bufferView"]]
        start = view.get("byteOffset", 0) + given.get("byteOffset", 0)
        step = view.get("byteStride", kind.itemsize * width)
        values: NDArray = np.ndarray((count, width), kind, self._binary, start, (step, kind.itemsize))
        return values / np.iinfo(kind).max if given.get("normalized") else values.copy()

    def worlds(self) -> list[NDArray[np.float64]]:
        """The matrix of each node."""
        nodes = self.document["nodes"]
        parents = {child: at for at, node in enumerate(nodes) for child in node.get("children", ())}
        worlds: dict[int, NDArray[np.float64]] = {}

        def world(at: int) -> NDArray[np.float64]:
            if at not in worlds:
                local = _local(nodes[at])
                worlds[at] = world(parents[at]) @ local if at in parents else local
            return worlds[at]

        return [world(at) for at in range(len(nodes))]


def _body(file: _File, mesh: str) -> SourceBody:
    nodes = file.document["nodes"]
    at = next(k for k, item in enumerate(file.document["meshes"]) if item.get("name") == mesh)
    holder = next(item for item in nodes if item.get("mesh") == at)
    skin = file.document["skins"][holder["skin"]]
    given = file.document["meshes"][at]["primitives"][0]
    attributes = {name: file.accessor(index) for name, index in given["attributes"].items()}
    triangles = file.accessor(given["indices"]).astype(np.int64).reshape(-1, 3)
    inverse = file.accessor(skin["inverseBindMatrices"]).reshape(-1, 4, 4).transpose(0, 2, 1).astype(float)
    # The bind pose stands where the joints stand at rest: one matrix brings the mesh there.
    place = _TO_Z_UP @ file.worlds()[skin["joints"][0]] @ inverse[0]
    vertices = attributes["POSITION"].astype(float) @ place[:3, :3].T + place[:3, 3]
    heads = (place @ np.linalg.inv(inverse))[:, :3, 3]
    names = [nodes[joint].get("name", "") for joint in skin["joints"]]
    parents = {child: node.get("name", "") for node in nodes for child in node.get("children", ())}
    above = {name: parents.get(joint) for name, joint in zip(names, skin["joints"], strict=True)}
    above = {name: parent if parent in names else None for name, parent in above.items()}
    part_of = bone_names.parts_of_bones(names, above)
    weights = np.zeros((len(vertices), len(PARTS)))
    for bones, shares in zip(attributes["JOINTS_0"].T, attributes["WEIGHTS_0"].T.astype(float), strict=True):
        for number, name in enumerate(names):
            if part := part_of.get(name):
                weights[:, PARTS.index(part)] += np.where(bones == number, shares, 0)
    uv = attributes["TEXCOORD_0"].astype(float) * (1, -1) + (0, 1)
    joints = {joint: heads[names.index(bone)] for joint, bone in bone_names.joints_of_bones(names).items()}
    total = np.maximum(weights.sum(axis=1, keepdims=True), 1e-9)
    return SourceBody(vertices, triangles, uv[triangles], joints, weights / total)


def _local(node: dict[str, Any]) -> NDArray[np.float64]:
    if "matrix" in node:
        return np.array(node["matrix"], float).reshape(4, 4).T
    x, y, z, w = node.get("rotation", (0, 0, 0, 1))
    turn = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
        [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
        [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
    ]
    result = np.eye(4)
    result[:3, :3] = np.array(turn) * np.array(node.get("scale", (1, 1, 1)), float)
    result[:3, 3] = node.get("translation", (0, 0, 0))
    return result
