"""Manifests: which files of a folder are results of ours, by name and checksum."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import InputError
from ..files import read_json
from ..version import __version__
from .paths import is_file, is_plain, obstacle, sha256

MANIFEST = "manifest.json"
GENERATOR = "avatar-atelier"

_DIGEST = re.compile(r"[0-9a-f]{64}")


def file_entries(folder: Path) -> list[dict[str, Any]]:
    """``path``, ``sha256`` and ``bytes`` of every file below ``folder``, sorted, but for its own manifest."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path != folder / MANIFEST)
    return [
        {"path": path.relative_to(folder).as_posix(), "sha256": sha256(path), "bytes": path.stat().st_size}
        for path in paths
    ]


def write_manifest(folder: Path, contents: str) -> None:
    """Lists the files of a result that is not an export; ``contents`` says what it is, such as ``avatar``."""
    about = {"generator": GENERATOR, "version": __version__, "contents": contents, "files": file_entries(folder)}
    (folder / MANIFEST).write_text(json.dumps(about, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def digests_of(folder: Path) -> dict[str, str]:
    """Checksums by path of all files below ``folder``, which we have just written; read where its manifest has them."""
    listed = _entries(folder) or {}
    paths = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    return {name: listed.get(name) or sha256(path) for name, path in paths.items()}


def holds_result(folder: Path) -> bool:
    """Whether ``folder`` holds an earlier result of ours."""
    return _entries(folder) is not None


def _entries(folder: Path) -> dict[str, str] | None:
    """Checksums by path that the manifest of ``folder`` lists; ``None`` where it is not of ours or cannot be read.

    A manifest is a file like any other: entries that are not plain paths with a checksum are ignored.
    """
    if not is_file(folder / MANIFEST):
        return None
    try:
        manifest = read_json(folder / MANIFEST, MANIFEST)
    except InputError:
        return None
    if manifest.get("generator") != GENERATOR:
        return None
    entries = manifest.get("files")
    listed: dict[str, str] = {}
    for entry in entries if isinstance(entries, list) else []:
        path, digest = (entry.get("path"), entry.get("sha256")) if isinstance(entry, dict) else (None, None)
        if is_plain(path) and isinstance(digest, str) and _DIGEST.fullmatch(digest):
            listed[str(path)] = digest
    return listed


@dataclass
class Owned:
    """Files of a folder that are ours: ``digests`` by path, any of which a file of ours may have.

    ``stale`` are the paths that a new result removes unless it contains them itself.
    """

    digests: dict[str, set[str]] = field(default_factory=dict)
    stale: set[str] = field(default_factory=set)

    def add(self, prefix: str, listed: Mapping[str, str]) -> None:
        for path, digest in listed.items():
            self.digests.setdefault(prefix + path, set()).add(digest)


def owned_files(folder: Path, new: Mapping[str, str]) -> Owned:
    """The files of ``folder`` that are ours, by its manifest and by those of the folders in it.

    An export in a folder of a result may have been made again on its own. It may be replaced, but it goes only when the
    ``new`` result brings that export too.
    """
    owned = Owned()
    listed = _entries(folder)
    if listed is None:
        return owned
    owned.add("", listed)
    owned.add("", {MANIFEST: sha256(folder / MANIFEST)})
    owned.stale |= listed.keys()
    for name in sorted({path.split("/")[0] for path in (*listed, *new) if "/" in path}):
        inner, at = folder / name, f"{name}/{MANIFEST}"
        if obstacle(folder, at) != inner / MANIFEST:
            continue
        own = _entries(inner)
        if own is None:
            continue
        digest = sha256(inner / MANIFEST)
        if at in new:
            owned.stale |= {f"{name}/{path}" for path in own}
        elif listed.get(at) != digest:
            owned.stale -= {path for path in owned.stale if path.startswith(f"{name}/")}
        owned.add(f"{name}/", own)
        owned.add("", {at: digest})
    return owned
