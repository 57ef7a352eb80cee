"""GLB files: reads their JSON, and fixes what Blender's exporter has no option for.

The written file is changed, rather than the exporter's data in its hook ``gather_gltf_extensions_hook``, for four
reasons (Blender 4.5 to 5.2). The exporter looks for hooks among the add-ons listed in the preferences, where an
extension registered by a script is missing, and calls them for each of the artist's glTF exports. Its binary buffer is
complete by then, so that the pictures of a VRM avatar and the transforms of instances could not be added. Empty lists
and objects, which VRM allows, are removed after it. And it runs on the main thread, which these changes do not block.
"""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np

from ml_core import files
from ml_core.errors import InputError, reason_of

MAGIC, JSON_CHUNK, BINARY_CHUNK = 0x46546C67, 0x4E4F534A, 0x004E4942
_FLOAT = 5126


def read_json(path: Path) -> dict[str, Any]:
    """Raises :class:`InputError` for a file that is not a complete GLB (glTF 2.0 specification, section 4)."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError("{path}: cannot be read ({reason})", path=path, reason=reason_of(error)) from error
    if (
        len(data) < 20
        or struct.unpack_from("<I", data)[0] != MAGIC
        or struct.unpack_from("<I", data, 8)[0] != len(data)
    ):
        raise InputError("{path}: not a whole GLB file", path=path)
    length, kind = struct.unpack_from("<II", data, 12)
    if kind != JSON_CHUNK or 20 + length > len(data):
        raise InputError("{path}: not a whole GLB file", path=path)
    return files.read_json(data[20 : 20 + length], str(path))


def write_json(path: Path, document: dict[str, Any], added: bytes = b"") -> None:
    """Replaces the JSON of a GLB file, in place.

    Args:
        added: bytes to append to the binary chunk, from :func:`add_view`.
    """
    data = path.read_bytes()
    old = struct.unpack_from("<I", data, 12)[0]
    text = json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % 4)
    rest = data[20 + old :]
    if added:
        binary = rest[8:] + added
        binary += b"\0" * (-len(binary) % 4)
        rest = struct.pack("<II", len(binary), BINARY_CHUNK) + binary
    total = 20 + len(text) + len(rest)
    path.write_bytes(struct.pack("<IIIII", MAGIC, 2, total, len(text), JSON_CHUNK) + text + rest)


def add_view(document: dict[str, Any], data: bytes) -> bytes:
    """Adds a buffer view for ``data`` at the end of the buffer; returns the padded bytes, for :func:`write_json`."""
    buffer = document["buffers"][0]
    start = buffer["byteLength"] + -buffer["byteLength"] % 4
    document.setdefault("bufferViews", []).append({"buffer": 0, "byteOffset": start, "byteLength": len(data)})
    buffer["byteLength"] = start + len(data) + -len(data) % 4
    return data + b"\0" * (-len(data) % 4)


def use_extensions(document: dict[str, Any], *names: str) -> None:
    """Adds extensions to ``extensionsUsed`` of the document."""
    document["extensionsUsed"] = sorted({*document.get("extensionsUsed", []), *names})


def add_about(path: Path, extras: dict[str, Any], packet: dict[str, Any] | None) -> None:
    """Writes ``asset.extras`` and, where given, a packet of KHR_xmp_json_ld into a GLB file, in place."""
    document = read_json(path)
    document["asset"].setdefault("extras", {}).update(extras)
    if packet:
        document.setdefault("extensions", {})["KHR_xmp_json_ld"] = {"packets": [packet]}
        document["asset"].setdefault("extensions", {})["KHR_xmp_json_ld"] = {"packet": 0}
        use_extensions(document, "KHR_xmp_json_ld")
    write_json(path, document)


def repair_tangents(path: Path) -> int:
    """Gives vertices without a tangent (their UV triangle has no area) one perpendicular to the normal, in place.

    Returns:
        how many there were; the glTF specification (3.7.2.1) requires unit length.
    """
    document, data = read_json(path), bytearray(path.read_bytes())
    binary = 20 + struct.unpack_from("<I", data, 12)[0] + 8
    repaired = 0
    for mesh in document.get("meshes", []):
        for primitive in mesh["primitives"]:
            names = primitive["attributes"]
            if "TANGENT" not in names or "NORMAL" not in names:
                continue
            tangent = _floats(document, data, binary, names["TANGENT"], 4)
            normal = _floats(document, data, binary, names["NORMAL"], 3)
            length = np.linalg.norm(tangent[:, :3], axis=1)
            rows = np.flatnonzero(~(np.abs(length - 1) < 1e-3))
            if not len(rows):
                continue
            upright = np.abs(normal[rows, 2:]) < 0.9
            other = np.where(upright, np.array([[0, 0, 1]], np.float32), np.array([[1, 0, 0]], np.float32))
            made = np.cross(normal[rows], other)
            tangent[rows, :3] = made / np.maximum(np.linalg.norm(made, axis=1, keepdims=True), 1e-9)
            tangent[rows, 3] = 1
            repaired += len(rows)
    if repaired:
        path.write_bytes(data)
    return repaired


def _floats(document: dict[str, Any], data: bytearray, binary: int, index: int, width: int) -> np.ndarray:
    """A view (N, width) of a tightly packed float accessor, writable."""
    accessor = document["accessors"][index]
    view = document["bufferViews"][accessor["bufferView"]]
    if accessor["componentType"] != _FLOAT or view.get("byteStride", 4 * width) != 4 * width:
        raise InputError("accessor {index} is not packed floats", index=index)
    start = binary + view.get("byteOffset", 0) + accessor.get("byteOffset", 0)
    return np.frombuffer(data, "<f4", accessor["count"] * width, start).reshape(-1, width)
