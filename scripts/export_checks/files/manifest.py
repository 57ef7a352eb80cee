"""Check 25: the manifest lists every file as it is, and its facts about the models are true."""

from __future__ import annotations

import ast
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..problem import Check, Problem
from ..readers.folder import MODELS, TargetFolder
from ..readers.model import Model

FIELDS = ("generator", "version", "blender", "target", "units", "files")
KINDS = ("static", "skeletal", "scene", "texture", "data", "script", "readme")
SCRIPTS = (".py", ".cs", ".gd")
SIDECARS = (".meta", ".import", ".uid")
"""Files that Unity and Godot put beside each asset of a project; an export leaves them where they are."""
_CLAIMS = ("triangles", "materials")


def _manifest(folder: TargetFolder, _: TargetFolder) -> Iterator[Problem]:
    for field in FIELDS:
        if field not in folder.manifest:
            yield Problem("manifest.json", "lacks a field", field)
    if folder.manifest.get("units") != "metres":
        yield Problem("manifest.json", "gives other units", "", "metres", folder.manifest.get("units"))
    listed: set[str] = set()
    for entry in folder.entries:
        name = entry["path"]
        if name in listed:
            yield Problem(name, "is in the manifest twice")
        listed.add(name)
        if Path(name).is_absolute() or ".." in Path(name).parts:
            yield Problem(name, "is not a path inside the folder")
        if "kind" in entry and entry["kind"] not in KINDS:
            yield Problem(name, "is of a kind that there is not", "", ", ".join(KINDS), entry["kind"])
    for path in folder.files:
        name = path.relative_to(folder.path).as_posix()
        if name not in listed and path.suffix not in SIDECARS:
            yield Problem(name, "is not in the manifest")


def _file(folder: TargetFolder, entry: dict[str, Any]) -> Iterator[Problem]:
    path, name = folder.path / entry["path"], entry["path"]
    if not path.is_file():
        yield Problem(name, "is missing")
        return
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != entry.get("sha256"):
        yield Problem(name, "is not what was exported (checksum)")
    if len(data) != entry.get("bytes"):
        yield Problem(name, "has another size than the manifest says", "", entry.get("bytes"), len(data))


def _claims(folder: TargetFolder, model: Model) -> Iterator[Problem]:
    entry = folder.entry(model)
    for field in _CLAIMS:
        if field not in entry:
            yield Problem("manifest.json", f"does not say the {field} of a model", model.name)
    triangles = sum(int((node.mesh.sizes - 2).sum()) for node in model.shown_nodes if node.mesh)
    is_compressed = any(node.mesh and node.mesh.is_compressed for node in model.mesh_nodes)
    if "triangles" in entry and triangles != entry["triangles"] and not is_compressed:
        yield Problem(model.name, "has other triangles than the manifest says", "", entry["triangles"], triangles)
    used = sorted({name for node in model.shown_nodes if node.mesh for name in node.mesh.materials if name})
    if "materials" in entry and sorted(set(entry["materials"])) != used:
        yield Problem(
            model.name, "has other materials than the manifest says", "", sorted(set(entry["materials"])), used
        )
    bones = entry.get("bones")
    if isinstance(bones, dict):
        present = {node.name for node in model.nodes if node.kind == "bone"}
        for joint, bone in bones.items():
            if bone not in present:
                yield Problem(model.name, f"lacks the bone that the manifest gives for {joint}", bone)


def _layout(folder: TargetFolder, place: dict[str, Any]) -> Iterator[Problem]:
    names = {path.stem for path in folder.files if path.suffix.lower() in (*MODELS, ".usdc", ".usd")}
    names |= {node.name for model in folder.models for node in model.render_nodes}
    names |= {mesh.get("name") for model in folder.of_format("glb") for mesh in model.document.get("meshes", [])}
    if place.get("asset") not in names and not (folder.path / "scene.usdc").is_file():
        yield Problem("layout.json", "places an asset that is not there", str(place.get("asset")))
    matrix = place.get("matrix_world")
    if not isinstance(matrix, list) or [len(row) for row in matrix] != [4, 4, 4, 4]:
        yield Problem("layout.json", "has no 4 × 4 matrix", str(place.get("object")))


def _script(folder: TargetFolder, path: Path) -> Iterator[Problem]:
    """Python compiles; C# and GDScript, which need their engines for that, have balanced brackets."""
    text, name = path.read_text(encoding="utf-8"), path.relative_to(folder.path).as_posix()
    if path.suffix == ".py":
        try:
            ast.parse(text)
        except SyntaxError as error:
            yield Problem(name, f"does not compile: {error.msg}, line {error.lineno}")
        return
    comment = r"#[^\n]*" if path.suffix == ".gd" else r"//[^\n]*|/\*.*?\*/"
    plain = re.sub(rf'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|{comment}', "", text, flags=re.DOTALL)
    open_ = []
    for mark in re.findall(r"[(){}\[\]]", plain):
        if mark in "({[":
            open_.append(mark)
        elif not open_ or open_.pop() + mark not in ("()", "{}", "[]"):
            open_.append("?")
            break
    if open_:
        yield Problem(name, "has a bracket that is not closed, or closed twice")


CHECKS = [
    Check("25", "The manifest lists every file", lambda f: [f], _manifest),
    Check("25b", "Every file has the size and sha256 of the manifest", lambda f: f.entries, _file),
    Check("25c", "Triangles, materials and bones are those of the manifest", lambda f: f.models, _claims),
    Check("25d", "layout.json places assets that are there", lambda f: f.layout, _layout),
    Check("25e", "Import scripts compile", lambda f: [path for path in f.files if path.suffix in SCRIPTS], _script),
]
