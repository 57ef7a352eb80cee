"""Check 7: names that every engine accepts as they are."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

from ..problem import Check, Problem
from ..readers.folder import TargetFolder
from ..readers.model import Model

_PLAIN = re.compile(r"[A-Za-z0-9_]+")
_NUMBERED = re.compile(r"[A-Za-z0-9_]+_\d\d+")
_MODEL = re.compile(r"(SM_[A-Za-z0-9_]+|SK_[A-Za-z0-9_]+|scene)")
_TEXTURE = re.compile(r"T_[A-Za-z0-9_]+_(BC|N|R|M|AO|ORM|MaskMap|MetallicSmoothness|E)")


def _file_name(folder: TargetFolder, model: Model) -> Iterator[Problem]:
    if not _MODEL.fullmatch(model.path.stem):
        yield Problem(model.name, "is not named SM_*, SK_* or scene, of letters, digits and underscores")
    elif model.path.stem.startswith("SK_") != model.is_skeletal:
        yield Problem(model.name, "has the prefix of the other kind: it holds " + _kind(model))
    claim = folder.entry(model).get("kind")
    if claim in ("static", "skeletal") and (claim == "skeletal") != model.is_skeletal:
        yield Problem(model.name, "is of another kind than the manifest says", "", claim, _kind(model))


def _kind(model: Model) -> str:
    return "a skeleton" if model.is_skeletal else "no skeleton"


def _is_shown(name: str) -> bool:
    """Whether a name consists of visible characters, and of those that join them, as in Persian and in emoji."""
    return "".join(mark for mark in name if unicodedata.category(mark) != "Cf").isprintable()


def _names(folder: TargetFolder, model: Model) -> Iterator[Problem]:
    yield from _file_name(folder, model)
    kinds = {
        "node": [node.name for node in model.nodes],
        "mesh": list({id(node.mesh): node.mesh.name for node in model.mesh_nodes if node.mesh}.values()),
        "material": [material.name for material in model.materials],
        "clip": [clip.name for clip in model.clips],
        "shape key": sorted({name for node in model.mesh_nodes for name in (node.mesh.shapes if node.mesh else ())}),
    }
    if model.format != "fbx":
        kinds["mesh"] = [item.get("name", "") for item in model.document.get("meshes", [])]
    for kind, names in kinds.items():
        for name, count in Counter(names).items():
            godot = kind == "node" and model.format == "glb" and name.endswith(("-colonly", "-convcolonly"))
            is_kept = kind == "shape key" and _is_shown(name)  # face tracking finds them by their own names
            if not _PLAIN.fullmatch(name) and not godot and not is_kept:
                yield Problem(model.name, f"is a {kind} with a name that engines change", name or "(no name)")
            if count > 1 and kind != "shape key":
                yield Problem(model.name, f"is the name of {count} {kind}s", name, 1, count)
    for name in kinds["material"]:
        if not name.startswith("M_"):
            yield Problem(model.name, "is a material without M_", name)
    for name in kinds["clip"]:
        if not name.startswith("AS_"):
            yield Problem(model.name, "is a clip without AS_", name)
    yield from _mesh_names(folder, model)


def _mesh_names(folder: TargetFolder, model: Model) -> Iterator[Problem]:
    prefix = "SK_" if model.is_skeletal else "SM_"
    for node in model.mesh_nodes:
        if node.is_collider:
            prefixes = tuple(folder.about.collider_prefixes.values()) if folder.about is not None else ()
            if prefixes and not (node.name.startswith(prefixes) and _NUMBERED.fullmatch(node.name)):
                yield Problem(model.name, f"is a collider with a name that {folder.target} does not know", node.name)
        elif not node.name.startswith(prefix):
            yield Problem(model.name, f"is a mesh without {prefix}", node.name)


def _texture_name(folder: TargetFolder, name: str) -> Iterator[Problem]:
    if not _TEXTURE.fullmatch(name.rpartition(".")[0]):
        yield Problem(name, "is not named T_*_BC, _N, _ORM, _MaskMap, _MetallicSmoothness, _R, _M, _AO or _E")


def _unique_files(folder: TargetFolder, _: TargetFolder) -> Iterator[Problem]:
    for name, count in Counter(path.name.lower() for path in folder.files).items():
        if count > 1:
            yield Problem(name, "is the name of several files (letter case aside)", "", 1, count)
    owners: dict[str, list[str]] = {}
    for model in folder.models:
        for node in model.render_nodes:
            owners.setdefault(node.name, []).append(model.name)
    for name, files in owners.items():
        if len(files) > 1:
            yield Problem(files[1], f"is also a mesh of {files[0]}", name)


CHECKS = [
    Check("7", "Names of letters, digits and underscores, with their affixes, unique", lambda f: f.models, _names),
    Check("7b", "Names of textures", lambda f: [path.name for path in f.textures], _texture_name),
    Check("7c", "No name twice in a folder", lambda f: [f], _unique_files),
]
