"""Checks 26 and 27: generated files are marked as such, and no file reveals paths or users of the machine."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ml_core.errors import InputError
from ml_core.files import open_picture

from ..problem import Check, Problem
from ..readers.folder import TargetFolder
from ..readers.model import Model

AI_GENERATED = "AI-generated"
SOURCE_TYPE = "trainedAlgorithmicMedia"
"""IPTC digital source type of what a trained model made; that of a composite with a photo ends in the same words."""
_HOME = re.compile(
    rb"(?<![\w/])/(?:home|Users|root|tmp|private|var/folders|mnt|media|opt|srv)/[\w.-]+|"
    rb"[A-Za-z]:[\\/]{1,2}(?:Users|Documents and Settings|Temp|Windows)[\\/]"
)
_ABSOLUTE = re.compile(r"(?:/[\w.-]+){2,}|[A-Za-z]:[\\/].*|\\\\[\w.-]+\\.*")


def _texts(path: Path) -> str:
    """The text chunks of a picture, including its XMP packet; empty if it is broken."""
    try:
        with open_picture(path) as picture:
            return "\n".join(f"{key}={value}" for key, value in picture.info.items() if isinstance(value, (str, bytes)))
    except InputError:
        return ""


def _generated(folder: TargetFolder, entry: dict[str, Any]) -> Iterator[Problem]:
    path = folder.path / entry["path"]
    if not path.is_file():
        return
    if path.suffix.lower() in (".glb", ".vrm"):
        model = next((item for item in folder.models if item.path == path), None)
        if model is not None:
            yield from _glb_says(folder, model, entry)
    elif path.suffix.lower() == ".png":
        yield from _picture_says(folder, path)
    textures = [folder.materials.get(name, {}).get("textures", {}).get("BC") for name in entry.get("materials", [])]
    beside = [folder.path / name for name in textures if name and (folder.path / name).is_file()]
    saying = [item for item in beside if AI_GENERATED in _texts(item)]
    if beside and not saying:
        yield Problem(entry["path"], "is generated, but none of its base color textures says so")
    for item in saying:
        yield from _picture_says(folder, item)


def _picture_says(folder: TargetFolder, path: Path) -> Iterator[Problem]:
    said = _texts(path)
    for what in (AI_GENERATED, SOURCE_TYPE, "seed", *_owners(folder)):
        if what.casefold() not in said.casefold():
            yield Problem(path.name, f"is generated, but its text and XMP do not hold '{what}'")


def _glb_says(folder: TargetFolder, model: Model, entry: dict[str, Any]) -> Iterator[Problem]:
    asset = model.document.get("asset", {})
    said = json.dumps(asset.get("extras", {}), ensure_ascii=False)
    for what in (AI_GENERATED, "seed", *_owners(folder)):
        if what not in said:
            yield Problem(model.name, f"is generated, but asset.extras does not hold '{what}'")
    packets = model.document.get("extensions", {}).get("KHR_xmp_json_ld", {}).get("packets", [])
    link = asset.get("extensions", {}).get("KHR_xmp_json_ld", {}).get("packet")
    if not isinstance(link, int) or not 0 <= link < len(packets):
        yield Problem(model.name, "is generated, but its asset has no KHR_xmp_json_ld packet")
    elif SOURCE_TYPE.casefold() not in json.dumps(packets[link]).casefold():
        yield Problem(model.name, f"is generated, but its XMP packet does not hold '{SOURCE_TYPE}'")


def _owners(folder: TargetFolder) -> list[str]:
    return [str(folder.manifest[key]) for key in ("author", "license") if folder.manifest.get(key)]


def _private(folder: TargetFolder, path: Path) -> Iterator[Problem]:
    name = path.relative_to(folder.path).as_posix()
    model = next((item for item in folder.models if item.path == path), None)
    if model is None:
        strings: list[str] = [_texts(path)] if path in folder.textures else []
        data = "\n".join(strings).encode() if strings else path.read_bytes()
        found = [item.group().decode("utf-8", "replace") for item in _HOME.finditer(data)]
        found += [place for place in _places_here(folder) if place.encode() in data]
    elif model.format == "fbx":
        found = [string for string in _fbx_strings(model.document) if _ABSOLUTE.fullmatch(string)]
    else:
        found = [string for string in _json_strings(model.document) if _ABSOLUTE.fullmatch(string)]
    for item in sorted(set(found)):
        yield Problem(name, "holds a path of the machine that made it", "", "none", item)


def _places_here(folder: TargetFolder) -> list[str]:
    """Folders of this machine, which may be the one that made the export."""
    own = folder.path.absolute()
    return [str(place) for place in (own, own.parent, Path.home()) if len(place.parts) > 2]


def _fbx_strings(element: Any) -> Iterator[str]:
    for value in element.props:
        if isinstance(value, bytes) and len(value) < 4096:
            yield value.split(b"\x00")[0].decode("utf-8", "replace")
    for child in element.elems:
        yield from _fbx_strings(child)


def _json_strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key != "pointer":
                yield from _json_strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _json_strings(inner)


CHECKS = [
    Check(
        "26",
        "No file holds a path of the machine that made it",
        lambda f: [*f.files, f.path / "manifest.json"],
        _private,
    ),
    Check(
        "27",
        "Generated files say so: AI-generated, seed, digital source type, author and license where given",
        lambda f: [entry for entry in f.entries if entry.get("provenance")],
        _generated,
    ),
]
