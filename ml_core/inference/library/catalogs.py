"""Catalogs of the Asset Browser: one for each label, in the file beside a blend file or in a library."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from pathlib import Path

from ml_core.errors import InputError
from ml_core.files import atomic_path
from ml_core.vocabulary.scene.labels import GROUP_OF, LABELS, title

FILE_NAME = "blender_assets.cats.txt"
_HEAD = """# This is an Asset Catalog Definition file for Blender.
#
# Empty lines and lines starting with `#` will be ignored.
# The first non-ignored line should be the version indicator.
# Other lines are of the format "UUID:catalog/path/for/assets:simple catalog name"

VERSION 1

"""
_SPACE = uuid.UUID("5f0a6f5e-2f0b-4d26-9d39-2f6f2f2b7a10")


def catalog_path(label: str) -> str:
    """``Atelier/Furniture/Chair``; of an empty label, that of unrecognized objects."""
    if not label:
        return "Atelier/Unknown"
    return "/".join(("Atelier", title(GROUP_OF.get(label, "prop")), title(label).replace("/", "-").replace(":", "-")))


def catalog_id(label: str) -> str:
    """The same in every file and on every machine, so that libraries can be put together."""
    return str(uuid.uuid5(_SPACE, catalog_path(label)))


def is_ours(catalog: str, labels: Iterable[str] = ()) -> bool:
    """Whether a catalog's id is that of a label that we know, or of one of ``labels``."""
    return catalog in {catalog_id(label) for label in ("", *LABELS, *labels)}


def add_catalogs(labels: set[str], path: Path) -> None:
    """Adds the catalogs of ``labels`` to the file at ``path``, which is made where there is none.

    Raises:
        InputError: there is such a file but it is not one of Blender's, or it cannot be written.
    """
    text = _HEAD
    if path.is_file():
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise InputError("{path}: it cannot be read ({reason}); move it away", path=path, reason=error) from error
        if "VERSION 1" not in text:
            raise InputError("{path}: is not a version 1 catalog file; move it away", path=path)
    known = {line.partition(":")[0] for line in text.splitlines()}
    lines = [
        f"{catalog_id(label)}:{catalog_path(label)}:{catalog_path(label).replace('/', '-')}"
        for label in sorted(labels)
        if catalog_id(label) not in known
    ]
    if lines:
        with atomic_path(path) as partial:
            partial.write_text(
                text.rstrip("\n") + "\n" + ("" if text != _HEAD else "\n") + "\n".join(lines) + "\n", encoding="utf-8"
            )
