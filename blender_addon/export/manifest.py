"""The manifest: every file of an export with its checksum and where it came from."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import bpy

from ml_core import __version__
from ml_core.errors import InputError
from ml_core.files import read_json

from .options import ExportOptions

FILE_NAME = "manifest.json"
GENERATOR = "avatar-atelier"
_KINDS = {
    ".png": "texture",
    ".json": "data",
    ".txt": "readme",
    **dict.fromkeys((".asmdef", ".cs", ".gd", ".py"), "script"),
}


def sha256(path: Path) -> str:
    """Hex digest of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_manifest(
    folder: Path, target: str, sources: dict[str, dict[str, Any]], options: ExportOptions
) -> dict[str, Any]:
    """Lists every file below ``folder`` but the manifest itself.

    Args:
        sources: facts by file name: kind, source object, label, triangles, materials.
    """
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != FILE_NAME]
    manifest = {
        "generator": GENERATOR,
        "version": __version__,
        "blender": bpy.app.version_string,
        "target": target,
        "units": "metres",
        "author": options.author,
        "license": options.license,
        "files": [
            {
                "path": path.relative_to(folder).as_posix(),
                "sha256": sha256(path),
                "bytes": path.stat().st_size,
                "kind": _KINDS.get(path.suffix, "data"),
                **sources.get(path.name, {}),
            }
            for path in files
        ],
    }
    write_json(folder / FILE_NAME, manifest)
    return manifest


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Writes an object with one line for each entry of its lists and objects.

    Python's own indentation is written by Python, which takes a tenth of a second for a thousand instances.
    """
    lines = []
    for key, value in content.items():
        text = _dumps(value)
        if value and isinstance(value, list):
            text = "[\n    " + ",\n    ".join(map(_dumps, value)) + "\n  ]"
        elif value and isinstance(value, dict):
            rows = (f"{_dumps(name)}: {_dumps(one)}" for name, one in value.items())
            text = "{\n    " + ",\n    ".join(rows) + "\n  }"
        lines.append(f"  {_dumps(key)}: {text}")
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def is_ours(folder: Path) -> bool:
    """Whether a folder is an earlier export of ours, which may be replaced."""
    try:
        return read_json(folder / FILE_NAME, FILE_NAME).get("generator") == GENERATOR
    except InputError:
        return False
