"""Author, license and description of a model file, as far as it or a file beside it states them.

For each, the first source counts, in this order: a manifest of the library (CSV), a ``.license`` file of the model's
own (as REUSE has them), the model file itself, and a license file in its folder or one above.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from ml_core.errors import InputError, reason_of
from ml_core.references import gltf_document
from ml_core.vrm.json_values import table_of, text_of

MANIFESTS = ("manifest.csv", "labels.csv")
"""Names of manifests that are read by default."""

_COLUMNS = {
    "author": ("author", "creator", "artist"),
    "license": ("license", "licence", "spdx"),
    "description": ("description", "definition"),
    "name": ("title", "name"),
}
_PATHS = ("path", "file", "filename")
_LICENSE_FILE = re.compile(r"^(licen[cs]e|copying|unlicense)\b", re.IGNORECASE)
_TEXTS = (
    ("CC0-1.0", r"cc0|creative commons zero|public domain dedication"),
    ("CC-BY-NC-ND-4.0", r"attribution-noncommercial-noderiv"),
    ("CC-BY-NC-SA-4.0", r"attribution-noncommercial-sharealike|by-nc-sa"),
    ("CC-BY-NC-4.0", r"attribution-noncommercial|by-nc"),
    ("CC-BY-ND-4.0", r"attribution-noderiv|by-nd"),
    ("CC-BY-SA-4.0", r"attribution-sharealike|by-sa"),
    ("CC-BY-3.0", r"attribution 3\.0|/by/3\.0"),
    ("CC-BY-4.0", r"attribution 4\.0|/by/4\.0|cc[- ]by"),
    ("Apache-2.0", r"apache license"),
    ("MIT", r"mit license|permission is hereby granted, free of charge"),
    ("Unlicense", r"unlicense"),
    ("GPL-3.0-only", r"gnu general public license\s+version 3"),
    ("OFL-1.1", r"sil open font license"),
)
_MOST_BYTES = 2**20
_MOST_TEXT = 500


@dataclass(frozen=True)
class Rights:
    """What is known; empty where nothing is. ``license`` is an SPDX identifier where one was recognized."""

    author: str = ""
    license: str = ""
    description: str = ""
    copyright: str = ""
    name: str = ""

    def filled(self, other: Rights) -> Rights:
        """A copy whose empty fields are filled from ``other``."""
        return replace(
            self,
            **{field.name: getattr(self, field.name) or getattr(other, field.name) for field in fields(self)},
        )


def rights_of(path: Path, root: Path, manifest: Mapping[str, Rights] | None = None) -> Rights:
    """What is known of the model file ``path`` in the library ``root``; damaged files count as empty."""
    listed = (manifest or {}).get(path.relative_to(root).as_posix(), Rights())
    found = listed.filled(_beside(path.with_name(path.name + ".license"))).filled(_inside(path))
    if not found.license:
        found = found.filled(_above(path.parent, root))
    return found


def read_manifest(path: Path) -> dict[str, Rights]:
    """Rights by the paths of a CSV file, relative to its folder.

    Columns: path (or file), and author, license, description, title, in whatever order; others are ignored.

    Raises:
        InputError: it cannot be read, or has no column of paths.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = reason_of(error) if isinstance(error, OSError) else error
        raise InputError("{path}: cannot be read as a table ({reason})", path=path, reason=reason) from error
    columns = {str(name).strip().casefold(): name for name in (rows[0] if rows else ()) if name}
    at = next((columns[name] for name in _PATHS if name in columns), None)
    if at is None:
        raise InputError("{path}: has no column named path or file", path=path)
    found = {}
    for row in rows:
        said = {
            field: next((_short(row.get(columns[name])) for name in names if row.get(columns.get(name, ""))), "")
            for field, names in _COLUMNS.items()
        }
        found[str(row[at] or "").replace("\\", "/")] = Rights(**said)
    return found


def license_in(text: str) -> str:
    """The SPDX identifier of a license text, by name or content; empty for an unknown license."""
    named = re.search(r"SPDX-License-Identifier:\s*([\w.+-]+(?: (?:OR|AND|WITH) [\w.+-]+)*)", text)
    if named is not None:
        return named[1]
    lowered = text[:20000].casefold()
    places = [(found.start(), name) for name, pattern in _TEXTS if (found := re.search(pattern, lowered))]
    return min(places, key=lambda place: place[0], default=(0, ""))[1]


def _beside(path: Path) -> Rights:
    text = _text_of(path)
    holder = re.search(r"SPDX-FileCopyrightText:\s*(.+)", text)
    said = _short(holder[1]) if holder is not None else ""
    author = re.sub(r"^(?:©|\(c\)|copyright)?\s*[\d,\s–-]*", "", said, flags=re.IGNORECASE)
    return Rights(author=author, license=license_in(text), copyright=said)


def _above(folder: Path, root: Path) -> Rights:
    """The license file of ``folder``, or of the nearest folder above it up to ``root``."""
    while True:
        name = _license_of(folder)
        if name or folder in (root, folder.parent) or not folder.is_relative_to(root):
            return Rights(license=name)
        folder = folder.parent


@lru_cache(maxsize=4096)
def _license_of(folder: Path) -> str:
    try:
        paths = sorted(path for path in folder.iterdir() if _LICENSE_FILE.match(path.name))
    except OSError:
        return ""
    return next((name for path in paths if (name := license_in(_text_of(path)))), "")


def _inside(path: Path) -> Rights:
    """The metadata of a glTF or VRM file; the other formats have none."""
    if path.suffix.lower() not in (".glb", ".gltf", ".vrm"):
        return Rights()
    try:
        document = gltf_document(path)
    except (InputError, OSError):
        return Rights()
    asset = table_of(document.get("asset"))
    extras = table_of(asset.get("extras"))
    found = Rights(
        author=_text(extras, "author"),
        license=_text(extras, "license"),
        description=_text(extras, "description"),
        copyright=_text(asset, "copyright"),
        name=_text(extras, "title"),
    )
    extensions = table_of(document.get("extensions"))
    meta = table_of(table_of(extensions.get("VRMC_vrm")).get("meta"))
    first = table_of(table_of(extensions.get("VRM")).get("meta"))
    authors = meta.get("authors")
    avatar = Rights(
        author=_short(", ".join(map(str, authors))) if isinstance(authors, list) else _text(first, "author"),
        license=_text(meta, "licenseUrl") or _text(first, "licenseName"),
        copyright=_text(meta, "copyrightInformation"),
        name=_text(meta, "name") or _text(first, "title"),
    )
    return found.filled(avatar)


def _text(table: Mapping[str, Any], name: str) -> str:
    return _short(text_of(table.get(name)))


def _short(text: object) -> str:
    """In one line and of a length that Blender's fields take."""
    return " ".join(str(text or "").split())[:_MOST_TEXT]


def _text_of(path: Path) -> str:
    try:
        if not path.is_file():  # a pipe would be waited for
            return ""
        with path.open("rb") as stream:
            return stream.read(_MOST_BYTES).decode("utf-8", "replace")
    except OSError:
        return ""
