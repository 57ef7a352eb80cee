"""The JSON chunk of a GLB file: read it, and add to it what Blender's exporter has no option for."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

from ml_core.errors import InputError

MAGIC, JSON_CHUNK = 0x46546C67, 0x4E4F534A


def read_json(path: Path) -> dict[str, Any]:
    """Raises :class:`InputError` for a file that is not a whole GLB (glTF 2.0 specification, section 4)."""
    data = path.read_bytes()
    if (
        len(data) < 20
        or struct.unpack_from("<I", data)[0] != MAGIC
        or struct.unpack_from("<I", data, 8)[0] != len(data)
    ):
        raise InputError(f"{path}: not a whole GLB file")
    length, kind = struct.unpack_from("<II", data, 12)
    if kind != JSON_CHUNK or 20 + length > len(data):
        raise InputError(f"{path}: not a whole GLB file")
    return json.loads(data[20 : 20 + length])


def add_asset_extras(path: Path, extras: dict[str, Any]) -> None:
    """Writes ``asset.extras`` into a GLB file in place."""
    document = read_json(path)
    document["asset"].setdefault("extras", {}).update(extras)
    data = path.read_bytes()
    old = struct.unpack_from("<I", data, 12)[0]
    text = json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % 4)
    rest = data[20 + old :]
    total = 20 + len(text) + len(rest)
    path.write_bytes(struct.pack("<IIIII", MAGIC, 2, total, len(text), JSON_CHUNK) + text + rest)
