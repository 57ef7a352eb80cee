"""Where the catalogs of the Asset Browser of the open file are."""

from __future__ import annotations

from pathlib import Path

import bpy

from ml_core.inference.library.catalogs import FILE_NAME


def catalog_file() -> Path | None:
    """The catalog file of the open blend file; ``None`` while that is not saved."""
    return Path(bpy.data.filepath).parent / FILE_NAME if bpy.data.filepath else None
