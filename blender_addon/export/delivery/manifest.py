"""The manifest: every file of an export with its checksum and where it came from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import bpy

from ml_core.publishing import GENERATOR, MANIFEST, file_entries
from ml_core.version import __version__

from ..options import ExportOptions

_KINDS = {
    ".png": "texture",
    ".json": "data",
    ".txt": "readme",
    **dict.fromkeys((".asmdef", ".cs", ".css", ".gd", ".html", ".js", ".py"), "script"),
}

_ASKED = ("cameras", "lights", "empties", "scene_file", "custom_properties", "clips", "actions")
"""Choices by which a check knows what of the scene is meant to be in the files."""


def write_manifest(
    folder: Path, target: str, sources: dict[str, dict[str, Any]], options: ExportOptions
) -> dict[str, Any]:
    """Lists every file below ``folder`` but the manifest itself.

    Args:
        sources: facts by file name: kind, source object, label, triangles, materials.
    """
    manifest = {
        "generator": GENERATOR,
        "version": __version__,
        "blender": bpy.app.version_string,
        "target": target,
        "units": "metres",
        "author": options.author,
        "license": options.license,
        "options": {name: getattr(options, name) for name in _ASKED},
        "files": [
            entry | {"kind": _KINDS.get(Path(entry["path"]).suffix, "data")} | sources.get(Path(entry["path"]).name, {})
            for entry in file_entries(folder)
        ],
    }
    write_json(folder / MANIFEST, manifest)
    return manifest


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Writes an object with one line for each entry of its lists and objects.

    The ``indent`` of :mod:`json` is slow: a tenth of a second for a thousand instances.
    """
    lines = []
    for key, value in content.items():
        text = _dumps(value)
        if value and isinstance(value, list):
            text = "[\n    " + ",\n    ".join(map(_dumps, value)) + "\n  ]"
        elif value and isinstance(value, dict):
            rows = (f"{_dumps(name)}: {_dumps(item)}" for name, item in value.items())
            text = "{\n    " + ",\n    ".join(rows) + "\n  }"
        lines.append(f"  {_dumps(key)}: {text}")
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
