"""Details of an asset for Blender's Asset Browser: its catalog, author and license."""

from __future__ import annotations

from pathlib import Path

import bpy

from ml_core.inference.library.catalogs import FILE_NAME
from ml_core.publishing import GENERATOR
from ml_core.version import __version__

from ..bridge.data.stored_values import setting


def catalog_file() -> Path | None:
    """The catalog file of the open blend file; ``None`` while the latter is not saved."""
    return Path(bpy.data.filepath).parent / FILE_NAME if bpy.data.filepath else None


def credit(data: bpy.types.AssetMetaData, scene: bpy.types.Scene, what: str) -> None:
    """Give an asset the author and license of the scene's export options, and a description; existing values stay.

    Args:
        what: a description of the asset, such as the title of its label.
    """
    settings = getattr(scene, "atelier", None)  # a scene of a file that was opened without the add-on has none
    author, license_text = (
        setting(settings.export, name).strip() if settings is not None else "" for name in ("author", "license")
    )
    data.author = data.author or author
    data.license = data.license or license_text
    data.copyright = data.copyright or (f"© {author}" if author else "")
    data.description = data.description or f"{what}, marked by {GENERATOR} {__version__}"
