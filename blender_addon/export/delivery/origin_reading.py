"""Reads the provenance notes in finished files: pictures, glTF and VRM, FBX, USD."""

from __future__ import annotations

import json
import struct
import zlib
from pathlib import Path
from typing import Any

from ml_core.errors import InputError, reason_of
from ml_core.files import MAX_JSON_BYTES, open_picture, read_json, stored_json
from ml_core.provenance.history import HistoryStep, steps_of

from ..formats import glb
from ..formats.usd import read_about
from .provenance import HISTORY

_PICTURES = (".png", ".webp", ".jpg", ".jpeg")
_GLTF = (".glb", ".vrm")
_USD = (".usd", ".usda", ".usdc", ".usdz")
READABLE = (*_PICTURES, *_GLTF, *_USD, ".gltf", ".fbx")
_LONGEST = 64 * 1024
_DAMAGED = (
    OSError, ValueError, EOFError, AssertionError, LookupError, MemoryError, RecursionError, struct.error, zlib.error,
)  # fmt: skip
"""What Blender's reader of FBX raises for files that are none, or were cut off."""


def origin_of(path: Path) -> dict[str, str]:
    """The notes that a file contains: ``Author``, ``Copyright``, ``Software``, ``atelier:history`` and the like.

    Empty for a file without notes.

    Raises:
        InputError: the file has no readable format, or is damaged.
    """
    ending = path.suffix.lower()
    if not path.is_file():
        raise InputError("{path}: no such file or folder", path=path)
    if ending in _PICTURES:
        return _of_picture(path)
    if ending in _GLTF:
        return _of_gltf(glb.read_json(path))
    if ending == ".gltf":
        return _of_gltf(read_json(path, str(path)))
    if ending == ".fbx":
        return _of_fbx(path)
    if ending in _USD:
        return read_about(path)
    raise InputError("{path}: says nothing of its origin; give one of {formats}", path=path, formats=" ".join(READABLE))


def is_generated(path: Path) -> bool:
    """Whether a picture is marked as made by a trained model."""
    return any("trainedalgorithmicmedia" in text.lower() for text in origin_of(path).values())


def history_in(note: dict[str, str]) -> list[HistoryStep]:
    """The edit history of a note."""
    return steps_of(note.get(HISTORY))


def _of_picture(path: Path) -> dict[str, str]:
    with open_picture(path) as picture:
        found = {key: value for key, value in picture.info.items() if isinstance(value, str)}
        packet = picture.info.get("xmp")
    found.pop("XML:com.adobe.xmp", None)
    if isinstance(packet, bytes) and not found:  # WebP has no text chunks
        found = {"XMP": packet.decode("utf-8", "replace")}
    return _texts(found)


def _of_gltf(document: dict[str, Any]) -> dict[str, str]:
    asset = document.get("asset")
    if not isinstance(asset, dict):
        return {}
    found = _texts(asset.get("extras"))
    if "generator" in found:  # ours; the asset's own names Blender's exporter
        found.setdefault("Software", found.pop("generator"))
    for key, name in (("generator", "Software"), ("copyright", "Copyright")):
        if isinstance(asset.get(key), str):
            found.setdefault(name, asset[key])
    extensions = document.get("extensions")
    meta = extensions.get("VRMC_vrm", {}) if isinstance(extensions, dict) else {}
    meta = meta.get("meta") if isinstance(meta, dict) else None
    if isinstance(meta, dict):
        authors = meta.get("authors")
        if isinstance(authors, list) and authors:
            found.setdefault("Author", ", ".join(str(item) for item in authors[:8]))
        if isinstance(meta.get("licenseUrl"), str):
            found.setdefault("VRM license", meta["licenseUrl"])
    return found


def _of_fbx(path: Path) -> dict[str, str]:
    from io_scene_fbx import parse_fbx  # Blender's, which is there once Blender is

    try:
        root, _ = parse_fbx.parse(str(path))
    except _DAMAGED as error:
        raise InputError("{path}: cannot be read ({reason})", path=path, reason=reason_of(error)) from error
    meta = _inside(_inside(_inside(root, b"FBXHeaderExtension"), b"SceneInfo"), b"MetaData")
    values = {item.id: item.props[0] for item in (meta.elems if meta is not None else ()) if item.props}
    text = {key: value.decode("utf-8", "replace") for key, value in values.items() if isinstance(value, bytes)}
    found = _texts(stored_json(text.get(b"Comment"), dict, {}))
    for key, name in ((b"Author", "Author"), (b"Subject", "Copyright")):
        if text.get(key):
            found.setdefault(name, text[key])
    return found


def _inside(element: Any, name: bytes) -> Any:
    return next((item for item in element.elems if item.id == name), None) if element is not None else None


def _texts(found: object) -> dict[str, str]:
    """Strings and plain values of an object, as strings."""
    if not isinstance(found, dict):
        return {}
    plain = {key: value for key, value in found.items() if isinstance(value, str | int | float) and key}
    shown = {str(key): value if isinstance(value, str) else json.dumps(value) for key, value in plain.items()}
    return {key: value for key, value in shown.items() if len(value) <= min(_LONGEST, MAX_JSON_BYTES)}
