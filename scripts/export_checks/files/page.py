"""Check 33: a page beside the models loads only files of its folder, and states facts that match the models."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from ml_core.errors import InputError
from ml_core.files import path_inside, read_json

from ..problem import Check, Problem
from ..readers.folder import TargetFolder
from ..readers.model import Model

_POLICY = ("default-src 'self'", "object-src 'none'", "base-uri 'none'")
_IMPORT = re.compile(r"""(?:\bfrom\s*|\bimport\s*\(?\s*)["']([^"'\s]+\.js)["']""")
_NEEDS_DECODER = {"KHR_draco_mesh_compression", "EXT_meshopt_compression", "KHR_texture_basisu"}
_INLINE = ("script", "style")


class _Page(HTMLParser):
    """What a page loads, its content policy, and inline content that the policy forbids."""

    def __init__(self) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.policy = ""
        self.inline: list[str] = []
        self._open = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if values.get("http-equiv", "").lower() == "content-security-policy":
            self.policy = values.get("content", "")
        self.loads += [values[name] for name in ("src", "href") if name in values]
        self.inline += [f"{tag} {name}" for name in values if name.startswith("on") or name == "style"]
        self._open = tag if tag in _INLINE else ""

    def handle_data(self, data: str) -> None:
        if self._open and data.strip():
            self.inline.append(f"<{self._open}>")


def pages(folder: TargetFolder) -> list[Path]:
    """The page of a folder, if it has one."""
    path = folder.path / "index.html"
    return [path] if path.is_file() else []


def _loads(folder: TargetFolder, path: Path) -> Iterator[Problem]:
    page = _Page()
    page.feed(path.read_text(encoding="utf-8"))
    for part in _POLICY:
        if part not in page.policy:
            yield Problem(path.name, "has no content policy that keeps others out", "", part, page.policy or "none")
    for inline in page.inline:
        yield Problem(path.name, "carries inside what its content policy forbids", inline)
    wanted = {(path, address) for address in page.loads if not address.startswith("data:")}
    scripts = sorted(folder.path.rglob("*.js"))
    for script in scripts:
        text = re.sub(r"/\*.*?\*/", "", script.read_text(encoding="utf-8"), flags=re.DOTALL)
        wanted |= {(script, address) for address in _IMPORT.findall(text)}
    for source, address in sorted(wanted):
        name = source.relative_to(folder.path).as_posix()
        if re.match(r"[a-z][a-z0-9+.-]*:|//", address):
            yield Problem(name, "loads from elsewhere", address)
        elif not _lies_in(folder, source, address):
            yield Problem(name, "loads a file that is not in the folder", address)


def _lies_in(folder: TargetFolder, source: Path, address: str) -> bool:
    target = (source.parent / address).resolve()
    return target.is_file() and target.is_relative_to(folder.path.resolve())


def _says(folder: TargetFolder, path: Path) -> Iterator[Problem]:
    name = "page.json"
    try:
        facts = read_json(path_inside(folder.path, name), name)
    except InputError as error:
        yield Problem(name, f"cannot be read: {error}")
        return
    models = {model.path.name: model for model in folder.of_format("glb")}
    for model in models.values():
        for extension in sorted(_NEEDS_DECODER & set(model.document.get("extensionsRequired", []))):
            yield Problem(model.name, "needs a decoder that the page does not have", extension)
    scene = models.get(facts.get("scene") or "")
    if scene is None and facts.get("scene"):
        yield Problem(name, "names a scene that is not there", str(facts["scene"]))
    nodes = {node.get("name") for node in scene.document.get("nodes", [])} if scene else set()
    for thing in facts.get("objects", []):
        if thing.get("node") not in nodes:
            yield Problem(name, "names a node that the scene lacks", str(thing.get("node")))
        if not thing.get("en") or not thing.get("zh"):
            yield Problem(name, "gives no name in both languages", str(thing.get("node")))
    for avatar in facts.get("avatars", []):
        yield from _avatar(name, avatar, models)


def _avatar(name: str, avatar: dict[str, Any], models: dict[str, Model]) -> Iterator[Problem]:
    model = models.get(str(avatar.get("file")))
    if model is None:
        yield Problem(name, "names an avatar that is not there", str(avatar.get("file")))
        return
    bones = {node.get("name") for node in model.document.get("nodes", [])}
    for joint, bone in avatar.get("bones", {}).items():
        if bone not in bones:
            yield Problem(name, f"names a bone for {joint} that the avatar lacks", str(bone))
    matrix = avatar.get("matrix", [])
    if len(matrix) != 16 or not all(isinstance(value, (int, float)) and math.isfinite(value) for value in matrix):
        yield Problem(name, "places an avatar by no matrix of 16 numbers", str(avatar.get("file")))


CHECKS = (
    Check("33", "A web page loads only files of its folder, under a content policy", pages, _loads),
    Check("33b", "A web page names nodes, avatars and bones that its models have", pages, _says),
)
